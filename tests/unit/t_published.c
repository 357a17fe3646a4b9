/*
 * t_published - published values: units, relations, texts kept as they are.
 *
 * Expected values are worked by hand: decimal units move the point, netperf's KBytes are 1024
 * bytes of 8 bits.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/published.h"
#include "tests/unit/tmpdir.h"

#define HEADER \
	"platform,metric,statistic,value,half_width,level,n,unit,printed,relation,place,note\n"

/* Load a table with these lines below the header. */
static enum vstatus
load(struct published *p, const char *lines, struct verr *err)
{
	char *text = xasprintf(HEADER "%s", lines);

	tmpdir_put("cells.csv", text);
	free(text);
	return published_load(p, tmpdir_at("cells.csv"), err);
}

static void
test_units(void **state)
{
	static const struct {
		const char *unit, *value, *half_width, *metric;
		double expected, expected_half;
	} cases[] = {
		{"ns", "7", "", "m_ns", 7, NAN}, {"us", "61.5", "0.5", "m_ns", 61500, 500},
		{"ms", "0.35", "", "m_ns", 350000, NAN},
		{"s", "12.8", "1.86", "m_ns", 12800000000, 1860000000},
		{"s", "1.5e-3", "", "m_ns", 1500000, NAN}, {"ms", " 2 ", "", "m_ns", 2000000, NAN},
		{"pct", "3.75", "0.001", "m_pct", 3.75, 0.001},
		{"ratio", "-0.5", "0", "m_ratio", -0.5, 0},
		{"count", "1054894", "", "m_count", 1054894, NAN},
		{"bytes", "0", "", "m_bytes", 0, NAN}, {"pps", "100", "", "m_pps", 100, NAN},
		{"bps", "1", "", "m_bps", 1, NAN}, {"kbps", "1.5", "", "m_bps", 1500, NAN},
		{"Mbps", "42.20", "", "m_bps", 42200000, NAN}, {"Gbps", "1", "", "m_bps", 1e9, NAN},
		{"KBps", "18.25", "", "m_bps", 149504, NAN}, /* 18.25 * 1024 * 8 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct published p;
		struct verr err;
		char lines[200];

		snprintf(lines, sizeof lines, "x,m,mean,%s,%s,,,%s,%s,exact,here,\n",
			cases[i].value, cases[i].half_width, cases[i].unit, cases[i].value);
		assert_int_equal(load(&p, lines, &err), V_OK);
		assert_int_equal(p.n_cells, 1);
		assert_string_equal(p.cells[0].metric, cases[i].metric);
		assert_true(p.cells[0].value == cases[i].expected);
		assert_int_equal(isnan(p.cells[0].half_width), isnan(cases[i].expected_half));
		assert_true(isnan(cases[i].expected_half) ||
			p.cells[0].half_width == cases[i].expected_half);
		assert_string_equal(p.cells[0].printed, cases[i].value);
		assert_string_equal(published_level(&p, &p.cells[0], p.factors[0]), "x");
		published_release(&p);
	}
}

static void
test_absent(void **state)
{
	struct published p;
	struct verr err;

	(void)state;
	assert_int_equal(load(&p,
				 ",m,median,,,,,ms,not in source,lost,here,\n"
				 ",m,mean,0,,0.95,10,ms,0,below,there,why\n",
				 &err),
		V_OK);
	assert_int_equal(p.n_cells, 2);
	assert_int_equal(p.cells[0].relation, PUBLISHED_LOST);
	assert_true(isnan(p.cells[0].value) && isnan(p.cells[0].n) && isnan(p.cells[0].level));
	assert_null(p.cells[0].note);
	assert_null(published_level(&p, &p.cells[0], p.factors[0]));
	assert_int_equal(p.cells[1].relation, PUBLISHED_BELOW);
	assert_true(p.cells[1].value == 0 && p.cells[1].n == 10 && p.cells[1].level == 0.95);
	assert_string_equal(p.cells[1].note, "why");
	published_release(&p);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *line, *message;
	} cases[] = {
		{"x,,mean,1,,,,ms,1,exact,here,\n", "row 1: metric: expected a text"},
		{"x,m,,1,,,,ms,1,exact,here,\n", "row 1: statistic: expected a text"},
		{"x,m,mean,1,,,,,1,exact,here,\n", "row 1: unit: expected"},
		{"x,m,mean,1,,,,ms,,exact,here,\n", "row 1: printed: expected a text"},
		{"x,m,mean,1,,,,ms,1,,here,\n", "row 1: relation: expected"},
		{"x,m,mean,nan,,,,ms,1,exact,here,\n", "row 1: value: expected a number"},
		{"x,m,mean,1,x,,,ms,1,exact,here,\n", "row 1: half_width: expected a number"},
		{"x,m,mean,1,,,ten,ms,1,exact,here,\n", "row 1: n: expected a number"},
		{"x,m,mean,1,-2,,,ms,1,exact,here,\n", "row 1: half_width: expected no negative"},
		{"x,m,mean,1,2,95,10,ms,1,exact,here,\n", "row 1: level: expected a number between"},
		{"x,m,mean,1,2,0,10,ms,1,exact,here,\n", "row 1: level: expected a number between"},
		{"x,m,mean,1,2,0.95,-10,ms,1,exact,here,\n", "row 1: n: expected a whole number"},
		{"x,m,mean,1,2,0.95,2.5,ms,1,exact,here,\n", "row 1: n: expected a whole number"},
		{"x,m,mean,1,2,0.95,1e308,ms,1,exact,here,\n", "row 1: n: expected a whole number"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct published p;
		struct verr err;

		assert_int_equal(load(&p, cases[i].line, &err), V_EFORMAT);
		assert_non_null(strstr(err.msg, cases[i].message));
		published_release(&p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, tmpdir_make, tmpdir_remove);
}
