/*
 * frames_table - rows of a table as rows of a frame; see frames.h.
 *
 * Which columns are metrics and which are factors is from_table.c's judgement.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/frames.h"
#include "analyze/rowpick.h"
#include "analyze/stats/sort.h"
#include "core/tstamp.h"

/* The columns that are metrics; heap. */
static size_t *
metric_columns(size_t *n, const struct table_study *ts)
{
	size_t *columns = xcalloc(ts->table.n_columns + 1, sizeof *columns);

	*n = 0;
	for (size_t c = 0; c < ts->table.n_columns; c++)
		if (ts->roles[c] == TABLE_METRIC)
			columns[(*n)++] = c;
	return columns;
}

/* ---- which rows ---- */

/* Infinite values count as left out, as they do in from_table.c. */
static bool
any_value(const struct table *t, const size_t *columns, size_t n, size_t row, bool *infinite)
{
	bool any = false;

	for (size_t m = 0; m < n; m++) {
		double v = table_real(t, columns[m], row);

		any |= isfinite(v);
		*infinite |= isinf(v);
	}
	return any;
}

/* The n rows with a value; heap. */
static uint32_t *
used_rows(size_t *n, uint64_t *n_excluded, const struct table *t, const size_t *columns,
	size_t n_columns, const struct options *o)
{
	struct rowpick pick;
	uint32_t *rows = xmalloc_large(t->n_rows * sizeof *rows);

	rowpick_init(&pick, t, o->filters, o->n_filters, o->excluded_flags);
	*n = 0;
	*n_excluded = 0;
	for (size_t row = 0; row < t->n_rows; row++) {
		bool infinite = false, any = any_value(t, columns, n_columns, row, &infinite);
		bool flagged = rowpick_excluded(&pick, row);

		if (!(any || infinite) || !rowpick_passes(&pick, row))
			continue;
		*n_excluded += flagged || infinite;
		if (any && !flagged)
			rows[(*n)++] = (uint32_t)row;
	}
	rowpick_release(&pick);
	return rows;
}

/* ---- factors ---- */

static void
take_texts(struct frame *f, size_t factor, const struct column *c, const uint32_t *rows)
{
	struct frame_factor *k = &f->factors[factor];
	uint16_t *code = xmalloc((c->n_levels + 1) * sizeof *code);

	memset(code, 0xff, (c->n_levels + 1) * sizeof *code); /* FRAME_ABSENT */
	for (size_t i = 0; i < f->n; i++) {
		uint32_t text = c->code[rows[i]];

		if (text == TABLE_ABSENT_TEXT) {
			k->code[i] = FRAME_ABSENT;
			continue;
		}
		if (code[text] == FRAME_ABSENT && !k->overfull)
			code[text] = frame_add_level(k, c->levels[text], 0);
		k->code[i] = code[text];
	}
	free(code);
}

/* The distinct values among n, ascending, in place; how many. */
static size_t
distinct(double *x, size_t n)
{
	size_t kept = 0;

	sort_f64(x, n);
	for (size_t i = 0; i < n; i++)
		if (!i || x[i] != x[kept - 1])
			x[kept++] = x[i];
	return kept;
}

static size_t
place_of(const double *x, size_t n, double v)
{
	size_t low = 0, high = n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (x[middle] <= v)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* A level of a number is its cell as the table shows it. */
static void
take_numbers(
	struct frame *f, size_t factor, const struct table *t, size_t column, const uint32_t *rows)
{
	struct frame_factor *k = &f->factors[factor];
	double *x = xmalloc_large((f->n + 1) * sizeof *x);
	size_t n = 0;
	uint16_t *code;
	struct strbuf b;

	for (size_t i = 0; i < f->n; i++)
		if (!table_absent(t, column, rows[i]))
			x[n++] = table_real(t, column, rows[i]);
	n = distinct(x, n);
	code = xmalloc((n + 1) * sizeof *code);
	memset(code, 0xff, (n + 1) * sizeof *code);
	strbuf_init(&b);
	for (size_t i = 0; i < f->n; i++) {
		size_t place;

		k->code[i] = FRAME_ABSENT;
		if (table_absent(t, column, rows[i]))
			continue;
		place = place_of(x, n, table_real(t, column, rows[i]));
		if (code[place] == FRAME_ABSENT && !k->overfull) {
			strbuf_clear(&b);
			table_cell(&b, t, column, rows[i]);
			code[place] = frame_add_level(k, arena_strdup(&f->arena, b.p), 0);
		}
		k->code[i] = code[place];
	}
	strbuf_release(&b);
	free(code);
	free(x);
}

static void
take_factors(struct frame *f, const struct table_study *ts, const uint32_t *rows)
{
	const struct table *t = &ts->table;

	for (size_t column = 0; column < t->n_columns; column++) {
		const char *name = t->columns[column].name;
		size_t factor;

		if (ts->roles[column] != TABLE_FACTOR)
			continue;
		factor = frame_add_factor(f, name);
		if (t->columns[column].type == COLUMN_TEXT)
			take_texts(f, factor, &t->columns[column], rows);
		else
			take_numbers(f, factor, t, column, rows);
	}
}

/* ---- */

static void
take_times(struct frame *f, const struct table *t, const uint32_t *rows)
{
	size_t c = table_find(t, "t_ns");

	if (c == SIZE_MAX)
		c = table_find(t, "t_request_ns");
	for (size_t i = 0; i < f->n; i++)
		f->t_ns[i] = c != SIZE_MAX && t->columns[c].type == COLUMN_INT &&
				!table_absent(t, c, rows[i])
			? table_int(t, c, rows[i])
			: TSTAMP_NONE;
}

enum vstatus
frame_of_table(struct frame *f, const struct table_study *ts, const struct options *o,
	enum frame_times times, struct verr *err)
{
	const struct table *t = &ts->table;
	size_t n_columns, n, *columns;
	uint64_t n_excluded;
	uint32_t *rows;

	*f = (struct frame){0};
	if (t->n_rows > FRAME_ROWS_MAX)
		return verr_set(err, V_ELIMIT, "%zu rows, at most %zu are handled", t->n_rows,
			FRAME_ROWS_MAX);
	columns = metric_columns(&n_columns, ts);
	rows = used_rows(&n, &n_excluded, t, columns, n_columns, o);
	frame_init(f, n, times);
	f->n = n;
	f->excluded = n_excluded;
	for (size_t m = 0; m < n_columns; m++) {
		size_t k = frame_add_metric(f, t->columns[columns[m]].name);

		for (size_t i = 0; i < n; i++) {
			double v = table_real(t, columns[m], rows[i]);

			f->metrics[k].x[i] = isfinite(v) ? v : NAN;
		}
	}
	if (n)
		take_factors(f, ts, rows);
	if (f->t_ns)
		take_times(f, t, rows);
	frame_finish(f);
	free(columns);
	free(rows);
	return V_OK;
}
