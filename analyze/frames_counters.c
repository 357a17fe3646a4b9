/*
 * frames_counters - what the machines did, as rows of their own and as metrics of a run's probes;
 * see frames.h.
 *
 * A counter has one value a run, which all its probes share, as they share the levels of its
 * factors: so it can be correlated with what was measured of the probes.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/frames_int.h"
#include "core/text.h"
#include "core/tstamp.h"

static const char *
level_of(const struct series *x, const char *name)
{
	const struct label *l = labels_get(&x->labels, name);

	return l ? l->level : NULL;
}

static bool
is_of(const struct series *x, const struct study_run *sr)
{
	return level_of(x, "run") == labels_get(&sr->labels, "run")->level &&
		level_of(x, "dataset") == labels_get(&sr->labels, "dataset")->level;
}

/* Is it among the counters at all?  The names of the others are those of probes. */
static bool
is_counter(const struct measures *m, const char *metric)
{
	for (size_t i = 0; i < m->n_series; i++)
		if (!strcmp(m->series[i].metric, metric))
			return true;
	return false;
}

/* ---- as metrics of probes ---- */

/* The host of the run's innermost point; NULL when nobody noted it. */
static const char *
inner_host(const struct study *s, const struct study_run *sr)
{
	for (size_t i = sr->first; i < sr->first + sr->n_observations; i++) {
		const struct observation *o = &s->observations[i];
		const char *host = o->capture ? o->capture->host : o->tool ? o->tool->host : NULL;

		if (host)
			return host;
	}
	return NULL;
}

/* The run's value of a metric: of its inner host, else of the only one that has it; else NaN. */
static double
value_of(const struct measures *m, const struct study *s, const struct study_run *sr,
	const char *metric)
{
	const char *host = inner_host(s, sr);
	double v = NAN;
	size_t n = 0;

	for (size_t i = 0; i < m->n_series; i++) {
		const struct series *x = &m->series[i];

		if (strcmp(x->metric, metric) != 0 || !x->n || !is_of(x, sr))
			continue;
		if (host && text_same(host, level_of(x, "host")))
			return x->x[0];
		v = x->x[0];
		n++;
	}
	return n == 1 ? v : NAN;
}

/* The values of the levels of the factor `run`, by code. */
static double *
values_of_runs(const struct frame_factor *run, const struct measures *m, const struct study *s,
	const char *metric)
{
	double *v = xmalloc((run->n_levels + 1) * sizeof *v);

	for (size_t i = 0; i < run->n_levels; i++)
		v[i] = NAN;
	for (size_t r = 0; r < s->n_runs; r++)
		for (size_t i = 0; i < run->n_levels; i++)
			if (!strcmp(run->levels[i].text, s->runs[r].run->id))
				v[i] = value_of(m, s, &s->runs[r], metric);
	return v;
}

static void
add_metric(struct frame *f, const struct measures *m, const struct study *s, const char *metric)
{
	size_t run = frame_find(f, "run"), column;
	double *v;

	if (run == SIZE_MAX)
		return;
	v = values_of_runs(&f->factors[run], m, s, metric);
	column = frame_add_metric(f, metric);
	for (size_t i = 0; i < f->n; i++) {
		uint16_t code = f->factors[run].code[i];

		f->metrics[column].x[i] = code == FRAME_ABSENT ? NAN : v[code];
	}
	free(v);
}

void
frame_add_counters(struct frame *f, const struct study *s, const struct measures *counters,
	const struct options *o)
{
	for (size_t i = 0; f->n && i < o->metrics.n_levels; i++)
		if (is_counter(counters, o->metrics.levels[i]))
			add_metric(f, counters, s, o->metrics.levels[i]);
}

/* ---- as rows ---- */

/* The row of a run, whose rows begin at first, and a host: one that is there, or a new one. */
static size_t
row_of(struct frame *f, size_t first, const struct study_run *sr, const char *host)
{
	struct frame_factor *hosts = &f->factors[frame_find(f, "host")];
	uint16_t code = frame_code(hosts, host, 0);
	size_t row;

	for (row = first; row < f->n; row++)
		if (hosts->code[row] == code)
			return row;
	f->n++;
	for (size_t k = 0; k < f->n_metrics; k++)
		f->metrics[k].x[row] = NAN;
	if (f->t_ns)
		f->t_ns[row] = TSTAMP_NONE;
	frames_label_rows(f, row, sr);
	hosts->code[row] = code;
	return row;
}

static void
add_run(struct frame *f, const struct study_run *sr, const struct measures *m)
{
	size_t first = f->n;

	for (size_t i = 0; i < m->n_series; i++) {
		const struct series *x = &m->series[i];

		if (!x->n || !is_of(x, sr))
			continue;
		for (size_t k = 0; k < f->n_metrics; k++)
			if (!strcmp(f->metrics[k].name, x->metric))
				f->metrics[k].x[row_of(f, first, sr, level_of(x, "host"))] =
					x->x[0];
	}
}

void
frame_of_counters(struct frame *f, const struct study *s, const struct measures *counters,
	const struct options *o, enum frame_times times)
{
	static const char *const places[] = {"host", NULL};
	size_t cap = 0;

	for (size_t i = 0; i < s->n_runs; i++)
		cap += s->runs[i].run->n_counters;
	frame_init(f, counters ? cap : 0, times);
	for (size_t i = 0; counters && i < o->metrics.n_levels; i++)
		if (is_counter(counters, o->metrics.levels[i]))
			frame_add_metric(f, o->metrics.levels[i]);
	frames_add_factors(f, s, places);
	for (size_t i = 0; f->n_metrics && i < s->n_runs; i++)
		add_run(f, &s->runs[i], counters);
	frame_finish(f);
}
