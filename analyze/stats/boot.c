/*
 * boot - BCa bootstrap; see boot.h.
 *
 * With t the statistic, t* its B replicates, Phi the normal distribution:
 *
 *     z0    = Phi^-1(share of t* below t, those equal to it counting half)     the bias
 *     a     = sum u^3 / (6 (sum u^2)^(3/2)), u the jackknife influences        the acceleration
 *     alpha = Phi(z0 + (z0 + z) / (1 - a (z0 + z))), z = Phi^-1((1 -+ level)/2)
 *
 * and the bounds are the quantiles of t* at both alpha: the order statistic of rank (B + 1) alpha,
 * between two ranks by interpolation on the scale of normal quantiles.  That is what R's
 * boot::boot.ci(type = "bca") computes when it is given these resamples and influences, except
 * where replicates equal t, which is common with medians: boot counts none of them, which shifts
 * the interval for no reason; halves are SciPy's choice.
 *
 * Ranks outside 1 .. B are refused rather than replaced by the ends: then the resamples are too
 * few for the level.  When no value has any influence (a median amid equal values), a is 0.
 *
 * A statistic without influences of its own is recomputed without each value.  That would be
 * quadratic, so above as many values as resamples, groups of them are left out together: a is a
 * third moment over a second one, and adding up the influences of a group changes both alike.
 * Groups take every G-th value of the sorted sample, so that each spreads over all of it.
 *
 * The mean adds with a compensation, for resamples of 10^6 values; the median selects, in a time
 * proportional to n.
 */
#include "analyze/stats/boot.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/stats/random.h"
#include "analyze/stats/select.h"
#include "analyze/stats/sort.h"
#include "analyze/stats/twosum.h"
#include "core/alloc.h"

/* ---- mean ---- */

static double
sum_of(const double *x, size_t n, double factor)
{
	struct twosum sum = {0, 0};

	for (size_t i = 0; i < n; i++)
		twosum_add(&sum, x[i] * factor);
	return sum.hi + sum.lo;
}

static double
mean_of(double *x, size_t n, const void *ctx)
{
	double sum = sum_of(x, n, 1);

	(void)ctx;
	/* Beyond the largest double: by a factor above any n. */
	return isfinite(sum) ? sum / (double)n : sum_of(x, n, 0x1p-64) / (double)n * 0x1p64;
}

/* Brings values whose sums would leave the range of a double back into it. */
static double
safe_factor(const double *x, size_t n)
{
	return fmax(fabs(x[0]), fabs(x[n - 1])) > 0x1p900 ? 0x1p-100 : 1;
}

static void
mean_influence(double *u, const double *x, size_t n)
{
	double factor = safe_factor(x, n), mean = sum_of(x, n, factor) / (double)n;

	for (size_t i = 0; i < n; i++)
		u[i] = x[i] * factor - mean;
}

const struct boot_statistic boot_mean = {mean_of, mean_influence, NULL};

/* ---- median ---- */

static double
median_of(double *x, size_t n, const void *ctx)
{
	const size_t ranks[2] = {(n - 1) / 2, n / 2};
	double two[2], sum;

	(void)ctx;
	select_ranks(two, x, n, ranks, 2);
	sum = two[0] + two[1];
	return isfinite(sum) ? sum / 2 : two[0] / 2 + two[1] / 2;
}

/*
 * Without a value below the middle x[k], the median moves up, and the other way round: three values
 * of it there are, here relative to x[k], and doubled where that saves a division.
 */
static void
median_influence(double *u, const double *x, size_t n)
{
	size_t k = n / 2;
	double factor = safe_factor(x, n), below = 0, at, above, mean;

	above = x[k - 1] * factor - x[k] * factor;
	if (n % 2) {
		below = x[k + 1] * factor - x[k] * factor;
		at = below + above;
		mean = ((below + above) * (double)k + at) / (double)n;
	} else {
		at = above;
		mean = above / 2;
	}
	for (size_t i = 0; i < n; i++)
		u[i] = mean - (i < k ? below : i == k ? at : above);
}

const struct boot_statistic boot_median = {median_of, median_influence, NULL};

/* ---- resamples ---- */

void
boot_indices(size_t *index, size_t n, uint64_t seed, uint64_t resample)
{
	struct random random;

	random_init(&random, seed, resample);
	for (size_t i = 0; i < n; i++)
		index[i] = (size_t)random_below(&random, n);
}

void
boot_resample(double *t, uint64_t first, size_t count, const struct boot_statistic *statistic,
	const double *x, size_t n, uint64_t seed)
{
	double *drawn = xmalloc(n * sizeof(*drawn));

	for (size_t b = 0; b < count; b++) {
		struct random random;

		random_init(&random, seed, first + b);
		for (size_t i = 0; i < n; i++)
			drawn[i] = x[random_below(&random, n)];
		t[b] = statistic->of(drawn, n, statistic->ctx);
	}
	free(drawn);
}

/* ---- the interval ---- */

/* Influences of the groups of every n_groups-th value, by leaving them out. */
static void
group_influence(double *u, size_t n_groups, const struct boot_statistic *statistic, const double *x,
	size_t n)
{
	double *rest = xmalloc(n * sizeof(*rest)), mean;

	for (size_t g = 0; g < n_groups; g++) {
		size_t n_rest = 0;

		for (size_t i = 0; i < n; i++)
			if (i % n_groups != g)
				rest[n_rest++] = x[i];
		u[g] = statistic->of(rest, n_rest, statistic->ctx);
	}
	mean = mean_of(u, n_groups, NULL);
	for (size_t g = 0; g < n_groups; g++)
		u[g] = mean - u[g];
	free(rest);
}

/* sum u^3 / (6 (sum u^2)^(3/2)), the u scaled so that no power leaves the range; 0 for all 0. */
static double
skewness_sixth(const double *u, size_t n)
{
	double largest = 0, squares = 0, cubes = 0;

	for (size_t i = 0; i < n; i++)
		largest = fmax(largest, fabs(u[i]));
	if (largest == 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		double v = u[i] / largest;

		squares += v * v;
		cubes += v * v * v;
	}
	return cubes / (6 * squares * sqrt(squares));
}

static double
acceleration(const struct boot_statistic *statistic, const double *x, size_t n, size_t n_resamples)
{
	size_t n_u = statistic->influence || n < n_resamples ? n : n_resamples;
	double *u = xmalloc(n_u * sizeof(*u)), a;

	if (statistic->influence)
		statistic->influence(u, x, n);
	else
		group_influence(u, n_u, statistic, x, n);
	a = skewness_sixth(u, n_u);
	free(u);
	return a;
}

/* Share of t[n] below the estimate, those equal to it counting half. */
static double
share_below(const double *t, size_t n, double estimate)
{
	size_t twice = 0;

	for (size_t i = 0; i < n; i++)
		twice += t[i] < estimate ? 2 : t[i] == estimate;
	return (double)twice / 2 / (double)n;
}

/* Of t[n] ascending, at alpha; false when that is beyond the outermost replicates. */
static bool
replicate_quantile(double *q, const double *t, size_t n, double alpha)
{
	double steps = (double)n + 1, rank = steps * alpha, whole = floor(rank), z, z_next, w;
	size_t k = (size_t)whole;

	if (!(rank >= 1 && rank <= (double)n))
		return false;
	*q = t[k - 1];
	if (rank == whole)
		return true;
	z = gsl_cdf_ugaussian_Pinv(whole / steps);
	z_next = gsl_cdf_ugaussian_Pinv((whole + 1) / steps);
	w = (gsl_cdf_ugaussian_Pinv(alpha) - z) / (z_next - z);
	*q = fmin(fmax((1 - w) * t[k - 1] + w * t[k], t[k - 1]), t[k]);
	return true;
}

static double
adjusted(double z, double bias, double acceleration)
{
	return gsl_cdf_ugaussian_P(bias + (bias + z) / (1 - acceleration * (bias + z)));
}

static enum vstatus
bounds(struct interval *ci, const double *t, size_t n_resamples, double a, double level,
	struct verr *err)
{
	double share = share_below(t, n_resamples, ci->estimate);
	double bias = gsl_cdf_ugaussian_Pinv(share), z = gsl_cdf_ugaussian_Pinv((1 - level) / 2);
	double lower, upper;

	if (!(share > 0 && share < 1))
		return verr_set(err, V_EDOM, "all %zu resamples lie on one side of the estimate",
			n_resamples);
	/* The adjustment has a pole, beyond which it makes no sense. */
	if (a * (bias - z) >= 1 || a * (bias + z) >= 1)
		return verr_set(err, V_EDOM, "the sample is too skewed for a BCa interval");
	if (!replicate_quantile(&lower, t, n_resamples, adjusted(z, bias, a)) ||
		!replicate_quantile(&upper, t, n_resamples, adjusted(-z, bias, a)))
		return verr_set(err, V_EDOM,
			"%zu resamples do not reach level %g on both sides: too few or too "
			"lopsided",
			n_resamples, level);
	ci->lower = lower;
	ci->upper = upper;
	return V_OK;
}

static enum vstatus
check(const double *x, size_t n, size_t n_resamples, double level, struct verr *err)
{
	if (n_resamples < BOOT_RESAMPLES_MIN || n_resamples > BOOT_RESAMPLES_MAX)
		return verr_set(err, V_ELIMIT, "%zu resamples; at least %d and at most %d",
			n_resamples, BOOT_RESAMPLES_MIN, BOOT_RESAMPLES_MAX);
	if (!(level > 0 && level < 1))
		return verr_set(err, V_EDOM, "confidence level %g is outside (0, 1)", level);
	if (n == 0)
		return verr_set(err, V_EDOM, "no samples");
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return verr_set(err, V_EDOM, "sample %zu of %zu is not finite", i + 1, n);
	return V_OK;
}

enum vstatus
boot_interval(struct interval *ci, const struct boot_statistic *statistic, const double *x,
	size_t n, double *t, size_t n_resamples, double level, struct verr *err)
{
	double *copy;
	enum vstatus st = check(x, n, n_resamples, level, err);

	*ci = (struct interval){NAN, NAN, NAN};
	if (st != V_OK)
		return st;
	copy = xmalloc(n * sizeof(*copy));
	memcpy(copy, x, n * sizeof(*copy));
	ci->estimate = statistic->of(copy, n, statistic->ctx);
	free(copy);
	if (n < 2)
		return verr_set(err, V_EDOM, "n too small: a bootstrap takes 2 samples");
	if (x[0] == x[n - 1]) {
		ci->lower = ci->upper = ci->estimate;
		return V_OK;
	}
	sort_f64(t, n_resamples);
	/* NaN sorts before or behind everything else (sort.h). */
	if (!isfinite(ci->estimate) || !isfinite(t[0]) || !isfinite(t[n_resamples - 1]))
		return verr_set(err, V_EDOM, "the statistic of a resample is not a number");
	return bounds(ci, t, n_resamples, acceleration(statistic, x, n, n_resamples), level, err);
}
