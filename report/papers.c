/*
 * papers - the tables of published sources as they print them.
 *
 * Analyses of kind "layout" place the texts of a source into the rows and columns of its tables
 * (docs/formats.md).  A text is set as it is printed, in a column of labels: it has the digits,
 * signs and units of its source, which no rule of ours may touch.  Ours are in beside.c.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/str.h"
#include "report/lookup.h"
#include "report/papers_int.h"
#include "report/view.h"
#include "report/words.h"

#define LAYOUT_ROWS_MAX 4096 /* as many values as a dataset of published values may have */

const char *
papers_text(const struct analysis *a, const char *column, size_t row)
{
	size_t col = table_find(&a->rows, column);

	return col == SIZE_MAX || a->rows.columns[col].type != COLUMN_TEXT
		? NULL
		: table_text(&a->rows, col, row);
}

double
papers_real(const struct analysis *a, const char *column, size_t row)
{
	size_t col = table_find(&a->rows, column);

	return col == SIZE_MAX || a->rows.columns[col].type == COLUMN_TEXT
		? (double)NAN
		: table_real(&a->rows, col, row);
}

const char *
papers_level(struct doc *d, const struct analysis *a, size_t col, size_t row)
{
	return lookup_text(d, &a->rows, col, row);
}

const char *
papers_notes(struct doc *d, const struct analysis *a)
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

const char *
papers_parameter(const struct analysis *a, const char *name)
{
	return json_str(json_get(a->parameters, name), "");
}

/* ---- the source's own tables ---- */

size_t
papers_row(const struct analysis *a, size_t row)
{
	double number = papers_real(a, "row", row);

	return number >= 0 && number < LAYOUT_ROWS_MAX ? (size_t)number : SIZE_MAX;
}

size_t
papers_column(const struct doc_table *t, size_t first, const char *title)
{
	for (size_t c = first; c < t->n_columns; c++)
		if (!strcmp(t->columns[c].title, title))
			return c;
	return SIZE_MAX;
}

void
papers_heads(struct doc *d, struct doc_table *t, const struct analysis *a)
{
	const struct json *heads = json_get(a->parameters, "heads");

	for (size_t i = 0; i < a->n_by; i++)
		doc_add_column(t, a->by[i], json_str(json_at(heads, i), words_title(d, a->by[i])),
			DOC_LABEL);
}

static void
layout_columns(struct doc *d, struct doc_table *t, const struct analysis *a)
{
	papers_heads(d, t, a);
	for (size_t row = 0; row < a->rows.n_rows; row++) {
		const char *title = papers_text(a, "column", row);

		if (title && papers_column(t, a->n_by, title) == SIZE_MAX)
			doc_add_column(t, title, title, DOC_LABEL);
	}
}

static void
place_texts(struct doc *d, struct doc_table *t, const struct analysis *a)
{
	for (size_t row = 0; row < a->rows.n_rows; row++) {
		const char *title = papers_text(a, "column", row);
		size_t at = papers_row(a, row);
		struct doc_cell *cells;

		if (!title || at == SIZE_MAX)
			continue;
		while (t->n_rows <= at)
			doc_add_row(t);
		cells = &t->cells[at * t->n_columns];
		for (size_t i = 0; i < a->n_by; i++)
			cells[i].text = papers_level(d, a, i, row);
		cells[papers_column(t, a->n_by, title)].text = papers_text(a, "printed", row);
	}
}

static const char *
layout_id(struct doc *d, const struct analysis *a)
{
	return doc_file_id(d, "paper-", papers_parameter(a, "id"));
}

static void
add_layout(struct doc *d, const struct analysis *a)
{
	struct doc_table *t = doc_add_table(d, layout_id(d, a), papers_parameter(a, "title"));

	t->section = DOC_PUBLISHED;
	t->caption = papers_notes(d, a);
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

		for (size_t k = 0; k < r->n_analyses; k++) {
			const struct analysis *a = &r->analyses[k];
			const char *id;

			if (strcmp(a->kind, "layout") != 0 || !a->rows.n_rows)
				continue;
			id = layout_id(d, a);
			if (is_set(d, id))
				continue;
			add_layout(d, a);
			beside_layout(d, m, a, id);
		}
	}
}
