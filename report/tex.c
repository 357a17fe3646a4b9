/*
 * tex - tables in LaTeX.
 *
 * A value column is an S column of siunitx, aligned at the decimal marker, whose table-format
 * comes from the digits that stand in it.  A column with intervals is followed by a second,
 * left-aligned one with "± half-width" or "[lower, upper]", under a common heading.  A value too
 * large for fixed notation makes its column a right-aligned one of \num{}.  A heading wider than
 * its column stands on two lines.
 *
 * A table of more than DOC_ROWS_PER_PART rows is cut into parts, each a float with the heading
 * and its own notes, instead of a longtable, which could neither be scaled nor stand in a column.
 */
#include "report/tex.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/draw.h"
#include "report/escape.h"

/* About the width of a value with its interval, and of a count, in characters. */
#define VALUE_CHARS 13
#define COUNT_CHARS 8
/* So many columns stand closer together, or they would be scaled down further. */
#define MANY_COLUMNS 11
/* A label longer than this, in bytes, makes its column a paragraph. */
#define LABEL_LONG 30
/* Strongest ground of a cell; black text on it keeps a contrast above 7. */
#define SHADE_MAX 0.7

const char *
tex_unit(enum num_unit u)
{
	static const char *const names[] = {
		[NUM_COUNT] = "",
		[NUM_PCT] = "\\%",
		[NUM_US] = "\\si{\\micro\\second}",
		[NUM_MS] = "\\si{\\milli\\second}",
		[NUM_S] = "\\si{\\second}",
		[NUM_KBIT] = "kbit/s",
		[NUM_MBIT] = "Mbit/s",
		[NUM_GBIT] = "Gbit/s",
	};

	return names[u];
}

struct part { /* the rows that one float shows */
	const struct doc_table *t;
	size_t from, to;
	size_t number, of;
};

static const struct doc_cell *
cell_at(const struct doc_table *t, size_t row, size_t col)
{
	return &t->cells[row * t->n_columns + col];
}

struct digits { /* what an S column has to hold */
	int before, behind;
	bool negative, scientific, noted;
};

static struct digits
column_digits(const struct part *p, size_t col)
{
	struct digits d = {.before = 1};

	for (size_t r = p->from; r < p->to; r++) {
		const struct doc_cell *cell = cell_at(p->t, r, col);
		struct num_shown shown;
		const char *point;
		int before;

		if (!isfinite(cell->value))
			continue;
		doc_show(&shown, &p->t->columns[col], cell);
		point = strchr(shown.value, '.');
		before = (int)strcspn(shown.value, ".") - (shown.value[0] == '-');
		d.negative |= shown.value[0] == '-';
		d.scientific |= strchr(shown.value, 'e') != NULL;
		d.noted |= cell->notes && !p->t->columns[col].interval;
		d.before = before > d.before ? before : d.before;
		if (point && (int)strlen(point + 1) > d.behind)
			d.behind = (int)strlen(point + 1);
	}
	return d;
}

static bool
label_is_long(const struct doc_table *t, size_t col)
{
	for (size_t r = 0; r < doc_rows_shown(t, DOC_ROWS_SHOWN_MAX); r++) {
		const char *text = cell_at(t, r, col)->text;

		if (text && strlen(text) > LABEL_LONG)
			return true;
	}
	return false;
}

static void
column_spec(struct strbuf *out, const struct part *p, size_t col)
{
	const struct doc_column *c = &p->t->columns[col];
	struct digits d;

	if (c->quantity == DOC_LABEL) {
		strbuf_adds(out,
			label_is_long(p->t, col) ? ">{\\raggedright\\arraybackslash}p{5cm}" : "l");
		return;
	}
	d = column_digits(p, col);
	if (d.scientific || p->t->shaded)
		strbuf_adds(out, "r");
	else
		strbuf_addf(out, "S[table-format=%s%d.%d%s]", d.negative ? "-" : "", d.before,
			d.behind, d.noted ? ",table-space-text-post={\\tnote{a}}" : "");
	if (c->interval)
		strbuf_adds(out, "@{\\,}l");
}

static int
width_of(const struct doc_column *c)
{
	return c->hidden ? 0 : c->interval ? 2 : 1;
}

/* heading - a heading cell over n columns; nothing when text is empty. */
static void
heading(struct strbuf *out, int n, const char *align, const char *text)
{
	if (n > 1)
		strbuf_addf(out, "\\multicolumn{%d}{%s}{", n, align);
	else
		strbuf_addc(out, '{');
	strbuf_adds(out, text);
	strbuf_addc(out, '}');
}

/* group_row - the headings above several columns, and the rules under them. */
static void
group_row(struct strbuf *out, const struct doc_table *t)
{
	struct strbuf rules, text;
	int at = 1;

	strbuf_init(&rules);
	strbuf_init(&text);
	for (size_t c = 0, end; c < t->n_columns; c = end) {
		const struct doc_column *first = &t->columns[c];
		int n = width_of(first);

		for (end = c + 1; end < t->n_columns && doc_same_group(first, &t->columns[end]); end++)
			n += width_of(&t->columns[end]);
		if (n == 0)
			continue;
		if (at > 1)
			strbuf_adds(out, " & ");
		if (first->group) {
			strbuf_clear(&text);
			escape_tex(&text, first->group);
			if (*tex_unit(first->unit))
				strbuf_addf(&text, " (%s)", tex_unit(first->unit));
			heading(out, n, "c", text.p);
			strbuf_addf(&rules, "\\cmidrule(lr){%d-%d}", at, at + n - 1);
		}
		at += n;
	}
	strbuf_addf(out, " \\\\\n%s\n", rules.p ? rules.p : "");
	strbuf_release(&rules);
	strbuf_release(&text);
}

static bool
upright(const struct doc_table *t, size_t col)
{
	return !t->turned || t->columns[col].quantity == DOC_LABEL;
}

/* room_for - characters of a title that make its column no wider: its longest label, or a value. */
static size_t
room_for(const struct part *p, size_t col)
{
	size_t longest = 0;

	if (p->t->columns[col].quantity != DOC_LABEL)
		return p->t->columns[col].interval ? VALUE_CHARS : COUNT_CHARS;
	for (size_t r = p->from; r < p->to; r++) {
		const char *text = cell_at(p->t, r, col)->text;
		size_t n = text ? draw_width(text) : 0;

		longest = n > longest ? n : longest;
	}
	return longest;
}

/*
 * title_break - bytes of a column's title that stand above the rest, which takes the row of the
 *   units: as even as its blanks allow; all of it where it is narrow enough, where a unit needs
 *   that row, and in tables that are set as their source has them.
 */
static size_t
title_break(const struct part *p, size_t col)
{
	const struct doc_column *c = &p->t->columns[col];
	size_t n = strlen(c->title), best = n, best_longer = n;

	if (p->t->section == DOC_PUBLISHED || !upright(p->t, col) ||
		draw_width(c->title) <= room_for(p, col) ||
		(c->quantity != DOC_LABEL && !c->group && *tex_unit(c->unit)))
		return n;
	for (size_t i = 1; i + 1 < n; i++) {
		size_t longer = i > n - i - 1 ? i : n - i - 1;

		if (c->title[i] == ' ' && longer < best_longer) {
			best = i;
			best_longer = longer;
		}
	}
	return best;
}

/* add_title - bytes [from, to) of a title. */
static void
add_title(struct strbuf *out, const struct doc_table *t, size_t col, size_t from, size_t to)
{
	char *text = xstrndup(t->columns[col].title + from, to - from);

	escape_tex(out, text);
	free(text);
}

static void
title_row(struct strbuf *out, const struct part *p)
{
	const struct doc_table *t = p->t;
	struct strbuf text;
	bool any = false;

	strbuf_init(&text);
	for (size_t c = 0; c < t->n_columns; c++) {
		if (t->columns[c].hidden)
			continue;
		strbuf_clear(&text);
		strbuf_adds(&text, upright(t, c) ? "" : "\\rotatebox{90}{");
		add_title(&text, t, c, 0, title_break(p, c));
		strbuf_adds(&text, upright(t, c) ? "" : "}");
		strbuf_adds(out, any ? " & " : "");
		heading(out, width_of(&t->columns[c]), "c", text.p);
		any = true;
	}
	strbuf_adds(out, " \\\\\n");
	strbuf_release(&text);
}

static void
unit_row(struct strbuf *out, const struct part *p)
{
	const struct doc_table *t = p->t;
	struct strbuf text;
	bool any = false;

	strbuf_init(&text);
	for (size_t c = 0; c < t->n_columns; c++) {
		const struct doc_column *col = &t->columns[c];
		size_t n = strlen(col->title), above;

		if (col->hidden)
			continue;
		strbuf_adds(out, any ? " & " : "");
		any = true;
		strbuf_clear(&text);
		above = title_break(p, c);
		if (above < n)
			add_title(&text, t, c, above + 1, n);
		else if (col->quantity != DOC_LABEL && !col->group && *tex_unit(col->unit))
			strbuf_addf(&text, "(%s)", tex_unit(col->unit));
		heading(out, width_of(col), "c", text.n ? text.p : "");
	}
	strbuf_adds(out, " \\\\\n");
	strbuf_release(&text);
}

static void
headings(struct strbuf *out, const struct part *p)
{
	bool groups = false, second = false;

	for (size_t c = 0; c < p->t->n_columns; c++) {
		const struct doc_column *col = &p->t->columns[c];

		groups |= col->group != NULL;
		second |= !col->hidden &&
			((!col->group && *tex_unit(col->unit)) ||
				title_break(p, c) < strlen(col->title));
	}
	if (groups)
		group_row(out, p->t);
	title_row(out, p);
	if (second)
		unit_row(out, p);
}

static void
note_mark(struct strbuf *out, const struct doc_cell *cell)
{
	char marks[2 * DOC_NOTES_MAX + 1];

	doc_note_marks(marks, cell);
	if (*marks)
		strbuf_addf(out, "\\tnote{%s}", marks);
}

/* shade - the cell's ground between white and the palette's blue (below 0) or orange. */
static void
shade(struct strbuf *out, const struct doc_cell *cell)
{
	static const double full[2][3] = {{0, 114, 178}, {213, 94, 0}};
	double part = fmin(fabs(cell->value), 1) * SHADE_MAX;
	int rgb[3];

	if (cell->faint || !isfinite(cell->value))
		return;
	for (int i = 0; i < 3; i++)
		rgb[i] = (int)lround(255 + part * (full[cell->value > 0][i] - 255));
	strbuf_addf(out, "\\cellcolor[RGB]{%d,%d,%d}", rgb[0], rgb[1], rgb[2]);
}

static void
value_cell(struct strbuf *out, const struct doc_column *c, const struct doc_cell *cell,
	bool scientific)
{
	struct num_shown s;

	if (!isfinite(cell->value)) {
		strbuf_adds(out, c->interval ? "\\multicolumn{2}{c}{--" : "{--");
		note_mark(out, cell);
		strbuf_addc(out, '}');
		return;
	}
	doc_show(&s, c, cell);
	strbuf_addf(out, scientific ? "\\num{%s}" : "%s", s.value);
	if (c->interval)
		strbuf_adds(out, " & ");
	if (s.interval && c->symmetric)
		strbuf_addf(out, "$\\pm$\\,\\num{%s}", s.half);
	else if (s.interval)
		strbuf_addf(out, "[\\num{%s}, \\num{%s}]", s.lower, s.upper);
	note_mark(out, cell);
}

/* repeats_above - is the first label that of the row above? */
static bool
repeats_above(const struct part *p, size_t row)
{
	const char *here = cell_at(p->t, row, 0)->text, *above;

	if (row == p->from || p->t->columns[0].quantity != DOC_LABEL)
		return false;
	above = cell_at(p->t, row - 1, 0)->text;
	return here && above && strcmp(here, above) == 0;
}

static void
body_row(struct strbuf *out, const struct part *p, size_t row, const struct digits *digits)
{
	bool any = false;

	for (size_t c = 0; c < p->t->n_columns; c++) {
		const struct doc_column *col = &p->t->columns[c];
		const struct doc_cell *cell = cell_at(p->t, row, c);

		if (col->hidden)
			continue;
		strbuf_adds(out, any ? " & " : "");
		any = true;
		if (p->t->shaded && col->quantity != DOC_LABEL)
			shade(out, cell);
		if (col->quantity != DOC_LABEL)
			value_cell(out, col, cell, digits[c].scientific || p->t->shaded);
		else if (c > 0 || !repeats_above(p, row))
			escape_tex(out, cell->text ? cell->text : NUM_NONE);
	}
	strbuf_adds(out, " \\\\\n");
}

static void
body(struct strbuf *out, const struct part *p)
{
	struct digits *digits = xcalloc(p->t->n_columns + 1, sizeof *digits);
	bool grouped = false;

	for (size_t c = 0; c < p->t->n_columns; c++)
		digits[c] = column_digits(p, c);
	for (size_t r = p->from; r < p->to; r++)
		grouped |= repeats_above(p, r);
	for (size_t r = p->from; r < p->to; r++) {
		if (grouped && r > p->from && !repeats_above(p, r))
			strbuf_adds(out, "\\addlinespace[2pt]\n");
		body_row(out, p, r, digits);
	}
	free(digits);
}

static void
notes(struct strbuf *out, const struct part *p)
{
	unsigned used = 0;

	for (size_t r = p->from; r < p->to; r++) {
		for (size_t c = 0; c < p->t->n_columns; c++) {
			if (!p->t->columns[c].hidden)
				used |= cell_at(p->t, r, c)->notes;
		}
	}
	if (!used)
		return;
	strbuf_adds(out, "\\begin{tablenotes}[flushleft]\n\\footnotesize\n");
	for (size_t i = 0; i < p->t->n_notes; i++) {
		if (!(used & 1U << i))
			continue;
		strbuf_addf(out, "\\item[%c] ", doc_note_mark(i));
		escape_tex(out, p->t->notes[i]);
		strbuf_addc(out, '\n');
	}
	strbuf_adds(out, "\\end{tablenotes}\n");
}

static void
caption(struct strbuf *out, const struct part *p)
{
	struct strbuf left_out;

	strbuf_adds(out, "\\caption[");
	escape_tex(out, p->t->title);
	strbuf_adds(out, "]{");
	escape_tex(out, p->t->title);
	if (p->of > 1)
		strbuf_addf(out, " (part %zu of %zu)", p->number, p->of);
	strbuf_addc(out, '.');
	if (p->number == 1) {
		strbuf_adds(out, *p->t->caption == ' ' ? "" : " ");
		escape_tex(out, p->t->caption);
	}
	strbuf_init(&left_out);
	doc_left_out(&left_out, p->t, DOC_ROWS_SHOWN_MAX);
	if (left_out.n) {
		strbuf_addc(out, ' ');
		escape_tex(out, left_out.p);
	}
	strbuf_release(&left_out);
	strbuf_addf(out, "}\n\\label{tab:vantage-%s", p->t->id);
	if (p->number > 1)
		strbuf_addf(out, "-part-%zu", p->number);
	strbuf_adds(out, "}\n");
}

static size_t
n_shown(const struct doc_table *t)
{
	size_t n = 0;

	for (size_t c = 0; c < t->n_columns; c++)
		n += !t->columns[c].hidden;
	return n;
}

static void
table_part(struct strbuf *out, const struct part *p)
{
	strbuf_adds(out, "\\begin{table}[htbp]\n\\centering\n");
	caption(out, p);
	strbuf_adds(out,
		"\\small\n\\begin{adjustbox}{max width=\\linewidth}\n");
	if (n_shown(p->t) >= MANY_COLUMNS)
		strbuf_adds(out, "\\setlength{\\tabcolsep}{3pt}%\n");
	strbuf_adds(out, "\\begin{threeparttable}\n\\begin{tabular}{");
	for (size_t c = 0; c < p->t->n_columns; c++) {
		if (!p->t->columns[c].hidden)
			column_spec(out, p, c);
	}
	strbuf_adds(out, "}\n\\toprule\n");
	headings(out, p);
	strbuf_adds(out, "\\midrule\n");
	body(out, p);
	strbuf_adds(out, "\\bottomrule\n\\end{tabular}\n");
	notes(out, p);
	strbuf_adds(out, "\\end{threeparttable}\n\\end{adjustbox}\n\\end{table}\n");
}

void
tex_table(struct strbuf *out, const struct doc_table *t)
{
	size_t shown = doc_rows_shown(t, DOC_ROWS_SHOWN_MAX);
	struct part p = {.t = t, .of = (shown + DOC_ROWS_PER_PART - 1) / DOC_ROWS_PER_PART};

	for (p.number = 1; p.number <= p.of; p.number++) {
		p.from = (p.number - 1) * DOC_ROWS_PER_PART;
		p.to = p.from + DOC_ROWS_PER_PART < shown ? p.from + DOC_ROWS_PER_PART : shown;
		table_part(out, &p);
	}
}

/* ---- numbers of figures ---- */

void
tex_number(struct strbuf *out, double v)
{
	char text[NUM_TEXT_SIZE];

	num_coordinate(text, v);
	strbuf_adds(out, text);
}

void
tex_coordinate(struct strbuf *out, double x, double y)
{
	strbuf_addc(out, '(');
	tex_number(out, x);
	strbuf_addc(out, ',');
	tex_number(out, y);
	strbuf_addc(out, ')');
}
