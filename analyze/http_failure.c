/*
 * http_failure - connections that never opened; see http.h.
 *
 * One is a row too, if servers at its port spoke HTTP in this capture or the port is one of the
 * usual ones: refused (answered by RST), unreachable (ICMP error), timed out (no answer).  Which
 * ports that are is known at the end of the capture only, so HTTP_FAILED_MAX of them are
 * remembered until then; those beyond are counted.
 */
#include <string.h>

#include "analyze/http_int.h"
#include "core/alloc.h"
#include "core/bytes.h"
#include "core/tstamp.h"

#define LINKTYPE_RAW 101
#define ICMP_ERROR_BYTES 8 /* in front of the packet that it is about */

void
http_failure_keep(struct http *h, const struct http_conn *c, uint32_t flag)
{
	struct http_failure *f;

	if (h->n_failures == HTTP_FAILED_MAX) {
		h->counts.failed_refused++;
		return;
	}
	GROW(h->failures, h->n_failures, h->cap_failures);
	f = &h->failures[h->n_failures++];
	f->t_ns = c->t_syn_ns;
	f->family = c->flow.family;
	f->flag = flag;
	for (int i = 0; i < 2; i++) {
		int end = i ? !c->client : c->client;

		memcpy(f->addr[i], c->flow.addr[end], 16);
		f->port[i] = c->flow.port[end];
	}
}

/* An ICMP error about a connection that has not opened. */
void
http_failure_icmp(struct http *h, const struct packet *p)
{
	uint8_t unreachable = p->family == 4 ? 3 : 1; /* RFC 792, RFC 4443 section 3.1 */
	struct packet about;
	struct http_conn *c;
	int from;

	if (p->l4_caplen <= ICMP_ERROR_BYTES || p->l4[0] != unreachable)
		return;
	packet_decode(&about, LINKTYPE_RAW, p->l4 + ICMP_ERROR_BYTES,
		p->l4_caplen - ICMP_ERROR_BYTES, p->l4_len - ICMP_ERROR_BYTES);
	/* Eight bytes of the TCP header are enough for the ports. */
	if (!about.family || about.proto != 6 || !about.l4 || about.l4_caplen < 8)
		return;
	about.sport = be16(about.l4);
	about.dport = be16(about.l4 + 2);
	c = (struct http_conn *)(void *)flows_find(h->flows, &about, &from);
	if (c && c->syn && !c->accepted && from == c->client)
		c->failure = FLAG_UNREACHABLE;
}

void
http_failures_hand_out(struct http *h)
{
	for (size_t i = 0; i < h->n_failures; i++) {
		const struct http_failure *f = &h->failures[i];
		struct http_sample s = {
			.t_request_ns = f->t_ns,
			.t_request_last_ns = TSTAMP_NONE,
			.connect_ns = TSTAMP_NONE,
			.ttfb_ns = TSTAMP_NONE,
			.latency_ns = TSTAMP_NONE,
			.total_ns = TSTAMP_NONE,
			.request_bytes = HTTP_BYTES_NONE,
			.response_bytes = HTTP_BYTES_NONE,
			.family = f->family,
			.src = f->addr[0],
			.dst = f->addr[1],
			.sport = f->port[0],
			.dport = f->port[1],
			.connection = UINT32_MAX,
			.flags = f->flag,
		};

		if (http_port_known(h, f->port[1]))
			http_hand_out(h, &s);
	}
}
