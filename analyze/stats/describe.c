/*
 * describe - mean, standard deviation, five-number summary, lag-1 autocorrelation.
 *
 * Method.  The mean is the sum of x, kept as an unevaluated pair of doubles (twosum.h), divided by
 * n as a pair: correct to about n 2^-106 of the mean of |x|, so a small difference of large numbers
 * survives.  The standard deviation takes a second pass over (x - mean) with that pair as the mean
 * (Chan, Golub & LeVeque 1983, The American Statistician 37(3), 242-247, on why two passes):
 * neither an offset of 10^15 above a spread of 1 nor 10^8 values cost digits.
 *
 * Range.  Squares of values beyond 2^-300 .. 2^300 could leave the range of a double.  Such
 * samples are scaled by the power of two of their largest magnitude, which is exact, and the
 * results scaled back.  What is then lost, values 2^-1000 times smaller than the largest, could
 * not have reached the last digit.
 *
 * All-equal values are found by comparing extremes, so that their mean is that value and their
 * deviation 0, both exactly.
 *
 * The rate of correlation of successive probes is estimated by a single coefficient: effective_n
 * assumes a first-order autoregressive series and does not look for longer memory.
 */
#include "analyze/stats/describe.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdbool.h>

#include "analyze/stats/twosum.h"

/* No square, nor a sum of 2^64 of them, over- or underflows while |exponent| is at most this. */
#define SAFE_EXPONENT 300

/* What a pass over the deviations of x needs to know. */
struct centre {
	int exponent; /* values are taken times 2^-exponent */
	struct twosum mean;
};

void
stats_init(void)
{
	gsl_set_error_handler_off();
}

size_t
stats_keep_finite(double *x, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (isfinite(x[i]))
			x[kept++] = x[i];
	return kept;
}

/* n > 0.  The remainder of the division is exact by fma, so the quotient is a pair again. */
static struct twosum
twosum_divide(struct twosum sum, double n)
{
	struct twosum q = {.hi = (sum.hi + sum.lo) / n};

	q.lo = (fma(-q.hi, n, sum.hi) + sum.lo) / n;
	return q;
}

static enum vstatus
extremes(double *min, double *max, const double *x, size_t n, struct verr *err)
{
	*min = *max = x[0];
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(x[i]))
			return verr_set(err, V_EDOM, "sample %zu of %zu is not finite", i + 1, n);
		*min = x[i] < *min ? x[i] : *min;
		*max = x[i] > *max ? x[i] : *max;
	}
	return V_OK;
}

static int
scale_exponent(double min, double max)
{
	int exponent;

	frexp(fmax(fabs(min), fabs(max)), &exponent);
	return exponent >= -SAFE_EXPONENT && exponent <= SAFE_EXPONENT ? 0 : exponent;
}

static double
scaled(double v, int exponent)
{
	return exponent == 0 ? v : ldexp(v, -exponent);
}

static struct centre
centre_of(const double *x, size_t n, double min, double max)
{
	struct centre c = {.exponent = scale_exponent(min, max)};
	struct twosum sum = {0, 0};

	for (size_t i = 0; i < n; i++)
		twosum_add(&sum, scaled(x[i], c.exponent));
	c.mean = twosum_divide(sum, (double)n);
	return c;
}

static double
deviation(const struct centre *c, double v)
{
	return (scaled(v, c->exponent) - c->mean.hi) - c->mean.lo;
}

static double
sum_of_squares(const struct centre *c, const double *x, size_t n)
{
	struct twosum sum = {0, 0};

	for (size_t i = 0; i < n; i++) {
		double d = deviation(c, x[i]);

		twosum_add(&sum, d * d);
	}
	return sum.hi + sum.lo;
}

static double
n_effective(double rho, size_t n)
{
	return fmin(fmax((double)n * (1 - rho) / (1 + rho), 2), (double)n);
}

/* Where a sample lies; V_EDOM for none.  *constant: all values are *mean. */
static enum vstatus
locate(struct centre *c, double *mean, bool *constant, const double *x, size_t n, struct verr *err)
{
	double min, max;
	enum vstatus st;

	*mean = NAN;
	if (n == 0)
		return verr_set(err, V_EDOM, "no samples, so no mean");
	st = extremes(&min, &max, x, n, err);
	if (st != V_OK)
		return st;
	*constant = min == max;
	*mean = min;
	if (*constant)
		return V_OK;
	*c = centre_of(x, n, min, max);
	*mean = fmin(fmax(ldexp(c->mean.hi, c->exponent), min), max);
	return V_OK;
}

static enum vstatus
spread_of(double *sd, const struct centre *c, double squares, size_t n, struct verr *err)
{
	double spread = ldexp(sqrt(squares / (double)(n - 1)), c->exponent);

	if (!isfinite(spread))
		return verr_set(err, V_ELIMIT,
			"the standard deviation of samples around %g is above the largest number",
			ldexp(c->mean.hi, c->exponent));
	*sd = spread;
	return V_OK;
}

enum vstatus
moments(double *mean, double *sd, const double *x, size_t n, struct verr *err)
{
	struct centre c;
	bool constant = false;
	enum vstatus st = locate(&c, mean, &constant, x, n, err);

	*sd = NAN;
	if (st != V_OK)
		return st;
	if (constant) {
		*sd = n > 1 ? 0 : NAN;
		return V_OK;
	}
	return spread_of(sd, &c, sum_of_squares(&c, x, n), n, err);
}

enum vstatus
moments_in_order(
	double *mean, double *sd, double *n_eff, const double *x, size_t n, struct verr *err)
{
	struct twosum squares = {0, 0}, products = {0, 0};
	double previous = 0;
	struct centre c;
	bool constant = false;
	enum vstatus st = locate(&c, mean, &constant, x, n, err);

	*sd = NAN;
	*n_eff = (double)n;
	if (st != V_OK)
		return st;
	if (constant) {
		*sd = n > 1 ? 0 : NAN;
		return V_OK;
	}
	for (size_t i = 0; i < n; i++) {
		double d = deviation(&c, x[i]);

		twosum_add(&squares, d * d);
		twosum_add(&products, previous * d);
		previous = d;
	}
	if (n > 2)
		*n_eff = n_effective((products.hi + products.lo) / (squares.hi + squares.lo), n);
	return spread_of(sd, &c, squares.hi + squares.lo, n, err);
}

/* x[n] ascending, moments known. */
void
summary_complete(struct summary *s, const double *x, size_t n, double mean, double sd)
{
	*s = (struct summary){n, mean, sd, NAN, NAN, NAN, NAN, NAN};
	if (n == 0)
		return;
	s->min = x[0];
	s->max = x[n - 1];
	/* Cannot fail: n > 0. */
	quant_type7(&s->q1, x, n, 0.25, NULL);
	quant_type7(&s->median, x, n, 0.5, NULL);
	quant_type7(&s->q3, x, n, 0.75, NULL);
}

enum vstatus
summary_of(struct summary *s, double *x, size_t n, struct verr *err)
{
	double mean, sd;
	enum vstatus st;

	/* Sorted first: the moments do not depend on the order in which samples arrived. */
	sort_f64(x, n);
	st = moments(&mean, &sd, x, n, err);
	if (st == V_EDOM)
		*s = (struct summary){n, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	else
		summary_complete(s, x, n, mean, sd);
	return st;
}

double
autocorrelation1(const double *x, size_t n)
{
	struct twosum products = {0, 0};
	struct centre c;
	double min, max, previous;

	if (n < 3 || extremes(&min, &max, x, n, NULL) != V_OK || min == max)
		return NAN;
	c = centre_of(x, n, min, max);
	previous = deviation(&c, x[0]);
	for (size_t i = 1; i < n; i++) {
		double d = deviation(&c, x[i]);

		twosum_add(&products, previous * d);
		previous = d;
	}
	return (products.hi + products.lo) / sum_of_squares(&c, x, n);
}

double
effective_n(const double *x, size_t n)
{
	double rho = autocorrelation1(x, n);

	return isnan(rho) ? (double)n : n_effective(rho, n);
}
