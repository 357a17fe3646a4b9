/*
 * frames - the way from a command line to frames; see frames.h.
 */
#include "analyze/frames.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"

static bool
in_list(const char *const *list, const char *name)
{
	for (; *list; list++)
		if (!strcmp(*list, name))
			return true;
	return false;
}

static const char *const points[] = {"point", "inner", "outer", NULL};

bool
frames_is_point(const char *name)
{
	return in_list(points, name);
}

bool
frames_is_label(const char *name)
{
	static const char *const labels[] = {"dataset", "run", "repetition", NULL};

	return in_list(labels, name);
}

/* ---- --by ---- */

static const char *
factor_name(const void *ctx, struct slice word)
{
	const struct frame *f = ctx;

	for (size_t i = 0; i < f->n_factors; i++)
		if (slice_eq(word, f->factors[i].name))
			return f->factors[i].name;
	for (size_t i = 0; points[i]; i++)
		if (slice_eq(word, points[i]))
			return points[i];
	return NULL;
}

/* "load_type, platform": what --by may name. */
static const char *
names_of(struct strbuf *b, const struct frame *f)
{
	for (size_t i = 0; i < f->n_factors; i++)
		strbuf_addf(b, "%s%s", b->n ? ", " : "", f->factors[i].name);
	return b->n ? b->p : "none";
}

/* Appends the factor unless it is not there or listed already. */
static void
add_index(size_t *by, size_t *n, const struct frame *f, const char *name)
{
	size_t k = frame_find(f, name);

	for (size_t i = 0; i < *n; i++)
		if (by[i] == k)
			return;
	if (k != SIZE_MAX)
		by[(*n)++] = k;
}

enum vstatus
frames_by(size_t **by, size_t *n, const struct options *o, const struct frame *f, struct verr *err)
{
	const char **names;
	size_t n_names;
	struct strbuf b;
	enum vstatus st;

	strbuf_init(&b);
	st = options_by(&names, &n_names, o, factor_name, f, names_of(&b, f), err);
	strbuf_release(&b);
	*by = NULL;
	*n = 0;
	if (st != V_OK)
		return st;
	*by = xcalloc(n_names + 1, sizeof **by);
	for (size_t i = 0; i < n_names; i++)
		add_index(*by, n, f, names[i]);
	free(names);
	return V_OK;
}

/* ---- one frame ---- */

/* The groups that are separate by nature: groups[] names those that are not points. */
static enum vstatus
use_frame(struct results *r, const struct frame_use *u, struct frame *f, const char *const *groups,
	size_t n_groups, struct verr *err)
{
	size_t *by = xcalloc(n_groups + 3, sizeof *by), n = 0;
	enum vstatus st = V_OK;

	for (size_t i = 0; i < n_groups; i++)
		add_index(by, &n, f, groups[i]);
	for (size_t i = 0; points[i]; i++)
		add_index(by, &n, f, points[i]);
	if (f->n && f->n_metrics)
		st = u->use(u->ctx, r, f, by, n, err);
	free(by);
	frame_release(f);
	return st;
}

static enum vstatus
use_table(struct results *r, const struct options *o, const struct frame_use *u, const char *path,
	struct verr *err)
{
	static const char *const groups[] = {"dataset", "platform"};
	struct table_study ts;
	struct frame f;
	enum vstatus st = table_study_read(&ts, path, o->metrics.n_levels ? &o->metrics : NULL,
		o->filters, o->n_filters, err);

	if (st == V_OK && !ts.table.n_rows)
		st = verr_set(err, V_EDOM, "%s: no row below the header", path);
	if (st == V_OK)
		st = frame_of_table(&f, &ts, o, u->times, err);
	if (st == V_OK && !f.n) {
		frame_release(&f);
		st = verr_set(err, V_EDOM, "%s: no row with a value%s", path,
			o->n_filters ? " passes --where" : "");
	}
	if (st == V_OK)
		st = use_frame(r, u, &f, groups, 2, err);
	if (st == V_OK)
		results_add_source(r, path, NULL, NULL);
	table_study_release(&ts);
	return st;
}

/* ---- a study ---- */

static bool
metric_wanted(const struct options *o, const struct frame *f)
{
	for (size_t m = 0; m < f->n_metrics; m++)
		if (!o->metrics.n_levels || filter_keeps(&o->metrics, f->metrics[m].name))
			return true;
	return false;
}

/* Marks the metrics of the frame among those that --metric names. */
static void
mark_metrics(bool *seen, const struct options *o, const struct frame *f)
{
	for (size_t i = 0; i < o->metrics.n_levels; i++)
		for (size_t m = 0; m < f->n_metrics; m++)
			seen[i] |= !strcmp(o->metrics.levels[i], f->metrics[m].name);
}

static enum vstatus
use_study(struct results *r, const struct options *o, const struct frame_use *u,
	const struct study *s, struct verr *err)
{
	const char **groups;
	size_t n_groups;
	bool *seen = xcalloc(o->metrics.n_levels + 1, sizeof *seen);
	struct overhead_jobs w = {0};
	struct frame f[2];
	enum vstatus st = V_OK;

	study_by(&groups, &n_groups, s, STUDY_VARYING_FACTORS);
	/* It begins with dataset, if that matters, and platform. */
	n_groups = !strcmp(groups[0], "dataset") ? 2 : 1;
	overhead_plan(&w, s, o->inner, o->outer);
	overhead_run(&w, (unsigned)o->threads);
	frame_of_rtt(&f[0], s, o->excluded_flags, u->times);
	frame_of_overhead(&f[1], s, &w, o->excluded_flags, u->times);
	overhead_release(&w);
	for (int i = 0; i < 2; i++)
		mark_metrics(seen, o, &f[i]);
	for (size_t i = 0; st == V_OK && (f[0].n || f[1].n) && i < o->metrics.n_levels; i++)
		if (!seen[i])
			st = verr_set(err, V_EUSAGE,
				"--metric %s: not measured here (without --metric all that is are "
				"shown)",
				o->metrics.levels[i]);
	for (int i = 0; i < 2; i++) {
		if (st == V_OK && metric_wanted(o, &f[i]))
			st = use_frame(r, u, &f[i], groups, n_groups, err);
		else
			frame_release(&f[i]);
	}
	free(groups);
	free(seen);
	return st;
}

static enum vstatus
run_study(struct results *r, int *exit_status, const struct options *o, const struct frame_use *u,
	char **inputs, size_t n, struct verr *err)
{
	struct study_params params = options_study_params(o, true);
	struct study s;
	enum vstatus st = study_load(&s, inputs, n, &params, err);

	if (st == V_OK)
		st = options_check_points(o, &s, err);
	if (st == V_OK) {
		study_observe(&s, &params);
		show_classes(&s);
		st = use_study(r, o, u, &s, err);
	}
	if (st == V_OK) {
		study_sources(&s, r, o->format == SHOW_JSON);
		*exit_status = study_exit(&s);
		if (!s.n_observations)
			log_error("no capture and no ping output among the inputs");
	}
	study_release(&s);
	return st;
}

enum vstatus
frames_run(struct results *r, int *exit_status, const struct options *o, const struct frame_use *u,
	char **inputs, size_t n, struct verr *err)
{
	size_t n_others = 0;
	enum vstatus st = V_OK;

	*exit_status = VEXIT_OK;
	for (size_t i = 0; st == V_OK && i < n; i++) {
		if (table_operand(inputs[i]))
			st = use_table(r, o, u, inputs[i], err);
		else
			inputs[n_others++] = inputs[i];
	}
	if (st == V_OK && (n_others || !n))
		st = run_study(r, exit_status, o, u, inputs, n_others, err);
	return st;
}
