/*
 * html_runs - the runs behind each cell, folded; see html_int.h.
 *
 * Tables link to the list of a cell by its number.  A list is a <details>, which opens by mouse and
 * keyboard and needs no script; with the script a link to it opens it, too.  Means and medians
 * have four significant digits of the largest median.  As in html_table.c, end tags that HTML does
 * not need are left out.
 */
#include <math.h>
#include <string.h>

#include "report/escape.h"
#include "report/html_int.h"

static double
n_runs(const struct doc_runs *list)
{
	size_t most = 0;

	for (size_t i = 0; i < list->n; i++)
		most = list->at[i].n > most ? list->at[i].n : most;
	return (double)most;
}

static size_t
n_warned(const struct doc_runs *list)
{
	size_t most = 0;

	for (size_t i = 0; i < list->n; i++) {
		size_t n = 0;

		for (size_t k = 0; k < list->at[i].n; k++)
			n += list->at[i].runs[k].warnings != NULL;
		most = n > most ? n : most;
	}
	return most;
}

static void
count_cell(struct strbuf *out, double v)
{
	char text[NUM_TEXT_SIZE];

	num_decimal(text, v, 0);
	strbuf_addf(out, "<td>%s", text);
}

static void
value_cell(struct strbuf *out, double v, enum num_unit unit, int decimals)
{
	char text[NUM_TEXT_SIZE];

	num_decimal(text, v / num_per_unit(unit), decimals);
	strbuf_addf(out, "<td>%s", text);
}

/* decimals_of - that show four significant digits of the largest median. */
static int
decimals_of(const struct doc_runs_at *at)
{
	double largest = 0;

	for (size_t i = 0; i < at->n; i++)
		largest = fmax(largest, fabs(at->runs[i].median)); /* passes over NaN */
	return largest > 0 ? num_decimals_value(largest / num_per_unit(at->unit)) + 1 : 0;
}

/* warnings - "drops, begins differently" of "drops|begins_differently". */
static void
warnings(struct strbuf *out, const char *words)
{
	struct strbuf text;

	strbuf_init(&text);
	for (; words && *words; words++) {
		if (*words == '|')
			strbuf_adds(&text, ", ");
		else
			strbuf_addc(&text, *words == '_' ? ' ' : *words);
	}
	strbuf_adds(out, "<td>");
	escape_html(out, text.n ? text.p : "");
	strbuf_release(&text);
}

/* rows_at - the runs as they are at one place, below a heading that names it. */
static void
rows_at(struct strbuf *out, const struct doc_runs_at *at)
{
	const char *unit = num_unit_label(at->unit);
	int decimals = decimals_of(at);

	strbuf_adds(out, "<tbody><tr><th scope=\"rowgroup\" colspan=\"7\">");
	escape_html(out, at->metric);
	strbuf_adds(out, *at->place ? ", " : "");
	escape_html(out, at->place);
	if (*unit)
		strbuf_addf(out, " (%s)", unit);
	strbuf_addc(out, '\n');
	for (size_t i = 0; i < at->n; i++) {
		const struct doc_run *run = &at->runs[i];

		strbuf_adds(out, "<tr><th scope=\"row\">");
		escape_html(out, run->id ? run->id : NUM_NONE);
		count_cell(out, run->n);
		count_cell(out, run->excluded);
		value_cell(out, run->mean, at->unit, decimals);
		value_cell(out, run->median, at->unit, decimals);
		count_cell(out, run->lost);
		warnings(out, run->warnings);
		strbuf_addc(out, '\n');
	}
	strbuf_adds(out, "</tbody>\n");
}

static void
table(struct strbuf *out, const struct doc_runs *list)
{
	strbuf_addf(out,
		"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Runs of cell "
		"%zu\">\n<table class=\"runs\">\n<caption>Runs</caption>\n"
		"<thead><tr><th scope=\"col\">Run</th><th scope=\"col\" class=\"n\">"
		"Samples</th><th scope=\"col\" class=\"n\">Left out</th><th scope=\"col\" "
		"class=\"n\">Mean</th><th scope=\"col\" class=\"n\">Median</th><th scope=\"col\" "
		"class=\"n\">Lost</th><th scope=\"col\">Warnings</th></tr></thead>\n",
		list->cell);
	for (size_t i = 0; i < list->n; i++)
		rows_at(out, &list->at[i]);
	strbuf_adds(out, "</table>\n</div>\n");
}

static void
list_of(struct strbuf *out, const struct doc_runs *list)
{
	size_t warned = n_warned(list);

	strbuf_addf(out, "<details id=\"runs-%zu\"><summary dir=\"auto\">", list->cell);
	escape_html(out, list->name);
	if (list->n)
		strbuf_addf(out, " <span class=\"unit\">%.0f run%s%s</span>", n_runs(list),
			n_runs(list) == 1 ? "" : "s", warned ? ", with warnings" : "");
	strbuf_adds(out, "</summary>\n");
	if (!list->n)
		strbuf_adds(out, "<p>Left out here; the results file has them, as kind "
				 "<code>runs</code>.</p>\n");
	else
		table(out, list);
	strbuf_adds(out, "</details>\n");
}

void
html_runs(struct strbuf *out, const struct doc *d)
{
	strbuf_adds(out,
		"<p class=\"about\">The runs behind each cell, with the mean and median of their "
		"samples. Names of platforms in the tables lead here.</p>\n"
		"<div class=\"lists\">\n");
	for (size_t i = 0; i < d->n_runs; i++)
		list_of(out, &d->runs[i]);
	strbuf_adds(out, "</div>\n");
}
