/*
 * meanwhile - what the machines did while the runs were recorded; see tables.h.
 *
 * Of the system counters the documents for people show those that every machine has; all others
 * are in the results and in the CSV of vanalyze.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/blocks.h"
#include "report/tables.h"
#include "report/view.h"

#define ROUNDING 1e-9

static const struct usage_column {
	const char *metric;
	const char *column; /* of the analysis: mean or peak */
	const char *title;
	enum doc_quantity quantity;
	bool drop_if_zero;
} usage_columns[] = {
	{"cpu_busy_pct", "mean", "CPU", DOC_PERCENT, false},
	{"cpu_busy_pct", "peak", "CPU, peak", DOC_PERCENT, false},
	{"cpu_softirq_pct", "mean", "Softirq", DOC_PERCENT, true},
	{"mem_used_pct", "mean", "Memory", DOC_PERCENT, false},
};
#define N_USAGE (sizeof usage_columns / sizeof *usage_columns)

/* A mean or peak with its interval. */
static void
usage_value(struct doc *d, struct doc_table *t, struct doc_cell *c, const struct model_row *r,
	const char *column)
{
	const char *reason = model_text(r, "reason");
	bool peak = !strcmp(column, "peak");

	c->value = model_real(r, column);
	c->lower = model_real(r, peak ? "peak_lower" : "mean_lower");
	c->upper = model_real(r, peak ? "peak_upper" : "mean_upper");
	/* runs that differ by the rounding of sums alone do not differ */
	if (c->upper - c->lower < ROUNDING * fabs(c->value))
		c->lower = c->upper = c->value;
	if (isnan(c->value))
		doc_absent(d, t, c, reason ? reason : "not recorded");
}

static void
usage_table_columns(struct doc *d, struct doc_table *t, const struct view *v)
{
	view_label_columns(d, t, v);
	doc_add_column(t, "host", "Machine", DOC_LABEL);
	doc_add_column(t, "runs", "Runs", DOC_NUMBER);
	t->columns[t->n_columns - 1].metric = "runs";
	t->columns[t->n_columns - 1].statistic = "count";
	t->columns[t->n_columns - 1].exact = true;
	for (size_t i = 0; i < N_USAGE; i++) {
		const struct usage_column *u = &usage_columns[i];
		struct doc_column *c = doc_add_column(
			t, doc_text(d, "%s_%s", u->metric, u->column), u->title, u->quantity);

		c->metric = u->metric;
		c->statistic = u->column;
		c->drop_if_zero = u->drop_if_zero;
	}
}

static void
usage_row(struct doc *d, struct doc_table *t, const struct view *v, size_t cell, const char *host)
{
	struct doc_cell *c = view_label_row(doc_add_row(t), v, cell);
	const struct model_row *busy =
		model_find(v->m, KIND_COUNTERS, "cpu_busy_pct", "", cell, host, "");

	(c++)->text = *host ? host : "without name";
	(c++)->value = model_real(busy, "runs");
	for (size_t i = 0; i < N_USAGE; i++, c++)
		usage_value(d, t, c,
			model_find(
				v->m, KIND_COUNTERS, usage_columns[i].metric, "", cell, host, ""),
			usage_columns[i].column);
}

static const char usage_caption[] =
	"Percent of the whole machine, while the runs were recorded: their mean and their peak "
	"over a sliding window, averaged over runs with 95\xc2\xa0% intervals over the runs where "
	"there are several.";

/* usage_table - of the cells of the view; nothing without any. */
static void
usage_table(struct doc *d, const struct view *v, size_t block, const char *title)
{
	struct doc_table *t = NULL;
	struct strbuf b;

	for (size_t i = 0; i < v->n; i++) {
		size_t n;
		const struct model_row *r =
			model_places(v->m, KIND_COUNTERS, "cpu_busy_pct", "", v->cells[i], &n);

		for (size_t h = 0; h < n; h++) {
			if (!t) {
				t = doc_add_table(d, "counters", blocks_title(d, v, block, title));
				t->section = DOC_COUNTERS;
				usage_table_columns(d, t, v);
			}
			usage_row(d, t, v, v->cells[i], r[h].inner);
		}
	}
	if (!t)
		return;
	strbuf_init(&b);
	strbuf_adds(&b, usage_caption);
	view_constants(&b, v);
	t->caption = doc_take(d, &b);
	strbuf_release(&b);
	doc_table_finish(t);
}

/* What was measured meanwhile: the factors of one are blanks in the table of another. */
static const struct {
	enum view_of of;
	const char *title;
} subjects[] = {
	{VIEW_ECHO, "What the machines did during pings"},
	{VIEW_HTTP, "What the machines did during HTTP"},
	{VIEW_COUNTERS, "What the machines did meanwhile"},
};
#define N_SUBJECTS (sizeof subjects / sizeof *subjects)

/* subject_tables - of those cells, a table for each kind of experiment. */
static void
subject_tables(struct doc *d, const struct model *m, const bool *mine, const char *title)
{
	bool more = true;

	for (size_t block = 0; more; block++) {
		struct view v;

		view_init(&v, m, VIEW_ALL, VIEW_COUNTERS);
		view_keep(&v, mine);
		more = blocks_keep(&v, block);
		if (more)
			usage_table(d, &v, block, title);
		view_release(&v);
	}
}

void
tables_counters(struct doc *d, const struct model *m)
{
	bool *left = xmalloc((m->n_cells + 1) * sizeof *left);
	bool *mine = xcalloc(m->n_cells + 1, sizeof *mine);

	for (size_t c = 0; c < m->n_cells; c++)
		left[c] = true;
	for (size_t i = 0; i < N_SUBJECTS; i++) {
		struct view of;

		view_init(&of, m, VIEW_ALL, subjects[i].of);
		for (size_t c = 0; c < m->n_cells; c++) {
			mine[c] = left[c] && of.measured[c];
			left[c] &= !mine[c];
		}
		subject_tables(d, m, mine, subjects[i].title);
		view_release(&of);
	}
	free(mine);
	free(left);
}
