/*
 * clockwatch - see clockwatch.h.
 *
 * The kernel derives CLOCK_REALTIME from CLOCK_MONOTONIC by adding an offset
 * (kernel/time/timekeeping.c).  Slewing, by NTP or adjtime(), changes the rate of both alike; the
 * offset changes only when the clock is set: clock_settime(), a step by ADJ_SETOFFSET, an inserted
 * leap second, and waking from suspension, during which CLOCK_MONOTONIC stands still.  So any
 * change of the offset is a step, however small, and nothing else is.
 *
 * The clocks are read as monotonic, realtime, monotonic: the offset is the realtime minus the
 * middle of the two, and wrong by no more than half their distance, which is tens of
 * nanoseconds unless the thread was interrupted in between.  Of a few readings the best is
 * taken.  A step is reported when it exceeds the uncertainty of both readings and the clocks'
 * resolution: in practice from about a microsecond on.  The offset of the last step is kept for
 * comparison, not that of the last reading, so that small steps cannot creep by unseen; only a
 * better reading of the same offset takes its place.
 */
#include "capture/clockwatch.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "core/tstamp.h"

#define READINGS 5
#define GOOD_NS 200 /* the distance of an uninterrupted reading; better ones are not sought */
#define RESOLUTION_NS 1000

struct reading {
	int64_t realtime_ns;
	int64_t offset_ns;
	int64_t uncertainty_ns;
};

static struct reading
read_once(const struct clockwatch_clocks *c)
{
	int64_t before_ns = c->monotonic_ns(c->arg);
	int64_t realtime_ns = c->realtime_ns(c->arg);
	int64_t after_ns = c->monotonic_ns(c->arg);
	int64_t half_ns = (after_ns - before_ns) / 2;

	return (struct reading){
		realtime_ns, tstamp_diff(realtime_ns, before_ns + half_ns), half_ns + 1};
}

static struct reading
read_best(const struct clockwatch_clocks *c)
{
	struct reading best = read_once(c);

	for (int i = 1; i < READINGS && best.uncertainty_ns > GOOD_NS; i++) {
		struct reading r = read_once(c);

		if (r.uncertainty_ns < best.uncertainty_ns)
			best = r;
	}
	return best;
}

static int64_t
system_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static int64_t
system_realtime_ns(void *arg)
{
	(void)arg;
	return system_ns(CLOCK_REALTIME);
}

static int64_t
system_monotonic_ns(void *arg)
{
	(void)arg;
	return system_ns(CLOCK_MONOTONIC);
}

struct clockwatch_clocks
clockwatch_system(void)
{
	return (struct clockwatch_clocks){system_realtime_ns, system_monotonic_ns, NULL};
}

void
clockwatch_init(struct clockwatch *w, struct clockwatch_clocks clocks)
{
	struct reading now = read_best(&clocks);

	*w = (struct clockwatch){clocks, now.offset_ns, now.uncertainty_ns, 0};
}

bool
clockwatch_check(struct clockwatch *w, int64_t *t_ns, int64_t *step_ns)
{
	struct reading now = read_best(&w->clocks);
	int64_t step = tstamp_diff(now.offset_ns, w->offset_ns);
	int64_t limit_ns = now.uncertainty_ns + w->uncertainty_ns + RESOLUTION_NS;

	bool stepped = step < -limit_ns || step > limit_ns;

	if (stepped || now.uncertainty_ns < w->uncertainty_ns) {
		w->offset_ns = now.offset_ns;
		w->uncertainty_ns = now.uncertainty_ns;
	}
	if (!stepped)
		return false;
	w->n_steps++;
	*t_ns = now.realtime_ns;
	*step_ns = step;
	return true;
}

void
clockwatch_label(char label[CLOCKWATCH_LABEL_SIZE], int64_t step_ns)
{
	snprintf(label, CLOCKWATCH_LABEL_SIZE, "clock step of %" PRId64 " ns", step_ns);
}
