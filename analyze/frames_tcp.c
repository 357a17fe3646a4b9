/*
 * frames_tcp - HTTP requests and TCP round trips of a study as rows; see frames.h.
 *
 * A request is a row with up to four values.  The kinds of TCP round trips are timed on different
 * segments, so each has a frame of its own, as have the values of which a connection or a run gives
 * one: nothing else could be set beside them row by row.
 */
#include <math.h>
#include <stdlib.h>

#include "analyze/frames_int.h"
#include "core/tstamp.h"

static const char *const points[] = {"point", NULL};

static void
label_observation(struct frame *f, size_t first_row, const struct study *s, size_t i)
{
	if (f->n == first_row)
		return;
	frames_label_rows(f, first_row, study_run_of(s, i));
	frames_label_point(f, first_row, s, "point", s->observations[i].point);
}

/* ---- HTTP ---- */

static double
value_of(int64_t ns)
{
	return ns == TSTAMP_NONE ? NAN : (double)ns;
}

static void
add_request(struct frame *f, const struct http_sample *s, uint32_t excluded_flags)
{
	bool flagged = (s->flags & excluded_flags) != 0;
	double x[FRAMES_HTTP_METRICS] = {
		[HTTPOBS_LATENCY] = flagged ? NAN : value_of(s->latency_ns),
		[HTTPOBS_TTFB] = flagged ? NAN : value_of(s->ttfb_ns),
		[HTTPOBS_CONNECT] = value_of(s->connect_ns),
		[HTTPOBS_TOTAL] = flagged ? NAN : value_of(s->total_ns),
	};
	bool any = false;

	f->excluded += flagged && s->latency_ns != TSTAMP_NONE;
	for (int k = 0; k < FRAMES_HTTP_METRICS; k++) {
		f->metrics[k].x[f->n] = x[k];
		any |= !isnan(x[k]);
	}
	if (f->t_ns)
		f->t_ns[f->n] = s->t_request_ns;
	f->n += any;
}

void
frame_of_http(
	struct frame *f, const struct study *s, uint32_t excluded_flags, enum frame_times times)
{
	size_t cap = 0;

	for (size_t i = 0; i < s->n_observations; i++)
		cap += s->observations[i].http.n_rows;
	frame_init(f, cap + 1, times);
	for (int k = 0; k < FRAMES_HTTP_METRICS; k++)
		frame_add_metric(f, httpobs_metric_name((enum httpobs_metric)k));
	frames_add_factors(f, s, points);
	for (size_t i = 0; i < s->n_observations; i++) {
		const struct httpobs *o = &s->observations[i].http;
		size_t first_row = f->n;

		for (size_t k = 0; k < o->n_rows; k++)
			if (o->rows[k].s.method)
				add_request(f, &o->rows[k].s, excluded_flags);
		label_observation(f, first_row, s, i);
	}
	frame_finish(f);
}

/* ---- TCP ---- */

static void
add_round_trips(struct frame *f, const struct tcpobs *o, int kind, uint32_t excluded_flags)
{
	for (size_t k = 0; k < o->n_rows; k++) {
		const struct tcpobs_row *r = &o->rows[k];

		if (r->kind != kind || r->rtt_ns == TSTAMP_NONE)
			continue;
		if (r->flags & excluded_flags) {
			f->excluded++;
			continue;
		}
		f->metrics[0].x[f->n] = (double)r->rtt_ns;
		if (f->t_ns)
			f->t_ns[f->n] = r->t_ns;
		f->n++;
	}
}

void
frame_of_tcp(struct frame *f, const struct study *s, int kind, uint32_t excluded_flags,
	enum frame_times times)
{
	size_t cap = 0;

	for (size_t i = 0; i < s->n_observations; i++)
		cap += s->observations[i].tcp.n_rows;
	frame_init(f, cap, times);
	frame_add_metric(f, tcpobs_metric_name(kind));
	frames_add_factors(f, s, points);
	for (size_t i = 0; i < s->n_observations; i++) {
		size_t first_row = f->n;

		add_round_trips(f, &s->observations[i].tcp, kind, excluded_flags);
		label_observation(f, first_row, s, i);
	}
	frame_finish(f);
}

/* ---- one value a run, or a connection ---- */

static const struct values *
values_of(const struct observation *o, enum frames_single which)
{
	return which == FRAMES_GOODPUT      ? &o->tcp.values[TCPOBS_GOODPUT]
		: which == FRAMES_RUN_TOTAL ? &o->http.values[HTTPOBS_RUN_TOTAL]
					    : &o->http.values[HTTPOBS_CLIENT_MEAN];
}

static const char *
single_name(enum frames_single which)
{
	return which == FRAMES_GOODPUT
		? tcpobs_metric_name(TCPOBS_GOODPUT)
		: httpobs_metric_name(
			  which == FRAMES_RUN_TOTAL ? HTTPOBS_RUN_TOTAL : HTTPOBS_CLIENT_MEAN);
}

void
frame_of_single(
	struct frame *f, const struct study *s, enum frames_single which, enum frame_times times)
{
	size_t cap = 0;

	for (size_t i = 0; i < s->n_observations; i++)
		cap += values_of(&s->observations[i], which)->n;
	frame_init(f, cap, times);
	frame_add_metric(f, single_name(which));
	frames_add_factors(f, s, points);
	for (size_t i = 0; i < s->n_observations; i++) {
		const struct values *v = values_of(&s->observations[i], which);
		size_t first_row = f->n;

		for (size_t k = 0; k < v->n; k++) {
			f->metrics[0].x[f->n] = v->x[k];
			if (f->t_ns)
				f->t_ns[f->n] = TSTAMP_NONE;
			f->n++;
		}
		f->excluded += v->excluded;
		label_observation(f, first_row, s, i);
	}
	frame_finish(f);
}
