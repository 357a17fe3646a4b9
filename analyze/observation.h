#ifndef VANTAGE_ANALYZE_OBSERVATION_H
#define VANTAGE_ANALYZE_OBSERVATION_H
/*
 * observation - what one point of one run saw: the echo probes, HTTP requests and TCP connections
 * in its captures, or the probes in the output of a ping program (the point `app`, innermost of
 * all).  One pass over the captures feeds all that is asked for.
 *
 * Reading one observation touches no other: they are the unit of work for threads.  Damage does
 * not stop it: what precedes the damage is used, and the message is kept for later.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/echo.h"
#include "analyze/httpobs.h"
#include "analyze/rateobs.h"
#include "analyze/tcpobs.h"
#include "analyze/tools/tools.h"
#include "core/packet.h"
#include "core/run.h"
#include "core/zio.h"

#define POINT_APP "app"
#define POINT_APP_ORDER (-1) /* the tool itself is inside every capture point */

enum observe {
	OBSERVE_ECHO = 1 << 0,
	OBSERVE_HTTP = 1 << 1,
	OBSERVE_TCP = 1 << 2,
	OBSERVE_PAIRS = 1 << 3, /* nothing yet: two captures are read side by side (transits.h) */
	OBSERVE_THROUGHPUT = 1 << 4,
};

struct observation {
	/* What to read: set by observation_of_point() and observation_of_tool(). */
	const struct run *run;
	const struct run_point *capture; /* NULL for a tool's output */
	const struct run_tool *tool;     /* NULL for a capture */
	bool is_load;                    /* a tool, and a load tool: no ping */
	const char *point;               /* "guest", ..., "app" */
	int order;
	/* What was read. */
	bool usable;    /* at least one file could be read to some length */
	double *rtt_ns; /* of every usable sample, in order of time; heap */
	size_t n_rtt;
	size_t cap_rtt;
	uint64_t excluded;           /* samples with an RTT that are left out for their flags */
	struct echo_sample *samples; /* all probes by time when asked for, else NULL; heap */
	size_t n_samples;
	size_t cap_samples;
	struct echo_flow *flows; /* heap */
	uint32_t n_flows;
	char **targets; /* app: one per flow, as printed; heap strings */
	size_t n_targets;
	struct echo_counts counts;
	struct httpobs http;
	struct tcpobs tcp;
	struct rateobs rates;
	struct toolout *load; /* what a load tool printed, heap; NULL of others */
	uint64_t incomplete;  /* fragmented echo messages that lack a part: never received */
	uint64_t classes[PACKET_N_CLASSES]; /* every packet of the captures, by class */
	uint64_t n_packets;
	bool dropped;          /* packets are known to have been dropped at this point */
	int64_t resolution_ns; /* largest printed resolution (app), else 0 */
	char **problems;       /* messages for the user; heap strings */
	size_t n_problems;
	bool system_error; /* one of the problems was the system's refusal */
};

struct observation_params {
	unsigned what; /* OBSERVE_ bits; 0: echo */
	int64_t expiry_ns;
	uint32_t excluded_flags; /* samples with one of them are left out of rtt_ns */
	bool keep_samples;
	bool keep_flows; /* TCP: of each connection */
	enum zio_mode mode;
};

struct observation observation_of_point(const struct run *run, const struct run_point *point);
struct observation observation_of_tool(const struct run *run, const struct run_tool *tool);
/* observation_of_load - of a load tool's output: requests and rates, no echo probes. */
struct observation observation_of_load(const struct run *run, const struct run_tool *tool);
void observation_release(struct observation *o);

/*
 * observation_check_ping - V_OK if a file begins like the output of a ping program, else what is
 *   wrong with it.  It is not read whole, so that whatever it is costs no memory.
 */
enum vstatus observation_check_ping(const char *path, struct verr *err);

/* observation_read - fill in what was read; all trouble ends in problems. */
void observation_read(struct observation *o, const struct observation_params *params);

/* observation_problem - keep a message for the user. */
void observation_problem(struct observation *o, enum vstatus st, const struct verr *err);

/* observation_free_samples - give the per-probe memory back; counts stay. */
void observation_free_samples(struct observation *o);

#endif
