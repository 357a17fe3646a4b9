/*
 * texfig - figures as pgfplots pictures with their data inside.
 *
 * Colours are those of Okabe and Ito (Color Universal Design, 2008), which stay apart under the
 * common colour deficiencies; dash patterns tell the curves apart in print without colour.
 *
 * Only points within the shown range are written, since TeX cannot place what lies far outside;
 * a curve starts at the height that it has where the range begins.  At most
 * POINTS_PER_CURVE of them are drawn, every k-th; the CSV has all.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/figures.h"
#include "report/tex.h"

#define LOG_AXIS "xmode=log,log ticks with fixed point,\n"
#define POINTS_PER_CURVE 400
#define BANDS_MAX_CURVES 3
#define LABEL_CHARS 36
#define LEGEND_CHARS 72 /* that fit beside each other below a plot */

static const struct {
	const char *rgb;
	const char *dash;
} palette[FIGURES_CURVES_MAX] = {
	{"0,0,0", "solid"},
	{"0,114,178", "dash pattern=on 6pt off 2pt"},
	{"213,94,0", "solid"},
	{"0,158,115", "dash pattern=on 2pt off 1.5pt"},
	{"204,121,167", "dash pattern=on 6pt off 2pt on 1pt off 2pt"},
	{"230,159,0", "solid"},
	{"86,180,233", "dash pattern=on 3pt off 1pt"},
	{"110,110,110", "dash pattern=on 1pt off 1pt"},
};

static void
colours(struct strbuf *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		strbuf_addf(out, "\\definecolor{vantage%c}{RGB}{%s}\n", (char)('A' + i),
			palette[i].rgb);
}

static void
add_number(struct strbuf *out, double v)
{
	char text[NUM_TEXT_SIZE];

	num_coordinate(text, v);
	strbuf_adds(out, text);
}

static void
coordinate(struct strbuf *out, double x, double y)
{
	strbuf_addc(out, '(');
	add_number(out, x);
	strbuf_addc(out, ',');
	add_number(out, y);
	strbuf_addc(out, ')');
}

struct drawn { /* the points of a curve that are drawn */
	const struct doc_curve *curve;
	size_t at[POINTS_PER_CURVE + 2]; /* their indices */
	size_t n;
	double before; /* height where the range begins */
	double scale; /* base units per unit */
	double from, to;
};

static void
drawn_points(struct drawn *s, const struct doc_figure *f, const struct doc_curve *c)
{
	size_t first = 0, end, step;

	*s = (struct drawn){
		.curve = c, .scale = num_per_unit(f->unit), .from = f->from, .to = f->to};
	while (first < c->n_points && c->points[first].x < f->from)
		first++;
	for (end = first; end < c->n_points && c->points[end].x <= f->to;)
		end++;
	s->before = first ? c->points[first - 1].p : 0;
	step = (end - first) / POINTS_PER_CURVE + 1;
	for (size_t i = first; i < end; i += step)
		s->at[s->n++] = i;
	if (s->n && s->at[s->n - 1] != end - 1)
		s->at[s->n++] = end - 1;
}

static double
within_1(double p)
{
	return p < 0 ? 0 : p > 1 ? 1 : p;
}

/* steps - "const plot" draws the steps between these. */
static void
steps(struct strbuf *out, const struct drawn *s)
{
	double p = s->before;

	coordinate(out, s->from / s->scale, p);
	for (size_t k = 0; k < s->n; k++) {
		const struct doc_point *point = &s->curve->points[s->at[k]];

		p = point->p;
		strbuf_addc(out, '\n');
		coordinate(out, point->x / s->scale, p);
	}
	strbuf_addc(out, '\n');
	coordinate(out, s->to / s->scale, p);
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
			coordinate(out, x, within_1(p[s->at[k - 1]].p_upper));
		coordinate(out, x, within_1(p[s->at[k]].p_upper));
		strbuf_addc(out, '\n');
	}
	for (size_t k = s->n; k-- > 0;) {
		double lower = within_1(p[s->at[k]].p_lower);

		if (k + 1 < s->n)
			coordinate(out, p[s->at[k + 1]].x / s->scale, lower);
		coordinate(out, p[s->at[k]].x / s->scale, lower);
		strbuf_addc(out, '\n');
	}
	strbuf_adds(out, "} -- cycle;\n");
}

/* short_label - a label that leaves room for the picture. */
static void
short_label(struct strbuf *out, const char *label)
{
	const char *end = label;
	char *cut;

	for (int n = 0; n < LABEL_CHARS; n++) {
		if (utf8_next(&end) == 0)
			break;
	}
	cut = xasprintf("%.*s%s", (int)(end - label), label, *end ? "\xe2\x80\xa6" : "");
	escape_tex(out, cut);
	free(cut);
}

static void
axis_label(struct strbuf *out, const struct doc_figure *f)
{
	strbuf_adds(out, "xlabel={");
	escape_tex(out, f->axis);
	strbuf_addf(out, " (%s)},\nxmin=", tex_unit(f->unit));
	add_number(out, f->from / num_per_unit(f->unit));
	strbuf_adds(out, ",xmax=");
	add_number(out, f->to / num_per_unit(f->unit));
	strbuf_adds(out, ",\n");
}

static int
legend_columns(const struct doc_figure *f)
{
	size_t longest = 1, n;

	for (size_t i = 0; i < f->n_curves; i++) {
		size_t len = strlen(f->curves[i].label);

		len = len < LABEL_CHARS ? len : LABEL_CHARS;
		longest = len > longest ? len : longest;
	}
	n = LEGEND_CHARS / (longest + 6);
	if (n == 0)
		return 1;
	return (int)(n < f->n_curves ? n : f->n_curves);
}

static bool
has_band(const struct doc_figure *f, const struct drawn *s)
{
	const struct doc_point *p = s->n ? &s->curve->points[s->at[0]] : NULL;

	return f->n_curves <= BANDS_MAX_CURVES && p && isfinite(p->p_lower) && isfinite(p->p_upper);
}

static void
cdf(struct strbuf *out, const struct doc_figure *f)
{
	colours(out, f->n_curves);
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
		if (has_band(f, &s))
			band(out, &s, (char)('A' + i));
	}
	for (size_t i = 0; i < f->n_curves; i++) {
		struct drawn s;

		drawn_points(&s, f, &f->curves[i]);
		strbuf_addf(out,
			"\\addplot[const plot,no marks,line width=0.9pt,vantage%c,%s] "
			"coordinates {\n",
			(char)('A' + i), palette[i].dash);
		steps(out, &s);
		strbuf_adds(out, "};\n\\addlegendentry{");
		short_label(out, f->curves[i].label);
		strbuf_adds(out, "}\n");
	}
	strbuf_adds(out, "\\end{axis}\n");
}

static void
mark(struct strbuf *out, const struct doc_mark *k, size_t row, double scale)
{
	coordinate(out, k->value / scale, (double)row);
	if (isfinite(k->lower) && isfinite(k->upper)) {
		strbuf_adds(out, " += ");
		coordinate(out, (k->upper - k->value) / scale, 0);
		strbuf_adds(out, " -= ");
		coordinate(out, (k->value - k->lower) / scale, 0);
	}
	strbuf_addc(out, '\n');
}

static void
intervals(struct strbuf *out, const struct doc_figure *f)
{
	double scale = num_per_unit(f->unit);

	colours(out, 2);
	strbuf_adds(out, "\\begin{axis}[\nscale only axis,width=0.68\\linewidth,height=");
	add_number(out, 0.6 + 0.48 * (double)f->n_marks);
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
		"tick align=outside,tick pos=left,scaled ticks=false]\n"
		"\\addplot[only marks,mark=*,mark size=1.8pt,vantageB,\n"
		"error bars/.cd,x dir=both,x explicit,"
		"error bar style={line width=0.9pt},error mark options={rotate=90,mark size=3pt,"
		"line width=0.9pt}] coordinates {\n");
	for (size_t i = 0; i < f->n_marks; i++)
		mark(out, &f->marks[i], i, scale);
	strbuf_adds(out, "};\n\\end{axis}\n");
}

void
tex_figure(struct strbuf *out, const struct doc_figure *f)
{
	strbuf_adds(out,
		"\\begin{figure}[htbp]\n\\centering\n"
		"\\begin{adjustbox}{max width=\\linewidth}\n\\begin{tikzpicture}\n");
	if (f->kind == DOC_CDF)
		cdf(out, f);
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
