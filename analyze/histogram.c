/*
 * histogram - see histogram.h.
 *
 * The runs come from histogram_read.c.  Of a cell's runs, describe and cdf pool the counts, which
 * loses nothing that the histograms have; intervals are Student's t over the runs' own means and
 * medians, as everywhere (METHODS, "Summaries and intervals").  A cell of one run has no interval:
 * the order of its samples is gone, so their correlation is not known.
 *
 * Where several kinds are asked for at once, for a report, they are called histogram_describe and
 * so on: their cells are not of the probes that the report's tables are about.
 */
#include "analyze/histogram.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/rows.h"
#include "analyze/stats/interval.h"
#include "core/text.h"

/* ---- cells ---- */

struct job { /* one metric of one call */
	struct results *results;
	const struct histogram *h;
	const struct options *options;
	unsigned what;
	const char *metric;
	const char **by;
	size_t n_by;
	size_t first; /* analysis of this metric */
};

struct cell_stats {
	struct summary pooled;
	struct interval ci[2]; /* of mean and median, over runs */
	char reason[2][120];
	struct bucket *buckets; /* pooled */
	size_t n_buckets;
	size_t n_runs;
};

static void
intervals(struct cell_stats *c, const struct job *j, const struct cell *cell,
	const struct histogram_run *const *runs)
{
	double *x[2] = {xcalloc(cell->n_members, sizeof **x), xcalloc(cell->n_members, sizeof **x)};
	size_t n = 0;

	for (size_t i = 0; i < cell->n_members; i++) {
		const struct histogram_run *run = runs[cell->members[i]];
		struct summary s;

		if (buckets_summary(&s, run->buckets, run->n, NULL) != V_OK)
			continue;
		x[0][n] = s.mean;
		x[1][n++] = s.median;
	}
	for (int k = 0; k < 2; k++) {
		struct verr err;

		c->reason[k][0] = '\0';
		if (interval_t(&c->ci[k], x[k], n, j->options->level, &err) != V_OK)
			snprintf(c->reason[k], sizeof c->reason[k], "%.119s", err.msg);
		free(x[k]);
	}
	c->n_runs = n;
}

static void
cell_stats(struct cell_stats *c, const struct job *j, const struct cell *cell,
	const struct histogram_run *const *runs)
{
	size_t n = 0;

	for (size_t i = 0; i < cell->n_members; i++)
		n += runs[cell->members[i]]->n;
	c->buckets = xcalloc(n + 1, sizeof *c->buckets);
	n = 0;
	for (size_t i = 0; i < cell->n_members; i++) {
		const struct histogram_run *run = runs[cell->members[i]];

		memcpy(c->buckets + n, run->buckets, run->n * sizeof *run->buckets);
		n += run->n;
	}
	c->n_buckets = buckets_sort(c->buckets, n);
	buckets_summary(&c->pooled, c->buckets, c->n_buckets, NULL);
	intervals(c, j, cell, runs);
}

/* ---- rows ---- */

enum kind { K_SUMMARY, K_DESCRIBE, K_CI, K_CDF, N_KINDS };

static const struct {
	unsigned what;
	const char *name;
	const char *in_document;
} kinds[N_KINDS] = {
	[K_SUMMARY] = {SUMMARIZE_SUMMARY, "summary", "histogram_summary"},
	[K_DESCRIBE] = {SUMMARIZE_DESCRIBE, "describe", "histogram_describe"},
	[K_CI] = {SUMMARIZE_CI, "ci", "histogram_ci"},
	[K_CDF] = {SUMMARIZE_CDF, "cdf", "histogram_cdf"},
};

/* Several kinds at once make a document for reports, where these have names of their own. */
static bool
is_document(unsigned what)
{
	return (what & (what - 1)) != 0;
}

static struct analysis *
analysis_of(const struct job *j, enum kind k)
{
	const char *kind = is_document(j->what) ? kinds[k].in_document : kinds[k].name;

	for (size_t i = j->first; i < j->results->n_analyses; i++)
		if (!strcmp(j->results->analyses[i].kind, kind))
			return &j->results->analyses[i];
	return results_add(j->results, kind, j->metric, j->by, j->n_by);
}

static size_t
start_row(struct analysis *a, const struct job *j, const struct cell *cell)
{
	size_t row = table_add_row(&a->rows);

	rows_set_by(&a->rows, row, cell, a->n_by);
	rows_set_text(&a->rows, row, "metric", j->metric);
	return row;
}

static void
set_quantiles(struct table *t, size_t row, const struct summary *s)
{
	rows_set_real(t, row, "sd", s->sd);
	rows_set_real(t, row, "min", s->min);
	rows_set_real(t, row, "q1", s->q1);
	rows_set_real(t, row, "median", s->median);
	rows_set_real(t, row, "q3", s->q3);
	rows_set_real(t, row, "max", s->max);
}

static void
add_row_start(struct table *t, size_t row, const struct cell_stats *c)
{
	rows_set_int(t, row, "runs", c->n_runs);
	rows_set_int(t, row, "n", c->pooled.n);
	rows_set_int(t, row, "excluded", 0);
}

static void
add_describe(const struct job *j, const struct cell *cell, const struct cell_stats *c)
{
	struct analysis *a = analysis_of(j, K_DESCRIBE);
	size_t row = start_row(a, j, cell);

	add_row_start(&a->rows, row, c);
	rows_set_real(&a->rows, row, "mean", c->pooled.mean);
	set_quantiles(&a->rows, row, &c->pooled);
	rows_set_text(&a->rows, row, "reason", c->pooled.n ? NULL : "no samples");
}

static void
add_summary(const struct job *j, const struct cell *cell, const struct cell_stats *c)
{
	struct analysis *a = analysis_of(j, K_SUMMARY);
	size_t row = start_row(a, j, cell);

	add_row_start(&a->rows, row, c);
	rows_set_real(&a->rows, row, "mean", c->ci[0].estimate);
	rows_set_real(&a->rows, row, "mean_lower", *c->reason[0] ? NAN : c->ci[0].lower);
	rows_set_real(&a->rows, row, "mean_upper", *c->reason[0] ? NAN : c->ci[0].upper);
	set_quantiles(&a->rows, row, &c->pooled);
	rows_set_text(&a->rows, row, "interval", "runs");
	rows_set_text(&a->rows, row, "reason", c->reason[0]);
}

static void
add_ci(const struct job *j, const struct cell *cell, const struct cell_stats *c)
{
	struct analysis *a = analysis_of(j, K_CI);

	for (int k = 0; k < 2; k++) {
		size_t row = start_row(a, j, cell);
		bool known = !*c->reason[k];

		rows_set_text(&a->rows, row, "statistic", k ? "median" : "mean");
		rows_set_int(&a->rows, row, "n", c->n_runs);
		rows_set_real(&a->rows, row, "estimate", c->ci[k].estimate);
		rows_set_real(&a->rows, row, "lower", known ? c->ci[k].lower : NAN);
		rows_set_real(&a->rows, row, "upper", known ? c->ci[k].upper : NAN);
		rows_set_real(&a->rows, row, "level", j->options->level);
		rows_set_text(&a->rows, row, "method", "t over runs");
		rows_set_real(&a->rows, row, "n_effective", NAN);
		rows_set_text(&a->rows, row, "reason", c->reason[k]);
	}
}

static void
add_cdf(const struct job *j, const struct cell *cell, const struct cell_stats *c)
{
	struct ecdf_point points[CDF_POINTS_MAX];
	struct analysis *a = analysis_of(j, K_CDF);
	size_t n;

	if (buckets_ecdf(points, &n, CDF_POINTS_MAX, c->buckets, c->n_buckets, j->options->level,
		    NULL) != V_OK)
		return;
	results_fold(a, "x");
	for (size_t i = 0; i < n; i++)
		rows_set_step(&a->rows, start_row(a, j, cell), &points[i]);
}

static void
add_cell(const struct job *j, const struct cell *cell, const struct histogram_run *const *runs)
{
	static void (*const add[N_KINDS])(
		const struct job *j, const struct cell *cell, const struct cell_stats *c) = {
		[K_SUMMARY] = add_summary,
		[K_DESCRIBE] = add_describe,
		[K_CI] = add_ci,
		[K_CDF] = add_cdf,
	};
	struct cell_stats c;

	cell_stats(&c, j, cell, runs);
	for (size_t k = 0; k < N_KINDS; k++)
		if (j->what & kinds[k].what)
			add[k](j, cell, &c);
	free(c.buckets);
}

static void
add_notes(const struct job *j)
{
	for (size_t i = j->first; i < j->results->n_analyses; i++) {
		struct analysis *a = &j->results->analyses[i];

		json_add_f64(a->parameters, "level", j->options->level);
		json_add_f64(a->parameters, "bucket_width", j->h->width_max);
		if (!strcmp(a->kind, kinds[K_CDF].name) ||
			!strcmp(a->kind, kinds[K_CDF].in_document))
			analysis_note(a,
				"From histograms: exact at the edges of buckets, up to %g %s wide.",
				j->h->width_max, table_unit(j->metric));
		else
			analysis_note(a,
				"From histograms: values are known to %g %s (half a bucket).",
				j->h->width_max / 2, table_unit(j->metric));
	}
}

/* ---- what is asked for ---- */

static size_t
factor_of(const struct histogram *h, const char *name, size_t len)
{
	for (size_t f = 0; f < h->n_factors; f++)
		if (strlen(h->factors[f]) == len && !memcmp(h->factors[f], name, len))
			return f;
	return SIZE_MAX;
}

static const char *
resolve_factor(const void *ctx, struct slice word)
{
	const struct histogram *h = ctx;
	size_t f = factor_of(h, word.p, word.n);

	return f == SIZE_MAX ? NULL : h->factors[f];
}

bool
histogram_passes(
	const struct histogram *h, const struct histogram_run *run, const struct options *o)
{
	if (o->metrics.n_levels && !filter_keeps(&o->metrics, run->metric))
		return false;
	for (size_t i = 0; i < o->n_filters; i++) {
		size_t f = factor_of(h, o->filters[i].name, strlen(o->filters[i].name));

		if (f != SIZE_MAX && !filter_keeps(&o->filters[i], run->levels[f]))
			return false;
	}
	return true;
}

enum vstatus
histogram_check_names(const struct histogram *h, const struct options *o, struct verr *err)
{
	for (size_t i = 0; i < o->n_filters; i++)
		if (factor_of(h, o->filters[i].name, strlen(o->filters[i].name)) == SIZE_MAX)
			return verr_set(err, V_EUSAGE,
				"--where %s: the histograms have no such factor ('vanalyze info' "
				"lists them)",
				o->filters[i].name);
	for (size_t i = 0; i < o->metrics.n_levels; i++) {
		bool known = false;

		for (size_t k = 0; k < h->n_runs && !known; k++)
			known = !strcmp(h->runs[k].metric, o->metrics.levels[i]);
		if (!known)
			return verr_set(err, V_EUSAGE, "--metric %s: the histograms are of another",
				o->metrics.levels[i]);
	}
	return V_OK;
}

enum vstatus
histogram_by(const char ***by, size_t *n_by, const struct histogram *h, const struct options *o,
	struct verr *err)
{
	struct hint known;
	enum vstatus st;

	hint_init(&known);
	for (size_t f = 0; f < h->n_factors; f++)
		hint_add(&known, h->factors[f]);
	st = options_by(by, n_by, o, resolve_factor, h, &known, err);
	hint_release(&known);
	if (st != V_OK || *n_by)
		return st;
	free(*by);
	*by = xcalloc(h->n_factors + 1, sizeof **by);
	for (size_t f = 0; f < h->n_factors; f++)
		if (strcmp(h->factors[f], "repetition"))
			(*by)[(*n_by)++] = h->factors[f];
	return V_OK;
}

/* The runs of one metric that pass, labelled, into cells. */
static size_t
add_metric(struct job *j)
{
	const struct histogram *h = j->h;
	const struct histogram_run **runs = xcalloc(h->n_runs + 1, sizeof *runs);
	struct labels *labels = xcalloc(h->n_runs + 1, sizeof *labels);
	const struct labels **things = xcalloc(h->n_runs + 1, sizeof *things);
	struct arena arena = {0};
	struct cells cells;
	size_t n = 0;

	for (size_t i = 0; i < h->n_runs; i++) {
		const struct histogram_run *run = &h->runs[i];

		if (strcmp(run->metric, j->metric) || !histogram_passes(h, run, j->options))
			continue;
		for (size_t f = 0; f < h->n_factors; f++)
			labels_add(&labels[n], &arena, h->factors[f], run->levels[f], 0);
		things[n] = &labels[n];
		runs[n++] = run;
	}
	j->first = j->results->n_analyses;
	cells_group(&cells, things, n, j->by, j->n_by);
	for (size_t i = 0; i < cells.n; i++)
		add_cell(j, &cells.items[i], runs);
	add_notes(j);
	cells_release(&cells);
	arena_release(&arena);
	free(things);
	free(labels);
	free(runs);
	return n;
}

bool
histogram_is_first(const struct histogram *h, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(h->runs[k].metric, h->runs[i].metric))
			return false;
	return true;
}

enum vstatus
histogram_summarize(struct results *r, const struct histogram *h, unsigned what,
	const struct options *o, struct verr *err)
{
	struct job j = {.results = r, .h = h, .options = o, .what = what};
	enum vstatus st = histogram_check_names(h, o, err);
	size_t n = 0;

	if (st == V_OK)
		st = histogram_by(&j.by, &j.n_by, h, o, err);
	for (size_t i = 0; st == V_OK && i < h->n_runs; i++) {
		j.metric = h->runs[i].metric;
		if (histogram_is_first(h, i) &&
			(!o->metrics.n_levels || filter_keeps(&o->metrics, j.metric)))
			n += add_metric(&j);
	}
	free(j.by);
	if (st == V_OK && !n)
		st = verr_set(err, V_EDOM, "no histogram%s", o->n_filters ? " passes --where" : "");
	return st;
}

/* ---- what there is ---- */

static void
describe_factor(struct table *t, const struct histogram *h, size_t f)
{
	const char **levels = xcalloc(h->n_runs + 1, sizeof *levels);
	size_t n = 0, row = table_add_row(t);
	struct strbuf b;

	for (size_t i = 0; i < h->n_runs; i++)
		if (h->runs[i].levels[f])
			levels[n++] = h->runs[i].levels[f];
	qsort(levels, n, sizeof *levels, text_order_natural);
	strbuf_init(&b);
	for (size_t i = 0; i < n; i++)
		if (!i || strcmp(levels[i], levels[i - 1]))
			strbuf_addf(&b, "%s%s", b.n ? ", " : "", levels[i]);
	rows_set_text(t, row, "factor", h->factors[f]);
	rows_set_int(t, row, "runs", n);
	rows_set_text(t, row, "levels", b.p);
	strbuf_release(&b);
	free(levels);
}

void
histogram_info(struct results *r, const struct histogram *h)
{
	struct analysis *a = results_add(r, "factors", NULL, NULL, 0);

	for (size_t f = 0; f < h->n_factors; f++)
		describe_factor(&a->rows, h, f);
	for (size_t i = 0; i < h->n_runs; i++)
		if (histogram_is_first(h, i))
			analysis_note(a, "%zu histograms, of %s, buckets up to %g %s wide.",
				h->n_runs, h->runs[i].metric, h->width_max,
				table_unit(h->runs[i].metric));
}
