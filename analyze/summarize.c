/*
 * summarize - cells to rows; see summarize.h.
 */
#include "analyze/summarize.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/byrun.h"
#include "analyze/estimates.h"
#include "analyze/rows.h"
#include "analyze/stats/describe.h"
#include "analyze/stats/ecdf.h"
#include "analyze/stats/spread.h"
#include "analyze/summarize_int.h"
#include "core/text.h"

/* Metrics in the order in which they are reported; others follow as they come. */
static const char *const usual_metrics[] = {
	"rtt_ns",
	"overhead_ns",
	"overhead_share_pct",
	"overhead_out_ns",
	"overhead_in_ns",
	"latency_ns",
	"ttfb_ns",
	"connect_ns",
	"total_ns",
	"run_total_ns",
	"client_mean_ns",
	"proxy_overhead_ns",
	"miss_latency_ns",
	"hit_latency_ns",
	"mean_difference_ns",
	"delay_ns",
	"delay_out_ns",
	"delay_in_ns",
	"tcp_handshake_ns",
	"tcp_ack_ns",
	"tcp_timestamp_ns",
	"goodput_bps",
	"throughput_bps",
	"total_throughput_bps",
	"transactions_per_s",
	"okay_pct",
	"rate_achieved_pps",
	NULL,
};

/* ---- what is known of one cell ---- */

struct cell_stats {
	size_t n_runs;
	uint64_t excluded;
	struct summary pooled;
	struct estimates estimates; /* the mean first */
	double whisker_low;
	double whisker_high;
	double step;       /* of the grid that the values lie on; 0 none to be seen */
	double opening;    /* the largest opening_delta of its runs; 0 none */
	size_t n_openings; /* runs that begin differently */
	bool unordered;    /* the order of its samples is not known */
};

static struct estimate_params
estimate_params(const struct summarize_params *p)
{
	return (struct estimate_params){p->level, p->quantiles, p->n_quantiles,
		p->what & SUMMARIZE_CI ? p->n_resamples : 0, p->seed, p->n_threads};
}

static void
look_at_openings(struct cell_stats *c, struct series *const *series, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double delta = series[i]->opening_delta;

		c->unordered |= series[i]->unordered;
		if (!(fabs(delta) > OPENING_DELTA))
			continue;
		c->n_openings++;
		if (fabs(delta) > fabs(c->opening))
			c->opening = delta;
	}
}

/* Pools the cell's series into *x (heap), which stays sorted for the CDF. */
static void
cell_stats(struct cell_stats *c, double **x, size_t *n_x, struct series *const *series, size_t n,
	const struct summarize_params *params)
{
	struct estimate_params p = estimate_params(params);
	double mean, sd;

	memset(c, 0, sizeof *c);
	c->n_runs = n;
	for (size_t i = 0; i < n; i++)
		c->excluded += series[i]->excluded;
	look_at_openings(c, series, n);
	if (n > 1)
		estimates_over_runs(&c->estimates, series, n, &p);
	series_pool(x, n_x, series, n);
	if (n == 1) {
		estimates_over_probes(&c->estimates, series[0], *x, *n_x, &p);
		mean = series[0]->mean;
		sd = series[0]->sd;
	} else {
		moments(&mean, &sd, *x, *n_x, NULL);
	}
	summary_complete(&c->pooled, *x, *n_x, mean, sd);
	tukey_whiskers(
		&c->whisker_low, &c->whisker_high, *x, *n_x, c->pooled.q1, c->pooled.q3, NULL);
	c->step = grid_step(*x, *n_x);
}

/* ---- rows ---- */

/* Which cell a row is about, and how much it rests on. */
static void
set_cell(struct analysis *a, size_t row, const struct cell *cell, const struct cell_stats *c)
{
	struct table *t = &a->rows;

	rows_set_by(t, row, cell, a->n_by);
	rows_set_text(t, row, "metric", a->metric);
	rows_set_int(t, row, "runs", c->n_runs);
	rows_set_int(t, row, "n", c->pooled.n);
	rows_set_int(t, row, "excluded", c->excluded);
}

static void
set_spread(struct table *t, size_t row, const struct cell_stats *c)
{
	rows_set_real(t, row, "sd", c->pooled.sd);
	rows_set_real(t, row, "min", c->pooled.min);
	rows_set_real(t, row, "q1", c->pooled.q1);
	rows_set_real(t, row, "median", c->pooled.median);
	rows_set_real(t, row, "q3", c->pooled.q3);
	rows_set_real(t, row, "max", c->pooled.max);
}

static void
add_describe(struct analysis *a, const struct cell *cell, const struct cell_stats *c)
{
	struct table *t = &a->rows;
	size_t row = table_add_row(t);

	set_cell(a, row, cell, c);
	rows_set_real(t, row, "mean", c->pooled.mean);
	set_spread(t, row, c);
	rows_set_real(t, row, "whisker_low", c->whisker_low);
	rows_set_real(t, row, "whisker_high", c->whisker_high);
	rows_set_real(t, row, "cv", coefficient_of_variation(c->pooled.mean, c->pooled.sd));
	rows_set_text(t, row, "reason", c->pooled.n ? NULL : "no samples");
}

static void
add_ci(struct analysis *a, const struct cell *cell, const struct cell_stats *c, double level)
{
	for (size_t i = 0; i < c->estimates.n; i++) {
		const struct estimate *e = &c->estimates.items[i];
		struct table *t = &a->rows;
		size_t row = table_add_row(t);

		rows_set_by(t, row, cell, a->n_by);
		rows_set_text(t, row, "metric", a->metric);
		rows_set_text(t, row, "statistic", e->statistic);
		rows_set_int(t, row, "n", e->n);
		rows_set_real(t, row, "estimate", e->ci.estimate);
		rows_set_real(t, row, "lower", e->ci.lower);
		rows_set_real(t, row, "upper", e->ci.upper);
		rows_set_real(t, row, "level", level);
		rows_set_text(t, row, "method", e->method);
		rows_set_real(t, row, "n_effective", e->n_effective);
		rows_set_text(t, row, "reason", e->reason);
	}
}

static void
add_cdf(struct analysis *a, const struct cell *cell, const double *x, size_t n, double level)
{
	struct ecdf_point points[CDF_POINTS_MAX];
	size_t n_points;

	if (ecdf_thin(points, &n_points, CDF_POINTS_MAX, x, n, level, NULL) != V_OK)
		return;
	results_fold(a, "x");
	for (size_t i = 0; i < n_points; i++) {
		struct table *t = &a->rows;
		size_t row = table_add_row(t);

		rows_set_by(t, row, cell, a->n_by);
		rows_set_text(t, row, "metric", a->metric);
		rows_set_step(t, row, &points[i]);
	}
}

static void
add_summary(struct analysis *a, const struct cell *cell, const struct cell_stats *c)
{
	struct table *t = &a->rows;
	size_t row = table_add_row(t);
	const struct estimate *mean = &c->estimates.items[0];

	set_cell(a, row, cell, c);
	rows_set_real(t, row, "mean", mean->ci.estimate);
	rows_set_real(t, row, "mean_lower", mean->ci.lower);
	rows_set_real(t, row, "mean_upper", mean->ci.upper);
	set_spread(t, row, c);
	rows_set_text(t, row, "interval", c->n_runs > 1 ? "runs" : "probes");
	rows_set_text(t, row, "reason", mean->reason);
}

static void
add_counts(struct analysis *a, const struct cell *cell, struct tally *const *tallies)
{
	struct table *t = &a->rows;
	size_t row = table_add_row(t);
	uint64_t sum[TALLY_MAX] = {0};
	const char *share;
	double pct;

	for (size_t i = 0; i < cell->n_members; i++) {
		const uint64_t *counts = tallies[cell->members[i]]->counts;

		for (size_t k = 0; measure_column(a->metric, k); k++)
			sum[k] = measure_combine(a->metric, k, sum[k], counts[k]);
	}
	rows_set_by(t, row, cell, a->n_by);
	rows_set_text(t, row, "metric", a->metric);
	rows_set_int(t, row, "runs", cell->n_members);
	for (size_t k = 0; measure_column(a->metric, k); k++)
		rows_set_int(t, row, measure_column(a->metric, k), sum[k]);
	if (!strcmp(a->metric, "rtt_ns")) {
		uint64_t ended = sum[RTT_PROBES] - sum[RTT_UNFINISHED];

		rows_set_real(t, row, "loss_pct",
			ended ? 100 * (double)sum[RTT_LOST] / (double)ended : NAN);
		rows_set_int(t, row, "loss_is_upper_bound", sum[RTT_DROPPED] > 0);
	}
	if (!strcmp(a->metric, "latency_ns")) {
		uint64_t tried = sum[HTTP_CONNECTIONS] + sum[HTTP_FAILED];

		rows_set_real(t, row, "failed_connections_pct",
			tried ? 100 * (double)sum[HTTP_FAILED] / (double)tried : NAN);
		rows_set_real(t, row, "failed_requests_pct",
			sum[HTTP_REQUESTS] ? 100 * (double)sum[HTTP_FAILED_REQUESTS] /
					(double)sum[HTTP_REQUESTS]
					   : NAN);
	}
	for (size_t k = 0; (share = measure_share(a->metric, k, sum, &pct)); k++)
		rows_set_real(t, row, share, pct);
}

/* ---- one metric ---- */

struct metric_rows {
	struct results *results;
	const struct summarize_params *params;
	const char *metric;
	size_t first; /* analysis of this call: earlier ones may group otherwise */
	const char **by;
	size_t n_by;
};

const char **
summarize_identities(size_t *n, const struct measures *m, const struct labels *labels)
{
	static const char *const names[] = {
		"point", "inner", "outer", "host", "proto", "direction", "side", "test"};
	const size_t n_names = sizeof names / sizeof *names;
	const char **found = xcalloc(n_names + m->n_conditions + 1, sizeof *found);

	*n = 0;
	for (size_t i = 0; i < n_names + m->n_conditions; i++) {
		const char *name = i < n_names ? names[i] : m->conditions[i - n_names];

		if (labels_get(labels, name))
			found[(*n)++] = name;
	}
	return found;
}

/* The user's grouping, and what never shares a cell: the RTTs of different points, say. */
static void
make_by(struct metric_rows *w, const struct measures *m, const struct labels *labels)
{
	size_t n_added;
	const char **added = summarize_identities(&n_added, m, labels);

	w->by = xcalloc(w->params->n_by + n_added + 1, sizeof *w->by);
	w->n_by = w->params->n_by;
	if (w->n_by)
		memcpy(w->by, w->params->by, w->n_by * sizeof *w->by);
	for (size_t i = 0; i < n_added; i++)
		if (!text_among(added[i], w->by, w->n_by))
			w->by[w->n_by++] = added[i];
	free(added);
}

/* The analysis of that kind for this metric: the one added before, or a new one. */
static struct analysis *
analysis_of(struct metric_rows *w, const char *kind)
{
	for (size_t i = w->first; i < w->results->n_analyses; i++) {
		struct analysis *a = &w->results->analyses[i];

		if (!strcmp(a->kind, kind) && !strcmp(a->metric, w->metric))
			return a;
	}
	return results_add(w->results, kind, w->metric, w->by, w->n_by);
}

static void
tally_cell(struct cell_tally *all, const struct cell_stats *c)
{
	bool coarse = c->step > STEP_SHARE * fabs(c->pooled.median);

	all->excluded += c->excluded;
	all->n_single += c->n_runs == 1;
	all->n_openings += c->n_openings;
	all->n_unordered += c->unordered && c->n_runs == 1;
	if (fabs(c->opening) > fabs(all->opening))
		all->opening = c->opening;
	all->n_coarse += coarse;
	if (coarse && c->step > all->step)
		all->step = c->step;
}

static void
summarize_cell(struct metric_rows *w, const struct cell *cell, struct series *const *all,
	struct cell_tally *tally)
{
	struct series **series = xcalloc(cell->n_members, sizeof *series);
	const struct summarize_params *p = w->params;
	struct cell_stats c;
	double *x;
	size_t n_x;

	for (size_t i = 0; i < cell->n_members; i++)
		series[i] = all[cell->members[i]];
	cell_stats(&c, &x, &n_x, series, cell->n_members, p);
	if (p->what & SUMMARIZE_SUMMARY)
		add_summary(analysis_of(w, "summary"), cell, &c);
	if (p->what & SUMMARIZE_DESCRIBE)
		add_describe(analysis_of(w, "describe"), cell, &c);
	if (p->what & SUMMARIZE_CI)
		add_ci(analysis_of(w, "ci"), cell, &c, p->level);
	if (p->what & SUMMARIZE_CDF)
		add_cdf(analysis_of(w, "cdf"), cell, x, n_x, p->level);
	tally_cell(tally, &c);
	estimates_release(&c.estimates);
	free(x);
	free(series);
}

static void
summarize_metric(struct metric_rows *w, struct measures *m)
{
	struct series **series = xcalloc(m->n_series + 1, sizeof *series);
	const struct labels **labels = xcalloc(m->n_series + 1, sizeof *labels);
	size_t n = 0, first = w->results->n_analyses;
	struct cell_tally tally = {.excluded = 0};
	struct cells cells;

	for (size_t i = 0; i < m->n_series; i++) {
		if (strcmp(m->series[i].metric, w->metric))
			continue;
		labels[n] = &m->series[i].labels;
		series[n++] = &m->series[i];
	}
	if (w->params->what & SUMMARIZE_SUMMARY)
		analysis_of(w, "summary"); /* its place is before the comparisons */
	/* Before the cells, which consume the series. */
	if ((w->params->what & SUMMARIZE_COMPARE) && w->params->contrast.factor)
		contrast_add(analysis_of(w, "compare"), series, n, &w->params->contrast);
	cells_group(&cells, labels, n, w->by, w->n_by);
	for (size_t i = 0; i < cells.n; i++)
		summarize_cell(w, &cells.items[i], series, &tally);
	summarize_conclude(w->results, first, w->params, &tally, cells.n);
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
		summarize_note_counts(analysis_of(w, "counts"), m);
	cells_release(&cells);
	free(labels);
	free(tallies);
}

/* The metrics that there are, of values or only of counts: the usual ones first. */
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
	for (size_t k = 0; k < m->n_series + m->n_tallies; k++) {
		const char *name =
			k < m->n_series ? m->series[k].metric : m->tallies[k - m->n_series].metric;

		if (text_among(name, *names, n))
			continue;
		GROW(*names, n, cap);
		(*names)[n++] = name;
	}
	return n;
}

static const struct labels *
labels_of_metric(const struct measures *m, const char *metric)
{
	for (size_t k = 0; k < m->n_series; k++)
		if (!strcmp(m->series[k].metric, metric))
			return &m->series[k].labels;
	for (size_t k = 0; k < m->n_tallies; k++)
		if (!strcmp(m->tallies[k].metric, metric))
			return &m->tallies[k].labels;
	return NULL;
}

void
summarize(struct results *r, struct measures *m, const struct summarize_params *params)
{
	const char **metrics;
	size_t n = list_metrics(&metrics, m), first = r->n_analyses;

	for (size_t i = 0; i < n; i++) {
		struct metric_rows w = {
			.results = r, .params = params, .metric = metrics[i], .first = first};

		if (params->metrics && !filter_keeps(params->metrics, metrics[i]))
			continue;
		make_by(&w, m, labels_of_metric(m, metrics[i]));
		if (params->what & SUMMARIZE_RUNS)
			byrun_add(r, m, metrics[i], w.by, w.n_by);
		if (params->what & ~(unsigned)SUMMARIZE_COUNTS)
			summarize_metric(&w, m);
		if (params->what & SUMMARIZE_COUNTS)
			count_metric(&w, m);
		free(w.by);
	}
	free(metrics);
}
