/*
 * sweeps - see sweeps.h.
 *
 * A sweep holds curves at several points, directions or settings, each with a baseline of its own.
 * What the baseline has a level of tells these apart; what it has none of (a driver), and the
 * factor that it is a level of, tells the curves apart that one figure shows.
 *
 * Ratio figures stand in the order of their rank, and shade the range that the areas are over.
 * The axis is linear, since the area is: what is seen is what was summed up.  The areas are those
 * of the results; nothing is added up here.
 */
#include "report/sweeps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/figures.h"
#include "report/lookup.h"
#include "report/panels.h"
#include "report/tables.h"
#include "report/view.h"
#include "report/words.h"

#define SWEEP_FIGURES_SHOWN 6

struct sweep_of {
	const struct model *m;
	const struct analysis *sweep;
	const struct analysis *ranking; /* NULL none */
	const char *over, *factor, *baseline;
	bool parts[MODEL_FACTORS_MAX]; /* of by: a level belongs to the figure, not the curve */
	const char **figure;           /* key of each row's figure */
	const char **curve;            /* and of its curve, within all figures */
	const char **ranked;           /* key of the curve that each row of the ranking is about */
	bool *base;                    /* is the row one of the baseline's? */
};

/*
 * find_parts - which columns tell figures apart.  The first columns of both tables are those of
 *   by, in its order, whatever they are called.
 */
static void
find_parts(struct doc *d, struct sweep_of *w)
{
	const struct analysis *a = w->sweep;

	for (size_t row = 0; row < a->rows.n_rows; row++) {
		for (size_t b = 0; b + 1 < a->n_by; b++) {
			const char *level = lookup_text(d, &a->rows, b, row);

			if (!strcmp(a->by[b], w->factor))
				w->base[row] = level && !strcmp(level, w->baseline);
		}
	}
	for (size_t b = 0; b + 1 < a->n_by; b++) {
		if (!strcmp(a->by[b], w->factor) || !strcmp(a->by[b], "dataset") ||
			!strcmp(a->by[b], "run"))
			continue;
		for (size_t row = 0; row < a->rows.n_rows; row++)
			w->parts[b] |= w->base[row] && !table_absent(&a->rows, b, row);
	}
}

enum of_columns { OF_FIGURE, OF_BOTH };

/* key_of - levels of a row in the columns of a figure, or of figure and curve, joined. */
static const char *
key_of(struct doc *d, const struct sweep_of *w, const struct table *t, size_t row,
	enum of_columns which)
{
	struct strbuf b;
	const char *text;

	strbuf_init(&b);
	for (size_t i = 0; i + 1 < w->sweep->n_by; i++) {
		const char *level = lookup_text(d, t, i, row);

		if (which == OF_FIGURE && !w->parts[i])
			continue;
		if (which == OF_BOTH || level)
			strbuf_addf(&b, "%s%s", b.n ? "\x1f" : "", level ? level : "\x1e");
	}
	text = b.n ? doc_take(d, &b) : "all";
	strbuf_release(&b);
	return text;
}

/* column_of - of the columns that tell curves apart, the one so named; SIZE_MAX none. */
static size_t
column_of(const struct sweep_of *w, const char *name)
{
	for (size_t i = 0; i + 1 < w->sweep->n_by; i++)
		if (!strcmp(w->sweep->by[i], name))
			return i;
	return SIZE_MAX;
}

/* is_alone - is the curve the only one of its platform and driver in its figure? */
static bool
is_alone(const struct sweep_of *w, size_t row)
{
	const struct table *t = &w->sweep->rows;
	size_t columns[] = {column_of(w, "platform"), column_of(w, "driver")};

	for (size_t i = 0; i < t->n_rows; i++) {
		bool same = !strcmp(w->figure[i], w->figure[row]) &&
			strcmp(w->curve[i], w->curve[row]) != 0;

		for (size_t k = 0; k < 2; k++)
			same = same &&
				(columns[k] == SIZE_MAX || table_same(t, columns[k], i, row));
		if (same)
			return false;
	}
	return columns[0] != SIZE_MAX;
}

/* curve_name - "docker (nat)", and what else tells the curve apart where that does not. */
static const char *
curve_name(struct doc *d, const struct sweep_of *w, size_t row)
{
	const struct table *t = &w->sweep->rows;
	size_t platform = column_of(w, "platform"), driver = column_of(w, "driver");
	const char *level = lookup_text(d, t, platform, row), *name;
	bool alone = is_alone(w, row);
	struct strbuf b;

	strbuf_init(&b);
	strbuf_adds(&b, level ? level : "");
	if ((level = lookup_text(d, t, driver, row)))
		strbuf_addf(&b, "%s(%s)", b.n ? " " : "", level);
	for (size_t i = 0; !alone && i + 1 < w->sweep->n_by; i++) {
		level = lookup_text(d, t, i, row);
		if (level && !w->parts[i] && i != platform && i != driver)
			strbuf_addf(&b, "%s%s", b.n ? ", " : "", level);
	}
	name = b.n ? doc_take(d, &b) : "all";
	strbuf_release(&b);
	return name;
}

/* varies - has the column several levels among the rows of the baseline? */
static bool
varies(const struct sweep_of *w, size_t col)
{
	size_t first = 0;

	while (first < w->sweep->rows.n_rows && !w->base[first])
		first++;
	for (size_t i = first; i < w->sweep->rows.n_rows; i++)
		if (w->base[i] && !table_same(&w->sweep->rows, col, first, i))
			return true;
	return false;
}

/* said_before - does a column with a longer name say the same: proto, protocol? */
static bool
said_before(struct doc *d, const struct sweep_of *w, size_t row, size_t col)
{
	const char *name = w->sweep->by[col], *level = lookup_text(d, &w->sweep->rows, col, row);

	for (size_t i = 0; i + 1 < w->sweep->n_by; i++) {
		const char *other = lookup_text(d, &w->sweep->rows, i, row);

		if (i != col && w->parts[i] && other && level && !strcmp(level, other) &&
			!strncmp(name, w->sweep->by[i], strlen(name)))
			return true;
	}
	return false;
}

enum of_levels { THAT_VARY, THAT_DO_NOT };

/* figure_levels - "protocol udp, side receive": what all of a figure's curves share; "" nothing. */
static const char *
figure_levels(struct doc *d, const struct sweep_of *w, size_t row, enum of_levels which)
{
	struct strbuf b;
	const char *text;

	strbuf_init(&b);
	for (size_t i = 0; i + 1 < w->sweep->n_by; i++) {
		const char *level = lookup_text(d, &w->sweep->rows, i, row);

		if (!level || !w->parts[i] || varies(w, i) != (which == THAT_VARY) ||
			said_before(d, w, row, i))
			continue;
		strbuf_adds(&b, b.n ? ", " : "");
		words_level(&b, w->sweep->by[i], level);
	}
	text = doc_take(d, &b);
	strbuf_release(&b);
	return text;
}

static void
find_keys(struct doc *d, struct sweep_of *w)
{
	const struct table *t = &w->sweep->rows;
	size_t n_ranked = w->ranking ? w->ranking->rows.n_rows : 0;

	w->figure = arena_alloc(&d->arena, (t->n_rows + 1) * sizeof *w->figure);
	w->curve = arena_alloc(&d->arena, (t->n_rows + 1) * sizeof *w->curve);
	w->ranked = arena_alloc(&d->arena, (n_ranked + 1) * sizeof *w->ranked);
	for (size_t i = 0; i < t->n_rows; i++) {
		w->figure[i] = key_of(d, w, t, i, OF_FIGURE);
		w->curve[i] = key_of(d, w, t, i, OF_BOTH);
	}
	for (size_t i = 0; i < n_ranked; i++)
		w->ranked[i] = key_of(d, w, &w->ranking->rows, i, OF_BOTH);
}

/* The row of the ranking that belongs to a curve; SIZE_MAX none. */
static size_t
rank_row(const struct sweep_of *w, size_t row)
{
	for (size_t i = 0; w->ranking && i < w->ranking->rows.n_rows; i++)
		if (!strcmp(w->ranked[i], w->curve[row]))
			return i;
	return SIZE_MAX;
}

static double
rank_of(const struct sweep_of *w, size_t row)
{
	size_t i = rank_row(w, row);
	double rank = i == SIZE_MAX ? (double)NAN : lookup_real(&w->ranking->rows, "rank", i);

	return isnan(rank) ? INFINITY : rank;
}

/* A signed number of as many digits as a legend has room for. */
static const char *
signed_text(struct doc *d, double v)
{
	char text[NUM_TEXT_SIZE];

	num_decimal(text, v, num_decimals_value(v));
	return doc_text(d, "%s%s", v > 0 ? "+" : "", text);
}

/* label - a curve's name and, of ratios, what the ranking says of it. */
static const char *
label(struct doc *d, const struct sweep_of *w, struct doc_curve *c, size_t row)
{
	const char *name = curve_name(d, w, row);
	size_t i = rank_row(w, row);
	double rank = rank_of(w, row);

	if (!isfinite(rank))
		return name;
	c->area_from = lookup_real(&w->ranking->rows, "from", i);
	c->area_to = lookup_real(&w->ranking->rows, "to", i);
	return doc_text(d, "%.0f. %s, area %s", rank, name,
		signed_text(d, lookup_real(&w->ranking->rows, "area", i)));
}

static void
fill_curve(struct doc *d, const struct sweep_of *w, struct doc_curve *c, size_t row, bool ratio)
{
	const struct table *t = &w->sweep->rows;
	size_t over = w->sweep->n_by - 1, n = 0;

	c->area_from = c->area_to = NAN;
	c->label = ratio ? label(d, w, c, row) : curve_name(d, w, row);
	c->tags = arena_alloc(&d->arena, (w->sweep->n_by + 1) * sizeof *c->tags);
	for (size_t b = 0; b < over; b++) {
		const char *level = lookup_text(d, t, b, row);

		if (level)
			c->tags[c->n_tags++] = (struct doc_tag){w->sweep->by[b], level};
	}
	for (size_t i = row; i < t->n_rows; i++)
		n += !strcmp(w->curve[i], w->curve[row]);
	c->points = arena_alloc(&d->arena, (n + 1) * sizeof *c->points);
	for (size_t i = row; i < t->n_rows; i++) {
		struct doc_point p = {
			NAN, lookup_real(t, ratio ? "ratio" : "mean", i), NAN, NAN, NAN, NAN};
		const char *level;

		if (strcmp(w->curve[i], w->curve[row]) != 0)
			continue;
		level = lookup_text(d, t, over, i);
		if (level && slice_f64(slice_of(level), &p.x) && isfinite(p.p))
			c->points[c->n_points++] = p;
	}
}

/* begins - is no row above, from `first` on, of the same figure or curve? */
static bool
begins(const char *const *keys, size_t row, size_t first)
{
	for (size_t i = first; i < row; i++)
		if (!strcmp(keys[i], keys[row]))
			return false;
	return true;
}

/* curves_of - first rows of the curves: the baseline first, then by rank. */
static size_t
curves_of(size_t *rows, const struct sweep_of *w, size_t first, bool ratios)
{
	size_t n = 0;

	for (size_t row = first; row < w->sweep->rows.n_rows; row++) {
		size_t at = n;
		bool base = w->base[row];

		if (strcmp(w->figure[row], w->figure[first]) != 0 || (ratios && base) ||
			!begins(w->curve, row, first))
			continue;
		while (at > 0 && !w->base[rows[at - 1]] &&
			(base || rank_of(w, row) < rank_of(w, rows[at - 1]))) {
			rows[at] = rows[at - 1];
			at--;
		}
		rows[at] = row;
		n++;
	}
	return n;
}

/* title_of - "Throughput over socket bytes, against native: protocol udp, side receive". */
static const char *
title_of(struct doc *d, const struct sweep_of *w, size_t first, bool ratios)
{
	const char *levels = figure_levels(d, w, first, THAT_VARY);
	struct strbuf b;
	const char *title;

	strbuf_init(&b);
	strbuf_addf(&b, "%s over %s", words_title(d, tables_quantity(d, w->sweep->metric)),
		words_plain(d, w->over));
	if (ratios)
		strbuf_addf(&b, ", against %s", w->baseline);
	if (*levels)
		strbuf_addf(&b, ": %s", levels);
	title = doc_take(d, &b);
	strbuf_release(&b);
	return title;
}

static const char *
caption_of(struct doc *d, const struct sweep_of *w, size_t first, bool ratios)
{
	const char *levels = figure_levels(d, w, first, THAT_DO_NOT);
	struct strbuf b;
	const char *text;

	strbuf_init(&b);
	if (ratios)
		strbuf_addf(&b,
			"The shaded area between a curve and %s ranks it: that of (ratio "
			"\xe2\x88\x92 1), signed, over the range that all curves cover.",
			w->baseline);
	else
		strbuf_adds(&b, "Means over the runs of each level.");
	if (*levels)
		strbuf_addf(&b, " Everywhere %s.", levels);
	text = doc_take(d, &b);
	strbuf_release(&b);
	return text;
}

static void
describe(struct doc *d, struct doc_figure *f, const struct sweep_of *w, size_t first, bool ratios)
{
	const char **panels = arena_alloc(&d->arena, sizeof *panels);

	panels[0] = "all";
	f->panels = panels;
	f->n_panels = 1;
	f->metric = w->sweep->metric;
	f->statistic = ratios ? "ratio" : "mean";
	f->numbers = f->id;
	f->numeric = true;
	f->x_factor = w->over;
	f->x_axis = words_title(d, w->over);
	f->title = title_of(d, w, first, ratios);
	f->caption = caption_of(d, w, first, ratios);
	f->axis = words_title(d, tables_quantity(d, w->sweep->metric));
	if (ratios) {
		f->reference = 1;
		f->reference_label = w->baseline;
		f->axis = doc_text(d, "Ratio to %s", w->baseline);
	}
}

/* is_sweep - is there a curve of more than one point? */
static bool
is_sweep(const struct doc_figure *f)
{
	for (size_t i = 0; i < f->n_curves; i++)
		if (f->curves[i].n_points > 1)
			return true;
	return false;
}

/* platform_of - the number of the curve's platform among those of the model. */
static size_t
platform_of(struct doc *d, const struct sweep_of *w, size_t row)
{
	const struct table *t = &w->sweep->rows;
	const char *platform = lookup_text(d, t, column_of(w, "platform"), row);

	if (!platform)
		return SIZE_MAX;
	return model_variant_named(
		w->m, platform, lookup_text(d, t, column_of(w, "driver"), row));
}

/* How many figures of sweeps there are, and how many of these are drawn. */
static size_t
sweep_figures(const struct doc *d, size_t *drawn)
{
	size_t n = 0;

	*drawn = 0;
	for (size_t i = 0; i < d->n_figures; i++) {
		if (strncmp(d->figures[i].id, "sweep-", 6) != 0)
			continue;
		n++;
		*drawn += !d->figures[i].csv_only;
	}
	return n;
}

/* What a sweep is asked for; what else was measured at its levels is in the CSV. */
static bool
is_drawn(const char *metric)
{
	static const char *const drawn[] = {"throughput_bps", "goodput_bps", "okay_pct"};

	for (size_t i = 0; i < sizeof drawn / sizeof *drawn; i++)
		if (!strcmp(metric, drawn[i]))
			return true;
	return false;
}

/* The figure of the curves that stand with row `first`; of many curves, several. */
static void
add_figures(struct doc *d, const struct sweep_of *w, size_t first, bool ratios)
{
	size_t *rows = xcalloc(w->sweep->rows.n_rows + 1, sizeof *rows);
	size_t n = curves_of(rows, w, first, ratios);

	for (size_t from = 0; from < n; from += FIGURES_CURVES_MAX) {
		size_t left = n - from < FIGURES_CURVES_MAX ? n - from : FIGURES_CURVES_MAX;
		size_t drawn, number = sweep_figures(d, &drawn) + 1;
		struct doc_figure *f =
			doc_add_figure(d, DOC_PANELS, doc_text(d, "sweep-%zu", number));

		f->csv_only = drawn >= SWEEP_FIGURES_SHOWN || !is_drawn(w->sweep->metric);
		describe(d, f, w, first, ratios);
		f->curves = arena_alloc(&d->arena, left * sizeof *f->curves);
		for (size_t i = 0; i < left; i++) {
			struct doc_curve *c = &f->curves[f->n_curves];

			*c = (struct doc_curve){.series = platform_of(d, w, rows[from + i])};
			fill_curve(d, w, c, rows[from + i], ratios);
			f->n_curves += c->n_points > 0;
		}
		if (!f->n_curves) {
			d->n_figures--;
			continue;
		}
		figures_colour(f);
		panels_finish(f);
		f->csv_only |= !is_sweep(f);
		if (!f->csv_only && drawn + 1 == SWEEP_FIGURES_SHOWN)
			f->caption = doc_text(d,
				"%s Further ones are in the CSV (vreport --csv).", f->caption);
	}
	free(rows);
}

static void
add_sweep(struct doc *d, const struct model *m, const struct results *r, const struct analysis *a)
{
	struct sweep_of w = {.m = m,
		.sweep = a,
		.over = json_str(json_get(a->parameters, "over"), ""),
		.factor = json_str(json_get(a->parameters, "factor"), ""),
		.baseline = json_str(json_get(a->parameters, "baseline"), "")};

	if (!a->metric || a->n_by == 0 || a->n_by > MODEL_FACTORS_MAX)
		return;
	w.ranking = results_find(r, "ranking", a->metric, 0);
	if (w.ranking && w.ranking->n_by + 1 != a->n_by)
		w.ranking = NULL;
	w.base = xcalloc(a->rows.n_rows + 1, sizeof *w.base);
	find_parts(d, &w);
	find_keys(d, &w);
	for (size_t row = 0; row < a->rows.n_rows; row++) {
		if (!begins(w.figure, row, 0))
			continue;
		add_figures(d, &w, row, false);
		add_figures(d, &w, row, true);
	}
	free(w.base);
}

void
sweeps_add(struct doc *d, const struct model *m)
{
	for (size_t i = 0; i < m->n_docs; i++)
		for (size_t k = 0; k < m->docs[i].n_analyses; k++)
			if (!strcmp(m->docs[i].analyses[k].kind, "sweep"))
				add_sweep(d, m, &m->docs[i], &m->docs[i].analyses[k]);
}
