/*
 * during - see during.h.
 */
#include "analyze/during.h"

#include <stdlib.h>
#include <string.h>

#include "core/tstamp.h"

const struct during_probe during_probes[DURING_N_PROBES] = {
	{"rtt", OBSERVE_ECHO}, {"http", OBSERVE_HTTP}, {"tcp", OBSERVE_TCP}};

static void
add(struct during *d, int64_t from_ns, int64_t lasted_ns)
{
	int64_t to_ns;

	if (from_ns == TSTAMP_NONE || lasted_ns == TSTAMP_NONE || lasted_ns <= 0 ||
		__builtin_add_overflow(from_ns, lasted_ns, &to_ns))
		return;
	GROW(d->items, d->n, d->cap);
	d->items[d->n++] = (struct usage_span){from_ns, to_ns};
}

static void
add_observation(struct during *d, const struct observation *o, unsigned what)
{
	for (size_t i = 0; (what & OBSERVE_ECHO) && i < o->n_samples; i++)
		add(d, o->samples[i].t_ns, o->samples[i].rtt_ns);
	for (size_t i = 0; (what & OBSERVE_HTTP) && i < o->http.n_rows; i++)
		add(d, o->http.rows[i].s.t_request_ns, o->http.rows[i].s.latency_ns);
	for (size_t i = 0; (what & OBSERVE_TCP) && i < o->tcp.n_flows; i++)
		add(d, o->tcp.flows[i].t_ns, o->tcp.flows[i].duration_ns);
}

static bool
on_clock(const struct observation *o, const char *host)
{
	const char *where = o->capture ? o->capture->host : o->tool ? o->tool->host : NULL;

	return !host || !where || !strcmp(host, where);
}

static int
span_cmp(const void *a, const void *b)
{
	const struct usage_span *x = a, *y = b;

	if (x->from_ns != y->from_ns)
		return x->from_ns < y->from_ns ? -1 : 1;
	return (x->to_ns > y->to_ns) - (x->to_ns < y->to_ns);
}

/* Stretches that touch become one; all of them do when the whole is wanted. */
static void
merge(struct during *d, enum during_extent extent)
{
	size_t n = 0;

	if (d->n)
		qsort(d->items, d->n, sizeof *d->items, span_cmp);
	for (size_t i = 0; i < d->n; i++) {
		struct usage_span *last = n ? &d->items[n - 1] : NULL;

		if (!last || (extent == DURING_IN_FLIGHT && d->items[i].from_ns > last->to_ns))
			d->items[n++] = d->items[i];
		else if (d->items[i].to_ns > last->to_ns)
			last->to_ns = d->items[i].to_ns;
	}
	d->n = n;
}

void
during_of(struct during *d, const struct study *s, const struct study_run *sr, unsigned what,
	const char *host, enum during_extent extent)
{
	*d = (struct during){0};
	for (size_t i = sr->first; i < sr->first + sr->n_observations; i++)
		if (on_clock(&s->observations[i], host))
			add_observation(d, &s->observations[i], what);
	merge(d, extent);
}

void
during_release(struct during *d)
{
	free(d->items);
	*d = (struct during){0};
}
