/*
 * runs - see runs.h.
 *
 * A cell's number is its place in the model plus one: the labels of its rows in all tables bear it
 * (view_label_row), and so does its list of runs.
 */
#include "report/runs.h"

#include <stdlib.h>
#include <string.h>

#include "report/view.h"
#include "report/words.h"

static void
take_runs(struct doc *d, struct doc_runs_at *at, const struct model_row *r)
{
	double *medians = xcalloc(r->n + 1, sizeof *medians);

	at->metric = words_title(d, words_metric(d, r->metric));
	at->place = view_pair_name(d, r->inner, r->outer);
	at->runs = arena_alloc(&d->arena, (r->n + 1) * sizeof *at->runs);
	at->n = r->n;
	for (size_t i = 0; i < r->n; i++) {
		struct doc_run *run = &at->runs[i];

		run->id = model_text_at(r, "run", i);
		run->warnings = model_text_at(r, "warnings", i);
		run->n = model_real_at(r, "n", i);
		run->excluded = model_real_at(r, "excluded", i);
		run->mean = model_real_at(r, "mean", i);
		run->median = medians[i] = model_real_at(r, "median", i);
		run->lost = model_real_at(r, "lost", i);
	}
	at->unit = num_metric_unit(r->metric, medians, r->n);
	free(medians);
}

/* name_of - of a cell: platform, driver, and the levels of what varies among those with runs. */
static const char *
name_of(struct doc *d, const struct model *m, size_t cell, const bool *varies)
{
	const struct model_cell *c = &m->cells[cell];
	struct strbuf b;
	const char *name;

	strbuf_init(&b);
	strbuf_adds(&b, c->platform);
	if (c->driver)
		strbuf_addf(&b, " (%s)", c->driver);
	for (size_t f = 0; f < m->n_factors; f++) {
		if (!varies[f] || !c->levels[f])
			continue;
		strbuf_adds(&b, ", ");
		words_level(&b, m->factors[f], c->levels[f]);
	}
	name = doc_take(d, &b);
	strbuf_release(&b);
	return name;
}

static void
find_varying(bool *varies, const struct model *m)
{
	for (size_t f = 0; f < m->n_factors; f++) {
		const char *first = NULL;

		for (size_t c = 0; c < m->n_cells; c++) {
			const char *level = m->cells[c].levels[f];

			if (!m->has_runs[c] || !level)
				continue;
			first = first ? first : level;
			varies[f] |= strcmp(first, level) != 0;
		}
	}
}

/* A row of runs, by the cell that it is of; in the order of the model within it. */
struct of_cell {
	size_t cell, row;
};

static int
of_cell_cmp(const void *va, const void *vb)
{
	const struct of_cell *a = va, *b = vb;

	if (a->cell != b->cell)
		return a->cell < b->cell ? -1 : 1;
	return (a->row > b->row) - (a->row < b->row);
}

static struct doc_runs *
list_of(struct doc *d, const struct model *m, size_t cell, const bool *varies, size_t room)
{
	struct doc_runs *list;

	GROW(d->runs, d->n_runs, d->cap_runs);
	list = &d->runs[d->n_runs++];
	*list = (struct doc_runs){.cell = cell + 1, .name = name_of(d, m, cell, varies)};
	list->at = arena_alloc(&d->arena, room * sizeof *list->at);
	return list;
}

void
runs_gather(struct doc *d, const struct model *m)
{
	struct of_cell *rows = xcalloc(m->n_rows + 1, sizeof *rows);
	bool varies[MODEL_FACTORS_MAX] = {false};
	size_t n = 0, n_runs = 0;

	for (size_t i = 0; i < m->n_rows; i++)
		if (m->rows[i].kind == KIND_RUNS)
			rows[n++] = (struct of_cell){m->rows[i].cell, i};
	if (n)
		qsort(rows, n, sizeof *rows, of_cell_cmp);
	find_varying(varies, m);
	for (size_t i = 0, end; i < n; i = end) {
		struct doc_runs *list;

		for (end = i; end < n && rows[end].cell == rows[i].cell; end++)
			n_runs += m->rows[rows[end].row].n;
		list = list_of(d, m, rows[i].cell, varies, end - i);
		for (size_t k = i; n_runs <= RUNS_ROWS_MAX && k < end; k++)
			take_runs(d, &list->at[list->n++], &m->rows[rows[k].row]);
	}
	free(rows);
}
