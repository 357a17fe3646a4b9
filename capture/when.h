#ifndef VANTAGE_CAPTURE_WHEN_H
#define VANTAGE_CAPTURE_WHEN_H
/*
 * when - dates and times of day as samplers print them, and the zone that they are in.
 *
 * What an output leaves open, the user says with --date: the day, the zone, or both.  Without a
 * zone, times are those of the process' own one (TZ).
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

#define WHEN_DAY_NS (INT64_C(86400) * 1000000000)

struct when {
	bool dated;
	int64_t day; /* since 1970-01-01 */
	bool zoned;
	int64_t offset_ns; /* what the zone's clock is ahead of UTC */
};

/* when_parse - "2026-11-21", "2026-11-21Z", "2026-11-21+01:00". */
bool when_parse(struct when *w, struct slice text);

/*
 * when_day - a date: 2026-11-21, 21.11.2026, 11/21/26, 11/21/2026.  With slashes the month comes
 *   first, unless that number is above 12.
 *   *ambiguous  out: both could be the month
 */
bool when_day(int64_t *day, bool *ambiguous, struct slice text);

/*
 * when_clock - a time of day: "04:51:54", also with a fraction; cut off the front of *rest with
 *   an AM or PM that follows.  False, and *rest as it was, if there is none.
 */
bool when_clock(int64_t *ns_of_day, struct slice *rest);

/* when_time - that time of that day in the zone of w, as ns since 1970. */
int64_t when_time(const struct when *w, int64_t day, int64_t ns_of_day);

/*
 * when_stamp - a whole time: RFC 3339, or "2026-11-21 04:51:54[.123]" followed by "UTC" or "Z" or
 *   nothing (then in the zone of w).
 */
bool when_stamp(int64_t *t_ns, struct slice text, const struct when *w);

#endif
