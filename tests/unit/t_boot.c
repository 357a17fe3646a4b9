/*
 * boot: resamples and intervals against a second implementation of the generator and R's package
 * boot (tests/oracle/boot.py, boot.R); order of the work, coverage, refusals.
 *
 * Tolerance: replicates and estimates are exact or one rounding off; normal quantiles of GSL and R
 * differ by 1e-15, which interpolation turns into as much of the gap between two replicates; the
 * acceleration is a quotient of sums, 1e-13.  So 1e-11 of the interval, and 1e-15 of the bound, and
 * below 2^-1022 one step.
 */
#include "stats_cases.h"

#include "analyze/stats/boot.h"
#include "analyze/stats/describe.h"

#define MAX_SMALL 60
#define MAX_RESAMPLES 2000
#define COVERAGE_REPETITIONS 1000

/* n sum x^2 - (sum x)^2 over n (n - 1): of whole numbers, without rounding up to the division. */
static double
scatter_of(double *x, size_t n, const void *ctx)
{
	double sum = 0, squares = 0;

	for (size_t i = 0; i < n; i++) {
		sum += x[i];
		squares += x[i] * x[i];
	}
	(void)ctx;
	return n < 2 ? 0 : ((double)n * squares - sum * sum) / (double)(n * (n - 1));
}

static const struct boot_statistic scatter = {scatter_of, NULL, NULL};

static const struct boot_statistic *
statistic_called(const char *name)
{
	if (strcmp(name, "mean") == 0)
		return &boot_mean;
	return strcmp(name, "median") == 0 ? &boot_median : &scatter;
}

static void
check_row(char **field)
{
	const struct boot_statistic *s = statistic_called(field[1]);
	uint64_t seed = strtoull(field[2], NULL, 10);
	size_t n_resamples = strtoul(field[3], NULL, 10), n;
	double x[MAX_SMALL], t[MAX_RESAMPLES], level = case_number(field[4]);
	double estimate = case_number(field[6]), lower = case_number(field[7]);
	double upper = case_number(field[8]), tolerance = 1e-11 * (upper - lower) + 5e-324;
	struct verr err = {""};
	struct interval ci;
	enum vstatus st;

	n = case_values(x, MAX_SMALL, field[5]);
	boot_resample(t, 0, n_resamples, s, x, n, seed);
	st = boot_interval(&ci, s, x, n, t, n_resamples, level, &err);
	if (st != (isnan(lower) ? V_EDOM : V_OK))
		fail_msg("%s %s: status %d, %s", field[0], field[1], st, err.msg);
	assert_true(st == V_OK || *err.msg != '\0');
	case_close(field[0], "estimate", ci.estimate, estimate, 1e-15 * fabs(estimate) + 5e-324);
	case_close(field[0], "lower", ci.lower, lower, tolerance + 1e-15 * fabs(lower));
	case_close(field[0], "upper", ci.upper, upper, tolerance + 1e-15 * fabs(upper));
}

static void
test_against_r(void **state)
{
	(void)state;
	assert_int_equal(case_each("tests/data/stats/boot.tsv", 9, check_row), 242);
}

/* Skewed, ascending: exponential. */
static void
draw_exponential(double *x, size_t n, uint64_t *seed)
{
	for (size_t i = 0; i < n; i++)
		x[i] = -log(case_uniform(seed));
	sort_f64(x, n);
}

/* Numbers of resamples in any order and any division give the same replicates, bit by bit. */
static void
test_order_of_work(void **state)
{
	double x[MAX_SMALL], whole[300], parts[300];
	uint64_t seed = 8;

	(void)state;
	draw_exponential(x, MAX_SMALL, &seed);
	boot_resample(whole, 0, 300, &boot_median, x, MAX_SMALL, 42);
	for (size_t first = 300; first > 0; first -= 50)
		boot_resample(parts + first - 50, first - 50, 50, &boot_median, x, MAX_SMALL, 42);
	assert_memory_equal(whole, parts, sizeof(whole));
	boot_resample(parts, 0, 300, &boot_median, x, MAX_SMALL, 43);
	assert_memory_not_equal(whole, parts, sizeof(whole));
}

/* boot_indices() says what boot_resample() draws. */
static void
test_indices(void **state)
{
	double x[MAX_SMALL], t;
	size_t index[MAX_SMALL];

	(void)state;
	for (size_t i = 0; i < MAX_SMALL; i++)
		x[i] = (double)(i * i);
	for (uint64_t resample = 0; resample < 20; resample++) {
		double sum = 0;

		boot_indices(index, MAX_SMALL, 9, resample);
		for (size_t i = 0; i < MAX_SMALL; i++) {
			assert_true(index[i] < MAX_SMALL);
			sum += x[index[i]];
		}
		boot_resample(&t, resample, 1, &boot_mean, x, MAX_SMALL, 9);
		assert_true(t == sum / MAX_SMALL);
	}
}

/*
 * The generic jackknife, whole or by groups, finds the acceleration that the mean's own formula
 * has: equally for n <= B, where groups are single values; else near it.
 */
static void
test_generic_influence(void **state)
{
	static double x[4000], t[999];
	struct boot_statistic generic = boot_mean;
	struct interval own, ci;
	uint64_t seed = 10;

	(void)state;
	generic.influence = NULL;
	for (size_t n = 20; n <= 4000; n *= 10) {
		draw_exponential(x, n, &seed);
		boot_resample(t, 0, 999, &boot_mean, x, n, 1);
		assert_int_equal(boot_interval(&own, &boot_mean, x, n, t, 999, 0.95, NULL), V_OK);
		assert_int_equal(boot_interval(&ci, &generic, x, n, t, 999, 0.95, NULL), V_OK);
		case_close("generic", "lower", ci.lower, own.lower,
			(n <= 999 ? 1e-10 : 1e-2) * (own.upper - own.lower));
		case_close("generic", "upper", ci.upper, own.upper,
			(n <= 999 ? 1e-10 : 1e-2) * (own.upper - own.lower));
	}
}

static double
never(double *x, size_t n, const void *ctx)
{
	(void)x, (void)n, (void)ctx;
	return NAN;
}

static void
test_refusals(void **state)
{
	static const double bad_level[] = {0, 1, -0.5, 95, NAN}, infinite[] = {1, 2, INFINITY};
	static const struct boot_statistic undefined = {never, NULL, NULL};
	double x[] = {1, 2, 4, 8, 16}, t[200];
	struct interval ci;
	struct verr err;

	(void)state;
	boot_resample(t, 0, 200, &boot_mean, x, 5, 1);
	for (size_t i = 0; i < sizeof(bad_level) / sizeof(*bad_level); i++) {
		double level = bad_level[i];

		assert_int_equal(boot_interval(&ci, &boot_mean, x, 5, t, 200, level, NULL), V_EDOM);
	}
	assert_int_equal(boot_interval(&ci, &boot_mean, x, 5, t, 99, 0.9, NULL), V_ELIMIT);
	assert_int_equal(boot_interval(&ci, &boot_mean, x, 0, t, 200, 0.9, NULL), V_EDOM);
	assert_int_equal(boot_interval(&ci, &boot_mean, infinite, 3, t, 200, 0.9, NULL), V_EDOM);
	assert_true(isnan(ci.estimate));
	assert_int_equal(boot_interval(&ci, &boot_mean, x, 5, t, 200, 0.9999, &err), V_EDOM);
	assert_non_null(strstr(err.msg, "200 resamples do not reach level 0.9999"));
	assert_true(ci.estimate == 6.2 && isnan(ci.lower) && isnan(ci.upper));
	boot_resample(t, 0, 200, &undefined, x, 5, 1);
	assert_int_equal(boot_interval(&ci, &undefined, x, 5, t, 200, 0.9, NULL), V_EDOM);
}

/*
 * The mean of 40 exponential values: BCa is second-order accurate, its coverage off by the order of
 * 1/n (Efron 1987), 0.025 here; and three standard errors of 1000, sqrt(0.9 * 0.1 / 1000) = 0.0095.
 */
static void
test_coverage(void **state)
{
	double x[40], t[499];
	uint64_t seed = 11;
	int covered = 0;

	(void)state;
	for (uint64_t i = 0; i < COVERAGE_REPETITIONS; i++) {
		struct interval ci;

		draw_exponential(x, 40, &seed);
		boot_resample(t, 0, 499, &boot_mean, x, 40, i);
		assert_int_equal(boot_interval(&ci, &boot_mean, x, 40, t, 499, 0.9, NULL), V_OK);
		covered += ci.lower <= 1 && 1 <= ci.upper;
	}
	case_close("exponential", "coverage", (double)covered / COVERAGE_REPETITIONS, 0.9,
		0.025 + 3 * 0.0095);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_r),
		cmocka_unit_test(test_order_of_work),
		cmocka_unit_test(test_indices),
		cmocka_unit_test(test_generic_influence),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_coverage),
	};

	stats_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
