/*
 * html_table - tables of the HTML page; see html_int.h.
 *
 * Numbers are aligned at the decimal point, their intervals at the left: the number is pushed to
 * the left by as many digits as the column's longest fraction has more than its own, and the
 * interval stands in a box of the column's longest.  Digits are all equally wide (ch) in the
 * page's fonts; the point is taken as half a digit.
 *
 * data-v holds the value for sorting, with seven digits.  Labels repeat in every row, since rows
 * move.  A page has tens of thousands of cells, so what they share is said once, in the style
 * sheet, and the end tags that HTML does not need (those of cells and rows) are left out.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/draw.h"
#include "report/escape.h"
#include "report/html_int.h"

/* A label longer than this, in columns, may be broken. */
#define LABEL_LONG 28
#define POINT_CH 0.5
/* Classes for what is missing behind a number, in halves of a digit, and for widths in digits. */
#define PADDINGS_MAX 32
#define WIDTHS_MAX 48

struct layout {          /* of one value column */
	int behind;      /* digits behind the point */
	size_t interval; /* characters of the longest interval */
};

static const struct doc_cell *
cell_at(const struct doc_table *t, size_t row, size_t col)
{
	return &t->cells[row * t->n_columns + col];
}

static int
digits_behind(const char *number)
{
	const char *point = strchr(number, '.');

	return point && !strchr(number, 'e') ? (int)strlen(point + 1) : 0;
}

static void
interval_text(struct strbuf *out, const struct doc_column *c, const struct num_shown *s)
{
	strbuf_clear(out);
	if (s->interval && c->symmetric)
		strbuf_addf(out, "\xc2\xb1\xc2\xa0%s", s->half);
	else if (s->interval)
		strbuf_addf(out, "[%s, %s]", s->lower, s->upper);
	else
		strbuf_adds(out, "");
}

static struct layout
layout_of(const struct doc_table *t, size_t col, size_t n_rows)
{
	const struct doc_column *c = &t->columns[col];
	struct layout l = {0, 0};
	struct strbuf text;

	strbuf_init(&text);
	for (size_t r = 0; r < n_rows && c->quantity != DOC_LABEL; r++) {
		struct num_shown s;
		size_t width;

		doc_show(&s, c, cell_at(t, r, col));
		l.behind = digits_behind(s.value) > l.behind ? digits_behind(s.value) : l.behind;
		interval_text(&text, c, &s);
		width = text.n ? draw_width(text.p) : 0;
		l.interval = width > l.interval ? width : l.interval;
	}
	strbuf_release(&text);
	return l;
}

static void
unit(struct strbuf *out, const struct doc_column *c)
{
	const char *label = num_unit_label(c->unit);

	if (*label && c->quantity != DOC_LABEL)
		strbuf_addf(out, " <span class=\"unit\">%s</span>", label);
}

/* group_row - headings above several columns. */
static void
group_row(struct strbuf *out, const struct doc_table *t)
{
	strbuf_adds(out, "<tr class=\"groups\">");
	for (size_t c = 0, end; c < t->n_columns; c = end) {
		size_t n = !t->columns[c].hidden;

		for (end = c + 1;
			end < t->n_columns && doc_same_group(&t->columns[c], &t->columns[end]); end++)
			n += !t->columns[end].hidden;
		if (n == 0)
			continue;
		if (!t->columns[c].group) {
			strbuf_adds(out, "<td></td>");
			continue;
		}
		strbuf_addf(out, "<th scope=\"colgroup\" colspan=\"%zu\">", n);
		escape_html(out, t->columns[c].group);
		unit(out, &t->columns[c]);
		strbuf_adds(out, "</th>");
	}
	strbuf_adds(out, "</tr>\n");
}

static void
head(struct strbuf *out, const struct doc_table *t)
{
	bool groups = false, upright;

	for (size_t c = 0; c < t->n_columns; c++)
		groups |= t->columns[c].group != NULL && !t->columns[c].hidden;
	strbuf_adds(out, "<thead>\n");
	if (groups)
		group_row(out, t);
	strbuf_adds(out, "<tr>");
	for (size_t c = 0; c < t->n_columns; c++) {
		const struct doc_column *col = &t->columns[c];

		if (col->hidden)
			continue;
		strbuf_addf(out, "<th scope=\"col\"%s>",
			col->quantity == DOC_LABEL ? "" : " class=\"n\"");
		/* the many narrow columns of a map have their titles on end */
		upright = !t->shaded || col->quantity == DOC_LABEL;
		strbuf_adds(out, upright ? "" : "<span class=\"up\">");
		escape_html(out, col->title);
		if (!col->group)
			unit(out, col);
		strbuf_adds(out, upright ? "</th>" : "</span></th>");
	}
	strbuf_adds(out, "</tr>\n</thead>\n");
}

static void
marks(struct strbuf *out, const struct doc_table *t, const struct doc_cell *cell)
{
	bool any = false;

	for (size_t i = 0; i < t->n_notes; i++) {
		if (!(cell->notes & 1U << i))
			continue;
		strbuf_adds(out, any ? "," : "<sup>");
		strbuf_addf(out, "<a href=\"#note-%s-%c\">%c</a>", t->id, doc_note_mark(i),
			doc_note_mark(i));
		any = true;
	}
	if (any)
		strbuf_adds(out, "</sup>");
}

/* shade_class - the class that colours a cell of a shaded table, or "". */
static const char *
shade_class(const struct doc_table *t, const struct doc_cell *cell)
{
	if (!t->shaded || cell->faint || !isfinite(cell->value))
		return "";
	return cell->value > 0 ? " rise" : " fall";
}

/* open_link, close_link - around what has runs behind it. */
static void
open_link(struct strbuf *out, size_t cell)
{
	if (cell)
		strbuf_addf(out, "<a class=\"runs\" href=\"#runs-%zu\">", cell);
}

static void
close_link(struct strbuf *out, size_t cell)
{
	strbuf_adds(out, cell ? "</a>" : "");
}

/* halves - of a digit's width, as many as there is a class for. */
static double
halves(double missing)
{
	return fmin(missing / POINT_CH, PADDINGS_MAX);
}

void
html_widths(struct strbuf *out)
{
	for (int i = 1; i <= PADDINGS_MAX; i++)
		strbuf_addf(out, ".p%d { padding-right: %gch; }\n", i, i * POINT_CH);
	for (int i = 1; i <= WIDTHS_MAX; i++)
		strbuf_addf(out, ".w%d { min-width: %dch; }\n", i, i);
}

static void
value_cell(struct strbuf *out, const struct doc_table *t, size_t row, size_t col,
	const struct layout *l)
{
	const struct doc_column *c = &t->columns[col];
	const struct doc_cell *cell = cell_at(t, row, col);
	char machine[NUM_TEXT_SIZE];
	struct num_shown s;
	struct strbuf interval;
	double missing;

	doc_show(&s, c, cell);
	num_coordinate(machine, cell->value);
	if (!isfinite(cell->value))
		strbuf_adds(out, "<td class=\"n none\">");
	else if (*shade_class(t, cell))
		strbuf_addf(out, "<td class=\"n%s\" data-v=\"%s\" style=\"--t:%.2f\">",
			shade_class(t, cell), machine, fmin(fabs(cell->value), 1));
	else
		strbuf_addf(out, "<td data-v=\"%s\">", machine);
	missing = l->behind - digits_behind(s.value);
	if (l->behind && !digits_behind(s.value))
		missing += POINT_CH;
	open_link(out, cell->cell);
	if (missing > 0)
		strbuf_addf(out, "<span class=\"p%.0f\">%s</span>", halves(missing), s.value);
	else
		strbuf_adds(out, s.value);
	close_link(out, cell->cell);
	if (!s.interval)
		marks(out, t, cell);
	strbuf_init(&interval);
	interval_text(&interval, c, &s);
	if (l->interval)
		strbuf_addf(out, " <span class=\"i w%zu\">%s</span>",
			l->interval < WIDTHS_MAX ? l->interval : WIDTHS_MAX, interval.p);
	strbuf_release(&interval);
	if (s.interval)
		marks(out, t, cell);
}

static void
label_cell(struct strbuf *out, const char *text, bool header, size_t cell)
{
	bool is_long = text && draw_width(text) > LABEL_LONG;

	strbuf_addf(out, header ? "<th scope=\"row\"%s>" : "<td%s>",
		is_long        ? " class=\"long\""
			: text ? ""
			       : " class=\"none\"");
	open_link(out, cell);
	escape_html(out, text ? text : NUM_NONE);
	close_link(out, cell);
}

static void
body_row(struct strbuf *out, const struct doc_table *t, size_t row, const struct layout *l)
{
	bool first = true;

	strbuf_adds(out, "<tr>");
	for (size_t c = 0; c < t->n_columns; c++) {
		if (t->columns[c].hidden)
			continue;
		if (t->columns[c].quantity == DOC_LABEL)
			label_cell(out, cell_at(t, row, c)->text, first,
				cell_at(t, row, c)->cell);
		else
			value_cell(out, t, row, c, &l[c]);
		first = false;
	}
	strbuf_addc(out, '\n');
}

static void
notes(struct strbuf *out, const struct doc_table *t)
{
	if (!t->n_notes)
		return;
	strbuf_adds(out, "<ul class=\"notes\">\n");
	for (size_t i = 0; i < t->n_notes; i++) {
		strbuf_addf(out, "<li id=\"note-%s-%c\"><sup>%c</sup> ", t->id, doc_note_mark(i),
			doc_note_mark(i));
		escape_html(out, t->notes[i]);
		strbuf_adds(out, "</li>\n");
	}
	strbuf_adds(out, "</ul>\n");
}

void
html_paragraph(struct strbuf *out, const char *class, const char *text)
{
	if (*text == ' ')
		text++;
	if (!*text)
		return;
	strbuf_addf(out, "<p class=\"%s\" dir=\"auto\">", class);
	escape_html(out, text);
	strbuf_adds(out, "</p>\n");
}

/* open_table - a box that scrolls by itself, so that the page never does. */
static void
open_table(struct strbuf *out, const char *id, const char *title, const char *class)
{
	strbuf_addf(out,
		"<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
		"aria-labelledby=\"heading-%s\">\n<table class=\"%s\">\n<caption>",
		id, class);
	escape_html(out, title);
	strbuf_adds(out, "</caption>\n");
}

static void
heading(struct strbuf *out, const char *id, const char *title)
{
	strbuf_addf(out, "<h3 id=\"heading-%s\">", id);
	escape_html(out, title);
	strbuf_adds(out, "</h3>\n");
}

void
html_table(struct strbuf *out, const struct doc_table *t)
{
	struct layout *l = xcalloc(t->n_columns + 1, sizeof *l);
	size_t shown = doc_rows_shown(t, DOC_ROWS_SCREEN_MAX);
	struct strbuf left_out;

	for (size_t c = 0; c < t->n_columns; c++)
		l[c] = layout_of(t, c, shown);
	strbuf_addf(out, "<section class=\"table\" id=\"table-%s\">\n", t->id);
	heading(out, t->id, t->title);
	html_paragraph(out, "about", t->caption);
	strbuf_init(&left_out);
	doc_left_out(&left_out, t, DOC_ROWS_SCREEN_MAX);
	if (left_out.n)
		html_paragraph(out, "about", left_out.p);
	strbuf_release(&left_out);
	open_table(out, t->id, t->title,
		t->shaded               ? "sort heat"
			: doc_has_values(t) ? "sort"
					: "facts");
	head(out, t);
	strbuf_adds(out, "<tbody>\n");
	for (size_t r = 0; r < shown; r++)
		body_row(out, t, r, l);
	strbuf_adds(out, "</tbody>\n</table>\n</div>\n");
	notes(out, t);
	strbuf_adds(out, "</section>\n");
	free(l);
}

void
html_sources(struct strbuf *out, const struct doc *d)
{
	if (!d->n_sources)
		return;
	strbuf_adds(out, "<section class=\"table\" id=\"table-datasets\">\n");
	heading(out, "datasets", "Datasets");
	open_table(out, "datasets", "Datasets", "facts");
	strbuf_adds(out,
		"<thead>\n<tr><th scope=\"col\">Dataset</th><th scope=\"col\">What it is</th>"
		"<th scope=\"col\">Read by</th><th scope=\"col\">SHA-256</th></tr>\n</thead>\n"
		"<tbody>\n");
	for (size_t i = 0; i < d->n_sources; i++) {
		const struct doc_source *s = &d->sources[i];

		strbuf_adds(out, "<tr>");
		label_cell(out, s->name, true, 0);
		label_cell(out, s->title, false, 0);
		label_cell(out, s->program, false, 0);
		strbuf_adds(out, "<td class=\"hash\"><code>");
		escape_html(out, s->sha256 ? s->sha256 : NUM_NONE);
		strbuf_adds(out, "</code>\n");
	}
	strbuf_adds(out, "</tbody>\n</table>\n</div>\n</section>\n");
}
