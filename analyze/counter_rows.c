/*
 * counter_rows - the analysis "counters": see measure_counters.h.
 *
 * A run has one mean and one peak of each metric, so a cell has as many values as runs, and its
 * intervals are Student's t over the runs.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/measure_counters.h"
#include "analyze/rows.h"
#include "analyze/stats/interval.h"

/* A metric of one run and host. */
struct item {
	const struct series *mean;
	const struct series *peak;
	size_t metric; /* its place among the metrics */
	size_t cell;
};

struct items {
	struct item *items;
	size_t n, cap;
	size_t n_zero; /* metrics that are left out because nothing of the kind ever happened */
	const char **metrics; /* in order of appearance */
	size_t n_metrics, cap_metrics;
};

static size_t
metric_index(struct items *l, const char *name)
{
	for (size_t i = 0; i < l->n_metrics; i++)
		if (!strcmp(l->metrics[i], name))
			return i;
	GROW(l->metrics, l->n_metrics, l->cap_metrics);
	l->metrics[l->n_metrics] = name;
	return l->n_metrics++;
}

/* Means and peaks stand in pairs. */
static void
collect(struct items *l, const struct measures *m)
{
	for (size_t i = 0; i + 1 < m->n_series; i++) {
		if (!strcmp(m->series[i].metric, COUNTERS_SAMPLING))
			continue;
		GROW(l->items, l->n, l->cap);
		l->items[l->n++] = (struct item){.mean = &m->series[i],
			.peak = &m->series[i + 1],
			.metric = metric_index(l, m->series[i].metric)};
		i++;
	}
}

static bool
is_nothing(const struct series *s)
{
	return !s->n || s->x[0] == 0;
}

/* Leaves out metrics that are 0 in all runs: unused interfaces, errors that never were. */
static void
leave_out_zeros(struct items *l)
{
	bool *happened = xcalloc(l->n_metrics + 1, sizeof *happened);
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		happened[l->items[i].metric] |=
			!is_nothing(l->items[i].mean) || !is_nothing(l->items[i].peak);
	for (size_t i = 0; i < l->n_metrics; i++)
		l->n_zero += !happened[i];
	for (size_t i = 0; i < l->n; i++)
		if (happened[l->items[i].metric])
			l->items[n++] = l->items[i];
	l->n = n;
	free(happened);
}

static int
item_cmp(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->cell != y->cell)
		return x->cell < y->cell ? -1 : 1;
	return (x->metric > y->metric) - (x->metric < y->metric);
}

/* Puts the items in the order of the rows. */
static void
group(struct cells *cells, struct items *l, const char *const *by, size_t n_by)
{
	const struct labels **labels = xcalloc(l->n + 1, sizeof *labels);

	for (size_t i = 0; i < l->n; i++)
		labels[i] = &l->items[i].mean->labels;
	cells_group(cells, labels, l->n, by, n_by);
	for (size_t c = 0; c < cells->n; c++)
		for (size_t k = 0; k < cells->items[c].n_members; k++)
			l->items[cells->items[c].members[k]].cell = c;
	if (l->n)
		qsort(l->items, l->n, sizeof *l->items, item_cmp);
	free(labels);
}

/* ---- rows ---- */

struct over_runs {
	struct interval ci;
	size_t n;
	double max;
	const char *reason; /* why there is no value, or no interval */
};

/* x[n]: one value a run. */
static struct over_runs
over_runs(const double *x, size_t n, double level, const char *none)
{
	struct over_runs o = {.n = n, .max = NAN};

	interval_t(&o.ci, x, n, level, NULL);
	for (size_t i = 0; i < n; i++)
		o.max = isnan(o.max) || x[i] > o.max ? x[i] : o.max;
	o.reason = n == 0 ? none : n == 1 ? "no interval from one run" : NULL;
	return o;
}

static void
set_reason(struct table *t, size_t row, const char *mean, const char *peak)
{
	char text[160];

	snprintf(text, sizeof text, "%s%s%s", mean ? mean : "",
		mean && peak && strcmp(mean, peak) != 0 ? "; " : "",
		peak && (!mean || strcmp(mean, peak) != 0) ? peak : "");
	rows_set_text(t, row, "reason", text);
}

/* items[n] are of one cell and metric. */
static void
add_row(struct analysis *a, const struct cell *cell, const char *metric, const struct item *items,
	size_t n, double level)
{
	struct table *t = &a->rows;
	size_t row = table_add_row(t), n_mean = 0, n_peak = 0;
	double *x = xmalloc((2 * n + 1) * sizeof *x), *peaks = x + n;
	struct over_runs mean, peak;

	for (size_t i = 0; i < n; i++) {
		if (items[i].mean->n)
			x[n_mean++] = items[i].mean->x[0];
		if (items[i].peak->n)
			peaks[n_peak++] = items[i].peak->x[0];
	}
	mean = over_runs(x, n_mean, level, "nothing was recorded there");
	peak = over_runs(peaks, n_peak, level, "no stretch as long as the window");
	rows_set_by(t, row, cell, a->n_by);
	rows_set_text(t, row, "metric", metric);
	rows_set_int(t, row, "runs", n);
	rows_set_real(t, row, "mean", mean.ci.estimate);
	rows_set_real(t, row, "mean_lower", mean.ci.lower);
	rows_set_real(t, row, "mean_upper", mean.ci.upper);
	rows_set_int(t, row, "peak_runs", peak.n);
	rows_set_real(t, row, "peak", peak.ci.estimate);
	rows_set_real(t, row, "peak_lower", peak.ci.lower);
	rows_set_real(t, row, "peak_upper", peak.ci.upper);
	rows_set_real(t, row, "peak_max", peak.max);
	set_reason(t, row, mean.reason, mean.n ? peak.reason : NULL);
	free(x);
}

static void
conclude(struct analysis *a, const struct counters_params *p, double level, size_t n_zero)
{
	struct strbuf during;

	strbuf_init(&during);
	for (size_t i = 0; i < DURING_N_PROBES; i++)
		if (p->during & during_probes[i].bit)
			strbuf_addf(&during, "%s%s", during.n ? "," : "", during_probes[i].name);
	json_add_f64(a->parameters, "level", level);
	json_add_i64(a->parameters, "window_ns", p->window_ns);
	if (during.n) {
		json_add_str(a->parameters, "during", during.p);
		json_add_bool(a->parameters, "in_flight", p->extent == DURING_IN_FLIGHT);
		analysis_note(a,
			p->extent == DURING_IN_FLIGHT
				? "Only while at least one probe (%s) was awaited on the same "
				  "clock; peaks from the first to the last."
				: "Only from the first probe (%s) to the end of the last, on the "
				  "same clock.",
			during.p);
	}
	if (n_zero)
		analysis_note(a,
			"Metrics left out because they are 0 in every run: %zu (--metric shows "
			"them).",
			n_zero);
	analysis_note(a,
		"Mean of a run: over its recorded time; peak: its largest mean over a sliding "
		"window of %g s.  Intervals are over runs.",
		(double)p->window_ns / (double)NS_PER_S);
	strbuf_release(&during);
}

static void
add_rows(struct results *r, struct items *l, const struct summarize_params *sp,
	const struct counters_params *p)
{
	const char **by = xcalloc(sp->n_by + 1, sizeof *by);
	struct analysis *a;
	struct cells cells;
	size_t n_by = 0, next;

	for (size_t i = 0; i < sp->n_by; i++)
		if (strcmp(sp->by[i], "host") != 0)
			by[n_by++] = sp->by[i];
	by[n_by++] = "host";
	group(&cells, l, by, n_by);
	a = results_add(r, "counters", NULL, by, n_by);
	for (size_t i = 0; i < l->n; i = next) {
		const struct item *first = &l->items[i];

		for (next = i + 1; next < l->n && !item_cmp(&l->items[next], first); next++)
			;
		add_row(a, &cells.items[first->cell], l->metrics[first->metric], first, next - i,
			sp->level);
	}
	conclude(a, p, sp->level, l->n_zero);
	cells_release(&cells);
	free(by);
}

void
counters_summarize(struct results *r, struct measures *m, const struct summarize_params *sp,
	const struct counters_params *p)
{
	char *sampling = xstrdup(COUNTERS_SAMPLING);
	struct filter only = {.levels = &sampling, .n_levels = 1};
	struct summarize_params counts = *sp;
	struct items l = {0};

	collect(&l, m);
	if (!p->metrics)
		leave_out_zeros(&l);
	if (l.n)
		add_rows(r, &l, sp, p);
	counts.what = SUMMARIZE_COUNTS;
	counts.metrics = &only;
	summarize(r, m, &counts);
	free(l.items);
	free(l.metrics);
	free(sampling);
}
