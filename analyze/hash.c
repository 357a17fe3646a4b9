/*
 * hash - the seed of the hash tables; see hash.h.
 */
#include "analyze/hash.h"

#include <pthread.h>
#include <sys/random.h>
#include <time.h>

static uint64_t seed;

static void
draw(void)
{
	struct timespec now;

	if (getrandom(&seed, sizeof seed, 0) == (ssize_t)sizeof seed)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now); /* better than none */
	seed = hash_fold((uint64_t)now.tv_nsec, UINT64_C(0x9e3779b97f4a7c15));
}

uint64_t
hash_seed(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, draw);
	return seed;
}
