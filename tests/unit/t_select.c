/*
 * select: against libc's qsort(), and quantiles against quant_type7() of the sorted sample, which
 * t_describe.c holds against exact arithmetic.
 */
#include "stats_cases.h"

#include "analyze/stats/quantile.h"
#include "analyze/stats/select.h"

static int
compare(const void *a, const void *b)
{
	double x, y;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return (x > y) - (x < y);
}

static double
uniform(uint64_t z)
{
	return (double)(z >> 11) * 0x1p-53;
}

static double
nanoseconds(uint64_t z)
{
	return (double)(z >> 40);
}

static double
few(uint64_t z)
{
	return (double)(z % 3) - 1;
}

static double
constant(uint64_t z)
{
	(void)z;
	return 42;
}

static double
signed_zeros(uint64_t z)
{
	return z % 2 ? 0.0 : -0.0;
}

/* One outlier leaves all others in few buckets; the second step has to tell them apart. */
static double
outliers(uint64_t z)
{
	return z % 1000 ? 1 + (double)(z >> 11) * 0x1p-73 : z % 2000 ? 1e300 : -1e300;
}

static double
any_magnitude(uint64_t z)
{
	uint64_t bits = z & ~((uint64_t)1 << 62);
	double v;

	memcpy(&v, &bits, sizeof v);
	return v;
}

static const struct kind {
	const char *name;
	double (*draw)(uint64_t z);
} kinds[] = {
	{"uniform", uniform},
	{"nanoseconds", nanoseconds},
	{"few distinct", few},
	{"constant", constant},
	{"signed zeros", signed_zeros},
	{"outliers", outliers},
	{"any magnitude", any_magnitude},
};

static const double p[] = {0, 0.01, 0.25, 0.25, 0.2501, 0.5, 0.75, 0.99, 1};
enum { N_P = sizeof p / sizeof *p };

static void
check(const struct kind *kind, size_t n, uint64_t seed)
{
	double *x = malloc(n * sizeof *x), *sorted = malloc(n * sizeof *x), q[N_P], value[5];
	size_t rank[5] = {0, n / 3, n / 3, n / 2, n - 1};

	for (size_t i = 0; i < n; i++)
		sorted[i] = x[i] = kind->draw(case_random(&seed));
	qsort(sorted, n, sizeof *sorted, compare);
	select_ranks(value, x, n, rank, 5);
	for (size_t r = 0; r < 5; r++)
		case_close(kind->name, "order statistic", value[r], sorted[rank[r]], 0);
	assert_int_equal(select_quantiles(q, x, n, p, N_P, NULL), V_OK);
	for (size_t k = 0; k < N_P; k++) {
		double expected;

		quant_type7(&expected, sorted, n, p[k], NULL);
		case_close(kind->name, "quantile", q[k], expected, 0);
	}
	free(x);
	free(sorted);
}

static void
test_against_qsort(void **state)
{
	static const size_t sizes[] = {1, 2, 3, 100, 2048, 2049, 60000};

	(void)state;
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
			check(&kinds[k], sizes[s], 30 + s);
}

static void
test_refused(void **state)
{
	static const double x[] = {1, INFINITY, 3}, bad[] = {0.5, 1.5};
	double q[2];
	struct verr err;

	(void)state;
	assert_int_equal(select_quantiles(q, x, 0, p, 2, &err), V_EDOM);
	assert_int_equal(select_quantiles(q, x, 1, bad, 2, &err), V_EDOM);
	assert_string_equal(err.msg, "probability 1.5 is outside [0, 1]");
	assert_int_equal(select_quantiles(q, x, 3, p, 2, &err), V_EDOM);
	assert_string_equal(err.msg, "sample 2 of 3 is not finite");
	assert_true(isnan(q[0]) && isnan(q[1]));
	assert_int_equal(select_quantiles(q, x, 1, p, 0, &err), V_OK);
	select_ranks(q, x, 3, NULL, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_qsort),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
