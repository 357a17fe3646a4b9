#ifndef VANTAGE_CAPTURE_LAUNCH_H
#define VANTAGE_CAPTURE_LAUNCH_H
/*
 * launch - start a recording in the background and wait until it records.
 */
#include <stdbool.h>
#include <sys/types.h>

#include "capture/settings.h"

struct launched {
	pid_t pid;
	char *dir; /* the run's directory; the caller frees it */
};

/*
 * launch - returns VEXIT_OK when packets are being recorded, else the exit status of the recording
 *   that could not begin (it has said why on standard error).  Signals that would end us meanwhile
 *   are passed on to it, so that no half-started recording is left.
 *   dies_with_us: the recording stops when this process ends.
 */
int launch(struct launched *l, const struct settings *s, int argc, char *const *argv,
	bool dies_with_us);

#endif
