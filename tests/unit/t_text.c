/*
 * Tests of core/text: all expectations are written out by hand, from what the header says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/alloc.h"
#include "core/text.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static void
sameness(void **state)
{
	char x[] = "rtt_ns";

	(void)state;
	assert_true(text_same(x, "rtt_ns"));
	assert_true(text_same(NULL, NULL));
	assert_true(text_same("", ""));
	assert_false(text_same(x, "rtt_n"));
	assert_false(text_same(x, NULL) || text_same(NULL, x));
	assert_false(text_same("", NULL) || text_same(NULL, ""));
}

static void
membership(void **state)
{
	static const char *const list[] = {"a", "ab", "", "b", NULL};

	(void)state;
	assert_true(text_in("a", list) && text_in("b", list) && text_in("", list));
	assert_false(text_in("abc", list) || text_in("B", list));
	assert_false(text_in("", &list[4]));
	assert_true(text_among("a", list, 1) && text_among("", list, 3));
	assert_false(text_among("ab", list, 1) || text_among("b", list, 3));
	assert_false(text_among("a", NULL, 0));
}

/*
 * Ascending by the definition (equal values with leading zeros: strcmp decides); each pair is
 * compared both ways, so the order is also total.
 */
static void
natural_order(void **state)
{
	static const char *const sorted[] = {"", "-", "0", "00", "01", "1", "1a", "01b", "2", "10",
		"18446744073709551616", "18446744073709551617", "R1", "r", "r-1", "r01", "r1",
		"r1.pcap", "r2", "r2-9", "r2-10", "r10", "ra", "\xc3\xa4"};
	size_t i;
	size_t j;

	(void)state;
	for (i = 0; i < N_OF(sorted); i++) {
		for (j = 0; j < N_OF(sorted); j++) {
			int order = natural_cmp(sorted[i], sorted[j]);

			if (i == j)
				assert_int_equal(order, 0);
			else
				assert_true(i < j ? order < 0 : order > 0);
		}
	}
}

/* By bytes: digits before capitals before small letters before UTF-8, "10" before "2". */
static void
sorting(void **state)
{
	const char *texts[] = {"r10", "\xc3\xa4", "r2", "R3", "", "10", "r2"};
	static const char *const by_bytes[] = {"", "10", "R3", "r10", "r2", "r2", "\xc3\xa4"};
	static const char *const natural[] = {"", "10", "R3", "r2", "r2", "r10", "\xc3\xa4"};

	(void)state;
	qsort(texts, N_OF(texts), sizeof texts[0], text_order);
	for (size_t i = 0; i < N_OF(texts); i++)
		assert_string_equal(texts[i], by_bytes[i]);
	qsort(texts, N_OF(texts), sizeof texts[0], text_order_natural);
	for (size_t i = 0; i < N_OF(texts); i++)
		assert_string_equal(texts[i], natural[i]);
}

/* The new value may be a part of the old one; leaks and late reads are the sanitizer's to find. */
static void
replacing(void **state)
{
	char **list = xcalloc(3, sizeof *list);
	char *text = NULL;

	(void)state;
	text_replace(&text, "a longer text");
	assert_string_equal(text, "a longer text");
	text_replace(&text, text + 9);
	assert_string_equal(text, "text");
	text_replace(&text, NULL);
	assert_null(text);
	text_replace(&list[0], "a");
	text_replace(&list[2], "c");
	texts_free(list, 3);
	texts_free(NULL, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sameness),
		cmocka_unit_test(membership),
		cmocka_unit_test(natural_order),
		cmocka_unit_test(sorting),
		cmocka_unit_test(replacing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
