#ifndef VANTAGE_ANALYZE_FLOW_H
#define VANTAGE_ANALYZE_FLOW_H
/*
 * flow - a table of connections by 5-tuple, with room for the state that an analysis keeps of
 * each, and a fixed cap.
 *
 * The state is a struct whose first member is a struct flow; the table knows only its size.  A
 * flow leaves the table, and the analysis is told so first, for one of these reasons:
 *
 *   FLOW_CLOSED    it was closed FLOW_LINGER_NS ago (or FLOW_LINGER_MAX others were since); until
 *                  then late copies of its segments still find it
 *   FLOW_IDLE      no packet for FLOW_IDLE_NS
 *   FLOW_EVICTED   the table was full and this one had been silent the longest: counted
 *   FLOW_FINISHED  flows_finish()
 *
 * So memory is bounded by what is open at a time, not by the length of a capture.  Time is that of
 * the packets; it may step back, then nothing expires until it has caught up.
 *
 * Both directions share one flow.  End 0 is the one with the lower (address, port).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/packet.h"

#define FLOWS_MAX ((uint32_t)1 << 17)
#define FLOW_LINGER_NS INT64_C(2000000000)
#define FLOW_LINGER_MAX ((uint32_t)1 << 14)
#define FLOW_IDLE_NS INT64_C(900000000000)

enum flow_end { FLOW_CLOSED, FLOW_IDLE, FLOW_EVICTED, FLOW_FINISHED };

struct flow {
	uint8_t addr[2][16]; /* IPv4: the first 4 bytes, the rest 0 */
	uint16_t port[2];
	uint8_t family; /* 4 or 6 */
	uint8_t closed; /* flows_close() was called */
	uint32_t hash;  /* this and below: the table's own */
	uint32_t index;
	uint32_t newer;
	uint32_t older;
	int64_t last_ns; /* of the last packet, or of flows_close() */
};

struct flows;

/*
 * flows_new - a table of states of state_bytes each, at most FLOWS_MAX.
 *   end  called for every flow that leaves, before its storage is used again
 */
struct flows *flows_new(size_t state_bytes,
	void (*end)(void *ctx, struct flow *flow, enum flow_end why), void *ctx);
/* flows_free - end is not called for what is left. */
void flows_free(struct flows *t);

/*
 * flows_get - the flow of a TCP packet; a new one, zeroed behind the struct flow, if there is none.
 *   *from  out: which end sent the packet, 0 or 1
 *   *fresh out: it is new
 *   Valid until it ends; other flows may end during the call.
 */
struct flow *
flows_get(struct flows *t, const struct packet *p, int64_t t_ns, int *from, bool *fresh);
/* flows_find - as flows_get, but NULL if there is none; ends nothing.  p needs addresses and
 * ports only. */
struct flow *flows_find(struct flows *t, const struct packet *p, int *from);

/* flows_close - the connection is over: it ends soon, and will not be evicted in place of an open
 * one.  flows_reopen - it is not after all: the same 5-tuple is used again. */
void flows_close(struct flows *t, struct flow *f, int64_t t_ns);
void flows_reopen(struct flows *t, struct flow *f);

/* flows_finish - end all, those silent for the longest first. */
void flows_finish(struct flows *t);

/* flows_evicted - how many open flows had to leave because the table was full. */
uint64_t flows_evicted(const struct flows *t);

/* flow_text - "10.0.0.1:80" or "[fd00::1]:80" of one end. */
#define FLOW_TEXT_SIZE 64
void flow_text(char buf[FLOW_TEXT_SIZE], const struct flow *f, int end);
/* flow_address_text - the same of an address of that family. */
void
flow_address_text(char buf[FLOW_TEXT_SIZE], uint8_t family, const uint8_t *addr, uint16_t port);

#endif
