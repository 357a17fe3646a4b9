#ifndef VANTAGE_CAPTURE_DAEMON_H
#define VANTAGE_CAPTURE_DAEMON_H
/*
 * daemon - one recording from opening the interfaces to the last checksum, in this process.
 */
#include "capture/clockwatch.h"
#include "capture/settings.h"

struct daemon_start {
	const struct settings *settings;
	int argc; /* of the whole command, for run.json */
	char *const *argv;
	int ready_fd;    /* gets the run's directory and a newline once packets are recorded; -1 */
	bool background; /* then standard error is closed as well */
	bool dies_with_parent;
	const struct clockwatch_clocks *clocks; /* by which steps are noticed; NULL: the system's */
};

/*
 * daemon_run - returns the exit status: VEXIT_OK; VEXIT_PARTIAL when packets were lost or the run
 *   ended early; otherwise it could not record, and has said so on standard error.
 */
int daemon_run(const struct daemon_start *start);

#endif
