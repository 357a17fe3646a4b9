/*
 * sort: against libc's qsort() with a three-way comparison, which shares no code with it.
 */
#include "stats_cases.h"

#include <float.h>

#include "analyze/stats/sort.h"

#define LARGE 100000

static int
compare_i64(const void *a, const void *b)
{
	int64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

static int
compare_f64(const void *a, const void *b)
{
	double x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

static double
double_of(uint64_t bits)
{
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

/* Kinds of keys: which bits vary decides how many digits the sort uses, and where they lie. */
static uint64_t
any_bits(uint64_t z)
{
	return z;
}

static uint64_t
below_2_32(uint64_t z)
{
	return z >> 32;
}

static uint64_t
one_bit_of_64(uint64_t z)
{
	return z & ((uint64_t)1 << 63);
}

static uint64_t
both_ends(uint64_t z)
{
	return z & 0x8000000000000001;
}

static uint64_t
few_ties(uint64_t z)
{
	return z % 5;
}

static uint64_t
middle_bits(uint64_t z)
{
	return z & 0x0000fff000000000;
}

static uint64_t
all_equal(uint64_t z)
{
	(void)z;
	return 42;
}

static const struct kind {
	const char *name;
	uint64_t (*key)(uint64_t z);
} kinds[] = {
	{"any bits", any_bits},
	{"below 2^32", below_2_32},
	{"sign bit alone", one_bit_of_64},
	{"highest and lowest bit", both_ends},
	{"few distinct", few_ties},
	{"middle bits", middle_bits},
	{"all equal", all_equal},
};

static void
check_i64(const struct kind *kind, size_t n, uint64_t seed)
{
	size_t bytes = n * sizeof(int64_t);
	int64_t *got = malloc(bytes + 8), *expected = malloc(bytes + 8);

	for (size_t i = 0; i < n; i++)
		expected[i] = got[i] = (int64_t)kind->key(case_random(&seed));
	got[n] = 7; /* must stay */
	qsort(expected, n, sizeof(*expected), compare_i64);
	sort_i64(got, n);
	if (memcmp(got, expected, bytes) != 0 || got[n] != 7)
		fail_msg("int64, %s, n %zu: wrong order", kind->name, n);
	free(got);
	free(expected);
}

/* The keys' bits as doubles: all exponents, subnormals, infinities; -0.0 and NaN are replaced. */
static void
check_f64(const struct kind *kind, size_t n, uint64_t seed)
{
	size_t bytes = n * sizeof(double);
	double *got = malloc(bytes + 8), *expected = malloc(bytes + 8);

	for (size_t i = 0; i < n; i++) {
		double v = double_of(kind->key(case_random(&seed)));

		expected[i] = got[i] = isnan(v) || v == 0 ? 0 : v;
	}
	got[n] = 7;
	qsort(expected, n, sizeof(*expected), compare_f64);
	sort_f64(got, n);
	if (memcmp(got, expected, bytes) != 0 || got[n] != 7)
		fail_msg("double, %s, n %zu: wrong order", kind->name, n);
	free(got);
	free(expected);
}

static void
test_agrees_with_qsort(void **state)
{
	static const size_t sizes[] = {0, 1, 2, 3, 10, 63, 64, 65, SORT_INSERTION_MAX,
		SORT_INSERTION_MAX + 1, SORT_INSERTION_MAX + 2, 300, 2047, 2048, 2049, LARGE};

	(void)state;
	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
		for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++) {
			check_i64(&kinds[k], sizes[s], 100 + s);
			check_f64(&kinds[k], sizes[s], 200 + s);
		}
	}
}

/* Extremes written down in order, shuffled by repeating them backwards past the insertion sort. */
static void
test_extremes(void **state)
{
	static const double order[] = {-INFINITY, -DBL_MAX, -1, -DBL_MIN, -5e-324, -0.0, 0.0,
		5e-324, DBL_MIN, 1, 1 + DBL_EPSILON, DBL_MAX, INFINITY};
	enum { DISTINCT = sizeof(order) / sizeof(*order), TIMES = 40 };
	double x[DISTINCT * TIMES];

	(void)state;
	for (size_t i = 0; i < DISTINCT * TIMES; i++)
		x[i] = order[DISTINCT - 1 - i % DISTINCT];
	sort_f64(x, DISTINCT * TIMES);
	for (size_t i = 0; i < DISTINCT * TIMES; i++)
		assert_memory_equal(&x[i], &order[i / TIMES], sizeof(double));
	sort_f64(x, DISTINCT); /* the insertion sort, on equal values */
	assert_true(x[0] == -(double)INFINITY && x[DISTINCT - 1] == -(double)INFINITY);
}

static void
test_integer_extremes(void **state)
{
	int64_t x[] = {0, INT64_MAX, -1, INT64_MIN, 1};
	static const int64_t order[] = {INT64_MIN, -1, 0, 1, INT64_MAX};

	(void)state;
	sort_i64(x, 5);
	assert_memory_equal(x, order, sizeof(order));
	sort_i64(NULL, 0);
	sort_f64(NULL, 0);
}

static void
test_in_order_and_reversed(void **state)
{
	int64_t x[1000];

	(void)state;
	for (int i = 0; i < 1000; i++)
		x[i] = 1000 - i;
	sort_i64(x, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(x[i], i + 1);
	sort_i64(x, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(x[i], i + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agrees_with_qsort),
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_integer_extremes),
		cmocka_unit_test(test_in_order_and_reversed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
