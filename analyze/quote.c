/*
 * quote - see quote.h.
 *
 * Rows of one metric whose factors agree are one cell.  A cell's statistics stand in columns of
 * the same names as those that are computed elsewhere, so that both can stand side by side; a
 * number whose statistic is none of these, or is not named in the source, goes to `stated`.  An
 * approximate number is given as it is, a bound is not: the row has no value, and its reason says
 * what is known.  `printed` keeps the text of the source, and `method` says "as published" in
 * every row.
 */
#include "analyze/quote.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/quote_int.h"
#include "analyze/rows.h"

#define METHOD "as published"

/* Columns of a cell's row; what is none of them is `stated`. */
static const char *const statistics[] = {"mean", "sd", "min", "q1", "median", "q3", "max"};
#define N_STATISTICS (sizeof statistics / sizeof *statistics)

/* ---- rows ---- */

static const char *
reason_of(const struct published_cell *c)
{
	switch (c->relation) {
	case PUBLISHED_BELOW:
		return "published as an upper bound only";
	case PUBLISHED_ABOVE:
		return "published as a lower bound only";
	case PUBLISHED_LOST:
		return "not in source";
	case PUBLISHED_EXACT:
	case PUBLISHED_ABOUT:
		break;
	}
	return isnan(c->half_width) ? "no interval published" : NULL;
}

static void
set_levels(struct analysis *a, size_t row, const struct quote_selection *s,
	const struct published_cell *c)
{
	for (size_t i = 0, k = 0; i < s->n_by; i++)
		if (k < a->n_by && !strcmp(a->by[k], s->p->table.columns[s->by[i]].name))
			table_set_text(&a->rows, k++, row, published_level(s->p, c, s->by[i]));
}

static void
set_n(struct table *t, size_t row, double n)
{
	rows_set_int(t, row, "n", 0);
	if (isfinite(n))
		table_set_int(t, table_find(t, "n"), row, (int64_t)n);
	else
		table_set_int(t, table_find(t, "n"), row, TABLE_ABSENT_INT);
}

static void
add_listed(struct analysis *a, const struct quote_selection *s, const struct published_cell *c)
{
	struct table *t = &a->rows;
	size_t row = table_add_row(t);
	bool estimate = published_is_known(c);

	set_levels(a, row, s, c);
	rows_set_text(t, row, "metric", c->metric);
	rows_set_text(t, row, "statistic", c->statistic);
	set_n(t, row, c->n);
	rows_set_real(t, row, "estimate", estimate ? c->value : NAN);
	rows_set_real(t, row, "lower",
		estimate                                 ? c->value - c->half_width
			: c->relation == PUBLISHED_ABOVE ? c->value
							 : NAN);
	rows_set_real(t, row, "upper",
		estimate                                 ? c->value + c->half_width
			: c->relation == PUBLISHED_BELOW ? c->value
							 : NAN);
	rows_set_real(t, row, "level", c->level);
	rows_set_text(t, row, "method", METHOD);
	rows_set_text(t, row, "printed", c->printed);
	rows_set_text(t, row, "place", c->place);
	rows_set_text(t, row, "note", c->note);
	rows_set_text(t, row, "reason", reason_of(c));
}

struct quoted_row {         /* one cell's row while its numbers are collected */
	const char **taken; /* statistics that are in it */
	size_t n_taken;
	size_t cap_taken;
	double values[N_STATISTICS];
	double stated;
	double lower, upper; /* of the mean */
	double n;
	struct strbuf printed, place, reason;
};

/* Append a text to a list of texts, once. */
static void
add_once(struct strbuf *list, const char *text)
{
	if (!text || (list->n && strstr(list->p, text)))
		return;
	strbuf_addf(list, "%s%s", list->n ? "; " : "", text);
}

static void
take_number(struct quoted_row *q, const struct published_cell *c)
{
	const char *reason = reason_of(c);
	double *to = &q->stated;

	GROW(q->taken, q->n_taken, q->cap_taken);
	q->taken[q->n_taken++] = c->statistic;
	for (size_t i = 0; i < N_STATISTICS; i++)
		if (!strcmp(c->statistic, statistics[i]))
			to = &q->values[i];
	if (published_is_known(c)) {
		*to = c->value;
		if (to == &q->values[0] && isfinite(c->half_width)) {
			q->lower = c->value - c->half_width;
			q->upper = c->value + c->half_width;
		}
	}
	if (isfinite(c->n))
		q->n = c->n;
	strbuf_addf(&q->printed, "%s%s %s", q->printed.n ? "; " : "", c->statistic, c->printed);
	add_once(&q->place, c->place);
	if (to == &q->values[0] || !published_is_known(c))
		add_once(&q->reason, reason);
}

static void
put_row(struct analysis *a, size_t row, const struct quoted_row *q)
{
	struct table *t = &a->rows;

	rows_set_text(t, row, "metric", a->metric);
	set_n(t, row, q->n);
	for (size_t i = 0; i < N_STATISTICS; i++) {
		rows_set_real(t, row, statistics[i], q->values[i]);
		if (i == 0) {
			rows_set_real(t, row, "mean_lower", q->lower);
			rows_set_real(t, row, "mean_upper", q->upper);
		}
	}
	rows_set_real(t, row, "stated", q->stated);
	rows_set_text(t, row, "method", METHOD);
	rows_set_text(t, row, "printed", q->printed.p);
	rows_set_text(t, row, "place", q->place.p);
	rows_set_text(t, row, "reason", q->reason.p);
}

static bool
is_taken(const struct quoted_row *q, const char *statistic)
{
	for (size_t i = 0; i < q->n_taken; i++)
		if (!strcmp(q->taken[i], statistic))
			return true;
	return false;
}

/* The numbers of a cell that have no row yet, `lost` ones or the others. */
static void
take_cell(
	struct quoted_row *q, const struct quote_selection *s, size_t first, bool lost, bool *done)
{
	const struct published_cell *cells = s->p->cells;

	for (size_t i = first; i < s->p->n_cells; i++) {
		if (!s->kept[i] || done[i] || (cells[i].relation == PUBLISHED_LOST) != lost ||
			!quote_same_cell(s, &cells[first], &cells[i]) ||
			is_taken(q, cells[i].statistic))
			continue;
		take_number(q, &cells[i]);
		done[i] = true;
	}
}

/* Is a value of this cell known?  Then what was lost of it needs no row. */
static bool
is_known(const struct quote_selection *s, size_t cell)
{
	for (size_t i = 0; i < s->p->n_cells; i++)
		if (s->kept[i] && s->p->cells[i].relation != PUBLISHED_LOST &&
			quote_same_cell(s, &s->p->cells[cell], &s->p->cells[i]))
			return true;
	return false;
}

/* The row of the cell that begins with row `first`.  A statistic that is stated twice for one
 * cell (two outputs of the same command) has a second row, when its turn comes. */
static void
add_cell(struct analysis *a, const struct quote_selection *s, size_t first, bool *done)
{
	struct quoted_row q = {.stated = NAN, .lower = NAN, .upper = NAN, .n = NAN};
	bool lost = s->p->cells[first].relation == PUBLISHED_LOST;
	size_t row;

	if (lost && is_known(s, first))
		return;
	for (size_t i = 0; i < N_STATISTICS; i++)
		q.values[i] = NAN;
	take_cell(&q, s, first, lost, done);
	row = table_add_row(&a->rows);
	set_levels(a, row, s, &s->p->cells[first]);
	put_row(a, row, &q);
	strbuf_release(&q.printed);
	strbuf_release(&q.place);
	strbuf_release(&q.reason);
	free(q.taken);
}

/* ---- analyses ---- */

static void
add_notes(struct analysis *a, const struct quote_selection *s)
{
	size_t n = 0, n_lost = 0;

	for (size_t i = 0; i < s->p->n_cells; i++) {
		if (!s->kept[i] || strcmp(s->p->cells[i].metric, a->metric))
			continue;
		n++;
		n_lost += s->p->cells[i].relation == PUBLISHED_LOST;
	}
	if (s->q->source)
		analysis_note(a, "Published values, not measured here: %s.", s->q->source);
	else
		analysis_note(a, "Published values, not measured here.");
	if (n_lost)
		analysis_note(a,
			"%zu of %zu values are not in the source's text "
			"('vanalyze ci' lists them).",
			n_lost, n);
}

/* The factors that any cell of the metric has a level of; all that --by names. */
static size_t
used_factors(const char **names, const struct quote_selection *s, const char *metric)
{
	size_t n = 0;

	for (size_t f = 0; f < s->n_by; f++) {
		bool used = s->q->options->by.n > 0;

		for (size_t i = 0; i < s->p->n_cells && !used; i++)
			used = s->kept[i] && !strcmp(s->p->cells[i].metric, metric) &&
				published_level(s->p, &s->p->cells[i], s->by[f]);
		if (used)
			names[n++] = s->p->table.columns[s->by[f]].name;
	}
	return n;
}

static void
add_metric(struct results *r, const struct quote_selection *s, const char *metric)
{
	const char **by = xcalloc(s->n_by + 1, sizeof *by);
	size_t n_by = used_factors(by, s, metric);
	struct analysis *a = results_add(r, s->q->kind, metric, by, n_by);
	bool *done = xcalloc(s->p->n_cells + 1, sizeof *done);

	json_add_bool(a->parameters, "published", true);
	json_add_str(a->parameters, "dataset", s->q->dataset);
	json_add_str(a->parameters, "title", s->q->title);
	for (size_t i = 0; i < s->p->n_cells; i++) {
		if (!s->kept[i] || done[i] || strcmp(s->p->cells[i].metric, metric))
			continue;
		if (s->q->form == QUOTE_LIST)
			add_listed(a, s, &s->p->cells[i]);
		else
			add_cell(a, s, i, done);
	}
	add_notes(a, s);
	free(done);
	free(by);
}

enum vstatus
quote_published(
	struct results *r, const struct published *p, const struct quote *q, struct verr *err)
{
	struct quote_selection s = {
		.p = p, .q = q, .kept = xcalloc(p->n_cells + 1, sizeof *s.kept)};
	enum vstatus st = quote_select(&s, err);

	for (size_t i = 0; st == V_OK && i < p->n_cells; i++) {
		bool seen = !s.kept[i];

		for (size_t k = 0; k < i && !seen; k++)
			seen = s.kept[k] && !strcmp(p->cells[k].metric, p->cells[i].metric);
		if (!seen)
			add_metric(r, &s, p->cells[i].metric);
	}
	quote_selection_release(&s);
	return st;
}

/* ---- what there is ---- */

static void
describe_metric(struct analysis *a, const struct published *p, size_t first)
{
	struct table *t = &a->rows;
	const char *metric = p->cells[first].metric;
	size_t row = table_add_row(t);
	uint64_t n = 0, n_lost = 0;
	struct strbuf found, places;

	strbuf_init(&found);
	strbuf_init(&places);
	for (size_t i = first; i < p->n_cells; i++) {
		if (strcmp(p->cells[i].metric, metric))
			continue;
		n++;
		n_lost += p->cells[i].relation == PUBLISHED_LOST;
		add_once(&found, p->cells[i].statistic);
		add_once(&places, p->cells[i].place);
	}
	rows_set_text(t, row, "quantity", metric);
	rows_set_text(t, row, "statistics", found.p);
	rows_set_int(t, row, "values", n);
	rows_set_int(t, row, "not_in_source", n_lost);
	rows_set_text(t, row, "places", places.p);
	strbuf_release(&found);
	strbuf_release(&places);
}

static void
describe_factor(struct table *t, const struct published *p, size_t col)
{
	size_t row = table_add_row(t);
	uint64_t n = 0;
	struct strbuf levels;

	strbuf_init(&levels);
	for (size_t i = 0; i < p->n_cells; i++)
		n += published_level(p, &p->cells[i], col) != NULL;
	for (uint32_t i = 0; i < p->table.columns[col].n_levels; i++)
		strbuf_addf(&levels, "%s%s", i ? ", " : "", p->table.columns[col].levels[i]);
	rows_set_text(t, row, "factor", p->table.columns[col].name);
	rows_set_int(t, row, "values", n);
	rows_set_text(t, row, "levels", levels.p);
	strbuf_release(&levels);
}

void
quote_info(struct results *r, const struct published *p, const struct quote *q)
{
	struct analysis *a = results_add(r, "published", NULL, NULL, 0);

	json_add_bool(a->parameters, "published", true);
	json_add_str(a->parameters, "dataset", q->dataset);
	json_add_str(a->parameters, "title", q->title);
	for (size_t i = 0; i < p->n_cells; i++) {
		bool seen = false;

		for (size_t k = 0; k < i && !seen; k++)
			seen = !strcmp(p->cells[k].metric, p->cells[i].metric);
		if (!seen)
			describe_metric(a, p, i);
	}
	if (q->source)
		analysis_note(a, "Source: %s.", q->source);
	a = results_add(r, "factors", NULL, NULL, 0);
	for (size_t i = 0; i < p->n_factors; i++)
		describe_factor(&a->rows, p, p->factors[i]);
}
