#ifndef VANTAGE_ANALYZE_PINGLINE_H
#define VANTAGE_ANALYZE_PINGLINE_H
/*
 * pingline - private to in_ping: one line of a ping output, and how to take it apart.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

/* One line, its prefixes taken off. */
struct pingline {
	struct slice text;
	int64_t stamp_ns; /* printed by -D; TSTAMP_NONE */
	bool cut;         /* the last line, without a line feed: its end may be missing */
};

/* pingline_of - the line without "^C", "[stamp] ", a time of day, and a CR at its end. */
struct pingline pingline_of(struct slice text, bool cut);
/*
 * ping_time - "0.061" or "0,061" and a unit ("ms", "msec", "us", "usec", "s", "sec").
 *   *resolution_ns  out: one unit of the last printed digit, at least 1 ns
 */
bool ping_time(int64_t *rtt_ns, int64_t *resolution_ns, struct slice number, struct slice unit);
/* pingline_int - cut a run of digits off the front; false if there is none, or beyond 2^63-1. */
bool pingline_int(int64_t *v, struct slice *s);
/* pingline_lit - cut that literal off the front; false, and *s as it was, if it is not there. */
bool pingline_lit(struct slice *s, const char *lit);
/* pingline_has - needle occurs in s. */
bool pingline_has(struct slice s, const char *needle);
/* pingline_part - n bytes from index at; both are cut to what is there. */
struct slice pingline_part(struct slice s, size_t at, size_t n);
/* ping_address - what stands in the innermost brackets of "name (address)", else all of it. */
struct slice ping_address(struct slice s);

#endif
