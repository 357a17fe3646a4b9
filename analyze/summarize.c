/*
 * summarize - cells to rows; see summarize.h.
 */
#include "analyze/summarize.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/stats/describe.h"
#include "analyze/stats/ecdf.h"
#include "analyze/stats/interval.h"

/* Metrics in the order in which they are reported; others follow as they come. */
static const char *const usual_metrics[] = {
	"rtt_ns",
	"overhead_ns",
	"overhead_share_pct",
	"overhead_out_ns",
	"overhead_in_ns",
	"rate_achieved_pps",
	NULL,
};

/* ---- what is known of one cell ---- */

struct cell_stats {
	size_t n_runs;
	uint64_t excluded;
	struct summary pooled;
	struct interval mean;
	struct interval median;
	const char *method[2]; /* of the intervals of mean and median */
	size_t n[2];           /* runs or probes that they are over */
	double n_effective;    /* NaN when over runs */
	char reason[2][120];   /* why an interval is undefined, "" if it is defined */
};

static void
note_reason(char reason[120], enum vstatus st, const struct verr *err)
{
	if (st == V_OK)
		reason[0] = '\0';
	else
		snprintf(reason, 120, "%.119s", err->msg);
}

/* Several runs: t over the runs' own statistics. */
static void
intervals_over_runs(struct cell_stats *c, struct series *const *series, size_t n, double level)
{
	double *x = xcalloc(n, sizeof *x);
	struct verr err;

	for (int k = 0; k < 2; k++) {
		struct interval *ci = k ? &c->median : &c->mean;
		size_t n_x = 0;

		for (size_t i = 0; i < n; i++)
			if (series[i]->n)
				x[n_x++] = k ? series[i]->median : series[i]->mean;
		c->method[k] = "t over runs";
		c->n[k] = n_x;
		note_reason(c->reason[k], interval_t(ci, x, n_x, level, &err), &err);
	}
	c->n_effective = NAN;
	free(x);
}

/* One run: over its probes, which are correlated. */
static void
intervals_over_probes(struct cell_stats *c, const struct series *s, const double *x, size_t n,
	double level)
{
	struct verr err;

	c->n_effective = n ? s->n_effective : NAN;
	c->n[0] = c->n[1] = n;
	c->method[0] = "t over probes";
	note_reason(c->reason[0],
		interval_t_moments(&c->mean, s->mean, s->sd, n, s->n_effective, level, &err), &err);
	c->method[1] = "order statistics over probes";
	note_reason(c->reason[1], interval_quantile(&c->median, x, n, 0.5, level, &err), &err);
}

/* Pools the cell's series into *x (heap), which stays sorted for the CDF. */
static void
cell_stats(struct cell_stats *c, double **x, size_t *n_x, struct series *const *series, size_t n,
	double level)
{
	double mean, sd;

	memset(c, 0, sizeof *c);
	c->n_runs = n;
	for (size_t i = 0; i < n; i++)
		c->excluded += series[i]->excluded;
	c->mean = c->median = (struct interval){NAN, NAN, NAN};
	if (n > 1)
		intervals_over_runs(c, series, n, level);
	series_pool(x, n_x, series, n);
	if (n == 1) {
		intervals_over_probes(c, series[0], *x, *n_x, level);
		mean = series[0]->mean;
		sd = series[0]->sd;
	} else {
		moments(&mean, &sd, *x, *n_x, NULL);
	}
	summary_complete(&c->pooled, *x, *n_x, mean, sd);
}

/* ---- rows ---- */

static void
set_by(struct table *t, size_t row, const struct cell *cell, size_t n_by)
{
	for (size_t i = 0; i < n_by; i++)
		table_set_text(t, i, row, cell->levels[i]);
}

/* Columns are addressed by name: the tables are small, their writers readable. */
static size_t
column(struct table *t, const char *name, enum column_type type)
{
	size_t i = table_find(t, name);

	return i == SIZE_MAX ? table_add_column(t, name, type) : i;
}

static void
set_int(struct table *t, size_t row, const char *name, uint64_t v)
{
	table_set_int(t, column(t, name, COLUMN_INT), row, (int64_t)v);
}

static void
set_real(struct table *t, size_t row, const char *name, double v)
{
	size_t c = column(t, name, COLUMN_REAL);

	if (isfinite(v))
		table_set_real(t, c, row, v);
}

static void
set_text(struct table *t, size_t row, const char *name, const char *v)
{
	table_set_text(t, column(t, name, COLUMN_TEXT), row, v && *v ? v : NULL);
}

static void
add_describe(struct analysis *a, const struct cell *cell, const struct cell_stats *c)
{
	struct table *t = &a->rows;
	size_t row = table_add_row(t);

	set_by(t, row, cell, a->n_by);
	set_text(t, row, "metric", a->metric);
	set_int(t, row, "runs", c->n_runs);
	set_int(t, row, "n", c->pooled.n);
	set_int(t, row, "excluded", c->excluded);
	set_real(t, row, "mean", c->pooled.mean);
	set_real(t, row, "sd", c->pooled.sd);
	set_real(t, row, "min", c->pooled.min);
	set_real(t, row, "q1", c->pooled.q1);
	set_real(t, row, "median", c->pooled.median);
	set_real(t, row, "q3", c->pooled.q3);
	set_real(t, row, "max", c->pooled.max);
	set_text(t, row, "reason", c->pooled.n ? NULL : "no samples");
}

static void
add_ci(struct analysis *a, const struct cell *cell, const struct cell_stats *c, double level)
{
	for (int k = 0; k < 2; k++) {
		const struct interval *ci = k ? &c->median : &c->mean;
		struct table *t = &a->rows;
		size_t row = table_add_row(t);

		set_by(t, row, cell, a->n_by);
		set_text(t, row, "metric", a->metric);
		set_text(t, row, "statistic", k ? "median" : "mean");
		set_int(t, row, "n", c->n[k]);
		set_real(t, row, "estimate", ci->estimate);
		set_real(t, row, "lower", c->reason[k][0] ? NAN : ci->lower);
		set_real(t, row, "upper", c->reason[k][0] ? NAN : ci->upper);
		set_real(t, row, "level", level);
		set_text(t, row, "method", c->method[k]);
		set_real(t, row, "n_effective", c->n_effective);
		set_text(t, row, "reason", c->reason[k]);
	}
}

static void
add_cdf(struct analysis *a, const struct cell *cell, const double *x, size_t n, double level)
{
	struct ecdf_point points[CDF_POINTS_MAX];
	size_t n_points;

	if (ecdf_thin(points, &n_points, CDF_POINTS_MAX, x, n, level, NULL) != V_OK)
		return;
	for (size_t i = 0; i < n_points; i++) {
		struct table *t = &a->rows;
		size_t row = table_add_row(t);

		set_by(t, row, cell, a->n_by);
		set_text(t, row, "metric", a->metric);
		set_real(t, row, "x", points[i].x);
		set_real(t, row, "p", points[i].p);
		set_real(t, row, "p_lower", points[i].p_lower);
		set_real(t, row, "p_upper", points[i].p_upper);
	}
}

static void
add_summary(struct analysis *a, const struct cell *cell, const struct cell_stats *c)
{
	struct table *t = &a->rows;
	size_t row = table_add_row(t);

	set_by(t, row, cell, a->n_by);
	set_text(t, row, "metric", a->metric);
	set_int(t, row, "runs", c->n_runs);
	set_int(t, row, "n", c->pooled.n);
	set_int(t, row, "excluded", c->excluded);
	set_real(t, row, "mean", c->mean.estimate);
	set_real(t, row, "mean_lower", c->reason[0][0] ? NAN : c->mean.lower);
	set_real(t, row, "mean_upper", c->reason[0][0] ? NAN : c->mean.upper);
	set_real(t, row, "sd", c->pooled.sd);
	set_real(t, row, "min", c->pooled.min);
	set_real(t, row, "q1", c->pooled.q1);
	set_real(t, row, "median", c->pooled.median);
	set_real(t, row, "q3", c->pooled.q3);
	set_real(t, row, "max", c->pooled.max);
	set_text(t, row, "interval", c->n_runs > 1 ? "runs" : "probes");
	set_text(t, row, "reason", c->reason[0]);
}

static void
add_counts(struct analysis *a, const struct cell *cell, struct tally *const *tallies)
{
	struct table *t = &a->rows;
	size_t row = table_add_row(t);
	uint64_t sum[TALLY_MAX] = {0};

	for (size_t i = 0; i < cell->n_members; i++) {
		const uint64_t *counts = tallies[cell->members[i]]->counts;

		for (size_t k = 0; measure_column(a->metric, k); k++)
			sum[k] = measure_combine(a->metric, k, sum[k], counts[k]);
	}
	set_by(t, row, cell, a->n_by);
	set_text(t, row, "metric", a->metric);
	set_int(t, row, "runs", cell->n_members);
	for (size_t k = 0; measure_column(a->metric, k); k++)
		set_int(t, row, measure_column(a->metric, k), sum[k]);
	if (!strcmp(a->metric, "rtt_ns")) {
		uint64_t ended = sum[RTT_PROBES] - sum[RTT_UNFINISHED];

		set_real(t, row, "loss_pct",
			ended ? 100 * (double)sum[RTT_LOST] / (double)ended : NAN);
		set_int(t, row, "loss_is_upper_bound", sum[RTT_DROPPED] > 0);
	}
}

/* ---- notes ---- */

static void
note_interval_basis(struct analysis *a, size_t n_single, size_t n_cells)
{
	if (n_single == n_cells)
		analysis_note(a, "Every cell holds a single run: intervals are over its probes, with the "
				 "effective sample size for their correlation, and say nothing about how "
				 "runs differ.");
	else if (n_single)
		analysis_note(a, "%zu of %zu cells hold a single run: their intervals are over its "
				 "probes; the others are over runs.", n_single, n_cells);
}

static void
note_excluded(struct analysis *a, uint64_t excluded)
{
	if (excluded)
		analysis_note(a, "%" PRIu64 " samples are left out for their flags (ambiguous, negative "
				 "or corrupt; --keep FLAG includes them).", excluded);
}

static void
note_counts(struct analysis *a)
{
	struct table *t = &a->rows;
	size_t dropped = table_find(t, "points_with_drops");
	size_t resolution = table_find(t, "resolution_ns");
	int64_t n_dropped = 0, worst_ns = 0;

	for (size_t row = 0; row < t->n_rows; row++) {
		if (dropped != SIZE_MAX)
			n_dropped += table_int(t, dropped, row);
		if (resolution != SIZE_MAX && table_int(t, resolution, row) > worst_ns)
			worst_ns = table_int(t, resolution, row);
	}
	if (n_dropped)
		analysis_note(a, "Packets were dropped while capturing: loss is an upper bound there.");
	if (worst_ns)
		analysis_note(a, "The point app is what ping printed, in steps of up to %g us.",
			(double)worst_ns / 1e3);
}

/* ---- one metric ---- */

struct metric_rows {
	struct results *results;
	const struct summarize_params *params;
	const char *metric;
	const char **by;
	size_t n_by;
};

static bool
listed(const char *const *by, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(by[i], name))
			return true;
	return false;
}

/* The user's grouping, and the points: RTTs of different points never share a cell. */
static void
make_by(struct metric_rows *w, const struct labels *labels)
{
	static const char *const points[] = {"point", "inner", "outer", NULL};

	w->by = xcalloc(w->params->n_by + 3, sizeof *w->by);
	w->n_by = w->params->n_by;
	if (w->n_by)
		memcpy(w->by, w->params->by, w->n_by * sizeof *w->by);
	for (size_t i = 0; points[i]; i++)
		if (labels_get(labels, points[i]) && !listed(w->by, w->n_by, points[i]))
			w->by[w->n_by++] = points[i];
}

/* The analysis of that kind for this metric: the last one added, or a new one. */
static struct analysis *
analysis_of(struct metric_rows *w, const char *kind)
{
	for (size_t i = w->results->n_analyses; i-- > 0;) {
		struct analysis *a = &w->results->analyses[i];

		if (!strcmp(a->kind, kind) && !strcmp(a->metric, w->metric))
			return a;
	}
	return results_add(w->results, kind, w->metric, w->by, w->n_by);
}

static void
summarize_cell(struct metric_rows *w, const struct cell *cell, struct series *const *all,
	uint64_t *excluded, size_t *n_single)
{
	struct series **series = xcalloc(cell->n_members, sizeof *series);
	const struct summarize_params *p = w->params;
	struct cell_stats c;
	double *x;
	size_t n_x;

	for (size_t i = 0; i < cell->n_members; i++)
		series[i] = all[cell->members[i]];
	cell_stats(&c, &x, &n_x, series, cell->n_members, p->level);
	if (p->what & SUMMARIZE_SUMMARY)
		add_summary(analysis_of(w, "summary"), cell, &c);
	if (p->what & SUMMARIZE_DESCRIBE)
		add_describe(analysis_of(w, "describe"), cell, &c);
	if (p->what & SUMMARIZE_CI)
		add_ci(analysis_of(w, "ci"), cell, &c, p->level);
	if (p->what & SUMMARIZE_CDF)
		add_cdf(analysis_of(w, "cdf"), cell, x, n_x, p->level);
	*excluded += c.excluded;
	*n_single += c.n_runs == 1;
	free(x);
	free(series);
}

static void
summarize_metric(struct metric_rows *w, struct measures *m)
{
	struct series **series = xcalloc(m->n_series + 1, sizeof *series);
	const struct labels **labels = xcalloc(m->n_series + 1, sizeof *labels);
	size_t n = 0, n_single = 0, first = w->results->n_analyses;
	uint64_t excluded = 0;
	struct cells cells;

	for (size_t i = 0; i < m->n_series; i++) {
		if (strcmp(m->series[i].metric, w->metric))
			continue;
		labels[n] = &m->series[i].labels;
		series[n++] = &m->series[i];
	}
	cells_group(&cells, labels, n, w->by, w->n_by);
	for (size_t i = 0; i < cells.n; i++)
		summarize_cell(w, &cells.items[i], series, &excluded, &n_single);
	for (size_t i = first; i < w->results->n_analyses; i++) {
		struct analysis *a = &w->results->analyses[i];

		json_add_f64(a->parameters, "level", w->params->level);
		if (!strcmp(a->kind, "describe") || !strcmp(a->kind, "cdf"))
			json_add_bool(a->parameters, "pooled", true);
		else
			note_interval_basis(a, n_single, cells.n);
		note_excluded(a, excluded);
	}
	cells_release(&cells);
	free(labels);
	free(series);
}

static void
count_metric(struct metric_rows *w, struct measures *m)
{
	struct tally **tallies = xcalloc(m->n_tallies + 1, sizeof *tallies);
	const struct labels **labels = xcalloc(m->n_tallies + 1, sizeof *labels);
	struct cells cells;
	size_t n = 0;

	for (size_t i = 0; i < m->n_tallies; i++) {
		if (strcmp(m->tallies[i].metric, w->metric))
			continue;
		labels[n] = &m->tallies[i].labels;
		tallies[n++] = &m->tallies[i];
	}
	cells_group(&cells, labels, n, w->by, w->n_by);
	for (size_t i = 0; i < cells.n; i++)
		add_counts(analysis_of(w, "counts"), &cells.items[i], tallies);
	if (cells.n)
		note_counts(analysis_of(w, "counts"));
	cells_release(&cells);
	free(labels);
	free(tallies);
}

/* The metrics that there are: the usual ones first. */
static size_t
list_metrics(const char ***names, const struct measures *m)
{
	size_t n = 0, cap = 0;

	*names = NULL;
	for (size_t i = 0; usual_metrics[i]; i++) {
		for (size_t k = 0; k < m->n_series; k++) {
			if (strcmp(m->series[k].metric, usual_metrics[i]))
				continue;
			GROW(*names, n, cap);
			(*names)[n++] = usual_metrics[i];
			break;
		}
	}
	for (size_t k = 0; k < m->n_series; k++) {
		if (listed(*names, n, m->series[k].metric))
			continue;
		GROW(*names, n, cap);
		(*names)[n++] = m->series[k].metric;
	}
	return n;
}

static const struct labels *
labels_of_metric(const struct measures *m, const char *metric)
{
	for (size_t k = 0; k < m->n_series; k++)
		if (!strcmp(m->series[k].metric, metric))
			return &m->series[k].labels;
	return NULL;
}

void
summarize(struct results *r, struct measures *m, const struct summarize_params *params)
{
	const char **metrics;
	size_t n = list_metrics(&metrics, m);

	for (size_t i = 0; i < n; i++) {
		struct metric_rows w = {.results = r, .params = params, .metric = metrics[i]};

		if (params->metrics && !filter_keeps(params->metrics, metrics[i]))
			continue;
		make_by(&w, labels_of_metric(m, metrics[i]));
		if (params->what & ~(unsigned)SUMMARIZE_COUNTS)
			summarize_metric(&w, m);
		if (params->what & SUMMARIZE_COUNTS)
			count_metric(&w, m);
		free(w.by);
	}
	free(metrics);
}
