#ifndef VANTAGE_CORE_TABLE_H
#define VANTAGE_CORE_TABLE_H
/*
 * table - named, typed columns, and their CSV form (RFC 4180, header required).
 *
 * Storage is by column: int64_t, double, or a code into the column's dictionary of texts.  Every
 * cell may be absent; absent is not zero and not "".  The unit is the end of the name (_ns,
 * _pct, _bps, _bytes, _pps, ...), table_unit() reads it off.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/str.h"

enum column_type { COLUMN_TEXT, COLUMN_INT, COLUMN_REAL };

#define TABLE_ABSENT_INT INT64_MIN
#define TABLE_ABSENT_TEXT UINT32_MAX
/* absent reals are NaN */

#define TABLE_COLUMNS_MAX 4096
#define TABLE_ROWS_MAX ((size_t)1 << 32)
#define TABLE_LEVELS_MAX (UINT32_C(1) << 30) /* distinct texts in one column */
#define TABLE_FIELD_MAX_BYTES ((size_t)1 << 20)

struct column {
	char *name;
	enum column_type type;
	union {
		int64_t *i;
		double *f;
		uint32_t *code;
	};
	/* COLUMN_TEXT: the distinct texts in order of appearance */
	char **levels;
	uint32_t n_levels;
	uint32_t cap_levels;
	struct column_index *index; /* level -> code, private to table.c */
};

struct table {
	struct column *columns;
	size_t n_columns;
	size_t n_rows;
	size_t cap_rows;
};

void table_init(struct table *t);
void table_release(struct table *t);

/* table_add_column - append a column (existing rows get absent cells); its index. */
size_t table_add_column(struct table *t, const char *name, enum column_type type);
/* table_find - index of the column called name, or SIZE_MAX. */
size_t table_find(const struct table *t, const char *name);
/* table_add_row - append a row of absent cells; its index. */
size_t table_add_row(struct table *t);
/* table_retype - give a column another type; what was in its cells is gone, all are absent. */
void table_retype(struct table *t, size_t col, enum column_type type);

/* The set functions convert to nothing: the column must have the type (asserted). */
void table_set_text(struct table *t, size_t col, size_t row, const char *v); /* NULL: absent */
/* table_set_slice - the same from a slice without NUL bytes; v.p NULL: absent. */
void table_set_slice(struct table *t, size_t col, size_t row, struct slice v);
void table_set_int(struct table *t, size_t col, size_t row, int64_t v);
void table_set_real(struct table *t, size_t col, size_t row, double v);

/* table_text - NULL when absent.  table_real - an INT or REAL cell as double, NaN if absent. */
const char *table_text(const struct table *t, size_t col, size_t row);
int64_t table_int(const struct table *t, size_t col, size_t row);
double table_real(const struct table *t, size_t col, size_t row);
bool table_absent(const struct table *t, size_t col, size_t row);
/* table_same - do two rows of a column hold the same?  Absent is the same as absent. */
bool table_same(const struct table *t, size_t col, size_t row, size_t other);
/* table_cell - any cell as CSV would show it, unquoted, appended to *out; nothing if absent. */
void table_cell(struct strbuf *out, const struct table *t, size_t col, size_t row);

/* table_unit - "ns" of "rtt_ns", "pct" of "overhead_share_pct"; "" when the name has no unit. */
const char *table_unit(const char *name);

/*
 * table_read_csv - read a CSV file (plain or compressed, "-" standard input).
 *   Column types are found from the data: INT if every present cell is one, else REAL if every
 *   present cell is a number, else TEXT.  Delimiter: the header decides between , ; and tab.
 *   Empty cells, "NA", "NaN" and "nan" in numeric columns are absent; so are empty cells of text.
 *   "inf", "Inf" and "Infinity" in numeric columns, with or without a sign, are infinite.
 *   Lines with nothing on them are passed over.  t must be empty.
 *   Returns V_EFORMAT with file and line (a row with the wrong number of fields, a quote that
 *   does not end); rows before it are kept.  V_ELIMIT beyond the limits above.
 */
enum vstatus table_read_csv(struct table *t, const char *path, struct verr *err);
/* table_read_csv_texts - the same, but every column is TEXT and every cell as it stands in the
 *   file: "4.90" is not 4.9, "NA" is a text. */
enum vstatus table_read_csv_texts(struct table *t, const char *path, struct verr *err);
enum vstatus
table_parse_csv(struct table *t, const char *text, size_t len, const char *name, struct verr *err);

/* table_add_csv - the whole table, header first, appended to *out.  "" and absent look the same. */
void table_add_csv(struct strbuf *out, const struct table *t);
/* csv_add_field - one field, quoted only where RFC 4180 demands it. */
void csv_add_field(struct strbuf *out, const char *text);

#endif
