/*
 * buckets - see buckets.h.
 *
 * The k-th smallest sample is in the first bucket whose cumulated count exceeds k, so an order
 * statistic costs one pass over the buckets, however many samples they hold.  Moments are taken in
 * two passes, the second about the mean, so that nothing cancels.
 */
#include "analyze/stats/buckets.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static int
by_edges(const void *a, const void *b)
{
	const struct bucket *x = a, *y = b;

	if (x->lower != y->lower)
		return x->lower < y->lower ? -1 : 1;
	return (x->upper > y->upper) - (x->upper < y->upper);
}

size_t
buckets_sort(struct bucket *b, size_t n)
{
	size_t kept = 0;

	if (n > 1)
		qsort(b, n, sizeof *b, by_edges);
	for (size_t i = 0; i < n; i++) {
		if (kept && !by_edges(&b[kept - 1], &b[i]))
			b[kept - 1].count += b[i].count;
		else
			b[kept++] = b[i];
	}
	return kept;
}

static double
middle(const struct bucket *b)
{
	return b->lower + (b->upper - b->lower) / 2;
}

static enum vstatus
count_all(uint64_t *total, const struct bucket *b, size_t n, struct verr *err)
{
	*total = 0;
	for (size_t i = 0; i < n; i++) {
		if (b[i].count > BUCKETS_TOTAL_MAX - *total)
			return verr_set(err, V_ELIMIT, "more than 2^53 samples");
		*total += b[i].count;
	}
	return *total ? V_OK : verr_set(err, V_EDOM, "no samples");
}

/* The sample of that rank, from 0. */
static double
order_statistic(const struct bucket *b, size_t n, uint64_t rank)
{
	uint64_t below = 0;
	size_t i = 0;

	while (i + 1 < n && below + b[i].count <= rank)
		below += b[i++].count;
	return middle(&b[i]);
}

static double
quantile(const struct bucket *b, size_t n, uint64_t total, double p)
{
	double h = (double)(total - 1) * p, k = floor(h);
	double low = order_statistic(b, n, (uint64_t)k);
	double high = order_statistic(b, n, (uint64_t)k + (h > k));

	return low + (h - k) * (high - low);
}

enum vstatus
buckets_summary(struct summary *s, const struct bucket *b, size_t n, struct verr *err)
{
	uint64_t total;
	double sum = 0, squares = 0;
	enum vstatus st = count_all(&total, b, n, err);

	*s = (struct summary){0, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	if (st != V_OK)
		return st;
	for (size_t i = 0; i < n; i++)
		sum += (double)b[i].count * middle(&b[i]);
	s->n = total;
	s->mean = sum / (double)total;
	for (size_t i = 0; i < n; i++)
		squares += (double)b[i].count * pow(middle(&b[i]) - s->mean, 2);
	s->sd = total > 1 ? sqrt(squares / (double)(total - 1)) : NAN;
	s->min = order_statistic(b, n, 0);
	s->q1 = quantile(b, n, total, 0.25);
	s->median = quantile(b, n, total, 0.5);
	s->q3 = quantile(b, n, total, 0.75);
	s->max = order_statistic(b, n, total - 1);
	return V_OK;
}

enum vstatus
buckets_ecdf(struct ecdf_point *points, size_t *n_points, size_t max_points, const struct bucket *b,
	size_t n, double level, struct verr *err)
{
	uint64_t total, reached = 0;
	size_t mark = 0;
	double eps;
	enum vstatus st = count_all(&total, b, n, err);

	assert(max_points >= 2);
	*n_points = 0;
	if (st == V_OK && !(level > 0 && level < 1))
		st = verr_set(err, V_EDOM, "confidence level %g is outside (0, 1)", level);
	if (st != V_OK)
		return st;
	eps = sqrt(log(2 / (1 - level)) / (2 * (double)total));
	for (size_t i = 0; i < n; i++) {
		double p;

		reached += b[i].count;
		p = (double)reached / (double)total;
		/* The first step, the one that reaches each mark, and the last. */
		if (!b[i].count || p * (double)(max_points - 1) < (double)mark)
			continue;
		points[(*n_points)++] =
			(struct ecdf_point){b[i].upper, p, fmax(p - eps, 0), fmin(p + eps, 1)};
		while (mark < max_points && p * (double)(max_points - 1) >= (double)mark)
			mark++;
	}
	return V_OK;
}
