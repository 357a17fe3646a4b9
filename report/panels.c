/*
 * panels - from what is asked for to a figure; see panels.h.
 *
 * Levels of x stand at equal distances in the order of the report, numbers by value, as the papers
 * draw them; with axis=number they stand where their value is.  A point of a curve is a statistic
 * of one cell: "median" and "mean" with the interval that the results give, else without; "box" the
 * quartiles around the median with Tukey's whiskers, as the results give them; "share" and
 * "absolute" are medians of overhead_share_pct and overhead_ns.  Every spot belongs to one cell:
 * what else varies has to be fixed, or to become part of a series or facet; nothing is averaged
 * here.
 */
#include "report/panels.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/figures.h"
#include "report/panels_ask.h"
#include "report/tables.h"
#include "report/view.h"
#include "report/words.h"

/* A level that says by itself what it is of. */
static bool
is_telling(const char *name)
{
	return !strcmp(name, "platform") || !strcmp(name, "driver");
}

/* The levels of several names, joined: "docker nat"; "Load type cpu" where bare is false; "–"
 *   where there is none. */
static const char *
heading(struct doc *d, const struct model *m, size_t cell, const struct names *names, bool bare)
{
	struct strbuf b;
	const char *text;

	strbuf_init(&b);
	for (size_t i = 0; i < names->n; i++) {
		const char *name = names->items[i], *level = panels_level(m, cell, name);
		size_t at;

		if (!level && (bare || is_telling(name)))
			continue;
		strbuf_adds(&b, b.n ? (is_telling(name) || bare ? " " : ", ") : "");
		if (bare || is_telling(name)) {
			strbuf_adds(&b, level ? level : NUM_NONE);
			continue;
		}
		at = b.n;
		words_level(&b, name, level ? level : NUM_NONE);
		b.p[at] = (char)toupper((unsigned char)b.p[at]);
	}
	text = b.n ? doc_take(d, &b) : NUM_NONE;
	strbuf_release(&b);
	return text;
}

/* ---- points ---- */

/* Is the row at the point or pair that is asked for, else at the one that stands for the cell? */
static bool
at_place(struct doc *d, const struct request *q, const struct model *m, size_t cell,
	const struct model_row *r)
{
	const char *inner, *outer;

	if (q->point)
		return !strcmp(q->point, *r->outer ? doc_text(d, "%s-%s", r->inner, r->outer)
						   : r->inner);
	view_pair(m, cell, &inner, &outer);
	return !strcmp(r->inner, inner) && (!*r->outer || !strcmp(r->outer, outer));
}

static const struct model_row *
row_at(struct doc *d, const struct request *q, const struct model *m, enum model_kind kind,
	const char *statistic, size_t cell)
{
	size_t n;
	const struct model_row *r = model_places(m, kind, q->metric, statistic, cell, &n);

	for (size_t i = 0; i < n; i++)
		if (at_place(d, q, m, cell, &r[i]))
			return &r[i];
	return n == 1 && !q->point ? r : NULL;
}

/* The value of a cell; false when it has none. */
static bool
point_of(struct doc_point *p, struct doc *d, const struct request *q, const struct model *m,
	size_t cell)
{
	bool box = q->shape == DOC_BOXES;
	const struct model_row *describe = row_at(d, q, m, KIND_DESCRIBE, "", cell);
	const struct model_row *ci =
		box ? NULL : row_at(d, q, m, KIND_CI, q->stat->column, cell);

	*p = (struct doc_point){0, NAN, NAN, NAN, NAN, NAN};
	if (ci) {
		p->p = model_real(ci, "estimate");
		p->p_lower = model_real(ci, "lower");
		p->p_upper = model_real(ci, "upper");
	} else {
		p->p = model_real(describe, q->stat->column);
	}
	if (box) {
		p->p_lower = model_real(describe, "q1");
		p->p_upper = model_real(describe, "q3");
		p->low = model_real(describe, "whisker_low");
		p->high = model_real(describe, "whisker_high");
	}
	return isfinite(p->p) && (!box || (isfinite(p->p_lower) && isfinite(p->p_upper)));
}

static bool
is_wanted(const struct request *q, const struct model *m, size_t cell)
{
	for (size_t i = 0; i < q->n_fixed; i++) {
		const char *level = panels_level(m, cell, q->fixed[i]);

		if (!level || strcmp(level, q->level[i]) != 0)
			return false;
	}
	return true;
}

/* ---- the figure ---- */

struct list {
	const char **items;
	size_t n, max;
};

/* Where a text stands in a list, at its end when it is new; SIZE_MAX when there is no room. */
static size_t
place_in(struct list *l, const char *text)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->items[i], text))
			return i;
	if (l->n == l->max)
		return SIZE_MAX;
	l->items[l->n] = text;
	return l->n++;
}

static bool
is_native(const char *label)
{
	return !strncmp(label, "native", 6) && (label[6] == '\0' || label[6] == ' ');
}

/* As everywhere in the report: native first, since everything else is read against it. */
static int
by_level(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;
	bool native_x = is_native(x), native_y = is_native(y);

	return native_x != native_y ? native_y - native_x : level_cmp(x, y);
}

struct building {
	struct doc *d;
	const struct model *m;
	const struct request *q;
	struct list lists[N_ROLES]; /* ticks, series, panels */
	size_t *cells;              /* which cell is at a spot, + 1 */
	struct doc_point *points;
};

static size_t
spot(const size_t at[N_ROLES])
{
	return (at[ROLE_FACET] * FIGURES_CURVES_MAX + at[ROLE_SERIES]) * PANELS_TICKS_MAX +
		at[ROLE_X];
}

static enum vstatus
two_cells(const struct building *b, size_t one, size_t other, struct verr *err)
{
	struct strbuf names;

	strbuf_init(&names);
	for (size_t i = 0; i < b->m->n_factors + 2; i++) {
		const char *name = i == 0 ? "platform" : i == 1 ? "driver" : b->m->factors[i - 2];
		const char *x = panels_level(b->m, one, name), *y = panels_level(b->m, other, name);

		if (x != y && (!x || !y || strcmp(x, y)))
			strbuf_addf(&names, "%s%s", names.n ? ", " : "", name);
	}
	verr_set(err, V_EUSAGE,
		"two cells have the same place; they differ in %s: add it to series or facet, or "
		"fix it with FACTOR=LEVEL",
		names.n ? names.p : "nothing");
	strbuf_release(&names);
	return V_EUSAGE;
}

/* First what levels there are, then, when these are in order, what stands where. */
static enum vstatus
visit(struct building *b, bool placing, struct verr *err)
{
	static const char *const whats[N_ROLES] = {"levels of x", "series", "panels"};

	for (size_t cell = 0; cell < b->m->n_cells; cell++) {
		struct doc_point p;
		size_t at[N_ROLES];

		if (!is_wanted(b->q, b->m, cell) || !point_of(&p, b->d, b->q, b->m, cell))
			continue;
		for (int i = 0; i < N_ROLES; i++) {
			at[i] = place_in(&b->lists[i],
				heading(b->d, b->m, cell, &b->q->roles[i], i == ROLE_X));
			if (at[i] == SIZE_MAX)
				return verr_set(err, V_ELIMIT, "more than %zu %s",
					b->lists[i].max, whats[i]);
		}
		if (!placing)
			continue;
		if (b->cells[spot(at)])
			return two_cells(b, b->cells[spot(at)] - 1, cell, err);
		b->cells[spot(at)] = cell + 1;
		p.x = (double)at[ROLE_X];
		if (b->q->numeric && !slice_f64(slice_of(b->lists[ROLE_X].items[at[ROLE_X]]), &p.x))
			return verr_set(err, V_EUSAGE, "axis=number: %.60s is no number",
				b->lists[ROLE_X].items[at[ROLE_X]]);
		b->points[spot(at)] = p;
	}
	return V_OK;
}

/* What a curve stands for: levels of the factors of series and panel, and of fixed ones. */
static void
add_tags(struct doc_curve *c, const struct building *b, size_t cell)
{
	const struct request *q = b->q;
	const struct names *parts[] = {&q->roles[ROLE_SERIES], &q->roles[ROLE_FACET]};

	c->tags = arena_alloc(&b->d->arena,
		(2 * PANELS_NAMES_MAX + PANELS_FIXED_MAX) * sizeof *c->tags);
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < parts[i]->n; k++)
			c->tags[c->n_tags++] = (struct doc_tag){parts[i]->items[k],
				panels_level(b->m, cell, parts[i]->items[k])};
	for (size_t k = 0; k < q->n_fixed; k++)
		c->tags[c->n_tags++] = (struct doc_tag){q->fixed[k], q->level[k]};
}

static int
by_x(const void *va, const void *vb)
{
	const struct doc_point *a = va, *b = vb;

	return (a->x > b->x) - (a->x < b->x);
}

static void
add_curve(struct doc_figure *f, const struct building *b, size_t panel, size_t series)
{
	struct doc_curve *c = &f->curves[f->n_curves];

	*c = (struct doc_curve){.label = b->lists[ROLE_SERIES].items[series],
		.panel = panel,
		.series = series,
		.area_from = NAN,
		.area_to = NAN,
		.points = arena_alloc(
			&b->d->arena, (b->lists[ROLE_X].n + 1) * sizeof *c->points)};
	for (size_t x = 0; x < b->lists[ROLE_X].n; x++) {
		size_t at = spot((size_t[N_ROLES]){x, series, panel});

		if (!b->cells[at])
			continue;
		if (!c->n_points)
			add_tags(c, b, b->cells[at] - 1);
		c->points[c->n_points++] = b->points[at];
	}
	if (c->n_points)
		qsort(c->points, c->n_points, sizeof *c->points, by_x);
	f->n_curves += c->n_points > 0;
}

void
panels_finish(struct doc_figure *f)
{
	size_t n = 0, n_all = 0;
	double *all, margin;

	for (size_t i = 0; i < f->n_curves; i++)
		n_all += f->curves[i].n_points;
	all = xcalloc(n_all + 1, sizeof *all);
	f->from = f->to = isfinite(f->reference) ? f->reference : 0;
	f->x_from = INFINITY;
	f->x_to = -INFINITY;
	for (size_t i = 0; i < f->n_curves; i++) {
		for (size_t k = 0; k < f->curves[i].n_points; k++) {
			const struct doc_point *p = &f->curves[i].points[k];

			all[n++] = p->p; /* fmin and fmax pass over NaN */
			f->from = fmin(f->from, fmin(p->p, fmin(p->p_lower, p->low)));
			f->to = fmax(f->to, fmax(p->p, fmax(p->p_upper, p->high)));
			f->x_from = fmin(f->x_from, p->x);
			f->x_to = fmax(f->x_to, p->x);
		}
	}
	if (isnan(f->reference)) {
		f->unit = num_metric_unit(f->metric, all, n);
	}
	free(all);
	f->from = fmin(f->from, 0);
	margin = 0.05 * (f->to - f->from);
	f->to += margin > 0 ? margin : 1;
	f->from -= f->from < 0 ? margin : 0;
	margin = 0.02 * (f->x_to - f->x_from);
	f->x_from -= margin > 0 ? margin : 1;
	f->x_to += margin > 0 ? margin : 1;
}

static size_t
without_whiskers(const struct doc_figure *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_curves; i++)
		for (size_t k = 0; k < f->curves[i].n_points; k++)
			n += !isfinite(f->curves[i].points[k].low) ||
				!isfinite(f->curves[i].points[k].high);
	return n;
}

static const char *
caption_of(struct doc *d, const struct doc_figure *f)
{
	size_t n = without_whiskers(f), n_all = 0;

	if (f->shape != DOC_BOXES)
		return doc_text(d, "%ss, with the intervals of the results where these have one.",
			words_title(d, f->statistic));
	for (size_t i = 0; i < f->n_curves; i++)
		n_all += f->curves[i].n_points;
	return doc_text(d, "Medians in boxes from quartile to quartile%s%s",
		n < n_all ? ", whiskers to the outermost values within 1.5 interquartile ranges"
			  : "",
		n == 0             ? "."
			: n == n_all ? "; the results have no whiskers."
				     : "; where the results have none, whiskers are missing.");
}

static void
describe_figure(struct doc_figure *f, const struct building *b)
{
	const struct request *q = b->q;
	struct doc *d = b->d;
	const char *over;

	f->metric = q->metric;
	f->shape = q->shape;
	f->numeric = q->numeric;
	f->axis = words_title(d, tables_quantity(d, q->metric));
	f->statistic = q->stat->column;
	f->x_factor = q->roles[ROLE_X].items[0];
	f->x_axis = words_title(d, f->x_factor);
	over = words_plain(d, f->x_factor);
	for (size_t i = 1; i < q->roles[ROLE_X].n; i++) {
		f->x_factor = doc_text(d, "%s,%s", f->x_factor, q->roles[ROLE_X].items[i]);
		f->x_axis = doc_text(d, "%s, %s", f->x_axis,
			words_title(d, q->roles[ROLE_X].items[i]));
		over = doc_text(d, "%s, %s", over, words_plain(d, q->roles[ROLE_X].items[i]));
	}
	f->title = doc_text(d, "%s over %s", f->axis, over);
	f->numbers = f->id;
	f->ticks = b->lists[ROLE_X].items;
	f->n_ticks = q->numeric ? 0 : b->lists[ROLE_X].n;
	f->panels = b->lists[ROLE_FACET].items;
	f->n_panels = b->lists[ROLE_FACET].n;
}

static void
add_figure(struct building *b)
{
	struct doc_figure *f;
	size_t number = 1, n_series = b->lists[ROLE_SERIES].n;

	for (size_t i = 0; i < b->d->n_figures; i++)
		number += !strncmp(b->d->figures[i].id, "asked-", 6);
	f = doc_add_figure(b->d, DOC_PANELS, doc_text(b->d, "asked-%zu", number));
	describe_figure(f, b);
	f->curves = arena_alloc(&b->d->arena, (f->n_panels * n_series + 1) * sizeof *f->curves);
	for (size_t panel = 0; panel < f->n_panels; panel++)
		for (size_t s = 0; s < n_series; s++)
			add_curve(f, b, panel, s);
	panels_finish(f);
	f->caption = caption_of(b->d, f);
}

enum vstatus
panels_add(struct doc *d, const struct model *m, const char *spec, struct verr *err)
{
	static const size_t max[N_ROLES] = {PANELS_TICKS_MAX, FIGURES_CURVES_MAX, PANELS_MAX};
	size_t n_spots = PANELS_MAX * FIGURES_CURVES_MAX * PANELS_TICKS_MAX;
	struct request q;
	struct building b = {.d = d, .m = m, .q = &q};
	enum vstatus st = panels_ask(&q, d, m, spec, err);

	b.cells = xcalloc(n_spots, sizeof *b.cells);
	b.points = xcalloc(n_spots, sizeof *b.points);
	for (int i = 0; i < N_ROLES; i++) {
		b.lists[i].items = arena_alloc(&d->arena, max[i] * sizeof *b.lists[i].items);
		b.lists[i].max = max[i];
	}
	if (st == V_OK)
		st = visit(&b, false, err);
	for (int i = 0; st == V_OK && i < N_ROLES; i++)
		qsort(b.lists[i].items, b.lists[i].n, sizeof *b.lists[i].items, by_level);
	if (st == V_OK)
		st = visit(&b, true, err);
	if (st == V_OK && !b.lists[ROLE_X].n)
		st = verr_set(err, V_EDOM, "nothing in the results fits; is %s measured there?",
			q.metric);
	if (st == V_OK)
		add_figure(&b);
	else
		verr_ctx(err, "--figure %.200s", spec);
	free(b.cells);
	free(b.points);
	return st;
}
