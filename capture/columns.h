#ifndef VANTAGE_CAPTURE_COLUMNS_H
#define VANTAGE_CAPTURE_COLUMNS_H
/*
 * columns - what the columns of a counters table are: their unit, and whether they count up or
 * show a level.  One table for recording and for import.
 */
#include "core/run.h"
#include "core/table.h"

struct counter_kind {
	const char *prefix; /* of the column's name; the first row that fits counts */
	const char *suffix; /* "" any */
	const char *unit;
	const char *kind;   /* counter or level */
};

/* counter_kind_of - NULL for a name that no row knows. */
const struct counter_kind *counter_kind_of(const char *column);

/* columns_add - list the table (CSV with t_ns first) among the run's counters, with the usual
 *   distance of its rows; a column whose name no row knows is not described. */
void columns_add(struct run *r, const char *file, const char *host, const struct table *t);

#endif
