/*
 * figures - see figures.h.
 *
 * A figure of distributions sets platforms beside each other.  Where they were measured at several
 * settings, and all curves are too many for one figure, each setting has its own.
 *
 * Value axis of a distribution: logarithmic when all values are positive and the largest is more
 * than 50 times the smallest.  Otherwise linear, and when the outermost percent on either side
 * takes up most of the width it is cut off, which the caption says.
 *
 * A band is drawn around at most three curves; the writer decides.  Curves are handed over with
 * all points that the results hold.
 */
#include "report/figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/view.h"

#define LOG_FROM_RATIO 50.0
#define MARKS_LOG_FROM_RATIO 20.0 /* an interval that is a dot cannot be read */
/* Cut the tails when the full range is this many times the central 98 %. */
#define TAIL_RATIO 4.0
#define TAIL_P 0.01
#define MARGIN 0.04 /* of the shown range, on both sides of a linear axis */
#define LOG_MARGIN 1.3

struct part { /* of the cells, what one figure shows */
	size_t from, to;
	size_t number, of;
	bool of_setting; /* all cells of one, or at least as many as there is room for */
};

static const struct model_row *
curve_row(const struct model *m, const char *metric, size_t cell)
{
	const char *inner, *outer;
	bool pair = view_pair(m, cell, &inner, &outer);

	if (strcmp(metric, "rtt_ns") == 0)
		outer = "";
	else if (!pair)
		return NULL;
	return model_find(m, KIND_CDF, metric, "", cell, inner, outer);
}

static enum view_place
place_of(const char *metric)
{
	return strcmp(metric, "rtt_ns") == 0 ? VIEW_POINT : VIEW_PAIR;
}

static int
point_cmp(const void *va, const void *vb)
{
	const struct doc_point *a = va, *b = vb;

	if (a->x != b->x)
		return a->x < b->x ? -1 : 1;
	return (a->p > b->p) - (a->p < b->p);
}

static void
fill_curve(struct doc *d, struct doc_curve *c, const struct view *v, size_t cell,
	const struct model_row *r, const struct part *part)
{
	enum view_place place = place_of(r->metric);

	c->label = part->of_setting ? view_platform(d, v, cell, place)
				    : view_name(d, v, cell, place);
	c->series = model_variant(v->m, cell);
	c->tags = view_tags(d, v, cell, &c->n_tags);
	c->points = arena_alloc(&d->arena, (r->n + 1) * sizeof *c->points);
	for (size_t i = 0; i < r->n; i++) {
		struct doc_point p = {model_real_at(r, "x", i), model_real_at(r, "p", i),
			model_real_at(r, "p_lower", i), model_real_at(r, "p_upper", i), NAN, NAN};

		if (isfinite(p.x) && isfinite(p.p))
			c->points[c->n_points++] = p;
	}
	if (c->n_points)
		qsort(c->points, c->n_points, sizeof *c->points, point_cmp);
}

/*
 * figures_colour - a platform has its colour in all figures; where that is not possible, the curves
 *   of this one have the first colours of the palette.
 */
void
figures_colour(struct doc_figure *f)
{
	bool taken[FIGURES_CURVES_MAX] = {false}, own = true;

	for (size_t i = 0; own && i < f->n_curves; i++) {
		size_t series = f->curves[i].series;

		own = series < FIGURES_CURVES_MAX && !taken[series];
		if (own)
			taken[series] = true;
	}
	for (size_t i = 0; !own && i < f->n_curves; i++)
		f->curves[i].series = i;
}

/* central - x where the curve leaves TAIL_P, and where it reaches 1 - TAIL_P. */
static void
central(const struct doc_curve *c, double *from, double *to)
{
	for (size_t i = 0; i < c->n_points; i++) {
		if (c->points[i].p >= TAIL_P) {
			*from = fmin(*from, c->points[i].x);
			break;
		}
	}
	for (size_t i = 0; i < c->n_points; i++) {
		if (c->points[i].p >= 1 - TAIL_P || i + 1 == c->n_points) {
			*to = fmax(*to, c->points[i].x);
			break;
		}
	}
}

/* choose_axis - true when the tails are cut off. */
static bool
choose_axis(struct doc_figure *f)
{
	double min = INFINITY, max = -INFINITY, from = INFINITY, to = -INFINITY;
	bool cut;

	for (size_t i = 0; i < f->n_curves; i++) {
		const struct doc_curve *c = &f->curves[i];

		min = fmin(min, c->points[0].x);
		max = fmax(max, c->points[c->n_points - 1].x);
		central(c, &from, &to);
	}
	f->log_axis = min > 0 && max / min > LOG_FROM_RATIO;
	cut = !f->log_axis && to > from && max - min > TAIL_RATIO * (to - from);
	if (cut) {
		min = from;
		max = to;
	}
	if (f->log_axis) {
		f->from = min;
		f->to = max;
		return false;
	}
	f->from = min - MARGIN * (max - min);
	f->to = max + MARGIN * (max - min);
	if (f->to <= f->from) {
		f->from = min - 0.5 * fabs(min) - 1;
		f->to = max + 0.5 * fabs(max) + 1;
	}
	return cut;
}

static enum num_unit
curve_unit(const struct doc_figure *f)
{
	double *x = xcalloc(f->n_curves + 1, sizeof *x);
	enum num_unit unit;

	for (size_t i = 0; i < f->n_curves; i++)
		x[i] = f->curves[i].points[f->curves[i].n_points / 2].x;
	unit = num_time_unit(x, f->n_curves);
	free(x);
	return unit;
}

static void
finish_cdf(struct doc *d, struct doc_figure *f, const struct view *v, const struct part *p)
{
	struct strbuf b;

	f->unit = curve_unit(f);
	figures_colour(f);
	strbuf_init(&b);
	strbuf_adds(&b, "Step functions, probes of all runs pooled.");
	if (choose_axis(f))
		strbuf_adds(&b, " The axis leaves out the outermost percent of the curves.");
	view_usual(&b, v, place_of(f->metric));
	view_constants(&b, v);
	if (p->of > 1 && !p->of_setting)
		strbuf_addf(&b, " Part %zu of %zu.", p->number, p->of);
	if (p->number == FIGURES_PARTS_SHOWN && p->of > FIGURES_PARTS_SHOWN)
		strbuf_adds(&b, " The further parts are in the CSV (vreport --csv).");
	f->caption = doc_take(d, &b);
	strbuf_release(&b);
}

/* cdf_title - "Distribution of the overhead at 100 pps". */
static const char *
cdf_title(struct doc *d, const struct view *v, bool rtt, const size_t *cells, const struct part *p)
{
	const char *title = rtt ? "Distribution of the RTT inside" : "Distribution of the overhead";
	struct strbuf b;

	if (!p->of_setting)
		return title;
	strbuf_init(&b);
	strbuf_addf(&b, "%s at ", title);
	view_setting(&b, v, cells[p->from]);
	title = doc_take(d, &b);
	strbuf_release(&b);
	return title;
}

static struct doc_figure *
new_cdf(struct doc *d, const struct view *v, const char *metric, const size_t *cells,
	const struct part *p)
{
	bool rtt = strcmp(metric, "rtt_ns") == 0;
	const char *id = rtt ? "cdf-rtt" : "cdf-overhead";
	struct doc_figure *f;

	if (p->of > 1)
		id = doc_text(d, "%s-%zu", id, p->number);
	f = doc_add_figure(d, DOC_CDF, id);
	f->title = cdf_title(d, v, rtt, cells, p);
	f->axis = rtt ? "RTT" : "Overhead";
	f->metric = metric;
	f->numbers = id;
	f->csv_only = p->number > FIGURES_PARTS_SHOWN;
	f->curves = arena_alloc(&d->arena, FIGURES_CURVES_MAX * sizeof *f->curves);
	return f;
}

/* group_settings - cells of one setting next to each other, else in order; how many settings. */
static size_t
group_settings(size_t *cells, size_t n, const struct view *v)
{
	size_t n_settings = 0;

	for (size_t from = 0, to; from < n; from = to, n_settings++) {
		to = from + 1;
		for (size_t i = to; i < n; i++) {
			size_t cell = cells[i];

			if (!view_same_setting(v, cells[from], cell))
				continue;
			memmove(&cells[to + 1], &cells[to], (i - to) * sizeof *cells);
			cells[to++] = cell;
		}
	}
	return n_settings;
}

/*
 * find_parts - what each figure shows.  Cells that are too many for one figure are parted by
 *   setting, so that a figure sets platforms beside each other, unless that would part the
 *   platforms; then by number.  How many; parts[] has room for n.
 */
static size_t
find_parts(struct part *parts, size_t *cells, size_t n, const struct view *v)
{
	size_t *grouped = xcalloc(n + 1, sizeof *grouped), n_parts = 0;
	bool by_setting;

	memcpy(grouped, cells, n * sizeof *cells);
	by_setting = n > FIGURES_CURVES_MAX && 2 * group_settings(grouped, n, v) <= n;
	if (by_setting)
		memcpy(cells, grouped, n * sizeof *cells);
	free(grouped);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && to - from < FIGURES_CURVES_MAX; to++)
			if (by_setting && !view_same_setting(v, cells[from], cells[to]))
				break;
		parts[n_parts] = (struct part){from, to, n_parts + 1, 0, by_setting};
		n_parts++;
	}
	for (size_t i = 0; i < n_parts; i++)
		parts[i].of = n_parts;
	return n_parts;
}

static void
add_cdf(struct doc *d, const struct view *v, const char *metric, const size_t *cells,
	const struct part *p)
{
	struct doc_figure *f = new_cdf(d, v, metric, cells, p);

	for (size_t i = p->from; i < p->to; i++) {
		struct doc_curve *c = &f->curves[f->n_curves];

		fill_curve(d, c, v, cells[i], curve_row(v->m, metric, cells[i]), p);
		f->n_curves += c->n_points > 0;
	}
	if (f->n_curves == 0)
		d->n_figures--;
	else
		finish_cdf(d, f, v, p);
}

void
figures_cdf(struct doc *d, const struct model *m, const char *metric)
{
	struct part *parts;
	size_t *cells, n = 0, n_parts;
	struct view v;

	view_init(&v, m, VIEW_IDLE, VIEW_ECHO);
	cells = xcalloc(v.n + 1, sizeof *cells);
	parts = xcalloc(v.n + 1, sizeof *parts);
	for (size_t i = 0; i < v.n; i++) {
		if (curve_row(m, metric, v.cells[i]))
			cells[n++] = v.cells[i];
	}
	n_parts = find_parts(parts, cells, n, &v);
	for (size_t i = 0; i < n_parts; i++)
		add_cdf(d, &v, metric, cells, &parts[i]);
	free(parts);
	free(cells);
	view_release(&v);
}

/*
 * mark_range - a linear axis starts at 0, from which overhead is read; where the marks lie too
 * far apart for that and all intervals are positive, it is logarithmic.
 */
static void
mark_range(struct doc_figure *f)
{
	double min = INFINITY, max = -INFINITY, margin;

	for (size_t i = 0; i < f->n_marks; i++) {
		const struct doc_mark *k = &f->marks[i];

		min = fmin(fmin(min, k->value), k->lower); /* fmin passes over NaN */
		max = fmax(fmax(max, k->value), k->upper);
	}
	f->log_axis = min > 0 && max / min > MARKS_LOG_FROM_RATIO;
	if (f->log_axis) {
		f->from = min / LOG_MARGIN;
		f->to = max * LOG_MARGIN;
		return;
	}
	margin = MARGIN * (fmax(max, 0) - fmin(min, 0));
	f->from = min < 0 ? min - margin : 0;
	f->to = max > 0 ? max + margin : 0;
	if (f->to <= f->from)
		f->to = f->from + 1;
}

static void
finish_intervals(struct doc *d, struct doc_figure *f, const struct view *v, size_t n_all,
	const struct view_said *said)
{
	double ns[FIGURES_MARKS_MAX];
	struct strbuf b;

	for (size_t i = 0; i < f->n_marks; i++)
		ns[i] = f->marks[i].value;
	f->unit = num_time_unit(ns, f->n_marks);
	mark_range(f);
	strbuf_init(&b);
	view_usual(&b, v, VIEW_PAIR);
	view_constants(&b, v);
	view_tell_intervals(&b, said);
	if (n_all > f->n_marks)
		strbuf_addf(&b, " %zu further rows are in the CSV (vreport --csv).",
			n_all - f->n_marks);
	f->caption = doc_take(d, &b);
	strbuf_release(&b);
}

void
figures_intervals(struct doc *d, const struct model *m)
{
	struct doc_table scratch = {0}; /* takes the notes, which the cost table has already */
	struct doc_figure *f = NULL;
	struct view_said said;
	size_t n_all = 0;
	struct view v;

	view_init(&v, m, VIEW_IDLE, VIEW_ECHO);
	view_said_init(&said);
	for (size_t i = 0; i < v.n; i++) {
		const char *inner, *outer;
		struct doc_cell c = {.value = NAN, .lower = NAN, .upper = NAN};

		if (!view_pair(m, v.cells[i], &inner, &outer))
			continue;
		view_value(d, &scratch, &c, m, "overhead_ns", m->statistic, v.cells[i], inner,
			outer, &said);
		if (!isfinite(c.value) || n_all++ >= FIGURES_MARKS_MAX)
			continue;
		if (!f) {
			f = doc_add_figure(d, DOC_INTERVALS, "overhead");
			f->section = DOC_OVERVIEW;
			f->marks = arena_alloc(&d->arena, FIGURES_MARKS_MAX * sizeof *f->marks);
		}
		f->marks[f->n_marks++] = (struct doc_mark){
			view_name(d, &v, v.cells[i], VIEW_PAIR), c.value, c.lower, c.upper,
			model_variant(m, v.cells[i]) % FIGURES_CURVES_MAX};
	}
	if (f) {
		f->title = "Overhead and its interval";
		f->axis = "Overhead";
		f->metric = "overhead_ns";
		f->numbers = "cost";
		finish_intervals(d, f, &v, n_all, &said);
	}
	free(scratch.notes);
	view_release(&v);
}
