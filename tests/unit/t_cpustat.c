/*
 * Tests of capture/cpustat, and of what all parsers of rows share (capture/row).
 *
 * Texts are in the form of fs/proc/stat.c; expected values are read off them by eye.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture/cpustat.h"
#include "capture/row.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static const struct row_field user_idle_guest[] = {
	{.name = "user", .at = 0, .scale = 1},
	{.name = "idle", .at = 3, .scale = 1},
	{.name = "guest", .at = 8, .scale = 1},
};

static void
rows_of_a_text(void **state)
{
	static const struct {
		const char *key;
		uint32_t present;
		uint64_t value[3];
	} expected[] = {
		{"", 7, {1, 4, 9}},
		{"0", 7, {11, 14, 19}},
		{"17", 3, {21, 24, 0}}, /* a kernel that knows no guest time */
		{"18", 4, {0, 0, 39}},
	};
	struct slice text = SLICE_LIT("cpu  1 2 3 4 5 6 7 8 9 10\n"
				      "cpu0 11 12 13 14 15 16 17 18 19 20\n"
				      "cpu17 21 22 23 24 25\n"
				      "cpu18 x 0 0 -34 0 0 0 0 39 0\n"
				      "cpux 1 2 3 4 5 6 7 8 9 10\n"
				      "intr 1 2 3\n"
				      "cpu19 41 42 43 44 45 46 47 48 49 50");
	struct row row = {0};

	(void)state;
	for (size_t i = 0; i < N_OF(expected); i++) {
		assert_true(cpustat_next(&row, &text, user_idle_guest, 3));
		assert_true(slice_eq(row.key, expected[i].key));
		assert_int_equal(row.label.n, 0);
		assert_int_equal(row.present, expected[i].present);
		for (unsigned k = 0; k < 3; k++)
			if (row.present & 1U << k)
				assert_int_equal(row.value[k], expected[i].value[k]);
	}
	assert_false(cpustat_next(&row, &text, user_idle_guest, 3)); /* cpu19 is cut */
	assert_false(cpustat_next(&row, &text, user_idle_guest, 3));
}

static void
no_rows(void **state)
{
	static const char *const texts[] = {
		"", "\n", "\n\n\n", "intr 1\n", "cpu", "cpu 1 2 3", "cp\n", " cpu 1\n"};
	struct row row = {0};

	(void)state;
	for (size_t i = 0; i < N_OF(texts); i++) {
		struct slice text = slice_of(texts[i]);

		assert_false(cpustat_next(&row, &text, user_idle_guest, 3));
	}
}

/* A number and what becomes of it; limits of 64 bits are 18446744073709551615. */
static void
numbers(void **state)
{
	static const struct {
		const char *text;
		struct row_field field;
		bool present;
		uint64_t value;
	} cases[] = {
		{"0\n", {.scale = 1}, true, 0},
		{"007\n", {.scale = 1}, true, 7},
		{"18446744073709551615\n", {.scale = 1}, true, UINT64_MAX},
		{"18446744073709551616\n", {.scale = 1}, false, 0},
		{"18014398509481983\n", {.scale = 1024}, true, UINT64_C(18446744073709550592)},
		{"18014398509481984\n", {.scale = 1024}, false, 0},
		{"-1\n", {.scale = 1}, false, 0},
		{"max\n", {.scale = 1}, false, 0},
		{"1.5\n", {.scale = 1}, false, 0},
		{"0x10\n", {.scale = 1}, false, 0},
		{"12", {.scale = 1}, false, 0},
		{"\n", {.scale = 1}, false, 0},
		{"99\n", {.scale = 1, .none = 100}, true, 99},
		{"100\n", {.scale = 1, .none = 100}, false, 0},
		{"7 8 9\n", {.scale = 10, .at = 1}, true, 80},
		{"x 8\n", {.scale = 1, .at = 1}, true, 8},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct slice text = slice_of(cases[i].text);
		struct row row = {0};

		row_of_line(&row, &text, &cases[i].field, 1);
		assert_int_equal(row.present, cases[i].present);
		if (cases[i].present)
			assert_true(row.value[0] == cases[i].value);
	}
}

static void
pages(void **state)
{
	const struct row_field field = {.scale = ROW_SCALE_PAGES};
	struct slice text = SLICE_LIT("3\n");
	struct row row = {0};

	(void)state;
	assert_true(row_of_line(&row, &text, &field, 1));
	assert_int_equal(row.value[0], 3 * getpagesize());
}

static void
keyed_lines(void **state)
{
	const struct row_field fields[] = {
		{.key = "MemTotal:", .scale = 1024},
		{.key = "MemFree:", .scale = 1024},
		{.key = "Cached:", .scale = 1024},
	};
	struct slice text = SLICE_LIT("Cached:        5 kB\n"
				      "\n"
				      "SwapCached:    6 kB\n"
				      "MemTotal:   7 kB\n"
				      "MemFree:\n"
				      "MemFree: 1");
	struct row row = {0};

	(void)state;
	assert_true(row_of_keys(&row, &text, fields, 3));
	assert_int_equal(row.present, 1 << 0 | 1 << 2);
	assert_int_equal(row.value[0], 7 * 1024);
	assert_int_equal(row.value[2], 5 * 1024);
	assert_false(row_of_keys(&row, &text, fields, 3));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_a_text),
		cmocka_unit_test(no_rows),
		cmocka_unit_test(numbers),
		cmocka_unit_test(pages),
		cmocka_unit_test(keyed_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
