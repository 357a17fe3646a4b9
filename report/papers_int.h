#ifndef VANTAGE_REPORT_PAPERS_INT_H
#define VANTAGE_REPORT_PAPERS_INT_H
/*
 * papers_int - private to papers.c and beside.c: reading analyses of kind layout and against, and
 * the heads of a layout's table.
 */
#include "report/tables.h"

/* papers_text, papers_real - a cell of a column by name; NULL or NaN when it is not there. */
const char *papers_text(const struct analysis *a, const char *column, size_t row);
double papers_real(const struct analysis *a, const char *column, size_t row);
/* papers_level - a level as text, whatever its column was read as. */
const char *papers_level(struct doc *d, const struct analysis *a, size_t col, size_t row);
/* papers_notes - the notes of an analysis as one text. */
const char *papers_notes(struct doc *d, const struct analysis *a);
/* papers_parameter - a parameter that is a text; "" when there is none. */
const char *papers_parameter(const struct analysis *a, const char *name);
/* papers_row - the row of the source's table that a position belongs to; SIZE_MAX for none. */
size_t papers_row(const struct analysis *a, size_t row);
/* papers_heads - add the columns that hold the row headings of a layout. */
void papers_heads(struct doc *d, struct doc_table *t, const struct analysis *layout);
/* papers_column - the column with that title, from `first` on; SIZE_MAX for none. */
size_t papers_column(const struct doc_table *t, size_t first, const char *title);

/* beside_layout - our values in the layout of a source's table, as a table, if there are any. */
void beside_layout(
	struct doc *d, const struct model *m, const struct analysis *layout, const char *id);

#endif
