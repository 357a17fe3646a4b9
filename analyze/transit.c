/*
 * transit - match the two sightings of each packet; see transit.h.
 *
 * A packet that the other point has not shown yet waits; the first of either point's packets of the
 * same content meets it there, and the earlier of the two time stamps says which way it went.  A
 * window of 10 ms puts packets in order of time before, as captures of several CPUs are not.
 * Packets of equal content (constant payload without IP identification, retransmissions that kept
 * it) are met in order, those first whose addresses and ports fit best: both ends the same, one end
 * (one of them translated), none.  Where several fit equally well, the bytes cannot decide: all of
 * them are ambiguous.
 *
 *   waiting    by point; until the other sighting comes, or the expiry time is over
 *   forwarded  by the point of the second sighting, for TRANSIT_COPY_NS: what looks the same at
 *              that point then, with the same addresses, and finds nobody waiting, is a duplicate
 *
 * Both live in one table (transittab.h), where the oldest gives way when it is full.
 *
 * Reordered (RFC 4737, over all packets of one direction): seen later at the second point than a
 * packet that came to the first point after it.  Ambiguous ones take no part.
 *
 * Not done: a packet that the function itself sends or receives is one that does not pass: lost.
 */
#include "analyze/transit.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/transittab.h"
#include "core/alloc.h"
#include "core/tstamp.h"

#define WINDOW_MAX 1024 /* a power of two */
#define WINDOW_NS INT64_C(10000000)

/* The packet that came last to the first point, among those seen at the second. */
struct frontier {
	int64_t first_ns;
	int64_t second_ns;
};

/* A sighting on its way into order of time. */
struct sighting {
	int64_t t_ns;
	struct transit_key key;
	enum transit_side side;
};

/* Ascending by time from `first` on. */
struct window {
	struct sighting ring[WINDOW_MAX];
	uint32_t first;
	uint32_t n;
};

struct transit {
	struct transit_params params;
	void (*sink)(void *ctx, const struct transit_row *row);
	void *ctx;
	struct transittab tab;
	int64_t newest_ns;
	struct window window;
	struct frontier frontier[2]; /* by the first point */
	struct transit_counts counts;
};

/* ---- rows ---- */

static void
hand_out(struct transit *t, const struct transittab_entry *e, enum transit_side first,
	int64_t delay_ns)
{
	const struct transit_row row = {.t_ns = e->t_ns,
		.delay_ns = delay_ns,
		.ends = &e->ends,
		.bytes = e->bytes,
		.flags = e->flags | (first == TRANSIT_OUTER ? FLAG_INBOUND : 0),
		.first = first};

	t->sink(t->ctx, &row);
}

static void
give_up(struct transit *t, uint32_t i, bool unfinished)
{
	struct transittab_entry *e = &t->tab.pool[i];
	enum transit_side side = e->list == WAITING_INNER ? TRANSIT_INNER : TRANSIT_OUTER;

	if (unfinished)
		t->counts.unfinished++;
	else
		t->counts.lost[side]++;
	e->flags |= unfinished ? FLAG_UNFINISHED : FLAG_LOST;
	hand_out(t, e, side, TSTAMP_NONE);
	transittab_remove(&t->tab, i);
	transittab_free(&t->tab, i);
}

static void
expire(struct transit *t, int64_t now_ns)
{
	uint32_t i;

	while ((i = t->tab.queue[TRANSITTAB_WAITING].oldest) != TRANSITTAB_NONE &&
		tstamp_diff(now_ns, t->tab.pool[i].t_ns) > t->params.expiry_ns)
		give_up(t, i, false);
	while ((i = t->tab.queue[TRANSITTAB_FORWARDED].oldest) != TRANSITTAB_NONE &&
		tstamp_diff(now_ns, t->tab.pool[i].t_ns) > TRANSIT_COPY_NS) {
		transittab_remove(&t->tab, i);
		transittab_free(&t->tab, i);
	}
}

/* What waits now cannot be timed against what comes. */
static void
restart(struct transit *t)
{
	uint32_t i;

	while ((i = t->tab.queue[TRANSITTAB_WAITING].oldest) != TRANSITTAB_NONE)
		give_up(t, i, true);
	while ((i = t->tab.queue[TRANSITTAB_FORWARDED].oldest) != TRANSITTAB_NONE) {
		transittab_remove(&t->tab, i);
		transittab_free(&t->tab, i);
	}
	for (int k = 0; k < 2; k++)
		t->frontier[k] = (struct frontier){TSTAMP_NONE, TSTAMP_NONE};
}

/* ---- matching ---- */

/* Could that entry be the same packet?  By time; addresses decide among several. */
static bool
within(const struct transit *t, const struct transittab_entry *e, int64_t t_ns)
{
	int64_t d_ns = tstamp_diff(t_ns, e->t_ns);

	return d_ns <= t->params.expiry_ns && d_ns >= -t->params.expiry_ns;
}

/* Only a packet that is known by a number of its own may have both ends translated. */
static int
ends_needed(const struct transit_key *k)
{
	return k->numbered ? 0 : 1;
}

struct found {
	uint32_t index; /* TRANSITTAB_NONE */
	int kept;       /* ends that it has in common */
	unsigned n;     /* that fit as well */
};

/* The first of those that fit best.  All of the best are marked when they are several. */
static struct found
find_waiting(struct transit *t, enum transit_side at, int64_t t_ns, const struct transit_key *k)
{
	struct found f = {TRANSITTAB_NONE, ends_needed(k) - 1, 0};
	uint32_t first = transittab_chain(&t->tab, k->content, at)->first, i;
	unsigned scanned = 0;

	for (i = first; i != TRANSITTAB_NONE && scanned < TRANSIT_SCAN_MAX;
		i = t->tab.pool[i].next) {
		const struct transittab_entry *e = &t->tab.pool[i];
		int kept;

		if (e->content != k->content || !within(t, e, t_ns))
			continue;
		scanned++;
		kept = transitkey_ends_kept(&e->ends, &k->ends);
		if (kept > f.kept)
			f = (struct found){i, kept, 1};
		else if (kept == f.kept && f.index != TRANSITTAB_NONE)
			f.n++;
	}
	if (f.n < 2)
		return f;
	scanned = 0;
	for (i = f.index; i != TRANSITTAB_NONE && scanned < TRANSIT_SCAN_MAX;
		i = t->tab.pool[i].next) {
		struct transittab_entry *e = &t->tab.pool[i];

		if (e->content != k->content || !within(t, e, t_ns))
			continue;
		scanned++;
		if (transitkey_ends_kept(&e->ends, &k->ends) == f.kept)
			e->flags |= FLAG_AMBIGUOUS;
	}
	return f;
}

/* A copy of what was seen here before, as the second sighting of a packet. */
static bool
is_duplicate(
	const struct transit *t, enum transit_side side, int64_t t_ns, const struct transit_key *k)
{
	uint32_t i = transittab_chain(&t->tab, k->content, FORWARDED_INNER + side)->last;
	unsigned scanned = 0;

	for (; i != TRANSITTAB_NONE && scanned < TRANSIT_SCAN_MAX;
		i = t->tab.pool[i].prev, scanned++) {
		const struct transittab_entry *e = &t->tab.pool[i];

		if (e->content == k->content && tstamp_diff(t_ns, e->t_ns) <= TRANSIT_COPY_NS &&
			transitkey_ends_kept(&e->ends, &k->ends) == 2)
			return true;
	}
	return false;
}

static bool
overtaken(struct transit *t, enum transit_side first, int64_t first_ns, int64_t second_ns)
{
	struct frontier *f = &t->frontier[first];

	if (f->first_ns == TSTAMP_NONE || first_ns >= f->first_ns) {
		*f = (struct frontier){first_ns, second_ns};
		return false;
	}
	return second_ns > f->second_ns;
}

/* The entry's packet is here again: it was forwarded. */
static void
take_match(struct transit *t, uint32_t i, enum transit_side side, int64_t t_ns,
	const struct transit_key *k)
{
	struct transittab_entry *e = &t->tab.pool[i];
	bool turned = t_ns < e->t_ns || (t_ns == e->t_ns && side == TRANSIT_INNER);
	enum transit_side first = turned ? side : !side;
	int64_t first_ns = turned ? t_ns : e->t_ns, second_ns = turned ? e->t_ns : t_ns;
	struct transittab_entry shown = *e;

	if (!(shown.flags & FLAG_AMBIGUOUS) && overtaken(t, first, first_ns, second_ns)) {
		shown.flags |= FLAG_REORDERED;
		t->counts.reordered++;
	}
	if (transitkey_ends_kept(&e->ends, &k->ends) < 2) {
		shown.flags |= FLAG_TRANSLATED;
		t->counts.translated++;
	}
	t->counts.ambiguous += (shown.flags & FLAG_AMBIGUOUS) != 0;
	t->counts.forwarded[first]++;
	shown.t_ns = first_ns;
	if (turned)
		shown.ends = k->ends;
	hand_out(t, &shown, first, second_ns - first_ns);
	transittab_remove(&t->tab, i);
	if (!turned)
		e->ends = k->ends;
	e->list = (uint8_t)(FORWARDED_INNER + !first);
	e->t_ns = second_ns;
	transittab_insert(&t->tab, i);
}

static void
wait_for_other(struct transit *t, enum transit_side side, int64_t t_ns, const struct transit_key *k)
{
	uint32_t i = transittab_new(&t->tab);
	struct transittab_entry *e = &t->tab.pool[i];

	e->content = k->content;
	e->t_ns = t_ns;
	e->ends = k->ends;
	e->bytes = k->bytes;
	e->flags = k->bytes > TRANSIT_WIRE_MAX_BYTES ? FLAG_MERGED : 0;
	e->list = (uint8_t)side;
	transittab_insert(&t->tab, i);
}

static void
take_sighting(struct transit *t, const struct sighting *s)
{
	const struct transit_key *k = &s->key;
	struct found f;

	expire(t, s->t_ns);
	f = find_waiting(t, !s->side, s->t_ns, k);
	if (f.index != TRANSITTAB_NONE)
		take_match(t, f.index, s->side, s->t_ns, k);
	else if (is_duplicate(t, s->side, s->t_ns, k))
		t->counts.duplicates++;
	else
		wait_for_other(t, s->side, s->t_ns, k);
}

/* ---- order of time ---- */

static struct sighting *
window_at(struct window *w, uint32_t i)
{
	return &w->ring[(w->first + i) % WINDOW_MAX];
}

/* Those that are old enough, or all. */
static void
window_drain(struct transit *t, int64_t width_ns)
{
	struct window *w = &t->window;

	while (w->n && tstamp_diff(t->newest_ns, window_at(w, 0)->t_ns) >= width_ns) {
		take_sighting(t, window_at(w, 0));
		w->first++;
		w->n--;
	}
}

/* Nearly always the new one is the youngest, and nothing moves. */
static void
window_add(struct transit *t, const struct sighting *s)
{
	struct window *w = &t->window;
	uint32_t i;

	if (w->n == WINDOW_MAX) {
		take_sighting(t, window_at(w, 0));
		w->first++;
		w->n--;
	}
	for (i = w->n++; i && window_at(w, i - 1)->t_ns > s->t_ns; i--)
		*window_at(w, i) = *window_at(w, i - 1);
	*window_at(w, i) = *s;
}

static void
pass_time(struct transit *t, int64_t t_ns)
{
	if (t->newest_ns != TSTAMP_NONE && tstamp_diff(t_ns, t->newest_ns) < -TRANSIT_STEP_NS) {
		window_drain(t, 0);
		restart(t);
		t->counts.clock_steps++;
		t->newest_ns = t_ns;
	}
	if (t_ns > t->newest_ns) /* TSTAMP_NONE is below all */
		t->newest_ns = t_ns;
}

void
transit_add(struct transit *t, enum transit_side side, int64_t t_ns, const struct packet *p)
{
	struct sighting s = {.t_ns = t_ns, .side = side};

	t->counts.packets[side]++;
	if (t_ns == TSTAMP_NONE) {
		t->counts.untimed++;
		return;
	}
	pass_time(t, t_ns);
	switch (transitkey_of(&s.key, p, t->params.limit_bytes)) {
	case TRANSIT_KIND_PACKET:
		t->counts.merged += s.key.bytes > TRANSIT_WIRE_MAX_BYTES;
		window_add(t, &s);
		break;
	case TRANSIT_KIND_LOCAL:
		t->counts.local++;
		break;
	case TRANSIT_KIND_UNDECODED:
		t->counts.undecoded++;
		break;
	}
	window_drain(t, WINDOW_NS);
}

/* ---- beginning and end ---- */

struct transit *
transit_new(const struct transit_params *params,
	void (*sink)(void *ctx, const struct transit_row *row), void *ctx)
{
	struct transit *t = xcalloc(1, sizeof *t);

	t->params = *params;
	t->sink = sink;
	t->ctx = ctx;
	transittab_init(&t->tab);
	t->newest_ns = TSTAMP_NONE;
	for (int k = 0; k < 2; k++)
		t->frontier[k] = (struct frontier){TSTAMP_NONE, TSTAMP_NONE};
	return t;
}

void
transit_finish(struct transit *t)
{
	window_drain(t, 0);
	expire(t, t->newest_ns);
	restart(t);
	t->counts.evicted = t->tab.evicted;
}

void
transit_free(struct transit *t)
{
	if (!t)
		return;
	transittab_release(&t->tab);
	free(t);
}

const struct transit_counts *
transit_counts(const struct transit *t)
{
	return &t->counts;
}
