#ifndef VANTAGE_REPORT_DRAW_H
#define VANTAGE_REPORT_DRAW_H
/*
 * draw - what the writers of figures share: colours, the points of a curve that are drawn, labels
 * that leave room for the picture, and ticks.
 *
 * Colours are those of Okabe and Ito (Color Universal Design, 2008), which stay apart under the
 * common colour deficiencies; dash patterns tell the curves apart in print without colour.
 */
#include "core/str.h"
#include "report/doc.h"
#include "report/figures.h"

#define DRAW_POINTS_PER_CURVE 200 /* half a percent each: less than two pixels */
#define DRAW_BANDS_MAX_CURVES 3 /* more bands than that hide each other */
#define DRAW_LABEL_CHARS 36
/* gnuplot cuts the label of a tick at 49 bytes, even in a character; 3 are for the ellipsis. */
#define DRAW_LABEL_BYTES 46
#define DRAW_LABEL_TAIL 10 /* of them, when it is cut: the end often tells labels apart */
#define DRAW_TICKS_MAX 32

struct draw_style {
	unsigned char red, green, blue;
	const char *tex_dash; /* of pgfplots */
	const char *dash;     /* of gnuplot */
};
extern const struct draw_style draw_styles[FIGURES_CURVES_MAX];

/*
 * drawn - the points of a curve within the shown range, every k-th so that there are at most
 *   DRAW_POINTS_PER_CURVE (and the last one).  TeX cannot place what lies far outside.
 */
struct drawn {
	const struct doc_curve *curve;
	size_t at[DRAW_POINTS_PER_CURVE + 2]; /* their indices */
	size_t n;
	double before; /* height where the range begins */
	double scale;  /* base units per unit */
	double from, to;
};
void drawn_points(struct drawn *s, const struct doc_figure *f, const struct doc_curve *c);
/* drawn_has_band - is a band to be drawn around the curve? */
bool drawn_has_band(const struct doc_figure *f, const struct drawn *s);

/* draw_within_1 - p, or the end of [0, 1] beyond which it lies. */
double draw_within_1(double p);
/* draw_short - a label in at most DRAW_LABEL_CHARS code points, with an ellipsis before its last
 *   DRAW_LABEL_TAIL if it is longer; appended to *out unescaped. */
void draw_short(struct strbuf *out, const char *label);
/* draw_width - columns that a text takes, a wide character counted as two. */
size_t draw_width(const char *text);
/*
 * draw_log_ticks - 1, 2, 5 times powers of ten within [from, to], which are > 0; the powers alone
 *   when that is more than three decades.  Returns how many, DRAW_TICKS_MAX at most.
 */
size_t draw_log_ticks(double ticks[DRAW_TICKS_MAX], double from, double to);

#endif
