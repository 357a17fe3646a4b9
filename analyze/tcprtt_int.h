#ifndef VANTAGE_ANALYZE_TCPRTT_INT_H
#define VANTAGE_ANALYZE_TCPRTT_INT_H
/*
 * tcprtt_int - what tcprtt.c (connections), tcprtt_data.c (data), tcprtt_ack.c (acknowledgments),
 * tcprtt_unacked.c (segments under way) and tcprtt_stamp.c (time stamps) share; nobody else
 * includes it.
 */
#include <stdbool.h>
#include <stdint.h>

#include "analyze/segment.h"
#include "analyze/tcprtt.h"

#define COPY_LOOKBACK 4   /* packets of a direction that are compared */
#define TCPRTT_DUP_ACKS 3 /* so many repeated ACKs ask for a segment: RFC 5681 section 3.2 */

/* A segment that awaits its acknowledgment. */
struct unacked {
	uint64_t at;
	uint64_t end;
	int64_t t_ns;         /* of its first copy */
	int64_t t_again_ns;   /* of the copy after that, TSTAMP_NONE if there is none */
	int64_t t_last_ns;    /* of its last copy, the same */
	uint32_t tsval;       /* of the first copy */
	uint32_t tsval_again; /* of the copy after that, if stamped */
	bool stamped;
	bool resent; /* already the first copy in the file was not the first */
	bool data;
	bool merged;
};

struct stamp {
	int64_t t_ns;
	uint32_t tsval;
};

/* A sample that the next ACK decides about. */
struct undecided {
	int64_t t_ns;
	int64_t answer_ns; /* TSTAMP_NONE: there is none */
	uint32_t flags;
};

/* Enough of a packet to know its copy. */
struct print {
	int64_t t_ns;
	uint32_t seq;
	uint32_t ack;
	uint32_t len;
	uint32_t tsval;
	uint16_t ip_id;
	uint16_t window;
	uint8_t flags;
};

/* What one end sends. */
struct tcprtt_half {
	struct unacked *ring; /* cap entries (a power of two), [first, first + n) in order */
	uint32_t first;
	uint32_t n;
	uint32_t cap;
	struct stamp *stamps; /* the same for time stamps */
	uint32_t stamp_first;
	uint32_t stamp_n;
	uint32_t stamp_cap;
	bool started;
	bool stamped;
	bool fin;
	bool zero_window;
	uint8_t n_prints;
	uint16_t dup_acks;   /* of the other end, for `acked` */
	uint64_t top;        /* the byte behind the last one seen */
	uint64_t acked;      /* by the other end */
	uint64_t recover;    /* top when a loss was last repaired */
	uint32_t last_tsval; /* newest recorded */
	uint32_t top_tsval;  /* of the segment that ends at top */
	int64_t t_top_ns;
	int64_t t_repeat_ns;       /* something acknowledged was last sent again; TSTAMP_NONE */
	int64_t t_repeat_first_ns; /* the first of those at about that time */
	struct undecided undecided;
	int64_t t_acked_ns;  /* when `acked` was last moved on; TSTAMP_NONE */
	int64_t shortest_ns; /* round trip, handshake included; INT64_MAX without */
	uint32_t n_waited;   /* the receiver waited for a second segment, or its timer */
	uint32_t n_prompt;   /* it answered a single segment at once */
	bool prompt_last;    /* ... the last one */
	uint32_t n_undone;   /* retransmissions that time stamps or ACKs showed to be spurious */
	int64_t t_first_data_ns;
	int64_t t_last_data_ns;
	uint64_t bytes;
	uint64_t n_data;
	struct print prints[COPY_LOOKBACK];
};

struct tcprtt_conn {
	struct flow flow; /* first */
	struct tcprtt_half half[2];
	uint8_t client; /* 2: not known */
	bool reset;
	bool refused;
	bool over;
	bool copied; /* some packets were captured twice */
	bool syn_again;
	bool syn_ack_again;
	int64_t t_first_ns;
	int64_t t_last_ns;
	int64_t t_syn_ns;
	int64_t t_syn_ack_ns;
	int64_t t_open_ns;
	uint32_t isn;
	uint32_t flags;
	uint64_t packets;
	uint64_t payload;
	uint64_t retransmitted;
	uint64_t reordered;
	uint64_t zero_windows;
};

struct tcprtt {
	struct tcprtt_params params;
	struct flows *flows;
	uint64_t n_unacked; /* room in all rings */
	struct tcprtt_counts counts;
};

/* The i-th segment that awaits its acknowledgment. */
static inline struct unacked *
tcprtt_unacked(const struct tcprtt_half *h, uint32_t i)
{
	return &h->ring[(h->first + i) & (h->cap - 1)];
}

/* The position, 64 bits wide, of a sequence number near the top. */
static inline uint64_t
tcprtt_position(const struct tcprtt_half *h, uint32_t seq)
{
	return h->top + (uint64_t)(int64_t)(int32_t)(seq - (uint32_t)h->top);
}

/* tcprtt.c */

/* tcprtt_emit - hand a sample out: from end `from`, timed at t_ns, answered at answer_ns. */
void tcprtt_emit(struct tcprtt *r, const struct tcprtt_conn *c, int from, enum tcprtt_kind kind,
	int64_t t_ns, int64_t answer_ns, uint32_t flags);

/* tcprtt_data.c */

/* tcprtt_start - the next byte of that direction has that number. */
void tcprtt_start(struct tcprtt_half *h, uint32_t seq);
/* tcprtt_add_data - a segment with payload or FIN. */
void tcprtt_add_data(struct tcprtt *r, struct tcprtt_conn *c, struct tcprtt_half *h,
	const struct segment *seg, int64_t t_ns);
/* tcprtt_note_rtt - one that the ends have shown, sample or not. */
void tcprtt_note_rtt(struct tcprtt_half *h, int64_t rtt_ns);
/* tcprtt_note_repeat - data that is acknowledged was sent again at that time. */
void tcprtt_note_repeat(struct tcprtt_half *h, int64_t t_ns);
/* tcprtt_can_have_answered - can an ACK of the one time be the answer to a segment of the other
 *   (TSTAMP_NONE: there is none)?  Not within half the shortest round trip. */
bool tcprtt_can_have_answered(const struct tcprtt_half *h, int64_t t_segment_ns, int64_t t_ack_ns);
/* tcprtt_both_ways - from the capture point to the receiver and back, and to the sender; ns,
 *   INT64_MAX unknown. */
int64_t tcprtt_both_ways(const struct tcprtt_conn *c, const struct tcprtt_half *h);

/* tcprtt_ack.c */

/* tcprtt_add_ack - from: the end that sent it. */
void tcprtt_add_ack(
	struct tcprtt *r, struct tcprtt_conn *c, int from, const struct segment *seg, int64_t t_ns);

/* tcprtt_unacked.c */

/* tcprtt_unacked_push - behind all others.  Without room for one more the first is forgotten. */
void tcprtt_unacked_push(struct tcprtt *r, struct tcprtt_half *h, struct unacked u);
/* tcprtt_unacked_insert - behind i others, to its place. */
void tcprtt_unacked_insert(struct tcprtt *r, struct tcprtt_half *h, uint32_t i, struct unacked u);
/* tcprtt_release - the storage of a direction. */
void tcprtt_release(struct tcprtt *r, struct tcprtt_half *h);

/* tcprtt_stamp.c */

/* tcprtt_add_stamp - of a segment with payload. */
void tcprtt_add_stamp(struct tcprtt_half *h, const struct segment *seg, int64_t t_ns);
/* tcprtt_match_echo - a segment from that end echoes a time stamp. */
void tcprtt_match_echo(
	struct tcprtt *r, struct tcprtt_conn *c, int from, const struct segment *seg, int64_t t_ns);

#endif
