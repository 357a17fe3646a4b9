/*
 * texdoc - the fragment and the complete LaTeX document around tables and figures.
 *
 * The document compiles under pdflatex and lualatex without warnings.  It uses Latin Modern if
 * that is installed and needs no other font; it has no date, so that equal results give equal
 * bytes.
 */
#include <stdio.h>

#include "report/escape.h"
#include "report/tex.h"

/* LaTeX gives up on about 100 floats that wait for a page: let them out in time. */
#define TABLES_PER_BARRIER 16

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

void
tex_fragment(struct strbuf *out, const struct doc *d)
{
	tex_needs(out);
	for (size_t i = 0; i < d->n_tables; i++) {
		if (doc_in_text(&d->tables[i]))
			tex_table(out, &d->tables[i]);
	}
	for (size_t i = 0; i < d->n_figures; i++) {
		if (!d->figures[i].csv_only)
			tex_figure(out, &d->figures[i]);
	}
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
	strbuf_adds(out, "\\section*{Data}\n\\begin{itemize}\\raggedright\n");
	for (size_t i = 0; i < d->n_sources; i++) {
		strbuf_adds(out, "\\item ");
		escape_tex(out, d->sources[i].line);
		strbuf_addc(out, '\n');
	}
	strbuf_adds(out, "\\end{itemize}\n");
}

/* What a reader needs first comes first; where nothing is to be told, not even the heading. */
static const struct section {
	enum doc_section is;
	const char *title;
} sections[] = {
	{DOC_OVERVIEW, "Overview"},
	{DOC_QUALITY, "Data quality"},
	{DOC_RESULTS, "Results"},
	{DOC_ASSOCIATIONS, "Correlations and outliers"},
	{DOC_DATA, "Machines"},
	{DOC_QUALITY_DETAIL, "Every cell and point"},
};
#define N_SECTIONS (sizeof sections / sizeof *sections)

static void
section(struct strbuf *out, const struct doc *d, enum tex_body body, const struct section *s)
{
	size_t shown = 0;

	for (size_t i = 0; i < d->n_tables; i++) {
		const struct doc_table *t = &d->tables[i];

		if (t->section != s->is || !doc_in_text(t))
			continue;
		if (shown == 0)
			strbuf_addf(out, "\\section*{%s}\n", s->title);
		if (shown++ % TABLES_PER_BARRIER == TABLES_PER_BARRIER - 1)
			strbuf_adds(out, "\\FloatBarrier\n");
		if (body == TEX_BY_FILE)
			strbuf_addf(out, "\\input{table-%s.tex}\n", t->id);
		else
			tex_table(out, t);
	}
	if (shown)
		strbuf_adds(out, "\\FloatBarrier\n");
}

void
tex_document(struct strbuf *out, const struct doc *d, enum tex_body body)
{
	tex_needs(out);
	strbuf_adds(out, preamble);
	strbuf_adds(out,
		"\\begin{document}\n"
		"\\begin{center}\\LARGE The cost of virtualization\\end{center}\n");
	findings(out, d);
	sources(out, d);
	strbuf_adds(out, "\\clearpage\n");
	for (size_t i = 0; i < N_SECTIONS; i++)
		section(out, d, body, &sections[i]);
	if (d->n_figures)
		strbuf_adds(out, "\\section*{Figures}\n");
	for (size_t i = 0; i < d->n_figures; i++) {
		if (d->figures[i].csv_only)
			continue;
		if (body == TEX_BY_FILE)
			strbuf_addf(out, "\\input{figure-%s.tex}\n", d->figures[i].id);
		else
			tex_figure(out, &d->figures[i]);
	}
	strbuf_adds(out, "\\FloatBarrier\n");
	list(out, "Notes of the analyses", d->remarks, d->n_remarks);
	strbuf_adds(out, "\\end{document}\n");
}
