/*
 * compare - ratio of means and Welch's test; see compare.h for the definitions.  The shift is in
 * compare_shift.c, what goes by ranks in compare_ranks.c.
 *
 * Range.  Means, standard errors and the quadratic of Fieller's interval take squares and
 * differences, which could leave the range of a double or run into its fixed step near 0.  Samples
 * beyond 2^-300 .. 2^300 are therefore copied times a power of two, which is exact, and results
 * scaled back.
 *
 * Digits.  Fieller's bounds are the roots of A r^2 - 2 P r + C with A = my^2 - t^2 vy,
 * P = mx my, C = mx^2 - t^2 vx; the discriminant P^2 - A C is rewritten as
 * t^2 (mx^2 vy + A vx), a sum of positive terms where A > 0, and the root that would suffer from
 * a subtraction comes from the product of the roots, C / A.  Welch's t of two samples around 10^15
 * rests on the digits of their means beyond the 16th: the rest that each mean leaves is computed
 * from the deviations and added to the difference.
 */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "analyze/stats/compare_int.h"
#include "analyze/stats/describe.h"
#include "analyze/stats/twosum.h"
#include "core/alloc.h"

/* Squares of values within 2^-300 .. 2^300, and products of four of them, are far from the ends. */
#define SAFE_EXPONENT 300

static enum vstatus
check_sample(const struct compare_sample *s, struct verr *err)
{
	if (s->n == 0)
		return verr_set(err, V_EDOM, "no samples");
	for (size_t i = 0; i < s->n; i++)
		if (!isfinite(s->x[i]))
			return verr_set(
				err, V_EDOM, "sample %zu of %zu is not finite", i + 1, s->n);
	if (s->n >= 2 && !(s->n_eff >= 2 && s->n_eff <= (double)s->n))
		return verr_set(err, V_EDOM, "effective size %g of %zu samples is outside [2, n]",
			s->n_eff, s->n);
	return V_OK;
}

enum vstatus
compare_check(const struct compare_sample *x, const struct compare_sample *y, struct verr *err)
{
	enum vstatus st = check_sample(x, err);

	return st == V_OK ? check_sample(y, err) : st;
}

/* ---- means ---- */

/* Where a sample lies, everything times 2^-exponent. */
struct location {
	int exponent;
	double mean;
	double rest; /* what rounding took from the mean */
	double se;   /* NaN for n < 2 */
	double df;
};

static double
largest(const struct compare_sample *s)
{
	return fmax(fabs(s->x[0]), fabs(s->x[s->n - 1]));
}

static int
exponent_of(double magnitude)
{
	int exponent;

	frexp(magnitude, &exponent);
	return exponent >= -SAFE_EXPONENT && exponent <= SAFE_EXPONENT ? 0 : exponent;
}

/* Mean of x - mean. */
static double
rest_of_mean(const double *x, size_t n, double mean)
{
	struct twosum sum = {0, 0};

	for (size_t i = 0; i < n; i++)
		twosum_add(&sum, x[i] - mean);
	return (sum.hi + sum.lo) / (double)n;
}

/* The sample is checked. */
static void
locate(struct location *l, const struct compare_sample *s, int exponent)
{
	const double *x = s->x;
	double *copy = NULL, sd;

	if (exponent != 0) {
		copy = xmalloc(s->n * sizeof(*copy));
		for (size_t i = 0; i < s->n; i++)
			copy[i] = ldexp(s->x[i], -exponent);
		x = copy;
	}
	l->exponent = exponent;
	moments(&l->mean, &sd, x, s->n, NULL);
	l->rest = rest_of_mean(x, s->n, l->mean);
	l->se = sd / sqrt(s->n_eff);
	l->df = s->n_eff - 1;
	free(copy);
}

/* Degrees of freedom of a sum of two independent means with standard errors a and b, not both 0. */
static double
satterthwaite(double se_a, double df_a, double se_b, double df_b)
{
	double both = hypot(se_a, se_b);
	double share_a = (se_a / both) * (se_a / both), share_b = (se_b / both) * (se_b / both);

	return 1 / (share_a * share_a / df_a + share_b * share_b / df_b);
}

/* Can there be an error of the means? */
static enum vstatus
check_spread(const struct location *x, const struct location *y, struct verr *err)
{
	if (isnan(x->se) || isnan(y->se))
		return verr_set(
			err, V_EDOM, "n too small: comparing means takes 2 values on both sides");
	if (x->se == 0 && y->se == 0)
		return verr_set(err, V_EDOM,
			"neither side varies, so nothing tells how far the means can be trusted");
	return V_OK;
}

/* ---- ratio ---- */

static enum vstatus
unbounded(struct ratio *r, const struct location *x, const struct location *y, double a,
	struct verr *err)
{
	bool gap = fabs(x->mean) * y->se >= sqrt(-a) * x->se;

	r->set = gap ? RATIO_RAYS : RATIO_ALL;
	return verr_set(err, V_EDOM, "unbounded: the mean of the baseline may be 0, so %s",
		gap ? "the ratio may be as large as it likes in either direction"
		    : "any ratio fits");
}

/* The estimate is set; neither lower nor upper can be NaN. */
static enum vstatus
fieller(struct ratio *r, const struct location *x, const struct location *y, double level,
	struct verr *err)
{
	double ratio = x->mean / y->mean, scaled_se = fabs(ratio) * y->se;
	double t, a, c, p, half;
	int exponent = x->exponent - y->exponent;

	/* x all 0: no error of its own, and none that y could lend it. */
	r->df = x->se == 0 && scaled_se == 0 ? y->df
					     : satterthwaite(x->se, x->df, scaled_se, y->df);
	t = gsl_cdf_tdist_Qinv((1 - level) / 2, r->df);
	a = (y->mean - t * y->se) * (y->mean + t * y->se);
	if (!(a > 0))
		return unbounded(r, x, y, a, err);
	c = (x->mean - t * x->se) * (x->mean + t * x->se);
	p = x->mean * y->mean;
	half = t * hypot(x->mean * y->se, sqrt(a) * x->se);
	if (half == 0)
		r->lower = r->upper = 0; /* only when x is all 0 */
	else if (p >= 0) {
		r->lower = ldexp(c / (p + half), exponent);
		r->upper = ldexp((p + half) / a, exponent);
	} else {
		r->lower = ldexp((p - half) / a, exponent);
		r->upper = ldexp(c / (p - half), exponent);
	}
	if (!isfinite(r->lower) || !isfinite(r->upper)) {
		r->lower = r->upper = NAN;
		return verr_set(
			err, V_ELIMIT, "the interval of the ratio is wider than numbers go");
	}
	r->lower = fmin(r->lower, r->estimate);
	r->upper = fmax(r->upper, r->estimate);
	r->set = RATIO_INTERVAL;
	return V_OK;
}

static enum vstatus
ratio_of(struct ratio *r, const struct location *x, const struct location *y, double level,
	struct verr *err)
{
	enum vstatus st;

	if (!(level > 0 && level < 1))
		return verr_set(err, V_EDOM, "confidence level %g is outside (0, 1)", level);
	if (y->mean == 0)
		return verr_set(err, V_EDOM, "the mean of the baseline is 0, so no ratio");
	r->estimate = ldexp(x->mean / y->mean, x->exponent - y->exponent);
	if (!isfinite(r->estimate)) {
		r->estimate = NAN;
		return verr_set(err, V_ELIMIT, "the ratio is above the largest number");
	}
	st = check_spread(x, y, err);
	return st == V_OK ? fieller(r, x, y, level, err) : st;
}

enum vstatus
compare_ratio(struct ratio *r, const struct compare_sample *x, const struct compare_sample *y,
	double level, struct verr *err)
{
	struct location lx, ly;
	enum vstatus st = compare_check(x, y, err);

	*r = (struct ratio){NAN, NAN, NAN, NAN, RATIO_NONE};
	if (st != V_OK)
		return st;
	locate(&lx, x, exponent_of(largest(x)));
	locate(&ly, y, exponent_of(largest(y)));
	return ratio_of(r, &lx, &ly, level, err);
}

enum vstatus
compare_mean_of_interval(struct compare_mean *m, double mean, double half_width, double level,
	double n, struct verr *err)
{
	*m = (struct compare_mean){NAN, NAN, NAN};
	if (!isfinite(mean) || !isfinite(half_width) || half_width < 0)
		return verr_set(err, V_EDOM, "no interval");
	if (!(isfinite(n) && n >= 2))
		return verr_set(err, V_EDOM, "nothing says over how many values the interval is");
	if (!(level > 0 && level < 1))
		return verr_set(err, V_EDOM, "confidence level %g is outside (0, 1)", level);
	m->mean = mean;
	m->df = n - 1;
	m->se = half_width / gsl_cdf_tdist_Qinv((1 - level) / 2, m->df);
	return V_OK;
}

static struct location
location_of(const struct compare_mean *m)
{
	int exponent = exponent_of(fabs(m->mean));

	return (struct location){
		exponent, ldexp(m->mean, -exponent), 0, ldexp(m->se, -exponent), m->df};
}

enum vstatus
compare_ratio_of_means(struct ratio *r, const struct compare_mean *x, const struct compare_mean *y,
	double level, struct verr *err)
{
	struct location lx, ly;

	*r = (struct ratio){NAN, NAN, NAN, NAN, RATIO_NONE};
	if (!isfinite(x->mean) || !isfinite(y->mean))
		return verr_set(err, V_EDOM, "a mean is not finite");
	lx = location_of(x);
	ly = location_of(y);
	return ratio_of(r, &lx, &ly, level, err);
}

/* ---- Welch's test ---- */

enum vstatus
compare_welch(struct welch *w, const struct compare_sample *x, const struct compare_sample *y,
	struct verr *err)
{
	struct location lx, ly;
	double t, df;
	int exponent;
	enum vstatus st = compare_check(x, y, err);

	*w = (struct welch){NAN, NAN, {NAN, NAN}};
	if (st != V_OK)
		return st;
	exponent = exponent_of(fmax(largest(x), largest(y)));
	locate(&lx, x, exponent);
	locate(&ly, y, exponent);
	st = check_spread(&lx, &ly, err);
	if (st != V_OK)
		return st;
	t = ((lx.mean - ly.mean) + (lx.rest - ly.rest)) / hypot(lx.se, ly.se);
	df = satterthwaite(lx.se, lx.df, ly.se, ly.df);
	if (!isfinite(t))
		return verr_set(err, V_ELIMIT, "the means are further apart than numbers can tell");
	st = tail_t(&w->p, t, df, err);
	if (st == V_OK) {
		w->t = t;
		w->df = df;
	}
	return st;
}
