/*
 * inflight - storage of the ring and its chains; see inflight.h.
 *
 * Probe numbers count modulo 2^32.  A chain link is valid when its number lies in the ring and is
 * older than the probe it hangs on; a number left over from 2^32 probes ago can pass that test,
 * but then flow and seq decide, so the worst it does is to show a probe of the right key.
 */
#include "analyze/inflight.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/hash.h"
#include "core/alloc.h"

static size_t
n_chains(const struct inflight *f)
{
	return (size_t)INFLIGHT_CHAINS * f->cap;
}

void
inflight_init(struct inflight *f, uint32_t cap_min)
{
	f->cap = cap_min;
	f->ring = xcalloc(f->cap, sizeof *f->ring);
	f->newest = xcalloc(n_chains(f), sizeof *f->newest);
	f->count = 0;
	f->seed = (uint32_t)hash_seed();
	f->end = 1; /* so that the zeroed heads point nowhere */
}

void
inflight_release(struct inflight *f)
{
	free(f->ring);
	free(f->newest);
	memset(f, 0, sizeof *f);
}

void
inflight_grow(struct inflight *f)
{
	struct inflight old = *f;
	uint32_t outside = old.end - old.count - 1;

	f->cap = 2 * old.cap;
	f->ring = xmalloc_large(f->cap * sizeof *f->ring);
	f->newest = xmalloc_large(n_chains(f) * sizeof *f->newest);
	for (size_t i = 0; i < n_chains(f); i++)
		f->newest[i] = outside;
	for (uint32_t n = old.end - old.count; n != old.end; n++) {
		struct inflight_probe *p = inflight_entry(f, n);
		uint32_t *chain;

		*p = *inflight_entry(&old, n);
		chain = inflight_chain(f, p->flow, p->seq);
		p->older = *chain;
		*chain = n;
	}
	free(old.ring);
	free(old.newest);
}
