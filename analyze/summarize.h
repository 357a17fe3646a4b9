#ifndef VANTAGE_ANALYZE_SUMMARIZE_H
#define VANTAGE_ANALYZE_SUMMARIZE_H
/*
 * summarize - from series and tallies to the analyses of a results document (METHODS,
 * "Summaries and intervals").
 *
 * Per cell the statistic is taken in each run, then averaged over runs; its interval is
 * Student's t over the runs.  A cell of a single run has its interval over probes, and says so.
 * describe and cdf pool the probes of all runs of the cell.  compare is contrast.h's.
 */
#include "analyze/contrast.h"
#include "analyze/measure.h"
#include "core/results.h"

enum summarize_what {
	SUMMARIZE_SUMMARY = 1 << 0, /* one row a cell with the most wanted of all others */
	SUMMARIZE_DESCRIBE = 1 << 1,
	SUMMARIZE_CI = 1 << 2,
	SUMMARIZE_CDF = 1 << 3,
	SUMMARIZE_COUNTS = 1 << 4,
	SUMMARIZE_COMPARE = 1 << 5, /* against the baseline, where there is one */
	SUMMARIZE_KENDALL = 1 << 6, /* these two of probes, not of series: frames_stats.h */
	SUMMARIZE_OUTLIERS = 1 << 7,
	SUMMARIZE_RUNS = 1 << 9, /* the runs of each cell, one by one: byrun.h */
	SUMMARIZE_AGAINST =
		1 << 8, /* summaries beside published values among the inputs: against.h */
};

#define CDF_POINTS_MAX 200 /* what a plot can show */

struct summarize_params {
	unsigned what;         /* SUMMARIZE_ bits */
	const char *const *by; /* run-level names; point, inner and outer are added by need */
	size_t n_by;
	double level;                 /* of confidence */
	const struct filter *metrics; /* levels are metric names; NULL all */
	const double *quantiles;      /* whose intervals `ci` gives; NULL: the median's */
	size_t n_quantiles;
	size_t n_resamples; /* of `ci`'s bootstrap; 0 none */
	uint64_t seed;
	unsigned n_threads;              /* for the bootstrap; 0 counts as 1 */
	struct contrast_params contrast; /* factor NULL: no baseline, no compare */
};

/*
 * summarize_identities - names besides the user's that tell series apart, of those that the labels
 *   have: points, hosts, and what measures of throughput add.  A new heap array.
 */
const char **summarize_identities(size_t *n, const struct measures *m, const struct labels *labels);

/* summarize - append analyses for every metric.  Consumes the series' values. */
void summarize(struct results *r, struct measures *m, const struct summarize_params *params);

#endif
