/*
 * http_request - the list of a connection's requests, and the rows that they become; see http.h.
 *
 * Rows usually go out as soon as the response is complete.  On connections where the heads of
 * requests were cut off, up to HOLD_MAX of them wait: another request may hide in the cut part,
 * and only if the client is seen to pipeline, on this connection or before, is that to be
 * feared.  Then a request is trusted if it is no longer, behind its first line, than the
 * client's shortest (their other lines being the same), so that there is no room for a second
 * one.  How many more there is room for, at the length of this one, is counted as hidden.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/hash.h"
#include "analyze/http_int.h"
#include "core/alloc.h"
#include "core/tstamp.h"

#define HOLD_MAX 64
#define REQUEST_BYTES_MIN 16 /* "GET / HTTP/1.0" and two line ends */

/* ---- rows ---- */

static const struct {
	const char *name;
	uint32_t flag;
} lacks[HTTP_N_LACKS] = {
	[HTTP_LACK_RESET] = {"reset", FLAG_RESET},
	[HTTP_LACK_CLOSED] = {"closed", FLAG_CLOSED},
	[HTTP_LACK_TIMEOUT] = {"timeout", FLAG_TIMEOUT},
	[HTTP_LACK_UNFINISHED] = {"unfinished", FLAG_UNFINISHED},
	[HTTP_LACK_LOST] = {"lost", FLAG_LOST},
	[HTTP_LACK_GAP] = {"gap", FLAG_GAP},
	[HTTP_LACK_AMBIGUOUS] = {"ambiguous", FLAG_AMBIGUOUS},
	[HTTP_LACK_OTHER] = {"other", UINT32_MAX},
};

const char *
http_lack_name(enum http_lack lack)
{
	return lacks[lack].name;
}

static enum http_lack
lack_of(uint32_t flags)
{
	int i = 0;

	while (i < HTTP_LACK_OTHER && !(flags & lacks[i].flag))
		i++;
	return (enum http_lack)i;
}

void
http_hand_out(struct http *h, const struct http_sample *s)
{
	struct http_counts *n = &h->counts;
	const uint32_t f = s->flags;

	if (s->method) {
		n->requests++;
		if (s->latency_ns != TSTAMP_NONE)
			n->complete++;
		else
			n->lacks[lack_of(f)]++;
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

	if (b->family != c->flow.family || memcmp(b->addr, addr, 16) != 0) {
		*b = (struct http_habit){.family = c->flow.family, .extra_min = UINT64_MAX};
		memcpy(b->addr, addr, 16);
	}
	b->pipelines |= c->pipelines;
	if (c->extra_min < b->extra_min)
		b->extra_min = c->extra_min;
	if (!b->pipelines && c->extra_min < h->lone_min)
		h->lone_min = c->extra_min;
	return b;
}

/*
 * How many others the cut part of the request has room for, if its client sends several at once;
 * their responses are taken to belong to its own.  One request is as long as the shortest of that
 * client, or of clients that do not pipeline: its own shortest may be several.
 */
static uint64_t
room_for_others(struct http *h, const struct http_conn *c, const struct http_request *r)
{
	const struct http_habit *b;
	uint64_t one, extra;

	if (!r->open_end || r->request_bytes == HTTP_BYTES_NONE)
		return 0;
	b = habit_of(h, c);
	extra = b->extra_min < h->lone_min ? b->extra_min : h->lone_min;
	if (!b->pipelines || extra == UINT64_MAX ||
		r->request_bytes - r->line_len < extra + REQUEST_BYTES_MIN)
		return 0;
	one = r->line_len + extra;
	if (one < REQUEST_BYTES_MIN) /* nothing of the line was captured */
		one = REQUEST_BYTES_MIN;
	return r->request_bytes < one + one / 2 ? 1 : (r->request_bytes + one / 2) / one - 1;
}

static void
hand_out_request(struct http *h, struct http_conn *c, struct http_request *r)
{
	bool first = r->position == 0;
	uint64_t hidden;
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

	hidden = room_for_others(h, c, r);
	h->counts.hidden += hidden;
	if (hidden && r->by_turn) {
		s.flags |= FLAG_AMBIGUOUS;
		r->t_done_ns = TSTAMP_NONE;
	}
	s.latency_ns = since(r->t_done_ns, r->t_ns);
	s.total_ns =
		since(r->t_done_ns, r->opens && c->t_syn_ns != TSTAMP_NONE ? c->t_syn_ns : r->t_ns);
	if (first && c->t_syn_ns != TSTAMP_NONE &&
		(h->counts.first_ns == TSTAMP_NONE || c->t_syn_ns < h->counts.first_ns))
		h->counts.first_ns = c->t_syn_ns;
	if (r->t_done_ns > h->counts.last_ns)
		h->counts.last_ns = r->t_done_ns;
	http_hand_out(h, &s);
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

void
http_requests_ready(struct http *h, struct http_conn *c)
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
	http_requests_ready(h, c);
}

void
http_requests_orphaned(struct http *h, struct http_conn *c)
{
	struct http_request *r;

	while ((r = c->waiting) && r->answer_from <= c->orphan_at) {
		r->flags |= FLAG_GAP;
		http_request_done(h, c, r);
	}
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

struct http_request *
http_request_new(struct http *h, struct http_conn *c, const struct http_message *m)
{
	struct http_request *r;

	make_room(h, c);
	if (c->number == UINT32_MAX) {
		c->number = h->n_connections++;
		h->counts.connections++;
		http_port_set(h, c->flow.port[!c->client]);
	}
	r = request_alloc(h);
	r->answer_from = m->answer_from;
	r->t_ns = m->t_first_ns;
	r->t_last_ns = r->t_first_ns = r->t_done_ns = TSTAMP_NONE;
	r->request_bytes = r->response_bytes = HTTP_BYTES_NONE;
	r->opens = c->n_requests == 0 && !c->late;
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
