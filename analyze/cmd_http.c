/*
 * cmd_http - "vanalyze http": latency of HTTP requests at every point.
 */
#include "analyze/commands.h"
#include "analyze/pipeline.h"

static const char usage[] = "vanalyze http [OPTION]... DATASET|RUN|[POINT=]FILE...";
static const char about[] =
	"HTTP/1.x requests at every capture point: time to the first byte of the response and to "
	"its last (latency), of the connection (connect) and from its first SYN (total), per cell "
	"of the experiment; and how many connections failed.  Captures that hold headers only give "
	"the same times.";

int
cmd_http(int argc, char **argv)
{
	struct options o;
	const struct opt table[] = {OPTIONS_INPUT(&o), OPTIONS_GROUPING(&o), OPTIONS_METRIC(&o),
		OPTIONS_SAMPLES(&o), OPTIONS_OUTPUT(&o), OPTIONS_END};
	struct pipeline p = {&o, PIPELINE_HTTP, SUMMARIZE_SUMMARY | SUMMARIZE_COUNTS, false};

	return pipeline_main(&p, pipeline_run, table, usage, about, argc, argv);
}
