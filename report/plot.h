#ifndef VANTAGE_REPORT_PLOT_H
#define VANTAGE_REPORT_PLOT_H
/*
 * plot - a figure as a script for gnuplot and the data that it reads.
 *
 * "gnuplot figure-ID.gp" in the directory that holds both writes figure-ID.svg, .pdf and .png;
 * with -e "formats='svg'" in front only what is named.  Text of the results is shown as it is,
 * whatever it holds: gnuplot's markup is switched off, and what could mean something to gnuplot is
 * escaped.
 */
#include "core/str.h"
#include "report/doc.h"

/* plot_script - the script; plot_data - figure-ID.dat, blocks of columns for people to read. */
void plot_script(struct strbuf *out, const struct doc_figure *f);
void plot_data(struct strbuf *out, const struct doc_figure *f);

/* plot_quoted - text as a string of gnuplot, appended to *out. */
void plot_quoted(struct strbuf *out, const char *text);

#endif
