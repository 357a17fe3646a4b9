/*
 * t_inflight - the ring and its chains: small cases by hand, and a long random one against a list
 * that is searched from its end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "analyze/inflight.h"
#include "tests/gen/synth.h"

/* Number of the probe that a walk hands out next, -1 at its end. */
static int
next(struct inflight_walk *w)
{
	const struct inflight_probe *p = inflight_next(w);

	return p ? (int)p->t_ns : -1;
}

static void
push(struct inflight *f, uint32_t flow, uint16_t seq, int name)
{
	inflight_push(f, flow, seq)->t_ns = name;
}

static void
test_empty(void **state)
{
	struct inflight f;
	struct inflight_walk w;

	(void)state;
	inflight_init(&f, 16);
	assert_null(inflight_oldest(&f));
	for (unsigned seq = 0; seq < 200; seq++) {
		w = inflight_walk(&f, 0, (uint16_t)seq);
		assert_int_equal(next(&w), -1);
	}
	inflight_release(&f);
}

static void
test_newest_first(void **state)
{
	struct inflight f;
	struct inflight_walk w;

	(void)state;
	inflight_init(&f, 16);
	push(&f, 1, 5, 10);
	push(&f, 1, 6, 11);
	push(&f, 2, 5, 12);
	push(&f, 1, 5, 13);
	w = inflight_walk(&f, 1, 5);
	assert_int_equal(next(&w), 13);
	assert_int_equal(next(&w), 10);
	assert_int_equal(next(&w), -1);
	w = inflight_walk(&f, 1, 7);
	assert_int_equal(next(&w), -1);
	assert_int_equal(inflight_oldest(&f)->t_ns, 10);
	inflight_drop_oldest(&f);
	assert_int_equal(inflight_oldest(&f)->t_ns, 11);
	w = inflight_walk(&f, 1, 5);
	assert_int_equal(next(&w), 13);
	assert_int_equal(next(&w), -1);
	inflight_release(&f);
}

/* Off the chain, but still in the ring. */
static void
test_unlink(void **state)
{
	struct inflight f;
	struct inflight_walk w;

	(void)state;
	inflight_init(&f, 16);
	for (int i = 0; i < 4; i++)
		push(&f, 1, 5, i);
	w = inflight_walk(&f, 1, 5);
	assert_int_equal(next(&w), 3);
	inflight_unlink(&w);
	assert_int_equal(next(&w), 2);
	assert_int_equal(next(&w), 1);
	inflight_unlink(&w);
	assert_int_equal(next(&w), 0);
	assert_int_equal(next(&w), -1);
	w = inflight_walk(&f, 1, 5);
	assert_int_equal(next(&w), 2);
	assert_int_equal(next(&w), 0);
	assert_int_equal(next(&w), -1);
	assert_int_equal(f.count, 4);
	inflight_release(&f);
}

/* ---- against a list ---- */

struct listed {
	uint32_t flow;
	uint16_t seq;
};

#define STEPS 60000

/* The walk must hand out, newest first, what the list [first, end) holds of the key. */
static void
check_walk(const struct inflight *f, const struct listed *list, int first, int end,
	const struct listed *key)
{
	struct inflight_walk w = inflight_walk(f, key->flow, key->seq);

	for (int i = end - 1; i >= first; i--)
		if (list[i].flow == key->flow && list[i].seq == key->seq)
			assert_int_equal(next(&w), i);
	assert_int_equal(next(&w), -1);
}

/* Up to 300 probes of 4 flows and 40 numbers; grown from 16; numbers begin at `start`. */
static void
random_steps(uint32_t start, uint64_t seed)
{
	struct listed *list = synth_alloc(STEPS, sizeof *list);
	int first = 0, end = 0;
	struct synth_rng rng;
	struct inflight f;

	synth_seed(&rng, seed);
	inflight_init(&f, 16);
	f.end = start;
	for (int i = 0; i < STEPS; i++) {
		uint64_t r = synth_next(&rng);
		struct listed key = {(uint32_t)(r % 4), (uint16_t)(r / 4 % 40)};

		if (r >> 32 & 1 && end - first < 300) {
			push(&f, key.flow, key.seq, end);
			list[end++] = key;
		} else if (r >> 33 & 1 && first < end) {
			assert_int_equal(inflight_oldest(&f)->t_ns, first);
			inflight_drop_oldest(&f);
			first++;
		} else {
			check_walk(&f, list, first, end, &key);
		}
		assert_int_equal(f.count, end - first);
	}
	inflight_release(&f);
	free(list);
}

static void
test_against_list(void **state)
{
	(void)state;
	random_steps(1, 1);
	random_steps(1, 2);
}

/* Numbers count modulo 2^32: begin shortly before the end. */
static void
test_wrap(void **state)
{
	(void)state;
	random_steps(UINT32_MAX - 5000, 3);
	random_steps(UINT32_MAX - 17, 4);
}

/* Many flows that count alike: no probe is lost behind foreign ones on its chain. */
static void
test_many_flows(void **state)
{
	enum { FLOWS = 20000, PROBES = 8 };
	struct inflight f;

	(void)state;
	inflight_init(&f, 1024);
	for (int i = 0; i < FLOWS * PROBES; i++)
		push(&f, (uint32_t)(i % FLOWS), (uint16_t)(i / FLOWS), i);
	for (int i = 0; i < FLOWS * PROBES; i++) {
		struct inflight_walk w =
			inflight_walk(&f, (uint32_t)(i % FLOWS), (uint16_t)(i / FLOWS));

		assert_int_equal(next(&w), i);
	}
	inflight_release(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_newest_first),
		cmocka_unit_test(test_unlink),
		cmocka_unit_test(test_against_list),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_many_flows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
