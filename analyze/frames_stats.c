/*
 * frames_stats - see frames_stats.h.
 */
#include "analyze/frames_stats.h"

#include <stdlib.h>

#include "analyze/correlation.h"
#include "analyze/stats/outlier.h"

/* ---- rank correlation ---- */

/* The groups that --by names instead of the platform, and the points in any case. */
enum vstatus
frames_kendall(void *ctx, struct results *r, struct frame *f, const size_t *by, size_t n_by,
	struct verr *err)
{
	const struct frames_stats *c = ctx;
	const struct options *o = c->options;
	struct correlation_params p = {.metrics = o->metrics.n_levels ? &o->metrics : NULL,
		.kind = c->kendall_kind,
		.n_threads = (unsigned)o->threads,
		.variables_max = c->variables_max};
	size_t *asked, n_asked, *groups, n = 0;
	enum vstatus st = frames_by(&asked, &n_asked, o, f, err);

	if (st != V_OK)
		return st;
	groups = xcalloc(n_asked + n_by + 1, sizeof *groups);
	for (size_t i = 0; i < n_asked; i++)
		if (!frames_is_point(f->factors[asked[i]].name))
			groups[n++] = asked[i];
	for (size_t i = 0; i < n_by; i++)
		if (!o->by.n || frames_is_point(f->factors[by[i]].name))
			groups[n++] = by[i];
	st = correlation_add(r, f, groups, n, &p, err);
	free(asked);
	free(groups);
	return st;
}

/* ---- outliers ---- */

/* Without --by: the factors with several levels. */
static size_t *
varying_factors(size_t *n, const struct frame *f)
{
	size_t *by = xcalloc(f->n_factors + 1, sizeof *by);

	*n = 0;
	for (size_t k = 0; k < f->n_factors; k++)
		if (f->factors[k].n_levels > 1 && !frames_is_label(f->factors[k].name))
			by[(*n)++] = k;
	return by;
}

/* by[n] without what is among the groups already; how many are left. */
static size_t
drop_groups(size_t *by, size_t n, const size_t *groups, size_t n_groups)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		bool is_group = false;

		for (size_t g = 0; g < n_groups; g++)
			is_group |= by[i] == groups[g];
		if (!is_group)
			by[kept++] = by[i];
	}
	return kept;
}

static enum vstatus
merge_levels(struct frame *f, const struct opt_list *merge, struct verr *err)
{
	enum vstatus st = V_OK;

	for (size_t i = 0; st == V_OK && merge && i < merge->n; i++) {
		st = frame_merge(f, merge->items[i], err);
		if (st != V_OK)
			verr_ctx(err, "--merge %s", merge->items[i]);
	}
	return st;
}

enum vstatus
frames_outliers(void *ctx, struct results *r, struct frame *f, const size_t *groups,
	size_t n_groups, struct verr *err)
{
	struct frames_stats *c = ctx;
	size_t *by, n_by;
	enum vstatus st = merge_levels(f, c->merge, err);

	if (st == V_OK)
		st = frames_by(&by, &n_by, c->options, f, err);
	if (st != V_OK)
		return st;
	if (!c->options->by.n) {
		free(by);
		by = varying_factors(&n_by, f);
	}
	n_by = drop_groups(by, n_by, groups, n_groups);
	c->outliers.metrics = c->options->metrics.n_levels ? &c->options->metrics : NULL;
	outliers_add(r, f, groups, n_groups, by, n_by, &c->outliers);
	free(by);
	return V_OK;
}

/* ---- documents ---- */

size_t
frames_stats_document(
	struct frame_use *uses, struct frames_stats *stats, const struct options *o, unsigned what)
{
	size_t n = 0;

	*stats = (struct frames_stats){.options = o,
		.outliers = {.threshold = OUTLIER_THRESHOLD, .rows_max = FRAMES_DOCUMENT_ROWS_MAX},
		.variables_max = FRAMES_DOCUMENT_VARIABLES_MAX};
	if (what & SUMMARIZE_KENDALL)
		uses[n++] = (struct frame_use){FRAME_NO_TIMES, frames_kendall, stats, NULL};
	if (what & SUMMARIZE_OUTLIERS)
		uses[n++] = (struct frame_use){FRAME_NO_TIMES, frames_outliers, stats, NULL};
	return n;
}
