/*
 * stream - bytes of one direction in order; see stream.h.
 *
 * When did the bytes of a hole arrive?  A receiver that gets a segment ahead of a hole asks for
 * the hole at once, by repeating its last acknowledgment (RFC 5681 section 4.2).  If no such
 * duplicate was seen while something stood behind the hole, then the receiver had the bytes: the
 * capture alone missed them, and they came in their order.  After a duplicate they came by a
 * retransmission that the capture missed too, at some time before the acknowledgment.
 *
 * A receiver also acknowledges at once when a hole is filled, and then all that it has.  So what
 * the first acknowledgment behind that moment covers had come by then, captured or not.
 */
#include "analyze/stream.h"

#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/tstamp.h"

struct stream_range {
	uint64_t at;
	int64_t t_ns;
	uint8_t *data; /* heap, caplen bytes; NULL when caplen is 0 */
	uint32_t len;
	uint32_t caplen;
	uint32_t ack;
	bool starts;
};

bool
stream_pool_take(struct stream_pool *p, uint64_t n)
{
	if (p->bytes + n > STREAM_POOL_BYTES_MAX) {
		p->bytes_refused += n;
		return false;
	}
	p->bytes += n;
	return true;
}

void
stream_pool_give(struct stream_pool *p, uint64_t n)
{
	p->bytes -= n;
}

void
stream_start(struct stream *s, uint32_t seq)
{
	/* From 2^32 on, so that positions a little before the first byte are numbers too. */
	s->next = s->origin = (uint64_t)1 << 32 | seq;
	s->fin = STREAM_NOWHERE;
	s->hole_ns = s->fill_ns = TSTAMP_NONE;
	s->started = true;
}

static void
drop_spent(struct stream *s, struct stream_pool *pool)
{
	if (!s->spent)
		return;
	free(s->spent);
	stream_pool_give(pool, s->spent_bytes);
	s->spent = NULL;
}

void
stream_release(struct stream *s, struct stream_pool *pool)
{
	drop_spent(s, pool);
	for (uint32_t i = 0; i < s->n_held; i++) {
		struct stream_range *r = &s->held[s->first + i];

		if (r->data)
			stream_pool_give(pool, r->caplen);
		free(r->data);
	}
	pool->ranges -= s->n_held;
	free(s->held);
	s->held = NULL;
	s->first = s->n_held = s->cap_held = 0;
}

/* ---- what waits ---- */

static inline struct stream_range *
held_at(const struct stream *s, uint32_t i)
{
	return &s->held[s->first + i];
}

static bool
room(struct stream *s, struct stream_pool *pool)
{
	if (s->n_held >= STREAM_RANGES_MAX || pool->ranges >= STREAM_POOL_RANGES_MAX) {
		pool->ranges_refused++;
		return false;
	}
	if (s->first + s->n_held < s->cap_held)
		return true;
	if (s->first) {
		memmove(s->held, s->held + s->first, s->n_held * sizeof *s->held);
		s->first = 0;
	} else {
		s->cap_held = s->cap_held ? 2 * s->cap_held : 8;
		s->held = xrealloc(s->held, s->cap_held, sizeof *s->held);
	}
	return true;
}

/* [at, end) of the segment that begins at seg_at, before the i-th range. */
static bool
insert(struct stream *s, struct stream_pool *pool, uint32_t i, const struct segment *seg,
	uint64_t seg_at, uint64_t at, uint64_t end, int64_t t_ns)
{
	uint64_t skip = at - seg_at;
	uint32_t caplen = seg->caplen > skip ? (uint32_t)(seg->caplen - skip) : 0;
	struct stream_range *r;

	if (!room(s, pool))
		return false;
	r = held_at(s, i);
	memmove(r + 1, r, (s->n_held - i) * sizeof *r);
	*r = (struct stream_range){.at = at,
		.t_ns = t_ns,
		.len = (uint32_t)(end - at),
		.ack = seg->ack,
		.starts = skip == 0};
	if (caplen > r->len)
		caplen = r->len;
	if (caplen && end > s->opaque && stream_pool_take(pool, caplen)) {
		r->caplen = caplen;
		r->data = xmalloc(caplen);
		memcpy(r->data, seg->data + skip, caplen);
	}
	s->n_held++;
	pool->ranges++;
	return true;
}

/* Keep what is new of [at, end): the parts between the ranges that are held already. */
static enum stream_verdict
hold(struct stream *s, struct stream_pool *pool, const struct segment *seg, uint64_t seg_at,
	uint64_t at, uint64_t end, int64_t t_ns)
{
	enum stream_verdict v = STREAM_OLD;
	uint32_t i = s->n_held;

	while (i && held_at(s, i - 1)->at + held_at(s, i - 1)->len > at)
		i--;
	while (at < end) {
		uint64_t part_end = end;

		if (i < s->n_held && held_at(s, i)->at <= at) {
			at = held_at(s, i)->at + held_at(s, i)->len;
			i++;
			continue;
		}
		if (i < s->n_held && held_at(s, i)->at < end)
			part_end = held_at(s, i)->at;
		if (!insert(s, pool, i, seg, seg_at, at, part_end, t_ns))
			return STREAM_FULL;
		v = STREAM_WAITS;
		at = part_end;
		i++;
	}
	return v;
}

/* ---- coming and going ---- */

/* What was learnt about the first hole is about another one now. */
static void
next_hole(struct stream *s)
{
	s->hole_ns = TSTAMP_NONE;
	s->dup_acks = 0;
}

enum stream_verdict
stream_add(struct stream *s, struct stream_pool *pool, const struct segment *seg, int64_t t_ns,
	struct stream_piece *piece)
{
	uint64_t seg_at = stream_at(s, seg->seq), at = seg_at, end = at + seg->len;
	uint64_t skip;

	if (end <= s->next)
		return STREAM_OLD;
	if (at > s->next + STREAM_WINDOW_BYTES || end > s->fin)
		return STREAM_OUTSIDE;
	if (at <= s->next) {
		at = s->next;
		s->given_up = false;
	}
	if (at == s->next && s->n_held && held_at(s, 0)->at <= end) {
		s->fill_ns = t_ns;
		s->fill_acked = 0;
	}
	if (at > s->next || (s->n_held && held_at(s, 0)->at < end))
		return hold(s, pool, seg, seg_at, at, end, t_ns);
	skip = at - seg_at;
	*piece = (struct stream_piece){
		.at = at,
		.len = (uint32_t)(end - at),
		.caplen = seg->caplen > skip ? (uint32_t)(seg->caplen - skip) : 0,
		.data = seg->data + (seg->caplen > skip ? skip : 0),
		.t_ns = t_ns,
		.ack = seg->ack,
		.starts = skip == 0,
	};
	s->next = end;
	if (s->n_held)
		next_hole(s);
	return STREAM_READY;
}

bool
stream_next(struct stream *s, struct stream_pool *pool, struct stream_piece *piece)
{
	struct stream_range *r;

	drop_spent(s, pool);
	if (!s->n_held || held_at(s, 0)->at > s->next)
		return false;
	r = held_at(s, 0);
	*piece = (struct stream_piece){.at = r->at,
		.len = r->len,
		.caplen = r->caplen,
		.data = r->data,
		.t_ns = r->t_ns,
		.ack = r->ack,
		.starts = r->starts,
		.waited = !s->given_up};
	s->spent = r->data;
	s->spent_bytes = r->caplen;
	s->next = r->at + r->len;
	next_hole(s);
	s->n_held--;
	s->first = s->n_held ? s->first + 1 : 0;
	pool->ranges--;
	return true;
}

void
stream_fin(struct stream *s, const struct segment *seg)
{
	uint64_t at = stream_at(s, seg->seq) + seg->len;

	if (s->fin == STREAM_NOWHERE && at >= s->next && at <= s->next + STREAM_WINDOW_BYTES)
		s->fin = at;
}

uint64_t
stream_top(const struct stream *s)
{
	const struct stream_range *last;

	if (!s->n_held)
		return s->next;
	last = held_at(s, s->n_held - 1);
	return last->at + last->len;
}

bool
stream_hole_acked(const struct stream *s)
{
	return s->n_held && s->acked >= held_at(s, 0)->at;
}

void
stream_ack(struct stream *s, uint32_t ack, bool pure, int64_t t_ns)
{
	uint64_t at = stream_at(s, ack);

	if (at > s->next + STREAM_WINDOW_BYTES)
		return;
	if (at > s->acked) {
		s->acked = at;
		if (!s->fill_acked)
			s->fill_acked = at;
	} else if (pure && s->n_held && at == s->next && at == s->acked &&
		s->dup_acks < UINT16_MAX) {
		s->dup_acks++;
	}
	if (s->hole_ns == TSTAMP_NONE && stream_hole_acked(s))
		s->hole_ns = t_ns;
}

bool
stream_lost(const struct stream *s, int64_t now_ns)
{
	return s->n_held && s->hole_ns != TSTAMP_NONE &&
		tstamp_diff(now_ns, s->hole_ns) >= STREAM_LOST_NS;
}

/* When had the bytes of the hole that ends there come? */
static int64_t
came_by(const struct stream *s, uint64_t end)
{
	if (s->dup_acks)
		return s->hole_ns == TSTAMP_NONE ? INT64_MAX : s->hole_ns;
	return end <= s->fill_acked ? s->fill_ns : TSTAMP_NONE;
}

bool
stream_gap(struct stream *s, struct stream_piece *piece)
{
	uint64_t end = s->n_held ? held_at(s, 0)->at : s->acked;

	if (!s->n_held && s->fin != STREAM_NOWHERE)
		end = s->fin;
	if (end <= s->next)
		return false;
	*piece = (struct stream_piece){
		.at = s->next,
		.len = (uint32_t)(end - s->next),
		.t_ns = came_by(s, end),
		.gap = true,
	};
	s->next = end;
	s->given_up = true;
	next_hole(s);
	return true;
}
