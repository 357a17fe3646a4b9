#ifndef VANTAGE_ANALYZE_INFLIGHT_H
#define VANTAGE_ANALYZE_INFLIGHT_H
/*
 * inflight - the probes that may still get a reply: a ring in order of arrival, and a hash table
 * over (flow, sequence number) that chains each key's probes from the newest to the oldest.
 *
 * Probes leave at the old end only, and the oldest of a key is always the last of its chain; so
 * nothing is ever unlinked: a link that points outside the ring simply ends the chain.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct inflight_probe {
	int64_t t_ns;
	int64_t rtt_ns;        /* TSTAMP_NONE while unanswered */
	uint64_t payload;      /* hash of all captured payload bytes and their number */
	uint32_t payload_head; /* hash of the first 16 of them */
	uint32_t copy_id;      /* hash of what a copy repeats: IP header without TTL and checksum */
	uint32_t flow;
	uint32_t number; /* position in the file, modulo 2^32 */
	uint32_t older;  /* next probe of the chain */
	uint16_t payload_len;
	uint16_t seq;
	uint16_t flags;
};

struct inflight {
	struct inflight_probe *ring; /* cap entries, entry i at i & (cap - 1) */
	uint32_t *newest;            /* chain heads, several per entry */
	uint32_t cap;                /* a power of two */
	uint32_t count;
	uint32_t end;  /* number of the next probe; [end - count, end) are held */
	uint32_t seed; /* secret: nobody can choose probes that share a chain */
};

/* Chains per entry of the ring: each flow's run of seq takes a stretch of the table, and few of
 * them should overlap, since a foreign probe on the chain costs a cache miss. */
#define INFLIGHT_CHAINS 4

/* inflight_init - room for cap_min probes (a power of two); grows by doubling. */
void inflight_init(struct inflight *f, uint32_t cap_min);
void inflight_release(struct inflight *f);
/* inflight_grow - the slow path of inflight_push(). */
void inflight_grow(struct inflight *f);

static inline struct inflight_probe *
inflight_entry(const struct inflight *f, uint32_t number)
{
	return &f->ring[number & (f->cap - 1)];
}

static inline uint32_t *
inflight_chain(const struct inflight *f, uint32_t flow, uint16_t seq)
{
	/* Consecutive seq land in neighbouring chains: a lookup rarely needs a new cache line. */
	uint32_t h = (flow ^ f->seed) * UINT32_C(0x9e3779b1);

	return &f->newest[((h ^ (h >> 15)) + seq) & (INFLIGHT_CHAINS * f->cap - 1)];
}

/* inflight_push - append a probe; all but flow, seq and older are the caller's to set.  The
 * pointer dies with the next push. */
static inline struct inflight_probe *
inflight_push(struct inflight *f, uint32_t flow, uint16_t seq)
{
	struct inflight_probe *p;
	uint32_t *chain;

	if (f->count == f->cap)
		inflight_grow(f);
	p = inflight_entry(f, f->end);
	chain = inflight_chain(f, flow, seq);
	p->flow = flow;
	p->seq = seq;
	p->older = *chain;
	*chain = f->end++;
	f->count++;
	return p;
}

/* inflight_oldest - NULL when empty; inflight_drop_oldest forgets it. */
static inline struct inflight_probe *
inflight_oldest(const struct inflight *f)
{
	return f->count ? inflight_entry(f, f->end - f->count) : NULL;
}

static inline void
inflight_drop_oldest(struct inflight *f)
{
	f->count--;
}

/*
 * A walk along a chain over the probes of one key, from the newest to the oldest.
 *
 *   struct inflight_walk w = inflight_walk(f, flow, seq);
 *   while ((p = inflight_next(&w))) ...
 *
 * An age is how many probes of the ring are newer.  Links lead to ever older ones; a link to one
 * that is not is left over from 2^32 probes ago.
 */
struct inflight_walk {
	const struct inflight *f;
	uint32_t *link; /* that leads to the probe handed out next */
	uint32_t *came; /* that led to the probe handed out last */
	uint32_t age_min;
	uint32_t flow;
	uint16_t seq;
};

static inline struct inflight_walk
inflight_walk(const struct inflight *f, uint32_t flow, uint16_t seq)
{
	return (struct inflight_walk){f, inflight_chain(f, flow, seq), NULL, 0, flow, seq};
}

static inline struct inflight_probe *
inflight_next(struct inflight_walk *w)
{
	for (;;) {
		uint32_t age = w->f->end - 1 - *w->link;
		struct inflight_probe *p;

		if (age >= w->f->count || age < w->age_min)
			return NULL;
		p = inflight_entry(w->f, *w->link);
		w->came = w->link;
		w->link = &p->older;
		w->age_min = age + 1;
		if (p->flow == w->flow && p->seq == w->seq)
			return p;
	}
}

/* inflight_unlink - take the probe handed out last off its chain: it stays in the ring, and is not
 * found any more. */
static inline void
inflight_unlink(struct inflight_walk *w)
{
	*w->came = *w->link;
	w->link = w->came;
}

/* inflight_prefetch - the key will be looked up soon. */
static inline void
inflight_prefetch(const struct inflight *f, uint32_t flow, uint16_t seq)
{
	__builtin_prefetch(inflight_entry(f, *inflight_chain(f, flow, seq)));
}

#endif
