/*
 * texdoc - the fragment and the complete LaTeX document around tables and figures.
 *
 * The document compiles under pdflatex and lualatex without warnings.  It uses Latin Modern if
 * that is installed and needs no other font; it has no date, so that equal results give equal
 * bytes.
 */
#include <stdio.h>
#include <string.h>

#include "report/escape.h"
#include "report/sections.h"
#include "report/tex.h"

/* LaTeX gives up on about 100 floats that wait for a page: let them out in time. */
#define TABLES_PER_BARRIER 16
/* Of a float: heading, caption, rules and notes of a table; all of a figure. */
#define LINES_AROUND 12
#define LINES_OF_TURNED 10
#define CHARS_PER_LINE 90
#define LINES_MAX 56
#define LINES_OF_TEXT 3
#define LINES_OF_FIGURE 26

static const char preamble[] =
	"\\documentclass[10pt,a4paper]{article}\n"
	"\\ifdefined\\directlua\\else\n"
	"\\IfFileExists{lmodern.sty}{\\usepackage[T1]{fontenc}\\usepackage{lmodern}}{}\n"
	"\\fi\n"
	"\\usepackage{textcomp}\n"
	"\\usepackage[a4paper,margin=22mm]{geometry}\n"
	"\\usepackage{array,booktabs,threeparttable,adjustbox,placeins,colortbl}\n"
	"\\usepackage[font=small,labelfont=bf]{caption}\n"
	"\\usepackage{siunitx}\n"
	"\\usepackage{pgfplots}\n"
	"\\pgfplotsset{compat=1.16}\n"
	"\\setlength{\\emergencystretch}{3em}\n"
	"\\renewcommand{\\topfraction}{.9}\n"
	"\\renewcommand{\\bottomfraction}{.9}\n"
	"\\renewcommand{\\textfraction}{.05}\n"
	"\\renewcommand{\\floatpagefraction}{.8}\n"
	"\\setcounter{topnumber}{4}\n"
	"\\setcounter{totalnumber}{6}\n"
	"\\setlength{\\textfloatsep}{18pt plus 4pt minus 4pt}\n"
	/* a new page unless as many lines are left; while only floats stand on it there is no goal */
	"\\newcommand{\\vantageneeds}[1]{\\par\\penalty0\n"
	"\\ifdim\\dimexpr\\ifdim\\pagegoal=\\maxdimen\\vsize\\else\\pagegoal-\\pagetotal\\fi\\relax\n"
	"<#1\\baselineskip\\clearpage\\fi}\n"
	"\\makeatletter\n" /* float pages are filled from the top */
	"\\setlength{\\@fptop}{0pt}\n"
	"\\setlength{\\@fpsep}{24pt}\n"
	"\\makeatother\n";

void
tex_needs(struct strbuf *out)
{
	strbuf_adds(out,
		"% Needs: \\usepackage{textcomp,array,booktabs,siunitx,threeparttable,"
		"adjustbox,pgfplots,colortbl}\n% and \\pgfplotsset{compat=1.16} or newer.\n");
}

static void
list(struct strbuf *out, const char *heading, const char *const *items, size_t n)
{
	if (n == 0)
		return;
	strbuf_addf(out, "\\section*{%s}\n\\begin{itemize}\\raggedright\n", heading);
	for (size_t i = 0; i < n; i++) {
		strbuf_adds(out, "\\item ");
		escape_tex(out, items[i]);
		strbuf_addc(out, '\n');
	}
	strbuf_adds(out, "\\end{itemize}\n");
}

static void
findings(struct strbuf *out, const struct doc *d)
{
	if (!d->n_findings)
		return;
	strbuf_adds(out,
		"\\section*{What the intervals allow to say}\n"
		"\\begin{itemize}\\raggedright\n");
	for (size_t i = 0; i < d->n_findings; i++) {
		strbuf_adds(out, "\\item \\textbf{");
		escape_tex(out, d->findings[i].name);
		strbuf_adds(out, "}: ");
		escape_tex(out, d->findings[i].text);
		strbuf_addc(out, '\n');
	}
	strbuf_adds(out, "\\end{itemize}\n");
	if (*d->findings_note) {
		escape_tex(out, d->findings_note);
		strbuf_adds(out, "\n\n");
	}
}

static void
sources(struct strbuf *out, const struct doc *d)
{
	if (!d->n_sources)
		return;
	strbuf_adds(out, "\\section*{Datasets}\n\\begin{itemize}\\raggedright\n");
	for (size_t i = 0; i < d->n_sources; i++) {
		strbuf_adds(out, "\\item ");
		escape_tex(out, d->sources[i].line);
		strbuf_addc(out, '\n');
	}
	strbuf_adds(out, "\\end{itemize}\n");
}

static void
put_table(struct strbuf *out, const struct doc_table *t, enum tex_body body)
{
	if (body == TEX_BY_FILE)
		strbuf_addf(out, "\\input{table-%s.tex}\n", t->id);
	else
		tex_table(out, t);
}

static void
put_figure(struct strbuf *out, const struct doc_figure *f, enum tex_body body)
{
	if (body == TEX_BY_FILE)
		strbuf_addf(out, "\\input{figure-%s.tex}\n", f->id);
	else
		tex_figure(out, f);
}

/* floats - of one section, its figures behind its tables. */
static void
floats(struct strbuf *out, const struct doc *d, enum tex_body body, enum doc_section is)
{
	size_t shown = 0;

	for (size_t i = 0; i < d->n_tables; i++) {
		if (d->tables[i].section != is || !doc_in_text(&d->tables[i]))
			continue;
		if (body != TEX_BARE && shown++ % TABLES_PER_BARRIER == TABLES_PER_BARRIER - 1)
			strbuf_adds(out, "\\FloatBarrier\n");
		put_table(out, &d->tables[i], body);
	}
	for (size_t i = 0; i < d->n_figures; i++) {
		if (d->figures[i].csv_only || sections_of_figure(&d->figures[i]) != is)
			continue;
		put_figure(out, &d->figures[i], body);
	}
}

/* lines_of_row - texts alone are long ones, which take several lines. */
static size_t
lines_of_row(const struct doc_table *t)
{
	for (size_t c = 0; c < t->n_columns; c++)
		if (t->columns[c].quantity != DOC_LABEL)
			return 1;
	return LINES_OF_TEXT;
}

/* first_lines - about how many lines the first float of a section takes, most of a page at most. */
static size_t
first_lines(const struct doc *d, enum doc_section is)
{
	size_t n;

	for (size_t i = 0; i < d->n_tables; i++) {
		const struct doc_table *t = &d->tables[i];

		if (t->section == is && doc_in_text(t)) {
			n = LINES_AROUND +
				doc_rows_shown(t, DOC_ROWS_PER_PART) * lines_of_row(t) +
				strlen(t->caption) / CHARS_PER_LINE +
				(t->turned ? LINES_OF_TURNED : 0);
			return n < LINES_MAX ? n : LINES_MAX;
		}
	}
	return LINES_OF_FIGURE;
}

/* section - its heading begins a page where its first float would not fit below it. */
static void
section(struct strbuf *out, const struct doc *d, enum tex_body body, const struct section *s)
{
	if (!sections_have(d, s->is))
		return;
	strbuf_addf(out,
		"\\vantageneeds{%zu}\n\\section*{%s}\n", first_lines(d, s->is), s->title);
	floats(out, d, body, s->is);
	strbuf_adds(out, "\\FloatBarrier\n");
}

void
tex_fragment(struct strbuf *out, const struct doc *d)
{
	size_t n;
	const struct section *all = sections_all(&n);

	tex_needs(out);
	for (size_t i = 0; i < n; i++)
		floats(out, d, TEX_BARE, all[i].is);
}

void
tex_document(struct strbuf *out, const struct doc *d, enum tex_body body)
{
	size_t n;
	const struct section *all = sections_all(&n);

	tex_needs(out);
	strbuf_adds(out, preamble);
	strbuf_adds(out,
		"\\begin{document}\n"
		"\\begin{center}\\LARGE The cost of virtualization\\end{center}\n");
	findings(out, d);
	sources(out, d);
	strbuf_adds(out, "\\clearpage\n");
	for (size_t i = 0; i < n; i++)
		section(out, d, body, &all[i]);
	list(out, "Notes of the analyses", d->remarks, d->n_remarks);
	strbuf_adds(out, "\\end{document}\n");
}
