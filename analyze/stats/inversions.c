/*
 * inversions - counted while a radix sort splits the sequence from its leading digits down.
 *
 * Two values are told apart by the first digit in which they differ.  A pass over a segment (values
 * that agree in all digits before) adds for each value how many earlier ones of the segment have
 * a greater digit, and moves it to the segment of its own digit, in order; pairs with the same
 * digit are left to that segment.  So each pair is counted once, in the pass that separates it.
 *
 * "How many earlier ones have a greater digit" must not cost a walk over the counters.  A digit of
 * 8 bits is a high and a low half: greater_high[h] counts the values with a higher half than h,
 * greater_low[h][l] those with the high half h and a low half above l.  A lookup is two loads; an
 * update adds a row of zeros and ones to 16 counters twice, and 16 counters of 16 bits are two
 * vector registers.  16 bits would overflow, so they count within blocks of BLOCK values; pairs
 * across blocks follow from how often each digit came in the block and before.
 *
 * Segments of at most BRUTE_MAX values are compared pair by pair.  Digits are cut so that ranks
 * (each value about once) end in such segments.
 *
 * Measured for random permutations: 10 ns a value at n = 10^6, 17 ns at 10^7; a bottom-up merge
 * sort that counts took 48 and 58 ns on the same machine.
 */
#include "analyze/stats/inversions.h"

#include <string.h>

#define DIGIT_BITS_MAX 8
#define DIGIT_VALUES_MAX (1u << DIGIT_BITS_MAX)
#define HALF_VALUES 16
#define BRUTE_MAX 24
#define LEAF_BITS 4 /* 16 ranks: what is left to comparing pairs */
#define BLOCK 65535

/* below[d][k]: is k below d? */
#define BELOW(d)                                                                                 \
	{                                                                                        \
		(d) > 0, (d) > 1, (d) > 2, (d) > 3, (d) > 4, (d) > 5, (d) > 6, (d) > 7, (d) > 8, \
			(d) > 9, (d) > 10, (d) > 11, (d) > 12, (d) > 13, (d) > 14, (d) > 15      \
	}

static const uint16_t below[HALF_VALUES][HALF_VALUES] = {BELOW(0), BELOW(1), BELOW(2), BELOW(3),
	BELOW(4), BELOW(5), BELOW(6), BELOW(7), BELOW(8), BELOW(9), BELOW(10), BELOW(11), BELOW(12),
	BELOW(13), BELOW(14), BELOW(15)};

/* One digit of a segment: which bits, and where the values with each digit go. */
struct split {
	unsigned shift;
	uint32_t n_digits;
	uint32_t begin[DIGIT_VALUES_MAX + 1];
	uint32_t next[DIGIT_VALUES_MAX]; /* begin, plus what is there already */
};

static uint64_t
count_by_pairs(const uint32_t *seq, size_t n)
{
	uint64_t inversions = 0;

	for (size_t j = 1; j < n; j++) {
		unsigned greater = 0;

		for (size_t i = 0; i < j; i++)
			greater += seq[i] > seq[j];
		inversions += greater;
	}
	return inversions;
}

static uint32_t
digit_of(const struct split *s, uint32_t v)
{
	return (v >> s->shift) & (s->n_digits - 1);
}

static void
split_init(struct split *s, const uint32_t *seq, size_t n, unsigned shift, unsigned digit_bits)
{
	s->shift = shift;
	s->n_digits = 1u << digit_bits;
	memset(s->begin, 0, (s->n_digits + 1) * sizeof *s->begin);
	for (size_t i = 0; i < n; i++)
		s->begin[digit_of(s, seq[i]) + 1]++;
	for (uint32_t d = 0; d < s->n_digits; d++) {
		s->begin[d + 1] += s->begin[d];
		s->next[d] = s->begin[d];
	}
}

/* Moves a block of at most BLOCK values and counts its pairs that differ in the digit. */
static uint64_t
split_block(struct split *s, uint32_t *out, const uint32_t *seq, size_t n)
{
	uint16_t greater_high[HALF_VALUES] = {0};
	uint16_t greater_low[HALF_VALUES][HALF_VALUES] = {{0}};
	uint64_t inversions = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t digit = digit_of(s, seq[i]);
		uint32_t high = digit / HALF_VALUES, low = digit % HALF_VALUES;

		inversions += greater_high[high];
		inversions += greater_low[high][low];
		for (size_t k = 0; k < HALF_VALUES; k++)
			greater_high[k] = (uint16_t)(greater_high[k] + below[high][k]);
		for (size_t k = 0; k < HALF_VALUES; k++)
			greater_low[high][k] = (uint16_t)(greater_low[high][k] + below[low][k]);
		out[s->next[digit]++] = seq[i];
	}
	return inversions;
}

/* Pairs of a value moved before (next as it was then) and one of the block moved since. */
static uint64_t
count_across(const struct split *s, const uint32_t *next_before, uint64_t n_before)
{
	uint64_t inversions = 0, greater = n_before;

	for (uint32_t d = 0; d < s->n_digits; d++) {
		greater -= next_before[d] - s->begin[d];
		inversions += greater * (s->next[d] - next_before[d]);
	}
	return inversions;
}

static uint64_t
split_all(struct split *s, uint32_t *out, const uint32_t *seq, size_t n)
{
	uint32_t next_before[DIGIT_VALUES_MAX];
	uint64_t inversions = 0;

	for (size_t i = 0; i < n; i += BLOCK) {
		size_t size = n - i < BLOCK ? n - i : BLOCK;

		memcpy(next_before, s->next, s->n_digits * sizeof *next_before);
		inversions += split_block(s, out, seq + i, size);
		if (i > 0)
			inversions += count_across(s, next_before, i);
	}
	return inversions;
}

/* Bits of the next digit: as few passes as possible down to the leaf, of about equal width. */
static unsigned
next_digit_bits(unsigned bits)
{
	unsigned split = bits > LEAF_BITS ? bits - LEAF_BITS : bits;
	unsigned passes = (split + DIGIT_BITS_MAX - 1) / DIGIT_BITS_MAX;

	return (split + passes - 1) / passes;
}

uint64_t
inversions_count(uint32_t *seq, uint32_t *scratch, size_t n, unsigned bits)
{
	uint64_t inversions;
	struct split s;
	unsigned digit_bits;

	if (n <= BRUTE_MAX)
		return count_by_pairs(seq, n);
	if (bits == 0)
		return 0;
	digit_bits = next_digit_bits(bits);
	split_init(&s, seq, n, bits - digit_bits, digit_bits);
	inversions = split_all(&s, scratch, seq, n);
	/* The parts are in scratch now, and seq is free: they change places.  At most 5 deep. */
	for (uint32_t d = 0; d < s.n_digits; d++)
		inversions += inversions_count(scratch + s.begin[d], seq + s.begin[d],
			s.begin[d + 1] - s.begin[d], s.shift);
	return inversions;
}
