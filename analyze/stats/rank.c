/*
 * rank - order and mid-ranks by a radix sort that carries the index along.
 *
 * Method.  A double becomes an unsigned key of the same order (key.h), less the smallest
 * key and without the low bits in which all keys agree.  The leading PREFIX_BITS of what is left
 * and the sample's index share one 64-bit word, so that a pass moves 8 bytes a sample, and three
 * stable passes of 11 bits over the prefix alone bring the words into order.  Most data is in full
 * order by then: integers in a double (times in nanoseconds) have no more bits, and of a million
 * continuous values some hundred pairs share their prefix.  Words that do are sorted once more, by
 * the rest of the key, which takes the place of the prefix; that ends in full order always, since
 * prefix and rest together are the key.
 *
 * The first pass reads the doubles themselves, so no array of keys is ever stored, and the results
 * go to the buffer that the last pass leaves over.
 *
 * Limits: one thread.  Data whose keys agree in the prefix in long stretches (a few values in the
 * other half of the exponent range) costs a second sort of those stretches.
 */
#include "analyze/stats/rank.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/stats/key.h"
#include "analyze/stats/sort.h"
#include "core/alloc.h"

#define DIGIT_BITS 11
#define DIGIT_VALUES (1u << DIGIT_BITS)
#define PASSES_MAX 3
/* An index has at most 31 bits, so prefix and index fit 64, and rest and index fit 62. */
#define PREFIX_BITS (PASSES_MAX * DIGIT_BITS)

/* How the keys of one sample are cut into prefix and rest. */
struct cut {
	uint64_t min;       /* the smallest key */
	unsigned low_bits;  /* at the low end, in which all keys agree */
	unsigned rest_bits; /* above those, not in the prefix */
	unsigned index_bits;
	unsigned passes; /* over the prefix */
};

static enum vstatus
cut_of(struct cut *c, const double *x, size_t n, struct verr *err)
{
	uint64_t first = key_of(x[0]), min = first, max = first, differing = 0;
	unsigned width;

	for (size_t i = 0; i < n; i++) {
		uint64_t key = key_of(x[i]);

		if (isnan(x[i]))
			return verr_set(err, V_EDOM, "sample %zu of %zu is not a number", i + 1, n);
		min = key < min ? key : min;
		max = key > max ? key : max;
		differing |= key ^ first;
	}
	c->min = min;
	c->low_bits = differing ? (unsigned)__builtin_ctzll(differing) : 0;
	width = bit_length((max - min) >> c->low_bits);
	c->rest_bits = width > PREFIX_BITS ? width - PREFIX_BITS : 0;
	c->index_bits = bit_length(n - 1);
	c->passes = (width - c->rest_bits + DIGIT_BITS - 1) / DIGIT_BITS;
	return V_OK;
}

static uint64_t
reduced_key(const struct cut *c, double v)
{
	return (key_of(v) - c->min) >> c->low_bits;
}

static uint64_t
digit_of(uint64_t prefix, unsigned pass)
{
	return (prefix >> (pass * DIGIT_BITS)) & (DIGIT_VALUES - 1);
}

/* Of each pass: where in the output the words with a given digit begin. */
static void
count_digits(uint32_t slot[][DIGIT_VALUES], const struct cut *c, const double *x, size_t n)
{
	memset(slot, 0, PASSES_MAX * sizeof *slot);
	for (size_t i = 0; i < n; i++) {
		uint64_t prefix = reduced_key(c, x[i]) >> c->rest_bits;

		for (unsigned pass = 0; pass < PASSES_MAX; pass++)
			slot[pass][digit_of(prefix, pass)]++;
	}
	for (unsigned pass = 0; pass < PASSES_MAX; pass++) {
		uint32_t begin = 0;

		for (size_t d = 0; d < DIGIT_VALUES; d++) {
			uint32_t count = slot[pass][d];

			slot[pass][d] = begin;
			begin += count;
		}
	}
}

/*
 * Words of prefix and index in order of their prefix.  *spare: a buffer of the same size, which the
 * passes needed, and which the caller can use; both on the heap.
 */
static uint64_t *
sort_by_prefix(uint64_t **spare, const struct cut *c, const double *x, size_t n)
{
	uint32_t slot[PASSES_MAX][DIGIT_VALUES];
	uint64_t *from = xmalloc_large(n * sizeof *from), *to = xmalloc_large(n * sizeof *to);

	count_digits(slot, c, x, n);
	for (size_t i = 0; i < n; i++) {
		uint64_t prefix = reduced_key(c, x[i]) >> c->rest_bits;

		from[slot[0][digit_of(prefix, 0)]++] = prefix << c->index_bits | i;
	}
	for (unsigned pass = 1; pass < c->passes; pass++) {
		uint64_t *done = to;

		for (size_t i = 0; i < n; i++)
			to[slot[pass][digit_of(from[i] >> c->index_bits, pass)]++] = from[i];
		to = from;
		from = done;
	}
	*spare = to;
	return from;
}

/* word[begin..end) are equal: one group, which takes these places. */
static void
put_group(struct ranks *r, const struct cut *c, const uint64_t *word, size_t begin, size_t end)
{
	uint64_t mask = ((uint64_t)1 << c->index_bits) - 1;

	for (size_t p = begin; p < end; p++) {
		r->order[p] = (uint32_t)(word[p] & mask);
		r->mid[r->order[p]] = (uint32_t)(begin + end + 1);
	}
	r->n_groups++;
}

/* Where the words that agree with word[begin] above the index end. */
static size_t
run_end(const struct cut *c, const uint64_t *word, size_t begin, size_t n)
{
	size_t end = begin + 1;

	while (end < n && word[end] >> c->index_bits == word[begin] >> c->index_bits)
		end++;
	return end;
}

/* Do words that agree in the prefix stand for one value?  Then the rest need not be looked at. */
static bool
one_value(const struct cut *c, const uint64_t *word, const double *x, size_t begin, size_t end)
{
	uint64_t index = ((uint64_t)1 << c->index_bits) - 1;
	double first = x[word[begin] & index];

	for (size_t p = begin + 1; p < end; p++)
		if (x[word[p] & index] != first)
			return false;
	return true;
}

/* word[begin..end) agree in the prefix: the rest of the key decides. */
static void
put_run(struct ranks *r, const struct cut *c, uint64_t *word, const double *x, size_t begin,
	size_t end)
{
	uint64_t index = ((uint64_t)1 << c->index_bits) - 1;
	uint64_t rest = ((uint64_t)1 << c->rest_bits) - 1;

	for (size_t p = begin; p < end; p++) {
		uint64_t i = word[p] & index;

		word[p] = (reduced_key(c, x[i]) & rest) << c->index_bits | i;
	}
	sort_i64((int64_t *)(word + begin), end - begin);
	for (size_t p = begin, q; p < end; p = q) {
		q = run_end(c, word, p, end);
		put_group(r, c, word, p, q);
	}
}

enum vstatus
ranks_of(struct ranks *r, const double *x, size_t n, struct verr *err)
{
	struct cut c = {0};
	uint64_t *word, *spare;
	enum vstatus st;

	*r = (struct ranks){0};
	if (n > RANKS_MAX)
		return verr_set(err, V_ELIMIT, "%zu samples, at most %zu are ranked", n, RANKS_MAX);
	if (n == 0)
		return V_OK;
	st = cut_of(&c, x, n, err);
	if (st != V_OK)
		return st;
	word = sort_by_prefix(&spare, &c, x, n);
	r->n = n;
	/* The kernel's clearing of fresh pages costs as much as a pass: none are asked for. */
	r->order = (uint32_t *)spare;
	r->mid = r->order + n;
	for (size_t p = 0, q; p < n; p = q) {
		q = run_end(&c, word, p, n);
		if (c.rest_bits > 0 && !one_value(&c, word, x, p, q))
			put_run(r, &c, word, x, p, q);
		else
			put_group(r, &c, word, p, q);
	}
	free(word);
	return V_OK;
}

void
ranks_init(struct ranks *r, size_t n)
{
	*r = (struct ranks){.n = n, .order = xmalloc_large(2 * n * sizeof *r->order)};
	r->mid = r->order + n;
}

void
ranks_release(struct ranks *r)
{
	free(r->order);
	*r = (struct ranks){0};
}
