/*
 * Tests of core/tstamp.
 *
 * The texts with a time of day other than midnight are the examples of RFC 3339, section 5.8; all
 * second counts come from GNU date (date -u -d TEXT +%s, date -u -d @S).  The sweep compares with
 * the C library's gmtime_r(), which knows nothing of our arithmetic.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/tstamp.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static void
parse_iso(void **state)
{
	static const struct {
		const char *text;
		int64_t s;
		int64_t ns;
	} cases[] = {
		{"1985-04-12T23:20:50.52Z", 482196050, 520000000},
		{"1996-12-19T16:39:57-08:00", 851042397, 0},
		{"1990-12-31T23:59:60Z", 662688000, 0},
		{"1990-12-31T15:59:60-08:00", 662688000, 0},
		{"1937-01-01T12:00:27.87+00:20", -1041337173, 870000000},
		{"1970-01-01T00:00:00Z", 0, 0},
		{"1970-01-01t00:00:00.000000001z", 0, 1},
		{"1969-12-31 23:59:59.999999999Z", -1, 999999999},
		{"2000-02-29T12:00:00Z", 951825600, 0},
		{"1900-02-28T23:59:59Z", -2203891201, 0},
		{"2100-03-01T00:00:00Z", 4107542400, 0},
		{"2026-11-21T05:46:02.123456789Z", 1795239962, 123456789},
		{"2262-04-11T23:47:16.854775807Z", 9223372036, 854775807},
	};
	size_t i;
	int64_t t;

	(void)state;
	for (i = 0; i < N_OF(cases); i++) {
		assert_true(tstamp_parse_iso(&t, slice_of(cases[i].text)));
		assert_true(t == cases[i].s * NS_PER_S + cases[i].ns);
	}
	assert_true(tstamp_parse_iso(&t, SLICE_LIT("1677-09-21T00:12:43.145224193Z")));
	assert_true(t == -INT64_MAX);
}

static void
parse_iso_refuses(void **state)
{
	static const char *const bad[] = {"", "2026", "2026-11-21", "2026-11-21T05:46:02",
		"2026-11-21T05:46Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
		"2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
		"2026-04-31T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T23:60:00Z",
		"2026-11-21T23:59:61Z", "2026-11-21T05:46:02.Z", "2026-11-21T05:46:02.1234567890Z",
		"2026-11-21T05:46:02+0100", "2026-11-21T05:46:02+24:00", "2026-11-21T05:46:02Z ",
		"2026-11-21X05:46:02Z", "+026-11-21T05:46:02Z", "2026-1-21T05:46:02Z",
		"9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2262-04-11T23:47:16.854775808Z",
		/* this one would be TSTAMP_NONE */
		"1677-09-21T00:12:43.145224192Z"};
	int64_t t = 5;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(bad); i++)
		assert_false(tstamp_parse_iso(&t, slice_of(bad[i])));
	assert_int_equal(t, 5);
}

static void
print_iso(void **state)
{
	static const struct {
		int64_t t_ns;
		const char *iso;
		const char *compact;
	} cases[] = {
		{0, "1970-01-01T00:00:00.000000000Z", "19700101T000000Z"},
		{-1, "1969-12-31T23:59:59.999999999Z", "19691231T235959Z"},
		{INT64_C(1795239962123456789), "2026-11-21T05:46:02.123456789Z",
			"20261121T054602Z"},
		{INT64_MAX, "2262-04-11T23:47:16.854775807Z", "22620411T234716Z"},
		{-INT64_MAX, "1677-09-21T00:12:43.145224193Z", "16770921T001243Z"},
	};
	char buf[TSTAMP_ISO_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(cases); i++) {
		tstamp_iso(buf, cases[i].t_ns);
		assert_string_equal(buf, cases[i].iso);
		tstamp_compact(buf, cases[i].t_ns);
		assert_string_equal(buf, cases[i].compact);
	}
}

/* Steps of 40 days and a bit over the whole range, checked against gmtime_r() and read back. */
static void
sweep_against_libc(void **state)
{
	int64_t t_ns = -INT64_MAX + NS_PER_S; /* so that the whole second is in range */
	char got[TSTAMP_ISO_SIZE];
	char expected[80];
	int64_t back;

	(void)state;
	while (t_ns < INT64_MAX - 40 * 86400 * NS_PER_S) {
		int64_t ns = (t_ns % NS_PER_S + NS_PER_S) % NS_PER_S;
		time_t s = (t_ns - ns) / NS_PER_S;
		struct tm tm;

		gmtime_r(&s, &tm);
		snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02d.%09dZ",
			tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
			tm.tm_sec, (int)ns);
		tstamp_iso(got, t_ns);
		assert_string_equal(got, expected);
		assert_true(tstamp_parse_iso(&back, slice_of(got)));
		assert_true(back == t_ns);
		t_ns += 40 * 86400 * NS_PER_S + INT64_C(12345678901);
	}
}

static void
parse_epoch(void **state)
{
	int64_t t;

	(void)state;
	assert_true(tstamp_parse_epoch(&t, SLICE_LIT("1795237453.619605625")));
	assert_true(t == INT64_C(1795237453619605625));
	assert_true(tstamp_parse_epoch(&t, SLICE_LIT("1795237453.6196056259")));
	assert_true(t == INT64_C(1795237453619605625));
	assert_true(tstamp_parse_epoch(&t, SLICE_LIT("1795237453")));
	assert_true(t == INT64_C(1795237453000000000));
	assert_true(tstamp_parse_epoch(&t, SLICE_LIT("-0.5")));
	assert_true(t == -500000000);
	assert_false(tstamp_parse_epoch(&t, SLICE_LIT("")));
	assert_false(tstamp_parse_epoch(&t, SLICE_LIT("1795237453s")));
	assert_false(tstamp_parse_epoch(&t, SLICE_LIT("99999999999")));
}

static void
durations(void **state)
{
	static const struct {
		const char *text;
		int64_t ns;
	} good[] = {{"100ms", 100 * NS_PER_MS}, {"10s", 10 * NS_PER_S}, {"1.5s", 1500 * NS_PER_MS},
		{"250us", 250 * NS_PER_US}, {"10", 10 * NS_PER_S}, {"7ns", 7},
		{"0.5", NS_PER_S / 2}, {"2min", 120 * NS_PER_S}, {"1.5h", 5400 * NS_PER_S},
		{"0", 0}};
	static const char *const bad[] = {"", "s", "ms", "-1s", "1 s", "1sec", "1e3s", "x", "10S",
		"9999999999999s", "9999999h"};
	int64_t ns = 0;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(good); i++) {
		assert_true(duration_parse(&ns, slice_of(good[i].text)));
		assert_true(ns == good[i].ns);
	}
	for (i = 0; i < N_OF(bad); i++)
		assert_false(duration_parse(&ns, slice_of(bad[i])));
}

static void
now_is_a_wall_clock(void **state)
{
	int64_t t_ns = tstamp_now();
	int64_t s = (int64_t)time(NULL);

	(void)state;
	assert_true(t_ns / NS_PER_S >= s - 2 && t_ns / NS_PER_S <= s + 2);
}

/* The ends of the range by hand: INT64_MIN is TSTAMP_NONE and never a sum or a difference. */
static void
sums_stay_in_range(void **state)
{
	(void)state;
	assert_true(tstamp_add(5, -7) == -2);
	assert_true(tstamp_add(INT64_MAX - 1, 1) == INT64_MAX);
	assert_true(tstamp_add(INT64_MAX, 1) == INT64_MAX);
	assert_true(tstamp_add(INT64_MAX, INT64_MAX) == INT64_MAX);
	assert_true(tstamp_add(INT64_MIN + 2, -1) == INT64_MIN + 1);
	assert_true(tstamp_add(INT64_MIN + 1, -1) == INT64_MIN + 1);
	assert_true(tstamp_add(INT64_MIN + 1, INT64_MIN + 1) == INT64_MIN + 1);
	assert_true(tstamp_diff(5, 7) == -2);
	assert_true(tstamp_diff(INT64_MAX, -1) == INT64_MAX);
	assert_true(tstamp_diff(INT64_MIN + 1, INT64_MAX) == INT64_MIN + 1);
	assert_true(tstamp_diff(-1, INT64_MAX) == INT64_MIN + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parse_iso),
		cmocka_unit_test(parse_iso_refuses),
		cmocka_unit_test(print_iso),
		cmocka_unit_test(sweep_against_libc),
		cmocka_unit_test(parse_epoch),
		cmocka_unit_test(durations),
		cmocka_unit_test(sums_stay_in_range),
		cmocka_unit_test(now_is_a_wall_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
