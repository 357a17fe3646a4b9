/*
 * t_stream - order, first copies, gaps, wrap and limits of one direction; all expectations are
 * worked out by hand from the segments of each case.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/stream.h"
#include "core/tstamp.h"

#define ISN UINT32_C(0xfffffffa) /* six bytes before the wrap */

/* A segment (len > 0 with data), an acknowledgment (data NULL), or 'G': give the hole up. */
struct step {
	char what; /* 's', 'a' pure ACK, 'g' */
	uint32_t seq;
	const char *data;
	uint32_t len; /* on the wire; 0: that of data */
};

/* Pieces as "offset:bytes@step", "*" for bytes not captured, "gap" and "late" for holes. */
static void
describe(char *out, const struct stream_piece *p)
{
	char *at = out + strlen(out);

	at += sprintf(at, "%s%u:", at == out ? "" : " ", (uint32_t)p->at - ISN);
	if (p->gap) {
		sprintf(at, "%s%u", p->t_ns == TSTAMP_NONE ? "gap" : "late", p->len);
		return;
	}
	at += sprintf(at, "%.*s", (int)p->caplen, (const char *)p->data);
	for (uint32_t i = p->caplen; i < p->len; i++)
		*at++ = '*';
	sprintf(at, "@%d", (int)p->t_ns);
}

static void
drain(char *out, struct stream *s, struct stream_pool *pool)
{
	struct stream_piece p;

	while (stream_next(s, pool, &p))
		describe(out, &p);
}

static void
run(char *out, const struct step *steps)
{
	struct stream_pool pool = {0};
	struct stream s = {0};
	struct stream_piece p;

	*out = '\0';
	stream_start(&s, ISN);
	for (int t = 1; steps->what; steps++, t++) {
		struct segment seg = {
			.seq = ISN + steps->seq, .data = (const uint8_t *)steps->data};

		if (steps->what == 'a') {
			stream_ack(&s, ISN + steps->seq, true, t);
		} else if (steps->what == 'g') {
			if (stream_gap(&s, &p))
				describe(out, &p);
		} else {
			seg.caplen = (uint32_t)strlen(steps->data);
			seg.len = steps->len ? steps->len : seg.caplen;
			if (stream_add(&s, &pool, &seg, t, &p) == STREAM_READY)
				describe(out, &p);
		}
		drain(out, &s, &pool);
	}
	stream_release(&s, &pool);
	assert_int_equal(pool.bytes, 0);
	assert_int_equal(pool.ranges, 0);
}

static const struct {
	const char *name;
	struct step steps[10];
	const char *pieces;
} cases[] = {
	{"in order, over the wrap", {{'s', 0, "abcd", 0}, {'s', 4, "efgh", 0}},
		"0:abcd@1 4:efgh@2"},
	{"exchanged", {{'s', 4, "efgh", 0}, {'s', 0, "abcd", 0}}, "0:abcd@2 4:efgh@1"},
	{"a copy adds nothing, even a different one",
		{{'s', 0, "abcd", 0}, {'s', 0, "ABCD", 0}, {'s', 4, "e", 0}}, "0:abcd@1 4:e@3"},
	{"the first copy of waiting bytes wins",
		{{'s', 4, "efgh", 0}, {'s', 2, "CDEFGHIJ", 0}, {'s', 0, "ab", 0}},
		"0:ab@3 2:CD@2 4:efgh@1 8:IJ@2"},
	{"a copy that is longer", {{'s', 0, "ab", 0}, {'s', 0, "ABcd", 0}}, "0:ab@1 2:cd@2"},
	{"a segment over two waiting ones",
		{{'s', 2, "c", 0}, {'s', 5, "f", 0}, {'s', 0, "ABCDEFGH", 0}},
		"0:AB@3 2:c@1 3:DE@3 5:f@2 6:GH@3"},
	{"cut: the wire's length counts", {{'s', 0, "ab", 10}, {'s', 10, "k", 0}},
		"0:ab********@1 10:k@2"},
	{"cut and waiting", {{'s', 10, "k", 5}, {'s', 0, "ab", 10}}, "0:ab********@2 10:k****@1"},
	{"cut: what overlaps is not captured", {{'s', 0, "abcd", 0}, {'s', 2, "cd", 6}},
		"0:abcd@1 4:****@2"},
	{"a gap that nobody asked for again: in order",
		{{'s', 0, "ab", 0}, {'s', 4, "ef", 0}, {'a', 6, NULL, 0}, {'g', 0, NULL, 0}},
		"0:ab@1 2:gap2 4:ef@2"},
	{"a gap after repeated ACKs: its bytes came late",
		{{'a', 2, NULL, 0}, {'s', 0, "ab", 0}, {'a', 2, NULL, 0}, {'s', 4, "ef", 0},
			{'a', 2, NULL, 0}, {'a', 6, NULL, 0}, {'g', 0, NULL, 0}},
		"0:ab@2 2:late2 4:ef@4"},
	{"a gap at the end, as far as acknowledged",
		{{'s', 0, "ab", 0}, {'a', 5, NULL, 0}, {'g', 0, NULL, 0}}, "0:ab@1 2:gap3"},
	{"a gap at the end that the ACK for a filled hole covers",
		{{'s', 0, "a", 0}, {'s', 2, "c", 0}, {'s', 1, "b", 0}, {'a', 9, NULL, 0},
			{'g', 0, NULL, 0}},
		"0:a@1 1:b@3 2:c@2 3:late6"},
	{"no gap where nothing is missing",
		{{'s', 0, "ab", 0}, {'a', 2, NULL, 0}, {'g', 0, NULL, 0}}, "0:ab@1"},
	{"bytes before the start are old", {{'s', UINT32_MAX - 3, "wxyzab", 0}}, "0:ab@1"},
};

static void
test_cases(void **state)
{
	char out[512];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		run(out, cases[i].steps);
		if (strcmp(out, cases[i].pieces))
			fail_msg("%s: %s, expected %s", cases[i].name, out, cases[i].pieces);
	}
}

static void
test_lost_after_a_while(void **state)
{
	struct stream_pool pool = {0};
	struct stream s = {0};
	struct segment seg = {.seq = ISN + 10, .len = 5};
	struct stream_piece p;

	(void)state;
	stream_start(&s, ISN);
	assert_int_equal(stream_add(&s, &pool, &seg, 0, &p), STREAM_WAITS);
	assert_false(stream_lost(&s, STREAM_LOST_NS)); /* nobody has acknowledged it */
	stream_ack(&s, ISN + 15, true, 7);
	assert_false(stream_lost(&s, STREAM_LOST_NS + 6));
	assert_true(stream_lost(&s, STREAM_LOST_NS + 7));
	stream_release(&s, &pool);
}

static void
test_fin_and_outside(void **state)
{
	struct stream_pool pool = {0};
	struct stream s = {0};
	struct segment seg = {.seq = ISN, .len = 4, .caplen = 4, .data = (const uint8_t *)"abcd"};
	struct stream_piece p;

	(void)state;
	stream_start(&s, ISN);
	stream_fin(&s, &seg);
	assert_false(stream_ended(&s));
	assert_int_equal(stream_add(&s, &pool, &seg, 1, &p), STREAM_READY);
	assert_true(stream_ended(&s));
	seg.seq = ISN + 4;
	assert_int_equal(stream_add(&s, &pool, &seg, 2, &p), STREAM_OUTSIDE);
	s.fin = STREAM_NOWHERE;
	seg.seq = ISN + 4 + STREAM_WINDOW_BYTES + 1;
	assert_int_equal(stream_add(&s, &pool, &seg, 3, &p), STREAM_OUTSIDE);
	assert_int_equal(stream_top(&s), s.next);
	stream_release(&s, &pool);
}

/* Every other byte is missing: at the limit the stream asks to give a hole up. */
static void
test_limits(void **state)
{
	struct stream_pool pool = {0};
	struct stream s = {0};
	struct segment seg = {.len = 1, .caplen = 1, .data = (const uint8_t *)"x"};
	struct stream_piece p;

	(void)state;
	stream_start(&s, ISN);
	for (uint32_t i = 0; i < STREAM_RANGES_MAX; i++) {
		seg.seq = ISN + 1 + 2 * i;
		assert_int_equal(stream_add(&s, &pool, &seg, 1, &p), STREAM_WAITS);
	}
	seg.seq += 2;
	assert_int_equal(stream_add(&s, &pool, &seg, 1, &p), STREAM_FULL);
	assert_int_equal(pool.ranges_refused, 1);
	assert_true(stream_gap(&s, &p));
	assert_int_equal(p.len, 1);
	assert_true(stream_next(&s, &pool, &p));
	assert_false(stream_next(&s, &pool, &p));
	assert_int_equal(stream_add(&s, &pool, &seg, 1, &p), STREAM_WAITS);
	stream_release(&s, &pool);
	assert_int_equal(pool.ranges, 0);

	pool.bytes = STREAM_POOL_BYTES_MAX; /* no room for bytes: kept as if cut */
	s = (struct stream){0};
	stream_start(&s, ISN);
	seg.seq = ISN + 1;
	assert_int_equal(stream_add(&s, &pool, &seg, 1, &p), STREAM_WAITS);
	seg.seq = ISN;
	assert_int_equal(stream_add(&s, &pool, &seg, 2, &p), STREAM_READY);
	assert_true(stream_next(&s, &pool, &p));
	assert_int_equal(p.caplen, 0);
	assert_int_equal(pool.bytes_refused, 1);
	stream_release(&s, &pool);
}

/* Random segments of a known text, with random lengths, copies and order: what comes out is it. */
static void
test_random_order(void **state)
{
	static char text[20000], out[20000];
	struct stream_pool pool = {0};
	struct stream s = {0};
	struct stream_piece p;
	unsigned seed = 12345;

	(void)state;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)('!' + i * 7 % 90);
	stream_start(&s, ISN);
	for (int turn = 0; s.next - s.origin < sizeof text; turn++) {
		uint32_t done = (uint32_t)(s.next - s.origin);
		uint32_t at = done + (uint32_t)rand_r(&seed) % 300;
		struct segment seg = {.len = 1 + (uint32_t)rand_r(&seed) % 100};

		assert_true(turn < 200000);
		if (at + seg.len > sizeof text)
			continue;
		at = at > 20 ? at - 20 : at; /* also back into what is done */
		seg.seq = ISN + at;
		seg.caplen = seg.len;
		seg.data = (const uint8_t *)text + at;
		if (stream_add(&s, &pool, &seg, turn, &p) == STREAM_READY)
			memcpy(out + (p.at - s.origin), p.data, p.caplen);
		while (stream_next(&s, &pool, &p))
			memcpy(out + (p.at - s.origin), p.data, p.caplen);
		if (sizeof text - (s.next - s.origin) < 100) {
			seg.seq = ISN + (uint32_t)(s.next - s.origin);
			seg.len = seg.caplen = (uint32_t)(sizeof text - (s.next - s.origin));
			seg.data = (const uint8_t *)text + (s.next - s.origin);
			if (stream_add(&s, &pool, &seg, turn, &p) == STREAM_READY)
				memcpy(out + (p.at - s.origin), p.data, p.caplen);
			while (stream_next(&s, &pool, &p))
				memcpy(out + (p.at - s.origin), p.data, p.caplen);
		}
	}
	assert_memory_equal(out, text, sizeof text);
	stream_release(&s, &pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_lost_after_a_while),
		cmocka_unit_test(test_fin_and_outside),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_random_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
