/*
 * reorder - storage of the sorted ring; see reorder.h.
 *
 * Insertion is at the young end: nearly always the new packet is the youngest and nothing moves.
 */
#include "analyze/reorder.h"

#include <stdlib.h>

#include "core/alloc.h"

#define CAP_MIN 256 /* as long as that suffices, the ring stays in the first-level cache */

void
reorder_init(struct reorder *r, int64_t width_ns)
{
	r->cap = CAP_MIN;
	r->ring = xcalloc(r->cap, sizeof *r->ring);
	r->first = 0;
	r->count = 0;
	r->width_ns = width_ns;
	reorder_restart(r);
}

void
reorder_release(struct reorder *r)
{
	free(r->ring);
	r->ring = NULL;
}

void
reorder_grow(struct reorder *r)
{
	struct echo_packet *ring = xcalloc(2 * (size_t)r->cap, sizeof *ring);

	for (uint32_t i = 0; i < r->count; i++)
		ring[i] = r->ring[(r->first + i) & (r->cap - 1)];
	free(r->ring);
	r->ring = ring;
	r->first = 0;
	r->cap *= 2;
}
