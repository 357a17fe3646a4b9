/*
 * random - see random.h.
 *
 * The seed is scrambled before the stream is added, so that seed 1, stream 2 is not seed 2, stream
 * 1.  Streams start at hashed places of a cycle of 2^256 - 1 states: that two of 10^6 streams of
 * 10^9 numbers overlap has a probability below 10^-50.
 *
 * Bounded numbers are the upper half of the product of n with 64 random bits, with the lower half
 * rejected where it would favour some (Lemire 2019, ACM Transactions on Modeling and Computer
 * Simulation 29(1), 3): one multiplication, and a division only once in 2^64/n.
 */
#include "analyze/stats/random.h"

static uint64_t
splitmix(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

void
random_init(struct random *r, uint64_t seed, uint64_t stream)
{
	uint64_t state = splitmix(&seed) + stream;

	for (int i = 0; i < 4; i++)
		r->state[i] = splitmix(&state);
}

static uint64_t
rotate_left(uint64_t v, int bits)
{
	return v << bits | v >> (64 - bits);
}

static uint64_t
next(struct random *r)
{
	uint64_t *s = r->state;
	uint64_t result = rotate_left(s[0] + s[3], 23) + s[0], shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = rotate_left(s[3], 45);
	return result;
}

uint64_t
random_below(struct random *r, uint64_t n)
{
	unsigned __int128 product = (unsigned __int128)next(r) * n;

	if ((uint64_t)product < n) {
		uint64_t unfair = -n % n; /* 2^64 mod n */

		while ((uint64_t)product < unfair)
			product = (unsigned __int128)next(r) * n;
	}
	return (uint64_t)(product >> 64);
}
