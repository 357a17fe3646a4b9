/*
 * lookup - see lookup.h.
 */
#include "report/lookup.h"

#include <math.h>

const char *
lookup_cell(struct arena *arena, const struct table *t, size_t col, size_t row)
{
	struct strbuf b;
	const char *text;

	if (col == SIZE_MAX || table_absent(t, col, row))
		return NULL;
	if (t->columns[col].type == COLUMN_TEXT)
		return table_text(t, col, row);
	strbuf_init(&b);
	table_cell(&b, t, col, row);
	text = arena_strndup(arena, b.p, b.n);
	strbuf_release(&b);
	return text;
}

const char *
lookup_text(struct doc *d, const struct table *t, size_t col, size_t row)
{
	return lookup_cell(&d->arena, t, col, row);
}

const char *
lookup_named(struct doc *d, const struct table *t, const char *column, size_t row)
{
	const char *text = lookup_text(d, t, table_find(t, column), row);

	return text ? text : "";
}

double
lookup_real(const struct table *t, const char *column, size_t row)
{
	size_t col = table_find(t, column);

	return col == SIZE_MAX || table_absent(t, col, row) ? (double)NAN
							    : table_real(t, col, row);
}

/* Is the name among the metrics of the analysis, which are no factors of it? */
bool
lookup_is_metric(const struct analysis *a, const char *name)
{
	struct slice rest = slice_of(json_str(json_get(a->parameters, "metrics"), "")), word;

	while (slice_cut(&word, &rest, ','))
		if (slice_eq(word, name))
			return true;
	return false;
}
