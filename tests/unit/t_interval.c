/*
 * interval: t intervals against exact sums and R's qt() (tests/oracle/stats.py), ranks of quantile
 * intervals against R's pbinom() (stats.R) and, for medians of up to 60, exact counting.
 *
 * Tolerance of a t bound, mean -+ h: the mean is good to 1e-12 of itself (t_describe.c); h to
 * 1e-12 for the sd and 1e-12 for the t quantile (GSL against R, see interval.c), so 1e-9 h has
 * room.  Below 2^-1022 a double has a fixed step: sd and sd / sqrt(n) are then off by half a step
 * each, times t <= 63.7, so 64 steps in addition.  Ranks are integers and must be equal.
 */
#include "stats_cases.h"

#include <float.h>

#include "analyze/stats/describe.h"
#include "analyze/stats/interval.h"

#define MAX_SMALL 60
#define MAX_RANKS 10000000
#define COVERAGE_REPETITIONS 2000

static const double levels[] = {0.9, 0.95, 0.99};

/* field: lower and upper bound, mean, sd. */
static void
check_t(const char *name, const double *x, size_t n, double level, char **field)
{
	double mean = case_number(field[2]), lower = case_number(field[0]);
	double upper = case_number(field[1]);
	bool above_range = isinf(lower) || isinf(upper) || isinf(case_number(field[3]));
	struct interval ci;
	enum vstatus st = interval_t(&ci, x, n, level, NULL);
	double tolerance = 1e-12 * fabs(mean) + 1e-9 * (upper / 2 - lower / 2) + 64 * 5e-324;

	case_close(name, "estimate", ci.estimate, mean, 1e-12 * fabs(mean) + 5e-324);
	if (n < 2 || above_range) {
		assert_int_equal(st, n < 2 ? V_EDOM : V_ELIMIT);
		assert_true(isnan(ci.lower) && isnan(ci.upper));
		return;
	}
	assert_int_equal(st, V_OK);
	case_close(name, "t lower", ci.lower, lower, tolerance);
	case_close(name, "t upper", ci.upper, upper, tolerance);
}

static void
check_median(const char *name, double *x, size_t n, const char *lower, const char *upper)
{
	struct interval ci;
	enum vstatus st;

	sort_f64(x, n);
	st = interval_quantile(&ci, x, n, 0.5, 0.95, NULL);
	assert_true(isnan(ci.estimate) == (n == 0));
	if (strcmp(lower, "-") == 0) {
		assert_int_equal(st, V_EDOM);
		assert_true(isnan(ci.lower) && isnan(ci.upper));
		return;
	}
	assert_int_equal(st, V_OK);
	case_close(name, "median lower", ci.lower, x[strtoul(lower, NULL, 10) - 1], 0);
	case_close(name, "median upper", ci.upper, x[strtoul(upper, NULL, 10) - 1], 0);
	assert_true(ci.lower <= ci.estimate && ci.estimate <= ci.upper);
}

static void
check_row(char **field)
{
	double x[MAX_SMALL];
	size_t n = case_values(x, MAX_SMALL, field[1]);

	for (size_t i = 0; i < 3; i++) {
		char *expected[] = {field[12 + 2 * i], field[13 + 2 * i], field[2], field[3]};

		check_t(field[0], x, n, levels[i], expected);
	}
	check_median(field[0], x, n, field[18], field[19]);
}

static void
test_generated_samples(void **state)
{
	(void)state;
	assert_true(case_each("tests/data/stats/samples.tsv", 20, check_row) >= 200);
}

/* 1, 2, 3, ...: the bounds are the ranks. */
static double *ramp;

static int
ramp_make(void **state)
{
	(void)state;
	ramp = malloc(MAX_RANKS * sizeof(*ramp));
	for (int i = 0; i < MAX_RANKS; i++)
		ramp[i] = i + 1;
	return 0;
}

static int
ramp_free(void **state)
{
	(void)state;
	free(ramp);
	return 0;
}

static void
check_ranks_row(char **field)
{
	size_t n = strtoul(field[0], NULL, 10);
	double lower = case_number(field[3]), upper = case_number(field[4]);
	bool exists = lower >= 1 && upper <= (double)n;
	struct interval ci;
	struct verr err;
	char name[64];
	enum vstatus st;

	assert_true(n <= MAX_RANKS);
	snprintf(name, sizeof(name), "n %s, p %s, level %s", field[0], field[1], field[2]);
	st = interval_quantile(&ci, ramp, n, case_number(field[1]), case_number(field[2]), &err);
	if (st != (exists ? V_OK : V_EDOM))
		fail_msg("%s: wrong status %d", name, st);
	if (!exists)
		assert_non_null(strstr(err.msg, "n too small"));
	case_close(name, "lower rank", ci.lower, exists ? lower : (double)NAN, 0);
	case_close(name, "upper rank", ci.upper, exists ? upper : (double)NAN, 0);
}

static void
test_ranks(void **state)
{
	(void)state;
	assert_int_equal(case_each("tests/data/stats/ranks.tsv", 5, check_ranks_row), 456);
}

/*
 * The least n with an interval: max(p, 1-p)^n <= alpha/2.  By logarithms, at 95 %:
 * 0.5^6 = 0.0156, 0.75^13 = 0.0238, 0.9^36 = 0.0225, 0.99^368 = 0.0248 are the first below 0.025.
 * At 50 % and 93.75 %, 0.5^2 and 0.5^5 are alpha/2 exactly, and count.
 */
static void
test_least_n(void **state)
{
	static const struct {
		double p;
		double level;
		size_t n;
	} cases[] = {
		{0.5, 0.95, 6},
		{0.25, 0.95, 13},
		{0.75, 0.95, 13},
		{0.9, 0.95, 36},
		{0.01, 0.95, 368},
		{0.5, 0.5, 2},
		{0.5, 0.9375, 5},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		double p = cases[i].p, level = cases[i].level;
		size_t n = cases[i].n;
		struct interval ci;
		struct verr err;
		char takes[32];

		assert_int_equal(interval_quantile(&ci, ramp, n, p, level, NULL), V_OK);
		assert_int_equal(interval_quantile(&ci, ramp, n - 1, p, level, &err), V_EDOM);
		snprintf(takes, sizeof(takes), "takes %zu ", n);
		assert_non_null(strstr(err.msg, takes));
		assert_true(!isnan(ci.estimate) && isnan(ci.lower) && isnan(ci.upper));
	}
}

static void
test_ends_of_distribution(void **state)
{
	struct interval ci;
	struct verr err;

	(void)state;
	for (int p = 0; p <= 1; p++) {
		assert_int_equal(interval_quantile(&ci, ramp, 1000, p, 0.95, &err), V_EDOM);
		assert_true(ci.estimate == (p == 0 ? 1 : 1000) && isnan(ci.lower));
		assert_non_null(strstr(err.msg, "end of a distribution"));
	}
}

/* GSL gives up next to the centre; the answer is a refusal, or else R's ranks, but not a guess. */
static void
test_out_of_reach(void **state)
{
	struct interval ci;

	(void)state;
	if (interval_quantile(&ci, ramp, MAX_RANKS, 0.5, 0.1, NULL) == V_ELIMIT)
		assert_true(ci.estimate == 5000000.5 && isnan(ci.lower) && isnan(ci.upper));
	else
		assert_true(ci.lower == 4999801 && ci.upper == 5000200);
	assert_int_equal(interval_quantile(&ci, ramp, MAX_RANKS, 0.5, 0.5, NULL), V_OK);
}

static void
test_refusals(void **state)
{
	static const double bad_level[] = {0, 1, -0.5, 95, NAN};
	static const double bad_n_eff[] = {1, 0, -1, 4.5, NAN, INFINITY};
	static const double infinite[] = {1, 2, INFINITY};
	struct interval ci;

	(void)state;
	for (size_t i = 0; i < sizeof(bad_level) / sizeof(*bad_level); i++) {
		assert_int_equal(interval_t(&ci, ramp, 9, bad_level[i], NULL), V_EDOM);
		assert_int_equal(interval_quantile(&ci, ramp, 9, 0.5, bad_level[i], NULL), V_EDOM);
	}
	for (size_t i = 0; i < sizeof(bad_n_eff) / sizeof(*bad_n_eff); i++) {
		enum vstatus st = interval_t_effective(&ci, ramp, 4, bad_n_eff[i], 0.95, NULL);

		assert_int_equal(st, V_EDOM);
		assert_true(ci.estimate == 2.5 && isnan(ci.lower) && isnan(ci.upper));
	}
	assert_int_equal(interval_t(&ci, infinite, 3, 0.95, NULL), V_EDOM);
	assert_true(isnan(ci.estimate));
	assert_int_equal(interval_quantile(&ci, ramp, 9, 1.5, 0.95, NULL), V_EDOM);
}

/* R: t.test(x)$conf.int, and mean(x) -+ qt(0.975, 3.5) sd(x) / sqrt(4.5). */
static void
test_against_r(void **state)
{
	static const double x[] = {12, 15, 11, 14, 13, 18, 10, 16, 12, 14};
	struct interval ci;

	(void)state;
	assert_int_equal(interval_t(&ci, x, 10, 0.95, NULL), V_OK);
	case_close("R", "lower", ci.lower, 11.772248927931781, 1e-11);
	case_close("R", "upper", ci.upper, 15.227751072068218, 1e-11);
	assert_int_equal(interval_t_effective(&ci, x, 10, 4.5, 0.95, NULL), V_OK);
	case_close("R", "effective lower", ci.lower, 10.152561831003752, 1e-11);
	case_close("R", "effective upper", ci.upper, 16.847438168996248, 1e-11);
}

/* Equal runs: an interval of width 0, not an error. */
static void
test_all_equal(void **state)
{
	static const double x[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
	struct interval ci;

	(void)state;
	assert_int_equal(interval_t(&ci, x, 6, 0.95, NULL), V_OK);
	assert_true(ci.lower == 0.1 && ci.estimate == 0.1 && ci.upper == 0.1);
	assert_int_equal(interval_quantile(&ci, x, 6, 0.5, 0.95, NULL), V_OK);
	assert_true(ci.lower == 0.1 && ci.estimate == 0.1 && ci.upper == 0.1);
}

/* Log-normal with median 1, by Box and Muller's transformation. */
static void
draw_lognormal(double *x, size_t n, uint64_t *seed)
{
	for (size_t i = 0; i < n; i++) {
		double radius = sqrt(-2 * log(case_uniform(seed)));

		x[i] = exp(radius * cos(6.283185307179586 * case_uniform(seed)));
	}
}

/*
 * Of 20 samples, ranks 6 and 15 hold the median with P(6 <= Bin(20, 1/2) <= 14) = 0.95861 (R:
 * sum(dbinom(6:14, 20, 0.5))), so at least 0.95.  The observed share of 2000 has a standard error
 * of sqrt(0.95861 * 0.04139 / 2000) = 0.00445; three of them either way.
 */
static void
test_coverage_of_median(void **state)
{
	const double exact = 0.95861, error = 0.00445;
	uint64_t seed = 2;
	int covered = 0;
	double share, x[20];

	(void)state;
	for (int i = 0; i < COVERAGE_REPETITIONS; i++) {
		struct interval ci;

		draw_lognormal(x, 20, &seed);
		sort_f64(x, 20);
		assert_int_equal(interval_quantile(&ci, x, 20, 0.5, 0.95, NULL), V_OK);
		covered += ci.lower <= 1 && 1 <= ci.upper;
	}
	share = (double)covered / COVERAGE_REPETITIONS;
	assert_true(share >= 0.95 - 3 * error);
	case_close("log-normal, n 20", "coverage", share, exact, 3 * error);
}

/*
 * Means of 10 normal values: the t interval covers with 0.95 exactly; standard error
 * sqrt(0.95 * 0.05 / 2000) = 0.00487.
 */
static void
test_coverage_of_mean(void **state)
{
	uint64_t seed = 3;
	int covered = 0;
	double x[10];

	(void)state;
	for (int i = 0; i < COVERAGE_REPETITIONS; i++) {
		struct interval ci;

		draw_lognormal(x, 10, &seed);
		for (size_t k = 0; k < 10; k++)
			x[k] = log(x[k]);
		assert_int_equal(interval_t(&ci, x, 10, 0.95, NULL), V_OK);
		covered += ci.lower <= 0 && 0 <= ci.upper;
	}
	case_close("normal, n 10", "coverage", (double)covered / COVERAGE_REPETITIONS, 0.95,
		3 * 0.00487);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_generated_samples),
		cmocka_unit_test(test_ranks),
		cmocka_unit_test(test_least_n),
		cmocka_unit_test(test_ends_of_distribution),
		cmocka_unit_test(test_out_of_reach),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_against_r),
		cmocka_unit_test(test_all_equal),
		cmocka_unit_test(test_coverage_of_median),
		cmocka_unit_test(test_coverage_of_mean),
	};

	stats_init();
	return cmocka_run_group_tests(tests, ramp_make, ramp_free);
}
