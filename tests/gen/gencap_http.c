/*
 * gencap_http - HTTP/1.1 requests between a client and a server, with known times.
 *
 * Nine phases: {close, keep-alive} x {1, 100 connections at a time} x {1 kB (95 %), 100 kB (5 %)},
 * then 1 % of the requests pipelined up to 8 deep, in one segment or one each, answered in one
 * piece or one by one.  Some responses are chunked, HEAD, 304 or end with the connection.  Unless
 * --clean, each segment of a response is by independent draws:
 *
 *   D  0.2 %   recorded a second time, later
 *   U  0.2 %   lost before the capture and sent again
 *   O  0.3 %   exchanged with the next one
 *   M  2e-5    not in the file, though acknowledged (0.3 % of last segments); not with --plain
 *   Q  0.05 %  (of requests) sent a second time after 204 ms
 *
 * The truth has one row per request: first transmission, time to the first byte of the response,
 * time until every byte had arrived (first copies), frame numbers (0: not in the file).
 */
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tests/gen/tcpgen.h"

#define POOL_BYTES ((size_t)16 << 20)
#define POOL_EXTRA_BYTES 200000
#define SEGMENTS_MAX 65536
#define SPAN_MAX_BYTES ((uint32_t)1 << 20)
#define CACHE_SLOTS 256
#define RESPONSE_MAX_BYTES 112000
#define CHUNK_BYTES 700
#define RTO_NS 204000000

enum kind { NORMAL, CHUNKED, HEAD, NOT_MODIFIED, UNTIL_CLOSE };
enum request_flag { DUPLICATED = 1, LOST_UPSTREAM = 2, REORDERED = 4, REPEATED = 8, MISSING = 16 };
enum segment_state { PRESENT, ABSENT, COPY };

struct request {
	uint32_t conn;
	uint32_t size;
	uint32_t q_offset, q_len;         /* request in the client's stream */
	uint32_t r_offset, r_len, r_head; /* response in the server's stream */
	int64_t t_ns, t_first_ns, t_last_ns;
	uint32_t q_frame, first_frame, last_frame;
	unsigned ordinal;
	enum kind kind;
	bool pipelined;
	unsigned flags;
};

struct phase {
	unsigned number;
	bool keep_alive;
	bool big;
	unsigned concurrency;
	unsigned depth;
};

struct response_segment {
	int64_t t_ns;
	uint32_t offset;
	uint32_t len;
	enum segment_state state;
};

struct http {
	struct tcpgen *g;
	struct request *requests;
	struct phase *phase_of; /* by connection */
	uint32_t cap_phases;
	char *pool;
	struct response_segment *segments;
	uint32_t n_segments;
	uint8_t *got;   /* by the segment's start, relative to the batch */
	uint32_t *lens; /* the same */
};

/* One connection while it is simulated. */
struct sim {
	struct http *h;
	struct phase phase;
	struct tcpgen_conn c;
	uint32_t conn;
	double rtt_ns;
	int64_t t_ns;
	uint32_t client_bytes;
	uint32_t server_bytes;
	uint32_t last_tsval; /* the server's */
};

/* Requests that are sent together. */
struct batch {
	struct request *r;
	uint32_t first;
	uint32_t n;
	int64_t arrival_ns; /* at the server */
	uint32_t start;     /* of the responses */
	int64_t rtt_ns;
	uint32_t n_first; /* segments before copies were added */
};

/* ---- texts ---- */

static uint32_t
request_text(char *text, const struct request *r, uint32_t number, bool keep_alive)
{
	return (uint32_t)sprintf(text,
		"%s /obj/%uk?q=%u HTTP/1.1\r\nHost: server.example\r\nUser-Agent: gencap/1\r\n"
		"Accept: */*\r\n%s\r\n",
		r->kind == HEAD ? "HEAD" : "GET", r->size / 1000, number,
		keep_alive ? "" : "Connection: close\r\n");
}

static uint32_t
response_head(char *text, const struct request *r, bool keep_alive)
{
	int n = sprintf(text,
		"HTTP/1.1 %s\r\nServer: nginx/1.22.1\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\n"
		"Content-Type: text/html\r\n",
		r->kind == NOT_MODIFIED ? "304 Not Modified" : "200 OK");

	if (r->kind == CHUNKED)
		n += sprintf(text + n, "Transfer-Encoding: chunked\r\n");
	else if (r->kind == NORMAL || r->kind == HEAD)
		n += sprintf(text + n, "Content-Length: %u\r\n", r->size);
	n += sprintf(text + n, "Connection: %s\r\n\r\n", keep_alive ? "keep-alive" : "close");
	return (uint32_t)n;
}

/* The body behind text[n], or only its length when text is NULL. */
static uint32_t
add_body(char *text, uint32_t n, const struct request *r, const char *bytes)
{
	char size[16];

	if (r->kind == HEAD || r->kind == NOT_MODIFIED)
		return n;
	if (r->kind != CHUNKED) {
		if (text)
			memcpy(text + n, bytes, r->size);
		return n + r->size;
	}
	for (uint32_t done = 0; done < r->size;) {
		uint32_t len = r->size - done < CHUNK_BYTES ? r->size - done : CHUNK_BYTES;
		uint32_t digits = (uint32_t)sprintf(size, "%x\r\n", len);

		if (text) {
			memcpy(text + n, size, digits);
			memcpy(text + n + digits, bytes + done, len);
			memcpy(text + n + digits + len, "\r\n", 2);
		}
		n += digits + len + 2;
		done += len;
	}
	if (text)
		memcpy(text + n, "0\r\n\r\n", 5);
	return n + 5;
}

static uint32_t
response_text(
	const struct http *h, char *text, const struct request *r, uint32_t number, bool keep_alive)
{
	uint32_t n = response_head(text, r, keep_alive);

	return add_body(text, n, r, h->pool + (synth_hash(number) & (POOL_BYTES - 1)));
}

static void
fill_pool(struct http *h)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct synth_rng rng;

	h->pool = synth_alloc(POOL_BYTES + POOL_EXTRA_BYTES, 1);
	synth_seed(&rng, 42);
	for (size_t i = 0; i < POOL_BYTES + POOL_EXTRA_BYTES; i += 8) {
		uint64_t x = synth_next(&rng);

		for (unsigned j = 0; j < 8; j++)
			h->pool[i + j] = alphabet[x >> (6 * j) & 63];
	}
}

/* ---- a connection ---- */

static int64_t
draw_rtt(struct sim *s)
{
	return (int64_t)(s->rtt_ns * 0.9 +
		(double)synth_lognormal(&s->h->g->rng, s->rtt_ns * 0.1, 0.8));
}

/* A segment without payload; positions count from the first byte of each stream. */
static void
add_plain(struct sim *s, int64_t t_ns, int from, int flags, uint32_t seq, uint32_t ack,
	uint32_t tsecr)
{
	struct tcpgen_packet *p = tcpgen_add(s->h->g, t_ns, s->conn, from, flags);

	p->seq = s->c.isn[from] + seq;
	p->ack = s->c.isn[!from] + ack;
	p->tsval = tcpgen_tick(t_ns, s->c.tick[from]);
	p->tsecr = tsecr;
}

static void
open_conn(struct sim *s, int64_t t_ns)
{
	struct synth_rng *rng = &s->h->g->rng;
	uint32_t first = tcpgen_tick(t_ns, s->c.tick[0]);
	int64_t t_answer_ns;

	add_plain(s, t_ns, 0, TCPGEN_SYN, 0, 0, 0);
	t_answer_ns = t_ns + draw_rtt(s);
	add_plain(s, t_answer_ns, 1, TCPGEN_SYN | TCPGEN_ACK, 0, 1, first);
	s->last_tsval = tcpgen_tick(t_answer_ns, s->c.tick[1]);
	s->t_ns = t_answer_ns + 2000 + (int64_t)(synth_unit(rng) * 2000);
	add_plain(s, s->t_ns, 0, TCPGEN_ACK, 1, 1, s->last_tsval);
}

/* The server closes first when the connection is not kept alive. */
static void
close_conn(struct sim *s)
{
	int first = !s->phase.keep_alive;
	uint32_t end[2] = {s->client_bytes + 1, s->server_bytes + 1};
	int64_t t1 = s->t_ns + 5000, t2, t3;

	add_plain(s, t1, first, TCPGEN_FIN | TCPGEN_ACK, end[first], end[!first],
		first ? tcpgen_tick(s->t_ns, s->c.tick[0]) : s->last_tsval);
	t2 = t1 + (first ? 8000 : draw_rtt(s));
	add_plain(s, t2, !first, TCPGEN_FIN | TCPGEN_ACK, end[!first], end[first] + 1,
		tcpgen_tick(t1, s->c.tick[first]));
	t3 = t2 + (first ? draw_rtt(s) : 8000);
	add_plain(s, t3, first, TCPGEN_ACK, end[first] + 1, end[!first] + 1,
		tcpgen_tick(t2, s->c.tick[!first]));
	s->t_ns = t3;
}

/* ---- requests ---- */

static void
place_requests(struct sim *s, struct batch *b, uint32_t ordinal, bool one)
{
	char text[512];

	for (uint32_t j = 0; j < b->n; j++) {
		struct request *r = &b->r[j];

		r->conn = s->conn;
		r->ordinal = ordinal + j;
		r->pipelined = b->n > 1;
		r->q_offset = s->client_bytes;
		r->q_len = request_text(text, r, b->first + j, s->phase.keep_alive);
		r->t_ns = one ? s->t_ns : s->t_ns + j * 3000;
		s->client_bytes += r->q_len;
	}
}

static void
send_request(struct sim *s, struct batch *b, uint32_t j, uint32_t len, int64_t t_ns)
{
	const struct request *r = &b->r[j];
	struct tcpgen_packet *p = tcpgen_add(s->h->g, t_ns, s->conn, 0, TCPGEN_PSH | TCPGEN_ACK);

	p->request = (int32_t)(b->first + j);
	p->offset = r->q_offset;
	p->len = (uint16_t)len;
	p->seq = s->c.isn[0] + 1 + p->offset;
	p->ack = s->c.isn[1] + 1 + s->server_bytes;
	p->tsval = tcpgen_tick(t_ns, s->c.tick[0]);
	p->tsecr = s->last_tsval;
	if (t_ns > b->arrival_ns)
		b->arrival_ns = t_ns;
}

static void
send_requests(struct sim *s, struct batch *b, uint32_t ordinal)
{
	struct tcpgen *g = s->h->g;
	uint32_t start = s->client_bytes;
	bool one = b->n > 1 && synth_next(&g->rng) & 1, again;

	place_requests(s, b, ordinal, one);
	again = !g->clean && synth_unit(&g->rng) < 0.0005;
	for (uint32_t j = 0; j < (one ? 1 : b->n); j++) {
		uint32_t len = one ? s->client_bytes - start : b->r[j].q_len;

		send_request(s, b, j, len, b->r[j].t_ns);
		if (again && j == 0)
			send_request(s, b, j, len, b->r[j].t_ns + RTO_NS);
	}
	for (uint32_t j = 0; again && j < b->n; j++)
		b->r[j].flags |= REPEATED;
}

/* ---- responses ---- */

static struct response_segment *
add_segment(struct http *h, int64_t t_ns, uint32_t offset, uint32_t len, enum segment_state state)
{
	struct response_segment *seg = &h->segments[h->n_segments++];

	if (h->n_segments >= SEGMENTS_MAX)
		errx(1, "more than %d segments in a batch", SEGMENTS_MAX);
	*seg = (struct response_segment){t_ns, offset, len, state};
	return seg;
}

/* len bytes in segments, with a pause whenever the window is full. */
static void
cut_segments(struct http *h, const struct batch *b, int64_t t_ns, uint32_t offset, uint32_t len)
{
	uint32_t window = 10 * TCPGEN_MSS, in_flight = 0;

	if (h->n_segments && h->segments[h->n_segments - 1].t_ns + 2000 > t_ns)
		t_ns = h->segments[h->n_segments - 1].t_ns + 2000;
	while (len) {
		uint32_t part = len < TCPGEN_MSS ? len : TCPGEN_MSS;

		if (in_flight + part > window) {
			window *= 2;
			in_flight = 0;
			t_ns += b->rtt_ns / 3;
		}
		t_ns += (int64_t)(part + 66) * 8 + 200;
		add_segment(h, t_ns, offset, part, PRESENT);
		offset += part;
		len -= part;
		in_flight += part;
	}
}

static void
plan_responses(struct sim *s, struct batch *b)
{
	struct http *h = s->h;
	struct synth_rng *rng = &h->g->rng;
	int64_t ready_ns;
	double median_ns = b->r->size > 10000 ? 400e3 : 120e3;
	uint32_t offset = s->server_bytes;
	bool together;
	char text[512];

	b->rtt_ns = draw_rtt(s);
	ready_ns = b->arrival_ns + b->rtt_ns / 2;
	b->start = s->server_bytes;
	h->n_segments = 0;
	together = b->n > 1 && synth_next(rng) & 1;
	for (uint32_t j = 0; j < b->n; j++) {
		struct request *r = &b->r[j];

		ready_ns += (int64_t)synth_lognormal(rng, median_ns, 0.6);
		r->r_offset = s->server_bytes;
		r->r_head = response_head(text, r, s->phase.keep_alive);
		r->r_len = add_body(NULL, r->r_head, r, NULL);
		s->server_bytes += r->r_len;
		if (!together || j == b->n - 1) {
			cut_segments(
				h, b, ready_ns + b->rtt_ns / 2, offset, s->server_bytes - offset);
			offset = s->server_bytes;
		}
	}
	b->n_first = h->n_segments;
}

static bool
holds_bytes_of(uint32_t start, uint32_t end, const struct request *r)
{
	return start < r->r_offset + r->r_len && end > r->r_offset;
}

static void
flag_requests(struct batch *b, uint32_t start, uint32_t end, unsigned flag)
{
	for (uint32_t j = 0; j < b->n; j++)
		if (holds_bytes_of(start, end, &b->r[j]))
			b->r[j].flags |= flag;
}

/* Returns how many segments it took. */
static uint32_t
disturb_segment(struct sim *s, struct batch *b, uint32_t i)
{
	struct http *h = s->h;
	struct synth_rng *rng = &h->g->rng;
	struct response_segment *seg = &h->segments[i];
	uint32_t end = seg->offset + seg->len;
	double draw = synth_unit(rng);

	if (draw < 0.002) {
		int64_t late_ns = (int64_t)((double)b->rtt_ns * synth_between(rng, 0.3, 2.0));

		add_segment(h, seg->t_ns + late_ns + 100000, seg->offset, seg->len, COPY);
		flag_requests(b, seg->offset, end, DUPLICATED);
	} else if (draw < 0.004) {
		seg->t_ns += i == b->n_first - 1
			? RTO_NS
			: (int64_t)((double)b->rtt_ns * synth_between(rng, 1.0, 1.6)) + 100000;
		flag_requests(b, seg->offset, end, LOST_UPSTREAM);
	} else if (draw < 0.007 && i + 1 < b->n_first) {
		int64_t t_ns = seg->t_ns;

		seg->t_ns = seg[1].t_ns;
		seg[1].t_ns = t_ns;
		flag_requests(b, seg->offset, seg[1].offset + seg[1].len, REORDERED);
		return 2;
	} else if (draw < 0.00702 && !h->g->plain) {
		seg->state = ABSENT;
		flag_requests(b, seg->offset, end, MISSING);
	}
	return 1;
}

static int
by_arrival(const void *a, const void *b)
{
	const struct response_segment *x = a, *y = b;

	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	return (x->offset > y->offset) - (x->offset < y->offset);
}

static void
send_segment(
	struct sim *s, const struct batch *b, const struct response_segment *seg, uint32_t tsval)
{
	struct tcpgen_packet *p;
	bool last = seg->offset + seg->len == s->server_bytes;
	uint32_t j = 0;

	while (j + 1 < b->n && seg->offset >= b->r[j].r_offset + b->r[j].r_len)
		j++;
	p = tcpgen_add(s->h->g, seg->t_ns, s->conn, 1, TCPGEN_ACK | (last ? TCPGEN_PSH : 0));
	p->request = (int32_t)(b->first + j);
	p->offset = seg->offset;
	p->len = (uint16_t)seg->len;
	p->seq = s->c.isn[1] + 1 + seg->offset;
	p->ack = s->c.isn[0] + 1 + s->client_bytes;
	p->tsval = tsval;
	p->tsecr = tcpgen_tick(b->arrival_ns, s->c.tick[0]);
}

/* The segments in order of arrival, and what the client acknowledges: every other one. */
static void
send_responses(struct sim *s, const struct batch *b)
{
	struct http *h = s->h;
	uint32_t next = b->start, tsval = 0;
	int64_t last_ns = 0;
	int unacked = 0;

	for (uint32_t i = 0; i < h->n_segments; i++) {
		struct response_segment *seg = &h->segments[i];
		uint32_t before = next;
		bool ahead = seg->offset != next;

		if (i && seg->t_ns <= last_ns)
			seg->t_ns = last_ns + 1;
		last_ns = seg->t_ns;
		tsval = tcpgen_tick(seg->t_ns - b->rtt_ns / 2, s->c.tick[1]);
		if (seg->state != ABSENT)
			send_segment(s, b, seg, tsval);
		h->got[seg->offset - b->start] = 1;
		h->lens[seg->offset - b->start] = seg->len;
		while (next < s->server_bytes && h->got[next - b->start])
			next += h->lens[next - b->start];
		unacked++;
		if (ahead || unacked >= 2 || next - before > TCPGEN_MSS ||
			next == s->server_bytes) {
			int64_t t_ns = seg->t_ns + 1500 + (int64_t)(synth_unit(&h->g->rng) * 1500);

			add_plain(s, t_ns, 0, TCPGEN_ACK, s->client_bytes + 1, next + 1, tsval);
			unacked = 0;
			if (t_ns > s->t_ns)
				s->t_ns = t_ns;
		}
		if (seg->t_ns > s->t_ns)
			s->t_ns = seg->t_ns;
	}
	s->last_tsval = tsval;
}

static void
time_responses(struct sim *s, struct batch *b)
{
	struct http *h = s->h;

	for (uint32_t j = 0; j < b->n; j++) {
		struct request *r = &b->r[j];

		memset(h->got, 0, s->server_bytes - b->start + 1);
		for (uint32_t i = 0; i < h->n_segments; i++) {
			const struct response_segment *seg = &h->segments[i];

			if (h->got[seg->offset - b->start])
				continue;
			h->got[seg->offset - b->start] = 1;
			if (!holds_bytes_of(seg->offset, seg->offset + seg->len, r))
				continue;
			if (seg->offset <= r->r_offset && !r->t_first_ns)
				r->t_first_ns = seg->t_ns;
			if (seg->t_ns > r->t_last_ns)
				r->t_last_ns = seg->t_ns;
		}
	}
}

static void
exchange(struct sim *s, struct batch *b, uint32_t ordinal)
{
	struct http *h = s->h;

	s->t_ns += 4000 + (int64_t)(synth_unit(&h->g->rng) * 20000);
	send_requests(s, b, ordinal);
	plan_responses(s, b);
	for (uint32_t i = 0; !h->g->clean && i < b->n_first;)
		i += disturb_segment(s, b, i);
	qsort(h->segments, h->n_segments, sizeof *h->segments, by_arrival);
	if (s->server_bytes - b->start >= SPAN_MAX_BYTES)
		errx(1, "a batch of %u bytes", s->server_bytes - b->start);
	memset(h->got, 0, s->server_bytes - b->start + 1);
	send_responses(s, b);
	time_responses(s, b);
}

/* A connection with n requests from the first on; when it ends. */
static int64_t
simulate(struct http *h, int64_t t_ns, uint32_t first, uint32_t n, const struct tcpgen_conn *c,
	const struct phase *phase)
{
	struct synth_rng *rng = &h->g->rng;
	struct sim s = {.h = h, .phase = *phase, .c = *c};

	s.c.isn[0] = (uint32_t)synth_next(rng);
	s.c.isn[1] = (uint32_t)synth_next(rng);
	s.c.tick[0] = (uint32_t)synth_next(rng);
	s.c.tick[1] = (uint32_t)synth_next(rng);
	s.conn = tcpgen_connect(h->g, &s.c);
	if (s.conn == h->cap_phases) {
		h->cap_phases = h->cap_phases ? 2 * h->cap_phases : 4096;
		h->phase_of = realloc(h->phase_of, h->cap_phases * sizeof *h->phase_of);
		if (h->phase_of == NULL)
			err(1, "memory");
	}
	h->phase_of[s.conn] = *phase;
	s.rtt_ns = (double)synth_lognormal(rng, 250e3, 0.3);
	open_conn(&s, t_ns);
	for (uint32_t i = 0; i < n;) {
		struct batch b = {.first = first + i, .r = &h->requests[first + i], .n = 1};

		if (phase->depth > 1)
			b.n = (uint32_t)(1 + synth_next(rng) % phase->depth);
		if (b.n > n - i)
			b.n = n - i;
		exchange(&s, &b, i);
		i += b.n;
	}
	close_conn(&s);
	return s.t_ns;
}

/* ---- phases ---- */

static void
choose_kinds(struct http *h, uint32_t first, uint32_t n, const struct phase *phase)
{
	for (uint32_t i = 0; i < n; i++) {
		struct request *r = &h->requests[first + i];
		double draw = synth_unit(&h->g->rng);

		r->size = phase->big ? 100000 : 1000;
		if (h->g->clean || h->g->plain || phase->big)
			continue;
		if (draw < 0.005)
			r->kind = CHUNKED;
		else if (draw < 0.0075)
			r->kind = HEAD;
		else if (draw < 0.01)
			r->kind = NOT_MODIFIED;
		else if (!phase->keep_alive && draw < 0.0125)
			r->kind = UNTIL_CLOSE;
	}
}

static int64_t
run_phase(struct http *h, const struct phase *phase, int64_t t_ns, uint32_t *first, uint64_t left,
	uint16_t *port)
{
	int64_t clock_ns[100], end_ns = t_ns;
	uint32_t most = !phase->keep_alive ? 1 : phase->depth > 1 ? 40 : 100;
	bool pipelined = phase->depth > 1;

	for (unsigned w = 0; w < phase->concurrency; w++)
		clock_ns[w] = t_ns + w * 1000;
	while (left) {
		struct tcpgen_conn c = {
			.addr = {0x0a010001u + pipelined, 0x0a010101u}, .port = {*port, 80}};
		uint32_t n = most < left ? most : (uint32_t)left;
		unsigned w = 0;

		for (unsigned x = 1; x < phase->concurrency; x++)
			if (clock_ns[x] < clock_ns[w])
				w = x;
		choose_kinds(h, *first, n, phase);
		if (++*port >= 61000)
			*port = 32768;
		clock_ns[w] = simulate(h, clock_ns[w], *first, n, &c, phase) + 10000;
		clock_ns[w] += (int64_t)(synth_unit(&h->g->rng) * 30000);
		if (clock_ns[w] > end_ns)
			end_ns = clock_ns[w];
		*first += n;
		left -= n;
	}
	return end_ns;
}

static void
run_phases(struct http *h)
{
	uint64_t n = h->g->n, big = n / 20, pipelined = n / 100, small = n - big - pipelined;
	int64_t t_ns = TCPGEN_START_NS;
	uint16_t port = 32768;
	uint32_t first = 0;

	for (unsigned i = 0; i < 9; i++) {
		struct phase p = {.number = i,
			.keep_alive = i & 1,
			.big = i & 4,
			.concurrency = i & 2 ? 100 : 1,
			.depth = 1};
		uint64_t count = p.big ? big / 4 : small / 4;

		if (i == 3)
			count = small - 3 * (small / 4);
		if (i == 7)
			count = big - 3 * (big / 4);
		if (i == 8) {
			p = (struct phase){
				.number = i, .keep_alive = true, .concurrency = 4, .depth = 8};
			count = pipelined;
		}
		t_ns = run_phase(h, &p, t_ns, &first, count, &port) + 500000000;
	}
}

/* ---- output ---- */

struct cache {
	char *texts;
	int64_t numbers[CACHE_SLOTS];
};

static const char *
cached_response(const struct http *h, struct cache *cache, uint32_t number)
{
	const struct request *r = &h->requests[number];
	uint32_t slot = number % CACHE_SLOTS;
	char *text = cache->texts + (size_t)slot * RESPONSE_MAX_BYTES;

	if (cache->numbers[slot] != number) {
		if (response_text(h, text, r, number, h->phase_of[r->conn].keep_alive) != r->r_len)
			errx(1, "the response to request %u has not the length planned", number);
		cache->numbers[slot] = number;
	}
	return text;
}

/* The first n bytes of a packet's payload. */
static void
payload(const struct http *h, struct cache *cache, const struct tcpgen_packet *p, char *out,
	uint32_t n)
{
	uint32_t number = (uint32_t)p->request;

	for (uint32_t done = 0; done < n; number++) {
		const struct request *r = &h->requests[number];
		uint32_t start = p->from ? r->r_offset : r->q_offset;
		uint32_t len = p->from ? r->r_len : r->q_len, at = p->offset + done, part;
		char text[512];
		const char *source = text;

		if (at >= start + len)
			continue;
		if (p->from)
			source = cached_response(h, cache, number);
		else
			request_text(text, r, number, h->phase_of[r->conn].keep_alive);
		part = start + len - at < n - done ? start + len - at : n - done;
		memcpy(out + done, source + (at - start), part);
		done += part;
	}
}

static void
note_frame(struct http *h, const struct tcpgen_packet *p)
{
	uint32_t end = p->offset + p->len, frame = h->g->pcap.frames;

	for (uint64_t i = (uint64_t)p->request; i < h->g->n; i++) {
		struct request *r = &h->requests[i];

		if (r->conn != p->conn || (p->from ? r->r_offset : r->q_offset) >= end)
			return;
		if (!p->from && r->t_ns == p->t_ns && !r->q_frame)
			r->q_frame = frame;
		if (p->from && r->t_first_ns == p->t_ns && !r->first_frame)
			r->first_frame = frame;
		if (p->from && r->t_last_ns == p->t_ns)
			r->last_frame = frame;
	}
}

static void
write_capture(struct http *h)
{
	struct tcpgen *g = h->g;
	struct cache cache = {.texts = synth_alloc(CACHE_SLOTS, RESPONSE_MAX_BYTES)};
	uint8_t *frame = synth_alloc(1, TCPGEN_FRAME_MAX_BYTES);
	char *bytes = synth_alloc(1, TCPGEN_FRAME_MAX_BYTES);

	memset(cache.numbers, -1, sizeof cache.numbers);
	for (size_t i = 0; i < g->n_packets; i++) {
		const struct tcpgen_packet *p = &g->packets[i];
		uint32_t wanted = p->len, len;

		if (g->pcap.snaplen < 66 + wanted)
			wanted = g->pcap.snaplen > 66 ? g->pcap.snaplen - 66 : 0;
		if (p->len)
			payload(h, &cache, p, bytes, wanted);
		len = tcpgen_frame(frame, p, &g->conns[p->conn], bytes, wanted);
		synth_pcap_add(&g->pcap, p->t_ns, frame, len);
		if (p->len)
			note_frame(h, p);
	}
	synth_pcap_close(&g->pcap);
	free(cache.texts);
	free(frame);
	free(bytes);
}

static void
flag_letters(char *text, unsigned flags)
{
	static const char letter[] = "DUOQM";
	char *at = text;

	for (unsigned i = 0; i < 5; i++)
		if (flags & 1u << i)
			*at++ = letter[i];
	if (at == text)
		*at++ = '-';
	*at = '\0';
}

static void
write_truth(const struct http *h)
{
	static const char *const kinds[] = {"norm", "chunked", "head", "304", "close"};
	FILE *out = fopen(h->g->truth, "w");
	char flags[8];

	if (out == NULL)
		err(1, "%s", h->g->truth);
	fputs("req,phase,keepalive,concurrency,conn,ord,client,cport,size,kind,pipelined,flags,"
	      "t_req_ns,ttfb_ns,latency_ns,resp_bytes,req_frame,first_frame,last_frame\n",
		out);
	for (uint64_t i = 0; i < h->g->n; i++) {
		const struct request *r = &h->requests[i];
		const struct tcpgen_conn *c = &h->g->conns[r->conn];
		const struct phase *p = &h->phase_of[r->conn];

		flag_letters(flags, r->flags);
		fprintf(out, "%" PRIu64 ",%u,%d,%u,%u,%u,10.1.0.%u,%u,%u,%s,%d,%s,", i, p->number,
			p->keep_alive, p->concurrency, r->conn, r->ordinal, c->addr[0] & 255,
			c->port[0], r->size, kinds[r->kind], r->pipelined, flags);
		fprintf(out, "%" PRId64 ",%" PRId64 ",%" PRId64 ",%u,%u,%u,%u\n", r->t_ns,
			r->t_first_ns - r->t_ns, r->t_last_ns - r->t_ns, r->r_len, r->q_frame,
			r->first_frame, r->last_frame);
	}
	if (fclose(out) != 0)
		err(1, "%s", h->g->truth);
}

void
gencap_http(struct tcpgen *g)
{
	struct http h = {.g = g};

	fill_pool(&h);
	h.requests = synth_alloc(g->n, sizeof *h.requests);
	h.segments = synth_alloc(SEGMENTS_MAX, sizeof *h.segments);
	h.got = synth_alloc(SPAN_MAX_BYTES, 1);
	h.lens = synth_alloc(SPAN_MAX_BYTES, sizeof *h.lens);
	run_phases(&h);
	tcpgen_sort(g);
	write_capture(&h);
	if (g->truth)
		write_truth(&h);
	free(h.pool);
	free(h.requests);
	free(h.phase_of);
	free(h.segments);
	free(h.got);
	free(h.lens);
}
