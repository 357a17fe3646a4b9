/*
 * http_read - messages out of the pieces of a stream: where each begins and ends, and when.
 *
 * Pieces come in order of the bytes, each with the time at which its bytes arrived, so the last
 * byte of a message need not be the last to arrive: t_last is the latest time of all its pieces.
 *
 * Where a message begins and ends is http_turn.c's to say.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/http_int.h"
#include "core/alloc.h"
#include "core/tstamp.h"

#define LINE_MAX 8192 /* bytes of a line that are looked at */

/* ---- pieces ---- */

/* Let go of the first n bytes. */
static inline void
pass(struct stream_piece *p, uint64_t n)
{
	uint32_t captured = n < p->caplen ? (uint32_t)n : p->caplen;

	p->at += n;
	p->len -= (uint32_t)n;
	if (captured) { /* a gap has no bytes to point to */
		p->data += captured;
		p->caplen -= captured;
	}
	p->starts = false;
}

/* The same n bytes belong to the message. */
static inline void
take(struct http_message *m, struct stream_piece *p, uint64_t n)
{
	if (p->gap) {
		m->gap = true;
		m->tail_missing = p->t_ns == TSTAMP_NONE;
		if (p->t_ns > m->t_before_ns)
			m->t_before_ns = p->t_ns;
	} else {
		m->tail_missing = false;
		m->waited |= p->waited;
		if (p->t_ns > m->t_last_ns)
			m->t_last_ns = p->t_ns;
	}
	pass(p, n);
	m->read_to = p->at;
}

static enum http_start
sniff(const struct stream_piece *p)
{
	return httphead_sniff(p->data, p->caplen);
}

/* ---- lines ---- */

void
http_message_release(struct http_message *m, struct stream_pool *pool)
{
	stream_pool_give(pool, m->line_cap);
	free(m->line);
	m->line = NULL;
	m->line_len = m->line_cap = 0;
}

/* Keep the captured bytes of a line that goes on in the next piece. */
static void
keep_line(struct http_message *m, struct stream_pool *pool, const uint8_t *p, uint32_t n)
{
	if (n > LINE_MAX - m->line_len)
		n = LINE_MAX - m->line_len;
	if (m->line_len + n > m->line_cap) {
		uint32_t cap = m->line_len + n < 256 ? 256 : LINE_MAX;

		if (!stream_pool_take(pool, cap - m->line_cap))
			return;
		m->line = xrealloc(m->line, cap, 1);
		m->line_cap = cap;
	}
	memcpy(m->line + m->line_len, p, n);
	m->line_len += n;
}

/*
 * Read on in a line.  True when it is complete: *line, without its end, valid until the next
 * call.  False when the piece's captured bytes are used up.
 */
static bool
read_line(struct slice *line, struct http_message *m, struct stream_pool *pool,
	struct stream_piece *p)
{
	const uint8_t *start = p->data, *end = memchr(start, '\n', p->caplen);
	uint32_t n = end ? (uint32_t)(end - start) : p->caplen;

	if (!end || m->line_len)
		keep_line(m, pool, start, n);
	take(m, p, end ? n + 1 : n);
	if (!end)
		return false;
	*line = (struct slice){(const char *)start, n};
	if (m->line_len)
		*line = (struct slice){m->line, m->line_len};
	m->line_len = 0;
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

/* ---- heads ---- */

static void
malformed(struct http *h, struct http_message *m)
{
	h->counts.malformed++;
	m->state = READ_TURN;
}

static void
end_request_head(struct http *h, struct http_conn *c, struct http_message *m, uint64_t at)
{
	const struct httphead *head = &m->head;

	if (head->chunked) {
		m->state = READ_CHUNK_SIZE;
	} else if (head->bad || head->coded) {
		malformed(h, m);
	} else if (head->has_length && head->length) {
		m->state = READ_BODY;
		m->left = head->length;
	} else {
		http_end_request(c, m, at);
	}
}

static bool
has_no_body(const struct http_message *m)
{
	return m->head.status == 204 || m->head.status == 304 ||
		(m->request && !strcmp(m->request->method, "HEAD"));
}

static bool
opens_tunnel(const struct http_message *m)
{
	return m->head.status == 101 ||
		(m->request && !strcmp(m->request->method, "CONNECT") && m->head.status / 100 == 2);
}

static void
open_tunnel(struct http *h, struct http_conn *c)
{
	h->counts.upgrades++;
	c->side[0].msg.state = c->side[1].msg.state = READ_TUNNEL;
}

static void
end_response_head(struct http *h, struct http_conn *c, struct http_message *m, uint64_t at)
{
	const struct httphead *head = &m->head;

	if (opens_tunnel(m)) {
		http_end_response(h, c, m, at, true, 0);
		open_tunnel(h, c);
	} else if (head->status < 200) { /* the final response follows, RFC 9110 section 15.2 */
		h->counts.interim++;
		m->state = READ_START;
	} else if (has_no_body(m)) {
		http_end_response(h, c, m, at, true, 0);
	} else if (head->chunked) {
		m->state = READ_CHUNK_SIZE;
	} else if (head->bad) {
		malformed(h, m);
	} else if (head->has_length && !head->coded) {
		m->state = READ_BODY;
		m->left = head->length;
		if (!m->left)
			http_end_response(h, c, m, at, true, 0);
	} else {
		m->state = READ_TURN;
		m->until_close = true;
	}
}

static void
first_line(struct http *h, struct http_conn *c, int side, struct http_message *m, struct slice line)
{
	struct slice uri;

	m->first_line = false;
	if (side != c->client) {
		if (!httphead_status(&m->head, line))
			malformed(h, m);
		return;
	}
	if (!httphead_request(&m->head, &uri, line)) {
		h->counts.malformed++;
		m->state = READ_STRAY;
		return;
	}
	m->request = http_request_new(h, c, m);
	http_request_uri(h, m->request, uri, (uint32_t)line.n, false);
}

static void
head_field(struct http *h, const struct http_conn *c, int side, struct http_message *m,
	struct slice line)
{
	struct slice host;

	if (side == c->client && m->request && httphead_host(&host, line))
		http_request_host(h, m->request, host);
	else
		httphead_field(&m->head, line);
}

static void
read_head(struct http *h, struct http_conn *c, int side, struct stream_piece *p)
{
	struct http_message *m = &c->side[side].msg;
	struct slice line;

	if (p->gap || !p->caplen) {
		http_lose_head(h, c, side, m);
	} else if (!read_line(&line, m, &h->pool, p)) {
		return;
	} else if (m->first_line) {
		first_line(h, c, side, m, line);
	} else if (line.n) {
		head_field(h, c, side, m, line);
	} else if (side == c->client) {
		end_request_head(h, c, m, p->at);
	} else {
		end_response_head(h, c, m, p->at);
	}
}

/* ---- starts ---- */

static void
start_request(struct http *h, struct http_conn *c, struct stream_piece *p)
{
	struct http_message *m = &c->side[c->client].msg;
	size_t blank = httphead_blank(p->data, p->caplen);
	enum http_start start;

	(void)h;
	if (blank) {
		pass(p, blank);
		return;
	}
	start = p->caplen ? sniff(p) : HTTP_START_OTHER;
	if (p->gap || (p->caplen && start != HTTP_START_REQUEST && start != HTTP_START_SHORT)) {
		m->state = READ_STRAY;
		return;
	}
	http_message_begin(m, p, READ_HEAD);
	m->answer_from =
		server_of(c)->stream.started ? stream_at(&server_of(c)->stream, p->ack) : 0;
}

/*
 * The request that a response beginning with this piece answers, NULL if none is known.  What had
 * come before the request was sent is no answer to it, whatever the numbers say.
 */
static struct http_request *
request_of(struct http *h, struct http_conn *c, const struct stream_piece *p)
{
	uint64_t origin = server_of(c)->stream.origin, at = p->at;
	struct http_request *r;

	http_requests_orphaned(h, c);
	/* Where the stream begins late, the client had the answer before it asked again. */
	while ((r = c->waiting) && r->next && r->answer_from < origin &&
		r->next->answer_from > r->answer_from && r->next->answer_from <= at) {
		r->flags |= FLAG_GAP;
		http_request_done(h, c, r);
	}
	return r && r->answer_from <= at && (p->gap || p->t_ns >= r->t_ns) ? r : NULL;
}

static void
start_response(struct http *h, struct http_conn *c, struct stream_piece *p)
{
	struct http_message *m = &server_of(c)->msg;
	/* After an interim response the request is known already. */
	struct http_request *r = m->request ? m->request : request_of(h, c, p);
	enum http_start start = p->caplen ? sniff(p) : HTTP_START_OTHER;
	bool known = start == HTTP_START_RESPONSE || start == HTTP_START_SHORT;

	while (!r && http_give_up_hole(h, c))
		r = request_of(h, c, p);
	if (p->caplen ? !known : !r) {
		m->state = READ_STRAY;
		return;
	}
	http_message_begin(m, p, READ_HEAD);
	m->request = r;
	if (!r)
		c->orphan_at = p->at;
}

static void
read_start(struct http *h, struct http_conn *c, int side, struct stream_piece *p)
{
	if (side == c->client)
		start_request(h, c, p);
	else
		start_response(h, c, p);
}

/* ---- bodies ---- */

static void
end_message(struct http *h, struct http_conn *c, int side, uint64_t at)
{
	struct http_message *m = &c->side[side].msg;

	if (side == c->client)
		http_end_request(c, m, at);
	else
		http_end_response(h, c, m, at, true, 0);
}

static void
read_body(struct http *h, struct http_conn *c, int side, struct stream_piece *p)
{
	struct http_message *m = &c->side[side].msg;
	uint64_t n = m->left < p->len ? m->left : p->len;

	take(m, p, n);
	m->left -= n;
	c->side[side].stream.opaque = p->at + m->left;
	if (!m->left)
		end_message(h, c, side, p->at);
}

static void
read_chunk(struct http *h, struct http_conn *c, int side, struct stream_piece *p)
{
	struct http_message *m = &c->side[side].msg;
	uint64_t n = m->left < p->len ? m->left : p->len;

	(void)h;
	take(m, p, n);
	m->left -= n;
	c->side[side].stream.opaque = p->at + m->left;
	if (!m->left)
		m->state = READ_CHUNK_SIZE;
}

/* The size of a chunk was not captured: from here on the length is unknown. */
static bool
lost_framing(struct http_message *m, const struct stream_piece *p)
{
	if (!p->gap && p->caplen)
		return false;
	m->state = READ_TURN;
	m->cut = true;
	return true;
}

static void
read_chunk_size(struct http *h, struct http_conn *c, int side, struct stream_piece *p)
{
	struct http_message *m = &c->side[side].msg;
	struct slice line;

	if (lost_framing(m, p) || !read_line(&line, m, &h->pool, p))
		return;
	if (!http_chunk_size(&m->left, line)) {
		malformed(h, m);
	} else if (m->left) {
		m->state = READ_CHUNK;
		m->left += 2; /* the line end behind the data */
	} else {
		m->state = READ_TRAILER;
	}
}

static void
read_trailer(struct http *h, struct http_conn *c, int side, struct stream_piece *p)
{
	struct http_message *m = &c->side[side].msg;
	struct slice line;

	if (!lost_framing(m, p) && read_line(&line, m, &h->pool, p) && !line.n)
		end_message(h, c, side, p->at);
}

/* Does the client begin another request here?  Without captured bytes: if it was answered since. */
static bool
starts_request(
	const struct http_conn *c, const struct http_message *m, const struct stream_piece *p)
{
	enum http_start start;

	if (!p->starts || p->at == m->start || p->gap)
		return false;
	if (!p->caplen)
		return stream_at(&c->side[!c->client].stream, p->ack) > m->answer_from;
	start = httphead_sniff_request(p->data, p->caplen);
	return start == HTTP_START_REQUEST || (start == HTTP_START_SHORT && p->caplen < p->len);
}

static void
read_turn_response(struct http *h, struct http_conn *c, struct stream_piece *p)
{
	struct http_message *m = &server_of(c)->msg;
	uint64_t end, n = p->len;

	if (p->starts && !m->until_close && httphead_is_response(p->data, p->caplen)) {
		if (!http_end_interim(h, m))
			http_find_turn(h, c, p->at);
		if (m->state != READ_TURN)
			return;
	}
	end = http_turn_end(c, m);
	if (p->at >= end) {
		http_end_by_turn(h, c, m, end);
		return;
	}
	if (n > end - p->at)
		n = end - p->at;
	take(m, p, n);
}

static void
read_turn(struct http *h, struct http_conn *c, int side, struct stream_piece *p)
{
	struct http_message *m = &c->side[side].msg;

	if (side != c->client)
		read_turn_response(h, c, p);
	else if (starts_request(c, m, p))
		http_end_request(c, m, p->at);
	else
		take(m, p, p->len);
}

static void
read_stray(struct http *h, struct http_conn *c, int side, struct stream_piece *p)
{
	struct http_message *m = &c->side[side].msg;
	enum http_start wanted = side == c->client ? HTTP_START_REQUEST : HTTP_START_RESPONSE;
	enum http_start start =
		side == c->client ? httphead_sniff_request(p->data, p->caplen) : sniff(p);
	uint64_t n = p->len;

	(void)h;
	if (p->starts && start == wanted) {
		m->state = READ_START;
		return;
	}
	c->late |= side == c->client;
	for (const struct http_request *r = c->waiting; side != c->client && r; r = r->next) {
		if (r->answer_from <= p->at)
			continue;
		if (r->answer_from - p->at < n) {
			n = r->answer_from - p->at;
			m->state = READ_START;
		}
		break;
	}
	pass(p, n);
}

static void
read_tunnel(struct http *h, struct http_conn *c, int side, struct stream_piece *p)
{
	(void)h;
	(void)c;
	(void)side;
	pass(p, p->len);
}

void
http_read(struct http *h, struct http_conn *c, int side, struct stream_piece *p)
{
	static void (*const readers[READ_N_STATES])(
		struct http *, struct http_conn *, int, struct stream_piece *) = {
		[READ_START] = read_start,
		[READ_HEAD] = read_head,
		[READ_BODY] = read_body,
		[READ_CHUNK_SIZE] = read_chunk_size,
		[READ_CHUNK] = read_chunk,
		[READ_TRAILER] = read_trailer,
		[READ_TURN] = read_turn,
		[READ_STRAY] = read_stray,
		[READ_TUNNEL] = read_tunnel,
	};

	while (p->len) {
		if (p->starts && side != c->client)
			http_end_misread(h, c, p);
		readers[c->side[side].msg.state](h, c, side, p);
	}
}
