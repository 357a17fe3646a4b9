/*
 * transits - read two captures side by side; see transits.h.
 *
 * Payload is compared as far as both captures can hold it: the smaller of their snap lengths, less
 * what a link layer with two VLAN tags takes.  A packet that one point saw inside a tunnel and cut
 * there is not recognised at the other.
 */
#include "analyze/transits.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/parallel.h"
#include "analyze/pointpairs.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "core/trace.h"

#define LINK_MAX_BYTES 22 /* Ethernet and two tags; PPPoE */

/* ---- plan ---- */

struct planning {
	struct transits_jobs *w;
	struct study *s;
};

static void
add_job(void *ctx, const struct study_run *sr, struct observation *in, struct observation *out)
{
	struct planning *p = ctx;
	enum pointpairs_clock clock = pointpairs_clock(in, out);

	if (!in->capture || !out->capture)
		return;
	if (clock == CLOCK_NONE) {
		study_problem(p->s,
			"run %s: points %s and %s were recorded by different machines, %s and %s: "
			"without a common clock a packet's delay between them is unknown",
			sr->run->id, in->point, out->point, in->capture->host, out->capture->host);
		return;
	}
	GROW(p->w->jobs, p->w->n, p->w->cap);
	p->w->jobs[p->w->n++] = (struct transits_job){
		.sr = sr, .point = {{.o = in}, {.o = out}}, .clock_stated = clock == CLOCK_ONE};
}

void
transits_plan(struct transits_jobs *w, struct study *s, const char *inner, const char *outer)
{
	struct planning p = {w, s};

	pointpairs_each(s, inner, outer, add_job, &p);
}

/* ---- one point's packets, file by file ---- */

struct source {
	struct transits_point *point;
	struct trace *trace; /* NULL: no file open */
	struct trace_record rec;
	size_t next_file;
	enum zio_mode mode;
	bool has_record;
};

static void
add_problem(struct transits_point *p, enum vstatus st, const struct verr *err)
{
	p->problems = xrealloc(p->problems, p->n_problems + 1, sizeof *p->problems);
	p->problems[p->n_problems++] = xstrdup(err->msg);
	p->system_error |= st == V_EIO;
}

/* source_open - the next file that can be opened; false when there is none. */
static bool
source_open(struct source *s)
{
	const struct observation *o = s->point->o;

	while (!s->trace && s->next_file < o->capture->n_files) {
		const char *file = o->capture->files[s->next_file++];
		char *path = run_file_path(o->run, file);
		struct verr err;
		enum vstatus st = trace_open(&s->trace, path, s->mode, &err);

		if (st != V_OK)
			add_problem(s->point, st, &err);
		free(path);
	}
	return s->trace != NULL;
}

static void
source_close(struct source *s, enum vstatus st, const struct verr *err)
{
	const struct trace_info *info = trace_info(s->trace);

	if (st != V_END)
		add_problem(s->point, st, err);
	if (st == V_END || info->n_records)
		s->point->usable = true;
	if (info->dropped_known && info->dropped)
		s->point->dropped = true;
	trace_close(s->trace);
	s->trace = NULL;
}

/* source_next - the next record of any of the point's files into s->rec. */
static void
source_next(struct source *s)
{
	struct verr err;

	s->has_record = false;
	while (!s->has_record && (s->trace || source_open(s))) {
		enum vstatus st = trace_next(s->trace, &s->rec, &err);

		if (st == V_OK)
			s->has_record = true;
		else
			source_close(s, st, &err);
	}
}

static uint32_t
snaplen_of(const struct source *s)
{
	uint32_t snaplen = s->trace ? trace_info(s->trace)->snaplen : 0;

	return snaplen ? snaplen : UINT32_MAX;
}

/* ---- both ---- */

struct running {
	struct transits_jobs *w;
	const struct transits_params *params;
	enum zio_mode mode;
};

struct reading {
	const struct transits_params *params;
	struct transits_job *job;
};

static void
take_row(void *ctx, const struct transit_row *row)
{
	struct reading *r = ctx;
	struct values *v = r->job->values;
	bool flagged = row->flags & r->params->excluded_flags;

	values_add_ns(&v[TRANSITS_ALL], row->delay_ns, flagged);
	values_add_ns(&v[row->first == TRANSIT_INNER ? TRANSITS_OUT : TRANSITS_IN], row->delay_ns,
		flagged);
	if (r->params->row)
		r->params->row(r->params->ctx, r->job, row);
}

/* The source whose record is older; the inner one of two equal ones.  Untimed ones at once. */
static enum transit_side
older(const struct source s[2])
{
	if (!s[TRANSIT_OUTER].has_record)
		return TRANSIT_INNER;
	if (!s[TRANSIT_INNER].has_record || s[1].rec.t_ns < s[0].rec.t_ns)
		return TRANSIT_OUTER;
	return TRANSIT_INNER;
}

static struct transit *
start(struct source s[2], struct reading *r)
{
	struct transit_params p = {.expiry_ns = r->params->expiry_ns};

	for (int k = 0; k < 2; k++)
		source_next(&s[k]);
	p.limit_bytes =
		snaplen_of(&s[0]) < snaplen_of(&s[1]) ? snaplen_of(&s[0]) : snaplen_of(&s[1]);
	p.limit_bytes = p.limit_bytes > LINK_MAX_BYTES ? p.limit_bytes - LINK_MAX_BYTES : 0;
	return transit_new(&p, take_row, r);
}

static void
run_job(void *ctx, size_t i)
{
	struct running *w = ctx;
	struct transits_job *j = &w->w->jobs[i];
	struct reading r = {w->params, j};
	struct source s[2] = {
		{.point = &j->point[0], .mode = w->mode}, {.point = &j->point[1], .mode = w->mode}};
	struct transit *t = start(s, &r);

	while (s[0].has_record || s[1].has_record) {
		enum transit_side side = older(s);
		const struct trace_record *rec = &s[side].rec;
		struct packet p;

		packet_decode(&p, rec->linktype, rec->data, rec->caplen, rec->len);
		j->point[side].classes[p.cls]++;
		j->point[side].n_packets++;
		transit_add(t, side, rec->t_ns, &p);
		source_next(&s[side]);
	}
	transit_finish(t);
	j->counts = *transit_counts(t);
	transit_free(t);
	progress_add(1);
}

/* Reported once, though a point be of several pairs. */
static void
report_point(struct study *s, const struct transits_point *p)
{
	struct observation *o = p->o;

	if (o->usable || o->n_problems)
		return;
	o->usable = p->usable;
	o->dropped |= p->dropped;
	o->system_error = p->system_error;
	o->n_packets = p->n_packets;
	memcpy(o->classes, p->classes, sizeof o->classes);
	for (size_t i = 0; i < p->n_problems; i++)
		study_problem(s, "%s", p->problems[i]);
	s->system_error |= p->system_error;
}

void
transits_run(struct transits_jobs *w, struct study *s, const struct transits_params *params)
{
	struct running r = {w, params, params->n_threads > w->n ? ZIO_AHEAD : ZIO_INLINE};

	progress_start("reading", w->n);
	parallel_for(w->n, params->row ? 1 : params->n_threads, run_job, &r);
	progress_stop();
	s->nothing_usable = w->n > 0;
	for (size_t i = 0; i < w->n; i++) {
		for (int k = 0; k < 2; k++) {
			report_point(s, &w->jobs[i].point[k]);
			s->nothing_usable &= !w->jobs[i].point[k].usable;
		}
	}
}

void
transits_release(struct transits_jobs *w)
{
	for (size_t i = 0; i < w->n; i++) {
		struct transits_job *j = &w->jobs[i];

		for (int k = 0; k < 2; k++)
			texts_free(j->point[k].problems, j->point[k].n_problems);
		for (int k = 0; k < TRANSITS_N_METRICS; k++)
			values_release(&j->values[k]);
	}
	free(w->jobs);
	*w = (struct transits_jobs){0};
}
