/*
 * t_echo - matching, rule by rule (docs/METHODS.md, "Round-trip time from captures").
 *
 * Each case is a capture of a few packets and the samples that the rules give for it, worked out
 * by hand from the text.  Counts that follow from the samples (probes, answered, lost, ...) are
 * computed from them; the others stand in the case.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "analyze/echo.h"
#include "core/tstamp.h"
#include "tests/unit/echo_packets.h"

#define NONE TSTAMP_NONE
#define N_OF(a) (sizeof(a) / sizeof *(a))
#define PACKETS_MAX 10
#define SAMPLES_MAX 6

struct want {
	bool used;
	int64_t t_ns;
	int64_t rtt_ns;
	uint16_t flags;
};

#define W(t, rtt, flags)            \
	{                           \
		true, t, rtt, flags \
	}

struct rule {
	const char *name;
	int64_t expiry_ns; /* 0: ECHO_EXPIRY_NS */
	int64_t end_ns;    /* of the capture, if later than its last echo */
	struct pk packets[PACKETS_MAX];
	struct want samples[SAMPLES_MAX]; /* by time */
	uint64_t copies;
	uint64_t duplicate_replies;
	uint64_t unmatched_replies;
	uint64_t untimed;
	uint64_t clock_steps;
	uint64_t flows; /* 0: one */
};

/* One reply or none. */
static const struct rule simple[] = {
	{
		.name = "an answer",
		.packets = {Q(0, .seq = 1), A(3 * MS, .seq = 1)},
		.samples = {W(0, 3 * MS, 0)},
	},
	{
		.name = "an answer over IPv6",
		.packets = {Q(0, .v6 = true, .src = 1, .dst = 2),
			A(9, .v6 = true, .src = 1, .dst = 2)},
		.samples = {W(0, 9, 0)},
	},
	{
		.name = "request and answer in the same nanosecond",
		.packets = {Q(5), A(5)},
		.samples = {W(5, 0, 0)},
	},
	{
		.name = "answers in another order than the requests, over the end of the numbers",
		.packets = {Q(0, .seq = 65535), Q(1 * MS, .seq = 0), A(2 * MS, .seq = 0),
			A(5 * MS, .seq = 65535)},
		.samples = {W(0, 5 * MS, 0), W(1 * MS, 1 * MS, 0)},
	},
	{
		.name = "no answer within the expiry time: lost",
		.end_ns = 10 * S + 1,
		.packets = {Q(0)},
		.samples = {W(0, NONE, FLAG_LOST)},
	},
	{
		.name = "the capture ends within the expiry time: unfinished",
		.end_ns = 10 * S,
		.packets = {Q(0)},
		.samples = {W(0, NONE, FLAG_UNFINISHED)},
	},
	{
		.name = "lost and unfinished side by side",
		.packets = {Q(0, .seq = 1), Q(12 * S, .seq = 2)},
		.samples = {W(0, NONE, FLAG_LOST), W(12 * S, NONE, FLAG_UNFINISHED)},
	},
	{
		.name = "an answer at the very end of the expiry time is in time",
		.packets = {Q(0), A(10 * S)},
		.samples = {W(0, 10 * S, 0)},
	},
	{
		.name = "one nanosecond more is late, and has no RTT",
		.packets = {Q(0), A(10 * S + 1)},
		.samples = {W(0, NONE, FLAG_LATE)},
	},
	{
		.name = "another expiry time",
		.expiry_ns = 1 * S,
		.packets = {Q(0, .seq = 1), Q(1 * MS, .seq = 2), A(1 * S, .seq = 1),
			A(1 * S + 2 * MS, .seq = 2)},
		.samples = {W(0, 1 * S, 0), W(1 * MS, NONE, FLAG_LATE)},
	},
	{
		.name = "a late answer after others have come and gone",
		.packets = {Q(0, .seq = 1), Q(11 * S, .seq = 2), A(11 * S + 1 * MS, .seq = 2),
			Q(30 * S, .seq = 3), A(31 * S, .seq = 1), A(31 * S, .seq = 3)},
		.samples = {W(0, NONE, FLAG_LATE), W(11 * S, 1 * MS, 0), W(30 * S, 1 * S, 0)},
	},
	{
		.name = "a second late answer is a duplicate",
		.packets = {Q(0), A(11 * S), A(12 * S)},
		.samples = {W(0, NONE, FLAG_LATE | FLAG_DUP)},
		.duplicate_replies = 1,
	},
	{
		.name = "further answers are duplicates",
		.packets = {Q(0), A(1 * MS), A(1 * MS), A(7 * S)},
		.samples = {W(0, 1 * MS, FLAG_DUP)},
		.duplicate_replies = 2,
	},
};

/* Which packets belong together. */
static const struct rule keys[] = {
	{
		.name = "two senders share an identifier and a target",
		.packets = {Q(0, .src = 1, .id = 7), Q(1 * MS, .src = 2, .id = 7),
			A(2 * MS, .src = 2, .id = 7), A(4 * MS, .src = 1, .id = 7)},
		.samples = {W(0, 4 * MS, 0), W(1 * MS, 1 * MS, 0)},
		.flows = 2,
	},
	{
		.name = "one sender, two targets",
		.packets = {Q(0, .dst = 8), Q(1 * MS, .dst = 9), A(2 * MS, .dst = 9),
			A(4 * MS, .dst = 8)},
		.samples = {W(0, 4 * MS, 0), W(1 * MS, 1 * MS, 0)},
		.flows = 2,
	},
	{
		.name = "a broadcast is answered from another address: no match",
		.packets = {Q(0, .src = 1, .dst = 255), A(1 * MS, .src = 1, .dst = 2),
			A(2 * MS, .src = 1, .dst = 3)},
		.samples = {W(0, NONE, FLAG_UNFINISHED)},
		.unmatched_replies = 2,
		.flows = 3,
	},
	{
		.name = "the same identifier in IPv4 and IPv6",
		.packets = {Q(0, .id = 3), Q(1 * MS, .id = 3, .v6 = true),
			A(2 * MS, .id = 3, .v6 = true), A(4 * MS, .id = 3)},
		.samples = {W(0, 4 * MS, 0), W(1 * MS, 1 * MS, 0)},
		.flows = 2,
	},
	{
		.name = "another identifier, another sequence number: no match",
		.packets = {Q(0, .id = 1, .seq = 1), A(1 * MS, .id = 2, .seq = 1),
			A(2 * MS, .id = 1, .seq = 2)},
		.samples = {W(0, NONE, FLAG_UNFINISHED)},
		.unmatched_replies = 2,
		.flows = 2,
	},
	{
		.name = "an answer whose request is not in the capture",
		.packets = {A(0), Q(1 * MS, .seq = 1), A(2 * MS, .seq = 1)},
		.samples = {W(1 * MS, 1 * MS, 0)},
		.unmatched_replies = 1,
	},
	{
		.name = "another payload: no match",
		.packets = {Q(0, .pay = 1), A(1 * MS, .pay = 2)},
		.samples = {W(0, NONE, FLAG_UNFINISHED)},
		.unmatched_replies = 1,
	},
	{
		.name = "another last byte of the payload: no match",
		.packets = {Q(0, .tail = 1), A(1 * MS, .tail = 2)},
		.samples = {W(0, NONE, FLAG_UNFINISHED)},
		.unmatched_replies = 1,
	},
	{
		.name = "payload captured in part: of the answer",
		.packets = {Q(0, .pay = 1, .tail = 9), A(1 * MS, .pay = 1, .cut = 40)},
		.samples = {W(0, 1 * MS, 0)},
	},
	{
		.name = "payload captured in part: of the request",
		.packets = {Q(0, .pay = 1, .cut = 30), A(1 * MS, .pay = 1, .tail = 9)},
		.samples = {W(0, 1 * MS, 0)},
	},
	{
		.name = "captured parts of the payload that differ: no match",
		.packets = {Q(0, .pay = 1, .cut = 30), A(1 * MS, .pay = 2)},
		.samples = {W(0, NONE, FLAG_UNFINISHED)},
		.unmatched_replies = 1,
	},
	{
		.name = "no payload captured: the rest decides",
		.packets = {Q(0, .seq = 1, .pay = 1, .cut = 56), A(1 * MS, .seq = 1, .pay = 1),
			Q(2 * MS, .seq = 2, .cut = 56), A(3 * MS, .seq = 2, .cut = 56)},
		.samples = {W(0, 1 * MS, 0), W(2 * MS, 1 * MS, 0)},
	},
	{
		.name = "part of the first bytes of one, and more of the other: nobody can tell",
		.packets = {Q(0, .pay = 1, .cut = 46), A(1 * MS, .pay = 1)},
		.samples = {W(0, 1 * MS, FLAG_AMBIGUOUS)},
	},
	{
		.name = "packets without time are left out",
		.packets = {Q(0, .seq = 1), A(NONE, .seq = 1), Q(NONE, .seq = 2)},
		.samples = {W(0, NONE, FLAG_UNFINISHED)},
		.untimed = 2,
	},
};

/* Requests that stand in the file more than once. */
static const struct rule copies[] = {
	{
		.name = "a copy within 1 ms: the first counts",
		.packets = {Q(0), Q(1 * MS), A(3 * MS)},
		.samples = {W(0, 3 * MS, FLAG_COPY)},
		.copies = 1,
	},
	{
		.name = "two copies",
		.packets = {Q(0), Q(400), Q(900), A(3 * MS)},
		.samples = {W(0, 3 * MS, FLAG_COPY)},
		.copies = 2,
	},
	{
		.name = "a copy of a probe that is lost",
		.end_ns = 20 * S,
		.packets = {Q(0), Q(400)},
		.samples = {W(0, NONE, FLAG_COPY | FLAG_LOST)},
		.copies = 1,
	},
	{
		.name = "a copy that has passed a router",
		.packets = {Q(0), Q(500, .hops = 1), A(3 * MS)},
		.samples = {W(0, 3 * MS, FLAG_COPY)},
		.copies = 1,
	},
	{
		.name = "the same over IPv6",
		.packets = {Q(0, .v6 = true), Q(500, .v6 = true, .hops = 1), A(3 * MS, .v6 = true)},
		.samples = {W(0, 3 * MS, FLAG_COPY)},
		.copies = 1,
	},
	{
		.name = "the copy stands first in the file but is younger",
		.packets = {Q(500, .hops = 1), Q(0), A(3 * MS)},
		.samples = {W(0, 3 * MS, FLAG_COPY)},
		.copies = 1,
	},
	{
		.name = "a repeat after more than 1 ms is a probe, and the bytes cannot decide",
		.packets = {Q(0), Q(1 * MS + 1), A(3 * MS)},
		.samples = {W(0, NONE, FLAG_UNFINISHED | FLAG_AMBIGUOUS),
			W(1 * MS + 1, 2 * MS - 1, FLAG_AMBIGUOUS)},
	},
	{
		.name = "another IP identification: no copy",
		.packets = {Q(0, .ip_id = 1), Q(500, .ip_id = 2), A(3 * MS)},
		.samples = {W(0, NONE, FLAG_UNFINISHED | FLAG_AMBIGUOUS),
			W(500, 3 * MS - 500, FLAG_AMBIGUOUS)},
	},
	{
		.name = "another flow label: no copy",
		.packets = {Q(0, .v6 = true, .ip_id = 1), Q(500, .v6 = true, .ip_id = 2),
			A(3 * MS, .v6 = true)},
		.samples = {W(0, NONE, FLAG_UNFINISHED | FLAG_AMBIGUOUS),
			W(500, 3 * MS - 500, FLAG_AMBIGUOUS)},
	},
	{
		.name = "another payload: no copy",
		.packets = {Q(0, .tail = 1), Q(500, .tail = 2), A(3 * MS, .tail = 1),
			A(4 * MS, .tail = 2)},
		.samples = {W(0, 3 * MS, 0), W(500, 4 * MS - 500, 0)},
	},
	{
		.name = "a repeat after the answer is a probe of its own",
		.packets = {Q(0), A(200), Q(500), A(900)},
		.samples = {W(0, 200, 0), W(500, 400, 0)},
	},
	{
		.name = "payload that varies: a copy within the expiry time",
		.packets = {Q(0, .seq = 1, .pay = 1), A(1 * MS, .seq = 1, .pay = 1),
			Q(1 * S, .seq = 2, .pay = 2), Q(11 * S, .seq = 2, .pay = 2),
			A(11 * S, .seq = 2, .pay = 2)},
		.samples = {W(0, 1 * MS, 0), W(1 * S, 10 * S, FLAG_COPY)},
		.copies = 1,
	},
	{
		.name = "payload that varies: after the expiry time a probe",
		.packets = {Q(0, .seq = 1, .pay = 1), A(1 * MS, .seq = 1, .pay = 1),
			Q(1 * S, .seq = 2, .pay = 2), Q(11 * S + 1, .seq = 2, .pay = 2),
			A(11 * S + 5, .seq = 2, .pay = 2)},
		.samples = {W(0, 1 * MS, 0), W(1 * S, NONE, FLAG_LOST), W(11 * S + 1, 4, 0)},
	},
	{
		.name = "payload that varies in another flow does not count",
		.packets = {Q(0, .seq = 1, .pay = 1), Q(2, .seq = 2, .pay = 2), Q(3, .id = 5),
			Q(2 * MS, .id = 5), A(3 * MS, .id = 5)},
		.samples = {W(0, NONE, FLAG_UNFINISHED), W(2, NONE, FLAG_UNFINISHED),
			W(3, NONE, FLAG_UNFINISHED | FLAG_AMBIGUOUS),
			W(2 * MS, 1 * MS, FLAG_AMBIGUOUS)},
		.flows = 2,
	},
};

/* Where the bytes cannot decide. */
static const struct rule ambiguities[] = {
	{
		.name = "several fit: the latest is taken, all are flagged",
		.packets = {Q(0), Q(2 * MS), Q(4 * MS), A(7 * MS), A(8 * MS), A(9 * MS)},
		.samples = {W(0, 9 * MS, FLAG_AMBIGUOUS), W(2 * MS, 6 * MS, FLAG_AMBIGUOUS),
			W(4 * MS, 3 * MS, FLAG_AMBIGUOUS)},
	},
	{
		.name = "payloads tell them apart: nothing is ambiguous",
		.packets = {Q(0, .pay = 1), Q(2 * MS, .pay = 2), A(7 * MS, .pay = 1),
			A(8 * MS, .pay = 2)},
		.samples = {W(0, 7 * MS, 0), W(2 * MS, 6 * MS, 0)},
	},
	{
		/* The second request was captured in part, so that the first answer fits it alone,
		 * by the part, and the second answer both. */
		.name = "the one that fits is older than one that was answered",
		.packets = {Q(0, .tail = 1), Q(2 * MS, .tail = 2, .cut = 40), A(3 * MS, .tail = 3),
			A(5 * MS, .tail = 1)},
		.samples = {W(0, 5 * MS, FLAG_AMBIGUOUS), W(2 * MS, 1 * MS, 0)},
	},
	{
		.name = "a probe that expired does not fit any more",
		.end_ns = 30 * S,
		.packets = {Q(0), Q(11 * S), A(12 * S), A(13 * S)},
		.samples = {W(0, NONE, FLAG_LOST), W(11 * S, 1 * S, FLAG_DUP)},
		.duplicate_replies = 1,
	},
	{
		.name = "one fits in time, one was answered before: not ambiguous",
		.packets = {Q(0), A(1 * MS), Q(2 * MS), A(3 * MS)},
		.samples = {W(0, 1 * MS, 0), W(2 * MS, 1 * MS, 0)},
	},
};

/* Files and clocks out of order. */
static const struct rule orders[] = {
	{
		.name = "an answer that stands before its request",
		.packets = {A(5 * MS), Q(1 * MS)},
		.samples = {W(1 * MS, 4 * MS, FLAG_REORDERED)},
	},
	{
		.name = "the same in one nanosecond",
		.packets = {A(5), Q(5)},
		.samples = {W(5, 0, FLAG_REORDERED)},
	},
	{
		.name = "an answer that stands before its request and beyond the window: no match",
		.packets = {A(5 * MS), Q(15 * MS, .seq = 7), A(15 * MS, .seq = 7), Q(1 * MS)},
		.samples = {W(1 * MS, NONE, FLAG_UNFINISHED), W(15 * MS, 0, 0)},
		.unmatched_replies = 1,
	},
	{
		.name = "a request older than its request's successor",
		.packets = {Q(3 * MS, .seq = 2), Q(1 * MS, .seq = 1), A(4 * MS, .seq = 1),
			A(5 * MS, .seq = 2)},
		.samples = {W(1 * MS, 3 * MS, 0), W(3 * MS, 2 * MS, 0)},
	},
	{
		.name = "the clock steps back under a probe, within the window",
		.packets = {Q(5 * MS), A(2 * MS)},
		.samples = {W(5 * MS, -3 * MS, FLAG_NEGATIVE)},
	},
	{
		.name = "beyond the window",
		.packets = {Q(100 * MS, .seq = 1), Q(120 * MS, .seq = 2), A(60 * MS, .seq = 1),
			A(121 * MS, .seq = 2)},
		.samples = {W(100 * MS, -40 * MS, FLAG_NEGATIVE), W(120 * MS, 1 * MS, 0)},
	},
	{
		.name = "by seconds: a step, and time starts anew there",
		.packets = {Q(100 * S, .seq = 1), A(95 * S, .seq = 1), Q(96 * S, .seq = 2),
			A(96 * S + 5, .seq = 2)},
		.samples = {W(96 * S, 5, 0), W(100 * S, -5 * S, FLAG_NEGATIVE)},
		.clock_steps = 1,
	},
	{
		.name = "a step of exactly 1 s is none",
		.packets = {Q(100 * S), A(99 * S)},
		.samples = {W(100 * S, -1 * S, FLAG_NEGATIVE)},
	},
	{
		.name = "by more than the expiry time: no match",
		.packets = {Q(100 * S), A(90 * S - 1)},
		.samples = {W(100 * S, NONE, FLAG_UNFINISHED)},
		.unmatched_replies = 1,
		.clock_steps = 1,
	},
	{
		.name = "a duplicate from before a step",
		.packets = {Q(100 * S), A(100 * S + 4), A(97 * S)},
		.samples = {W(100 * S, 4, FLAG_DUP)},
		.duplicate_replies = 1,
		.clock_steps = 1,
	},
	{
		.name = "a late answer to a probe behind one from before a step",
		.packets = {Q(20 * S, .seq = 1), A(20 * S + 4, .seq = 1), Q(14 * S, .seq = 2),
			A(24 * S + 1 * MS, .seq = 2), A(24 * S + 2 * MS, .seq = 2)},
		.samples = {W(14 * S, NONE, FLAG_LATE | FLAG_DUP), W(20 * S, 4, 0)},
		.duplicate_replies = 1,
		.clock_steps = 1,
	},
	{
		.name = "a probe from before a step is open",
		.packets = {Q(20 * S, .seq = 1), Q(14 * S, .seq = 2), A(14 * S + 4, .seq = 2)},
		.samples = {W(14 * S, 4, 0), W(20 * S, NONE, FLAG_UNFINISHED)},
		.clock_steps = 1,
	},
	{
		.name = "the ends of time",
		.packets = {Q(INT64_MIN + 1), A(INT64_MAX)},
		.samples = {W(INT64_MIN + 1, NONE, FLAG_LATE)},
	},
};

/* ---- running a case ---- */

struct got {
	struct echo_sample samples[SAMPLES_MAX];
	size_t n;
};

/* Keeps them by time, as the cases have them. */
static void
take(void *ctx, const struct echo_sample *s)
{
	struct got *g = ctx;
	size_t i = g->n++;

	assert_true(i < SAMPLES_MAX);
	for (; i > 0 && g->samples[i - 1].t_ns > s->t_ns; i--)
		g->samples[i] = g->samples[i - 1];
	g->samples[i] = *s;
}

static void
check_samples(const struct rule *r, const struct got *g)
{
	size_t n = 0;

	for (size_t i = 0; i < SAMPLES_MAX && r->samples[i].used; i++, n++) {
		assert_true(i < g->n);
		assert_int_equal(g->samples[i].t_ns, r->samples[i].t_ns);
		assert_int_equal(g->samples[i].rtt_ns, r->samples[i].rtt_ns);
		assert_int_equal(g->samples[i].flags, r->samples[i].flags);
	}
	assert_int_equal(g->n, n);
}

static uint64_t
n_with(const struct rule *r, uint16_t flag)
{
	uint64_t n = 0;

	for (size_t i = 0; i < SAMPLES_MAX; i++)
		n += (r->samples[i].flags & flag) != 0;
	return n;
}

static void
check_from_samples(const struct rule *r, const struct echo_counts *c)
{
	uint64_t probes = 0, answered = 0;

	for (size_t i = 0; i < SAMPLES_MAX && r->samples[i].used; i++) {
		probes++;
		answered += r->samples[i].rtt_ns != NONE;
	}
	assert_int_equal(c->probes, probes);
	assert_int_equal(c->answered, answered);
	assert_int_equal(c->lost, n_with(r, FLAG_LOST));
	assert_int_equal(c->late, n_with(r, FLAG_LATE));
	assert_int_equal(c->unfinished, n_with(r, FLAG_UNFINISHED));
	assert_int_equal(c->ambiguous, n_with(r, FLAG_AMBIGUOUS));
	assert_int_equal(c->negative, n_with(r, FLAG_NEGATIVE));
	assert_int_equal(c->reordered, n_with(r, FLAG_REORDERED));
	assert_int_equal(c->first_request_ns, r->samples[0].t_ns);
	assert_int_equal(c->last_request_ns, r->samples[probes - 1].t_ns);
}

static void
check_counts(const struct rule *r, const struct echo_counts *c)
{
	uint64_t requests = 0, replies = 0;

	for (size_t i = 0; i < PACKETS_MAX && r->packets[i].used; i++) {
		requests += !r->packets[i].reply && r->packets[i].t_ns != NONE;
		replies += r->packets[i].reply && r->packets[i].t_ns != NONE;
	}
	assert_int_equal(c->requests, requests);
	assert_int_equal(c->replies, replies);
	assert_int_equal(c->copies, r->copies);
	assert_int_equal(c->duplicate_replies, r->duplicate_replies);
	assert_int_equal(c->unmatched_replies, r->unmatched_replies);
	assert_int_equal(c->untimed, r->untimed);
	assert_int_equal(c->clock_steps, r->clock_steps);
	assert_int_equal(c->flows, r->flows ? r->flows : 1);
	assert_int_equal(c->refused, 0);
}

static void
run_rule(const struct rule *r)
{
	struct echo_params params = {.expiry_ns = r->expiry_ns ? r->expiry_ns : ECHO_EXPIRY_NS};
	struct got got = {.n = 0};
	struct echo *e = echo_new(&params, take, &got);
	int64_t end_ns = r->end_ns ? r->end_ns : NONE;

	print_message("%s\n", r->name);
	for (size_t i = 0; i < PACKETS_MAX && r->packets[i].used; i++) {
		pk_add(e, &r->packets[i], i + 1);
		if (r->packets[i].t_ns > end_ns)
			end_ns = r->packets[i].t_ns;
	}
	echo_finish(e, end_ns);
	check_samples(r, &got);
	check_from_samples(r, echo_counts(e));
	check_counts(r, echo_counts(e));
	echo_free(e);
}

#define TEST_RULES(table)                                \
	static void test_##table(void **state)           \
	{                                                \
		(void)state;                             \
		for (size_t i = 0; i < N_OF(table); i++) \
			run_rule(&table[i]);             \
	}

TEST_RULES(simple)
TEST_RULES(keys)
TEST_RULES(copies)
TEST_RULES(ambiguities)
TEST_RULES(orders)

/* ---- beside the table ---- */

static void
ignore(void *ctx, const struct echo_sample *s)
{
	(void)ctx;
	(void)s;
}

static void
test_nothing(void **state)
{
	struct echo_params params = {.expiry_ns = ECHO_EXPIRY_NS};
	struct echo *e = echo_new(&params, ignore, NULL);
	const struct echo_counts *c = echo_counts(e);

	(void)state;
	echo_finish(e, NONE);
	assert_int_equal(c->probes, 0);
	assert_int_equal(c->first_request_ns, NONE);
	assert_int_equal(c->last_request_ns, NONE);
	echo_free(e);
	echo_free(NULL);
}

static const struct echo *walked;

static void
check_flow(void *ctx, const struct echo_sample *s)
{
	const struct echo_flow *f = echo_flow(walked, s->flow);
	const uint8_t v4_src[16] = {10, 0, 0, 1}, v4_dst[16] = {10, 0, 0, 2};
	const uint8_t v6_src[16] = {[0] = 0xfd, [15] = 3}, v6_dst[16] = {[0] = 0xfd, [15] = 4};

	++*(int *)ctx;
	assert_int_equal(f->family, s->seq);
	assert_int_equal(f->id, 300 + s->seq);
	assert_memory_equal(f->src, s->seq == 4 ? v4_src : v6_src, 16);
	assert_memory_equal(f->dst, s->seq == 4 ? v4_dst : v6_dst, 16);
}

/* The flow is the asker's, also when its first packet in the file is a reply. */
static void
test_flows(void **state)
{
	const struct pk packets[] = {
		A(9, .seq = 4, .id = 304, .src = 1, .dst = 2),
		Q(8, .seq = 4, .id = 304, .src = 1, .dst = 2),
		Q(8, .seq = 6, .id = 306, .src = 3, .dst = 4, .v6 = true),
	};
	struct echo_params params = {.expiry_ns = ECHO_EXPIRY_NS};
	int n = 0;
	struct echo *e = echo_new(&params, check_flow, &n);
	struct echo_flow *flows;
	uint32_t n_flows;

	(void)state;
	walked = e;
	for (size_t i = 0; i < N_OF(packets); i++)
		pk_add(e, &packets[i], i + 1);
	echo_finish(e, 9);
	assert_int_equal(n, 2);
	flows = echo_take_flows(e, &n_flows);
	assert_int_equal(n_flows, 2);
	assert_int_equal(flows[1].id, 306);
	free(flows);
	echo_free(e);
}

/*
 * A thousand probes of each of a thousand flows, all answered: tables grow, nothing is lost.  RTTs
 * are 1 + (i mod 997) for i from 0 to 999,999: a million ones, 1003 laps of 0 + ... + 996, and
 * 0 + ... + 8.
 */
static void
add_rtt(void *ctx, const struct echo_sample *s)
{
	assert_int_equal(s->flags, 0);
	*(int64_t *)ctx += s->rtt_ns;
}

static void
test_many(void **state)
{
	struct echo_params params = {.expiry_ns = 1 * MS};
	int64_t sum_ns = 0;
	struct echo *e = echo_new(&params, add_rtt, &sum_ns);

	(void)state;
	for (int i = 0; i < 1000000; i++) {
		struct pk q = Q(i * INT64_C(1000), .src = (uint8_t)(i % 100),
			.id = (uint16_t)(i / 100 % 10), .seq = (uint16_t)(i / 1000));
		struct pk a = q;

		a.reply = true;
		a.t_ns += 1 + i % 997;
		pk_add(e, &q, 2 * (uint64_t)i + 1);
		pk_add(e, &a, 2 * (uint64_t)i + 2);
	}
	echo_finish(e, NONE);
	assert_int_equal(echo_counts(e)->flows, 1000);
	assert_int_equal(echo_counts(e)->answered, 1000000);
	assert_int_equal(sum_ns, INT64_C(1003) * 996 * 997 / 2 + 8 * 9 / 2 + 1000000);
	echo_free(e);
}

/* The smallest hostile case: one key, ever other payloads, and an answer to the first. */
static void
test_one_key(void **state)
{
	struct echo_params params = {.expiry_ns = ECHO_EXPIRY_NS};
	struct echo *e = echo_new(&params, ignore, NULL);

	(void)state;
	for (int i = 0; i < 60000; i++) {
		struct pk q = Q(i, .pay = (uint8_t)i, .tail = (uint8_t)(i >> 8));

		pk_add(e, &q, (uint64_t)i + 1);
	}
	for (int i = 0; i < 60000; i++) {
		struct pk a = A(60000 + i);

		pk_add(e, &a, 60001 + (uint64_t)i);
	}
	echo_finish(e, NONE);
	assert_int_equal(echo_counts(e)->probes + echo_counts(e)->copies, 60000);
	assert_int_equal(echo_counts(e)->replies, 60000);
	echo_free(e);
}

/*
 * A burst fills the window; when it is over, the window is 10 ms wide again, and an answer is not
 * held back for a request that comes after a packet 20 ms younger.
 */
static void
test_window_after_burst(void **state)
{
	const struct pk after[] = {
		A(1 * S, .seq = 9000),
		Q(1 * S + 20 * MS, .seq = 9001),
		Q(1 * S - 1 * MS, .seq = 9000),
	};
	struct echo_params params = {.expiry_ns = ECHO_EXPIRY_NS};
	struct echo *e = echo_new(&params, ignore, NULL);
	uint64_t number = 0;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		struct pk q = Q(i, .seq = (uint16_t)i);

		pk_add(e, &q, ++number);
	}
	for (size_t i = 0; i < N_OF(after); i++)
		pk_add(e, &after[i], ++number);
	echo_finish(e, NONE);
	assert_int_equal(echo_counts(e)->unmatched_replies, 1);
	assert_int_equal(echo_counts(e)->reordered, 0);
	echo_free(e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_simple),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_ambiguities),
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_flows),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_one_key),
		cmocka_unit_test(test_window_after_burst),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
