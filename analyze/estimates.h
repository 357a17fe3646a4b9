#ifndef VANTAGE_ANALYZE_ESTIMATES_H
#define VANTAGE_ANALYZE_ESTIMATES_H
/*
 * estimates - mean and quantiles of a cell with their confidence intervals (METHODS, "Summaries and
 * intervals").
 *
 * A cell of several runs: the statistic is taken in each run, then averaged over runs without
 * weights; its interval is Student's t over the runs.  A cell of one run: over its probes, for the
 * mean with the effective sample size for their correlation, for quantiles from order statistics.
 * On demand, BCa bootstrap intervals besides, which resample the runs' statistics (their mean is
 * the estimate) or the probes; the latter as if they were independent.
 */
#include <stddef.h>
#include <stdint.h>

#include "analyze/series.h"
#include "analyze/stats/interval.h"

struct estimate_params {
	double level;            /* of confidence */
	const double *quantiles; /* probabilities; NULL: the median */
	size_t n_quantiles;
	size_t n_resamples; /* of the bootstrap; 0 none */
	uint64_t seed;      /* of its generator */
	unsigned n_threads; /* the digits do not depend on them */
};

struct estimate {
	char statistic[32]; /* "mean", "median", "q0.9" */
	struct interval ci; /* lower and upper NaN where there is a reason */
	const char *method;
	size_t n;           /* runs or probes that it is over */
	double n_effective; /* NaN over runs, and for bootstrap intervals */
	char reason[120];   /* why the interval is undefined, "" if it is not */
};

struct estimates {
	struct estimate *items; /* the mean first, then the quantiles, then both by bootstrap */
	size_t n;
};

/* estimates_over_runs - of n prepared series; runs without samples do not count. */
void estimates_over_runs(struct estimates *e, struct series *const *series, size_t n,
	const struct estimate_params *p);
/* estimates_over_probes - of one prepared series whose values are x[n] now (ascending). */
void estimates_over_probes(struct estimates *e, const struct series *s, const double *x, size_t n,
	const struct estimate_params *p);
void estimates_release(struct estimates *e);

#endif
