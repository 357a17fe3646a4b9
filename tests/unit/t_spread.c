/*
 * spread: whiskers by R's boxplot.stats(x)$stats[c(1, 5)] where its hinges are the quartiles, else
 * by hand; Cliff's delta of the opening by counting all pairs.
 */
#include "stats_cases.h"

#include "analyze/stats/describe.h"
#include "analyze/stats/spread.h"

#define MAX_SAMPLES 500

static void
test_whiskers(void **state)
{
	static const struct {
		double x[16];
		size_t n;
		double low;
		double high;
	} cases[] = {
		{{3}, 1, 3, 3},
		{{1, 2}, 2, 1, 2},
		{{5, 5, 5, 5, 5}, 5, 5, 5},
		{{5, 5, 5, 5, 9}, 5, 5, 5},                       /* no range, so all else is out */
		{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30}, 11, 1, 10}, /* R */
		{{-50, 1, 2, 3, 4, 5, 6, 7, 8}, 9, 1, 8},         /* R */
		{{0, 4, 6, 8, 14}, 5, 0, 14},   /* at 1.5 ranges exactly: inside */
		{{-3, 4, 6, 8, 14.5}, 5, 4, 8}, /* fences at -2 and 14 */
		{{-1.7e308, -1e308, 0, 1e308, 1.7e308}, 5, -1.7e308, 1.7e308},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		double q1, q3, low, high;
		const double *x = cases[i].x;
		size_t n = cases[i].n;

		assert_int_equal(quant_type7(&q1, x, n, 0.25, NULL), V_OK);
		assert_int_equal(quant_type7(&q3, x, n, 0.75, NULL), V_OK);
		assert_int_equal(tukey_whiskers(&low, &high, x, n, q1, q3, NULL), V_OK);
		assert_true(low == cases[i].low && high == cases[i].high);
	}
}

static void
test_undefined(void **state)
{
	double low, high, x[] = {1, 2};

	(void)state;
	assert_int_equal(tukey_whiskers(&low, &high, x, 0, NAN, NAN, NULL), V_EDOM);
	assert_true(isnan(low) && isnan(high));
	assert_true(isnan(coefficient_of_variation(0, 1)));
	assert_true(isnan(coefficient_of_variation(1, NAN)));
	assert_true(coefficient_of_variation(-4, 1) == 0.25);
	assert_true(isnan(opening_delta(x, 0, x, 2)) && isnan(opening_delta(x, 2, x, 2)));
}

/* n values in steps of `step`, each `repeats` times. */
static void
stairs(double *x, size_t n, double step, size_t repeats)
{
	for (size_t i = 0; i < n; i++)
		x[i] = 1000 + step * (double)(i / repeats);
}

static void
test_grid(void **state)
{
	double x[MAX_SAMPLES];

	(void)state;
	stairs(x, 200, 10, 20);
	assert_true(grid_step(x, 200) == 10);
	x[199] += 3; /* a value off the grid tells of a finer one */
	assert_true(grid_step(x, 200) == 3);
	stairs(x, 200, 10, 9);
	assert_true(grid_step(x, 200) == 0); /* 23 distinct of 200: more than one in 10 */
	stairs(x, 99, 10, 33);
	assert_true(grid_step(x, 99) == 0); /* too few to tell */
	stairs(x, 200, 10, 200);
	assert_true(grid_step(x, 200) == 0); /* one value: no step */
}

static double
delta_by_pairs(const double *x, size_t k, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < k; i++)
		for (size_t j = k; j < n; j++)
			sum += (x[i] > x[j]) - (x[i] < x[j]);
	return sum / ((double)k * (double)(n - k));
}

static void
test_opening(void **state)
{
	uint64_t seed = 12;

	(void)state;
	for (size_t i = 0; i < 200; i++) {
		double x[MAX_SAMPLES], opening[MAX_SAMPLES], expected;
		size_t n = 2 + case_random(&seed) % (MAX_SAMPLES - 2);
		size_t k = 1 + case_random(&seed) % (n - 1);

		for (size_t j = 0; j < n; j++)
			x[j] = (double)(case_random(&seed) % (i % 2 ? 10 : 1000000) +
				(j < k ? 2 : 0));
		expected = delta_by_pairs(x, k, n);
		memcpy(opening, x, k * sizeof(*x));
		sort_f64(opening, k);
		sort_f64(x, n);
		case_close("opening", "delta", opening_delta(opening, k, x, n), expected, 1e-14);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whiskers),
		cmocka_unit_test(test_undefined),
		cmocka_unit_test(test_grid),
		cmocka_unit_test(test_opening),
	};

	stats_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
