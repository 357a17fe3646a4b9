/*
 * measure - series and tallies of the echo analyses; see measure.h.
 */
#include "analyze/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/overhead.h"
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
	[RTT_EARLY] = "evicted_probes",
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

static const char *const http_columns[HTTP_N_COUNTS + 1] = {
	[HTTP_REQUESTS] = "requests",
	[HTTP_COMPLETE] = "complete",
	[HTTP_CONNECTIONS] = "connections",
	[HTTP_FAILED] = "failed_connections",
	[HTTP_RESET] = "reset",
	[HTTP_CLOSED] = "closed",
	[HTTP_TIMEOUT] = "timeout",
	[HTTP_UNFINISHED] = "unfinished",
	[HTTP_GAP] = "gap",
	[HTTP_AMBIGUOUS] = "ambiguous",
	[HTTP_CUT] = "cut",
	[HTTP_PIPELINED] = "pipelined",
	[HTTP_HIDDEN] = "hidden_requests",
	[HTTP_ORPHANS] = "orphan_responses",
	[HTTP_INTERIM] = "interim_responses",
	[HTTP_UPGRADES] = "upgrades",
	[HTTP_MALFORMED] = "malformed",
	[HTTP_TLS] = "tls_connections",
	[HTTP_HTTP2] = "http2_connections",
	[HTTP_OTHER] = "other_connections",
	[HTTP_EVICTED] = "evicted_connections",
	[HTTP_OUTSIDE] = "outside_segments",
	[HTTP_UNTIMED] = "untimed_packets",
	[HTTP_DROPPED] = "points_with_drops",
	[HTTP_FAILED_REQUESTS] = "failed_requests",
	[HTTP_BAD_STATUS] = "error_responses",
	[HTTP_NESTED] = "nested_samples",
	[HTTP_LEFT_OUT] = "left_out_rows",
};

static const char *const tcp_columns[TCP_N_COUNTS + 1] = {
	[TCP_CONNECTIONS] = "connections",
	[TCP_PACKETS] = "packets",
	[TCP_BYTES] = "bytes",
	[TCP_HANDSHAKES] = "handshake_samples",
	[TCP_ACKS] = "ack_samples",
	[TCP_TIMESTAMPS] = "timestamp_samples",
	[TCP_DELAYED] = "delayed_acks",
	[TCP_KARN] = "acks_of_retransmissions",
	[TCP_UNSURE] = "acks_out_of_habit",
	[TCP_RETRANSMITTED] = "retransmitted",
	[TCP_SPURIOUS] = "spurious",
	[TCP_REORDERED] = "reordered",
	[TCP_MISSING] = "acks_of_uncaptured",
	[TCP_COPIES] = "copies",
	[TCP_MERGED] = "merged",
	[TCP_ZERO_WINDOWS] = "zero_windows",
	[TCP_RESETS] = "resets",
	[TCP_REFUSED] = "refused_connections",
	[TCP_UNOPENED] = "unopened_connections",
	[TCP_EVICTED] = "evicted_connections",
	[TCP_FORGOTTEN] = "forgotten_segments",
	[TCP_UNTIMED] = "untimed_packets",
	[TCP_DROPPED] = "points_with_drops",
};

static const char *const proxy_columns[PROXY_N_COUNTS + 1] = {
	[PROXY_REQUESTS] = "requests",
	[PROXY_MISSES] = "misses",
	[PROXY_HITS] = "hits",
	[PROXY_UNDECIDED] = "undecidable",
	[PROXY_REVALIDATED] = "revalidated",
	[PROXY_UNTIMED] = "unanswered",
	[PROXY_NEGATIVE] = "negative",
	[PROXY_TUNNELS] = "tunnels",
	[PROXY_FAILED_INNER] = "failed_connections",
	[PROXY_UNPAIRED_OUTER] = "unpaired_outer",
	[PROXY_UNDECIDED_OUTER] = "undecidable_outer",
	[PROXY_CLOCK_ASSUMED] = "clock_assumed",
	[PROXY_DROPPED] = "points_with_drops",
};

static const char *const transit_columns[TRANSIT_N_COUNTS + 1] = {
	[TRANSIT_PACKETS_INNER] = "packets_inner",
	[TRANSIT_PACKETS_OUTER] = "packets_outer",
	[TRANSIT_FORWARDED_OUT] = "forwarded_out",
	[TRANSIT_FORWARDED_IN] = "forwarded_in",
	[TRANSIT_LOST_OUT] = "lost_out",
	[TRANSIT_LOST_IN] = "lost_in",
	[TRANSIT_UNFINISHED] = "unfinished",
	[TRANSIT_DUPLICATES] = "duplicates",
	[TRANSIT_REORDERED] = "reordered",
	[TRANSIT_AMBIGUOUS] = "ambiguous",
	[TRANSIT_TRANSLATED] = "translated",
	[TRANSIT_MERGED] = "merged",
	[TRANSIT_LOCAL] = "local_packets",
	[TRANSIT_UNDECODED] = "undecoded_packets",
	[TRANSIT_UNTIMED] = "untimed_packets",
	[TRANSIT_EVICTED] = "evicted_packets",
	[TRANSIT_CLOCK_STEPS] = "clock_steps",
	[TRANSIT_CLOCK_ASSUMED] = "clock_assumed",
	[TRANSIT_DROPPED] = "points_with_drops",
};

static const char *const counters_columns[COUNTERS_N_COUNTS + 1] = {
	[COUNTERS_ROWS] = "rows",
	[COUNTERS_UNTIMED] = "untimed_rows",
	[COUNTERS_UNREADABLE] = "unreadable_cells",
	[COUNTERS_MISSED] = "missed_rows",
	[COUNTERS_LATE] = "late_rows",
	[COUNTERS_CLOCK_STEPS] = "clock_steps",
	[COUNTERS_WRAPS] = "wraps",
	[COUNTERS_RESETS] = "resets",
	[COUNTERS_REPEATED] = "repeated_metrics",
	[COUNTERS_UNJOINED] = "files_without_probes",
};

static const char *const rate_columns[RATE_N_COUNTS + 1] = {
	[RATE_RESULTS] = "results",
	[RATE_FLOWS] = "flows",
	[RATE_BYTES] = "bytes",
	[RATE_OK] = "messages_ok",
	[RATE_ERR] = "messages_err",
	[RATE_CUT] = "cut_results",
	[RATE_EVICTED] = "evicted_flows",
	[RATE_DROPPED] = "points_with_drops",
};

#define NO_COLUMN SIZE_MAX

/* What the tallies of a metric have as columns. */
static const struct metric_columns {
	const char *metric;
	const char *const *names; /* NULL behind the last */
	size_t n;
	size_t maximum; /* the one that is no sum, or NO_COLUMN */
} metric_columns[] = {
	{"rtt_ns", rtt_columns, RTT_N_COUNTS, NO_COLUMN},
	{"overhead_ns", overhead_columns, OVERHEAD_N_COUNTS, OVERHEAD_RESOLUTION_NS},
	{"latency_ns", http_columns, HTTP_N_COUNTS, NO_COLUMN},
	{"tcp_ack_ns", tcp_columns, TCP_N_COUNTS, NO_COLUMN},
	{"throughput_bps", rate_columns, RATE_N_COUNTS, NO_COLUMN},
	{"proxy_overhead_ns", proxy_columns, PROXY_N_COUNTS, NO_COLUMN},
	{"delay_ns", transit_columns, TRANSIT_N_COUNTS, NO_COLUMN},
	{"sampling_interval_ns", counters_columns, COUNTERS_N_COUNTS, NO_COLUMN},
};

/* Shares of counts: of a column among itself and another one, or among one that holds it. */
static const struct metric_share {
	const char *metric;
	const char *name;
	size_t part;
	size_t rest; /* NO_COLUMN: `part` lies in `whole` */
	size_t whole;
} metric_shares[] = {
	{"proxy_overhead_ns", "miss_pct", PROXY_MISSES, NO_COLUMN, PROXY_REQUESTS},
	{"proxy_overhead_ns", "hit_pct", PROXY_HITS, NO_COLUMN, PROXY_REQUESTS},
	{"proxy_overhead_ns", "undecidable_pct", PROXY_UNDECIDED, NO_COLUMN, PROXY_REQUESTS},
	{"delay_ns", "loss_out_pct", TRANSIT_LOST_OUT, TRANSIT_FORWARDED_OUT, NO_COLUMN},
	{"delay_ns", "loss_in_pct", TRANSIT_LOST_IN, TRANSIT_FORWARDED_IN, NO_COLUMN},
};

_Static_assert(HTTP_N_COUNTS <= TALLY_MAX && TCP_N_COUNTS <= TALLY_MAX &&
		PROXY_N_COUNTS <= TALLY_MAX && TRANSIT_N_COUNTS <= TALLY_MAX,
	"columns of a tally");

static const struct metric_columns *
columns_of(const char *metric)
{
	for (size_t i = 0; i < sizeof metric_columns / sizeof *metric_columns; i++)
		if (!strcmp(metric, metric_columns[i].metric))
			return &metric_columns[i];
	return NULL;
}

const char *
measure_column(const char *metric, size_t i)
{
	const struct metric_columns *c = columns_of(metric);

	return c && i < c->n ? c->names[i] : NULL;
}

uint64_t
measure_combine(const char *metric, size_t i, uint64_t cell, uint64_t run)
{
	const struct metric_columns *c = columns_of(metric);

	if (c && i == c->maximum)
		return run > cell ? run : cell;
	return cell + run;
}

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
	unsigned what = 0;

	if (!metrics || !metrics->n_levels)
		return OBSERVE_ECHO | OBSERVE_HTTP | OBSERVE_TCP | OBSERVE_THROUGHPUT;
	for (size_t i = 0; i < metrics->n_levels; i++) {
		unsigned found = 0;

		if (usage_is_metric(metrics->levels[i]))
			continue; /* of no probe */
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
			for (size_t n = 0; kinds[k].names[n]; n++)
				if (!strcmp(kinds[k].names[n], metrics->levels[i]))
					found = kinds[k].what;
		if (!found)
			return OBSERVE_ECHO | OBSERVE_HTTP | OBSERVE_TCP;
		what |= found;
	}
	return what;
}

const char *
measure_share(const char *metric, size_t i, const uint64_t *counts, double *pct)
{
	for (size_t k = 0; k < sizeof metric_shares / sizeof *metric_shares; k++) {
		const struct metric_share *s = &metric_shares[k];
		uint64_t whole;

		if (strcmp(s->metric, metric) || i-- > 0)
			continue;
		whole = s->rest == NO_COLUMN ? counts[s->whole] : counts[s->part] + counts[s->rest];
		*pct = whole ? 100 * (double)counts[s->part] / (double)whole : NAN;
		return s->name;
	}
	return NULL;
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

static void
measure_rate(struct measures *m, const struct observation *o, struct labels labels)
{
	double rate_pps = measure_rate_achieved(o);
	struct series *s;

	if (isnan(rate_pps))
		return;
	s = measures_add_series(m, "rate_achieved_pps", labels);
	s->x = xmalloc(sizeof *s->x);
	s->x[0] = rate_pps;
	s->n = 1;
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
		measure_rate(m, o, labels);
		if (samples && st == V_OK)
			st = samples_add_rtt(samples, sr, o, err);
	}
	measures_prepare(m, n_threads);
	return st;
}

/* ---- overhead ---- */

static void
count_samples(
	uint64_t counts[OVERHEAD_N_COUNTS], const struct overhead_job *j, uint16_t excluded_flags)
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
	struct labels labels, uint16_t excluded_flags, uint64_t n_excluded)
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
	uint16_t excluded_flags)
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
	uint16_t excluded_flags, unsigned n_threads, struct samples_writer *samples,
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
