#ifndef VANTAGE_CAPTURE_GRID_H
#define VANTAGE_CAPTURE_GRID_H
/*
 * grid - a table of counters out of values that come in any order of time and column.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

/* Values of one table: sar of a month, every second, with a dozen columns. */
#define GRID_CELLS_MAX ((size_t)1 << 25)
#define GRID_COLUMNS_MAX 4000

struct grid_cell {
	int64_t t_ns;
	size_t order; /* in which they came */
	uint32_t column;
	double value;
};

struct grid {
	struct grid_cell *cells;
	size_t n_cells, cap_cells;
	char **columns;
	size_t n_columns;
	size_t next_column; /* the one that will probably be asked for */
	uint64_t n_over;    /* values beyond the limits: left out */
	uint64_t n_twice;   /* values whose time and column had one: left out */
};

void grid_init(struct grid *g);
void grid_release(struct grid *g);

/* grid_column - the column called name, made if need be; UINT32_MAX: beyond GRID_COLUMNS_MAX. */
uint32_t grid_column(struct grid *g, const char *name);
/* grid_put - a value; a column of UINT32_MAX counts as over the limit. */
void grid_put(struct grid *g, int64_t t_ns, uint32_t column, double value);
/* grid_mark - the table gets a row of that time, with or without values. */
void grid_mark(struct grid *g, int64_t t_ns);

/*
 * grid_csv - t_ns and the columns in the order they were made, rows by time, appended to *out.
 */
void grid_csv(struct strbuf *out, struct grid *g);

#endif
