/*
 * t_reorder - the window by hand, and against sorting.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "analyze/reorder.h"
#include "tests/gen/synth.h"

#define WIDTH_NS 100

static void
add(struct reorder *r, int64_t t_ns, bool reply, uint32_t number)
{
	struct echo_packet *p = reorder_slot(r);

	p->t_ns = t_ns;
	p->reply = reply;
	p->number = number;
	reorder_add(r);
}

/* Number of the packet that is ready, 0 if none is. */
static uint32_t
ready(struct reorder *r)
{
	const struct echo_packet *p = reorder_ready(r);

	return p ? p->number : 0;
}

static uint32_t
taken(struct reorder *r)
{
	const struct echo_packet *p = reorder_take(r);

	return p ? p->number : 0;
}

static void
test_width(void **state)
{
	struct reorder r;

	(void)state;
	reorder_init(&r, WIDTH_NS);
	assert_int_equal(ready(&r), 0);
	assert_int_equal(taken(&r), 0);
	add(&r, 1000, false, 1);
	add(&r, 1099, false, 2);
	assert_int_equal(ready(&r), 0);
	add(&r, 1050, false, 3);
	assert_int_equal(ready(&r), 0);
	add(&r, 1100, false, 4); /* 1000 is 100 old: ready; 1050 is not */
	assert_int_equal(ready(&r), 1);
	assert_int_equal(ready(&r), 0);
	add(&r, 900, false, 5); /* older than what has left: the next to go */
	assert_int_equal(ready(&r), 5);
	assert_int_equal(taken(&r), 3);
	assert_int_equal(taken(&r), 2);
	assert_int_equal(taken(&r), 4);
	assert_int_equal(taken(&r), 0);
	reorder_release(&r);
}

/* In one nanosecond requests go before replies; equals keep the order of the file. */
static void
test_ties(void **state)
{
	struct reorder r;
	const uint32_t order[] = {2, 4, 6, 1, 3, 5};

	(void)state;
	reorder_init(&r, WIDTH_NS);
	for (uint32_t i = 1; i <= 6; i++)
		add(&r, 7, i % 2, i);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(taken(&r), order[i]);
	reorder_release(&r);
}

static void
test_steps(void **state)
{
	struct reorder r;

	(void)state;
	reorder_init(&r, WIDTH_NS);
	assert_false(reorder_steps_back(&r, INT64_MIN + 1)); /* the first packet of all */
	add(&r, 5 * REORDER_STEP_NS, false, 1);
	assert_false(reorder_steps_back(&r, 4 * REORDER_STEP_NS));
	assert_true(reorder_steps_back(&r, 4 * REORDER_STEP_NS - 1));
	assert_true(reorder_steps_back(&r, INT64_MIN + 1)); /* no overflow */
	assert_false(reorder_steps_back(&r, INT64_MAX));
	assert_int_equal(taken(&r), 1);
	reorder_restart(&r);
	assert_false(reorder_steps_back(&r, 0));
	reorder_release(&r);
}

/* All the packets it may hold, added from the youngest to the oldest. */
static void
test_full(void **state)
{
	struct reorder r;

	(void)state;
	reorder_init(&r, INT64_MAX);
	for (uint32_t i = 0; i < REORDER_PACKETS_MAX; i++) {
		assert_false(reorder_full(&r));
		add(&r, -(int64_t)i, false, i + 1);
	}
	assert_true(reorder_full(&r));
	for (uint32_t i = REORDER_PACKETS_MAX; i > 0; i--)
		assert_int_equal(taken(&r), i);
	reorder_release(&r);
}

/*
 * Times that are at most half the width out of order come out sorted: as many as went in, never
 * one before an older one.
 */
static void
test_sorts(void **state)
{
	struct synth_rng rng;
	struct reorder r;
	const struct echo_packet *p;
	int64_t last_ns = INT64_MIN;
	int n = 0;

	(void)state;
	synth_seed(&rng, 7);
	reorder_init(&r, WIDTH_NS);
	for (int i = 0; i < 50000; i++) {
		add(&r, 3 * i + (int64_t)(synth_next(&rng) % (WIDTH_NS / 2)), false, 1);
		while ((p = reorder_ready(&r))) {
			assert_true(p->t_ns >= last_ns);
			last_ns = p->t_ns;
			n++;
		}
		assert_true(r.count < WIDTH_NS);
	}
	while ((p = reorder_take(&r))) {
		assert_true(p->t_ns >= last_ns);
		last_ns = p->t_ns;
		n++;
	}
	assert_int_equal(n, 50000);
	reorder_release(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_ties),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_sorts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
