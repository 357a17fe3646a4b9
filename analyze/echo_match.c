/*
 * echo_match - which reply belongs to which request, and what becomes of probes.
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
 * Captured payloads of different length (one side cut) are compared over their first 16 bytes;
 * where one has fewer, but some, the match is ambiguous.
 *
 * Negative times.  When the clock steps back, a reply can bear an earlier time than its request
 * though it stands later in the file.  A reply that finds no request is kept for a moment and
 * offered to requests that stand earlier in the file but later in time.
 */
#include "analyze/echo_int.h"
#include "core/tstamp.h"

#define OVERDUE_MAX ((uint32_t)1 << 16)
#define PAYLOAD_HEAD_BYTES 16
#define CANDIDATES_MAX 1024 /* requests of one key, but another payload, that are looked through */

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

/* ... which leaves it open when of one only part of the first bytes was captured. */
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

void
echo_match(struct echo *e, const struct echo_packet *k)
{
	e->now_ns = k->t_ns;
	retire_expired(e);
	if (k->reply)
		match_reply(e, k);
	else
		match_request(e, k);
}

void
echo_match_finish(struct echo *e)
{
	while (e->overdue.count)
		emit_oldest(e, &e->overdue);
	while (e->inflight.count)
		emit_oldest(e, &e->inflight);
}
