#ifndef VANTAGE_STATS_SPREAD_H
#define VANTAGE_STATS_SPREAD_H
/*
 * spread - what a sample looks like beyond its quartiles: box-plot whiskers, coefficient of
 * variation, the grid that values lie on, and whether a series began differently.
 *
 * Only describes; nothing is left out or corrected anywhere because of it.
 */
#include <stddef.h>

#include "core/err.h"

/*
 * tukey_whiskers - the outermost values within 1.5 interquartile ranges of the quartiles.
 *   x[n] ascending, finite; q1, q3 its quartiles (type 7, where R's boxplot() takes hinges).
 *   V_EDOM (both NaN) for n = 0.  O(log n).
 * Source: Tukey 1977, Exploratory Data Analysis, chapter 2.
 */
enum vstatus tukey_whiskers(double *low, double *high, const double *x, size_t n, double q1,
	double q3, struct verr *err);

/* coefficient_of_variation - sd / |mean|; NaN when either is NaN or the mean is 0. */
double coefficient_of_variation(double mean, double sd);

/*
 * grid_step - the smallest distance between two different values, if the sample is quantized:
 *   of at least GRID_SAMPLES_MIN values, no more than one in GRID_SHARE is distinct.  Else 0: the
 *   smallest distance then says nothing about the clock.
 *   x[n] ascending, finite.  O(n).
 */
#define GRID_SAMPLES_MIN 100
#define GRID_SHARE 10
double grid_step(const double *x, size_t n);

/*
 * opening_delta - Cliff's delta of the beginning of a series against the rest of it: 1 when all its
 *   values are above all others, -1 when below.
 *   opening[k]  the first k values of the series, ascending
 *   x[n]        all values, ascending; n > k
 *   NaN for k = 0 or n = k.  O(n).
 * Independent values have a standard deviation of about sqrt(1 / (3 k)) around 0.
 */
double opening_delta(const double *opening, size_t k, const double *x, size_t n);

#endif
