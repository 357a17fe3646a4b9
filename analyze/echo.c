/*
 * echo - match echo requests and replies; see echo.h.
 *
 * Packets pass three stages, all bounded:
 *
 *   reorder    sorts by time within 10 ms, so that a reply which the capture wrote before its
 *              request meets it
 *   inflight   probes younger than the expiry time, answered or not
 *   overdue    probes that expired without an answer: a reply that still comes is `late`, not
 *              unknown
 *
 * The rule.  A reply belongs to a request with the same addresses, identifier, sequence number
 * and payload, as far as both were captured.  Among several it takes the latest that is
 * unanswered and unexpired.  When several fit, or when the one that fits is older than one
 * already answered, the bytes cannot decide, and all that fit are flagged ambiguous.  This
 * happens with constant payload when the 16-bit sequence number wraps (65,536 probes: 66 ms at a
 * million probes a second).  Payloads that carry the time of sending never collide.
 *
 * A request that repeats a still unanswered one byte for byte is a copy (bridge port and bridge,
 * interface "any", mirror port): within 1 ms, or within the expiry time in a flow whose payload
 * differs from probe to probe.  Everything from the IP header on counts, IP-ID included, TTL,
 * hop limit and checksums aside.
 *
 * Captured payloads of different length (one side cut) are compared over their first 16 bytes; where
 * one has fewer, but some, the match is ambiguous.
 *
 * Negative times.  When the clock steps back, a reply can bear an earlier time than its request
 * though it stands later in the file.  A reply that finds no request is kept for a moment and
 * offered to requests that stand earlier in the file but later in time.
 *
 * Not done here: pairing capture points (pair.c), statistics, ICMP errors.
 */
#include "analyze/echo.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/hash.h"
#include "analyze/inflight.h"
#include "analyze/reorder.h"
#include "core/alloc.h"
#include "core/bytes.h"
#include "core/tstamp.h"

#define OVERDUE_MAX ((uint32_t)1 << 16)
#define DRAIN_BATCH 64
#define PREFETCH_AHEAD 6
#define ORPHANS_MAX 256 /* replies without request that are remembered */
#define PAYLOAD_HEAD_BYTES 16
#define CANDIDATES_MAX 1024 /* requests of one key, but another payload, that are looked through */

struct echo {
	struct echo_params params;
	void (*sink)(void *ctx, const struct echo_sample *sample);
	void *ctx;
	struct reorder reorder;
	uint32_t drain_at; /* how full the window is when packets are next taken out */
	struct inflight inflight;
	struct inflight overdue;
	int64_t now_ns; /* of the packet matched last */
	struct echo_packet orphans[ORPHANS_MAX];
	uint32_t n_orphans; /* ever; the last ORPHANS_MAX are kept */
	uint64_t seed;
	struct echo_flow *flows;
	uint32_t n_flows;
	uint32_t cap_flows;
	uint32_t *flow_slots; /* open addressing, 2 * cap_flows; flow number + 1, 0 free */
	struct echo_counts counts;
};

struct echo *
echo_new(const struct echo_params *params,
	void (*sink)(void *ctx, const struct echo_sample *sample), void *ctx)
{
	struct echo *e = xcalloc(1, sizeof *e);

	e->params = *params;
	e->sink = sink;
	e->ctx = ctx;
	reorder_init(&e->reorder, ECHO_REORDER_NS);
	inflight_init(&e->inflight, 1024);
	inflight_init(&e->overdue, 1024);
	e->seed = hash_seed();
	e->cap_flows = 64;
	e->flows = xcalloc(e->cap_flows, sizeof *e->flows);
	e->flow_slots = xcalloc(2 * e->cap_flows, sizeof *e->flow_slots);
	e->counts.first_request_ns = TSTAMP_NONE;
	e->counts.last_request_ns = TSTAMP_NONE;
	return e;
}

void
echo_free(struct echo *e)
{
	if (!e)
		return;
	reorder_release(&e->reorder);
	inflight_release(&e->inflight);
	inflight_release(&e->overdue);
	free(e->flows);
	free(e->flow_slots);
	free(e);
}

/* ---- flows ---- */

/*
 * A flow as words.  Packets are compared in this form: it is built in registers, where bytes
 * copied into a struct echo_flow would have to reach memory before they could be compared.
 */
struct flow_key {
	uint64_t src[2];
	uint64_t dst[2];
	uint64_t id_family;
};

/* The flow of a packet, seen from the side that asks. */
static inline struct flow_key
key_of(const struct packet *p)
{
	/* Requests and replies alternate at random: a branch on that would be mispredicted. */
	const uint8_t *const ends[2] = {p->src, p->dst};
	const size_t reply = p->cls == PACKET_ECHO_REPLY;
	const uint8_t *src = ends[reply], *dst = ends[!reply];
	uint64_t id_family = p->echo_id | (uint64_t)p->family << 16;

	if (p->family == 4)
		return (struct flow_key){{le32(src), 0}, {le32(dst), 0}, id_family};
	return (struct flow_key){{le64(src), le64(src + 8)}, {le64(dst), le64(dst + 8)}, id_family};
}

static inline struct flow_key
key_of_flow(const struct echo_flow *f)
{
	return (struct flow_key){{le64(f->src), le64(f->src + 8)}, {le64(f->dst), le64(f->dst + 8)},
		f->id | (uint64_t)f->family << 16};
}

static inline bool
key_is(const struct flow_key *k, const struct echo_flow *f)
{
	return k->src[0] == le64(f->src) && k->dst[0] == le64(f->dst) &&
		k->id_family == (f->id | (uint64_t)f->family << 16) &&
		k->src[1] == le64(f->src + 8) && k->dst[1] == le64(f->dst + 8);
}

static inline uint32_t
key_hash(const struct flow_key *k, uint64_t seed)
{
	uint64_t h = hash_fold(
		k->src[0] ^ seed, k->dst[0] ^ UINT64_C(0xe7037ed1a0b428db) ^ k->id_family << 40);

	if (k->src[1] | k->dst[1]) /* IPv6 */
		h = hash_fold(h ^ k->src[1], k->dst[1] ^ UINT64_C(0x9e3779b97f4a7c15));
	return (uint32_t)h;
}

static inline uint32_t *
flow_slot(const struct echo *e, const struct flow_key *k)
{
	uint32_t mask = 2 * e->cap_flows - 1;
	uint32_t i = key_hash(k, e->seed) & mask;

	while (e->flow_slots[i] && !key_is(k, &e->flows[e->flow_slots[i] - 1]))
		i = (i + 1) & mask;
	return &e->flow_slots[i];
}

static void
flows_grow(struct echo *e)
{
	e->cap_flows *= 2;
	e->flows = xrealloc(e->flows, e->cap_flows, sizeof *e->flows);
	free(e->flow_slots);
	e->flow_slots = xcalloc(2 * (size_t)e->cap_flows, sizeof *e->flow_slots);
	for (uint32_t i = 0; i < e->n_flows; i++) {
		struct flow_key k = key_of_flow(&e->flows[i]);

		*flow_slot(e, &k) = i + 1;
	}
}

static uint32_t
flow_new(struct echo *e, const struct flow_key *k, const struct packet *p)
{
	size_t n = p->family == 4 ? 4 : 16;
	bool reply = p->cls == PACKET_ECHO_REPLY;
	struct echo_flow *f;

	if (e->n_flows == ECHO_FLOWS_MAX)
		return UINT32_MAX;
	if (e->n_flows == e->cap_flows)
		flows_grow(e);
	*flow_slot(e, k) = e->n_flows + 1;
	f = &e->flows[e->n_flows];
	memset(f, 0, sizeof *f);
	memcpy(f->src, reply ? p->dst : p->src, n);
	memcpy(f->dst, reply ? p->src : p->dst, n);
	f->id = p->echo_id;
	f->family = p->family;
	return e->n_flows++;
}

/* The flow's number, or UINT32_MAX when the table is full. */
static inline uint32_t
flow_number(struct echo *e, const struct packet *p)
{
	struct flow_key k = key_of(p);
	uint32_t number = *flow_slot(e, &k);

	return number ? number - 1 : flow_new(e, &k, p);
}

/* ---- probes leaving ---- */

static void
count_flags(struct echo_counts *c, uint16_t flags)
{
	c->lost += (flags & FLAG_LOST) != 0;
	c->late += (flags & FLAG_LATE) != 0;
	c->unfinished += (flags & FLAG_UNFINISHED) != 0;
	c->ambiguous += (flags & FLAG_AMBIGUOUS) != 0;
	c->negative += (flags & FLAG_NEGATIVE) != 0;
	c->reordered += (flags & FLAG_REORDERED) != 0;
}

static void
emit(struct echo *e, const struct inflight_probe *p, uint16_t more_flags)
{
	struct echo_sample s = {
		.t_ns = p->t_ns,
		.rtt_ns = p->rtt_ns,
		.flow = p->flow,
		.payload = p->payload_head,
		.seq = p->seq,
		.flags = (uint16_t)(p->flags | more_flags),
	};

	e->counts.answered += s.rtt_ns != TSTAMP_NONE;
	if (s.flags)
		count_flags(&e->counts, s.flags);
	e->sink(e->ctx, &s);
}

static bool
expired(const struct echo *e, const struct inflight_probe *p, int64_t t_ns)
{
	return tstamp_diff(t_ns, p->t_ns) > e->params.expiry_ns;
}

/* The oldest probe leaves for good: answered, in time or late; lost; or open at the end. */
static void
emit_oldest(struct echo *e, struct inflight *f)
{
	const struct inflight_probe *p = inflight_oldest(f);
	uint16_t flag = 0;

	if (p->rtt_ns == TSTAMP_NONE && !(p->flags & FLAG_LATE))
		flag = expired(e, p, e->now_ns) ? FLAG_LOST : FLAG_UNFINISHED;
	emit(e, p, flag);
	inflight_drop_oldest(f);
}

static void
retire_oldest(struct echo *e)
{
	const struct inflight_probe *p = inflight_oldest(&e->inflight);
	struct inflight_probe *q;
	uint32_t older;

	if (p->rtt_ns != TSTAMP_NONE) {
		emit_oldest(e, &e->inflight);
		return;
	}
	if (e->overdue.count == OVERDUE_MAX)
		emit_oldest(e, &e->overdue);
	q = inflight_push(&e->overdue, p->flow, p->seq);
	older = q->older;
	*q = *p;
	q->older = older;
	inflight_drop_oldest(&e->inflight);
}

static void
retire_expired(struct echo *e)
{
	const struct inflight_probe *p;

	while ((p = inflight_oldest(&e->inflight)) &&
		tstamp_diff(e->now_ns, p->t_ns) > e->params.expiry_ns)
		retire_oldest(e);
}

/* ---- matching ---- */

/* Are the payloads equal as far as both were captured? */
static bool
same_payload(const struct inflight_probe *p, const struct echo_packet *k)
{
	if (p->payload_len == k->payload_len)
		return p->payload == k->payload;
	if (p->payload_len < PAYLOAD_HEAD_BYTES || k->payload_len < PAYLOAD_HEAD_BYTES)
		return true;
	return p->payload_head == k->payload_head;
}

/* ... which leaves it open when part of the first bytes was captured of one, and more of the other. */
static bool
payload_is_open(const struct inflight_probe *p, const struct echo_packet *k)
{
	unsigned less = p->payload_len < k->payload_len ? p->payload_len : k->payload_len;

	return p->payload_len != k->payload_len && less && less < PAYLOAD_HEAD_BYTES;
}

static void
answer(struct inflight_probe *p, const struct echo_packet *reply)
{
	p->rtt_ns = tstamp_diff(reply->t_ns, p->t_ns);
	if (p->rtt_ns < 0)
		p->flags |= FLAG_NEGATIVE;
	else if ((int32_t)(reply->number - p->number) < 0)
		p->flags |= FLAG_REORDERED;
}

/* What a reply finds among the probes of its key. */
struct found {
	struct inflight_probe *fits;     /* the latest unanswered, unexpired, not from the future */
	struct inflight_probe *future;   /* an unanswered one that is later in time */
	struct inflight_probe *answered; /* the latest that has its answer */
	struct inflight_probe *expired;  /* the latest expired one without an answer in time */
	bool ambiguous;
};

/*
 * The walk goes from the newest request to the oldest and stays short:
 *   - an answered request behind another answered one decides nothing any more, and is unlinked;
 *   - an open request that is flagged ambiguous already was flagged by an earlier walk, which
 *     went on from it to all older ones;
 *   - of requests with another payload only CANDIDATES_MAX are passed.
 */
static struct found
find(const struct echo *e, const struct echo_packet *k)
{
	struct inflight_walk w = inflight_walk(&e->inflight, k->flow, k->seq);
	struct found found = {0};
	struct inflight_probe *p;
	unsigned passed = 0;

	while (passed < CANDIDATES_MAX && (p = inflight_next(&w))) {
		if (!same_payload(p, k)) {
			passed++;
		} else if (expired(e, p, k->t_ns) || (p->flags & FLAG_LATE)) {
			if (!found.expired && p->rtt_ns == TSTAMP_NONE)
				found.expired = p;
			passed++;
		} else if (p->rtt_ns != TSTAMP_NONE) {
			if (found.answered)
				inflight_unlink(&w);
			else
				found.answered = p;
			found.ambiguous |= !found.fits;
		} else if (p->t_ns > k->t_ns) {
			found.future = p;
			passed++;
		} else {
			bool flagged = p->flags & FLAG_AMBIGUOUS;

			if (found.fits) {
				found.ambiguous = true;
				p->flags |= FLAG_AMBIGUOUS;
			} else {
				found.fits = p;
				found.ambiguous |= payload_is_open(p, k);
			}
			if (flagged)
				break;
		}
	}
	if (found.fits && found.ambiguous)
		found.fits->flags |= FLAG_AMBIGUOUS;
	return found;
}

static struct inflight_probe *
find_overdue(const struct echo *e, const struct echo_packet *k)
{
	struct inflight_walk w = inflight_walk(&e->overdue, k->flow, k->seq);
	struct inflight_probe *p;

	for (unsigned passed = 0; passed < CANDIDATES_MAX && (p = inflight_next(&w)); passed++)
		if (same_payload(p, k))
			return p;
	return NULL;
}

/* A reply that fits no probe in flight, but one that had expired or was retired early. */
static void
answer_overdue(struct echo *e, struct inflight_probe *p, const struct echo_packet *k)
{
	if (p->rtt_ns != TSTAMP_NONE || (p->flags & FLAG_LATE)) {
		p->flags |= FLAG_DUP;
		e->counts.duplicate_replies++;
	} else if (expired(e, p, k->t_ns)) {
		p->flags |= FLAG_LATE;
	} else {
		answer(p, k); /* retired early because the ring was full */
	}
}

static void
match_reply(struct echo *e, const struct echo_packet *k)
{
	struct found found = find(e, k);
	struct inflight_probe *overdue;

	e->counts.replies++;
	if (found.fits) {
		answer(found.fits, k);
	} else if (found.answered && found.answered->t_ns <= k->t_ns) {
		found.answered->flags |= FLAG_DUP;
		e->counts.duplicate_replies++;
	} else if ((overdue = found.expired ? found.expired : find_overdue(e, k))) {
		answer_overdue(e, overdue, k);
	} else if (found.future &&
		tstamp_diff(found.future->t_ns, k->t_ns) <= e->params.expiry_ns) {
		answer(found.future, k);
	} else if (found.answered) {
		found.answered->flags |= FLAG_DUP;
		e->counts.duplicate_replies++;
	} else {
		e->orphans[e->n_orphans++ % ORPHANS_MAX] = *k;
		e->counts.unmatched_replies++;
	}
}

static bool
is_copy(const struct echo *e, const struct echo_packet *k)
{
	struct inflight_walk w = inflight_walk(&e->inflight, k->flow, k->seq);
	bool varies = e->flows[k->flow].payload_varies;
	struct inflight_probe *p;

	for (unsigned passed = 0; passed < CANDIDATES_MAX && (p = inflight_next(&w)); passed++) {
		int64_t apart_ns = tstamp_diff(k->t_ns, p->t_ns);

		if (apart_ns > (varies ? e->params.expiry_ns : ECHO_COPY_NS))
			break;
		if (p->rtt_ns != TSTAMP_NONE || p->copy_id != k->copy_id ||
			p->payload != k->payload || p->payload_len != k->payload_len)
			continue;
		if (varies || apart_ns >= -ECHO_COPY_NS) {
			p->flags |= FLAG_COPY;
			return true;
		}
	}
	return false;
}

/* A request meets a reply that came before it in time but stands after it in the file. */
static void
match_orphan(struct echo *e, struct inflight_probe *p)
{
	uint32_t n = e->n_orphans < ORPHANS_MAX ? e->n_orphans : ORPHANS_MAX;

	for (uint32_t i = 0; i < n; i++) {
		struct echo_packet *k = &e->orphans[i];

		if (k->flow == p->flow && k->seq == p->seq && same_payload(p, k) &&
			(int32_t)(k->number - p->number) > 0 &&
			tstamp_diff(p->t_ns, k->t_ns) <= e->params.expiry_ns) {
			answer(p, k);
			k->flow = UINT32_MAX;
			e->counts.unmatched_replies--;
			return;
		}
	}
}

static void
note_payload(struct echo_flow *f, const struct echo_packet *k)
{
	if (f->last_payload && f->last_payload != k->payload && f->last_seq != k->seq)
		f->payload_varies = true;
	f->last_payload = k->payload;
	f->last_seq = k->seq;
}

static void
match_request(struct echo *e, const struct echo_packet *k)
{
	struct inflight_probe *p;

	e->counts.requests++;
	if (is_copy(e, k)) {
		e->counts.copies++;
		return;
	}
	note_payload(&e->flows[k->flow], k);
	if (e->inflight.count == ECHO_INFLIGHT_MAX) {
		e->counts.early++;
		retire_oldest(e);
	}
	p = inflight_push(&e->inflight, k->flow, k->seq);
	p->flags = 0;
	p->t_ns = k->t_ns;
	p->rtt_ns = TSTAMP_NONE;
	p->payload = k->payload;
	p->payload_head = k->payload_head;
	p->payload_len = k->payload_len;
	p->copy_id = k->copy_id;
	p->number = k->number;
	e->counts.probes++;
	if (e->counts.first_request_ns == TSTAMP_NONE || k->t_ns < e->counts.first_request_ns)
		e->counts.first_request_ns = k->t_ns;
	if (k->t_ns > e->counts.last_request_ns)
		e->counts.last_request_ns = k->t_ns;
	if (e->n_orphans)
		match_orphan(e, p);
}

static void
match(struct echo *e, const struct echo_packet *k)
{
	e->now_ns = k->t_ns;
	retire_expired(e);
	if (k->reply)
		match_reply(e, k);
	else
		match_request(e, k);
}

/* ---- input ---- */

/*
 * What a copy of the request repeats beyond addresses and echo message: the IP header but for what
 * routers change.  The first 8 bytes of an IPv4 header end before TTL and checksum; of an IPv6
 * header they end with the hop limit.
 */
static uint32_t
copy_id(const struct packet *p)
{
	size_t fixed = p->family == 4 ? 20 : 40, n = (size_t)(p->l4 - p->ip);
	uint64_t h = le64(p->ip);

	if (p->family == 6)
		h &= UINT64_C(0x00ffffffffffffff);
	if (n > fixed) /* options, extension headers */
		h = hash_bytes(p->ip + fixed, n - fixed, h);
	return (uint32_t)hash_fold(h, UINT64_C(0x9e3779b97f4a7c15));
}

static inline void
read_payload(struct echo_packet *k, const struct packet *p)
{
	uint32_t n = p->l4_caplen - 8;

	k->payload_len = (uint16_t)(n < UINT16_MAX ? n : UINT16_MAX);
	k->payload = hash_payload(&k->payload_head, p->l4 + 8, n);
}

/*
 * Packets leave the window in batches: one by one, how many are ready after each packet would be
 * a branch that no processor predicts.
 */
static void
drain(struct echo *e)
{
	const struct echo_packet *k;

	while ((k = reorder_ready(&e->reorder))) {
		const struct echo_packet *soon = reorder_peek(&e->reorder, PREFETCH_AHEAD);

		inflight_prefetch(&e->inflight, soon->flow, soon->seq);
		match(e, k);
	}
	e->drain_at = e->reorder.count + DRAIN_BATCH;
	if (e->drain_at > REORDER_PACKETS_MAX)
		e->drain_at = REORDER_PACKETS_MAX;
}

/*
 * Before a packet of that time can enter the window: a stepped clock or a full window.  And where
 * it is not the youngest, those that are ready must have left: it may not be sorted before them.
 */
static void
make_room(struct echo *e, int64_t t_ns)
{
	const struct echo_packet *k;

	if (t_ns < e->reorder.newest_ns)
		drain(e);
	if (reorder_steps_back(&e->reorder, t_ns)) {
		while ((k = reorder_take(&e->reorder)))
			match(e, k);
		reorder_restart(&e->reorder);
		e->counts.clock_steps++;
	} else if (reorder_full(&e->reorder)) {
		match(e, reorder_take(&e->reorder));
	}
}

void
echo_add(struct echo *e, int64_t t_ns, uint64_t number, const struct packet *p)
{
	struct echo_packet *k;
	uint32_t flow;

	if (t_ns == TSTAMP_NONE) {
		e->counts.untimed++;
		return;
	}
	flow = flow_number(e, p);
	if (flow == UINT32_MAX) {
		e->counts.refused++;
		return;
	}
	make_room(e, t_ns);
	k = reorder_slot(&e->reorder);
	k->t_ns = t_ns;
	k->number = (uint32_t)number;
	k->flow = flow;
	k->seq = p->echo_seq;
	k->reply = p->cls == PACKET_ECHO_REPLY;
	k->copy_id = copy_id(p); /* of requests; of replies too, to save the branch */
	read_payload(k, p);
	reorder_add(&e->reorder);
	if (e->reorder.count >= e->drain_at)
		drain(e);
}

void
echo_finish(struct echo *e, int64_t end_ns)
{
	const struct echo_packet *k;

	while ((k = reorder_take(&e->reorder)))
		match(e, k);
	if (end_ns > e->now_ns)
		e->now_ns = end_ns;
	while (e->overdue.count)
		emit_oldest(e, &e->overdue);
	while (e->inflight.count)
		emit_oldest(e, &e->inflight);
	e->counts.flows = e->n_flows;
}

const struct echo_counts *
echo_counts(const struct echo *e)
{
	return &e->counts;
}

const struct echo_flow *
echo_flow(const struct echo *e, uint32_t flow)
{
	return &e->flows[flow];
}

struct echo_flow *
echo_take_flows(struct echo *e, uint32_t *n)
{
	struct echo_flow *flows = e->flows;

	*n = e->n_flows;
	e->flows = NULL;
	e->n_flows = 0;
	return flows;
}
