#ifndef VANTAGE_REPORT_HTML_INT_H
#define VANTAGE_REPORT_HTML_INT_H
/*
 * html_int - parts of the HTML page.  Private to report/html*.c.
 */
#include "core/str.h"
#include "report/doc.h"

/* html_assets.c: what the page looks like, what it does, and the script's hash for the policy. */
extern const char html_style[];
extern const char html_script[];
extern const char html_script_sha256[];

/* html_widths - the style of what html_table() aligns numbers with. */
void html_widths(struct strbuf *out);
/* html_table - heading of level 3, caption, table, notes. */
void html_table(struct strbuf *out, const struct doc_table *t);
/* html_sources - the datasets as a table. */
void html_sources(struct strbuf *out, const struct doc *d);
/* html_figure - a drawing (NULL: a line that says it is missing) with its caption and files. */
void html_figure(struct strbuf *out, const struct doc_figure *f, const char *svg);

/* html_runs - the runs behind each cell, folded. */
void html_runs(struct strbuf *out, const struct doc *d);

/* html_paragraph - <p>, without the blank that captions may begin with; nothing for "". */
void html_paragraph(struct strbuf *out, const char *class, const char *text);

#endif
