/*
 * markdown - see markdown.h.
 *
 * The source is meant to be read as well: one line per row, no padding, since padded tables turn
 * every change of one value into a change of all lines.
 */
#include "report/markdown.h"

#include <math.h>

#include "report/escape.h"
#include "report/sections.h"

static void
column_heading(struct strbuf *out, const struct doc_column *c)
{
	const char *unit = num_unit_label(c->unit);

	escape_markdown(out, c->title);
	if (*unit && c->quantity != DOC_LABEL)
		strbuf_addf(out, " (%s)", unit);
}

static void
headings(struct strbuf *out, const struct doc_table *t)
{
	for (size_t c = 0; c < t->n_columns; c++) {
		if (t->columns[c].hidden)
			continue;
		strbuf_adds(out, "| ");
		column_heading(out, &t->columns[c]);
		strbuf_addc(out, ' ');
	}
	strbuf_adds(out, "|\n");
	for (size_t c = 0; c < t->n_columns; c++) {
		if (!t->columns[c].hidden)
			strbuf_adds(out, t->columns[c].quantity == DOC_LABEL ? "|---" : "|---:");
	}
	strbuf_adds(out, "|\n");
}

static void
value(struct strbuf *out, const struct doc_column *c, const struct doc_cell *cell)
{
	char marks[2 * DOC_NOTES_MAX + 1];
	struct num_shown s;

	doc_show(&s, c, cell);
	strbuf_adds(out, s.value);
	if (s.interval && c->symmetric)
		strbuf_addf(out, " \xc2\xb1 %s", s.half);
	else if (s.interval)
		strbuf_addf(out, " [%s, %s]", s.lower, s.upper);
	doc_note_marks(marks, cell);
	if (*marks)
		strbuf_addf(out, "<sup>%s</sup>", marks);
}

static void
row(struct strbuf *out, const struct doc_table *t, size_t r)
{
	for (size_t c = 0; c < t->n_columns; c++) {
		const struct doc_cell *cell = &t->cells[r * t->n_columns + c];

		if (t->columns[c].hidden)
			continue;
		strbuf_adds(out, "| ");
		if (t->columns[c].quantity == DOC_LABEL)
			escape_markdown(out, cell->text ? cell->text : NUM_NONE);
		else
			value(out, &t->columns[c], cell);
		strbuf_addc(out, ' ');
	}
	strbuf_adds(out, "|\n");
}

static void
caption(struct strbuf *out, const struct doc_table *t)
{
	struct strbuf text;

	strbuf_init(&text);
	strbuf_adds(&text, *t->caption == ' ' ? t->caption + 1 : t->caption);
	if (text.n && t->n_rows > DOC_ROWS_SHOWN_MAX)
		strbuf_addc(&text, ' ');
	doc_left_out(&text, t, DOC_ROWS_SHOWN_MAX);
	/* the heading above a group of columns, which Markdown tables cannot have */
	for (size_t c = 0; c < t->n_columns; c++) {
		if (!t->columns[c].group)
			continue;
		strbuf_addf(&text, "%sValues: %s.", text.n ? " " : "", t->columns[c].group);
		break;
	}
	if (text.n) {
		escape_markdown(out, text.p);
		strbuf_adds(out, "\n\n");
	}
	strbuf_release(&text);
}

static void
table(struct strbuf *out, const struct doc_table *t)
{
	strbuf_adds(out, "\n### ");
	escape_markdown(out, t->title);
	strbuf_adds(out, "\n\n");
	caption(out, t);
	headings(out, t);
	for (size_t r = 0; r < doc_rows_shown(t, DOC_ROWS_SHOWN_MAX); r++)
		row(out, t, r);
	for (size_t i = 0; i < t->n_notes; i++) {
		strbuf_addf(out, "%s<sup>%c</sup> ", i ? "<br>\n" : "\n", doc_note_mark(i));
		escape_markdown(out, t->notes[i]);
	}
	if (t->n_notes)
		strbuf_addc(out, '\n');
}

static void
figure(struct strbuf *out, const struct doc_figure *f)
{
	strbuf_adds(out, "- ");
	escape_markdown(out, f->title);
	if (f->kind == DOC_CDF)
		strbuf_addf(out, ": `figure-%s.csv` of `vreport --csv -o DIR`\n", f->numbers);
	else if (f->kind == DOC_PANELS)
		strbuf_addf(out, ": `figure-%s.dat` of `vreport --figures DIR`\n", f->numbers);
	else
		strbuf_addf(out, ": table `%s`\n", f->numbers);
}

static void
list(struct strbuf *out, const char *heading, const char *const *items, size_t n)
{
	if (n)
		strbuf_addf(out, "\n## %s\n\n", heading);
	for (size_t i = 0; i < n; i++) {
		strbuf_adds(out, "- ");
		escape_markdown(out, items[i]);
		strbuf_addc(out, '\n');
	}
}

static void
findings(struct strbuf *out, const struct doc *d)
{
	if (!d->n_findings)
		return;
	strbuf_adds(out, "\n## What the intervals allow to say\n\n");
	for (size_t i = 0; i < d->n_findings; i++) {
		strbuf_adds(out, "- **");
		escape_markdown(out, d->findings[i].name);
		strbuf_adds(out, "**: ");
		escape_markdown(out, d->findings[i].text);
		strbuf_addc(out, '\n');
	}
	if (*d->findings_note) {
		strbuf_addc(out, '\n');
		escape_markdown(out, d->findings_note);
		strbuf_addc(out, '\n');
	}
}

static void
sources(struct strbuf *out, const struct doc *d)
{
	if (d->n_sources)
		strbuf_adds(out, "\n## Datasets\n\n");
	for (size_t i = 0; i < d->n_sources; i++) {
		strbuf_adds(out, "- ");
		escape_markdown(out, d->sources[i].line);
		strbuf_addc(out, '\n');
	}
}

static void
section(struct strbuf *out, const struct doc *d, const struct section *s)
{
	bool any = false;

	if (!sections_have(d, s->is))
		return;
	strbuf_addf(out, "\n## %s\n", s->title);
	for (size_t i = 0; i < d->n_tables; i++)
		if (d->tables[i].section == s->is && doc_in_text(&d->tables[i]))
			table(out, &d->tables[i]);
	for (size_t i = 0; i < d->n_figures; i++) {
		const struct doc_figure *f = &d->figures[i];

		if (f->csv_only || sections_of_figure(f) != s->is)
			continue;
		if (!any)
			strbuf_adds(out, "\nFigures, of which Markdown has only the numbers:\n\n");
		any = true;
		figure(out, f);
	}
}

void
markdown_document(struct strbuf *out, const struct doc *d)
{
	size_t n;
	const struct section *all = sections_all(&n);

	strbuf_adds(out, "# The cost of virtualization\n");
	findings(out, d);
	for (size_t i = 0; i < n; i++)
		section(out, d, &all[i]);
	sources(out, d);
	list(out, "Notes of the analyses", d->remarks, d->n_remarks);
}
