#ifndef VANTAGE_REPORT_REMARKS_H
#define VANTAGE_REPORT_REMARKS_H
/*
 * remarks - where the results come from, and what their analyses say of themselves.
 *
 * A note that several analyses share is said once, with the datasets and metrics that it is about
 * in front: "docker-nat, lxc (RTT, overhead); native (RTT): Every cell holds a single run ...".
 * Notes that differ in numbers alone are one with ranges: "adjusted for the 3 to 216 tests".
 */
#include "report/doc.h"
#include "report/model.h"

#define REMARKS_MAX 20      /* different notes; the results have all */
#define REMARKS_NAMES_MAX 6 /* datasets, and metrics, in front of one; the rest is counted */

/* remarks_tell - fill d->sources, d->commands and d->remarks. */
void remarks_tell(struct doc *d, const struct model *m);

#endif
