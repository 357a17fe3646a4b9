/*
 * papers - what papers printed: their own tables, and their values beside ours.
 *
 * Both are in the results: analyses of kind "layout" place the texts of a source into the rows and
 * columns of its tables, those of kind "against" hold pairs of a measured and a published value
 * with their ratio (docs/formats.md).  A text is set as it is printed, in a column of labels: it has
 * the digits, signs and units of its source, which no rule of ours may touch.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/str.h"
#include "report/tables.h"
#include "report/view.h"

#define LAYOUT_ROWS_MAX 4096 /* as many values as a dataset of published values may have */

static const char *
text_at(const struct analysis *a, const char *column, size_t row)
{
	size_t col = table_find(&a->rows, column);

	return col == SIZE_MAX || a->rows.columns[col].type != COLUMN_TEXT
		? NULL
		: table_text(&a->rows, col, row);
}

static double
real_at(const struct analysis *a, const char *column, size_t row)
{
	size_t col = table_find(&a->rows, column);

	return col == SIZE_MAX || a->rows.columns[col].type == COLUMN_TEXT
		? (double)NAN
		: table_real(&a->rows, col, row);
}

/* A level as text, whatever its column was read as. */
static const char *
level_at(struct doc *d, const struct analysis *a, size_t col, size_t row)
{
	struct strbuf b;
	const char *text = NULL;

	strbuf_init(&b);
	if (!table_absent(&a->rows, col, row)) {
		table_cell(&b, &a->rows, col, row);
		text = doc_take(d, &b);
	}
	strbuf_release(&b);
	return text;
}

static const char *
notes_of(struct doc *d, const struct analysis *a)
{
	struct strbuf b;
	const char *text;

	strbuf_init(&b);
	for (size_t i = 0; i < a->n_notes; i++)
		strbuf_addf(&b, "%s%s", i ? " " : "", a->notes[i]);
	text = doc_take(d, &b);
	strbuf_release(&b);
	return text;
}

static const char *
parameter(const struct analysis *a, const char *name)
{
	return json_str(json_get(a->parameters, name), "");
}

/* ---- the source's own tables ---- */

/* The row of the table that a position belongs to; SIZE_MAX when it is none. */
static size_t
row_of(const struct analysis *a, size_t row)
{
	double number = real_at(a, "row", row);

	return number >= 0 && number < LAYOUT_ROWS_MAX ? (size_t)number : SIZE_MAX;
}

static size_t
column_called(const struct doc_table *t, size_t first, const char *title)
{
	for (size_t c = first; c < t->n_columns; c++)
		if (!strcmp(t->columns[c].title, title))
			return c;
	return SIZE_MAX;
}

static void
layout_columns(struct doc *d, struct doc_table *t, const struct analysis *a)
{
	const struct json *heads = json_get(a->parameters, "heads");

	for (size_t i = 0; i < a->n_by; i++)
		doc_add_column(t, a->by[i], json_str(json_at(heads, i), view_human(d, a->by[i])),
			DOC_LABEL);
	for (size_t row = 0; row < a->rows.n_rows; row++) {
		const char *title = text_at(a, "column", row);

		if (title && column_called(t, a->n_by, title) == SIZE_MAX)
			doc_add_column(t, title, title, DOC_LABEL);
	}
}

static void
place_texts(struct doc *d, struct doc_table *t, const struct analysis *a)
{
	for (size_t row = 0; row < a->rows.n_rows; row++) {
		const char *title = text_at(a, "column", row);
		size_t at = row_of(a, row);
		struct doc_cell *cells;

		if (!title || at == SIZE_MAX)
			continue;
		while (t->n_rows <= at)
			doc_add_row(t);
		cells = &t->cells[at * t->n_columns];
		for (size_t i = 0; i < a->n_by; i++)
			cells[i].text = level_at(d, a, i, row);
		cells[column_called(t, a->n_by, title)].text = text_at(a, "printed", row);
	}
}

static const char *
layout_id(struct doc *d, const struct analysis *a)
{
	return doc_file_id(d, "paper-", parameter(a, "id"));
}

static void
add_layout(struct doc *d, const struct analysis *a)
{
	struct doc_table *t = doc_add_table(d, layout_id(d, a), parameter(a, "title"));

	t->section = DOC_PUBLISHED;
	t->caption = notes_of(d, a);
	layout_columns(d, t, a);
	place_texts(d, t, a);
	doc_table_finish(t);
}

/* Several datasets, or documents, may hold one table: the first counts. */
static bool
is_set(const struct doc *d, const char *id)
{
	for (size_t i = 0; i < d->n_tables; i++)
		if (!strcmp(d->tables[i].id, id))
			return true;
	return false;
}

void
tables_layouts(struct doc *d, const struct model *m)
{
	for (size_t i = 0; i < m->n_docs; i++) {
		const struct results *r = &m->docs[i];

		for (size_t k = 0; k < r->n_analyses; k++)
			if (!strcmp(r->analyses[k].kind, "layout") && r->analyses[k].rows.n_rows &&
				!is_set(d, layout_id(d, &r->analyses[k])))
				add_layout(d, &r->analyses[k]);
	}
}

/* ---- ours beside theirs ---- */

static enum doc_quantity
quantity_of(const char *metric)
{
	const char *unit = table_unit(metric);

	return !strcmp(unit, "ns") ? DOC_TIME : !strcmp(unit, "pct") ? DOC_PERCENT : DOC_NUMBER;
}

static void
add_value_column(struct doc_table *t, const struct analysis *a, const char *id, const char *title,
	enum doc_quantity quantity, int unit_set)
{
	struct doc_column *c = doc_add_column(t, id, title, quantity);

	c->metric = a->metric;
	c->statistic = id;
	c->unit_set = unit_set;
}

static void
pair_columns(struct doc *d, struct doc_table *t, const struct analysis *a)
{
	enum doc_quantity quantity = quantity_of(a->metric);

	for (size_t i = 0; i < a->n_by; i++)
		doc_add_column(t, a->by[i], view_human(d, a->by[i]), DOC_LABEL);
	doc_add_column(t, "statistic", "Statistic", DOC_LABEL);
	add_value_column(t, a, "measured", "Ours", quantity, 1);
	add_value_column(t, a, "published", "Published", quantity, 1);
	add_value_column(t, a, "ratio", "Ours / published", DOC_NUMBER, 0);
	doc_add_column(t, "verdict", "Verdict", DOC_LABEL);
	doc_add_column(t, "printed", "As printed", DOC_LABEL);
	doc_add_column(t, "place", "Place", DOC_LABEL);
}

static void
pair_value(struct doc_cell *c, const struct analysis *a, size_t row, const char *value,
	const char *lower, const char *upper)
{
	c->value = real_at(a, value, row);
	c->lower = real_at(a, lower, row);
	c->upper = real_at(a, upper, row);
}

static void
pair_row(struct doc *d, struct doc_table *t, const struct analysis *a, size_t row)
{
	struct doc_cell *c = doc_add_row(t);
	const char *reason = text_at(a, "reason", row), *verdict = text_at(a, "verdict", row);

	for (size_t i = 0; i < a->n_by; i++)
		(c++)->text = level_at(d, a, i, row);
	(c++)->text = text_at(a, "statistic", row);
	pair_value(c++, a, row, "estimate", "lower", "upper");
	pair_value(c++, a, row, "published", "published_lower", "published_upper");
	pair_value(c, a, row, "ratio", "ratio_lower", "ratio_upper");
	if (reason)
		doc_note(d, t, c, reason);
	c++;
	(c++)->text = verdict ? verdict : NUM_NONE;
	(c++)->text = text_at(a, "printed", row);
	(c++)->text = text_at(a, "place", row);
}

const char *
tables_quantity(struct doc *d, const char *metric)
{
	size_t n = strlen(metric), unit = strlen(table_unit(metric));
	struct strbuf b;
	const char *name;

	if (!strncmp(metric, "rtt_", 4))
		return "RTT";
	strbuf_init(&b);
	for (size_t i = 0; i + (unit ? unit + 1 : 0) < n; i++)
		strbuf_addc(&b, metric[i] == '_' ? ' ' : metric[i]);
	name = doc_take(d, &b);
	strbuf_release(&b);
	return name;
}

static void
add_pairs(struct doc *d, const struct analysis *a)
{
	const char *dataset = parameter(a, "dataset");
	struct doc_table *t = doc_add_table(d,
		doc_file_id(d, "against-", doc_text(d, "%s-%s", dataset, a->metric)),
		doc_text(d, "Beside the published values of %s: %s", dataset,
			tables_quantity(d, a->metric)));

	t->section = DOC_PUBLISHED;
	t->caption = doc_text(d,
		"Cells of which metric, statistic and all conditions that the source states agree. "
		"\"agrees\": the interval of the ratio holds 1. %s",
		notes_of(d, a));
	pair_columns(d, t, a);
	for (size_t row = 0; row < a->rows.n_rows; row++)
		pair_row(d, t, a, row);
	doc_table_finish(t);
}

/* "datasets/paper/" is the dataset paper. */
static bool
is_called(const char *asked, const char *name)
{
	struct slice s = slice_of(asked);
	size_t n = strlen(name);

	while (s.n && s.p[s.n - 1] == '/')
		s.n--;
	return n && s.n >= n && !memcmp(s.p + s.n - n, name, n) &&
		(s.n == n || s.p[s.n - n - 1] == '/');
}

enum vstatus
tables_against(struct doc *d, const struct model *m, const char *dataset, struct verr *err)
{
	size_t n = 0, n_stated = 0;

	for (size_t i = 0; i < m->n_docs; i++) {
		const struct results *r = &m->docs[i];

		for (size_t k = 0; k < r->n_analyses; k++) {
			const struct analysis *a = &r->analyses[k];

			if (strcmp(a->kind, "against") || !a->metric ||
				!is_called(dataset, parameter(a, "dataset")))
				continue;
			n_stated++;
			n += a->rows.n_rows;
			if (a->rows.n_rows)
				add_pairs(d, a);
		}
	}
	if (n)
		return V_OK;
	if (n_stated)
		return verr_set(err, V_EDOM,
			"--against %s: none of its values is of a cell in the results", dataset);
	return verr_set(err, V_EDOM,
		"--against %s: the results hold nothing beside it; give both to one "
		"\"vanalyze all OURS... %s -o results/\"",
		dataset, dataset);
}
