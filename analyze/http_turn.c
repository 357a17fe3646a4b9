/*
 * http_turn - where messages begin and end; see http.h.
 *
 * Where a message ends is known from its head (RFC 9112 section 6.3), when that was captured to
 * its end.  If not (the snap length cut it, or the capture missed a part), from turn-taking: a
 * client that does not pipeline speaks again only after it has got the whole response, so the
 * acknowledgment number of its next request (or of its FIN) is where the response ended, and
 * everything from the end of one request to the next is one response.  Nothing in this needs the
 * bytes themselves; a chunked body is followed through its chunk sizes only while they are there.
 *
 * Turn-taking cannot part the responses to requests that were sent in one turn: they are flagged
 * `ambiguous` and have no latency.  Only the first byte of the first of them is known.  A response
 * of unknown length in which another status line begins a segment is such a case too, though the
 * requests look like one.
 *
 * Requests that the capture missed.  What the server sends tells that it has them, so whatever
 * waits behind them in the client's stream is read before a response is given to a request.  A
 * request that comes to light when its response has passed has none; it does not get the next.
 *
 * A gap costs the message that it touches.  What begins in a gap has no time of its first byte;
 * what ends in one has no time of its last.  Of a gap inside a message stream.c knows whether its
 * bytes came in their order; if they may have come after all that was captured, there is no time
 * of the last byte either.
 */
#include <string.h>

#include "analyze/http_int.h"
#include "core/tstamp.h"

#define STATUS_LINE_MIN 12

void
http_message_begin(struct http_message *m, const struct stream_piece *p, enum http_state state)
{
	struct http_message old = *m;

	memset(m, 0, sizeof *m);
	m->line = old.line;
	m->line_cap = old.line_cap;
	m->state = state;
	m->first_line = true;
	m->start = m->read_to = p->at;
	m->t_first_ns = p->gap ? TSTAMP_NONE : p->t_ns;
	m->t_last_ns = m->t_before_ns = TSTAMP_NONE;
}

static uint32_t
flags_of(const struct http_message *m)
{
	uint32_t head = m->gap ? 0 : FLAG_CUT; /* a head that a gap cost was not cut */

	return (m->gap ? FLAG_GAP : 0) | (m->cut ? head : 0) | (m->waited ? FLAG_REORDERED : 0);
}

void
http_end_request(struct http_conn *c, struct http_message *m, uint64_t end)
{
	struct http_request *r = m->request;

	m->state = READ_START;
	m->request = NULL;
	if (!r)
		return;
	r->request_bytes = end - m->start;
	r->t_last_ns = m->tail_missing ? TSTAMP_NONE : m->t_last_ns;
	r->flags |= flags_of(m);
	r->open_end |= m->cut;
	if (m->cut && r->request_bytes - r->line_len < c->extra_min)
		c->extra_min = r->request_bytes - r->line_len;
}

/* When the last of the message's bytes had arrived, TSTAMP_NONE if nobody knows. */
static int64_t
time_complete(const struct http_message *m)
{
	if (m->tail_missing || m->t_last_ns < m->t_before_ns)
		return TSTAMP_NONE;
	return m->t_last_ns;
}

/* An interim response (RFC 9110 section 15.2), cut: nothing that is known is the final one's. */
static bool
is_interim(const struct http_message *m)
{
	return m->cut && m->head.status / 100 == 1 && m->head.status != 101;
}

static void
keep_head(struct http_request *r, const struct http_message *m)
{
	if (is_interim(m))
		return;
	r->status = m->head.status;
	if (!r->uncertain)
		r->t_first_ns = m->t_first_ns;
}

bool
http_end_interim(struct http *h, struct http_message *m)
{
	if (!m->request || !is_interim(m))
		return false;
	h->counts.interim++;
	m->request->flags |= m->gap ? FLAG_GAP : 0;
	m->state = READ_START;
	return true;
}

/* The response ends before `end`; complete: that is its true end. */
void
http_end_response(struct http *h, struct http_conn *c, struct http_message *m, uint64_t end,
	bool complete, uint32_t flags)
{
	struct http_request *r = m->request;

	m->state = READ_START;
	m->request = NULL;
	if (!r) {
		h->counts.orphans++;
		return;
	}
	r->flags |= flags | flags_of(m);
	r->flags |= m->doubtful || r->uncertain ? FLAG_AMBIGUOUS : 0;
	keep_head(r, m);
	r->response_bytes = complete ? end - m->start : HTTP_BYTES_NONE;
	if (complete && !m->doubtful && !r->uncertain)
		r->t_done_ns = time_complete(m);
	if (r->t_done_ns != TSTAMP_NONE && r->t_done_ns < r->t_ns) { /* bytes of something else */
		r->t_done_ns = TSTAMP_NONE;
		r->flags |= FLAG_AMBIGUOUS;
	}
	http_request_done(h, c, r);
}

/* The other requests of the turn have their responses somewhere before `end`. */
static void
end_turn_mates(struct http *h, struct http_conn *c, struct http_request *r, uint64_t start)
{
	while (r && r->answer_from <= start) {
		struct http_request *next = r->next;

		r->flags |= FLAG_AMBIGUOUS;
		http_request_done(h, c, r);
		r = next;
	}
}

/* A response of unknown length is over with the turn. */
void
http_end_by_turn(struct http *h, struct http_conn *c, struct http_message *m, uint64_t end)
{
	struct http_request *r = m->request, *mate = r ? r->next : NULL;
	bool mates = mate && mate->answer_from <= m->start;
	uint64_t start = m->start;

	if (r) {
		m->doubtful |= mates;
		r->by_turn = true;
		c->holds |= r->open_end || c->side[c->client].msg.cut;
	}
	http_end_response(h, c, m, end, true, 0);
	if (mates)
		end_turn_mates(h, c, mate, start);
}

/* Where the turn ends that the response belongs to, as far as is known. */
uint64_t
http_turn_end(const struct http_conn *c, const struct http_message *m)
{
	const struct http_request *r = m->request ? m->request->next : c->waiting;

	if (m->until_close)
		return STREAM_NOWHERE;
	for (; r; r = r->next)
		if (r->answer_from > m->start)
			return r->answer_from;
	return c->client_fin > m->start ? c->client_fin : STREAM_NOWHERE;
}

void
http_find_turn(struct http *h, struct http_conn *c, uint64_t at)
{
	struct http_message *m = &server_of(c)->msg;

	while (m->state == READ_TURN && http_turn_end(c, m) > at && http_give_up_hole(h, c))
		;
	if (m->state != READ_TURN || http_turn_end(c, m) <= at)
		return;
	m->other_at = at;
	m->doubtful = true;
	c->pipelines = true;
}

void
http_read_turn(struct http *h, struct http_conn *c, uint64_t position)
{
	struct http_message *m = &server_of(c)->msg;

	if (m->state != READ_TURN || m->until_close || position <= m->start ||
		m->read_to < position)
		return;
	if (m->read_to > position) { /* it spoke while the response was under way */
		m->doubtful = true;
		c->pipelines = true;
	}
	if (m->other_at >= position)
		c->orphan_at = m->other_at;
	http_end_by_turn(h, c, m, position);
}

/* The head will not be read to its end, so the length is unknown. */
void
http_lose_head(struct http *h, struct http_conn *c, int side, struct http_message *m)
{
	struct slice line = {m->line, m->line_len}, uri = {0};

	m->state = READ_TURN;
	m->cut = true;
	m->line_len = 0;
	if (!m->first_line)
		return;
	m->first_line = false;
	if (side != c->client) {
		if (line.n >= STATUS_LINE_MIN)
			httphead_status(&m->head, line);
		/* What follows may be a tunnel, where nobody takes turns. */
		m->doubtful |= m->request && !strcmp(m->request->method, "CONNECT");
		return;
	}
	if (line.n)
		httphead_request(&m->head, &uri, line);
	m->request = http_request_new(h, c, m);
	http_request_uri(h, m->request, uri, (uint32_t)line.n, true);
}

bool
http_read_is_short(const struct http_conn *c)
{
	enum http_state state = c->side[!c->client].msg.state;

	return state == READ_BODY || state == READ_CHUNK_SIZE || state == READ_CHUNK ||
		state == READ_TRAILER;
}

/* Does the body go on as far as is known, though of a request that is not, or until the end? */
static bool
may_be_misread(const struct http_conn *c)
{
	const struct http_message *m = &c->side[!c->client].msg;

	if (m->state == READ_TURN)
		return m->until_close;
	return http_read_is_short(c) && !(m->request && m->request->method[0]);
}

/* Did the client ask again when it had everything up to there? */
static bool
asked_at(const struct http_conn *c, const struct http_message *m, uint64_t at)
{
	const struct http_request *r = c->waiting;

	while (r && (r == m->request || r->answer_from != at))
		r = r->next;
	return r != NULL;
}

void
http_end_misread(struct http *h, struct http_conn *c, const struct stream_piece *p)
{
	struct http_message *m = &server_of(c)->msg;

	if (!may_be_misread(c) || !httphead_is_response(p->data, p->caplen))
		return;
	while (!asked_at(c, m, p->at) && http_give_up_hole(h, c))
		;
	if (may_be_misread(c) && asked_at(c, m, p->at))
		http_end_by_turn(h, c, m, p->at);
}

void
http_read_end(struct http *h, struct http_conn *c, int side)
{
	struct http_message *m = &c->side[side].msg;
	uint64_t end = c->side[side].stream.next;

	if (side == c->client) {
		if (m->state == READ_TURN)
			http_end_request(c, m, end);
		return;
	}
	if (m->state == READ_HEAD)
		http_lose_head(h, c, side, m);
	if (m->state == READ_TURN)
		http_end_by_turn(h, c, m, end);
	else if (http_read_is_short(c))
		http_end_response(h, c, m, end, false, FLAG_CLOSED);
}

void
http_read_abandon(struct http *h, struct http_conn *c)
{
	struct http_message *q = &c->side[c->client].msg, *m = &server_of(c)->msg;
	struct http_request *r = m->request;

	(void)h;
	if (q->request) /* incomplete: its size is not known */
		q->request->flags |= flags_of(q);
	if (!r || m->state == READ_START)
		return;
	r->flags |= flags_of(m);
	keep_head(r, m);
	m->request = NULL;
}
