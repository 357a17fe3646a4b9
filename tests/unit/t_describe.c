/*
 * describe, quantile: against exact rational arithmetic (tests/oracle/stats.py, itself confirmed
 * by R) on 281 generated samples and 16 large ones, and against hand-worked and published cases.
 *
 * Tolerances, with u = 2^-53:
 *  mean  the pair sum is off by n u^2 sum|x| and rounding to a double adds u |mean|.  With the
 *        worst cancellation here, mean|x| / |mean| < 10^16 and n <= 60, that is below
 *        10^-13 |mean|; for n = 10^5 no family cancels that far.  So 1e-12 |mean| has room.
 *  sd    each deviation is off by 2u of itself, its square by 5u, the compensated sum by u, and the
 *        root halves that: below 4u.  1e-12 likewise.
 *  both  below 2^-1022 a double has a fixed step instead: one such step in addition.
 *  quantile  x[k] and the gap are exact; the product and the sum are off by 4u of the largest
 *        neighbour M.  h = (n-1)p is off by u h, which moves the result by at most u h times the
 *        gap, itself at most 2M.  Together (4 + 2h) u M, M over x[k-1] .. x[k+1] since a rounded h
 *        may change k.
 *  acf   |products| <= squares, so errors of 5u in each give 10u absolute; 1e-12.
 *  n_eff d/drho of (1 - rho)/(1 + rho) relative to itself is 2/(1 - rho^2); |rho| <= cos(pi/(n+1))
 *        bounds that by 760 for n <= 60, and no large family correlates: 760 * 10u < 1e-12.
 */
#include "stats_cases.h"

#include <float.h>

#include "analyze/stats/describe.h"

#define STEP 5e-324
#define MAX_SMALL 60
#define MAX_LARGE 100000

static const double probabilities[] = {0.1, 0.25, 0.5, 0.75, 0.9, 0.99};
#define N_PROBABILITIES (sizeof(probabilities) / sizeof(*probabilities))

/* The eight columns that samples.tsv and large.tsv share, from `mean` on. */
struct expected {
	const char *name;
	double mean;
	double sd; /* infinity: above the largest double */
	double quantile[N_PROBABILITIES];
	double rho;
	double n_eff;
};

static struct expected
expected_of(const char *name, char **field)
{
	struct expected e = {.name = name, case_number(field[0]), case_number(field[1]), .rho = 0};

	for (size_t i = 0; i < N_PROBABILITIES; i++)
		e.quantile[i] = case_number(field[2 + i]);
	e.rho = case_number(field[2 + N_PROBABILITIES]);
	e.n_eff = case_number(field[3 + N_PROBABILITIES]);
	return e;
}

static void
check_moments(const struct expected *e, const double *x, size_t n)
{
	enum vstatus expected_st = n == 0 ? V_EDOM : isinf(e->sd) ? V_ELIMIT : V_OK;
	double mean, sd, expected_sd = isinf(e->sd) ? (double)NAN : e->sd;

	if (moments(&mean, &sd, x, n, NULL) != expected_st)
		fail_msg("%s: wrong status", e->name);
	case_close(e->name, "mean", mean, e->mean, 1e-12 * fabs(e->mean) + STEP);
	case_close(e->name, "sd", sd, expected_sd, 1e-12 * expected_sd + STEP);
}

static double
quantile_tolerance(const double *x, size_t n, double p)
{
	double h = (double)(n - 1) * p, largest = 0;
	size_t k = (size_t)h;

	for (size_t i = k > 0 ? k - 1 : 0; i <= k + 1 && i < n; i++)
		largest = fmax(largest, fabs(x[i]));
	return (4 + 2 * h) * U * largest + STEP;
}

static void
check_quantiles(const struct expected *e, const double *x, size_t n)
{
	double q, previous = -INFINITY;

	for (size_t i = 0; i < N_PROBABILITIES; i++) {
		double p = probabilities[i];

		assert_int_equal(quant_type7(&q, x, n, p, NULL), n == 0 ? V_EDOM : V_OK);
		case_close(e->name, "quantile", q, e->quantile[i],
			n == 0 ? 0 : quantile_tolerance(x, n, p));
		assert_false(q < previous);
		previous = q;
	}
}

static void
check_summary(const struct expected *e, double *x, size_t n)
{
	enum vstatus expected_st = n == 0 ? V_EDOM : isinf(e->sd) ? V_ELIMIT : V_OK;
	struct summary s;

	assert_int_equal(summary_of(&s, x, n, NULL), expected_st);
	assert_int_equal(s.n, n);
	case_close(e->name, "summary mean", s.mean, e->mean, 1e-12 * fabs(e->mean) + STEP);
	if (n == 0) {
		assert_true(isnan(s.sd) && isnan(s.min) && isnan(s.q1) && isnan(s.median) &&
			isnan(s.q3) && isnan(s.max));
		return;
	}
	case_close(e->name, "q1", s.q1, e->quantile[1], quantile_tolerance(x, n, 0.25));
	case_close(e->name, "median", s.median, e->quantile[2], quantile_tolerance(x, n, 0.5));
	case_close(e->name, "q3", s.q3, e->quantile[3], quantile_tolerance(x, n, 0.75));
	assert_true(s.min <= s.q1 && s.q1 <= s.median && s.median <= s.q3 && s.q3 <= s.max);
	assert_true(s.min <= s.mean && s.mean <= s.max);
	assert_true(s.min == x[0] && s.max == x[n - 1]);
	assert_true(isnan(s.sd) == (n < 2 || isinf(e->sd)));
}

/* Order matters to the autocorrelation, so it comes before the sorting. */
static void
check_sample(const struct expected *e, double *x, size_t n)
{
	check_moments(e, x, n);
	case_close(e->name, "rho", autocorrelation1(x, n), e->rho, 1e-12);
	case_close(e->name, "n_eff", effective_n(x, n), e->n_eff, 1e-12 * e->n_eff);
	check_summary(e, x, n);
	check_quantiles(e, x, n);
}

static void
check_small_row(char **field)
{
	struct expected e = expected_of(field[0], field + 2);
	double x[MAX_SMALL];

	check_sample(&e, x, case_values(x, MAX_SMALL, field[1]));
}

static void
test_generated_samples(void **state)
{
	(void)state;
	assert_true(case_each("tests/data/stats/samples.tsv", 20, check_small_row) >= 200);
}

/* The families of LARGE in tests/oracle/stats.py, operation by operation. */
static double
unit_of(uint64_t z)
{
	return (double)(z >> 11) * 0x1p-53;
}

static double
rtt_of(uint64_t z)
{
	return (double)(z >> 40);
}

static double
ties_of(uint64_t z)
{
	return (double)(z % 10);
}

static double
heavy_of(uint64_t z)
{
	return 1 / ((double)((z >> 11) + 1) * 0x1p-53);
}

static double
heavier_of(uint64_t z)
{
	double v = (double)((z >> 11) + 1) * 0x1p-53;

	return 1 / (v * v);
}

static double
offset_of(uint64_t z)
{
	return 1e15 + (double)(z >> 58) * 0.125;
}

static double
huge_of(uint64_t z)
{
	return ldexp(unit_of(z) - 0.5, 1023);
}

static double
tiny_of(uint64_t z)
{
	return ldexp(unit_of(z) - 0.5, -990);
}

static const struct {
	const char *name;
	double (*draw)(uint64_t z);
} families[] = {
	{"uniform", unit_of},
	{"rtt", rtt_of},
	{"ties", ties_of},
	{"heavy", heavy_of},
	{"heavier", heavier_of},
	{"offset", offset_of},
	{"huge", huge_of},
	{"tiny", tiny_of},
};

static void
check_large_row(char **field)
{
	struct expected e = expected_of(field[0], field + 3);
	uint64_t seed = strtoull(field[1], NULL, 10);
	size_t n = strtoul(field[2], NULL, 10), family = 0;
	double *x = malloc(n * sizeof(*x));

	while (strcmp(families[family].name, field[0]) != 0)
		assert_true(++family < sizeof(families) / sizeof(*families));
	for (size_t i = 0; i < n; i++)
		x[i] = families[family].draw(case_random(&seed));
	check_sample(&e, x, n);
	free(x);
}

static void
test_large_samples(void **state)
{
	(void)state;
	assert_int_equal(case_each("tests/data/stats/large.tsv", 13, check_large_row), 16);
}

/* Worked by hand: squared deviations of {2 4 4 4 5 5 7 9} from 5 add up to 32. */
static void
test_by_hand(void **state)
{
	double x[] = {9, 4, 5, 2, 4, 7, 4, 5};
	struct summary s;

	(void)state;
	assert_int_equal(summary_of(&s, x, 8, NULL), V_OK);
	assert_true(s.mean == 5 && s.min == 2 && s.q1 == 4 && s.median == 4.5);
	assert_true(s.q3 == 5.5 && s.max == 9);
	case_close("hand", "sd", s.sd, sqrt(32.0 / 7), 4 * U * s.sd);
}

/*
 * NIST Statistical Reference Datasets, univariate: NumAcc1 (certified mean 10000002, sd 1) and
 * NumAcc2 (1.2, then 1.1 and 1.3 in turn, 1001 values; certified 1.2, 0.1 and, for the lag-1
 * autocorrelation, -0.999).  The decimals of NumAcc2 are off by u each: 12u of the sd.
 */
static void
test_nist(void **state)
{
	static const double acc1[] = {10000001, 10000003, 10000002};
	double acc2[1001], mean, sd;

	(void)state;
	assert_int_equal(moments(&mean, &sd, acc1, 3, NULL), V_OK);
	assert_true(mean == 10000002 && sd == 1);
	acc2[0] = 1.2;
	for (size_t i = 1; i < 1001; i++)
		acc2[i] = i % 2 == 1 ? 1.1 : 1.3;
	assert_int_equal(moments(&mean, &sd, acc2, 1001, NULL), V_OK);
	case_close("NumAcc2", "mean", mean, 1.2, 4 * U);
	case_close("NumAcc2", "sd", sd, 0.1, 1e-14);
	case_close("NumAcc2", "rho", autocorrelation1(acc2, 1001), -0.999, 1e-13);
}

/* Definition 7 by hand; the median of {10 20 30 40} is 25, where other definitions say 20 or 30. */
static void
test_quantile_by_hand(void **state)
{
	static const struct {
		double x[4];
		size_t n;
		double p;
		double q;
	} cases[] = {
		{{10, 20, 30, 40}, 4, 0.5, 25},
		{{10, 20, 30, 40}, 4, 0.25, 17.5},
		{{10, 20, 30, 40}, 4, 0, 10},
		{{10, 20, 30, 40}, 4, 1, 40},
		{{10, 20, 30}, 3, 0.5, 20},
		{{7}, 1, 0.3, 7},
		{{-DBL_MAX, DBL_MAX}, 2, 0.5, 0},
		{{-0x1p1023, 0x1p1023}, 2, 0.75, 0x1p1022},
		{{0.1, 0.1, 0.1, 0.1}, 4, 0.9, 0.1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		double q;

		assert_int_equal(quant_type7(&q, cases[i].x, cases[i].n, cases[i].p, NULL), V_OK);
		case_close("hand", "quantile", q, cases[i].q, 0);
	}
}

static void
test_quantile_refusals(void **state)
{
	static const double x[] = {1, 2}, infinite[] = {1, INFINITY};
	static const double bad[] = {-0.1, 1.1, NAN, INFINITY};
	struct verr err;
	double q = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(quant_type7(&q, x, 2, bad[i], &err), V_EDOM);
		assert_true(isnan(q));
		assert_non_null(strstr(err.msg, "outside [0, 1]"));
	}
	assert_int_equal(quant_type7(&q, NULL, 0, 0.5, &err), V_EDOM);
	assert_int_equal(quant_type7(&q, infinite, 2, 0.5, &err), V_EDOM);
	assert_true(isnan(q));
}

static void
test_not_finite(void **state)
{
	static const double bad[] = {NAN, -NAN, INFINITY, -INFINITY};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		double x[] = {1, bad[i], 3, 2}, mean, sd;
		struct summary s;

		assert_int_equal(moments(&mean, &sd, x, 4, NULL), V_EDOM);
		assert_true(isnan(mean) && isnan(sd));
		assert_true(isnan(autocorrelation1(x, 4)));
		assert_true(effective_n(x, 4) == 4);
		assert_int_equal(summary_of(&s, x, 4, NULL), V_EDOM);
		assert_true(isnan(s.mean) && isnan(s.min) && isnan(s.median) && isnan(s.max));
		assert_int_equal(stats_keep_finite(x, 4), 3);
		assert_int_equal(summary_of(&s, x, 3, NULL), V_OK);
		assert_true(s.mean == 2 && s.sd == 1 && s.n == 3);
	}
}

static void
test_keep_finite(void **state)
{
	double x[] = {NAN, 1, INFINITY, -INFINITY, 2, NAN, 3};

	(void)state;
	assert_int_equal(stats_keep_finite(x, 7), 3);
	assert_true(x[0] == 1 && x[1] == 2 && x[2] == 3);
	assert_int_equal(stats_keep_finite(x, 0), 0);
	x[0] = NAN;
	assert_int_equal(stats_keep_finite(x, 1), 0);
}

/* Equal values have that mean and deviation 0 to the last bit, whatever n does to their sum. */
static void
test_all_equal(void **state)
{
	static const double values[] = {0.1, 1e308, -3e-308, 5e-324, 0};
	double x[1000], mean, sd;

	(void)state;
	for (size_t v = 0; v < sizeof(values) / sizeof(*values); v++) {
		for (size_t n = 1; n <= 1000; n++) {
			x[n - 1] = values[v];
			assert_int_equal(moments(&mean, &sd, x, n, NULL), V_OK);
			assert_true(mean == values[v] && (n == 1 ? isnan(sd) : sd == 0));
		}
		assert_true(isnan(autocorrelation1(x, 1000)) && effective_n(x, 1000) == 1000);
	}
}

/* A ramp of 10000 is nearly all memory, n_eff 2; alternation is clamped to n. */
static void
test_effective_n_clamps(void **state)
{
	double *x = malloc(10000 * sizeof(*x));

	(void)state;
	for (int i = 0; i < 10000; i++)
		x[i] = i;
	assert_true(effective_n(x, 10000) == 2);
	for (int i = 0; i < 10000; i++)
		x[i] = i % 2;
	assert_true(effective_n(x, 10000) == 10000);
	assert_true(effective_n(x, 0) == 0 && effective_n(x, 1) == 1 && effective_n(x, 2) == 2);
	free(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_generated_samples),
		cmocka_unit_test(test_large_samples),
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_nist),
		cmocka_unit_test(test_quantile_by_hand),
		cmocka_unit_test(test_quantile_refusals),
		cmocka_unit_test(test_not_finite),
		cmocka_unit_test(test_keep_finite),
		cmocka_unit_test(test_all_equal),
		cmocka_unit_test(test_effective_n_clamps),
	};

	stats_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
