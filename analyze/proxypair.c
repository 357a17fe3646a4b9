/*
 * proxypair - one sweep over both sides in order of time; see proxypair.h.
 *
 * A request in front of the proxy and an exchange behind it fit when method, path and host are the
 * same and the exchange lies within the request: it begins when the request has begun, and ends
 * before its response has.  One that fits exactly one request, which no other exchange fits, is
 * that request's: a miss.  As soon as several fit each other, nothing of what can be captured says
 * whose is whose: the proxy may have asked again, or once for several clients, or ahead of anybody,
 * and the answers are the same bytes.
 *
 * A request without an exchange of its own is a hit only if a cache can have answered it: GET or
 * HEAD, complete, with a status that may be stored.  What a proxy says in its own name (denied,
 * gateway error) is no hit, nor is a request that came while an exchange of the same URI was under
 * way that ended before it was answered: it may have waited for that one.
 *
 * Hosts are compared when the request names its host in the target, as requests to a forward proxy
 * do (RFC 9112 section 3.2.2: it sends on that very host); a reverse proxy may rewrite the Host
 * field.  What the snap length cut off is taken to fit, as is an exchange whose head was lost.
 *
 * The sweep holds what is open at a time, so the cost is the number of exchanges times how many
 * are concurrent.
 *
 * Not done: telling clients apart by X-Forwarded-For or other fields, rewritten paths.
 */
#include "analyze/proxypair.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "analyze/hash.h"

/* Status codes that a cache may store without being told to (RFC 9110 section 15.1), and 302, 304
 * and 307, which it may be told to, or give on its own. */
static const uint16_t storable[] = {
	200, 203, 204, 206, 300, 301, 302, 304, 307, 308, 404, 405, 410, 414, 416, 501};

const char *
proxy_class_name(enum proxy_class c)
{
	static const char *const names[PROXY_N_CLASSES] = {
		"miss", "hit", "undecidable", "tunnel", "failed"};

	return names[c];
}

/* ---- what was asked for ---- */

static struct slice
without_port_80(struct slice host)
{
	if (host.n > 3 && !memcmp(host.p + host.n - 3, ":80", 3))
		host.n -= 3;
	return host;
}

struct proxypair_target
proxypair_target(const struct http_sample *s)
{
	static const char scheme[] = "http://";
	struct slice uri = slice_of(s->uri ? s->uri : "");
	struct proxypair_target t = {.path = uri, .cut = s->uri_cut || !s->uri};
	size_t n = sizeof scheme - 1;
	const char *slash;

	if (s->host)
		t.host = without_port_80(slice_of(s->host));
	if (uri.n < n || strncasecmp(uri.p, scheme, n))
		return t;
	t.absolute = true;
	slash = memchr(uri.p + n, '/', uri.n - n);
	if (slash) {
		t.host = without_port_80((struct slice){uri.p + n, (size_t)(slash - uri.p) - n});
		t.path = (struct slice){slash, uri.n - (size_t)(slash - uri.p)};
	} else if (t.cut) { /* within the host */
		t.path.n = 0;
	} else {
		t.host = without_port_80((struct slice){uri.p + n, uri.n - n});
		t.path = slice_of("/");
	}
	return t;
}

static bool
paths_fit(const struct proxypair_target *a, const struct proxypair_target *b)
{
	size_t n = a->path.n < b->path.n ? a->path.n : b->path.n;

	if ((a->path.n < b->path.n && !a->cut) || (b->path.n < a->path.n && !b->cut))
		return false;
	return !n || !memcmp(a->path.p, b->path.p, n);
}

static bool
targets_fit(const struct proxypair_target *a, const struct proxypair_target *b)
{
	if (a->absolute && a->host.n && b->host.n &&
		(a->host.n != b->host.n || strncasecmp(a->host.p, b->host.p, a->host.n)))
		return false;
	return paths_fit(a, b);
}

static bool
methods_fit(const char *a, const char *b)
{
	return !*a || !*b || !strcmp(a, b);
}

bool
proxypair_fits(const struct http_sample *a, const struct http_sample *b)
{
	struct proxypair_target x = proxypair_target(a), y = proxypair_target(b);

	return methods_fit(a->method, b->method) && targets_fit(&x, &y);
}

/* ---- the sweep ---- */

/* One side's exchange, as the sweep needs it. */
struct exchange {
	const struct http_sample *s;
	struct proxypair_target target;
	uint64_t path; /* hash; 0 cut: look at the bytes */
	int64_t end_ns;
	bool ended; /* else end_ns is a guess */
	uint32_t index;
	uint32_t n_fit; /* of the other side */
	uint32_t fit;   /* the last of them */
	bool shared;    /* inner: it may have waited for another's exchange */
	bool crowded;   /* too much was open at its time */
};

struct open_list {
	struct exchange **items;
	size_t n;
};

struct sweep {
	struct exchange *inner;
	struct exchange *outer;
	size_t n_inner;
	size_t n_outer;
	struct open_list open[2]; /* inner, outer */
};

static bool
is_failed(const struct http_sample *s)
{
	return s->connection == UINT32_MAX;
}

static bool
is_tunnel(const struct http_sample *s)
{
	return !strcmp(s->method, "CONNECT");
}

/* The requests among the rows. */
static struct exchange *
exchanges_of(size_t *n, const struct httpobs_row *rows, size_t n_rows, int64_t expiry_ns)
{
	struct exchange *x = xcalloc(n_rows + 1, sizeof *x);

	*n = 0;
	for (size_t i = 0; i < n_rows; i++) {
		const struct http_sample *s = &rows[i].s;
		struct exchange *e = &x[*n];

		if (is_failed(s) || is_tunnel(s))
			continue;
		*e = (struct exchange){.s = s,
			.target = proxypair_target(s),
			.ended = s->latency_ns != TSTAMP_NONE,
			.index = (uint32_t)i};
		e->end_ns = tstamp_add(s->t_request_ns, e->ended ? s->latency_ns : expiry_ns);
		if (!e->target.cut)
			e->path = hash_bytes((const uint8_t *)e->target.path.p, e->target.path.n,
					  hash_seed()) |
				1;
		++*n;
	}
	return x;
}

/* As proxypair_fits(), with a look at the hashes first. */
static bool
fits(const struct exchange *in, const struct exchange *out)
{
	if (in->path && out->path && in->path != out->path)
		return false;
	return methods_fit(in->s->method, out->s->method) && targets_fit(&in->target, &out->target);
}

/* Those that ended before t_ns leave; false: no room for another. */
static bool
open_room(struct open_list *l, int64_t t_ns)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		if (l->items[i]->end_ns >= t_ns)
			l->items[n++] = l->items[i];
	l->n = n;
	return n < PROXYPAIR_OPEN_MAX;
}

static void
open_add(struct open_list *l, struct exchange *e)
{
	l->items[l->n++] = e;
}

/* A request begins: which exchanges behind the proxy may it be about to wait for? */
static void
begin_inner(struct sweep *w, struct exchange *in)
{
	struct open_list *under_way = &w->open[1];
	bool room = open_room(&w->open[0], in->s->t_request_ns);

	in->crowded = !open_room(under_way, in->s->t_request_ns) || !room;
	for (size_t i = 0; i < under_way->n && !in->shared; i++) {
		const struct exchange *out = under_way->items[i];

		in->shared = (!out->ended || out->end_ns <= in->end_ns) && fits(in, out);
	}
	if (room)
		open_add(&w->open[0], in);
}

/* An exchange begins: within which requests does it lie? */
static void
begin_outer(struct sweep *w, struct exchange *out)
{
	struct open_list *waiting = &w->open[0];

	out->crowded = !open_room(waiting, out->s->t_request_ns);
	for (size_t i = 0; i < waiting->n; i++) {
		struct exchange *in = waiting->items[i];

		if ((out->ended && in->ended && out->end_ns > in->end_ns) || !fits(in, out))
			continue;
		in->n_fit++;
		in->fit = (uint32_t)(out - w->outer);
		out->n_fit++;
		out->fit = (uint32_t)(in - w->inner);
	}
	if (open_room(&w->open[1], out->s->t_request_ns))
		open_add(&w->open[1], out);
}

static void
run_sweep(struct sweep *w)
{
	size_t i = 0, o = 0;

	for (int k = 0; k < 2; k++)
		w->open[k].items = xcalloc(PROXYPAIR_OPEN_MAX, sizeof *w->open[k].items);
	while (i < w->n_inner || o < w->n_outer) {
		bool inner_next = o == w->n_outer ||
			(i < w->n_inner &&
				w->inner[i].s->t_request_ns <= w->outer[o].s->t_request_ns);

		if (inner_next)
			begin_inner(w, &w->inner[i++]);
		else
			begin_outer(w, &w->outer[o++]);
	}
	free(w->open[0].items);
	free(w->open[1].items);
}

/* ---- classes ---- */

static bool
may_be_stored(const struct http_sample *s)
{
	if (s->latency_ns == TSTAMP_NONE || (strcmp(s->method, "GET") && strcmp(s->method, "HEAD")))
		return false;
	for (size_t i = 0; i < sizeof storable / sizeof *storable; i++)
		if (s->status == storable[i])
			return true;
	return false;
}

static enum proxy_class
class_of(const struct sweep *w, const struct exchange *in)
{
	const struct exchange *out = in->n_fit ? &w->outer[in->fit] : NULL;

	if (in->crowded || !in->s->uri || in->n_fit > 1)
		return PROXY_UNDECIDABLE;
	if (out)
		return out->n_fit == 1 && !out->crowded && out->s->uri ? PROXY_MISS
								       : PROXY_UNDECIDABLE;
	return !in->shared && may_be_stored(in->s) ? PROXY_HIT : PROXY_UNDECIDABLE;
}

struct mean {
	double sum;
	uint64_t n;
};

static void
mean_add(struct mean *m, const struct exchange *e)
{
	if (e->ended && e->n_fit) {
		m->sum += (double)e->s->latency_ns;
		m->n++;
	}
}

static void
classify(struct proxypair *p, const struct sweep *w)
{
	uint8_t *paired = xcalloc(w->n_outer + 1, 1);
	struct mean in = {0}, out = {0};

	for (size_t i = 0; i < w->n_inner; i++) {
		const struct exchange *e = &w->inner[i];
		enum proxy_class c = class_of(w, e);

		p->class_of[e->index] = (uint8_t)c;
		if (c == PROXY_MISS) {
			p->outer_of[e->index] = w->outer[e->fit].index;
			paired[e->fit] = 1;
		} else if (c == PROXY_UNDECIDABLE) {
			mean_add(&in, e);
		}
	}
	for (size_t i = 0; i < w->n_outer; i++) {
		if (paired[i])
			continue;
		p->undecidable_outer += w->outer[i].n_fit || w->outer[i].crowded;
		p->unpaired_outer += !w->outer[i].n_fit && !w->outer[i].crowded;
		mean_add(&out, &w->outer[i]);
	}
	p->mean_difference_ns =
		in.n && out.n ? in.sum / (double)in.n - out.sum / (double)out.n : NAN;
	free(paired);
}

void
proxypair_decide(struct proxypair *p, const struct httpobs_row *inner, size_t n_inner,
	const struct httpobs_row *outer, size_t n_outer, int64_t expiry_ns)
{
	struct sweep w = {0};

	*p = (struct proxypair){.class_of = xcalloc(n_inner + 1, 1),
		.outer_of = xmalloc((n_inner + 1) * sizeof *p->outer_of)};
	for (size_t i = 0; i < n_inner; i++) {
		p->outer_of[i] = PROXYPAIR_NONE;
		p->class_of[i] = is_failed(&inner[i].s) ? PROXY_FAILED : PROXY_TUNNEL;
	}
	w.inner = exchanges_of(&w.n_inner, inner, n_inner, expiry_ns);
	w.outer = exchanges_of(&w.n_outer, outer, n_outer, expiry_ns);
	run_sweep(&w);
	classify(p, &w);
	for (size_t i = 0; i < n_inner; i++)
		p->n[p->class_of[i]]++;
	free(w.inner);
	free(w.outer);
}

void
proxypair_release(struct proxypair *p)
{
	free(p->class_of);
	free(p->outer_of);
	*p = (struct proxypair){0};
}
