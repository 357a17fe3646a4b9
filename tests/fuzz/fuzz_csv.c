/*
 * fuzz_csv - any bytes as a CSV table.
 *
 * Checks that names are unique and not empty, that codes are in range, and that a table which was
 * read whole is the same after it was written and read again.  Left out of the last check are
 * headers that the writer is not made for: with ; or tab in a name, or a byte order mark.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool truth)
{
	if (!truth)
		abort();
}

static void
check_table(const struct table *t)
{
	for (size_t col = 0; col < t->n_columns; col++) {
		const struct column *c = &t->columns[col];

		must(c->name[0] && table_find(t, c->name) == col);
		for (size_t row = 0; c->type == COLUMN_TEXT && row < t->n_rows; row++)
			must(c->code[row] < c->n_levels || c->code[row] == TABLE_ABSENT_TEXT);
	}
}

static bool
is_writable(const struct table *t)
{
	for (size_t col = 0; col < t->n_columns; col++)
		if (strpbrk(t->columns[col].name, ";\t"))
			return false;
	return strncmp(t->columns[0].name, "\xEF\xBB\xBF", 3) != 0;
}

static void
check_round_trip(const struct table *t)
{
	struct table again;
	struct strbuf first;
	struct strbuf second;

	table_init(&again);
	strbuf_init(&first);
	strbuf_init(&second);
	table_add_csv(&first, t);
	must(table_parse_csv(&again, first.p, first.n, "fuzz", NULL) == V_OK);
	must(again.n_rows == t->n_rows);
	table_add_csv(&second, &again);
	must(first.n == second.n && memcmp(first.p, second.p, first.n) == 0);
	strbuf_release(&first);
	strbuf_release(&second);
	table_release(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct verr err = {""};
	struct table t;
	enum vstatus st;

	table_init(&t);
	st = table_parse_csv(&t, (const char *)data, size, "fuzz", &err);
	must(st == V_OK || err.msg[0]);
	check_table(&t);
	if (st == V_OK && is_writable(&t))
		check_round_trip(&t);
	table_release(&t);
	return 0;
}
