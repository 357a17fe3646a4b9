#ifndef VANTAGE_REPORT_CSV_H
#define VANTAGE_REPORT_CSV_H
/*
 * csv - the numbers of a report, all rows, unrounded, in base units (ns, bit/s, percent, ones).
 */
#include "core/str.h"
#include "report/doc.h"

/*
 * csv_tidy - everything as one long table: one value a line.
 *   table, then every label that occurs (platform, driver, factors, point, pair), then
 *   metric,statistic,x,estimate,lower,upper,unit,reason.  For distributions x is the value in
 *   its unit, and estimate the cumulative share with its band; for curves over a factor x is its
 *   number, or empty where levels are no axis of numbers and stand in the factor's own column.
 */
void csv_tidy(struct strbuf *out, const struct doc *d);

/* csv_table - one table as it is: labels, then NAME and, where there are intervals, NAME_lower
 *   and NAME_upper; the last column says why values are absent. */
void csv_table(struct strbuf *out, const struct doc_table *t);
/*
 * csv_figure - one distribution: labels, metric, x, p, p_lower, p_upper; or the curves of a figure:
 *   labels, metric, statistic, x, estimate, lower, upper (of boxes the quartiles, and the whiskers
 *   behind them).
 */
void csv_figure(struct strbuf *out, const struct doc_figure *f);

#endif
