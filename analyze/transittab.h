#ifndef VANTAGE_ANALYZE_TRANSITTAB_H
#define VANTAGE_ANALYZE_TRANSITTAB_H
/*
 * transittab - the packets that transit.c remembers: found by content, and given up by age.
 *
 * One pool of entries, each in a chain of the hash table and in a queue.  Chains and queues are in
 * order of insertion.  A full pool lets the oldest forwarded entry go, else the oldest waiting one,
 * which is counted as evicted.
 */
#include <stdint.h>

#include "analyze/transitkey.h"

#define TRANSITTAB_MAX ((uint32_t)1 << 19)
#define TRANSITTAB_NONE UINT32_MAX

enum transittab_list {
	WAITING_INNER, /* seen at the inner point */
	WAITING_OUTER,
	FORWARDED_INNER, /* the second sighting was at the inner point */
	FORWARDED_OUTER,
	TRANSITTAB_LISTS,
};
enum transittab_age { TRANSITTAB_WAITING, TRANSITTAB_FORWARDED, TRANSITTAB_QUEUES };

struct transittab_entry {
	uint64_t content;
	int64_t t_ns; /* of the sighting: the first one, of forwarded ones the second */
	struct transit_ends ends;
	uint32_t bytes;
	uint32_t flags;
	uint32_t next; /* of the chain; this and below: the table's own */
	uint32_t prev;
	uint32_t newer; /* of the queue; of free entries the next free one */
	uint32_t older;
	uint8_t list; /* enum transittab_list: set before insertion */
};

struct transittab_chain {
	uint32_t first;
	uint32_t last;
};

struct transittab_queue {
	uint32_t oldest;
	uint32_t newest;
};

struct transittab {
	struct transittab_entry *pool;
	struct transittab_chain *chains; /* TRANSITTAB_LISTS per entry of the pool */
	uint32_t cap;
	uint32_t n_used;
	uint32_t free;
	struct transittab_queue queue[TRANSITTAB_QUEUES];
	uint64_t evicted;
};

void transittab_init(struct transittab *t);
void transittab_release(struct transittab *t);

/* transittab_new - index of an entry that is in no list yet; the pool may move. */
uint32_t transittab_new(struct transittab *t);
/* transittab_insert - by its content and list; transittab_remove - out of them again. */
void transittab_insert(struct transittab *t, uint32_t i);
void transittab_remove(struct transittab *t, uint32_t i);
/* transittab_free - an entry that is in no list. */
void transittab_free(struct transittab *t, uint32_t i);

/* transittab_chain - where entries of that content and list are, among others. */
static inline struct transittab_chain *
transittab_chain(const struct transittab *t, uint64_t content, unsigned list)
{
	return &t->chains[(content & (t->cap - 1)) * TRANSITTAB_LISTS + list];
}

#endif
