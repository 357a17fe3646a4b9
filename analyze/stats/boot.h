#ifndef VANTAGE_STATS_BOOT_H
#define VANTAGE_STATS_BOOT_H
/*
 * boot - bootstrap intervals, bias-corrected and accelerated (BCa), of any statistic of one sample.
 *
 *   double *t = xmalloc(n_resamples * sizeof(*t));
 *   boot_resample(t, 0, n_resamples, &boot_median, x, n, seed);
 *   boot_interval(&ci, &boot_median, x, n, t, n_resamples, level, &err);
 *
 * Each resample has a random stream of its own, numbered from 0 (random.h): the replicates are the
 * same however the numbers 0 .. n_resamples - 1 are shared out among threads.
 *
 * The values must be independent.  Resampling the probes of one run ignores their correlation, as
 * every interval over probes does, and cannot be mended by an effective size.
 */
#include <stddef.h>
#include <stdint.h>

#include "analyze/stats/interval.h"
#include "core/err.h"

#define BOOT_RESAMPLES_MIN 100
#define BOOT_RESAMPLES_MAX 1000000

struct boot_statistic {
	/* Of x[n], n >= 1, in any order; may reorder x.  Must not depend on the order. */
	double (*of)(double *x, size_t n, const void *ctx);
	/*
	 * How much x[i] matters, into u[n]: mean of the statistics without one value, less the
	 * statistic without x[i], up to a positive factor; x ascending, n >= 2.  NULL: found by
	 * calling of() without x[i], or without groups of values when n is above the number of
	 * resamples.
	 */
	void (*influence)(double *u, const double *x, size_t n);
	const void *ctx;
};

extern const struct boot_statistic boot_mean;
extern const struct boot_statistic boot_median; /* type 7: the middle, or the mean of two */

/* boot_indices - which of n values resample number `resample` consists of; n of them. */
void boot_indices(size_t *index, size_t n, uint64_t seed, uint64_t resample);

/*
 * boot_resample - the statistic of resamples first .. first + count - 1 of x[n], n >= 1, into
 *   t[count].  O(count n) time, n words of memory.
 */
void boot_resample(double *t, uint64_t first, size_t count, const struct boot_statistic *statistic,
	const double *x, size_t n, uint64_t seed);

/*
 * boot_interval - BCa interval of the statistic from its replicates.
 *   x[n]              ascending, finite
 *   t[n_resamples]    from boot_resample(), all of them; sorted in place
 * V_OK with all three equal if the values are.  V_EDOM with the estimate set: n < 2, a resample
 * whose statistic is not finite, a level that the resamples do not reach (too few or lopsided).
 * V_EDOM with all NaN: n = 0, values that are not finite, a level outside (0, 1).  V_ELIMIT for a
 * number of resamples outside BOOT_RESAMPLES_MIN .. BOOT_RESAMPLES_MAX.
 * Source: Efron 1987, Journal of the American Statistical Association 82(397), 171-185; quantiles
 * of the replicates as Davison & Hinkley 1997, Bootstrap Methods and their Application, 5.2.1.
 */
enum vstatus boot_interval(struct interval *ci, const struct boot_statistic *statistic,
	const double *x, size_t n, double *t, size_t n_resamples, double level, struct verr *err);

#endif
