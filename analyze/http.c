/*
 * http - connections; see http.h.  Reading messages is http_read.c's, the list of requests
 * http_request.c's, and connections that never opened are http_failure.c's.
 *
 * A packet passes flow.c (which connection), stream.c (in which order) and http_read.c (what it
 * says).  A connection belongs to HTTP when its first bytes say so; of one whose start was not
 * captured every segment is looked at until one does.  TLS, HTTP/2 and others are counted and left
 * alone.
 *
 * Requests wait for their responses first in, first out (RFC 9112 section 9.3.2), tied to them by
 * position: a response begins at or behind the byte that the client expected when it sent the
 * request.  So one that is lost does not shift those behind it.
 */
#include "analyze/http.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/http_int.h"
#include "core/alloc.h"
#include "core/tstamp.h"

/* ---- bytes ---- */

/* What the first bytes of a connection say; false: this piece says nothing yet. */
static bool
recognise(struct http *h, struct http_conn *c, int side, const struct stream_piece *p)
{
	size_t blank = httphead_blank(p->data, p->caplen);
	enum http_start start = HTTP_START_OTHER;

	if (p->gap || !p->starts || (blank && blank == p->caplen))
		return false;
	if (p->caplen)
		start = httphead_sniff(p->data + blank, p->caplen - blank);
	if (!p->caplen && c->syn && http_port_known(h, c->flow.port[!c->client])) {
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
	else if (side == c->client && httphead_blank(p->data, p->caplen) < p->len)
		c->late = true;
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
	return stream_hole_acked(&c->side[c->client].stream) && give_up_hole(h, c, c->client);
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
		http_requests_orphaned(h, c);
		for (struct http_request *r = c->waiting; r; r = r->next) {
			r->flags |= flag ? flag : overdue(h, r->t_ns);
			r->done = true;
		}
		c->waiting = NULL;
		c->holds = false;
		http_requests_ready(h, c);
	} else if (c->syn && !c->accepted) {
		http_failure_keep(h, c, c->failure ? c->failure : overdue(h, c->t_syn_ns));
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
	h->lone_min = UINT64_MAX;
	h->flows = flows_new(sizeof(struct http_conn), flow_ends, h);
	h->counts.first_ns = h->counts.last_ns = h->now_ns = TSTAMP_NONE;
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		http_port_set(h, usual[i]);
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
		http_failure_icmp(h, p);
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

void
http_finish(struct http *h, int64_t end_ns)
{
	if (end_ns > h->now_ns)
		h->now_ns = end_ns;
	flows_finish(h->flows);
	http_failures_hand_out(h);
	h->counts.evicted = flows_evicted(h->flows);
}

const struct http_counts *
http_counts(const struct http *h)
{
	return &h->counts;
}
