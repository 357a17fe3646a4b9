#ifndef VANTAGE_ANALYZE_HASH_H
#define VANTAGE_ANALYZE_HASH_H
/*
 * hash - a 64-bit hash of short byte strings: folded 64 x 64 -> 128 bit products, 16 bytes a
 * step.  Not keyed: whoever crafts collisions makes his own probes look alike, which they could
 * be anyway.
 */
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"

/*
 * hash_seed - a number that nobody can know, drawn once per process, for tables whose keys come
 *   from a file: where something lies in the table may depend on it, results must not.
 */
uint64_t hash_seed(void);

static inline uint64_t
hash_fold(uint64_t a, uint64_t b)
{
	__uint128_t m = (__uint128_t)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static inline uint64_t
hash_bytes(const uint8_t *p, size_t n, uint64_t seed)
{
	const uint64_t k0 = UINT64_C(0xa0761d6478bd642f), k1 = UINT64_C(0xe7037ed1a0b428db);
	uint64_t h = seed ^ hash_fold(n ^ k0, k1);
	uint64_t a = 0, b = 0;

	for (; n >= 16; n -= 16, p += 16)
		h = hash_fold(le64(p) ^ k0, le64(p + 8) ^ h ^ k1);
	if (n >= 8) {
		a = le64(p);
		b = le64(p + n - 8);
	} else if (n >= 4) {
		a = le32(p);
		b = le32(p + n - 4);
	} else {
		for (size_t i = 0; i < n; i++)
			a = a << 8 | p[i];
	}
	return hash_fold(a ^ k1, b ^ h ^ k0);
}

/*
 * hash_payload - hash of n bytes, and through *head of the first 16 of them alone (of all, if
 *   there are fewer).  Overlapping loads instead of a tail: this runs for every packet.
 */
static inline uint64_t
hash_payload(uint32_t *head, const uint8_t *p, size_t n)
{
	const uint64_t k0 = UINT64_C(0xa0761d6478bd642f), k1 = UINT64_C(0xe7037ed1a0b428db);
	uint64_t h;

	if (n < 16) {
		h = hash_bytes(p, n, 0);
		*head = (uint32_t)h;
		return h;
	}
	h = hash_fold(le64(p) ^ k0, le64(p + 8) ^ k1);
	*head = (uint32_t)h;
	h ^= n;
	for (size_t i = 16; i + 16 <= n; i += 16)
		h = hash_fold(le64(p + i) ^ k0, le64(p + i + 8) ^ h);
	if (n & 15)
		h = hash_fold(le64(p + n - 16) ^ k0, le64(p + n - 8) ^ h);
	return h;
}

#endif
