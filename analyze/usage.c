/*
 * usage - see usage.h.
 *
 * A metric is bound to the columns of a file once for each instance (usage_bind.c); then its steps
 * are made from row to row.  A row that lacks one of its columns is passed over, and the step
 * reaches from the last row that had them to the next: a counter's rise is exact over any distance.
 *
 * Where a counter was reset, or the clock stepped, there is no step.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/usage_int.h"
#include "core/text.h"
#include "core/tstamp.h"

#define JIFFY_NS 1e7

/* ---- steps ---- */

struct deriving {
	struct countertable *ct;
	const struct usage_params *params;
	usage_sink *sink;
	void *ctx;
	char **names; /* of the metrics so far */
	size_t n_names, cap_names;
	size_t left_out;
	bool *used; /* columns that are counters of some metric */
	struct usage_step *steps;
	size_t n, cap;
};

static bool
has_all(const struct countertable *ct, const struct usage_refs *refs, size_t row)
{
	for (size_t i = 0; i < refs->n; i++)
		if (!refs->items[i].optional &&
			!countertable_at(ct, refs->items[i].col, row).present)
			return false;
	return true;
}

/* The sum of the rises; false where one of the counters was reset. */
static bool
sum_rises(double *sum, const struct countertable *ct, const struct usage_refs *refs, size_t from,
	size_t to)
{
	*sum = 0;
	for (size_t i = 0; i < refs->n; i++) {
		const struct usage_ref *r = &refs->items[i];
		double rise;
		enum counter_change c = countertable_rise(&rise, ct, r->col, from, to, r->backward);

		if (c == COUNTER_RESET)
			return false;
		if (c != COUNTER_ABSENT)
			*sum += rise;
	}
	return true;
}

static double
sum_levels(const struct countertable *ct, const struct usage_refs *refs, size_t row)
{
	double sum = 0;

	for (size_t i = 0; i < refs->n; i++) {
		struct counter_cell r = countertable_at(ct, refs->items[i].col, row);

		sum += r.present ? r.v : 0;
	}
	return sum;
}

/* The first of the alternatives that the row has; NaN if none is above 0. */
static double
first_level(const struct countertable *ct, const struct usage_refs *refs, size_t row)
{
	for (size_t i = 0; i < refs->n; i++) {
		struct counter_cell r = countertable_at(ct, refs->items[i].col, row);

		if (r.present && r.v > 0)
			return r.v;
	}
	return NAN;
}

static double
level_at(const struct countertable *ct, const struct usage_binding *b, size_t row)
{
	const struct usage_metric *m = b->metric;
	double v = m->scale * (sum_levels(ct, &b->plus, row) - sum_levels(ct, &b->minus, row));

	if (m->over == USAGE_OVER_COLUMNS)
		v /= first_level(ct, &b->per, row);
	return m->base + v;
}

/* What the rise is divided by; not above 0 where there is nothing to divide by. */
static double
rise_over(const struct deriving *d, const struct usage_binding *b, size_t from, size_t to)
{
	const struct countertable *ct = d->ct;
	double ns = (double)tstamp_diff(ct->t_ns[to], ct->t_ns[from]), sum;
	double cores = ct->cores ? (double)ct->cores : (double)d->params->cores;

	switch (b->metric->over) {
	case USAGE_OVER_TIME:
		return ns / (double)NS_PER_S;
	case USAGE_OVER_CPU:
	case USAGE_OVER_COLUMNS:
		return sum_rises(&sum, ct, &b->per, from, to) ? sum : NAN;
	case USAGE_OVER_CORE:
		if (b->cpu.n && cores > 0 && has_all(ct, &b->cpu, from) && has_all(ct, &b->cpu, to))
			return sum_rises(&sum, ct, &b->cpu, from, to) ? sum * JIFFY_NS / cores
								      : NAN;
		return ns;
	case USAGE_OVER_QUOTA:
		return ns * countertable_at(ct, b->per.items[0].col, to).v /
			countertable_at(ct, b->per.items[1].col, to).v;
	}
	return NAN;
}

static void
add_step(struct deriving *d, size_t from, size_t to, double num, double den)
{
	const struct countertable *ct = d->ct;

	if (!isfinite(num) || !isfinite(den) || !(den > 0))
		return;
	GROW(d->steps, d->n, d->cap);
	d->steps[d->n++] = (struct usage_step){ct->t_ns[from], ct->t_ns[to], num, den};
}

static void
step(struct deriving *d, const struct usage_binding *b, size_t from, size_t to)
{
	const struct countertable *ct = d->ct;
	double s = (double)tstamp_diff(ct->t_ns[to], ct->t_ns[from]) / (double)NS_PER_S, rise;

	if (!countertable_on_time(ct, from, to))
		return;
	if (b->metric->form == USAGE_LEVEL)
		add_step(d, from, to, s * (level_at(ct, b, from) + level_at(ct, b, to)) / 2, s);
	else if (b->metric->form == USAGE_AVERAGE)
		add_step(d, from, to, s * level_at(ct, b, to), s);
	else if (sum_rises(&rise, ct, &b->plus, from, to))
		add_step(d, from, to, b->metric->scale * rise, rise_over(d, b, from, to));
}

/* What a tool printed first is about the time before it, which no row marks. */
static void
first_average(struct deriving *d, const struct usage_binding *b)
{
	const struct countertable *ct = d->ct;
	double s = (double)ct->interval_ns / (double)NS_PER_S, v;

	if (!ct->n || !has_all(ct, &b->plus, 0) || !(s > 0) ||
		ct->t_ns[0] < INT64_MIN + ct->interval_ns)
		return;
	v = level_at(ct, b, 0);
	if (!isfinite(v))
		return;
	GROW(d->steps, d->n, d->cap);
	d->steps[d->n++] =
		(struct usage_step){ct->t_ns[0] - ct->interval_ns, ct->t_ns[0], s * v, s};
}

static void
make_steps(struct deriving *d, const struct usage_binding *b)
{
	bool average = b->metric->form == USAGE_AVERAGE;
	bool needs_per = b->metric->form == USAGE_RISE;
	size_t last = SIZE_MAX;

	d->n = 0;
	if (average)
		first_average(d, b);
	for (size_t row = 0; row < d->ct->n; row++) {
		bool usable = has_all(d->ct, &b->plus, row) && has_all(d->ct, &b->minus, row) &&
			(!needs_per || has_all(d->ct, &b->per, row));

		if (usable && last != SIZE_MAX)
			step(d, b, last, row);
		if (usable || average)
			last = row;
	}
}

/* ---- metrics ---- */

static void
mark_used(bool *used, const struct usage_refs *refs)
{
	for (size_t i = 0; i < refs->n; i++)
		used[refs->items[i].col] = true;
}

/* Two rows of the table give the same metric from different columns: the first counts. */
static bool
is_named(const struct deriving *d, const char *name)
{
	return text_among(name, (const char *const *)d->names, d->n_names);
}

static void
derive_instance(struct deriving *d, const struct usage_metric *m, const char *instance)
{
	struct usage_binding b;

	if (usage_bind(&b, m, &d->ct->table, instance) && !is_named(d, b.name)) {
		if (d->n_names == USAGE_METRICS_MAX) {
			d->left_out++;
		} else {
			struct usage u = {.metric = m, .name = b.name};

			GROW(d->names, d->n_names, d->cap_names);
			d->names[d->n_names++] = xstrdup(b.name);
			make_steps(d, &b);
			u.steps = d->steps;
			u.n = d->n;
			d->sink(d->ctx, &u);
			if (m->form == USAGE_RISE)
				mark_used(d->used, &b.plus);
		}
	}
	usage_unbind(&b);
}

static void
derive_metric(struct deriving *d, const struct usage_metric *m)
{
	const struct table *t = &d->ct->table;
	char **instances = NULL;
	size_t n = 0, cap = 0;

	for (size_t c = 1; c < t->n_columns; c++) {
		struct slice instance;

		if (!usage_instance(&instance, m->plus[0], t->columns[c].name))
			continue;
		GROW(instances, n, cap);
		instances[n++] = xstrndup(instance.p, instance.n);
	}
	if (n)
		qsort(instances, n, sizeof *instances, text_order_natural);
	for (size_t i = 0; i < n; i++) {
		derive_instance(d, m, instances[i]);
		free(instances[i]);
	}
	free(instances);
}

/* Wraps and resets of the counters that were used, each once. */
static void
count_falls(struct deriving *d)
{
	struct countertable *ct = d->ct;

	for (size_t c = 1; c < ct->table.n_columns; c++) {
		size_t last = SIZE_MAX;

		for (size_t row = 0; d->used[c] && row < ct->n; row++) {
			enum counter_change change = COUNTER_ROSE;
			double rise;

			if (!countertable_at(ct, c, row).present)
				continue;
			if (last != SIZE_MAX)
				change = countertable_rise(&rise, ct, c, last, row, 0);
			ct->counts.wraps += change == COUNTER_WRAPPED;
			ct->counts.resets += change == COUNTER_RESET;
			last = row;
		}
	}
}

size_t
usage_derive(struct countertable *ct, const struct usage_params *p, usage_sink *sink, void *ctx)
{
	struct deriving d = {.ct = ct, .params = p, .sink = sink, .ctx = ctx};
	size_t n;
	const struct usage_metric *metrics = usage_metrics(&n);

	d.used = xcalloc(ct->table.n_columns + 1, sizeof *d.used);
	for (size_t i = 0; i < n; i++)
		if (metrics[i].scope == USAGE_MAIN || p->per_core)
			derive_metric(&d, &metrics[i]);
	count_falls(&d);
	texts_free(d.names, d.n_names);
	free(d.steps);
	free(d.used);
	return d.left_out;
}

/* ---- names ---- */

char *
usage_peak_name(const char *name)
{
	const char *unit = strrchr(name, '_');
	size_t n = unit ? (size_t)(unit - name) : strlen(name);

	return xasprintf("%.*s_peak%s", (int)n, name, unit ? unit : "");
}

bool
usage_is_metric(const char *name)
{
	size_t n;
	const struct usage_metric *metrics = usage_metrics(&n);
	bool found = false;

	for (size_t i = 0; i < n && !found; i++) {
		char *peak = usage_peak_name(metrics[i].name);
		struct slice instance;

		found = usage_instance(&instance, metrics[i].name, name) ||
			usage_instance(&instance, peak, name);
		free(peak);
	}
	return found;
}
