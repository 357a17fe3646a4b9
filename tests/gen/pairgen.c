/*
 * pairgen - see pairgen.h.
 */
#include "tests/gen/pairgen.h"

#include <err.h>
#include <stdlib.h>

#define FRAME_MAX_BYTES 2048
/* Neighbouring records that stand the other way round, as two CPUs write them. */
#define SWAPPED_SHARE 0.0005
#define SWAPPED_NS 20000 /* at most so far apart */

void
pairgen_add(struct pairgen *g, int64_t t_ns, int side, uint32_t what, uint32_t detail)
{
	if (g->n_events == g->cap_events) {
		g->cap_events = g->cap_events ? 2 * g->cap_events : 1 << 14;
		g->events = realloc(g->events, g->cap_events * sizeof *g->events);
		if (g->events == NULL)
			err(1, "%zu events", g->cap_events);
	}
	g->events[g->n_events] =
		(struct pairgen_event){t_ns, (uint32_t)g->n_events, what, detail, (uint8_t)side};
	g->n_events++;
}

static int
by_time(const void *a, const void *b)
{
	const struct pairgen_event *x = a, *y = b;

	if (x->side != y->side)
		return x->side - y->side;
	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static void
swap_some(struct pairgen *g)
{
	for (size_t i = 0; i + 1 < g->n_events; i++) {
		struct pairgen_event first = g->events[i], second = g->events[i + 1];

		if (synth_unit(&g->rng) >= SWAPPED_SHARE || first.side != second.side ||
			second.t_ns - first.t_ns > SWAPPED_NS)
			continue;
		g->events[i] = second;
		g->events[i + 1] = first;
		i++;
	}
}

void
pairgen_write(struct pairgen *g,
	uint32_t (*build)(void *ctx, uint8_t *frame, const struct pairgen_event *e), void *ctx)
{
	uint8_t frame[FRAME_MAX_BYTES];

	qsort(g->events, g->n_events, sizeof *g->events, by_time);
	if (!g->clean)
		swap_some(g);
	for (size_t i = 0; i < g->n_events; i++) {
		const struct pairgen_event *e = &g->events[i];
		uint32_t len = build(ctx, frame, e);

		synth_pcap_add(&g->pcap[e->side], e->t_ns, frame, len);
	}
	for (int side = 0; side < 2; side++)
		synth_pcap_close(&g->pcap[side]);
}

FILE *
pairgen_truth(const struct pairgen *g, const char *header)
{
	FILE *out = g->truth ? fopen(g->truth, "w") : NULL;

	if (g->truth && out == NULL)
		err(1, "%s", g->truth);
	if (out)
		fputs(header, out);
	return out;
}

void
pairgen_done(struct pairgen *g, FILE *truth)
{
	if (truth && fclose(truth) != 0)
		err(1, "%s", g->truth);
	free(g->events);
}
