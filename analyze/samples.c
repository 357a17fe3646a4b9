/*
 * samples - write sample tables; see samples.h.
 *
 * A million rows are a usual size: what is the same for all rows of a run or flow is composed
 * once, and numbers are printed by strbuf_add_i64.
 */
#include "analyze/samples.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyze/samples_int.h"
#include "core/file.h"
#include "core/table.h"
#include "core/text.h"
#include "core/tstamp.h"

static const char *const headers[] = {
	[SAMPLES_RTT] = "run,point,t_ns,family,src,dst,id,seq,rtt_ns,flags",
	[SAMPLES_OVERHEAD] = "run,inner,outer,t_ns,id,seq,rtt_inner_ns,rtt_outer_ns,overhead_ns,"
			     "overhead_share_pct,overhead_out_ns,overhead_in_ns,flags",
	[SAMPLES_HTTP] = "run,point,t_request_ns,connect_ns,ttfb_ns,latency_ns,t_request_last_ns,"
			 "method,uri,status,request_bytes,response_bytes,src,dst,connection,"
			 "position,flags",
	[SAMPLES_TCP] = "run,point,t_ns,src,dst,kind,rtt_ns,flags",
	[SAMPLES_FLOWS] = "run,point,t_ns,duration_ns,src,dst,packets,bytes,retransmitted,"
			  "reordered,handshake_ns,end,flags",
	[SAMPLES_THROUGHPUT] = "run,point,t_ns,src,dst,proto,side,bytes,messages_ok,messages_err,"
			       "duration_ns,throughput_bps,flags",
	[SAMPLES_PROXY] = "run,inner,outer,t_request_ns,latency_inner_ns,latency_outer_ns,"
			  "overhead_ns,method,uri,class,flags",
	[SAMPLES_TRANSIT] = "run,inner,outer,t_ns,src,dst,proto,bytes,delay_ns,flags",
	[SAMPLES_COUNTERS] = "run,host,t_ns,name,value",
};

static void
collect_factors(struct samples_writer *w, const struct study *s)
{
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < s->n_runs; i++) {
		for (size_t k = 0; k < s->runs[i].run->n_factors; k++) {
			GROW(w->factors, n, cap);
			w->factors[n++] = s->runs[i].run->factors[k].name;
		}
	}
	if (n)
		qsort(w->factors, n, sizeof *w->factors, text_order);
	for (size_t i = 0; i < n; i++)
		if (!i || strcmp(w->factors[i], w->factors[w->n_factors - 1]))
			w->factors[w->n_factors++] = w->factors[i];
}

/*
 * A cut table looks like a whole one, so it gets its name when it is complete: until then it is
 * called ".part-NAME".  Not so standard output, devices, pipes and links.
 */
static char *
part_of(const char *path)
{
	struct stat info;
	char *dir, *base, *name, *part;

	if (!strcmp(path, "-") || (lstat(path, &info) == 0 && !S_ISREG(info.st_mode)))
		return NULL;
	dir = file_dir(path);
	base = file_base(path);
	name = xasprintf(".part-%s", base);
	part = file_join(dir, name);
	free(dir);
	free(base);
	free(name);
	return part;
}

enum vstatus
samples_open(struct samples_writer **out, const char *path, enum samples_kind kind,
	const struct study *s, struct verr *err)
{
	struct samples_writer *w = xcalloc(1, sizeof *w);
	enum vstatus st;

	w->path = xstrdup(path);
	w->part = part_of(path);
	st = zwriter_open(&w->out, w->part ? w->part : path, 0, err);
	if (st != V_OK) {
		free(w->path);
		free(w->part);
		free(w);
		return st;
	}
	collect_factors(w, s);
	strbuf_adds(&w->rows, headers[kind]);
	strbuf_adds(&w->rows, ",platform,driver");
	for (size_t i = 0; i < w->n_factors; i++) {
		strbuf_addc(&w->rows, ',');
		csv_add_field(&w->rows, w->factors[i]);
	}
	strbuf_addc(&w->rows, '\n');
	*out = w;
	return V_OK;
}

/* The whole table, under its name. */
static enum vstatus
end_table(struct samples_writer *w, struct verr *err)
{
	enum vstatus st = flush(w, 0, err), closed;

	closed = zwriter_close(w->out, st == V_OK ? err : NULL);
	if (st == V_OK)
		st = closed;
	if (st == V_OK && w->part && rename(w->part, w->path) != 0)
		st = verr_sys(err, "cannot rename %s to %s", w->part, w->path);
	return st;
}

enum vstatus
samples_close(struct samples_writer *w, enum vstatus st, struct verr *err)
{
	if (!w)
		return st;
	if (st == V_OK)
		st = end_table(w, err);
	else
		(void)zwriter_close(w->out, NULL);
	if (st != V_OK && w->part)
		unlink(w->part);
	strbuf_release(&w->rows);
	free(w->path);
	free(w->part);
	if (w->job)
		row_frame_release(&w->frame);
	free(w->factors);
	free(w);
	return st;
}

/* "family,src,dst,id," of each flow. */
static char **
flow_texts(const struct observation *o)
{
	char **texts = xcalloc(o->n_flows + 1, sizeof *texts);

	for (uint32_t i = 0; i < o->n_flows; i++) {
		const struct echo_flow *f = &o->flows[i];
		int af = f->family == 6 ? AF_INET6 : AF_INET;
		char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN];
		struct strbuf b;

		strbuf_init(&b);
		if (f->family)
			strbuf_add_i64(&b, f->family);
		strbuf_addc(&b, ',');
		if (o->tool) { /* prints neither its own address nor its identifier */
			strbuf_addc(&b, ',');
			add_text(&b, o->targets[i]);
			strbuf_addc(&b, ',');
		} else {
			strbuf_addf(&b, "%s,%s,%u,", inet_ntop(af, f->src, src, sizeof src),
				inet_ntop(af, f->dst, dst, sizeof dst), f->id);
		}
		texts[i] = strbuf_detach(&b);
	}
	return texts;
}

enum vstatus
samples_add_rtt(struct samples_writer *w, const struct study_run *sr, const struct observation *o,
	struct verr *err)
{
	char **flows = flow_texts(o);
	char *end = row_end(w, sr->run);
	enum vstatus st = V_OK;
	struct strbuf start;

	strbuf_init(&start);
	add_text(&start, sr->run->id);
	add_text(&start, o->point);
	for (size_t i = 0; st == V_OK && i < o->n_samples; i++) {
		const struct echo_sample *s = &o->samples[i];

		strbuf_add(&w->rows, start.p, start.n);
		add_time(&w->rows, s->t_ns);
		strbuf_adds(&w->rows, flows[s->flow]);
		strbuf_add_u64(&w->rows, s->seq);
		strbuf_addc(&w->rows, ',');
		add_time(&w->rows, s->rtt_ns);
		flags_add(&w->rows, s->flags);
		strbuf_adds(&w->rows, end);
		st = flush(w, FLUSH_BYTES, err);
	}
	for (uint32_t i = 0; i < o->n_flows; i++)
		free(flows[i]);
	free(flows);
	free(end);
	strbuf_release(&start);
	return st;
}

enum vstatus
samples_add_overhead(struct samples_writer *w, const struct study_run *sr, const char *inner,
	const char *outer, const struct overhead_sample *samples, size_t n, struct verr *err)
{
	char *end = row_end(w, sr->run);
	enum vstatus st = V_OK;
	struct strbuf start;

	strbuf_init(&start);
	add_text(&start, sr->run->id);
	add_text(&start, inner);
	add_text(&start, outer);
	for (size_t i = 0; st == V_OK && i < n; i++) {
		const struct overhead_sample *s = &samples[i];

		strbuf_add(&w->rows, start.p, start.n);
		add_time(&w->rows, s->t_ns);
		strbuf_add_u64(&w->rows, s->id);
		strbuf_addc(&w->rows, ',');
		strbuf_add_u64(&w->rows, s->seq);
		strbuf_addc(&w->rows, ',');
		add_time(&w->rows, s->rtt_inner_ns);
		add_time(&w->rows, s->rtt_outer_ns);
		add_time(&w->rows, s->overhead_ns);
		if (!isnan(s->overhead_share_pct))
			strbuf_add_f64(&w->rows, s->overhead_share_pct);
		strbuf_addc(&w->rows, ',');
		add_time(&w->rows, s->out_ns);
		add_time(&w->rows, s->in_ns);
		flags_add(&w->rows, s->flags);
		strbuf_adds(&w->rows, end);
		st = flush(w, FLUSH_BYTES, err);
	}
	free(end);
	strbuf_release(&start);
	return st;
}

/* ---- TCP and HTTP ---- */

static void
add_bytes(struct strbuf *b, uint64_t v)
{
	if (v != HTTP_BYTES_NONE)
		strbuf_add_u64(b, v);
	strbuf_addc(b, ',');
}

/* Client and server; a load tool tells neither's address, but may name its thread. */
static void
add_http_ends(struct strbuf *b, const struct http_sample *s, const struct observation *o)
{
	uint32_t client;

	if (!o->is_load) {
		add_end(b, s->family, s->src, s->sport);
		add_end(b, s->family, s->dst, s->dport);
		return;
	}
	if (s->src) {
		memcpy(&client, s->src, sizeof client);
		add_wire_text(b, o->load->texts.columns[TOOLOUT_CLIENT].levels[client]);
	} else {
		strbuf_addc(b, ',');
	}
	strbuf_addc(b, ',');
}

static void
add_http_row(struct strbuf *b, const struct http_sample *s, const struct observation *o)
{
	add_time(b, s->t_request_ns);
	add_time(b, s->connect_ns);
	add_time(b, s->ttfb_ns);
	add_time(b, s->latency_ns);
	add_time(b, s->t_request_last_ns);
	add_wire_text(b, s->method);
	add_wire_text(b, s->uri);
	if (s->status)
		strbuf_add_u64(b, s->status);
	strbuf_addc(b, ',');
	add_bytes(b, s->request_bytes);
	add_bytes(b, s->response_bytes);
	add_http_ends(b, s, o);
	if (s->connection != UINT32_MAX)
		strbuf_add_u64(b, s->connection);
	strbuf_addc(b, ',');
	if (s->connection != UINT32_MAX)
		strbuf_add_u64(b, s->position);
	strbuf_addc(b, ',');
	flags_add(b, s->flags);
}

enum vstatus
samples_add_http(struct samples_writer *w, const struct study_run *sr, const struct observation *o,
	struct verr *err)
{
	struct row_frame f = row_frame(w, sr, o);
	enum vstatus st = V_OK;

	for (size_t i = 0; st == V_OK && i < o->http.n_rows; i++) {
		strbuf_add(&w->rows, f.start.p, f.start.n);
		add_http_row(&w->rows, &o->http.rows[i].s, o);
		strbuf_adds(&w->rows, f.end);
		st = flush(w, FLUSH_BYTES, err);
	}
	row_frame_release(&f);
	return st;
}

static void
add_ends(struct strbuf *b, const struct tcpobs_ends *e)
{
	add_end(b, e->family, e->addr[0], e->port[0]);
	add_end(b, e->family, e->addr[1], e->port[1]);
}

enum vstatus
samples_add_tcp(struct samples_writer *w, const struct study_run *sr, const struct observation *o,
	struct verr *err)
{
	struct row_frame f = row_frame(w, sr, o);
	enum vstatus st = V_OK;

	for (size_t i = 0; st == V_OK && i < o->tcp.n_rows; i++) {
		const struct tcpobs_row *r = &o->tcp.rows[i];

		strbuf_add(&w->rows, f.start.p, f.start.n);
		add_time(&w->rows, r->t_ns);
		add_ends(&w->rows, &r->ends);
		add_text(&w->rows, tcprtt_kind_name(r->kind));
		add_time(&w->rows, r->rtt_ns);
		flags_add(&w->rows, r->flags);
		strbuf_adds(&w->rows, f.end);
		st = flush(w, FLUSH_BYTES, err);
	}
	row_frame_release(&f);
	return st;
}

enum vstatus
samples_add_flows(struct samples_writer *w, const struct study_run *sr, const struct observation *o,
	struct verr *err)
{
	struct row_frame f = row_frame(w, sr, o);
	enum vstatus st = V_OK;

	for (size_t i = 0; st == V_OK && i < o->tcp.n_flows; i++) {
		const struct tcpobs_flow *r = &o->tcp.flows[i];

		strbuf_add(&w->rows, f.start.p, f.start.n);
		add_time(&w->rows, r->t_ns);
		add_time(&w->rows, r->duration_ns);
		add_ends(&w->rows, &r->ends);
		add_count(&w->rows, r->packets);
		add_count(&w->rows, r->bytes);
		add_count(&w->rows, r->retransmitted);
		add_count(&w->rows, r->reordered);
		add_time(&w->rows, r->handshake_ns);
		add_text(&w->rows, tcprtt_end_name(r->end));
		flags_add(&w->rows, r->flags);
		strbuf_adds(&w->rows, f.end);
		st = flush(w, FLUSH_BYTES, err);
	}
	row_frame_release(&f);
	return st;
}

/* ---- counters ---- */

enum vstatus
samples_add_usage(struct samples_writer *w, const struct study_run *sr, const char *host,
	const struct usage *u, const struct usage_spans *spans, struct verr *err)
{
	char *end = row_end(w, sr->run);
	enum vstatus st = V_OK;
	struct strbuf start;

	strbuf_init(&start);
	add_text(&start, sr->run->id);
	add_text(&start, host);
	for (size_t i = 0; st == V_OK && i < u->n; i++) {
		const struct usage_step *s = &u->steps[i];

		if (!usage_covers(spans, s))
			continue;
		strbuf_add(&w->rows, start.p, start.n);
		add_time(&w->rows, s->to_ns);
		add_text(&w->rows, u->name);
		strbuf_add_f64(&w->rows, s->num / s->den);
		strbuf_adds(&w->rows, end);
		st = flush(w, FLUSH_BYTES, err);
	}
	strbuf_release(&start);
	free(end);
	return st;
}

/* ---- throughput ---- */

static void
add_told(struct strbuf *b, uint64_t v)
{
	if (v != TOOL_COUNT_NONE)
		strbuf_add_u64(b, v);
	strbuf_addc(b, ',');
}

static void
add_rate(struct strbuf *b, double v)
{
	if (!isnan(v))
		strbuf_add_f64(b, v);
	strbuf_addc(b, ',');
}

static void
add_result_row(struct strbuf *b, const struct tool_rate *r)
{
	add_time(b, r->t_ns);
	add_text(b, r->src);
	add_text(b, r->dst);
	add_text(b, r->proto);
	add_text(b, tool_side_name(r->side));
	add_told(b, r->bytes);
	add_told(b, r->messages_ok);
	add_told(b, r->messages_err);
	add_time(b, r->duration_ns);
	add_rate(b, r->throughput_bps);
	flags_add(b, r->flags);
}

static void
add_flow_row(struct strbuf *b, const struct rateobs_row *r)
{
	add_time(b, r->t_ns);
	add_ends(b, &r->ends);
	add_text(b, r->proto);
	strbuf_addc(b, ','); /* a capture sees both sides */
	add_count(b, r->bytes);
	add_told(b, r->packets ? r->packets : TOOL_COUNT_NONE);
	strbuf_addc(b, ',');
	add_time(b, r->duration_ns);
	add_rate(b, r->throughput_bps);
}

/* Of a test with several streams the rows are the streams', not their total's. */
static bool
has_row(const struct toolout *t, size_t i)
{
	const struct tool_rate *r = &t->rates[i];

	if (isnan(r->throughput_bps) && r->messages_ok == TOOL_COUNT_NONE)
		return false;
	for (i++; r->total && i < t->n_rates && t->rates[i].total;)
		i++; /* the totals of a test come before its streams */
	return !r->total || i == t->n_rates;
}

enum vstatus
samples_add_throughput(struct samples_writer *w, const struct study_run *sr,
	const struct observation *o, struct verr *err)
{
	struct row_frame f = row_frame(w, sr, o);
	size_t n_results = o->load ? o->load->n_rates : 0;
	enum vstatus st = V_OK;

	for (size_t i = 0; st == V_OK && i < n_results + o->rates.n_rows; i++) {
		if (i < n_results && !has_row(o->load, i))
			continue;
		strbuf_add(&w->rows, f.start.p, f.start.n);
		if (i < n_results)
			add_result_row(&w->rows, &o->load->rates[i]);
		else
			add_flow_row(&w->rows, &o->rates.rows[i - n_results]);
		strbuf_adds(&w->rows, f.end);
		st = flush(w, FLUSH_BYTES, err);
	}
	row_frame_release(&f);
	return st;
}
