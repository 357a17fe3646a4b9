#ifndef VANTAGE_ANALYZE_STATS_CURVE_H
#define VANTAGE_ANALYZE_STATS_CURVE_H
/*
 * curve - areas under piecewise linear curves.
 */
#include <stddef.h>

#include "core/err.h"

struct curve_area {
	double area;  /* above - below */
	double above; /* of the parts that lie above the level, >= 0 */
	double below; /* of those below it, >= 0 */
};

/*
 * curve_area - the area between the curve through (x[i], y[i]) and the horizontal line y = level,
 *   from x = from to x = to; exact but for rounding: the curve is linear between its points, and
 *   each part that crosses the level is cut at the crossing.
 *   x[n]  strictly ascending, finite; y finite
 *   V_EDOM unless n >= 2 and x[0] <= from < to <= x[n - 1].
 */
enum vstatus curve_area(struct curve_area *a, const double *x, const double *y, size_t n,
	double level, double from, double to, struct verr *err);

#endif
