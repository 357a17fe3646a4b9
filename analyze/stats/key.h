#ifndef VANTAGE_STATS_KEY_H
#define VANTAGE_STATS_KEY_H
/*
 * key - doubles as integers of the same order, for methods that count digits.
 */
#include <stdint.h>
#include <string.h>

/*
 * key_of - IEEE 754 orders magnitudes as their bit patterns: the sign bit of a positive number is
 *   flipped, every bit of a negative one.  -0.0 gets the key of 0.0.  Not for NaN.
 */
static inline uint64_t
key_of(double v)
{
	double unsigned_zero = v + 0.0; /* -0.0 + 0.0 is 0.0 */
	uint64_t bits, sign = (uint64_t)1 << 63;

	memcpy(&bits, &unsigned_zero, sizeof bits);
	return bits ^ (bits & sign ? UINT64_MAX : sign);
}

/* bit_length - position of the highest bit that is set, from 1; 0 for 0. */
static inline unsigned
bit_length(uint64_t v)
{
	return v == 0 ? 0 : 64 - (unsigned)__builtin_clzll(v);
}

#endif
