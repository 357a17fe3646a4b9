/*
 * t_http - requests and responses out of hand-made connections.  Expected times can be read off the
 * tables: they are differences between the times of the segments that brought the bytes.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/http.h"
#include "core/alloc.h"
#include "core/tstamp.h"
#include "tests/unit/tcp_packets.h"

#define MS INT64_C(1000000)
#define SA (TCP_SYN | TCP_ACK)
#define A TCP_ACK
#define FA (TCP_FIN | TCP_ACK)

#define OPEN                                                                             \
	{1, 'C', TCP_SYN, 0, 0, NULL, 0, 0, 0, 0}, {2, 'S', SA, 0, 1, NULL, 0, 0, 0, 0}, \
	{                                                                                \
		3, 'C', A, 1, 1, NULL, 0, 0, 0, 0                                        \
	}
#define LINE(t, from, flags, seq, ack, data)               \
	{                                                  \
		t, from, flags, seq, ack, data, 0, 0, 0, 0 \
	}
/* A segment of which only `data` was captured. */
#define CUT(t, from, seq, ack, data, len)                \
	{                                                \
		t, from, A, seq, ack, data, len, 0, 0, 0 \
	}

static void
add_time(struct strbuf *b, int64_t t)
{
	if (t == TSTAMP_NONE)
		strbuf_adds(b, " -");
	else
		strbuf_addf(b, " %" PRId64, t);
}

/* "METHOD URI status request ttfb latency flags;" */
static void
take(void *ctx, const struct http_sample *s)
{
	struct strbuf *b = ctx;

	strbuf_addf(b, "%s %s %u", s->method ? s->method : "-", s->uri ? s->uri : "-", s->status);
	add_time(b, s->t_request_ns);
	add_time(b, s->ttfb_ns);
	add_time(b, s->latency_ns);
	strbuf_addc(b, ' ');
	flags_add(b, s->flags);
	strbuf_addc(b, ';');
}

static struct http_counts
run(struct strbuf *b, const struct tcp_line *lines, int64_t end_ns)
{
	struct http_params params = {.expiry_ns = HTTP_EXPIRY_NS, .keep_uri = true};
	struct http *h = http_new(&params, take, b);
	struct http_counts counts;
	struct tcp_frame f;

	for (; lines->from; lines++) {
		http_add(h, lines->t_ns, tcp_packet(&f, lines));
		end_ns = lines->t_ns > end_ns ? lines->t_ns : end_ns;
	}
	http_finish(h, end_ns);
	counts = *http_counts(h);
	http_free(h);
	return counts;
}

#define GET_A "GET /a HTTP/1.1\r\n\r\n" /* 19 bytes */
#define GET_B "GET /b HTTP/1.1\r\n\r\n"
#define OK_5 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" /* 38 bytes, and 5 of the body */
#define OK_0 "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

static const struct {
	const char *name;
	struct tcp_line lines[16];
	const char *rows;
} cases[] = {
	{"two requests, kept alive",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A), LINE(6, 'S', A, 1, 20, OK_5 "hello"),
			LINE(10, 'C', A, 20, 44, GET_B), LINE(13, 'S', A, 44, 39, OK_5),
			LINE(15, 'S', A, 82, 39, "hello")},
		"GET /a 200 4 2 2 ;GET /b 200 10 3 5 ;"},
	{"lines and bodies broken anywhere",
		{OPEN, LINE(4, 'C', A, 1, 1, "GE"), LINE(5, 'C', A, 3, 1, "T /a HT"),
			LINE(6, 'C', A, 10, 1, "TP/1.1\r\n\r"), LINE(7, 'C', A, 19, 1, "\n"),
			LINE(8, 'S', A, 1, 20, "H"),
			LINE(9, 'S', A, 2, 20, "TTP/1.1 200 OK\r\nContent-L"),
			LINE(10, 'S', A, 27, 20, "ength: 5\r\n\r"),
			LINE(11, 'S', A, 38, 20, "\nhel"), LINE(12, 'S', A, 42, 20, "lo")},
		"GET /a 200 4 4 8 ;"},
	{"out of order: the last byte is not the last to come",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A), LINE(5, 'S', A, 39, 20, "hello"),
			LINE(9, 'S', A, 1, 20, OK_5)},
		"GET /a 200 4 5 5 reordered;"},
	{"copies do not count",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A), LINE(5, 'C', A, 1, 1, GET_A),
			LINE(6, 'S', A, 1, 20, OK_5 "hello"), LINE(9, 'S', A, 1, 20, OK_5 "HELLO")},
		"GET /a 200 4 2 2 retransmitted;"},
	{"pipelined, in one segment, answered in one",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A GET_B),
			LINE(6, 'S', A, 1, 39, OK_5 "hello" OK_5 "he"),
			LINE(8, 'S', A, 84, 39, "llo")},
		"GET /a 200 4 2 2 ;GET /b 200 4 2 4 pipelined;"},
	{"pipelined: the second response before the first is complete",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A), LINE(5, 'C', A, 20, 1, GET_B),
			LINE(6, 'S', A, 44, 39, OK_5 "hello"),
			LINE(9, 'S', A, 1, 39, OK_5 "hello")},
		"GET /a 200 4 5 5 ;GET /b 200 5 1 1 reordered|pipelined;"},
	{"100 Continue is not the response",
		{OPEN, LINE(4, 'C', A, 1, 1, "POST /p HTTP/1.1\r\nContent-Length: 2\r\n\r\n"),
			LINE(5, 'S', A, 1, 40, "HTTP/1.1 100 Continue\r\n\r\n"),
			LINE(6, 'C', A, 40, 26, "ab"), LINE(8, 'S', A, 26, 42, OK_5 "hello")},
		"POST /p 200 4 4 4 ;"},
	{"HEAD, 304 and 204 have no body",
		{OPEN, LINE(4, 'C', A, 1, 1, "HEAD /h HTTP/1.1\r\n\r\n"),
			LINE(5, 'S', A, 1, 21, OK_5), LINE(6, 'C', A, 21, 39, GET_A),
			LINE(7, 'S', A, 39, 40, "HTTP/1.1 304 N\r\nContent-Length: 9\r\n\r\n"),
			LINE(8, 'C', A, 40, 76, GET_B),
			LINE(9, 'S', A, 76, 59, "HTTP/1.1 204 N\r\n\r\n")},
		"HEAD /h 200 4 1 1 ;GET /a 304 6 1 1 ;GET /b 204 8 1 1 ;"},
	{"chunked, with extension and trailer",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A),
			LINE(5, 'S', A, 1, 20,
				"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nab"),
			LINE(6, 'S', A, 57, 20, "c\r\n0\r\nX: y\r\n"),
			LINE(9, 'S', A, 69, 20, "\r\n"), LINE(10, 'C', A, 20, 71, GET_B),
			LINE(11, 'S', A, 71, 39, OK_0)},
		"GET /a 200 4 1 5 ;GET /b 200 10 1 1 ;"},
	{"until close, the FIN not counted",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A),
			LINE(5, 'S', A, 1, 20, "HTTP/1.0 200 OK\r\n\r\nab"),
			LINE(7, 'S', A, 22, 20, "cd"), LINE(9, 'S', FA, 24, 20, NULL),
			LINE(10, 'C', FA, 20, 25, NULL)},
		"GET /a 200 4 1 3 ;"},
	{"a tunnel is no HTTP any more",
		{OPEN, LINE(4, 'C', A, 1, 1, "CONNECT x:443 HTTP/1.1\r\n\r\n"),
			LINE(5, 'S', A, 1, 27, "HTTP/1.1 200 OK\r\n\r\n"),
			LINE(6, 'C', A, 27, 20, GET_A), LINE(7, 'S', A, 20, 46, OK_0)},
		"CONNECT x:443 200 4 1 1 ;"},
	{"an upgrade is answered by 101; what follows is no HTTP any more",
		{OPEN, LINE(4, 'C', A, 1, 1, "GET /w HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"),
			LINE(6, 'S', A, 1, 40, "HTTP/1.1 101 Switching Protocols\r\n\r\n"),
			LINE(7, 'C', A, 40, 37, GET_A), LINE(8, 'S', A, 37, 59, OK_0)},
		"GET /w 101 4 2 2 ;"},
	{"a request that is not in the file costs itself",
		{OPEN, LINE(5, 'S', A, 1, 20, OK_0), LINE(6, 'C', A, 20, 39, GET_B),
			LINE(8, 'S', A, 39, 39, OK_0)},
		"GET /b 200 6 2 2 ;"},
	{"an empty line before the first request is ignored",
		{OPEN, LINE(4, 'C', A, 1, 1, "\r"), LINE(5, 'C', A, 2, 1, "\n\r\n" GET_A),
			LINE(7, 'S', A, 1, 24, OK_0)},
		"GET /a 200 5 2 2 ;"},
	{"several segments missing before a request: its response is its own",
		{OPEN, LINE(4, 'C', A, 1, 1, "POST /p HTTP/1.1\r\nContent-Length: 9\r\n\r\n"),
			LINE(5, 'C', A, 42, 1, "ab"), LINE(6, 'C', A, 46, 1, "cd"),
			LINE(8, 'S', A, 1, 49, OK_5 "hello"), LINE(10, 'C', A, 49, 44, GET_B),
			LINE(13, 'S', A, 44, 68, OK_5 "hello")},
		"POST /p 200 4 4 4 ;GET /b 200 10 3 3 ;"},
	{"a HEAD request missing: its response is no longer than its head",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A), LINE(5, 'S', A, 1, 20, OK_5 "hello"),
			LINE(8, 'S', A, 44, 40, OK_5), LINE(10, 'C', A, 40, 82, GET_B),
			LINE(13, 'S', A, 82, 59, OK_5 "hello")},
		"GET /a 200 4 1 1 ;GET /b 200 10 3 3 ;"},
	{"a response that came before its request answers nothing",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A), LINE(5, 'S', A, 44, 20, OK_5 "hello"),
			LINE(8, 'C', A, 20, 44, GET_B), LINE(9, 'C', FA, 39, 87, NULL)},
		"GET /a 0 4 - - gap;GET /b 0 8 - - gap|pipelined;"},
	{"no length, but the client asks again: the body ended there",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A),
			LINE(6, 'S', A, 1, 20, "HTTP/1.1 200 OK\r\n\r\nhello"),
			LINE(8, 'C', A, 20, 25, GET_B), LINE(11, 'S', A, 25, 39, OK_5 "hello")},
		"GET /a 200 4 2 2 ;GET /b 200 8 3 3 ;"},
	{"cut, and a request missing: those behind it keep their responses",
		{OPEN, CUT(4, 'C', 1, 1, "GET /a HTTP/1.1\r\nHo", 100),
			CUT(6, 'S', 1, 101, "HTTP/1.1 200 OK\r\nSe", 300),
			CUT(12, 'S', 301, 201, "HTTP/1.1 206 OK\r\nSe", 200),
			CUT(20, 'C', 201, 501, "GET /b HTTP/1.1\r\nHo", 100),
			CUT(23, 'S', 501, 301, "HTTP/1.1 404 OK\r\nSe", 150),
			CUT(30, 'C', 301, 651, "GET /c HTTP/1.1\r\nHo", 100),
			CUT(34, 'S', 651, 401, "HTTP/1.1 203 OK\r\nSe", 150),
			LINE(40, 'C', FA, 401, 801, NULL)},
		"GET /a 200 4 2 - ambiguous|gap|cut;GET /b 404 20 3 3 cut;GET /c 203 30 4 4 cut;"},
	{"an interim response whose head was cut is not the response",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A), CUT(6, 'S', 1, 20, "HTTP/1.1 103 E\r\nLi", 60),
			LINE(9, 'S', A, 61, 20, OK_5 "hello")},
		"GET /a 200 4 5 5 ;"},
	{"a response that is not in the file costs itself",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A), LINE(6, 'C', A, 20, 39, GET_B),
			LINE(8, 'S', A, 39, 39, OK_5 "hello")},
		"GET /a 0 4 - - gap;GET /b 200 6 2 2 ;"},
	{"a gap inside the body: the last byte dates it",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A), LINE(5, 'S', A, 1, 20, OK_5),
			LINE(8, 'S', A, 42, 20, "lo"), LINE(9, 'C', A, 20, 44, GET_B),
			LINE(11, 'S', A, 44, 39, OK_0)},
		"GET /a 200 4 1 4 gap;GET /b 200 9 2 2 ;"},
	{"a gap at the end: no latency",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A), LINE(5, 'S', A, 1, 20, OK_5 "he"),
			LINE(9, 'C', A, 20, 44, GET_B), LINE(11, 'S', A, 44, 39, OK_0)},
		"GET /a 200 4 1 - gap;GET /b 200 9 2 2 ;"},
	{"the reset comes before the end",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A), LINE(5, 'S', A, 1, 20, OK_5 "he"),
			LINE(6, 'S', TCP_RST | A, 41, 20, NULL)},
		"GET /a 200 4 1 - reset;"},
	{"closed before the end",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A), LINE(5, 'S', A, 1, 20, OK_5 "he"),
			LINE(6, 'S', FA, 41, 20, NULL)},
		"GET /a 200 4 1 - closed;"},
	{"no answer yet", {OPEN, LINE(4, 'C', A, 1, 1, GET_A)}, "GET /a 0 4 - - unfinished;"},
	{"refused", {LINE(1, 'C', TCP_SYN, 0, 0, NULL), LINE(2, 'S', TCP_RST | A, 0, 1, NULL)},
		"- - 0 1 - - refused;"},
	{"the same ports again",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A), LINE(5, 'S', A, 1, 20, OK_0),
			LINE(6, 'C', TCP_SYN, 5000, 0, NULL), LINE(7, 'S', SA, 7000, 5001, NULL),
			LINE(8, 'C', A, 5001, 7001, GET_B), LINE(9, 'S', A, 7001, 5020, OK_0)},
		"GET /a 200 4 1 1 ;GET /b 200 8 1 1 ;"},
	{"a start that was not captured",
		{LINE(3, 'S', A, 500, 100, "of a body"), LINE(4, 'C', A, 100, 509, GET_A),
			LINE(6, 'S', A, 509, 119, OK_0)},
		"GET /a 200 4 2 2 ;"},
	{"a length beyond 2^62: by turns",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A),
			LINE(5, 'S', A, 1, 20,
				"HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\nab"),
			LINE(7, 'C', A, 20, 59, GET_B), LINE(9, 'S', A, 59, 39, OK_0)},
		"GET /a 200 4 1 1 ;GET /b 200 7 2 2 ;"},
	{"a chunk size that overflows: by turns",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A),
			LINE(5, 'S', A, 1, 20,
				"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
				"fffffffffffffffff\r\n"),
			LINE(7, 'C', A, 20, 67, GET_B), LINE(9, 'S', A, 67, 39, OK_0)},
		"GET /a 200 4 1 1 ;GET /b 200 7 2 2 ;"},
	{"cut: turns end the responses",
		{OPEN, CUT(4, 'C', 1, 1, "GET /a HTTP/1.1\r\nHo", 100),
			CUT(6, 'S', 1, 101, "HTTP/1.1 200 OK\r\nSe", 1000),
			CUT(7, 'S', 1001, 101, "x", 500),
			CUT(10, 'C', 101, 1501, "GET /b HTTP/1.1\r\nHo", 100),
			CUT(12, 'S', 1501, 201, "HTTP/1.1 404 No\r\nSe", 300),
			LINE(14, 'C', FA, 201, 1801, NULL), LINE(15, 'S', FA, 1801, 202, NULL)},
		"GET /a 200 4 2 3 cut;GET /b 404 10 2 2 cut;"},
	{"cut, the segments exchanged",
		{OPEN, CUT(4, 'C', 1, 1, "GET /a HTTP/1.1\r\nHo", 100),
			CUT(6, 'S', 1001, 101, "x", 500),
			CUT(9, 'S', 1, 101, "HTTP/1.1 200 OK\r\nSe", 1000),
			CUT(10, 'C', 101, 1501, "GET /b HTTP/1.1\r\nHo", 100)},
		"GET /a 200 4 5 5 reordered|cut;GET /b 0 10 - - unfinished|cut;"},
	{"cut but for a length that was captured",
		{OPEN, LINE(4, 'C', A, 1, 1, GET_A), CUT(6, 'S', 1, 20, OK_5, 43),
			CUT(8, 'C', 20, 44, "GET /b H", 50)},
		"GET /a 200 4 2 2 ;GET /b 0 8 - - unfinished|cut;"},
	{"cut and pipelined: nobody can part the responses",
		{OPEN, CUT(4, 'C', 1, 1, "GET /a HTTP/1.1\r\nHo", 100),
			CUT(5, 'C', 101, 1, "GET /b HTTP/1.1\r\nHo", 100),
			CUT(7, 'S', 1, 201, "HTTP/1.1 200 OK\r\nSe", 1000),
			CUT(9, 'C', 201, 1001, "GET /c HTTP/1.1\r\nHo", 100),
			CUT(11, 'S', 1001, 301, "HTTP/1.1 200 OK\r\nSe", 1000),
			LINE(14, 'C', FA, 301, 2001, NULL), LINE(15, 'S', FA, 2001, 302, NULL)},
		"GET /a 200 4 3 - ambiguous|cut;GET /b 0 5 - - ambiguous|cut|pipelined;"
		"GET /c 200 9 2 2 cut;"},
	{"cut, one request in sight, two responses: the same",
		{OPEN, CUT(4, 'C', 1, 1, "GET /a HTTP/1.1\r\nHo", 200),
			CUT(7, 'S', 1, 201, "HTTP/1.1 200 OK\r\nSe", 1000),
			CUT(8, 'S', 1001, 201, "HTTP/1.1 200 OK\r\nSe", 1000),
			LINE(14, 'C', FA, 201, 2001, NULL), LINE(15, 'S', FA, 2001, 202, NULL)},
		"GET /a 200 4 3 - ambiguous|cut;"},
	{"nothing of the payload captured",
		{OPEN, CUT(4, 'C', 1, 1, "", 100), CUT(6, 'S', 1, 101, "", 1000),
			CUT(9, 'C', 101, 1001, "", 100), CUT(11, 'S', 1001, 201, "", 70),
			LINE(13, 'S', FA, 1071, 201, NULL)},
		" - 0 4 2 2 cut; - 0 9 2 2 cut;"},
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf b;

		strbuf_init(&b);
		run(&b, cases[i].lines, 0);
		if (!b.p || strcmp(b.p, cases[i].rows))
			fail_msg("%s:\n  %s\nexpected\n  %s", cases[i].name, b.p ? b.p : "nothing",
				cases[i].rows);
		strbuf_release(&b);
	}
}

static const struct {
	const char *name;
	struct tcp_line lines[8];
	size_t count; /* offset in struct http_counts */
} counted[] = {
	{"TLS", {OPEN, LINE(4, 'C', A, 1, 1, "\x16\x03\x01\x02")},
		offsetof(struct http_counts, tls)},
	{"HTTP/2", {OPEN, LINE(4, 'C', A, 1, 1, "PRI * HTTP/2.0\r\n\r\n")},
		offsetof(struct http_counts, http2)},
	{"something else", {OPEN, LINE(4, 'S', A, 1, 1, "220 mail\r\n")},
		offsetof(struct http_counts, other)},
	{"a response without request", {LINE(4, 'S', A, 1, 1, OK_5 "hello")},
		offsetof(struct http_counts, orphans)},
	{"an upgrade",
		{OPEN, LINE(4, 'C', A, 1, 1, "GET /w HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"),
			LINE(6, 'S', A, 1, 40, "HTTP/1.1 101 Switching Protocols\r\n\r\n")},
		offsetof(struct http_counts, upgrades)},
	{"two different lengths",
		{OPEN,
			LINE(4, 'C', A, 1, 1,
				"POST / HTTP/1.1\r\nContent-Length: 1\r\n"
				"Content-Length: 2\r\n\r\n")},
		offsetof(struct http_counts, malformed)},
	{"a segment behind the FIN",
		{OPEN, LINE(4, 'S', FA, 1, 1, NULL), LINE(5, 'S', A, 1, 1, "x")},
		offsetof(struct http_counts, outside)},
};

static void
test_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
		struct strbuf b;
		struct http_counts c;

		strbuf_init(&b);
		c = run(&b, counted[i].lines, 0);
		if (*(const uint64_t *)(const void *)((const char *)&c + counted[i].count) != 1)
			fail_msg("%s is not counted", counted[i].name);
		strbuf_release(&b);
	}
}

/* The expiry time decides between unfinished and timeout. */
static void
test_expiry(void **state)
{
	const struct tcp_line lines[] = {OPEN, LINE(4, 'C', A, 1, 1, GET_A), {0}};
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	run(&b, lines, 4 + HTTP_EXPIRY_NS);
	assert_string_equal(b.p, "GET /a 0 4 - - unfinished;");
	strbuf_clear(&b);
	run(&b, lines, 5 + HTTP_EXPIRY_NS);
	assert_string_equal(b.p, "GET /a 0 4 - - timeout;");
	strbuf_release(&b);
}

/* What the rows of one connection say beside the times. */
struct last {
	struct http_sample s;
};

static void
keep_last(void *ctx, const struct http_sample *s)
{
	((struct last *)ctx)->s = *s;
}

/* To the end of the lines; http_free() is the caller's. */
static struct http *
follow(const struct tcp_line *lines, struct last *last)
{
	struct http_params params = {.expiry_ns = HTTP_EXPIRY_NS};
	struct http *h = http_new(&params, keep_last, last);
	struct tcp_frame f;

	for (const struct tcp_line *l = lines; l->from; l++)
		http_add(h, l->t_ns, tcp_packet(&f, l));
	http_finish(h, TSTAMP_NONE);
	return h;
}

static void
test_sizes_and_connect(void **state)
{
	const struct tcp_line lines[] = {
		OPEN, LINE(4, 'C', A, 1, 1, GET_A), LINE(6, 'S', A, 1, 20, OK_5 "hello"), {0}};
	struct last last = {0};
	struct http *h = follow(lines, &last);

	(void)state;
	assert_int_equal(last.s.request_bytes, 19);
	assert_int_equal(last.s.response_bytes, 43);
	assert_int_equal(last.s.connect_ns, 2);
	assert_int_equal(last.s.total_ns, 5);
	assert_int_equal(last.s.t_request_last_ns, 4);
	assert_int_equal(last.s.connection, 0);
	assert_int_equal(last.s.position, 0);
	assert_null(last.s.uri); /* not asked for */
	http_free(h);
}

/*
 * The segment that brought the connection's first request is not in the file: the second request's
 * total does not begin with the SYN, or it would hold the first request too.
 */
static void
test_first_request_missing(void **state)
{
	const struct tcp_line lines[] = {OPEN, LINE(6, 'S', A, 1, 20, OK_5 "hello"),
		LINE(10, 'C', A, 20, 44, GET_B), LINE(13, 'S', A, 44, 39, OK_5 "hello"), {0}};
	struct last last = {0};
	struct http *h = follow(lines, &last);

	(void)state;
	assert_int_equal(http_counts(h)->requests, 1);
	assert_int_equal(last.s.connect_ns, 2);
	assert_int_equal(last.s.latency_ns, 3);
	assert_int_equal(last.s.total_ns, 3);
	http_free(h);
}

/* A head line of a megabyte: its beginning is looked at, the rest passes. */
static void
test_long_line(void **state)
{
	struct strbuf b;
	struct http_params params = {.expiry_ns = HTTP_EXPIRY_NS, .keep_uri = true};
	struct http *h;
	struct tcp_frame f;
	struct tcp_line l = LINE(4, 'C', A, 1, 1, "GET /");
	char block[1001];

	(void)state;
	strbuf_init(&b);
	memset(block, 'a', 1000);
	block[1000] = '\0';
	h = http_new(&params, take, &b);
	http_add(h, l.t_ns, tcp_packet(&f, &l));
	l.seq = 6;
	l.data = block;
	for (int i = 0; i < 1000; i++, l.seq += 1000)
		http_add(h, l.t_ns, tcp_packet(&f, &l));
	l.data = " HTTP/1.1\r\n\r\n";
	http_add(h, l.t_ns, tcp_packet(&f, &l));
	http_finish(h, TSTAMP_NONE);
	assert_true(b.n > HTTP_URI_MAX && b.n < HTTP_URI_MAX + 100);
	http_free(h);
	strbuf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_sizes_and_connect),
		cmocka_unit_test(test_first_request_missing),
		cmocka_unit_test(test_long_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
