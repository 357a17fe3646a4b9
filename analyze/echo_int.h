#ifndef VANTAGE_ANALYZE_ECHO_INT_H
#define VANTAGE_ANALYZE_ECHO_INT_H
/*
 * echo_int - private to echo.c (packets in, in order of time), echo_flow.c (who asks whom) and
 * echo_match.c (which reply belongs to which request, and what becomes of probes).
 */
#include "analyze/echo.h"
#include "analyze/inflight.h"
#include "analyze/reorder.h"

#define ORPHANS_MAX 256 /* replies without request that are remembered */

struct echo {
	struct echo_params params;
	void (*sink)(void *ctx, const struct echo_sample *sample);
	void *ctx;
	struct reorder reorder;
	uint32_t drain_at; /* how full the window is when packets are next taken out */
	struct inflight inflight;
	struct inflight overdue;
	int64_t now_ns; /* of the packet matched last */
	struct echo_packet orphans[ORPHANS_MAX];
	uint32_t n_orphans; /* ever; the last ORPHANS_MAX are kept */
	uint64_t seed;
	struct echo_flow *flows;
	uint32_t n_flows;
	uint32_t cap_flows;
	uint32_t *flow_slots; /* open addressing, 2 * cap_flows; flow number + 1, 0 free */
	struct echo_counts counts;
};

/* echo_flow_number - the flow of a packet, seen from the side that asks; UINT32_MAX when the table
 *   is full. */
uint32_t echo_flow_number(struct echo *e, const struct packet *p);

/* echo_match - the next packet in order of time. */
void echo_match(struct echo *e, const struct echo_packet *k);
/* echo_match_finish - every probe leaves; lost or unfinished as of now_ns. */
void echo_match_finish(struct echo *e);

#endif
