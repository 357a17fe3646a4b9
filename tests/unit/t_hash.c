/*
 * t_hash - properties that matching rests on: the same bytes give the same value wherever they
 * lie, any change of a bit or of the length gives another, the head knows 16 bytes and no more,
 * and nothing beyond the bytes is read (blocks of just their size, for the sanitizer).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/hash.h"
#include "tests/gen/synth.h"

#define LEN_MAX 80

struct both {
	uint64_t all;
	uint32_t head;
};

/* The bytes in a block of their own, after `shift` others. */
static struct both
payload(const uint8_t *bytes, size_t n, size_t shift)
{
	uint8_t *block = malloc(n + shift + (n + shift == 0));
	struct both h;

	assert_non_null(block);
	memcpy(block + shift, bytes, n);
	h.all = hash_payload(&h.head, block + shift, n);
	assert_true(hash_bytes(block + shift, n, 5) == hash_bytes(bytes, n, 5));
	free(block);
	return h;
}

static void
fill(uint8_t *bytes, size_t n)
{
	struct synth_rng rng;

	synth_seed(&rng, 11);
	for (size_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)synth_next(&rng);
}

static void
test_place(void **state)
{
	uint8_t bytes[LEN_MAX];

	(void)state;
	fill(bytes, sizeof bytes);
	for (size_t n = 0; n <= LEN_MAX; n++) {
		struct both at_0 = payload(bytes, n, 0), at_3 = payload(bytes, n, 3);

		assert_true(at_0.all == at_3.all);
		assert_int_equal(at_0.head, at_3.head);
	}
}

static void
test_every_bit(void **state)
{
	uint8_t bytes[LEN_MAX];

	(void)state;
	fill(bytes, sizeof bytes);
	for (size_t n = 1; n <= LEN_MAX; n++) {
		struct both before = payload(bytes, n, 0);

		for (size_t bit = 0; bit < 8 * n; bit++) {
			struct both after;

			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			after = payload(bytes, n, 0);
			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_true(after.all != before.all);
			assert_int_equal(after.head != before.head, bit < 128);
		}
	}
}

/* Constant bytes, as fping sends them: each length is another payload, with the same head. */
static void
test_length(void **state)
{
	uint8_t bytes[LEN_MAX];

	(void)state;
	for (int value = 0; value < 256; value += 51) {
		memset(bytes, value, sizeof bytes);
		for (size_t a = 0; a <= LEN_MAX; a++)
			for (size_t b = 0; b < a; b++) {
				struct both x = payload(bytes, a, 0), y = payload(bytes, b, 0);

				assert_true(x.all != y.all);
				assert_true(b < 16 || x.head == y.head);
			}
	}
}

static void
test_seed(void **state)
{
	uint8_t bytes[LEN_MAX];

	(void)state;
	fill(bytes, sizeof bytes);
	for (size_t n = 0; n <= LEN_MAX; n++)
		assert_true(hash_bytes(bytes, n, 0) != hash_bytes(bytes, n, 1));
}

/* Payloads that count, as ping's time stamps do: 65,536 of them without a collision of the head;
 * by the birthday bound half a collision is expected of 32 random bits, so the seed is fixed. */
static int
compare(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
test_counting(void **state)
{
	enum { N = 65536 };
	uint32_t *heads = synth_alloc(N, sizeof *heads);
	uint8_t bytes[56] = {0};
	int same = 0;

	(void)state;
	for (uint32_t i = 0; i < N; i++) {
		memcpy(bytes + 8, &i, sizeof i);
		hash_payload(&heads[i], bytes, sizeof bytes);
	}
	qsort(heads, N, sizeof *heads, compare);
	for (int i = 1; i < N; i++)
		same += heads[i] == heads[i - 1];
	assert_true(same <= 3); /* 0.5 expected; more than 3: 0.2 % */
	free(heads);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_seed),
		cmocka_unit_test(test_counting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
