/*
 * measure - series and tallies of the echo analyses; see measure.h.
 */
#include "analyze/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/tstamp.h"

static const char *const rtt_columns[RTT_N_COUNTS + 1] = {
	[RTT_PROBES] = "probes",
	[RTT_ANSWERED] = "answered",
	[RTT_LOST] = "lost",
	[RTT_LATE] = "late",
	[RTT_UNFINISHED] = "unfinished",
	[RTT_DUPLICATES] = "duplicate_replies",
	[RTT_COPIES] = "copies",
	[RTT_AMBIGUOUS] = "ambiguous",
	[RTT_NEGATIVE] = "negative",
	[RTT_REORDERED] = "reordered",
	[RTT_UNMATCHED] = "unmatched_replies",
	[RTT_INCOMPLETE] = "incomplete_messages",
	[RTT_UNTIMED] = "untimed_packets",
	[RTT_CLOCK_STEPS] = "clock_steps",
	[RTT_DROPPED] = "points_with_drops",
};

static const char *const overhead_columns[OVERHEAD_N_COUNTS + 1] = {
	[OVERHEAD_PAIRS] = "pairs",
	[OVERHEAD_UNPAIRED_INNER] = "unpaired_inner",
	[OVERHEAD_UNPAIRED_OUTER] = "unpaired_outer",
	[OVERHEAD_UNDECIDABLE] = "undecidable",
	[OVERHEAD_NEGATIVE] = "negative",
	[OVERHEAD_EXCLUDED] = "excluded",
	[OVERHEAD_UNANSWERED] = "unanswered",
	[OVERHEAD_SHARE_UNDEFINED] = "share_undefined",
	[OVERHEAD_RESOLUTION_NS] = "resolution_ns",
};

const char *
measure_column(const char *metric, size_t i)
{
	if (!strcmp(metric, "rtt_ns"))
		return i < RTT_N_COUNTS ? rtt_columns[i] : NULL;
	return i < OVERHEAD_N_COUNTS ? overhead_columns[i] : NULL;
}

uint64_t
measure_combine(const char *metric, size_t i, uint64_t cell, uint64_t run)
{
	if (strcmp(metric, "rtt_ns") && i == OVERHEAD_RESOLUTION_NS)
		return run > cell ? run : cell;
	return cell + run;
}

void
measures_release(struct measures *m)
{
	for (size_t i = 0; i < m->n_series; i++)
		series_release(&m->series[i]);
	free(m->series);
	free(m->tallies);
	arena_release(&m->arena);
	memset(m, 0, sizeof *m);
}

/* The run's labels and one or two more. */
static struct labels
labels_of(struct measures *m, const struct study_run *sr)
{
	struct labels l = {arena_alloc(&m->arena, sr->labels.n * sizeof *l.items), sr->labels.n};

	memcpy(l.items, sr->labels.items, l.n * sizeof *l.items);
	return l;
}

static struct series *
add_series(struct measures *m, const char *metric, struct labels labels)
{
	GROW(m->series, m->n_series, m->cap_series);
	m->series[m->n_series] = (struct series){.metric = metric, .labels = labels};
	return &m->series[m->n_series++];
}

static struct tally *
add_tally(struct measures *m, const char *metric, struct labels labels)
{
	GROW(m->tallies, m->n_tallies, m->cap_tallies);
	m->tallies[m->n_tallies] = (struct tally){.metric = metric, .labels = labels};
	return &m->tallies[m->n_tallies++];
}

static void
prepare_one(void *ctx, size_t i)
{
	struct measures *m = ctx;

	series_prepare(&m->series[i]);
}

static void
prepare_all(struct measures *m, unsigned n_threads)
{
	parallel_for(m->n_series, n_threads, prepare_one, m);
}

/* ---- RTT ---- */

static void
tally_rtt(struct tally *t, const struct observation *o)
{
	const struct echo_counts *c = &o->counts;

	t->counts[RTT_PROBES] = c->probes;
	t->counts[RTT_ANSWERED] = c->answered;
	t->counts[RTT_LOST] = c->lost;
	t->counts[RTT_LATE] = c->late;
	t->counts[RTT_UNFINISHED] = c->unfinished;
	t->counts[RTT_DUPLICATES] = c->duplicate_replies;
	t->counts[RTT_COPIES] = c->copies;
	t->counts[RTT_AMBIGUOUS] = c->ambiguous;
	t->counts[RTT_NEGATIVE] = c->negative;
	t->counts[RTT_REORDERED] = c->reordered;
	t->counts[RTT_UNMATCHED] = c->unmatched_replies;
	t->counts[RTT_INCOMPLETE] = o->incomplete;
	t->counts[RTT_UNTIMED] = c->untimed;
	t->counts[RTT_CLOCK_STEPS] = c->clock_steps;
	t->counts[RTT_DROPPED] = o->dropped;
}

/* (probes - 1) / (last - first): the rate that was really achieved. */
static void
measure_rate(struct measures *m, const struct observation *o, struct labels labels)
{
	const struct echo_counts *c = &o->counts;
	struct series *s;
	int64_t span_ns;

	if (c->probes < 2 || c->first_request_ns == TSTAMP_NONE)
		return;
	span_ns = tstamp_diff(c->last_request_ns, c->first_request_ns);
	if (span_ns <= 0)
		return;
	s = add_series(m, "rate_achieved_pps", labels);
	s->x = xmalloc(sizeof *s->x);
	s->x[0] = (double)(c->probes - 1) * 1e9 / (double)span_ns;
	s->n = 1;
}

enum vstatus
measure_rtt(struct measures *m, struct study *s, unsigned n_threads,
	struct samples_writer *samples, struct verr *err)
{
	enum vstatus st = V_OK;

	for (size_t i = 0; i < s->n_observations; i++) {
		struct observation *o = &s->observations[i];
		const struct study_run *sr = study_run_of(s, i);
		struct labels labels = labels_of(m, sr);
		struct series *series;

		if (!o->usable)
			continue;
		labels_add(&labels, &m->arena, "point", o->point, study_point_rank(s, o->point));
		series = add_series(m, "rtt_ns", labels);
		series->x = o->rtt_ns;
		series->n = o->n_rtt;
		series->excluded = o->excluded;
		o->rtt_ns = NULL;
		o->n_rtt = o->cap_rtt = 0;
		tally_rtt(add_tally(m, "rtt_ns", labels), o);
		measure_rate(m, o, labels);
		if (samples && st == V_OK)
			st = samples_add_rtt(samples, sr, o, err);
	}
	prepare_all(m, n_threads);
	return st;
}

/* ---- overhead ---- */

/* One pair of points of one run: the unit of work. */
struct overhead_job {
	const struct study_run *sr;
	const struct observation *inner;
	const struct observation *outer;
	struct overhead_sample *samples; /* one per pair; heap */
	size_t n;
	uint64_t counts[OVERHEAD_N_COUNTS];
};

struct overhead_work {
	struct overhead_job *jobs;
	size_t n;
	size_t cap;
	uint16_t excluded_flags;
};

/* Do both points stamp packets with the same clock?  Only then one-way times mean something. */
static bool
share_clock(const struct observation *a, const struct observation *b)
{
	return a->capture && b->capture && a->capture->host && b->capture->host &&
		!strcmp(a->capture->host, b->capture->host);
}

static void
compute(struct overhead_job *j, struct overhead_sample *v, const struct echo_sample *in,
	const struct echo_sample *out)
{
	*v = (struct overhead_sample){
		.t_ns = in->t_ns == TSTAMP_NONE ? out->t_ns : in->t_ns,
		.rtt_inner_ns = in->rtt_ns,
		.rtt_outer_ns = out->rtt_ns,
		.overhead_ns = TSTAMP_NONE,
		.overhead_share_pct = NAN,
		.out_ns = TSTAMP_NONE,
		.in_ns = TSTAMP_NONE,
		.id = (j->inner->tool ? j->outer : j->inner)
			      ->flows[(j->inner->tool ? out : in)->flow]
			      .id,
		.seq = in->seq,
		.flags = (uint16_t)(in->flags | out->flags),
	};
	if (in->rtt_ns == TSTAMP_NONE || out->rtt_ns == TSTAMP_NONE)
		return;
	v->overhead_ns = tstamp_diff(in->rtt_ns, out->rtt_ns);
	if (in->rtt_ns)
		v->overhead_share_pct = 100 * (double)v->overhead_ns / (double)in->rtt_ns;
	if (share_clock(j->inner, j->outer)) {
		v->out_ns = tstamp_diff(out->t_ns, in->t_ns);
		v->in_ns = tstamp_diff(v->overhead_ns, v->out_ns);
	}
}

static void
run_job(void *ctx, size_t i)
{
	struct overhead_work *w = ctx;
	struct overhead_job *j = &w->jobs[i];
	struct pairing p;

	pair_observations(&p, j->inner, j->outer);
	j->counts[OVERHEAD_PAIRS] = p.n_pairs;
	j->counts[OVERHEAD_UNPAIRED_INNER] = p.unpaired_inner;
	j->counts[OVERHEAD_UNPAIRED_OUTER] = p.unpaired_outer;
	j->counts[OVERHEAD_UNDECIDABLE] = p.undecidable;
	j->counts[OVERHEAD_RESOLUTION_NS] = (uint64_t)j->inner->resolution_ns;
	j->samples = xmalloc((p.n_pairs + 1) * sizeof *j->samples);
	for (size_t k = 0; k < j->inner->n_samples; k++) {
		struct overhead_sample *v = &j->samples[j->n];

		if (p.outer_of[k] == PAIR_NONE)
			continue;
		compute(j, v, &j->inner->samples[k], &j->outer->samples[p.outer_of[k]]);
		j->n++;
		if (v->overhead_ns == TSTAMP_NONE)
			j->counts[OVERHEAD_UNANSWERED]++;
		else if (v->flags & w->excluded_flags)
			j->counts[OVERHEAD_EXCLUDED]++;
		else
			j->counts[OVERHEAD_NEGATIVE] += v->overhead_ns < 0;
	}
	pairing_release(&p);
}

static void
add_job(struct overhead_work *w, const struct study_run *sr, const struct observation *inner,
	const struct observation *outer)
{
	if (!inner->usable || !outer->usable)
		return;
	GROW(w->jobs, w->n, w->cap);
	w->jobs[w->n++] = (struct overhead_job){.sr = sr, .inner = inner, .outer = outer};
}

/* All neighbours of a run, and the innermost with the outermost; or the pair asked for. */
static void
plan_run(struct overhead_work *w, const struct study *s, const struct study_run *sr,
	const char *inner, const char *outer)
{
	const struct observation *o = s->observations + sr->first;
	size_t n = sr->n_observations;

	for (size_t a = 0; a < n; a++) {
		for (size_t b = a + 1; b < n; b++) {
			bool asked = inner && !strcmp(o[a].point, inner) && !strcmp(o[b].point, outer);
			bool usual = !inner && (b == a + 1 || (a == 0 && b == n - 1));

			if (asked || usual)
				add_job(w, sr, &o[a], &o[b]);
		}
	}
}

/* Values of one kind out of a job's samples. */
static struct series *
take_values(struct measures *m, const struct overhead_work *w, const struct overhead_job *j,
	const char *metric, struct labels labels, double (*value)(const struct overhead_sample *v))
{
	struct series *s = add_series(m, metric, labels);

	s->x = xmalloc((j->n + 1) * sizeof *s->x);
	s->excluded = j->counts[OVERHEAD_EXCLUDED];
	for (size_t i = 0; i < j->n; i++) {
		double x = value(&j->samples[i]);

		if (!isnan(x) && !(j->samples[i].flags & w->excluded_flags))
			s->x[s->n++] = x;
	}
	return s;
}

static double
as_real(int64_t v_ns)
{
	return v_ns == TSTAMP_NONE ? NAN : (double)v_ns;
}

static double
value_overhead(const struct overhead_sample *v)
{
	return as_real(v->overhead_ns);
}

static double
value_share(const struct overhead_sample *v)
{
	return v->overhead_share_pct;
}

static double
value_out(const struct overhead_sample *v)
{
	return as_real(v->out_ns);
}

static double
value_in(const struct overhead_sample *v)
{
	return as_real(v->in_ns);
}

static void
take_job(struct measures *m, const struct study *s, const struct overhead_work *w,
	struct overhead_job *j)
{
	const char *inner = j->inner->point, *outer = j->outer->point;
	struct labels labels = labels_of(m, j->sr);
	struct tally *t;
	size_t n_values;

	labels_add(&labels, &m->arena, "inner", inner, study_point_rank(s, inner));
	labels_add(&labels, &m->arena, "outer", outer, study_point_rank(s, outer));
	n_values = take_values(m, w, j, "overhead_ns", labels, value_overhead)->n;
	j->counts[OVERHEAD_SHARE_UNDEFINED] = n_values -
		take_values(m, w, j, "overhead_share_pct", labels, value_share)->n;
	if (share_clock(j->inner, j->outer)) {
		take_values(m, w, j, "overhead_out_ns", labels, value_out);
		take_values(m, w, j, "overhead_in_ns", labels, value_in);
	}
	t = add_tally(m, "overhead_ns", labels);
	memcpy(t->counts, j->counts, sizeof j->counts);
}

enum vstatus
measure_overhead(struct measures *m, const struct study *s, const char *inner, const char *outer,
	uint16_t excluded_flags, unsigned n_threads, struct samples_writer *samples,
	struct verr *err)
{
	struct overhead_work w = {.excluded_flags = excluded_flags};
	enum vstatus st = V_OK;

	for (size_t i = 0; i < s->n_runs; i++)
		plan_run(&w, s, &s->runs[i], inner, outer);
	parallel_for(w.n, n_threads, run_job, &w);
	for (size_t i = 0; i < w.n; i++) {
		struct overhead_job *j = &w.jobs[i];

		take_job(m, s, &w, j);
		if (samples && st == V_OK)
			st = samples_add_overhead(samples, j->sr, j->inner->point,
				j->outer->point, j->samples, j->n, err);
		free(j->samples);
	}
	free(w.jobs);
	prepare_all(m, n_threads);
	return st;
}
