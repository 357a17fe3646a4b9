#ifndef VANTAGE_STATS_QUANTILE_H
#define VANTAGE_STATS_QUANTILE_H
/*
 * quantile - the one definition of a sample quantile that every number here follows.
 */
#include <stddef.h>

#include "core/err.h"

/*
 * quant_type7 - sample quantile by linear interpolation between order statistics.
 *
 *   *q    out: the quantile, in the unit of x; NaN on failure
 *   x[n]  samples, ascending, finite
 *   p     probability in [0, 1]
 *
 * With h = (n-1)p and k = floor(h):  q = x[k] + (h-k)(x[k+1]-x[k]).
 * Returns V_EDOM if n is 0, p is outside [0, 1], or a value that q rests on is not finite.
 *
 * Source: Hyndman & Fan 1996, The American Statistician 50(4), 361-365, definition 7; the
 * default of R's quantile(), NumPy and GSL.
 */
enum vstatus quant_type7(double *q, const double *x, size_t n, double p, struct verr *err);

#endif
