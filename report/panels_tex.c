/*
 * panels_tex - panels for pgfplots.
 *
 * Lengths across are parts of \linewidth, so that a picture fills a column as well as a page.  The
 * legend belongs to the last panel and is centred below the whole.
 */
#include "report/panels.h"

#include <math.h>
#include <stdlib.h>

#include "report/draw.h"
#include "report/escape.h"
#include "report/panels_draw.h"
#include "report/tex.h"

#define HEIGHT_CM 3.4 /* of a panel */
#define PITCH_CM 4.3  /* from one to the next */
#define LINE_CM 0.5       /* of a label */
#define CHAR_CM 0.17      /* of a label on end */
#define LEGEND_CHARS 72
/* Characters of tick labels that fit below a panel, by the number of columns. */
static const size_t chars_below[] = {0, 62, 28, 18};
static const double widths[] = {0, 0.8, 0.4, 0.26}; /* of \linewidth */
static const double pitches[] = {0, 0.8, 0.46, 0.3};

static void
points(struct strbuf *out, const struct doc_figure *f, const struct doc_curve *c)
{
	double per = num_per_unit(f->unit);

	for (size_t k = 0; k < c->n_points; k++) {
		const struct doc_point *p = &c->points[k];

		tex_coordinate(out, panels_x(f, c, p), p->p / per);
		if (panels_has_bar(p)) {
			strbuf_adds(out, " += ");
			tex_coordinate(out, 0, (p->p_upper - p->p) / per);
			strbuf_adds(out, " -= ");
			tex_coordinate(out, 0, (p->p - p->p_lower) / per);
		}
		strbuf_addc(out, '\n');
	}
	strbuf_adds(out, "};\n");
}

static void
area(struct strbuf *out, const struct doc_figure *f, const struct doc_curve *c)
{
	double *xy = xcalloc(c->n_points + 2, 2 * sizeof *xy), per = num_per_unit(f->unit);
	size_t n = panels_area(xy, c);

	if (n) {
		strbuf_addf(out,
			"\\addplot[draw=none,fill=vantage%c,fill opacity=0.14,forget plot] "
			"coordinates {\n",
			(char)('A' + c->series));
		tex_coordinate(out, xy[0], f->reference / per);
		for (size_t k = 0; k < n; k++) {
			tex_coordinate(out, xy[2 * k], xy[2 * k + 1] / per);
			strbuf_addc(out, '\n');
		}
		tex_coordinate(out, xy[2 * n - 2], f->reference / per);
		strbuf_adds(out, "} -- cycle;\n");
	}
	free(xy);
}

static void
line(struct strbuf *out, const struct doc_figure *f, const struct doc_curve *c)
{
	strbuf_addf(out,
		"\\addplot[vantage%c,%s,line width=0.9pt,mark=*,mark size=1.4pt,mark options=solid,"
		"forget plot,\nerror bars/.cd,y dir=both,y explicit,error bar style=solid] "
		"coordinates {\n",
		(char)('A' + c->series), draw_styles[c->series].tex_dash);
	points(out, f, c);
}

static void
bar(struct strbuf *out, const struct doc_figure *f, const struct doc_curve *c)
{
	strbuf_addf(out,
		"\\addplot[ybar,bar shift=0pt,bar width=%.4f,fill=vantage%c,fill opacity=0.45,"
		"draw=vantage%c,forget plot,\nerror bars/.cd,y dir=both,y explicit,error bar "
		"style={black,opacity=1}] coordinates {\n",
		0.92 * panels_width(f), (char)('A' + c->series), (char)('A' + c->series));
	points(out, f, c);
}

/* level_line - across a box or a whisker's end. */
static void
level_line(struct strbuf *out, const char *style, double x, double half, double y)
{
	strbuf_addf(out, "\\draw[%s] ", style);
	tex_coordinate(out, x - half, y);
	strbuf_adds(out, " -- ");
	tex_coordinate(out, x + half, y);
	strbuf_adds(out, ";\n");
}

static void
whisker(struct strbuf *out, double x, double half, double from, double to)
{
	strbuf_adds(out, "\\draw ");
	tex_coordinate(out, x, from);
	strbuf_adds(out, " -- ");
	tex_coordinate(out, x, to);
	strbuf_adds(out, ";\n");
	level_line(out, "", x, half / 2, to);
}

static void
boxes(struct strbuf *out, const struct doc_figure *f, const struct doc_curve *c)
{
	double per = num_per_unit(f->unit), half = 0.42 * panels_width(f);

	for (size_t k = 0; k < c->n_points; k++) {
		const struct doc_point *p = &c->points[k];
		double x = panels_x(f, c, p);

		strbuf_addf(out, "\\draw[fill=vantage%c,fill opacity=0.45,draw opacity=1] ",
			(char)('A' + c->series));
		tex_coordinate(out, x - half, p->p_lower / per);
		strbuf_adds(out, " rectangle ");
		tex_coordinate(out, x + half, p->p_upper / per);
		strbuf_adds(out, ";\n");
		level_line(out, "line width=1.1pt", x, half, p->p / per);
		if (!panels_has_whiskers(p))
			continue;
		whisker(out, x, half, p->p_lower / per, p->low / per);
		whisker(out, x, half, p->p_upper / per, p->high / per);
	}
}

static void
draw_curve(struct strbuf *out, const struct doc_figure *f, const struct doc_curve *c)
{
	static void (*const shapes[])(
		struct strbuf *, const struct doc_figure *, const struct doc_curve *) = {
		[DOC_LINES] = line, [DOC_BARS] = bar, [DOC_BOXES] = boxes};

	shapes[f->shape](out, f, c);
}

static void
reference(struct strbuf *out, const struct doc_figure *f)
{
	double y = f->reference / num_per_unit(f->unit);

	if (!isfinite(y))
		return;
	strbuf_adds(out, "\\addplot[black!55,line width=0.6pt,forget plot] coordinates {");
	tex_coordinate(out, f->x_from, y);
	tex_coordinate(out, f->x_to, y);
	strbuf_adds(out, "};\n");
}

static void
x_ticks(struct strbuf *out, const struct doc_figure *f, bool last)
{
	if (f->numeric) {
		strbuf_adds(out, ",\nxmin=");
		tex_number(out, f->x_from);
		strbuf_adds(out, ",xmax=");
		tex_number(out, f->x_to);
		strbuf_adds(out, ",max space between ticks=60,try min ticks=4");
		strbuf_adds(out, last ? ",xticklabel style={/pgf/number format/.cd,fixed,1000 "
					"sep={\\,}}"
				      : ",xticklabels={}");
		return;
	}
	strbuf_addf(out, ",\nxmin=-0.5,xmax=%zu.5,xtick={", f->n_ticks - 1);
	for (size_t i = 0; i < f->n_ticks; i++)
		strbuf_addf(out, "%s%zu", i ? "," : "", i);
	strbuf_adds(out, "},\nxticklabels={");
	for (size_t i = 0; last && i < f->n_ticks; i++) {
		struct strbuf label;

		strbuf_init(&label);
		draw_short(&label, f->ticks[i]);
		strbuf_adds(out, i ? ",{" : "{");
		escape_tex(out, label.n ? label.p : "");
		strbuf_addc(out, '}');
		strbuf_release(&label);
	}
	strbuf_addc(out, '}');
	if (!panels_upright(f, chars_below[panels_columns(f)]))
		strbuf_adds(out, ",xticklabel style={rotate=90,anchor=east}");
}

/* legend_place - the middle of the picture, below all labels, in units of the last panel. */
static void
legend_place(struct strbuf *out, const struct doc_figure *f)
{
	size_t columns = panels_columns(f), longest = panels_label_chars(f);
	double at = (double)((f->n_panels - 1) % columns) * pitches[columns];
	double middle = ((double)(columns - 1) * pitches[columns] + widths[columns]) / 2;
	double below = 3 * LINE_CM;

	if (!panels_upright(f, chars_below[columns]))
		below = 2 * LINE_CM + CHAR_CM * (double)panels_tick_chars(f);
	strbuf_adds(out, ",\nlegend style={at={");
	tex_coordinate(out, (middle - at) / widths[columns], -below / HEIGHT_CM);
	strbuf_addf(out,
		"},anchor=north,draw=none,font=\\small,/tikz/every even column/.append "
		"style={column sep=8pt}},\nlegend columns=%zu,legend cell align=left",
		LEGEND_CHARS / (longest + 6) ? LEGEND_CHARS / (longest + 6) : 1);
}

static void
axis(struct strbuf *out, const struct doc_figure *f, size_t panel)
{
	size_t columns = panels_columns(f), column = panel % columns;

	strbuf_addf(out,
		"\\begin{axis}[\nat={(%.2f\\linewidth,%.2fcm)},anchor=north west,scale only axis,"
		"width=%.2f\\linewidth,height=%.1fcm,\ntitle={",
		(double)column * pitches[columns], -PITCH_CM * (double)(panel / columns),
		widths[columns], HEIGHT_CM);
	if (f->n_panels > 1)
		escape_tex(out, f->panels[panel]);
	strbuf_adds(out, "},title style={yshift=-1ex}");
	if (column == 0) {
		strbuf_adds(out, ",\nylabel={");
		escape_tex(out, f->axis);
		if (f->unit != NUM_COUNT)
			strbuf_addf(out, " (%s)", tex_unit(f->unit));
		strbuf_adds(out, "},ylabel style={align=center,text width=3.4cm}");
	} else {
		strbuf_adds(out, ",yticklabels={}");
	}
	strbuf_adds(out, ",\nymin=");
	tex_number(out, f->from / num_per_unit(f->unit));
	strbuf_adds(out, ",ymax=");
	tex_number(out, f->to / num_per_unit(f->unit));
	x_ticks(out, f, panels_is_last(f, panel));
	strbuf_adds(out, ",\nymajorgrids,grid style={black!12},tick align=outside,tick pos=left,"
			 "scaled ticks=false");
	if (panels_is_last(f, panel)) {
		strbuf_adds(out, ",\nxlabel={");
		escape_tex(out, f->x_axis);
		strbuf_addc(out, '}');
	}
	if (panel + 1 == f->n_panels)
		legend_place(out, f);
	strbuf_adds(out, "]\n");
}

static void
legend(struct strbuf *out, const struct doc_figure *f)
{
	if (isfinite(f->reference)) {
		strbuf_adds(out, "\\addlegendimage{black!55,line width=0.6pt}\n\\addlegendentry{");
		escape_tex(out, f->reference_label);
		strbuf_adds(out, "}\n");
	}
	for (size_t i = 0; i < f->n_curves; i++) {
		const struct doc_curve *c = &f->curves[i];

		if (!panels_is_entry(f, i))
			continue;
		if (f->shape == DOC_LINES)
			strbuf_addf(out,
				"\\addlegendimage{vantage%c,%s,line width=0.9pt,mark=*,mark "
				"size=1.4pt,mark options=solid}\n",
				(char)('A' + c->series), draw_styles[c->series].tex_dash);
		else
			strbuf_addf(out,
				"\\addlegendimage{area legend,fill=vantage%c,fill opacity=0.45}\n",
				(char)('A' + c->series));
		strbuf_adds(out, "\\addlegendentry{");
		escape_tex(out, c->label);
		strbuf_adds(out, "}\n");
	}
}

void
panels_tex(struct strbuf *out, const struct doc_figure *f)
{
	for (size_t i = 0; i < panels_n_series(f); i++)
		strbuf_addf(out, "\\definecolor{vantage%c}{RGB}{%d,%d,%d}\n", (char)('A' + i),
			draw_styles[i].red, draw_styles[i].green, draw_styles[i].blue);
	for (size_t panel = 0; panel < f->n_panels; panel++) {
		axis(out, f, panel);
		for (size_t i = 0; i < f->n_curves; i++)
			if (f->curves[i].panel == panel)
				area(out, f, &f->curves[i]);
		reference(out, f);
		for (size_t i = 0; i < f->n_curves; i++)
			if (f->curves[i].panel == panel)
				draw_curve(out, f, &f->curves[i]);
		if (panel + 1 == f->n_panels)
			legend(out, f);
		strbuf_adds(out, "\\end{axis}\n");
	}
}
