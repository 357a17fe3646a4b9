/*
 * tcpobs - see tcpobs.h.
 */
#include "analyze/tcpobs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/rateobs.h"

const char *
tcpobs_metric_name(int m)
{
	static const char *const names[TCPOBS_N_METRICS] = {
		"tcp_handshake_ns", "tcp_ack_ns", "tcp_timestamp_ns", "goodput_bps"};

	return names[m];
}

struct tcpobs_ends
tcpobs_ends_of(const struct flow *f, int first)
{
	struct tcpobs_ends e = {.family = f->family, .port = {f->port[first], f->port[!first]}};

	memcpy(e.addr[0], f->addr[first], 16);
	memcpy(e.addr[1], f->addr[!first], 16);
	return e;
}

static void
take_sample(void *ctx, const struct tcprtt_sample *s)
{
	struct tcpobs *o = ctx;

	values_add_ns(&o->values[s->kind], s->rtt_ns, s->flags & o->excluded_flags);
	if (!o->keep_rows)
		return;
	GROW(o->rows, o->n_rows, o->cap_rows);
	o->rows[o->n_rows++] = (struct tcpobs_row){.t_ns = s->t_ns,
		.rtt_ns = s->rtt_ns,
		.flags = s->flags,
		.kind = (uint8_t)s->kind,
		.ends = tcpobs_ends_of(s->flow, s->from)};
}

static void
take_flow(void *ctx, const struct tcprtt_flow *f)
{
	struct tcpobs *o = ctx;

	if (o->rates)
		rateobs_add_tcp(o->rates, f);
	for (int i = 0; i < 2; i++)
		if (!isnan(f->goodput_bps[i]))
			values_add(&o->values[TCPOBS_GOODPUT], f->goodput_bps[i]);
	if (!o->keep_flows)
		return;
	GROW(o->flows, o->n_flows, o->cap_flows);
	o->flows[o->n_flows++] = (struct tcpobs_flow){.ends = tcpobs_ends_of(f->flow, f->client),
		.t_ns = f->t_ns,
		.duration_ns = f->duration_ns,
		.handshake_ns = f->handshake_ns,
		.packets = f->packets,
		.bytes = f->bytes,
		.retransmitted = f->retransmitted,
		.reordered = f->reordered,
		.flags = f->flags,
		.end = (uint8_t)f->end};
}

struct tcprtt_params
tcpobs_params(struct tcpobs *o)
{
	return (struct tcprtt_params){take_sample, take_flow, o};
}

static int
rows_by_time(const void *a, const void *b)
{
	const struct tcpobs_row *x = a, *y = b;

	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return memcmp(&x->ends, &y->ends, sizeof x->ends);
}

static int
flows_by_time(const void *a, const void *b)
{
	const struct tcpobs_flow *x = a, *y = b;

	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	return memcmp(&x->ends, &y->ends, sizeof x->ends);
}

void
tcpobs_finish(struct tcpobs *o, const struct tcprtt_counts *counts)
{
	o->counts = *counts;
	if (o->n_rows)
		qsort(o->rows, o->n_rows, sizeof *o->rows, rows_by_time);
	if (o->n_flows)
		qsort(o->flows, o->n_flows, sizeof *o->flows, flows_by_time);
}

void
tcpobs_release(struct tcpobs *o)
{
	for (int i = 0; i < TCPOBS_N_METRICS; i++)
		values_release(&o->values[i]);
	free(o->rows);
	free(o->flows);
	o->rows = NULL;
	o->flows = NULL;
	o->n_rows = o->n_flows = 0;
}
