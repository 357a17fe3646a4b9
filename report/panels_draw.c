/*
 * panels_draw - geometry of panels, and the data beside their gnuplot script.
 *
 * A curve has one colour, dash and mark in all panels, and stands in the legend once, below the
 * last panel.  Where there are bars or boxes, those of one level stand beside each other; the
 * points of lines are moved aside by a little, so that their intervals do not hide each other.
 */
#include "report/panels_draw.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/draw.h"
#include "report/panels.h"
#include "report/plot.h"

#define ASIDE 0.06  /* of the distance of two levels */
#define FILLED 0.8  /* of the distance of two levels that bars or boxes take up */
#define ONE_COLUMN_MAX 3
#define TWO_COLUMNS_MAX 8

size_t
panels_n_series(const struct doc_figure *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_curves; i++)
		n = f->curves[i].series + 1 > n ? f->curves[i].series + 1 : n;
	return n;
}

bool
panels_is_entry(const struct doc_figure *f, size_t curve)
{
	for (size_t i = 0; i < curve; i++)
		if (f->curves[i].series == f->curves[curve].series)
			return false;
	return true;
}

size_t
panels_label_chars(const struct doc_figure *f)
{
	size_t longest = 1;

	for (size_t i = 0; i < f->n_curves; i++) {
		size_t n = draw_width(f->curves[i].label);

		longest = n > longest ? n : longest;
	}
	return longest;
}

size_t
panels_columns(const struct doc_figure *f)
{
	return f->n_panels <= ONE_COLUMN_MAX ? 1 : f->n_panels <= TWO_COLUMNS_MAX ? 2 : 3;
}

size_t
panels_rows(const struct doc_figure *f)
{
	return (f->n_panels + panels_columns(f) - 1) / panels_columns(f);
}

bool
panels_is_last(const struct doc_figure *f, size_t panel)
{
	return panel + panels_columns(f) >= f->n_panels;
}

size_t
panels_tick_chars(const struct doc_figure *f)
{
	size_t longest = 0;

	for (size_t i = 0; i < f->n_ticks; i++) {
		size_t n = draw_width(f->ticks[i]);

		n = n < DRAW_LABEL_CHARS ? n : DRAW_LABEL_CHARS;
		longest = n > longest ? n : longest;
	}
	return longest;
}

bool
panels_upright(const struct doc_figure *f, size_t chars)
{
	return f->n_ticks * (panels_tick_chars(f) + 1) <= chars;
}

double
panels_width(const struct doc_figure *f)
{
	return FILLED / (double)panels_n_series(f);
}

double
panels_x(const struct doc_figure *f, const struct doc_curve *c, const struct doc_point *p)
{
	double apart = f->numeric ? 0 : f->shape == DOC_LINES ? ASIDE : panels_width(f);

	return p->x + apart * ((double)c->series - 0.5 * ((double)panels_n_series(f) - 1));
}

bool
panels_has_bar(const struct doc_point *p)
{
	return isfinite(p->p_lower) && isfinite(p->p_upper);
}

bool
panels_has_whiskers(const struct doc_point *p)
{
	return isfinite(p->low) && isfinite(p->high);
}

static double
height_at(const struct doc_curve *c, double x)
{
	for (size_t k = 1; k < c->n_points; k++) {
		const struct doc_point *a = &c->points[k - 1], *b = &c->points[k];

		if (x <= b->x && b->x > a->x)
			return a->p + (b->p - a->p) * (x - a->x) / (b->x - a->x);
	}
	return c->points[c->n_points - 1].p;
}

size_t
panels_area(double *xy, const struct doc_curve *c)
{
	size_t n = 0;

	if (!(c->area_from < c->area_to) || c->n_points < 2)
		return 0;
	xy[n++] = c->area_from;
	xy[n++] = height_at(c, c->area_from);
	for (size_t k = 0; k < c->n_points; k++) {
		if (c->points[k].x <= c->area_from || c->points[k].x >= c->area_to)
			continue;
		xy[n++] = c->points[k].x;
		xy[n++] = c->points[k].p;
	}
	xy[n++] = c->area_to;
	xy[n++] = height_at(c, c->area_to);
	return n / 2;
}

/* ---- data ---- */

static void
number(struct strbuf *out, double v, char behind)
{
	char text[NUM_TEXT_SIZE];

	num_coordinate(text, v);
	strbuf_adds(out, isfinite(v) ? text : "?");
	strbuf_addc(out, behind);
}

static void
heading(struct strbuf *out, const struct doc_figure *f, const struct doc_curve *c, const char *what)
{
	strbuf_addf(out, "# %s", what);
	plot_quoted(out, f->panels[c->panel]);
	strbuf_adds(out, ": ");
	plot_quoted(out, c->label);
	strbuf_addc(out, '\n');
}

static void
data_point(struct strbuf *out, const struct doc_figure *f, const struct doc_curve *c,
	const struct doc_point *p)
{
	double per = num_per_unit(f->unit);
	bool bar = panels_has_bar(p);

	number(out, panels_x(f, c, p), '\t');
	number(out, p->p / per, '\t');
	number(out, (bar ? p->p_lower : p->p) / per, '\t');
	number(out, (bar ? p->p_upper : p->p) / per, f->numeric ? '\n' : '\t');
	if (f->numeric)
		return;
	if (f->shape == DOC_BOXES) {
		bool whiskers = panels_has_whiskers(p);

		number(out, (whiskers ? p->low : p->p_lower) / per, '\t');
		number(out, (whiskers ? p->high : p->p_upper) / per, '\t');
	}
	plot_quoted(out, f->ticks[(size_t)p->x]);
	strbuf_addc(out, '\n');
}

/* data_area - a block, unless the curve has none: empty blocks would not be counted by gnuplot. */
static void
data_area(struct strbuf *out, const struct doc_figure *f, const struct doc_curve *c)
{
	double *xy = xcalloc(c->n_points + 2, 2 * sizeof *xy);
	size_t n = panels_area(xy, c);

	if (n)
		heading(out, f, c, "shaded: ");
	for (size_t k = 0; k < n; k++) {
		number(out, xy[2 * k], '\t');
		number(out, xy[2 * k + 1] / num_per_unit(f->unit), '\n');
	}
	strbuf_adds(out, n ? "\n\n" : "");
	free(xy);
}

void
panels_data(struct strbuf *out, const struct doc_figure *f)
{
	const char *unit = *num_unit_label(f->unit) ? num_unit_label(f->unit) : "1";

	if (f->shape == DOC_BOXES)
		strbuf_addf(out,
			"# position, median, quartiles, whiskers (%s), level; without whiskers: "
			"the quartiles.\n",
			unit);
	else
		strbuf_addf(out,
			"# %s, value, lower, upper (%s)%s; without interval: the value itself.\n",
			f->numeric ? "x" : "position", unit, f->numeric ? "" : ", level");
	for (size_t i = 0; i < f->n_curves; i++) {
		heading(out, f, &f->curves[i], "");
		for (size_t k = 0; k < f->curves[i].n_points; k++)
			data_point(out, f, &f->curves[i], &f->curves[i].points[k]);
		strbuf_adds(out, "\n\n");
	}
	for (size_t i = 0; i < f->n_curves; i++)
		data_area(out, f, &f->curves[i]);
}
