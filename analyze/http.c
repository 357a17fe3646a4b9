/*
 * http - connections and requests; see http.h.  Reading messages is http_read.c's.
 *
 * A packet passes flow.c (which connection), stream.c (in which order) and http_read.c (what it
 * says).  A connection belongs to HTTP when its first bytes say so; of one whose start was not
 * captured every segment is looked at until one does.  TLS, HTTP/2 and others are counted and left
 * alone.
 *
 * Requests wait for their responses first in, first out (RFC 9112 section 9.3.2), tied to them by
 * position: a response begins at or behind the byte that the client expected when it sent the
 * request.  So one that is lost does not shift those behind it.
 *
 * Rows usually go out as soon as the response is complete.  On connections where the heads of
 * requests were cut off, up to HOLD_MAX of them wait: another request may hide in the cut part, and
 * only if the client is seen to pipeline, on this connection or before, is that to be feared.  Then
 * a request is trusted if it is no longer, behind its first line, than the client's shortest (their
 * other lines being the same), so that there is no room for a second one.
 *
 * A connection that never opened is a row too, if servers at its port spoke HTTP in this capture or
 * the port is one of the usual ones: refused (answered by RST), unreachable (ICMP error), timed
 * out (no answer).
 */
#include "analyze/http.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/hash.h"
#include "analyze/http_int.h"
#include "core/alloc.h"
#include "core/bytes.h"
#include "core/tstamp.h"

#define HOLD_MAX 64
#define REQUEST_BYTES_MIN 16 /* "GET / HTTP/1.0" and two line ends */
#define LINKTYPE_RAW 101
#define ICMP_ERROR_BYTES 8 /* in front of the packet that it is about */

/* ---- rows ---- */

static void
hand_out(struct http *h, const struct http_sample *s)
{
	struct http_counts *n = &h->counts;
	const uint32_t f = s->flags;

	if (s->method) {
		n->requests++;
		n->complete += s->latency_ns != TSTAMP_NONE;
		n->reset += (f & FLAG_RESET) != 0;
		n->closed += (f & FLAG_CLOSED) != 0;
		n->timeout += (f & FLAG_TIMEOUT) != 0;
		n->unfinished += (f & FLAG_UNFINISHED) != 0;
		n->gap += (f & FLAG_GAP) != 0;
		n->ambiguous += (f & FLAG_AMBIGUOUS) != 0;
		n->cut += (f & FLAG_CUT) != 0;
		n->pipelined += (f & FLAG_PIPELINED) != 0;
	} else {
		n->failed++;
	}
	if (n->first_ns == TSTAMP_NONE || s->t_request_ns < n->first_ns)
		n->first_ns = s->t_request_ns;
	h->sink(h->ctx, s);
}

static int64_t
since(int64_t t_ns, int64_t from_ns)
{
	return t_ns == TSTAMP_NONE || from_ns == TSTAMP_NONE ? TSTAMP_NONE
							     : tstamp_diff(t_ns, from_ns);
}

/* What is known of the client, this connection included. */
static const struct http_habit *
habit_of(struct http *h, const struct http_conn *c)
{
	const uint8_t *addr = c->flow.addr[c->client];
	struct http_habit *b = &h->habits[hash_bytes(addr, 16, 0) & (HTTP_HABITS - 1)];

	if (b->family != c->flow.family || memcmp(b->addr, addr, 16)) {
		*b = (struct http_habit){.family = c->flow.family, .extra_min = UINT64_MAX};
		memcpy(b->addr, addr, 16);
	}
	b->pipelines |= c->pipelines;
	if (c->extra_min < b->extra_min)
		b->extra_min = c->extra_min;
	return b;
}

/* May the request hide others behind the cut, whose responses its own was taken to include? */
static bool
may_hide_others(struct http *h, const struct http_conn *c, const struct http_request *r)
{
	const struct http_habit *b;

	if (!r->by_turn || !r->open_end)
		return false;
	b = habit_of(h, c);
	return b->pipelines && r->request_bytes - r->line_len >= b->extra_min + REQUEST_BYTES_MIN;
}

static void
hand_out_request(struct http *h, struct http_conn *c, struct http_request *r)
{
	bool first = r->position == 0;
	struct http_sample s = {
		.t_request_ns = r->t_ns,
		.t_request_last_ns = r->t_last_ns,
		.connect_ns = first ? since(c->t_connected_ns, c->t_syn_ns) : TSTAMP_NONE,
		.ttfb_ns = since(r->t_first_ns, r->t_ns),
		.request_bytes = r->request_bytes,
		.response_bytes = r->response_bytes,
		.method = r->method,
		.uri = r->uri,
		.host = r->host,
		.uri_cut = r->uri_cut,
		.status = r->status,
		.family = c->flow.family,
		.src = c->flow.addr[c->client],
		.dst = c->flow.addr[!c->client],
		.sport = c->flow.port[c->client],
		.dport = c->flow.port[!c->client],
		.connection = c->number,
		.position = r->position,
		.flags = r->flags,
	};

	if (may_hide_others(h, c, r)) {
		s.flags |= FLAG_AMBIGUOUS;
		r->t_done_ns = TSTAMP_NONE;
	}
	s.latency_ns = since(r->t_done_ns, r->t_ns);
	s.total_ns =
		since(r->t_done_ns, first && c->t_syn_ns != TSTAMP_NONE ? c->t_syn_ns : r->t_ns);
	if (first && c->t_syn_ns != TSTAMP_NONE &&
		(h->counts.first_ns == TSTAMP_NONE || c->t_syn_ns < h->counts.first_ns))
		h->counts.first_ns = c->t_syn_ns;
	if (r->t_done_ns > h->counts.last_ns)
		h->counts.last_ns = r->t_done_ns;
	hand_out(h, &s);
}

static void
give_text(struct http *h, char *text)
{
	if (text)
		stream_pool_give(&h->pool, strlen(text) + 1);
	free(text);
}

static void
drop_first(struct http *h, struct http_conn *c)
{
	struct http_request *r = c->first;

	hand_out_request(h, c, r);
	c->first = r->next;
	if (!c->first)
		c->last = NULL;
	if (c->side[c->client].msg.request == r)
		c->side[c->client].msg.request = NULL;
	c->n_listed--;
	h->n_listed--;
	give_text(h, r->uri);
	give_text(h, r->host);
	r->next = h->spare;
	h->spare = r;
}

static void
hand_out_ready(struct http *h, struct http_conn *c)
{
	while (c->first && c->first->done && (!c->holds || c->n_listed > HOLD_MAX))
		drop_first(h, c);
}

void
http_request_done(struct http *h, struct http_conn *c, struct http_request *r)
{
	r->done = true;
	while (c->waiting && c->waiting->done)
		c->waiting = c->waiting->next;
	hand_out_ready(h, c);
}

/* ---- requests ---- */

static struct http_request *
request_alloc(struct http *h)
{
	struct http_request *r = h->spare;

	if (r)
		h->spare = r->next;
	else
		r = xmalloc(sizeof *r);
	memset(r, 0, sizeof *r);
	return r;
}

/* Too many wait for an answer: the oldest of this connection goes without. */
static void
make_room(struct http *h, struct http_conn *c)
{
	while (c->first && (c->n_listed >= HTTP_PIPELINE_MAX || h->n_listed >= HTTP_WAITING_MAX)) {
		struct http_request *r = c->first;

		if (server_of(c)->msg.request == r)
			server_of(c)->msg.request = NULL;
		if (!r->done)
			r->flags |= FLAG_LOST;
		if (c->waiting == r)
			c->waiting = r->next;
		drop_first(h, c);
	}
}

/* The client asks while an answer is due that it cannot have got. */
static void
note_pipelining(struct http_conn *c, struct http_request *r)
{
	const struct http_request *before = c->last;
	const struct stream *s = &server_of(c)->stream;

	if (!before || before->done)
		return;
	if (r->answer_from > before->answer_from && stream_top(s) <= r->answer_from &&
		!(http_read_is_short(c) && s->next == r->answer_from && !s->n_held))
		return;
	r->flags |= FLAG_PIPELINED;
	r->uncertain = before->open_end || before->uncertain;
	c->pipelines = true;
}

static void
set_port(struct http *h, uint16_t port)
{
	h->http_ports[port >> 3] |= (uint8_t)(1 << (port & 7));
}

static bool
is_http_port(const struct http *h, uint16_t port)
{
	return h->http_ports[port >> 3] >> (port & 7) & 1;
}

struct http_request *
http_request_new(struct http *h, struct http_conn *c, const struct http_message *m)
{
	struct http_request *r;

	make_room(h, c);
	if (c->number == UINT32_MAX) {
		c->number = h->n_connections++;
		h->counts.connections++;
		set_port(h, c->flow.port[!c->client]);
	}
	r = request_alloc(h);
	r->answer_from = m->answer_from;
	r->t_ns = m->t_first_ns;
	r->t_last_ns = r->t_first_ns = r->t_done_ns = TSTAMP_NONE;
	r->request_bytes = r->response_bytes = HTTP_BYTES_NONE;
	r->position = c->n_requests++;
	memcpy(r->method, m->head.method, sizeof r->method);
	http_read_turn(h, c, r->answer_from);
	note_pipelining(c, r);
	if (c->last)
		c->last->next = r;
	else
		c->first = r;
	c->last = r;
	if (!c->waiting)
		c->waiting = r;
	c->n_listed++;
	h->n_listed++;
	return r;
}

/* A copy within the pool's means; NULL when there is nothing to keep. */
static char *
keep_text(struct http *h, struct slice text)
{
	if (!h->params.keep_uri || !text.n || memchr(text.p, 0, text.n) ||
		!stream_pool_take(&h->pool, text.n + 1))
		return NULL;
	return xstrndup(text.p, text.n);
}

void
http_request_uri(
	struct http *h, struct http_request *r, struct slice uri, uint32_t line_len, bool cut)
{
	/* A blank behind it: the URI is whole, whatever became of the rest of the line. */
	bool ends = uri.n && r->method[0] && strlen(r->method) + 1 + uri.n < line_len;

	r->line_len = line_len;
	r->uri_cut = (cut && !ends) || uri.n > HTTP_URI_MAX;
	if (uri.n > HTTP_URI_MAX)
		uri.n = HTTP_URI_MAX;
	r->uri = keep_text(h, uri);
}

void
http_request_host(struct http *h, struct http_request *r, struct slice host)
{
	if (!r->host && host.n <= HTTP_HOST_MAX)
		r->host = keep_text(h, host);
}

/* ---- bytes ---- */

/* What the first bytes of a connection say; false: this piece says nothing yet. */
static bool
recognise(struct http *h, struct http_conn *c, int side, const struct stream_piece *p)
{
	enum http_start start = p->caplen ? httphead_sniff(p->data, p->caplen) : HTTP_START_OTHER;

	if (p->gap || !p->starts)
		return false;
	if (!p->caplen && c->syn && is_http_port(h, c->flow.port[!c->client])) {
		c->protocol =
			PROTO_HTTP; /* headers of TCP only: the port and turn-taking must do */
		return true;
	}
	if (start == HTTP_START_REQUEST || start == HTTP_START_RESPONSE ||
		(start == HTTP_START_SHORT && c->syn)) {
		if (c->client > 1)
			c->client = (uint8_t)(start == HTTP_START_RESPONSE ? !side : side);
		c->protocol = PROTO_HTTP;
		return true;
	}
	if (start == HTTP_START_TLS) {
		h->counts.tls++;
		c->protocol = PROTO_TLS;
	} else if (start == HTTP_START_HTTP2) {
		h->counts.http2++;
		c->protocol = PROTO_HTTP2;
	} else if (c->syn && p->caplen) {
		h->counts.other++;
		c->protocol = PROTO_OTHER;
	}
	return false;
}

static void
use(struct http *h, struct http_conn *c, int side, struct stream_piece *p)
{
	if (c->protocol == PROTO_HTTP || (c->protocol == PROTO_UNKNOWN && recognise(h, c, side, p)))
		http_read(h, c, side, p);
}

static void
use_waiting(struct http *h, struct http_conn *c, int side)
{
	struct stream_piece p;

	while (stream_next(&c->side[side].stream, &h->pool, &p))
		use(h, c, side, &p);
}

static bool
give_up_hole(struct http *h, struct http_conn *c, int side)
{
	struct stream_piece p;

	if (!stream_gap(&c->side[side].stream, &p))
		return false;
	use(h, c, side, &p);
	use_waiting(h, c, side);
	return true;
}

bool
http_give_up_hole(struct http *h, struct http_conn *c)
{
	const struct stream *s = &c->side[c->client].stream;

	return s->n_held && s->hole_ns != TSTAMP_NONE && give_up_hole(h, c, c->client);
}

static void
note_repeat(struct http *h, struct http_conn *c, int side)
{
	struct http_request *r = side == c->client ? c->last : c->waiting;

	h->counts.repeated++;
	if (r)
		r->flags |= FLAG_RETRANSMITTED;
}

static void
add_bytes(struct http *h, struct http_conn *c, int side, const struct segment *seg, int64_t t_ns)
{
	struct stream *s = &c->side[side].stream;
	struct stream_piece p;

	for (;;) {
		switch (stream_add(s, &h->pool, seg, t_ns, &p)) {
		case STREAM_READY:
			use(h, c, side, &p);
			if (s->n_held)
				use_waiting(h, c, side);
			return;
		case STREAM_WAITS:
			h->counts.waited++;
			use_waiting(h, c, side);
			return;
		case STREAM_OLD:
			note_repeat(h, c, side);
			return;
		case STREAM_OUTSIDE:
			h->counts.outside++;
			return;
		case STREAM_FULL:
			if (!give_up_hole(h, c, side))
				return;
		}
	}
}

/* ---- connections ---- */

/* All else is zero already. */
static void
conn_init(struct http_conn *c)
{
	c->client = 2;
	c->number = UINT32_MAX;
	c->extra_min = UINT64_MAX;
	c->t_syn_ns = c->t_connected_ns = TSTAMP_NONE;
}

/* Of open requests at the end: within the expiry time nobody can say. */
static uint32_t
overdue(const struct http *h, int64_t t_ns)
{
	return tstamp_diff(h->now_ns, t_ns) > h->params.expiry_ns ? FLAG_TIMEOUT : FLAG_UNFINISHED;
}

static void
remember_failure(struct http *h, const struct http_conn *c, uint32_t flag)
{
	struct http_failure *f;

	if (h->n_failures == HTTP_FAILED_MAX) {
		h->counts.failed_refused++;
		return;
	}
	GROW(h->failures, h->n_failures, h->cap_failures);
	f = &h->failures[h->n_failures++];
	f->t_ns = c->t_syn_ns;
	f->family = c->flow.family;
	f->flag = flag;
	for (int i = 0; i < 2; i++) {
		int end = i ? !c->client : c->client;

		memcpy(f->addr[i], c->flow.addr[end], 16);
		f->port[i] = c->flow.port[end];
	}
}

/* Holes that are still open are given up: first the client's, whose requests come first. */
static void
settle(struct http *h, struct http_conn *c)
{
	for (int k = 0; k < 2; k++) {
		int side = k ? !c->client : c->client;
		struct stream *s = &c->side[side].stream;

		while (s->started &&
			(s->n_held || s->fin != STREAM_NOWHERE || s->acked > s->next + 1)) {
			/* A single byte at the end of all is a FIN that was not captured. */
			if (!give_up_hole(h, c, side))
				break;
		}
		if (stream_ended(s))
			http_read_end(h, c, side);
	}
}

/* The connection is over for that reason: all rows go out. */
static void
conn_end(struct http *h, struct http_conn *c, uint32_t flag)
{
	if (c->over)
		return;
	c->over = true;
	if (c->client <= 1 && c->protocol == PROTO_HTTP) {
		settle(h, c);
		http_read_abandon(h, c);
		for (struct http_request *r = c->waiting; r; r = r->next) {
			r->flags |= flag ? flag : overdue(h, r->t_ns);
			r->done = true;
		}
		c->waiting = NULL;
		c->holds = false;
		hand_out_ready(h, c);
	} else if (c->syn && !c->accepted) {
		remember_failure(h, c, c->failure ? c->failure : overdue(h, c->t_syn_ns));
	}
	for (int side = 0; side < 2; side++) {
		stream_release(&c->side[side].stream, &h->pool);
		http_message_release(&c->side[side].msg, &h->pool);
	}
}

/* Called by the table for a flow that leaves. */
static void
flow_ends(void *ctx, struct flow *f, enum flow_end why)
{
	(void)why;
	conn_end(ctx, (struct http_conn *)(void *)f, 0);
}

static void
restart(struct http *h, struct http_conn *c)
{
	struct flow flow;

	conn_end(h, c, FLAG_CLOSED);
	flows_reopen(h->flows, &c->flow);
	flow = c->flow;
	memset(c, 0, sizeof *c);
	c->flow = flow;
	conn_init(c);
}

/* A SYN: a connection begins, perhaps where another one was before. */
static void
synchronise(struct http *h, struct http_conn *c, int side, struct segment *seg, int64_t t_ns,
	bool fresh)
{
	if (seg->flags & TCP_ACK) {
		if (!c->side[side].stream.started)
			stream_start(&c->side[side].stream, seg->seq + 1);
		if (c->client > 1)
			c->client = (uint8_t)!side;
		c->accepted = true;
	} else if (fresh || !c->syn || c->isn != seg->seq) {
		if (!fresh)
			restart(h, c);
		c->syn = true;
		c->isn = seg->seq;
		c->client = (uint8_t)side;
		c->t_syn_ns = t_ns;
		stream_start(&c->side[side].stream, seg->seq + 1);
	}
	seg->seq++;
}

static void
acknowledge(struct http_conn *c, int side, const struct segment *seg, int64_t t_ns)
{
	struct stream *other = &c->side[!side].stream;

	if (!other->started)
		stream_start(other, seg->ack);
	if (seg->ack != (uint32_t)other->acked || other->n_held)
		stream_ack(other, seg->ack, !seg->len, t_ns);
	if (c->syn && c->t_connected_ns == TSTAMP_NONE && side == c->client &&
		!(seg->flags & TCP_SYN) && (c->accepted || seg->seq == c->isn + 1)) {
		c->t_connected_ns = t_ns;
		c->accepted = true;
	}
}

static void
finish_side(struct http *h, struct http_conn *c, int side, const struct segment *seg)
{
	struct stream *s = &c->side[side].stream;

	stream_fin(s, seg);
	if (side == c->client && seg->flags & TCP_ACK && server_of(c)->stream.started) {
		uint64_t at = stream_at(&server_of(c)->stream, seg->ack);

		if (!c->client_fin && stream_top(&server_of(c)->stream) <= at) {
			c->client_fin = at;
			http_read_turn(h, c, at);
		}
	}
}

static void
check_ends(struct http *h, struct http_conn *c, int64_t t_ns)
{
	for (int side = 0; side < 2; side++)
		if (stream_ended(&c->side[side].stream) && c->client <= 1)
			http_read_end(h, c, side);
	if (stream_ended(&c->side[0].stream) && stream_ended(&c->side[1].stream)) {
		conn_end(h, c, FLAG_CLOSED);
		flows_close(h->flows, &c->flow, t_ns);
	}
}

static void
reset(struct http *h, struct http_conn *c, int side, int64_t t_ns)
{
	if (c->syn && !c->accepted && side != c->client)
		c->failure = FLAG_REFUSED;
	conn_end(h, c, FLAG_RESET);
	flows_close(h->flows, &c->flow, t_ns);
}

static void
add_segment(struct http *h, struct http_conn *c, int side, struct segment *seg, int64_t t_ns,
	bool fresh)
{
	struct stream *s = &c->side[side].stream;

	if (seg->flags & TCP_SYN)
		synchronise(h, c, side, seg, t_ns, fresh);
	if (c->over) {
		h->counts.repeated += seg->len > 0;
		return;
	}
	if (seg->flags & TCP_RST) {
		reset(h, c, side, t_ns);
		return;
	}
	if (seg->flags & TCP_ACK)
		acknowledge(c, side, seg, t_ns);
	if (!s->started)
		stream_start(s, seg->seq);
	if (c->protocol <= PROTO_HTTP) {
		if (seg->len)
			add_bytes(h, c, side, seg, t_ns);
	} else {
		s->next = stream_at(s, seg->seq) + seg->len;
	}
	if (seg->flags & TCP_FIN)
		finish_side(h, c, side, seg);
	if (s->fin != STREAM_NOWHERE || c->side[!side].stream.fin != STREAM_NOWHERE)
		check_ends(h, c, t_ns);
	if (stream_lost(&c->side[!side].stream, t_ns))
		give_up_hole(h, c, !side);
	if (stream_lost(s, t_ns))
		give_up_hole(h, c, side);
}

/* An ICMP error about a connection that has not opened. */
static void
add_icmp(struct http *h, const struct packet *p)
{
	uint8_t unreachable = p->family == 4 ? 3 : 1; /* RFC 792, RFC 4443 section 3.1 */
	struct packet about;
	struct http_conn *c;
	int from;

	if (p->l4_caplen <= ICMP_ERROR_BYTES || p->l4[0] != unreachable)
		return;
	packet_decode(&about, LINKTYPE_RAW, p->l4 + ICMP_ERROR_BYTES,
		p->l4_caplen - ICMP_ERROR_BYTES, p->l4_len - ICMP_ERROR_BYTES);
	/* Eight bytes of the TCP header are enough for the ports. */
	if (!about.family || about.proto != 6 || !about.l4 || about.l4_caplen < 8)
		return;
	about.sport = be16(about.l4);
	about.dport = be16(about.l4 + 2);
	c = (struct http_conn *)(void *)flows_find(h->flows, &about, &from);
	if (c && c->syn && !c->accepted && from == c->client)
		c->failure = FLAG_UNREACHABLE;
}

/* ---- */

struct http *
http_new(const struct http_params *params,
	void (*sink)(void *ctx, const struct http_sample *sample), void *ctx)
{
	static const uint16_t usual[] = {
		80, 81, 591, 3128, 8000, 8008, 8080, 8081, 8118, 8123, 8888};
	struct http *h = xcalloc(1, sizeof *h);

	h->params = *params;
	h->sink = sink;
	h->ctx = ctx;
	h->flows = flows_new(sizeof(struct http_conn), flow_ends, h);
	h->counts.first_ns = h->counts.last_ns = h->now_ns = TSTAMP_NONE;
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		set_port(h, usual[i]);
	return h;
}

void
http_free(struct http *h)
{
	if (!h)
		return;
	while (h->spare) {
		struct http_request *r = h->spare;

		h->spare = r->next;
		free(r);
	}
	flows_free(h->flows);
	free(h->failures);
	free(h);
}

void
http_add(struct http *h, int64_t t_ns, const struct packet *p)
{
	struct segment seg;
	struct http_conn *c;
	bool fresh;
	int side;

	if (p->cls == PACKET_ICMP_OTHER)
		add_icmp(h, p);
	if (p->cls != PACKET_TCP)
		return;
	if (t_ns == TSTAMP_NONE) {
		h->counts.untimed++;
		return;
	}
	h->now_ns = t_ns;
	segment_decode(&seg, p);
	c = (struct http_conn *)(void *)flows_get(h->flows, p, t_ns, &side, &fresh);
	if (fresh)
		conn_init(c);
	add_segment(h, c, side, &seg, t_ns, fresh);
}

static void
hand_out_failures(struct http *h)
{
	for (size_t i = 0; i < h->n_failures; i++) {
		const struct http_failure *f = &h->failures[i];
		struct http_sample s = {
			.t_request_ns = f->t_ns,
			.t_request_last_ns = TSTAMP_NONE,
			.connect_ns = TSTAMP_NONE,
			.ttfb_ns = TSTAMP_NONE,
			.latency_ns = TSTAMP_NONE,
			.total_ns = TSTAMP_NONE,
			.request_bytes = HTTP_BYTES_NONE,
			.response_bytes = HTTP_BYTES_NONE,
			.family = f->family,
			.src = f->addr[0],
			.dst = f->addr[1],
			.sport = f->port[0],
			.dport = f->port[1],
			.connection = UINT32_MAX,
			.flags = f->flag,
		};

		if (is_http_port(h, f->port[1]))
			hand_out(h, &s);
	}
}

void
http_finish(struct http *h, int64_t end_ns)
{
	if (end_ns > h->now_ns)
		h->now_ns = end_ns;
	flows_finish(h->flows);
	hand_out_failures(h);
	h->counts.evicted = flows_evicted(h->flows);
}

const struct http_counts *
http_counts(const struct http *h)
{
	return &h->counts;
}
