/*
 * t_curve - areas under piecewise linear curves.
 *
 * Expected values worked out by hand: rectangles and triangles on paper; random curves against the
 * trapezoid rule over a fine grid that holds all points and crossings is tests/cli/throughput.bats'
 * (NumPy).
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/stats/curve.h"

#define N_OF(a) (sizeof(a) / sizeof *(a))

static const struct {
	size_t n;
	double x[4];
	double y[4];
	double level;
	double from;
	double to;
	double above;
	double below;
} cases[] = {
	/* a rectangle 4 wide, 1 above; and the same below */
	{2, {0, 4}, {2, 2}, 1, 0, 4, 4, 0},
	{2, {0, 4}, {0, 0}, 1, 0, 4, 0, 4},
	/* a line from 1 below to 1 above crosses in the middle: two triangles of 2 x 1 / 2 */
	{2, {0, 4}, {0, 2}, 1, 0, 4, 1, 1},
	/* from 1 below to 3 above: crosses at a quarter; 1 x 1 / 2 and 3 x 3 / 2 */
	{2, {0, 4}, {0, 4}, 1, 0, 4, 4.5, 0.5},
	/* the same, from its crossing on, and its left half: 0.5 below, 1 x 1 / 2 above */
	{2, {0, 4}, {0, 4}, 1, 1, 4, 4.5, 0},
	{2, {0, 4}, {0, 4}, 1, 0, 2, 0.5, 0.5},
	/* unequal steps: 1 x 2 + 3 x (2 + 0) / 2, the last part only touches */
	{4, {0, 1, 4, 5}, {3, 3, 1, 1}, 1, 0, 5, 5, 0},
	/* a range inside one part */
	{2, {0, 10}, {0, 10}, 0, 2, 3, 2.5, 0},
	/* on the level throughout */
	{3, {0, 1, 2}, {1, 1, 1}, 1, 0, 2, 0, 0},
};

static void
test_areas(void **state)
{
	struct curve_area a;

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		assert_int_equal(curve_area(&a, cases[i].x, cases[i].y, cases[i].n, cases[i].level,
					 cases[i].from, cases[i].to, NULL),
			V_OK);
		assert_true(fabs(a.above - cases[i].above) < 1e-12);
		assert_true(fabs(a.below - cases[i].below) < 1e-12);
		assert_true(fabs(a.area - (cases[i].above - cases[i].below)) < 1e-12);
	}
}

static void
test_ranges(void **state)
{
	static const double x[] = {0, 1}, y[] = {1, 2};
	struct curve_area a;

	(void)state;
	assert_int_equal(curve_area(&a, x, y, 2, 1, -1, 1, NULL), V_EDOM);
	assert_int_equal(curve_area(&a, x, y, 2, 1, 0, 1.5, NULL), V_EDOM);
	assert_int_equal(curve_area(&a, x, y, 2, 1, 1, 1, NULL), V_EDOM);
	assert_int_equal(curve_area(&a, x, y, 1, 1, 0, 0, NULL), V_EDOM);
	assert_int_equal(curve_area(&a, x, y, 2, 1, NAN, 1, NULL), V_EDOM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_areas),
		cmocka_unit_test(test_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
