/*
 * cmd_proxy - "vanalyze proxy": what a proxy between two points costs.
 */
#include "analyze/commands.h"
#include "analyze/pipeline.h"

static const char usage[] = "vanalyze proxy [OPTION]... DATASET|RUN|[POINT=]FILE...";
static const char about[] =
	"Requests through an HTTP proxy that was recorded on both sides: for each miss the latency "
	"in front of it minus that of its own exchange behind it, for each hit the latency, and "
	"how many requests cannot be told to be the one or the other.  The inner point lies "
	"between client and proxy, the outer one between proxy and origin; --inner and --outer "
	"name them where a run has more points.";

int
cmd_proxy(int argc, char **argv)
{
	struct options o;
	const struct opt table[] = {OPTIONS_INPUT(&o), OPTIONS_PAIR(&o), OPTIONS_GROUPING(&o),
		OPTIONS_METRIC(&o), OPTIONS_SAMPLES(&o), OPTIONS_OUTPUT(&o), OPTIONS_END};
	struct pipeline p = {&o, PIPELINE_PROXY, SUMMARIZE_SUMMARY | SUMMARIZE_COUNTS, false};

	return pipeline_main(&p, pipeline_run, table, usage, about, argc, argv);
}
