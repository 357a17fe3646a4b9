#ifndef VANTAGE_CAPTURE_SCHED_H
#define VANTAGE_CAPTURE_SCHED_H
/*
 * sched - the sampling clock: fires at begin, begin + interval, begin + 2 intervals, ... of
 * CLOCK_MONOTONIC, whatever the work in between takes and however late a wake-up was.
 *
 *   sched_init(&s, interval_ns, clock);
 *   while (sched_wait(&s, &lateness_ns) == SCHED_DUE)
 *           sample(lateness_ns);
 *
 * Deadlines are absolute, so lateness does not add up.  Those that passed while the last one was
 * being served are skipped and counted, never made up for in a burst.
 */
#include <stdint.h>

enum sched_event {
	SCHED_DUE,   /* a deadline has come */
	SCHED_WOKEN, /* something else wants the thread's attention; the deadline still stands */
};

/* A clock, and how to wait by it; tests bring their own. */
struct sched_clock {
	int64_t (*now_ns)(void *arg);
	enum sched_event (*wait)(void *arg, int64_t until_ns); /* SCHED_DUE: it is until_ns */
	void *arg;
};

struct sched {
	struct sched_clock clock;
	int64_t interval_ns;
	int64_t due_ns;    /* the next deadline */
	uint64_t n_missed; /* deadlines skipped so far */
};

/* sched_init - interval_ns at least 1; the first deadline is now. */
void sched_init(struct sched *s, int64_t interval_ns, struct sched_clock clock);

/*
 * sched_wait - wait for the next deadline.
 *   *lateness_ns  out, at SCHED_DUE: how long after the deadline it was noticed, at least 0
 */
enum sched_event sched_wait(struct sched *s, int64_t *lateness_ns);

/* sched_now_ns - now_ns of the real clock: CLOCK_MONOTONIC; arg is not used. */
int64_t sched_now_ns(void *arg);

#endif
