/*
 * cmd_transit - "vanalyze transit": delay and loss of packets between two points.
 */
#include "analyze/commands.h"
#include "analyze/pipeline.h"

static const char usage[] = "vanalyze transit [OPTION]... DATASET|RUN|[POINT=]FILE...";
static const char about[] =
	"Packets that a router, firewall or address translator forwards between two points with "
	"one clock: the delay of each, out and in, and how many were lost, duplicated or "
	"reordered.  Every two neighbouring points are paired, and the innermost with the "
	"outermost; --inner and --outer pick one pair.";

int
cmd_transit(int argc, char **argv)
{
	struct options o;
	const struct opt table[] = {OPTIONS_INPUT(&o), OPTIONS_PAIR(&o), OPTIONS_GROUPING(&o),
		OPTIONS_METRIC(&o), OPTIONS_SAMPLES(&o), OPTIONS_OUTPUT(&o), OPTIONS_END};
	struct pipeline p = {&o, PIPELINE_TRANSIT, SUMMARIZE_SUMMARY | SUMMARIZE_COUNTS, false};

	return pipeline_main(&p, pipeline_run, table, usage, about, argc, argv);
}
