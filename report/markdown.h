#ifndef VANTAGE_REPORT_MARKDOWN_H
#define VANTAGE_REPORT_MARKDOWN_H
/*
 * markdown - a report as GitHub-flavoured Markdown.  Figures become a line that says where their
 * numbers are.
 */
#include "core/str.h"
#include "report/doc.h"

void markdown_document(struct strbuf *out, const struct doc *d);

#endif
