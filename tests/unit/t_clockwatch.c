/*
 * Tests of capture/clockwatch on clocks of its own: the monotonic one advances with every reading,
 * the other is that plus an offset.  What is a step follows from the definition in clockwatch.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capture/clockwatch.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define MS 1000000
#define S INT64_C(1000000000)
#define OFFSET_NS INT64_C(1795239962123456789)

struct fake {
	int64_t monotonic_ns;
	int64_t offset_ns;
	int64_t reading_ns;   /* what one reading takes */
	int64_t interrupt_ns; /* and an interruption before the realtime clock is read */
	int n_interrupts;
};

static int64_t
fake_monotonic_ns(void *arg)
{
	struct fake *f = arg;

	f->monotonic_ns += f->reading_ns;
	return f->monotonic_ns;
}

static int64_t
fake_realtime_ns(void *arg)
{
	struct fake *f = arg;

	f->monotonic_ns += f->reading_ns;
	if (f->n_interrupts > 0) {
		f->n_interrupts--;
		f->monotonic_ns += f->interrupt_ns;
	}
	return f->monotonic_ns + f->offset_ns;
}

static void
begin(struct clockwatch *w, struct fake *f)
{
	*f = (struct fake){.monotonic_ns = 5 * S, .offset_ns = OFFSET_NS, .reading_ns = 30};
	clockwatch_init(w, (struct clockwatch_clocks){fake_realtime_ns, fake_monotonic_ns, f});
}

/* The clock is moved by so much, then looked at. */
static void
steps(void **state)
{
	static const struct {
		int64_t moved_ns;
		int64_t step_ns; /* 0: none is seen */
	} cases[] = {
		{0, 0},
		{S, S},
		{0, 0},
		{-S, -S},
		{-90 * 86400 * S, -90 * 86400 * S},
		{2000, 2000},
		{-2000, -2000},
		{3 * MS, 3 * MS},
	};
	struct clockwatch w;
	struct fake f;
	uint64_t n_steps = 0;

	(void)state;
	begin(&w, &f);
	for (size_t i = 0; i < N_OF(cases); i++) {
		int64_t t_ns = 0, step_ns = 0;

		f.monotonic_ns += S;
		f.offset_ns += cases[i].moved_ns;
		assert_int_equal(clockwatch_check(&w, &t_ns, &step_ns), cases[i].step_ns != 0);
		assert_int_equal(step_ns, cases[i].step_ns);
		n_steps += cases[i].step_ns != 0;
		assert_int_equal(w.n_steps, n_steps);
		if (step_ns != 0) /* the time of the reading, on the clock as it is now */
			assert_in_range(f.monotonic_ns + f.offset_ns - t_ns, 0, 1000);
	}
}

/* Steps below the resolution are not seen one by one, but their sum is. */
static void
small_steps_do_not_creep(void **state)
{
	struct clockwatch w;
	struct fake f;
	int64_t t_ns, step_ns = 0;
	int n = 0;

	(void)state;
	begin(&w, &f);
	do {
		f.offset_ns += 300;
		n++;
	} while (!clockwatch_check(&w, &t_ns, &step_ns) && n < 100);
	assert_int_equal(step_ns, 300 * n);
	assert_in_range(n, 2, 10);
}

/* An interruption within a reading is not a step, whether other readings are better or not. */
static void
interruptions(void **state)
{
	static const int counts[] = {1, 4, 5, 100};
	struct clockwatch w;
	struct fake f;

	(void)state;
	begin(&w, &f);
	for (size_t i = 0; i < N_OF(counts); i++) {
		int64_t t_ns, step_ns;

		f.interrupt_ns = 20 * MS;
		f.n_interrupts = counts[i];
		assert_false(clockwatch_check(&w, &t_ns, &step_ns));
		f.n_interrupts = 0;
	}
}

/* Begun under interruptions, it finds a better reading later, and then small steps too. */
static void
bad_beginning(void **state)
{
	struct fake f = {.offset_ns = OFFSET_NS,
		.reading_ns = 30,
		.interrupt_ns = 20 * MS,
		.n_interrupts = 100};
	struct clockwatch w;
	int64_t t_ns, step_ns = 0;

	(void)state;
	clockwatch_init(&w, (struct clockwatch_clocks){fake_realtime_ns, fake_monotonic_ns, &f});
	f.n_interrupts = 0;
	assert_false(clockwatch_check(&w, &t_ns, &step_ns));
	f.offset_ns += MS;
	assert_true(clockwatch_check(&w, &t_ns, &step_ns));
	assert_int_equal(step_ns, MS);
}

static void
label(void **state)
{
	static const struct {
		int64_t step_ns;
		const char *label;
	} cases[] = {
		{-1500000000, "clock step of -1500000000 ns"},
		{2000, "clock step of 2000 ns"},
		{INT64_MIN, "clock step of -9223372036854775808 ns"},
	};
	char text[CLOCKWATCH_LABEL_SIZE];

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		clockwatch_label(text, cases[i].step_ns);
		assert_string_equal(text, cases[i].label);
	}
}

/* Nobody sets the clock of a machine while it is tested, or hardly ever. */
static void
this_machine(void **state)
{
	struct clockwatch w;
	int64_t t_ns, step_ns;

	(void)state;
	clockwatch_init(&w, clockwatch_system());
	assert_true(w.uncertainty_ns > 0);
	clockwatch_check(&w, &t_ns, &step_ns);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps),
		cmocka_unit_test(small_steps_do_not_creep),
		cmocka_unit_test(interruptions),
		cmocka_unit_test(bad_beginning),
		cmocka_unit_test(label),
		cmocka_unit_test(this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
