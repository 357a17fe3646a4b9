/*
 * cmd_compare - "vanalyze compare": every platform, or level of another factor, against a baseline.
 */
#include "analyze/commands.h"
#include "analyze/inputs.h"

static const char usage[] = "vanalyze compare [OPTION]... DATASET...|TABLE.csv...";
static const char about[] =
	"Every platform against a baseline, within cells that agree in all other factors: ratio of "
	"means with Fieller's interval, Hodges and Lehmann's shift, Cliff's delta, p-values of "
	"Mann-Whitney's and Welch's tests, the latter adjusted by Holm's method.  Over runs where "
	"both sides have several, else over probes.";

int
cmd_compare(int argc, char **argv)
{
	struct options o;
	const struct opt table[] = {OPTIONS_BASELINE(&o), OPTIONS_METRIC(&o), OPTIONS_GROUPING(&o),
		OPTIONS_INPUT(&o), OPTIONS_PAIR(&o), OPTIONS_OUTPUT(&o), OPTIONS_END};
	struct pipeline p = {&o, PIPELINE_PROBES, SUMMARIZE_COMPARE, false};

	return pipeline_main(&p, inputs_run, table, usage, about, argc, argv);
}
