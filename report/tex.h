#ifndef VANTAGE_REPORT_TEX_H
#define VANTAGE_REPORT_TEX_H
/*
 * tex - a report as LaTeX: fragments for \input, or a complete document.
 *
 * The fragments need booktabs, siunitx, threeparttable, adjustbox and pgfplots, of Debian 12's
 * age or newer, and no font beyond the document's own; the first comment of the output says so.
 * Tables are scaled down where they are wider than the line, so they fit into a column too.
 */
#include <stdbool.h>

#include "core/str.h"
#include "report/doc.h"

/* tex_table - every part of a table as floats; tex_figure is in texfig.c. */
void tex_table(struct strbuf *out, const struct doc_table *t);
void tex_figure(struct strbuf *out, const struct doc_figure *f);

/* tex_needs - the comment that names the packages. */
void tex_needs(struct strbuf *out);
/* tex_fragment - all tables and figures of d, for \input. */
void tex_fragment(struct strbuf *out, const struct doc *d);
/*
 * tex_document - a document of its own.
 *   TEX_INLINE   with its tables and figures in it
 *   TEX_BY_FILE  \input{table-ID.tex} instead
 *   TEX_BARE     tables and figures without headings: what a fragment is made of
 */
enum tex_body { TEX_INLINE, TEX_BY_FILE, TEX_BARE };
void tex_document(struct strbuf *out, const struct doc *d, enum tex_body body);

/* tex_unit - "\si{\micro\second}", "\%", "" for counts. */
const char *tex_unit(enum num_unit u);

/* tex_number, tex_coordinate - a number, and "(x,y)", as pgfplots reads them. */
void tex_number(struct strbuf *out, double v);
void tex_coordinate(struct strbuf *out, double x, double y);

#endif
