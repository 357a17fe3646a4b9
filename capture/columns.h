#ifndef VANTAGE_CAPTURE_COLUMNS_H
#define VANTAGE_CAPTURE_COLUMNS_H
/*
 * columns - list an imported counters table in run.json, with the unit and kind of each column.
 */
#include "core/run.h"
#include "core/table.h"

/*
 * columns_add - list the table (CSV with t_ns first) among the run's counters, with the usual
 *   distance of its rows.
 *   kind  of columns that no counter of ours is called like ("level"); NULL: not known
 * The unit of such a column is the end of its name; one without unit or kind is not described.
 */
void columns_add(
	struct run *r, const char *file, const char *host, const struct table *t, const char *kind);

#endif
