/*
 * columns - see columns.h.
 */
#include "capture/columns.h"

#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/str.h"

static const struct counter_kind kinds[] = {
	{"cpu", "", "jiffies", "counter"},
	{"mem.", "_bytes", "bytes", "level"},
	{"net.", "_bytes", "bytes", "counter"},
	{"net.", "", "count", "counter"},
	{"softirq.", "", "count", "counter"},
	{"interrupts", "", "count", "counter"},
	{"ctxt", "", "count", "counter"},
	{"processes", "", "count", "counter"},
	{"procs_", "", "count", "level"},
	{"load.", "", "processes", "level"},
	{"", "_ns", "ns", "counter"},
	{NULL, NULL, NULL, NULL},
};

const struct counter_kind *
counter_kind_of(const char *column)
{
	struct slice name = slice_of(column);

	for (const struct counter_kind *k = kinds; k->prefix; k++)
		if (slice_starts(name, k->prefix) && slice_ends(name, k->suffix))
			return k;
	return NULL;
}

/* The usual distance between two rows: that of the first and last, divided. */
static int64_t
interval_ns(const struct table *t)
{
	int64_t span;

	if (t->n_rows < 2 || t->columns[0].type != COLUMN_INT)
		return RUN_NA;
	span = table_int(t, 0, t->n_rows - 1) - table_int(t, 0, 0);
	return span / (int64_t)(t->n_rows - 1);
}

void
columns_add(struct run *r, const char *file, const char *host, const struct table *t)
{
	struct run_counters *c = run_add_counters(r, file);

	c->host = host ? xstrdup(host) : NULL;
	c->interval_ns = interval_ns(t);
	for (size_t i = 1; i < t->n_columns; i++) {
		const struct counter_kind *k = counter_kind_of(t->columns[i].name);

		run_describe_column(c, t->columns[i].name, k ? k->unit : NULL,
			k ? k->kind : NULL);
	}
}
