/*
 * samples - write sample tables; see samples.h.
 *
 * A million rows are a usual size: what is the same for all rows of a run or flow is composed
 * once, and numbers are printed by strbuf_add_i64.
 */
#include "analyze/samples.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/table.h"
#include "core/tstamp.h"

#define FLUSH_BYTES ((size_t)256 << 10)

static const char *const headers[] = {
	[SAMPLES_RTT] = "run,point,t_ns,family,src,dst,id,seq,rtt_ns,flags",
	[SAMPLES_OVERHEAD] = "run,inner,outer,t_ns,id,seq,rtt_inner_ns,rtt_outer_ns,overhead_ns,"
			     "overhead_share_pct,overhead_out_ns,overhead_in_ns,flags",
};

struct samples_writer {
	struct zwriter *out;
	struct strbuf rows;
	const char **factors;
	size_t n_factors;
};

static int
name_cmp(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

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
		qsort(w->factors, n, sizeof *w->factors, name_cmp);
	for (size_t i = 0; i < n; i++)
		if (!i || strcmp(w->factors[i], w->factors[w->n_factors - 1]))
			w->factors[w->n_factors++] = w->factors[i];
}

enum vstatus
samples_open(struct samples_writer **out, const char *path, enum samples_kind kind,
	const struct study *s, struct verr *err)
{
	struct samples_writer *w = xcalloc(1, sizeof *w);
	enum vstatus st = zwriter_open(&w->out, path, 0, err);

	if (st != V_OK) {
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

static enum vstatus
flush(struct samples_writer *w, size_t at_least, struct verr *err)
{
	enum vstatus st = V_OK;

	if (w->rows.n && w->rows.n >= at_least) {
		st = zwriter_write(w->out, w->rows.p, w->rows.n, err);
		strbuf_clear(&w->rows);
	}
	return st;
}

enum vstatus
samples_close(struct samples_writer *w, struct verr *err)
{
	struct verr closing;
	enum vstatus st = flush(w, 0, err);
	enum vstatus st2 = zwriter_close(w->out, st == V_OK ? err : &closing);

	strbuf_release(&w->rows);
	free(w->factors);
	free(w);
	return st == V_OK ? st2 : st;
}

static void
add_time(struct strbuf *b, int64_t v)
{
	if (v != TSTAMP_NONE)
		strbuf_add_i64(b, v);
	strbuf_addc(b, ',');
}

static void
add_text(struct strbuf *b, const char *s)
{
	if (s)
		csv_add_field(b, s);
	strbuf_addc(b, ',');
}

/* ",platform,driver,factor,..." and the end of the line: the same for all rows of a run. */
static char *
row_end(const struct samples_writer *w, const struct run *r)
{
	struct strbuf b;

	strbuf_init(&b);
	strbuf_addc(&b, ',');
	add_text(&b, r->platform);
	if (r->driver)
		csv_add_field(&b, r->driver);
	for (size_t i = 0; i < w->n_factors; i++) {
		const char *level = run_factor(r, w->factors[i]);

		strbuf_addc(&b, ',');
		if (level)
			csv_add_field(&b, level);
	}
	strbuf_addc(&b, '\n');
	return strbuf_detach(&b);
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
