/*
 * texfig - figures as pgfplots pictures with their data inside.
 *
 * A curve starts at the height that it has where the shown range begins.  Of many points every
 * k-th is drawn; the CSV has all.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/draw.h"
#include "report/escape.h"
#include "report/panels.h"
#include "report/tex.h"

#define LOG_AXIS "xmode=log,log ticks with fixed point,\n"
#define LEGEND_CHARS 72 /* that fit beside each other below a plot */

static void
colour(struct strbuf *out, size_t i)
{
	strbuf_addf(out, "\\definecolor{vantage%c}{RGB}{%d,%d,%d}\n", (char)('A' + i),
		draw_styles[i].red, draw_styles[i].green, draw_styles[i].blue);
}

/* steps - "const plot" draws the steps between these. */
static void
steps(struct strbuf *out, const struct drawn *s)
{
	double p = s->before;

	tex_coordinate(out, s->from / s->scale, p);
	for (size_t k = 0; k < s->n; k++) {
		const struct doc_point *point = &s->curve->points[s->at[k]];

		p = point->p;
		strbuf_addc(out, '\n');
		tex_coordinate(out, point->x / s->scale, p);
	}
	strbuf_addc(out, '\n');
	tex_coordinate(out, s->to / s->scale, p);
}

/* band - the polygon between the upper steps, forward, and the lower steps, backward. */
static void
band(struct strbuf *out, const struct drawn *s, char colour)
{
	const struct doc_point *p = s->curve->points;

	strbuf_addf(out,
		"\\addplot[draw=none,fill=vantage%c,fill opacity=0.15,forget plot] "
		"coordinates {\n",
		colour);
	for (size_t k = 0; k < s->n; k++) {
		double x = p[s->at[k]].x / s->scale;

		if (k)
			tex_coordinate(out, x, draw_within_1(p[s->at[k - 1]].p_upper));
		tex_coordinate(out, x, draw_within_1(p[s->at[k]].p_upper));
		strbuf_addc(out, '\n');
	}
	for (size_t k = s->n; k-- > 0;) {
		double lower = draw_within_1(p[s->at[k]].p_lower);

		if (k + 1 < s->n)
			tex_coordinate(out, p[s->at[k + 1]].x / s->scale, lower);
		tex_coordinate(out, p[s->at[k]].x / s->scale, lower);
		strbuf_addc(out, '\n');
	}
	strbuf_adds(out, "} -- cycle;\n");
}

/* short_label - a label that leaves room for the picture. */
static void
short_label(struct strbuf *out, const char *label)
{
	struct strbuf cut;

	strbuf_init(&cut);
	draw_short(&cut, label);
	if (cut.n)
		escape_tex(out, cut.p);
	strbuf_release(&cut);
}

static void
log_ticks(struct strbuf *out, const struct doc_figure *f)
{
	double ticks[DRAW_TICKS_MAX], per = num_per_unit(f->unit);
	size_t n = draw_log_ticks(ticks, f->from / per, f->to / per);

	if (n == 0)
		return;
	strbuf_adds(out, "xtick={");
	for (size_t i = 0; i < n; i++) {
		strbuf_adds(out, i ? "," : "");
		tex_number(out, ticks[i]);
	}
	strbuf_adds(out, "},\n");
}

static void
axis_label(struct strbuf *out, const struct doc_figure *f)
{
	strbuf_adds(out, "xlabel={");
	escape_tex(out, f->axis);
	strbuf_addf(out, " (%s)},\nxmin=", tex_unit(f->unit));
	tex_number(out, f->from / num_per_unit(f->unit));
	strbuf_adds(out, ",xmax=");
	tex_number(out, f->to / num_per_unit(f->unit));
	strbuf_adds(out, ",\n");
	if (f->log_axis)
		log_ticks(out, f);
}

static int
legend_columns(const struct doc_figure *f)
{
	size_t longest = 1, n;

	for (size_t i = 0; i < f->n_curves; i++) {
		size_t len = strlen(f->curves[i].label);

		len = len < DRAW_LABEL_CHARS ? len : DRAW_LABEL_CHARS;
		longest = len > longest ? len : longest;
	}
	n = LEGEND_CHARS / (longest + 6);
	if (n == 0)
		return 1;
	return (int)(n < f->n_curves ? n : f->n_curves);
}

static void
cdf(struct strbuf *out, const struct doc_figure *f)
{
	for (size_t i = 0; i < f->n_curves; i++)
		colour(out, f->curves[i].series);
	strbuf_addf(out, "\\begin{axis}[\nwidth=\\linewidth,height=7.5cm,\n%s",
		f->log_axis ? LOG_AXIS : "");
	axis_label(out, f);
	strbuf_addf(out,
		"ylabel={Cumulative share of probes},\nymin=0,ymax=1,\n"
		"grid=major,grid style={black!12},\n"
		"tick align=outside,tick pos=left,scaled ticks=false,\n"
		"legend style={at={(0.5,-0.2)},anchor=north,draw=none,font=\\small,"
		"/tikz/every even column/.append style={column sep=8pt}},\n"
		"legend columns=%d,legend cell align=left]\n",
		legend_columns(f));
	for (size_t i = 0; i < f->n_curves; i++) {
		struct drawn s;

		drawn_points(&s, f, &f->curves[i]);
		if (drawn_has_band(f, &s))
			band(out, &s, (char)('A' + f->curves[i].series));
	}
	for (size_t i = 0; i < f->n_curves; i++) {
		struct drawn s;

		drawn_points(&s, f, &f->curves[i]);
		strbuf_addf(out,
			"\\addplot[const plot,no marks,line width=0.9pt,vantage%c,%s] "
			"coordinates {\n",
			(char)('A' + f->curves[i].series),
			draw_styles[f->curves[i].series].tex_dash);
		steps(out, &s);
		strbuf_adds(out, "};\n\\addlegendentry{");
		short_label(out, f->curves[i].label);
		strbuf_adds(out, "}\n");
	}
	strbuf_adds(out, "\\end{axis}\n");
}

/* mark - a plot of one point, since each has the colour of its platform. */
static void
mark(struct strbuf *out, const struct doc_mark *k, size_t row, double scale)
{
	strbuf_addf(out,
		"\\addplot[only marks,mark=*,mark size=1.8pt,vantage%c,error bars/.cd,x dir=both,"
		"x explicit,\nerror bar style={line width=0.9pt},error mark options={rotate=90,"
		"mark size=3pt,line width=0.9pt}] coordinates {",
		(char)('A' + k->series));
	tex_coordinate(out, k->value / scale, (double)row);
	if (isfinite(k->lower) && isfinite(k->upper)) {
		strbuf_adds(out, " += ");
		tex_coordinate(out, (k->upper - k->value) / scale, 0);
		strbuf_adds(out, " -= ");
		tex_coordinate(out, (k->value - k->lower) / scale, 0);
	}
	strbuf_adds(out, "};\n");
}

static void
intervals(struct strbuf *out, const struct doc_figure *f)
{
	double scale = num_per_unit(f->unit);

	for (size_t i = 0; i < f->n_marks; i++)
		if (i == 0 || f->marks[i].series != f->marks[i - 1].series)
			colour(out, f->marks[i].series);
	strbuf_adds(out, "\\begin{axis}[\nscale only axis,width=0.68\\linewidth,height=");
	tex_number(out, 0.6 + 0.48 * (double)f->n_marks);
	strbuf_addf(out, "cm,\n%s", f->log_axis ? LOG_AXIS : "");
	axis_label(out, f);
	strbuf_addf(out, "y dir=reverse,ymin=-0.7,ymax=%zu.7,\nytick={", f->n_marks - 1);
	for (size_t i = 0; i < f->n_marks; i++)
		strbuf_addf(out, "%s%zu", i ? "," : "", i);
	strbuf_adds(out, "},\nyticklabels={");
	for (size_t i = 0; i < f->n_marks; i++) {
		strbuf_adds(out, i ? ",\n{" : "{");
		short_label(out, f->marks[i].label);
		strbuf_addc(out, '}');
	}
	strbuf_adds(out,
		"},\nxmajorgrids,grid style={black!12},\n"
		"tick align=outside,tick pos=left,scaled ticks=false]\n");
	for (size_t i = 0; i < f->n_marks; i++)
		mark(out, &f->marks[i], i, scale);
	strbuf_adds(out, "\\end{axis}\n");
}

void
tex_figure(struct strbuf *out, const struct doc_figure *f)
{
	strbuf_adds(out,
		"\\begin{figure}[htbp]\n\\centering\n"
		"\\begin{adjustbox}{max width=\\linewidth}\n\\begin{tikzpicture}\n");
	if (f->kind == DOC_CDF)
		cdf(out, f);
	else if (f->kind == DOC_PANELS)
		panels_tex(out, f);
	else
		intervals(out, f);
	strbuf_adds(out, "\\end{tikzpicture}\n\\end{adjustbox}\n\\caption[");
	escape_tex(out, f->title);
	strbuf_adds(out, "]{");
	escape_tex(out, f->title);
	strbuf_adds(out, *f->caption == ' ' || !*f->caption ? "." : ". ");
	escape_tex(out, f->caption);
	strbuf_addf(out, "}\n\\label{fig:vantage-%s}\n\\end{figure}\n", f->id);
}
