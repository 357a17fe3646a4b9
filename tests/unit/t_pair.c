/*
 * t_pair - the same probe at two points (docs/METHODS.md, "Pairing two points"): small lists, the
 * pairs worked out by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/pair.h"

#define PROBES_MAX 10
#define RULE_FLOWS_MAX 3
#define NO (-1)

struct probe {
	bool used;
	uint32_t flow;
	uint16_t seq;
	uint32_t payload;
};

/* A flow: the last bytes of the addresses, the identifier; all 0 ends the list. */
struct ends {
	uint8_t src;
	uint8_t dst;
	uint16_t id;
	bool v6;
};

#define P(flow, seq, payload)            \
	{                                \
		true, flow, seq, payload \
	}
#define F(src, dst, id)             \
	{                           \
		src, dst, id, false \
	}
#define F6(src, dst, id)           \
	{                          \
		src, dst, id, true \
	}

struct rule {
	const char *name;
	bool tool; /* the inner point is a ping program's output */
	struct ends inner_flows[RULE_FLOWS_MAX];
	struct ends outer_flows[RULE_FLOWS_MAX];
	struct probe inner[PROBES_MAX]; /* in order of time */
	struct probe outer[PROBES_MAX];
	int partner[PROBES_MAX]; /* of each inner one its index in outer, or NO */
	size_t undecidable;
};

static const struct rule captures[] = {
	{
		.name = "nothing at all",
	},
	{
		.name = "nothing at one of them",
		.inner_flows = {F(1, 2, 3)},
		.inner = {P(0, 1, 50)},
		.partner = {NO},
	},
	{
		.name = "everything equal",
		.inner_flows = {F(1, 2, 3)},
		.outer_flows = {F(1, 2, 3)},
		.inner = {P(0, 1, 50), P(0, 2, 51)},
		.outer = {P(0, 1, 50), P(0, 2, 51)},
		.partner = {0, 1},
	},
	{
		.name = "in another order, one missing on each side",
		.inner_flows = {F(1, 2, 3)},
		.outer_flows = {F(1, 2, 3)},
		.inner = {P(0, 1, 50), P(0, 2, 51), P(0, 3, 52)},
		.outer = {P(0, 3, 52), P(0, 1, 50), P(0, 4, 53)},
		.partner = {1, NO, 0},
	},
	{
		.name = "flows numbered otherwise",
		.inner_flows = {F(1, 9, 3), F(2, 9, 3)},
		.outer_flows = {F(2, 9, 3), F(1, 9, 3)},
		.inner = {P(0, 1, 5), P(1, 1, 5)},
		.outer = {P(0, 1, 5), P(1, 1, 5)},
		.partner = {1, 0},
	},
	{
		.name = "IPv4 and IPv6 alike but for that",
		.inner_flows = {F(1, 9, 3), F6(1, 9, 3)},
		.outer_flows = {F6(1, 9, 3), F(1, 9, 3)},
		.inner = {P(0, 1, 5), P(1, 1, 5)},
		.outer = {P(0, 1, 5), P(1, 1, 5)},
		.partner = {1, 0},
	},
	{
		.name = "address and identifier translated: by number and payload",
		.inner_flows = {F(1, 9, 3)},
		.outer_flows = {F(77, 9, 1000)},
		.inner = {P(0, 1, 50), P(0, 2, 51)},
		.outer = {P(0, 1, 50), P(0, 2, 51)},
		.partner = {0, 1},
	},
	{
		.name = "two machines behind one translated address",
		.inner_flows = {F(1, 9, 3), F(2, 9, 3)},
		.outer_flows = {F(77, 9, 1000), F(77, 9, 1001)},
		.inner = {P(0, 1, 50), P(1, 1, 60), P(0, 2, 51), P(1, 2, 61)},
		.outer = {P(1, 1, 60), P(0, 1, 50), P(0, 2, 51), P(1, 2, 61)},
		.partner = {1, 0, 2, 3},
	},
	{
		.name = "only what is left after the exact pass is tried by payload",
		.inner_flows = {F(1, 9, 3), F(2, 9, 3)},
		.outer_flows = {F(1, 9, 3), F(77, 9, 9)},
		.inner = {P(0, 1, 5), P(1, 1, 5)},
		.outer = {P(1, 1, 5), P(0, 1, 5)},
		.partner = {1, 0},
	},
	{
		.name = "another payload is another probe",
		.inner_flows = {F(1, 9, 3)},
		.outer_flows = {F(1, 9, 3)},
		.inner = {P(0, 1, 50)},
		.outer = {P(0, 1, 51)},
		.partner = {NO},
	},
	{
		.name = "constant payload that wrapped, as often at both points: in order",
		.inner_flows = {F(1, 9, 3)},
		.outer_flows = {F(1, 9, 3)},
		.inner = {P(0, 7, 5), P(0, 8, 5), P(0, 7, 5), P(0, 7, 5)},
		.outer = {P(0, 7, 5), P(0, 8, 5), P(0, 7, 5), P(0, 7, 5)},
		.partner = {0, 1, 2, 3},
	},
	{
		.name = "not as often: undecidable, and no other key suffers",
		.inner_flows = {F(1, 9, 3)},
		.outer_flows = {F(1, 9, 3)},
		.inner = {P(0, 7, 5), P(0, 8, 5), P(0, 7, 5), P(0, 7, 5)},
		.outer = {P(0, 7, 5), P(0, 8, 5), P(0, 7, 5)},
		.partner = {NO, 1, NO, NO},
		.undecidable = 3,
	},
	{
		.name = "more at the outer point: undecidable too",
		.inner_flows = {F(1, 9, 3)},
		.outer_flows = {F(1, 9, 3)},
		.inner = {P(0, 7, 5)},
		.outer = {P(0, 7, 5), P(0, 7, 5)},
		.partner = {NO},
		.undecidable = 1,
	},
	{
		.name = "translated, constant payload, two senders: undecidable",
		.inner_flows = {F(1, 9, 3), F(2, 9, 3)},
		.outer_flows = {F(77, 9, 8), F(77, 9, 9)},
		.inner = {P(0, 1, 5), P(1, 1, 5)},
		.outer = {P(0, 1, 5)},
		.partner = {NO, NO},
		.undecidable = 2,
	},
};

/* A ping program prints the address it asks and sequence numbers, no payload. */
static const struct rule tools[] = {
	{
		.name = "one target, one flow to it",
		.tool = true,
		.inner_flows = {F(0, 9, 0)},
		.outer_flows = {F(1, 9, 3)},
		.inner = {P(0, 1, 0), P(0, 2, 0), P(0, 3, 0)},
		.outer = {P(0, 1, 50), P(0, 3, 51)},
		.partner = {0, NO, 1},
	},
	{
		.name = "two captured flows of the same numbers: that to the printed address",
		.tool = true,
		.inner_flows = {F(0, 9, 0)},
		.outer_flows = {F(1, 8, 3), F(1, 9, 3)},
		.inner = {P(0, 1, 0), P(0, 2, 0)},
		.outer = {P(0, 1, 50), P(0, 2, 51), P(1, 1, 52), P(1, 2, 53)},
		.partner = {2, 3},
	},
	{
		.name = "both to that address: the one that shares most numbers",
		.tool = true,
		.inner_flows = {F(0, 9, 0)},
		.outer_flows = {F(1, 9, 3), F(1, 9, 4)},
		.inner = {P(0, 1, 0), P(0, 2, 0), P(0, 3, 0)},
		.outer = {P(0, 1, 50), P(1, 1, 51), P(1, 2, 52), P(0, 9, 53), P(0, 8, 53)},
		.partner = {1, 2, NO},
	},
	{
		.name = "both to that address, and both share all numbers: nothing tells which it is",
		.tool = true,
		.inner_flows = {F(0, 9, 0)},
		.outer_flows = {F(1, 9, 3), F(1, 9, 4)},
		.inner = {P(0, 1, 0), P(0, 2, 0)},
		.outer = {P(0, 1, 50), P(0, 2, 51), P(1, 1, 52), P(1, 2, 53)},
		.partner = {NO, NO},
		.undecidable = 2,
	},
	{
		.name = "the address is translated on the way: the flow that shares most numbers",
		.tool = true,
		.inner_flows = {F(0, 9, 0)},
		.outer_flows = {F(1, 5, 3), F(1, 6, 3)},
		.inner = {P(0, 1, 0), P(0, 2, 0)},
		.outer = {P(0, 7, 50), P(0, 1, 50), P(1, 1, 52), P(1, 2, 53)},
		.partner = {2, 3},
	},
	{
		.name = "no captured flow has any of the numbers",
		.tool = true,
		.inner_flows = {F(0, 9, 0)},
		.outer_flows = {F(1, 9, 3)},
		.inner = {P(0, 1, 0)},
		.outer = {P(0, 2, 50)},
		.partner = {NO},
	},
	{
		.name = "several targets: each its own flow",
		.tool = true,
		.inner_flows = {F(0, 8, 0), F(0, 9, 0)},
		.outer_flows = {F(1, 9, 3), F(1, 8, 3)},
		.inner = {P(0, 0, 0), P(1, 0, 0), P(0, 1, 0), P(1, 1, 0)},
		.outer = {P(1, 0, 5), P(0, 0, 6), P(1, 1, 7), P(0, 1, 8)},
		.partner = {0, 1, 2, 3},
	},
	{
		.name = "several targets whose names say nothing: no flow is given twice",
		.tool = true,
		.inner_flows = {F(0, 0, 0), F(0, 0, 0)},
		.outer_flows = {F(1, 9, 3), F(1, 8, 3)},
		.inner = {P(0, 1, 0), P(0, 2, 0), P(1, 7, 0), P(1, 8, 0)},
		.outer = {P(0, 1, 5), P(1, 7, 6), P(0, 2, 7), P(1, 8, 8)},
		.partner = {0, 2, 1, 3},
	},
	{
		.name = "the numbers wrapped, as often at both points",
		.tool = true,
		.inner_flows = {F(0, 9, 0)},
		.outer_flows = {F(1, 9, 3)},
		.inner = {P(0, 7, 0), P(0, 7, 0)},
		.outer = {P(0, 7, 50), P(0, 7, 60)},
		.partner = {0, 1},
	},
	{
		.name = "and not as often",
		.tool = true,
		.inner_flows = {F(0, 9, 0)},
		.outer_flows = {F(1, 9, 3)},
		.inner = {P(0, 7, 0), P(0, 7, 0)},
		.outer = {P(0, 7, 50)},
		.partner = {NO, NO},
		.undecidable = 2,
	},
};

struct side {
	struct observation o;
	struct echo_sample samples[PROBES_MAX];
	struct echo_flow flows[RULE_FLOWS_MAX];
};

static void
fill(struct side *s, const struct probe *probes, const struct ends *flows)
{
	memset(s, 0, sizeof *s);
	for (; s->o.n_samples < PROBES_MAX && probes[s->o.n_samples].used; s->o.n_samples++) {
		const struct probe *p = &probes[s->o.n_samples];

		s->samples[s->o.n_samples] = (struct echo_sample){.t_ns = (int64_t)s->o.n_samples,
			.flow = p->flow,
			.payload = p->payload,
			.seq = p->seq};
	}
	s->o.n_flows = RULE_FLOWS_MAX;
	for (size_t i = 0; i < RULE_FLOWS_MAX; i++) {
		s->flows[i].src[3] = flows[i].src;
		s->flows[i].dst[3] = flows[i].dst;
		s->flows[i].id = flows[i].id;
		s->flows[i].family = flows[i].dst == 0 ? 0 : flows[i].v6 ? 6 : 4;
	}
	s->o.samples = s->samples;
	s->o.flows = s->flows;
}

static void
run_rule(const struct rule *r)
{
	struct run_tool tool = {.name = NULL};
	struct side inner, outer;
	struct pairing p;
	size_t n_pairs = 0;

	print_message("%s\n", r->name);
	fill(&inner, r->inner, r->inner_flows);
	fill(&outer, r->outer, r->outer_flows);
	if (r->tool)
		inner.o.tool = &tool;
	pair_observations(&p, &inner.o, &outer.o);
	for (size_t i = 0; i < inner.o.n_samples; i++) {
		uint32_t want = r->partner[i] == NO ? PAIR_NONE : (uint32_t)r->partner[i];

		assert_int_equal(p.outer_of[i], want);
		n_pairs += want != PAIR_NONE;
	}
	assert_int_equal(p.n_pairs, n_pairs);
	assert_int_equal(p.unpaired_inner, inner.o.n_samples - n_pairs);
	assert_int_equal(p.unpaired_outer, outer.o.n_samples - n_pairs);
	assert_int_equal(p.undecidable, r->undecidable);
	pairing_release(&p);
}

static void
test_captures(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof captures / sizeof *captures; i++)
		run_rule(&captures[i]);
}

static void
test_tools(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
		run_rule(&tools[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_captures),
		cmocka_unit_test(test_tools),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
