/*
 * ecdf - the steps of an empirical distribution function that a plot needs.
 *
 * A step is a distinct value x with p = share of samples <= x.  If the steps do not all fit, then
 * of m points number i (0 .. m-1) is the first step whose p reaches i/(m-1).  Steps left out
 * between two kept ones have p from i/(m-1), which the kept one before them has reached, to below
 * (i+1)/(m-1); so the drawn function is below the true one by less than 1/(m-1), and never
 * above.  Ties reach several marks with one step: fewer than m points come out.
 *
 * Marks are ranks in integers, so the choice is the same on every machine, and each step is found
 * by bisection: O(m log n) after one look for distinct values that ends as soon as there are more
 * than m.
 *
 * Band: P(sup |F_n - F| > eps) <= 2 exp(-2 n eps^2) for every n and F (Massart 1990, Annals of
 * Probability 18(3), 1269-1283), solved for eps.  It holds for independent samples.
 */
#include "analyze/stats/ecdf.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

/* How many samples are <= x[i]: the rank at which the step of x[i] ends. */
static size_t
step_end(const double *x, size_t n, size_t i)
{
	size_t low = i + 1, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (x[middle] <= x[i])
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
all_steps_fit(const double *x, size_t n, size_t max_points)
{
	size_t steps = 1;

	for (size_t i = 1; i < n && steps <= max_points; i++)
		steps += x[i] != x[i - 1];
	return steps <= max_points;
}

/* ceil(i n / intervals) for i <= intervals, at least 1, without the product overflowing. */
static size_t
mark_rank(size_t i, size_t intervals, size_t n)
{
	size_t whole = n / intervals, part = n % intervals;
	size_t rank = i * whole + (i * part + intervals - 1) / intervals;

	return rank > 0 ? rank : 1;
}

static struct ecdf_point
point_at(double x, size_t rank, size_t n, double eps)
{
	double p = (double)rank / (double)n;

	return (struct ecdf_point){x, p, fmax(p - eps, 0), fmin(p + eps, 1)};
}

static enum vstatus
input_check(const double *x, size_t n, double level, struct verr *err)
{
	if (n == 0)
		return verr_set(err, V_EDOM, "no samples, so no distribution function");
	if (!(level > 0 && level < 1))
		return verr_set(err, V_EDOM, "confidence level %g is outside (0, 1)", level);
	/* x is ascending, so what is not finite would be at an end. */
	if (!isfinite(x[0]) || !isfinite(x[n - 1]))
		return verr_set(err, V_EDOM, "among %zu samples are some that are not finite", n);
	return V_OK;
}

enum vstatus
ecdf_thin(struct ecdf_point *points, size_t *n_points, size_t max_points, const double *x, size_t n,
	double level, struct verr *err)
{
	enum vstatus st = input_check(x, n, level, err);
	size_t end = 0, mark = 0;
	bool all;
	double eps;

	assert(max_points >= 2);
	*n_points = 0;
	if (st != V_OK)
		return st;
	all = all_steps_fit(x, n, max_points);
	eps = sqrt(log(2 / (1 - level)) / (2 * (double)n));
	while (end < n) {
		/* The sample that the next kept step has to include. */
		size_t rank = all ? end + 1 : mark_rank(mark++, max_points - 1, n);

		if (rank <= end)
			continue;
		end = step_end(x, n, rank - 1);
		points[(*n_points)++] = point_at(x[rank - 1], end, n, eps);
	}
	return V_OK;
}
