/*
 * Tests of core/alloc and core/err.  Expected values follow from the headers' words; the UTF-8
 * cases are written out by hand.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/alloc.h"
#include "core/err.h"

static void
arena_is_zeroed_and_aligned(void **state)
{
	static const size_t sizes[] = {0, 1, 7, 16, 4096, 16384, 16385, 65536, 300000, 3};
	struct arena a = {0};
	size_t round;
	size_t i;
	size_t k;

	(void)state;
	for (round = 0; round < 20; round++) {
		for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
			unsigned char *p = arena_alloc(&a, sizes[i]);

			assert_non_null(p);
			assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
			for (k = 0; k < sizes[i]; k++)
				assert_int_equal(p[k], 0);
			if (sizes[i] > 0)
				memset(p, 0xff, sizes[i]); /* a later piece must not see this */
		}
	}
	arena_release(&a);
	assert_null(a.head);
	assert_non_null(arena_alloc(&a, 1)); /* usable again */
	arena_release(&a);
}

static void
arena_copies_texts(void **state)
{
	struct arena a = {0};

	(void)state;
	assert_string_equal(arena_strdup(&a, ""), "");
	assert_string_equal(arena_strdup(&a, "run"), "run");
	assert_string_equal(arena_strndup(&a, "runs", 3), "run");
	assert_string_equal(arena_strndup(&a, "run", 99), "run");
	arena_release(&a);
}

static void
heap_helpers(void **state)
{
	char *s;
	int *p = NULL;
	size_t n = 0;
	size_t cap = 0;

	(void)state;
	for (; n < 1000; n++) {
		GROW(p, n, cap);
		p[n] = (int)n;
	}
	assert_int_equal(p[999], 999);
	free(p);
	s = xasprintf("%s-%d", "a", 7);
	assert_string_equal(s, "a-7");
	free(s);
	s = xstrndup("abc", 2);
	assert_string_equal(s, "ab");
	free(s);
	free(xmalloc(0));
	free(xcalloc(0, 8));
	free(xrealloc(NULL, 0, 8));
}

static void
err_puts_context_in_front(void **state)
{
	struct verr err;

	(void)state;
	assert_int_equal(verr_set(&err, V_EFORMAT, "line %d: no number", 3), V_EFORMAT);
	verr_ctx(&err, "%s", "ping.txt");
	verr_ctx(&err, "run %s", "r1");
	assert_string_equal(err.msg, "run r1: ping.txt: line 3: no number");
	verr_set(&err, V_EUSAGE, "<%s>", err.msg); /* from its own text */
	assert_string_equal(err.msg, "<run r1: ping.txt: line 3: no number>");
	errno = ENOENT;
	assert_int_equal(verr_sys(&err, "cannot open %s", "x"), V_EIO);
	assert_string_equal(err.msg, "cannot open x: No such file or directory");
	assert_int_equal(errno, ENOENT);
	assert_int_equal(verr_set(NULL, V_ELIMIT, "unheard"), V_ELIMIT);
	assert_int_equal(verr_sys(NULL, "unheard"), V_EIO);
	verr_ctx(NULL, "unheard");
}

static void
err_is_cut_between_characters(void **state)
{
	struct verr err;
	char text[1100];
	size_t fill;

	(void)state;
	/* a three-byte dash that ends at byte 1022, 1023 (both fit), 1024 and 1025 (both do not) */
	for (fill = 1020; fill <= 1023; fill++) {
		memset(text, 'x', fill);
		strcpy(text + fill, "\xe2\x80\x93");
		verr_set(&err, V_EIO, "%s", text);
		verr_ctx(&err, "c");
		assert_int_equal(strspn(err.msg + 3, "x"), strlen(err.msg) - 3);
		verr_set(&err, V_EIO, "%s", text);
		assert_int_equal(strlen(err.msg), fill == 1020 ? 1023 : fill);
	}
}

static void
exit_statuses(void **state)
{
	(void)state;
	assert_int_equal(vstatus_exit(V_OK), 0);
	assert_int_equal(vstatus_exit(V_END), 0);
	assert_int_equal(vstatus_exit(V_EIO), 1);
	assert_int_equal(vstatus_exit(V_EUSAGE), 2);
	assert_int_equal(vstatus_exit(V_EFORMAT), 3);
	assert_int_equal(vstatus_exit(V_ELIMIT), 3);
	assert_int_equal(vstatus_exit(V_EDOM), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_is_zeroed_and_aligned),
		cmocka_unit_test(arena_copies_texts),
		cmocka_unit_test(heap_helpers),
		cmocka_unit_test(err_puts_context_in_front),
		cmocka_unit_test(err_is_cut_between_characters),
		cmocka_unit_test(exit_statuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
