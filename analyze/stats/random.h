#ifndef VANTAGE_STATS_RANDOM_H
#define VANTAGE_STATS_RANDOM_H
/*
 * random - numbered streams of random integers: the same (seed, stream) gives the same numbers on
 * every machine, whichever thread asks and in whatever order the streams are used.
 *
 * xoshiro256++ (Blackman & Vigna 2021, ACM Transactions on Mathematical Software 47(4), 36), its
 * state filled by splitmix64 (Steele, Lea & Flood 2014, OOPSLA) from the seed and the stream.  Not
 * for secrets.
 */
#include <stdint.h>

struct random {
	uint64_t state[4];
};

void random_init(struct random *r, uint64_t seed, uint64_t stream);

/* random_below - uniform in [0, n), without bias; n > 0. */
uint64_t random_below(struct random *r, uint64_t n);

#endif
