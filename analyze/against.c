/*
 * against - published means beside measured ones; see against.h.
 *
 * Which values meet.  A measured row and a published value are a pair when they are of the same
 * metric and statistic, and every condition that the source states is one of ours: for a factor
 * that the source names with a level, the row has that factor at that level, as text or as a
 * number; a factor that the source pooled ("all") does not tell our rows apart.  Papers and runs
 * call one thing by two names (a file of "1 kB" is object_bytes 1000), so a dataset of published
 * values may list equivalents.  What only our rows name does not keep a pair apart: the source may
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
#include "analyze/against.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/rows.h"
#include "analyze/stats/compare.h"

#define POOLED "all"

static const char *const statistics[] = {"mean", "sd", "min", "q1", "median", "q3", "max"};
#define N_STATISTICS (sizeof statistics / sizeof *statistics)

static bool
is_statistic(const char *name)
{
	for (size_t i = 0; i < N_STATISTICS; i++)
		if (!strcmp(name, statistics[i]))
			return true;
	return false;
}

/* ---- conditions ---- */

static bool
same_level(const char *a, const char *b)
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
equivalent(const struct against *g, const char *factor, const char *theirs, const char *ours)
{
	const struct json *e = json_get(json_get(g->equivalents, factor), "levels");
	const struct json *levels = json_get(e, theirs);

	for (const struct json *l = json_first(levels); l; l = json_next(l))
		if (same_level(json_str(l, NULL), ours))
			return true;
	return !levels && same_level(theirs, ours);
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

static const char *
factor_name(const struct against *g, size_t i)
{
	return g->published->table.columns[g->published->factors[i]].name;
}

static const char *
their_level(const struct against *g, const struct published_cell *c, size_t i)
{
	return published_level(g->published, c, g->published->factors[i]);
}

/* Do our row's conditions contain all that the source states of the value? */
static bool
conditions_agree(
	const struct against *g, const struct published_cell *c, const struct analysis *a, size_t row)
{
	bool platform = false;

	for (size_t i = 0; i < g->published->n_factors; i++) {
		const char *theirs = their_level(g, c, i), *name = factor_name(g, i), *ours;
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
		add_condition(stated, factor_name(g, i), their_level(g, c, i));
	for (size_t k = 0; k < a->n_by; k++) {
		bool named = false;

		for (size_t i = 0; i < g->published->n_factors && !named; i++)
			named = !strcmp(our_factor(g, factor_name(g, i)), a->by[k]) &&
				their_level(g, c, i);
		if (!named)
			add_condition(not_stated, a->by[k], table_text(&a->rows, k, row));
	}
}

/* ---- one pair ---- */

struct pair_of_means {
	double ours, lower, upper; /* lower, upper: NaN without an interval */
	double n;                  /* runs */
	struct ratio ratio;
	const char *verdict;
	char reason[160];
};

static bool
is_known(const struct published_cell *c)
{
	return c->relation == PUBLISHED_EXACT || c->relation == PUBLISHED_ABOUT;
}

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

/* The interval of a ratio whose estimate is known already. */
static void
find_interval(struct pair_of_means *p, const struct compare_mean *x, const struct published_cell *c,
	double level)
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
meet(struct pair_of_means *p, const struct against *g, const struct published_cell *c,
	const struct analysis *a, size_t row)
{
	const char *over = text_of(&a->rows, "interval", row);
	struct compare_mean x;
	struct verr err;

	*p = (struct pair_of_means){.lower = NAN, .upper = NAN,
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
	else if (compare_mean_of_interval(&x, p->ours, (p->upper - p->lower) / 2, g->level, p->n,
			 &err) != V_OK)
		snprintf(p->reason, sizeof p->reason, "measured here: %.130s", err.msg);
	else
		find_interval(p, &x, c, g->level);
}

static void
add_pair(struct analysis *to, const struct against *g, const struct published_cell *c,
	const struct analysis *a, size_t row)
{
	struct table *t = &to->rows;
	size_t at = table_add_row(t);
	struct strbuf stated, not_stated;
	struct pair_of_means p;

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
		n_unknown += !is_known(c) || !is_statistic(c->statistic);
	}
	json_add_str(a->parameters, "dataset", g->dataset);
	json_add_f64(a->parameters, "level", g->level);
	if (g->source)
		analysis_note(a, "Published values: %s.", g->source);
	analysis_note(a,
		"%zu of %zu published values have a counterpart here%s; %zu are lost, bounds, or of "
		"a statistic that the source does not name.",
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

		if (strcmp(c->metric, from->metric) || !is_known(c) || !is_statistic(c->statistic))
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

/* ---- against a baseline of the same source ---- */

struct baseline {
	size_t factor; /* which of the source's factors */
	const char *level;
};

static bool
is_mean(const struct published_cell *c)
{
	return is_known(c) && !strcmp(c->statistic, "mean");
}

/* "FACTOR=LEVEL", or a level of platform. */
static enum vstatus
find_baseline(
	struct baseline *b, const struct against *g, const char *asked, struct verr *err)
{
	const struct published *p = g->published;
	const char *eq = asked ? strchr(asked, '=') : NULL;
	struct slice name = eq ? (struct slice){asked, (size_t)(eq - asked)} : SLICE_LIT("platform");

	b->level = eq ? eq + 1 : asked ? asked : CONTRAST_BASELINE;
	b->factor = SIZE_MAX;
	for (size_t i = 0; i < p->n_factors; i++)
		if (slice_eq(name, factor_name(g, i)))
			b->factor = i;
	for (size_t i = 0; b->factor != SIZE_MAX && i < p->n_cells; i++)
		if (is_mean(&p->cells[i]) &&
			same_level(their_level(g, &p->cells[i], b->factor), b->level))
			return V_OK;
	return verr_set(err, V_EUSAGE,
		"nothing to compare with: %s has no published mean of %.*s %s; "
		"--baseline [FACTOR=]LEVEL names another ('vanalyze info' lists them)",
		g->dataset, (int)name.n, name.p, b->level);
}

/* A factor that does not apply to the baseline agrees with every level. */
static bool
is_counterpart(const struct against *g, const struct baseline *b, const struct published_cell *c,
	const struct published_cell *base)
{
	if (!is_mean(base) || strcmp(c->metric, base->metric))
		return false;
	for (size_t i = 0; i < g->published->n_factors; i++) {
		const char *level = their_level(g, base, i);

		if (i == b->factor ? !same_level(level, b->level)
				   : level && !same_level(level, their_level(g, c, i)))
			return false;
	}
	return true;
}

static const struct published_cell *
counterpart(const struct against *g, const struct baseline *b, const struct published_cell *c)
{
	for (size_t i = 0; i < g->published->n_cells; i++)
		if (is_counterpart(g, b, c, &g->published->cells[i]))
			return &g->published->cells[i];
	return NULL;
}

static void
compare_cell(struct pair_of_means *p, const struct against *g, const struct published_cell *c,
	const struct published_cell *base)
{
	struct compare_mean x;
	struct verr err;

	*p = (struct pair_of_means){.ratio = {NAN, NAN, NAN, NAN, RATIO_NONE}};
	if (!base) {
		snprintf(p->reason, sizeof p->reason, "no counterpart in the baseline");
		return;
	}
	if (base->value != 0)
		p->ratio.estimate = c->value / base->value;
	if (compare_mean_of_interval(&x, c->value, c->half_width, c->level, c->n, &err) == V_OK)
		find_interval(p, &x, base, g->level);
	else
		snprintf(p->reason, sizeof p->reason, "%.150s",
			isnan(c->half_width) ? "no interval published" : err.msg);
	if (p->verdict && !strcmp(p->verdict, "agrees"))
		p->verdict = NULL; /* as in comparisons of samples */
}

/* Has any mean of the metric a level of the factor? */
static bool
is_used(const struct against *g, size_t factor, const char *metric)
{
	for (size_t i = 0; i < g->published->n_cells; i++) {
		const struct published_cell *c = &g->published->cells[i];

		if (is_mean(c) && !strcmp(c->metric, metric) && their_level(g, c, factor))
			return true;
	}
	return false;
}

static void
add_compared(struct analysis *a, const struct against *g, const struct baseline *b,
	const struct published_cell *c)
{
	static const char *const of_samples[] = {
		"hl_shift", "cliffs_delta", "p_mw", "p_welch", "p_holm"};
	const struct published_cell *base = counterpart(g, b, c);
	struct table *t = &a->rows;
	size_t row = table_add_row(t);
	struct pair_of_means p;

	compare_cell(&p, g, c, base);
	for (size_t i = 0, k = 0; i < g->published->n_factors; i++)
		if (is_used(g, i, a->metric))
			table_set_text(t, k++, row, their_level(g, c, i));
	rows_set_text(t, row, "metric", a->metric);
	rows_set_text(t, row, "baseline", b->level);
	rows_set_real(t, row, "n", c->n);
	rows_set_real(t, row, "n_baseline", base ? base->n : (double)NAN);
	rows_set_real(t, row, "ratio", p.ratio.estimate);
	rows_set_real(t, row, "ratio_lower", p.ratio.lower);
	rows_set_real(t, row, "ratio_upper", p.ratio.upper);
	for (size_t i = 0; i < sizeof of_samples / sizeof *of_samples; i++)
		rows_set_real(t, row, of_samples[i], NAN);
	rows_set_text(t, row, "verdict", p.verdict);
	rows_set_text(t, row, "over", "as published");
	rows_set_text(t, row, "printed", c->printed);
	rows_set_text(t, row, "place", c->place);
	rows_set_text(t, row, "reason", p.reason);
}

static void
compare_metric(struct results *r, const struct against *g, const struct baseline *b,
	const char *metric, const struct options *o)
{
	const struct published *p = g->published;
	const char **by = xcalloc(p->n_factors + 1, sizeof *by);
	struct analysis *a;
	size_t n_by = 0;

	for (size_t i = 0; i < p->n_factors; i++)
		if (is_used(g, i, metric))
			by[n_by++] = factor_name(g, i);
	a = results_add(r, "compare", metric, by, n_by);
	free(by);
	for (size_t i = 0; i < p->n_cells; i++) {
		const struct published_cell *c = &p->cells[i];
		bool kept = is_mean(c) && !strcmp(c->metric, metric) &&
			!same_level(their_level(g, c, b->factor), b->level);

		for (size_t k = 0; kept && k < o->n_filters; k++)
			for (size_t f = 0; f < p->n_factors; f++)
				if (!strcmp(o->filters[k].name, factor_name(g, f)))
					kept = filter_keeps(&o->filters[k], their_level(g, c, f));
		if (kept)
			add_compared(a, g, b, c);
	}
	json_add_bool(a->parameters, "published", true);
	json_add_str(a->parameters, "dataset", g->dataset);
	json_add_f64(a->parameters, "level", g->level);
	if (g->source)
		analysis_note(a, "Published values, not measured here: %s.", g->source);
	analysis_note(a, "Ratios from published means and half widths.  Shift, delta and tests need "
			 "samples.");
}

static bool
is_first_mean(const struct against *g, size_t cell)
{
	for (size_t k = 0; k < cell; k++)
		if (is_mean(&g->published->cells[k]) &&
			!strcmp(g->published->cells[k].metric, g->published->cells[cell].metric))
			return false;
	return is_mean(&g->published->cells[cell]);
}

enum vstatus
against_baseline(struct results *r, const struct against *g, const struct options *o,
	struct verr *err)
{
	struct baseline b;
	enum vstatus st = find_baseline(&b, g, o->baseline, err);

	for (size_t i = 0; st == V_OK && i < g->published->n_cells; i++) {
		const char *metric = g->published->cells[i].metric;

		if (is_first_mean(g, i) &&
			(!o->metrics.n_levels || filter_keeps(&o->metrics, metric)))
			compare_metric(r, g, &b, metric, o);
	}
	return st;
}
