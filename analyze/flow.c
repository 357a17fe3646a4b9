/*
 * flow - the table of connections; see flow.h.
 *
 * An open-addressing table maps hashes to indices; deletion moves followers back, so there are
 * no tombstones to clean up.  States lie in blocks that never move.  Two lists in order of time
 * hold the open flows (moved to the young end by each packet) and the closed ones (in order of
 * closing): what must leave is always at an old end.
 */
#include "analyze/flow.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/hash.h"
#include "core/alloc.h"
#include "core/bytes.h"
#include "core/tstamp.h"

#define BLOCK_FLOWS 256
#define SLOTS_MIN 1024
#define NONE UINT32_MAX

struct list {
	uint32_t oldest;
	uint32_t newest;
	uint32_t count;
};

struct slot {
	uint32_t hash;
	uint32_t index; /* + 1; 0 free */
};

struct flows {
	size_t state_bytes;
	void (*end)(void *ctx, struct flow *flow, enum flow_end why);
	void *ctx;
	struct slot *slots;
	uint32_t n_slots; /* a power of two */
	uint32_t count;
	uint8_t **blocks;
	size_t n_blocks;
	size_t cap_blocks;
	uint32_t free;        /* list through flow.older */
	struct list lists[2]; /* by flow.closed */
	uint64_t evicted;
};

struct flows *
flows_new(
	size_t state_bytes, void (*end)(void *ctx, struct flow *flow, enum flow_end why), void *ctx)
{
	struct flows *t = xcalloc(1, sizeof *t);

	t->state_bytes = (state_bytes + 63) & ~(size_t)63;
	t->end = end;
	t->ctx = ctx;
	t->n_slots = SLOTS_MIN;
	t->slots = xcalloc(t->n_slots, sizeof *t->slots);
	t->free = NONE;
	t->lists[0] = t->lists[1] = (struct list){NONE, NONE, 0};
	return t;
}

void
flows_free(struct flows *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n_blocks; i++)
		free(t->blocks[i]);
	free(t->blocks);
	free(t->slots);
	free(t);
}

uint64_t
flows_evicted(const struct flows *t)
{
	return t->evicted;
}

static inline struct flow *
flow_at(const struct flows *t, uint32_t i)
{
	return (struct flow *)(void *)(t->blocks[i / BLOCK_FLOWS] +
		i % BLOCK_FLOWS * t->state_bytes);
}

/* ---- keys: the two ends as words, the lower one first ---- */

struct key {
	uint64_t addr[2][2];
	uint32_t ports; /* of end 0 in the upper half */
	uint8_t family;
};

static inline bool
is_above(const uint64_t a[2], uint16_t a_port, const uint64_t b[2], uint16_t b_port)
{
	if (a[0] != b[0])
		return a[0] > b[0];
	if (a[1] != b[1])
		return a[1] > b[1];
	return a_port > b_port;
}

/*
 * Any order will do that both directions agree on.  The ends are selected, not copied to a computed
 * index: words stored there would have to reach memory before they could be hashed.
 */
static inline struct key
key_of(const struct packet *p, int *from)
{
	bool six = p->family == 6, above;
	uint64_t src[2] = {six ? le64(p->src) : be32(p->src), six ? le64(p->src + 8) : 0};
	uint64_t dst[2] = {six ? le64(p->dst) : be32(p->dst), six ? le64(p->dst + 8) : 0};

	above = is_above(src, p->sport, dst, p->dport);
	*from = above;
	return (struct key){
		.addr = {{above ? dst[0] : src[0], above ? dst[1] : src[1]},
			{above ? src[0] : dst[0], above ? src[1] : dst[1]}},
		.ports = above ? (uint32_t)p->dport << 16 | p->sport
			       : (uint32_t)p->sport << 16 | p->dport,
		.family = p->family,
	};
}

static inline uint32_t
key_hash(const struct key *k)
{
	uint64_t h = hash_fold(k->addr[0][0] ^ UINT64_C(0xa0761d6478bd642f),
		k->addr[1][0] ^ (uint64_t)k->ports << 32 ^ UINT64_C(0xe7037ed1a0b428db));

	if (k->family == 6)
		h = hash_fold(h ^ k->addr[0][1], k->addr[1][1] ^ UINT64_C(0x9e3779b97f4a7c15));
	return (uint32_t)(h ^ h >> 32);
}

static inline uint64_t
addr_word(const struct flow *f, int end, int word)
{
	if (f->family == 4)
		return word ? 0 : be32(f->addr[end]);
	return le64(f->addr[end] + 8 * word);
}

static inline bool
key_is(const struct key *k, const struct flow *f)
{
	return k->ports == ((uint32_t)f->port[0] << 16 | f->port[1]) && k->family == f->family &&
		k->addr[0][0] == addr_word(f, 0, 0) && k->addr[1][0] == addr_word(f, 1, 0) &&
		k->addr[0][1] == addr_word(f, 0, 1) && k->addr[1][1] == addr_word(f, 1, 1);
}

/* ---- slots ---- */

static inline uint32_t
slot_of(const struct flows *t, const struct key *k, uint32_t hash)
{
	uint32_t mask = t->n_slots - 1, i = hash & mask;

	while (t->slots[i].index &&
		(t->slots[i].hash != hash || !key_is(k, flow_at(t, t->slots[i].index - 1))))
		i = (i + 1) & mask;
	return i;
}

static void
slots_grow(struct flows *t)
{
	struct slot *old = t->slots;
	uint32_t n = t->n_slots;

	t->n_slots *= 2;
	t->slots = xcalloc(t->n_slots, sizeof *t->slots);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = old[i].hash & (t->n_slots - 1);

		if (!old[i].index)
			continue;
		while (t->slots[at].index)
			at = (at + 1) & (t->n_slots - 1);
		t->slots[at] = old[i];
	}
	free(old);
}

static void
slot_delete(struct flows *t, const struct flow *f)
{
	uint32_t mask = t->n_slots - 1, hole = f->hash & mask, i;

	while (t->slots[hole].index != f->index + 1)
		hole = (hole + 1) & mask;
	for (i = (hole + 1) & mask; t->slots[i].index; i = (i + 1) & mask) {
		uint32_t home = t->slots[i].hash & mask;

		/* It may fill the hole unless its home lies behind that. */
		if (((i - home) & mask) < ((i - hole) & mask))
			continue;
		t->slots[hole] = t->slots[i];
		hole = i;
	}
	t->slots[hole].index = 0;
}

/* ---- lists ---- */

static void
list_remove(struct flows *t, struct flow *f)
{
	struct list *l = &t->lists[f->closed];

	if (f->newer == NONE)
		l->newest = f->older;
	else
		flow_at(t, f->newer)->older = f->older;
	if (f->older == NONE)
		l->oldest = f->newer;
	else
		flow_at(t, f->older)->newer = f->newer;
	l->count--;
}

static void
list_add(struct flows *t, struct flow *f)
{
	struct list *l = &t->lists[f->closed];

	f->newer = NONE;
	f->older = l->newest;
	if (l->newest == NONE)
		l->oldest = f->index;
	else
		flow_at(t, l->newest)->newer = f->index;
	l->newest = f->index;
	l->count++;
}

static struct flow *
oldest(const struct flows *t, bool closed)
{
	uint32_t i = t->lists[closed].oldest;

	return i == NONE ? NULL : flow_at(t, i);
}

/* ---- leaving ---- */

static void
leave(struct flows *t, struct flow *f, enum flow_end why)
{
	t->end(t->ctx, f, why);
	slot_delete(t, f);
	list_remove(t, f);
	f->older = t->free;
	t->free = f->index;
	t->count--;
}

static void
expire(struct flows *t, int64_t now_ns)
{
	struct flow *f;

	while ((f = oldest(t, true)) &&
		(t->lists[1].count > FLOW_LINGER_MAX ||
			tstamp_diff(now_ns, f->last_ns) > FLOW_LINGER_NS))
		leave(t, f, FLOW_CLOSED);
	while ((f = oldest(t, false)) && tstamp_diff(now_ns, f->last_ns) > FLOW_IDLE_NS)
		leave(t, f, FLOW_IDLE);
}

static void
make_room(struct flows *t)
{
	struct flow *f = oldest(t, true);

	if (f) {
		leave(t, f, FLOW_CLOSED);
		return;
	}
	t->evicted++;
	leave(t, oldest(t, false), FLOW_EVICTED);
}

/* ---- coming ---- */

static void
add_block(struct flows *t)
{
	uint32_t first = (uint32_t)t->n_blocks * BLOCK_FLOWS;

	GROW(t->blocks, t->n_blocks, t->cap_blocks);
	t->blocks[t->n_blocks++] = xmalloc(BLOCK_FLOWS * t->state_bytes);
	for (uint32_t i = BLOCK_FLOWS; i-- > 0;) {
		struct flow *f = flow_at(t, first + i);

		f->index = first + i;
		f->older = t->free;
		t->free = f->index;
	}
}

static struct flow *
flow_new(struct flows *t, const struct packet *p, int from)
{
	size_t n = p->family == 4 ? 4 : 16;
	struct flow *f;
	uint32_t index;

	if (t->free == NONE)
		add_block(t);
	index = t->free;
	f = flow_at(t, index);
	t->free = f->older;
	memset(f, 0, t->state_bytes);
	f->index = index;
	f->family = p->family;
	memcpy(f->addr[from], p->src, n);
	memcpy(f->addr[!from], p->dst, n);
	f->port[from] = p->sport;
	f->port[!from] = p->dport;
	return f;
}

struct flow *
flows_get(struct flows *t, const struct packet *p, int64_t t_ns, int *from, bool *fresh)
{
	struct key k = key_of(p, from);
	uint32_t hash = key_hash(&k), at;
	struct flow *f;

	expire(t, t_ns);
	at = slot_of(t, &k, hash);
	*fresh = !t->slots[at].index;
	if (!*fresh) {
		f = flow_at(t, t->slots[at].index - 1);
		if (f->closed)
			return f;
		f->last_ns = t_ns;
		if (f->newer != NONE) {
			list_remove(t, f);
			list_add(t, f);
		}
		return f;
	}
	if (t->count == FLOWS_MAX)
		make_room(t);
	if (2 * t->count >= t->n_slots)
		slots_grow(t);
	f = flow_new(t, p, *from);
	f->hash = hash;
	f->last_ns = t_ns;
	t->slots[slot_of(t, &k, hash)] = (struct slot){hash, f->index + 1};
	list_add(t, f);
	t->count++;
	return f;
}

struct flow *
flows_find(struct flows *t, const struct packet *p, int *from)
{
	struct key k = key_of(p, from);
	uint32_t at = slot_of(t, &k, key_hash(&k));

	return t->slots[at].index ? flow_at(t, t->slots[at].index - 1) : NULL;
}

void
flows_close(struct flows *t, struct flow *f, int64_t t_ns)
{
	if (f->closed)
		return;
	list_remove(t, f);
	f->closed = true;
	f->last_ns = t_ns;
	list_add(t, f);
}

void
flows_reopen(struct flows *t, struct flow *f)
{
	if (!f->closed)
		return;
	list_remove(t, f);
	f->closed = false;
	list_add(t, f);
}

void
flows_finish(struct flows *t)
{
	struct flow *f;

	while ((f = oldest(t, true)))
		leave(t, f, FLOW_FINISHED);
	while ((f = oldest(t, false)))
		leave(t, f, FLOW_FINISHED);
}

void
flow_address_text(char buf[FLOW_TEXT_SIZE], uint8_t family, const uint8_t *addr, uint16_t port)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(family == 6 ? AF_INET6 : AF_INET, addr, text, sizeof text);
	snprintf(buf, FLOW_TEXT_SIZE, family == 6 ? "[%s]:%u" : "%s:%u", text, port);
}

void
flow_text(char buf[FLOW_TEXT_SIZE], const struct flow *f, int end)
{
	flow_address_text(buf, f->family, f->addr[end], f->port[end]);
}
