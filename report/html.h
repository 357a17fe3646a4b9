#ifndef VANTAGE_REPORT_HTML_H
#define VANTAGE_REPORT_HTML_H
/*
 * html - a report as one HTML file that needs nothing but itself.
 *
 * Overview, data and data quality come first, then the tables and figures.  Without a script the
 * tables are plain tables; with it they sort by a click on a heading, and long ones can be
 * filtered.  The page forbids itself the network by a content security policy, which also lets
 * only that one script run, by its hash: text of the results cannot become code even if it were
 * not escaped.
 */
#include "core/str.h"
#include "report/doc.h"
#include "report/plots.h"

/*
 * html_document - appended to *out.
 *   plots    drawings of the document's figures; a missing one is said so
 *   missing  why drawings are missing, for people; NULL when all are there
 */
void html_document(
	struct strbuf *out, const struct doc *d, const struct plots *plots, const char *missing);

#endif
