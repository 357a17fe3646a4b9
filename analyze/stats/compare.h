#ifndef VANTAGE_STATS_COMPARE_H
#define VANTAGE_STATS_COMPARE_H
/*
 * compare - how one sample differs from another: the ratio of means, the shift, the dominance, and
 * two tests of "no difference".
 *
 * Every function takes two samples: x, and y as what it is compared with (the baseline).
 * Exchanging them turns a shift and a delta into their negatives, bit by bit, and leaves the
 * p-values alone.  What is undefined is NaN, with V_EDOM and the reason; nothing is ever guessed.
 *
 * Correlated samples.  Means and their tests take an effective size: the probes of one run are a
 * correlated series whose mean varies as that of n_eff independent values (effective_n()), so the
 * standard error is sd / sqrt(n_eff) and has n_eff - 1 degrees of freedom, as in interval.h.
 * Hodges and Lehmann's shift and Cliff's delta are estimates and do not depend on it.  The
 * Mann-Whitney test does: it is defined for independent values only, and its p is too small for
 * correlated ones.  There is no effective size of ranks to mend it with (the autocorrelation of
 * heavy-tailed values is not that of their ranks), so it is left as every other program gives it,
 * for the caller to mark.
 */
#include <stdbool.h>
#include <stddef.h>

#include "analyze/stats/tail.h"
#include "core/err.h"

struct compare_sample {
	const double *x; /* n values, ascending, finite */
	size_t n;
	double n_eff; /* in [2, n]; n itself for independent values, and for n < 2 */
};

/* What the values of the ratio that fit the data are (Fieller). */
enum ratio_set {
	RATIO_NONE,     /* undefined */
	RATIO_INTERVAL, /* from lower to upper */
	RATIO_RAYS,     /* all but a gap: unbounded */
	RATIO_ALL,      /* any ratio fits: unbounded */
};

struct ratio {
	double estimate; /* mean of x / mean of y; NaN when the mean of y is 0 */
	double lower;    /* NaN unless the set is an interval */
	double upper;
	double df; /* of the t quantile; NaN where there is none */
	enum ratio_set set;
};

/*
 * compare_ratio - ratio of means with Fieller's interval at `level`.
 *
 * The set of all ratios r with (mx - r my)^2 <= t^2 (vx + r^2 vy), v the squared standard errors
 * of the means, t Student's quantile with Welch and Satterthwaite's degrees of freedom for
 * mx - r my at the estimated r.  It is an interval unless that of my alone (with the same t) holds
 * 0.
 *   V_OK: an interval.  V_EDOM with the estimate set: unbounded (says so), fewer than 2 values,
 *   neither sample varies.  V_EDOM with all NaN: no values, values that are not finite, my = 0,
 *   a level outside (0, 1).  V_ELIMIT when a result is beyond the largest double.
 * Source: Fieller 1954, Journal of the Royal Statistical Society B 16(2), 175-185; the degrees of
 * freedom as Tamhane & Logan 2004, Statistics in Medicine 23(24), 3887-3901.
 */
enum vstatus compare_ratio(struct ratio *r, const struct compare_sample *x,
	const struct compare_sample *y, double level, struct verr *err);

/* A mean of which only its error is known, as a published one. */
struct compare_mean {
	double mean;
	double se; /* standard error of the mean, >= 0 */
	double df; /* degrees of freedom that it has, > 0 */
};

/*
 * compare_mean_of_interval - mean and half width of Student's interval at `level` over n values:
 *   se = half_width / t, with n - 1 degrees of freedom.
 *   V_EDOM (all NaN) for n < 2, a level outside (0, 1), a negative half width, or numbers that are
 *   not finite.
 */
enum vstatus compare_mean_of_interval(struct compare_mean *m, double mean, double half_width,
	double level, double n, struct verr *err);

/* compare_ratio_of_means - compare_ratio() where only means and their errors are known; the same
 *   interval as from the samples.  V_EDOM also for numbers that are not finite. */
enum vstatus compare_ratio_of_means(struct ratio *r, const struct compare_mean *x,
	const struct compare_mean *y, double level, struct verr *err);

/*
 * compare_shift - Hodges and Lehmann's shift: the median of all n m differences x[i] - y[k], each
 *   rounded once; of an even number, the mean of the two in the middle.
 *   Exact: no iteration to a tolerance.  O((n + m) log(n m)) expected time, 16 n bytes of memory.
 *   V_EDOM (NaN) for no values or values that are not finite; V_ELIMIT beyond 2^32 - 1 values, or
 *   when the median itself is beyond the largest double.
 * Source: Hodges & Lehmann 1963, The Annals of Mathematical Statistics 34(2), 598-611.
 */
enum vstatus compare_shift(double *shift, const struct compare_sample *x,
	const struct compare_sample *y, struct verr *err);

struct rank_comparison {
	double u;            /* pairs with x > y, and half of those with x = y (R's W) */
	double cliffs_delta; /* P(x > y) - P(x < y), in [-1, 1] */
	struct pvalue p;     /* Mann-Whitney, two-sided */
	bool exact;          /* p is exact; else from the normal approximation */
};

#define COMPARE_EXACT_BELOW 50 /* values in both samples, as R has it */

/*
 * compare_ranks - Cliff's delta and the Mann-Whitney test.
 *   p is exact when there are no ties and both samples have fewer than COMPARE_EXACT_BELOW values,
 *   else normal with tie and continuity correction: R's wilcox.test() without options.
 *   V_EDOM with all NaN for no values or values that are not finite; with p NaN when all values
 *   are equal (delta is 0).  V_ELIMIT beyond 2^31 values.  O(n + m).
 * Source: Mann & Whitney 1947, The Annals of Mathematical Statistics 18(1), 50-60; Cliff 1993,
 * Psychological Bulletin 114(3), 494-509.
 */
enum vstatus compare_ranks(struct rank_comparison *r, const struct compare_sample *x,
	const struct compare_sample *y, struct verr *err);

struct welch {
	double t;
	double df; /* Welch and Satterthwaite */
	struct pvalue p;
};

/*
 * compare_welch - Welch's t test of equal means, two-sided.
 *   V_EDOM (all NaN) for fewer than 2 values in either sample, values that are not finite, or when
 *   neither sample varies; V_ELIMIT when t is beyond the largest double.
 * Source: Welch 1947, Biometrika 34(1/2), 28-35.
 */
enum vstatus compare_welch(struct welch *w, const struct compare_sample *x,
	const struct compare_sample *y, struct verr *err);

#endif
