/*
 * sched - see sched.h.
 *
 * Of deadlines d0, d1, ... with d(k+1) = d(k) + interval, a wait that ends at time t >= d(k) serves
 * d(k) and reports t - d(k).  If further deadlines have passed by then (d(k+1) <= t), they are
 * missed: the next to be waited for is the first one after t.  So a stall of three intervals shows
 * as one late row and as missing rows, and the rows after it stand on the old grid.
 *
 * Waiting itself is the caller's: poll() with a timeout and the smallest timer slack serves.
 * CLOCK_MONOTONIC is not moved when somebody sets the clock.
 */
#include "capture/sched.h"

#include <assert.h>
#include <time.h>

#include "core/tstamp.h"

void
sched_init(struct sched *s, int64_t interval_ns, struct sched_clock clock)
{
	assert(interval_ns > 0);
	*s = (struct sched){.clock = clock, .interval_ns = interval_ns};
	s->due_ns = clock.now_ns(clock.arg);
}

enum sched_event
sched_wait(struct sched *s, int64_t *lateness_ns)
{
	enum sched_event event = s->clock.wait(s->clock.arg, s->due_ns);
	int64_t missed;

	if (event != SCHED_DUE)
		return event;
	*lateness_ns = s->clock.now_ns(s->clock.arg) - s->due_ns;
	if (*lateness_ns < 0) /* woken a rounding too early */
		*lateness_ns = 0;
	missed = *lateness_ns / s->interval_ns;
	s->n_missed += (uint64_t)missed;
	s->due_ns += (missed + 1) * s->interval_ns;
	return SCHED_DUE;
}

/* ---- the real clock ---- */

int64_t
sched_now_ns(void *arg)
{
	struct timespec now;

	(void)arg;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}
