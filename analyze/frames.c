/*
 * frames - the way from a command line to frames; see frames.h.
 */
#include "analyze/frames.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/counters_run.h"
#include "analyze/tabular.h"
#include "core/log.h"
#include "core/text.h"

bool
frames_is_point(const char *name)
{
	return text_in(name, study_places);
}

bool
frames_is_label(const char *name)
{
	static const char *const labels[] = {"dataset", "run", "repetition", NULL};

	return text_in(name, labels);
}

/* ---- --by ---- */

static const char *
factor_name(const void *ctx, struct slice word)
{
	const struct frame *f = ctx;

	for (size_t i = 0; i < f->n_factors; i++)
		if (slice_eq(word, f->factors[i].name))
			return f->factors[i].name;
	for (size_t i = 0; study_places[i]; i++)
		if (slice_eq(word, study_places[i]))
			return study_places[i];
	return NULL;
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
	struct hint known;
	enum vstatus st;

	hint_init(&known);
	for (size_t i = 0; i < f->n_factors; i++)
		hint_add(&known, f->factors[i].name);
	st = options_by(&names, &n_names, o, factor_name, f, &known, err);
	hint_release(&known);
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

enum vstatus
frames_use(struct results *r, const struct frame_use *uses, size_t n_uses, struct frame *f,
	const char *const *groups, size_t n_groups, struct verr *err)
{
	size_t *by = xcalloc(n_groups + 4, sizeof *by), n = 0;
	enum vstatus st = V_OK;

	for (size_t i = 0; i < n_groups; i++)
		add_index(by, &n, f, groups[i]);
	for (size_t i = 0; study_places[i]; i++)
		add_index(by, &n, f, study_places[i]);
	for (size_t i = 0; st == V_OK && f->n && f->n_metrics && i < n_uses; i++)
		st = uses[i].use(uses[i].ctx, r, f, by, n, err);
	free(by);
	return st;
}

static enum vstatus
use_table(struct results *r, const struct options *o, const struct frame_use *u, const char *path,
	struct verr *err)
{
	static const char *const groups[] = {"dataset", "platform"};
	struct table_study ts;
	struct frame f = {0};
	enum vstatus st = table_study_read(
		&ts, path, o->metrics.n_levels ? &o->metrics : NULL, o->filters, o->n_filters, err);

	if (st == V_OK && !ts.table.n_rows)
		st = verr_set(err, V_EDOM, "%s: no row below the header", path);
	if (st == V_OK)
		st = frame_of_table(&f, &ts, o, u->times, err);
	if (st == V_OK && !f.n)
		st = verr_set(err, V_EDOM, "%s: no row with a value%s", path,
			o->n_filters ? " passes --where" : "");
	if (st == V_OK)
		st = frames_use(r, u, 1, &f, groups, 2, err);
	if (st == V_OK)
		results_add_source(r, path, NULL, NULL);
	frame_release(&f);
	table_study_release(&ts);
	return st;
}

/* ---- a study ---- */

/* What the frames of a study are made from. */
struct making {
	const struct options *o;
	const struct study *s;
	enum frame_times times;
	const struct measures *counters;
};

static void
make_rtt(struct frame *f, const struct making *m)
{
	frame_of_rtt(f, m->s, m->o->excluded_flags, m->times);
}

static void
make_overhead(struct frame *f, const struct making *m)
{
	struct overhead_jobs w = {0};

	overhead_plan(&w, m->s, m->o->inner, m->o->outer);
	overhead_run(&w, (unsigned)m->o->threads);
	frame_of_overhead(f, m->s, &w, m->o->excluded_flags, m->times);
	overhead_release(&w);
}

static void
make_http(struct frame *f, const struct making *m)
{
	frame_of_http(f, m->s, m->o->excluded_flags, m->times);
}

static void
make_handshake(struct frame *f, const struct making *m)
{
	frame_of_tcp(f, m->s, TCPRTT_HANDSHAKE, m->o->excluded_flags, m->times);
}

static void
make_ack(struct frame *f, const struct making *m)
{
	frame_of_tcp(f, m->s, TCPRTT_ACK, m->o->excluded_flags, m->times);
}

static void
make_timestamp(struct frame *f, const struct making *m)
{
	frame_of_tcp(f, m->s, TCPRTT_TIMESTAMP, m->o->excluded_flags, m->times);
}

static void
make_goodput(struct frame *f, const struct making *m)
{
	frame_of_single(f, m->s, FRAMES_GOODPUT, m->times);
}

static void
make_run_total(struct frame *f, const struct making *m)
{
	frame_of_single(f, m->s, FRAMES_RUN_TOTAL, m->times);
}

static void
make_client_mean(struct frame *f, const struct making *m)
{
	frame_of_single(f, m->s, FRAMES_CLIENT_MEAN, m->times);
}

static void
make_counters(struct frame *f, const struct making *m)
{
	frame_of_counters(f, m->s, m->counters, m->o, m->times);
}

/* The frames one by one: a study's probes are in memory once as it is. */
static void (*const makers[])(struct frame *f, const struct making *m) = {
	make_rtt,
	make_overhead,
	make_http,
	make_run_total,
	make_client_mean,
	make_handshake,
	make_ack,
	make_timestamp,
	make_goodput,
	make_counters,
};

static bool
metric_wanted(const struct options *o, const struct frame *f)
{
	for (size_t m = 0; m < f->n_metrics; m++)
		if (!o->metrics.n_levels || filter_keeps(&o->metrics, f->metrics[m].name))
			return true;
	return false;
}

enum vstatus
frames_use_study(struct results *r, const struct options *o, const struct frame_use *uses,
	size_t n_uses, const struct study *s, struct verr *err)
{
	const struct making m = {o, s, uses[0].times, uses[0].counters};
	const char **groups;
	size_t n_groups;
	struct hint measured;
	bool any = false;
	enum vstatus st = V_OK;

	hint_init(&measured);
	study_by(&groups, &n_groups, s, STUDY_VARYING_FACTORS);
	/* It begins with dataset, if that matters, and platform. */
	n_groups = !strcmp(groups[0], "dataset") ? 2 : 1;
	for (size_t i = 0; st == V_OK && i < sizeof makers / sizeof *makers; i++) {
		struct frame f;
		bool wanted;

		makers[i](&f, &m);
		for (size_t k = 0; k < f.n_metrics; k++)
			hint_add(&measured, f.metrics[k].name);
		any |= f.n > 0;
		wanted = metric_wanted(o, &f);
		if (wanted && makers[i] != make_counters && m.counters)
			frame_add_counters(&f, s, m.counters, o);
		if (wanted)
			st = frames_use(r, uses, n_uses, &f, groups, n_groups, err);
		frame_release(&f);
	}
	if (st == V_OK && any)
		st = options_check_metrics(o, &measured, err);
	free(groups);
	hint_release(&measured);
	return st;
}

static enum vstatus
run_study(struct results *r, int *exit_status, const struct options *o, const struct frame_use *u,
	char **inputs, size_t n, struct verr *err)
{
	struct study_params params = options_study_params(o, true);
	struct frame_use use = *u;
	struct measures counters = {0};
	struct study s;
	enum vstatus st;

	params.observe.what = measure_observed(&o->metrics);
	st = study_load(&s, inputs, n, &params, err);
	if (st == V_OK)
		st = options_check_points(o, &s, err);
	if (st == V_OK)
		st = study_check_selection(&s, &params, err);
	if (st == V_OK) {
		if (params.observe.what)
			study_observe(&s, &params);
		show_classes(&s);
		st = counters_asked(&counters, &s, o, err);
	}
	if (st == V_OK) {
		use.counters = &counters;
		st = frames_use_study(r, o, &use, 1, &s, err);
	}
	measures_release(&counters);
	if (st == V_OK) {
		study_sources(&s, r, o->format == SHOW_JSON);
		*exit_status = study_exit(&s);
		if (!s.n_observations)
			log_error("no capture and no ping output among the inputs");
	}
	study_release(&s);
	return st;
}

/* ---- */

enum vstatus
frames_run(struct results *r, int *exit_status, const struct options *o, const struct frame_use *u,
	char **inputs, size_t n, struct verr *err)
{
	size_t n_others = 0;
	int others;
	enum vstatus st = V_OK;

	*exit_status = VEXIT_NONE;
	for (size_t i = 0; st == V_OK && i < n; i++) {
		if (table_operand(inputs[i])) {
			st = use_table(r, o, u, inputs[i], err);
			vexit_add(exit_status, VEXIT_OK);
		} else if (tabular_operand(inputs[i])) {
			st = tabular_use(r, o, u, inputs[i], err);
			st = tabular_outcome(st, err, n == 1, exit_status);
		} else {
			inputs[n_others++] = inputs[i];
		}
	}
	if (st == V_OK && (n_others || !n)) {
		st = run_study(r, &others, o, u, inputs, n_others, err);
		if (st == V_EDOM && n_others < n) { /* the tables had what is asked for */
			log_error("%s", err->msg);
			others = VEXIT_NODATA;
			st = V_OK;
		}
		if (st == V_OK)
			vexit_add(exit_status, others);
	}
	return st;
}
