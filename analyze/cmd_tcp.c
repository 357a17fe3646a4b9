/*
 * cmd_tcp - "vanalyze tcp": round-trip times of TCP at every point.
 */
#include "analyze/commands.h"
#include "analyze/pipeline.h"

static const char usage[] = "vanalyze tcp [OPTION]... DATASET|RUN|[POINT=]FILE...";
static const char about[] =
	"Round-trip times of TCP connections at every capture point: of the handshake, from data "
	"to its acknowledgment (Karn's rule), and by time stamps; goodput; and how many segments "
	"were retransmitted, reordered or never captured.";

int
cmd_tcp(int argc, char **argv)
{
	struct options o;
	const struct opt table[] = {OPTIONS_INPUT(&o), OPTIONS_GROUPING(&o), OPTIONS_METRIC(&o),
		OPTIONS_SAMPLES(&o), OPTIONS_FLOWS(&o), OPTIONS_OUTPUT(&o), OPTIONS_END};
	struct pipeline p = {&o, PIPELINE_TCP, SUMMARIZE_SUMMARY | SUMMARIZE_COUNTS, false};

	return pipeline_main(&p, pipeline_run, table, usage, about, argc, argv);
}
