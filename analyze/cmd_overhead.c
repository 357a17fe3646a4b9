/*
 * cmd_overhead - "vanalyze overhead": what lies between two points.
 */
#include "analyze/commands.h"
#include "analyze/pipeline.h"

static const char usage[] = "vanalyze overhead [OPTION]... DATASET|RUN|[POINT=]FILE...";
static const char about[] =
	"Virtualization overhead of each probe, RTT at the inner point minus RTT at the outer one, "
	"and its share of the inner RTT.  Every two neighbouring points are paired, and the "
	"innermost with the outermost; --inner and --outer pick one pair.  Where both points "
	"stamp packets with one clock, the outbound and inbound parts are given too.";

int
cmd_overhead(int argc, char **argv)
{
	struct options o;
	const struct opt table[] = {OPTIONS_INPUT(&o), OPTIONS_PAIR(&o), OPTIONS_GROUPING(&o),
		OPTIONS_METRIC(&o), OPTIONS_SAMPLES(&o), OPTIONS_OUTPUT(&o), OPTIONS_END};
	struct pipeline p = {&o, PIPELINE_OVERHEAD, SUMMARIZE_SUMMARY | SUMMARIZE_COUNTS, false};

	return pipeline_main(&p, pipeline_run, table, usage, about, argc, argv);
}
