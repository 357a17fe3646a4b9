/*
 * texdoc - the fragment and the complete LaTeX document around tables and figures.
 *
 * The document compiles under pdflatex and lualatex without warnings.  It uses Latin Modern if
 * that is installed and needs no other font; it has no date, so that equal results give equal
 * bytes.  In the document tables and figures do not float: there is no text for them to move past,
 * and a heading stays above what it is of.  As fragments in the document of somebody else they do.
 */
#include <stdio.h>
#include <string.h>

#include "report/escape.h"
#include "report/sections.h"
#include "report/tex.h"

static const char preamble[] =
	"\\documentclass[10pt,a4paper]{article}\n"
	"\\ifdefined\\directlua\\else\n"
	"\\IfFileExists{lmodern.sty}{\\usepackage[T1]{fontenc}\\usepackage{lmodern}}{}\n"
	"\\fi\n"
	"\\usepackage{textcomp}\n"
	"\\usepackage[a4paper,margin=22mm]{geometry}\n"
	"\\usepackage{array,booktabs,threeparttable,adjustbox,colortbl,float}\n"
	"\\usepackage[font=small,labelfont=bf]{caption}\n"
	"\\usepackage{siunitx}\n"
	"\\usepackage{pgfplots}\n"
	"\\pgfplotsset{compat=1.16}\n"
	"\\setlength{\\emergencystretch}{3em}\n"
	"\\raggedbottom\n"
	"\\makeatletter\n" /* in the order of the report, each where its heading is */
	"\\renewenvironment{table}[1][]{\\@float{table}[H]}{\\end@float}\n"
	"\\renewenvironment{figure}[1][]{\\@float{figure}[H]}{\\end@float}\n"
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
	for (size_t i = 0; i < d->n_tables; i++)
		if (d->tables[i].section == is && doc_in_text(&d->tables[i]))
			put_table(out, &d->tables[i], body);
	for (size_t i = 0; i < d->n_figures; i++)
		if (!d->figures[i].csv_only && sections_of_figure(&d->figures[i]) == is)
			put_figure(out, &d->figures[i], body);
}

static void
section(struct strbuf *out, const struct doc *d, enum tex_body body, const struct section *s)
{
	if (!sections_have(d, s->is))
		return;
	strbuf_addf(out, "\\section*{%s}\n", s->title);
	floats(out, d, body, s->is);
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
	for (size_t i = 0; i < n; i++)
		section(out, d, body, &all[i]);
	sources(out, d);
	list(out, "Notes of the analyses", d->remarks, d->n_remarks);
	strbuf_adds(out, "\\end{document}\n");
}
