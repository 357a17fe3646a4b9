#ifndef VANTAGE_ANALYZE_PUBLISHED_H
#define VANTAGE_ANALYZE_PUBLISHED_H
/*
 * published - values that somebody printed: the cells of a summary-level dataset
 * (docs/formats.md, "Published values"), as they stand in a paper and as numbers.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/alloc.h"
#include "core/err.h"
#include "core/table.h"

/* Papers do not print more, and what looks at all pairs of cells stays quick. */
#define PUBLISHED_CELLS_MAX 4096

/* How a value stands in its source. */
enum published_relation {
	PUBLISHED_EXACT,
	PUBLISHED_ABOUT, /* marked as approximate */
	PUBLISHED_BELOW, /* printed as a bound that the quantity lies below */
	PUBLISHED_ABOVE,
	PUBLISHED_LOST, /* not in the source's text: there is no value */
};

struct published_cell {
	const char *metric;    /* with the toolkit's unit: rtt_ns, overhead_share_pct */
	const char *statistic; /* mean, sd, min, q1, median, q3, max, share, ... */
	double value;          /* in the metric's unit; NaN when lost */
	double half_width;     /* of the interval; NaN when none is printed */
	double level;          /* of confidence; NaN when none is printed */
	double n;              /* NaN when the source does not say */
	enum published_relation relation;
	const char *printed; /* as the source has it */
	const char *place;   /* where it stands there */
	const char *note;    /* NULL none */
	size_t row;          /* in the table, for the levels of the factors */
};

struct published {
	struct table table; /* as read: all columns are TEXT */
	size_t *factors;    /* columns that are factors, in the order of the file */
	size_t n_factors;
	struct published_cell *cells; /* one per row, in the order of the file */
	size_t n_cells;
	struct arena arena;
};

/* published_is_table - has a table the columns that make it one of published values? */
bool published_is_table(const struct table *t);

/*
 * published_load - read a table of published values into an uninitialised p; to be released also
 *   after a failure.
 *   V_EFORMAT names file and row: a column is missing, a unit, relation or number is none, a lost
 *   cell has a value, or another has none.  V_ELIMIT above PUBLISHED_CELLS_MAX rows.
 */
enum vstatus published_load(struct published *p, const char *path, struct verr *err);
void published_release(struct published *p);

/* published_is_known - is there a number, and no bound? */
bool published_is_known(const struct published_cell *c);
/* published_level - the level of factor column `col` for a cell; NULL where it has none. */
const char *published_level(const struct published *p, const struct published_cell *c, size_t col);

#endif
