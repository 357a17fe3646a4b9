#ifndef VANTAGE_REPORT_SECTIONS_H
#define VANTAGE_REPORT_SECTIONS_H
/*
 * sections - the order and the headings of a report, which all formats share.
 *
 * A report is read from the most important to the detail.  Every table and figure has its place
 * in one section; a section without any is left out, heading and all.
 */
#include "report/doc.h"

struct section {
	enum doc_section is;
	const char *anchor; /* for links: lower-case ASCII */
	const char *title;
};

/* sections_all - every section once, in the order of the report; *n of them. */
const struct section *sections_all(size_t *n);
/* sections_of_metric - what a metric of the results is about; DOC_RESULTS when not known. */
enum doc_section sections_of_metric(const char *metric);
/* sections_of_figure - the figure's own section, else that of its metric. */
enum doc_section sections_of_figure(const struct doc_figure *f);
/* sections_have - does a document that is read from end to end show anything there? */
bool sections_have(const struct doc *d, enum doc_section section);

#endif
