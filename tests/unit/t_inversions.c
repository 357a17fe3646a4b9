/*
 * inversions: against looking at every pair; large sequences against what is known of them.
 */
#include "stats_cases.h"

#include "analyze/stats/inversions.h"

static uint64_t
by_pairs(const uint32_t *seq, size_t n)
{
	uint64_t inversions = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			inversions += seq[i] > seq[j];
	return inversions;
}

static void
check(size_t n, unsigned bits, uint64_t seed)
{
	uint32_t *seq = malloc(n * sizeof *seq + 1), *scratch = malloc(n * sizeof *scratch + 1);
	uint64_t expected;

	for (size_t i = 0; i < n; i++)
		seq[i] = bits ? (uint32_t)(case_random(&seed) >> (64 - bits)) : 0;
	expected = by_pairs(seq, n);
	if (inversions_count(seq, scratch, n, bits) != expected)
		fail_msg("n %zu, %u bits: wrong", n, bits);
	free(seq);
	free(scratch);
}

static void
test_against_pairs(void **state)
{
	static const size_t sizes[] = {0, 1, 2, 24, 25, 26, 100, 3000};

	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
		for (unsigned bits = 0; bits <= 32; bits++)
			check(sizes[s], bits, 100 * s + bits);
}

/* Ramps of known length, over the size of a block: value(i) = i % period, reversed or not. */
static void
check_ramps(size_t n, size_t period)
{
	uint32_t *seq = malloc(n * sizeof *seq), *scratch = malloc(n * sizeof *scratch);
	uint64_t ramps = n / period, per_pair = (uint64_t)period * (period - 1) / 2;
	unsigned bits = 64 - (unsigned)__builtin_clzll(period);

	assert_int_equal(n % period, 0);
	for (size_t i = 0; i < n; i++)
		seq[i] = (uint32_t)(i % period);
	/* Of two ramps, the values of the earlier one above each of the later. */
	assert_true(inversions_count(seq, scratch, n, bits) == ramps * (ramps - 1) / 2 * per_pair);
	for (size_t i = 0; i < n; i++)
		seq[i] = (uint32_t)(period - 1 - i % period);
	assert_true(inversions_count(seq, scratch, n, bits) == ramps * (ramps + 1) / 2 * per_pair);
	free(seq);
	free(scratch);
}

static void
test_blocks(void **state)
{
	(void)state;
	check_ramps(300000, 300000);
	check_ramps(300000, 3);
	check_ramps(300000, 100);
	check_ramps(2 * 65535, 65535);
	check_ramps(65535, 65535);
	check_ramps(65536, 65536);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_pairs),
		cmocka_unit_test(test_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
