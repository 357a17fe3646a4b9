#ifndef VANTAGE_ANALYZE_TRANSIT_H
#define VANTAGE_ANALYZE_TRANSIT_H
/*
 * transit - the delay of each packet that a router, firewall or address translator forwards, from
 * one point to the other (docs/METHODS.md, "Packets in transit").
 *
 *   struct transit *t = transit_new(&params, sink, ctx);
 *   for the packets of both points, merged by time:
 *           transit_add(t, side, t_ns, &packet);
 *   transit_finish(t);  every packet has been counted, and every row handed out
 *   transit_counts(t)
 *   transit_free(t);
 *
 * Memory is bounded by TRANSITTAB_MAX packets (transittab.h) that wait for their other sighting, or
 * for a second copy.
 */
#include <stdbool.h>
#include <stdint.h>

#include "analyze/flags.h"
#include "analyze/transitkey.h"
#include "core/packet.h"

#define TRANSIT_COPY_NS INT64_C(100000000)  /* a copy that comes within that is a duplicate */
#define TRANSIT_SCAN_MAX 256                /* packets of one content that are told apart */
#define TRANSIT_STEP_NS INT64_C(1000000000) /* back by more than that: the clock was set */
#define TRANSIT_WIRE_MAX_BYTES 9216         /* longer ones were put together by GRO or TSO */

enum transit_side { TRANSIT_INNER, TRANSIT_OUTER };

/* A packet, by its first sighting. */
struct transit_row {
	int64_t t_ns;
	int64_t delay_ns;                /* TSTAMP_NONE: no second sighting */
	const struct transit_ends *ends; /* dies with the call */
	uint32_t bytes;                  /* of the IP packet on the wire */
	uint32_t flags;
	enum transit_side first; /* inner: it went outward */
};

/* Each packet of each point is in exactly one of: 2 x forwarded, lost, unfinished, duplicates,
 * local, undecoded, untimed, evicted.  The others are properties. */
struct transit_counts {
	uint64_t packets[2];   /* at either point */
	uint64_t forwarded[2]; /* by the point that saw them first */
	uint64_t lost[2];
	uint64_t unfinished; /* not there yet when the captures ended */
	uint64_t duplicates;
	uint64_t local;     /* what no router forwards: other than IP, multicast, link-local */
	uint64_t undecoded; /* cut too short, contradictory, unknown link type */
	uint64_t untimed;
	uint64_t
		evicted; /* left the full table: nothing is known of them; after transit_finish() */
	uint64_t reordered;
	uint64_t ambiguous; /* forwarded, and one of several that look alike */
	uint64_t translated;
	uint64_t merged; /* sightings longer than any wire carries */
	uint64_t clock_steps;
};

struct transit_params {
	int64_t expiry_ns;    /* later than that is lost */
	uint32_t limit_bytes; /* of a packet from the IP header on, that both points captured */
};

struct transit;

/* The sink gets forwarded packets at their second sighting, lost ones when their time is over. */
struct transit *transit_new(const struct transit_params *params,
	void (*sink)(void *ctx, const struct transit_row *row), void *ctx);
void transit_free(struct transit *t);

/* transit_add - one packet of one point.  Small steps back in time are what captures have. */
void transit_add(struct transit *t, enum transit_side side, int64_t t_ns, const struct packet *p);
/* transit_finish - both captures end with the newest packet of either. */
void transit_finish(struct transit *t);

const struct transit_counts *transit_counts(const struct transit *t);

#endif
