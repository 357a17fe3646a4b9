/*
 * panels_plot - panels for gnuplot, in one multiplot.
 *
 * Sizes are in pixels of the SVG, as in plot.c; every panel's place is computed here, so that the
 * axes of a column stand below each other whatever their labels are.
 */
#include "report/panels.h"

#include <math.h>
#include <stdlib.h>

#include "report/draw.h"
#include "report/panels_draw.h"
#include "report/plot.h"

#define WIDTH_PX 760
#define LEFT_PX 78
#define RIGHT_PX 18
#define COLUMN_GAP_PX 22
#define PANEL_PX 170
#define TITLE_PX 30 /* above each panel, where there are several */
#define TOP_PX 14
#define LINE_PX 26
#define CHAR_PX 7.6
#define KEY_ROW_PX 20
#define KEY_CHARS 84 /* that fit beside each other */
#define PX_PER_INCH 96.0

static void
add_number(struct strbuf *out, double v)
{
	char text[NUM_TEXT_SIZE];

	num_coordinate(text, v);
	strbuf_adds(out, text);
}

static double
panel_width(const struct doc_figure *f)
{
	double n = (double)panels_columns(f);

	return (WIDTH_PX - LEFT_PX - RIGHT_PX - (n - 1) * COLUMN_GAP_PX) / n;
}

static bool
upright(const struct doc_figure *f)
{
	return panels_upright(f, (size_t)(panel_width(f) / CHAR_PX));
}

static size_t
key_entries(const struct doc_figure *f)
{
	size_t n = isfinite(f->reference) ? 1 : 0;

	for (size_t i = 0; i < f->n_curves; i++)
		n += panels_is_entry(f, i);
	return n;
}

static size_t
key_columns(const struct doc_figure *f)
{
	size_t fit = KEY_CHARS / (panels_label_chars(f) + 7), n = key_entries(f);

	return fit == 0 ? 1 : fit < n ? fit : n;
}

static size_t
key_rows(const struct doc_figure *f)
{
	return (key_entries(f) + key_columns(f) - 1) / key_columns(f);
}

static double
pitch(const struct doc_figure *f)
{
	return PANEL_PX + (f->n_panels > 1 ? TITLE_PX + 8 : 0);
}

/* below - the axis' labels and name, and the key. */
static double
below(const struct doc_figure *f)
{
	double ticks = upright(f) ? LINE_PX : 14 + CHAR_PX * (double)panels_tick_chars(f);

	return ticks + LINE_PX + 20 + KEY_ROW_PX * (double)key_rows(f);
}

static double
height(const struct doc_figure *f)
{
	return TOP_PX + pitch(f) * (double)panels_rows(f) + below(f);
}

/* tics - of the levels; a panel with another below it has none of their names. */
static void
tics(struct strbuf *out, const struct doc_figure *f, bool named)
{
	strbuf_addf(out, "\tset xtics %s(", upright(f) ? "" : "rotate by 90 right ");
	for (size_t i = 0; i < f->n_ticks; i++) {
		struct strbuf label;

		strbuf_init(&label);
		draw_short(&label, named ? f->ticks[i] : "");
		strbuf_adds(out, i ? ", " : "");
		plot_quoted(out, label.n ? label.p : "");
		strbuf_addf(out, " %zu", i);
		strbuf_release(&label);
	}
	strbuf_adds(out, ")\n");
}

static void
head(struct strbuf *out, const struct doc_figure *f)
{
	double h = height(f);

	strbuf_addf(out,
		"# gnuplot figure-%s.gp writes figure-%s.svg, .pdf and .png.\n"
		"# Needs gnuplot 5.4 with cairo (Debian: gnuplot-nox).\n"
		"if (!exists('formats')) formats = 'svg pdf png'\n"
		"set encoding utf8\nset datafile separator tab\nset datafile missing '?'\n"
		"set tics nomirror out scale 0.6\nset border 3 lc rgb '#000000'\n"
		"set grid ytics lt 1 lc rgb '#c8c8c8'\nset boxwidth %.4f\n"
		"set style fill transparent solid 0.45 border\n",
		f->id, f->id, 0.84 * panels_width(f));
	strbuf_adds(out, "set xrange [");
	add_number(out, f->numeric ? f->x_from : -0.5);
	strbuf_addc(out, ':');
	add_number(out, f->numeric ? f->x_to : (double)f->n_ticks - 0.5);
	strbuf_adds(out, "]\nset yrange [");
	add_number(out, f->from / num_per_unit(f->unit));
	strbuf_addc(out, ':');
	add_number(out, f->to / num_per_unit(f->unit));
	strbuf_addf(out,
		"]\ndo for [format in formats] {\n"
		"\tif (format eq 'svg') { set terminal svg size %d,%.0f dynamic noenhanced font "
		"'sans-serif,13' }\n"
		"\tif (format eq 'pdf') { set terminal pdfcairo size %.3f,%.3f noenhanced font "
		"'sans-serif,10' fontscale 0.7 linewidth 1.3 }\n"
		"\tif (format eq 'png') { set terminal pngcairo size %d,%.0f noenhanced font "
		"'sans-serif,10' fontscale 2 linewidth 2 pointscale 2 }\n"
		"\tset output 'figure-%s.'.format\n\tset multiplot\n",
		WIDTH_PX, floor(h), WIDTH_PX / PX_PER_INCH, floor(h) / PX_PER_INCH, 2 * WIDTH_PX,
		2 * floor(h), f->id);
}

/* comma - between the parts of one plot command. */
static void
comma(struct strbuf *out, bool *first)
{
	strbuf_adds(out, *first ? "" : ", \\\n\t\t");
	*first = false;
}

static void
colour(struct strbuf *out, size_t series)
{
	const struct draw_style *s = &draw_styles[series];

	strbuf_addf(out, " lc rgb '#%02x%02x%02x' ", s->red, s->green, s->blue);
}

static void
areas(struct strbuf *out, const struct doc_figure *f, size_t panel, bool *first)
{
	size_t block = f->n_curves;

	for (size_t i = 0; i < f->n_curves; i++) {
		const struct doc_curve *c = &f->curves[i];
		double *xy = xcalloc(c->n_points + 2, 2 * sizeof *xy);
		bool has = panels_area(xy, c) > 0;

		free(xy);
		if (has && c->panel == panel) {
			const struct draw_style *s = &draw_styles[c->series];

			comma(out, first);
			strbuf_addf(out, "'figure-%s.dat' index %zu using 1:2 with filledcurves y=",
				f->id, block);
			add_number(out, f->reference / num_per_unit(f->unit));
			strbuf_addf(out,
				" fc rgb '#%02x%02x%02x' fs transparent solid 0.14 noborder "
				"notitle",
				s->red, s->green, s->blue);
		}
		block += has;
	}
}

static void
reference(struct strbuf *out, const struct doc_figure *f, bool *first)
{
	if (!isfinite(f->reference))
		return;
	comma(out, first);
	add_number(out, f->reference / num_per_unit(f->unit));
	strbuf_adds(out, " with lines lw 1.2 lc rgb '#6e6e6e' notitle");
}

static void
curve(struct strbuf *out, const struct doc_figure *f, size_t i, bool *first)
{
	const struct doc_curve *c = &f->curves[i];

	comma(out, first);
	strbuf_addf(out, "'figure-%s.dat' index %zu ", f->id, i);
	switch (f->shape) {
	case DOC_LINES:
		strbuf_adds(out, "using 1:2 with lines lw 1.6");
		colour(out, c->series);
		strbuf_addf(out, "dt %s notitle", draw_styles[c->series].dash);
		comma(out, first);
		strbuf_addf(out, "'' index %zu using 1:2:3:4 with yerrorbars pt 7 ps 0.5 lw 1", i);
		colour(out, c->series);
		break;
	case DOC_BARS:
		strbuf_adds(out, "using 1:2 with boxes");
		colour(out, c->series);
		strbuf_adds(out, "notitle");
		comma(out, first);
		strbuf_addf(out, "'' index %zu using 1:2:3:4 with yerrorbars pt 0 lw 1.4 lc "
				 "rgb '#000000' ", i);
		break;
	case DOC_BOXES:
		strbuf_adds(out, "using 1:3:5:6:4 with candlesticks whiskerbars 0.5");
		colour(out, c->series);
		strbuf_adds(out, "notitle");
		comma(out, first);
		strbuf_addf(out,
			"'' index %zu using ($1-%.4f):2:(%.4f):(0) with vectors nohead lw 2.4 lc "
			"rgb '#000000' ",
			i, 0.42 * panels_width(f), 0.84 * panels_width(f));
		break;
	}
	strbuf_adds(out, "notitle");
}

static void
key(struct strbuf *out, const struct doc_figure *f, bool *first)
{
	if (isfinite(f->reference)) {
		comma(out, first);
		strbuf_adds(out, "keyentry with lines lw 1.2 lc rgb '#6e6e6e' title ");
		plot_quoted(out, f->reference_label);
	}
	for (size_t i = 0; i < f->n_curves; i++) {
		const struct doc_curve *c = &f->curves[i];

		if (!panels_is_entry(f, i))
			continue;
		comma(out, first);
		strbuf_adds(out, f->shape == DOC_LINES ? "keyentry with linespoints lw 1.6 pt 7 ps "
							 "0.5"
						       : "keyentry with boxes");
		colour(out, c->series);
		if (f->shape == DOC_LINES)
			strbuf_addf(out, "dt %s ", draw_styles[c->series].dash);
		strbuf_adds(out, "title ");
		plot_quoted(out, c->label);
	}
}

static void
frame(struct strbuf *out, const struct doc_figure *f, size_t panel)
{
	size_t columns = panels_columns(f), column = panel % columns, row = panel / columns;
	double h = height(f), w = panel_width(f);
	double left = LEFT_PX + (double)column * (w + COLUMN_GAP_PX);
	double top = TOP_PX + (double)row * pitch(f) + (f->n_panels > 1 ? TITLE_PX : 0);
	bool last = panels_is_last(f, panel);

	strbuf_adds(out, "\tset title ");
	plot_quoted(out, f->n_panels > 1 ? f->panels[panel] : "");
	strbuf_adds(out, " offset 0,-0.4 noenhanced\n\tset xlabel ");
	plot_quoted(out, last ? f->x_axis : "");
	strbuf_adds(out, " noenhanced\n\tset ylabel ");
	plot_quoted(out, column == 0 ? f->axis : "");
	if (column == 0 && *num_unit_label(f->unit))
		strbuf_addf(out, ".' (%s)'", num_unit_label(f->unit));
	strbuf_addf(out,
		" noenhanced\n\tset format x %s\n\tset format y %s\n"
		"\tset lmargin at screen %.4f\n\tset rmargin at screen %.4f\n"
		"\tset tmargin at screen %.4f\n\tset bmargin at screen %.4f\n",
		last ? "'%g'" : "''", column == 0 ? "'%g'" : "''", left / WIDTH_PX,
		(left + w) / WIDTH_PX, 1 - top / h, 1 - (top + PANEL_PX) / h);
}

void
panels_script(struct strbuf *out, const struct doc_figure *f)
{
	head(out, f);
	for (size_t panel = 0; panel < f->n_panels; panel++) {
		bool first = true, last = panel + 1 == f->n_panels;

		frame(out, f, panel);
		if (!f->numeric)
			tics(out, f, panels_is_last(f, panel));
		if (last)
			strbuf_addf(out,
				"\tset key at screen 0.53,%.4f center top vertical Left reverse "
				"samplen 3 maxrows %zu maxcols %zu noenhanced\n",
				(KEY_ROW_PX * (double)key_rows(f) + 6) / height(f), key_rows(f),
				key_columns(f));
		strbuf_adds(out, last ? "\tplot " : "\tunset key\n\tplot ");
		areas(out, f, panel, &first);
		reference(out, f, &first);
		for (size_t i = 0; i < f->n_curves; i++)
			if (f->curves[i].panel == panel)
				curve(out, f, i, &first);
		if (last)
			key(out, f, &first);
		strbuf_adds(out, first ? "NaN notitle\n" : "\n");
	}
	strbuf_adds(out, "\tunset multiplot\n\tset output\n}\n");
}
