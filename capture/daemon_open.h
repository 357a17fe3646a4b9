#ifndef VANTAGE_CAPTURE_DAEMON_OPEN_H
#define VANTAGE_CAPTURE_DAEMON_OPEN_H
/*
 * daemon_open - everything of a recording that takes privileges.
 */
#include "capture/daemon_state.h"

/*
 * daemon_open - signals, control socket, captures in their namespaces, counters, the run's
 * directory.
 *   What was opened before a failure is for daemon_release().
 */
enum vstatus daemon_open(struct daemon *d, struct verr *err);

#endif
