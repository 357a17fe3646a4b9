/*
 * t_transit - the matching of packets at two points, case by case.  Expected rows follow by hand
 * from the times and contents in each case; that whole captures come out right is tested on
 * generated ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "analyze/transit.h"
#include "analyze/transittab.h"
#include "core/tstamp.h"
#include "tests/gen/synth.h"

#define MS INT64_C(1000000)
#define TIMEOUT_NS (100 * MS)
#define STEPS_MAX 12
#define IN TRANSIT_INNER
#define OUT TRANSIT_OUTER

/* A UDP datagram: `src` and `dst` are the last bytes of addresses, and ports. */
struct step {
	int side;
	int64_t t_ns;
	uint8_t src;
	uint8_t dst;
	uint16_t id;
	uint8_t payload;
};

struct case_row {
	const char *name;
	struct step steps[STEPS_MAX]; /* up to the first with src 0 */
	/* Rows sorted by time: "o" or "i" (outward, inward), delay or "-", further flags. */
	const char *rows;
	unsigned duplicates;
};

static const struct case_row cases[] = {
	{"out and in",
		{{IN, 10, 1, 2, 7, 0}, {OUT, 25, 1, 2, 7, 0}, {OUT, 30, 2, 1, 9, 0},
			{IN, 50, 2, 1, 9, 0}},
		"o15 i20", 0},
	{"the same instant goes out", {{IN, 10, 1, 2, 7, 0}, {OUT, 10, 1, 2, 7, 0}}, "o0", 0},
	{"the file of one point is late", {{OUT, 25, 1, 2, 7, 0}, {IN, 10, 1, 2, 7, 0}}, "o15", 0},
	{"lost, and one that nobody sent",
		{{IN, 10, 1, 2, 7, 0}, {OUT, 20, 2, 1, 9, 0}, {IN, 1 + 2 * TIMEOUT_NS, 9, 9, 1, 0}},
		"o-lost i-lost o-unfinished", 0},
	{"at the last moment", {{IN, 10, 1, 2, 7, 0}, {OUT, 10 + TIMEOUT_NS, 1, 2, 7, 0}},
		"o100000000", 0},
	{"too late: twice lost",
		{{IN, 10, 1, 2, 7, 0}, {OUT, 11 + TIMEOUT_NS, 1, 2, 7, 0},
			{IN, 20 + 3 * TIMEOUT_NS, 9, 9, 1, 0}},
		"o-lost i-lost o-unfinished", 0},
	{"another payload", {{IN, 10, 1, 2, 7, 0}, {OUT, 25, 1, 2, 7, 1}},
		"o-unfinished i-unfinished", 0},
	{"another identification", {{IN, 10, 1, 2, 7, 0}, {OUT, 25, 1, 2, 8, 0}},
		"o-unfinished i-unfinished", 0},
	{"twice at the second point",
		{{IN, 10, 1, 2, 7, 0}, {OUT, 25, 1, 2, 7, 0}, {OUT, 26, 1, 2, 7, 0}}, "o15", 1},
	{"twice, and the second time long after",
		{{IN, 10, 1, 2, 7, 0}, {OUT, 25, 1, 2, 7, 0},
			{OUT, 26 + TRANSIT_COPY_NS, 1, 2, 7, 0}},
		"o15 i-unfinished", 0},
	{"twice at the first point",
		{{IN, 10, 1, 2, 7, 0}, {OUT, 25, 1, 2, 7, 0}, {IN, 26, 1, 2, 7, 0}},
		"o15 o-unfinished", 0},
	{"overtaken",
		{{IN, 10, 1, 2, 7, 0}, {IN, 11, 1, 2, 8, 0}, {OUT, 20, 1, 2, 8, 0},
			{OUT, 30, 1, 2, 7, 0}},
		"o20reordered o9", 0},
	{"other directions do not overtake",
		{{IN, 10, 1, 2, 7, 0}, {OUT, 11, 2, 1, 8, 0}, {IN, 20, 2, 1, 8, 0},
			{OUT, 30, 1, 2, 7, 0}},
		"o20 i9", 0},
	{"source translated",
		{{IN, 10, 1, 2, 0, 0}, {OUT, 25, 5, 2, 0, 0}, {OUT, 30, 2, 5, 0, 0},
			{IN, 50, 2, 1, 0, 0}},
		"o15translated i20translated", 0},
	{"both ends translated, numbered", {{IN, 10, 1, 2, 7, 0}, {OUT, 25, 5, 6, 7, 0}},
		"o15translated", 0},
	{"both ends translated, not numbered", {{IN, 10, 1, 2, 0, 0}, {OUT, 25, 5, 6, 0, 0}},
		"o-unfinished i-unfinished", 0},
	{"alike, but one after the other",
		{{IN, 10, 1, 2, 0, 0}, {OUT, 25, 1, 2, 0, 0}, {IN, 30, 1, 2, 0, 0},
			{OUT, 46, 1, 2, 0, 0}},
		"o15 o16", 0},
	{"alike, at the same time",
		{{IN, 10, 1, 2, 0, 0}, {IN, 12, 1, 2, 0, 0}, {OUT, 25, 1, 2, 0, 0},
			{OUT, 30, 1, 2, 0, 0}},
		"o15ambiguous o18ambiguous", 0},
	{"alike, of two flows",
		{{IN, 10, 1, 2, 0, 0}, {IN, 12, 3, 2, 0, 0}, {OUT, 25, 3, 2, 0, 0},
			{OUT, 30, 1, 2, 0, 0}},
		"o20reordered o13", 0},
	{"alike, of two flows, one to be translated",
		{{IN, 10, 1, 2, 0, 0}, {IN, 12, 3, 2, 0, 0}, {OUT, 25, 3, 2, 0, 0},
			{OUT, 30, 5, 2, 0, 0}},
		"o20reordered|translated o13", 0},
	{"alike, of two flows, both translated",
		{{IN, 10, 1, 2, 0, 0}, {IN, 12, 3, 2, 0, 0}, {OUT, 25, 5, 2, 0, 0},
			{OUT, 30, 6, 2, 0, 0}},
		"o15ambiguous|translated o18ambiguous|translated", 0},
	{"the clock steps back",
		{{IN, 5000 * MS, 1, 2, 7, 0}, {IN, 10, 1, 2, 8, 0}, {OUT, 25, 1, 2, 8, 0},
			{OUT, 30, 1, 2, 7, 0}},
		"o15 i-unfinished o-unfinished", 0},
};

struct collected {
	struct transit_row rows[64];
	size_t n;
};

static void
collect(void *ctx, const struct transit_row *row)
{
	struct collected *c = ctx;

	assert_true(c->n < 64);
	c->rows[c->n++] = *row;
}

static void
ignore(void *ctx, const struct transit_row *row)
{
	*(uint64_t *)ctx += row->delay_ns != TSTAMP_NONE;
}

/* A datagram of 12 bytes of payload in an Ethernet frame; ttl tells the points apart. */
static uint32_t
put_frame(uint8_t *frame, const struct step *s)
{
	uint8_t *ip = frame + 14, *udp = ip + 20;

	memset(frame, 0, 54);
	synth_put16(frame + 12, 0x0800);
	ip[0] = 0x45;
	synth_put16(ip + 2, 40);
	synth_put16(ip + 4, s->id);
	ip[8] = (uint8_t)(60 + s->side);
	ip[9] = 17;
	synth_put32(ip + 12, 0x0a000000u + s->src);
	synth_put32(ip + 16, 0x0a000000u + s->dst);
	synth_put16(udp, s->src);
	synth_put16(udp + 2, s->dst);
	synth_put16(udp + 4, 20);
	synth_put16(udp + 6, (uint32_t)s->side); /* a checksum that changes */
	memset(udp + 8, s->payload, 12);
	return 54;
}

static void
add(struct transit *t, const struct step *s)
{
	uint8_t frame[64];
	uint32_t len = put_frame(frame, s);
	struct packet p;

	packet_decode(&p, 1, frame, len, len);
	transit_add(t, (enum transit_side)s->side, s->t_ns, &p);
}

static struct transit *
new_transit(void (*sink)(void *, const struct transit_row *), void *ctx)
{
	const struct transit_params params = {.expiry_ns = TIMEOUT_NS, .limit_bytes = 1000};

	return transit_new(&params, sink, ctx);
}

static int
by_time(const void *a, const void *b)
{
	const struct transit_row *x = a, *y = b;

	return (x->t_ns > y->t_ns) - (x->t_ns < y->t_ns);
}

static void
show(struct strbuf *b, struct collected *c)
{
	strbuf_clear(b);
	qsort(c->rows, c->n, sizeof *c->rows, by_time);
	for (size_t i = 0; i < c->n; i++) {
		const struct transit_row *r = &c->rows[i];

		strbuf_adds(b, i ? " " : "");
		strbuf_addc(b, r->first == TRANSIT_INNER ? 'o' : 'i');
		assert_int_equal((r->flags & FLAG_INBOUND) != 0, r->first == TRANSIT_OUTER);
		if (r->delay_ns == TSTAMP_NONE)
			strbuf_addc(b, '-');
		else
			strbuf_add_i64(b, r->delay_ns);
		flags_add(b, r->flags & ~(uint32_t)FLAG_INBOUND);
	}
}

static void
test_cases(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct case_row *row = &cases[i];
		struct collected c = {.n = 0};
		struct transit *t = new_transit(collect, &c);

		print_message("%s\n", row->name);
		for (int k = 0; k < STEPS_MAX && row->steps[k].src; k++)
			add(t, &row->steps[k]);
		transit_finish(t);
		show(&b, &c);
		assert_string_equal(b.p, row->rows);
		assert_int_equal(transit_counts(t)->duplicates, row->duplicates);
		transit_free(t);
	}
	strbuf_release(&b);
}

/* Payload beyond what both points captured is not looked at. */
static void
test_limit(void **state)
{
	const struct transit_params params = {.expiry_ns = TIMEOUT_NS, .limit_bytes = 30};
	const struct step whole = {IN, 10, 1, 2, 7, 0}, cut = {OUT, 25, 1, 2, 7, 0};
	struct collected c = {.n = 0};
	struct transit *t = transit_new(&params, collect, &c);
	uint8_t frame[64];
	struct packet p;

	(void)state;
	add(t, &whole);
	put_frame(frame, &cut);
	packet_decode(&p, 1, frame, 14 + 30, 54);
	transit_add(t, OUT, cut.t_ns, &p);
	transit_finish(t);
	assert_int_equal(transit_counts(t)->forwarded[IN], 1);
	transit_free(t);
}

/* An ICMPv6 error, of whose quote n bytes were captured; the buffer ends there. */
static void
add_error6(struct transit *t, enum transit_side side, uint32_t n, uint8_t client)
{
	uint32_t caplen = 40 + 8 + n;
	uint8_t *ip = test_calloc(1, caplen);
	struct packet p;

	ip[0] = 0x60;
	synth_put16(ip + 4, 8 + 60);
	ip[6] = 58;
	ip[8] = ip[24] = 0xfd;
	ip[39] = client;
	ip[40] = 3;                             /* time exceeded */
	memset(ip + 48, client, n < 4 ? n : 4); /* translated along with the header */
	packet_decode(&p, 101, ip, caplen, 40 + 8 + 60);
	transit_add(t, side, 10 + (int64_t)side, &p);
	test_free(ip);
}

/* However short the quote, nothing beyond it is read, and the error is found again. */
static void
test_icmp_errors(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < 48; n++) {
		uint64_t n_forwarded = 0;
		struct transit *t = new_transit(ignore, &n_forwarded);

		add_error6(t, IN, n, 1);
		add_error6(t, OUT, n, 2);
		transit_finish(t);
		assert_int_equal(n_forwarded, 1);
		transit_free(t);
	}
}

/* What one point alone sees fills the table, and no more than the table. */
static void
test_flood(void **state)
{
	enum { EXTRA = 1000 };
	uint64_t n_forwarded = 0;
	struct transit *t = new_transit(ignore, &n_forwarded);
	const struct transit_counts *c = transit_counts(t);
	struct step s = {IN, 1, 1, 2, 0, 0};

	(void)state;
	for (uint32_t i = 0; i < TRANSITTAB_MAX + EXTRA; i++) {
		s.t_ns = i;
		s.id = (uint16_t)i;
		s.payload = (uint8_t)(i >> 16);
		add(t, &s);
	}
	s.side = OUT;
	add(t, &s); /* the newest is still known */
	transit_finish(t);
	assert_int_equal(n_forwarded, 1);
	assert_true(c->evicted >= EXTRA && c->evicted <= EXTRA + 1);
	assert_int_equal(c->packets[IN] + c->packets[OUT],
		2 * c->forwarded[IN] + c->evicted + c->unfinished + c->lost[IN] + c->lost[OUT]);
	transit_free(t);
}

/* A hundred thousand packets that all look alike: bounded work, nothing decided. */
static void
test_all_alike(void **state)
{
	enum { N = 100000 };
	uint64_t n_forwarded = 0;
	struct transit *t = new_transit(ignore, &n_forwarded);
	struct step s = {IN, 1, 1, 2, 0, 0};

	(void)state;
	for (int i = 0; i < N; i++) {
		s.t_ns = i;
		s.side = i < N / 2 ? IN : OUT;
		add(t, &s);
	}
	transit_finish(t);
	assert_int_equal(n_forwarded, N / 2);
	assert_true(transit_counts(t)->ambiguous >= N / 2 - 1);
	transit_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases),
		cmocka_unit_test(test_limit), cmocka_unit_test(test_icmp_errors),
		cmocka_unit_test(test_flood), cmocka_unit_test(test_all_alike)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
