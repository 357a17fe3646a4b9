/*
 * outliers - from a frame to the rows of `outliers` analyses; see outliers.h.
 *
 * Three groupings of the same rows: by group (whose outliers add up to 100 %), by scale (whose
 * samples have one median and MAD), by combination (a row of the result).  The first is coarser
 * than the other two.
 */
#include "analyze/outliers.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/frames.h"
#include "analyze/rows.h"
#include "analyze/stats/outlier.h"
#include "core/tstamp.h"

#define GROUPS_NOTED_MAX 12 /* more medians than that are no note any more */

struct combination {
	size_t cell;
	size_t group;
	uint64_t n;
	uint64_t outliers;
};

struct work {
	const struct frame *f;
	const struct outliers_params *p;
	const size_t *factors; /* groups first, then by */
	size_t n_factors;
	size_t n_groups;
	struct frame_cells groups;
	struct frame_cells scales;
	struct frame_cells cells;
	/* Of one metric: */
	const struct frame_metric *metric;
	struct analysis *a;
	struct combination *combinations; /* one per cell, in the order of the rows to be */
	uint64_t *group_outliers;
	size_t n_by_mean;        /* scales with MAD 0 */
	uint64_t n_cut;          /* samples in buckets that a threshold cuts */
	uint64_t n_cut_outliers; /* of these, how many count as outliers */
	size_t n_equal;          /* scales whose samples are all equal */
	char reason[120];        /* why a scale has none; "" if all have */
};

/* ---- the list ---- */

static const struct {
	const char *name;
	enum column_type type;
} list_columns[] = {
	{"run", COLUMN_TEXT},
	{"point", COLUMN_TEXT},
	{"inner", COLUMN_TEXT},
	{"outer", COLUMN_TEXT},
	{"t_ns", COLUMN_INT},
	{"metric", COLUMN_TEXT},
	{"value", COLUMN_REAL},
	{"score", COLUMN_REAL},
};

void
outliers_list_init(struct table *list)
{
	for (size_t i = 0; i < sizeof list_columns / sizeof *list_columns; i++)
		table_add_column(list, list_columns[i].name, list_columns[i].type);
}

static void
list_outlier(const struct work *w, uint32_t row, double value, double score)
{
	struct table *t = w->p->list;
	size_t line = table_add_row(t);

	if (w->f->t_ns && w->f->t_ns[row] != TSTAMP_NONE)
		table_set_int(t, table_find(t, "t_ns"), line, w->f->t_ns[row]);
	rows_set_text(t, line, "metric", w->metric->name);
	rows_set_real(t, line, "value", value);
	rows_set_real(t, line, "score", score);
	for (size_t k = 0; k < w->f->n_factors; k++) {
		const struct frame_factor *factor = &w->f->factors[k];
		uint16_t code = factor->code[row];

		rows_set_text(t, line, factor->name,
			code == FRAME_ABSENT ? NULL : factor->levels[code].text);
	}
}

/* ---- counting ---- */

/* Room for the samples of the frame. */
struct scratch {
	double *x;
	uint64_t *weight; /* NULL: one sample each */
};

/* The samples of a scale that have the metric, into s; how many. */
static size_t
take_samples(const struct scratch *s, const struct work *w, size_t scale)
{
	size_t n = 0;

	for (size_t i = w->scales.begin[scale]; i < w->scales.begin[scale + 1]; i++) {
		uint32_t row = w->scales.rows[i];
		double v = w->metric->x[row];

		if (isnan(v) || !frame_weight(w->f, row))
			continue;
		s->x[n] = v;
		if (s->weight)
			s->weight[n] = w->f->weight[row];
		n++;
	}
	return n;
}

static enum vstatus
scale_of(struct outlier_scale *scale, const struct scratch *s, size_t n, struct verr *err)
{
	if (!n)
		return V_END;
	if (s->weight)
		return outlier_scale_of_counts(scale, s->x, s->weight, n, err);
	return outlier_scale_of(scale, s->x, n, err);
}

/* Is one end of the row's bucket an outlier and the other none, or one on the other side? */
static bool
is_cut(const struct work *w, const struct outlier_scale *s, uint32_t row)
{
	double v = w->metric->x[row], half = w->f->half_width ? w->f->half_width[row] : 0;
	double low = outlier_score(s, v - half), high = outlier_score(s, v + half);
	bool low_is = fabs(low) > w->p->threshold, high_is = fabs(high) > w->p->threshold;

	return low_is != high_is || (low_is && low < 0 && high > 0);
}

static void
note_scale(struct work *w, size_t scale, const struct outlier_scale *s)
{
	w->n_by_mean += s->kind == OUTLIER_BY_MEAN_DEVIATION;
	w->n_equal += s->kind == OUTLIER_NONE;
	if (w->p->within == OUTLIERS_WITHIN_DATASET && w->groups.n <= GROUPS_NOTED_MAX) {
		struct strbuf b;

		strbuf_init(&b);
		for (size_t i = 0; i < w->n_groups; i++) {
			const char *level = frame_level_of(w->f, &w->scales, scale, w->factors[i]);

			if (level)
				strbuf_addf(&b, "%s%s %s", b.n ? ", " : "",
					w->f->factors[w->factors[i]].name, level);
		}
		analysis_note(w->a, "%s%smedian %g %s, %s %g %s.", b.n ? b.p : "", b.n ? ": " : "",
			s->median, table_unit(w->metric->name),
			s->kind == OUTLIER_BY_MEAN_DEVIATION ? "MAD 0, mean absolute deviation"
							     : "MAD",
			s->deviation, table_unit(w->metric->name));
		strbuf_release(&b);
	}
}

/* s is NULL where the scale is undefined. */
static void
count_row(struct work *w, const struct outlier_scale *s, uint32_t row)
{
	struct combination *c = &w->combinations[w->cells.cell_of[row]];
	double v = w->metric->x[row], score;
	uint64_t n = frame_weight(w->f, row);
	bool cut, is_outlier;

	if (isnan(v))
		return;
	c->n += n;
	score = s ? outlier_score(s, v) : NAN;
	is_outlier = fabs(score) > w->p->threshold;
	cut = s && w->f->weight && is_cut(w, s, row);
	w->n_cut += cut ? n : 0;
	w->n_cut_outliers += cut && is_outlier ? n : 0;
	if (!is_outlier)
		return;
	c->outliers += n;
	w->group_outliers[c->group] += n;
	if (w->p->list)
		list_outlier(w, row, v, score);
}

static void
count_scale(struct work *w, size_t scale, const struct scratch *scratch)
{
	struct outlier_scale s;
	struct verr err;
	enum vstatus st = scale_of(&s, scratch, take_samples(scratch, w, scale), &err);

	if (st == V_OK)
		note_scale(w, scale, &s);
	else if (st != V_END)
		snprintf(w->reason, sizeof w->reason, "%.119s", err.msg);
	for (size_t i = w->scales.begin[scale]; i < w->scales.begin[scale + 1]; i++)
		count_row(w, st == V_OK ? &s : NULL, w->scales.rows[i]);
}

/* ---- rows ---- */

static int
by_share(const void *a, const void *b)
{
	const struct combination *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	if (x->outliers != y->outliers)
		return x->outliers > y->outliers ? -1 : 1;
	return (x->cell > y->cell) - (x->cell < y->cell);
}

static double
share_pct(const struct work *w, const struct combination *c)
{
	uint64_t all = w->group_outliers[c->group];

	return all ? 100 * (double)c->outliers / (double)all : NAN;
}

static void
set_counts(const struct work *w, size_t row, const struct combination *c)
{
	struct table *t = &w->a->rows;

	rows_set_text(t, row, "metric", w->metric->name);
	rows_set_int(t, row, "n", c->n);
	rows_set_int(t, row, "outliers", c->outliers);
	rows_set_real(t, row, "share_pct", share_pct(w, c));
	rows_set_text(t, row, "reason",
		*w->reason                            ? w->reason
			: w->group_outliers[c->group] ? NULL
						      : "there are no outliers");
}

static void
add_combination(const struct work *w, const struct combination *c)
{
	struct table *t = &w->a->rows;
	size_t row = table_add_row(t);

	for (size_t i = 0; i < w->n_factors; i++)
		table_set_text(t, i, row, frame_level_of(w->f, &w->cells, c->cell, w->factors[i]));
	set_counts(w, row, c);
}

/* The rest of a group: those with shares too small for a row each. */
static void
add_others(const struct work *w, const struct combination *sum)
{
	struct table *t = &w->a->rows;
	size_t row = table_add_row(t);

	for (size_t i = 0; i < w->n_groups; i++)
		table_set_text(
			t, i, row, frame_level_of(w->f, &w->cells, sum->cell, w->factors[i]));
	if (w->n_factors > w->n_groups)
		table_set_text(t, w->n_groups, row, "other scenarios");
	set_counts(w, row, sum);
}

static void
add_rows(const struct work *w)
{
	struct combination others = {0};
	size_t n_others = 0, n_rows = 0, rows_max = w->p->rows_max ? w->p->rows_max : SIZE_MAX;

	for (size_t i = 0; i < w->cells.n; i++) {
		const struct combination *c = &w->combinations[i];
		bool last = i + 1 == w->cells.n || c[1].group != c->group;

		if (c->n && (share_pct(w, c) < w->p->min_share_pct || n_rows == rows_max)) {
			others = (struct combination){
				c->cell, c->group, others.n + c->n, others.outliers + c->outliers};
			n_others++;
		} else if (c->n) {
			add_combination(w, c);
			n_rows++;
		}
		if (last && n_others)
			add_others(w, &others);
		if (last) {
			others = (struct combination){0};
			n_others = n_rows = 0;
		}
	}
}

static void
add_notes(const struct work *w)
{
	struct analysis *a = w->a;

	json_add_f64(a->parameters, "threshold", w->p->threshold);
	json_add_str(
		a->parameters, "within", w->p->within == OUTLIERS_WITHIN_CELL ? "cell" : "dataset");
	analysis_note(a,
		"An outlier has a modified z-score (Iglewicz and Hoaglin) above %g or "
		"below -%g; shares are of all outliers.",
		w->p->threshold, w->p->threshold);
	if (w->n_by_mean)
		analysis_note(a,
			"Where more than half of the values are equal the MAD is 0, and "
			"the mean absolute deviation takes its place (%zu of %zu medians).",
			w->n_by_mean, w->scales.n);
	if (w->n_equal)
		analysis_note(a,
			"Where all values are equal, none is an outlier (%zu of %zu "
			"medians).",
			w->n_equal, w->scales.n);
	frames_note_buckets(a, w->f);
	if (w->f->weight)
		analysis_note(a,
			"A bucket is in or out as a whole: %" PRIu64
			" samples are in buckets that a "
			"threshold cuts, %" PRIu64 " of them counted as outliers.",
			w->n_cut, w->n_cut_outliers);
	if (w->f->excluded)
		analysis_note(a,
			"%" PRIu64 " samples are left out for their flags (ambiguous, "
			"negative or corrupt; --keep FLAG includes them).",
			w->f->excluded);
}

/* ---- one metric ---- */

static void
add_metric(struct results *r, struct work *w)
{
	const char **names = xcalloc(w->n_factors + 1, sizeof *names);
	struct scratch scratch = {
		.x = xmalloc_large((w->f->n + 1) * sizeof *scratch.x),
		.weight =
			w->f->weight ? xmalloc_large((w->f->n + 1) * sizeof *scratch.weight) : NULL,
	};

	for (size_t i = 0; i < w->n_factors; i++)
		names[i] = w->f->factors[w->factors[i]].name;
	w->a = results_add(
		r, w->p->kind ? w->p->kind : "outliers", w->metric->name, names, w->n_factors);
	w->combinations = xcalloc(w->cells.n + 1, sizeof *w->combinations);
	w->group_outliers = xcalloc(w->groups.n + 1, sizeof *w->group_outliers);
	w->n_by_mean = w->n_equal = 0;
	w->n_cut = w->n_cut_outliers = 0;
	w->reason[0] = '\0';
	for (size_t c = 0; c < w->cells.n; c++) {
		w->combinations[c].cell = c;
		w->combinations[c].group = w->groups.cell_of[w->cells.rows[w->cells.begin[c]]];
	}
	for (size_t s = 0; s < w->scales.n; s++)
		count_scale(w, s, &scratch);
	qsort(w->combinations, w->cells.n, sizeof *w->combinations, by_share);
	add_rows(w);
	add_notes(w);
	free(w->combinations);
	free(w->group_outliers);
	free(scratch.x);
	free(scratch.weight);
	free(names);
}

/* The RTTs of a pair of points have a frame of their own; the rate is a run's, not a probe's. */
static bool
is_wanted(const struct filter *metrics, const char *name)
{
	if (metrics)
		return filter_keeps(metrics, name);
	return strcmp(name, "rtt_inner_ns") && strcmp(name, "rtt_outer_ns") &&
		strcmp(name, "rate_achieved_pps");
}

/* The factors that make a cell: all but the names of files and repetitions.  Heap. */
static size_t *
cell_factors(size_t *n, const struct frame *f)
{
	size_t *factors = xcalloc(f->n_factors + 1, sizeof *factors);

	*n = 0;
	for (size_t k = 0; k < f->n_factors; k++)
		if (!frames_is_label(f->factors[k].name))
			factors[(*n)++] = k;
	return factors;
}

void
outliers_add(struct results *r, const struct frame *f, const size_t *groups, size_t n_groups,
	const size_t *by, size_t n_by, const struct outliers_params *p)
{
	size_t n = n_groups + n_by, n_scale = n_groups;
	size_t *factors = xcalloc(n + 1, sizeof *factors), *scale = NULL;
	struct work w = {.f = f, .p = p, .factors = factors, .n_factors = n, .n_groups = n_groups};

	for (size_t i = 0; i < n; i++)
		factors[i] = i < n_groups ? groups[i] : by[i - n_groups];
	if (p->within == OUTLIERS_WITHIN_CELL)
		scale = cell_factors(&n_scale, f);
	frame_group(&w.groups, f, groups, n_groups);
	frame_group(&w.scales, f, scale ? scale : groups, n_scale);
	frame_group(&w.cells, f, factors, n);
	for (size_t m = 0; m < f->n_metrics; m++) {
		w.metric = &f->metrics[m];
		if (is_wanted(p->metrics, w.metric->name))
			add_metric(r, &w);
	}
	frame_cells_release(&w.groups);
	frame_cells_release(&w.scales);
	frame_cells_release(&w.cells);
	free(scale);
	free(factors);
}
