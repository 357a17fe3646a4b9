/*
 * frames_histogram - buckets of histograms as rows; see frames.h.
 *
 * A bucket's samples are known to lie in it and no better: the row has its middle as their value
 * and their number as its weight.  Statistics count them all, so that nothing is lost but the order
 * within a bucket.
 */
#include <math.h>
#include <string.h>

#include "analyze/frames.h"

static void
add_run(struct frame *f, const struct histogram *h, const struct histogram_run *run)
{
	for (size_t k = 0; k < h->n_factors; k++) {
		uint16_t code = frame_code(&f->factors[k], run->levels[k], 0);

		for (size_t i = 0; i < run->n; i++)
			f->factors[k].code[f->n + i] = code;
	}
	for (size_t i = 0; i < run->n; i++) {
		const struct bucket *b = &run->buckets[i];
		double half = (b->upper - b->lower) / 2;

		f->metrics[0].x[f->n] = b->lower + half;
		f->half_width[f->n] = half;
		f->weight[f->n] = b->count;
		f->n++;
	}
}

void
frame_of_histograms(
	struct frame *f, const struct histogram *h, const char *metric, const struct options *o)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n_runs; i++)
		n += h->runs[i].n;
	frame_init(f, n, FRAME_NO_TIMES);
	frame_add_metric(f, metric);
	frame_add_weights(f);
	for (size_t k = 0; k < h->n_factors; k++)
		frame_add_factor(f, h->factors[k]);
	for (size_t i = 0; i < h->n_runs; i++)
		if (!strcmp(h->runs[i].metric, metric) && histogram_passes(h, &h->runs[i], o))
			add_run(f, h, &h->runs[i]);
	frame_finish(f);
}

enum vstatus
frames_use_histograms(struct results *r, const struct options *o, const struct frame_use *uses,
	size_t n_uses, const struct histogram *h, struct verr *err)
{
	static const char *const groups[] = {"platform"};
	enum vstatus st = histogram_check_names(h, o, err);
	size_t n = 0;

	for (size_t i = 0; st == V_OK && i < h->n_runs; i++) {
		struct frame f;

		if (!histogram_is_first(h, i))
			continue;
		frame_of_histograms(&f, h, h->runs[i].metric, o);
		n += f.n;
		st = frames_use(r, uses, n_uses, &f, groups, 1, err);
		frame_release(&f);
	}
	if (st == V_OK && !n)
		st = verr_set(err, V_EDOM, "no histogram%s", o->n_filters ? " passes --where" : "");
	return st;
}

void
frames_note_buckets(struct analysis *a, const struct frame *f)
{
	double half = 0;

	if (!f->weight || !f->n_metrics)
		return;
	for (size_t i = 0; i < f->n; i++)
		half = fmax(half, f->half_width[i]);
	json_add_f64(a->parameters, "bucket_width", 2 * half);
	analysis_note(a,
		"From histograms: each sample stands at the middle of its bucket, up to %g %s "
		"wide; samples of one bucket count as equal.",
		2 * half, table_unit(f->metrics[0].name));
}
