/*
 * rateobs - see rateobs.h.
 */
#include "analyze/rateobs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/bytes.h"

#define UDP_HEADER_BYTES 8

static double
rate_of(uint64_t bytes, uint64_t n_packets, int64_t span_ns)
{
	return n_packets > 1 && span_ns > 0 ? 8e9 * (double)bytes / (double)span_ns : NAN;
}

static struct rateobs_row *
add_row(struct rateobs *o, const struct flow *f, int from, int client)
{
	struct rateobs_row *r;

	GROW(o->rows, o->n_rows, o->cap_rows);
	r = &o->rows[o->n_rows++];
	*r = (struct rateobs_row){.reverse = from != client};
	r->ends = tcpobs_ends_of(f, from);
	return r;
}

void
rateobs_add_tcp(struct rateobs *o, const struct tcprtt_flow *f)
{
	for (int end = 0; end < 2; end++) {
		struct rateobs_row *r;

		if (!f->sent_bytes[end])
			continue;
		r = add_row(o, f->flow, end, f->client);
		r->proto = "tcp";
		r->t_ns = f->first_data_ns[end];
		r->duration_ns = tstamp_diff(f->last_data_ns[end], f->first_data_ns[end]);
		r->bytes = f->sent_bytes[end];
		r->throughput_bps = f->goodput_bps[end];
	}
}

/* ---- UDP ---- */

struct half {
	int64_t first_ns;
	int64_t last_ns;
	uint64_t bytes;
	uint64_t packets;
};

struct conversation {
	struct flow flow; /* first: the table's */
	int client;
	struct half half[2];
};

struct rateobs_udp {
	struct rateobs *o;
	struct flows *flows;
};

static void
take_conversation(void *ctx, struct flow *flow, enum flow_end why)
{
	struct rateobs *o = ctx;
	const struct conversation *c = (const struct conversation *)flow;

	o->evicted += why == FLOW_EVICTED;
	for (int end = 0; end < 2; end++) {
		const struct half *h = &c->half[end];
		struct rateobs_row *r;

		if (!h->packets)
			continue;
		r = add_row(o, flow, end, c->client);
		r->proto = "udp";
		r->t_ns = h->first_ns;
		r->duration_ns = tstamp_diff(h->last_ns, h->first_ns);
		r->bytes = h->bytes;
		r->packets = h->packets;
		r->throughput_bps = rate_of(h->bytes, h->packets, r->duration_ns);
	}
}

struct rateobs_udp *
rateobs_udp_new(struct rateobs *o)
{
	struct rateobs_udp *u = xcalloc(1, sizeof *u);

	u->o = o;
	u->flows = flows_new(sizeof(struct conversation), take_conversation, o);
	return u;
}

/* The length field, or what is there where that is 0 (segmentation offload). */
static uint32_t
payload_bytes(const struct packet *p)
{
	uint32_t len = (uint32_t)p->l4[4] << 8 | p->l4[5];

	if (len < UDP_HEADER_BYTES)
		len = p->l4_len;
	return len > UDP_HEADER_BYTES ? len - UDP_HEADER_BYTES : 0;
}

void
rateobs_udp_add(struct rateobs_udp *u, int64_t t_ns, const struct packet *p)
{
	struct conversation *c;
	struct half *h;
	bool fresh;
	int from;

	if (p->cls != PACKET_UDP || t_ns == TSTAMP_NONE)
		return;
	c = (struct conversation *)flows_get(u->flows, p, t_ns, &from, &fresh);
	if (fresh)
		c->client = from;
	h = &c->half[from];
	if (!h->packets++)
		h->first_ns = h->last_ns = t_ns;
	if (t_ns > h->last_ns)
		h->last_ns = t_ns;
	h->bytes += payload_bytes(p);
}

void
rateobs_udp_finish(struct rateobs_udp *u)
{
	flows_finish(u->flows);
	flows_free(u->flows);
	free(u);
}

/* ---- */

static int
by_time(const void *a, const void *b)
{
	const struct rateobs_row *x = a, *y = b;

	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	return memcmp(&x->ends, &y->ends, sizeof x->ends);
}

void
rateobs_finish(struct rateobs *o)
{
	if (o->n_rows)
		qsort(o->rows, o->n_rows, sizeof *o->rows, by_time);
}

void
rateobs_release(struct rateobs *o)
{
	free(o->rows);
	*o = (struct rateobs){.rows = NULL};
}

double
rateobs_total(const struct rateobs *o, const char *proto, bool reverse)
{
	int64_t first_ns = INT64_MAX, last_ns = INT64_MIN + 1;
	uint64_t bytes = 0, n = 0;

	for (size_t i = 0; i < o->n_rows; i++) {
		const struct rateobs_row *r = &o->rows[i];
		int64_t end_ns;

		if (strcmp(r->proto, proto) != 0 || r->reverse != reverse)
			continue;
		bytes += r->bytes;
		n += isnan(r->throughput_bps) ? 1 : 2;
		if (r->t_ns < first_ns)
			first_ns = r->t_ns;
		end_ns = tstamp_add(r->t_ns, r->duration_ns);
		if (end_ns > last_ns)
			last_ns = end_ns;
	}
	return n ? rate_of(bytes, n, tstamp_diff(last_ns, first_ns)) : NAN;
}
