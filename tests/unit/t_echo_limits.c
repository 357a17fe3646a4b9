/*
 * t_echo_limits - what echo does when its tables are full.  The limits are lowered here, and the
 * module is compiled with them; expected counts follow from the limits and what is sent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/echo.h"

#undef ECHO_FLOWS_MAX
#undef ECHO_INFLIGHT_MAX
#define ECHO_FLOWS_MAX 100
#define ECHO_INFLIGHT_MAX 8

#include "analyze/echo.c"
#include "analyze/echo_flow.c"
#include "analyze/echo_match.c"

#include "tests/unit/echo_packets.h"

static struct echo_sample samples[64];
static size_t n_samples;

static void
keep(void *ctx, const struct echo_sample *s)
{
	(void)ctx;
	assert_true(n_samples < 64);
	samples[n_samples++] = *s;
}

static struct echo *
begin(void)
{
	struct echo_params params = {.expiry_ns = ECHO_EXPIRY_NS};

	n_samples = 0;
	return echo_new(&params, keep, NULL);
}

/* Sample number seq, wherever it stands. */
static const struct echo_sample *
sample(uint16_t seq)
{
	for (size_t i = 0; i < n_samples; i++)
		if (samples[i].seq == seq)
			return &samples[i];
	fail_msg("no sample %u", seq);
	return NULL;
}

/* Flows beyond the limit: their packets are refused and counted, the others are served. */
static void
test_flows(void **state)
{
	struct echo *e = begin();
	uint64_t number = 0;

	(void)state;
	for (int i = 0; i < 103; i++) {
		struct pk q = Q(i, .id = (uint16_t)i, .seq = (uint16_t)(i < 40 ? i : 40));

		if (i >= 40 && i < 100)
			q.reply = true; /* replies open flows too */
		pk_add(e, &q, ++number);
	}
	for (int i = 0; i < 40; i++) {
		struct pk a = A(1000 + i, .id = (uint16_t)i, .seq = (uint16_t)i);

		pk_add(e, &a, ++number);
	}
	echo_finish(e, TSTAMP_NONE);
	assert_int_equal(echo_counts(e)->flows, 100);
	assert_int_equal(echo_counts(e)->refused, 3);
	assert_int_equal(echo_counts(e)->requests, 40);
	assert_int_equal(echo_counts(e)->probes, 40);
	assert_int_equal(echo_counts(e)->unmatched_replies, 60);
	assert_int_equal(echo_counts(e)->answered, 40);
	assert_int_equal(n_samples, 40);
	echo_free(e);
}

/* More probes under way than the ring holds: the oldest are retired, and still get their answer. */
static void
test_inflight_answer(void **state)
{
	struct echo *e = begin();
	uint64_t number = 0;

	(void)state;
	for (uint16_t i = 0; i < 20; i++) {
		struct pk q = Q(i * MS, .seq = i, .pay = (uint8_t)i);

		pk_add(e, &q, ++number);
	}
	for (uint16_t i = 0; i < 20; i++) {
		struct pk a = A(100 * MS + i, .seq = i, .pay = (uint8_t)i);

		pk_add(e, &a, ++number);
	}
	echo_finish(e, TSTAMP_NONE);
	assert_int_equal(echo_counts(e)->answered, 20);
	assert_int_equal(echo_counts(e)->early, 12); /* 20 probes, room for 8 */
	for (uint16_t i = 0; i < 20; i++)
		assert_int_equal(sample(i)->rtt_ns, 100 * MS + i - i * MS);
	echo_free(e);
}

/* Retired early and never answered: lost or unfinished by the same rule as all others. */
static void
test_inflight_open(void **state)
{
	struct echo *e = begin();
	uint64_t number = 0;

	(void)state;
	for (uint16_t i = 0; i < 20; i++) {
		struct pk q = Q(i * S, .seq = i);

		pk_add(e, &q, ++number);
	}
	echo_finish(e, TSTAMP_NONE);
	assert_int_equal(n_samples, 20);
	for (uint16_t i = 0; i < 20; i++)
		assert_int_equal(sample(i)->flags, i < 9 ? FLAG_LOST : FLAG_UNFINISHED);
	echo_free(e);
}

/* A probe that was retired with its answer takes no notice of a second one: unmatched. */
static void
test_inflight_duplicate(void **state)
{
	const struct pk first = Q(0, .seq = 500), answer = A(1, .seq = 500);
	struct pk again = A(100 * MS, .seq = 500);
	struct echo *e = begin();
	uint64_t number = 0;

	(void)state;
	pk_add(e, &first, ++number);
	pk_add(e, &answer, ++number);
	for (uint16_t i = 0; i < 8; i++) {
		struct pk q = Q(20 * MS + i, .seq = i);

		pk_add(e, &q, ++number);
	}
	pk_add(e, &again, ++number);
	echo_finish(e, TSTAMP_NONE);
	assert_int_equal(sample(500)->rtt_ns, 1);
	assert_int_equal(sample(500)->flags, 0);
	assert_int_equal(echo_counts(e)->unmatched_replies, 1);
	echo_free(e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flows),
		cmocka_unit_test(test_inflight_answer),
		cmocka_unit_test(test_inflight_open),
		cmocka_unit_test(test_inflight_duplicate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
