#ifndef VANTAGE_ANALYZE_IN_PING_H
#define VANTAGE_ANALYZE_IN_PING_H
/*
 * in_ping - what ping programs print, as probes of the point `app`.
 *
 * Dialects: iputils (old and new, with and without -D, -O), BusyBox, GNU inetutils, BSD and
 * macOS, fping (-c, -C, -l, -D, -s, -N, per-probe lines), IPv4 and IPv6.  Decimal commas,
 * "time<1 ms", "(DUP!)", "no answer yet", "Destination Host Unreachable" and the
 * summary at the end are understood; lines that are not are counted.
 *
 * The printed resolution travels with each value: iputils prints three significant digits (1 us
 * below 1 ms, 10 us below 10 ms, 100 us below 100 ms, 1 ms above); the others as many decimals
 * as stand there.
 *
 * Times: with -D (or fping -D) the stamp is that of *printing*; the send time is derived as
 * stamp - RTT and the sample carries the flag `derived`.  Without stamps t_ns is TSTAMP_NONE.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/tstamp.h"

enum ping_dialect {
	PING_UNKNOWN,
	PING_IPUTILS,
	PING_BUSYBOX,
	PING_INETUTILS,
	PING_BSD, /* BSD and macOS */
	PING_FPING,
};

struct ping_probe {
	int64_t t_ns;          /* derived send time, or TSTAMP_NONE */
	int64_t rtt_ns;        /* TSTAMP_NONE when lost or untimed; 0 for "time<1 ms" */
	int64_t resolution_ns; /* width of the last printed digit, or the bound of "<"; or 0 */
	uint32_t seq;          /* as printed, counted from 0 where the tool prints none */
	uint32_t target;       /* index into targets */
	bool dup;              /* marked (DUP!) by the tool, or a repeat of an answered seq */
	bool untimed;          /* answered, but no RTT is printed (payload without a stamp) */
	bool error;            /* an ICMP error came instead (unreachable, ...) */
	bool corrupt;          /* payload mismatch reported (wrong data byte) or truncated */
};

/* ping_probe_lost - no reply came; an untimed reply is one. */
static inline bool
ping_probe_lost(const struct ping_probe *p)
{
	return p->rtt_ns == TSTAMP_NONE && !p->untimed;
}

struct ping_output {
	enum ping_dialect dialect;
	uint8_t family;        /* 4, 6 or 0 when it cannot be told */
	char *version;         /* NULL: outputs do not carry one */
	int64_t payload_bytes; /* -1 not told */
	char **targets;        /* addresses (or names where no address is printed) */
	size_t n_targets;
	struct ping_probe *probes; /* target by target in order of sending; lost ones included */
	size_t n_probes;
	/* the summary at the end; -1 where it is missing */
	int64_t sent;
	int64_t received;
	int64_t duplicates;
	int64_t errors;
	uint64_t n_lines_unknown; /* lines that fit no dialect */
	bool summary_missing;     /* cut output: the last lines are not there */
};

void ping_output_release(struct ping_output *o);

/*
 * ping_parse - read a whole output.
 *   name  used in messages
 *   V_EFORMAT when no line of it is ping's (hping3 is not supported and says so); V_ELIMIT
 *   beyond 2^23 probes or 4096 targets; *o is empty then.  A cut output gives what is there
 *   (summary_missing).
 *   Lost probes: a seq that is absent below the highest printed one, those announced by
 *   "no answer yet" or an error line, and at the end as many as the summary says were sent.
 */
enum vstatus
ping_parse(struct ping_output *o, const char *text, size_t len, const char *name, struct verr *err);

/* ping_sniff - does this text look like the output of a ping program? */
bool ping_sniff(const char *text, size_t len);

const char *ping_dialect_name(enum ping_dialect d);

#endif
