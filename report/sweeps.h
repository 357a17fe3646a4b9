#ifndef VANTAGE_REPORT_SWEEPS_H
#define VANTAGE_REPORT_SWEEPS_H
/*
 * sweeps - figures of a metric over a numeric factor, as "vanalyze throughput --over" finds it: the
 * curves themselves, and each divided by the baseline's with the area that ranks them shaded.
 */
#include "report/doc.h"
#include "report/model.h"

/* sweeps_add - append the figures of every sweep in the results; none when there is none. */
void sweeps_add(struct doc *d, const struct model *m);

#endif
