/*
 * transittab - storage of the entries; see transittab.h.
 */
#include "analyze/transittab.h"

#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"

#define ENTRIES_FIRST 4096

static enum transittab_age
queue_of(uint8_t list)
{
	return list < FORWARDED_INNER ? TRANSITTAB_WAITING : TRANSITTAB_FORWARDED;
}

static void
chain_append(struct transittab *t, uint32_t i)
{
	struct transittab_entry *e = &t->pool[i];
	struct transittab_chain *c = transittab_chain(t, e->content, e->list);

	e->next = TRANSITTAB_NONE;
	e->prev = c->last;
	*(c->last == TRANSITTAB_NONE ? &c->first : &t->pool[c->last].next) = i;
	c->last = i;
}

static void
chain_remove(struct transittab *t, uint32_t i)
{
	const struct transittab_entry *e = &t->pool[i];
	struct transittab_chain *c = transittab_chain(t, e->content, e->list);

	*(e->prev == TRANSITTAB_NONE ? &c->first : &t->pool[e->prev].next) = e->next;
	*(e->next == TRANSITTAB_NONE ? &c->last : &t->pool[e->next].prev) = e->prev;
}

static void
queue_append(struct transittab *t, uint32_t i)
{
	struct transittab_queue *q = &t->queue[queue_of(t->pool[i].list)];

	t->pool[i].newer = TRANSITTAB_NONE;
	t->pool[i].older = q->newest;
	*(q->newest == TRANSITTAB_NONE ? &q->oldest : &t->pool[q->newest].newer) = i;
	q->newest = i;
}

static void
queue_remove(struct transittab *t, uint32_t i)
{
	const struct transittab_entry *e = &t->pool[i];
	struct transittab_queue *q = &t->queue[queue_of(e->list)];

	*(e->older == TRANSITTAB_NONE ? &q->oldest : &t->pool[e->older].newer) = e->newer;
	*(e->newer == TRANSITTAB_NONE ? &q->newest : &t->pool[e->newer].older) = e->older;
}

void
transittab_remove(struct transittab *t, uint32_t i)
{
	chain_remove(t, i);
	queue_remove(t, i);
}

void
transittab_free(struct transittab *t, uint32_t i)
{
	t->pool[i].newer = t->free;
	t->free = i;
}

void
transittab_insert(struct transittab *t, uint32_t i)
{
	chain_append(t, i);
	queue_append(t, i);
}

static void
clear_chains(struct transittab *t)
{
	memset(t->chains, 0xff,
		(size_t)t->cap * TRANSITTAB_LISTS * sizeof *t->chains); /* TRANSITTAB_NONE */
}

/* The queues hold every entry that is in a chain. */
static void
grow(struct transittab *t)
{
	t->cap *= 2;
	t->pool = xrealloc_large(t->pool, t->cap * sizeof *t->pool);
	t->chains =
		xrealloc_large(t->chains, (size_t)t->cap * TRANSITTAB_LISTS * sizeof *t->chains);
	clear_chains(t);
	for (int q = 0; q < TRANSITTAB_QUEUES; q++)
		for (uint32_t i = t->queue[q].oldest; i != TRANSITTAB_NONE; i = t->pool[i].newer)
			chain_append(t, i);
}

/* When nothing else is left to do: the oldest entry goes. */
static void
make_room(struct transittab *t)
{
	uint32_t i = t->queue[TRANSITTAB_FORWARDED].oldest;

	if (i == TRANSITTAB_NONE) {
		i = t->queue[TRANSITTAB_WAITING].oldest;
		t->evicted++;
	}
	transittab_remove(t, i);
	transittab_free(t, i);
}

uint32_t
transittab_new(struct transittab *t)
{
	uint32_t i;

	if (t->free == TRANSITTAB_NONE && t->n_used == t->cap) {
		if (t->cap < TRANSITTAB_MAX)
			grow(t);
		else
			make_room(t);
	}
	i = t->free;
	if (i == TRANSITTAB_NONE)
		return t->n_used++;
	t->free = t->pool[i].newer;
	return i;
}

void
transittab_init(struct transittab *t)
{
	*t = (struct transittab){.cap = ENTRIES_FIRST, .free = TRANSITTAB_NONE};
	t->pool = xmalloc_large(t->cap * sizeof *t->pool);
	t->chains = xmalloc_large((size_t)t->cap * TRANSITTAB_LISTS * sizeof *t->chains);
	clear_chains(t);
	for (int q = 0; q < TRANSITTAB_QUEUES; q++)
		t->queue[q] = (struct transittab_queue){TRANSITTAB_NONE, TRANSITTAB_NONE};
}

void
transittab_release(struct transittab *t)
{
	free(t->pool);
	free(t->chains);
}
