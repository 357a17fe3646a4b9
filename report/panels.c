/*
 * panels - from a line of text to a figure; see panels.h.
 *
 * Levels of x stand at equal distances in the order of the report, numbers by value, as the papers
 * draw them.  A point of a curve is a statistic of one cell: "median" and "mean" with the interval that the
 * results give, else without; "box" the median with the quartiles as ends of its bar; "share" and
 * "absolute" are medians of overhead_share_pct and overhead_ns.  Every spot belongs to one cell: what else
 * varies has to be fixed, or to become part of a series or facet; nothing is averaged here.
 */
#include "report/panels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/figures.h"
#include "report/tables.h"
#include "report/view.h"

enum role { ROLE_X, ROLE_SERIES, ROLE_FACET, N_ROLES };

struct names {
	const char *items[PANELS_NAMES_MAX];
	size_t n;
};

struct request {
	struct names roles[N_ROLES];
	const char *metric;
	const char *stat;
	const char *point;
	const char *fixed[PANELS_FIXED_MAX];
	const char *level[PANELS_FIXED_MAX];
	size_t n_fixed;
};

static const struct stat_kind {
	const char *name;
	const char *metric; /* NULL: the one that is asked for */
	const char *column; /* of describe, and statistic of ci */
	bool box;
	const char *title;
} stats[] = {
	{"median", NULL, "median", false, "median"},
	{"mean", NULL, "mean", false, "mean"},
	{"box", NULL, "median", true, "median and quartiles"},
	{"share", "overhead_share_pct", "median", false, "median"},
	{"absolute", "overhead_ns", "median", false, "median"},
};
#define N_STATS (sizeof stats / sizeof *stats)

static const struct stat_kind *
stat_called(const char *name)
{
	for (size_t i = 0; i < N_STATS; i++)
		if (!strcmp(stats[i].name, name))
			return &stats[i];
	return NULL;
}

/* ---- cells ---- */

static bool
is_factor(const struct model *m, const char *name)
{
	for (size_t i = 0; i < m->n_factors; i++)
		if (!strcmp(m->factors[i], name))
			return true;
	return !strcmp(name, "platform") || !strcmp(name, "driver");
}

static const char *
level_of(const struct model *m, size_t cell, const char *name)
{
	const struct model_cell *c = &m->cells[cell];

	if (!strcmp(name, "platform"))
		return c->platform;
	if (!strcmp(name, "driver"))
		return c->driver;
	for (size_t i = 0; i < m->n_factors; i++)
		if (!strcmp(m->factors[i], name))
			return c->levels[i];
	return NULL;
}

/* The levels of several names, joined: "docker nat"; "–" where there is none. */
static const char *
heading(struct doc *d, const struct model *m, size_t cell, const struct names *names)
{
	struct strbuf b;
	const char *text;

	strbuf_init(&b);
	for (size_t i = 0; i < names->n; i++) {
		const char *level = level_of(m, cell, names->items[i]);

		if (level)
			strbuf_addf(&b, "%s%s", b.n ? " " : "", level);
	}
	text = b.n ? doc_take(d, &b) : NUM_NONE;
	strbuf_release(&b);
	return text;
}

/* ---- what is asked for ---- */

static enum vstatus
take_names(struct names *to, struct doc *d, const struct model *m, struct slice value,
	struct verr *err)
{
	struct slice name;

	while (slice_cut(&name, &value, ',')) {
		const char *text = doc_text(d, "%.*s", (int)name.n, name.p);

		if (!is_factor(m, text))
			return verr_set(err, V_EUSAGE, "no factor \"%.60s\" in the results", text);
		if (to->n == PANELS_NAMES_MAX)
			return verr_set(err, V_ELIMIT, "more than %d names", PANELS_NAMES_MAX);
		to->items[to->n++] = text;
	}
	return V_OK;
}

static enum vstatus
take_pair(struct request *q, struct doc *d, const struct model *m, struct slice pair,
	struct verr *err)
{
	static const char *const roles[N_ROLES] = {"x", "series", "facet"};
	const char *eq = memchr(pair.p, '=', pair.n);
	struct slice key, value;
	const char *name, *text;

	if (!eq)
		return verr_set(err, V_EUSAGE, "expected NAME=VALUE, found \"%.*s\"", (int)pair.n,
			pair.p);
	key = (struct slice){pair.p, (size_t)(eq - pair.p)};
	value = (struct slice){eq + 1, pair.n - key.n - 1};
	for (size_t i = 0; i < N_ROLES; i++)
		if (slice_eq(key, roles[i]))
			return take_names(&q->roles[i], d, m, value, err);
	name = doc_text(d, "%.*s", (int)key.n, key.p);
	text = doc_text(d, "%.*s", (int)value.n, value.p);
	if (!strcmp(name, "metric"))
		q->metric = text;
	else if (!strcmp(name, "stat"))
		q->stat = text;
	else if (!strcmp(name, "point"))
		q->point = text;
	else if (!is_factor(m, name))
		return verr_set(err, V_EUSAGE, "no factor \"%.60s\" in the results", name);
	else if (q->n_fixed == PANELS_FIXED_MAX)
		return verr_set(err, V_ELIMIT, "more than %d fixed factors", PANELS_FIXED_MAX);
	else {
		q->fixed[q->n_fixed] = name;
		q->level[q->n_fixed++] = text;
	}
	return V_OK;
}

static enum vstatus
read_request(struct request *q, struct doc *d, const struct model *m, const char *spec,
	struct verr *err)
{
	struct slice rest = slice_of(spec), pair;
	enum vstatus st = V_OK;

	*q = (struct request){.stat = "median"};
	while (st == V_OK && slice_cut(&pair, &rest, ';'))
		if (pair.n)
			st = take_pair(q, d, m, pair, err);
	if (st != V_OK)
		return st;
	if (!stat_called(q->stat))
		return verr_set(err, V_EUSAGE,
			"stat=%.40s: expected median, mean, box, share or absolute", q->stat);
	if (stat_called(q->stat)->metric)
		q->metric = stat_called(q->stat)->metric;
	if (q->roles[ROLE_X].n == 0 || !q->metric)
		return verr_set(err, V_EUSAGE, "expected x=FACTOR and metric=METRIC");
	return V_OK;
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
	const struct stat_kind *stat = stat_called(q->stat);
	const struct model_row *ci = row_at(d, q, m, KIND_CI, stat->column, cell);
	const struct model_row *describe = row_at(d, q, m, KIND_DESCRIBE, "", cell);

	*p = (struct doc_point){0, NAN, NAN, NAN};
	if (stat->box || !ci) {
		p->p = model_real(describe, stat->column);
		p->p_lower = stat->box ? model_real(describe, "q1") : (double)NAN;
		p->p_upper = stat->box ? model_real(describe, "q3") : (double)NAN;
	} else {
		p->p = model_real(ci, "estimate");
		p->p_lower = model_real(ci, "lower");
		p->p_upper = model_real(ci, "upper");
	}
	return isfinite(p->p);
}

static bool
is_wanted(const struct request *q, const struct model *m, size_t cell)
{
	for (size_t i = 0; i < q->n_fixed; i++) {
		const char *level = level_of(m, cell, q->fixed[i]);

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

static int
by_level(const void *a, const void *b)
{
	return level_cmp(*(const char *const *)a, *(const char *const *)b);
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
		const char *x = level_of(b->m, one, name), *y = level_of(b->m, other, name);

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
				heading(b->d, b->m, cell, &b->q->roles[i]));
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
		b->points[spot(at)] = p;
	}
	return V_OK;
}

static void
add_curve(struct doc_figure *f, const struct building *b, size_t panel, size_t series)
{
	struct doc_curve *c = &f->curves[f->n_curves];

	*c = (struct doc_curve){.label = b->lists[ROLE_SERIES].items[series],
		.panel = panel,
		.series = series,
		.points = arena_alloc(
			&b->d->arena, (b->lists[ROLE_X].n + 1) * sizeof *c->points)};
	for (size_t x = 0; x < b->lists[ROLE_X].n; x++) {
		size_t at = spot((size_t[N_ROLES]){x, series, panel});

		if (b->cells[at])
			c->points[c->n_points++] = b->points[at];
	}
	f->n_curves += c->n_points > 0;
}

static void
choose_range(struct doc_figure *f)
{
	double *all = xcalloc(f->n_curves * PANELS_TICKS_MAX + 1, sizeof *all), margin;
	size_t n = 0;

	f->from = INFINITY;
	f->to = -INFINITY;
	for (size_t i = 0; i < f->n_curves; i++) {
		for (size_t k = 0; k < f->curves[i].n_points; k++) {
			const struct doc_point *p = &f->curves[i].points[k];

			all[n++] = p->p;
			f->from = fmin(f->from, fmin(p->p, p->p_lower));
			f->to = fmax(f->to, fmax(p->p, p->p_upper));
		}
	}
	f->unit = num_metric_unit(f->metric, all, n);
	free(all);
	f->from = fmin(f->from, 0);
	margin = 0.05 * (f->to - f->from);
	f->to += margin > 0 ? margin : 1;
	f->from -= f->from < 0 ? margin : 0;
}

static void
describe_figure(struct doc_figure *f, const struct building *b)
{
	const struct request *q = b->q;
	struct doc *d = b->d;
	const char *metric = tables_quantity(d, q->metric);

	f->metric = q->metric;
	f->axis = doc_text(d, "%s, %s", metric, stat_called(q->stat)->title);
	f->x_axis = view_human(d, q->roles[ROLE_X].items[0]);
	f->title = doc_text(d, "%s over %s", metric, f->x_axis);
	f->caption = !strcmp(q->stat, "box")
		? "Medians; bars reach from the lower to the upper quartile."
		: "Bars are the intervals of the results, where these have one.";
	f->numbers = f->id;
	f->ticks = b->lists[ROLE_X].items;
	f->n_ticks = b->lists[ROLE_X].n;
	f->panels = b->lists[ROLE_FACET].items;
	f->n_panels = b->lists[ROLE_FACET].n;
}

static void
add_figure(struct building *b)
{
	struct doc_figure *f;
	size_t number = 1;
	size_t n_series = b->lists[ROLE_SERIES].n;

	for (size_t i = 0; i < b->d->n_figures; i++)
		number += b->d->figures[i].kind == DOC_PANELS;
	f = doc_add_figure(b->d, DOC_PANELS, doc_text(b->d, "asked-%zu", number));
	describe_figure(f, b);
	f->curves = arena_alloc(&b->d->arena, (f->n_panels * n_series + 1) * sizeof *f->curves);
	for (size_t panel = 0; panel < f->n_panels; panel++)
		for (size_t s = 0; s < n_series; s++)
			add_curve(f, b, panel, s);
	choose_range(f);
}

enum vstatus
panels_add(struct doc *d, const struct model *m, const char *spec, struct verr *err)
{
	static const size_t max[N_ROLES] = {PANELS_TICKS_MAX, FIGURES_CURVES_MAX, PANELS_MAX};
	size_t n_spots = PANELS_MAX * FIGURES_CURVES_MAX * PANELS_TICKS_MAX;
	struct request q;
	struct building b = {.d = d, .m = m, .q = &q};
	enum vstatus st = read_request(&q, d, m, spec, err);

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
