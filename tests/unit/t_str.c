/*
 * Tests of core/str.
 *
 * Doubles: the expected values are hexadecimal C constants taken from Python's float.hex(), whose
 * reader is David Gay's dtoa.c; the hard cases among them are known ones (1e23 lies almost
 * halfway between two doubles, 2.2250738585072011e-308 next to the least normal number,
 * 9007199254740993 exactly halfway).  Shortest forms are those of Python's repr().  All other
 * expectations are written out by hand.
 */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/unit/tmpdir.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static void
assert_slice(struct slice s, const char *expected)
{
	assert_int_equal(s.n, strlen(expected));
	assert_memory_equal(s.p, expected, s.n);
}

static void
slices_compare(void **state)
{
	struct slice a = {"rtt_ns,rest", 6};

	(void)state;
	assert_true(slice_eq(a, "rtt_ns"));
	assert_false(slice_eq(a, "rtt_n"));
	assert_false(slice_eq(a, "rtt_ns,"));
	assert_true(slice_eq(SLICE_LIT(""), ""));
	assert_true(slice_starts(a, "rtt") && slice_starts(a, "") && slice_starts(a, "rtt_ns"));
	assert_false(slice_starts(a, "rtt_ns,"));
	assert_true(slice_ends(a, "_ns") && slice_ends(a, ""));
	assert_false(slice_ends(a, "rest"));
	assert_int_equal(slice_find(a, "t_"), 2);
	assert_int_equal(slice_find(a, ""), 0);
	assert_true(slice_find(a, ",") == SIZE_MAX);
	assert_true(slice_find(SLICE_LIT(""), "x") == SIZE_MAX);
	assert_slice(slice_trim(SLICE_LIT(" \t a b\t\r")), "a b");
	assert_slice(slice_trim(SLICE_LIT(" \r ")), "");
}

static void
slices_are_cut(void **state)
{
	struct slice rest = SLICE_LIT("a\n\nb\r\nc");
	struct slice part;

	(void)state;
	assert_true(slice_line(&part, &rest));
	assert_slice(part, "a");
	assert_true(slice_line(&part, &rest));
	assert_slice(part, "");
	assert_true(slice_line(&part, &rest));
	assert_slice(part, "b\r");
	assert_true(slice_line(&part, &rest));
	assert_slice(part, "c");
	assert_false(slice_line(&part, &rest));

	rest = SLICE_LIT("x,,y,");
	assert_true(slice_cut(&part, &rest, ','));
	assert_slice(part, "x");
	assert_true(slice_cut(&part, &rest, ','));
	assert_slice(part, "");
	assert_true(slice_cut(&part, &rest, ','));
	assert_slice(part, "y");
	assert_true(slice_cut(&part, &rest, ','));
	assert_slice(part, "");
	assert_null(rest.p);
	assert_false(slice_cut(&part, &rest, ','));
	rest = SLICE_LIT("");
	assert_true(slice_cut(&part, &rest, ','));
	assert_slice(part, "");
	assert_false(slice_cut(&part, &rest, ','));

	rest = SLICE_LIT("  64 bytes\tfrom\n");
	assert_true(slice_word(&part, &rest));
	assert_slice(part, "64");
	assert_true(slice_word(&part, &rest));
	assert_slice(part, "bytes");
	assert_true(slice_word(&part, &rest));
	assert_slice(part, "from");
	assert_false(slice_word(&part, &rest));
}

static void
integers_in(void **state)
{
	static const struct {
		const char *text;
		bool ok_i64;
		int64_t i64;
		bool ok_u64;
		uint64_t u64;
	} cases[] = {
		{"0", true, 0, true, 0},
		{"007", true, 7, true, 7},
		{"-1", true, -1, false, 0},
		{"+5", true, 5, false, 0},
		{"9223372036854775807", true, INT64_MAX, true, INT64_MAX},
		{"9223372036854775808", false, 0, true, UINT64_C(9223372036854775808)},
		{"-9223372036854775808", true, INT64_MIN, false, 0},
		{"-9223372036854775809", false, 0, false, 0},
		{"18446744073709551615", false, 0, true, UINT64_MAX},
		{"18446744073709551616", false, 0, false, 0},
		{"99999999999999999999", false, 0, false, 0},
		{"", false, 0, false, 0},
		{"-", false, 0, false, 0},
		{"--1", false, 0, false, 0},
		{" 1", false, 0, false, 0},
		{"1 ", false, 0, false, 0},
		{"0x10", false, 0, false, 0},
		{"1.0", false, 0, false, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(cases); i++) {
		struct slice s = slice_of(cases[i].text);
		int64_t i64 = 0;
		uint64_t u64 = 0;

		assert_int_equal(slice_i64(s, &i64), cases[i].ok_i64);
		assert_true(i64 == cases[i].i64);
		assert_int_equal(slice_u64(s, &u64), cases[i].ok_u64);
		assert_true(u64 == cases[i].u64);
	}
}

static const struct {
	const char *text;
	double v;
} reals[] = {
	{"0", 0.0},
	{"61.5", 0x1.ecp+5},
	{"-61.5", -0x1.ecp+5},
	{"+1.", 0x1p+0},
	{".5", 0x1p-1},
	{"0.1", 0x1.999999999999ap-4},
	{"0.30000000000000004", 0x1.3333333333334p-2},
	{"1e22", 0x1.0f0cf064dd592p+73},
	{"1E23", 0x1.52d02c7e14af6p+76},
	{"1e-22", 0x1.e392010175ee6p-74},
	{"1e-23", 0x1.82db34012b251p-77},
	{"123456789012345678901234567890", 0x1.8ee90ff6c373ep+96},
	{"9007199254740993", 0x1p+53},
	{"2.2250738585072011e-308", 0x0.fffffffffffffp-1022},
	{"1.7976931348623157e308", 0x1.fffffffffffffp+1023},
	{"5e-324", 0x0.0000000000001p-1022},
	{"1e-400", 0.0},
};

static void
check_reals_in(void)
{
	size_t i;

	for (i = 0; i < N_OF(reals); i++) {
		double v = -1;

		assert_true(slice_f64(slice_of(reals[i].text), &v));
		assert_true(v == reals[i].v);
	}
}

static void
reals_in(void **state)
{
	static const char *const bad[] = {"", ".", "-", "+.", "e5", "1e", "1e+", "1e+-5", "1e5x",
		"inf", "-inf", "nan", "NaN", "0x1p3", " 1", "1 ", "1,5", "1..2", "1e400",
		"1.7976931348623159e308", "1e99999999999999999999"};
	char zeros[2000];
	double v = 7;
	size_t i;

	(void)state;
	check_reals_in();
	for (i = 0; i < N_OF(bad); i++)
		assert_false(slice_f64(slice_of(bad[i]), &v));
	memset(zeros, '0', sizeof zeros);
	assert_false(slice_f64((struct slice){zeros, sizeof zeros}, &v));
	assert_true(v == 7);
	/* what stands behind the slice is not looked at */
	assert_true(slice_f64((struct slice){"1.25e9", 4}, &v));
	assert_true(v == 1.25);
	assert_true(slice_f64(SLICE_LIT("-0"), &v));
	assert_true(v == 0 && signbit(v));
}

static void
check_reals_out(void)
{
	static const struct {
		double v;
		const char *text;
	} cases[] = {
		{0.0, "0"},
		{-0.0, "-0"},
		{-12.0, "-12"},
		{100000.0, "100000"},
		{999999999999999.0, "999999999999999"},
		{0x1.ecp+5, "61.5"},
		{0x1.999999999999ap-4, "0.1"},
		{0x1.3333333333334p-2, "0.30000000000000004"},
		{0x1.52d02c7e14af6p+76, "1e+23"},
		{0x0.fffffffffffffp-1022, "2.225073858507201e-308"},
		{0x1.fffffffffffffp+1023, "1.7976931348623157e+308"},
		{-0x0.0000000000001p-1022, "-5e-324"},
		{0x1.8ee90ff6c373ep+96, "1.2345678901234568e+29"},
	};
	struct strbuf b;
	size_t i;

	strbuf_init(&b);
	for (i = 0; i < N_OF(cases); i++) {
		strbuf_clear(&b);
		strbuf_add_f64(&b, cases[i].v);
		assert_string_equal(b.p, cases[i].text);
	}
	strbuf_release(&b);
}

static void
reals_out(void **state)
{
	struct strbuf b;

	(void)state;
	check_reals_out();
	strbuf_init(&b);
	strbuf_add_f64(&b, NAN);
	strbuf_addc(&b, ' ');
	strbuf_add_f64(&b, -INFINITY);
	assert_string_equal(b.p, "nan -inf");
	strbuf_release(&b);
}

/* Any double must come back from its text: 20000 bit patterns of a fixed 64-bit LCG. */
static void
reals_round_trip(void **state)
{
	uint64_t bits = 1;
	struct strbuf b;
	int i;

	(void)state;
	strbuf_init(&b);
	for (i = 0; i < 20000; i++) {
		double v;
		double back;

		/* multiplier and increment of Knuth's MMIX generator */
		bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		memcpy(&v, &bits, sizeof v);
		if (!isfinite(v))
			continue;
		strbuf_clear(&b);
		strbuf_add_f64(&b, v);
		assert_true(slice_f64((struct slice){b.p, b.n}, &back));
		assert_memory_equal(&back, &v, sizeof v);
	}
	strbuf_release(&b);
}

/* The locale is made here, as few systems have one with a decimal comma. */
static void
locale_changes_nothing(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8", tmpdir);
	assert_int_equal(system(command), 0);
	setenv("LOCPATH", tmpdir, 1);
	assert_non_null(setlocale(LC_ALL, "de_DE.UTF-8"));
	assert_string_equal(localeconv()->decimal_point, ",");
	check_reals_in();
	check_reals_out();
	setlocale(LC_ALL, "C");
	unsetenv("LOCPATH");
}

static void
scaled_integers(void **state)
{
	static const struct {
		const char *text;
		int digits;
		bool ok;
		int64_t v;
		int frac;
	} cases[] = {
		{"61.5", 6, true, 61500000, 1},
		{"61,5", 6, true, 61500000, 1},
		{"-0.045", 3, true, -45, 3},
		{"+7", 2, true, 700, 0},
		{".25", 3, true, 250, 2},
		{"3.", 1, true, 30, 0},
		{"0.999999999999", 9, true, 999999999, 12},
		{"-0.9", 0, true, 0, 1},
		{"1795237453.619605625", 9, true, INT64_C(1795237453619605625), 9},
		{"9223372036.854775807", 9, true, INT64_MAX, 9},
		{"-9223372036.854775807", 9, true, -INT64_MAX, 9},
		{"9223372036.854775808", 9, false, 0, 0},
		{"9223372037", 9, false, 0, 0},
		{"99999999999999999999", 0, false, 0, 0},
		{"", 3, false, 0, 0},
		{".", 3, false, 0, 0},
		{"-", 3, false, 0, 0},
		{"-.", 3, false, 0, 0},
		{"1.2.3", 3, false, 0, 0},
		{"1.2345x", 3, false, 0, 0},
		{"1e3", 3, false, 0, 0},
		{" 1", 3, false, 0, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(cases); i++) {
		int64_t v = 0;
		int frac = 0;

		assert_int_equal(slice_scaled(slice_of(cases[i].text), cases[i].digits, &v, &frac),
			cases[i].ok);
		assert_true(v == cases[i].v);
		assert_int_equal(frac, cases[i].frac);
	}
	assert_true(slice_scaled(SLICE_LIT("1.5"), 1, &(int64_t){0}, NULL));
}

static void
buffer_grows(void **state)
{
	struct strbuf b;
	char *text;
	int i;

	(void)state;
	strbuf_init(&b);
	text = strbuf_detach(&b);
	assert_string_equal(text, "");
	free(text);
	strbuf_clear(&b);
	strbuf_add(&b, NULL, 0);
	assert_string_equal(b.p, "");
	for (i = 0; i < 1000; i++)
		strbuf_addf(&b, "%03d", i);
	assert_int_equal(b.n, 3000);
	assert_memory_equal(b.p + 2997, "999", 4);
	strbuf_clear(&b);
	strbuf_adds(&b, "x");
	strbuf_addc(&b, '\0');
	strbuf_add_i64(&b, INT64_MIN);
	strbuf_addc(&b, ' ');
	strbuf_add_u64(&b, UINT64_MAX);
	strbuf_addc(&b, ' ');
	strbuf_add_i64(&b, 0);
	assert_string_equal(b.p + 2, "-9223372036854775808 18446744073709551615 0");
	text = strbuf_detach(&b);
	assert_null(b.p);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slices_compare),
		cmocka_unit_test(slices_are_cut),
		cmocka_unit_test(integers_in),
		cmocka_unit_test(reals_in),
		cmocka_unit_test(reals_out),
		cmocka_unit_test(reals_round_trip),
		cmocka_unit_test_setup_teardown(locale_changes_nothing, tmpdir_make, tmpdir_remove),
		cmocka_unit_test(scaled_integers),
		cmocka_unit_test(buffer_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
