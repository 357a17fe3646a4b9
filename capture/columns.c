/*
 * columns - see columns.h.  The table of what columns are is that of the live counters, sources.c.
 */
#include "capture/columns.h"

#include <stdlib.h>
#include <string.h>

#include "capture/sources.h"
#include "core/alloc.h"
#include "core/tstamp.h"

static int
compare_i64(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The usual distance between two rows: the (lower) median, which pauses leave alone. */
static int64_t
interval_ns(const struct table *t)
{
	size_t n = t->n_rows > 1 ? t->n_rows - 1 : 0;
	int64_t *distance_ns, median_ns;

	if (!n || t->columns[0].type != COLUMN_INT)
		return RUN_NA;
	distance_ns = xcalloc(n, sizeof *distance_ns);
	for (size_t i = 0; i < n; i++)
		distance_ns[i] = tstamp_diff(table_int(t, 0, i + 1), table_int(t, 0, i));
	qsort(distance_ns, n, sizeof *distance_ns, compare_i64);
	median_ns = distance_ns[(n - 1) / 2];
	free(distance_ns);
	return median_ns >= 0 ? median_ns : RUN_NA;
}

/* Besides those of samples' tables, events per second. */
static const char *
unit_of(const char *name)
{
	return slice_ends(slice_of(name), "_hz") ? "hz" : table_unit(name);
}

void
columns_add(
	struct run *r, const char *file, const char *host, const struct table *t, const char *kind)
{
	struct run_counters *c = run_add_counters(r, file);

	c->host = host ? xstrdup(host) : NULL;
	c->interval_ns = interval_ns(t);
	for (size_t i = 1; i < t->n_columns; i++) {
		const char *name = t->columns[i].name;
		const struct row_field *f = sources_field(name);

		if (f)
			run_describe_column(c, name, f->unit, f->kind);
		else if (kind && *unit_of(name))
			run_describe_column(c, name, unit_of(name), kind);
	}
}
