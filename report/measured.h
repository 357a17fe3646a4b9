#ifndef VANTAGE_REPORT_MEASURED_H
#define VANTAGE_REPORT_MEASURED_H
/*
 * measured - which cells of the model measured what a view is about.  Private to view.
 */
#include "report/view.h"

/*
 * measured_find - fill v->measured, one for each cell of v->m, and of VIEW_THROUGHPUT
 *   and VIEW_TCP v->http.
 *   Both are freed by view_release().
 */
void measured_find(struct view *v, enum view_of of);

#endif
