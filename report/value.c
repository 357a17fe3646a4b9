/*
 * value - the part of view.h that moves estimates and their intervals into cells, and keeps
 * count of what the intervals rest on so that the caption can tell.
 *
 * An interval over the probes of one run says too much, since probes follow each other and are
 * correlated; wherever one is shown beside intervals over runs, its cell carries a note.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/view.h"

static const char over_one_run[] = "interval over the probes of a single run, not over runs";

void
view_said_init(struct view_said *s)
{
	memset(s, 0, sizeof *s);
	s->level_min = s->n_eff_min = s->n_min = INFINITY;
	s->level_max = s->n_eff_max = s->n_max = -INFINITY;
}

static void
widen(double *min, double *max, double v)
{
	if (!isfinite(v))
		return;
	*min = v < *min ? v : *min;
	*max = v > *max ? v : *max;
}

static void
hear(struct view_said *s, const struct model_row *r)
{
	const char *method = model_text(r, "method");

	if (method && strstr(method, "over runs")) {
		s->over_runs = true;
		widen(&s->n_min, &s->n_max, model_real(r, "n"));
	} else {
		s->over_probes = true;
		s->order_statistics |= method && strstr(method, "order statistics");
		widen(&s->n_eff_min, &s->n_eff_max, model_real(r, "n_effective"));
	}
	widen(&s->level_min, &s->level_max, model_real(r, "level"));
}

/* note_why - a note for a cell without value or without interval. */
static void
note_why(struct doc *d, struct doc_table *t, struct doc_cell *cell, const char *reason)
{
	if (isfinite(cell->value))
		doc_note(d, t, cell, doc_text(d, "no interval: %s", reason));
	else
		doc_absent(d, t, cell, reason);
}

static void
fill_from_ci(struct doc *d, struct doc_table *t, struct doc_cell *cell, const struct model_row *ci,
	struct view_said *said)
{
	const char *reason = model_text(ci, "reason");
	const char *method = model_text(ci, "method");

	cell->value = model_real(ci, "estimate");
	cell->lower = model_real(ci, "lower");
	cell->upper = model_real(ci, "upper");
	if (!isfinite(cell->value) || !isfinite(cell->lower) || !isfinite(cell->upper)) {
		cell->lower = cell->upper = NAN;
		note_why(d, t, cell, reason ? reason : "undefined; the results give no reason");
		said->none |= isfinite(cell->value);
		return;
	}
	hear(said, ci);
	cell->over_probes = method && strstr(method, "over probes");
}

/* fill_from_summary - its interval is one of the mean. */
static void
fill_from_summary(struct doc *d, struct doc_table *t, struct doc_cell *cell,
	const struct model_row *row, const char *statistic, struct view_said *said)
{
	const char *reason = model_text(row, "reason"), *over = model_text(row, "interval");
	double level = NAN;

	cell->value = model_real(row, statistic);
	cell->lower = model_real(row, "mean_lower");
	cell->upper = model_real(row, "mean_upper");
	if (strcmp(statistic, "mean") != 0 || !isfinite(cell->lower) || !isfinite(cell->upper)) {
		cell->lower = cell->upper = NAN;
		said->none |= isfinite(cell->value);
		if (!isfinite(cell->value) || reason)
			note_why(d, t, cell, reason ? reason : "undefined");
		return;
	}
	cell->over_probes = !over || strcmp(over, "runs") != 0;
	said->over_probes |= cell->over_probes;
	said->over_runs |= !cell->over_probes;
	if (!cell->over_probes)
		widen(&said->n_min, &said->n_max, model_real(row, "runs"));
	if (json_f64(json_get(row->analysis->parameters, "level"), &level))
		widen(&said->level_min, &said->level_max, level);
}

void
view_mark_single_runs(struct doc *d, struct doc_table *t, const struct view_said *s)
{
	if (!s->over_runs || !s->over_probes)
		return;
	for (size_t i = 0; i < t->n_rows * t->n_columns; i++) {
		if (t->cells[i].over_probes)
			doc_note(d, t, &t->cells[i], over_one_run);
	}
}

void
view_value(struct doc *d, struct doc_table *t, struct doc_cell *cell, const struct model *m,
	const char *metric, const char *statistic, size_t in_cell, const char *inner,
	const char *outer, struct view_said *said)
{
	const struct model_row *ci, *pooled, *summary;
	struct view_said ignored;

	if (!said) {
		view_said_init(&ignored);
		said = &ignored;
	}
	said->mean |= strcmp(statistic, "mean") == 0;
	said->median |= strcmp(statistic, "median") == 0;
	ci = model_find(m, KIND_CI, metric, statistic, in_cell, inner, outer);
	pooled = model_find(m, KIND_DESCRIBE, metric, "", in_cell, inner, outer);
	cell->spread = model_real(pooled, "sd");
	if (ci) {
		fill_from_ci(d, t, cell, ci, said);
		return;
	}
	summary = model_find(m, KIND_SUMMARY, metric, "", in_cell, inner, outer);
	if (!pooled && summary) {
		cell->spread = model_real(summary, "sd");
		fill_from_summary(d, t, cell, summary, statistic, said);
		return;
	}
	if (!pooled) {
		note_why(d, t, cell, "not in the results");
		return;
	}
	cell->value = model_real(pooled, statistic);
	said->none |= isfinite(cell->value);
	if (!isfinite(cell->value)) {
		const char *reason = model_text(pooled, "reason");

		note_why(d, t, cell, reason ? reason : "undefined; the results give no reason");
	}
}

void
view_range(struct strbuf *out, double min, double max)
{
	char a[NUM_TEXT_SIZE], b[NUM_TEXT_SIZE];

	num_decimal(a, min, 0);
	num_decimal(b, max, 0);
	strbuf_adds(out, a);
	if (strcmp(a, b) != 0)
		strbuf_addf(out, " to %s", b);
}

static void
tell_over_probes(struct strbuf *out, const struct view_said *s)
{
	strbuf_addf(out,
		" %s a single run: its interval is %s over probes, which follow each other, "
		"and says too much",
		s->over_runs ? "Some cells have" : "Each cell has",
		s->order_statistics ? "from order statistics" : "Student t");
	if (s->n_eff_max > 0) {
		strbuf_adds(out, " (effective sample size ");
		view_range(out, s->n_eff_min, s->n_eff_max);
		strbuf_addc(out, ')');
	}
	strbuf_addc(out, '.');
}

void
view_tell_intervals(struct strbuf *out, const struct view_said *s)
{
	const char *what = s->mean && s->median ? "Means and medians"
		: s->mean                       ? "Means"
						: "Medians";
	char a[NUM_TEXT_SIZE], b[NUM_TEXT_SIZE];

	if (!s->over_runs && !s->over_probes) {
		if (s->none)
			strbuf_addf(out, " %s without intervals.", what);
		return;
	}
	num_plain(a, 100 * s->level_min);
	num_plain(b, 100 * s->level_max);
	strbuf_addf(out, " %s with %s%s%s\xc2\xa0%% intervals", what, a, strcmp(a, b) ? " to " : "",
		strcmp(a, b) ? b : "");
	if (s->over_runs) {
		strbuf_adds(out, " over runs (Student t, ");
		view_range(out, s->n_min, s->n_max);
		strbuf_adds(out, " runs)");
	}
	strbuf_addc(out, '.');
	if (s->over_probes)
		tell_over_probes(out, s);
}
