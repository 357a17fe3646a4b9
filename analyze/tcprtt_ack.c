/*
 * tcprtt_ack - acknowledgments, and the round trips that they show; see tcprtt.h.
 *
 * An ACK removes the segments that it covers (tcprtt_unacked.c) and gives at most one sample:
 *
 *   - usually from the newest of them (highest sequence), which is the one that made the receiver
 *     acknowledge, at once or when its timer ran out;
 *   - if the receiver had repeated its last ACK and now covers more than two, it was missing the
 *     segment behind that, whose arrival made it acknowledge all the rest: then from that segment;
 *   - from none if that segment was sent twice, or if the ACK covers a retransmission that was
 *     sent at the same time or later (Karn & Partridge 1987: nobody knows which copy the ACK is
 *     for, and the segments sent before had to wait for it);
 *   - from none if it answers a single segment at once, though that receiver otherwise waits for
 *     a second one or its timer (RFC 9293 section 3.8.6.3).  A receiver that waits has another
 *     reason to answer then: the segment repaired a loss (RFC 5681 section 4.2) that happened
 *     before the capture point, where its first copy was not seen, or a copy of something else
 *     came.
 *
 * A retransmission makes an ACK ambiguous only if the ACK can be an answer to it.  The echo of a
 * time stamp tells, where the retransmitted segment is the first that is covered: receivers echo
 * the stamp of the segment at their left edge (RFC 7323 section 4.3, RFC 3522).  Elsewhere an
 * ACK that comes sooner than half the shortest round trip, the handshake's included, is no
 * answer.  Such a copy is still under way, and may be what causes the next ACK of a single
 * segment; where the receiver's timer explains that ACK as well, the one behind it decides.
 * Copies nearer together than any answer, promptly acknowledged, are copies of a segment that
 * was sent before them, unseen.
 *
 * Delayed ACKs: an ACK without payload, of a single segment, that is later than the shortest
 * round trip by 40 ms (Linux) or 200 ms (others), give or take a tenth.
 *
 * What the file cannot show: that a segment was lost before the capture point and sent again
 * when nothing else was under way, if the receiver answers single segments at once.  Its first
 * copy in the file is then timed.
 */
#include "analyze/tcprtt_int.h"
#include "core/tstamp.h"

#define WINDOW_MAX_BYTES ((int64_t)1 << 30) /* RFC 7323 section 2.3 */
#define DELAY_MIN_NS (36 * NS_PER_MS)       /* of a delayed ACK: 40 ms, give or take a tenth */
#define DELAY_MAX_NS (44 * NS_PER_MS)
#define DELAY_LONG_MIN_NS (180 * NS_PER_MS) /* 200 ms, the same */
#define DELAY_LONG_MAX_NS (220 * NS_PER_MS)
#define WAITED_MIN 2    /* so many times make a habit */
#define PROMPT_SHARE 64 /* ... if it is broken once in as many, */
#define PROMPT_MIN 2    /* or that often in few */

static bool
is_pure(const struct segment *seg)
{
	return !seg->len && !(seg->flags & (TCP_SYN | TCP_FIN));
}

/* How much longer than the shortest round trip that was. */
static int64_t
wait_of(const struct tcprtt_half *h, int64_t rtt_ns)
{
	return h->shortest_ns == INT64_MAX ? 0 : tstamp_diff(rtt_ns, h->shortest_ns);
}

/* Did the receiver wait for its timer before it acknowledged the segment? */
static bool
is_late(const struct tcprtt_half *h, const struct unacked *u, int64_t t_ns)
{
	return wait_of(h, tstamp_diff(t_ns, u->t_ns)) >= DELAY_MIN_NS;
}

static uint32_t
delayed_flag(const struct tcprtt_half *h, int64_t rtt_ns)
{
	int64_t wait_ns = wait_of(h, rtt_ns);
	bool short_timer = wait_ns >= DELAY_MIN_NS && wait_ns <= DELAY_MAX_NS;
	bool long_timer = wait_ns >= DELAY_LONG_MIN_NS && wait_ns <= DELAY_LONG_MAX_NS;

	return short_timer || long_timer ? FLAG_DELAYED : 0;
}

/*
 * When was the segment sent again, so that this ACK can be the answer to that copy; INT64_MIN
 * never. A copy that did not make the receiver answer is on its way still and will later.
 */
static int64_t
answered_again(struct tcprtt *r, struct tcprtt_half *h, const struct unacked *u, bool at_edge,
	const struct segment *seg, int64_t t_ns)
{
	bool stamped = at_edge && seg->has_timestamps && u->stamped;
	bool older = stamped && (int32_t)(seg->tsecr - u->tsval_again) < 0;
	bool newer = stamped && !older && (u->tsval != u->tsval_again || u->resent);
	bool asked_for = at_edge && h->dup_acks >= TCPRTT_DUP_ACKS;
	bool last = tcprtt_can_have_answered(h, u->t_last_ns, t_ns);

	if (older && !u->resent) {
		h->n_undone++;
		r->counts.spurious++;
	}
	if (older || !last || u->t_last_ns != u->t_again_ns)
		tcprtt_note_repeat(h, u->t_last_ns);
	if (u->resent)
		return u->t_last_ns;
	if (older || !(newer || asked_for || tcprtt_can_have_answered(h, u->t_again_ns, t_ns)))
		return INT64_MIN;
	return last ? u->t_last_ns : u->t_again_ns;
}

/*
 * Does this receiver wait before it answers, but did not with this segment?  Of a segment that was
 * seen to be sent again that says nothing about its habits, nor if it then repeats the ACK: it was
 * answering a segment behind a hole.
 */
static bool
breaks_habit(struct tcprtt_half *h, int64_t rtt_ns, bool again)
{
	if (h->shortest_ns == INT64_MAX)
		return false;
	if (wait_of(h, rtt_ns) >= DELAY_MIN_NS) {
		h->n_waited++;
		return false;
	}
	h->prompt_last = !again;
	h->n_prompt += h->prompt_last;
	return h->n_waited >= WAITED_MIN && h->n_prompt <= PROMPT_MIN + h->n_waited / PROMPT_SHARE;
}

/* What an ACK covers. */
struct cover {
	struct unacked hole;  /* the first */
	struct unacked timed; /* the newest */
	uint32_t n;
	int64_t again_ns; /* the latest retransmission that it can have answered; INT64_MIN */
	bool undecided;   /* it may answer a copy of older data */
};

static void
give_sample(struct tcprtt *r, struct tcprtt_conn *c, int from, int64_t t_ns, int64_t answer_ns,
	uint32_t flags)
{
	tcprtt_emit(r, c, from, TCPRTT_ACK, t_ns, answer_ns, flags);
	tcprtt_note_rtt(&c->half[from], tstamp_diff(answer_ns, t_ns));
}

static void
sample_ack(struct tcprtt *r, struct tcprtt_conn *c, int from, const struct cover *v, bool pure,
	int64_t t_ns)
{
	struct tcprtt_half *h = &c->half[from];
	int64_t rtt_ns = tstamp_diff(t_ns, v->timed.t_ns);
	bool single = pure && v->n == 1;
	uint32_t flags =
		(v->timed.merged ? FLAG_MERGED : 0) | (single ? delayed_flag(h, rtt_ns) : 0);

	if (v->again_ns >= v->timed.t_ns) {
		r->counts.karn++;
	} else if (single && breaks_habit(h, rtt_ns, v->timed.t_again_ns != TSTAMP_NONE)) {
		r->counts.unsure++;
	} else if (v->undecided) {
		h->undecided = (struct undecided){v->timed.t_ns, t_ns, flags};
	} else {
		h->n_waited += pure && v->n > 1;
		give_sample(r, c, from, v->timed.t_ns, t_ns, flags);
	}
}

/*
 * What the ACK behind an undecided one says: if the receiver answers older data now, repeating its
 * ACK or not waiting, it did not do so before.  Unless it has several copies to answer.
 */
static void
decide(struct tcprtt *r, struct tcprtt_conn *c, int from, bool answers_older, int64_t t_ns)
{
	struct tcprtt_half *h = &c->half[from];
	struct undecided u = h->undecided;

	if (u.answer_ns == TSTAMP_NONE)
		return;
	h->undecided.answer_ns = TSTAMP_NONE;
	if (answers_older && h->t_repeat_first_ns == h->t_repeat_ns &&
		tcprtt_can_have_answered(h, h->t_repeat_ns, t_ns))
		give_sample(r, c, from, u.t_ns, u.answer_ns, u.flags);
	else
		r->counts.karn++;
}

/*
 * Can an ACK of one segment be the answer to a copy of older data instead?  Not if the timer
 * explains it (the round trip itself may vary by an eighth) and an answer to the copy would be
 * quicker than any.
 */
static void
weigh_repeat(
	const struct tcprtt_half *h, struct cover *v, int64_t repeat_ns, bool pure, int64_t t_ns)
{
	int64_t wait_ns = wait_of(h, tstamp_diff(t_ns, v->timed.t_ns));
	bool timer =
		pure && wait_ns >= DELAY_MIN_NS && wait_ns <= DELAY_MAX_NS + h->shortest_ns / 8;

	if (!tcprtt_can_have_answered(h, repeat_ns, t_ns))
		return;
	if (!timer)
		v->again_ns = repeat_ns;
	else if (tstamp_diff(t_ns, repeat_ns) >= h->shortest_ns / 8 * 7)
		v->undecided = true;
}

/*
 * Nobody sends again sooner than an answer can have come, but for what was sent before: then the
 * first copy in the file was not the first.
 */
static bool
too_soon(const struct tcprtt_conn *c, const struct tcprtt_half *h, const struct unacked *u)
{
	int64_t way_ns = tcprtt_both_ways(c, h);

	return way_ns != INT64_MAX && u->t_again_ns != TSTAMP_NONE &&
		tstamp_diff(u->t_again_ns, u->t_ns) < way_ns;
}

/* The segments before `to` are acknowledged, and gone. */
static struct cover
take_covered(struct tcprtt *r, const struct tcprtt_conn *c, struct tcprtt_half *h, uint64_t to,
	const struct segment *seg, int64_t t_ns)
{
	int64_t last_ns = h->t_repeat_ns, first_ns = h->t_repeat_first_ns;
	struct cover v = {.again_ns = INT64_MIN};

	if (h->n)
		v.hole = *tcprtt_unacked(h, 0);
	for (; h->n && tcprtt_unacked(h, 0)->end <= to; h->first++, h->n--, v.n++) {
		const struct unacked *u = tcprtt_unacked(h, 0);

		if (u->t_again_ns != TSTAMP_NONE) {
			int64_t again_ns = answered_again(r, h, u, !v.n, seg, t_ns);

			if (again_ns > v.again_ns)
				v.again_ns = again_ns;
		}
		v.timed = *u;
	}
	if (v.n == 1 && too_soon(c, h, &v.timed) && !is_late(h, &v.timed, t_ns))
		v.again_ns = v.timed.t_last_ns;
	if (v.n == 1 && last_ns > v.timed.t_ns)
		weigh_repeat(
			h, &v, first_ns > v.timed.t_ns ? first_ns : last_ns, is_pure(seg), t_ns);
	if (h->dup_acks && v.n > 2)
		v.timed = v.hole;
	return v;
}

/* Data from `from` is acknowledged up to a position behind what was. */
static void
advance(struct tcprtt *r, struct tcprtt_conn *c, int from, uint64_t to, const struct segment *seg,
	int64_t t_ns)
{
	struct tcprtt_half *h = &c->half[from];
	struct cover v = take_covered(r, c, h, to, seg, t_ns);

	decide(r, c, from,
		v.n == 1 && is_pure(seg) && h->n_waited >= WAITED_MIN &&
			!is_late(h, &v.timed, t_ns),
		t_ns);
	if (to > h->top) {
		r->counts.gap++;
		c->flags |= FLAG_GAP;
		h->top = to;
		v.n = 0; /* what made the receiver answer was not seen */
	}
	h->acked = to;
	h->t_acked_ns = t_ns;
	h->dup_acks = 0;
	h->prompt_last = false;
	if (v.n && v.timed.data)
		sample_ack(r, c, from, &v, is_pure(seg), t_ns);
}

/* RFC 2883: a first block below the acknowledgment reports bytes that came twice. */
static void
note_dsack(struct tcprtt *r, struct tcprtt_half *h, const struct segment *seg)
{
	if (!seg->has_dsack || (int32_t)(seg->dsack_to - seg->ack) > 0)
		return;
	if (h->n_undone)
		h->n_undone--; /* this one is known already */
	else
		r->counts.spurious++;
}

static void
note_dup_ack(struct tcprtt_half *h)
{
	if (h->dup_acks < UINT16_MAX)
		h->dup_acks++;
	h->n_prompt -= h->prompt_last;
	h->prompt_last = false;
}

void
tcprtt_add_ack(
	struct tcprtt *r, struct tcprtt_conn *c, int from, const struct segment *seg, int64_t t_ns)
{
	struct tcprtt_half *h = &c->half[!from]; /* whose data it is about */
	uint64_t to;

	if (!h->started)
		tcprtt_start(h, seg->ack);
	to = tcprtt_position(h, seg->ack);
	if ((int64_t)(to - h->top) > WINDOW_MAX_BYTES)
		return;
	if (to == h->acked && is_pure(seg))
		decide(r, c, !from, true, t_ns);
	if (to > h->acked)
		advance(r, c, !from, to, seg, t_ns);
	else if (to == h->acked && is_pure(seg) && h->n)
		note_dup_ack(h);
	note_dsack(r, h, seg);
}
