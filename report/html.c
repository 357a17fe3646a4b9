/*
 * html - see html.h.
 *
 * Ids are made of table and figure ids alone, which are ours; text of the results only ever
 * stands in text and in quoted attributes.
 */
#include "report/html.h"

#include "core/opt.h"
#include "report/escape.h"
#include "report/html_int.h"
#include "report/sections.h"

static const char *const verdict_classes[] = {
	[DOC_UNDECIDED] = "undecided",
	[DOC_BASELINE] = "baseline",
	[DOC_ABOVE] = "above",
	[DOC_OVERLAPS] = "overlaps",
	[DOC_BELOW] = "below",
};

struct page {
	struct strbuf *out;
	const struct doc *d;
	const struct plots *plots;
	const char *missing;
};

static void
head(const struct page *p)
{
	strbuf_adds(p->out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'unsafe-inline'; script-src 'sha256-");
	strbuf_adds(p->out, html_script_sha256);
	strbuf_adds(p->out,
		"'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta name=\"generator\" content=\"vreport " VANTAGE_VERSION "\">\n"
		"<link rel=\"icon\" href=\"data:,\">\n"
		"<title>The cost of virtualization</title>\n<style>\n");
	strbuf_adds(p->out, html_style);
	html_widths(p->out);
	strbuf_adds(p->out, "</style>\n</head>\n<body>\n"
		"<a class=\"skip\" href=\"#main\">Skip to the contents</a>\n");
}

static bool
has_details(const struct doc *d, enum doc_section is)
{
	for (size_t i = 0; i < d->n_tables; i++)
		if (d->tables[i].section == is && d->tables[i].detail && !d->tables[i].csv_only)
			return true;
	return false;
}

/* is_shown - where something is to be shown; the data always are. */
static bool
is_shown(const struct page *p, enum doc_section is)
{
	const struct doc *d = p->d;

	switch (is) {
	case DOC_DATA:
		return true;
	case DOC_OVERVIEW:
		return p->missing || d->n_findings || sections_have(d, is);
	case DOC_QUALITY:
		return d->n_remarks || sections_have(d, is) ||
			sections_have(d, DOC_QUALITY_DETAIL) || has_details(d, DOC_QUALITY_DETAIL);
	case DOC_QUALITY_DETAIL: /* folded into DOC_QUALITY */
		return false;
	default:
		return sections_have(d, is) || has_details(d, is);
	}
}

static const char *
title_of(const struct section *s)
{
	return s->is == DOC_DATA ? "Data" : s->title;
}

static void
header(const struct page *p)
{
	size_t n = p->d->n_sources, n_sections;
	const struct section *all = sections_all(&n_sections);

	strbuf_adds(p->out, "<header>\n<h1>The cost of virtualization</h1>\n");
	strbuf_addf(p->out, "<p class=\"lead\">From %zu dataset%s.", n, n == 1 ? "" : "s");
	for (size_t i = 0; i < p->d->n_tables; i++) {
		const struct doc_table *t = &p->d->tables[i];

		if (t->section == DOC_OVERVIEW)
			strbuf_addf(p->out, " %zu platform%s compared.", t->n_rows,
				t->n_rows == 1 ? "" : "s or settings");
	}
	strbuf_adds(p->out, "</p>\n<nav aria-label=\"Sections\"><ul>\n");
	for (size_t i = 0; i < n_sections; i++)
		if (is_shown(p, all[i].is))
			strbuf_addf(p->out, "<li><a href=\"#%s\">%s</a></li>\n", all[i].anchor,
				title_of(&all[i]));
	if (p->d->n_runs)
		strbuf_adds(p->out, "<li><a href=\"#runs\">Runs</a></li>\n");
	strbuf_adds(p->out,
		"<li><a href=\"#reading\">How to read this</a></li>\n</ul></nav>\n</header>\n"
		"<main id=\"main\" tabindex=\"-1\">\n");
}

static void
open_section(const struct page *p, const char *anchor, const char *title)
{
	strbuf_addf(p->out, "<section id=\"%s\" class=\"part\">\n<h2>%s</h2>\n", anchor, title);
}

static void
close_section(const struct page *p)
{
	strbuf_adds(p->out, "</section>\n");
}

static void
tables_of(const struct page *p, enum doc_section section)
{
	for (size_t i = 0; i < p->d->n_tables; i++) {
		const struct doc_table *t = &p->d->tables[i];

		if (t->section == section && doc_in_text(t))
			html_table(p->out, t);
	}
}

/* detail_tables - those that stand beside a document that is read from end to end. */
static void
detail_tables(const struct page *p, enum doc_section section)
{
	for (size_t i = 0; i < p->d->n_tables; i++) {
		const struct doc_table *t = &p->d->tables[i];

		if (t->section == section && t->detail && !t->csv_only)
			html_table(p->out, t);
	}
}

static void
figures_of(const struct page *p, enum doc_section section)
{
	for (size_t i = 0; i < p->d->n_figures; i++) {
		const struct doc_figure *f = &p->d->figures[i];

		if (sections_of_figure(f) == section && !f->csv_only)
			html_figure(p->out, f, i < p->plots->n ? p->plots->svg[i] : NULL);
	}
}

static void
finding(struct strbuf *out, const struct doc_finding *f)
{
	strbuf_addf(out, "<li class=\"%s\"><h3 dir=\"auto\">", verdict_classes[f->verdict]);
	escape_html(out, f->name);
	strbuf_adds(out, "</h3>");
	if (f->badge) {
		strbuf_adds(out, "<p class=\"badge\">");
		escape_html(out, f->badge);
		strbuf_adds(out, "</p>");
	}
	strbuf_adds(out, "<p>");
	escape_html(out, f->text);
	strbuf_adds(out, "</p></li>\n");
}

static void
overview(const struct page *p)
{
	if (p->missing) {
		strbuf_adds(p->out, "<p class=\"warning\">Figures are left out: ");
		escape_html(p->out, p->missing);
		strbuf_adds(p->out, ".</p>\n");
	}
	if (p->d->n_findings) {
		strbuf_adds(p->out, "<ul class=\"findings\">\n");
		for (size_t i = 0; i < p->d->n_findings; i++)
			finding(p->out, &p->d->findings[i]);
		strbuf_adds(p->out, "</ul>\n");
	}
	html_paragraph(p->out, "about", p->d->findings_note);
	tables_of(p, DOC_OVERVIEW);
	figures_of(p, DOC_OVERVIEW);
}

static void
data(const struct page *p)
{
	html_sources(p->out, p->d);
	if (p->d->n_commands) {
		strbuf_adds(p->out, "<h3>Commands</h3>\n<ul class=\"commands\">\n");
		for (size_t i = 0; i < p->d->n_commands; i++) {
			strbuf_adds(p->out, "<li><code>");
			escape_html(p->out, p->d->commands[i]);
			strbuf_adds(p->out, "</code></li>\n");
		}
		strbuf_adds(p->out, "</ul>\n");
	}
	tables_of(p, DOC_DATA);
}

static void
quality(const struct page *p)
{
	tables_of(p, DOC_QUALITY);
	if (p->d->n_remarks) {
		strbuf_adds(p->out, "<h3>Notes of the analyses</h3>\n<ul class=\"remarks\">\n");
		for (size_t i = 0; i < p->d->n_remarks; i++) {
			strbuf_adds(p->out, "<li dir=\"auto\">");
			escape_html(p->out, p->d->remarks[i]);
			strbuf_adds(p->out, "</li>\n");
		}
		strbuf_adds(p->out, "</ul>\n");
	}
	if (!sections_have(p->d, DOC_QUALITY_DETAIL) && !has_details(p->d, DOC_QUALITY_DETAIL))
		return;
	strbuf_adds(p->out, "<details>\n<summary>Every cell and point</summary>\n");
	tables_of(p, DOC_QUALITY_DETAIL);
	detail_tables(p, DOC_QUALITY_DETAIL);
	strbuf_adds(p->out, "</details>\n");
}

/* details_of - tables of single datasets, folded. */
static void
details_of(const struct page *p, enum doc_section is)
{
	if (!has_details(p->d, is))
		return;
	strbuf_adds(p->out, "<details>\n<summary>Numbers of every dataset</summary>\n");
	detail_tables(p, is);
	strbuf_adds(p->out, "</details>\n");
}

static void
section(const struct page *p, const struct section *s)
{
	if (!is_shown(p, s->is))
		return;
	open_section(p, s->anchor, title_of(s));
	if (s->is == DOC_OVERVIEW) {
		overview(p);
	} else if (s->is == DOC_QUALITY) {
		quality(p);
	} else if (s->is == DOC_DATA) {
		data(p);
	} else {
		figures_of(p, s->is);
		tables_of(p, s->is);
	}
	details_of(p, s->is);
	close_section(p);
}

static void
runs(const struct page *p)
{
	if (!p->d->n_runs)
		return;
	open_section(p, "runs", "Runs");
	html_runs(p->out, p->d);
	close_section(p);
}

static void
reading(const struct page *p)
{
	open_section(p, "reading", "How to read this");
	strbuf_adds(p->out,
		"<dl>\n<dt>RTT inside, RTT outside</dt><dd>Round-trip time of the same probe at "
		"two "
		"points of its way: nearer to the application, and nearer to the wire.</dd>\n"
		"<dt>Overhead</dt><dd>RTT inside minus RTT outside: what lies between the two "
		"points adds to every exchange.</dd>\n"
		"<dt>Interval</dt><dd>A confidence interval of the mean or median.  Over runs it "
		"tells how far a repetition may fall; over the probes of one run it tells that "
		"run only.</dd>\n"
		"<dt>\xe2\x80\x93</dt><dd>Absent or undefined, never zero; the note beside it says "
		"why.</dd>\n</dl>\n"
		"<p class=\"about\">A click on a heading sorts its table.  The numbers are rounded "
		"to what their intervals allow; <code>vreport --csv</code> has all digits and "
		"rows.</p>\n");
	close_section(p);
}

void
html_document(
	struct strbuf *out, const struct doc *d, const struct plots *plots, const char *missing)
{
	struct page p = {out, d, plots, missing};
	size_t n;
	const struct section *all = sections_all(&n);

	head(&p);
	header(&p);
	for (size_t i = 0; i < n; i++)
		section(&p, &all[i]);
	runs(&p);
	reading(&p);
	strbuf_adds(out, "</main>\n<footer><p>vreport " VANTAGE_VERSION "</p></footer>\n<script>");
	strbuf_adds(out, html_script);
	strbuf_adds(out, "</script>\n</body>\n</html>\n");
}
