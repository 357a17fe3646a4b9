/*
 * tcprtt_data - data segments: which are new, which were sent again, which came out of order; see
 * tcprtt.h.
 *
 * Each direction keeps its unacknowledged segments in order of sequence (tcprtt_unacked.c) until an
 * ACK covers them (tcprtt_ack.c).
 *
 * Retransmission or reordering?  A segment that stands before others that were seen already, and
 * was itself never seen, was either delayed on its way or lost before the capture point and sent
 * again.  A sender stamps each segment when it sends it: with a time stamp (RFC 7323) older than
 * that of the segment behind it was delayed.  It was sent again if it is the segment that three
 * repeated ACKs ask for (RFC 5681 section 3.2), or a partial one during recovery (RFC 6582
 * section 3.2); and with a newer stamp, or without stamps, half a round trip of both ways
 * (capture point to receiver and to sender) after the segment behind it, since no sender can
 * know of the loss much sooner; and if its sender's timer may have run out, TIMER_NS after the
 * last ACK.
 *
 * Spurious retransmissions: of data that was acknowledged already, those that the echo of an older
 * time stamp (RFC 3522) or a DSACK block (RFC 2883) reports; each counts once.
 */
#include "analyze/tcprtt_int.h"
#include "core/tstamp.h"

#define POSITION_START ((uint64_t)1 << 32) /* so that positions a little before are numbers too */
#define TIMER_NS INT64_C(200000000)        /* Linux's least retransmission time; RFC 6298: 1 s */

void
tcprtt_start(struct tcprtt_half *h, uint32_t seq)
{
	h->top = h->acked = POSITION_START | seq;
	h->started = true;
	h->shortest_ns = INT64_MAX;
	h->t_repeat_ns = h->t_acked_ns = h->undecided.answer_ns = TSTAMP_NONE;
}

void
tcprtt_note_rtt(struct tcprtt_half *h, int64_t rtt_ns)
{
	if (h->started && rtt_ns >= 0 && rtt_ns < h->shortest_ns)
		h->shortest_ns = rtt_ns;
}

bool
tcprtt_can_have_answered(const struct tcprtt_half *h, int64_t t_segment_ns, int64_t t_ack_ns)
{
	return t_segment_ns != TSTAMP_NONE &&
		(h->shortest_ns == INT64_MAX ||
			tstamp_diff(t_ack_ns, t_segment_ns) >= h->shortest_ns / 2);
}

int64_t
tcprtt_both_ways(const struct tcprtt_conn *c, const struct tcprtt_half *h)
{
	const struct tcprtt_half *other = &c->half[h == &c->half[0]];
	int64_t way_ns = h->shortest_ns;

	if (other->started && other->shortest_ns < INT64_MAX - way_ns)
		way_ns += other->shortest_ns;
	return way_ns;
}

/*
 * Was a segment that should stand before the i-th sent again, or only delayed?  Its sender can know
 * of the loss when the i-th has reached the receiver and that one's answer the sender.
 */
static bool
sent_again(const struct tcprtt_conn *c, const struct tcprtt_half *h, uint32_t i,
	const struct segment *seg, int64_t t_ns)
{
	const struct unacked *behind = i < h->n ? tcprtt_unacked(h, i) : NULL;
	uint32_t tsval = behind ? behind->tsval : h->top_tsval;
	int32_t newer = seg->has_timestamps ? (int32_t)(seg->tsval - tsval) : 1;
	/* In recovery a partial ACK has the next hole filled: RFC 6582 section 3.2. */
	bool asked_for = tcprtt_position(h, seg->seq) == h->acked &&
		(h->dup_acks >= TCPRTT_DUP_ACKS || h->acked < h->recover);
	bool timer = h->t_acked_ns != TSTAMP_NONE && tstamp_diff(t_ns, h->t_acked_ns) >= TIMER_NS;
	int64_t way_ns = tcprtt_both_ways(c, h);

	if (newer <= 0 || asked_for || timer)
		return newer >= 0 && (asked_for || timer);
	return way_ns == INT64_MAX ||
		tstamp_diff(t_ns, behind ? behind->t_ns : h->t_top_ns) >= way_ns / 2;
}

static void
mark_again(struct unacked *u, const struct segment *seg, int64_t t_ns)
{
	if (u->t_again_ns == TSTAMP_NONE) {
		u->t_again_ns = t_ns;
		u->stamped = seg->has_timestamps;
		u->tsval_again = seg->tsval;
	}
	u->t_last_ns = t_ns;
}

void
tcprtt_note_repeat(struct tcprtt_half *h, int64_t t_ns)
{
	if (h->t_repeat_ns == TSTAMP_NONE || h->shortest_ns == INT64_MAX ||
		tstamp_diff(t_ns, h->t_repeat_ns) > h->shortest_ns)
		h->t_repeat_first_ns = t_ns;
	if (t_ns > h->t_repeat_ns)
		h->t_repeat_ns = t_ns;
}

static void
note_retransmission(
	struct tcprtt *r, struct tcprtt_conn *c, struct tcprtt_half *h, const struct unacked *u)
{
	c->retransmitted++;
	r->counts.retransmitted++;
	c->flags |= FLAG_RETRANSMITTED;
	if (h->dup_acks)
		h->recover = h->top;
	if (u->end <= h->acked) {
		tcprtt_note_repeat(h, u->t_ns);
		h->n_undone++;
		r->counts.spurious++;
	}
}

/*
 * A segment that does not begin at the top: mark those that it repeats, put in what is new.
 * Only the first unseen stretch becomes an entry: a segment with several is a retransmission.
 */
static void
add_again(struct tcprtt *r, struct tcprtt_conn *c, struct tcprtt_half *h, const struct segment *seg,
	struct unacked u)
{
	bool repeats = u.at < h->acked;
	uint32_t i = h->n;

	while (i && tcprtt_unacked(h, i - 1)->end > u.at)
		i--;
	for (uint32_t k = i; k < h->n && tcprtt_unacked(h, k)->at < u.end; k++) {
		mark_again(tcprtt_unacked(h, k), seg, u.t_ns);
		repeats = true;
	}
	if (repeats || sent_again(c, h, i, seg, u.t_ns)) {
		mark_again(&u, seg, u.t_ns);
		u.resent = true;
		note_retransmission(r, c, h, &u);
	} else {
		c->reordered++;
		r->counts.reordered++;
		c->flags |= FLAG_REORDERED;
	}
	if (!repeats) {
		h->bytes += u.end - u.at;
		tcprtt_unacked_insert(r, h, i, u);
	}
}

void
tcprtt_add_data(struct tcprtt *r, struct tcprtt_conn *c, struct tcprtt_half *h,
	const struct segment *seg, int64_t t_ns)
{
	uint64_t at = tcprtt_position(h, seg->seq);
	struct unacked u = {
		.at = at,
		.end = at + seg->len + ((seg->flags & TCP_FIN) != 0),
		.t_ns = t_ns,
		.t_again_ns = TSTAMP_NONE,
		.t_last_ns = TSTAMP_NONE,
		.tsval = seg->tsval,
		.data = seg->len > 0,
		.merged = seg->len > TCPRTT_WIRE_MAX_BYTES,
	};

	if (seg->len == 1 && h->zero_window && u.end <= h->top)
		return; /* a window probe */
	if (u.merged) {
		c->flags |= FLAG_MERGED;
		r->counts.merged++;
	}
	if (at < h->top) {
		add_again(r, c, h, seg, u);
		if (u.end <= h->top)
			return;
		u.at = h->top;
		mark_again(&u, seg, t_ns);
	}
	h->bytes += u.end - u.at - ((seg->flags & TCP_FIN) != 0);
	tcprtt_unacked_push(r, h, u);
	h->top = u.end;
	h->t_top_ns = t_ns;
	h->top_tsval = seg->tsval;
}
