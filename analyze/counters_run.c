/*
 * counters_run - see counters_run.h.
 *
 * The captures are read only when --during needs to know when the probes were.
 */
#include "analyze/counters_run.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"

enum vstatus
counters_params_of(struct counters_params *p, const struct options *o, struct verr *err)
{
	struct slice rest = slice_of(o->during ? o->during : ""), word;

	*p = (struct counters_params){
		.extent = o->in_flight ? DURING_IN_FLIGHT : DURING_WHOLE,
		.per_core = o->per_core,
		.window_ns = o->window_ns,
		.n_threads = (unsigned)o->threads,
		.metrics = o->metrics.n_levels ? &o->metrics : NULL,
	};
	while (o->during && slice_cut(&word, &rest, ',')) {
		size_t i = 0;

		while (i < DURING_N_PROBES && !slice_eq(word, during_probes[i].name))
			i++;
		if (i == DURING_N_PROBES)
			return verr_set(
				err, V_EUSAGE, "--during %s: expected rtt, http or tcp", o->during);
		p->during |= during_probes[i].bit;
	}
	if (o->in_flight && !p->during)
		return verr_set(err, V_EUSAGE, "--in-flight: of what is said with --during");
	return V_OK;
}

enum vstatus
counters_asked(struct measures *m, struct study *s, const struct options *o, struct verr *err)
{
	struct counters_params p;
	bool asked = false;
	enum vstatus st;

	for (size_t i = 0; i < o->metrics.n_levels; i++)
		asked |= usage_is_metric(o->metrics.levels[i]);
	if (!asked)
		return V_OK;
	st = counters_params_of(&p, o, err);
	return st == V_OK ? measure_counters(m, s, &p, NULL, err) : st;
}

static enum vstatus
check_metrics(const struct measures *m, const struct options *o, struct verr *err)
{
	for (size_t i = 0; i < o->metrics.n_levels; i++) {
		bool known = false;

		for (size_t k = 0; k < m->n_series && !known; k++)
			known = !strcmp(m->series[k].metric, o->metrics.levels[i]);
		if (!known)
			return verr_set(err, V_EUSAGE,
				"--metric %s: not among the counters of these runs (without "
				"--metric all that is are shown)",
				o->metrics.levels[i]);
	}
	return V_OK;
}

static bool
has_counters(const struct study *s)
{
	for (size_t i = 0; i < s->n_runs; i++)
		if (s->runs[i].run->n_counters)
			return true;
	return false;
}

static enum vstatus
measure(struct measures *m, struct study *s, const struct options *o,
	const struct counters_params *p, struct verr *err)
{
	struct samples_writer *w = NULL;
	enum vstatus st = V_OK;

	if (o->samples)
		st = samples_open(&w, o->samples, SAMPLES_COUNTERS, s, err);
	if (st == V_OK)
		st = measure_counters(m, s, p, w, err);
	return samples_close(w, st, err);
}

static enum vstatus
reduce(struct results *r, struct measures *m, const struct study *s, const struct options *o,
	const struct counters_params *p, struct verr *err)
{
	const char **by = NULL;
	size_t n_by;
	struct summarize_params sp = {.level = o->level};
	enum vstatus st = options_study_by(&by, &n_by, o, s,
		o->format == SHOW_JSON ? STUDY_ALL_FACTORS : STUDY_VARYING_FACTORS, err);

	if (st == V_OK)
		st = check_metrics(m, o, err);
	if (st == V_OK) {
		sp.by = by;
		sp.n_by = n_by;
		counters_summarize(r, m, &sp, p);
	}
	free(by);
	return st;
}

enum vstatus
counters_run(struct results *r, int *exit_status, const struct pipeline *pipeline, char **inputs,
	size_t n, struct verr *err)
{
	const struct options *o = pipeline->options;
	struct study_params params = options_study_params(o, o->during != NULL);
	struct counters_params p;
	struct measures m = {0};
	struct study s = {0};
	enum vstatus st = counters_params_of(&p, o, err);

	*exit_status = VEXIT_OK;
	params.observe.what = p.during;
	params.observe.keep_flows = true;
	if (st == V_OK)
		st = study_load(&s, inputs, n, &params, err);
	if (st == V_OK)
		st = study_check_selection(&s, &params, err);
	if (st == V_OK && p.during)
		study_observe(&s, &params);
	if (st == V_OK)
		st = measure(&m, &s, o, &p, err);
	s.nothing_usable = !m.n_series;
	if (st == V_OK && m.n_series)
		st = reduce(r, &m, &s, o, &p, err);
	if (st == V_OK) {
		study_sources(&s, r, o->format == SHOW_JSON);
		*exit_status = study_exit(&s);
		if (!has_counters(&s))
			log_error("no run has system counters");
	}
	measures_release(&m);
	study_release(&s);
	return st;
}

enum vstatus
counters_add(struct results *r, struct study *s, const struct options *o, const char *const *by,
	size_t n_by, struct verr *err)
{
	struct summarize_params sp = {.level = o->level, .by = by, .n_by = n_by};
	struct counters_params p;
	struct measures m = {0};
	enum vstatus st = counters_params_of(&p, o, err);

	if (st == V_OK)
		st = measure_counters(&m, s, &p, NULL, err);
	if (st == V_OK)
		counters_summarize(r, &m, &sp, &p);
	measures_release(&m);
	return st;
}
