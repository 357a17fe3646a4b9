/*
 * measure_columns - which counts a metric has, what they are called, how those of runs become those
 * of a cell, and which shares are made of them; see measure.h.
 */
#include <math.h>
#include <string.h>

#include "analyze/measure.h"

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
