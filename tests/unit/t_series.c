/*
 * t_series - preparing by hand and by R, pooling against sorting.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/series.h"
#include "analyze/stats/sort.h"
#include "tests/gen/synth.h"

static struct series
series_of(const double *x, size_t n)
{
	struct series s = {.metric = "rtt_ns", .x = xmalloc((n + 1) * sizeof *x), .n = n};

	if (n)
		memcpy(s.x, x, n * sizeof *x);
	return s;
}

/* R: x <- c(5, 1, 4, 4, 6, 2, 8); mean(x); sd(x); median(x); r <- acf(x, plot = FALSE)$acf[2];
 * 7 * (1 - r) / (1 + r).  mean 30/7, r = -697/1638 is below 0: the size is clamped to 7. */
static void
test_prepare(void **state)
{
	const double x[] = {5, 1, 4, 4, 6, 2, 8}, sorted[] = {1, 2, 4, 4, 5, 6, 8};
	struct series s = series_of(x, 7);

	(void)state;
	series_prepare(&s);
	assert_memory_equal(s.x, sorted, sizeof sorted);
	assert_true(fabs(s.mean - 30.0 / 7) < 1e-14);
	assert_true(fabs(s.sd - 2.3603873774083293) < 1e-14);
	assert_true(s.median == 4);
	assert_true(s.n_effective == 7);
	series_prepare(&s); /* again: nothing changes */
	assert_true(fabs(s.mean - 30.0 / 7) < 1e-14);
	series_release(&s);
	assert_null(s.x);
}

/*
 * In order of time, not of size.  About the mean 5 the squares sum to 8 x 16 in both.
 * 1 1 1 1 9 9 9 9: lagged products 3 - 1 + 3 = 5 times 16, rho 5/8, 8 (3/8) / (13/8) = 24/13,
 * clamped to 2.  1 1 9 9 1 1 9 9: lagged products 4 - 3 = 1 times 16, rho 1/8, 8 (7/8) / (9/8).
 */
static void
test_effective(void **state)
{
	const double blocks[] = {1, 1, 1, 1, 9, 9, 9, 9}, pairs[] = {1, 1, 9, 9, 1, 1, 9, 9};
	struct series s = series_of(blocks, 8);

	(void)state;
	series_prepare(&s);
	assert_true(s.n_effective == 2);
	series_release(&s);
	s = series_of(pairs, 8);
	series_prepare(&s);
	assert_true(fabs(s.n_effective - 56.0 / 9) < 1e-13);
	series_release(&s);
}

static void
test_few(void **state)
{
	const double one[] = {3}, same[] = {3, 3, 3};
	struct series s = series_of(NULL, 0);

	(void)state;
	series_prepare(&s);
	assert_true(isnan(s.mean) && isnan(s.sd) && isnan(s.median));
	series_release(&s);
	s = series_of(one, 1);
	series_prepare(&s);
	assert_true(s.mean == 3 && isnan(s.sd) && s.median == 3);
	series_release(&s);
	s = series_of(same, 3);
	series_prepare(&s);
	assert_true(s.mean == 3 && s.sd == 0 && s.median == 3 && s.n_effective == 3);
	series_release(&s);
}

/* Any number of series, empty ones among them: all values, in order. */
static void
test_pool(void **state)
{
	enum { SERIES_MAX = 9 };
	struct synth_rng rng;

	(void)state;
	synth_seed(&rng, 5);
	for (size_t n = 0; n <= SERIES_MAX; n++) {
		struct series items[SERIES_MAX];
		struct series *list[SERIES_MAX];
		double all[1000], *x;
		size_t n_all = 0, n_x;

		for (size_t i = 0; i < n; i++) {
			size_t n_i = synth_next(&rng) % 4 ? synth_next(&rng) % 50 : 0;

			for (size_t k = 0; k < n_i; k++)
				all[n_all + k] = (double)(synth_next(&rng) % 30);
			items[i] = series_of(all + n_all, n_i);
			n_all += n_i;
			series_prepare(&items[i]);
			list[i] = &items[i];
		}
		series_pool(&x, &n_x, list, n);
		sort_f64(all, n_all);
		assert_int_equal(n_x, n_all);
		assert_true(n_all == 0 || memcmp(x, all, n_all * sizeof *x) == 0);
		for (size_t i = 0; i < n; i++)
			assert_null(items[i].x);
		free(x);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prepare),
		cmocka_unit_test(test_effective),
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_pool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
