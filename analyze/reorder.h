#ifndef VANTAGE_ANALYZE_REORDER_H
#define VANTAGE_ANALYZE_REORDER_H
/*
 * reorder - put packets into order of time within a small window.
 *
 * Capture files of several CPUs or queues hold packets a little out of order; a reply can stand
 * before its request.  The window holds back packets that are younger than its width, or the last
 * REORDER_PACKETS_MAX of them, whichever is less, and releases them by (time, requests before
 * replies, position in the file).  A clock that steps back is not reordering: a packet more than
 * REORDER_STEP_NS older than the newest one empties the window, and time starts anew there.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/tstamp.h"

#define REORDER_PACKETS_MAX 4096 /* a power of two */
#define REORDER_STEP_NS INT64_C(1000000000)

struct echo_packet {
	int64_t t_ns;
	uint64_t payload;
	uint32_t payload_head;
	uint32_t copy_id;
	uint32_t flow;
	uint32_t number;
	uint16_t payload_len;
	uint16_t seq;
	bool reply;
};

struct reorder {
	struct echo_packet *ring; /* cap entries, ascending from first */
	uint32_t cap;             /* a power of two; grows to REORDER_PACKETS_MAX */
	uint32_t first;
	uint32_t count;
	int64_t newest_ns;
	int64_t width_ns;
};

void reorder_init(struct reorder *r, int64_t width_ns);
void reorder_release(struct reorder *r);
/* reorder_grow - the slow path of reorder_slot(). */
void reorder_grow(struct reorder *r);

/* reorder_full - must packets be taken out before the next reorder_slot()? */
static inline bool
reorder_full(const struct reorder *r)
{
	return r->count == REORDER_PACKETS_MAX;
}

/* reorder_restart - the window is empty and the clock has stepped: forget the newest time. */
static inline void
reorder_restart(struct reorder *r)
{
	r->newest_ns = INT64_MIN;
}

/* reorder_steps_back - would a packet of that time be a step of the clock? */
static inline bool
reorder_steps_back(const struct reorder *r, int64_t t_ns)
{
	return t_ns < r->newest_ns && tstamp_diff(t_ns, r->newest_ns) < -REORDER_STEP_NS;
}

/* a stands before b; of equal ones the file's order stays. */
static inline bool
reorder_before(const struct echo_packet *a, const struct echo_packet *b)
{
	return a->t_ns < b->t_ns || (a->t_ns == b->t_ns && a->reply < b->reply);
}

/*
 * reorder_slot - where to write the next packet, field by field; reorder_add() then moves it to
 *   its place.  In between, the window must not be touched.
 */
static inline struct echo_packet *
reorder_slot(struct reorder *r)
{
	if (r->count == r->cap)
		reorder_grow(r);
	return &r->ring[(r->first + r->count) & (r->cap - 1)];
}

static inline void
reorder_add(struct reorder *r)
{
	uint32_t mask = r->cap - 1, at = r->first + r->count++;
	struct echo_packet *p = &r->ring[at & mask], moving;

	if (p->t_ns > r->newest_ns) {
		r->newest_ns = p->t_ns;
		return;
	}
	moving = *p;
	for (; at != r->first && reorder_before(&moving, &r->ring[(at - 1) & mask]); at--)
		r->ring[at & mask] = r->ring[(at - 1) & mask];
	r->ring[at & mask] = moving;
}

/* reorder_take - the oldest packet, however young; NULL when the window is empty. */
static inline struct echo_packet *
reorder_take(struct reorder *r)
{
	if (!r->count)
		return NULL;
	r->count--;
	return &r->ring[r->first++ & (r->cap - 1)];
}

/* reorder_peek - the packet that stands n behind the oldest; any old one beyond the last. */
static inline const struct echo_packet *
reorder_peek(const struct reorder *r, uint32_t n)
{
	return &r->ring[(r->first + n) & (r->cap - 1)];
}

/* reorder_ready - the oldest packet if it is old enough, else NULL; valid until the next call. */
static inline struct echo_packet *
reorder_ready(struct reorder *r)
{
	struct echo_packet *oldest = &r->ring[r->first & (r->cap - 1)];

	if (!r->count || tstamp_diff(r->newest_ns, oldest->t_ns) < r->width_ns)
		return NULL;
	return reorder_take(r);
}

#endif
