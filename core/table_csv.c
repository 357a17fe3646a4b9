/*
 * table_csv - tables out of and into CSV text (RFC 4180, with a header line).
 *
 * Reading streams: the window of a zreader holds one record at a time, and each cell goes into
 * its column at once.  A column starts as INT and stays so until a cell contradicts; then it
 * becomes REAL, or TEXT.  So that a late text does not damage earlier cells ("007", "1.50",
 * "NA"), the cells whose text the stored number would not give back are remembered, by row, until
 * the reading ends.  In most files there are few or none.  The memory for it is limited
 * (REMEMBERED_MAX_BYTES); a column that meets the limit is no longer remembered, and a text in it
 * from then on is an error and not a guess.
 *
 * When does a number give its text back?  An integer that is written as %d writes it.  A decimal
 * of at most 15 significant digits, no zero at its end, and not below 0.0001: all such decimals
 * are different doubles (DBL_DIG), so the shortest text that reads back is the decimal itself.
 * The same 15 digits make the value exact without strtod: both digits and power of ten are exact
 * doubles, and one IEEE division of them is rounded correctly.
 *
 * Quotes: a field that begins with one is quoted, may hold delimiters, line ends and doubled
 * quotes, and nothing may follow its closing quote.  A quote inside an unquoted field is a
 * byte like others.  Lines end in LF or CR LF.  A byte order mark is passed over; lines that begin
 * with # are data.  "" and nothing are both an absent cell: the text form cannot tell them apart
 * in a way that other programs would understand.
 */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/table.h"
#include "core/zio.h"

#define REMEMBERED_MAX_BYTES ((size_t)256 << 20) /* over all columns */

#define EXACT_DIGITS 15
#define INT_DIGITS 19 /* any integer of so many digits is a uint64_t */

static const char delimiters[] = ",;\t";

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

/* A cell whose number does not give its text back. */
struct remembered {
	size_t row;
	size_t len; /* its text is the next len bytes of the column's texts */
};

struct memory {                   /* of one column */
	struct remembered *cells; /* by ascending row */
	size_t n;
	size_t cap;
	struct strbuf texts;
	bool overfull; /* the limit was met: nothing is remembered any more */
};

struct csv_reader {
	struct zreader z;
	const char *name; /* for messages */
	struct table *t;
	char delimiter;   /* 0: not known yet, any candidate */
	bool as_text;     /* every column is TEXT: nothing is guessed */
	uint64_t line;    /* of the record's first byte, from 1 */
	uint64_t n_lines; /* that the record takes */
	enum vstatus end; /* V_OK: the stream may have more than the window; V_END, or damage */
	struct slice record;
	struct slice *fields;
	size_t n_fields;
	size_t cap_fields;
	char *scratch; /* quoted fields without their quotes */
	size_t cap_scratch;
	struct memory *memories; /* one per column */
	size_t remembered_bytes;
};

static enum vstatus
fail(const struct csv_reader *r, enum vstatus st, struct verr *err, const char *what)
{
	return verr_set(err, st, "%s: line %" PRIu64 ": %s", r->name, r->line, what);
}

/* ---- records ---- */

static bool
is_delimiter(char c, char delimiter)
{
	return delimiter ? c == delimiter : c && strchr(delimiters, c);
}

/*
 * Walk a record that has quotes in it from p.  Returns the byte behind its line end, end if the
 * text ends outside quotes, or NULL if it ends inside.
 */
static const char *
quoted_record_end(const char *p, const char *end, char delimiter, uint64_t *n_lines)
{
	bool field_start = true;

	*n_lines = 1;
	for (; p < end; p++) {
		if (field_start && *p == '"') {
			for (p++;; p++) {
				if (p == end)
					return NULL;
				if (*p == '\n')
					++*n_lines;
				if (*p != '"')
					continue;
				if (p + 1 == end || p[1] != '"')
					break;
				p++;
			}
			field_start = false;
		} else if (*p == '\n') {
			return p + 1;
		} else {
			field_start = is_delimiter(*p, delimiter);
		}
	}
	return end;
}

/* The end of the record at the window's front, line end included; NULL if it is not all there. */
static const char *
record_end(struct csv_reader *r)
{
	const char *p = (const char *)r->z.pos;
	const char *end = (const char *)r->z.end;
	const char *newline = memchr(p, '\n', (size_t)(end - p));
	const char *stop;

	r->n_lines = 1;
	if (memchr(p, '"', (size_t)((newline ? newline : end) - p))) {
		stop = quoted_record_end(p, end, r->delimiter, &r->n_lines);
		return stop == end && stop[-1] != '\n' && r->end != V_END ? NULL : stop;
	}
	if (newline)
		return newline + 1;
	return r->end == V_END ? end : NULL;
}

/*
 * Make the window larger.  At the end of the stream, or before damage, the window still gains
 * what came before it: the outcome is kept in r->end until that is used up.
 */
static enum vstatus
more(struct csv_reader *r, struct verr *err)
{
	size_t have = (size_t)(r->z.end - r->z.pos);
	size_t want = 2 * have + 4096;

	if (have >= ZIO_NEED_MAX_BYTES)
		return fail(r, V_ELIMIT, err, "the line is longer than 16 MiB");
	if (want > ZIO_NEED_MAX_BYTES)
		want = ZIO_NEED_MAX_BYTES;
	r->end = zreader_need(&r->z, want, err);
	return V_OK;
}

/* What it means that the window holds no whole record and will hold no more. */
static enum vstatus
stream_end(struct csv_reader *r, struct verr *err)
{
	if (r->end == V_END && r->z.pos != r->z.end)
		return fail(r, V_EFORMAT, err, "a quoted field does not end");
	return r->end;
}

/* Cut the next record off the stream, without its line end; it dies at the next call. */
static enum vstatus
next_record(struct csv_reader *r, struct verr *err)
{
	const char *p;
	const char *end;

	r->line += r->n_lines;
	r->n_lines = 0;
	while (r->z.pos == r->z.end || !(end = record_end(r))) {
		enum vstatus st = r->end == V_OK ? more(r, err) : stream_end(r, err);

		if (st != V_OK)
			return st;
	}
	p = (const char *)r->z.pos;
	r->z.pos = (const uint8_t *)end;
	if (end > p && end[-1] == '\n')
		end--;
	if (end > p && end[-1] == '\r')
		end--;
	r->record = (struct slice){p, (size_t)(end - p)};
	if (memchr(p, '\0', r->record.n))
		return fail(r, V_EFORMAT, err, "a NUL byte: not a CSV text");
	return V_OK;
}

/* ---- fields ---- */

/* *p stands on the opening quote; the field's text goes to *out, which moves behind it. */
static enum vstatus
cut_quoted(struct csv_reader *r, const char **p, char **out, struct verr *err)
{
	const char *end = r->record.p + r->record.n;
	const char *q = *p + 1;

	while (q < end) {
		if (*q == '"' && (++q == end || *q != '"'))
			break;
		*(*out)++ = *q++;
	}
	if (q < end && *q != r->delimiter)
		return fail(r, V_EFORMAT, err, "text behind the closing quote of a field");
	*p = q;
	return V_OK;
}

static void
reserve_scratch(struct csv_reader *r)
{
	if (r->cap_scratch >= r->record.n)
		return;
	r->cap_scratch = 2 * r->record.n;
	r->scratch = xrealloc(r->scratch, r->cap_scratch, 1);
}

/* Cut the record into r->fields.  More than the columns' limit is not cut, only noticed. */
static enum vstatus
cut_fields(struct csv_reader *r, struct verr *err)
{
	const char *p = r->record.p;
	const char *end = p + r->record.n;
	char delimiter = r->delimiter;
	char *out;

	reserve_scratch(r);
	out = r->scratch;
	for (r->n_fields = 0;; p++) {
		struct slice field = {p, 0};

		if (p < end && *p == '"') {
			field.p = out;
			if (cut_quoted(r, &p, &out, err) != V_OK)
				return V_EFORMAT;
			field.n = (size_t)(out - field.p);
		} else {
			while (p < end && *p != delimiter)
				p++;
			field.n = (size_t)(p - field.p);
		}
		if (field.n > TABLE_FIELD_MAX_BYTES)
			return fail(r, V_ELIMIT, err, "a field is longer than 1 MiB");
		if (r->n_fields == TABLE_COLUMNS_MAX)
			return fail(r, V_ELIMIT, err, "more than 4096 fields");
		GROW(r->fields, r->n_fields, r->cap_fields);
		r->fields[r->n_fields++] = field;
		if (p == end)
			return V_OK;
	}
}

/* ---- what was remembered ---- */

static void
memory_forget(struct csv_reader *r, struct memory *m)
{
	r->remembered_bytes -= m->n * sizeof *m->cells + m->texts.n;
	free(m->cells);
	strbuf_release(&m->texts);
	m->cells = NULL;
	m->n = 0;
	m->cap = 0;
}

static void
memory_add(struct csv_reader *r, struct memory *m, size_t row, struct slice text)
{
	if (m->overfull)
		return;
	if (r->remembered_bytes + sizeof *m->cells + text.n > REMEMBERED_MAX_BYTES) {
		memory_forget(r, m);
		m->overfull = true;
		return;
	}
	GROW(m->cells, m->n, m->cap);
	m->cells[m->n++] = (struct remembered){row, text.n};
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
	return d->n_fraction > 0 || (d->digits > -1000000000000000 && d->digits < 1000000000000000);
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
integers_to_reals(struct csv_reader *r, size_t col)
{
	struct column *c = &r->t->columns[col];
	struct memory *m = &r->memories[col];
	struct memory old = *m;
	int64_t *ints = c->i;
	const char *text = old.texts.p;
	size_t k = 0;
	struct strbuf digits;

	c->i = NULL;
	table_retype(r->t, col, COLUMN_REAL);
	*m = (struct memory){.overfull = old.overfull};
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
numbers_to_texts(struct csv_reader *r, size_t col)
{
	struct column *c = &r->t->columns[col];
	struct memory *m = &r->memories[col];
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
set_text(struct csv_reader *r, size_t col, size_t row, struct slice s, struct verr *err)
{
	if (r->t->columns[col].n_levels >= TABLE_LEVELS_MAX)
		return fail(r, V_ELIMIT, err, "a column with more than 2^30 different texts");
	if (s.n > 0)
		table_set_slice(r->t, col, row, s);
	return V_OK;
}

static enum vstatus
set_contradiction(struct csv_reader *r, size_t col, size_t row, struct slice s, struct verr *err)
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
set_odd_number(struct csv_reader *r, size_t col, size_t row, struct slice s, struct verr *err)
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

static enum vstatus
set_cell(struct csv_reader *r, size_t col, size_t row, struct slice s, struct verr *err)
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

/* ---- files ---- */

static size_t
count_outside_quotes(struct slice s, char wanted)
{
	bool quoted = false;
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		quoted ^= s.p[i] == '"';
		n += !quoted && s.p[i] == wanted;
	}
	return n;
}

/* The most frequent one of the header line; the comma where nothing decides. */
static char
guess_delimiter(struct slice header)
{
	size_t best_n = 0;
	char best = ',';

	for (const char *c = delimiters; *c; c++) {
		size_t n = count_outside_quotes(header, *c);

		if (n > best_n) {
			best_n = n;
			best = *c;
		}
	}
	return best;
}

static enum vstatus
add_header_column(struct csv_reader *r, struct slice field, struct verr *err)
{
	char *name = xstrndup(field.p, field.n);
	enum vstatus st = V_OK;

	for (size_t i = 0; i < field.n && st == V_OK; i++)
		if ((unsigned char)name[i] < 0x20)
			st = fail(r, V_EFORMAT, err, "a control byte in a column's name");
	if (st == V_OK && !*name)
		st = verr_set(err, V_EFORMAT, "%s: line %" PRIu64 ": column %zu has no name",
			r->name, r->line, r->t->n_columns + 1);
	if (st == V_OK && table_find(r->t, name) != SIZE_MAX)
		st = verr_set(err, V_EFORMAT, "%s: line %" PRIu64 ": two columns named \"%.100s\"",
			r->name, r->line, name);
	if (st == V_OK)
		table_add_column(r->t, name, r->as_text ? COLUMN_TEXT : COLUMN_INT);
	free(name);
	return st;
}

static enum vstatus
skip_byte_order_mark(struct csv_reader *r, struct verr *err)
{
	r->end = zreader_need(&r->z, 3, err);
	if (r->end == V_OK && memcmp(r->z.pos, "\xEF\xBB\xBF", 3) == 0)
		r->z.pos += 3;
	return r->end == V_END ? V_OK : r->end;
}

static enum vstatus
read_header(struct csv_reader *r, struct verr *err)
{
	enum vstatus st = skip_byte_order_mark(r, err);

	if (st == V_OK)
		st = next_record(r, err);
	if (st == V_END || (st == V_OK && r->record.n == 0))
		return verr_set(
			err, V_EFORMAT, "%s: expected a header line with column names", r->name);
	if (st != V_OK)
		return st;
	r->delimiter = guess_delimiter(r->record);
	st = cut_fields(r, err);
	for (size_t i = 0; i < r->n_fields && st == V_OK; i++)
		st = add_header_column(r, r->fields[i], err);
	if (st == V_OK)
		r->memories = xcalloc(r->t->n_columns, sizeof *r->memories);
	return st;
}

static enum vstatus
read_row(struct csv_reader *r, struct verr *err)
{
	enum vstatus st = next_record(r, err);
	size_t row;

	if (st != V_OK || r->record.n == 0)
		return st;
	st = cut_fields(r, err);
	if (st != V_OK)
		return st;
	if (r->n_fields != r->t->n_columns)
		return verr_set(err, V_EFORMAT,
			"%s: line %" PRIu64 ": expected %zu fields as in the header, found %zu",
			r->name, r->line, r->t->n_columns, r->n_fields);
	if (r->t->n_rows == TABLE_ROWS_MAX)
		return fail(r, V_ELIMIT, err, "more than 2^32 rows");
	row = table_add_row(r->t);
	for (size_t i = 0; i < r->n_fields && st == V_OK; i++)
		st = set_cell(r, i, row, r->fields[i], err);
	if (st != V_OK)
		r->t->n_rows--;
	return st;
}

static enum vstatus
read_table(struct csv_reader *r, struct verr *err)
{
	enum vstatus st;

	assert(r->t->n_columns == 0 && r->t->n_rows == 0);
	r->n_lines = 1; /* the first record is on line 1 */
	st = read_header(r, err);
	while (st == V_OK)
		st = read_row(r, err);
	for (size_t i = 0; r->memories && i < r->t->n_columns; i++)
		memory_forget(r, &r->memories[i]);
	free(r->memories);
	free(r->fields);
	free(r->scratch);
	zreader_close(&r->z);
	return st == V_END ? V_OK : st;
}

static enum vstatus
read_file(struct table *t, const char *path, bool as_text, struct verr *err)
{
	struct csv_reader r = {.t = t, .name = path, .as_text = as_text};
	enum vstatus st = zreader_open(&r.z, path, ZIO_INLINE, err);

	if (strcmp(path, "-") == 0)
		r.name = "standard input";
	if (st != V_OK)
		return st;
	st = read_table(&r, err);
	/* what the decompressor says does not name the file */
	if (st != V_OK && err && strncmp(err->msg, r.name, strlen(r.name)) != 0)
		verr_ctx(err, "%s", r.name);
	return st;
}

enum vstatus
table_read_csv(struct table *t, const char *path, struct verr *err)
{
	return read_file(t, path, false, err);
}

enum vstatus
table_read_csv_texts(struct table *t, const char *path, struct verr *err)
{
	return read_file(t, path, true, err);
}

enum vstatus
table_parse_csv(struct table *t, const char *text, size_t len, const char *name, struct verr *err)
{
	struct csv_reader r = {.t = t, .name = name};
	enum vstatus st = zreader_open_mem(&r.z, text, len, err);

	return st == V_OK ? read_table(&r, err) : st;
}

/* ---- writing ---- */

void
csv_add_field(struct strbuf *out, const char *text)
{
	if (!text[strcspn(text, ",\"\r\n")]) {
		strbuf_adds(out, text);
		return;
	}
	strbuf_addc(out, '"');
	for (; *text; text++) {
		if (*text == '"')
			strbuf_addc(out, '"');
		strbuf_addc(out, *text);
	}
	strbuf_addc(out, '"');
}

static void
add_cell(struct strbuf *out, const struct table *t, size_t col, size_t row)
{
	const char *text = NULL;

	if (t->columns[col].type == COLUMN_TEXT)
		text = table_text(t, col, row);
	if (text)
		csv_add_field(out, text);
	else
		table_cell(out, t, col, row);
}

/* Of a table of one column an absent cell is "" and not an empty line, which readers pass over. */
static void
add_row(struct strbuf *out, const struct table *t, size_t row)
{
	size_t before = out->n;

	for (size_t col = 0; col < t->n_columns; col++) {
		if (col > 0)
			strbuf_addc(out, ',');
		add_cell(out, t, col, row);
	}
	if (out->n == before)
		strbuf_adds(out, "\"\"");
	strbuf_addc(out, '\n');
}

void
table_add_csv(struct strbuf *out, const struct table *t)
{
	for (size_t col = 0; col < t->n_columns; col++) {
		if (col > 0)
			strbuf_addc(out, ',');
		csv_add_field(out, t->columns[col].name);
	}
	strbuf_addc(out, '\n');
	for (size_t row = 0; row < t->n_rows; row++)
		add_row(out, t, row);
}
