/*
 * pipeline - see pipeline.h.
 */
#include "analyze/pipeline.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"

/* The RTTs of all points.  Per-probe rows go to --samples unless overhead's are wanted there. */
static enum vstatus
run_rtt(struct measures *m, struct study *s, const struct pipeline *p, struct verr *err)
{
	const struct options *o = p->options;
	struct samples_writer *w = NULL;
	enum vstatus st = V_OK, st2;

	if (o->samples && !(p->measure & PIPELINE_OVERHEAD))
		st = samples_open(&w, o->samples, SAMPLES_RTT, s, err);
	if (st == V_OK)
		st = measure_rtt(m, s, (unsigned)o->threads, w, err);
	if (w) {
		st2 = samples_close(w, st == V_OK ? err : NULL);
		st = st == V_OK ? st2 : st;
	}
	return st;
}

static enum vstatus
run_overhead(struct measures *m, struct study *s, const struct pipeline *p, struct verr *err)
{
	const struct options *o = p->options;
	struct samples_writer *w = NULL;
	enum vstatus st = V_OK, st2;

	if (o->samples)
		st = samples_open(&w, o->samples, SAMPLES_OVERHEAD, s, err);
	if (st == V_OK)
		st = measure_overhead(m, s, o->inner, o->outer, o->excluded_flags,
			(unsigned)o->threads, w, err);
	if (w) {
		st2 = samples_close(w, st == V_OK ? err : NULL);
		st = st == V_OK ? st2 : st;
	}
	return st;
}

static enum vstatus
measure(struct measures *m, struct study *s, const struct pipeline *p, struct verr *err)
{
	enum vstatus st = V_OK;

	if (p->measure & PIPELINE_RTT)
		st = run_rtt(m, s, p, err);
	if (st == V_OK && (p->measure & PIPELINE_OVERHEAD))
		st = run_overhead(m, s, p, err);
	return st;
}

static bool
is_complete(const struct pipeline *p)
{
	return p->complete || p->options->format == SHOW_JSON;
}

static enum vstatus
reduce(struct results *r, struct measures *m, const struct study *s, const struct pipeline *p,
	struct verr *err)
{
	const struct options *o = p->options;
	struct summarize_params sp = {
		.what = p->what,
		.level = o->level,
		.metrics = o->metrics.n_levels ? &o->metrics : NULL,
	};
	const char **by;
	enum vstatus st = options_study_by(&by, &sp.n_by, o, s,
		is_complete(p) ? STUDY_ALL_FACTORS : STUDY_VARYING_FACTORS, err);

	if (st != V_OK)
		return st;
	sp.by = by;
	summarize(r, m, &sp);
	free(by);
	return V_OK;
}

enum vstatus
pipeline_run(struct results *r, int *exit_status, const struct pipeline *p, char **inputs,
	size_t n, struct verr *err)
{
	const struct options *o = p->options;
	bool keep = o->samples || (p->measure & PIPELINE_OVERHEAD);
	struct study_params params = options_study_params(o, keep);
	struct measures m = {0};
	struct study s;
	enum vstatus st = study_load(&s, inputs, n, &params, err);

	*exit_status = VEXIT_OK;
	if (st == V_OK) {
		study_observe(&s, &params);
		show_classes(&s);
		st = measure(&m, &s, p, err);
	}
	if (st == V_OK)
		st = reduce(r, &m, &s, p, err);
	if (st == V_OK) {
		study_sources(&s, r, is_complete(p));
		*exit_status = study_exit(&s);
		if (!s.n_observations)
			log_error("no capture and no ping output among the inputs");
	}
	measures_release(&m);
	study_release(&s);
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
	if (st == V_OK && (o->output || !o->samples || strcmp(o->samples, "-")))
		st = show_results(&r, (enum show_format)o->format, o->output, &err);
	if (st != V_OK)
		return fail(&r, o, argv[0], st, &err);
	results_release(&r);
	options_release(o);
	return exit_status;
}
