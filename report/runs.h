#ifndef VANTAGE_REPORT_RUNS_H
#define VANTAGE_REPORT_RUNS_H
/*
 * runs - the runs behind each cell, as the results tell them, for a page on which a reader can go
 * from a number to what it was taken from.
 */
#include "report/doc.h"
#include "report/model.h"

/* Rows of a page; of cells beyond them it is said that the results have them. */
#define RUNS_ROWS_MAX 10000

/* runs_gather - fill d->runs; nothing when the results do not have them. */
void runs_gather(struct doc *d, const struct model *m);

#endif
