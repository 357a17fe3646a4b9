#ifndef VANTAGE_REPORT_GATHER_H
#define VANTAGE_REPORT_GATHER_H
/*
 * gather - from the documents' analyses to the rows and cells of a model, still unsorted.
 * Private to the model.
 */
#include "report/model.h"

/*
 * gather_rows - fill factors, cells and rows from m->docs.
 *   With m->by_dataset, MODEL_DATASET becomes the last factor.  In a document of several datasets
 *   the column of that name says whose a row is.  Analyses of other kinds are passed over.
 *   V_ELIMIT beyond the model's limits.
 */
enum vstatus gather_rows(struct model *m, struct verr *err);

#endif
