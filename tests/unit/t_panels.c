/*
 * t_panels - the geometry of figures of panels: ranges, what is shaded, who has a legend.  Expected
 * numbers are worked out by hand; that gnuplot and TeX draw them is tested by
 * tests/cli/vreport_figures.bats.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/panels.h"
#include "report/panels_draw.h"

#define POINT(x, p) {(x), (p), NAN, NAN, NAN, NAN}

static struct doc_point rising[] = {POINT(0, 1), POINT(10, 2), POINT(30, 4)};

static bool
near(double a, double b)
{
	return fabs(a - b) <= 1e-12 * fmax(1, fabs(b)); /* a few roundings of doubles */
}

static void
areas(void **state)
{
	static const struct {
		double from, to;
		size_t n;
		double xy[10];
	} cases[] = {
		{0, 30, 3, {0, 1, 10, 2, 30, 4}},
		{5, 20, 3, {5, 1.5, 10, 2, 20, 3}}, /* ends lie on the line */
		{10, 30, 2, {10, 2, 30, 4}},
		{12, 14, 2, {12, 2.2, 14, 2.4}}, /* within one piece */
		{NAN, NAN, 0, {0}},
		{20, 5, 0, {0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct doc_curve c = {.points = rising,
			.n_points = 3,
			.area_from = cases[i].from,
			.area_to = cases[i].to};
		double xy[10];
		size_t n = panels_area(xy, &c);

		assert_int_equal(n, cases[i].n);
		for (size_t k = 0; k < 2 * n; k++)
			assert_true(near(xy[k], cases[i].xy[k]));
	}
}

static void
one_point_has_no_area(void **state)
{
	struct doc_curve c = {.points = rising, .n_points = 1, .area_from = 0, .area_to = 1};
	double xy[6];

	(void)state;
	assert_int_equal(panels_area(xy, &c), 0);
}

/* 5 % above the highest, 2 % of the width on both sides; from 0 unless something is below it */
static void
ranges(void **state)
{
	struct doc_curve c = {.points = rising, .n_points = 3};
	struct doc_figure f = {.metric = "okay_pct", .reference = NAN, .curves = &c, .n_curves = 1};

	(void)state;
	panels_finish(&f);
	assert_true(near(f.from, 0) && near(f.to, 4.2));
	assert_true(near(f.x_from, -0.6) && near(f.x_to, 30.6));
	c.n_points = 1;
	panels_finish(&f);
	assert_true(f.x_from < 0 && f.x_to > 0); /* a single point is not on the edge */
}

/* colours belong to platforms, so some may have no curve here, and no entry in the legend */
static void
series(void **state)
{
	struct doc_curve c[] = {{.label = "native", .series = 0},
		{.label = "qemu-tcg (virtio)", .series = 6}};
	struct doc_figure f = {.curves = c, .n_curves = 2};

	(void)state;
	assert_int_equal(panels_n_series(&f), 7);
	assert_true(panels_is_entry(&f, 0) && panels_is_entry(&f, 1));
	c[1].series = 0; /* of another panel */
	assert_false(panels_is_entry(&f, 1));
	assert_int_equal(panels_label_chars(&f), 17);
	f.n_curves = 0;
	assert_int_equal(panels_n_series(&f), 0);
	assert_int_equal(panels_label_chars(&f), 1);
}

static void
rows_and_columns(void **state)
{
	static const struct {
		size_t n, columns, rows;
	} cases[] = {{1, 1, 1}, {3, 1, 3}, {4, 2, 2}, {5, 2, 3}, {8, 2, 4}, {9, 3, 3}, {12, 3, 4}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct doc_figure f = {.n_panels = cases[i].n};

		assert_int_equal(panels_columns(&f), cases[i].columns);
		assert_int_equal(panels_rows(&f), cases[i].rows);
		assert_true(panels_is_last(&f, cases[i].n - 1));
		assert_int_equal(panels_is_last(&f, 0), cases[i].rows == 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(areas),
		cmocka_unit_test(one_point_has_no_area),
		cmocka_unit_test(ranges),
		cmocka_unit_test(series),
		cmocka_unit_test(rows_and_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
