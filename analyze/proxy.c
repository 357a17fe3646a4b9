/*
 * proxy - pairs of points, and differences; see proxy.h.
 *
 * That something lies between two points is not said by a run.  Two points that saw the same
 * connection (both ends' addresses and ports) have no proxy between them, nor have two that both
 * saw requests as they are sent to a forward proxy.  Behind address translation the first test
 * fails, so that two views of one connection could pass for a very fast reverse proxy: --inner and
 * --outer say which pair is meant.
 */
#include "analyze/proxy.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/parallel.h"
#include "analyze/pointpairs.h"
#include "core/log.h"

#define POINT_IN "proxy-in"
#define POINT_OUT "proxy-out"

/* ---- where a proxy is ---- */

static bool
has_absolute(const struct observation *o)
{
	for (size_t i = 0; i < o->http.n_rows; i++)
		if (proxypair_target(&o->http.rows[i].s).absolute)
			return true;
	return false;
}

static int
by_connection(const void *a, const void *b)
{
	const struct http_sample *x = &(*(const struct httpobs_row *const *)a)->s;
	const struct http_sample *y = &(*(const struct httpobs_row *const *)b)->s;
	int d = memcmp(x->src, y->src, 16);

	if (!d)
		d = memcmp(x->dst, y->dst, 16);
	if (!d)
		d = (x->sport > y->sport) - (x->sport < y->sport);
	return d ? d : (x->dport > y->dport) - (x->dport < y->dport);
}

static const struct httpobs_row **
sorted_by_connection(const struct httpobs *o)
{
	const struct httpobs_row **p = xcalloc(o->n_rows + 1, sizeof *p);

	for (size_t i = 0; i < o->n_rows; i++)
		p[i] = &o->rows[i];
	if (o->n_rows)
		qsort(p, o->n_rows, sizeof *p, by_connection);
	return p;
}

static bool
share_connection(const struct httpobs *a, const struct httpobs *b)
{
	const struct httpobs_row **x = sorted_by_connection(a), **y = sorted_by_connection(b);
	size_t i = 0, k = 0;
	int d = 1;

	while (d && i < a->n_rows && k < b->n_rows) {
		d = by_connection(&x[i], &y[k]);
		i += d < 0;
		k += d > 0;
	}
	free(x);
	free(y);
	return !d;
}

static bool
proxy_between(const struct observation *in, const struct observation *out, enum proxy_where where)
{
	bool forward = has_absolute(in);

	if (!strcmp(in->point, POINT_IN) && !strcmp(out->point, POINT_OUT))
		return true;
	if (!in->http.n_rows || (forward && has_absolute(out)) ||
		share_connection(&in->http, &out->http))
		return false;
	return where == PROXY_WHERE_POSSIBLE || (forward && out->http.n_rows);
}

struct planning {
	struct proxy_jobs *w;
	struct study *s;
	bool asked;
	enum proxy_where where;
};

static void
add_job(void *ctx, const struct study_run *sr, struct observation *in, struct observation *out)
{
	struct planning *p = ctx;
	enum pointpairs_clock clock = pointpairs_clock(in, out);

	if (!in->usable || !out->usable || !in->capture || !out->capture)
		return;
	if (!p->asked && !proxy_between(in, out, p->where)) {
		if (p->where == PROXY_WHERE_POSSIBLE) /* else nobody asked for proxies */
			log_info("run %s: no proxy between the points %s and %s: passed over",
				sr->run->id, in->point, out->point);
		return;
	}
	if (clock == CLOCK_NONE) {
		study_problem(p->s,
			"run %s: points %s and %s were recorded by different machines, %s and %s: "
			"without a common clock requests in front of a proxy and behind it cannot "
			"be paired",
			sr->run->id, in->point, out->point, in->capture->host, out->capture->host);
		p->w->n_clocks++;
		return;
	}
	GROW(p->w->jobs, p->w->n, p->w->cap);
	p->w->jobs[p->w->n++] = (struct proxy_job){
		.sr = sr, .inner = in, .outer = out, .clock_stated = clock == CLOCK_ONE};
}

void
proxy_plan(struct proxy_jobs *w, struct study *s, const char *inner, const char *outer,
	enum proxy_where where)
{
	struct planning p = {w, s, inner != NULL, where};

	pointpairs_each(s, inner, outer, add_job, &p);
}

/* ---- differences ---- */

static void
compute(struct proxy_sample *v, const struct http_sample *in, const struct http_sample *out,
	enum proxy_class cls)
{
	*v = (struct proxy_sample){.request = in,
		.latency_outer_ns = TSTAMP_NONE,
		.overhead_ns = TSTAMP_NONE,
		.flags = in->flags,
		.cls = (uint8_t)cls};
	if (!out)
		return;
	v->flags |= out->flags;
	v->latency_outer_ns = out->latency_ns;
	if (out->status == 304 && in->status != 304)
		v->flags |= FLAG_REVALIDATED;
	if (in->latency_ns != TSTAMP_NONE && out->latency_ns != TSTAMP_NONE)
		v->overhead_ns = tstamp_diff(in->latency_ns, out->latency_ns);
}

struct running {
	struct proxy_jobs *w;
	int64_t expiry_ns;
};

static void
run_job(void *ctx, size_t i)
{
	struct running *r = ctx;
	struct proxy_job *j = &r->w->jobs[i];
	const struct httpobs *in = &j->inner->http, *out = &j->outer->http;
	struct proxypair *p = &j->pairing;

	proxypair_decide(p, in->rows, in->n_rows, out->rows, out->n_rows, r->expiry_ns);
	j->samples = xmalloc((in->n_rows + 1) * sizeof *j->samples);
	for (size_t k = 0; k < in->n_rows; k++) {
		uint32_t o = p->outer_of[k];

		if (p->class_of[k] >= PROXY_TUNNEL)
			continue;
		compute(&j->samples[j->n++], &in->rows[k].s,
			o == PROXYPAIR_NONE ? NULL : &out->rows[o].s,
			(enum proxy_class)p->class_of[k]);
	}
	free(p->class_of);
	free(p->outer_of);
	p->class_of = NULL;
	p->outer_of = NULL;
}

void
proxy_run(struct proxy_jobs *w, int64_t expiry_ns, unsigned n_threads)
{
	struct running r = {w, expiry_ns};

	parallel_for(w->n, n_threads, run_job, &r);
}

void
proxy_release(struct proxy_jobs *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->jobs[i].samples);
	free(w->jobs);
	*w = (struct proxy_jobs){0};
}
