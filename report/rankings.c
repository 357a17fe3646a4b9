/*
 * rankings - platforms by the area between their curve and that of the baseline; see tables.h.
 *
 * Read from the documents as they stand: the analyses "ranking" and "sweep", which vanalyze
 * throughput --over writes.  The curves of one setting are ranked among each other, so the
 * settings stand in order and the platforms of each by rank.  The curves' points are a detail.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/str.h"
#include "report/lookup.h"
#include "report/sections.h"
#include "report/tables.h"
#include "report/view.h"
#include "report/words.h"

#define RATIO_SPREAD 0.05 /* three decimals */

struct ranked { /* a row of the analysis */
	const struct analysis *a;
	size_t row;
};

static bool
is_platform(const char *name)
{
	return !strcmp(name, "platform") || !strcmp(name, "driver");
}

/* is_setting - a dataset says who measured, which is no setting of what was measured. */
static bool
is_setting(const char *name)
{
	return !is_platform(name) && strcmp(name, "dataset") != 0;
}

static int
text_cmp(const struct table *t, size_t col, size_t a, size_t b)
{
	bool none_a = table_absent(t, col, a), none_b = table_absent(t, col, b);

	if (none_a || none_b)
		return (int)none_b - (int)none_a;
	if (t->columns[col].type != COLUMN_TEXT) {
		double va = table_real(t, col, a), vb = table_real(t, col, b);

		return (va > vb) - (va < vb);
	}
	return level_cmp(table_text(t, col, a), table_text(t, col, b));
}

/* ranked_cmp - by setting, then by rank. */
static int
ranked_cmp(const void *va, const void *vb)
{
	const struct ranked *a = va, *b = vb;
	const struct table *t = &a->a->rows;
	size_t rank = table_find(t, "rank");
	int d = 0;

	for (size_t c = 0; d == 0 && c < a->a->n_by; c++)
		if (is_setting(a->a->by[c]))
			d = text_cmp(t, c, a->row, b->row);
	if (d == 0 && rank != SIZE_MAX)
		d = text_cmp(t, rank, a->row, b->row);
	return d ? d : (a->row > b->row) - (a->row < b->row);
}

static const struct value_column {
	const char *column;
	const char *title;
	bool exact;
	bool of_ranking, of_sweep;
	bool metric; /* in its unit */
	double spread; /* what decides the digits */
} value_columns[] = {
	{"rank", "Rank", true, true, false, false, NAN},
	{"levels", "Levels", true, true, false, false, NAN},
	{"from", "From", true, true, false, false, NAN},
	{"to", "To", true, true, false, false, NAN},
	{"area", "Area", false, true, false, false, NAN},
	{"area_above", "above", false, true, false, false, NAN},
	{"area_below", "below", false, true, false, false, NAN},
	{"mean_ratio", "Mean ratio", false, true, false, false, RATIO_SPREAD},
	{"runs", "Runs", true, false, true, false, NAN},
	{"mean", "Mean", false, false, true, true, NAN},
	{"baseline_mean", "Baseline", false, false, true, true, NAN},
	{"ratio", "Ratio", false, false, true, false, RATIO_SPREAD},
};
#define N_VALUES (sizeof value_columns / sizeof *value_columns)

static bool
is_used(const struct value_column *v, bool ranking)
{
	return ranking ? v->of_ranking : v->of_sweep;
}

static bool
varies(const struct table *t, size_t col)
{
	for (size_t row = 1; row < t->n_rows; row++)
		if (text_cmp(t, col, 0, row) != 0)
			return true;
	return false;
}

static void
add_columns(struct doc *d, struct doc_table *t, const struct analysis *a, bool ranking)
{
	for (size_t c = 0; c < a->n_by; c++)
		doc_add_column(t, a->by[c], words_title(d, a->by[c]), DOC_LABEL)->csv_only =
			!is_platform(a->by[c]) && !varies(&a->rows, c);
	for (size_t i = 0; i < N_VALUES; i++) {
		const struct value_column *v = &value_columns[i];
		struct doc_column *c;

		if (!is_used(v, ranking))
			continue;
		c = doc_add_column(t, v->column, v->title,
			v->metric ? tables_form(a->metric) : DOC_NUMBER);
		c->metric = a->metric;
		c->statistic = v->column;
		c->exact = v->exact;
		c->unit_set = v->metric ? 1 : 0;
	}
}

static void
add_row(struct doc *d, struct doc_table *t, const struct ranked *r, bool ranking)
{
	const struct table *rows = &r->a->rows;
	size_t why = table_find(rows, "reason");
	const char *reason = why == SIZE_MAX ? NULL : lookup_text(d, rows, why, r->row);
	struct doc_cell *c = doc_add_row(t);

	for (size_t k = 0; k < r->a->n_by; k++)
		(c++)->text = lookup_text(d, rows, k, r->row);
	for (size_t i = 0; i < N_VALUES; i++) {
		size_t col = table_find(rows, value_columns[i].column);

		if (!is_used(&value_columns[i], ranking))
			continue;
		if (col != SIZE_MAX && !table_absent(rows, col, r->row))
			c->value = table_real(rows, col, r->row);
		c->spread = value_columns[i].spread;
		if (isnan(c->value))
			doc_absent(d, t, c, reason ? reason : "undefined");
		c++;
	}
}

static void
tell(struct doc *d, struct doc_table *t, const struct analysis *a, bool ranking)
{
	bool any = false;
	struct strbuf b;

	strbuf_init(&b);
	if (!ranking)
		strbuf_addf(&b, "Means of the runs, and their ratio to %s at the same level of %s.",
			json_str(json_get(a->parameters, "baseline"), "the baseline"),
			words_plain(d, json_str(json_get(a->parameters, "over"), "the factor")));
	for (size_t i = 0; i < a->n_notes; i++)
		strbuf_addf(&b, "%s%s", b.n ? " " : "", a->notes[i]);
	if (ranking)
		strbuf_addf(&b, "%sAbove the baseline it is positive; curves of one setting are "
				"ranked among each other.",
			b.n ? " " : "");
	for (size_t c = 0; c < a->n_by; c++) {
		const char *level = lookup_text(d, &a->rows, c, 0);

		if (!t->columns[c].csv_only || !level)
			continue;
		strbuf_adds(&b, any ? ", " : " Everywhere ");
		words_level(&b, a->by[c], level);
		any = true;
	}
	strbuf_adds(&b, any ? "." : "");
	t->caption = doc_take(d, &b);
	strbuf_release(&b);
}

/* ranks_any - has any platform a rank?  Where the baseline was not measured none has. */
static bool
ranks_any(const struct analysis *a)
{
	for (size_t row = 0; row < a->rows.n_rows; row++)
		if (isfinite(lookup_real(&a->rows, "rank", row)))
			return true;
	return false;
}

static void
add_table(struct doc *d, const struct analysis *a, bool ranking)
{
	const char *what = tables_quantity(d, a->metric);
	struct ranked *rows = xcalloc(a->rows.n_rows, sizeof *rows);
	struct doc_table *t = doc_add_table(d,
		doc_file_id(d, ranking ? "ranking-" : "sweep-", a->metric),
		doc_text(d, ranking ? "Ranking of platforms by %s" : "Curves of %s", what));

	t->section = sections_of_metric(a->metric);
	t->detail = !ranking;
	t->csv_only = ranking && !ranks_any(a);
	add_columns(d, t, a, ranking);
	for (size_t i = 0; i < a->rows.n_rows; i++)
		rows[i] = (struct ranked){a, i};
	if (ranking)
		qsort(rows, a->rows.n_rows, sizeof *rows, ranked_cmp);
	for (size_t i = 0; i < a->rows.n_rows; i++)
		add_row(d, t, &rows[i], ranking);
	tell(d, t, a, ranking);
	doc_table_finish(t);
	free(rows);
}

void
tables_rankings(struct doc *d, const struct model *m)
{
	for (size_t i = 0; i < m->n_docs; i++) {
		for (size_t k = 0; k < m->docs[i].n_analyses; k++) {
			const struct analysis *a = &m->docs[i].analyses[k];
			bool ranking = !strcmp(a->kind, "ranking");

			if ((ranking || !strcmp(a->kind, "sweep")) && a->metric && a->rows.n_rows)
				add_table(d, a, ranking);
		}
	}
}
