/*
 * gencap_proxy - HTTP requests through a proxy, seen on both its sides, with known times.
 *
 * Ten clients ask one after another on a connection of their own; the proxy has a connection to the
 * origin for each of them.  A third of the paths is asked for once, the others are 24 that all
 * clients share, so that many are under way at the same time.  Unless --clean (misses and hits
 * only), by independent draws:
 *
 *   hit          40 %  no exchange behind the proxy
 *   revalidated   5 %  the origin answers 304
 *   retried       2 %  the proxy asks twice
 *   denied        2 %  403 by the proxy itself
 *   posted        2 %  POST, with an exchange
 *   ahead         2 %  an exchange that nobody asked for follows the answer
 *   miss               all others
 *
 * Same arguments, same bytes.  The truth has a row a request and a row an exchange: `request` is
 * the number of the request, of an exchange that of the request which it is for, or -1.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tests/gen/pairgen.h"
#include "tests/gen/tcpgen.h"

#define CLIENTS 10
#define SHARED_PATHS 24
#define HEAD_MAX_BYTES 400

enum action { MISS, HIT, REVALIDATED, RETRIED, DENIED, POSTED, N_ACTIONS };

/* A request and its response on one side. */
struct exchange {
	int64_t t_ns;
	int64_t end_ns;
	uint32_t request; /* UINT32_MAX: nobody's */
	uint32_t path;
	uint32_t conn;
	uint32_t seq; /* of the client's and of the server's first byte */
	uint32_t ack;
	uint32_t body;
	uint16_t status;
	uint8_t side;
	bool post;
};

struct proxy_gen {
	struct pairgen *g;
	struct exchange *exchanges;
	uint32_t n;
	uint32_t next_seq[2][CLIENTS];
	uint32_t next_ack[2][CLIENTS];
};

/* ---- texts ---- */

static uint32_t
request_text(char *text, const struct exchange *x)
{
	return (uint32_t)sprintf(text, "%s %s/o/%u HTTP/1.1\r\nHost: origin.example\r\n%s\r\n",
		x->post ? "POST" : "GET", x->side ? "" : "http://origin.example", x->path,
		x->post           ? "Content-Length: 0\r\n"
			: x->side ? "Via: 1.1 proxy\r\n"
				  : "");
}

static uint32_t
response_head(char *text, const struct exchange *x)
{
	if (x->status == 304)
		return (uint32_t)sprintf(text, "HTTP/1.1 304 Not Modified\r\n\r\n");
	return (uint32_t)sprintf(text,
		"HTTP/1.1 %u Some\r\nContent-Type: text/plain\r\nContent-Length: %u\r\n\r\n",
		x->status, x->body);
}

/* ---- frames ---- */

/* What an event's detail says: a segment of the request (0), or number detail - 1 of the response;
 * beyond that, the ends of the connection. */
#define DETAIL_FIN 0x10000u

static struct tcpgen_conn
conn_of(const struct exchange *x)
{
	uint32_t origin = 0xc6336401u, proxy = x->side ? 0xc0000202u : 0x0a0000feu;

	return (struct tcpgen_conn){
		.addr = {x->side ? proxy : 0x0a000001u + x->conn, x->side ? origin : proxy},
		.port = {(uint16_t)(20000 + x->conn), x->side ? 80 : 3128},
	};
}

static uint32_t
response_bytes(const struct exchange *x)
{
	char head[HEAD_MAX_BYTES];

	return response_head(head, x) + (x->status == 304 ? 0 : x->body);
}

static uint32_t
build(void *ctx, uint8_t *frame, const struct pairgen_event *e)
{
	const struct proxy_gen *w = ctx;
	const struct exchange *x = &w->exchanges[e->what];
	struct tcpgen_conn c = conn_of(x);
	char text[HEAD_MAX_BYTES + TCPGEN_MSS] = {0};
	struct tcpgen_packet p = {.t_ns = e->t_ns, .flags = TCPGEN_ACK | TCPGEN_PSH};
	uint32_t request = request_text(text, x), total = response_bytes(x), at;

	p.tsval = tcpgen_tick(e->t_ns, 1);
	if (e->detail >= DETAIL_FIN) {
		p.from = (uint8_t)(e->detail - DETAIL_FIN);
		p.flags = TCPGEN_ACK | TCPGEN_FIN;
		p.seq = p.from ? x->ack + total : x->seq + request;
		p.ack = p.from ? x->seq + request + 1 : x->ack + total;
		return tcpgen_frame(frame, &p, &c, NULL, 0);
	}
	if (e->detail == 0) {
		p.seq = x->seq;
		p.ack = x->ack;
		p.len = (uint16_t)request;
		return tcpgen_frame(frame, &p, &c, text, request);
	}
	memset(text, 'b', sizeof text);
	at = (e->detail - 1) * TCPGEN_MSS;
	p.from = 1;
	p.seq = x->ack + at;
	p.ack = x->seq + request;
	p.len = (uint16_t)(total - at < TCPGEN_MSS ? total - at : TCPGEN_MSS);
	if (at == 0)
		text[response_head(text, x)] = 'b';
	return tcpgen_frame(frame, &p, &c, text, p.len);
}

/* ---- plan ---- */

static void
plan_segments(struct proxy_gen *w, uint32_t i)
{
	const struct exchange *x = &w->exchanges[i];
	uint32_t n = (response_bytes(x) + TCPGEN_MSS - 1) / TCPGEN_MSS;
	int64_t step_ns = (x->end_ns - x->t_ns) / (2 * n);

	pairgen_add(w->g, x->t_ns, x->side, i, 0);
	for (uint32_t k = 0; k < n; k++)
		pairgen_add(w->g, x->end_ns - (int64_t)(n - 1 - k) * step_ns, x->side, i, k + 1);
}

static uint32_t
add_exchange(struct proxy_gen *w, struct exchange x)
{
	char text[HEAD_MAX_BYTES];

	x.seq = w->next_seq[x.side][x.conn];
	x.ack = w->next_ack[x.side][x.conn];
	w->exchanges[w->n] = x;
	w->next_seq[x.side][x.conn] += request_text(text, &x);
	w->next_ack[x.side][x.conn] += response_bytes(&x);
	plan_segments(w, w->n);
	return w->n++;
}

static enum action
draw_action(struct pairgen *g)
{
	static const double shares[N_ACTIONS] = {[HIT] = 0.4,
		[REVALIDATED] = 0.05,
		[RETRIED] = 0.02,
		[DENIED] = 0.02,
		[POSTED] = 0.02};
	double draw = synth_unit(&g->rng);

	for (int a = HIT; a < (g->clean ? REVALIDATED : N_ACTIONS); a++) {
		if (draw < shares[a])
			return (enum action)a;
		draw -= shares[a];
	}
	return MISS;
}

/* What the proxy asks the origin, within [t, end) of the request. */
static void
plan_behind(struct proxy_gen *w, const struct exchange *front, enum action action)
{
	struct pairgen *g = w->g;
	struct exchange x = *front;
	int64_t span_ns = front->end_ns - front->t_ns;

	x.side = 1;
	x.t_ns += span_ns / 50 + (int64_t)synth_between(&g->rng, 0, (double)span_ns / 8);
	x.end_ns -= span_ns / 50 + (int64_t)synth_between(&g->rng, 0, (double)span_ns / 8);
	if (action == RETRIED) {
		struct exchange again = x;

		x.end_ns = x.t_ns + span_ns / 5;
		x.status = 502;
		x.body = 0;
		again.t_ns = x.end_ns + span_ns / 20;
		add_exchange(w, x);
		x = again;
	}
	if (action == REVALIDATED)
		x.status = 304;
	add_exchange(w, x);
}

/* The next request of a client; *t_ns: when it may begin, then when the next one may. */
static void
plan_request(struct proxy_gen *w, uint32_t client, uint32_t number, int64_t *t_ns)
{
	struct pairgen *g = w->g;
	enum action action = draw_action(g);
	struct exchange x = {.request = number, .conn = client, .status = 200};
	bool shared = synth_unit(&g->rng) < 2.0 / 3;

	x.t_ns = *t_ns;
	x.end_ns = x.t_ns + 300000 + (int64_t)synth_lognormal(&g->rng, 2e6, 1.0);
	x.path = shared ? (uint32_t)(synth_next(&g->rng) % SHARED_PATHS) : 1000 + number;
	x.body = (uint32_t)synth_lognormal(&g->rng, 2000, 1.0) % 100000;
	x.post = action == POSTED;
	if (action == DENIED)
		x.status = 403;
	add_exchange(w, x);
	if (action != HIT && action != DENIED)
		plan_behind(w, &x, action);
	*t_ns = x.end_ns + 1000000 + (int64_t)synth_lognormal(&g->rng, 1e6, 1.0);
	if (!g->clean && synth_unit(&g->rng) < 0.02) {
		x.side = 1;
		x.request = UINT32_MAX;
		x.path = 10000000 + number; /* else it could pass for a slow hit's */
		x.t_ns = x.end_ns + 50000;
		x.end_ns = *t_ns - 50000;
		x.status = 200;
		add_exchange(w, x);
	}
}

/* The client closes, on either side. */
static void
plan_end(struct proxy_gen *w, uint32_t client, int64_t t_ns)
{
	for (int side = 0; side < 2; side++) {
		uint32_t last = UINT32_MAX;

		for (uint32_t i = 0; i < w->n; i++)
			if (w->exchanges[i].conn == client && w->exchanges[i].side == side)
				last = i;
		for (uint32_t from = 0; last != UINT32_MAX && from < 2; from++)
			pairgen_add(w->g, t_ns + from * 1000, side, last, DETAIL_FIN + from);
	}
}

static void
write_truth(const struct proxy_gen *w)
{
	FILE *out = pairgen_truth(w->g, "side,request,t_ns,latency_ns,method,path,status\n");

	for (uint32_t i = 0; out && i < w->n; i++) {
		const struct exchange *x = &w->exchanges[i];

		fprintf(out, "%s,%d,%" PRId64 ",%" PRId64 ",%s,/o/%u,%u\n",
			x->side ? "outer" : "inner", (int)x->request, x->t_ns, x->end_ns - x->t_ns,
			x->post ? "POST" : "GET", x->path, x->status);
	}
	pairgen_done(w->g, out);
}

void
gencap_proxy(struct pairgen *g)
{
	struct proxy_gen w = {.g = g};
	int64_t t_ns[CLIENTS];

	w.exchanges = synth_alloc(4 * g->n, sizeof *w.exchanges);
	for (uint32_t c = 0; c < CLIENTS; c++) {
		t_ns[c] = PAIRGEN_START_NS + (int64_t)c * 70000;
		for (int side = 0; side < 2; side++) {
			w.next_seq[side][c] = 1000 + c;
			w.next_ack[side][c] = 5000 + c;
		}
	}
	for (uint32_t i = 0; i < g->n; i++)
		plan_request(&w, i % CLIENTS, i, &t_ns[i % CLIENTS]);
	for (uint32_t c = 0; c < CLIENTS; c++)
		plan_end(&w, c, t_ns[c]);
	pairgen_write(g, build, &w);
	write_truth(&w);
	free(w.exchanges);
}
