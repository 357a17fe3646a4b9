/*
 * cmd_rtt - "vanalyze rtt": round-trip times at every point.
 */
#include "analyze/commands.h"
#include "analyze/pipeline.h"

static const char usage[] = "vanalyze rtt [OPTION]... DATASET|RUN|[POINT=]FILE...";
static const char about[] =
	"Round-trip times of ICMP and ICMPv6 echo at every capture point, and as ping printed "
	"them (point app): per cell of the experiment the mean with its interval, quartiles, "
	"and how many probes were lost, late, copied or ambiguous.";

int
cmd_rtt(int argc, char **argv)
{
	struct options o;
	const struct opt table[] = {OPTIONS_INPUT(&o), OPTIONS_GROUPING(&o), OPTIONS_METRIC(&o),
		OPTIONS_SAMPLES(&o), OPTIONS_OUTPUT(&o), OPTIONS_END};
	struct pipeline p = {&o, PIPELINE_RTT, SUMMARIZE_SUMMARY | SUMMARIZE_COUNTS, false};

	return pipeline_main(&p, pipeline_run, table, usage, about, argc, argv);
}
