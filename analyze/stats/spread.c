/*
 * spread - see spread.h.
 */
#include "analyze/stats/spread.h"

#include <math.h>
#include <stdint.h>

#define WHISKER_RANGES 1.5

/* How many of x[n] ascending are below v. */
static size_t
count_below(const double *x, size_t n, double v)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (x[mid] < v)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

enum vstatus
tukey_whiskers(double *low, double *high, const double *x, size_t n, double q1, double q3,
	struct verr *err)
{
	double reach = WHISKER_RANGES * (q3 - q1);
	size_t first, end;

	*low = *high = NAN;
	if (n == 0)
		return verr_set(err, V_EDOM, "no samples, so no whiskers");
	first = count_below(x, n, q1 - reach);
	end = count_below(x, n, nextafter(q3 + reach, INFINITY));
	/* Both exist: a quartile lies at or between values of the sample. */
	*low = x[first];
	*high = x[end - 1];
	return V_OK;
}

double
coefficient_of_variation(double mean, double sd)
{
	return mean == 0 ? (double)NAN : sd / fabs(mean);
}

double
grid_step(const double *x, size_t n)
{
	double step = INFINITY;
	size_t n_distinct = 1;

	if (n < GRID_SAMPLES_MIN)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if (x[i] == x[i - 1])
			continue;
		n_distinct++;
		step = fmin(step, x[i] - x[i - 1]);
	}
	return n_distinct > 1 && n_distinct <= n / GRID_SHARE ? step : 0;
}

double
opening_delta(const double *opening, size_t k, const double *x, size_t n)
{
	uint64_t pairs = (uint64_t)k * (n - k), twice_won = 0;
	size_t below = 0, upto = 0;

	if (pairs == 0)
		return NAN;
	for (size_t i = 0; i < k; i++) {
		while (below < n && x[below] < opening[i])
			below++;
		while (upto < n && x[upto] <= opening[i])
			upto++;
		twice_won += (uint64_t)below + upto;
	}
	/* Among themselves, the opening's values win as often as they lose. */
	twice_won -= (uint64_t)k * k;
	return ((double)twice_won - (double)pairs) / (double)pairs;
}
