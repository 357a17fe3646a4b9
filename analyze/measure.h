#ifndef VANTAGE_ANALYZE_MEASURE_H
#define VANTAGE_ANALYZE_MEASURE_H
/*
 * measure - from what the points saw to series and tallies: round-trip times, the overhead
 * between points, and the rate at which probes were really sent.
 */
#include <stdbool.h>
#include <stddef.h>

#include "analyze/samples.h"
#include "analyze/series.h"
#include "analyze/study.h"
#include "analyze/tools/toolout.h"

/* Columns of the tallies, in order; each metric has its own (measure_columns). */
enum rtt_count {
	RTT_PROBES,
	RTT_ANSWERED,
	RTT_LOST,
	RTT_LATE,
	RTT_UNFINISHED,
	RTT_DUPLICATES,
	RTT_COPIES,
	RTT_AMBIGUOUS,
	RTT_NEGATIVE,
	RTT_REORDERED,
	RTT_UNMATCHED,
	RTT_INCOMPLETE, /* fragmented messages that lack a part */
	RTT_EARLY,
	RTT_UNTIMED,
	RTT_CLOCK_STEPS,
	RTT_DROPPED, /* runs in which packets are known to have been dropped */
	RTT_N_COUNTS,
};

enum overhead_count {
	OVERHEAD_PAIRS,
	OVERHEAD_UNPAIRED_INNER,
	OVERHEAD_UNPAIRED_OUTER,
	OVERHEAD_UNDECIDABLE,
	OVERHEAD_NEGATIVE,
	OVERHEAD_EXCLUDED,
	OVERHEAD_UNANSWERED,      /* pairs without an RTT at one of the points */
	OVERHEAD_SHARE_UNDEFINED, /* RTT_inner is 0 */
	OVERHEAD_RESOLUTION_NS,   /* largest printed resolution of the inner point, 0 exact */
	OVERHEAD_N_COUNTS,
};

/* Of latency_ns; see struct http_counts. */
enum http_count {
	HTTP_REQUESTS,
	HTTP_COMPLETE,
	HTTP_CONNECTIONS,
	HTTP_FAILED,
	HTTP_RESET,
	HTTP_CLOSED,
	HTTP_TIMEOUT,
	HTTP_UNFINISHED,
	HTTP_GAP,
	HTTP_AMBIGUOUS,
	HTTP_CUT,
	HTTP_PIPELINED,
	HTTP_HIDDEN,
	HTTP_ORPHANS,
	HTTP_INTERIM,
	HTTP_UPGRADES,
	HTTP_MALFORMED,
	HTTP_TLS,
	HTTP_HTTP2,
	HTTP_OTHER,
	HTTP_EVICTED,
	HTTP_OUTSIDE,
	HTTP_UNTIMED,
	HTTP_DROPPED,
	HTTP_FAILED_REQUESTS, /* without a complete answer, or not a success for the tool */
	HTTP_BAD_STATUS,
	HTTP_NESTED,
	HTTP_LEFT_OUT,
	HTTP_N_COUNTS,
};

/* Of tcp_ack_ns; see struct tcprtt_counts. */
enum tcp_count {
	TCP_CONNECTIONS,
	TCP_PACKETS,
	TCP_BYTES,
	TCP_HANDSHAKES,
	TCP_ACKS,
	TCP_TIMESTAMPS,
	TCP_DELAYED,
	TCP_KARN,
	TCP_UNSURE,
	TCP_RETRANSMITTED,
	TCP_SPURIOUS,
	TCP_REORDERED,
	TCP_MISSING,
	TCP_COPIES,
	TCP_MERGED,
	TCP_ZERO_WINDOWS,
	TCP_RESETS,
	TCP_REFUSED,
	TCP_UNOPENED,
	TCP_EVICTED,
	TCP_FORGOTTEN,
	TCP_UNTIMED,
	TCP_DROPPED,
	TCP_N_COUNTS,
};

/* Of proxy_overhead_ns; see struct proxypair. */
enum proxy_count {
	PROXY_REQUESTS, /* the next three together */
	PROXY_MISSES,
	PROXY_HITS,
	PROXY_UNDECIDED,
	PROXY_REVALIDATED,
	PROXY_UNTIMED, /* misses without an end at one of the points */
	PROXY_NEGATIVE,
	PROXY_TUNNELS,
	PROXY_FAILED_INNER, /* connections without a request */
	PROXY_UNPAIRED_OUTER,
	PROXY_UNDECIDED_OUTER,
	PROXY_CLOCK_ASSUMED, /* pairs of points of which it is not said that they have one clock */
	PROXY_DROPPED,
	PROXY_N_COUNTS,
};

/* Of delay_ns; see struct transit_counts. */
enum transit_count {
	TRANSIT_PACKETS_INNER,
	TRANSIT_PACKETS_OUTER,
	TRANSIT_FORWARDED_OUT,
	TRANSIT_FORWARDED_IN,
	TRANSIT_LOST_OUT,
	TRANSIT_LOST_IN,
	TRANSIT_UNFINISHED,
	TRANSIT_DUPLICATES,
	TRANSIT_REORDERED,
	TRANSIT_AMBIGUOUS,
	TRANSIT_TRANSLATED,
	TRANSIT_MERGED,
	TRANSIT_LOCAL,
	TRANSIT_UNDECODED,
	TRANSIT_UNTIMED,
	TRANSIT_EVICTED,
	TRANSIT_CLOCK_STEPS,
	TRANSIT_CLOCK_ASSUMED,
	TRANSIT_DROPPED,
	TRANSIT_N_COUNTS,
};

/* Of sampling_interval_ns (measure_counters.h); see struct countertable_counts. */
enum counters_count {
	COUNTERS_ROWS,
	COUNTERS_UNTIMED,
	COUNTERS_UNREADABLE,
	COUNTERS_MISSED,
	COUNTERS_LATE,
	COUNTERS_CLOCK_STEPS,
	COUNTERS_WRAPS,
	COUNTERS_RESETS,
	COUNTERS_REPEATED, /* metrics that an earlier file of the same machine gave */
	COUNTERS_UNJOINED, /* files of a machine on whose clock nothing was probed */
	COUNTERS_N_COUNTS,
};

/* Of throughput_bps. */
enum rate_count {
	RATE_RESULTS, /* of tools */
	RATE_FLOWS,   /* of captures, a direction each */
	RATE_BYTES,
	RATE_OK, /* messages; datagrams of captures */
	RATE_ERR,
	RATE_CUT, /* results of outputs that end before their result */
	RATE_EVICTED,
	RATE_DROPPED,
	RATE_N_COUNTS,
};

struct measures {
	struct series *series;
	size_t n_series;
	size_t cap_series;
	struct tally *tallies;
	size_t n_tallies;
	size_t cap_tallies;
	const char *conditions[TOOL_N_CONDITIONS]; /* of throughput: several levels in one run */
	size_t n_conditions;
	const char *asked; /* "HTTP", "TCP", when nothing else is asked for; else NULL */
	size_t n_asked;    /* captures that were looked at for it */
	size_t n_silent;   /* those that saw none */
	struct arena arena;
};

struct measure_pair_params {
	const char *inner; /* the one pair that is wanted, or both NULL */
	const char *outer;
	int64_t expiry_ns;
	uint32_t excluded_flags;
	bool plain_only; /* proxy: only where a forward proxy is plain to see */
	unsigned n_threads;
};

void measures_release(struct measures *m);

/* measures_labels - a copy of the run's labels, with room for more. */
struct labels measures_labels(struct measures *m, const struct study_run *sr);
/* measures_add_series, measures_add_tally - empty ones; valid until the next is added. */
struct series *measures_add_series(struct measures *m, const char *metric, struct labels labels);
struct tally *measures_add_tally(struct measures *m, const char *metric, struct labels labels);
/* measures_add_value - a series of that one value; an empty one where it is NaN. */
void measures_add_value(struct measures *m, const char *metric, struct labels labels, double v);
/* measures_prepare - prepare all series, by threads. */
void measures_prepare(struct measures *m, unsigned n_threads);

/* measure_column - name of column i of a metric's counts, NULL beyond the last. */
const char *measure_column(const char *metric, size_t i);
/* measure_combine - what column i of a cell is after one more run: the sum, or the maximum. */
uint64_t measure_combine(const char *metric, size_t i, uint64_t cell, uint64_t run);

/*
 * measure_observed - what captures must be read for (OBSERVE_ bits) to have these metrics; all of
 *   it where there are none (NULL, or no level), and for names that nothing here measures; nothing
 *   for those of system counters.
 */
unsigned measure_observed(const struct filter *metrics);

/* measure_rate_achieved - (probes - 1) / (last - first), per second; NaN below two probes. */
double measure_rate_achieved(const struct observation *o);

/* measure_has_echo - did the point see echo requests, or nothing else either? */
bool measure_has_echo(const struct observation *o);

/*
 * measure_share - share i of a metric's counts in percent, NULL beyond the last.
 *   *pct out: NaN where it is a share of nothing
 *   Returns its name.
 */
const char *measure_share(const char *metric, size_t i, const uint64_t *counts, double *pct);

/*
 * measure_rtt - a series of rtt_ns per observation, and its rate_achieved_pps.
 *   Takes the rtt_ns arrays of the observations.  samples may be NULL.  Nothing of points
 *   without echo that saw HTTP or TCP.
 */
enum vstatus measure_rtt(struct measures *m, struct study *s, unsigned n_threads,
	struct samples_writer *samples, struct verr *err);

/*
 * measure_http - series of latency_ns, ttfb_ns, connect_ns, total_ns, run_total_ns and
 *   client_mean_ns of each point that saw HTTP.  `alone`: nothing else is asked for; then the
 *   points without it are counted (n_silent), and such that saw TLS or HTTP/2 have their tallies.
 */
enum vstatus measure_http(struct measures *m, struct study *s, bool alone, unsigned n_threads,
	struct samples_writer *samples, struct verr *err);

/*
 * measure_throughput - series of throughput_bps, transactions_per_s and okay_pct of each result of
 *   a load tool; of throughput_bps (a value a flow) and total_throughput_bps of each point,
 *   protocol and direction of captures.
 */
enum vstatus measure_throughput(struct measures *m, struct study *s, unsigned n_threads,
	struct samples_writer *samples, struct verr *err);

/*
 * measure_tcp - series of tcp_ack_ns, tcp_handshake_ns, tcp_timestamp_ns and goodput_bps of each
 *   point that saw TCP; `alone` as above.  samples and flows may be NULL.
 */
enum vstatus measure_tcp(struct measures *m, struct study *s, bool alone, unsigned n_threads,
	struct samples_writer *samples, struct samples_writer *flows, struct verr *err);

/*
 * measure_overhead - series of overhead_ns, overhead_share_pct and, where both points share a
 *   clock, overhead_out_ns and overhead_in_ns for each pair of points of each run: neighbours,
 *   and the innermost with the outermost; or the one pair named by inner and outer (both or
 *   NULL).  Observations must have kept their samples.
 */
enum vstatus measure_overhead(struct measures *m, const struct study *s, const char *inner,
	const char *outer, uint32_t excluded_flags, unsigned n_threads,
	struct samples_writer *samples, struct verr *err);

/*
 * measure_proxy - for each pair of points with a proxy between them: series of proxy_overhead_ns,
 *   miss_latency_ns, hit_latency_ns and mean_difference_ns.  Observations must have kept their
 *   rows.  samples may be NULL.
 */
enum vstatus measure_proxy(struct measures *m, struct study *s,
	const struct measure_pair_params *params, struct samples_writer *samples, struct verr *err);

/*
 * measure_transit - for each pair of captures of a run: series of delay_ns, delay_out_ns and
 *   delay_in_ns.  Reads the captures itself; samples may be NULL.
 */
enum vstatus measure_transit(struct measures *m, struct study *s,
	const struct measure_pair_params *params, struct samples_writer *samples, struct verr *err);

#endif
