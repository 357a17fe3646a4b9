/*
 * estimates - see estimates.h.
 */
#include "analyze/estimates.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/parallel.h"
#include "analyze/stats/boot.h"
#include "analyze/stats/quantile.h"
#include "analyze/stats/select.h"
#include "analyze/stats/sort.h"
#include "core/alloc.h"
#include "core/str.h"

#define RESAMPLES_PER_JOB 20

/* A statistic: the mean, or a quantile. */
struct statistic {
	bool is_mean;
	double p;
};

static size_t
count_statistics(const struct estimate_params *p)
{
	return 1 + (p->quantiles ? p->n_quantiles : 1);
}

static struct statistic
statistic_at(const struct estimate_params *p, size_t i)
{
	if (i == 0)
		return (struct statistic){true, NAN};
	return (struct statistic){false, p->quantiles ? p->quantiles[i - 1] : 0.5};
}

static void
estimates_init(struct estimates *e, const struct estimate_params *p)
{
	size_t n = count_statistics(p);

	e->n = p->n_resamples ? 2 * n : n;
	e->items = xcalloc(e->n, sizeof *e->items);
}

void
estimates_release(struct estimates *e)
{
	free(e->items);
	memset(e, 0, sizeof *e);
}

static void
name_statistic(struct estimate *e, struct statistic s)
{
	struct strbuf b;

	strbuf_init(&b);
	strbuf_adds(&b, "q");
	strbuf_add_f64(&b, s.p);
	snprintf(e->statistic, sizeof e->statistic, "%s",
		s.is_mean            ? "mean"
			: s.p == 0.5 ? "median"
				     : b.p);
	strbuf_release(&b);
}

/* An interval that is undefined has no bounds, and a reason. */
static void
conclude(struct estimate *e, enum vstatus st, const struct verr *err)
{
	if (st == V_OK)
		return;
	e->ci.lower = e->ci.upper = NAN;
	snprintf(e->reason, sizeof e->reason, "%.119s", err->msg);
}

/* ---- bootstrap ---- */

static double
quantile_of(double *x, size_t n, const void *ctx)
{
	const double *p = ctx;
	double q;

	select_quantiles(&q, x, n, p, 1, NULL);
	return q;
}

struct resampling {
	const struct boot_statistic *statistic;
	const struct estimate_params *params;
	const double *x;
	size_t n;
	double *replicates;
};

static void
resample_part(void *ctx, size_t part)
{
	struct resampling *r = ctx;
	size_t first = part * RESAMPLES_PER_JOB, left = r->params->n_resamples - first;

	boot_resample(r->replicates + first, first,
		left < RESAMPLES_PER_JOB ? left : RESAMPLES_PER_JOB, r->statistic, r->x, r->n,
		r->params->seed);
}

/* Of x[n], ascending. */
static void
bootstrap(struct estimate *e, const struct boot_statistic *statistic, const double *x, size_t n,
	const struct estimate_params *p)
{
	struct resampling r = {statistic, p, x, n, NULL};
	struct verr err;

	e->n = n;
	e->n_effective = NAN;
	r.replicates = xcalloc(p->n_resamples, sizeof *r.replicates);
	if (n > 1)
		parallel_for((p->n_resamples + RESAMPLES_PER_JOB - 1) / RESAMPLES_PER_JOB,
			p->n_threads, resample_part, &r);
	conclude(e,
		boot_interval(
			&e->ci, statistic, x, n, r.replicates, p->n_resamples, p->level, &err),
		&err);
	free(r.replicates);
}

/* ---- over runs ---- */

static double
value_in_run(const struct series *s, struct statistic what)
{
	double q;

	if (what.is_mean)
		return s->mean;
	quant_type7(&q, s->x, s->n, what.p, NULL);
	return q;
}

void
estimates_over_runs(struct estimates *e, struct series *const *series, size_t n,
	const struct estimate_params *p)
{
	size_t n_statistics = count_statistics(p);
	double *x = xcalloc(n + 1, sizeof *x);

	estimates_init(e, p);
	for (size_t k = 0; k < n_statistics; k++) {
		struct estimate *t = &e->items[k], *boot = t + n_statistics;
		struct verr err;

		for (size_t i = 0; i < n; i++)
			if (series[i]->n)
				x[t->n++] = value_in_run(series[i], statistic_at(p, k));
		name_statistic(t, statistic_at(p, k));
		t->method = "t over runs";
		t->n_effective = NAN;
		conclude(t, interval_t(&t->ci, x, t->n, p->level, &err), &err);
		if (!p->n_resamples)
			continue;
		sort_f64(x, t->n);
		name_statistic(boot, statistic_at(p, k));
		boot->method = "BCa bootstrap over runs";
		bootstrap(boot, &boot_mean, x, t->n, p);
	}
	free(x);
}

/* ---- over probes ---- */

static void
bootstrap_probes(struct estimate *e, struct statistic what, const double *x, size_t n,
	const struct estimate_params *p)
{
	const struct boot_statistic quantile = {quantile_of, NULL, &what.p};

	e->method = "BCa bootstrap over probes";
	bootstrap(e, what.is_mean ? &boot_mean : what.p == 0.5 ? &boot_median : &quantile, x, n, p);
}

void
estimates_over_probes(struct estimates *e, const struct series *s, const double *x, size_t n,
	const struct estimate_params *p)
{
	size_t n_statistics = count_statistics(p);

	estimates_init(e, p);
	for (size_t k = 0; k < n_statistics; k++) {
		struct statistic what = statistic_at(p, k);
		struct estimate *plain = &e->items[k], *boot = plain + n_statistics;
		struct verr err;
		enum vstatus st;

		name_statistic(plain, what);
		plain->n = n;
		plain->n_effective = n ? s->n_effective : NAN;
		plain->method = what.is_mean ? "t over probes" : "order statistics over probes";
		if (what.is_mean)
			st = interval_t_moments(
				&plain->ci, s->mean, s->sd, n, s->n_effective, p->level, &err);
		else
			st = interval_quantile(&plain->ci, x, n, what.p, p->level, &err);
		conclude(plain, st, &err);
		if (!p->n_resamples)
			continue;
		name_statistic(boot, what);
		bootstrap_probes(boot, what, x, n, p);
	}
}
