#ifndef VANTAGE_ANALYZE_TCPRTT_H
#define VANTAGE_ANALYZE_TCPRTT_H
/*
 * tcprtt - round-trip times of TCP connections, and what became of them (METHODS, "Round-trip
 * time from captures").
 *
 *   struct tcprtt *r = tcprtt_new(&params);
 *   for each packet of class PACKET_TCP, in file order:  tcprtt_add(r, t_ns, &packet);
 *   tcprtt_finish(r);  every flow has been handed out by now
 *   tcprtt_counts(r)
 *   tcprtt_free(r);
 *
 * All times are seen from the capture point: a sample is the time from a segment to the answer
 * that came back past the same point.
 *
 * Memory is bounded by what is open: FLOWS_MAX connections, TCPRTT_UNACKED_MAX unacknowledged
 * segments a direction and TCPRTT_POOL_MAX of them in all; the oldest beyond are forgotten, and
 * counted.
 */
#include <stdbool.h>
#include <stdint.h>

#include "analyze/flags.h"
#include "analyze/flow.h"
#include "core/packet.h"

#define TCPRTT_UNACKED_MAX ((uint32_t)1 << 14)
#define TCPRTT_POOL_MAX ((uint64_t)1 << 21)
#define TCPRTT_COPY_NS INT64_C(1000000) /* identical packets within that are copies */
#define TCPRTT_WIRE_MAX_BYTES 9000      /* a longer segment was merged (GRO) or not yet cut (TSO) */

enum tcprtt_kind {
	TCPRTT_HANDSHAKE, /* SYN to SYN/ACK, SYN/ACK to ACK */
	TCPRTT_ACK,       /* data to the first ACK that covers it, Karn's rule in full */
	TCPRTT_TIMESTAMP, /* first segment of a TSval to its first echo */
	TCPRTT_N_KINDS,
};

/* tcprtt_kind_name - "handshake", "ack", "timestamp". */
const char *tcprtt_kind_name(enum tcprtt_kind kind);

struct tcprtt_sample {
	int64_t t_ns; /* of the segment that was timed */
	int64_t rtt_ns;
	enum tcprtt_kind kind;
	uint32_t flags; /* FLAG_DELAYED, FLAG_MERGED, FLAG_NEGATIVE */
	const struct flow *flow;
	int from; /* the end that sent the timed segment */
};

enum tcprtt_end { TCPRTT_OPEN, TCPRTT_FIN, TCPRTT_RESET, TCPRTT_REFUSED, TCPRTT_EVICTED };

/* tcprtt_end_name - "open", "fin", "reset", "refused", "evicted". */
const char *tcprtt_end_name(enum tcprtt_end end);

/* What became of a connection; dies with the call. */
struct tcprtt_flow {
	const struct flow *flow;
	int client;           /* the end that opened it, or that spoke first */
	int64_t t_ns;         /* first packet */
	int64_t duration_ns;  /* to the last one */
	int64_t handshake_ns; /* SYN to the ACK of the SYN/ACK; TSTAMP_NONE */
	uint64_t packets;     /* both directions, as all below; copies left out */
	uint64_t bytes;       /* payload, each byte once */
	uint64_t payload;     /* payload, as often as it was sent */
	uint64_t retransmitted;
	uint64_t reordered;
	uint64_t zero_windows;
	double goodput_bps[2]; /* of what that end sent: bytes once, from its first to its last data
				 * segment; NaN with less than two */
	uint64_t sent_bytes[2];   /* by that end: payload, each byte once */
	int64_t first_data_ns[2]; /* of its data segments; without meaning where it sent none */
	int64_t last_data_ns[2];
	enum tcprtt_end end;
	uint32_t flags; /* FLAG_GAP, FLAG_MERGED, FLAG_RETRANSMITTED, FLAG_REORDERED */
};

struct tcprtt_counts {
	uint64_t flows;
	uint64_t packets;
	uint64_t bytes;
	uint64_t samples[TCPRTT_N_KINDS];
	uint64_t delayed;       /* samples so flagged */
	uint64_t karn;          /* acknowledgments of retransmitted data: no sample */
	uint64_t unsure;        /* of a single segment, at once, from a receiver that waits: none */
	uint64_t retransmitted; /* segments */
	uint64_t spurious;      /* of these: the data had been acknowledged, or a DSACK says so */
	uint64_t reordered;
	uint64_t gap;    /* acknowledged, but never seen: missing from the capture */
	uint64_t copies; /* of packets */
	uint64_t merged; /* segments longer than any wire carries */
	uint64_t zero_windows;
	uint64_t resets;
	uint64_t refused;  /* connections */
	uint64_t unopened; /* connections whose start was not captured */
	uint64_t evicted;
	uint64_t forgotten; /* segments, for want of room */
	uint64_t untimed;   /* packets without time stamp: left out */
	int64_t first_ns;
	int64_t last_ns;
};

struct tcprtt_params {
	void (*sample)(void *ctx, const struct tcprtt_sample *s);
	void (*flow)(void *ctx, const struct tcprtt_flow *f); /* may be NULL */
	void *ctx;
};

struct tcprtt;

struct tcprtt *tcprtt_new(const struct tcprtt_params *params);
void tcprtt_free(struct tcprtt *r);
/* tcprtt_add - other classes of packets are passed over. */
void tcprtt_add(struct tcprtt *r, int64_t t_ns, const struct packet *p);
void tcprtt_finish(struct tcprtt *r);
const struct tcprtt_counts *tcprtt_counts(const struct tcprtt *r);

#endif
