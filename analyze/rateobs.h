#ifndef VANTAGE_ANALYZE_RATEOBS_H
#define VANTAGE_ANALYZE_RATEOBS_H
/*
 * rateobs - the payload that each flow carried in each direction, and how fast, as one point of one
 * run saw it.
 *
 * TCP: from tcprtt, each byte once, from the first to the last data segment.  UDP: every datagram
 * by its length field (so that a cut or fragmented one counts whole), copies included, from the
 * first to the last.  A direction with less than two data packets has no rate, but its bytes.
 *
 * Forward is what the client sends: the end that opened the connection, or spoke first.
 */
#include <stdbool.h>

#include "analyze/tcpobs.h"

struct rateobs_row {
	struct tcpobs_ends ends; /* source, destination */
	const char *proto;       /* "tcp", "udp" */
	bool reverse;            /* from the server to the client */
	int64_t t_ns;            /* first data packet */
	int64_t duration_ns;     /* to the last one */
	uint64_t bytes;
	uint64_t packets;      /* datagrams; 0 of TCP */
	double throughput_bps; /* NaN undefined */
};

struct rateobs {
	struct rateobs_row *rows; /* by time once finished; heap */
	size_t n_rows;
	size_t cap_rows;
	uint64_t evicted; /* UDP flows that left the full table early: they count as several */
};

/* rateobs_add_tcp - both directions of a connection that has ended. */
void rateobs_add_tcp(struct rateobs *o, const struct tcprtt_flow *f);

/* rateobs_udp_new - a reader of UDP packets into o.  rateobs_udp_finish frees it, too. */
struct rateobs_udp;
struct rateobs_udp *rateobs_udp_new(struct rateobs *o);
/* rateobs_udp_add - other classes of packets, and those without a time, are passed over. */
void rateobs_udp_add(struct rateobs_udp *u, int64_t t_ns, const struct packet *p);
void rateobs_udp_finish(struct rateobs_udp *u);

/* rateobs_finish - all flows are there: sort them. */
void rateobs_finish(struct rateobs *o);
void rateobs_release(struct rateobs *o);

/*
 * rateobs_total - all flows of one protocol and direction together: payload over the time from the
 *   first data packet of any to the last; NaN where that is no time.
 */
double rateobs_total(const struct rateobs *o, const char *proto, bool reverse);

#endif
