/*
 * measure_transit - series and tallies of forwarded packets; see measure.h.
 */
#include "analyze/measure.h"
#include "analyze/transits.h"

static const char *const names[TRANSITS_N_METRICS] = {
	[TRANSITS_ALL] = "delay_ns",
	[TRANSITS_OUT] = "delay_out_ns",
	[TRANSITS_IN] = "delay_in_ns",
};

static void
count_job(uint64_t counts[TRANSIT_N_COUNTS], const struct transits_job *j)
{
	const struct transit_counts *c = &j->counts;

	counts[TRANSIT_PACKETS_INNER] = c->packets[TRANSIT_INNER];
	counts[TRANSIT_PACKETS_OUTER] = c->packets[TRANSIT_OUTER];
	counts[TRANSIT_FORWARDED_OUT] = c->forwarded[TRANSIT_INNER];
	counts[TRANSIT_FORWARDED_IN] = c->forwarded[TRANSIT_OUTER];
	counts[TRANSIT_LOST_OUT] = c->lost[TRANSIT_INNER];
	counts[TRANSIT_LOST_IN] = c->lost[TRANSIT_OUTER];
	counts[TRANSIT_UNFINISHED] = c->unfinished;
	counts[TRANSIT_DUPLICATES] = c->duplicates;
	counts[TRANSIT_REORDERED] = c->reordered;
	counts[TRANSIT_AMBIGUOUS] = c->ambiguous;
	counts[TRANSIT_TRANSLATED] = c->translated;
	counts[TRANSIT_MERGED] = c->merged;
	counts[TRANSIT_LOCAL] = c->local;
	counts[TRANSIT_UNDECODED] = c->undecoded;
	counts[TRANSIT_UNTIMED] = c->untimed;
	counts[TRANSIT_EVICTED] = c->evicted;
	counts[TRANSIT_CLOCK_STEPS] = c->clock_steps;
	counts[TRANSIT_CLOCK_ASSUMED] = !j->clock_stated;
	for (int k = 0; k < 2; k++)
		counts[TRANSIT_DROPPED] += j->point[k].dropped || j->point[k].o->dropped;
}

static void
take_job(struct measures *m, const struct study *s, struct transits_job *j)
{
	const char *inner = j->point[TRANSIT_INNER].o->point;
	const char *outer = j->point[TRANSIT_OUTER].o->point;
	struct labels labels = measures_labels(m, j->sr);

	labels_add(&labels, &m->arena, "inner", inner, study_point_rank(s, inner));
	labels_add(&labels, &m->arena, "outer", outer, study_point_rank(s, outer));
	for (int k = 0; k < TRANSITS_N_METRICS; k++) {
		struct values *v = &j->values[k];
		struct series *series;

		if (!v->n && k != TRANSITS_ALL)
			continue;
		series = measures_add_series(m, names[k], labels);
		series->x = v->x;
		series->n = v->n;
		series->excluded = v->excluded;
		*v = (struct values){0};
	}
	count_job(measures_add_tally(m, names[TRANSITS_ALL], labels)->counts, j);
}

/* Rows go out as they come; what fails first is kept until the reading is over. */
struct row_writer {
	struct samples_writer *samples;
	enum vstatus status;
	struct verr *err;
};

static void
write_row(void *ctx, const struct transits_job *j, const struct transit_row *row)
{
	struct row_writer *w = ctx;

	if (w->status == V_OK)
		w->status = samples_add_transit(w->samples, j, row, w->err);
}

enum vstatus
measure_transit(struct measures *m, struct study *s, const struct measure_pair_params *params,
	struct samples_writer *samples, struct verr *err)
{
	struct row_writer writer = {samples, V_OK, err};
	const struct transits_params p = {.expiry_ns = params->expiry_ns,
		.excluded_flags = params->excluded_flags,
		.n_threads = params->n_threads,
		.row = samples ? write_row : NULL,
		.ctx = &writer};
	struct transits_jobs w = {0};

	transits_plan(&w, s, params->inner, params->outer);
	transits_run(&w, s, &p);
	for (size_t i = 0; i < w.n; i++)
		if (w.jobs[i].point[0].usable || w.jobs[i].point[1].usable)
			take_job(m, s, &w.jobs[i]);
	transits_release(&w);
	measures_prepare(m, params->n_threads);
	return writer.status;
}
