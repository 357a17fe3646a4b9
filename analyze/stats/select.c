/*
 * select - k-th smallest values by counting: the first pass of a radix sort, and no more of it.
 *
 * Method.  The range from the smallest to the largest value is cut into BUCKETS equal parts of the
 * doubles' keys (key.h), and the values in each are counted.  The counts say in which bucket a
 * wanted rank lies; only the values of such buckets are copied out, and the search goes on in them.
 * Below SORT_BELOW values they are sorted.  Keys rather than values, because an outlier of 10^300
 * then costs 10 of the 12 bits of a bucket's number at most, not all of them.  Each step narrows
 * the range by 12 bits: there are 6 at most, one or two in practice.
 *
 * Quickselect would move the samples about, which are the caller's, and depends on its pivots.
 *
 * Limits: one thread.
 */
#include "analyze/stats/select.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/stats/key.h"
#include "analyze/stats/quantile.h"
#include "analyze/stats/sort.h"
#include "core/alloc.h"

#define BUCKET_BITS 12
#define BUCKETS (1u << BUCKET_BITS)
#define SORT_BELOW 2048

/* How values fall into buckets. */
struct buckets {
	uint64_t min_key;
	unsigned shift;
	size_t count[BUCKETS];
};

/* A bucket with wanted ranks, and its values. */
struct part {
	size_t bucket;
	size_t n_before; /* values in lower buckets */
	size_t n;
	double *x;
};

static size_t
bucket_of(const struct buckets *b, double v)
{
	return (size_t)((key_of(v) - b->min_key) >> b->shift);
}

static void
extremes(double *min, double *max, const double *x, size_t n)
{
	*min = *max = x[0];
	for (size_t i = 1; i < n; i++) {
		*min = x[i] < *min ? x[i] : *min;
		*max = x[i] > *max ? x[i] : *max;
	}
}

static void
buckets_fill(struct buckets *b, double min, double max, const double *x, size_t n)
{
	unsigned bits = bit_length(key_of(max) - key_of(min));

	memset(b, 0, sizeof *b);
	b->min_key = key_of(min);
	b->shift = bits > BUCKET_BITS ? bits - BUCKET_BITS : 0;
	for (size_t i = 0; i < n; i++)
		b->count[bucket_of(b, x[i])]++;
}

/* The buckets that hold a wanted rank, ascending; how many. */
static size_t
find_parts(struct part *parts, const struct buckets *b, const size_t *rank, size_t n_ranks)
{
	size_t n_parts = 0, n_before = 0, r = 0;

	for (size_t k = 0; k < BUCKETS && r < n_ranks; k++) {
		if (rank[r] < n_before + b->count[k])
			parts[n_parts++] = (struct part){k, n_before, b->count[k], NULL};
		n_before += b->count[k];
		while (r < n_ranks && rank[r] < n_before)
			r++;
	}
	return n_parts;
}

/* Copies the values of each part to its x, all in one allocation, which is returned. */
static double *
gather(struct part *parts, size_t n_parts, const struct buckets *b, const double *x, size_t n)
{
	double *next[BUCKETS] = {NULL}; /* where a value of the bucket goes; NULL: not wanted */
	double *all;
	size_t total = 0;

	for (size_t k = 0; k < n_parts; k++)
		total += parts[k].n;
	all = xmalloc_large(total * sizeof *all);
	for (size_t k = 0, begin = 0; k < n_parts; begin += parts[k].n, k++)
		parts[k].x = next[parts[k].bucket] = all + begin;
	for (size_t i = 0; i < n; i++) {
		double **place = &next[bucket_of(b, x[i])];

		if (*place)
			*(*place)++ = x[i];
	}
	return all;
}

static void
select_by_sorting(double *value, const double *x, size_t n, const size_t *rank, size_t n_ranks)
{
	double sorted[SORT_BELOW];

	memcpy(sorted, x, n * sizeof *x);
	sort_f64(sorted, n);
	for (size_t r = 0; r < n_ranks; r++)
		value[r] = sorted[rank[r]];
}

static void
select_by_counting(double *value, const double *x, size_t n, const size_t *rank, size_t n_ranks);

void
select_ranks(double *value, const double *x, size_t n, const size_t *rank, size_t n_ranks)
{
	if (n_ranks == 0)
		return;
	assert(rank[n_ranks - 1] < n);
	if (n <= SORT_BELOW)
		select_by_sorting(value, x, n, rank, n_ranks);
	else
		select_by_counting(value, x, n, rank, n_ranks);
}

/* The ranks that lie in a part, told within it, go on there; how many they are. */
static size_t
select_in_part(double *value, const struct part *part, const size_t *rank, size_t n_ranks)
{
	size_t *within = xcalloc(n_ranks, sizeof *within), n_within = 0;

	while (n_within < n_ranks && rank[n_within] < part->n_before + part->n) {
		within[n_within] = rank[n_within] - part->n_before;
		n_within++;
	}
	select_ranks(value, part->x, part->n, within, n_within);
	free(within);
	return n_within;
}

static void
select_by_counting(double *value, const double *x, size_t n, const size_t *rank, size_t n_ranks)
{
	struct buckets *b = xmalloc(sizeof *b);
	struct part *parts = xcalloc(n_ranks, sizeof *parts);
	double min, max, *all = NULL;
	size_t n_parts = 0, done = 0;

	extremes(&min, &max, x, n);
	if (min < max) {
		buckets_fill(b, min, max, x, n);
		n_parts = find_parts(parts, b, rank, n_ranks);
		all = gather(parts, n_parts, b, x, n);
	}
	free(b);
	for (size_t k = 0; k < n_parts; k++)
		done += select_in_part(value + done, &parts[k], rank + done, n_ranks - done);
	for (; done < n_ranks; done++) /* all values are equal */
		value[done] = min;
	free(parts);
	free(all);
}

/*
 * Ascending, place[] telling where each came from.  Probabilities less than one rank apart give
 * k, k + 1, k, k + 1; all else is in order as it is.
 */
static void
sort_few(size_t *rank, size_t *place, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t r = rank[i], j = i;

		for (; j > 0 && rank[j - 1] > r; j--) {
			rank[j] = rank[j - 1];
			place[j] = place[j - 1];
		}
		rank[j] = r;
		place[j] = i;
	}
}

/* Where a quantile lies: between the order statistics rank[0] and rank[1]. */
static void
place_quantile(size_t rank[2], double *fraction, double p, size_t n)
{
	double h = (double)(n - 1) * p, whole = floor(h);

	rank[0] = (size_t)whole;
	rank[1] = rank[0] < n - 1 ? rank[0] + 1 : rank[0];
	*fraction = h - whole;
}

static enum vstatus
check_quantiles(const double *x, size_t n, const double *p, size_t n_p, struct verr *err)
{
	if (n == 0)
		return verr_set(err, V_EDOM, "no samples, so no quantile");
	for (size_t i = 0; i < n_p; i++)
		if (!(p[i] >= 0 && p[i] <= 1))
			return verr_set(err, V_EDOM, "probability %g is outside [0, 1]", p[i]);
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return verr_set(err, V_EDOM, "sample %zu of %zu is not finite", i + 1, n);
	return V_OK;
}

enum vstatus
select_quantiles(
	double *q, const double *x, size_t n, const double *p, size_t n_p, struct verr *err)
{
	size_t rank[2 * SELECT_QUANTILES_MAX], place[2 * SELECT_QUANTILES_MAX];
	double value[2 * SELECT_QUANTILES_MAX], around[2 * SELECT_QUANTILES_MAX];
	double fraction[SELECT_QUANTILES_MAX];
	enum vstatus st = check_quantiles(x, n, p, n_p, err);

	assert(n_p <= SELECT_QUANTILES_MAX);
	for (size_t i = 0; i < n_p; i++)
		q[i] = NAN;
	if (st != V_OK || n_p == 0)
		return st;
	for (size_t i = 0; i < n_p; i++)
		place_quantile(rank + 2 * i, &fraction[i], p[i], n);
	sort_few(rank, place, 2 * n_p);
	select_ranks(value, x, n, rank, 2 * n_p);
	for (size_t i = 0; i < 2 * n_p; i++)
		around[place[i]] = value[i];
	/* The quantile at `fraction` of these two is the interpolation that is wanted. */
	for (size_t i = 0; i < n_p; i++)
		quant_type7(&q[i], around + 2 * i, 2, fraction[i], NULL);
	return V_OK;
}
