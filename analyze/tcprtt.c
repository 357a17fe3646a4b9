/*
 * tcprtt - times between TCP segments and their answers; see tcprtt.h.
 *
 * Each direction keeps its unacknowledged segments in order of sequence.  An ACK removes those
 * that it covers and gives at most one sample:
 *
 *   - usually from the newest of them (highest sequence), which is the one that made the receiver
 *     acknowledge, at once or when its timer ran out;
 *   - if the receiver had repeated its last ACK and now covers more than two, it was missing the
 *     segment behind that, whose arrival made it acknowledge all the rest: then from that segment;
 *   - from none if that segment was sent twice, or if the ACK covers a retransmission that was
 *     sent at the same time or later (Karn & Partridge 1987: nobody knows which copy the ACK is
 *     for, and the segments sent before had to wait for it).
 *
 * A retransmission makes an ACK ambiguous only if the ACK can be an answer to it: one that comes
 * sooner than half the shortest round trip is not.  Such a copy is still under way, and may be what
 * causes the next ACK of a single segment.  Where the retransmitted segment is the first covered,
 * the echo of an older time stamp says that an earlier copy was answered (RFC 3522, RFC 7323
 * section 4.3).
 *
 * Retransmission or reordering?  A segment that stands before others that were seen already, and
 * was itself never seen, was either delayed on its way or lost before the capture point and sent
 * again.  A sender stamps each segment when it sends it: with a time stamp (RFC 7323) older than
 * that of the others it was delayed, with a newer one sent again.  In the same tick it was sent
 * again if it is the segment that three repeated ACKs ask for (RFC 5681 section 3.2), or a partial
 * one during recovery (RFC 6582 section 3.2).  Without time stamps it counts as sent again if it
 * comes later than half the shortest round trip seen.
 *
 * Time stamps: as Nichols' pping does, the first segment that bears a value against its first echo;
 * only segments with payload, since others are not answered; a value that is not newer than the
 * last is not recorded.
 *
 * Delayed ACKs: an ACK without payload, of a single segment, that is later than the shortest
 * sample by 40 ms (Linux) or 200 ms (others), give or take a tenth.
 *
 * What the file cannot show: that a segment was lost before the capture point and sent again when
 * nothing else was under way.  Its first copy in the file is then timed.
 */
#include "analyze/tcprtt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/segment.h"
#include "core/alloc.h"
#include "core/tstamp.h"

#define POSITION_START ((uint64_t)1 << 32) /* so that positions a little before are numbers too */
#define STAMPS_MAX 2048 /* of a direction that await their echo: 2 s of ticks of 1 ms */
#define COPY_LOOKBACK 4 /* packets of a direction that are compared */
#define WINDOW_MAX_BYTES ((int64_t)1 << 30) /* RFC 7323 section 2.3 */

struct unacked {
	uint64_t at;
	uint64_t end;
	int64_t t_ns;         /* of its first copy */
	int64_t t_again_ns;   /* of its last copy, if it was sent again; else TSTAMP_NONE */
	uint32_t tsval_again; /* of the first copy but one, if stamped */
	bool stamped;
	bool data;
	bool merged;
};

struct stamp {
	int64_t t_ns;
	uint32_t tsval;
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
struct half {
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
	int64_t t_repeat_ns; /* something acknowledged was sent again; TSTAMP_NONE */
	int64_t shortest_ns; /* sample; INT64_MAX without */
	int64_t t_first_data_ns;
	int64_t t_last_data_ns;
	uint64_t bytes;
	uint64_t n_data;
	struct print prints[COPY_LOOKBACK];
};

struct conn {
	struct flow flow; /* first */
	struct half half[2];
	uint8_t client; /* 2: not known */
	bool reset;
	bool refused;
	bool over;
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

const char *
tcprtt_kind_name(enum tcprtt_kind kind)
{
	static const char *const names[TCPRTT_N_KINDS] = {"handshake", "ack", "timestamp"};

	return names[kind];
}

const char *
tcprtt_end_name(enum tcprtt_end end)
{
	static const char *const names[] = {"open", "fin", "reset", "refused", "evicted"};

	return names[end];
}

/* ---- samples ---- */

static void
emit(struct tcprtt *r, const struct conn *c, int from, enum tcprtt_kind kind, int64_t t_ns,
	int64_t answer_ns, uint32_t flags)
{
	struct tcprtt_sample s = {
		.t_ns = t_ns,
		.rtt_ns = tstamp_diff(answer_ns, t_ns),
		.kind = kind,
		.flags = flags,
		.flow = &c->flow,
		.from = from,
	};

	if (s.rtt_ns < 0)
		s.flags |= FLAG_NEGATIVE;
	r->counts.samples[kind]++;
	r->counts.delayed += (s.flags & FLAG_DELAYED) != 0;
	r->params.sample(r->params.ctx, &s);
}

/* ---- unacknowledged segments ---- */

static inline struct unacked *
entry(const struct half *h, uint32_t i)
{
	return &h->ring[(h->first + i) & (h->cap - 1)];
}

/* Room for one more: the ring grows, or the oldest is forgotten. */
static void
make_room(struct tcprtt *r, struct half *h)
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
		ring[i] = *entry(h, i);
	free(h->ring);
	h->ring = ring;
	h->first = 0;
	r->n_unacked += cap - h->cap;
	h->cap = cap;
}

static void
push(struct tcprtt *r, struct half *h, struct unacked u)
{
	make_room(r, h);
	*entry(h, h->n++) = u;
}

/* As push(), but to its place: behind i others. */
static void
insert(struct tcprtt *r, struct half *h, uint32_t i, struct unacked u)
{
	uint32_t n = h->n;

	make_room(r, h);
	if (h->n < n && i) /* the oldest was forgotten */
		i--;
	for (uint32_t k = h->n++; k > i; k--)
		*entry(h, k) = *entry(h, k - 1);
	*entry(h, i) = u;
}

static void
release(struct tcprtt *r, struct half *h)
{
	r->n_unacked -= h->cap;
	free(h->ring);
	free(h->stamps);
	h->ring = NULL;
	h->stamps = NULL;
	h->n = h->cap = 0;
	h->stamp_n = h->stamp_cap = 0;
}

/* ---- data ---- */

static uint64_t
position(const struct half *h, uint32_t seq)
{
	return h->top + (uint64_t)(int64_t)(int32_t)(seq - (uint32_t)h->top);
}

static void
start(struct half *h, uint32_t seq)
{
	h->top = h->acked = POSITION_START | seq;
	h->started = true;
	h->shortest_ns = INT64_MAX;
	h->t_repeat_ns = TSTAMP_NONE;
}

/* Was a segment that should stand before others sent again, or only delayed? */
static bool
sent_again(const struct half *h, const struct segment *seg, int64_t t_ns)
{
	int32_t newer = (int32_t)(seg->tsval - h->top_tsval);

	if (!seg->has_timestamps)
		return h->shortest_ns == INT64_MAX ||
			tstamp_diff(t_ns, h->t_top_ns) > h->shortest_ns / 2;
	/* In recovery a partial ACK has the next hole filled: RFC 6582 section 3.2. */
	return newer > 0 ||
		(newer == 0 && position(h, seg->seq) == h->acked &&
			(h->dup_acks >= 3 || h->acked < h->recover));
}

static void
mark_again(struct unacked *u, const struct segment *seg, int64_t t_ns)
{
	if (u->t_again_ns == TSTAMP_NONE) {
		u->stamped = seg->has_timestamps;
		u->tsval_again = seg->tsval;
	}
	u->t_again_ns = t_ns;
}

/*
 * A segment that does not begin at the top: mark those that it repeats, put in what is new.
 * Only the first unseen stretch becomes an entry: a segment with several is a retransmission.
 */
static void
add_again(struct tcprtt *r, struct conn *c, struct half *h, const struct segment *seg,
	struct unacked u)
{
	bool repeats = u.at < h->acked;
	uint32_t i = h->n;

	while (i && entry(h, i - 1)->end > u.at)
		i--;
	for (uint32_t k = i; k < h->n && entry(h, k)->at < u.end; k++) {
		mark_again(entry(h, k), seg, u.t_ns);
		repeats = true;
	}
	if (repeats || sent_again(h, seg, u.t_ns)) {
		c->retransmitted++;
		r->counts.retransmitted++;
		r->counts.spurious += u.end <= h->acked;
		mark_again(&u, seg, u.t_ns);
		if (h->dup_acks >= 3)
			h->recover = h->top;
		if (u.end <= h->acked)
			h->t_repeat_ns = u.t_ns;
		c->flags |= FLAG_RETRANSMITTED;
	} else {
		c->reordered++;
		r->counts.reordered++;
		c->flags |= FLAG_REORDERED;
	}
	if (!repeats) {
		h->bytes += u.end - u.at;
		insert(r, h, i, u);
	}
}

static void
add_data(struct tcprtt *r, struct conn *c, struct half *h, const struct segment *seg, int64_t t_ns)
{
	uint64_t at = position(h, seg->seq);
	struct unacked u = {
		.at = at,
		.end = at + seg->len + ((seg->flags & TCP_FIN) != 0),
		.t_ns = t_ns,
		.t_again_ns = TSTAMP_NONE,
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
	push(r, h, u);
	h->top = u.end;
	h->t_top_ns = t_ns;
	h->top_tsval = seg->tsval;
}

static void
note_data(struct half *h, int64_t t_ns)
{
	if (!h->n_data++)
		h->t_first_data_ns = t_ns;
	h->t_last_data_ns = t_ns;
}

/* ---- acknowledgments ---- */

static uint32_t
delayed_flag(const struct half *h, int64_t rtt_ns)
{
	int64_t wait_ns = h->shortest_ns == INT64_MAX ? 0 : rtt_ns - h->shortest_ns;
	bool short_timer = wait_ns >= 36 * NS_PER_MS && wait_ns <= 44 * NS_PER_MS;
	bool long_timer = wait_ns >= 180 * NS_PER_MS && wait_ns <= 220 * NS_PER_MS;

	return short_timer || long_timer ? FLAG_DELAYED : 0;
}

static void
sample_ack(struct tcprtt *r, struct conn *c, int from, const struct unacked *u, int64_t t_ns,
	bool single)
{
	struct half *h = &c->half[from];
	int64_t rtt_ns = tstamp_diff(t_ns, u->t_ns);

	emit(r, c, from, TCPRTT_ACK, u->t_ns, t_ns,
		(u->merged ? FLAG_MERGED : 0) | (single ? delayed_flag(h, rtt_ns) : 0));
	if (rtt_ns >= 0 && rtt_ns < h->shortest_ns)
		h->shortest_ns = rtt_ns;
}

/* An answer that comes sooner than any other did is not one to that segment. */
static bool
can_have_answered(const struct half *h, int64_t t_segment_ns, int64_t t_ack_ns)
{
	return t_segment_ns != TSTAMP_NONE &&
		(h->shortest_ns == INT64_MAX ||
			tstamp_diff(t_ack_ns, t_segment_ns) >= h->shortest_ns / 2);
}

/*
 * A covered segment was sent again.  If that copy was not the one to make the receiver answer, it
 * is still on its way and will make it answer later.  A receiver echoes the time stamp of the
 * segment at the left edge (RFC 7323 section 4.3), so there an older echo tells too (RFC 3522).
 */
static void
note_again(struct half *h, const struct unacked *u, uint32_t covered, const struct segment *seg,
	int64_t t_ns, int64_t *again_ns)
{
	bool older_echo = !covered && seg->has_timestamps && u->stamped &&
		(int32_t)(seg->tsecr - u->tsval_again) < 0;

	if (!older_echo && can_have_answered(h, u->t_again_ns, t_ns)) {
		if (u->t_again_ns > *again_ns)
			*again_ns = u->t_again_ns;
	} else if (u->t_again_ns > h->t_repeat_ns) {
		h->t_repeat_ns = u->t_again_ns;
	}
}

/* Data from `from` is acknowledged up to a position behind what was. */
static void
advance(struct tcprtt *r, struct conn *c, int from, uint64_t to, const struct segment *seg,
	int64_t t_ns)
{
	bool pure = !seg->len && !(seg->flags & (TCP_SYN | TCP_FIN));
	struct half *h = &c->half[from];
	int64_t again_ns = INT64_MIN;
	int64_t repeat_ns = h->t_repeat_ns;
	struct unacked timed = {0}, hole = {0};
	uint32_t covered = 0;
	bool single;

	if (h->n)
		hole = *entry(h, 0);
	for (; h->n && entry(h, 0)->end <= to; h->first++, h->n--, covered++) {
		const struct unacked *u = entry(h, 0);

		if (u->t_again_ns != TSTAMP_NONE)
			note_again(h, u, covered, seg, t_ns, &again_ns);
		timed = *u;
	}
	single = pure && covered == 1;
	if (timed.t_again_ns != TSTAMP_NONE && !delayed_flag(h, tstamp_diff(t_ns, timed.t_ns)) &&
		can_have_answered(h, timed.t_again_ns, t_ns))
		again_ns = timed.t_again_ns;
	if (h->dup_acks && covered > 2)
		timed = hole;
	if (covered == 1 && repeat_ns > timed.t_ns && can_have_answered(h, repeat_ns, t_ns))
		again_ns = repeat_ns;
	if (to > h->top) {
		r->counts.gap++;
		c->flags |= FLAG_GAP;
		h->top = to;
		covered = 0; /* what made the receiver answer was not seen */
	}
	h->acked = to;
	h->dup_acks = 0;
	if (!covered || !timed.data)
		return;
	if (again_ns >= timed.t_ns)
		r->counts.karn++;
	else
		sample_ack(r, c, from, &timed, t_ns, single);
}

static void
add_ack(struct tcprtt *r, struct conn *c, int from, const struct segment *seg, int64_t t_ns)
{
	struct half *h = &c->half[!from]; /* whose data it is about */
	bool pure = !seg->len && !(seg->flags & (TCP_SYN | TCP_FIN));
	uint64_t to;

	if (!h->started)
		start(h, seg->ack);
	to = position(h, seg->ack);
	if ((int64_t)(to - h->top) > WINDOW_MAX_BYTES)
		return;
	if (to > h->acked)
		advance(r, c, !from, to, seg, t_ns);
	else if (to == h->acked && pure && h->n && h->dup_acks < UINT16_MAX)
		h->dup_acks++;
	/* RFC 2883: a first block below the acknowledgment reports bytes that came twice. */
	if (seg->has_dsack && (int32_t)(seg->dsack_to - seg->ack) <= 0)
		r->counts.spurious++;
}

/* ---- time stamps ---- */

/* Room for one more: the ring grows, or the oldest is forgotten. */
static void
make_stamp_room(struct half *h)
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

static void
record_stamp(struct half *h, const struct segment *seg, int64_t t_ns)
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
static void
match_echo(struct tcprtt *r, struct conn *c, int from, const struct segment *seg, int64_t t_ns)
{
	struct half *h = &c->half[!from];

	while (h->stamp_n) {
		struct stamp s = h->stamps[h->stamp_first & (h->stamp_cap - 1)];
		int32_t newer = (int32_t)(s.tsval - seg->tsecr);

		if (newer > 0)
			return;
		h->stamp_first++;
		h->stamp_n--;
		if (newer == 0)
			emit(r, c, !from, TCPRTT_TIMESTAMP, s.t_ns, t_ns, 0);
	}
}

/* ---- connections ---- */

static void
conn_init(struct conn *c, int64_t t_ns)
{
	struct flow flow = c->flow;

	memset(c, 0, sizeof *c);
	c->flow = flow;
	c->client = 2;
	c->t_first_ns = c->t_last_ns = t_ns;
	c->t_syn_ns = c->t_syn_ack_ns = c->t_open_ns = TSTAMP_NONE;
}

static double
goodput(const struct half *h)
{
	int64_t span_ns = h->n_data < 2 ? 0 : tstamp_diff(h->t_last_data_ns, h->t_first_data_ns);

	return span_ns > 0 ? 8e9 * (double)h->bytes / (double)span_ns : NAN;
}

static enum tcprtt_end
end_of(const struct conn *c, enum flow_end why)
{
	if (c->refused)
		return TCPRTT_REFUSED;
	if (c->reset)
		return TCPRTT_RESET;
	if (c->half[0].fin && c->half[1].fin)
		return TCPRTT_FIN;
	return why == FLOW_EVICTED ? TCPRTT_EVICTED : TCPRTT_OPEN;
}

static void
hand_out(struct tcprtt *r, struct conn *c, enum flow_end why)
{
	struct tcprtt_flow f = {
		.flow = &c->flow,
		.client = c->client > 1 ? 0 : c->client,
		.t_ns = c->t_first_ns,
		.duration_ns = tstamp_diff(c->t_last_ns, c->t_first_ns),
		.handshake_ns = c->t_open_ns == TSTAMP_NONE || c->t_syn_ns == TSTAMP_NONE
			? TSTAMP_NONE
			: tstamp_diff(c->t_open_ns, c->t_syn_ns),
		.packets = c->packets,
		.bytes = c->half[0].bytes + c->half[1].bytes,
		.payload = c->payload,
		.retransmitted = c->retransmitted,
		.reordered = c->reordered,
		.zero_windows = c->zero_windows,
		.goodput_bps = {goodput(&c->half[0]), goodput(&c->half[1])},
		.end = end_of(c, why),
		.flags = c->flags,
	};

	r->counts.flows++;
	r->counts.bytes += f.bytes;
	r->counts.refused += c->refused;
	r->counts.unopened += c->t_syn_ns == TSTAMP_NONE;
	if (r->params.flow)
		r->params.flow(r->params.ctx, &f);
}

static void
conn_end(struct tcprtt *r, struct conn *c, enum flow_end why)
{
	if (!c->over)
		hand_out(r, c, why);
	c->over = true;
	release(r, &c->half[0]);
	release(r, &c->half[1]);
}

static void
flow_ends(void *ctx, struct flow *f, enum flow_end why)
{
	conn_end(ctx, (struct conn *)(void *)f, why);
}

static void
open_half(struct half *h, const struct segment *seg)
{
	if (!h->started)
		start(h, seg->seq + 1);
}

/* SYN and SYN/ACK; the payload of a SYN (TCP Fast Open) is not timed. */
static void
synchronise(
	struct tcprtt *r, struct conn *c, int from, struct segment *seg, int64_t t_ns, bool fresh)
{
	if (seg->flags & TCP_ACK) {
		c->syn_ack_again |= c->t_syn_ack_ns != TSTAMP_NONE;
		if (c->client > 1)
			c->client = (uint8_t)!from;
		if (c->t_syn_ns != TSTAMP_NONE && c->t_syn_ack_ns == TSTAMP_NONE && !c->syn_again)
			emit(r, c, !from, TCPRTT_HANDSHAKE, c->t_syn_ns, t_ns, 0);
		if (c->t_syn_ack_ns == TSTAMP_NONE)
			c->t_syn_ack_ns = t_ns;
		open_half(&c->half[from], seg);
	} else if (!fresh && c->t_syn_ns != TSTAMP_NONE && c->isn == seg->seq) {
		c->syn_again = true;
		c->retransmitted++;
		r->counts.retransmitted++;
	} else {
		if (!fresh) {
			conn_end(r, c, FLOW_CLOSED);
			flows_reopen(r->flows, &c->flow);
			conn_init(c, t_ns);
		}
		c->client = (uint8_t)from;
		c->t_syn_ns = t_ns;
		c->isn = seg->seq;
		open_half(&c->half[from], seg);
	}
	seg->seq++;
}

static void
note_open(struct tcprtt *r, struct conn *c, int from, const struct segment *seg, int64_t t_ns)
{
	if (c->t_open_ns != TSTAMP_NONE || c->t_syn_ns == TSTAMP_NONE || from != c->client)
		return;
	if (c->t_syn_ack_ns == TSTAMP_NONE && seg->seq != c->isn + 1)
		return;
	c->t_open_ns = t_ns;
	if (c->t_syn_ack_ns != TSTAMP_NONE && !c->syn_ack_again)
		emit(r, c, !from, TCPRTT_HANDSHAKE, c->t_syn_ack_ns, t_ns, 0);
}

static bool
is_copy(struct half *h, const struct segment *seg, const struct packet *p, int64_t t_ns)
{
	struct print now = {.t_ns = t_ns,
		.seq = seg->seq,
		.ack = seg->ack,
		.len = seg->len,
		.tsval = seg->tsval,
		.ip_id = p->ip_id,
		.window = seg->window,
		.flags = seg->flags};
	uint32_t n = h->n_prints < COPY_LOOKBACK ? h->n_prints : COPY_LOOKBACK;

	for (uint32_t i = 0; i < n; i++) {
		const struct print *old = &h->prints[i];

		/* Pure ACKs of one IP-ID 0 host repeat lawfully; what repeats is their number. */
		if (old->seq == now.seq && old->ack == now.ack && old->len == now.len &&
			old->tsval == now.tsval && old->ip_id == now.ip_id &&
			old->window == now.window && old->flags == now.flags &&
			(now.len || now.ip_id) && tstamp_diff(t_ns, old->t_ns) <= TCPRTT_COPY_NS)
			return true;
	}
	h->prints[h->n_prints % COPY_LOOKBACK] = now;
	h->n_prints =
		(uint8_t)(h->n_prints + 1 == 2 * COPY_LOOKBACK ? COPY_LOOKBACK : h->n_prints + 1);
	return false;
}

static void
note_window(struct tcprtt *r, struct conn *c, int from, const struct segment *seg)
{
	struct half *other = &c->half[!from];
	bool zero = !seg->window && !(seg->flags & (TCP_SYN | TCP_RST | TCP_FIN));

	if (zero && !other->zero_window) {
		c->zero_windows++;
		r->counts.zero_windows++;
	}
	other->zero_window = zero;
}

static void
reset(struct tcprtt *r, struct conn *c, int from, int64_t t_ns)
{
	r->counts.resets += !c->reset;
	c->reset = true;
	if (c->t_syn_ns != TSTAMP_NONE && c->t_syn_ack_ns == TSTAMP_NONE && from != c->client)
		c->refused = true;
	flows_close(r->flows, &c->flow, t_ns);
}

static void
finish_half(struct tcprtt *r, struct conn *c, struct half *h, int64_t t_ns)
{
	h->fin = true;
	if (c->half[0].fin && c->half[1].fin)
		flows_close(r->flows, &c->flow, t_ns);
}

static void
add_segment(struct tcprtt *r, struct conn *c, int from, const struct packet *p, struct segment *seg,
	int64_t t_ns, bool fresh)
{
	struct half *h = &c->half[from];

	segment_options(seg, p);
	if (is_copy(h, seg, p, t_ns)) {
		r->counts.copies++;
		return;
	}
	if (seg->flags & TCP_SYN)
		synchronise(r, c, from, seg, t_ns, fresh);
	c->packets++;
	c->payload += seg->len;
	c->t_last_ns = t_ns;
	if (c->client > 1)
		c->client = (uint8_t)from;
	if (seg->flags & TCP_RST) {
		reset(r, c, from, t_ns);
		return;
	}
	if (!h->started)
		start(h, seg->seq);
	note_window(r, c, from, seg);
	if ((seg->flags & (TCP_ACK | TCP_SYN)) == TCP_ACK)
		note_open(r, c, from, seg, t_ns);
	if (seg->flags & TCP_ACK)
		add_ack(r, c, from, seg, t_ns);
	if (seg->has_timestamps && seg->flags & TCP_ACK)
		match_echo(r, c, from, seg, t_ns);
	if (seg->len)
		note_data(h, t_ns);
	if (seg->len && seg->has_timestamps)
		record_stamp(h, seg, t_ns);
	if (seg->len || seg->flags & TCP_FIN)
		add_data(r, c, h, seg, t_ns);
	if (seg->flags & TCP_FIN)
		finish_half(r, c, h, t_ns);
}

/* ---- */

struct tcprtt *
tcprtt_new(const struct tcprtt_params *params)
{
	struct tcprtt *r = xcalloc(1, sizeof *r);

	r->params = *params;
	r->flows = flows_new(sizeof(struct conn), flow_ends, r);
	r->counts.first_ns = r->counts.last_ns = TSTAMP_NONE;
	return r;
}

void
tcprtt_free(struct tcprtt *r)
{
	if (!r)
		return;
	flows_free(r->flows);
	free(r);
}

void
tcprtt_add(struct tcprtt *r, int64_t t_ns, const struct packet *p)
{
	struct segment seg;
	struct conn *c;
	bool fresh;
	int from;

	if (p->cls != PACKET_TCP)
		return;
	if (t_ns == TSTAMP_NONE) {
		r->counts.untimed++;
		return;
	}
	if (r->counts.first_ns == TSTAMP_NONE || t_ns < r->counts.first_ns)
		r->counts.first_ns = t_ns;
	if (t_ns > r->counts.last_ns)
		r->counts.last_ns = t_ns;
	r->counts.packets++;
	segment_decode(&seg, p);
	c = (struct conn *)(void *)flows_get(r->flows, p, t_ns, &from, &fresh);
	if (fresh)
		conn_init(c, t_ns);
	add_segment(r, c, from, p, &seg, t_ns, fresh);
}

void
tcprtt_finish(struct tcprtt *r)
{
	flows_finish(r->flows);
	r->counts.evicted = flows_evicted(r->flows);
}

const struct tcprtt_counts *
tcprtt_counts(const struct tcprtt *r)
{
	return &r->counts;
}
