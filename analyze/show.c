/*
 * show - text, CSV and JSON forms of a results document; see show.h.
 *
 * Text is for reading on a screen: times in the unit that suits the table, columns that say
 * nothing left out, "–" where a value is undefined or not available.  CSV and JSON hold what was
 * computed, in nanoseconds, with all digits.
 */
#include "analyze/show.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/alloc.h"
#include "core/file.h"
#include "core/text.h"

#define ABSENT "–"

/* ---- units ---- */

struct scale {
	const char *unit;
	double divisor;
	int decimals;
};

static const struct scale time_scales[] = {
	{"ns", 1, 1},
	{"µs", 1e3, 3},
	{"ms", 1e6, 3},
	{"s", 1e9, 3},
};

static const struct scale rate_scales[] = {
	{"bit/s", 1, 1},
	{"kbit/s", 1e3, 3},
	{"Mbit/s", 1e6, 3},
	{"Gbit/s", 1e9, 3},
};

#define N_SCALES 4 /* of either */

static const struct scale plain_scale = {"", 1, 2};

/* Columns that hold the metric itself, in its unit. */
static bool
is_value(const char *column)
{
	static const char *const names[] = {"mean", "mean_lower", "mean_upper", "sd", "min", "q1",
		"median", "q3", "max", "whisker_low", "whisker_high", "estimate", "lower", "upper",
		"x", "hl_shift", "stated", "baseline_mean", "published", "published_lower",
		"published_upper", NULL};

	return text_in(column, names);
}

/* Probabilities of a test: their order of magnitude is what counts. */
static bool
is_p_value(const char *column)
{
	static const char *const names[] = {"p", "p_mw", "p_welch", "p_holm", NULL};

	return text_in(column, names);
}

/* Sum of the logarithms of a column's values, and how many there are. */
static size_t
sum_of_logs(double *sum, const struct table *t, const char *name)
{
	size_t c = table_find(t, name), n = 0;

	*sum = 0;
	for (size_t row = 0; c != SIZE_MAX && row < t->n_rows; row++) {
		double v = fabs(table_real(t, c, row));

		if (v > 0) {
			*sum += log10(v);
			n++;
		}
	}
	return n;
}

/* The unit in which the table's middle values lie between 1 and 1000. */
static struct scale
scale_of(const struct analysis *a)
{
	static const char *const middles[] = {
		"median", "estimate", "x", "hl_shift", "mean", "stated", "sd", "upper", NULL};
	const char *unit = a->metric ? table_unit(a->metric) : "";
	const struct scale *scales = !strcmp(unit, "ns") ? time_scales
		: !strcmp(unit, "bps")                   ? rate_scales
							 : NULL;
	size_t k = 0, n = 0;
	double sum;

	if (!scales)
		return plain_scale;
	for (size_t i = 0; middles[i] && !n; i++)
		n = sum_of_logs(&sum, &a->rows, middles[i]);
	while (n && k + 1 < N_SCALES && pow(10, sum / (double)n) >= 1e3 * scales[k].divisor)
		k++;
	return scales[k];
}

/* ---- aligned text ---- */

/* Characters on the screen: UTF-8 continuation bytes take no place. */
static size_t
width_of(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

/* One below the smallest double is 0 and has a logarithm in another column. */
static void
add_p_value(struct strbuf *b, const struct table *t, size_t col, size_t row)
{
	double p = table_real(t, col, row);
	char *name = xasprintf("log10_%s", t->columns[col].name);
	size_t log_col = table_find(t, name);
	double log10_p = log_col != SIZE_MAX ? table_real(t, log_col, row) : NAN;

	free(name);
	if (p == 0 && isfinite(log10_p))
		strbuf_addf(b, "%.2fe%.0f", pow(10, log10_p - floor(log10_p)), floor(log10_p));
	else
		strbuf_addf(b, "%.3g", p);
}

/* Three decimals, unless that leaves too little of it. */
static void
add_number(struct strbuf *b, double v)
{
	if (fabs(v) >= 1e5 || v == floor(v))
		strbuf_addf(b, "%.0f", v);
	else
		strbuf_addf(b, fabs(v) < 0.1 ? "%.3g" : "%.3f", v);
}

static char *
cell_text(const struct table *t, size_t col, size_t row, const struct scale *scale)
{
	struct strbuf b;
	double v;

	if (table_absent(t, col, row))
		return xstrdup(ABSENT);
	strbuf_init(&b);
	if (t->columns[col].type != COLUMN_REAL) {
		table_cell(&b, t, col, row);
		return strbuf_detach(&b);
	}
	v = table_real(t, col, row);
	if (is_p_value(t->columns[col].name))
		add_p_value(&b, t, col, row);
	else if (scale && is_value(t->columns[col].name))
		strbuf_addf(&b, "%.*f", scale->decimals, v / scale->divisor);
	else
		add_number(&b, v);
	return strbuf_detach(&b);
}

static bool
all_absent(const struct table *t, size_t col)
{
	for (size_t row = 0; row < t->n_rows; row++)
		if (!table_absent(t, col, row))
			return false;
	return true;
}

/* What plots are drawn from, and p-values of which a reader needs no more digits. */
static bool
is_for_programs(const char *column)
{
	static const char *const names[] = {"whisker_low", "whisker_high", "cv", "log10_p_mw",
		"log10_p_welch", "log10_p", "log10_p_holm", NULL};

	return text_in(column, names);
}

/* What the title or the notes say already, or nobody does. */
static bool
says_nothing(const struct analysis *a, size_t col)
{
	const struct table *t = &a->rows;
	const char *name = t->columns[col].name;

	return (a->metric && !strcmp(name, "metric")) || !strcmp(name, "level") ||
		!strcmp(name, "interval") || is_for_programs(name) || all_absent(t, col);
}

static bool
all_equal(const struct table *t, size_t col)
{
	const char *first = table_text(t, col, 0);

	for (size_t row = 1; row < t->n_rows; row++) {
		const char *v = table_text(t, col, row);

		if (!v != !first || (v && strcmp(v, first)))
			return false;
	}
	return true;
}

static bool
all_zero(const struct table *t, size_t col)
{
	for (size_t row = 0; row < t->n_rows; row++)
		if (table_absent(t, col, row) || table_real(t, col, row) != 0)
			return false;
	return true;
}

/*
 * Columns that a reader need not see in every row, said in one line above the table: factors that
 * have one level throughout, counts that are zero throughout.
 */
static bool
hidden(const struct analysis *a, size_t col)
{
	const struct table *t = &a->rows;

	if (says_nothing(a, col))
		return true;
	if (col < a->n_by)
		return col > 0 && t->n_rows > 1 && all_equal(t, col);
	return !strcmp(a->kind, "counts") && t->columns[col].type != COLUMN_TEXT &&
		all_zero(t, col);
}

static void
add_hidden(struct strbuf *out, const struct analysis *a)
{
	const struct table *t = &a->rows;
	struct strbuf zero;

	strbuf_init(&zero);
	for (size_t c = 0; c < t->n_columns; c++) {
		if (says_nothing(a, c) || !hidden(a, c))
			continue;
		if (c < a->n_by)
			strbuf_addf(out, ", %s %s", t->columns[c].name, table_text(t, c, 0));
		else
			strbuf_addf(&zero, "%s %s", zero.n ? "," : "", t->columns[c].name);
	}
	strbuf_addc(out, '\n');
	if (zero.n)
		strbuf_addf(out, "Zero throughout:%s\n", zero.p);
	strbuf_release(&zero);
}

static void
pad(struct strbuf *out, size_t n)
{
	while (n-- > 0)
		strbuf_addc(out, ' ');
}

static void
add_cell(struct strbuf *out, const char *text, size_t width, bool right, bool last)
{
	size_t room = width - width_of(text);

	if (right)
		pad(out, room);
	strbuf_adds(out, text);
	if (!right && !last)
		pad(out, room);
	strbuf_adds(out, last ? "\n" : "  ");
}

static void
add_table(struct strbuf *out, const struct analysis *a, const struct scale *scale)
{
	const struct table *t = &a->rows;
	size_t n = 0, *shown = xcalloc(t->n_columns + 1, sizeof *shown);
	char **texts;
	size_t *widths;

	for (size_t c = 0; c < t->n_columns; c++)
		if (!hidden(a, c))
			shown[n++] = c;
	widths = xcalloc(n + 1, sizeof *widths);
	texts = xcalloc(n * (t->n_rows + 1) + 1, sizeof *texts);
	for (size_t k = 0; k < n; k++) {
		texts[k] = xstrdup(t->columns[shown[k]].name);
		widths[k] = width_of(texts[k]);
		for (size_t row = 0; row < t->n_rows; row++) {
			char *s = cell_text(t, shown[k], row, scale);

			texts[(row + 1) * n + k] = s;
			if (width_of(s) > widths[k])
				widths[k] = width_of(s);
		}
	}
	for (size_t row = 0; n && row < t->n_rows + 1; row++) {
		for (size_t k = 0; k < n; k++) {
			bool right = t->columns[shown[k]].type != COLUMN_TEXT;

			add_cell(out, texts[row * n + k], widths[k], right, k + 1 == n);
			free(texts[row * n + k]);
		}
	}
	free(texts);
	free(widths);
	free(shown);
}

static bool
said_before(const struct results *r, size_t i, const char *note)
{
	for (size_t k = 0; k < i; k++)
		for (size_t n = 0; r->analyses[k].rows.n_rows && n < r->analyses[k].n_notes; n++)
			if (!strcmp(r->analyses[k].notes[n], note))
				return true;
	return false;
}

/* What the analyses from i on are about, where they say it: values that others published. */
static void
add_title(struct strbuf *out, const struct results *r, size_t i)
{
	const char *title = json_str(json_get(r->analyses[i].parameters, "title"), NULL);
	const struct json *last = i ? r->analyses[i - 1].parameters : NULL;
	const char *before = json_str(json_get(last, "title"), "");

	if (title && strcmp(title, before))
		strbuf_addf(out, "%s\n\n", title);
}

static void
add_text(struct strbuf *out, const struct results *r)
{
	for (size_t i = 0; i < r->n_analyses; i++) {
		const struct analysis *a = &r->analyses[i];
		struct scale scale = scale_of(a);

		if (!a->rows.n_rows)
			continue;
		if (out->n)
			strbuf_addc(out, '\n');
		add_title(out, r, i);
		strbuf_adds(out, a->kind);
		if (a->metric)
			strbuf_addf(out, " of %s", a->metric);
		if (*scale.unit && strcmp(a->kind, "counts"))
			strbuf_addf(out, " (%s)", scale.unit);
		add_hidden(out, a);
		add_table(out, a, &scale);
		for (size_t k = 0; k < a->n_notes; k++)
			if (!said_before(r, i, a->notes[k]))
				strbuf_addf(out, "Note: %s\n", a->notes[k]);
	}
}

/* ---- CSV: analyses of one kind under one header ---- */

struct heading {
	const char *name;
	bool by;
};

static void
add_heading(struct heading **h, size_t *n, const char *name, bool by)
{
	for (size_t i = 0; i < *n; i++)
		if (!strcmp((*h)[i].name, name))
			return;
	*h = xrealloc(*h, *n + 1, sizeof **h);
	(*h)[(*n)++] = (struct heading){name, by};
}

/* First all columns to group by, then all others, in order of first appearance. */
static size_t
headings(struct heading **h, const struct results *r, const char *kind)
{
	size_t n = 0;

	*h = NULL;
	for (int by = 1; by >= 0; by--) {
		for (size_t i = 0; i < r->n_analyses; i++) {
			const struct analysis *a = &r->analyses[i];

			if (strcmp(a->kind, kind))
				continue;
			for (size_t c = by ? 0 : a->n_by; c < (by ? a->n_by : a->rows.n_columns);
				c++)
				add_heading(h, &n, a->rows.columns[c].name, by);
		}
	}
	return n;
}

static void
add_csv_row(
	struct strbuf *out, const struct table *t, size_t row, const struct heading *h, size_t n)
{
	struct strbuf cell;

	strbuf_init(&cell);
	for (size_t k = 0; k < n; k++) {
		size_t c = table_find(t, h[k].name);

		strbuf_clear(&cell);
		if (c != SIZE_MAX)
			table_cell(&cell, t, c, row);
		if (cell.n)
			csv_add_field(out, cell.p);
		strbuf_addc(out, k + 1 == n ? '\n' : ',');
	}
	strbuf_release(&cell);
}

static void
add_csv(struct strbuf *out, const struct results *r)
{
	const char *kind = r->n_analyses ? r->analyses[0].kind : "";
	struct heading *h;
	size_t n = headings(&h, r, kind);

	for (size_t k = 0; k < n; k++) {
		csv_add_field(out, h[k].name);
		strbuf_addc(out, k + 1 == n ? '\n' : ',');
	}
	for (size_t i = 0; i < r->n_analyses; i++) {
		const struct table *t = &r->analyses[i].rows;

		if (strcmp(r->analyses[i].kind, kind))
			continue;
		for (size_t row = 0; row < t->n_rows; row++)
			add_csv_row(out, t, row, h, n);
	}
	free(h);
}

/* ---- */

enum vstatus
show_results(const struct results *r, enum show_format format, const char *path, struct verr *err)
{
	bool to_stdout = !path || !strcmp(path, "-");
	enum vstatus st = V_OK;
	struct strbuf out;

	strbuf_init(&out);
	if (format == SHOW_AUTO)
		format = to_stdout && isatty(STDOUT_FILENO) ? SHOW_TEXT : SHOW_CSV;
	if (format == SHOW_TEXT) {
		add_text(&out, r);
	} else if (format == SHOW_CSV) {
		add_csv(&out, r);
	} else {
		struct json *doc = results_to_json(r);
		char *text = json_text(doc);

		strbuf_adds(&out, text);
		free(text);
		json_free(doc);
	}
	if (!to_stdout)
		st = file_write_atomic(path, out.p ? out.p : "", out.n, err);
	else if (out.n)
		out_write(stdout, out.p, out.n); /* command_main() looks whether it arrived */
	strbuf_release(&out);
	return st;
}
