/*
 * sweep - see sweep.h.
 */
#include "analyze/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/rows.h"
#include "analyze/stats/curve.h"
#include "analyze/summarize.h"
#include "core/str.h"
#include "core/text.h"

struct point {
	double x;
	double y; /* mean over runs of the runs' means */
	size_t n; /* runs */
	const char *level;
	double base; /* the baseline's; NaN none */
	double ratio;
};

struct curve {
	const struct cell *cell; /* of its first point: levels of all names but the last */
	struct point *points;    /* by x; into the sweep's */
	size_t n;
	const struct curve *base; /* NULL: none agrees with it */
	bool is_base;
	double *x; /* of the points that have a ratio; heap */
	double *ratio;
	size_t n_ratios;
	double from; /* range that is compared; NaN none */
	double to;
	struct curve_area area;
	size_t rank; /* 0 none */
};

struct sweep {
	const struct sweep_params *p;
	const char *metric;
	const char **by; /* names of a curve, then `over` */
	size_t n_by;
	size_t factor; /* of the baseline, in by */
	struct cells cells;
	struct point *points;
	struct curve *curves;
	size_t n_curves;
	size_t n_texts; /* levels that are no numbers */
};

/* ---- points and curves ---- */

static bool
same_curve(const struct sweep *w, const struct cell *a, const struct cell *b)
{
	for (size_t i = 0; i + 1 < w->n_by; i++)
		if (!a->levels[i] != !b->levels[i] ||
			(a->levels[i] && strcmp(a->levels[i], b->levels[i]) != 0))
			return false;
	return true;
}

static bool
read_point(struct point *pt, const struct cell *cell, struct series *const *series, size_t over)
{
	double sum = 0;

	*pt = (struct point){.level = cell->levels[over], .base = NAN, .ratio = NAN};
	if (!pt->level || !slice_f64(slice_of(pt->level), &pt->x))
		return false;
	for (size_t i = 0; i < cell->n_members; i++) {
		const struct series *s = series[cell->members[i]];

		if (isnan(s->mean))
			continue;
		sum += s->mean;
		pt->n++;
	}
	pt->y = pt->n ? sum / (double)pt->n : NAN;
	return pt->n > 0;
}

static int
by_x(const void *a, const void *b)
{
	const struct point *p = a, *q = b;

	return (p->x > q->x) - (p->x < q->x);
}

static void
make_curves(struct sweep *w, struct series *const *series)
{
	struct curve *c = NULL;
	size_t n = 0;

	w->points = xcalloc(w->cells.n + 1, sizeof *w->points);
	w->curves = xcalloc(w->cells.n + 1, sizeof *w->curves);
	for (size_t i = 0; i < w->cells.n; i++) {
		const struct cell *cell = &w->cells.items[i];

		if (!read_point(&w->points[n], cell, series, w->n_by - 1)) {
			w->n_texts++;
			continue;
		}
		if (!c || !same_curve(w, c->cell, cell)) {
			c = &w->curves[w->n_curves++];
			*c = (struct curve){.cell = cell, .points = &w->points[n]};
		}
		c->n++;
		n++;
	}
	for (size_t i = 0; i < w->n_curves; i++)
		qsort(w->curves[i].points, w->curves[i].n, sizeof *w->points, by_x);
}

/* ---- against the baseline ---- */

/* A factor that does not apply to the baseline (native has no driver) agrees with every level. */
static bool
agrees(const struct sweep *w, const struct curve *c, const struct curve *base)
{
	for (size_t i = 0; i + 1 < w->n_by; i++) {
		const char *a = c->cell->levels[i], *b = base->cell->levels[i];

		if (i != w->factor && b && !contrast_is_file_name(w->by[i]) &&
			(!a || strcmp(a, b) != 0))
			return false;
	}
	return true;
}

static void
find_base(struct sweep *w, struct curve *c)
{
	for (size_t i = 0; i < w->n_curves && !c->base; i++)
		if (w->curves[i].is_base && (c == &w->curves[i] || agrees(w, c, &w->curves[i])))
			c->base = &w->curves[i];
}

static void
divide(struct curve *c)
{
	size_t k = 0;

	c->x = xcalloc(c->n + 1, sizeof *c->x);
	c->ratio = xcalloc(c->n + 1, sizeof *c->ratio);
	for (size_t i = 0; c->base && i < c->n; i++) {
		struct point *pt = &c->points[i];

		while (k < c->base->n && c->base->points[k].x < pt->x)
			k++;
		if (k == c->base->n || c->base->points[k].x > pt->x)
			continue;
		pt->base = c->base->points[k].y;
		if (!(pt->base > 0))
			continue;
		pt->ratio = pt->y / pt->base;
		if (c->n_ratios && c->x[c->n_ratios - 1] == pt->x)
			continue; /* "100" and "100.0" */
		c->x[c->n_ratios] = pt->x;
		c->ratio[c->n_ratios++] = pt->ratio;
	}
}

/* The range that all curves against that baseline cover. */
static void
common_range(const struct sweep *w, const struct curve *base, double *from, double *to)
{
	*from = w->p->from;
	*to = w->p->to;
	for (size_t i = 0; i < w->n_curves; i++) {
		const struct curve *c = &w->curves[i];

		if (c->base != base || c->is_base || c->n_ratios < 2)
			continue;
		*from = fmax(*from, c->x[0]);
		*to = fmin(*to, c->x[c->n_ratios - 1]);
	}
}

static void
measure_area(const struct sweep *w, struct curve *c)
{
	double from, to;

	c->from = c->to = NAN;
	if (!c->base || c->is_base || c->n_ratios < 2)
		return;
	common_range(w, c->base, &from, &to);
	if (curve_area(&c->area, c->x, c->ratio, c->n_ratios, 1, from, to, NULL) != V_OK)
		return;
	c->from = from;
	c->to = to;
}

static void
rank_curves(struct sweep *w)
{
	for (size_t i = 0; i < w->n_curves; i++) {
		struct curve *c = &w->curves[i];

		if (isnan(c->from))
			continue;
		c->rank = 1;
		for (size_t k = 0; k < w->n_curves; k++)
			if (w->curves[k].base == c->base && !isnan(w->curves[k].from) &&
				w->curves[k].area.area > c->area.area)
				c->rank++;
	}
}

/* ---- rows ---- */

static void
add_points(const struct sweep *w, struct analysis *a)
{
	for (size_t i = 0; i < w->n_curves; i++) {
		const struct curve *c = &w->curves[i];

		for (size_t k = 0; k < c->n; k++) {
			const struct point *pt = &c->points[k];
			size_t row = table_add_row(&a->rows);

			rows_set_by(&a->rows, row, c->cell, a->n_by);
			table_set_text(&a->rows, a->n_by - 1, row, pt->level);
			rows_set_text(&a->rows, row, "metric", w->metric);
			rows_set_int(&a->rows, row, "runs", pt->n);
			rows_set_real(&a->rows, row, "mean", pt->y);
			rows_set_real(&a->rows, row, "baseline_mean", pt->base);
			rows_set_real(&a->rows, row, "ratio", pt->ratio);
			rows_set_text(&a->rows, row, "reason",
				!isnan(pt->ratio)  ? NULL
					: !c->base ? "no counterpart in the baseline"
					: isnan(pt->base)
					? "the baseline was not measured at this level"
					: "the baseline is 0");
		}
	}
}

static const char *
reason_of(const struct curve *c)
{
	if (!isnan(c->from))
		return NULL;
	if (!c->base)
		return "no counterpart in the baseline";
	return c->n_ratios < 2 ? "fewer than two levels in common with the baseline"
			       : "the curves have no such range in common";
}

static void
add_ranks(const struct sweep *w, struct analysis *a)
{
	for (size_t i = 0; i < w->n_curves; i++) {
		const struct curve *c = &w->curves[i];
		struct table *t = &a->rows;
		bool ranked = !isnan(c->from);
		size_t row;

		if (c->is_base)
			continue;
		row = table_add_row(t);
		rows_set_by(t, row, c->cell, a->n_by);
		rows_set_text(t, row, "metric", w->metric);
		rows_set_int(t, row, "levels", c->n_ratios);
		rows_set_real(t, row, "from", c->from);
		rows_set_real(t, row, "to", c->to);
		rows_set_real(t, row, "area", ranked ? c->area.area : NAN);
		rows_set_real(t, row, "area_above", ranked ? c->area.above : NAN);
		rows_set_real(t, row, "area_below", ranked ? c->area.below : NAN);
		rows_set_real(
			t, row, "mean_ratio", ranked ? 1 + c->area.area / (c->to - c->from) : NAN);
		if (ranked)
			rows_set_int(t, row, "rank", c->rank);
		rows_set_text(t, row, "reason", reason_of(c));
	}
}

static void
add_parameters(const struct sweep *w, struct analysis *a)
{
	json_add_str(a->parameters, "over", w->p->over);
	json_add_str(a->parameters, "factor", w->p->contrast.factor);
	json_add_str(a->parameters, "baseline", w->p->contrast.baseline);
	if (isfinite(w->p->from)) {
		json_add_f64(a->parameters, "range_from", w->p->from);
		json_add_f64(a->parameters, "range_to", w->p->to);
	}
}

static void
add_analyses(const struct sweep *w, struct results *r)
{
	struct analysis *a = results_add(r, "sweep", w->metric, w->by, w->n_by);

	add_parameters(w, a);
	add_points(w, a);
	if (w->n_texts)
		analysis_note(
			a, "%zu cells whose %s is no number are left out.", w->n_texts, w->p->over);
	a = results_add(r, "ranking", w->metric, w->by, w->n_by - 1);
	add_parameters(w, a);
	add_ranks(w, a);
	analysis_note(a,
		"Area of (ratio to %s %s) - 1 over %s, linear between the levels, in the "
		"range that all curves against it cover%s.",
		w->p->contrast.factor, w->p->contrast.baseline, w->p->over,
		isfinite(w->p->from) ? ", cut to the one asked for" : "");
}

/* ---- one metric ---- */

static void
make_by(struct sweep *w, const struct measures *m, const struct labels *labels)
{
	size_t n_added, n = 0;
	const char **added = summarize_identities(&n_added, m, labels);

	w->by = xcalloc(w->p->n_by + n_added + 1, sizeof *w->by);
	for (size_t i = 0; i < w->p->n_by + n_added; i++) {
		const char *name = i < w->p->n_by ? w->p->by[i] : added[i - w->p->n_by];

		if (strcmp(name, w->p->over) != 0 && !text_among(name, w->by, n))
			w->by[n++] = name;
	}
	w->by[n++] = w->p->over;
	w->n_by = n;
	for (w->factor = 0; w->factor < n && strcmp(w->by[w->factor], w->p->contrast.factor) != 0;)
		w->factor++;
	free(added);
}

static void
sweep_metric(struct sweep *w, struct results *r, const struct measures *m)
{
	struct series **series = xcalloc(m->n_series + 1, sizeof *series);
	const struct labels **labels = xcalloc(m->n_series + 1, sizeof *labels);
	size_t n = 0;

	for (size_t i = 0; i < m->n_series; i++) {
		const struct label *l = labels_get(&m->series[i].labels, w->p->over);

		if (strcmp(m->series[i].metric, w->metric) != 0 || !l || !l->level)
			continue;
		series[n] = &m->series[i];
		labels[n++] = &m->series[i].labels;
	}
	if (n) {
		make_by(w, m, labels[0]);
		cells_group(&w->cells, labels, n, w->by, w->n_by);
		make_curves(w, series);
		for (size_t i = 0; i < w->n_curves; i++) {
			const char *level = w->curves[i].cell->levels[w->factor];

			w->curves[i].is_base = level && !strcmp(level, w->p->contrast.baseline);
		}
		for (size_t i = 0; i < w->n_curves; i++)
			find_base(w, &w->curves[i]);
		for (size_t i = 0; i < w->n_curves; i++)
			divide(&w->curves[i]);
		for (size_t i = 0; i < w->n_curves; i++)
			measure_area(w, &w->curves[i]);
		rank_curves(w);
		if (w->n_curves)
			add_analyses(w, r);
	}
	free(labels);
	free(series);
}

static void
sweep_release(struct sweep *w)
{
	for (size_t i = 0; i < w->n_curves; i++) {
		free(w->curves[i].x);
		free(w->curves[i].ratio);
	}
	free(w->curves);
	free(w->points);
	if (w->by)
		cells_release(&w->cells);
	free(w->by);
}

enum vstatus
sweep_add(
	struct results *r, const struct measures *m, const struct sweep_params *p, struct verr *err)
{
	size_t first = r->n_analyses;
	const char **done = NULL;
	size_t n_done = 0, cap = 0;

	for (size_t i = 0; i < m->n_series; i++) {
		struct sweep w = {.p = p, .metric = m->series[i].metric};

		if (text_among(w.metric, done, n_done) ||
			(p->metrics && !filter_keeps(p->metrics, w.metric)))
			continue;
		GROW(done, n_done, cap);
		done[n_done++] = w.metric;
		sweep_metric(&w, r, m);
		sweep_release(&w);
	}
	free(done);
	if (r->n_analyses == first)
		return verr_set(err, V_EUSAGE,
			"--over %s: no run has such a factor with numbers as levels, and no tool "
			"printed it ('vanalyze info' lists the factors)",
			p->over);
	return V_OK;
}
