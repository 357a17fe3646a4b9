#ifndef VANTAGE_STATS_SELECT_H
#define VANTAGE_STATS_SELECT_H
/*
 * select - order statistics of samples that are not sorted, without sorting them.
 */
#include <stddef.h>

#include "core/err.h"

/*
 * select_ranks - the values at given places of the ascending order.
 *
 *   value[n_ranks]  out
 *   x[n]            finite; only read
 *   rank[n_ranks]   ascending, from 0, below n; may repeat
 *
 * O(n) for any data; scratch: as much as the parts of x that hold a wanted value, usually little.
 */
void select_ranks(double *value, const double *x, size_t n, const size_t *rank, size_t n_ranks);

/*
 * select_quantiles - quant_type7() of unsorted samples, for several probabilities at once.
 *
 *   q[n_p]  out; all NaN on failure
 *   p[n_p]  ascending, in [0, 1]; at most SELECT_QUANTILES_MAX
 *
 * V_EDOM if n is 0, a p is outside [0, 1] or a value is not finite.
 */
#define SELECT_QUANTILES_MAX 64
enum vstatus select_quantiles(
	double *q, const double *x, size_t n, const double *p, size_t n_p, struct verr *err);

#endif
