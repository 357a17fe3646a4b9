/*
 * plot - see plot.h.
 *
 * Sizes are given once, in pixels of the SVG; PNG has twice as many, PDF 96 to an inch.  The left
 * margin is set from the longest label, since gnuplot's SVG terminal only guesses at widths.
 *
 * Steps are written out as the corners of the line, so that the bands can be filled with what
 * gnuplot has for lines.
 */
#include "report/plot.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/draw.h"
#include "report/panels.h"

#define WIDTH_PX 760
#define CDF_HEIGHT_PX 360
#define KEY_ROW_PX 20
#define AXIS_PX 70   /* from the axis to the key: ticks and label */
#define KEY_GAP_PX 8 /* between key and edge */
#define MARK_ROW_PX 30
#define MARKS_MARGIN_PX 84     /* above and below the rows: axis and its label */
#define CHAR_PX 8.0            /* a wide font's mean character at 13 pixels */
#define KEY_TWO_COLUMNS_MAX 30 /* characters of a label */
#define PX_PER_INCH 96.0

/*
 * quoted - a string of gnuplot.  Only characters that mean nothing to it in any place stand there
 *   as they are; all other ASCII is written as octal escapes, which it turns back into characters
 *   after everything that could make them mean something (doubled quotes inside a block in braces
 *   are not understood by gnuplot 5.4).  tick: a percent sign begins a format in a tick label.
 */
static void
quoted(struct strbuf *out, const char *text, bool tick)
{
	strbuf_addc(out, '"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c == 0x7f)
			strbuf_addc(out, ' ');
		else if (c >= 0x80 || isalnum(c) || strchr(" .,:()+-_/=", c))
			strbuf_addc(out, *text);
		else
			strbuf_addf(out, "\\%03o%s", c, c == '%' && tick ? "\\045" : "");
	}
	strbuf_addc(out, '"');
}

void
plot_quoted(struct strbuf *out, const char *text)
{
	quoted(out, text, true);
}

/* comment - text behind a number sign, on one line. */
static void
comment(struct strbuf *out, const char *text)
{
	strbuf_adds(out, "# ");
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		strbuf_addc(out, c < 0x20 || c == 0x7f || c == '\\' ? ' ' : *text);
	}
	strbuf_addc(out, '\n');
}

static void
add_number(struct strbuf *out, double v)
{
	char text[NUM_TEXT_SIZE];

	if (!isfinite(v)) {
		strbuf_addc(out, '?');
		return;
	}
	num_coordinate(text, v);
	strbuf_adds(out, text);
}

/* row - numbers parted by tabs. */
static void
row(struct strbuf *out, const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			strbuf_addc(out, '\t');
		add_number(out, v[i]);
	}
	strbuf_addc(out, '\n');
}

static size_t
key_columns(const struct doc_figure *f)
{
	for (size_t i = 0; i < f->n_curves; i++) {
		if (draw_width(f->curves[i].label) > KEY_TWO_COLUMNS_MAX)
			return 1;
	}
	return f->n_curves > 1 ? 2 : 1;
}

static size_t
key_rows(const struct doc_figure *f)
{
	size_t columns = key_columns(f);

	return (f->n_curves + columns - 1) / columns;
}

/* key_px - height of the key, which stands below the axis and its label. */
static int
key_px(const struct doc_figure *f)
{
	return (int)(KEY_ROW_PX * key_rows(f));
}

static int
height_px(const struct doc_figure *f)
{
	if (f->kind == DOC_INTERVALS)
		return (int)(MARKS_MARGIN_PX + MARK_ROW_PX * f->n_marks);
	return CDF_HEIGHT_PX + key_px(f);
}

static void
x_axis(struct strbuf *out, const struct doc_figure *f)
{
	double per = num_per_unit(f->unit), ticks[DRAW_TICKS_MAX];
	size_t n;

	if (!f->log_axis)
		return;
	strbuf_adds(out, "set logscale x\n");
	n = draw_log_ticks(ticks, f->from / per, f->to / per);
	if (n == 0)
		return;
	strbuf_adds(out, "set xtics (");
	for (size_t i = 0; i < n; i++) {
		strbuf_adds(out, i ? ", " : "");
		add_number(out, ticks[i]);
	}
	strbuf_adds(out, ")\n");
}

/* prologue - the loop over the formats, open. */
static void
prologue(struct strbuf *out, const struct doc_figure *f)
{
	int height = height_px(f);

	comment(out, f->title);
	strbuf_addf(out,
		"# gnuplot figure-%s.gp writes figure-%s.svg, .pdf and .png.\n"
		"# Needs gnuplot 5.4 with cairo (Debian: gnuplot-nox).\n"
		"if (!exists('formats')) formats = 'svg pdf png'\n"
		"set encoding utf8\n"
		"set datafile separator tab\n"
		"set datafile missing '?'\n",
		f->id, f->id);
	strbuf_addf(out, "set xlabel '%s (%s)' offset 0,0.4 noenhanced\n", f->axis,
		num_unit_label(f->unit));
	strbuf_adds(out, "set xrange [");
	add_number(out, f->from / num_per_unit(f->unit));
	strbuf_adds(out, ":");
	add_number(out, f->to / num_per_unit(f->unit));
	strbuf_adds(out,
		"]\nset format x '%g'\nset tics nomirror out scale 0.6\n"
		"set border 3 lc rgb '#000000'\nset grid xtics lt 1 lc rgb '#c8c8c8'\n");
	x_axis(out, f);
	strbuf_addf(out,
		"do for [format in formats] {\n"
		"\tif (format eq 'svg') { set terminal svg size %d,%d dynamic noenhanced "
		"font 'sans-serif,13' }\n"
		"\tif (format eq 'pdf') { set terminal pdfcairo size %.3f,%.3f noenhanced "
		"font 'sans-serif,10' fontscale 0.7 linewidth 1.3 }\n"
		"\tif (format eq 'png') { set terminal pngcairo size %d,%d noenhanced "
		"font 'sans-serif,10' fontscale 2 linewidth 2 pointscale 2 }\n"
		"\tset output 'figure-%s.'.format\n",
		WIDTH_PX, height, WIDTH_PX / PX_PER_INCH, height / PX_PER_INCH, 2 * WIDTH_PX,
		2 * height, f->id);
}

static void
epilogue(struct strbuf *out)
{
	strbuf_adds(out, "\tset output\n}\n");
}

static int
colour(char text[8], size_t i)
{
	const struct draw_style *s = &draw_styles[i];

	return snprintf(text, 8, "#%02x%02x%02x", s->red, s->green, s->blue);
}

static void
short_title(struct strbuf *out, const char *text)
{
	struct strbuf label;

	strbuf_init(&label);
	draw_short(&label, text);
	quoted(out, label.n ? label.p : " ", false);
	strbuf_release(&label);
}

static void
cdf_script(struct strbuf *out, const struct doc_figure *f)
{
	double height = height_px(f);
	bool first = true;
	struct drawn s;
	char rgb[8];

	strbuf_addf(out,
		"\tset ylabel 'Cumulative share of probes'\n"
		"\tset yrange [0:1]\n\tset grid ytics lt 1 lc rgb '#c8c8c8'\n"
		"\tset lmargin at screen 0.1\n\tset rmargin at screen 0.96\n"
		"\tset tmargin at screen %.4f\n\tset bmargin at screen %.4f\n"
		"\tset key at screen 0.53,%.4f center top vertical Left reverse samplen 3 "
		"maxrows %zu maxcols %zu noenhanced\n\tplot ",
		1 - 12 / height, (AXIS_PX + key_px(f)) / height, (KEY_GAP_PX + key_px(f)) / height,
		key_rows(f), key_columns(f));
	for (size_t i = 0, block = f->n_curves; i < f->n_curves; i++) {
		drawn_points(&s, f, &f->curves[i]);
		if (!drawn_has_band(f, &s))
			continue;
		colour(rgb, f->curves[i].series);
		strbuf_addf(out,
			"%s'figure-%s.dat' index %zu using 1:2:3 with filledcurves "
			"fc rgb '%s' fs transparent solid 0.15 noborder notitle",
			first ? "" : ", \\\n\t\t", f->id, block++, rgb);
		first = false;
	}
	for (size_t i = 0; i < f->n_curves; i++) {
		colour(rgb, f->curves[i].series);
		strbuf_addf(out,
			"%s'figure-%s.dat' index %zu using 1:2 with lines lw 1.8 lc rgb '%s' "
			"dt %s title ",
			first ? "" : ", \\\n\t\t", f->id, i, rgb,
			draw_styles[f->curves[i].series].dash);
		first = false;
		short_title(out, f->curves[i].label);
	}
	strbuf_addc(out, '\n');
}

static void
curve_data(struct strbuf *out, const struct drawn *s)
{
	double p = s->before;

	comment(out, s->curve->label);
	row(out, (double[]){s->from / s->scale, p}, 2);
	for (size_t k = 0; k < s->n; k++) {
		const struct doc_point *point = &s->curve->points[s->at[k]];

		row(out, (double[]){point->x / s->scale, p}, 2);
		p = point->p;
		row(out, (double[]){point->x / s->scale, p}, 2);
	}
	row(out, (double[]){s->to / s->scale, p}, 2);
	strbuf_adds(out, "\n\n");
}

static void
band_data(struct strbuf *out, const struct drawn *s)
{
	const struct doc_point *before = NULL;

	strbuf_adds(out, "# band: ");
	comment(out, s->curve->label);
	for (size_t k = 0; k < s->n; k++) {
		const struct doc_point *p = &s->curve->points[s->at[k]];

		if (before)
			row(out,
				(double[]){p->x / s->scale, draw_within_1(before->p_lower),
					draw_within_1(before->p_upper)},
				3);
		row(out,
			(double[]){p->x / s->scale, draw_within_1(p->p_lower),
				draw_within_1(p->p_upper)},
			3);
		before = p;
	}
	strbuf_adds(out, "\n\n");
}

static void
cdf_data(struct strbuf *out, const struct doc_figure *f)
{
	struct drawn s;

	strbuf_addf(out,
		"# value (%s), cumulative share; the corners of the steps, a block for each "
		"curve,\n# then for each band: value, lower, upper.\n",
		num_unit_label(f->unit));
	for (size_t i = 0; i < f->n_curves; i++) {
		drawn_points(&s, f, &f->curves[i]);
		curve_data(out, &s);
	}
	for (size_t i = 0; i < f->n_curves; i++) {
		drawn_points(&s, f, &f->curves[i]);
		if (drawn_has_band(f, &s))
			band_data(out, &s);
	}
}

static void
intervals_script(struct strbuf *out, const struct doc_figure *f)
{
	double left = 24;
	int height = height_px(f);
	struct strbuf label;

	strbuf_init(&label);
	strbuf_adds(out, "\tset ytics (");
	for (size_t i = 0; i < f->n_marks; i++) {
		strbuf_clear(&label);
		draw_short(&label, f->marks[i].label);
		left = fmax(left, 24 + CHAR_PX * (double)draw_width(label.n ? label.p : ""));
		strbuf_adds(out, i ? ", \\\n\t\t" : "");
		quoted(out, label.n ? label.p : " ", true);
		strbuf_addf(out, " %zu", i);
	}
	strbuf_release(&label);
	strbuf_addf(out,
		")\n\tset yrange [%zu.6:-0.6]\n\tunset key\n"
		"\tset lmargin at screen %.4f\n\tset rmargin at screen 0.96\n"
		"\tset tmargin at screen %.4f\n\tset bmargin at screen %.4f\n"
		"\tset errorbars 0.8\n"
		"\tplot 'figure-%s.dat' using 2:1:3:4:5 with xerrorbars pt 7 ps 0.9 lw 2 "
		"lc rgb variable\n",
		f->n_marks - 1, fmin(left, WIDTH_PX / 2.0) / WIDTH_PX, 1 - 12.0 / height,
		(double)AXIS_PX / height, f->id);
}

static void
intervals_data(struct strbuf *out, const struct doc_figure *f)
{
	double per = num_per_unit(f->unit);

	strbuf_addf(out,
		"# row, value, lower, upper (%s), colour; without interval: the value itself.\n",
		num_unit_label(f->unit));
	for (size_t i = 0; i < f->n_marks; i++) {
		const struct doc_mark *m = &f->marks[i];
		const struct draw_style *s = &draw_styles[m->series];
		bool interval = isfinite(m->lower) && isfinite(m->upper);

		comment(out, m->label);
		for (size_t k = 0; k < 4; k++) {
			add_number(out,
				(const double[]){(double)i, m->value / per,
					(interval ? m->lower : m->value) / per,
					(interval ? m->upper : m->value) / per}[k]);
			strbuf_addc(out, '\t');
		}
		strbuf_addf(out, "%d\n", s->red << 16 | s->green << 8 | s->blue);
	}
}

void
plot_script(struct strbuf *out, const struct doc_figure *f)
{
	if (f->kind == DOC_PANELS) { /* several plots, with a frame of their own */
		panels_script(out, f);
		return;
	}
	prologue(out, f);
	switch (f->kind) {
	case DOC_CDF:
		cdf_script(out, f);
		break;
	case DOC_INTERVALS:
		intervals_script(out, f);
		break;
	case DOC_PANELS:
		break;
	}
	epilogue(out);
}

void
plot_data(struct strbuf *out, const struct doc_figure *f)
{
	switch (f->kind) {
	case DOC_CDF:
		cdf_data(out, f);
		break;
	case DOC_INTERVALS:
		intervals_data(out, f);
		break;
	case DOC_PANELS:
		panels_data(out, f);
		break;
	}
}
