/*
 * samples_pairs - rows about two points: requests through a proxy, packets in transit; see
 * samples.h.
 */
#include <arpa/inet.h>

#include "analyze/proxy.h"
#include "analyze/samples_int.h"
#include "analyze/transits.h"

/* ---- proxies ---- */

static void
add_proxy_row(struct strbuf *b, const struct proxy_sample *v)
{
	const struct http_sample *s = v->request;

	add_time(b, s->t_request_ns);
	add_time(b, s->latency_ns);
	add_time(b, v->latency_outer_ns);
	add_time(b, v->overhead_ns);
	add_wire_text(b, s->method);
	add_wire_text(b, s->uri);
	add_text(b, proxy_class_name((enum proxy_class)v->cls));
	flags_add(b, v->flags);
}

enum vstatus
samples_add_proxy(struct samples_writer *w, const struct proxy_job *j, struct verr *err)
{
	struct row_frame f = row_frame(w, j->sr, j->inner);
	enum vstatus st = V_OK;

	add_text(&f.start, j->outer->point);
	for (size_t i = 0; st == V_OK && i < j->n; i++) {
		strbuf_add(&w->rows, f.start.p, f.start.n);
		add_proxy_row(&w->rows, &j->samples[i]);
		strbuf_adds(&w->rows, f.end);
		st = flush(w, FLUSH_BYTES, err);
	}
	row_frame_release(&f);
	return st;
}

/* ---- packets in transit ---- */

static void
use_frame_of(struct samples_writer *w, const struct transits_job *j)
{
	if (w->job == j)
		return;
	if (w->job)
		row_frame_release(&w->frame);
	w->job = j;
	w->frame = row_frame(w, j->sr, j->point[TRANSIT_INNER].o);
	add_text(&w->frame.start, j->point[TRANSIT_OUTER].o->point);
}

static const char *
proto_name(const struct transit_ends *e)
{
	static const struct {
		uint8_t proto;
		const char *name;
	} known[] = {{1, "icmp"}, {6, "tcp"}, {17, "udp"}, {58, "icmpv6"}, {132, "sctp"}};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].proto == e->proto)
			return known[i].name;
	return NULL;
}

/* Addresses, with ports where there are any. */
static void
add_transit_end(struct strbuf *b, const struct transit_ends *e, int end)
{
	char text[INET6_ADDRSTRLEN];

	if ((e->proto == 6 || e->proto == 17) && (e->port[0] || e->port[1])) {
		add_end(b, e->family, e->addr[end], e->port[end]);
		return;
	}
	strbuf_adds(
		b, inet_ntop(e->family == 6 ? AF_INET6 : AF_INET, e->addr[end], text, sizeof text));
	strbuf_addc(b, ',');
}

enum vstatus
samples_add_transit(struct samples_writer *w, const struct transits_job *j,
	const struct transit_row *row, struct verr *err)
{
	struct strbuf *b = &w->rows;
	const char *proto = proto_name(row->ends);

	use_frame_of(w, j);
	strbuf_add(b, w->frame.start.p, w->frame.start.n);
	add_time(b, row->t_ns);
	add_transit_end(b, row->ends, 0);
	add_transit_end(b, row->ends, 1);
	if (proto)
		strbuf_adds(b, proto);
	else
		strbuf_add_u64(b, row->ends->proto);
	strbuf_addc(b, ',');
	add_count(b, row->bytes);
	add_time(b, row->delay_ns);
	flags_add(b, row->flags);
	strbuf_adds(b, w->frame.end);
	return flush(w, FLUSH_BYTES, err);
}
