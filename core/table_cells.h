#ifndef VANTAGE_CORE_TABLE_CELLS_H
#define VANTAGE_CORE_TABLE_CELLS_H
/*
 * table_cells - private to table_csv: fields of CSV into columns whose types are found on the way.
 *
 *   struct table_cells c = {.t = t, .name = path};
 *   table_cells_begin(&c);               once t has its columns, all INT
 *   c.line = ...;
 *   table_cells_set(&c, col, row, field, &err);
 *   table_cells_release(&c);
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/str.h"
#include "core/table.h"

/* A cell whose number does not give its text back. */
struct cell_text {
	size_t row;
	size_t len; /* its text is the next len bytes of the column's texts */
};

struct cell_memory {             /* of one column */
	struct cell_text *cells; /* by ascending row */
	size_t n;
	size_t cap;
	struct strbuf texts;
	bool overfull; /* the limit was met: nothing is remembered any more */
};

struct table_cells {
	struct table *t;
	const char *name;             /* of the file and */
	uint64_t line;                /* of the record: for messages */
	struct cell_memory *memories; /* one per column; NULL before table_cells_begin() */
	size_t remembered_bytes;
};

void table_cells_begin(struct table_cells *r);
void table_cells_release(struct table_cells *r);

/*
 * table_cells_set - a field into its cell, which is absent so far; the column's type changes where
 *   the field contradicts it.  The field must not lie in the table.
 *   V_EFORMAT: a text in a column of numbers of which too much would have had to be remembered.
 *   V_ELIMIT: more different texts than TABLE_LEVELS_MAX.
 */
enum vstatus
table_cells_set(struct table_cells *r, size_t col, size_t row, struct slice s, struct verr *err);

#endif
