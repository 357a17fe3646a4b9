#ifndef VANTAGE_STATS_ECDF_H
#define VANTAGE_STATS_ECDF_H
/*
 * ecdf - empirical distribution function as a right-continuous step function, thinned to what a
 * plot can show, with the Dvoretzky-Kiefer-Wolfowitz band (Massart's constant, 1990).
 */
#include <stddef.h>

#include "core/err.h"

struct ecdf_point {
	double x;
	double p;       /* share of samples <= x */
	double p_lower; /* clamped to [0, 1] */
	double p_upper;
};

/*
 * ecdf_thin - at most max_points (>= 2) steps of the ECDF of x[n] (ascending).
 *   points[max_points] out; returns through *n_points how many.  The first distinct value and the
 *   last are always among them; between, the steps that first reach evenly spaced p are kept (all
 *   steps if they fit), so that a reader who draws steps is off by less than 1/(max_points - 1)
 *   in p.
 *   level: of the band, eps = sqrt(ln(2/alpha)/(2n)).  V_EDOM (*n_points = 0) for n = 0, for a
 *   level outside (0, 1) and for values that are not finite.
 */
enum vstatus ecdf_thin(struct ecdf_point *points, size_t *n_points, size_t max_points,
	const double *x, size_t n, double level, struct verr *err);

#endif
