/*
 * tcprtt_stamp - round trips by TCP time stamps; see tcprtt.h.
 *
 * As Nichols' pping does: the first segment that bears a value against its first echo; only
 * segments with payload, since others are not answered; a value that is not newer than the last is
 * not recorded.  STAMPS_MAX of a direction may await their echo, the oldest beyond are forgotten:
 * an echo that late would be of no segment under way.
 */
#include <stdlib.h>

#include "analyze/tcprtt_int.h"
#include "core/alloc.h"

#define STAMPS_MAX 2048 /* 2 s of ticks of 1 ms */

/* Room for one more: the ring grows, or the oldest is forgotten. */
static void
make_stamp_room(struct tcprtt_half *h)
{
	uint32_t cap = h->stamp_cap ? 2 * h->stamp_cap : 8;
	struct stamp *ring;

	if (h->stamp_n < h->stamp_cap)
		return;
	if (cap > STAMPS_MAX) {
		h->stamp_first++;
		h->stamp_n--;
		return;
	}
	ring = xmalloc(cap * sizeof *ring);
	for (uint32_t i = 0; i < h->stamp_n; i++)
		ring[i] = h->stamps[(h->stamp_first + i) & (h->stamp_cap - 1)];
	free(h->stamps);
	h->stamps = ring;
	h->stamp_first = 0;
	h->stamp_cap = cap;
}

void
tcprtt_add_stamp(struct tcprtt_half *h, const struct segment *seg, int64_t t_ns)
{
	if (h->stamped && (int32_t)(seg->tsval - h->last_tsval) <= 0)
		return;
	h->stamped = true;
	h->last_tsval = seg->tsval;
	make_stamp_room(h);
	h->stamps[(h->stamp_first + h->stamp_n++) & (h->stamp_cap - 1)] =
		(struct stamp){t_ns, seg->tsval};
}

/* Values are in order: older ones than the echo will not be echoed any more. */
void
tcprtt_match_echo(
	struct tcprtt *r, struct tcprtt_conn *c, int from, const struct segment *seg, int64_t t_ns)
{
	struct tcprtt_half *h = &c->half[!from];

	while (h->stamp_n) {
		struct stamp s = h->stamps[h->stamp_first & (h->stamp_cap - 1)];
		int32_t newer = (int32_t)(s.tsval - seg->tsecr);

		if (newer > 0)
			return;
		h->stamp_first++;
		h->stamp_n--;
		if (newer == 0)
			tcprtt_emit(r, c, !from, TCPRTT_TIMESTAMP, s.t_ns, t_ns, 0);
	}
}
