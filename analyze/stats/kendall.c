/*
 * kendall - tau_b by Knight's method.
 *
 * Method.  Sort the samples by x, those equal in x by y; then the discordant pairs are the
 * inversions of y in that order (Knight 1966, Journal of the American Statistical Association
 * 61(314), 436-439), and C - D = T - T_x - T_y + T_xy - 2 D with T_xy the pairs tied in both.
 * Knight sorts twice for each pair of columns.  Here each column is ranked once, and all its pairs
 * share that:
 *
 * - One of the two is untied (x, say): its order is the order, and y's ranks are picked up in it.
 * - Both have ties: samples are taken by ascending y and each put into the next free place of its
 *   x group, which leaves equal x in order of y.
 * - One has two values only, as a level of a nominal factor has: C - D is the sum, over the samples
 *   with the higher one, of how many values of the other column are below minus how many are
 *   above, which is twice the mid-rank less n + 1.  One walk over the column, nothing to sort.
 *
 * All counts are exact in integers.  Only tau itself, the variance and p are rounded.
 *
 * The variance of C - D where ties exist is Kendall's (Rank Correlation Methods, 4th ed., 1970,
 * chapter 4), which is that of R and SciPy as well:
 *
 *   (v0 - v_x - v_y)/18 + t_x t_y / (2 t_0) + u_x u_y / (9 u_0)
 *
 * with v0 = n(n-1)(2n+5), t_0 = n(n-1), u_0 = n(n-1)(n-2), and the same of the size of each group
 * added up for x and y.  Where one value has nearly all samples, these terms cancel.  But
 * v = 2 u + 9 t, so that the sum is
 *
 *   (u_0 - u_x) (u_0 - u_y) / (9 u_0) + (t_0 - t_x) (t_0 - t_y) / (2 t_0)
 *
 * whose differences are exact integers, and none is negative: no digit is lost.
 *
 * The exact distribution is Kendall's recurrence for the number of permutations of n with k
 * inversions, c(n, k) = sum of c(n-1, k-j) for j < n, added up in doubles: no term is negative, so
 * no digit is lost.  The smaller tail is summed and doubled.
 */
#include "analyze/stats/kendall.h"

#include <assert.h>
#include <gsl/gsl_sf_erf.h>
#include <math.h>
#include <stdlib.h>

#include "analyze/stats/inversions.h"
#include "analyze/stats/kendall_int.h"
#include "analyze/stats/key.h"
#include "core/alloc.h"

/* ---- columns ---- */

void
kendall_ties_add(struct kendall_ties *ties, uint64_t size)
{
	__int128 t = (__int128)size;

	ties->pairs += t * (t - 1) / 2;
	ties->triples += t * (t - 1) * (t - 2);
}

/* level[n] holds 0 .. n_groups - 1, each of them. */
static void
take_levels(struct kendall_column *c, uint8_t *level, size_t n, size_t n_groups)
{
	size_t count[KENDALL_LEVELS_MAX] = {0}, begin = 0;

	*c = (struct kendall_column){.n = n, .n_groups = n_groups, .level = level};
	for (size_t i = 0; i < n; i++)
		count[level[i]]++;
	for (size_t d = 0; d < n_groups; d++) {
		c->level_mid[d] = (uint32_t)(2 * begin + count[d] + 1);
		begin += count[d];
		kendall_ties_add(&c->ties, count[d]);
	}
}

/* A set of doubles that holds KENDALL_LEVELS_MAX of them, numbered as they come. */
struct distinct {
	double value[KENDALL_LEVELS_MAX];
	uint16_t n;
	uint16_t number[4 * KENDALL_LEVELS_MAX]; /* open addressing; 0 free, else number + 1 */
};

/* The number of v, or KENDALL_LEVELS_MAX when it finds no place any more. */
static unsigned
distinct_number(struct distinct *d, double v)
{
	size_t mask = sizeof d->number / sizeof *d->number - 1;
	/* Fibonacci hashing: the high bits of the product depend on all bits of the key. */
	size_t k = (size_t)(key_of(v) * UINT64_C(0x9e3779b97f4a7c15) >> 54) & mask;

	for (; d->number[k]; k = (k + 1) & mask)
		if (d->value[d->number[k] - 1] == v)
			return d->number[k] - 1u;
	if (d->n == KENDALL_LEVELS_MAX)
		return KENDALL_LEVELS_MAX;
	d->value[d->n++] = v;
	d->number[k] = d->n;
	return d->n - 1u;
}

/* The level of each number: how many of the values are smaller. */
static void
order_distinct(uint8_t *level_of, const struct distinct *d)
{
	for (size_t i = 0; i < d->n; i++) {
		unsigned smaller = 0;

		for (size_t k = 0; k < d->n; k++)
			smaller += d->value[k] < d->value[i];
		level_of[i] = (uint8_t)smaller;
	}
}

/* Heap array of the level of each x, or NULL if there are too many of them, or a NaN. */
static uint8_t *
few_levels(size_t *n_levels, const double *x, size_t n)
{
	struct distinct d = {.n = 0};
	uint8_t level_of[KENDALL_LEVELS_MAX], *level = xmalloc_large(n);

	for (size_t i = 0; i < n; i++) {
		unsigned number = distinct_number(&d, x[i]);

		if (number == KENDALL_LEVELS_MAX || isnan(x[i])) {
			free(level);
			return NULL;
		}
		level[i] = (uint8_t)number;
	}
	order_distinct(level_of, &d);
	for (size_t i = 0; i < n; i++)
		level[i] = level_of[level[i]];
	*n_levels = d.n;
	return level;
}

enum vstatus
kendall_column_init(struct kendall_column *c, const double *x, size_t n, struct verr *err)
{
	size_t n_levels;
	uint8_t *level = n <= RANKS_MAX ? few_levels(&n_levels, x, n) : NULL;
	enum vstatus st;

	if (level) {
		take_levels(c, level, n, n_levels);
		return V_OK;
	}
	*c = (struct kendall_column){0};
	st = ranks_of(&c->ranks, x, n, err);
	if (st != V_OK)
		return st;
	c->n = n;
	c->n_groups = c->ranks.n_groups;
	for (size_t begin = 0, end; c->n_groups < n && begin < n; begin = end) {
		end = ranks_group_end(&c->ranks, begin);
		kendall_ties_add(&c->ties, end - begin);
	}
	return V_OK;
}

void
kendall_column_release(struct kendall_column *c)
{
	free(c->level);
	ranks_release(&c->ranks);
	*c = (struct kendall_column){0};
}

/* The ranks of a column of levels, which keeps none. */
static void
ranks_of_levels(struct ranks *r, const struct kendall_column *c)
{
	uint32_t next[KENDALL_LEVELS_MAX];

	ranks_init(r, c->n);
	r->n_groups = c->n_groups;
	next[0] = 0;
	for (size_t d = 1; d < c->n_groups; d++)
		next[d] = c->level_mid[d - 1] - next[d - 1] - 1;
	for (size_t i = 0; i < c->n; i++) {
		r->order[next[c->level[i]]++] = (uint32_t)i;
		r->mid[i] = c->level_mid[c->level[i]];
	}
}

/* ---- C - D ---- */

static __int128
all_pairs(size_t n)
{
	return n == 0 ? 0 : (__int128)n * ((__int128)n - 1) / 2;
}

/* `two` has two values. */
static int64_t
score_two_values(const struct kendall_column *two, const struct kendall_column *other)
{
	const uint8_t *level = two->level;
	uint64_t twice_ranks = 0, n_high = 0;

	assert(level);
	for (size_t i = 0; i < two->n; i++) {
		uint32_t mid =
			other->level ? other->level_mid[other->level[i]] : other->ranks.mid[i];

		twice_ranks += mid & (0 - (uint32_t)level[i]);
		n_high += level[i];
	}
	return (int64_t)twice_ranks - (int64_t)n_high * ((int64_t)two->n + 1);
}

/* seq = the ranks of y in the order of an untied x; bits that they have. */
static unsigned
sequence_untied(uint32_t *seq, const struct ranks *x, const struct ranks *y)
{
	for (size_t p = 0; p < x->n; p++)
		seq[p] = y->mid[x->order[p]] / 2;
	return bit_length(x->n);
}

/*
 * seq = the groups of y, numbered from 0, in the order of x and then y; bits that they have.
 * The next free place of an x group is kept at half the sum of its first and last place.
 */
static unsigned
sequence_tied(uint32_t *seq, uint32_t *next, const struct ranks *x, const struct ranks *y)
{
	uint32_t group = 0;

	for (size_t begin = 0, end; begin < x->n; begin = end) {
		end = ranks_group_end(x, begin);
		next[(begin + end + 1) / 2 - 1] = (uint32_t)begin;
	}
	for (size_t begin = 0, end; begin < y->n; begin = end, group++) {
		end = ranks_group_end(y, begin);
		for (size_t p = begin; p < end; p++)
			seq[next[x->mid[y->order[p]] / 2 - 1]++] = group;
	}
	return bit_length(y->n_groups - 1);
}

/* Pairs equal in x and in seq, which is ascending within each group of x. */
static int64_t
pairs_tied_in_both(const uint32_t *seq, const struct ranks *x)
{
	int64_t tied = 0;

	for (size_t begin = 0, end; begin < x->n; begin = end) {
		size_t equal = 0; /* so many before this one */

		end = ranks_group_end(x, begin);
		for (size_t p = begin + 1; p < end; p++) {
			equal = seq[p] == seq[p - 1] ? equal + 1 : 0;
			tied += (int64_t)equal;
		}
	}
	return tied;
}

/* T_xy - 2 D. */
static int64_t
score_of_ranks(const struct ranks *x, const struct ranks *y)
{
	size_t n = x->n;
	uint32_t *seq = xmalloc_large(n * sizeof *seq);
	uint32_t *scratch = xmalloc_large(n * sizeof *scratch);
	int64_t score = 0;
	unsigned bits;

	if (x->n_groups == n && y->n_groups > KENDALL_LEVELS_MAX) {
		bits = sequence_untied(seq, x, y);
	} else {
		bits = sequence_tied(seq, scratch, x, y);
		score = pairs_tied_in_both(seq, x);
	}
	score -= 2 * (int64_t)inversions_count(seq, scratch, n, bits);
	free(seq);
	free(scratch);
	return score;
}

static __int128
score_of(const struct kendall_column *a, const struct kendall_column *b)
{
	/* x: the column with more groups, for it may be untied. */
	const struct kendall_column *x = a->n_groups >= b->n_groups ? a : b, *y = x == a ? b : a;
	struct ranks of_x = {0}, of_y = {0};
	__int128 score;

	if (y->n_groups == 2)
		return score_two_values(y, x);
	if (x->level)
		ranks_of_levels(&of_x, x);
	if (y->level)
		ranks_of_levels(&of_y, y);
	score = all_pairs(x->n) - x->ties.pairs - y->ties.pairs +
		score_of_ranks(x->level ? &of_x : &x->ranks, y->level ? &of_y : &y->ranks);
	ranks_release(&of_x);
	ranks_release(&of_y);
	return score;
}

/* ---- p ---- */

/* The two-sided p of |score| under random permutations of n untied values. */
static double
exact_p(size_t n, int64_t score)
{
	double count[KENDALL_EXACT_BELOW * (KENDALL_EXACT_BELOW - 1) / 4 + 1] = {1};
	/* Inversions in the smaller tail. */
	int64_t below = ((int64_t)all_pairs(n) - llabs(score)) / 2;
	double tail = 0, permutations = 1;

	for (int64_t size = 2; size <= (int64_t)n; size++) {
		permutations *= (double)size;
		/* From the top, so that what is added up is still of the size before. */
		for (int64_t k = below; k > 0; k--)
			for (int64_t j = 1; j < size && j <= k; j++)
				count[k] += count[k - j];
	}
	for (int64_t k = 0; k <= below; k++)
		tail += count[k];
	return fmin(2 * tail / permutations, 1);
}

/* 3 or more samples, unless there are no ties. */
static double
variance(size_t n_samples, const struct kendall_ties *x, const struct kendall_ties *y)
{
	__int128 n = (__int128)n_samples, pairs = n * (n - 1), triples = pairs * (n - 2);
	double v = (double)(pairs - 2 * x->pairs) * (double)(pairs - 2 * y->pairs) /
		(2 * (double)pairs);

	if (triples > 0)
		v += (double)(triples - x->triples) * (double)(triples - y->triples) /
			(9 * (double)triples);
	return v;
}

static void
set_p(struct kendall *k, const struct kendall_ties *x, const struct kendall_ties *y)
{
	double z_root_half;

	k->exact = k->n < KENDALL_EXACT_BELOW && !x->pairs && !y->pairs;
	if (k->exact) {
		k->p = exact_p(k->n, (int64_t)k->score);
		k->log10_p = log10(k->p);
		return;
	}
	z_root_half = fabs((double)k->score) / sqrt(2 * variance(k->n, x, y));
	k->log10_p = gsl_sf_log_erfc(z_root_half) / M_LN10;
	k->p = erfc(z_root_half);
}

void
kendall_conclude(struct kendall *k, const struct kendall_ties *x, const struct kendall_ties *y)
{
	double untied_x = (double)(all_pairs(k->n) - x->pairs);
	double untied_y = (double)(all_pairs(k->n) - y->pairs);

	/* The root of a square is exact, so tau_b of a column with itself is 1. */
	k->tau_b = (double)k->score / sqrt(untied_x * untied_y);
	k->tau_b = fmax(fmin(k->tau_b, 1), -1);
	set_p(k, x, y);
}

/* ---- */

enum vstatus
kendall_pair(struct kendall *k, const struct kendall_column *x, const struct kendall_column *y,
	struct verr *err)
{
	assert(x->n == y->n);
	*k = (struct kendall){.n = x->n, .tau_b = NAN, .p = NAN, .log10_p = NAN};
	if (x->n < 2)
		return verr_set(err, V_EDOM, "n too small: a correlation takes 2 samples");
	if (x->n_groups == 1 || y->n_groups == 1)
		return verr_set(err, V_EDOM, "%s is constant", x->n_groups == 1 ? "x" : "y");
	k->score = score_of(x, y);
	kendall_conclude(k, &x->ties, &y->ties);
	return V_OK;
}
