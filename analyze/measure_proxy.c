/*
 * measure_proxy - series and tallies of the requests through a proxy; see measure.h.
 */
#include <math.h>

#include "analyze/measure.h"
#include "analyze/proxy.h"

enum proxy_metric { METRIC_OVERHEAD, METRIC_MISS, METRIC_HIT, METRIC_DIFFERENCE, N_METRICS };

static const char *const names[N_METRICS] = {
	[METRIC_OVERHEAD] = "proxy_overhead_ns",
	[METRIC_MISS] = "miss_latency_ns",
	[METRIC_HIT] = "hit_latency_ns",
	[METRIC_DIFFERENCE] = "mean_difference_ns",
};

static void
count_job(uint64_t counts[PROXY_N_COUNTS], const struct proxy_job *j)
{
	const struct proxypair *p = &j->pairing;

	counts[PROXY_REQUESTS] = j->n;
	counts[PROXY_MISSES] = p->n[PROXY_MISS];
	counts[PROXY_HITS] = p->n[PROXY_HIT];
	counts[PROXY_UNDECIDED] = p->n[PROXY_UNDECIDABLE];
	counts[PROXY_TUNNELS] = p->n[PROXY_TUNNEL];
	counts[PROXY_FAILED_INNER] = p->n[PROXY_FAILED];
	counts[PROXY_UNPAIRED_OUTER] = p->unpaired_outer;
	counts[PROXY_UNDECIDED_OUTER] = p->undecidable_outer;
	counts[PROXY_CLOCK_ASSUMED] = !j->clock_stated;
	counts[PROXY_DROPPED] = (uint64_t)j->inner->dropped + j->outer->dropped;
	for (size_t i = 0; i < j->n; i++) {
		const struct proxy_sample *v = &j->samples[i];

		counts[PROXY_REVALIDATED] += (v->flags & FLAG_REVALIDATED) != 0;
		counts[PROXY_UNTIMED] += v->cls == PROXY_MISS && v->overhead_ns == TSTAMP_NONE;
		counts[PROXY_NEGATIVE] += v->overhead_ns != TSTAMP_NONE && v->overhead_ns < 0;
	}
}

static void
take_samples(struct values v[N_METRICS], const struct proxy_job *j)
{
	for (size_t i = 0; i < j->n; i++) {
		const struct proxy_sample *s = &j->samples[i];

		values_add_ns(&v[METRIC_OVERHEAD], s->overhead_ns, false);
		if (s->cls != PROXY_UNDECIDABLE)
			values_add_ns(&v[s->cls == PROXY_MISS ? METRIC_MISS : METRIC_HIT],
				s->request->latency_ns, false);
	}
	if (!isnan(j->pairing.mean_difference_ns))
		values_add(&v[METRIC_DIFFERENCE], j->pairing.mean_difference_ns);
}

static void
take_job(struct measures *m, const struct study *s, const struct proxy_job *j)
{
	const char *inner = j->inner->point, *outer = j->outer->point;
	struct labels labels = measures_labels(m, j->sr);
	struct values v[N_METRICS] = {0};

	labels_add(&labels, &m->arena, "inner", inner, study_point_rank(s, inner));
	labels_add(&labels, &m->arena, "outer", outer, study_point_rank(s, outer));
	take_samples(v, j);
	for (int k = 0; k < N_METRICS; k++) {
		struct series *series;

		if (!v[k].n && k != METRIC_OVERHEAD)
			continue;
		series = measures_add_series(m, names[k], labels);
		series->x = v[k].x;
		series->n = v[k].n;
	}
	count_job(measures_add_tally(m, names[METRIC_OVERHEAD], labels)->counts, j);
}

enum vstatus
measure_proxy(struct measures *m, struct study *s, const struct measure_pair_params *params,
	struct samples_writer *samples, struct verr *err)
{
	struct proxy_jobs w = {0};
	enum vstatus st = V_OK;

	proxy_plan(&w, s, params->inner, params->outer,
		params->plain_only ? PROXY_WHERE_PLAIN : PROXY_WHERE_POSSIBLE);
	proxy_run(&w, params->expiry_ns, params->n_threads);
	for (size_t i = 0; i < w.n; i++) {
		take_job(m, s, &w.jobs[i]);
		if (samples && st == V_OK)
			st = samples_add_proxy(samples, &w.jobs[i], err);
	}
	proxy_release(&w);
	measures_prepare(m, params->n_threads);
	return st;
}
