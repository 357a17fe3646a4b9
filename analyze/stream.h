#ifndef VANTAGE_ANALYZE_STREAM_H
#define VANTAGE_ANALYZE_STREAM_H
/*
 * stream - one direction of a TCP connection: its bytes in order of sequence, each byte once, at
 * its first copy, with the time at which that arrived.
 *
 *   switch (stream_add(s, pool, &seg, t_ns, &piece)) { case STREAM_READY: use(&piece); ... }
 *   while (stream_next(s, pool, &piece)) use(&piece);      what had been waiting behind it
 *
 * Positions are 64 bits wide; their lower 32 are the sequence number, so that one stands for the
 * other and numbers may wrap.  A segment lies where it is nearest to the next expected byte.
 *
 * Segments ahead of a hole wait (RFC 9293 section 3.4).  A copy of bytes that are there already
 * adds nothing, even if it differs: the first copy wins.  A hole whose bytes the other side
 * acknowledged was missed by the capture, and is handed out as a piece without bytes; so is one
 * before which more would wait than the limits allow.
 *
 * Lengths come from the IP header, so captures cut by a snap length keep their order; what was not
 * captured of a piece is counted in len, not in caplen.
 *
 * Limits: STREAM_RANGES_MAX waiting segments a stream; in all streams of a pool
 * STREAM_POOL_RANGES_MAX of them and STREAM_POOL_BYTES_MAX of their bytes.  Bytes beyond are not
 * kept (as if cut), ranges beyond end the wait.  Segments that start more than
 * STREAM_WINDOW_BYTES ahead (RFC 7323 section 2.3) are outside.
 */
#include <stdbool.h>
#include <stdint.h>

#include "analyze/segment.h"

#define STREAM_RANGES_MAX 1024
#define STREAM_POOL_RANGES_MAX ((uint64_t)1 << 19)
#define STREAM_POOL_BYTES_MAX ((uint64_t)32 << 20)
#define STREAM_WINDOW_BYTES ((int32_t)1 << 30)
#define STREAM_LOST_NS INT64_C(10000000) /* captures of several CPUs are out of order up to that */
#define STREAM_NOWHERE UINT64_MAX

/* What waits, in all streams of one analysis. */
struct stream_pool {
	uint64_t ranges;
	uint64_t bytes;
	uint64_t bytes_refused; /* not kept for want of room */
	uint64_t ranges_refused;
};

/* stream_pool_take - reserve n bytes, false (and counted) if there is no room. */
bool stream_pool_take(struct stream_pool *p, uint64_t n);
void stream_pool_give(struct stream_pool *p, uint64_t n);

struct stream_range;

struct stream {
	uint64_t next;             /* the byte that is expected */
	uint64_t origin;           /* the first one; nothing is known of those before */
	uint64_t fin;              /* where the FIN stands, STREAM_NOWHERE if not seen */
	uint64_t acked;            /* the other side has all before; 0: has said nothing */
	uint64_t opaque;           /* nobody will look at bytes before: they need not be kept */
	int64_t hole_ns;           /* when the first hole was acknowledged; TSTAMP_NONE */
	int64_t fill_ns;           /* when a hole was last filled */
	uint64_t fill_acked;       /* what was acknowledged first after that; 0 nothing yet */
	struct stream_range *held; /* sorted, apart; [first, first + n_held) are in use */
	uint32_t first;
	uint32_t n_held;
	uint32_t cap_held;
	uint16_t dup_acks; /* asking for the first hole after something stood behind it */
	bool started;      /* next means something */
	bool given_up;     /* the last hole was, instead of being filled */
	uint8_t *spent;    /* bytes of the piece handed out last */
	uint32_t spent_bytes;
};

/* A run of bytes, in order. */
struct stream_piece {
	uint64_t at; /* position of the first */
	uint32_t len;
	uint32_t caplen;     /* captured ones, from the front */
	const uint8_t *data; /* valid until the next call for this stream */
	int64_t t_ns; /* arrival.  Of a gap: its bytes had come by then (INT64_MAX: at some time);
			      * TSTAMP_NONE: in their order, so before the next piece */
	uint32_t ack; /* of the segment */
	bool starts;  /* begins where a segment begins */
	bool gap;     /* the capture has not got these bytes */
	bool waited;  /* out of order: it came before the bytes in front of it */
};

enum stream_verdict {
	STREAM_READY,   /* in order: *piece is its new part */
	STREAM_WAITS,   /* out of order, or in part: stream_next() knows more */
	STREAM_OLD,     /* nothing new */
	STREAM_OUTSIDE, /* too far ahead, or beyond the FIN: left out */
	STREAM_FULL,    /* no room: stream_gap(), stream_next(), and once more */
};

/* stream_start - the first byte has that sequence number. */
void stream_start(struct stream *s, uint32_t seq);
void stream_release(struct stream *s, struct stream_pool *pool);

/* stream_at - the position that a sequence number near the next byte stands for. */
static inline uint64_t
stream_at(const struct stream *s, uint32_t seq)
{
	return s->next + (uint64_t)(int64_t)(int32_t)(seq - (uint32_t)s->next);
}

/* stream_add - a segment with payload; the stream must have started. */
enum stream_verdict stream_add(struct stream *s, struct stream_pool *pool,
	const struct segment *seg, int64_t t_ns, struct stream_piece *piece);
/* stream_next - the next piece that waited and is in order now; false if there is none. */
bool stream_next(struct stream *s, struct stream_pool *pool, struct stream_piece *piece);

/* stream_fin - a FIN behind the payload of this segment. */
void stream_fin(struct stream *s, const struct segment *seg);
/* stream_ended - every byte before the FIN was handed out. */
static inline bool
stream_ended(const struct stream *s)
{
	return s->fin != STREAM_NOWHERE && s->next >= s->fin;
}

/* stream_top - the position behind the last byte seen, waiting ones included. */
uint64_t stream_top(const struct stream *s);

/* stream_ack - the other side acknowledges; pure: by a segment without payload. */
void stream_ack(struct stream *s, uint32_t ack, bool pure, int64_t t_ns);
/* stream_hole_acked - has the other side the first hole's bytes before something that waits? */
bool stream_hole_acked(const struct stream *s);
/* stream_lost - was the first hole acknowledged at least STREAM_LOST_NS ago? */
bool stream_lost(const struct stream *s, int64_t now_ns);
/*
 * stream_gap - give the first hole up: *piece is the hole.  It reaches to what waits behind it, or
 *   else to what is acknowledged or to the FIN; false when there is none.
 */
bool stream_gap(struct stream *s, struct stream_piece *piece);

#endif
