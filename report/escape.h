#ifndef VANTAGE_REPORT_ESCAPE_H
#define VANTAGE_REPORT_ESCAPE_H
/*
 * escape - any bytes as LaTeX, Markdown or HTML text that shows them.
 */
#include "core/str.h"

/*
 * escape_tex - LaTeX text that compiles under pdflatex and lualatex whatever the bytes are.
 *   The ten special characters become commands; [ ] and * are braced, since they would be read
 *   as arguments behind \\.  Code points outside a list known to compile, control characters,
 *   and bytes that are no UTF-8 become visible as U+XXXX or \xXX.  Long runs without a blank may
 *   be broken.
 */
void escape_tex(struct strbuf *out, const char *text);

/* escape_markdown - text in a cell or paragraph of GitHub-flavoured Markdown, on one line. */
void escape_markdown(struct strbuf *out, const char *text);

/*
 * escape_html - text of an HTML or XML element, or of a quoted attribute.  Blanks of all kinds
 *   become one blank; control characters and those that turn the direction of what follows
 *   them (UAX #9's embeddings, overrides and isolates) become visible as U+XXXX, bytes that are
 *   no UTF-8 as \xXX.
 */
void escape_html(struct strbuf *out, const char *text);

/*
 * utf8_next - the code point at *s, which is advanced; -1 - byte when the byte there begins none
 *   (overlong forms and surrogates are none); 0 at the end of the string.
 */
int utf8_next(const char **s);

#endif
