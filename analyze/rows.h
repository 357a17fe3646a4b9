#ifndef VANTAGE_ANALYZE_ROWS_H
#define VANTAGE_ANALYZE_ROWS_H
/*
 * rows - filling the rows of an analysis, columns by name: the tables are small, their writers
 * readable.  A column that is not there yet is added.
 */
#include <stdint.h>

#include "analyze/cells.h"
#include "analyze/stats/ecdf.h"
#include "core/table.h"

/* rows_set_by - the cell's levels into the first n_by columns. */
void rows_set_by(struct table *t, size_t row, const struct cell *cell, size_t n_by);
void rows_set_int(struct table *t, size_t row, const char *name, uint64_t v);
/* rows_set_real - absent when v is not finite. */
void rows_set_real(struct table *t, size_t row, const char *name, double v);
/* rows_set_text - absent when v is NULL or empty. */
void rows_set_text(struct table *t, size_t row, const char *name, const char *v);
/* rows_set_step - x, p, p_lower and p_upper; p to nine decimals, the band to six, outward. */
void rows_set_step(struct table *t, size_t row, const struct ecdf_point *step);

#endif
