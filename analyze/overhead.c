/*
 * overhead - pairing and differences; see overhead.h.
 */
#include "analyze/overhead.h"

#include <math.h>
#include <stdlib.h>

#include "analyze/parallel.h"
#include "analyze/pointpairs.h"
#include "core/tstamp.h"

static void
add_job(void *ctx, const struct study_run *sr, struct observation *inner, struct observation *outer)
{
	struct overhead_jobs *w = ctx;

	if (!inner->usable || !outer->usable)
		return;
	GROW(w->jobs, w->n, w->cap);
	w->jobs[w->n++] = (struct overhead_job){.sr = sr,
		.inner = inner,
		.outer = outer,
		.one_clock = pointpairs_clock(inner, outer) == CLOCK_ONE};
}

void
overhead_plan(struct overhead_jobs *w, const struct study *s, const char *inner, const char *outer)
{
	pointpairs_each(s, inner, outer, add_job, w);
}

/* A tool prints neither its identifier nor, always, the time: those are the capture's then. */
static void
compute(const struct overhead_job *j, struct overhead_sample *v, const struct echo_sample *in,
	const struct echo_sample *out)
{
	const struct echo_flow *flow =
		j->inner->tool ? &j->outer->flows[out->flow] : &j->inner->flows[in->flow];

	*v = (struct overhead_sample){
		.t_ns = in->t_ns == TSTAMP_NONE ? out->t_ns : in->t_ns,
		.rtt_inner_ns = in->rtt_ns,
		.rtt_outer_ns = out->rtt_ns,
		.overhead_ns = TSTAMP_NONE,
		.overhead_share_pct = NAN,
		.out_ns = TSTAMP_NONE,
		.in_ns = TSTAMP_NONE,
		.id = flow->id,
		.seq = in->seq,
		.flags = (uint16_t)(in->flags | out->flags),
	};
	if (in->rtt_ns == TSTAMP_NONE || out->rtt_ns == TSTAMP_NONE)
		return;
	v->overhead_ns = tstamp_diff(in->rtt_ns, out->rtt_ns);
	if (in->rtt_ns)
		v->overhead_share_pct = 100 * (double)v->overhead_ns / (double)in->rtt_ns;
	if (j->one_clock) {
		v->out_ns = tstamp_diff(out->t_ns, in->t_ns);
		v->in_ns = tstamp_diff(v->overhead_ns, v->out_ns);
	}
}

static void
run_job(void *ctx, size_t i)
{
	struct overhead_job *j = &((struct overhead_jobs *)ctx)->jobs[i];
	struct pairing p;

	pair_observations(&p, j->inner, j->outer);
	j->unpaired_inner = p.unpaired_inner;
	j->unpaired_outer = p.unpaired_outer;
	j->undecidable = p.undecidable;
	j->samples = xmalloc((p.n_pairs + 1) * sizeof *j->samples);
	for (size_t k = 0; k < j->inner->n_samples; k++)
		if (p.outer_of[k] != PAIR_NONE)
			compute(j, &j->samples[j->n++], &j->inner->samples[k],
				&j->outer->samples[p.outer_of[k]]);
	pairing_release(&p);
}

void
overhead_run(struct overhead_jobs *w, unsigned n_threads)
{
	parallel_for(w->n, n_threads, run_job, w);
}

void
overhead_release(struct overhead_jobs *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->jobs[i].samples);
	free(w->jobs);
	*w = (struct overhead_jobs){0};
}

/* ---- values ---- */

static double
as_real(int64_t v_ns)
{
	return v_ns == TSTAMP_NONE ? NAN : (double)v_ns;
}

static double
rtt_inner(const struct overhead_sample *v)
{
	return as_real(v->rtt_inner_ns);
}

static double
rtt_outer(const struct overhead_sample *v)
{
	return as_real(v->rtt_outer_ns);
}

static double
overhead(const struct overhead_sample *v)
{
	return as_real(v->overhead_ns);
}

static double
share(const struct overhead_sample *v)
{
	return v->overhead_share_pct;
}

static double
out(const struct overhead_sample *v)
{
	return as_real(v->out_ns);
}

static double
in(const struct overhead_sample *v)
{
	return as_real(v->in_ns);
}

const struct overhead_metric overhead_metrics[OVERHEAD_N_METRICS] = {
	[OVERHEAD_METRIC_RTT_INNER] = {"rtt_inner_ns", rtt_inner},
	[OVERHEAD_METRIC_RTT_OUTER] = {"rtt_outer_ns", rtt_outer},
	[OVERHEAD_METRIC_OVERHEAD] = {"overhead_ns", overhead},
	[OVERHEAD_METRIC_SHARE] = {"overhead_share_pct", share},
	[OVERHEAD_METRIC_OUT] = {"overhead_out_ns", out},
	[OVERHEAD_METRIC_IN] = {"overhead_in_ns", in},
};
