/*
 * ecdf: hand-worked steps, and on random samples the promise of the header checked by counting:
 * the thinned function is nowhere further than 1/(max_points - 1) from the whole one.
 */
#include "stats_cases.h"

#include "analyze/stats/ecdf.h"
#include "analyze/stats/sort.h"

#define MAX_POINTS 200
#define MAX_N 5000

static const double ties[] = {1, 1, 2, 2, 2, 3, 5, 5, 5, 5};

static void
check_steps(const double *x, size_t n, size_t max_points, const double (*expected)[2], size_t steps)
{
	struct ecdf_point point[MAX_POINTS];
	size_t n_points;

	assert_int_equal(ecdf_thin(point, &n_points, max_points, x, n, 0.95, NULL), V_OK);
	assert_int_equal(n_points, steps);
	for (size_t i = 0; i < steps; i++)
		assert_true(point[i].x == expected[i][0] && point[i].p == expected[i][1]);
}

/* By hand, from 10 samples with 4 distinct values. */
static void
test_steps(void **state)
{
	static const double all[][2] = {{1, 0.2}, {2, 0.5}, {3, 0.6}, {5, 1}};
	/* Marks at 0, 1/2, 1: the steps that first reach them are 1, 2 (0.5) and 5. */
	static const double three[][2] = {{1, 0.2}, {2, 0.5}, {5, 1}};
	static const double two[][2] = {{1, 0.2}, {5, 1}};
	static const double untied[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
	/* 1/3 is first reached by 4 of 10 samples, 2/3 by 7. */
	static const double thirds[][2] = {{1, 0.1}, {4, 0.4}, {7, 0.7}, {10, 1}};

	(void)state;
	check_steps(ties, 10, MAX_POINTS, all, 4);
	check_steps(ties, 10, 4, all, 4);
	check_steps(ties, 10, 3, three, 3);
	check_steps(ties, 10, 2, two, 2);
	check_steps(untied, 10, 4, thirds, 4);
}

static void
test_one_and_equal(void **state)
{
	static const double same[] = {4, 4, 4};
	static const double step[][2] = {{4, 1}};

	(void)state;
	check_steps(same, 1, 2, step, 1);
	check_steps(same, 3, 2, step, 1);
	check_steps(same, 3, MAX_POINTS, step, 1);
}

/* R: sqrt(log(2/0.05)/(2*10)) = 0.42946940834673758, sqrt(log(2/0.01)/(2*1)) = 1.6276... */
static void
test_band(void **state)
{
	const double eps = 0.42946940834673758;
	struct ecdf_point point[4];
	size_t n_points;

	(void)state;
	assert_int_equal(ecdf_thin(point, &n_points, 4, ties, 10, 0.95, NULL), V_OK);
	case_close("band", "lower", point[1].p_lower, 0.5 - eps, 8 * U);
	case_close("band", "upper", point[1].p_upper, 0.5 + eps, 8 * U);
	assert_true(point[0].p_lower == 0 && point[3].p_upper == 1);
	case_close("band", "first upper", point[0].p_upper, 0.2 + eps, 8 * U);
	assert_int_equal(ecdf_thin(point, &n_points, 4, ties, 1, 0.99, NULL), V_OK);
	assert_true(point[0].p_lower == 0 && point[0].p_upper == 1);
}

static void
test_refusals(void **state)
{
	static const double bad_level[] = {0, 1, -1, NAN};
	static const double infinite[] = {1, INFINITY}, nan_first[] = {-NAN, 1};
	struct ecdf_point point[2];
	size_t n_points = 9;

	(void)state;
	assert_int_equal(ecdf_thin(point, &n_points, 2, NULL, 0, 0.95, NULL), V_EDOM);
	assert_int_equal(n_points, 0);
	for (size_t i = 0; i < sizeof(bad_level) / sizeof(*bad_level); i++)
		assert_int_equal(
			ecdf_thin(point, &n_points, 2, ties, 10, bad_level[i], NULL), V_EDOM);
	assert_int_equal(ecdf_thin(point, &n_points, 2, infinite, 2, 0.95, NULL), V_EDOM);
	assert_int_equal(ecdf_thin(point, &n_points, 2, nan_first, 2, 0.95, NULL), V_EDOM);
}

/* What a reader of the plot takes the function to be just at x. */
static double
drawn_at(const struct ecdf_point *point, size_t n_points, double x)
{
	double p = 0;

	for (size_t i = 0; i < n_points && point[i].x <= x; i++)
		p = point[i].p;
	return p;
}

static void
check_promise(const double *x, size_t n, size_t max_points)
{
	struct ecdf_point point[MAX_POINTS];
	size_t n_points, distinct = 0;

	assert_int_equal(ecdf_thin(point, &n_points, max_points, x, n, 0.95, NULL), V_OK);
	assert_true(n_points >= 1 && n_points <= max_points);
	assert_true(point[0].x == x[0] && point[n_points - 1].x == x[n - 1]);
	for (size_t i = 0; i < n; i++) {
		double p = (double)(i + 1) / (double)n, drawn;

		if (i + 1 < n && x[i + 1] == x[i])
			continue;
		distinct++;
		drawn = drawn_at(point, n_points, x[i]);
		if (!(drawn <= p && p - drawn < 1.0 / (double)(max_points - 1) + 4 * U))
			fail_msg("n %zu, %zu points: %g drawn for %g", n, max_points, drawn, p);
	}
	assert_true(distinct > max_points || n_points == distinct);
}

static void
test_thinning_keeps_its_promise(void **state)
{
	static const size_t sizes[] = {1, 2, 3, 10, 99, 100, 101, 1000, MAX_N};
	static const size_t max_points[] = {2, 3, 7, 100, MAX_POINTS};
	static const uint64_t distinct[] = {1, 2, 5, 150, 1000, UINT64_MAX};
	static double x[MAX_N];
	uint64_t seed = 5;

	(void)state;
	for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++) {
		for (size_t d = 0; d < sizeof(distinct) / sizeof(*distinct); d++) {
			for (size_t i = 0; i < sizes[s]; i++)
				x[i] = (double)(case_random(&seed) % distinct[d]);
			sort_f64(x, sizes[s]);
			for (size_t m = 0; m < sizeof(max_points) / sizeof(*max_points); m++)
				check_promise(x, sizes[s], max_points[m]);
		}
	}
}

/*
 * Uniform samples of 50 stay inside the 95 % band in at least 0.95 of 2000 repetitions, by
 * Massart's inequality; less 3 standard errors, sqrt(0.95 * 0.05 / 2000) = 0.00487 each.  The
 * largest distance is at a step, from above or from below it.
 */
static void
test_band_coverage(void **state)
{
	struct ecdf_point point[50];
	size_t n_points;
	uint64_t seed = 6;
	int inside = 0;
	double x[50];

	(void)state;
	for (int r = 0; r < 2000; r++) {
		double eps, farthest = 0;

		for (size_t i = 0; i < 50; i++)
			x[i] = case_uniform(&seed);
		sort_f64(x, 50);
		assert_int_equal(ecdf_thin(point, &n_points, 50, x, 50, 0.95, NULL), V_OK);
		eps = point[24].p_upper - point[24].p;
		for (size_t i = 0; i < n_points; i++) {
			double before = i > 0 ? point[i - 1].p : 0;

			farthest = fmax(farthest, fmax(point[i].p - x[i], x[i] - before));
		}
		inside += farthest <= eps;
	}
	assert_true(inside >= 2000 * (0.95 - 3 * 0.00487));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_one_and_equal),
		cmocka_unit_test(test_band),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_thinning_keeps_its_promise),
		cmocka_unit_test(test_band_coverage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
