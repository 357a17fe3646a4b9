/*
 * t_lookup - cells of tables of every type, absent ones and columns that are not there.  Expected
 * texts are those that core/table.h promises for CSV.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/lookup.h"

enum { TEXT, INT, REAL, N };

static void
fill(struct table *t)
{
	table_init(t);
	table_add_column(t, "text", COLUMN_TEXT);
	table_add_column(t, "int", COLUMN_INT);
	table_add_column(t, "real", COLUMN_REAL);
	for (size_t row = 0; row < 3; row++)
		table_add_row(t);
	table_set_text(t, TEXT, 0, "eth0");
	table_set_int(t, INT, 0, -7);
	table_set_real(t, REAL, 0, 0.5);
	table_set_text(t, TEXT, 1, "");
	table_set_int(t, INT, 1, 0);
	table_set_real(t, REAL, 1, 0);
}

static void
present(void **state)
{
	static const char *const want[2][N] = {{"eth0", "-7", "0.5"}, {"", "0", "0"}};
	static const char *const names[N] = {"text", "int", "real"};
	struct table t;
	struct doc d;

	(void)state;
	fill(&t);
	doc_init(&d);
	for (size_t row = 0; row < 2; row++) {
		for (size_t col = 0; col < N; col++) {
			assert_string_equal(lookup_text(&d, &t, col, row), want[row][col]);
			assert_string_equal(lookup_named(&d, &t, names[col], row), want[row][col]);
			assert_string_equal(
				lookup_cell(&d.arena, &t, col, row), want[row][col]);
		}
	}
	assert_true(lookup_real(&t, "int", 0) == -7);
	assert_true(lookup_real(&t, "real", 0) == 0.5);
	assert_true(lookup_real(&t, "real", 1) == 0);
	doc_release(&d);
	table_release(&t);
}

/* absent is neither zero nor "", but for lookup_named(), which says so */
static void
absent(void **state)
{
	struct table t;
	struct doc d;

	(void)state;
	fill(&t);
	doc_init(&d);
	for (size_t col = 0; col < N; col++)
		assert_null(lookup_text(&d, &t, col, 2));
	assert_null(lookup_text(&d, &t, SIZE_MAX, 0));
	assert_null(lookup_cell(&d.arena, &t, SIZE_MAX, 0));
	assert_string_equal(lookup_named(&d, &t, "int", 2), "");
	assert_string_equal(lookup_named(&d, &t, "none", 0), "");
	assert_true(isnan(lookup_real(&t, "int", 2)));
	assert_true(isnan(lookup_real(&t, "real", 2)));
	assert_true(isnan(lookup_real(&t, "none", 0)));
	doc_release(&d);
	table_release(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(present),
		cmocka_unit_test(absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
