#ifndef VANTAGE_STATS_INVERSIONS_H
#define VANTAGE_STATS_INVERSIONS_H
/*
 * inversions - how many pairs of a sequence stand in the wrong order.
 */
#include <stddef.h>
#include <stdint.h>

/*
 * inversions_count - the number of pairs i < j with seq[i] > seq[j].
 *
 *   seq[n]      every value below 2^bits; n at most INT32_MAX; its order is destroyed
 *   scratch[n]  as large, its content does not matter
 */
uint64_t inversions_count(uint32_t *seq, uint32_t *scratch, size_t n, unsigned bits);

#endif
