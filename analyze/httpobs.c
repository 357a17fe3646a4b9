/*
 * httpobs - see httpobs.h.
 */
#include "analyze/httpobs.h"

#include <stdlib.h>
#include <string.h>

const char *
httpobs_metric_name(enum httpobs_metric m)
{
	static const char *const names[HTTPOBS_N_METRICS] = {"latency_ns", "ttfb_ns", "connect_ns",
		"total_ns", "run_total_ns", "client_mean_ns"};

	return names[m];
}

static void
keep_row(struct httpobs *o, const struct http_sample *s)
{
	struct httpobs_row *r;

	GROW(o->rows, o->n_rows, o->cap_rows);
	r = &o->rows[o->n_rows++];
	r->s = *s;
	memset(r->addr, 0, sizeof r->addr);
	r->has_client = s->src != NULL;
	if (s->src)
		memcpy(r->addr[0], s->src, 16);
	memcpy(r->addr[1], s->dst, 16);
	strncpy(r->method, s->method ? s->method : "", sizeof r->method - 1);
	r->method[sizeof r->method - 1] = '\0';
	r->s.uri = s->uri ? xstrdup(s->uri) : NULL;
	r->s.host = s->host ? xstrdup(s->host) : NULL;
}

/* Few clients are usual, and the last one is the next one. */
static struct httpobs_client *
client_of(struct httpobs *o, const struct http_sample *s)
{
	struct httpobs_client *c;

	for (size_t i = o->n_clients; i-- > 0;)
		if (!memcmp(o->clients[i].addr, s->src, 16) && o->clients[i].family == s->family)
			return &o->clients[i];
	if (o->n_clients == HTTPOBS_CLIENTS_MAX) {
		o->too_many_clients = true;
		return NULL;
	}
	GROW(o->clients, o->n_clients, o->cap_clients);
	c = &o->clients[o->n_clients++];
	*c = (struct httpobs_client){
		.family = s->family, .first_ns = INT64_MAX, .last_ns = TSTAMP_NONE};
	memcpy(c->addr, s->src, 16);
	return c;
}

static void
note_client(struct httpobs *o, const struct http_sample *s)
{
	struct httpobs_client *c;
	int64_t start_ns = s->t_request_ns, end_ns;

	if (o->too_many_clients || !s->src || s->t_request_ns == TSTAMP_NONE)
		return;
	c = client_of(o, s);
	if (!c || s->latency_ns == TSTAMP_NONE)
		return;
	end_ns = tstamp_add(s->t_request_ns, s->latency_ns);
	if (s->total_ns != TSTAMP_NONE)
		start_ns = tstamp_diff(end_ns, s->total_ns);
	if (start_ns < c->first_ns)
		c->first_ns = start_ns;
	if (end_ns > c->last_ns)
		c->last_ns = end_ns;
	c->complete++;
}

void
httpobs_sink(void *ctx, const struct http_sample *s)
{
	struct httpobs *o = ctx;
	bool flagged = s->flags & o->excluded_flags;

	if (o->keep_rows)
		keep_row(o, s);
	if (!s->method)
		return;
	values_add_ns(&o->values[HTTPOBS_LATENCY], s->latency_ns, flagged);
	values_add_ns(&o->values[HTTPOBS_TTFB], s->ttfb_ns, flagged);
	values_add_ns(&o->values[HTTPOBS_CONNECT], s->connect_ns, false);
	values_add_ns(&o->values[HTTPOBS_TOTAL], s->total_ns, flagged);
	note_client(o, s);
}

static int
by_time(const void *a, const void *b)
{
	const struct http_sample *x = &((const struct httpobs_row *)a)->s;
	const struct http_sample *y = &((const struct httpobs_row *)b)->s;

	if (x->t_request_ns != y->t_request_ns)
		return x->t_request_ns < y->t_request_ns ? -1 : 1;
	if (x->connection != y->connection)
		return x->connection < y->connection ? -1 : 1;
	return (x->position > y->position) - (x->position < y->position);
}

static void
note_client_mean(struct httpobs *o)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < o->n_clients; i++) {
		const struct httpobs_client *c = &o->clients[i];

		if (!c->complete)
			continue;
		sum += (double)tstamp_diff(c->last_ns, c->first_ns) / (double)c->complete;
		n++;
	}
	if (n && !o->too_many_clients)
		values_add(&o->values[HTTPOBS_CLIENT_MEAN], sum / (double)n);
}

void
httpobs_finish(struct httpobs *o, const struct http_counts *counts)
{
	o->counts = *counts;
	if (counts->first_ns != TSTAMP_NONE && counts->last_ns != TSTAMP_NONE)
		values_add(&o->values[HTTPOBS_RUN_TOTAL],
			(double)tstamp_diff(counts->last_ns, counts->first_ns));
	note_client_mean(o);
	if (o->n_rows)
		qsort(o->rows, o->n_rows, sizeof *o->rows, by_time);
	for (size_t i = 0; i < o->n_rows; i++) { /* they have come to rest */
		struct httpobs_row *r = &o->rows[i];

		r->s.src = r->has_client ? r->addr[0] : NULL;
		r->s.dst = r->addr[1];
		r->s.method = r->method;
	}
}

void
httpobs_release(struct httpobs *o)
{
	for (size_t i = 0; i < o->n_rows; i++) {
		free((char *)(uintptr_t)o->rows[i].s.uri);
		free((char *)(uintptr_t)o->rows[i].s.host);
	}
	for (int i = 0; i < HTTPOBS_N_METRICS; i++)
		values_release(&o->values[i]);
	free(o->rows);
	free(o->clients);
	o->rows = NULL;
	o->clients = NULL;
	o->n_rows = o->n_clients = 0;
}
