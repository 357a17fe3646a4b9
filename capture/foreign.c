/*
 * foreign - CSV with a column of times, as a table of counters: see printed.h.
 *
 * A number of unknown unit is taken by its size: below 10^11 seconds, below 10^14 milliseconds,
 * below 10^17 microseconds, else nanoseconds, which tells them apart for every day from 1973-03-04
 * on.  What is earlier (0, 0.1, 0.2 ...) counts from a beginning that nobody told, and is refused.
 */
#include <string.h>
#include <strings.h>

#include "capture/printed_int.h"
#include "core/table.h"
#include "core/tstamp.h"

/* 1973-03-03T09:46:40Z; earlier times are not since 1970. */
#define EARLIEST_NS (INT64_C(100000000) * NS_PER_S)

static const struct time_column {
	const char *name;
	int64_t unit_ns; /* 0: told by the size */
} time_columns[] = {
	{"t_ns", 1},
	{"time_ns", 1},
	{"timestamp_ns", 1},
	{"t_us", NS_PER_US},
	{"time_us", NS_PER_US},
	{"timestamp_us", NS_PER_US},
	{"t_ms", NS_PER_MS},
	{"time_ms", NS_PER_MS},
	{"timestamp_ms", NS_PER_MS},
	{"t_s", NS_PER_S},
	{"time_s", NS_PER_S},
	{"timestamp_s", NS_PER_S},
	{"timestamp", 0},
	{"time", 0},
	{"t", 0},
	{"ts", 0},
	{"epoch", 0},
	{"unixtime", 0},
	{"datetime", 0},
	{"date_time", 0},
	{"date", 0},
};

#define N_TIME_COLUMNS (sizeof time_columns / sizeof *time_columns)

static const struct time_column *
find_time(size_t *col, const struct table *t)
{
	for (*col = 0; *col < t->n_columns; ++*col)
		for (size_t i = 0; i < N_TIME_COLUMNS; i++)
			if (strcasecmp(t->columns[*col].name, time_columns[i].name) == 0)
				return &time_columns[i];
	return NULL;
}

static int64_t
unit_by_size(struct slice s)
{
	double v;

	if (!slice_f64(s, &v) || v < 1e11)
		return NS_PER_S;
	return v < 1e14 ? NS_PER_MS : v < 1e17 ? NS_PER_US : 1;
}

static bool
read_time(int64_t *t_ns, struct slice s, int64_t unit_ns, const struct when *when)
{
	int digits = 0;

	if (!unit_ns)
		unit_ns = unit_by_size(s);
	for (int64_t u = 1; u < unit_ns; u *= 10)
		digits++;
	return slice_scaled(s, digits, t_ns, NULL) || when_stamp(t_ns, s, when);
}

/* What tables have where a value is not there. */
static bool
is_absent(const char *cell)
{
	static const char *const words[] = {"", "-", "NA", "N/A", "NaN", "nan", "null"};

	for (size_t i = 0; cell && i < sizeof words / sizeof *words; i++)
		if (strcmp(cell, words[i]) == 0)
			return true;
	return !cell;
}

/* The numeric columns besides the time, as columns of the grid. */
static void
add_columns(uint32_t *column, struct printed *p, struct grid *g, const struct table *t, size_t time)
{
	for (size_t c = 0; c < t->n_columns; c++) {
		double v;
		bool numeric = c != time;

		for (size_t row = 0; numeric && row < t->n_rows; row++) {
			const char *cell = table_text(t, c, row);

			numeric = is_absent(cell) || printed_number(&v, slice_of(cell), 1);
		}
		column[c] = numeric ? grid_column(g, t->columns[c].name) : UINT32_MAX;
		p->n_texts += !numeric && c != time;
	}
}

static enum vstatus
read_rows(struct printed *p, struct grid *g, const struct table *t, const char *name,
	const struct when *when, struct verr *err)
{
	size_t time;
	const struct time_column *tc = find_time(&time, t);
	uint32_t column[GRID_COLUMNS_MAX];
	double v;

	if (!tc || t->n_columns > GRID_COLUMNS_MAX)
		return verr_set(err, V_EFORMAT,
			"%s: no column that is called like a time (t_ns, timestamp, time, date ...)",
			name);
	add_columns(column, p, g, t, time);
	for (size_t row = 0; row < t->n_rows; row++) {
		const char *cell = table_text(t, time, row);
		int64_t t_ns;

		if (!cell || !read_time(&t_ns, slice_trim(slice_of(cell)), tc->unit_ns, when))
			return verr_set(err, V_EFORMAT, "%s: row %zu: %s \"%.60s\": no time", name,
				row + 1, t->columns[time].name, cell ? cell : "");
		if (t_ns < EARLIEST_NS && !tc->unit_ns)
			return verr_set(err, V_EFORMAT,
				"%s: row %zu: %s %.60s: expected a time since 1970", name, row + 1,
				t->columns[time].name, cell);
		grid_mark(g, t_ns);
		for (size_t c = 0; c < t->n_columns; c++)
			if (column[c] != UINT32_MAX && (cell = table_text(t, c, row)) != NULL &&
				printed_number(&v, slice_of(cell), 1))
				grid_put(g, t_ns, column[c], v);
	}
	return V_OK;
}

enum vstatus
printed_convert_csv(struct printed *p, const char *path, const struct when *when, struct verr *err)
{
	struct table t;
	struct grid g;
	enum vstatus st;

	*p = (struct printed){0};
	table_init(&t);
	grid_init(&g);
	st = table_read_csv_texts(&t, path, err);
	if (st == V_OK)
		st = read_rows(p, &g, &t, path, when, err);
	if (st == V_OK && !g.n_columns)
		st = verr_set(err, V_EFORMAT, "%s: no column of numbers", path);
	if (st == V_OK)
		grid_csv(&p->csv, &g);
	p->n_twice = g.n_twice;
	p->n_over = g.n_over;
	grid_release(&g);
	table_release(&t);
	return st;
}
