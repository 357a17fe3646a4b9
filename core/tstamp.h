#ifndef VANTAGE_CORE_TSTAMP_H
#define VANTAGE_CORE_TSTAMP_H
/*
 * tstamp - time as int64_t nanoseconds since 1970-01-01T00:00:00Z, and its text forms.
 *
 * Never a double: its step at today's epoch is 238 ns.  The range reaches from 1677 to 2262.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

#define NS_PER_S INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_US INT64_C(1000)
#define TSTAMP_NONE INT64_MIN /* "there is no time stamp" */

/*
 * tstamp_diff, tstamp_add - a - b and t + d, clamped to the range of int64_t (times in files can be
 * absurd) and never TSTAMP_NONE.
 */
static inline int64_t
tstamp_diff(int64_t a, int64_t b)
{
	int64_t d;

	if (__builtin_sub_overflow(a, b, &d))
		return a < b ? INT64_MIN + 1 : INT64_MAX;
	return d == TSTAMP_NONE ? INT64_MIN + 1 : d;
}

static inline int64_t
tstamp_add(int64_t t, int64_t d)
{
	int64_t sum;

	if (__builtin_add_overflow(t, d, &sum))
		return d < 0 ? INT64_MIN + 1 : INT64_MAX;
	return sum == TSTAMP_NONE ? INT64_MIN + 1 : sum;
}

/* tstamp_iso - "2026-11-21T05:46:02.123456789Z" into buf (TSTAMP_ISO_SIZE bytes). */
#define TSTAMP_ISO_SIZE 36
void tstamp_iso(char buf[TSTAMP_ISO_SIZE], int64_t t_ns);
/* tstamp_compact - "20261121T054602Z", as run ids use it. */
void tstamp_compact(char buf[TSTAMP_ISO_SIZE], int64_t t_ns);
/* tstamp_parse_iso - RFC 3339 with Z or a numeric offset, up to nine fraction digits. */
bool tstamp_parse_iso(int64_t *t_ns, struct slice s);
/* tstamp_parse_epoch - "1795237453.619605625" (any number of fraction digits). */
bool tstamp_parse_epoch(int64_t *t_ns, struct slice s);
/* tstamp_now - CLOCK_REALTIME; honours nothing, so only for provenance of new recordings. */
int64_t tstamp_now(void);
/*
 * duration_parse - "100ms", "10s", "1.5s", "250us", "10", a bare number being seconds.
 */
bool duration_parse(int64_t *ns, struct slice s);

#endif
