/*
 * beside - our values beside those that papers printed.
 *
 * Analyses of kind "against" hold pairs of a measured and a published value with their ratio
 * (docs/formats.md).  They are set as they are, one table a metric, for --against; and behind a
 * source's own table our values stand in its layout, wherever one of them meets a value of it: in
 * the row and the column of that value, found by its number in the source's table of values.  What
 * only our runs state (the point, the captures) is a heading of rows there.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/str.h"
#include "report/papers_int.h"
#include "report/view.h"
#include "report/words.h"

/* ---- pairs ---- */

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
	enum doc_quantity quantity = tables_form(a->metric);

	for (size_t i = 0; i < a->n_by; i++)
		doc_add_column(t, a->by[i], words_title(d, a->by[i]), DOC_LABEL);
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
	c->value = papers_real(a, value, row);
	c->lower = papers_real(a, lower, row);
	c->upper = papers_real(a, upper, row);
}

static void
pair_row(struct doc *d, struct doc_table *t, const struct analysis *a, size_t row)
{
	struct doc_cell *c = doc_add_row(t);
	const char *reason = papers_text(a, "reason", row);
	const char *verdict = papers_text(a, "verdict", row);

	for (size_t i = 0; i < a->n_by; i++)
		(c++)->text = papers_level(d, a, i, row);
	(c++)->text = papers_text(a, "statistic", row);
	pair_value(c++, a, row, "estimate", "lower", "upper");
	pair_value(c++, a, row, "published", "published_lower", "published_upper");
	pair_value(c, a, row, "ratio", "ratio_lower", "ratio_upper");
	if (reason)
		doc_note(d, t, c, reason);
	c++;
	(c++)->text = verdict ? verdict : NUM_NONE;
	(c++)->text = papers_text(a, "printed", row);
	(c++)->text = papers_text(a, "place", row);
}

enum doc_quantity
tables_form(const char *metric)
{
	const char *unit = table_unit(metric);

	return !strcmp(unit, "ns") ? DOC_TIME
		: !strcmp(unit, "pct") ? DOC_PERCENT
		: !strcmp(unit, "bps") ? DOC_RATE
				       : DOC_NUMBER;
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
	const char *dataset = papers_parameter(a, "dataset");
	struct doc_table *t = doc_add_table(d,
		doc_file_id(d, "against-", doc_text(d, "%s-%s", dataset, a->metric)),
		doc_text(d, "Beside the published values of %s: %s", dataset,
			tables_quantity(d, a->metric)));

	t->section = DOC_PUBLISHED;
	t->caption = doc_text(d,
		"Cells of which metric, statistic and all conditions that the source states agree. "
		"\"agrees\": the interval of the ratio holds 1. %s",
		papers_notes(d, a));
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
				!is_called(dataset, papers_parameter(a, "dataset")))
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

/* ---- in the layout of a source's table ---- */

struct ours {            /* one of our values */
	size_t position; /* of the layout's analysis: headings, row and column */
	const char *label;
	const struct analysis *pairs;
	size_t pair;
};

struct ours_list {
	struct ours *items;
	size_t n, cap;
	const char **datasets; /* that they are from */
	size_t n_datasets, cap_datasets;
};

#define DATASET_IS "dataset="

/* What only our runs state, without their dataset, which the caption names. */
static const char *
label_of(const struct analysis *pairs, size_t pair, const char *dataset)
{
	const char *text = papers_text(pairs, "not_stated", pair);
	size_t n = strlen(DATASET_IS);

	if (!text)
		return "";
	if (!dataset || strncmp(text, DATASET_IS, n) || strncmp(text + n, dataset, strlen(dataset)))
		return text;
	text += n + strlen(dataset);
	return strncmp(text, "; ", 2) ? text : text + 2;
}

static void
take_pairs(struct doc *d, struct ours_list *l, const struct analysis *layout, size_t position,
	const struct analysis *pairs)
{
	double source_row = papers_real(layout, "source_row", position);

	for (size_t i = 0; i < pairs->rows.n_rows; i++) {
		const char *dataset = papers_text(pairs, "dataset", i);
		struct ours o = {position, label_of(pairs, i, dataset), pairs, i};

		if (papers_real(pairs, "source_row", i) != source_row)
			continue;
		if (dataset)
			doc_add_sentence(
				d, &l->datasets, &l->n_datasets, &l->cap_datasets, dataset);
		GROW(l->items, l->n, l->cap);
		l->items[l->n++] = o;
	}
}

static void
collect(struct doc *d, struct ours_list *l, const struct model *m, const struct analysis *layout,
	size_t position)
{
	const char *dataset = papers_parameter(layout, "dataset");

	for (size_t i = 0; i < m->n_docs; i++) {
		for (size_t k = 0; k < m->docs[i].n_analyses; k++) {
			const struct analysis *a = &m->docs[i].analyses[k];

			if (!strcmp(a->kind, "against") &&
				!strcmp(papers_parameter(a, "dataset"), dataset))
				take_pairs(d, l, layout, position, a);
		}
	}
}

static void
ours_columns(struct doc *d, struct doc_table *t, const struct analysis *layout)
{
	papers_heads(d, t, layout);
	doc_add_column(t, "not_stated", "Ours", DOC_LABEL);
	for (size_t i = 0; i < layout->rows.n_rows; i++) {
		const char *title = papers_text(layout, "column", i);
		const char *metric = papers_text(layout, "quantity", i);
		struct doc_column *c;

		if (!title || !metric || papers_column(t, layout->n_by + 1, title) != SIZE_MAX)
			continue;
		c = doc_add_column(t, title, title, tables_form(metric));
		c->metric = metric;
		c->statistic = title;
		c->unit_set = c->quantity == DOC_TIME;
	}
}

/* The value's cell: in the first row behind `from` with its label whose column is free, or in a new
 * one; NULL when the layout names no such column. */
static struct doc_cell *
free_cell(struct doc *d, struct doc_table *t, size_t from, const struct analysis *layout,
	const struct ours *o)
{
	const char *title = papers_text(layout, "column", o->position);
	size_t label = layout->n_by;
	size_t column = title ? papers_column(t, label + 1, title) : SIZE_MAX;
	struct doc_cell *row;

	if (column == SIZE_MAX)
		return NULL;
	for (size_t i = from; i < t->n_rows; i++) {
		row = &t->cells[i * t->n_columns];
		if (!strcmp(row[label].text, o->label) && isnan(row[column].value))
			return &row[column];
	}
	row = doc_add_row(t);
	for (size_t i = 0; i < layout->n_by; i++)
		row[i].text = papers_level(d, layout, i, o->position);
	row[label].text = o->label;
	return &row[column];
}

/* All of ours that belong to one row of the source's table. */
static void
place_row(struct doc *d, struct doc_table *t, const struct analysis *layout,
	const struct ours_list *l, size_t row)
{
	size_t from = t->n_rows;

	for (size_t i = 0; i < l->n; i++) {
		const struct ours *o = &l->items[i];
		const char *reason = papers_text(o->pairs, "reason", o->pair);
		struct doc_cell *c;

		if (papers_row(layout, o->position) != row)
			continue;
		c = free_cell(d, t, from, layout, o);
		if (!c)
			continue;
		pair_value(c, o->pairs, o->pair, "estimate", "lower", "upper");
		if (reason)
			doc_note(d, t, c, reason);
	}
}

static const char *
ours_caption(struct doc *d, const struct ours_list *l)
{
	struct strbuf b;
	const char *text;

	strbuf_init(&b);
	strbuf_adds(&b, "Measured, not published: our values where they meet all that the source "
			"states of its own; what it does not state is in the column Ours.");
	for (size_t i = 0; i < l->n_datasets; i++)
		strbuf_addf(&b, "%s%s", i ? ", " : " From ", l->datasets[i]);
	strbuf_adds(&b, l->n_datasets ? ". " : " ");
	strbuf_adds(&b, papers_notes(d, l->items[0].pairs));
	text = doc_take(d, &b);
	strbuf_release(&b);
	return text;
}

void
beside_layout(struct doc *d, const struct model *m, const struct analysis *layout, const char *id)
{
	struct ours_list l = {0};
	struct doc_table *t;

	for (size_t position = 0; position < layout->rows.n_rows; position++)
		collect(d, &l, m, layout, position);
	if (l.n) {
		t = doc_add_table(d, doc_text(d, "%s-ours", id),
			doc_text(d, "Measured here, in the layout of \"%s\"",
				papers_parameter(layout, "title")));
		t->section = DOC_PUBLISHED;
		t->caption = ours_caption(d, &l);
		ours_columns(d, t, layout);
		for (size_t row = 0; row < layout->rows.n_rows; row++)
			place_row(d, t, layout, &l, row);
		doc_table_finish(t);
	}
	free(l.items);
	free(l.datasets);
}
