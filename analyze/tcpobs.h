#ifndef VANTAGE_ANALYZE_TCPOBS_H
#define VANTAGE_ANALYZE_TCPOBS_H
/*
 * tcpobs - the TCP round trips and connections that one point of one run saw.
 */
#include <stdbool.h>

#include "analyze/tcprtt.h"
#include "analyze/values.h"

/* The first are one for each kind of enum tcprtt_kind. */
enum tcpobs_metric { TCPOBS_GOODPUT = TCPRTT_N_KINDS, TCPOBS_N_METRICS };

/* tcpobs_metric_name - "tcp_handshake_ns", "tcp_ack_ns", "tcp_timestamp_ns", "goodput_bps". */
const char *tcpobs_metric_name(int m);

/* Addresses and ports, from the side that is meant. */
struct tcpobs_ends {
	uint8_t addr[2][16];
	uint16_t port[2];
	uint16_t family; /* 4 or 6 */
};

struct tcpobs_row {
	int64_t t_ns;
	int64_t rtt_ns;
	uint32_t flags;
	uint8_t kind;
	struct tcpobs_ends ends; /* of the timed segment: source, destination */
};

struct tcpobs_flow {
	struct tcpobs_ends ends; /* client, server */
	int64_t t_ns;
	int64_t duration_ns;
	int64_t handshake_ns;
	uint64_t packets;
	uint64_t bytes;
	uint64_t retransmitted;
	uint64_t reordered;
	uint32_t flags;
	uint8_t end; /* enum tcprtt_end */
};

struct rateobs;

struct tcpobs {
	struct rateobs *rates; /* gets the flows, too; NULL none */
	struct values values[TCPOBS_N_METRICS];
	struct tcpobs_row *rows; /* by time, when asked for; heap */
	size_t n_rows;
	size_t cap_rows;
	struct tcpobs_flow *flows; /* the same */
	size_t n_flows;
	size_t cap_flows;
	uint32_t excluded_flags;
	bool keep_rows;
	bool keep_flows;
	struct tcprtt_counts counts;
};

/* tcpobs_ends_of - from the side of end `first`. */
struct tcpobs_ends tcpobs_ends_of(const struct flow *f, int first);

/* tcpobs_params - for tcprtt_new(): everything goes to o. */
struct tcprtt_params tcpobs_params(struct tcpobs *o);
void tcpobs_finish(struct tcpobs *o, const struct tcprtt_counts *counts);
void tcpobs_release(struct tcpobs *o);

#endif
