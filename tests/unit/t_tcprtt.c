/*
 * t_tcprtt - round trips out of hand-made connections.  Each case follows from RFC 9293, 5681, 7323
 * and Karn's rule; times are read off the table.
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

#include "analyze/tcprtt.h"
#include "core/str.h"
#include "core/tstamp.h"
#include "tests/unit/tcp_packets.h"

#define MS INT64_C(1000000)
#define SA (TCP_SYN | TCP_ACK)
#define A TCP_ACK
#define FA (TCP_FIN | TCP_ACK)

/* Times in the tables are milliseconds. */
#define DATA(t, seq, n)                                    \
	{                                                  \
		(t) * MS, 'C', A, seq, 1, NULL, n, 0, 0, 0 \
	}
#define ACK(t, ack)                                        \
	{                                                  \
		(t) * MS, 'S', A, 1, ack, NULL, 0, 0, 0, 0 \
	}
#define TDATA(t, seq, n, tsval)                                \
	{                                                      \
		(t) * MS, 'C', A, seq, 1, NULL, n, tsval, 1, 0 \
	}
#define TACK(t, ack, tsecr)                                      \
	{                                                        \
		(t) * MS, 'S', A, 1, ack, NULL, 0, 500, tsecr, 0 \
	}
#define LINE(t, from, flags, seq, ack)                            \
	{                                                         \
		(t) * MS, from, flags, seq, ack, NULL, 0, 0, 0, 0 \
	}

/* Four times two segments and one ACK: the habit of waiting. */
#define PAIRS                                                                             \
	DATA(10, 101, 100), DATA(11, 201, 100), ACK(21, 301), DATA(30, 301, 100),         \
		DATA(31, 401, 100), ACK(41, 501), DATA(50, 501, 100), DATA(51, 601, 100), \
		ACK(61, 701), DATA(70, 701, 100), DATA(71, 801, 100), ACK(81, 901)

static void
take(void *ctx, const struct tcprtt_sample *s)
{
	struct strbuf *b = ctx;

	strbuf_addf(b, "%s %" PRId64 "+%" PRId64 "%s", tcprtt_kind_name(s->kind), s->t_ns / MS,
		s->rtt_ns / MS, s->flags ? " " : "");
	flags_add(b, s->flags);
	strbuf_addc(b, ';');
}

static struct tcprtt_counts
run(struct strbuf *b, const struct tcp_line *lines)
{
	struct tcprtt_params params = {.sample = take, .ctx = b};
	struct tcprtt *r = tcprtt_new(&params);
	struct tcprtt_counts counts;
	struct tcp_frame f;
	uint16_t id = 0;

	for (; lines->from; lines++) {
		tcp_packet(&f, lines);
		f.p.ip_id = ++id; /* no packet is a copy of another */
		tcprtt_add(r, lines->t_ns, &f.p);
	}
	tcprtt_finish(r);
	counts = *tcprtt_counts(r);
	tcprtt_free(r);
	return counts;
}

static const struct {
	const char *name;
	struct tcp_line lines[20];
	const char *samples;
} cases[] = {
	{"handshake, both sides",
		{LINE(1, 'C', TCP_SYN, 0, 0), LINE(4, 'S', SA, 0, 1), LINE(9, 'C', A, 1, 1)},
		"handshake 1+3;handshake 4+5;"},
	{"a SYN sent twice is not timed",
		{LINE(1, 'C', TCP_SYN, 0, 0), LINE(3, 'C', TCP_SYN, 0, 0), LINE(4, 'S', SA, 0, 1),
			LINE(9, 'C', A, 1, 1)},
		"handshake 4+5;"},
	{"data and its ACK", {DATA(1, 1, 100), ACK(8, 101)}, "ack 1+7;"},
	{"one ACK of two: the newest", {DATA(1, 1, 100), DATA(3, 101, 100), ACK(8, 201)},
		"ack 3+5;"},
	{"an ACK inside a segment is none of it", {DATA(1, 1, 100), ACK(5, 51), ACK(8, 101)},
		"ack 1+7;"},
	{"a repeated ACK is none", {DATA(1, 1, 100), ACK(8, 101), ACK(9, 101)}, "ack 1+7;"},
	{"Karn: sent twice", {DATA(1, 1, 100), DATA(5, 1, 100), ACK(8, 101)}, ""},
	{"Karn: sent before a retransmission that the same ACK covers",
		{DATA(1, 1, 100), DATA(2, 101, 100), DATA(5, 1, 100), ACK(8, 201)}, ""},
	{"sent behind it: timed",
		{DATA(1, 1, 100), DATA(5, 1, 100), DATA(6, 101, 100), ACK(8, 201)}, "ack 6+2;"},
	{"a retransmission too young to have been answered",
		{DATA(1, 1, 100), ACK(11, 101), DATA(20, 101, 100), DATA(21, 201, 100),
			DATA(28, 101, 100), ACK(30, 301)},
		"ack 1+10;ack 21+9;"},
	{"a retransmission of what was acknowledged, in time for the next ACK of one",
		{DATA(1, 1, 100), ACK(2, 101), DATA(10, 101, 100), DATA(20, 1, 100), ACK(22, 201)},
		"ack 1+1;"},
	{"the missing segment was lost behind the capture: no sample",
		{DATA(1, 1, 100), DATA(2, 101, 100), DATA(3, 201, 100), ACK(12, 1), ACK(13, 1),
			ACK(14, 1), DATA(15, 1, 100), ACK(25, 301)},
		""},
	{"it was only late: the ACK is for it",
		{DATA(1, 1, 100), DATA(2, 101, 100), DATA(3, 201, 100), ACK(12, 1), ACK(13, 1),
			ACK(14, 301)},
		"ack 1+13;"},
	{"overtaken before the capture: older time stamp, no retransmission",
		{TDATA(1, 1, 100, 6), TACK(2, 101, 6), TDATA(3, 201, 100, 8), TDATA(4, 101, 100, 7),
			TACK(11, 301, 7)},
		"ack 1+1;timestamp 1+1;ack 3+8;"},
	{"lost before the capture: newer time stamp, a retransmission",
		{TDATA(1, 1, 100, 6), TACK(2, 101, 6), TDATA(3, 201, 100, 8), TDATA(9, 101, 100, 9),
			TACK(12, 301, 9)},
		"ack 1+1;timestamp 1+1;timestamp 9+3;"},
	{"time stamps: the first segment of a value, the first echo",
		{TDATA(1, 1, 100, 7), TDATA(2, 101, 100, 7), TDATA(3, 201, 100, 8), TACK(9, 201, 7),
			TACK(10, 301, 7), TACK(12, 301, 8)},
		"ack 2+7;timestamp 1+8;ack 3+7;timestamp 3+9;"},
	{"time stamps around 2^32",
		{TDATA(1, 1, 100, 0xffffffff), TACK(4, 101, 0xffffffff), TDATA(5, 101, 100, 1),
			TACK(9, 201, 1)},
		"ack 1+3;timestamp 1+3;ack 5+4;timestamp 5+4;"},
	{"the delayed ACK's timer",
		{DATA(1, 1, 100), ACK(3, 101), DATA(10, 101, 100), ACK(53, 201)},
		"ack 1+2;ack 10+43 delayed;"},
	{"of two segments it was not the timer",
		{DATA(1, 1, 100), ACK(3, 101), DATA(9, 101, 100), DATA(10, 201, 100), ACK(53, 301)},
		"ack 1+2;ack 10+43;"},
	{"sent again twice, the first time early enough to be answered",
		{DATA(1, 1, 100), ACK(11, 101), DATA(20, 101, 100), DATA(60, 101, 100),
			DATA(70, 101, 100), ACK(72, 201)},
		"ack 1+10;"},
	{"the echo of a retransmission's stamp, however soon",
		{TDATA(1, 1, 100, 6), TACK(11, 101, 6), TDATA(20, 101, 100, 25),
			TDATA(30, 101, 100, 35), TACK(31, 201, 35)},
		"ack 1+10;timestamp 1+10;timestamp 30+1;"},
	{"the echo of the first copy's stamp, however late",
		{TDATA(1, 1, 100, 6), TACK(11, 101, 6), TDATA(20, 101, 100, 25),
			TDATA(32, 101, 100, 37), TACK(33, 201, 25)},
		"ack 1+10;timestamp 1+10;ack 20+13;timestamp 20+13;"},
	{"two copies nearer together than any answer: there was one before them",
		{TDATA(1, 1, 100, 6), TACK(11, 101, 6), TDATA(20, 101, 100, 25),
			TDATA(22, 101, 100, 27), TACK(30, 201, 25)},
		"ack 1+10;timestamp 1+10;timestamp 20+10;"},
	{"a receiver that waits does not answer one segment at once: it was sent before, unseen",
		{DATA(1, 1, 100), ACK(11, 101), PAIRS, DATA(290, 901, 100), ACK(300, 1001)},
		"ack 1+10;ack 11+10;ack 31+10;ack 51+10;ack 71+10;"},
	{"... but with the timer it may",
		{DATA(1, 1, 100), ACK(11, 101), PAIRS, DATA(290, 901, 100), ACK(340, 1001)},
		"ack 1+10;ack 11+10;ack 31+10;ack 51+10;ack 71+10;ack 290+50 delayed;"},
	{"the timer or a copy of older data: the next ACK answers that copy",
		{DATA(1, 1, 100), ACK(11, 101), DATA(20, 101, 100), DATA(60, 1, 100), ACK(72, 201),
			ACK(73, 201)},
		"ack 1+10;ack 20+52 delayed;"},
	{"... it does not: nobody knows",
		{DATA(1, 1, 100), ACK(11, 101), DATA(20, 101, 100), DATA(60, 1, 100), ACK(72, 201),
			DATA(74, 201, 100), ACK(84, 301)},
		"ack 1+10;ack 74+10;"},
	{"sooner than the sender can know of a loss: delayed, whatever the stamp",
		{TDATA(1, 1, 100, 6), TACK(11, 101, 6), TDATA(20, 201, 100, 25),
			TDATA(21, 101, 100, 26), TACK(31, 301, 26)},
		"ack 1+10;timestamp 1+10;ack 20+11;timestamp 21+10;"},
	{"the sender's timer may have run out: sent again",
		{TDATA(1, 1, 100, 6), TACK(11, 101, 6), TDATA(219, 201, 100, 225),
			TDATA(220, 101, 100, 226), TACK(231, 301, 226)},
		"ack 1+10;timestamp 1+10;timestamp 220+11;"},
	{"an ACK of a FIN is no data's", {DATA(1, 1, 100), LINE(2, 'C', FA, 101, 1), ACK(8, 102)},
		""},
	{"an ACK of what was never seen", {DATA(1, 1, 100), ACK(8, 301)}, ""},
	{"a merged segment", {DATA(1, 1, 60000), ACK(8, 60001)}, "ack 1+7 merged;"},
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf b;

		strbuf_init(&b);
		run(&b, cases[i].lines);
		if (strcmp(b.p ? b.p : "", cases[i].samples))
			fail_msg("%s:\n  %s\nexpected\n  %s", cases[i].name, b.p ? b.p : "nothing",
				cases[i].samples);
		strbuf_release(&b);
	}
}

static const struct {
	const char *name;
	struct tcp_line lines[20];
	size_t count; /* offset in struct tcprtt_counts */
} counted[] = {
	{"a retransmission", {DATA(1, 1, 100), DATA(5, 1, 100)},
		offsetof(struct tcprtt_counts, retransmitted)},
	{"a spurious one", {DATA(1, 1, 100), ACK(4, 101), DATA(5, 1, 100)},
		offsetof(struct tcprtt_counts, spurious)},
	{"one that an older echo shows (RFC 3522)",
		{TDATA(1, 1, 100, 6), TACK(11, 101, 6), TDATA(20, 101, 100, 25),
			TDATA(32, 101, 100, 37), TACK(33, 201, 25)},
		offsetof(struct tcprtt_counts, spurious)},
	{"an answer out of habit",
		{DATA(1, 1, 100), ACK(11, 101), PAIRS, DATA(290, 901, 100), ACK(300, 1001)},
		offsetof(struct tcprtt_counts, unsure)},
	{"a gap", {DATA(1, 1, 100), ACK(8, 301)}, offsetof(struct tcprtt_counts, gap)},
	{"reordering", {TDATA(1, 1, 100, 6), TDATA(2, 201, 100, 8), TDATA(3, 101, 100, 7)},
		offsetof(struct tcprtt_counts, reordered)},
	{"a reset", {DATA(1, 1, 100), LINE(2, 'S', TCP_RST | A, 1, 101)},
		offsetof(struct tcprtt_counts, resets)},
	{"a refusal", {LINE(1, 'C', TCP_SYN, 0, 0), LINE(2, 'S', TCP_RST | A, 0, 1)},
		offsetof(struct tcprtt_counts, refused)},
	{"a start that was not captured", {DATA(1, 1, 100)},
		offsetof(struct tcprtt_counts, unopened)},
};

static void
test_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
		struct strbuf b;
		struct tcprtt_counts c;

		strbuf_init(&b);
		c = run(&b, counted[i].lines);
		if (*(const uint64_t *)(const void *)((const char *)&c + counted[i].count) != 1)
			fail_msg("%s is not counted", counted[i].name);
		strbuf_release(&b);
	}
}

/* Fields that the lines have no room for: a closed window, a DSACK block (RFC 2883). */
static void
test_window_and_dsack(void **state)
{
	struct strbuf b;
	struct tcprtt_params params = {.sample = take, .ctx = &b};
	struct tcprtt *r = tcprtt_new(&params);
	const struct tcp_line lines[] = {DATA(1, 1, 100), DATA(5, 1, 100), ACK(10, 101),
		ACK(11, 101), ACK(12, 101), DATA(13, 101, 100), {0}};
	struct tcp_frame f;

	(void)state;
	strbuf_init(&b);
	for (uint16_t i = 0; lines[i].from; i++) {
		tcp_packet(&f, &lines[i]);
		f.p.ip_id = (uint16_t)(i + 1);
		if (i == 3) { /* bytes 1 to 100 came twice: kind 5, length 10, two NOPs before */
			f.bytes[12] = 32 / 4 << 4;
			put_be32(f.bytes + 20, 0x0101050a);
			put_be32(f.bytes + 24, TCP_CLIENT_ISN + 1);
			put_be32(f.bytes + 28, TCP_CLIENT_ISN + 101);
			f.p.l4_caplen = f.p.l4_len = 32;
		}
		if (i == 3 || i == 4)
			f.bytes[14] = 0; /* closed twice in a row: once */
		tcprtt_add(r, lines[i].t_ns, &f.p);
	}
	tcprtt_finish(r);
	assert_int_equal(tcprtt_counts(r)->spurious, 1);
	assert_int_equal(tcprtt_counts(r)->retransmitted, 1);
	assert_int_equal(tcprtt_counts(r)->zero_windows, 1);
	tcprtt_free(r);
	strbuf_release(&b);
}

/* A bridge and its port show each packet twice: same bytes, same IP identification, at once. */
static void
test_copies(void **state)
{
	const struct tcp_line data = DATA(1, 1, 100), ack = ACK(8, 101);
	struct strbuf b;
	struct tcprtt_params params = {.sample = take, .ctx = &b};
	struct tcprtt *r = tcprtt_new(&params);
	struct tcp_frame f;

	(void)state;
	strbuf_init(&b);
	for (int i = 0; i < 2; i++) {
		tcp_packet(&f, &data);
		f.p.ip_id = 7;
		tcprtt_add(r, data.t_ns + i * 10000, &f.p);
	}
	tcprtt_add(r, ack.t_ns, tcp_packet(&f, &ack));
	tcprtt_finish(r);
	assert_string_equal(b.p, "ack 1+7;");
	assert_int_equal(tcprtt_counts(r)->copies, 1);
	assert_int_equal(tcprtt_counts(r)->retransmitted, 0);
	tcprtt_free(r);
	strbuf_release(&b);
}

/* More unacknowledged segments than are kept: the oldest are forgotten, the rest is timed. */
static void
test_limit(void **state)
{
	struct strbuf b;
	struct tcprtt_params params = {.sample = take, .ctx = &b};
	struct tcprtt *r = tcprtt_new(&params);
	uint32_t n = TCPRTT_UNACKED_MAX + 10;
	struct tcp_line ack = ACK(9, 1 + 10 * n);
	struct tcp_frame f;

	(void)state;
	strbuf_init(&b);
	for (uint32_t i = 0; i < n; i++) {
		struct tcp_line data = DATA(1, 1 + 10 * i, 10);

		tcp_packet(&f, &data);
		f.p.ip_id = (uint16_t)i;
		tcprtt_add(r, data.t_ns, &f.p);
	}
	tcprtt_add(r, ack.t_ns, tcp_packet(&f, &ack));
	tcprtt_finish(r);
	assert_int_equal(tcprtt_counts(r)->forgotten, 10);
	assert_string_equal(b.p, "ack 1+8;");
	tcprtt_free(r);
	strbuf_release(&b);
}

static void
pass_over(void *ctx, const struct tcprtt_sample *s)
{
	(void)ctx;
	(void)s;
}

static void
keep_flow(void *ctx, const struct tcprtt_flow *f)
{
	*(struct tcprtt_flow *)ctx = *f;
}

static void
test_flow(void **state)
{
	const struct tcp_line lines[] = {LINE(1, 'C', TCP_SYN, 0, 0), LINE(4, 'S', SA, 0, 1),
		LINE(6, 'C', A, 1, 1), DATA(10, 1, 1000), DATA(11, 1001, 1000), DATA(12, 1, 1000),
		ACK(18, 2001), LINE(20, 'C', FA, 2001, 1), LINE(21, 'S', FA, 1, 2002), {0}};
	struct tcprtt_flow flow = {0};
	struct tcprtt_params params = {.sample = pass_over, .flow = keep_flow, .ctx = &flow};
	struct tcprtt *r = tcprtt_new(&params);
	struct tcp_frame f;

	(void)state;
	for (uint16_t i = 0; lines[i].from; i++) {
		tcp_packet(&f, &lines[i]);
		f.p.ip_id = i;
		tcprtt_add(r, lines[i].t_ns, &f.p);
	}
	tcprtt_finish(r);
	assert_int_equal(flow.packets, 9);
	assert_int_equal(flow.bytes, 2000);
	assert_int_equal(flow.payload, 3000);
	assert_int_equal(flow.retransmitted, 1);
	assert_int_equal(flow.t_ns, 1 * MS);
	assert_int_equal(flow.duration_ns, 20 * MS);
	assert_int_equal(flow.handshake_ns, 5 * MS);
	assert_int_equal(flow.end, TCPRTT_FIN);
	/* 2000 bytes from 10 to 12 ms; the other side sent none */
	assert_true(
		flow.goodput_bps[flow.client] > 7.999e6 && flow.goodput_bps[flow.client] < 8.001e6);
	assert_true(flow.goodput_bps[!flow.client] != flow.goodput_bps[!flow.client]);
	tcprtt_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_window_and_dsack),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_flow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
