/*
 * quantile - Hyndman and Fan's definition 7.
 *
 * Peers differ in the last digit because they arrange the interpolation differently, and each
 * arrangement fails somewhere: a + f (b - a) overflows when a and b are huge and of opposite sign,
 * (1 - f) a + f b is not exactly a when a = b.  So the first is used between values of the same
 * sign and the second across zero.  Either way the result lies in [a, b] and grows with p, so
 * quantiles come out in order.
 *
 * Limits: h = (n-1)p is rounded to a double, which moves a quantile that should fall on an order
 * statistic by up to h 2^-53 of the gap to its neighbour, as in every peer.
 */
#include "analyze/stats/quantile.h"

#include <math.h>

static double
between(double a, double b, double fraction)
{
	if (a < 0 && b > 0)
		return (1 - fraction) * a + fraction * b;
	/* The clamp takes back an excess of one rounding error. */
	return fmin(a + fraction * (b - a), b);
}

enum vstatus
quant_type7(double *q, const double *x, size_t n, double p, struct verr *err)
{
	double h, floor_h;
	size_t k, next;

	*q = NAN;
	if (n == 0)
		return verr_set(err, V_EDOM, "no samples, so no quantile");
	if (!(p >= 0 && p <= 1))
		return verr_set(err, V_EDOM, "probability %g is outside [0, 1]", p);
	h = (double)(n - 1) * p;
	floor_h = floor(h);
	k = (size_t)floor_h;
	next = k < n - 1 ? k + 1 : k;
	if (!isfinite(x[k]) || !isfinite(x[next]))
		return verr_set(
			err, V_EDOM, "sample %zu or %zu of %zu is not finite", k + 1, next + 1, n);
	*q = between(x[k], x[next], h - floor_h);
	return V_OK;
}
