/*
 * against_baseline - published means beside those of a baseline of the same source; see against.h.
 *
 * The counterpart of a value is the first mean of the metric whose levels are the value's own,
 * the baseline's factor aside; a factor that does not apply to the baseline agrees with every
 * level.  Ratios and their intervals are as against.c has them.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/against_int.h"
#include "analyze/rows.h"

struct baseline {
	size_t factor; /* which of the source's factors */
	const char *level;
};

static bool
is_mean(const struct published_cell *c)
{
	return published_is_known(c) && !strcmp(c->statistic, "mean");
}

/* "FACTOR=LEVEL", or a level of platform. */
static enum vstatus
find_baseline(struct baseline *b, const struct against *g, const char *asked, struct verr *err)
{
	const struct published *p = g->published;
	const char *eq = asked ? strchr(asked, '=') : NULL;
	struct slice name =
		eq ? (struct slice){asked, (size_t)(eq - asked)} : SLICE_LIT("platform");

	b->level = eq ? eq + 1 : asked ? asked : CONTRAST_BASELINE;
	b->factor = SIZE_MAX;
	for (size_t i = 0; i < p->n_factors; i++)
		if (slice_eq(name, against_factor(g, i)))
			b->factor = i;
	for (size_t i = 0; b->factor != SIZE_MAX && i < p->n_cells; i++)
		if (is_mean(&p->cells[i]) &&
			against_same_level(
				against_their_level(g, &p->cells[i], b->factor), b->level))
			return V_OK;
	return verr_set(err, V_EUSAGE,
		"nothing to compare with: %s has no published mean of %.*s %s; "
		"--baseline [FACTOR=]LEVEL names another ('vanalyze info' lists them)",
		g->dataset, (int)name.n, name.p, b->level);
}

static bool
is_counterpart(const struct against *g, const struct baseline *b, const struct published_cell *c,
	const struct published_cell *base)
{
	if (!is_mean(base) || strcmp(c->metric, base->metric))
		return false;
	for (size_t i = 0; i < g->published->n_factors; i++) {
		const char *level = against_their_level(g, base, i);

		if (i == b->factor
				? !against_same_level(level, b->level)
				: level && !against_same_level(level, against_their_level(g, c, i)))
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
compare_cell(struct against_pair *p, const struct against *g, const struct published_cell *c,
	const struct published_cell *base)
{
	struct compare_mean x;
	struct verr err;

	*p = (struct against_pair){.ratio = {NAN, NAN, NAN, NAN, RATIO_NONE}};
	if (!base) {
		snprintf(p->reason, sizeof p->reason, "no counterpart in the baseline");
		return;
	}
	if (base->value != 0)
		p->ratio.estimate = c->value / base->value;
	if (compare_mean_of_interval(&x, c->value, c->half_width, c->level, c->n, &err) == V_OK)
		against_find_interval(p, &x, base, g->level);
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

		if (is_mean(c) && !strcmp(c->metric, metric) && against_their_level(g, c, factor))
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
	struct against_pair p;

	compare_cell(&p, g, c, base);
	for (size_t i = 0, k = 0; i < g->published->n_factors; i++)
		if (is_used(g, i, a->metric))
			table_set_text(t, k++, row, against_their_level(g, c, i));
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
			by[n_by++] = against_factor(g, i);
	a = results_add(r, "compare", metric, by, n_by);
	free(by);
	for (size_t i = 0; i < p->n_cells; i++) {
		const struct published_cell *c = &p->cells[i];
		bool kept = is_mean(c) && !strcmp(c->metric, metric) &&
			!against_same_level(against_their_level(g, c, b->factor), b->level);

		for (size_t k = 0; kept && k < o->n_filters; k++)
			for (size_t f = 0; f < p->n_factors; f++)
				if (!strcmp(o->filters[k].name, against_factor(g, f)))
					kept = filter_keeps(
						&o->filters[k], against_their_level(g, c, f));
		if (kept)
			add_compared(a, g, b, c);
	}
	json_add_bool(a->parameters, "published", true);
	json_add_str(a->parameters, "dataset", g->dataset);
	json_add_f64(a->parameters, "level", g->level);
	if (g->source)
		analysis_note(a, "Published values, not measured here: %s.", g->source);
	analysis_note(a,
		"Ratios from published means and half widths.  Shift, delta and tests need "
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
against_baseline(
	struct results *r, const struct against *g, const struct options *o, struct verr *err)
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
