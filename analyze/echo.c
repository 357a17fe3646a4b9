/*
 * echo - match echo requests and replies; see echo.h.
 *
 * Packets pass three stages, all bounded:
 *
 *   reorder    sorts by time within 10 ms, so that a reply which the capture wrote before its
 *              request meets it
 *   inflight   probes younger than the expiry time, answered or not
 *   overdue    probes that expired without an answer: a reply that still comes is `late`, not
 *              unknown
 *
 * The first is here; the other two, and the rule by which a reply finds its request, are in
 * echo_match.c; the table of flows is in echo_flow.c.
 *
 * Not done here: pairing capture points (pair.c), statistics, ICMP errors.
 */
#include <stdlib.h>

#include "analyze/echo_int.h"
#include "analyze/hash.h"
#include "core/alloc.h"
#include "core/bytes.h"
#include "core/tstamp.h"

#define DRAIN_BATCH 64
#define PREFETCH_AHEAD 6

struct echo *
echo_new(const struct echo_params *params,
	void (*sink)(void *ctx, const struct echo_sample *sample), void *ctx)
{
	struct echo *e = xcalloc(1, sizeof *e);

	e->params = *params;
	e->sink = sink;
	e->ctx = ctx;
	reorder_init(&e->reorder, ECHO_REORDER_NS);
	inflight_init(&e->inflight, 1024);
	inflight_init(&e->overdue, 1024);
	e->seed = hash_seed();
	e->cap_flows = 64;
	e->flows = xcalloc(e->cap_flows, sizeof *e->flows);
	e->flow_slots = xcalloc(2 * e->cap_flows, sizeof *e->flow_slots);
	e->counts.first_request_ns = TSTAMP_NONE;
	e->counts.last_request_ns = TSTAMP_NONE;
	return e;
}

void
echo_free(struct echo *e)
{
	if (!e)
		return;
	reorder_release(&e->reorder);
	inflight_release(&e->inflight);
	inflight_release(&e->overdue);
	free(e->flows);
	free(e->flow_slots);
	free(e);
}

/* ---- input ---- */

/*
 * What a copy of the request repeats beyond addresses and echo message: the IP header but for what
 * routers change.  The first 8 bytes of an IPv4 header end before TTL and checksum; of an IPv6
 * header they end with the hop limit.
 */
static uint32_t
copy_id(const struct packet *p)
{
	size_t fixed = p->family == 4 ? 20 : 40, n = (size_t)(p->l4 - p->ip);
	uint64_t h = le64(p->ip);

	if (p->family == 6)
		h &= UINT64_C(0x00ffffffffffffff);
	if (n > fixed) /* options, extension headers */
		h = hash_bytes(p->ip + fixed, n - fixed, h);
	return (uint32_t)hash_fold(h, UINT64_C(0x9e3779b97f4a7c15));
}

static inline void
read_payload(struct echo_packet *k, const struct packet *p)
{
	uint32_t n = p->l4_caplen - 8;

	k->payload_len = (uint16_t)(n < UINT16_MAX ? n : UINT16_MAX);
	k->payload = hash_payload(&k->payload_head, p->l4 + 8, n);
}

/*
 * Packets leave the window in batches: one by one, how many are ready after each packet would be
 * a branch that no processor predicts.
 */
static void
drain(struct echo *e)
{
	const struct echo_packet *k;

	while ((k = reorder_ready(&e->reorder))) {
		const struct echo_packet *soon = reorder_peek(&e->reorder, PREFETCH_AHEAD);

		inflight_prefetch(&e->inflight, soon->flow, soon->seq);
		echo_match(e, k);
	}
	e->drain_at = e->reorder.count + DRAIN_BATCH;
	if (e->drain_at > REORDER_PACKETS_MAX)
		e->drain_at = REORDER_PACKETS_MAX;
}

/*
 * Before a packet of that time can enter the window: a stepped clock or a full window.  And where
 * it is not the youngest, those that are ready must have left: it may not be sorted before them.
 */
static void
make_room(struct echo *e, int64_t t_ns)
{
	const struct echo_packet *k;

	if (t_ns < e->reorder.newest_ns)
		drain(e);
	if (reorder_steps_back(&e->reorder, t_ns)) {
		while ((k = reorder_take(&e->reorder)))
			echo_match(e, k);
		reorder_restart(&e->reorder);
		e->counts.clock_steps++;
	} else if (reorder_full(&e->reorder)) {
		echo_match(e, reorder_take(&e->reorder));
	}
}

void
echo_add(struct echo *e, int64_t t_ns, uint64_t number, const struct packet *p)
{
	struct echo_packet *k;
	uint32_t flow;

	if (t_ns == TSTAMP_NONE) {
		e->counts.untimed++;
		return;
	}
	flow = echo_flow_number(e, p);
	if (flow == UINT32_MAX) {
		e->counts.refused++;
		return;
	}
	make_room(e, t_ns);
	k = reorder_slot(&e->reorder);
	k->t_ns = t_ns;
	k->number = (uint32_t)number;
	k->flow = flow;
	k->seq = p->echo_seq;
	k->reply = p->cls == PACKET_ECHO_REPLY;
	k->copy_id = copy_id(p); /* of requests; of replies too, to save the branch */
	read_payload(k, p);
	reorder_add(&e->reorder);
	if (e->reorder.count >= e->drain_at)
		drain(e);
}

void
echo_finish(struct echo *e, int64_t end_ns)
{
	const struct echo_packet *k;

	while ((k = reorder_take(&e->reorder)))
		echo_match(e, k);
	if (end_ns > e->now_ns)
		e->now_ns = end_ns;
	echo_match_finish(e);
	e->counts.flows = e->n_flows;
}

const struct echo_counts *
echo_counts(const struct echo *e)
{
	return &e->counts;
}

const struct echo_flow *
echo_flow(const struct echo *e, uint32_t flow)
{
	return &e->flows[flow];
}

struct echo_flow *
echo_take_flows(struct echo *e, uint32_t *n)
{
	struct echo_flow *flows = e->flows;

	*n = e->n_flows;
	e->flows = NULL;
	e->n_flows = 0;
	return flows;
}
