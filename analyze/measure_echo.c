/*
 * measure_echo - series and tallies of round-trip times and of the overhead between two points; see
 * measure.h.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/measure.h"
#include "analyze/overhead.h"
#include "core/tstamp.h"

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
	t->counts[RTT_EARLY] = c->early;
	t->counts[RTT_INCOMPLETE] = o->incomplete;
	t->counts[RTT_UNTIMED] = c->untimed;
	t->counts[RTT_CLOCK_STEPS] = c->clock_steps;
	t->counts[RTT_DROPPED] = o->dropped;
}

double
measure_rate_achieved(const struct observation *o)
{
	const struct echo_counts *c = &o->counts;
	int64_t span_ns;

	if (c->probes < 2 || c->first_request_ns == TSTAMP_NONE)
		return NAN;
	span_ns = tstamp_diff(c->last_request_ns, c->first_request_ns);
	return span_ns > 0 ? (double)(c->probes - 1) * 1e9 / (double)span_ns : NAN;
}

bool
measure_has_echo(const struct observation *o)
{
	if (o->is_load)
		return false;
	return o->counts.probes ||
		!(o->http.counts.requests || o->http.counts.failed || o->tcp.counts.packets);
}

enum vstatus
measure_rtt(struct measures *m, struct study *s, unsigned n_threads, struct samples_writer *samples,
	struct verr *err)
{
	enum vstatus st = V_OK;

	for (size_t i = 0; i < s->n_observations; i++) {
		struct observation *o = &s->observations[i];
		const struct study_run *sr = study_run_of(s, i);
		struct labels labels = measures_labels(m, sr);
		struct series *series;
		double rate_pps;

		if (!o->usable || !measure_has_echo(o))
			continue;
		labels_add(&labels, &m->arena, "point", o->point, study_point_rank(s, o->point));
		series = measures_add_series(m, "rtt_ns", labels);
		series->x = o->rtt_ns;
		series->n = o->n_rtt;
		series->excluded = o->excluded;
		o->rtt_ns = NULL;
		o->n_rtt = o->cap_rtt = 0;
		tally_rtt(measures_add_tally(m, "rtt_ns", labels), o);
		rate_pps = measure_rate_achieved(o);
		if (!isnan(rate_pps))
			measures_add_value(m, "rate_achieved_pps", labels, rate_pps);
		if (samples && st == V_OK)
			st = samples_add_rtt(samples, sr, o, err);
	}
	measures_prepare(m, n_threads);
	return st;
}

/* ---- overhead ---- */

static void
count_samples(
	uint64_t counts[OVERHEAD_N_COUNTS], const struct overhead_job *j, uint32_t excluded_flags)
{
	counts[OVERHEAD_PAIRS] = j->n;
	counts[OVERHEAD_UNPAIRED_INNER] = j->unpaired_inner;
	counts[OVERHEAD_UNPAIRED_OUTER] = j->unpaired_outer;
	counts[OVERHEAD_UNDECIDABLE] = j->undecidable;
	counts[OVERHEAD_RESOLUTION_NS] = (uint64_t)j->inner->resolution_ns;
	for (size_t i = 0; i < j->n; i++) {
		const struct overhead_sample *v = &j->samples[i];

		if (v->overhead_ns == TSTAMP_NONE)
			counts[OVERHEAD_UNANSWERED]++;
		else if (v->flags & excluded_flags)
			counts[OVERHEAD_EXCLUDED]++;
		else
			counts[OVERHEAD_NEGATIVE] += v->overhead_ns < 0;
	}
}

/* Values of one kind out of a job's samples; how many. */
static size_t
take_values(struct measures *m, const struct overhead_job *j, enum overhead_metric_index k,
	struct labels labels, uint32_t excluded_flags, uint64_t n_excluded)
{
	struct series *s = measures_add_series(m, overhead_metrics[k].name, labels);

	s->x = xmalloc((j->n + 1) * sizeof *s->x);
	s->excluded = n_excluded;
	for (size_t i = 0; i < j->n; i++) {
		double x = overhead_metrics[k].value(&j->samples[i]);

		if (!isnan(x) && !(j->samples[i].flags & excluded_flags))
			s->x[s->n++] = x;
	}
	return s->n;
}

static void
take_job(struct measures *m, const struct study *s, const struct overhead_job *j,
	uint32_t excluded_flags)
{
	const char *inner = j->inner->point, *outer = j->outer->point;
	enum overhead_metric_index end = j->one_clock ? OVERHEAD_N_METRICS : OVERHEAD_METRIC_OUT;
	struct labels labels = measures_labels(m, j->sr);
	uint64_t counts[OVERHEAD_N_COUNTS] = {0};
	size_t n_values[OVERHEAD_N_METRICS];

	labels_add(&labels, &m->arena, "inner", inner, study_point_rank(s, inner));
	labels_add(&labels, &m->arena, "outer", outer, study_point_rank(s, outer));
	count_samples(counts, j, excluded_flags);
	for (enum overhead_metric_index k = OVERHEAD_METRIC_OVERHEAD; k < end; k++)
		n_values[k] =
			take_values(m, j, k, labels, excluded_flags, counts[OVERHEAD_EXCLUDED]);
	counts[OVERHEAD_SHARE_UNDEFINED] =
		n_values[OVERHEAD_METRIC_OVERHEAD] - n_values[OVERHEAD_METRIC_SHARE];
	memcpy(measures_add_tally(m, "overhead_ns", labels)->counts, counts, sizeof counts);
}

enum vstatus
measure_overhead(struct measures *m, const struct study *s, const char *inner, const char *outer,
	uint32_t excluded_flags, unsigned n_threads, struct samples_writer *samples,
	struct verr *err)
{
	struct overhead_jobs w = {0};
	enum vstatus st = V_OK;

	overhead_plan(&w, s, inner, outer);
	overhead_run(&w, n_threads);
	for (size_t i = 0; i < w.n; i++) {
		const struct overhead_job *j = &w.jobs[i];

		if (!measure_has_echo(j->inner) && !measure_has_echo(j->outer))
			continue;
		take_job(m, s, j, excluded_flags);
		if (samples && st == V_OK)
			st = samples_add_overhead(samples, j->sr, j->inner->point, j->outer->point,
				j->samples, j->n, err);
	}
	overhead_release(&w);
	measures_prepare(m, n_threads);
	return st;
}
