#ifndef VANTAGE_CAPTURE_CLOCKWATCH_H
#define VANTAGE_CAPTURE_CLOCKWATCH_H
/*
 * clockwatch - has somebody set the clock by which packets are stamped?
 *
 *   clockwatch_init(&w, clockwatch_system());
 *   every second or oftener:
 *           if (clockwatch_check(&w, &t_ns, &step_ns))
 *                   event(t_ns, "clock step of N ns");
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Two clocks; tests bring their own. */
struct clockwatch_clocks {
	int64_t (*realtime_ns)(void *arg);
	int64_t (*monotonic_ns)(void *arg);
	void *arg;
};

struct clockwatch {
	struct clockwatch_clocks clocks;
	int64_t offset_ns;      /* realtime - monotonic, as of the last step */
	int64_t uncertainty_ns; /* of that */
	uint64_t n_steps;
};

/* clockwatch_system - CLOCK_REALTIME and CLOCK_MONOTONIC. */
struct clockwatch_clocks clockwatch_system(void);

/* clockwatch_init - steps are counted from now on. */
void clockwatch_init(struct clockwatch *w, struct clockwatch_clocks clocks);

/*
 * clockwatch_check - true if the clock was set since the last call (or clockwatch_init).
 *   *t_ns     out, when true: CLOCK_REALTIME now, behind the step
 *   *step_ns  out, when true: by how much, positive forward; several steps give their sum
 */
bool clockwatch_check(struct clockwatch *w, int64_t *t_ns, int64_t *step_ns);

/* clockwatch_label - "clock step of -1500000000 ns", as the event is called in run.json. */
#define CLOCKWATCH_LABEL_SIZE 48
void clockwatch_label(char label[CLOCKWATCH_LABEL_SIZE], int64_t step_ns);

#endif
