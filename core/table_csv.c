/*
 * table_csv - tables out of and into CSV text (RFC 4180, with a header line).
 *
 * Reading streams: the window of a zreader holds one record at a time, and each cell goes into
 * its column at once (table_cells.c).
 *
 * Quotes: a field that begins with one is quoted, may hold delimiters, line ends and doubled
 * quotes, and nothing may follow its closing quote.  A quote inside an unquoted field is a
 * byte like others.  Lines end in LF or CR LF.  A byte order mark is passed over; lines that begin
 * with # are data.  "" and nothing are both an absent cell: the text form cannot tell them apart
 * in a way that other programs would understand.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/table.h"
#include "core/table_cells.h"
#include "core/zio.h"

static const char delimiters[] = ",;\t";

struct csv_reader {
	struct zreader z;
	struct table_cells cells;
	char delimiter;   /* 0: not known yet, any candidate */
	bool as_text;     /* every column is TEXT: nothing is guessed */
	uint64_t n_lines; /* that the record takes */
	enum vstatus end; /* V_OK: the stream may have more than the window; V_END, or damage */
	struct slice record;
	struct slice *fields;
	size_t n_fields;
	size_t cap_fields;
	char *scratch; /* quoted fields without their quotes */
	size_t cap_scratch;
};

static enum vstatus
fail(const struct csv_reader *r, enum vstatus st, struct verr *err, const char *what)
{
	return verr_set(err, st, "%s: line %" PRIu64 ": %s", r->cells.name, r->cells.line, what);
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

/* The decompressor's messages do not name the file. */
static void
need(struct csv_reader *r, size_t n, struct verr *err)
{
	r->end = zreader_need(&r->z, n, err);
	if (r->end != V_OK && r->end != V_END)
		verr_ctx(err, "%s", r->cells.name);
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
	need(r, want, err);
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

	r->cells.line += r->n_lines;
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
			r->cells.name, r->cells.line, r->cells.t->n_columns + 1);
	if (st == V_OK && table_find(r->cells.t, name) != SIZE_MAX)
		st = verr_set(err, V_EFORMAT, "%s: line %" PRIu64 ": two columns named \"%.100s\"",
			r->cells.name, r->cells.line, name);
	if (st == V_OK)
		table_add_column(r->cells.t, name, r->as_text ? COLUMN_TEXT : COLUMN_INT);
	free(name);
	return st;
}

static enum vstatus
skip_byte_order_mark(struct csv_reader *r, struct verr *err)
{
	need(r, 3, err);
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
		return verr_set(err, V_EFORMAT, "%s: expected a header line with column names",
			r->cells.name);
	if (st != V_OK)
		return st;
	r->delimiter = guess_delimiter(r->record);
	st = cut_fields(r, err);
	for (size_t i = 0; i < r->n_fields && st == V_OK; i++)
		st = add_header_column(r, r->fields[i], err);
	if (st == V_OK)
		table_cells_begin(&r->cells);
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
	if (r->n_fields != r->cells.t->n_columns)
		return verr_set(err, V_EFORMAT,
			"%s: line %" PRIu64 ": expected %zu fields as in the header, found %zu",
			r->cells.name, r->cells.line, r->cells.t->n_columns, r->n_fields);
	if (r->cells.t->n_rows == TABLE_ROWS_MAX)
		return fail(r, V_ELIMIT, err, "more than 2^32 rows");
	row = table_add_row(r->cells.t);
	for (size_t i = 0; i < r->n_fields && st == V_OK; i++)
		st = table_cells_set(&r->cells, i, row, r->fields[i], err);
	if (st != V_OK)
		r->cells.t->n_rows--;
	return st;
}

static enum vstatus
read_table(struct csv_reader *r, struct verr *err)
{
	enum vstatus st;

	assert(r->cells.t->n_columns == 0 && r->cells.t->n_rows == 0);
	r->n_lines = 1; /* the first record is on line 1 */
	st = read_header(r, err);
	while (st == V_OK)
		st = read_row(r, err);
	table_cells_release(&r->cells);
	free(r->fields);
	free(r->scratch);
	zreader_close(&r->z);
	return st == V_END ? V_OK : st;
}

static enum vstatus
read_file(struct table *t, const char *path, bool as_text, struct verr *err)
{
	struct csv_reader r = {.cells = {.t = t, .name = path}, .as_text = as_text};
	enum vstatus st = zreader_open(&r.z, path, ZIO_INLINE, err);

	if (strcmp(path, "-") == 0)
		r.cells.name = "standard input";
	if (st != V_OK)
		return st;
	return read_table(&r, err);
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
	struct csv_reader r = {.cells = {.t = t, .name = name}};
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
