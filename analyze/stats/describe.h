#ifndef VANTAGE_STATS_DESCRIBE_H
#define VANTAGE_STATS_DESCRIBE_H
/*
 * describe - moments and order statistics of one sample: arrays in, numbers out.
 *
 * Nothing here knows packets or files.  Values must be finite: non-finite ones are the caller's
 * to count and leave out (stats_keep_finite).  A function that meets one all the same says V_EDOM.
 */
#include <stddef.h>

#include "analyze/stats/quantile.h"
#include "analyze/stats/sort.h"
#include "core/err.h"

/* stats_init - turn GSL's aborting error handler off; called once by main(). */
void stats_init(void);

/* stats_keep_finite - compact x[n] in place to its finite values; how many remain. */
size_t stats_keep_finite(double *x, size_t n);

/*
 * moments - mean and sample standard deviation (n - 1), two passes, compensated.
 *   V_EDOM with both NaN if n is 0 or a value is not finite; *sd = NaN (V_OK) if n is 1;
 *   V_ELIMIT with *mean set and *sd = NaN if the sd is above the largest double.
 */
enum vstatus moments(double *mean, double *sd, const double *x, size_t n, struct verr *err);

/*
 * moments_in_order - moments(), and effective_n() of the same x[n], in the same passes.
 */
enum vstatus moments_in_order(
	double *mean, double *sd, double *n_eff, const double *x, size_t n, struct verr *err);

struct summary {
	size_t n;
	double mean;
	double sd; /* NaN for n < 2 */
	double min;
	double q1;
	double median;
	double q3;
	double max;
};

/*
 * summary_of - x[n] is sorted in place.
 *   V_EDOM (all NaN) for n = 0 or a value that is not finite; V_ELIMIT (sd NaN, the rest set) if
 *   the sd is above the largest double.
 */
enum vstatus summary_of(struct summary *s, double *x, size_t n, struct verr *err);

/* summary_complete - the rest of a summary for x[n] ascending whose moments are known; n = 0:
 *   all NaN. */
void summary_complete(struct summary *s, const double *x, size_t n, double mean, double sd);

/*
 * autocorrelation1 - lag-1 autocorrelation of x in its order, over n in both sums (as R's acf);
 *   NaN for n < 3, constant x, or a value that is not finite.
 */
double autocorrelation1(const double *x, size_t n);
/*
 * effective_n - n (1 - rho) / (1 + rho), clamped to [2, n]; n itself when rho is undefined.
 */
double effective_n(const double *x, size_t n);

#endif
