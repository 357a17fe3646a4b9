/*
 * pair - the same probe at two points; see pair.h.
 *
 * Two captures are paired in passes, each over what the one before left:
 *
 *   1. by addresses, identifier, sequence number and payload: nothing on the way changed them
 *   2. by sequence number and payload alone: an address translation rewrites the others, the
 *      payload it leaves alone
 *
 * A ping program's output has neither payload nor identifier.  Each of its targets is given the
 * captured flow to that address (any flow, if the target was printed as a name or is translated
 * on the way) that shares most sequence numbers with it; then sequence numbers pair.  If two flows
 * share equally many (two pings to one target in one capture), nothing in the output tells which
 * is its own: all its probes are undecidable.
 *
 * Where a key occurs several times (constant payload and a sequence number that wrapped) and as
 * often at both points, occurrences pair in their order.  If one point has more than the other,
 * the key is undecidable and stays unpaired: guessing would shift all later ones.
 *
 * Cost: one hash table per pass, O(n) in time, 24 bytes per sample while it lasts.
 */
#include "analyze/pair.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/hash.h"
#include "core/alloc.h"

#define SEQ_COUNT 65536
#define FLOW_TIED (PAIR_NONE - 1) /* several captured flows fit a target equally well */

struct side {
	const struct observation *o;
	uint64_t *keys; /* of the pass; 0 takes no part */
	bool *done;     /* paired, or undecidable */
	uint32_t *next; /* chain of samples with the same key, in order of time */
};

struct slot {
	uint64_t key;
	uint32_t first[2]; /* sample index + 1 of inner and outer */
	uint32_t n[2];
};

struct pass {
	struct pairing *p;
	struct side side[2]; /* inner, outer */
	struct slot *slots;
	size_t mask;
};

static void
side_init(struct side *s, const struct observation *o)
{
	s->o = o;
	s->keys = xcalloc(o->n_samples + 1, sizeof *s->keys);
	s->done = xcalloc(o->n_samples + 1, sizeof *s->done);
	s->next = xcalloc(o->n_samples + 1, sizeof *s->next);
}

static void
side_release(struct side *s)
{
	free(s->keys);
	free(s->done);
	free(s->next);
}

static struct slot *
slot_of(struct pass *w, uint64_t key)
{
	size_t i = (size_t)hash_fold(key, UINT64_C(0x9e3779b97f4a7c15)) & w->mask;

	while (w->slots[i].key && w->slots[i].key != key)
		i = (i + 1) & w->mask;
	w->slots[i].key = key;
	return &w->slots[i];
}

/* Chain the samples of one side under their keys; from the last, so that chains ascend. */
static void
fill(struct pass *w, int which)
{
	struct side *s = &w->side[which];

	for (size_t i = s->o->n_samples; i-- > 0;) {
		struct slot *slot;

		if (s->done[i] || !s->keys[i])
			continue;
		slot = slot_of(w, s->keys[i]);
		s->next[i] = slot->first[which];
		slot->first[which] = (uint32_t)i + 1;
		slot->n[which]++;
	}
}

static void
settle(struct pass *w, const struct slot *slot)
{
	uint32_t i = slot->first[0], j = slot->first[1];
	bool decided = slot->n[0] == slot->n[1];

	if (!slot->n[0] || !slot->n[1])
		return; /* left for the next pass */
	for (; i; i = w->side[0].next[i - 1]) {
		w->side[0].done[i - 1] = true;
		if (!decided) {
			w->p->undecidable++;
			continue;
		}
		w->p->outer_of[i - 1] = j - 1;
		w->p->n_pairs++;
		j = w->side[1].next[j - 1];
	}
	for (j = slot->first[1]; j; j = w->side[1].next[j - 1])
		w->side[1].done[j - 1] = true;
}

static void
run_pass(struct pass *w)
{
	size_t n = w->side[0].o->n_samples + w->side[1].o->n_samples, cap = 64;

	while (cap < 2 * n)
		cap *= 2;
	w->slots = xcalloc(cap, sizeof *w->slots);
	w->mask = cap - 1;
	fill(w, 0);
	fill(w, 1);
	for (size_t i = 0; i < cap; i++)
		if (w->slots[i].key)
			settle(w, &w->slots[i]);
	free(w->slots);
}

/* ---- keys ---- */

static uint64_t
probe_key(const struct echo_sample *s, uint64_t flow_key)
{
	uint64_t key = hash_fold((uint64_t)s->payload << 16 | s->seq, flow_key | 1);

	return key ? key : 1;
}

static uint64_t
flow_key(const struct echo_flow *f)
{
	uint64_t h = hash_bytes(f->src, sizeof f->src, f->id);

	return hash_bytes(f->dst, sizeof f->dst, h ^ f->family);
}

static void
key_by_flow(struct side *s)
{
	uint64_t *flows = xcalloc(s->o->n_flows + 1, sizeof *flows);

	for (uint32_t i = 0; i < s->o->n_flows; i++)
		flows[i] = flow_key(&s->o->flows[i]);
	for (size_t i = 0; i < s->o->n_samples; i++)
		s->keys[i] = probe_key(&s->o->samples[i], flows[s->o->samples[i].flow]);
	free(flows);
}

static void
key_by_payload(struct side *s)
{
	for (size_t i = 0; i < s->o->n_samples; i++)
		s->keys[i] = probe_key(&s->o->samples[i], UINT64_C(0x9e3779b97f4a7c15));
}

/* ---- a tool's targets and captured flows ---- */

/* How many probes of each captured flow bear a sequence number that the target was sent. */
static void
score_flows(uint32_t *score, const struct observation *tool, uint32_t target,
	const struct observation *capture)
{
	bool *sent = xcalloc(SEQ_COUNT, sizeof *sent);

	for (size_t i = 0; i < tool->n_samples; i++)
		if (tool->samples[i].flow == target)
			sent[tool->samples[i].seq] = true;
	memset(score, 0, capture->n_flows * sizeof *score);
	for (size_t i = 0; i < capture->n_samples; i++)
		score[capture->samples[i].flow] += sent[capture->samples[i].seq];
	free(sent);
}

static size_t
count_probes(const struct observation *o, uint32_t flow)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n_samples; i++)
		n += o->samples[i].flow == flow;
	return n;
}

static bool
same_target(const struct echo_flow *a, const struct echo_flow *b)
{
	return a->family == b->family && !memcmp(a->dst, b->dst, sizeof a->dst);
}

/* The untaken flow with the highest score, flows to the printed address before all others. */
static uint32_t
best_flow(const uint32_t *score, const bool *taken, const struct echo_flow *target,
	const struct observation *capture)
{
	uint32_t best = PAIR_NONE;
	bool best_same = false, tied = false;

	for (uint32_t i = 0; i < capture->n_flows; i++) {
		bool same = same_target(target, &capture->flows[i]);

		if (taken[i] || !score[i] || (best_same && !same))
			continue;
		if (best == PAIR_NONE || (same && !best_same) || score[i] > score[best]) {
			best = i;
			best_same = same;
			tied = false;
		} else if (score[i] == score[best]) {
			tied = true;
		}
	}
	return tied ? FLOW_TIED : best;
}

static void
key_by_target(struct pairing *p, struct side *tool, struct side *capture)
{
	const struct observation *t = tool->o, *c = capture->o;
	uint32_t *score = xcalloc(c->n_flows + 1, sizeof *score);
	bool *taken = xcalloc(c->n_flows + 1, sizeof *taken);

	for (uint32_t target = 0; target < t->n_flows; target++) {
		uint32_t flow;

		score_flows(score, t, target, c);
		flow = best_flow(score, taken, &t->flows[target], c);
		if (flow == FLOW_TIED)
			p->undecidable += count_probes(t, target);
		if (flow == FLOW_TIED || flow == PAIR_NONE)
			continue;
		taken[flow] = true;
		for (size_t i = 0; i < t->n_samples; i++)
			if (t->samples[i].flow == target)
				tool->keys[i] = (uint64_t)(target + 1) << 16 | t->samples[i].seq;
		for (size_t i = 0; i < c->n_samples; i++)
			if (c->samples[i].flow == flow)
				capture->keys[i] = (uint64_t)(target + 1) << 16 | c->samples[i].seq;
	}
	free(score);
	free(taken);
}

void
pair_observations(
	struct pairing *p, const struct observation *inner, const struct observation *outer)
{
	struct pass w = {.p = p};

	memset(p, 0, sizeof *p);
	p->outer_of = xmalloc((inner->n_samples + 1) * sizeof *p->outer_of);
	memset(p->outer_of, 0xff, inner->n_samples * sizeof *p->outer_of);
	side_init(&w.side[0], inner);
	side_init(&w.side[1], outer);
	if (inner->tool) {
		key_by_target(p, &w.side[0], &w.side[1]);
		run_pass(&w);
	} else {
		key_by_flow(&w.side[0]);
		key_by_flow(&w.side[1]);
		run_pass(&w);
		key_by_payload(&w.side[0]);
		key_by_payload(&w.side[1]);
		run_pass(&w);
	}
	side_release(&w.side[0]);
	side_release(&w.side[1]);
	p->unpaired_inner = inner->n_samples - p->n_pairs;
	p->unpaired_outer = outer->n_samples - p->n_pairs;
}

void
pairing_release(struct pairing *p)
{
	free(p->outer_of);
	p->outer_of = NULL;
}
