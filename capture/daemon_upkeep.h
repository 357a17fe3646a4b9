#ifndef VANTAGE_CAPTURE_DAEMON_UPKEEP_H
#define VANTAGE_CAPTURE_DAEMON_UPKEEP_H
/*
 * daemon_upkeep - what a recording notices while it runs: points that end, drops, a clock that
 * was set, a size that was reached.
 */
#include "capture/daemon_state.h"

/* daemon_look_at_points - a point said that it ended, or that its files cannot be written. */
void daemon_look_at_points(struct daemon *d);
/* daemon_keep_house - twice a second, and when all threads have ended. */
void daemon_keep_house(struct daemon *d);

/* daemon_tell_manager - sd_notify(3) a change ("READY=1", "" none) and how many packets there are. */
void daemon_tell_manager(const struct daemon *d, const char *change);

/* daemon_dropped - packets that a point lost, of those drops that are known. */
uint64_t daemon_dropped(const struct point_counts *c);

#endif
