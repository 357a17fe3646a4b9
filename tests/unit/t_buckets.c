/*
 * t_buckets - statistics of histograms.
 *
 * Expected values: by hand for the small cases; for the large one, samples are put into buckets
 * here and their own mean, type 7 quantiles and distribution function (computed by this file's
 * sorted array) must agree within half a bucket, as buckets.h promises.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "analyze/stats/buckets.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

static void
test_by_hand(void **state)
{
	/* Samples 5, 15, 15, 35: mean 70/4, squares 156.25 + 2 * 6.25 + 306.25 = 475. */
	static const struct bucket b[] = {{0, 10, 1}, {10, 20, 2}, {30, 40, 1}};
	struct summary s;

	(void)state;
	assert_int_equal(buckets_summary(&s, b, ARRAY_LEN(b), NULL), V_OK);
	assert_int_equal(s.n, 4);
	assert_true(s.mean == 17.5);
	assert_true(fabs(s.sd - sqrt(475.0 / 3)) < 1e-12);
	assert_true(s.min == 5 && s.max == 35);
	assert_true(s.q1 == 12.5);   /* h = 0.75 between 5 and 15 */
	assert_true(s.median == 15); /* h = 1.5 between 15 and 15 */
	assert_true(s.q3 == 20);     /* h = 2.25 between 15 and 35 */
}

static void
test_edges(void **state)
{
	static const struct bucket empty[] = {{0, 10, 0}}, one[] = {{0, 0, 1}},
				   many[] = {{0, 10, BUCKETS_TOTAL_MAX}, {10, 20, 1}};
	struct ecdf_point points[4];
	struct summary s;
	size_t n = 9;

	(void)state;
	assert_int_equal(buckets_summary(&s, NULL, 0, NULL), V_EDOM);
	assert_true(s.n == 0 && isnan(s.mean) && isnan(s.median));
	assert_int_equal(buckets_summary(&s, empty, 1, NULL), V_EDOM);
	assert_int_equal(buckets_summary(&s, one, 1, NULL), V_OK);
	assert_true(s.mean == 0 && s.median == 0 && s.max == 0 && isnan(s.sd));
	assert_int_equal(buckets_summary(&s, many, 2, NULL), V_ELIMIT);
	assert_int_equal(buckets_ecdf(points, &n, 4, empty, 1, 0.95, NULL), V_EDOM);
	assert_int_equal(n, 0);
	assert_int_equal(buckets_ecdf(points, &n, 4, one, 1, 1.5, NULL), V_EDOM);
}

static void
test_sort(void **state)
{
	struct bucket b[] = {{10, 20, 1}, {0, 10, 2}, {10, 20, 4}, {0, 5, 8}};

	(void)state;
	assert_int_equal(buckets_sort(b, ARRAY_LEN(b)), 3);
	assert_true(b[0].upper == 5 && b[0].count == 8);
	assert_true(b[1].upper == 10 && b[1].count == 2);
	assert_true(b[2].lower == 10 && b[2].count == 5);
	assert_int_equal(buckets_sort(b, 0), 0);
}

static void
test_ecdf(void **state)
{
	static const struct bucket b[] = {{0, 10, 1}, {10, 20, 2}, {20, 30, 0}, {30, 40, 1}};
	/* eps = sqrt(ln(2 / 0.05) / 8) = 0.679... */
	const double eps = sqrt(log(40) / 8), x[] = {10, 20, 40}, p[] = {0.25, 0.75, 1};
	struct ecdf_point points[100];
	size_t n;

	(void)state;
	assert_int_equal(buckets_ecdf(points, &n, 100, b, ARRAY_LEN(b), 0.95, NULL), V_OK);
	assert_int_equal(n, 3);
	for (size_t i = 0; i < n; i++) {
		assert_true(points[i].x == x[i] && points[i].p == p[i]);
		assert_true(fabs(points[i].p_lower - fmax(p[i] - eps, 0)) < 1e-12);
		assert_true(fabs(points[i].p_upper - fmin(p[i] + eps, 1)) < 1e-12);
	}
	assert_int_equal(buckets_ecdf(points, &n, 2, b, ARRAY_LEN(b), 0.95, NULL), V_OK);
	assert_int_equal(n, 2);
	assert_true(points[0].x == 10 && points[1].x == 40);
}

static int
by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

#define N 20000
#define WIDTH 10
#define N_BUCKETS 1000

static void
test_against_samples(void **state)
{
	static double x[N];
	static struct bucket b[N_BUCKETS];
	struct ecdf_point points[50];
	uint64_t seed = 1;
	double sum = 0;
	struct summary s;
	size_t n;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		seed = seed * UINT64_C(6364136223846793005) + 1;
		x[i] = pow((double)(seed >> 11) / 9007199254740992.0, 3) * 9999;
		sum += x[i];
	}
	qsort(x, N, sizeof *x, by_value);
	for (size_t i = 0; i < N_BUCKETS; i++)
		b[i] = (struct bucket){(double)i * WIDTH, (double)(i + 1) * WIDTH, 0};
	for (size_t i = 0; i < N; i++)
		b[(size_t)(x[i] / WIDTH)].count++;
	assert_int_equal(buckets_summary(&s, b, N_BUCKETS, NULL), V_OK);
	assert_true(fabs(s.mean - sum / N) <= WIDTH / 2.0);
	assert_true(fabs(s.min - x[0]) <= WIDTH / 2.0 && fabs(s.max - x[N - 1]) <= WIDTH / 2.0);
	/* (N - 1) p is 4999.75, 9999.5, 14999.25 */
	assert_true(fabs(s.q1 - (0.25 * x[4999] + 0.75 * x[5000])) <= WIDTH / 2.0);
	assert_true(fabs(s.median - (x[9999] + x[10000]) / 2) <= WIDTH / 2.0);
	assert_true(fabs(s.q3 - (0.75 * x[14999] + 0.25 * x[15000])) <= WIDTH / 2.0);
	assert_int_equal(
		buckets_ecdf(points, &n, ARRAY_LEN(points), b, N_BUCKETS, 0.95, NULL), V_OK);
	assert_true(n > 40 && n <= ARRAY_LEN(points));
	for (size_t i = 0; i < n; i++) {
		size_t below = 0;

		while (below < N && x[below] < points[i].x)
			below++;
		assert_true(points[i].p == (double)below / N);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_ecdf),
		cmocka_unit_test(test_against_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
