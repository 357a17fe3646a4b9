/*
 * against - published means beside measured ones; see against.h.  Beside others of their source
 * they are in against_baseline.c.
 *
 * Which values meet.  A measured row and a published value are a pair when they are of the same
 * metric and statistic, and every condition that the source states is one of ours: for a factor
 * that the source names with a level, the row has that factor at that level, as text or as a
 * number; a factor that the source pooled ("all") does not tell our rows apart.  Papers and runs
 * call one thing by two names (a file of "1 kB" is object_bytes 1000), so a dataset of published
 * values may list equivalents, and conditions that hold for all of its values (10,000 requests).
 * What only our rows name does not keep a pair apart: the source may
 * not have said it.  It is listed in `not_stated` for the reader to judge.  A value without
 * platform, or one that is itself relative to something, meets nothing.
 *
 * What is said of a pair.  The ratio of ours to theirs; of means, with Fieller's interval from the
 * two half widths, each of which is a standard error times Student's t.  Both have to be intervals
 * over runs: one over the probes of a single run knows nothing of how runs differ.  The verdict is
 * "agrees" where the interval holds 1, else "higher" or "lower", and absent without an interval.
 *
 * Limits.  A printed half width of one or two digits gives the ratio's interval no more; that a
 * ratio holds 1 is no proof that the same was measured.
 */
#include "analyze/against_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/rows.h"
#include "core/text.h"

#define POOLED "all"

static const char *const statistics[] = {"mean", "sd", "min", "q1", "median", "q3", "max"};
#define N_STATISTICS (sizeof statistics / sizeof *statistics)

static bool
is_statistic(const char *name)
{
	return text_among(name, statistics, N_STATISTICS);
}

/* ---- conditions ---- */

bool
against_same_level(const char *a, const char *b)
{
	double x, y;

	if (!a || !b)
		return false;
	return !strcmp(a, b) ||
		(slice_f64(slice_of(a), &x) && slice_f64(slice_of(b), &y) && x == y);
}

/* Our name of a factor of the source. */
static const char *
our_factor(const struct against *g, const char *theirs)
{
	return json_str(json_get(json_get(g->equivalents, theirs), "factor"), theirs);
}

static bool
lists_level(const struct json *levels, const char *level)
{
	for (const struct json *l = json_first(levels); l; l = json_next(l))
		if (against_same_level(json_str(l, NULL), level))
			return true;
	return false;
}

static bool
equivalent(const struct against *g, const char *factor, const char *theirs, const char *ours)
{
	const struct json *e = json_get(json_get(g->equivalents, factor), "levels");
	const struct json *levels = json_get(e, theirs);

	return lists_level(levels, ours) || (!levels && against_same_level(theirs, ours));
}

/* Our level of a factor; false when the rows are not told apart by it. */
static bool
our_level(const char **level, const struct analysis *a, size_t row, const char *factor)
{
	*level = NULL;
	for (size_t i = 0; i < a->n_by; i++) {
		if (!strcmp(a->by[i], factor)) {
			*level = table_text(&a->rows, i, row);
			return true;
		}
	}
	return false;
}

const char *
against_factor(const struct against *g, size_t i)
{
	return g->published->table.columns[g->published->factors[i]].name;
}

const char *
against_their_level(const struct against *g, const struct published_cell *c, size_t i)
{
	return published_level(g->published, c, g->published->factors[i]);
}

/* Do our row's conditions contain all that the source states of the value? */
static bool
conditions_agree(const struct against *g, const struct published_cell *c, const struct analysis *a,
	size_t row)
{
	bool platform = false;
	const char *level;

	for (const struct json *e = json_first(g->conditions); e; e = json_next(e))
		if (!our_level(&level, a, row, json_key(e)) || !lists_level(e, level))
			return false;
	for (size_t i = 0; i < g->published->n_factors; i++) {
		const char *theirs = against_their_level(g, c, i), *name = against_factor(g, i),
			   *ours;
		bool known = our_level(&ours, a, row, our_factor(g, name));

		if (!theirs)
			continue;
		if (!strcmp(name, "baseline"))
			return false;
		if (!strcmp(theirs, POOLED) ? known && ours : !equivalent(g, name, theirs, ours))
			return false;
		platform = platform || !strcmp(name, "platform");
	}
	return platform;
}

static void
add_condition(struct strbuf *b, const char *name, const char *level)
{
	if (level)
		strbuf_addf(b, "%s%s=%s", b->n ? "; " : "", name, level);
}

/* What the source says of its value, and what only our row says. */
static void
tell_conditions(struct strbuf *stated, struct strbuf *not_stated, const struct against *g,
	const struct published_cell *c, const struct analysis *a, size_t row)
{
	for (size_t i = 0; i < g->published->n_factors; i++)
		add_condition(stated, against_factor(g, i), against_their_level(g, c, i));
	for (size_t k = 0; k < a->n_by; k++) {
		bool named = json_get(g->conditions, a->by[k]) != NULL;

		if (named)
			add_condition(stated, a->by[k], table_text(&a->rows, k, row));
		for (size_t i = 0; i < g->published->n_factors && !named; i++)
			named = !strcmp(our_factor(g, against_factor(g, i)), a->by[k]) &&
				against_their_level(g, c, i);
		if (!named)
			add_condition(not_stated, a->by[k], table_text(&a->rows, k, row));
	}
}

/* ---- one pair ---- */

static double
real_of(const struct table *t, const char *column, size_t row)
{
	size_t col = table_find(t, column);

	return col == SIZE_MAX ? (double)NAN : table_real(t, col, row);
}

static const char *
text_of(const struct table *t, const char *column, size_t row)
{
	size_t col = table_find(t, column);

	return col == SIZE_MAX ? NULL : table_text(t, col, row);
}

/* The word for an interval of a ratio of positive means. */
static const char *
verdict_of(const struct ratio *r)
{
	if (r->set != RATIO_INTERVAL)
		return NULL;
	return r->lower > 1 ? "higher" : r->upper < 1 ? "lower" : "agrees";
}

void
against_find_interval(struct against_pair *p, const struct compare_mean *x,
	const struct published_cell *c, double level)
{
	struct compare_mean y;
	struct verr err;
	enum vstatus st = V_OK;

	if (isnan(c->half_width))
		st = verr_set(&err, V_EDOM, "no interval published");
	if (st == V_OK)
		st = compare_mean_of_interval(&y, c->value, c->half_width, c->level, c->n, &err);
	if (st == V_OK)
		st = compare_ratio_of_means(&p->ratio, x, &y, level, &err);
	if (st != V_OK)
		snprintf(p->reason, sizeof p->reason, "%.150s", err.msg);
	p->verdict = c->value > 0 ? verdict_of(&p->ratio) : NULL;
}

static void
meet(struct against_pair *p, const struct against *g, const struct published_cell *c,
	const struct analysis *a, size_t row)
{
	const char *over = text_of(&a->rows, "interval", row);
	struct compare_mean x;
	struct verr err;

	*p = (struct against_pair){.lower = NAN,
		.upper = NAN,
		.ours = real_of(&a->rows, c->statistic, row),
		.n = real_of(&a->rows, "runs", row),
		.ratio = {NAN, NAN, NAN, NAN, RATIO_NONE}};
	if (isfinite(p->ours) && c->value != 0)
		p->ratio.estimate = p->ours / c->value;
	if (strcmp(c->statistic, "mean") != 0) {
		snprintf(p->reason, sizeof p->reason, "of means alone there is an interval");
		return;
	}
	p->lower = real_of(&a->rows, "mean_lower", row);
	p->upper = real_of(&a->rows, "mean_upper", row);
	if (!over || strcmp(over, "runs") != 0)
		snprintf(p->reason, sizeof p->reason,
			"a single run here: it does not tell how runs differ");
	else if (compare_mean_of_interval(
			 &x, p->ours, (p->upper - p->lower) / 2, g->level, p->n, &err) != V_OK)
		snprintf(p->reason, sizeof p->reason, "measured here: %.130s", err.msg);
	else
		against_find_interval(p, &x, c, g->level);
}

static void
add_pair(struct analysis *to, const struct against *g, const struct published_cell *c,
	const struct analysis *a, size_t row)
{
	struct table *t = &to->rows;
	size_t at = table_add_row(t);
	struct strbuf stated, not_stated;
	struct against_pair p;

	strbuf_init(&stated);
	strbuf_init(&not_stated);
	meet(&p, g, c, a, row);
	tell_conditions(&stated, &not_stated, g, c, a, row);
	for (size_t i = 0; i < to->n_by; i++)
		table_set_text(t, i, at, table_text(&a->rows, i, row));
	rows_set_text(t, at, "metric", to->metric);
	rows_set_text(t, at, "statistic", c->statistic);
	rows_set_real(t, at, "runs", p.n);
	rows_set_real(t, at, "estimate", p.ours);
	rows_set_real(t, at, "lower", p.lower);
	rows_set_real(t, at, "upper", p.upper);
	rows_set_real(t, at, "published_n", c->n);
	rows_set_real(t, at, "published", c->value);
	rows_set_real(t, at, "published_lower", c->value - c->half_width);
	rows_set_real(t, at, "published_upper", c->value + c->half_width);
	rows_set_real(t, at, "ratio", p.ratio.estimate);
	rows_set_real(t, at, "ratio_lower", p.ratio.lower);
	rows_set_real(t, at, "ratio_upper", p.ratio.upper);
	rows_set_text(t, at, "verdict", p.verdict);
	rows_set_text(t, at, "printed", c->printed);
	rows_set_text(t, at, "place", c->place);
	rows_set_int(t, at, "source_row", c->row + 1);
	rows_set_text(t, at, "conditions", stated.p);
	rows_set_text(t, at, "not_stated", not_stated.p);
	rows_set_text(t, at, "reason", p.reason);
	strbuf_release(&stated);
	strbuf_release(&not_stated);
}

/* ---- beside measured ones ---- */

static void
conclude(struct analysis *a, const struct against *g, const bool *met)
{
	size_t n = 0, n_met = 0, n_unknown = 0;

	for (size_t i = 0; i < g->published->n_cells; i++) {
		const struct published_cell *c = &g->published->cells[i];

		if (strcmp(c->metric, a->metric))
			continue;
		n++;
		n_met += met[i];
		n_unknown += !published_is_known(c) || !is_statistic(c->statistic);
	}
	json_add_str(a->parameters, "dataset", g->dataset);
	json_add_f64(a->parameters, "level", g->level);
	if (g->source)
		analysis_note(a, "Published values: %s.", g->source);
	analysis_note(a,
		"%zu of %zu published values have a counterpart here%s; %zu are lost, bounds, or "
		"of a statistic that the source does not name.",
		n_met, n, n_met ? "" : ", none", n_unknown);
	if (g->note)
		analysis_note(a, "%s", g->note);
}

static size_t
add_metric(struct results *r, const struct results *measured, size_t ours, const struct against *g)
{
	const struct analysis *from = &measured->analyses[ours];
	bool *met = xcalloc(g->published->n_cells + 1, sizeof *met);
	struct analysis *to = results_add(
		r, AGAINST_KIND, from->metric, (const char *const *)from->by, from->n_by);

	from = &measured->analyses[ours]; /* r may be what was measured, and have moved */
	for (size_t i = 0; i < g->published->n_cells; i++) {
		const struct published_cell *c = &g->published->cells[i];

		if (strcmp(c->metric, from->metric) || !published_is_known(c) ||
			!is_statistic(c->statistic))
			continue;
		for (size_t row = 0; row < from->rows.n_rows; row++) {
			if (!conditions_agree(g, c, from, row))
				continue;
			add_pair(to, g, c, from, row);
			met[i] = true;
		}
	}
	conclude(to, g, met);
	free(met);
	return to->rows.n_rows;
}

static bool
is_stated(const struct published *p, const char *metric)
{
	for (size_t i = 0; i < p->n_cells; i++)
		if (metric && !strcmp(p->cells[i].metric, metric))
			return true;
	return false;
}

void
against_measured(
	struct results *r, size_t *n_rows, const struct results *measured, const struct against *g)
{
	size_t n = measured->n_analyses;

	*n_rows = 0;
	for (size_t i = 0; i < n; i++) {
		const struct analysis *a = &measured->analyses[i];

		if (!strcmp(a->kind, "summary") && !json_get(a->parameters, "published") &&
			is_stated(g->published, a->metric))
			*n_rows += add_metric(r, measured, i, g);
	}
}
