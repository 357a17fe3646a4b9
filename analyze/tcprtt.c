/*
 * tcprtt - TCP connections and what became of them; see tcprtt.h.
 *
 * A packet goes to its connection (flow.c) and there to its direction: data are tcprtt_data.c's,
 * acknowledgments tcprtt_ack.c's, time stamps tcprtt_stamp.c's.  Here a connection opens, with the
 * round trips of its handshake, and ends.
 *
 * A packet that equals one of the last COPY_LOOKBACK of its direction within TCPRTT_COPY_NS, IP-ID
 * included, is a copy (the capture saw it twice) and counted; nothing else is made of it.
 */
#include "analyze/tcprtt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/tcprtt_int.h"
#include "core/alloc.h"
#include "core/tstamp.h"

const char *
tcprtt_kind_name(enum tcprtt_kind kind)
{
	static const char *const names[TCPRTT_N_KINDS] = {"handshake", "ack", "timestamp"};

	return names[kind];
}

const char *
tcprtt_end_name(enum tcprtt_end end)
{
	static const char *const names[] = {"open", "fin", "reset", "refused", "evicted"};

	return names[end];
}

/* ---- samples ---- */

void
tcprtt_emit(struct tcprtt *r, const struct tcprtt_conn *c, int from, enum tcprtt_kind kind,
	int64_t t_ns, int64_t answer_ns, uint32_t flags)
{
	struct tcprtt_sample s = {
		.t_ns = t_ns,
		.rtt_ns = tstamp_diff(answer_ns, t_ns),
		.kind = kind,
		.flags = flags,
		.flow = &c->flow,
		.from = from,
	};

	if (s.rtt_ns < 0)
		s.flags |= FLAG_NEGATIVE;
	r->counts.samples[kind]++;
	r->counts.delayed += (s.flags & FLAG_DELAYED) != 0;
	r->params.sample(r->params.ctx, &s);
}

static void
emit_handshake(struct tcprtt *r, struct tcprtt_conn *c, int from, int64_t t_ns, int64_t answer_ns)
{
	tcprtt_emit(r, c, from, TCPRTT_HANDSHAKE, t_ns, answer_ns, 0);
	tcprtt_note_rtt(&c->half[from], tstamp_diff(answer_ns, t_ns));
}

/* ---- connections ---- */

static void
conn_init(struct tcprtt_conn *c, int64_t t_ns)
{
	struct flow flow = c->flow;

	memset(c, 0, sizeof *c);
	c->flow = flow;
	c->client = 2;
	c->t_first_ns = c->t_last_ns = t_ns;
	c->t_syn_ns = c->t_syn_ack_ns = c->t_open_ns = TSTAMP_NONE;
}

static double
goodput(const struct tcprtt_half *h)
{
	int64_t span_ns = h->n_data < 2 ? 0 : tstamp_diff(h->t_last_data_ns, h->t_first_data_ns);

	return span_ns > 0 ? 8e9 * (double)h->bytes / (double)span_ns : NAN;
}

static enum tcprtt_end
end_of(const struct tcprtt_conn *c, enum flow_end why)
{
	if (c->refused)
		return TCPRTT_REFUSED;
	if (c->reset)
		return TCPRTT_RESET;
	if (c->half[0].fin && c->half[1].fin)
		return TCPRTT_FIN;
	return why == FLOW_EVICTED ? TCPRTT_EVICTED : TCPRTT_OPEN;
}

static void
hand_out(struct tcprtt *r, struct tcprtt_conn *c, enum flow_end why)
{
	struct tcprtt_flow f = {
		.flow = &c->flow,
		.client = c->client > 1 ? 0 : c->client,
		.t_ns = c->t_first_ns,
		.duration_ns = tstamp_diff(c->t_last_ns, c->t_first_ns),
		.handshake_ns = c->t_open_ns == TSTAMP_NONE || c->t_syn_ns == TSTAMP_NONE
			? TSTAMP_NONE
			: tstamp_diff(c->t_open_ns, c->t_syn_ns),
		.packets = c->packets,
		.bytes = c->half[0].bytes + c->half[1].bytes,
		.payload = c->payload,
		.retransmitted = c->retransmitted,
		.reordered = c->reordered,
		.zero_windows = c->zero_windows,
		.goodput_bps = {goodput(&c->half[0]), goodput(&c->half[1])},
		.sent_bytes = {c->half[0].bytes, c->half[1].bytes},
		.first_data_ns = {c->half[0].t_first_data_ns, c->half[1].t_first_data_ns},
		.last_data_ns = {c->half[0].t_last_data_ns, c->half[1].t_last_data_ns},
		.end = end_of(c, why),
		.flags = c->flags,
	};

	r->counts.flows++;
	r->counts.bytes += f.bytes;
	r->counts.refused += c->refused;
	r->counts.unopened += c->t_syn_ns == TSTAMP_NONE;
	if (r->params.flow)
		r->params.flow(r->params.ctx, &f);
}

static void
conn_end(struct tcprtt *r, struct tcprtt_conn *c, enum flow_end why)
{
	if (!c->over)
		hand_out(r, c, why);
	c->over = true;
	tcprtt_release(r, &c->half[0]);
	tcprtt_release(r, &c->half[1]);
}

static void
flow_ends(void *ctx, struct flow *f, enum flow_end why)
{
	conn_end(ctx, (struct tcprtt_conn *)(void *)f, why);
}

static void
open_half(struct tcprtt_half *h, const struct segment *seg)
{
	if (!h->started)
		tcprtt_start(h, seg->seq + 1);
}

/* SYN and SYN/ACK; the payload of a SYN (TCP Fast Open) is not timed. */
static void
synchronise(struct tcprtt *r, struct tcprtt_conn *c, int from, struct segment *seg, int64_t t_ns,
	bool fresh)
{
	if (seg->flags & TCP_ACK) {
		c->syn_ack_again |= c->t_syn_ack_ns != TSTAMP_NONE;
		if (c->client > 1)
			c->client = (uint8_t)!from;
		if (c->t_syn_ns != TSTAMP_NONE && c->t_syn_ack_ns == TSTAMP_NONE && !c->syn_again)
			emit_handshake(r, c, !from, c->t_syn_ns, t_ns);
		if (c->t_syn_ack_ns == TSTAMP_NONE)
			c->t_syn_ack_ns = t_ns;
		open_half(&c->half[from], seg);
	} else if (!fresh && c->t_syn_ns != TSTAMP_NONE && c->isn == seg->seq) {
		c->syn_again = true;
		c->retransmitted++;
		r->counts.retransmitted++;
	} else {
		if (!fresh) {
			conn_end(r, c, FLOW_CLOSED);
			flows_reopen(r->flows, &c->flow);
			conn_init(c, t_ns);
		}
		c->client = (uint8_t)from;
		c->t_syn_ns = t_ns;
		c->isn = seg->seq;
		open_half(&c->half[from], seg);
	}
	seg->seq++;
}

static void
note_open(
	struct tcprtt *r, struct tcprtt_conn *c, int from, const struct segment *seg, int64_t t_ns)
{
	if (c->t_open_ns != TSTAMP_NONE || c->t_syn_ns == TSTAMP_NONE || from != c->client)
		return;
	if (c->t_syn_ack_ns == TSTAMP_NONE && seg->seq != c->isn + 1)
		return;
	c->t_open_ns = t_ns;
	if (c->t_syn_ack_ns != TSTAMP_NONE && !c->syn_ack_again)
		emit_handshake(r, c, !from, c->t_syn_ack_ns, t_ns);
}

static bool
same_print(const struct print *a, const struct print *b)
{
	return a->seq == b->seq && a->ack == b->ack && a->len == b->len && a->tsval == b->tsval &&
		a->ip_id == b->ip_id && a->window == b->window && a->flags == b->flags;
}

/*
 * ACKs without payload repeat lawfully, and hosts that draw their IP-IDs by lot may repeat
 * those; so they are copies only where segments with payload, SYN or FIN have come twice too.
 */
static bool
is_copy(struct tcprtt_conn *c, int from, const struct segment *seg, const struct packet *p,
	int64_t t_ns)
{
	struct tcprtt_half *h = &c->half[from];
	bool pure = !seg->len && !(seg->flags & (TCP_SYN | TCP_FIN));
	struct print now = {.t_ns = t_ns,
		.seq = seg->seq,
		.ack = seg->ack,
		.len = seg->len,
		.tsval = seg->tsval,
		.ip_id = p->ip_id,
		.window = seg->window,
		.flags = seg->flags};
	uint32_t n = h->n_prints < COPY_LOOKBACK ? h->n_prints : COPY_LOOKBACK;

	for (uint32_t i = 0; i < n && (!pure || c->copied); i++) {
		const struct print *old = &h->prints[i];

		if (same_print(old, &now) && tstamp_diff(t_ns, old->t_ns) <= TCPRTT_COPY_NS) {
			c->copied = true;
			return true;
		}
	}
	h->prints[h->n_prints % COPY_LOOKBACK] = now;
	h->n_prints =
		(uint8_t)(h->n_prints + 1 == 2 * COPY_LOOKBACK ? COPY_LOOKBACK : h->n_prints + 1);
	return false;
}

static void
note_data(struct tcprtt_half *h, int64_t t_ns)
{
	if (!h->n_data++)
		h->t_first_data_ns = t_ns;
	h->t_last_data_ns = t_ns;
}

static void
note_window(struct tcprtt *r, struct tcprtt_conn *c, int from, const struct segment *seg)
{
	struct tcprtt_half *other = &c->half[!from];
	bool zero = !seg->window && !(seg->flags & (TCP_SYN | TCP_RST | TCP_FIN));

	if (zero && !other->zero_window) {
		c->zero_windows++;
		r->counts.zero_windows++;
	}
	other->zero_window = zero;
}

static void
reset(struct tcprtt *r, struct tcprtt_conn *c, int from, int64_t t_ns)
{
	r->counts.resets += !c->reset;
	c->reset = true;
	if (c->t_syn_ns != TSTAMP_NONE && c->t_syn_ack_ns == TSTAMP_NONE && from != c->client)
		c->refused = true;
	flows_close(r->flows, &c->flow, t_ns);
}

static void
finish_half(struct tcprtt *r, struct tcprtt_conn *c, struct tcprtt_half *h, int64_t t_ns)
{
	h->fin = true;
	if (c->half[0].fin && c->half[1].fin)
		flows_close(r->flows, &c->flow, t_ns);
}

static void
add_segment(struct tcprtt *r, struct tcprtt_conn *c, int from, const struct packet *p,
	struct segment *seg, int64_t t_ns, bool fresh)
{
	struct tcprtt_half *h = &c->half[from];

	segment_options(seg, p);
	if (is_copy(c, from, seg, p, t_ns)) {
		r->counts.copies++;
		return;
	}
	if (seg->flags & TCP_SYN)
		synchronise(r, c, from, seg, t_ns, fresh);
	c->packets++;
	c->payload += seg->len;
	c->t_last_ns = t_ns;
	if (c->client > 1)
		c->client = (uint8_t)from;
	if (seg->flags & TCP_RST) {
		reset(r, c, from, t_ns);
		return;
	}
	if (!h->started)
		tcprtt_start(h, seg->seq);
	note_window(r, c, from, seg);
	if ((seg->flags & (TCP_ACK | TCP_SYN)) == TCP_ACK)
		note_open(r, c, from, seg, t_ns);
	if (seg->flags & TCP_ACK)
		tcprtt_add_ack(r, c, from, seg, t_ns);
	if (seg->has_timestamps && seg->flags & TCP_ACK)
		tcprtt_match_echo(r, c, from, seg, t_ns);
	if (seg->len)
		note_data(h, t_ns);
	if (seg->len && seg->has_timestamps)
		tcprtt_add_stamp(h, seg, t_ns);
	if (seg->len || seg->flags & TCP_FIN)
		tcprtt_add_data(r, c, h, seg, t_ns);
	if (seg->flags & TCP_FIN)
		finish_half(r, c, h, t_ns);
}

/* ---- */

struct tcprtt *
tcprtt_new(const struct tcprtt_params *params)
{
	struct tcprtt *r = xcalloc(1, sizeof *r);

	r->params = *params;
	r->flows = flows_new(sizeof(struct tcprtt_conn), flow_ends, r);
	r->counts.first_ns = r->counts.last_ns = TSTAMP_NONE;
	return r;
}

void
tcprtt_free(struct tcprtt *r)
{
	if (!r)
		return;
	flows_free(r->flows);
	free(r);
}

void
tcprtt_add(struct tcprtt *r, int64_t t_ns, const struct packet *p)
{
	struct segment seg;
	struct tcprtt_conn *c;
	bool fresh;
	int from;

	if (p->cls != PACKET_TCP)
		return;
	if (t_ns == TSTAMP_NONE) {
		r->counts.untimed++;
		return;
	}
	if (r->counts.first_ns == TSTAMP_NONE || t_ns < r->counts.first_ns)
		r->counts.first_ns = t_ns;
	if (t_ns > r->counts.last_ns)
		r->counts.last_ns = t_ns;
	r->counts.packets++;
	segment_decode(&seg, p);
	c = (struct tcprtt_conn *)(void *)flows_get(r->flows, p, t_ns, &from, &fresh);
	if (fresh)
		conn_init(c, t_ns);
	add_segment(r, c, from, p, &seg, t_ns, fresh);
}

void
tcprtt_finish(struct tcprtt *r)
{
	flows_finish(r->flows);
	r->counts.evicted = flows_evicted(r->flows);
}

const struct tcprtt_counts *
tcprtt_counts(const struct tcprtt *r)
{
	return &r->counts;
}
