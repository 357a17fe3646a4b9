/*
 * cmd_stats - "vanalyze describe", "ci" and "cdf": the same statistics over datasets, or over any
 * table of samples.
 */
#include "analyze/commands.h"
#include "analyze/inputs.h"

static int
stats_main(unsigned what, const char *usage, const char *about, int argc, char **argv)
{
	struct options o;
	const struct opt estimates[] = {OPTIONS_METRIC(&o), OPTIONS_GROUPING(&o),
		OPTIONS_ESTIMATES(&o), OPTIONS_INPUT(&o), OPTIONS_PAIR(&o), OPTIONS_OUTPUT(&o),
		OPTIONS_END};
	const struct opt others[] = {OPTIONS_METRIC(&o), OPTIONS_GROUPING(&o), OPTIONS_INPUT(&o),
		OPTIONS_PAIR(&o), OPTIONS_OUTPUT(&o), OPTIONS_END};
	const struct opt *table = what == SUMMARIZE_CI ? estimates : others;
	struct pipeline p = {&o, PIPELINE_PROBES, what, false};

	return pipeline_main(&p, inputs_run, table, usage, about, argc, argv);
}

int
cmd_describe(int argc, char **argv)
{
	return stats_main(SUMMARIZE_DESCRIBE,
		"vanalyze describe [OPTION]... DATASET...|TABLE.csv...",
		"Mean, standard deviation, minimum, quartiles and maximum of every cell, pooled "
		"over the probes of its runs.  Quantiles are Hyndman-Fan type 7.",
		argc, argv);
}

int
cmd_ci(int argc, char **argv)
{
	return stats_main(SUMMARIZE_CI, "vanalyze ci [OPTION]... DATASET...|TABLE.csv...",
		"Confidence intervals of the mean and the median of every cell: Student's t over "
		"its runs; for a cell of one run over its probes, with the effective sample size "
		"for their correlation, and from order statistics for the median.",
		argc, argv);
}

int
cmd_cdf(int argc, char **argv)
{
	return stats_main(SUMMARIZE_CDF, "vanalyze cdf [OPTION]... DATASET...|TABLE.csv...",
		"Empirical distribution functions, pooled over runs and thinned to what a plot can "
		"show, with the Dvoretzky-Kiefer-Wolfowitz band.",
		argc, argv);
}
