#ifndef VANTAGE_ANALYZE_ECHO_H
#define VANTAGE_ANALYZE_ECHO_H
/*
 * echo - round-trip times from captured ICMP and ICMPv6 echo packets (METHODS, "Round-trip time
 * from captures").
 *
 *   struct echo *e = echo_new(&params, sink, ctx);
 *   for each packet of class PACKET_ECHO_*:  echo_add(e, t_ns, number, &packet);
 *   echo_finish(e, end_ns);  every probe has reached the sink by now
 *   echo_counts(e), echo_flow(e, sample->flow)
 *   echo_free(e);
 *
 * Memory is bounded by what is in flight: ECHO_INFLIGHT_MAX probes and ECHO_FLOWS_MAX flows;
 * both limits count what they cost.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/flags.h"
#include "core/packet.h"

#define ECHO_EXPIRY_NS INT64_C(10000000000) /* a reply after that is late */
#define ECHO_REORDER_NS INT64_C(10000000)   /* files are sorted by time within that window */
#define ECHO_COPY_NS INT64_C(1000000)       /* identical requests within that are copies */
#define ECHO_INFLIGHT_MAX ((uint32_t)1 << 22)
#define ECHO_FLOWS_MAX ((uint32_t)1 << 20)

/* Who asks whom: a request's addresses and identifier. */
struct echo_flow {
	uint8_t src[16]; /* IPv4: the first 4 bytes, the rest 0 */
	uint8_t dst[16];
	uint16_t id;
	uint8_t family;      /* 4 or 6 */
	bool payload_varies; /* consecutive probes had different payloads */
	uint16_t last_seq;
	uint64_t last_payload;
};

/* One probe: a request that is not a copy. */
struct echo_sample {
	int64_t t_ns;     /* of the request */
	int64_t rtt_ns;   /* TSTAMP_NONE when there is none */
	uint32_t flow;    /* for echo_flow() */
	uint32_t payload; /* hash of its first 16 bytes: the probe's identity across points */
	uint16_t seq;
	uint16_t flags;
};

struct echo_counts {
	uint64_t requests;
	uint64_t replies;
	uint64_t probes;   /* requests - copies - refused */
	uint64_t answered; /* with an RTT: ambiguous ones included, negative ones too */
	uint64_t lost;
	uint64_t late;
	uint64_t unfinished;
	uint64_t copies;
	uint64_t duplicate_replies;
	uint64_t ambiguous; /* probes so flagged */
	uint64_t negative;
	uint64_t reordered;         /* reply before its request in the file */
	uint64_t unmatched_replies; /* no request for it in the capture */
	uint64_t early; /* left the full table before their time: later duplicates are not known */
	uint64_t untimed;     /* packets without time stamp: left out */
	uint64_t clock_steps; /* time went back by more than a second */
	uint64_t flows;
	uint64_t refused;         /* packets of flows beyond ECHO_FLOWS_MAX */
	int64_t first_request_ns; /* TSTAMP_NONE without any */
	int64_t last_request_ns;
};

struct echo_params {
	int64_t expiry_ns;
};

struct echo;

/* The sink gets each probe once, nearly in order of t_ns; the sample dies with the call. */
struct echo *echo_new(const struct echo_params *params,
	void (*sink)(void *ctx, const struct echo_sample *sample), void *ctx);
void echo_free(struct echo *e);

/*
 * echo_add - one packet in file order.
 *   number  position in the file, ascending;  p->cls must be PACKET_ECHO_REQUEST or _REPLY
 */
void echo_add(struct echo *e, int64_t t_ns, uint64_t number, const struct packet *p);
/* echo_finish - end_ns: time of the capture's last packet of any kind, or TSTAMP_NONE. */
void echo_finish(struct echo *e, int64_t end_ns);

const struct echo_counts *echo_counts(const struct echo *e);
const struct echo_flow *echo_flow(const struct echo *e, uint32_t flow);
/* echo_take_flows - hand the table (n flows, heap) to the caller; echo_flow() ends working. */
struct echo_flow *echo_take_flows(struct echo *e, uint32_t *n);

#endif
