/*
 * doc - storage of a report, and the two decisions that every format shares: the unit of each
 * column, and whether its intervals are written as ± half-width or as [lower, upper].
 *
 * ± is used only where every interval of the column lies symmetrically around its estimate, as
 * Student's t gives it; intervals from order statistics are not symmetric and keep both ends.
 */
#include "report/doc.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Half of the last digit that 17-digit input could blur, relative to the width. */
#define SYMMETRY_TOLERANCE 1e-6

void
doc_init(struct doc *d)
{
	memset(d, 0, sizeof *d);
	d->findings_note = "";
}

void
doc_release(struct doc *d)
{
	for (size_t i = 0; i < d->n_tables; i++) {
		free(d->tables[i].columns);
		free(d->tables[i].cells);
		free(d->tables[i].notes);
	}
	free(d->tables);
	free(d->figures);
	free(d->runs);
	free(d->findings);
	free(d->sources);
	free(d->commands);
	free(d->remarks);
	arena_release(&d->arena);
	doc_init(d);
}

const char *
doc_take(struct doc *d, struct strbuf *b)
{
	const char *copy = b->n ? arena_strndup(&d->arena, b->p, b->n) : "";

	strbuf_clear(b);
	return copy;
}

const char *
doc_text(struct doc *d, const char *fmt, ...)
{
	va_list ap;
	char *text;
	const char *copy;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = xstrdup("");
	va_end(ap);
	copy = arena_strdup(&d->arena, text);
	free(text);
	return copy;
}

const char *
doc_file_id(struct doc *d, const char *prefix, const char *text)
{
	struct strbuf b;
	const char *id;

	strbuf_init(&b);
	strbuf_adds(&b, prefix);
	for (; *text; text++) {
		bool plain = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
			(*text >= '0' && *text <= '9');

		strbuf_addc(&b, plain ? *text : '-');
	}
	id = doc_take(d, &b);
	strbuf_release(&b);
	return id;
}

/* id_taken - two datasets whose names differ in signs alone must not write to one file. */
static bool
id_taken(const struct doc *d, const char *id)
{
	for (size_t i = 0; i < d->n_tables; i++)
		if (!strcmp(d->tables[i].id, id))
			return true;
	return false;
}

struct doc_table *
doc_add_table(struct doc *d, const char *id, const char *title)
{
	const char *free_id = id;
	struct doc_table *t;

	for (size_t number = 2; id_taken(d, free_id); number++)
		free_id = doc_text(d, "%s-%zu", id, number);
	GROW(d->tables, d->n_tables, d->cap_tables);
	t = &d->tables[d->n_tables++];
	memset(t, 0, sizeof *t);
	t->id = free_id;
	t->title = title;
	t->caption = "";
	return t;
}

struct doc_figure *
doc_add_figure(struct doc *d, enum doc_figure_kind kind, const char *id)
{
	struct doc_figure *f;

	GROW(d->figures, d->n_figures, d->cap_figures);
	f = &d->figures[d->n_figures++];
	memset(f, 0, sizeof *f);
	f->kind = kind;
	f->id = id;
	f->caption = "";
	f->reference = NAN;
	return f;
}

void
doc_add_sentence(struct doc *d, const char ***list, size_t *n, size_t *cap, const char *s)
{
	for (size_t i = 0; i < *n; i++) {
		if (strcmp((*list)[i], s) == 0)
			return;
	}
	GROW(*list, *n, *cap);
	(*list)[(*n)++] = arena_strdup(&d->arena, s);
}

struct doc_column *
doc_add_column(struct doc_table *t, const char *id, const char *title, enum doc_quantity quantity)
{
	struct doc_column *c;

	assert(t->n_rows == 0);
	GROW(t->columns, t->n_columns, t->cap_columns);
	c = &t->columns[t->n_columns++];
	memset(c, 0, sizeof *c);
	c->id = id;
	c->title = title;
	c->quantity = quantity;
	return c;
}

struct doc_cell *
doc_add_row(struct doc_table *t)
{
	size_t used = t->n_rows * t->n_columns;
	struct doc_cell *row;

	if (used + t->n_columns > t->cap_cells) {
		t->cap_cells = 2 * (used + t->n_columns);
		t->cells = xrealloc(t->cells, t->cap_cells, sizeof *t->cells);
	}
	row = t->cells + used;
	for (size_t c = 0; c < t->n_columns; c++) {
		row[c] = (struct doc_cell){.value = NAN, .lower = NAN, .upper = NAN, .spread = NAN};
	}
	t->n_rows++;
	return row;
}

/* note_index - of the note with that text, added if new; the last one when there is no room. */
static size_t
note_index(struct doc *d, struct doc_table *t, const char *text)
{
	if (!t->notes)
		t->notes = xcalloc(DOC_NOTES_MAX, sizeof *t->notes);
	for (size_t i = 0; i < t->n_notes; i++) {
		if (strcmp(t->notes[i], text) == 0)
			return i;
	}
	if (t->n_notes == DOC_NOTES_MAX)
		return DOC_NOTES_MAX - 1;
	if (t->n_notes == DOC_NOTES_MAX - 1)
		text = "another reason or circumstance, which the results file and the CSV name";
	t->notes[t->n_notes] = arena_strdup(&d->arena, text);
	return t->n_notes++;
}

void
doc_note(struct doc *d, struct doc_table *t, struct doc_cell *cell, const char *text)
{
	cell->notes |= 1U << note_index(d, t, text);
}

void
doc_absent(struct doc *d, struct doc_table *t, struct doc_cell *cell, const char *reason)
{
	cell->reason = reason;
	doc_note(d, t, cell, reason);
}

static bool
cell_symmetric(const struct doc_cell *cell)
{
	double width = cell->upper - cell->lower;
	double offset = (cell->upper - cell->value) - (cell->value - cell->lower);

	return fabs(offset) <= SYMMETRY_TOLERANCE * (width + fabs(cell->value));
}

static void
column_form(struct doc_table *t, size_t col)
{
	struct doc_column *c = &t->columns[col];
	bool all_zero = t->n_rows > 0, all_absent = true, any_text = false;

	c->symmetric = true;
	for (size_t r = 0; r < t->n_rows; r++) {
		const struct doc_cell *cell = &t->cells[r * t->n_columns + col];

		any_text |= cell->text != NULL;
		all_zero &= cell->value == 0;
		all_absent &= isnan(cell->value) && !cell->reason;
		if (!isfinite(cell->lower) || !isfinite(cell->upper))
			continue;
		c->interval = true;
		c->symmetric &= cell_symmetric(cell);
	}
	c->zero = all_zero;
	c->hidden = c->csv_only || (c->quantity == DOC_LABEL && !any_text) ||
		(c->drop_if_zero && (all_zero || all_absent));
}

/* set_unit - one unit for column col and those of its set behind it. */
static void
set_unit(struct doc_table *t, size_t col)
{
	int set = t->columns[col].unit_set;
	double *v = xmalloc((t->n_rows * t->n_columns + 1) * sizeof *v);
	size_t n = 0;
	enum num_unit unit;

	for (size_t c = 0; c < t->n_columns; c++) {
		if (c != col && (set == 0 || t->columns[c].unit_set != set))
			continue;
		for (size_t r = 0; r < t->n_rows; r++)
			v[n++] = t->cells[r * t->n_columns + c].value;
	}
	unit = t->columns[col].quantity == DOC_RATE ? num_rate_unit(v, n) : num_time_unit(v, n);
	free(v);
	for (size_t c = 0; c < t->n_columns; c++) {
		if (c == col || (set != 0 && t->columns[c].unit_set == set))
			t->columns[c].unit = unit;
	}
}

/* says_the_same - in every row, and is the one's name the beginning of the other's? */
static bool
says_the_same(const struct doc_table *t, size_t a, size_t b)
{
	const char *id_a = t->columns[a].id, *id_b = t->columns[b].id;
	size_t n_a = strlen(id_a), n_b = strlen(id_b);

	if (strncmp(id_a, id_b, n_a < n_b ? n_a : n_b) != 0)
		return false;
	for (size_t r = 0; r < t->n_rows; r++) {
		const char *x = t->cells[r * t->n_columns + a].text;
		const char *y = t->cells[r * t->n_columns + b].text;

		if (strcmp(x ? x : "", y ? y : "") != 0)
			return false;
	}
	return true;
}

/* hide_repeated - labels that a tool and the run give alike under like names: proto, protocol. */
static void
hide_repeated(struct doc_table *t)
{
	for (size_t b = 1; b < t->n_columns; b++) {
		for (size_t a = 0; a < b && t->columns[b].quantity == DOC_LABEL; a++)
			if (!t->columns[a].hidden && !t->columns[b].hidden &&
				t->columns[a].quantity == DOC_LABEL && says_the_same(t, a, b))
				t->columns[b].hidden = true;
	}
}

void
doc_table_finish(struct doc_table *t)
{
	for (size_t c = 0; c < t->n_columns; c++) {
		column_form(t, c);
		switch (t->columns[c].quantity) {
		case DOC_LABEL:
		case DOC_NUMBER:
			t->columns[c].unit = NUM_COUNT;
			break;
		case DOC_PERCENT:
			t->columns[c].unit = NUM_PCT;
			break;
		case DOC_TIME:
		case DOC_RATE:
			set_unit(t, c);
			break;
		}
	}
	hide_repeated(t);
}

bool
doc_has_values(const struct doc_table *t)
{
	for (size_t c = 0; c < t->n_columns; c++)
		if (t->columns[c].quantity != DOC_LABEL)
			return true;
	return false;
}

bool
doc_same_group(const struct doc_column *a, const struct doc_column *b)
{
	return a->group && b->group && strcmp(a->group, b->group) == 0;
}

bool
doc_in_text(const struct doc_table *t)
{
	return !t->csv_only && !t->detail;
}

size_t
doc_rows_shown(const struct doc_table *t, size_t max)
{
	return t->n_rows < max ? t->n_rows : max;
}

void
doc_left_out(struct strbuf *out, const struct doc_table *t, size_t max)
{
	size_t shown = doc_rows_shown(t, max);

	if (shown < t->n_rows)
		strbuf_addf(out, "%zu of %zu rows are left out here; vreport --csv has them all.",
			t->n_rows - shown, t->n_rows);
}

char
doc_note_mark(size_t note)
{
	assert(note < DOC_NOTES_MAX);
	return "abcdefghi"[note];
}

void
doc_note_marks(char marks[2 * DOC_NOTES_MAX + 1], const struct doc_cell *cell)
{
	size_t n = 0;

	for (size_t i = 0; i < DOC_NOTES_MAX; i++) {
		if (!(cell->notes & 1U << i))
			continue;
		if (n)
			marks[n++] = ',';
		marks[n++] = doc_note_mark(i);
	}
	marks[n] = '\0';
}

void
doc_show(struct num_shown *out, const struct doc_column *c, const struct doc_cell *cell)
{
	num_show(out, cell->value, cell->lower, cell->upper, cell->spread, c->unit);
	if (c->exact)
		num_plain(out->value, cell->value / num_per_unit(c->unit));
}
