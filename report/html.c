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

static const char *const verdict_classes[] = {
	[DOC_UNDECIDED] = "undecided",
	[DOC_BASELINE] = "baseline",
	[DOC_ABOVE] = "above",
	[DOC_OVERLAPS] = "overlaps",
	[DOC_BELOW] = "below",
};

static const struct {
	const char *id;
	const char *title;
} sections[] = {
	{"overview", "Overview"},
	{"quality", "Data quality"},
	{"results", "Results"},
	{"associations", "Correlations and outliers"},
	{"data", "Data"},
	{"reading", "How to read this"},
};
enum { OVERVIEW, QUALITY, RESULTS, ASSOCIATIONS, DATA, READING, N_SECTIONS };

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
	strbuf_adds(p->out, "</style>\n</head>\n<body>\n");
}

static void
header(const struct page *p)
{
	size_t n = p->d->n_sources;

	strbuf_adds(p->out, "<header>\n<h1>The cost of virtualization</h1>\n");
	strbuf_addf(p->out, "<p class=\"lead\">From %zu dataset%s.", n, n == 1 ? "" : "s");
	for (size_t i = 0; i < p->d->n_tables; i++) {
		const struct doc_table *t = &p->d->tables[i];

		if (t->section == DOC_OVERVIEW)
			strbuf_addf(p->out, " %zu platform%s compared.", t->n_rows,
				t->n_rows == 1 ? "" : "s or settings");
	}
	strbuf_adds(p->out, "</p>\n<nav aria-label=\"Sections\"><ul>\n");
	for (int i = 0; i < N_SECTIONS; i++)
		strbuf_addf(p->out, "<li><a href=\"#%s\">%s</a></li>\n", sections[i].id,
			sections[i].title);
	strbuf_adds(p->out, "</ul></nav>\n</header>\n<main>\n");
}

static void
open_section(const struct page *p, int section)
{
	strbuf_addf(p->out, "<section id=\"%s\" class=\"part\">\n<h2>%s</h2>\n",
		sections[section].id, sections[section].title);
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

static void
figures_of(const struct page *p, enum doc_figure_kind kind)
{
	for (size_t i = 0; i < p->d->n_figures; i++) {
		const struct doc_figure *f = &p->d->figures[i];

		if (f->kind == kind && !f->csv_only)
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
	open_section(p, OVERVIEW);
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
	figures_of(p, DOC_INTERVALS);
	close_section(p);
}

static void
data(const struct page *p)
{
	open_section(p, DATA);
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
	close_section(p);
}

static void
quality(const struct page *p)
{
	open_section(p, QUALITY);
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
	strbuf_adds(p->out, "<details>\n<summary>Every cell and point</summary>\n");
	tables_of(p, DOC_QUALITY_DETAIL);
	strbuf_adds(p->out, "</details>\n");
	close_section(p);
}

static void
results(const struct page *p)
{
	open_section(p, RESULTS);
	figures_of(p, DOC_CDF);
	figures_of(p, DOC_PANELS);
	tables_of(p, DOC_RESULTS);
	close_section(p);
}

/* Which factors matter, and where the outliers are: a table for each dataset, folded. */
static void
associations(const struct page *p)
{
	open_section(p, ASSOCIATIONS);
	tables_of(p, DOC_ASSOCIATIONS);
	strbuf_adds(p->out, "<details>\n<summary>Numbers of every dataset</summary>\n");
	for (size_t i = 0; i < p->d->n_tables; i++)
		if (p->d->tables[i].detail && !p->d->tables[i].csv_only)
			html_table(p->out, &p->d->tables[i]);
	strbuf_adds(p->out, "</details>\n");
	close_section(p);
}

static void
reading(const struct page *p)
{
	open_section(p, READING);
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

	head(&p);
	header(&p);
	overview(&p);
	quality(&p);
	results(&p);
	associations(&p);
	data(&p);
	reading(&p);
	strbuf_adds(out, "</main>\n<footer><p>vreport " VANTAGE_VERSION "</p></footer>\n<script>");
	strbuf_adds(out, html_script);
	strbuf_adds(out, "</script>\n</body>\n</html>\n");
}
