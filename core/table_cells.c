/*
 * table_cells - see table_cells.h.
 *
 * A column starts as INT and stays so until a cell contradicts; then it becomes REAL, or TEXT.  So
 * that a late text does not damage earlier cells ("007", "1.50", "NA"), the cells whose text the
 * stored number would not give back are remembered, by row, until the reading ends.  In most files
 * there are few or none.  The memory for it is limited (REMEMBERED_MAX_BYTES); a column that meets
 * the limit is no longer remembered, and a text in it from then on is an error and not a guess.
 *
 * When does a number give its text back?  An integer that is written as %d writes it.  A decimal
 * of at most 15 significant digits, no zero at its end, and not below 0.0001: all such decimals
 * are different doubles (DBL_DIG), so the shortest text that reads back is the decimal itself.
 * The same 15 digits make the value exact without strtod: both digits and power of ten are exact
 * doubles, and one IEEE division of them is rounded correctly.
 */
#include "core/table_cells.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"

#define REMEMBERED_MAX_BYTES ((size_t)256 << 20) /* over all columns */

#define EXACT_DIGITS 15
#define EXACT_INT_END INT64_C(1000000000000000) /* the first integer of more digits */
#define INT_DIGITS 19                           /* any integer of so many digits is a uint64_t */

static const double powers_of_ten[] = {
	1e0,
	1e1,
	1e2,
	1e3,
	1e4,
	1e5,
	1e6,
	1e7,
	1e8,
	1e9,
	1e10,
	1e11,
	1e12,
	1e13,
	1e14,
	1e15,
};

/* ---- what was remembered ---- */

static void
memory_forget(struct table_cells *r, struct cell_memory *m)
{
	r->remembered_bytes -= m->n * sizeof *m->cells + m->texts.n;
	free(m->cells);
	strbuf_release(&m->texts);
	m->cells = NULL;
	m->n = 0;
	m->cap = 0;
}

static void
memory_add(struct table_cells *r, struct cell_memory *m, size_t row, struct slice text)
{
	if (m->overfull)
		return;
	if (r->remembered_bytes + sizeof *m->cells + text.n > REMEMBERED_MAX_BYTES) {
		memory_forget(r, m);
		m->overfull = true;
		return;
	}
	GROW(m->cells, m->n, m->cap);
	m->cells[m->n++] = (struct cell_text){row, text.n};
	strbuf_add(&m->texts, text.p, text.n);
	r->remembered_bytes += sizeof *m->cells + text.n;
}

/* ---- cells ---- */

/* A number as the fast path sees it: digits / 10^n_fraction. */
struct decimal {
	int64_t digits;
	int n_fraction;
};

/*
 * A decimal whose number gives its text back (the rule at the top), an int64_t if it is an
 * integer.  false: any other text, numbers among them.
 */
static bool
plain_decimal(struct decimal *d, struct slice s)
{
	const char *p = s.p;
	const char *end = p + s.n;
	bool negative = p < end && *p == '-';
	const char *start = p += negative;
	uint64_t v = 0;

	for (; p < end && *p >= '0' && *p <= '9' && p - start < INT_DIGITS; p++)
		v = 10 * v + (uint64_t)(*p - '0');
	if (p == start || (*start == '0' && (p - start > 1 || (negative && p == end))))
		return false;
	d->n_fraction = 0;
	if (p < end && *p == '.') {
		for (p++; p < end && *p >= '0' && *p <= '9' && p - start <= EXACT_DIGITS; p++) {
			v = 10 * v + (uint64_t)(*p - '0');
			d->n_fraction++;
		}
		if (d->n_fraction == 0 || p[-1] == '0' || p - start > EXACT_DIGITS + 1)
			return false;
		if ((double)v < powers_of_ten[d->n_fraction] * 1e-4)
			return false;
	}
	if (p < end || v > INT64_MAX)
		return false;
	d->digits = negative ? -(int64_t)v : (int64_t)v;
	return true;
}

static bool
is_plain_as_real(const struct decimal *d)
{
	return d->n_fraction > 0 || (d->digits > -EXACT_INT_END && d->digits < EXACT_INT_END);
}

static bool
is_no_value(struct slice s)
{
	return s.n == 0 || slice_eq(s, "NA") || slice_eq(s, "NaN") || slice_eq(s, "nan");
}

/* As R, NumPy and pandas write it. */
static bool
is_infinite(struct slice s, double *f)
{
	bool negative = slice_starts(s, "-"), sign = negative || slice_starts(s, "+");
	struct slice word = {s.p + sign, s.n - sign};

	*f = negative ? -INFINITY : INFINITY;
	return slice_eq(word, "inf") || slice_eq(word, "Inf") || slice_eq(word, "Infinity");
}

/* What the integers of 16 and more digits are written like is lost when they become doubles. */
static void
integers_to_reals(struct table_cells *r, size_t col)
{
	struct column *c = &r->t->columns[col];
	struct cell_memory *m = &r->memories[col];
	struct cell_memory old = *m;
	int64_t *ints = c->i;
	const char *text = old.texts.p;
	size_t k = 0;
	struct strbuf digits;

	c->i = NULL;
	table_retype(r->t, col, COLUMN_REAL);
	*m = (struct cell_memory){.overfull = old.overfull};
	strbuf_init(&m->texts);
	strbuf_init(&digits);
	for (size_t row = 0; row < r->t->n_rows; row++) {
		struct decimal d = {ints[row], 0};

		if (ints[row] != TABLE_ABSENT_INT)
			c->f[row] = (double)ints[row];
		if (k < old.n && old.cells[k].row == row) {
			memory_add(r, m, row, (struct slice){text, old.cells[k].len});
			text += old.cells[k++].len;
		} else if (ints[row] != TABLE_ABSENT_INT && !is_plain_as_real(&d)) {
			strbuf_clear(&digits);
			strbuf_add_i64(&digits, ints[row]);
			memory_add(r, m, row, (struct slice){digits.p, digits.n});
		}
	}
	strbuf_release(&digits);
	memory_forget(r, &old);
	free(ints);
}

/* Turn a column of numbers into texts, each as it stood in the file. */
static void
numbers_to_texts(struct table_cells *r, size_t col)
{
	struct column *c = &r->t->columns[col];
	struct cell_memory *m = &r->memories[col];
	struct column old = *c;
	struct table numbers = {&old, 1, r->t->n_rows, r->t->cap_rows};
	const char *text = m->texts.p;
	size_t k = 0;
	struct strbuf cell;

	c->i = NULL;
	table_retype(r->t, col, COLUMN_TEXT);
	strbuf_init(&cell);
	for (size_t row = 0; row < r->t->n_rows; row++) {
		if (k < m->n && m->cells[k].row == row) {
			table_set_slice(r->t, col, row, (struct slice){text, m->cells[k].len});
			text += m->cells[k++].len;
		} else if (!table_absent(&numbers, 0, row)) {
			strbuf_clear(&cell);
			table_cell(&cell, &numbers, 0, row);
			table_set_slice(r->t, col, row, (struct slice){cell.p, cell.n});
		}
	}
	strbuf_release(&cell);
	memory_forget(r, m);
	free(old.i);
}

static enum vstatus
set_text(struct table_cells *r, size_t col, size_t row, struct slice s, struct verr *err)
{
	if (r->t->columns[col].n_levels >= TABLE_LEVELS_MAX)
		return verr_set(err, V_ELIMIT,
			"%s: line %" PRIu64 ": a column with more than 2^30 different texts",
			r->name, r->line);
	if (s.n > 0)
		table_set_slice(r->t, col, row, s);
	return V_OK;
}

static enum vstatus
set_contradiction(struct table_cells *r, size_t col, size_t row, struct slice s, struct verr *err)
{
	if (r->memories[col].overfull)
		return verr_set(err, V_EFORMAT,
			"%s: line %" PRIu64 ": column \"%.100s\": expected a number as in the rows "
			"before, found \"%.*s\"",
			r->name, r->line, r->t->columns[col].name, s.n < 40 ? (int)s.n : 40, s.p);
	numbers_to_texts(r, col);
	return set_text(r, col, row, s, err);
}

/* A cell of a numeric column that is no plain decimal. */
static enum vstatus
set_odd_number(struct table_cells *r, size_t col, size_t row, struct slice s, struct verr *err)
{
	struct column *c = &r->t->columns[col];
	struct slice trimmed = slice_trim(s);
	int64_t i;
	double f;

	if (s.n == 0)
		return V_OK;
	if (is_no_value(trimmed)) {
		memory_add(r, &r->memories[col], row, s);
		return V_OK;
	}
	if (c->type == COLUMN_INT && slice_i64(trimmed, &i) && i != TABLE_ABSENT_INT) {
		c->i[row] = i;
		memory_add(r, &r->memories[col], row, s);
		return V_OK;
	}
	if (!slice_f64(trimmed, &f) && !is_infinite(trimmed, &f))
		return set_contradiction(r, col, row, s, err);
	if (c->type == COLUMN_INT)
		integers_to_reals(r, col);
	c->f[row] = f == 0 ? 0 : f; /* -0 as 0, as an integer column has it */
	memory_add(r, &r->memories[col], row, s);
	return V_OK;
}

enum vstatus
table_cells_set(struct table_cells *r, size_t col, size_t row, struct slice s, struct verr *err)
{
	struct column *c = &r->t->columns[col];
	struct decimal d;

	if (c->type == COLUMN_TEXT)
		return set_text(r, col, row, s, err);
	if (!plain_decimal(&d, s))
		return set_odd_number(r, col, row, s, err);
	if (c->type == COLUMN_INT && d.n_fraction == 0) {
		c->i[row] = d.digits;
		return V_OK;
	}
	if (c->type == COLUMN_INT)
		integers_to_reals(r, col);
	if (!is_plain_as_real(&d))
		return set_odd_number(r, col, row, s, err);
	c->f[row] = (double)d.digits / powers_of_ten[d.n_fraction];
	return V_OK;
}

void
table_cells_begin(struct table_cells *r)
{
	r->memories = xcalloc(r->t->n_columns, sizeof *r->memories);
}

void
table_cells_release(struct table_cells *r)
{
	for (size_t i = 0; r->memories && i < r->t->n_columns; i++)
		memory_forget(r, &r->memories[i]);
	free(r->memories);
	r->memories = NULL;
}
