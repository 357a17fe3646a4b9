#ifndef VANTAGE_REPORT_SVG_H
#define VANTAGE_REPORT_SVG_H
/*
 * svg - what gnuplot's SVG terminal wrote, made fit for a page.
 *
 * The drawing is taken apart and put together again from the elements and attributes that
 * gnuplot's plots consist of; anything else is left out, and text is escaped anew, so that the
 * result can stand inside an HTML document whatever the labels are.  On the way ids get a prefix
 * (several drawings share a page), the drawing gets a title and a description for who cannot see
 * it, and its colours can be handed over to the page's style sheet.
 */
#include "core/err.h"
#include "core/str.h"

/*
 * SVG_PLAIN   colours stay, for a file of its own
 * SVG_THEMED  black becomes currentColor, the colours of draw.h var(--s1) to var(--s8), the grid
 *             var(--grid), so that a page can set them for light and dark
 */
enum svg_colours { SVG_PLAIN, SVG_THEMED };

struct svg_params {
	const char *id; /* prefix; a name in the sense of XML */
	const char *title;
	const char *description;
	enum svg_colours colours;
};

/*
 * svg_clean - rewrite len bytes of text, appended to *out.
 *   V_EFORMAT when it is no SVG, or is cut; *out then holds a part that is not to be used.
 */
enum vstatus svg_clean(struct strbuf *out, const char *text, size_t len, const struct svg_params *p,
	struct verr *err);

#endif
