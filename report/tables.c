/*
 * tables - cost and quantile tables; see tables.h.
 *
 * The cost table shows cells at rest, since load belongs into tables of its own, and one pair of
 * points per row: guest–host where it exists, else app–host.  The pair of most rows is named in
 * the caption, any other in a note at the row's overhead.  All tables are in the order of the
 * model's cells.
 */
#include "report/tables.h"

#include <math.h>
#include <string.h>

#include "report/view.h"

static struct doc_column *
value_column(struct doc_table *t, const char *id, const char *title, enum doc_quantity quantity,
	const char *metric, const char *statistic)
{
	struct doc_column *c = doc_add_column(t, id, title, quantity);

	c->metric = metric;
	c->statistic = statistic;
	return c;
}

static void
cost_columns(struct doc *d, struct doc_table *t, const struct view *v, const char *stat)
{
	view_label_columns(d, t, v);
	doc_add_column(t, "pair", "Pair", DOC_LABEL)->csv_only = true;
	value_column(t, "probes", "Probes", DOC_NUMBER, "probes", "count");
	value_column(t, "loss_pct", "Lost", DOC_PERCENT, "loss_pct", "share");
	value_column(t, "rtt_inner_ns", "RTT inside", DOC_TIME, "rtt_inner_ns", stat)->unit_set = 1;
	value_column(t, "rtt_outer_ns", "RTT outside", DOC_TIME, "rtt_outer_ns", stat)->unit_set =
		1;
	value_column(t, "overhead_ns", "Overhead", DOC_TIME, "overhead_ns", stat);
	value_column(
		t, "overhead_share_pct", "Share of RTT", DOC_PERCENT, "overhead_share_pct", stat);
}

static void
fill_loss(struct doc *d, struct doc_table *t, struct doc_cell *cell, const struct model_row *counts)
{
	const char *reason = model_text(counts, "reason");

	cell->value = model_real(counts, "loss_pct");
	if (isnan(cell->value)) {
		doc_absent(d, t, cell,
			!counts          ? "not counted"
				: reason ? reason
					 : "no probe was sent");
	} else if (model_real(counts, "loss_is_upper_bound") > 0) {
		doc_note(d, t, cell, "an upper bound: the capture itself dropped packets");
	}
}

/* cost_row - one idle cell; *probes out: NaN when unknown. */
static void
cost_row(struct doc *d, struct doc_table *t, const struct view *v, size_t cell,
	struct view_said *said, double *probes)
{
	const struct model *m = v->m;
	const char *stat = m->statistic, *inner, *outer;
	bool pair = view_pair(m, cell, &inner, &outer);
	struct doc_cell *c = view_label_row(doc_add_row(t), v, cell);
	const struct model_row *counts = model_find(m, KIND_COUNTS, "rtt_ns", "", cell, inner, "");

	(c++)->text = view_pair_name(d, inner, outer);
	*probes = model_real(counts, "probes");
	c[0].value = *probes;
	if (isnan(*probes))
		doc_absent(d, t, &c[0], "not counted");
	fill_loss(d, t, &c[1], counts);
	view_value(d, t, &c[2], m, "rtt_ns", stat, cell, inner, "", said);
	if (!pair) {
		for (int i = 3; i < 6; i++)
			doc_absent(d, t, &c[i], "no second point was captured");
		return;
	}
	view_value(d, t, &c[3], m, "rtt_ns", stat, cell, outer, "", said);
	view_value(d, t, &c[4], m, "overhead_ns", stat, cell, inner, outer, said);
	view_value(d, t, &c[5], m, "overhead_share_pct", stat, cell, inner, outer, said);
	if (!view_is_usual(v, inner, outer))
		doc_note(d, t, &c[4], doc_text(d, "pair %s", view_pair_name(d, inner, outer)));
}

static void
cost_caption(struct doc *d, struct doc_table *t, const struct view *v, const struct view_said *said,
	double probes_min, double probes_max)
{
	struct strbuf b;

	strbuf_init(&b);
	if (*v->usual_outer)
		strbuf_addf(&b,
			"Overhead is RTT inside minus RTT outside of the same probe, for the "
			"pair of points %s unless noted; share is its part of the RTT inside.",
			view_pair_name(d, v->usual_inner, v->usual_outer));
	view_constants(&b, v);
	view_tell_intervals(&b, said);
	if (probes_max >= 0) {
		strbuf_addc(&b, ' ');
		view_range(&b, probes_min, probes_max);
		strbuf_adds(&b, " probes per row.");
	}
	t->caption = doc_take(d, &b);
	strbuf_release(&b);
}

void
tables_cost(struct doc *d, const struct model *m)
{
	double min = INFINITY, max = -INFINITY;
	struct view_said said;
	struct doc_table *t;
	struct view v;

	view_init(&v, m, VIEW_IDLE, VIEW_ECHO);
	view_said_init(&said);
	if (m->n_cells && !v.n) { /* results of other probes */
		view_release(&v);
		return;
	}
	t = doc_add_table(d, "cost", "What virtualization costs a ping");
	t->section = DOC_OVERVIEW;
	cost_columns(d, t, &v, m->statistic);
	for (size_t i = 0; i < v.n; i++) {
		double probes;

		cost_row(d, t, &v, v.cells[i], &said, &probes);
		min = probes < min ? probes : min;
		max = probes > max ? probes : max;
	}
	view_mark_single_runs(d, t, &said);
	cost_caption(d, t, &v, &said, min, max);
	doc_table_finish(t);
	view_release(&v);
}

static const struct {
	const char *column; /* of describe */
	const char *title;
} quantiles[] = {
	{"mean", "Avg."},
	{"sd", "Std. Dev."},
	{"min", "Min"},
	{"q1", "25\xc2\xa0% quartile"},
	{"median", "Median"},
	{"q3", "75\xc2\xa0% quartile"},
	{"max", "Max"},
};
#define N_QUANTILES (sizeof quantiles / sizeof *quantiles)

static void
quantile_columns(struct doc *d, struct doc_table *t, const struct view *v)
{
	view_label_columns(d, t, v);
	doc_add_column(t, "pair", "Pair", DOC_LABEL);
	value_column(t, "n", "n", DOC_NUMBER, "n", "count");
	for (size_t q = 0; q < N_QUANTILES; q++) {
		struct doc_column *c = value_column(t, quantiles[q].column, quantiles[q].title,
			DOC_PERCENT, "overhead_share_pct", quantiles[q].column);

		c->group = "Share of RTT";
	}
}

static void
quantile_row(struct doc *d, struct doc_table *t, const struct view *v, size_t cell,
	const struct model_row *r)
{
	struct doc_cell *c = view_label_row(doc_add_row(t), v, cell);
	const char *reason = model_text(r, "reason");
	double sd = model_real(r, "sd");

	(c++)->text = view_pair_name(d, r->inner, r->outer);
	(c++)->value = model_real(r, "n");
	for (size_t q = 0; q < N_QUANTILES; q++, c++) {
		c->value = model_real(r, quantiles[q].column);
		c->spread = sd;
		if (isnan(c->value))
			doc_absent(d, t, c, reason ? reason : "undefined");
	}
}

void
tables_quantiles(struct doc *d, const struct model *m)
{
	struct doc_table *t = NULL;
	struct strbuf b;
	struct view v;

	view_init(&v, m, VIEW_IDLE, VIEW_ECHO);
	for (size_t i = 0; i < v.n; i++) {
		size_t n;
		const struct model_row *r =
			model_places(m, KIND_DESCRIBE, "overhead_share_pct", "", v.cells[i], &n);

		if (n && !t) {
			t = doc_add_table(d, "quantiles", "Overhead as a share of the RTT");
			t->section = DOC_PING;
			quantile_columns(d, t, &v);
		}
		for (size_t k = 0; k < n; k++)
			quantile_row(d, t, &v, v.cells[i], &r[k]);
	}
	if (t) {
		strbuf_init(&b);
		strbuf_adds(&b,
			"Per probe, pooled over runs: overhead divided by the RTT at the "
			"inner point of the pair.");
		view_constants(&b, &v);
		t->caption = doc_take(d, &b);
		strbuf_release(&b);
		doc_table_finish(t);
	}
	view_release(&v);
}
