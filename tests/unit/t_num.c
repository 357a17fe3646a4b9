/*
 * t_num - the number formatter.  Expected texts are worked out by hand from the rules in
 * report/num.h: second significant digit of the half-width, else third of the value.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/num.h"

static void
decimals_of_widths(void **state)
{
	static const struct {
		double half;
		int decimals;
	} cases[] = {
		{0.8316, 2}, /* 0.83 */
		{0.0996, 2}, /* rounds to 0.10, which has two significant digits already */
		{0.0994, 3}, /* 0.099 */
		{9.96, 0},   /* rounds to 10 */
		{9.94, 1},   /* 9.9 */
		{10.4, 0},
		{123.4, 0}, /* digits before the point stay */
		{1e-12, NUM_DECIMALS_MAX},
		{1, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(num_decimals_width(cases[i].half), cases[i].decimals);
}

static void
decimals_of_values(void **state)
{
	static const struct {
		double v;
		int decimals;
	} cases[] = {
		{131.4772, 0},
		{13.14772, 1},
		{1.314772, 2},
		{0.1314772, 3},
		{-0.0131, 4},
		{99.96, 0}, /* rounds to 100 */
		{99.94, 1},
		{123456, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(num_decimals_value(cases[i].v), cases[i].decimals);
}

static void
plain_decimals(void **state)
{
	static const struct {
		double v;
		int decimals;
		const char *text;
	} cases[] = {
		{1.005, 1, "1.0"},
		{-1.25, 2, "-1.25"},
		{-0.0004, 2, "0.00"},
		{0, 3, "0.000"},
		{-0.0, 0, "0"},
		{1e12, 3, "1.00e+12"},
		{-2.5e300, 0, "-2.50e+300"},
		{123456789, 0, "123456789"},
		{(double)NAN, 2, NUM_NONE},
		{(double)INFINITY, 2, NUM_NONE},
	};
	char text[NUM_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		num_decimal(text, cases[i].v, cases[i].decimals);
		assert_string_equal(text, cases[i].text);
	}
}

static void
as_few_digits_as_needed(void **state)
{
	static const struct {
		double v;
		const char *text;
	} cases[] = {
		{95, "95"},
		{99.9, "99.9"},
		{0.25, "0.25"},
		{0.001, "0.001"},
		{0, "0"},
		{100, "100"},
		{(double)NAN, NUM_NONE},
	};
	char text[NUM_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		num_plain(text, cases[i].v);
		assert_string_equal(text, cases[i].text);
	}
}

static void
units_of_columns(void **state)
{
	const double us[] = {8e3, 9e5, 3e6};
	const double half_ms[] = {9e5, 1e6};
	const double ms[] = {-2e6, 5e6, 1e3};
	const double s[] = {1e9, 2e9, 3e3};
	const double absent[] = {(double)NAN, (double)NAN};
	const double one_known[] = {(double)NAN, 7e6};

	(void)state;
	assert_int_equal(num_time_unit(us, 3), NUM_US);
	assert_int_equal(num_time_unit(half_ms, 2), NUM_MS);
	assert_int_equal(num_time_unit(ms, 3), NUM_MS);
	assert_int_equal(num_time_unit(s, 3), NUM_S);
	assert_int_equal(num_time_unit(absent, 2), NUM_US);
	assert_int_equal(num_time_unit(one_known, 2), NUM_MS);
	assert_int_equal(num_time_unit(NULL, 0), NUM_US);
}

static void
units_by_metric(void **state)
{
	const double bps[] = {4.5e6, 8e8, 2e9}, slow[] = {1200, 70};

	(void)state;
	assert_int_equal(num_metric_unit("throughput_bps", bps, 3), NUM_MBIT);
	assert_int_equal(num_metric_unit("goodput_bps", slow, 2), NUM_KBIT);
	assert_int_equal(num_metric_unit("throughput_bps", bps + 2, 1), NUM_GBIT);
	assert_int_equal(num_metric_unit("rtt_ns", bps, 3), NUM_MS);
	assert_int_equal(num_metric_unit("okay_pct", slow, 2), NUM_PCT);
	assert_int_equal(num_metric_unit("messages", slow, 2), NUM_COUNT);
	assert_string_equal(num_unit_label(NUM_MBIT), "Mbit/s");
	assert_true(num_per_unit(NUM_GBIT) == 1e9);
}

static void
values_with_intervals(void **state)
{
	static const struct {
		double v, lower, upper, spread;
		enum num_unit u;
		const char *value, *low, *high, *half;
	} cases[] = {
		/* half-width 831.6 ns = 0.83 us */
		{131477.2, 130645.6, 132308.8, (double)NAN, NUM_US, "131.48", "130.65", "132.31",
			"0.83"},
		/* not symmetric: half of the width of 1.2 ms is 0.60 ms */
		{2.5e6, 2.1e6, 3.3e6, (double)NAN, NUM_MS, "2.50", "2.10", "3.30", "0.60"},
		/* no width: three digits of the value */
		{4200, 4200, 4200, (double)NAN, NUM_US, "4.20", "4.20", "4.20", "0.00"},
		/* no interval: two digits of the spread, else three of the value */
		{33.5123, (double)NAN, (double)NAN, 8.93, NUM_PCT, "33.5", "", "", ""},
		{33.5123, (double)NAN, 40, (double)NAN, NUM_PCT, "33.5", "", "", ""},
		{0, (double)NAN, (double)NAN, (double)NAN, NUM_PCT, "0", "", "", ""},
		{0, (double)NAN, (double)NAN, 0.5, NUM_PCT, "0.00", "", "", ""},
		{20000, (double)NAN, (double)NAN, (double)NAN, NUM_COUNT, "20000", "", "", ""},
		{(double)NAN, 1, 2, (double)NAN, NUM_US, NUM_NONE, "", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct num_shown s;

		num_show(&s, cases[i].v, cases[i].lower, cases[i].upper, cases[i].spread,
			cases[i].u);
		assert_string_equal(s.value, cases[i].value);
		assert_string_equal(s.lower, cases[i].low);
		assert_string_equal(s.upper, cases[i].high);
		assert_string_equal(s.half, cases[i].half);
		assert_int_equal(s.interval, cases[i].half[0] != '\0');
	}
}

static void
for_machines(void **state)
{
	char text[NUM_TEXT_SIZE];

	(void)state;
	num_machine(text, 0.1);
	assert_string_equal(text, "0.1");
	num_machine(text, (double)NAN);
	assert_string_equal(text, "");
	num_coordinate(text, 1234567.8);
	assert_string_equal(text, "1234568");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimals_of_widths),
		cmocka_unit_test(decimals_of_values),
		cmocka_unit_test(plain_decimals),
		cmocka_unit_test(as_few_digits_as_needed),
		cmocka_unit_test(units_of_columns),
		cmocka_unit_test(units_by_metric),
		cmocka_unit_test(values_with_intervals),
		cmocka_unit_test(for_machines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
