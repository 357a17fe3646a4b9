/*
 * compare_shift - Hodges and Lehmann's shift; see compare.h for the definition.
 *
 * The shift is a selection in the n x m matrix of differences, whose rows are sorted when the
 * samples are, so that no difference needs to be stored.  Each step draws a pivot among the
 * candidates, ranks it in all rows in one staircase walk of n + m steps, and discards the
 * candidates on the wrong side (Monahan 1984, ACM Transactions on Mathematical Software 10(3),
 * 265-270; Johnson & Mizoguchi 1978, SIAM Journal on Computing 7(2), 147-153, for the matrix).  The
 * number of steps is that of quickselect over n m values: about 2 ln(n m) expected, whatever the
 * values are, for the pivots are random.  Their seed is fixed and the result does not depend on
 * them.  Differences are rounded before they are compared; rounding keeps the order, so rows stay
 * sorted.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "analyze/stats/compare_int.h"
#include "analyze/stats/random.h"
#include "core/alloc.h"

#define SHIFT_VALUES_MAX UINT32_MAX

/* Differences x[row] - y[.], by rank from the smallest of the row. */
struct selection {
	const double *x;
	const double *y;
	size_t n;
	size_t m;
	uint32_t *from; /* candidates of each row: ranks [from, to) */
	uint32_t *to;
	uint32_t *below; /* of the pivot: how many of each row are < and <= */
	uint32_t *upto;
};

static double
difference(const struct selection *s, size_t row, size_t rank)
{
	return s->x[row] - s->y[s->m - 1 - rank];
}

/* The candidate of that number, counting through the rows. */
static double
candidate(const struct selection *s, uint64_t number)
{
	size_t row = 0;

	while (number >= s->to[row] - s->from[row]) {
		number -= s->to[row] - s->from[row];
		row++;
	}
	return difference(s, row, s->from[row] + (size_t)number);
}

/* Rows further down hold larger differences: the counts only fall, n + m steps each. */
static void
rank_pivot(struct selection *s, double pivot, uint64_t *n_below, uint64_t *n_upto)
{
	uint32_t below = (uint32_t)s->m, upto = (uint32_t)s->m;

	*n_below = *n_upto = 0;
	for (size_t row = 0; row < s->n; row++) {
		while (below > 0 && difference(s, row, below - 1) >= pivot)
			below--;
		while (upto > 0 && difference(s, row, upto - 1) > pivot)
			upto--;
		s->below[row] = below;
		s->upto[row] = upto;
		*n_below += below;
		*n_upto += upto;
	}
}

static void
swap(uint32_t **a, uint32_t **b)
{
	uint32_t *c = *a;

	*a = *b;
	*b = c;
}

/* The difference of rank k of all; *n_upto and s->upto tell how many are not above it. */
static double
select_difference(struct selection *s, uint64_t k, uint64_t *n_upto)
{
	uint64_t low = 0, high = (uint64_t)s->n * s->m;
	struct random random;

	random_init(&random, 0, 0);
	for (;;) {
		double pivot = candidate(s, random_below(&random, high - low));
		uint64_t n_below;

		rank_pivot(s, pivot, &n_below, n_upto);
		if (k < n_below) {
			swap(&s->to, &s->below);
			high = n_below;
		} else if (k >= *n_upto) {
			swap(&s->from, &s->upto);
			low = *n_upto;
		} else {
			return pivot;
		}
	}
}

/* The smallest difference above the one that was selected last; there is one. */
static double
next_difference(const struct selection *s)
{
	double smallest = INFINITY;

	for (size_t row = 0; row < s->n; row++)
		if (s->upto[row] < s->m)
			smallest = fmin(smallest, difference(s, row, s->upto[row]));
	return smallest;
}

static double
median_difference(struct selection *s)
{
	uint64_t count = (uint64_t)s->n * s->m, n_upto;
	double lower = select_difference(s, (count - 1) / 2, &n_upto), upper = lower, sum;

	if (n_upto <= count / 2)
		upper = next_difference(s);
	sum = lower + upper;
	return isfinite(sum) ? sum / 2 : lower / 2 + upper / 2;
}

enum vstatus
compare_shift(double *shift, const struct compare_sample *x, const struct compare_sample *y,
	struct verr *err)
{
	struct selection s = {.x = x->x, .y = y->x, .n = x->n, .m = y->n};
	uint32_t *ranks;
	double median;
	enum vstatus st = compare_check(x, y, err);

	*shift = NAN;
	if (st != V_OK)
		return st;
	if (s.n > SHIFT_VALUES_MAX || s.m > SHIFT_VALUES_MAX)
		return verr_set(err, V_ELIMIT, "more than %u values", (unsigned)SHIFT_VALUES_MAX);
	ranks = xcalloc(4 * s.n, sizeof(*ranks));
	s.from = ranks;
	s.to = ranks + s.n;
	s.below = ranks + 2 * s.n;
	s.upto = ranks + 3 * s.n;
	for (size_t row = 0; row < s.n; row++)
		s.to[row] = (uint32_t)s.m;
	median = median_difference(&s);
	free(ranks);
	if (!isfinite(median))
		return verr_set(err, V_ELIMIT, "the shift is above the largest number");
	*shift = median;
	return V_OK;
}
