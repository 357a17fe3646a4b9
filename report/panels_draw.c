/*
 * panels_draw - panels below each other with one value axis, for pgfplots and gnuplot.
 *
 * A curve has one colour, dash and mark in all panels, and stands in the legend once, below the
 * last panel.  Curves are moved aside by a little, so that bars do not hide each other.
 */
#include "report/panels.h"

#include <math.h>
#include <stdio.h>

#include "report/draw.h"
#include "report/escape.h"
#include "report/plot.h"
#include "report/tex.h"

#define PANEL_CM 5.2  /* from one panel to the next */
#define HEIGHT_CM 3.4 /* of one */
#define PANEL_PX 230
#define KEY_PX 60
#define WIDTH_PX 760
#define PX_PER_INCH 96.0
#define ASIDE 0.06 /* of the distance of two levels */

static void
add_number(struct strbuf *out, double v)
{
	char text[NUM_TEXT_SIZE];

	num_coordinate(text, v);
	strbuf_adds(out, text);
}

static size_t
n_series(const struct doc_figure *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_curves; i++)
		n = f->curves[i].series + 1 > n ? f->curves[i].series + 1 : n;
	return n;
}

static const char *
series_label(const struct doc_figure *f, size_t series)
{
	for (size_t i = 0; i < f->n_curves; i++)
		if (f->curves[i].series == series)
			return f->curves[i].label;
	return "";
}

static double
x_of(const struct doc_figure *f, const struct doc_curve *c, const struct doc_point *p)
{
	return p->x + ASIDE * ((double)c->series - 0.5 * ((double)n_series(f) - 1));
}

static bool
has_bar(const struct doc_point *p)
{
	return isfinite(p->p_lower) && isfinite(p->p_upper);
}

/* ---- pgfplots ---- */

static void
tex_curve(struct strbuf *out, const struct doc_figure *f, const struct doc_curve *c)
{
	double per = num_per_unit(f->unit);

	strbuf_addf(out,
		"\\addplot[vantage%c,%s,line width=0.9pt,mark=*,mark size=1.4pt,mark options=solid,"
		"forget plot,\nerror bars/.cd,y dir=both,y explicit,error bar style=solid] "
		"coordinates {\n",
		(char)('A' + c->series), draw_styles[c->series].tex_dash);
	for (size_t k = 0; k < c->n_points; k++) {
		const struct doc_point *p = &c->points[k];

		strbuf_addc(out, '(');
		add_number(out, x_of(f, c, p));
		strbuf_addc(out, ',');
		add_number(out, p->p / per);
		strbuf_addc(out, ')');
		if (has_bar(p)) {
			strbuf_adds(out, " += (0,");
			add_number(out, (p->p_upper - p->p) / per);
			strbuf_adds(out, ") -= (0,");
			add_number(out, (p->p - p->p_lower) / per);
			strbuf_addc(out, ')');
		}
		strbuf_addc(out, '\n');
	}
	strbuf_adds(out, "};\n");
}

static void
tex_axis(struct strbuf *out, const struct doc_figure *f, size_t panel)
{
	bool last = panel + 1 == f->n_panels;

	strbuf_adds(out, "\\begin{axis}[\nat={(0cm,");
	add_number(out, -PANEL_CM * (double)panel);
	strbuf_addf(out,
		"cm)},anchor=north west,scale only axis,width=0.8\\linewidth,height=%.1fcm,\ntitle={",
		HEIGHT_CM);
	if (f->n_panels > 1)
		escape_tex(out, f->panels[panel]);
	strbuf_adds(out, "},\nylabel={");
	escape_tex(out, f->axis);
	if (f->unit != NUM_COUNT)
		strbuf_addf(out, " (%s)", tex_unit(f->unit));
	strbuf_adds(out, "},\nymin=");
	add_number(out, f->from / num_per_unit(f->unit));
	strbuf_adds(out, ",ymax=");
	add_number(out, f->to / num_per_unit(f->unit));
	strbuf_addf(out, ",\nxmin=-0.5,xmax=%zu.5,xtick={", f->n_ticks - 1);
	for (size_t i = 0; i < f->n_ticks; i++)
		strbuf_addf(out, "%s%zu", i ? "," : "", i);
	strbuf_adds(out, "},\nxticklabels={");
	for (size_t i = 0; i < f->n_ticks; i++) {
		strbuf_adds(out, i ? ",{" : "{");
		escape_tex(out, f->ticks[i]);
		strbuf_addc(out, '}');
	}
	strbuf_adds(out, "},\nymajorgrids,grid style={black!12},tick align=outside,tick pos=left,"
			 "scaled ticks=false");
	if (last) {
		strbuf_adds(out, ",\nxlabel={");
		escape_tex(out, f->x_axis);
		strbuf_adds(out, "},\nlegend style={at={(0.5,-0.45)},anchor=north,draw=none,"
				 "font=\\small},legend columns=4,legend cell align=left");
	}
	strbuf_adds(out, "]\n");
}

void
panels_tex(struct strbuf *out, const struct doc_figure *f)
{
	for (size_t i = 0; i < n_series(f); i++)
		strbuf_addf(out, "\\definecolor{vantage%c}{RGB}{%d,%d,%d}\n", (char)('A' + i),
			draw_styles[i].red, draw_styles[i].green, draw_styles[i].blue);
	for (size_t panel = 0; panel < f->n_panels; panel++) {
		tex_axis(out, f, panel);
		for (size_t i = 0; i < f->n_curves; i++)
			if (f->curves[i].panel == panel)
				tex_curve(out, f, &f->curves[i]);
		for (size_t i = 0; panel + 1 == f->n_panels && i < n_series(f); i++) {
			strbuf_addf(out,
				"\\addlegendimage{vantage%c,%s,line width=0.9pt,mark=*,mark "
				"size=1.4pt}\n\\addlegendentry{",
				(char)('A' + i), draw_styles[i].tex_dash);
			escape_tex(out, series_label(f, i));
			strbuf_adds(out, "}\n");
		}
		strbuf_adds(out, "\\end{axis}\n");
	}
}

/* ---- gnuplot ---- */

static void
script_head(struct strbuf *out, const struct doc_figure *f)
{
	int height = (int)(PANEL_PX * f->n_panels + KEY_PX);

	strbuf_addf(out,
		"# gnuplot figure-%s.gp writes figure-%s.svg, .pdf and .png.\n"
		"if (!exists('formats')) formats = 'svg pdf png'\n"
		"set encoding utf8\nset datafile separator tab\nset datafile missing '?'\n"
		"set tics nomirror out scale 0.6\nset border 3 lc rgb '#000000'\n"
		"set grid ytics lt 1 lc rgb '#c8c8c8'\nset key outside below horizontal "
		"noenhanced\nset xrange [-0.5:%zu.5]\nset xtics (",
		f->id, f->id, f->n_ticks - 1);
	for (size_t i = 0; i < f->n_ticks; i++) {
		strbuf_adds(out, i ? ", " : "");
		plot_quoted(out, f->ticks[i]);
		strbuf_addf(out, " %zu", i);
	}
	strbuf_adds(out, ")\nset yrange [");
	add_number(out, f->from / num_per_unit(f->unit));
	strbuf_addc(out, ':');
	add_number(out, f->to / num_per_unit(f->unit));
	strbuf_adds(out, "]\nset ylabel ");
	plot_quoted(out, f->axis);
	strbuf_addf(out,
		".' (%s)' noenhanced\ndo for [format in formats] {\n"
		"\tif (format eq 'svg') { set terminal svg size %d,%d dynamic noenhanced font "
		"'sans-serif,13' }\n"
		"\tif (format eq 'pdf') { set terminal pdfcairo size %.3f,%.3f noenhanced font "
		"'sans-serif,10' fontscale 0.7 }\n"
		"\tif (format eq 'png') { set terminal pngcairo size %d,%d noenhanced font "
		"'sans-serif,10' fontscale 2 }\n"
		"\tset output 'figure-%s.'.format\n\tset multiplot layout %zu,1\n",
		*num_unit_label(f->unit) ? num_unit_label(f->unit) : "1", WIDTH_PX, height,
		WIDTH_PX / PX_PER_INCH, height / PX_PER_INCH, 2 * WIDTH_PX, 2 * height, f->id,
		f->n_panels);
}

void
panels_script(struct strbuf *out, const struct doc_figure *f)
{
	script_head(out, f);
	for (size_t panel = 0; panel < f->n_panels; panel++) {
		bool first = true;

		strbuf_adds(out, "\tset title ");
		plot_quoted(out, f->n_panels > 1 ? f->panels[panel] : "");
		strbuf_adds(out, " noenhanced\n\tset xlabel ");
		plot_quoted(out, panel + 1 == f->n_panels ? f->x_axis : "");
		strbuf_adds(out, " noenhanced\n\tplot ");
		for (size_t i = 0; i < f->n_curves; i++) {
			const struct doc_curve *c = &f->curves[i];
			const struct draw_style *s = &draw_styles[c->series];

			if (c->panel != panel)
				continue;
			strbuf_addf(out,
				"%s'figure-%s.dat' index %zu using 1:2 with lines lw 1.6 lc rgb "
				"'#%02x%02x%02x' dt %s title ",
				first ? "" : ", \\\n\t\t", f->id, i, s->red, s->green, s->blue,
				s->dash);
			first = false;
			plot_quoted(out, c->label);
			strbuf_addf(out,
				", \\\n\t\t'figure-%s.dat' index %zu using 1:2:3:4 with yerrorbars "
				"pt 7 ps 0.5 lc rgb '#%02x%02x%02x' notitle",
				f->id, i, s->red, s->green, s->blue);
		}
		strbuf_adds(out, first ? "NaN notitle\n" : "\n");
	}
	strbuf_adds(out, "\tunset multiplot\n\tset output\n}\n");
}

void
panels_data(struct strbuf *out, const struct doc_figure *f)
{
	double per = num_per_unit(f->unit);

	strbuf_addf(out,
		"# position, value, lower, upper (%s), level; without interval: the value "
		"itself.\n",
		num_unit_label(f->unit));
	for (size_t i = 0; i < f->n_curves; i++) {
		const struct doc_curve *c = &f->curves[i];

		strbuf_adds(out, "# ");
		plot_quoted(out, f->panels[c->panel]);
		strbuf_adds(out, ": ");
		plot_quoted(out, c->label);
		strbuf_addc(out, '\n');
		for (size_t k = 0; k < c->n_points; k++) {
			const struct doc_point *p = &c->points[k];

			add_number(out, x_of(f, c, p));
			strbuf_addc(out, '\t');
			add_number(out, p->p / per);
			strbuf_addc(out, '\t');
			add_number(out, (has_bar(p) ? p->p_lower : p->p) / per);
			strbuf_addc(out, '\t');
			add_number(out, (has_bar(p) ? p->p_upper : p->p) / per);
			strbuf_addc(out, '\t');
			plot_quoted(out, f->ticks[(size_t)p->x]);
			strbuf_addc(out, '\n');
		}
		strbuf_adds(out, "\n\n");
	}
}
