/*
 * measure_counters - see measure_counters.h.
 *
 * A file is one job of the threads; the series are made afterwards, in the order of the inputs.
 * With a table of samples to write, the files are read one after the other.
 */
#include "analyze/measure_counters.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/parallel.h"
#include "core/file.h"

struct value {
	char *name; /* heap */
	double mean;
	double peak;
};

struct job {
	const struct study *study;
	const struct study_run *sr;
	const struct run_counters *file;
	const struct counters_params *params;
	struct samples_writer *samples;
	enum vstatus samples_st;
	struct verr samples_err;
	struct during during;
	struct usage_spans spans;
	struct value *values;
	size_t n_values, cap_values;
	struct countertable_counts counts;
	int64_t interval_ns;
	uint64_t left_out;
	bool unjoined; /* no probe on the file's clock */
	bool usable;
	bool refused;  /* by the system */
	char *problem; /* heap; NULL none */
};

struct jobs {
	struct job *items;
	size_t n, cap;
};

static bool
is_wanted(const struct filter *metrics, const char *name)
{
	char *peak = usage_peak_name(name);
	bool wanted = !metrics || !metrics->n_levels || filter_keeps(metrics, name) ||
		filter_keeps(metrics, peak);

	free(peak);
	return wanted;
}

/* ---- one file ---- */

static void
take_metric(void *ctx, const struct usage *u)
{
	struct job *j = ctx;

	if (!is_wanted(j->params->metrics, u->name))
		return;
	GROW(j->values, j->n_values, j->cap_values);
	j->values[j->n_values++] = (struct value){
		.name = xstrdup(u->name),
		.mean = usage_mean(u, &j->spans),
		.peak = usage_peak(u, j->params->window_ns, &j->spans),
	};
	if (j->samples && j->samples_st == V_OK)
		j->samples_st = samples_add_usage(
			j->samples, j->sr, j->file->host, u, &j->spans, &j->samples_err);
}

/* Cores of the file's machine, as the run describes it; 0 when it does not. */
static int64_t
cores_of(const struct run *r, const char *host)
{
	const struct json *hosts = json_get(r->document, "hosts");
	int64_t cores = 0;

	for (const struct json *h = json_first(hosts); h; h = json_next(h)) {
		const char *name = json_str(json_get(h, "name"), "");

		if ((json_len(hosts) == 1 || (host && !strcmp(host, name))) &&
			json_i64(json_get(h, "cores"), &cores) && cores > 0)
			return cores;
	}
	return 0;
}

static void
note(char **problem, char *text)
{
	char *both = *problem ? xasprintf("%s; %s", *problem, text) : xstrdup(text);

	free(*problem);
	free(text);
	*problem = both;
}

/* What a user has to know of a file that was used all the same. */
static void
note_damage(struct job *j, const char *path, enum vstatus st, const struct verr *err)
{
	const struct countertable_counts *c = &j->counts;

	if (st != V_OK)
		note(&j->problem, xstrdup(err->msg));
	if (c->untimed)
		note(&j->problem,
			xasprintf("%s: %" PRIu64 " rows without a time were left out", path,
				c->untimed));
	if (c->unreadable)
		note(&j->problem,
			xasprintf("%s: %" PRIu64 " cells are no numbers and were left out", path,
				c->unreadable));
	if (j->left_out)
		note(&j->problem,
			xasprintf("%s: more than %d metrics, %" PRIu64
				  " further ones were left out",
				path, USAGE_METRICS_MAX, j->left_out));
	if (j->usable && !c->rows)
		note(&j->problem, xasprintf("%s: no row", path));
}

static void
read_file(struct job *j)
{
	const struct counters_params *p = j->params;
	char *path = file_join(j->sr->run->path, j->file->file);
	int64_t interval_ns = j->file->interval_ns == RUN_NA ? 0 : j->file->interval_ns;
	struct usage_params up = {p->per_core, cores_of(j->sr->run, j->file->host)};
	struct countertable ct;
	struct verr err;
	enum vstatus st = countertable_load(&ct, path, interval_ns, &err);

	j->usable = ct.n > 0;
	j->refused = st == V_EIO;
	if (p->during) {
		during_of(&j->during, j->study, j->sr, p->during, j->file->host, p->extent);
		j->spans = (struct usage_spans){j->during.items, j->during.n};
		j->unjoined = !j->during.n;
	}
	if (!j->unjoined)
		j->left_out = usage_derive(&ct, &up, take_metric, j);
	j->counts = ct.counts;
	j->interval_ns = ct.interval_ns;
	note_damage(j, path, st, &err);
	countertable_release(&ct);
	during_release(&j->during);
	free(path);
}

static void
work(void *ctx, size_t i)
{
	read_file(&((struct jobs *)ctx)->items[i]);
}

/* ---- all files ---- */

static struct jobs
plan(const struct study *s, const struct counters_params *p, struct samples_writer *samples)
{
	struct jobs l = {0};

	for (size_t i = 0; i < s->n_runs; i++) {
		const struct run *r = s->runs[i].run;

		for (size_t k = 0; k < r->n_counters; k++) {
			if (!r->counters[k].file)
				continue;
			GROW(l.items, l.n, l.cap);
			l.items[l.n++] = (struct job){.study = s,
				.sr = &s->runs[i],
				.file = &r->counters[k],
				.params = p,
				.samples = samples};
		}
	}
	return l;
}

/* Did an earlier file of the same run and host give this metric? */
static bool
is_repeated(const struct jobs *l, size_t i, const char *name)
{
	const struct job *j = &l->items[i];

	for (size_t k = i; k-- > 0 && l->items[k].sr == j->sr;) {
		const struct job *before = &l->items[k];
		const char *a = before->file->host, *b = j->file->host;

		if (!a != !b || (a && strcmp(a, b) != 0))
			continue;
		for (size_t v = 0; v < before->n_values; v++)
			if (!strcmp(before->values[v].name, name))
				return true;
	}
	return false;
}

static void
take_job(struct measures *m, const struct jobs *l, size_t i)
{
	const struct job *j = &l->items[i];
	const struct countertable_counts *c = &j->counts;
	struct labels labels = measures_labels(m, j->sr);
	uint64_t *counts, repeated = 0;

	labels_add(&labels, &m->arena, "host", j->file->host, 0);
	for (size_t k = 0; k < j->n_values; k++) {
		const struct value *v = &j->values[k];
		char *peak = usage_peak_name(v->name);

		if (is_repeated(l, i, v->name)) {
			repeated++;
		} else {
			measures_add_value(m, arena_strdup(&m->arena, v->name), labels, v->mean);
			measures_add_value(m, arena_strdup(&m->arena, peak), labels, v->peak);
		}
		free(peak);
	}
	measures_add_value(
		m, COUNTERS_SAMPLING, labels, j->interval_ns > 0 ? (double)j->interval_ns : NAN);
	counts = measures_add_tally(m, COUNTERS_SAMPLING, labels)->counts;
	counts[COUNTERS_ROWS] = c->rows;
	counts[COUNTERS_UNTIMED] = c->untimed;
	counts[COUNTERS_UNREADABLE] = c->unreadable;
	counts[COUNTERS_MISSED] = c->missed;
	counts[COUNTERS_LATE] = c->late;
	counts[COUNTERS_CLOCK_STEPS] = c->clock_steps;
	counts[COUNTERS_WRAPS] = c->wraps;
	counts[COUNTERS_RESETS] = c->resets;
	counts[COUNTERS_REPEATED] = repeated;
	counts[COUNTERS_UNJOINED] = j->unjoined;
}

static void
job_release(struct job *j)
{
	for (size_t k = 0; k < j->n_values; k++)
		free(j->values[k].name);
	free(j->values);
	free(j->problem);
}

enum vstatus
measure_counters(struct measures *m, struct study *s, const struct counters_params *p,
	struct samples_writer *samples, struct verr *err)
{
	struct jobs l = plan(s, p, samples);
	enum vstatus st = V_OK;

	parallel_for(l.n, samples ? 1 : p->n_threads, work, &l);
	for (size_t i = 0; i < l.n; i++) {
		struct job *j = &l.items[i];

		if (j->problem)
			study_problem(s, "run %s: %s", j->sr->run->id, j->problem);
		s->system_error |= j->refused;
		if (j->usable)
			take_job(m, &l, i);
		if (st == V_OK && j->samples_st != V_OK) {
			st = j->samples_st;
			*err = j->samples_err;
		}
	}
	for (size_t i = 0; i < l.n; i++)
		job_release(&l.items[i]);
	free(l.items);
	measures_prepare(m, p->n_threads);
	return st;
}
