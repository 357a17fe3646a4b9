/*
 * pipeline - see pipeline.h.
 */
#include "analyze/pipeline.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/counters_run.h"
#include "analyze/environment.h"
#include "analyze/frames_stats.h"
#include "analyze/stated.h"
#include "analyze/sweep.h"
#include "analyze/tabular.h"
#include "core/log.h"

/* The RTTs of all points.  Per-probe rows go to --samples unless overhead's are wanted there. */
static enum vstatus
run_rtt(struct measures *m, struct study *s, const struct pipeline *p, struct verr *err)
{
	const struct options *o = p->options;
	struct samples_writer *w = NULL;
	enum vstatus st = V_OK;

	if (o->samples && !(p->measure & PIPELINE_OVERHEAD))
		st = samples_open(&w, o->samples, SAMPLES_RTT, s, err);
	if (st == V_OK)
		st = measure_rtt(m, s, (unsigned)o->threads, w, err);
	return samples_close(w, st, err);
}

static enum vstatus
run_overhead(struct measures *m, struct study *s, const struct pipeline *p, struct verr *err)
{
	const struct options *o = p->options;
	struct samples_writer *w = NULL;
	enum vstatus st = V_OK;

	if (o->samples)
		st = samples_open(&w, o->samples, SAMPLES_OVERHEAD, s, err);
	if (st == V_OK)
		st = measure_overhead(
			m, s, o->inner, o->outer, o->excluded_flags, (unsigned)o->threads, w, err);
	return samples_close(w, st, err);
}

static enum vstatus
run_http(struct measures *m, struct study *s, const struct pipeline *p, struct verr *err)
{
	const struct options *o = p->options;
	struct samples_writer *w = NULL;
	enum vstatus st = V_OK;

	if (o->samples)
		st = samples_open(&w, o->samples, SAMPLES_HTTP, s, err);
	if (st == V_OK)
		st = measure_http(m, s, p->measure == PIPELINE_HTTP, (unsigned)o->threads, w, err);
	return samples_close(w, st, err);
}

typedef enum vstatus measure_pairs_fn(struct measures *m, struct study *s,
	const struct measure_pair_params *params, struct samples_writer *samples, struct verr *err);

/* What pairs of points are measured for, proxies or packets in transit. */
static enum vstatus
run_pairs(struct measures *m, struct study *s, const struct pipeline *p, measure_pairs_fn *run,
	enum samples_kind kind, struct verr *err)
{
	const struct options *o = p->options;
	const struct measure_pair_params params = {.inner = o->inner,
		.outer = o->outer,
		.expiry_ns = o->timeout_ns,
		.excluded_flags = o->excluded_flags,
		.plain_only = p->measure != PIPELINE_PROXY,
		.n_threads = (unsigned)o->threads};
	struct samples_writer *w = NULL;
	enum vstatus st = V_OK;

	if (o->samples)
		st = samples_open(&w, o->samples, kind, s, err);
	if (st == V_OK)
		st = run(m, s, &params, w, err);
	return samples_close(w, st, err);
}

static enum vstatus
run_tcp(struct measures *m, struct study *s, const struct pipeline *p, struct verr *err)
{
	const struct options *o = p->options;
	struct samples_writer *w[2] = {NULL, NULL};
	enum vstatus st = V_OK;

	if (o->samples)
		st = samples_open(&w[0], o->samples, SAMPLES_TCP, s, err);
	if (st == V_OK && o->flows)
		st = samples_open(&w[1], o->flows, SAMPLES_FLOWS, s, err);
	if (st == V_OK)
		st = measure_tcp(
			m, s, p->measure == PIPELINE_TCP, (unsigned)o->threads, w[0], w[1], err);
	st = samples_close(w[0], st, err);
	return samples_close(w[1], st, err);
}

static enum vstatus
run_throughput(struct measures *m, struct study *s, const struct pipeline *p, struct verr *err)
{
	const struct options *o = p->options;
	struct samples_writer *w = NULL;
	enum vstatus st = V_OK;

	if (o->samples)
		st = samples_open(&w, o->samples, SAMPLES_THROUGHPUT, s, err);
	if (st == V_OK)
		st = measure_throughput(m, s, (unsigned)o->threads, w, err);
	return samples_close(w, st, err);
}

static enum vstatus
measure(struct measures *m, struct study *s, const struct pipeline *p, struct verr *err)
{
	enum vstatus st = V_OK;

	if (p->measure & PIPELINE_RTT)
		st = run_rtt(m, s, p, err);
	if (st == V_OK && (p->measure & PIPELINE_OVERHEAD))
		st = run_overhead(m, s, p, err);
	if (st == V_OK && (p->measure & PIPELINE_PROXY))
		st = run_pairs(m, s, p, measure_proxy, SAMPLES_PROXY, err);
	if (st == V_OK && (p->measure & PIPELINE_TRANSIT))
		st = run_pairs(m, s, p, measure_transit, SAMPLES_TRANSIT, err);
	if (st == V_OK && (p->measure & PIPELINE_HTTP))
		st = run_http(m, s, p, err);
	if (st == V_OK && (p->measure & PIPELINE_TCP))
		st = run_tcp(m, s, p, err);
	if (st == V_OK && (p->measure & PIPELINE_THROUGHPUT))
		st = run_throughput(m, s, p, err);
	return st;
}

/* What takes probes rather than series, in the bounds of a document. */
static enum vstatus
use_frames(struct results *r, const struct study *s, const struct pipeline *p, struct verr *err)
{
	struct frames_stats stats;
	struct frame_use uses[2];
	size_t n = frames_stats_document(uses, &stats, p->options, p->what);

	return n ? frames_use_study(r, p->options, uses, n, s, err) : V_OK;
}

/* What is measured of what was asked for: --metric may want less. */
static unsigned
measured(const struct pipeline *p)
{
	unsigned wanted = measure_observed(&p->options->metrics);
	unsigned echo = PIPELINE_RTT | PIPELINE_OVERHEAD;

	if ((p->measure & PIPELINE_PROBES) != PIPELINE_PROBES)
		return p->measure;
	return p->measure &
		~((wanted & OBSERVE_ECHO ? 0 : echo) |
			(wanted & OBSERVE_HTTP ? 0 : (unsigned)(PIPELINE_HTTP | PIPELINE_PROXY)) |
			(wanted & OBSERVE_TCP ? 0 : (unsigned)PIPELINE_TCP) |
			(wanted & OBSERVE_THROUGHPUT ? 0 : (unsigned)PIPELINE_THROUGHPUT));
}

/* The counters that --metric names, as series beside the others: a value a run. */
static enum vstatus
measure_asked_counters(
	struct measures *m, struct study *s, const struct pipeline *p, struct verr *err)
{
	size_t n = m->n_series;
	enum vstatus st;

	st = counters_asked(m, s, p->options, err);
	if (m->n_series > n)
		s->nothing_usable = false;
	return st;
}

/* What the captures must be read for. */
static unsigned
observed(const struct pipeline *p)
{
	return (p->measure & (PIPELINE_RTT | PIPELINE_OVERHEAD) ? OBSERVE_ECHO : 0) |
		(p->measure & (PIPELINE_HTTP | PIPELINE_PROXY) ? OBSERVE_HTTP : 0) |
		(p->measure & PIPELINE_TCP ? OBSERVE_TCP : 0) |
		(p->measure & PIPELINE_THROUGHPUT ? OBSERVE_THROUGHPUT : 0) |
		(p->measure & PIPELINE_TRANSIT ? OBSERVE_PAIRS : 0);
}

static bool
is_complete(const struct pipeline *p)
{
	return p->complete || p->options->format == SHOW_JSON;
}

static enum vstatus
check_metrics(const struct measures *m, const struct options *o, struct verr *err)
{
	struct hint measured;
	enum vstatus st = V_OK;

	hint_init(&measured);
	for (size_t k = 0; k < m->n_series; k++)
		hint_add(&measured, m->series[k].metric);
	for (size_t k = 0; k < m->n_tallies; k++)
		hint_add(&measured, m->tallies[k].metric);
	if (measured.n)
		st = options_check_metrics(o, &measured, err);
	hint_release(&measured);
	return st;
}

static enum vstatus
add_sweeps(struct results *r, const struct measures *m, const struct options *o,
	const char *const *by, size_t n_by, struct verr *err)
{
	struct sweep_params sp = {.over = o->over,
		.from = o->range_from,
		.to = o->range_to,
		.by = by,
		.n_by = n_by,
		.metrics = o->metrics.n_levels ? &o->metrics : NULL,
		.contrast = {.level = o->level}};
	enum vstatus st = V_OK;

	if (!m->n_series)
		return V_OK;
	st = contrast_resolve(&sp.contrast, o->baseline, by, n_by,
		o->by.n ? CONTRAST_BY_CHOSEN : CONTRAST_BY_DEFAULT, m, err);
	return st == V_OK ? sweep_add(r, m, &sp, err) : st;
}

static enum vstatus
reduce(struct results *r, struct measures *m, const struct study *s, const struct pipeline *p,
	struct verr *err)
{
	struct summarize_params sp;
	const char **by;
	size_t n_by;
	enum vstatus st = options_study_by(&by, &n_by, p->options, s,
		is_complete(p) ? STUDY_ALL_FACTORS : STUDY_VARYING_FACTORS, err);

	if (st == V_OK)
		st = check_metrics(m, p->options, err);
	if (st == V_OK && p->options->over)
		st = add_sweeps(r, m, p->options, by, n_by, err);
	if (st == V_OK)
		st = options_summarize(&sp, p->options, p->what, by, n_by, m, err);
	if (st == V_OK)
		summarize(r, m, &sp);
	if (st == V_OK && p->what & (SUMMARIZE_SUMMARY | SUMMARIZE_DESCRIBE))
		stated_add(
			r, s, by, n_by, p->options->metrics.n_levels ? &p->options->metrics : NULL);
	free(by);
	return st;
}

static enum vstatus
add_counters(struct results *r, struct study *s, const struct pipeline *p, struct verr *err)
{
	const char **by;
	size_t n_by;
	enum vstatus st = options_study_by(&by, &n_by, p->options, s,
		is_complete(p) ? STUDY_ALL_FACTORS : STUDY_VARYING_FACTORS, err);

	if (st == V_OK)
		st = counters_add(r, s, p->options, by, n_by, err);
	free(by);
	return st;
}

/* Values, or at least counts: of TLS, of a tool that states nothing but percentiles. */
static bool
measured_any(const struct measures *m)
{
	return m->n_series || m->n_tallies;
}

static const char *
found_nothing(const struct pipeline *p)
{
	static const struct {
		unsigned measure;
		const char *text;
	} known[] = {
		{PIPELINE_OVERHEAD, "no run was captured at two points"},
		{PIPELINE_PROXY, "no run was captured on both sides of a proxy"},
		{PIPELINE_TRANSIT, "no run was captured at two points with one clock"},
		{PIPELINE_HTTP, "no HTTP/1.x request is in the input"},
		{PIPELINE_TCP, "no TCP connection is in the captures"},
		{PIPELINE_THROUGHPUT,
			"no TCP or UDP flow is in the input, and no result of a tool"},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (p->measure == known[i].measure)
			return known[i].text;
	return p->options->metrics.n_levels ? "nothing in the input has what --metric names"
					    : "nothing that could be measured is in the input";
}

static enum vstatus
run_study(struct results *r, int *exit_status, const struct pipeline *asked, char **inputs,
	size_t n, struct verr *err)
{
	struct pipeline narrowed = *asked;
	const struct pipeline *p = &narrowed;
	const struct options *o = p->options;
	struct study_params params;
	struct measures m = {0};
	struct study s;
	enum vstatus st;

	narrowed.measure = measured(asked);
	params = options_study_params(o,
		o->samples || (p->measure & (PIPELINE_OVERHEAD | PIPELINE_PROXY)) ||
			(p->what & (SUMMARIZE_KENDALL | SUMMARIZE_OUTLIERS)));
	params.observe.what = observed(p);
	params.observe.keep_flows = o->flows;
	st = study_load(&s, inputs, n, &params, err);

	*exit_status = VEXIT_OK;
	if (st == V_OK)
		st = options_check_points(o, &s, err);
	if (st == V_OK)
		st = study_check_selection(&s, &params, err);
	if (st == V_OK) {
		if (params.observe.what && params.observe.what != OBSERVE_PAIRS)
			study_observe(&s, &params);
		st = use_frames(r, &s, p, err);
	}
	if (st == V_OK && !(p->measure & PIPELINE_COUNTERS))
		st = measure_asked_counters(&m, &s, p, err);
	if (st == V_OK)
		st = measure(&m, &s, p, err);
	if (st == V_OK) {
		show_classes(&s);
		st = reduce(r, &m, &s, p, err);
	}
	if (st == V_OK && (p->measure & PIPELINE_COUNTERS))
		st = add_counters(r, &s, p, err);
	if (st == V_OK && (p->measure & PIPELINE_ENVIRONMENT))
		environment_add(r, &s);
	if (st == V_OK) {
		study_sources(&s, r, is_complete(p));
		*exit_status = study_exit(&s);
		if (!s.n_observations && !measured_any(&m)) {
			log_error(
				"nothing among the inputs can hold what is asked for: no capture, "
				"and no output of such a tool");
		} else if (!s.nothing_usable && !measured_any(&m)) {
			log_error("%s", found_nothing(p));
			*exit_status = VEXIT_NODATA;
		}
	}
	measures_release(&m);
	study_release(&s);
	return st;
}

enum vstatus
pipeline_run(struct results *r, int *exit_status, const struct pipeline *p, char **inputs, size_t n,
	struct verr *err)
{
	char **others = xcalloc(n + 1, sizeof *others);
	size_t n_others = 0;
	enum vstatus st = V_OK;

	*exit_status = VEXIT_NONE;
	for (size_t i = 0; i < n; i++)
		if (!tabular_operand(inputs[i]))
			others[n_others++] = inputs[i];
	if (n_others || !n)
		st = run_study(r, exit_status, p, others, n_others, err);
	if (st == V_EDOM &&
		n_others < n) { /* the tables among the inputs may have what is asked for */
		log_error("%s", err->msg);
		*exit_status = VEXIT_NODATA;
		st = V_OK;
	}
	for (size_t i = 0; st == V_OK && i < n; i++)
		if (tabular_operand(inputs[i]))
			st = tabular_outcome(
				tabular_run(r, p, inputs[i], err), err, n == 1, exit_status);
	for (size_t i = 0; st == V_OK && p->what & SUMMARIZE_AGAINST && i < n; i++) {
		size_t n_met;

		if (tabular_operand(inputs[i]))
			st = tabular_against(r, &n_met, r, p, inputs[i], err);
	}
	free(others);
	return st;
}

static int
fail(struct results *r, struct options *o, const char *command, enum vstatus st,
	const struct verr *err)
{
	log_error("%s: %s", command, err->msg);
	results_release(r);
	options_release(o);
	return (int)vstatus_exit(st);
}

/* Not beside samples on standard output; nor a file of nothing, over one that held something. */
static bool
is_shown(const struct results *r, const struct options *o, int exit_status)
{
	if (!o->output)
		return !o->samples || strcmp(o->samples, "-");
	for (size_t i = 0; i < r->n_analyses; i++)
		if (r->analyses[i].rows.n_rows)
			return true;
	return exit_status != VEXIT_NODATA;
}

int
pipeline_main(const struct pipeline *p, pipeline_fn *run, const struct opt *table,
	const char *usage, const char *about, int argc, char **argv)
{
	struct options *o = p->options;
	struct results r;
	struct verr err;
	char **inputs;
	size_t n;
	int exit_status;
	enum vstatus st;

	options_init(o);
	results_init(&r);
	options_provenance(&r, argv, argc);
	st = opt_parse(&inputs, &n, argc, argv, table, usage, about, &err);
	if (st == V_END) { /* --help */
		results_release(&r);
		options_release(o);
		return VEXIT_OK;
	}
	if (st == V_OK)
		st = options_finish(o, &err);
	if (st == V_OK)
		st = run(&r, &exit_status, p, inputs, n, &err);
	if (st == V_OK && is_shown(&r, o, exit_status))
		st = show_results(&r, (enum show_format)o->format, o->output, &err);
	if (st != V_OK)
		return fail(&r, o, argv[0], st, &err);
	results_release(&r);
	options_release(o);
	return exit_status;
}
