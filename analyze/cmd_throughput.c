/*
 * cmd_throughput - "vanalyze throughput": how much got through, and how platforms compare over a
 * sweep.
 */
#include "analyze/commands.h"
#include "analyze/pipeline.h"

static const char usage[] = "vanalyze throughput [OPTION]... DATASET|RUN|[POINT=]FILE...";
static const char about[] =
	"Throughput as netperf and iperf measured it, send and receive side apart, with messages "
	"okay and in error; and from captures, payload by flow and direction.  --over FACTOR "
	"divides every platform by the baseline at each level of a numeric factor, and ranks them "
	"by the area between the curves.";

int
cmd_throughput(int argc, char **argv)
{
	struct options o;
	const struct opt table[] = {OPTIONS_INPUT(&o), OPTIONS_GROUPING(&o), OPTIONS_METRIC(&o),
		OPTIONS_BASELINE(&o), OPTIONS_SWEEP(&o), OPTIONS_SAMPLES(&o), OPTIONS_OUTPUT(&o),
		OPTIONS_END};
	struct pipeline p = {&o, PIPELINE_THROUGHPUT, SUMMARIZE_SUMMARY | SUMMARIZE_COUNTS, false};

	return pipeline_main(&p, pipeline_run, table, usage, about, argc, argv);
}
