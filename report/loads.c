/*
 * loads - what load does: rows are the levels of the load factors, columns are platforms.
 *
 * The value is the median overhead of the cell's pair; where no cell has a pair, the median RTT.
 * Six platforms go into one table; further ones into further tables, so that no table grows
 * wider than a page, and the tables beyond a limit are only in the CSV.  A row stands in a table
 * only if one of its platforms was run at that load.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/tables.h"
#include "report/view.h"
#include "report/words.h"

#define COLUMNS_PER_TABLE 6
#define LOAD_TABLES_SHOWN 6

struct load_item { /* a cell, its column and its row's place in the order */
	size_t cell;
	size_t variant;
	const struct model *m;
};

/* load_cmp - by the levels of the load factors alone; a level not recorded is one at rest. */
static int
load_cmp(const struct model *m, size_t a, size_t b)
{
	for (size_t f = 0; f < m->n_factors; f++) {
		const char *la = m->cells[a].levels[f], *lb = m->cells[b].levels[f];
		int d;

		if (!m->load_factor[f] || (model_is_rest(la) && model_is_rest(lb)))
			continue;
		d = level_cmp(la, lb);
		if (d)
			return d;
	}
	return 0;
}

static int
item_cmp(const void *va, const void *vb)
{
	const struct load_item *a = va, *b = vb;
	int d = load_cmp(a->m, a->cell, b->cell);

	if (d)
		return d;
	return (a->variant > b->variant) - (a->variant < b->variant);
}

/* same_variant - equal in everything but load, so that both belong in one column. */
static bool
same_variant(const struct model *m, size_t a, size_t b)
{
	const struct model_cell *ca = &m->cells[a], *cb = &m->cells[b];

	if (strcmp(ca->platform, cb->platform) != 0 ||
		strcmp(ca->driver ? ca->driver : "", cb->driver ? cb->driver : "") != 0)
		return false;
	for (size_t f = 0; f < m->n_factors; f++) {
		if (!m->load_factor[f] && level_cmp(ca->levels[f], cb->levels[f]) != 0)
			return false;
	}
	return true;
}

/*
 * find_variants - items[i] for the i-th cell of the view; the first cell of each variant goes to
 *   representative[].  Only variants of the same platform and driver, which stand together, are
 *   compared.
 */
static size_t
find_variants(struct load_item *items, size_t *representative, const struct view *v)
{
	size_t n = 0, first = 0;

	for (size_t i = 0; i < v->n; i++) {
		size_t cell = v->cells[i], k;

		if (n &&
			strcmp(v->m->cells[representative[n - 1]].platform,
				v->m->cells[cell].platform) != 0)
			first = n;
		for (k = first; k < n && !same_variant(v->m, representative[k], cell); k++)
			;
		if (k == n)
			representative[n++] = cell;
		items[i] = (struct load_item){cell, k, v->m};
	}
	return n;
}

static void
load_columns(struct doc *d, struct doc_table *t, const struct view *v, const size_t *cells,
	size_t n, const char *metric)
{
	const char *group = strcmp(metric, "rtt_ns") == 0 ? "Median RTT" : "Median overhead";

	for (size_t f = 0; f < v->m->n_factors; f++) {
		if (v->m->load_factor[f])
			doc_add_column(
				t, v->m->factors[f], words_title(d, v->m->factors[f]), DOC_LABEL);
	}
	for (size_t i = 0; i < n; i++) {
		const char *name = view_name(
			d, v, cells[i], strcmp(metric, "rtt_ns") == 0 ? VIEW_POINT : VIEW_PAIR);
		struct doc_column *c = doc_add_column(t, name, name, DOC_TIME);

		c->group = group;
		c->metric = metric;
		c->statistic = "median";
		c->unit_set = 1;
		c->tags = view_tags(d, v, cells[i], &c->n_tags);
	}
}

static void
load_cell(struct doc *d, struct doc_table *t, struct doc_cell *c, const struct model *m,
	size_t cell, const char *metric, struct view_said *said)
{
	const char *inner, *outer;
	bool pair = view_pair(m, cell, &inner, &outer);

	c->cell = m->has_runs[cell] ? cell + 1 : 0;
	if (strcmp(metric, "rtt_ns") == 0) {
		view_value(d, t, c, m, metric, "median", cell, inner, "", said);
		return;
	}
	if (pair) {
		view_value(d, t, c, m, metric, "median", cell, inner, outer, said);
		return;
	}
	doc_absent(d, t, c, "no second point was captured");
}

/* load_row - a new row, with the load that the cell was run at. */
static struct doc_cell *
load_row(struct doc_table *t, const struct model *m, size_t cell, size_t n)
{
	struct doc_cell *row = doc_add_row(t);
	size_t at = 0;

	for (size_t f = 0; f < m->n_factors; f++) {
		if (m->load_factor[f])
			row[at++].text = m->cells[cell].levels[f];
	}
	for (size_t c = 0; c < n; c++)
		row[at + c].reason = "not measured";
	return row;
}

/* load_rows - items are sorted by load; from <= variant < from + n are this table's columns. */
static void
load_rows(struct doc *d, struct doc_table *t, const struct model *m, const struct load_item *items,
	size_t n_items, size_t from, size_t n, const char *metric, struct view_said *said)
{
	struct doc_cell *row = NULL;
	size_t row_cell = 0, labels = t->n_columns - n, last = SIZE_MAX;

	for (size_t i = 0; i < n_items; i++) {
		size_t cell = items[i].cell, variant = items[i].variant;

		if (variant < from || variant >= from + n)
			continue;
		/* a variant twice at one load: once recorded as at rest, once not recorded */
		if (!row || load_cmp(m, row_cell, cell) != 0 || variant == last) {
			row = load_row(t, m, cell, n);
			row_cell = cell;
		}
		last = variant;
		row[labels + variant - from].reason = NULL;
		load_cell(d, t, &row[labels + variant - from], m, cell, metric, said);
	}
}

static void
load_notes(struct doc *d, struct doc_table *t)
{
	for (size_t i = 0; i < t->n_rows * t->n_columns; i++) {
		struct doc_cell *c = &t->cells[i];

		if (c->reason)
			doc_note(d, t, c, c->reason);
	}
}

static void
load_caption(struct doc *d, struct doc_table *t, const struct view *v, const char *metric,
	const struct view_said *said, size_t part, size_t n_parts)
{
	struct strbuf b;

	strbuf_init(&b);
	view_usual(&b, v, strcmp(metric, "rtt_ns") == 0 ? VIEW_POINT : VIEW_PAIR);
	view_constants(&b, v);
	view_tell_intervals(&b, said);
	if (n_parts > 1)
		strbuf_addf(&b, " Part %zu of %zu by platform.", part + 1, n_parts);
	if (part + 1 == LOAD_TABLES_SHOWN && n_parts > LOAD_TABLES_SHOWN)
		strbuf_adds(&b, " The further parts are in the CSV (vreport --csv).");
	t->caption = doc_take(d, &b);
	strbuf_release(&b);
}

static void
load_table(struct doc *d, const struct view *v, const struct load_item *items,
	const size_t *variants, size_t n_variants, size_t part, const char *metric)
{
	size_t from = part * COLUMNS_PER_TABLE;
	size_t n = n_variants - from < COLUMNS_PER_TABLE ? n_variants - from : COLUMNS_PER_TABLE;
	size_t n_parts = (n_variants + COLUMNS_PER_TABLE - 1) / COLUMNS_PER_TABLE;
	const char *id = n_parts > 1 ? doc_text(d, "load-%zu", part + 1) : "load";
	struct doc_table *t = doc_add_table(d, id, "What load does to it");
	struct view_said said;

	t->section = DOC_PING;
	view_said_init(&said);
	load_columns(d, t, v, variants + from, n, metric);
	load_rows(d, t, v->m, items, v->n, from, n, metric, &said);
	load_notes(d, t);
	view_mark_single_runs(d, t, &said);
	load_caption(d, t, v, metric, &said, part, n_parts);
	doc_table_finish(t);
	t->csv_only = part >= LOAD_TABLES_SHOWN;
}

void
tables_loads(struct doc *d, const struct model *m)
{
	const char *metric = "rtt_ns", *inner, *outer;
	struct load_item *items;
	size_t *variants, n;
	struct view v;

	view_init(&v, m, VIEW_LOADED, VIEW_ECHO);
	items = xcalloc(v.n + 1, sizeof *items);
	variants = xcalloc(v.n + 1, sizeof *variants);
	n = find_variants(items, variants, &v);
	for (size_t i = 0; i < v.n; i++) {
		if (view_pair(m, v.cells[i], &inner, &outer))
			metric = "overhead_ns";
	}
	if (v.n)
		qsort(items, v.n, sizeof *items, item_cmp);
	for (size_t part = 0; part * COLUMNS_PER_TABLE < n; part++)
		load_table(d, &v, items, variants, n, part, metric);
	free(items);
	free(variants);
	view_release(&v);
}
