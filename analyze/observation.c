/*
 * observation - read the captures of a point, or the output of a ping program; see
 * observation.h.
 */
#include "analyze/observation.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/fragments.h"
#include "analyze/in_ping.h"
#include "analyze/loadobs.h"
#include "core/alloc.h"
#include "core/file.h"
#include "core/trace.h"
#include "core/tstamp.h"

#define HEAD_BYTES 16384 /* of a text that should show what it is */

struct observation
observation_of_point(const struct run *run, const struct run_point *point)
{
	return (struct observation){
		.run = run,
		.capture = point,
		.point = point->name,
		.order = point->order,
		.dropped = run_point_dropped(point),
	};
}

struct observation
observation_of_tool(const struct run *run, const struct run_tool *tool)
{
	return (struct observation){
		.run = run,
		.tool = tool,
		.point = POINT_APP,
		.order = POINT_APP_ORDER,
	};
}

struct observation
observation_of_load(const struct run *run, const struct run_tool *tool)
{
	struct observation o = observation_of_tool(run, tool);

	o.is_load = true;
	return o;
}

void
observation_free_samples(struct observation *o)
{
	free(o->rtt_ns);
	free(o->samples);
	httpobs_release(&o->http);
	tcpobs_release(&o->tcp);
	rateobs_release(&o->rates);
	if (o->load)
		toolout_release(o->load);
	free(o->load);
	o->load = NULL;
	o->rtt_ns = NULL;
	o->samples = NULL;
	o->n_rtt = o->cap_rtt = o->n_samples = o->cap_samples = 0;
}

void
observation_release(struct observation *o)
{
	observation_free_samples(o);
	free(o->flows);
	for (size_t i = 0; i < o->n_targets; i++)
		free(o->targets[i]);
	free(o->targets);
	for (size_t i = 0; i < o->n_problems; i++)
		free(o->problems[i]);
	free(o->problems);
}

void
observation_problem(struct observation *o, enum vstatus st, const struct verr *err)
{
	o->problems = xrealloc(o->problems, o->n_problems + 1, sizeof *o->problems);
	o->problems[o->n_problems++] = xstrdup(err->msg);
	if (st == V_EIO)
		o->system_error = true;
}

/* ---- captures ---- */

/* The analyses are NULL where they were not asked for. */
struct reading {
	struct observation *o;
	const struct observation_params *params;
	struct echo *echo;
	struct fragments *fragments;
	struct http *http;
	struct tcprtt *tcp;
	struct rateobs_udp *udp;
	int64_t end_ns; /* newest packet of any kind */
};

static void
take_sample(void *ctx, const struct echo_sample *s)
{
	struct reading *r = ctx;
	struct observation *o = r->o;

	if (r->params->keep_samples) {
		GROW(o->samples, o->n_samples, o->cap_samples);
		o->samples[o->n_samples++] = *s;
	}
	if (s->rtt_ns == TSTAMP_NONE)
		return;
	if (s->flags & r->params->excluded_flags) {
		o->excluded++;
		return;
	}
	if (o->n_rtt == o->cap_rtt) {
		o->cap_rtt = o->cap_rtt ? 2 * o->cap_rtt : 1024;
		o->rtt_ns = xrealloc_large(o->rtt_ns, o->cap_rtt * sizeof *o->rtt_ns);
	}
	o->rtt_ns[o->n_rtt++] = (double)s->rtt_ns;
}

static __attribute__((noinline)) void
take_other(struct reading *r, int64_t t_ns, uint64_t number, const struct packet *p)
{
	struct packet whole;

	if (r->http)
		http_add(r->http, t_ns, p);
	if (r->tcp)
		tcprtt_add(r->tcp, t_ns, p);
	if (r->udp)
		rateobs_udp_add(r->udp, t_ns, p);
	if (r->echo && (p->fragment || p->cls == PACKET_FRAGMENT) &&
		fragments_add(r->fragments, &whole, t_ns, p))
		echo_add(r->echo, t_ns, number, &whole);
}

/* An echo packet; anything else; or a fragment, which may complete an echo packet. */
static inline void
take_packet(struct reading *r, int64_t t_ns, uint64_t number, const struct packet *p)
{
	if (__builtin_expect(!p->fragment && p->cls <= PACKET_ECHO_REPLY, 1)) {
		if (r->echo)
			echo_add(r->echo, t_ns, number, p);
	} else if (p->fragment || p->cls == PACKET_FRAGMENT || r->http || r->tcp || r->udp) {
		take_other(r, t_ns, number, p);
	}
}

/* One file of the point; packets are numbered over all files of a rotated capture. */
static void
read_capture(struct reading *r, const char *path)
{
	struct observation *o = r->o;
	uint64_t number = o->n_packets; /* locals: they stay in registers */
	int64_t end_ns = r->end_ns;
	struct trace_record rec;
	struct packet p;
	struct verr err;
	struct trace *t;
	enum vstatus st = trace_open(&t, path, r->params->mode, &err);

	if (st != V_OK) {
		observation_problem(o, st, &err);
		return;
	}
	while ((st = trace_next(t, &rec, &err)) == V_OK) {
		packet_decode(&p, rec.linktype, rec.data, rec.caplen, rec.len);
		o->classes[p.cls]++;
		end_ns = rec.t_ns > end_ns ? rec.t_ns : end_ns;
		take_packet(r, rec.t_ns, ++number, &p);
	}
	o->n_packets = number;
	r->end_ns = end_ns;
	if (st != V_END)
		observation_problem(o, st, &err);
	if (st == V_END || trace_info(t)->n_records)
		o->usable = true;
	if (trace_info(t)->dropped_known && trace_info(t)->dropped)
		o->dropped = true;
	trace_close(t);
}

static int
by_time(const void *a, const void *b)
{
	const struct echo_sample *x = a, *y = b;

	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	if (x->flow != y->flow)
		return x->flow < y->flow ? -1 : 1;
	return (x->seq > y->seq) - (x->seq < y->seq);
}

/* Probes arrive nearly in order of time; only overdue ones come later. */
static void
sort_samples(struct observation *o)
{
	for (size_t i = 1; i < o->n_samples; i++) {
		if (by_time(&o->samples[i - 1], &o->samples[i]) > 0) {
			qsort(o->samples, o->n_samples, sizeof *o->samples, by_time);
			return;
		}
	}
}

static void
note_refused(struct observation *o)
{
	struct verr err;

	if (!o->counts.refused)
		return;
	verr_set(&err, V_ELIMIT,
		"run %s, point %s: more than %u pairs of addresses and identifiers; %" PRIu64
		" echo packets of further ones were left out",
		o->run->id, o->point, ECHO_FLOWS_MAX, o->counts.refused);
	observation_problem(o, V_ELIMIT, &err);
}

static void
start_analyses(struct reading *r)
{
	const struct observation_params *p = r->params;
	struct echo_params echo = {.expiry_ns = p->expiry_ns};
	struct http_params http = {.expiry_ns = p->expiry_ns, .keep_uri = p->keep_samples};
	struct tcprtt_params tcp = tcpobs_params(&r->o->tcp);
	unsigned what = p->what ? p->what : OBSERVE_ECHO;

	if (what & OBSERVE_ECHO) {
		r->echo = echo_new(&echo, take_sample, r);
		r->fragments = fragments_new();
	}
	if (what & OBSERVE_HTTP) {
		r->o->http.keep_rows = p->keep_samples;
		r->o->http.excluded_flags = p->excluded_flags;
		r->http = http_new(&http, httpobs_sink, &r->o->http);
	}
	if (what & OBSERVE_THROUGHPUT) {
		r->o->tcp.rates = &r->o->rates;
		r->udp = rateobs_udp_new(&r->o->rates);
	}
	if (what & (OBSERVE_TCP | OBSERVE_THROUGHPUT)) {
		r->o->tcp.keep_rows = p->keep_samples;
		r->o->tcp.keep_flows = p->keep_flows;
		r->o->tcp.excluded_flags = p->excluded_flags;
		r->tcp = tcprtt_new(&tcp);
	}
}

static void
finish_echo(struct reading *r)
{
	struct observation *o = r->o;

	echo_finish(r->echo, r->end_ns);
	o->counts = *echo_counts(r->echo);
	o->incomplete = fragments_incomplete(r->fragments);
	note_refused(o);
	o->flows = echo_take_flows(r->echo, &o->n_flows);
	echo_free(r->echo);
	fragments_free(r->fragments);
	sort_samples(o);
}

static void
finish_analyses(struct reading *r)
{
	if (r->echo)
		finish_echo(r);
	if (r->http) {
		http_finish(r->http, r->end_ns);
		httpobs_finish(&r->o->http, http_counts(r->http));
		http_free(r->http);
	}
	if (r->tcp) {
		tcprtt_finish(r->tcp);
		tcpobs_finish(&r->o->tcp, tcprtt_counts(r->tcp));
		tcprtt_free(r->tcp);
	}
	if (r->udp) {
		rateobs_udp_finish(r->udp);
		rateobs_finish(&r->o->rates);
		r->o->tcp.rates = NULL;
	}
}

static void
read_point(struct observation *o, const struct observation_params *params)
{
	struct reading r = {.o = o, .params = params, .end_ns = TSTAMP_NONE};

	start_analyses(&r);
	for (size_t i = 0; i < o->capture->n_files; i++) {
		const char *file = o->capture->files[i];
		char *path = run_file_path(o->run, file);

		read_capture(&r, path);
		free(path);
	}
	finish_analyses(&r);
}

/* ---- tool output ---- */

static uint16_t
probe_flags(const struct ping_probe *p)
{
	uint16_t flags = 0;

	if (ping_probe_lost(p))
		flags |= FLAG_LOST;
	if (p->t_ns != TSTAMP_NONE)
		flags |= FLAG_DERIVED;
	if (p->error)
		flags |= FLAG_ERROR;
	if (p->corrupt)
		flags |= FLAG_CORRUPT;
	return flags;
}

static void
count_probe(struct echo_counts *c, const struct echo_sample *s)
{
	c->probes++;
	c->requests++;
	c->lost += (s->flags & FLAG_LOST) != 0;
	c->answered += !(s->flags & FLAG_LOST);
	if (s->t_ns == TSTAMP_NONE)
		return;
	if (c->first_request_ns == TSTAMP_NONE || s->t_ns < c->first_request_ns)
		c->first_request_ns = s->t_ns;
	if (s->t_ns > c->last_request_ns)
		c->last_request_ns = s->t_ns;
}

static void
take_ping(struct observation *o, const struct ping_output *out,
	const struct observation_params *params)
{
	struct reading r = {.o = o, .params = params};

	for (size_t i = 0; i < out->n_probes; i++) {
		const struct ping_probe *p = &out->probes[i];
		struct echo_sample s = {
			.t_ns = p->t_ns,
			.rtt_ns = p->rtt_ns,
			.flow = p->target,
			.seq = (uint16_t)p->seq,
			.flags = probe_flags(p),
		};

		if (p->dup) {
			o->counts.duplicate_replies++;
			continue;
		}
		if (p->resolution_ns > o->resolution_ns)
			o->resolution_ns = p->resolution_ns;
		count_probe(&o->counts, &s);
		take_sample(&r, &s);
	}
}

static void
take_targets(struct observation *o, struct ping_output *out)
{
	o->targets = out->targets;
	o->n_targets = out->n_targets;
	out->targets = NULL;
	out->n_targets = 0;
	o->n_flows = (uint32_t)o->n_targets;
	o->flows = xcalloc(o->n_targets ? o->n_targets : 1, sizeof *o->flows);
	for (size_t i = 0; i < o->n_targets; i++) {
		struct echo_flow *f = &o->flows[i];

		if (inet_pton(AF_INET, o->targets[i], f->dst) == 1)
			f->family = 4;
		else if (inet_pton(AF_INET6, o->targets[i], f->dst) == 1)
			f->family = 6;
		else
			f->family = out->family; /* a name */
	}
}

enum vstatus
observation_check_ping(const char *path, struct verr *err)
{
	struct slice s = slice_of(path);
	char head[HEAD_BYTES];
	size_t len;
	enum vstatus st;

	st = file_head(head, &len, sizeof head, path, err);
	if (st == V_EIO || (len && ping_sniff(head, len)))
		return st == V_EIO ? st : V_OK;
	if (st != V_OK) /* too damaged to show what it is */
		return st;
	if (!len)
		return verr_set(err, V_EFORMAT, "%s: the file is empty", path);
	return verr_set(err, V_EFORMAT,
		"%s: neither a capture (pcap, pcapng) nor the output of a tool that is known%s",
		path,
		slice_ends(s, ".csv") || slice_ends(s, ".csv.zst") || slice_ends(s, ".csv.gz")
			? "; tables are for describe, ci, cdf, compare, kendall and outliers"
			: "");
}

static void
read_tool(struct observation *o, const struct observation_params *params)
{
	struct verr err;
	struct ping_output out = {0};
	char *path = file_join(o->run->path, o->tool->file);
	char *text = NULL;
	size_t len;
	enum vstatus st = *o->tool->name ? V_OK : observation_check_ping(path, &err);

	if (st == V_OK)
		st = file_slurp(&text, &len, path, &err);
	o->counts.first_request_ns = o->counts.last_request_ns = TSTAMP_NONE;
	if (st == V_OK)
		st = ping_parse(&out, text, len, path, &err);
	if (st != V_OK) {
		observation_problem(o, st, &err);
	} else {
		o->usable = true;
		if (out.summary_missing) {
			verr_set(&err, V_EFORMAT,
				"%s: cut short: the summary at the end is missing", path);
			observation_problem(o, V_EFORMAT, &err);
		}
		take_ping(o, &out, params);
		take_targets(o, &out);
		ping_output_release(&out);
	}
	free(text);
	free(path);
}

void
observation_read(struct observation *o, const struct observation_params *params)
{
	if (o->is_load)
		loadobs_read(o, params);
	else if (o->tool)
		read_tool(o, params);
	else
		read_point(o, params);
}
