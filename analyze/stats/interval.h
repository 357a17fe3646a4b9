#ifndef VANTAGE_STATS_INTERVAL_H
#define VANTAGE_STATS_INTERVAL_H
/*
 * interval - confidence intervals of means and quantiles.
 */
#include <stddef.h>

#include "core/err.h"

/* All NaN but what the function below says is set; so after V_OK, all three are finite. */
struct interval {
	double estimate;
	double lower; /* NaN with V_EDOM: undefined, see the message */
	double upper;
};

/*
 * interval_t - Student t interval of the mean of x[n] at `level` (0.95).
 *   V_EDOM for n < 2 (estimate is still set when n = 1), for a level outside (0, 1) and for a
 *   value that is not finite; V_ELIMIT when the sd or a bound is above the largest double.
 */
enum vstatus
interval_t(struct interval *ci, const double *x, size_t n, double level, struct verr *err);

/*
 * interval_t_effective - as interval_t, the standard error computed with n_eff in the place of n
 *   and n_eff - 1 degrees of freedom (correlated samples of one run).
 *   V_EDOM also for n_eff outside (1, n].
 */
enum vstatus interval_t_effective(struct interval *ci, const double *x, size_t n, double n_eff,
	double level, struct verr *err);

/*
 * interval_t_moments - as interval_t_effective, for a sample whose mean and sd are known.
 */
enum vstatus interval_t_moments(struct interval *ci, double mean, double sd, size_t n, double n_eff,
	double level, struct verr *err);

/*
 * interval_quantile - exact, distribution-free interval of the p-quantile from order statistics.
 *
 *   x[n]  ascending
 * The ranks are those with the highest lower and lowest upper bound such that
 * P(Bin(n, p) < l) <= alpha/2 and P(Bin(n, p) >= u) <= alpha/2: coverage is at least `level`.
 * V_EDOM "n too small" when no pair of ranks reaches the level (n < 6 for a median at 95 %);
 * the estimate (type 7) is set all the same.  V_ELIMIT for n above 2^32 - 1, or when the binomial
 * probabilities near its centre cannot be computed (levels below 0.4 from n = 10^6, below 0.6
 * from n = 10^7; never at the levels in use).
 */
enum vstatus interval_quantile(
	struct interval *ci, const double *x, size_t n, double p, double level, struct verr *err);

#endif
