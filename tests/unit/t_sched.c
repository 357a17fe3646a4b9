/*
 * Tests of capture/sched, mostly on a clock of their own, which goes only where the test sets it;
 * lateness and missed deadlines are worked out by hand from the definition in sched.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "capture/sched.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

struct fake {
	int64_t now_ns;
	int64_t wake_late_ns; /* how long after the deadline a wait ends */
	int64_t until_ns;     /* of the last wait */
	enum sched_event event;
};

static int64_t
fake_now_ns(void *arg)
{
	const struct fake *f = arg;

	return f->now_ns;
}

static enum sched_event
fake_wait(void *arg, int64_t until_ns)
{
	struct fake *f = arg;

	f->until_ns = until_ns;
	if (f->event == SCHED_DUE && f->now_ns < until_ns + f->wake_late_ns)
		f->now_ns = until_ns + f->wake_late_ns;
	return f->event;
}

/* Interval 100 from 1000 on.  Between two waits the sampling takes work_ns. */
static void
deadlines(void **state)
{
	static const struct {
		int64_t work_ns;
		int64_t wake_late_ns;
		int64_t until_ns;
		int64_t lateness_ns;
		uint64_t n_missed;
	} steps[] = {
		{0, 0, 1000, 0, 0},
		{0, 0, 1100, 0, 0},
		{99, 0, 1200, 0, 0}, /* works until 1199 */
		{0, 7, 1300, 7, 0},
		{0, 0, 1400, 0, 0},   /* and is not 7 late again */
		{100, 0, 1500, 0, 0}, /* works until 1500 */
		{101, 0, 1600, 1, 0}, /* until 1601 */
		{0, 0, 1700, 0, 0},
		{250, 0, 1800, 150, 1}, /* until 1950: 1900 is gone */
		{0, 0, 2000, 0, 1},
		{200, 0, 2100, 100, 2}, /* until 2200 exactly: 2200 is gone */
		{0, 0, 2300, 0, 2},
		{0, 1050, 2400, 1050, 12}, /* woken at 3450 */
		{0, 0, 3500, 0, 12},
		{0, -3, 3600, 0, 12}, /* a timer that fires too early */
		{0, 0, 3700, 0, 12},
	};
	struct fake f = {.now_ns = 1000, .event = SCHED_DUE};
	struct sched s;

	(void)state;
	sched_init(&s, 100, (struct sched_clock){fake_now_ns, fake_wait, &f});
	for (size_t i = 0; i < N_OF(steps); i++) {
		int64_t lateness_ns = -1;

		f.now_ns += steps[i].work_ns;
		f.wake_late_ns = steps[i].wake_late_ns;
		assert_int_equal(sched_wait(&s, &lateness_ns), SCHED_DUE);
		assert_int_equal(f.until_ns, steps[i].until_ns);
		assert_int_equal(lateness_ns, steps[i].lateness_ns);
		assert_int_equal(s.n_missed, steps[i].n_missed);
	}
}

static void
woken_in_between(void **state)
{
	struct fake f = {.now_ns = 0, .event = SCHED_DUE};
	struct sched s;
	int64_t lateness_ns = -1;

	(void)state;
	sched_init(&s, 10, (struct sched_clock){fake_now_ns, fake_wait, &f});
	assert_int_equal(sched_wait(&s, &lateness_ns), SCHED_DUE);
	f.event = SCHED_WOKEN;
	f.now_ns = 4;
	lateness_ns = -1;
	assert_int_equal(sched_wait(&s, &lateness_ns), SCHED_WOKEN);
	assert_int_equal(lateness_ns, -1);
	f.event = SCHED_DUE;
	assert_int_equal(sched_wait(&s, &lateness_ns), SCHED_DUE);
	assert_int_equal(f.until_ns, 10);
	assert_int_equal(lateness_ns, 0);
	assert_int_equal(s.n_missed, 0);
}

/* ---- the real clock ---- */

static enum sched_event
sleep_until(void *arg, int64_t until_ns)
{
	const struct timespec at = {until_ns / 1000000000, until_ns % 1000000000};

	(void)arg;
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) != 0)
		;
	return SCHED_DUE;
}

/* It fires at deadlines on the grid and never before them; how late is not tested. */
static void
real_clock(void **state)
{
	struct sched s;
	int64_t lateness_ns, first_ns;

	(void)state;
	sched_init(&s, 1000000, (struct sched_clock){sched_now_ns, sleep_until, NULL});
	first_ns = s.due_ns;
	for (int i = 0; i < 3; i++) {
		int64_t due_ns = s.due_ns;

		assert_int_equal(sched_wait(&s, &lateness_ns), SCHED_DUE);
		assert_true(sched_now_ns(NULL) >= due_ns + lateness_ns);
		assert_int_equal((s.due_ns - first_ns) % 1000000, 0);
	}
	assert_int_equal((s.due_ns - first_ns) / 1000000, 3 + (int64_t)s.n_missed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deadlines),
		cmocka_unit_test(woken_in_between),
		cmocka_unit_test(real_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
