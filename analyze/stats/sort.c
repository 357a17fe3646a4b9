/*
 * sort - least-significant-digit radix sort of 8-byte numbers.
 *
 * Samples come as tens of millions of 64-bit numbers that share most of their bits: round-trip
 * times in nanoseconds stay below 2^32, whether kept as integers or converted to doubles.  A
 * comparison sort pays log2(n) steps per element, each with a branch that no processor predicts;
 * counting digits pays one pass per digit in use.
 *
 * Method.  Each number is mapped, in place, to an unsigned key with the same order: an int64_t by
 * flipping its sign bit; a double by flipping the sign bit of a positive number and every bit of a
 * negative one, since IEEE 754 orders magnitudes as their bit patterns (Knuth, The Art of Computer
 * Programming 3, section 5.2.5, for the radix sort itself).  One scan finds the bits in which the
 * keys differ at all; digits of 11 bits are laid over those bits alone, each starting at the
 * lowest bit not yet covered.  Integers below 2^32 take 3 passes, such integers held in doubles
 * mostly 3 as well, arbitrary doubles 6.  11 bits: 2048 counters are 16 kB and stay in the first
 * level cache; 8 bits need 4 passes for 2^32, 16 bits thrash the cache.  Passes alternate between
 * the array and a scratch of the same size.  Below some 120 elements an insertion sort was measured
 * to be quicker than walking the counters.
 *
 * The storage is only touched through memcpy, which compiles to plain loads and stores, so that
 * doubles are looked at as integers without breaking the aliasing rules.
 *
 * Limits: one thread, 8 bytes of scratch per element.  It does not carry a payload along, and it
 * does not pick the k smallest.
 */
#include "analyze/stats/sort.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"

#define DIGIT_BITS 11
#define DIGIT_VALUES (1u << DIGIT_BITS)
#define DIGIT_MASK ((uint64_t)DIGIT_VALUES - 1)
#define SIGN_BIT ((uint64_t)1 << 63)

static uint64_t
key_get(const unsigned char *keys, size_t i)
{
	uint64_t key;

	memcpy(&key, keys + i * sizeof(key), sizeof(key));
	return key;
}

static void
key_put(unsigned char *keys, size_t i, uint64_t key)
{
	memcpy(keys + i * sizeof(key), &key, sizeof(key));
}

static void
insertion_sort(unsigned char *keys, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint64_t key = key_get(keys, i);
		size_t j = i;

		for (; j > 0 && key_get(keys, j - 1) > key; j--)
			key_put(keys, j, key_get(keys, j - 1));
		key_put(keys, j, key);
	}
}

/* The bits in which any two keys differ; 0 if the keys are in order already, so nothing is due. */
static uint64_t
bits_to_sort_by(const unsigned char *keys, size_t n)
{
	uint64_t first = key_get(keys, 0), previous = first, differing = 0;
	bool ascending = true;

	for (size_t i = 1; i < n; i++) {
		uint64_t key = key_get(keys, i);

		differing |= key ^ first;
		ascending &= previous <= key;
		previous = key;
	}
	return ascending ? 0 : differing;
}

/* One stable pass: src ordered by the digit at `shift`, into dst. */
static void
radix_pass(unsigned char *dst, const unsigned char *src, size_t n, unsigned shift)
{
	size_t slot[DIGIT_VALUES] = {0};
	size_t begin = 0;

	for (size_t i = 0; i < n; i++)
		slot[(key_get(src, i) >> shift) & DIGIT_MASK]++;
	for (size_t d = 0; d < DIGIT_VALUES; d++) {
		size_t count = slot[d];

		slot[d] = begin;
		begin += count;
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t key = key_get(src, i);

		key_put(dst, slot[(key >> shift) & DIGIT_MASK]++, key);
	}
}

static void
radix_sort(unsigned char *keys, size_t n)
{
	uint64_t bits = bits_to_sort_by(keys, n);
	unsigned char *scratch, *from = keys, *to;

	if (bits == 0)
		return;
	scratch = xmalloc_large(n * sizeof(uint64_t));
	to = scratch;
	while (bits != 0) {
		unsigned shift = (unsigned)__builtin_ctzll(bits);
		unsigned char *done = to;

		radix_pass(to, from, n, shift);
		to = from;
		from = done;
		bits &= ~(DIGIT_MASK << shift);
	}
	if (from != keys)
		memcpy(keys, from, n * sizeof(uint64_t));
	free(scratch);
}

static void
sort_keys(unsigned char *keys, size_t n)
{
	if (n <= SORT_INSERTION_MAX)
		insertion_sort(keys, n);
	else
		radix_sort(keys, n);
}

void
sort_i64(int64_t *x, size_t n)
{
	unsigned char *keys = (unsigned char *)x;

	for (size_t i = 0; i < n; i++)
		key_put(keys, i, key_get(keys, i) ^ SIGN_BIT);
	sort_keys(keys, n);
	for (size_t i = 0; i < n; i++)
		key_put(keys, i, key_get(keys, i) ^ SIGN_BIT);
}

void
sort_f64(double *x, size_t n)
{
	unsigned char *keys = (unsigned char *)x;

	for (size_t i = 0; i < n; i++) {
		uint64_t bits = key_get(keys, i);

		key_put(keys, i, bits ^ (bits & SIGN_BIT ? UINT64_MAX : SIGN_BIT));
	}
	sort_keys(keys, n);
	for (size_t i = 0; i < n; i++) {
		uint64_t key = key_get(keys, i);

		key_put(keys, i, key ^ (key & SIGN_BIT ? SIGN_BIT : UINT64_MAX));
	}
}
