#ifndef VANTAGE_REPORT_PANELS_DRAW_H
#define VANTAGE_REPORT_PANELS_DRAW_H
/*
 * panels_draw - what both drawings of panels share.  Private to report/panels*.c.
 */
#include <stdbool.h>
#include <stddef.h>

#include "report/doc.h"

/* panels_n_series - one more than the largest series, of which some may have no curve. */
size_t panels_n_series(const struct doc_figure *f);
/* panels_is_entry - is the curve the first of its series, and so has an entry in the legend? */
bool panels_is_entry(const struct doc_figure *f, size_t curve);
/* panels_label_chars - of the longest label of a curve, at least 1. */
size_t panels_label_chars(const struct doc_figure *f);

/* panels_columns, panels_rows - panels stand in rows of one, two or three. */
size_t panels_columns(const struct doc_figure *f);
size_t panels_rows(const struct doc_figure *f);
/* panels_is_last - does nothing stand below it, so that its axis needs labels? */
bool panels_is_last(const struct doc_figure *f, size_t panel);

/* panels_upright - do the labels of the levels fit beside each other below a panel of that many
 *   characters?  Else they stand on end. */
bool panels_upright(const struct doc_figure *f, size_t chars);
/* panels_tick_chars - of the longest label of a level as it is drawn. */
size_t panels_tick_chars(const struct doc_figure *f);

/* panels_width - of a bar or box, in distances of two levels; panels_x - where a point stands. */
double panels_width(const struct doc_figure *f);
double panels_x(const struct doc_figure *f, const struct doc_curve *c, const struct doc_point *p);
bool panels_has_bar(const struct doc_point *p);
bool panels_has_whiskers(const struct doc_point *p);

/*
 * panels_area - the border of a curve's shaded area, from its reference back to it: at most
 *   c->n_points + 2 points into xy, which holds x and height by turns; 0 when there is none.
 *   The ends of the range lie between points of the curve, on its line.
 */
size_t panels_area(double *xy, const struct doc_curve *c);

#endif
