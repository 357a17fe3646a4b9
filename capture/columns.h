#ifndef VANTAGE_CAPTURE_COLUMNS_H
#define VANTAGE_CAPTURE_COLUMNS_H
/*
 * columns - list an imported counters table in run.json, with the unit and kind of each column.
 */
#include "core/run.h"
#include "core/table.h"

/* columns_add - list the table (CSV with t_ns first) among the run's counters, with the usual
 *   distance of its rows; a column whose name no row knows is not described. */
void columns_add(struct run *r, const char *file, const char *host, const struct table *t);

#endif
