#ifndef VANTAGE_REPORT_LOOKUP_H
#define VANTAGE_REPORT_LOOKUP_H
/*
 * lookup - single cells of the results' tables, as texts of the document and as numbers.
 */
#include "core/alloc.h"
#include "core/results.h"
#include "core/table.h"
#include "report/doc.h"

/*
 * lookup_cell - a cell as it would be written: a text is the table's own, a number stands in the
 *   arena; NULL when absent or col is SIZE_MAX.
 * lookup_text - the same in the arena of a document, which the table has to outlive.
 */
const char *lookup_cell(struct arena *arena, const struct table *t, size_t col, size_t row);
const char *lookup_text(struct doc *d, const struct table *t, size_t col, size_t row);
/* lookup_named - the same by the name of its column; "" when absent. */
const char *lookup_named(struct doc *d, const struct table *t, const char *column, size_t row);
/* lookup_real - a number by the name of its column; NaN when absent. */
double lookup_real(const struct table *t, const char *column, size_t row);
/* lookup_is_metric - is the name among the analysis' parameter "metrics"? */
bool lookup_is_metric(const struct analysis *a, const char *name);

#endif
