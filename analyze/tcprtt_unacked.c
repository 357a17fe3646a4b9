/*
 * tcprtt_unacked - the segments of a direction that await their acknowledgment, in order of
 * sequence; see tcprtt.h for the limits.  A ring, because most come at one end and leave at the
 * other.
 */
#include <stdlib.h>

#include "analyze/tcprtt_int.h"
#include "core/alloc.h"
#include "core/tstamp.h"

/* Room for one more: the ring grows, or the oldest is forgotten. */
static void
make_room(struct tcprtt *r, struct tcprtt_half *h)
{
	uint32_t cap = h->cap ? 2 * h->cap : 8;
	struct unacked *ring;

	if (h->n < h->cap)
		return;
	if (h->cap && (cap > TCPRTT_UNACKED_MAX || r->n_unacked + cap > TCPRTT_POOL_MAX)) {
		h->first++;
		h->n--;
		r->counts.forgotten++;
		return;
	}
	ring = xmalloc(cap * sizeof *ring);
	for (uint32_t i = 0; i < h->n; i++)
		ring[i] = *tcprtt_unacked(h, i);
	free(h->ring);
	h->ring = ring;
	h->first = 0;
	r->n_unacked += cap - h->cap;
	h->cap = cap;
}

void
tcprtt_unacked_push(struct tcprtt *r, struct tcprtt_half *h, struct unacked u)
{
	make_room(r, h);
	*tcprtt_unacked(h, h->n++) = u;
}

/* As tcprtt_unacked_push(), but to its place: behind i others. */
void
tcprtt_unacked_insert(struct tcprtt *r, struct tcprtt_half *h, uint32_t i, struct unacked u)
{
	uint32_t n = h->n;

	make_room(r, h);
	if (h->n < n && i) /* the oldest was forgotten */
		i--;
	for (uint32_t k = h->n++; k > i; k--)
		*tcprtt_unacked(h, k) = *tcprtt_unacked(h, k - 1);
	*tcprtt_unacked(h, i) = u;
}

void
tcprtt_release(struct tcprtt *r, struct tcprtt_half *h)
{
	if (h->started && h->undecided.answer_ns != TSTAMP_NONE)
		r->counts.karn++; /* nothing came to decide */
	r->n_unacked -= h->cap;
	free(h->ring);
	free(h->stamps);
	h->ring = NULL;
	h->stamps = NULL;
	h->n = h->cap = 0;
	h->stamp_n = h->stamp_cap = 0;
}
