/*
 * frames_study - probes of a study as rows; see frames.h.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/frames_int.h"
#include "core/tstamp.h"

static int
name_cmp(const void *a, const void *b)
{
	const struct frame_factor *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void
frames_add_factors(struct frame *f, const struct study *s, const char *const *points)
{
	static const char *const fixed[] = {"dataset", "run", "platform", "driver", NULL};
	size_t n_fixed;

	for (size_t i = 0; fixed[i]; i++)
		frame_add_factor(f, fixed[i]);
	for (; *points; points++)
		frame_add_factor(f, *points);
	n_fixed = f->n_factors;
	for (size_t i = 0; i < s->n_runs; i++) {
		const struct labels *l = &s->runs[i].labels;

		for (size_t k = 0; k < l->n; k++)
			if (frame_find(f, l->items[k].name) == SIZE_MAX)
				frame_add_factor(f, l->items[k].name);
	}
	if (f->n_factors > n_fixed)
		qsort(f->factors + n_fixed, f->n_factors - n_fixed, sizeof *f->factors, name_cmp);
}

static void
fill(struct frame *f, size_t factor, size_t first_row, const char *level, int rank)
{
	uint16_t code = frame_code(&f->factors[factor], level, rank);

	for (size_t i = first_row; i < f->n; i++)
		f->factors[factor].code[i] = code;
}

void
frames_label_rows(struct frame *f, size_t first_row, const struct study_run *sr)
{
	for (size_t k = 0; k < f->n_factors; k++) {
		const struct label *l = labels_get(&sr->labels, f->factors[k].name);

		fill(f, k, first_row, l ? l->level : NULL, 0);
	}
}

void
frames_label_point(struct frame *f, size_t first_row, const struct study *s, const char *name,
	const char *point)
{
	fill(f, frame_find(f, name), first_row, point, study_point_rank(s, point));
}

/* ---- round-trip times ---- */

static void
add_observation(struct frame *f, const struct observation *o, uint32_t excluded_flags)
{
	double rate_pps = measure_rate_achieved(o);

	for (size_t k = 0; k < o->n_samples; k++) {
		const struct echo_sample *v = &o->samples[k];

		if (v->rtt_ns == TSTAMP_NONE)
			continue;
		if (v->flags & excluded_flags) {
			f->excluded++;
			continue;
		}
		f->metrics[0].x[f->n] = (double)v->rtt_ns;
		f->metrics[1].x[f->n] = rate_pps;
		if (f->t_ns)
			f->t_ns[f->n] = v->t_ns;
		f->n++;
	}
}

void
frame_of_rtt(
	struct frame *f, const struct study *s, uint32_t excluded_flags, enum frame_times times)
{
	static const char *const points[] = {"point", NULL};
	size_t cap = 0;

	for (size_t i = 0; i < s->n_observations; i++)
		cap += s->observations[i].n_samples;
	frame_init(f, cap, times);
	frame_add_metric(f, "rtt_ns");
	frame_add_metric(f, "rate_achieved_pps");
	frames_add_factors(f, s, points);
	for (size_t i = 0; i < s->n_observations; i++) {
		const struct observation *o = &s->observations[i];
		size_t first_row = f->n;

		add_observation(f, o, excluded_flags);
		if (f->n == first_row)
			continue;
		frames_label_rows(f, first_row, study_run_of(s, i));
		frames_label_point(f, first_row, s, "point", o->point);
	}
	frame_finish(f);
}

/* ---- overhead ---- */

static void
add_job(struct frame *f, const struct overhead_job *j, uint32_t excluded_flags)
{
	for (size_t k = 0; k < j->n; k++) {
		const struct overhead_sample *v = &j->samples[k];

		if (v->flags & excluded_flags) {
			f->excluded += v->overhead_ns != TSTAMP_NONE;
			continue;
		}
		for (size_t m = 0; m < OVERHEAD_N_METRICS; m++)
			f->metrics[m].x[f->n] = overhead_metrics[m].value(v);
		if (f->t_ns)
			f->t_ns[f->n] = v->t_ns;
		f->n++;
	}
}

void
frame_of_overhead(struct frame *f, const struct study *s, const struct overhead_jobs *w,
	uint32_t excluded_flags, enum frame_times times)
{
	static const char *const points[] = {"inner", "outer", NULL};
	size_t cap = 0;

	for (size_t i = 0; i < w->n; i++)
		cap += w->jobs[i].n;
	frame_init(f, cap, times);
	for (size_t m = 0; m < OVERHEAD_N_METRICS; m++)
		frame_add_metric(f, overhead_metrics[m].name);
	frames_add_factors(f, s, points);
	for (size_t i = 0; i < w->n; i++) {
		const struct overhead_job *j = &w->jobs[i];
		size_t first_row = f->n;

		add_job(f, j, excluded_flags);
		frames_label_rows(f, first_row, j->sr);
		frames_label_point(f, first_row, s, "inner", j->inner->point);
		frames_label_point(f, first_row, s, "outer", j->outer->point);
	}
	frame_finish(f);
}
