/*
 * cmd_counters - "vanalyze counters": what the machines did meanwhile: CPU, memory, network, disks.
 */
#include <string.h>

#include "analyze/commands.h"
#include "analyze/counters_run.h"

static const char usage[] = "vanalyze counters [OPTION]... DATASET|RUN|FILE...";
static const char about[] =
	"Use of CPU, memory, network interfaces and disks while the runs were recorded, of the "
	"machine and of watched virtual machines and containers: mean and peak of every cell, with "
	"intervals over its runs.  With --during only while requests or probes were under way.";

int
cmd_counters(int argc, char **argv)
{
	struct options o;
	const struct opt table[] = {OPTIONS_COUNTERS(&o), OPTIONS_INPUT(&o), OPTIONS_GROUPING(&o),
		OPTIONS_METRIC(&o), OPTIONS_SAMPLES(&o), OPTIONS_OUTPUT(&o), OPTIONS_END};
	struct pipeline p = {.options = &o};

	return pipeline_main(&p, counters_run, table, usage, about, argc, argv);
}
