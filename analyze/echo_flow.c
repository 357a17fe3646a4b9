/*
 * echo_flow - the flows of echo.c: addresses and identifier of who asks whom, numbered.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/echo_int.h"
#include "analyze/hash.h"
#include "core/alloc.h"
#include "core/bytes.h"

/*
 * A flow as words.  Packets are compared in this form: it is built in registers, where bytes
 * copied into a struct echo_flow would have to reach memory before they could be compared.
 */
struct flow_key {
	uint64_t src[2];
	uint64_t dst[2];
	uint64_t id_family;
};

/* The flow of a packet, seen from the side that asks. */
static inline struct flow_key
key_of(const struct packet *p)
{
	/* Requests and replies alternate at random: a branch on that would be mispredicted. */
	const uint8_t *const ends[2] = {p->src, p->dst};
	const size_t reply = p->cls == PACKET_ECHO_REPLY;
	const uint8_t *src = ends[reply], *dst = ends[!reply];
	uint64_t id_family = p->echo_id | (uint64_t)p->family << 16;

	if (p->family == 4)
		return (struct flow_key){{le32(src), 0}, {le32(dst), 0}, id_family};
	return (struct flow_key){{le64(src), le64(src + 8)}, {le64(dst), le64(dst + 8)}, id_family};
}

static inline struct flow_key
key_of_flow(const struct echo_flow *f)
{
	return (struct flow_key){{le64(f->src), le64(f->src + 8)}, {le64(f->dst), le64(f->dst + 8)},
		f->id | (uint64_t)f->family << 16};
}

static inline bool
key_is(const struct flow_key *k, const struct echo_flow *f)
{
	return k->src[0] == le64(f->src) && k->dst[0] == le64(f->dst) &&
		k->id_family == (f->id | (uint64_t)f->family << 16) &&
		k->src[1] == le64(f->src + 8) && k->dst[1] == le64(f->dst + 8);
}

static inline uint32_t
key_hash(const struct flow_key *k, uint64_t seed)
{
	uint64_t h = hash_fold(
		k->src[0] ^ seed, k->dst[0] ^ UINT64_C(0xe7037ed1a0b428db) ^ k->id_family << 40);

	if (k->src[1] | k->dst[1]) /* IPv6 */
		h = hash_fold(h ^ k->src[1], k->dst[1] ^ UINT64_C(0x9e3779b97f4a7c15));
	return (uint32_t)h;
}

static inline uint32_t *
flow_slot(const struct echo *e, const struct flow_key *k)
{
	uint32_t mask = 2 * e->cap_flows - 1;
	uint32_t i = key_hash(k, e->seed) & mask;

	while (e->flow_slots[i] && !key_is(k, &e->flows[e->flow_slots[i] - 1]))
		i = (i + 1) & mask;
	return &e->flow_slots[i];
}

static void
flows_grow(struct echo *e)
{
	e->cap_flows *= 2;
	e->flows = xrealloc(e->flows, e->cap_flows, sizeof *e->flows);
	free(e->flow_slots);
	e->flow_slots = xcalloc(2 * (size_t)e->cap_flows, sizeof *e->flow_slots);
	for (uint32_t i = 0; i < e->n_flows; i++) {
		struct flow_key k = key_of_flow(&e->flows[i]);

		*flow_slot(e, &k) = i + 1;
	}
}

static uint32_t
flow_new(struct echo *e, const struct flow_key *k, const struct packet *p)
{
	size_t n = p->family == 4 ? 4 : 16;
	bool reply = p->cls == PACKET_ECHO_REPLY;
	struct echo_flow *f;

	if (e->n_flows == ECHO_FLOWS_MAX)
		return UINT32_MAX;
	if (e->n_flows == e->cap_flows)
		flows_grow(e);
	*flow_slot(e, k) = e->n_flows + 1;
	f = &e->flows[e->n_flows];
	memset(f, 0, sizeof *f);
	memcpy(f->src, reply ? p->dst : p->src, n);
	memcpy(f->dst, reply ? p->src : p->dst, n);
	f->id = p->echo_id;
	f->family = p->family;
	return e->n_flows++;
}

uint32_t
echo_flow_number(struct echo *e, const struct packet *p)
{
	struct flow_key k = key_of(p);
	uint32_t number = *flow_slot(e, &k);

	return number ? number - 1 : flow_new(e, &k, p);
}
