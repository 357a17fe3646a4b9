/*
 * histogram_compare - runs of histograms against those of a baseline; see histogram.h.
 *
 * The units are runs: each has a mean and a median, known to half a bucket, and contrast.c compares
 * these as it does those of runs of samples.  A side of a single run is not compared: over samples
 * it would take their correlation, and their order is gone.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/contrast.h"
#include "analyze/histogram.h"

/* A series without values: n, mean and median are all that a comparison over runs takes. */
static void
add_run(struct measures *m, const struct histogram *h, const struct histogram_run *run)
{
	struct labels labels = {0};
	struct summary s;
	struct series *series;

	if (buckets_summary(&s, run->buckets, run->n, NULL) != V_OK)
		return;
	for (size_t f = 0; f < h->n_factors; f++)
		labels_add(&labels, &m->arena, h->factors[f], run->levels[f], 0);
	series = measures_add_series(m, run->metric, labels);
	series->n = s.n;
	series->mean = s.mean;
	series->sd = s.sd;
	series->median = s.median;
	series->prepared = true;
}

static void
add_metric(struct results *r, const struct histogram *h, const char *kind, const char *metric,
	struct measures *m, const char *const *by, size_t n_by, const struct contrast_params *c)
{
	struct series **series = xcalloc(m->n_series + 1, sizeof *series);
	struct analysis *a;
	size_t n = 0;

	for (size_t i = 0; i < m->n_series; i++)
		if (!strcmp(m->series[i].metric, metric))
			series[n++] = &m->series[i];
	if (n) {
		a = results_add(r, kind, metric, by, n_by);
		contrast_add(a, series, n, c);
		json_add_f64(a->parameters, "level", c->level);
		json_add_f64(a->parameters, "bucket_width", h->width_max);
		analysis_note(a,
			"From histograms: means and medians of runs are known to %g %s (half a "
			"bucket); p-values and intervals take them as exact.",
			h->width_max / 2, table_unit(metric));
	}
	free(series);
}

enum vstatus
histogram_compare(struct results *r, const struct histogram *h, const char *kind,
	const struct options *o, struct verr *err)
{
	struct contrast_params c = {.level = o->level, .over = CONTRAST_RUNS_ONLY};
	struct measures m = {0};
	const char **by = NULL;
	size_t n_by = 0;
	enum vstatus st = histogram_check_names(h, o, err);

	if (st == V_OK)
		st = histogram_by(&by, &n_by, h, o, err);
	for (size_t i = 0; st == V_OK && i < h->n_runs; i++)
		if (histogram_passes(h, &h->runs[i], o))
			add_run(&m, h, &h->runs[i]);
	if (st == V_OK && !m.n_series)
		st = verr_set(err, V_EDOM, "no histogram%s", o->n_filters ? " passes --where" : "");
	if (st == V_OK)
		st = contrast_resolve(&c, o->baseline, by, n_by,
			o->by.n ? CONTRAST_BY_CHOSEN : CONTRAST_BY_DEFAULT, &m, err);
	for (size_t i = 0; st == V_OK && i < h->n_runs; i++)
		if (histogram_is_first(h, i))
			add_metric(r, h, kind, h->runs[i].metric, &m, by, n_by, &c);
	measures_release(&m);
	free(by);
	return st;
}
