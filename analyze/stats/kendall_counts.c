/*
 * kendall_counts - see kendall_counts.h.
 *
 * Method.  Rows are walked by ascending x.  Against the samples with smaller x, one sample of a row
 * is concordant with those of smaller y and discordant with those of larger y, so
 *
 *   C - D = sum over rows of count * (samples before with smaller y - those with larger y).
 *
 * How many samples so far have a y below some value is a prefix sum over the groups of y, in a
 * binary indexed tree (Fenwick 1994, Software: Practice and Experience 24(3), 327-336).  Rows of
 * equal x enter the tree together, after all of them have been counted against it.  The column with
 * fewer distinct values gives the tree, so that a factor of two levels costs two steps a row.
 *
 * Exactness.  With N <= 2^41 samples the score is below 2^81, and the largest sum that the variance
 * needs, N (N - 1) (N - 2), below 2^123: both are integers of 128 bits without rounding.  Prefix
 * sums are below 2^42.  From there on it is kendall.c's arithmetic, hence the same digits.
 */
#include "analyze/stats/kendall_counts.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "analyze/stats/kendall_int.h"
#include "core/alloc.h"

/* ---- columns ---- */

static enum vstatus
add_up(struct kendall_counts *c, size_t n, struct verr *err)
{
	for (size_t i = 0; i < n; i++) {
		if (c->count[i] > KENDALL_COUNTS_TOTAL_MAX - c->total)
			return verr_set(err, V_ELIMIT, "more than 2^41 samples in one group");
		c->total += c->count[i];
	}
	return V_OK;
}

/* The rows order[n_rows] have equal values. */
static void
take_group(struct kendall_counts *c, const uint32_t *order, size_t n_rows)
{
	uint64_t size = 0;

	for (size_t i = 0; i < n_rows; i++) {
		if (!c->count[order[i]])
			continue;
		size += c->count[order[i]];
		c->group[order[i]] = (uint32_t)c->n_groups;
		c->order[c->n++] = order[i];
	}
	if (!size)
		return;
	kendall_ties_add(&c->ties, size);
	c->n_groups++;
}

enum vstatus
kendall_counts_init(struct kendall_counts *c, const double *x, const uint64_t *count, size_t n,
	struct verr *err)
{
	struct ranks ranks;
	enum vstatus st = ranks_of(&ranks, x, n, err);

	*c = (struct kendall_counts){.count = count};
	if (st != V_OK)
		return st;
	st = add_up(c, n, err);
	if (st == V_OK) {
		c->order = xmalloc_large((n + 1) * sizeof *c->order);
		c->group = xcalloc(n + 1, sizeof *c->group);
		for (size_t begin = 0, end; begin < n; begin = end) {
			end = ranks_group_end(&ranks, begin);
			take_group(c, ranks.order + begin, end - begin);
		}
	} else {
		*c = (struct kendall_counts){0};
	}
	ranks_release(&ranks);
	return st;
}

void
kendall_counts_release(struct kendall_counts *c)
{
	free(c->order);
	free(c->group);
	*c = (struct kendall_counts){0};
}

/* ---- C - D ---- */

/* Counts of the groups 0 .. n - 1; sum[i - 1] is of the lowbit(i) groups that end with i - 1. */
struct tree {
	uint64_t *sum;
	size_t n;
};

static void
tree_add(struct tree *t, size_t group, uint64_t count)
{
	for (size_t i = group + 1; i <= t->n; i += i & (0 - i))
		t->sum[i - 1] += count;
}

/* Of the groups below that one. */
static uint64_t
tree_below(const struct tree *t, size_t group)
{
	uint64_t sum = 0;

	for (size_t i = group; i > 0; i &= i - 1)
		sum += t->sum[i - 1];
	return sum;
}

static __int128
score_of(const struct kendall_counts *x, const struct kendall_counts *y)
{
	struct tree t = {xcalloc(y->n_groups, sizeof *t.sum), y->n_groups};
	uint64_t before = 0; /* samples with smaller x, all in the tree */
	__int128 score = 0;

	for (size_t begin = 0, end; begin < x->n; begin = end) {
		uint32_t group = x->group[x->order[begin]];

		for (end = begin; end < x->n && x->group[x->order[end]] == group; end++) {
			uint32_t row = x->order[end];
			int64_t below = (int64_t)tree_below(&t, y->group[row]);
			int64_t above =
				(int64_t)(before - tree_below(&t, (size_t)y->group[row] + 1));

			score += (__int128)x->count[row] * (below - above);
		}
		for (size_t i = begin; i < end; i++) {
			tree_add(&t, y->group[x->order[i]], x->count[x->order[i]]);
			before += x->count[x->order[i]];
		}
	}
	free(t.sum);
	return score;
}

enum vstatus
kendall_counts_pair(struct kendall *k, const struct kendall_counts *x,
	const struct kendall_counts *y, struct verr *err)
{
	assert(x->total == y->total && x->n == y->n);
	*k = (struct kendall){.n = x->total, .tau_b = NAN, .p = NAN, .log10_p = NAN};
	if (k->n < 2)
		return verr_set(err, V_EDOM, "n too small: a correlation takes 2 samples");
	if (x->n_groups == 1 || y->n_groups == 1)
		return verr_set(err, V_EDOM, "%s is constant", x->n_groups == 1 ? "x" : "y");
	k->score = x->n_groups >= y->n_groups ? score_of(x, y) : score_of(y, x);
	kendall_conclude(k, &x->ties, &y->ties);
	return V_OK;
}
