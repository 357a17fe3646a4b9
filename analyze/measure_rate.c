/*
 * measure_rate - series and tallies of throughput; see measure.h.
 *
 * The results of load tools and the flows of captures share their metrics, but never a cell:
 * protocol, direction, side and test are labels of each series, and so are the conditions that
 * a tool prints with its result (socket and message sizes), unless the run has a factor of that
 * name.  A condition with several levels is grouped by: a text may hold a whole sweep.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analyze/measure.h"

/* What tells the results of one run apart. */
static const char *const identities[] = {"proto", "direction", "side", "test"};

static struct labels
labels_of(struct measures *m, const struct study *s, size_t i, const char *proto, bool reverse,
	const char *side, const char *test)
{
	const struct observation *o = &s->observations[i];
	const char *const levels[] = {proto, reverse ? "reverse" : "forward", side, test};
	struct labels labels = measures_labels(m, study_run_of(s, i));

	labels_add(&labels, &m->arena, "point", o->point, study_point_rank(s, o->point));
	for (size_t k = 0; k < sizeof identities / sizeof *identities; k++)
		if (!labels_get(&labels, identities[k]))
			labels_add(&labels, &m->arena, identities[k], levels[k], 0);
	return labels;
}

static void
add_conditions(struct measures *m, struct labels *labels, const struct tool_rate *r)
{
	char text[32];

	for (int c = 0; c < TOOL_N_CONDITIONS; c++) {
		const char *name = tool_condition_name((enum tool_condition)c);

		if (labels_get(labels, name))
			continue;
		snprintf(text, sizeof text, "%lld", r ? (long long)r->conditions[c] : -1);
		labels_add(labels, &m->arena, name,
			r && r->conditions[c] >= 0 ? arena_strdup(&m->arena, text) : NULL, 0);
	}
}

static void
add_value(struct measures *m, const char *metric, struct labels labels, double v)
{
	if (!isnan(v))
		measures_add_value(m, metric, labels, v);
}

/* ---- tools ---- */

static uint64_t
told(uint64_t n)
{
	return n == TOOL_COUNT_NONE ? 0 : n;
}

static double
okay_pct(const struct tool_rate *r)
{
	double all = (double)told(r->messages_ok) + (double)told(r->messages_err);

	if (r->messages_ok == TOOL_COUNT_NONE || r->messages_err == TOOL_COUNT_NONE || !(all > 0))
		return NAN;
	return 100 * (double)r->messages_ok / all;
}

static void
measure_result(struct measures *m, const struct study *s, size_t i, const struct tool_rate *r)
{
	struct labels labels =
		labels_of(m, s, i, r->proto, r->reverse, tool_side_name(r->side), r->test);
	struct tally *t;

	add_conditions(m, &labels, r);
	add_value(m, "throughput_bps", labels, r->throughput_bps);
	add_value(m, "transactions_per_s", labels, r->transactions_per_s);
	add_value(m, "okay_pct", labels, okay_pct(r));
	t = measures_add_tally(m, "throughput_bps", labels);
	t->counts[RATE_RESULTS] = 1;
	t->counts[RATE_BYTES] = told(r->bytes);
	t->counts[RATE_OK] = told(r->messages_ok);
	t->counts[RATE_ERR] = told(r->messages_err);
	t->counts[RATE_CUT] = (r->flags & FLAG_CUT) != 0;
}

static void
measure_tool(struct measures *m, const struct study *s, size_t i)
{
	const struct toolout *t = s->observations[i].load;

	for (size_t k = 0; k < t->n_rates; k++)
		if (t->rates[k].total)
			measure_result(m, s, i, &t->rates[k]);
}

/* ---- captures ---- */

static void
measure_flows(struct measures *m, const struct study *s, size_t i, const char *proto, bool reverse)
{
	const struct observation *o = &s->observations[i];
	struct labels labels = labels_of(m, s, i, proto, reverse, NULL, NULL);
	struct values v = {.x = NULL};
	struct tally *t;
	struct series *series;
	uint64_t n = 0, bytes = 0, packets = 0;

	for (size_t k = 0; k < o->rates.n_rows; k++) {
		const struct rateobs_row *r = &o->rates.rows[k];

		if (strcmp(r->proto, proto) != 0 || r->reverse != reverse)
			continue;
		n++;
		bytes += r->bytes;
		packets += r->packets;
		if (!isnan(r->throughput_bps))
			values_add(&v, r->throughput_bps);
	}
	if (!n)
		return;
	add_conditions(m, &labels, NULL);
	series = measures_add_series(m, "throughput_bps", labels);
	series->x = v.x;
	series->n = v.n;
	add_value(m, "total_throughput_bps", labels, rateobs_total(&o->rates, proto, reverse));
	t = measures_add_tally(m, "throughput_bps", labels);
	t->counts[RATE_FLOWS] = n;
	t->counts[RATE_BYTES] = bytes;
	t->counts[RATE_OK] = packets;
	t->counts[RATE_EVICTED] = o->rates.evicted;
	t->counts[RATE_DROPPED] = o->dropped;
}

/* ---- */

/* Do results of one run differ in it?  They stand side by side. */
static bool
levels_differ(const struct measures *m, size_t first, const char *name)
{
	for (size_t i = first + 1; i < m->n_series; i++) {
		const struct labels *a = &m->series[i - 1].labels, *b = &m->series[i].labels;
		const struct label *x = labels_get(a, name), *y = labels_get(b, name);

		if (labels_get(a, "run")->level == labels_get(b, "run")->level && x && y &&
			x->level && y->level && strcmp(x->level, y->level) != 0)
			return true;
	}
	return false;
}

static void
group_by_conditions(struct measures *m, size_t first)
{
	for (int c = 0; c < TOOL_N_CONDITIONS; c++) {
		const char *name = tool_condition_name((enum tool_condition)c);

		if (levels_differ(m, first, name))
			m->conditions[m->n_conditions++] = name;
	}
}

enum vstatus
measure_throughput(struct measures *m, struct study *s, unsigned n_threads,
	struct samples_writer *samples, struct verr *err)
{
	size_t first = m->n_series;
	enum vstatus st = V_OK;

	for (size_t i = 0; i < s->n_observations; i++) {
		const struct observation *o = &s->observations[i];

		if (!o->usable)
			continue;
		if (o->load)
			measure_tool(m, s, i);
		for (int k = 0; o->capture && k < 4; k++)
			measure_flows(m, s, i, k & 2 ? "udp" : "tcp", k & 1);
		if (samples && st == V_OK)
			st = samples_add_throughput(samples, study_run_of(s, i), o, err);
	}
	group_by_conditions(m, first);
	measures_prepare(m, n_threads);
	return st;
}
