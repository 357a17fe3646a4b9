/*
 * pingobs - from statements about probes to probes.
 *
 * The seq that a ping prints is the 16 bits of the wire.  Its place in the order of sending is
 * found by unwrapping: the candidate nearest to the highest place so far, as for any wrapped
 * counter; in the first lap everything ahead is taken as it stands.  Later it is right as long as
 * fewer than 32768 probes lie between two printed lines.  The printed value itself stays in
 * `seq`, because pairing with captures works on the wire's value.  Where the tool counts on beyond
 * 65535 (fping), nothing is unwrapped.
 *
 * At the end the statements are sorted by target, place and line, and those about one probe are
 * merged:
 *   - the first reply that is not marked (DUP!) is the answer, every other reply a duplicate;
 *   - a silence ("no answer yet", an ICMP error) counts only where no reply came;
 *   - a seq that nobody mentions between two that are mentioned is a lost probe; so is one
 *     before the first mentioned, when the header tells where the tool starts to count;
 *   - at the end come as many lost probes as the summary says were sent, but only when all
 *     replies that the summary counts are in the output (ping -q and -f print none of them).
 *
 * ICMP errors that name no seq (BSD, fping) are put on the target's lost probes when there are
 * at least as many of them, so that each must have had one; otherwise it cannot be told which
 * probe they belong to, and none is marked.  Where no line of a target names a seq at all, each
 * such error is a probe of its own, numbered in the order of the lines.
 */
#include "analyze/pingobs.h"

#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/tstamp.h"

#define SEQ_SPAN 65536 /* the sequence number of an echo request has 16 bits (RFC 792) */

void
pingobs_init(struct pingobs *po)
{
	memset(po, 0, sizeof *po);
	po->last_answer = SIZE_MAX;
	po->payload_bytes = -1;
	po->stats_sent = -1;
	po->stats_received = -1;
}

void
pingobs_release(struct pingobs *po)
{
	for (size_t i = 0; i < po->n_targets; i++) {
		free(po->targets[i].name);
		free(po->targets[i].addr);
	}
	free(po->targets);
	free(po->obs);
	pingobs_init(po);
}

size_t
pingobs_add_target(struct pingobs *po, struct slice name, struct slice addr)
{
	struct pingobs_target *t;

	if (po->n_targets == PING_TARGETS_MAX) {
		po->over_limit = true;
		return 0;
	}
	GROW(po->targets, po->n_targets, po->cap_targets);
	t = &po->targets[po->n_targets];
	*t = (struct pingobs_target){
		.name = xstrndup(name.p, name.n),
		.addr = addr.n > 0 ? xstrndup(addr.p, addr.n) : NULL,
		.first_order = -1,
		.last_order = -1,
		.sent = -1,
		.received = -1,
		.duplicates = -1,
		.errors = -1,
	};
	po->current = po->n_targets;
	return po->n_targets++;
}

struct pingobs_target *
pingobs_begin(struct pingobs *po, struct slice name, struct slice addr)
{
	size_t k;

	if (po->in_summary)
		po->section = po->n_targets;
	po->in_summary = false;
	k = pingobs_add_target(po, name, addr);
	if (po->over_limit)
		return NULL;
	po->targets[k].wraps = true;
	return &po->targets[k];
}

void
pingobs_rename(struct pingobs *po, size_t target, struct slice name)
{
	free(po->targets[target].name);
	po->targets[target].name = xstrndup(name.p, name.n);
}

size_t
pingobs_named(struct pingobs *po, struct slice name)
{
	/* fping goes round its targets: the one after the last is nearly always the right one. */
	for (size_t i = 1; i <= po->n_targets; i++) {
		size_t k = (po->current + i) % po->n_targets;

		if (slice_eq(name, po->targets[k].name)) {
			po->current = k;
			return k;
		}
	}
	return pingobs_add_target(po, name, (struct slice){NULL, 0});
}

/* place_of - the place in the order of sending of a printed seq. */
static int64_t
place_of(const struct pingobs_target *t, uint32_t seq)
{
	int64_t behind;

	if (!t->wraps || seq >= t->last_order)
		return seq;
	behind = (t->last_order - seq) % SEQ_SPAN;
	return t->last_order - behind + (behind > SEQ_SPAN / 2 ? SEQ_SPAN : 0);
}

void
pingobs_note(struct pingobs *po, struct ping_probe p, enum obs_kind kind)
{
	struct pingobs_target *t;
	int64_t order = INT64_MAX;

	if (po->over_limit || p.target >= po->n_targets)
		return;
	if (po->n_obs == PING_PROBES_MAX) {
		po->over_limit = true;
		return;
	}
	t = &po->targets[p.target];
	if (kind <= OBS_LISTED) {
		order = place_of(t, p.seq);
		t->has_number = true;
		if (order > t->last_order)
			t->last_order = order;
	}
	if (kind == OBS_ANSWER)
		po->last_answer = po->n_obs;
	GROW(po->obs, po->n_obs, po->cap_obs);
	po->obs[po->n_obs] = (struct obs){p, order, (uint32_t)po->n_obs, kind};
	po->n_obs++;
}

static int
obs_cmp(const void *va, const void *vb)
{
	const struct obs *a = va;
	const struct obs *b = vb;

	if (a->p.target != b->p.target)
		return a->p.target < b->p.target ? -1 : 1;
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return a->rank < b->rank ? -1 : a->rank > b->rank;
}

/* sort_obs - a single target's lines are nearly always in order already. */
static void
sort_obs(struct pingobs *po)
{
	for (size_t i = 1; i < po->n_obs; i++) {
		if (obs_cmp(&po->obs[i - 1], &po->obs[i]) > 0) {
			qsort(po->obs, po->n_obs, sizeof *po->obs, obs_cmp);
			return;
		}
	}
}

/* The probes of one target while they are written out. */
struct emit {
	struct ping_output *o;
	size_t cap;
	const struct pingobs_target *t;
	uint32_t target;
	int64_t next; /* place of the next probe; -1 not known yet */
	int64_t n_answered;
	int64_t n_lost;
	bool full;
};

static void
emit_probe(struct emit *e, struct ping_probe p)
{
	if (e->o->n_probes == PING_PROBES_MAX) {
		e->full = true;
		return;
	}
	GROW(e->o->probes, e->o->n_probes, e->cap);
	e->o->probes[e->o->n_probes++] = p;
}

static void
emit_lost(struct emit *e, int64_t order, bool error)
{
	struct ping_probe p = ping_probe_none(e->target);

	p.seq = (uint32_t)(e->t->wraps ? order % SEQ_SPAN : order);
	p.error = error;
	e->n_lost++;
	emit_probe(e, p);
}

static void
emit_gap(struct emit *e, int64_t until)
{
	if (e->next < 0 || until - e->next > (int64_t)PING_PROBES_MAX) {
		e->full = e->full || e->next >= 0;
		return;
	}
	for (int64_t k = e->next; k < until && !e->full; k++)
		emit_lost(e, k, false);
}

/* answer_of - which of the statements about one probe is its answer; n if none is. */
static size_t
answer_of(const struct obs *g, size_t n)
{
	size_t listed = n;

	for (size_t i = 0; i < n; i++) {
		if (g[i].kind == OBS_ANSWER && !g[i].p.dup)
			return i;
		if (g[i].kind == OBS_LISTED && g[i].p.rtt_ns != TSTAMP_NONE && listed == n)
			listed = i;
	}
	return listed;
}

/* emit_group - the statements g[n] are about one probe. */
static void
emit_group(struct emit *e, const struct obs *g, size_t n)
{
	size_t answer = answer_of(g, n);
	bool error = false;
	bool repeated = false;

	if (answer < n) {
		e->n_answered++;
		emit_probe(e, g[answer].p);
	}
	for (size_t i = 0; i < n; i++) {
		struct ping_probe p = g[i].p;

		error = error || p.error;
		if (i == answer || g[i].kind != OBS_ANSWER)
			continue;
		p.dup = true;
		repeated = true;
		emit_probe(e, p);
	}
	/* A duplicate alone was answered too, in a part that we do not have. */
	if (answer == n && !repeated)
		emit_lost(e, g[0].order, error);
}

/* emit_numbered - the statements with a seq; returns how many of g[n] those are. */
static size_t
emit_numbered(struct emit *e, const struct obs *g, size_t n)
{
	size_t i = 0;

	while (i < n && g[i].order != INT64_MAX && !e->full) {
		size_t k = i + 1;

		while (k < n && g[k].order == g[i].order)
			k++;
		if (e->next < g[i].order)
			emit_gap(e, g[i].order);
		emit_group(e, g + i, k - i);
		e->next = g[i].order + 1;
		i = k;
	}
	return i;
}

/* emit_unnumbered - a target of which no line names a seq: one probe for each statement. */
static void
emit_unnumbered(struct emit *e, const struct obs *g, size_t n)
{
	int64_t k = e->next < 0 ? 0 : e->next;

	for (size_t i = 0; i < n && !e->full; i++) {
		struct ping_probe p = g[i].p;

		if (g[i].kind == OBS_TIMED) {
			p.seq = (uint32_t)k++;
			e->n_answered++;
			emit_probe(e, p);
		} else if (g[i].kind == OBS_REFUSED || n == 1) {
			emit_lost(e, k++, g[i].kind == OBS_REFUSED);
		}
	}
	e->next = k;
}

/* emit_tail - probes after the last that a line mentions. */
static void
emit_tail(struct emit *e)
{
	int64_t rest;

	if (e->t->sent < 0 || e->t->received < 0 || e->n_answered < e->t->received)
		return;
	rest = e->t->sent - e->n_answered - e->n_lost;
	if (e->next < 0)
		e->next = 0;
	if (rest > 0)
		emit_gap(e, e->next + rest);
}

/* mark_refused - more errors than lost probes: each lost one had its own. */
static void
mark_refused(struct emit *e, size_t first, const struct obs *g, size_t n)
{
	int64_t n_refused = 0;

	for (size_t i = 0; i < n; i++)
		n_refused += g[i].kind == OBS_REFUSED;
	if (n_refused == 0 || n_refused < e->n_lost)
		return;
	for (size_t i = first; i < e->o->n_probes; i++)
		if (ping_probe_lost(&e->o->probes[i]))
			e->o->probes[i].error = true;
}

static size_t
emit_target(struct emit *e, const struct pingobs *po, size_t at)
{
	const struct obs *g = at < po->n_obs ? &po->obs[at] : NULL;
	size_t first = e->o->n_probes;
	size_t n = 0;
	size_t n_numbered;

	while (at + n < po->n_obs && g[n].p.target == e->target)
		n++;
	e->next = e->t->first_order;
	n_numbered = emit_numbered(e, g, n);
	if (n_numbered == 0)
		emit_unnumbered(e, g, n);
	emit_tail(e);
	if (n_numbered > 0)
		mark_refused(e, first, g + n_numbered, n - n_numbered);
	return at + n;
}

/* add_told - a sum in which one value that is not told leaves nothing told. */
static void
add_told(int64_t *sum, int64_t v)
{
	if (*sum < 0 || v < 0 || __builtin_add_overflow(*sum, v, sum))
		*sum = -1;
}

static void
sum_up(struct ping_output *o, const struct pingobs *po)
{
	bool any = po->n_targets == 0;

	o->summary_missing = any;
	for (size_t i = 0; i < po->n_targets; i++) {
		const struct pingobs_target *t = &po->targets[i];

		add_told(&o->sent, t->sent);
		add_told(&o->received, t->received);
		add_told(&o->duplicates, t->duplicates);
		add_told(&o->errors, t->errors);
		any = any || t->has_number || t->first_order >= 0 || t->interval > 0;
		o->summary_missing = o->summary_missing || t->sent < 0;
	}
	if (po->n_targets == 0)
		o->sent = o->received = o->duplicates = o->errors = -1;
	/* Without numbered lines (fping's plain mode) there is none to miss. */
	if (po->stats_sent >= 0 || !any)
		o->summary_missing = false;
	if (o->sent < 0 && po->stats_sent >= 0) {
		o->sent = po->stats_sent;
		o->received = po->stats_received;
	}
}

/* family_of - of the first target that is an address. */
static uint8_t
family_of(const struct ping_output *o)
{
	for (size_t i = 0; i < o->n_targets; i++) {
		if (strchr(o->targets[i], ':'))
			return 6;
		if (o->targets[i][0] && o->targets[i][strspn(o->targets[i], "0123456789.")] == '\0')
			return 4;
	}
	return 0;
}

static void
name_targets(struct ping_output *o, struct pingobs *po)
{
	if (po->n_targets == 0)
		return;
	o->targets = xcalloc(po->n_targets, sizeof *o->targets);
	for (size_t i = 0; i < po->n_targets; i++) {
		struct pingobs_target *t = &po->targets[i];

		o->targets[i] = t->addr ? t->addr : t->name;
		if (t->addr)
			t->addr = NULL;
		else
			t->name = NULL;
	}
	o->n_targets = po->n_targets;
}

enum vstatus
pingobs_finish(struct ping_output *o, struct pingobs *po, struct verr *err)
{
	struct emit e = {.o = o};
	size_t at = 0;

	sort_obs(po);
	for (size_t i = 0; i < po->n_targets && !e.full; i++) {
		e.t = &po->targets[i];
		e.target = (uint32_t)i;
		e.n_answered = 0;
		e.n_lost = 0;
		at = emit_target(&e, po, at);
	}
	if (po->over_limit || e.full)
		return verr_set(err, V_ELIMIT, "more than %zu probes or %zu targets in one output",
			PING_PROBES_MAX, PING_TARGETS_MAX);
	sum_up(o, po);
	name_targets(o, po);
	o->dialect = po->dialect;
	o->payload_bytes = po->payload_bytes;
	o->n_lines_unknown = po->n_unknown;
	o->family = po->family ? po->family : family_of(o);
	return V_OK;
}

struct ping_probe
ping_probe_none(size_t target)
{
	return (struct ping_probe){
		.t_ns = TSTAMP_NONE,
		.rtt_ns = TSTAMP_NONE,
		.target = (uint32_t)target,
	};
}

void
ping_probe_timed(
	struct ping_probe *p, int64_t rtt_ns, int64_t resolution_ns, const struct pingline *l)
{
	p->rtt_ns = rtt_ns;
	p->resolution_ns = resolution_ns;
	if (l->stamp_ns != TSTAMP_NONE && __builtin_sub_overflow(l->stamp_ns, rtt_ns, &p->t_ns))
		p->t_ns = TSTAMP_NONE;
}
