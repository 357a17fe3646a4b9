/*
 * measure - what series and tallies are kept in, and which observations a choice of metrics needs;
 * see measure.h.  Those of echo are made in measure_echo.c, others in the files beside it.
 */
#include "analyze/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/parallel.h"

unsigned
measure_observed(const struct filter *metrics)
{
	static const struct {
		unsigned what;
		const char *names[7];
	} kinds[] = {
		{OBSERVE_ECHO, {"rtt_ns", "rate_achieved_pps"}},
		{OBSERVE_ECHO,
			{"rtt_inner_ns", "rtt_outer_ns", "overhead_ns", "overhead_share_pct",
				"overhead_out_ns", "overhead_in_ns"}},
		{OBSERVE_HTTP,
			{"latency_ns", "ttfb_ns", "connect_ns", "total_ns", "run_total_ns",
				"client_mean_ns"}},
		{OBSERVE_HTTP,
			{"proxy_overhead_ns", "miss_latency_ns", "hit_latency_ns",
				"mean_difference_ns"}},
		{OBSERVE_TCP,
			{"tcp_handshake_ns", "tcp_ack_ns", "tcp_timestamp_ns", "goodput_bps"}},
		{OBSERVE_THROUGHPUT,
			{"throughput_bps", "total_throughput_bps", "transactions_per_s",
				"okay_pct"}},
	};
	const unsigned all = OBSERVE_ECHO | OBSERVE_HTTP | OBSERVE_TCP | OBSERVE_THROUGHPUT;
	unsigned what = 0;

	if (!metrics || !metrics->n_levels)
		return all;
	for (size_t i = 0; i < metrics->n_levels; i++) {
		unsigned found = 0;

		if (usage_is_metric(metrics->levels[i]))
			continue; /* of no probe */
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
			for (size_t n = 0; kinds[k].names[n]; n++)
				if (!strcmp(kinds[k].names[n], metrics->levels[i]))
					found = kinds[k].what;
		if (!found)
			return all;
		what |= found;
	}
	return what;
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
struct labels
measures_labels(struct measures *m, const struct study_run *sr)
{
	struct labels l = {arena_alloc(&m->arena, sr->labels.n * sizeof *l.items), sr->labels.n};

	memcpy(l.items, sr->labels.items, l.n * sizeof *l.items);
	return l;
}

struct series *
measures_add_series(struct measures *m, const char *metric, struct labels labels)
{
	GROW(m->series, m->n_series, m->cap_series);
	m->series[m->n_series] = (struct series){.metric = metric, .labels = labels};
	return &m->series[m->n_series++];
}

void
measures_add_value(struct measures *m, const char *metric, struct labels labels, double v)
{
	struct series *s = measures_add_series(m, metric, labels);

	if (isnan(v))
		return;
	s->x = xmalloc(sizeof *s->x);
	s->x[0] = v;
	s->n = 1;
}

struct tally *
measures_add_tally(struct measures *m, const char *metric, struct labels labels)
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

void
measures_prepare(struct measures *m, unsigned n_threads)
{
	parallel_for(m->n_series, n_threads, prepare_one, m);
}
