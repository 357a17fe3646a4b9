#ifndef VANTAGE_REPORT_BLOCKS_H
#define VANTAGE_REPORT_BLOCKS_H
/*
 * blocks - the cells of a view, parted by what was varied.
 *
 *   for (size_t b = 0; ; b++) {
 *           view_init(&v, ...);
 *           if (!blocks_keep(&v, b))
 *                   break;
 *           ... a table of v, called blocks_title(d, &v, b, title) ...
 *           view_release(&v);
 *   }
 *   view_release(&v);
 */
#include <stdbool.h>
#include <stddef.h>

#include "report/view.h"

/* Kinds of experiments in one view; with more of them nothing is parted. */
#define BLOCKS_MAX 16

/*
 * blocks_keep - leave only block number b in the view; false, and the view as it was, when there
 *   are not as many.  A view has at least block 0, which may be without cells.
 */
bool blocks_keep(struct view *v, size_t b);
/* blocks_title - title, and which runs these are if there are others: "TCP: runs by load". */
const char *blocks_title(struct doc *d, const struct view *v, size_t b, const char *title);
/* blocks_alone - of the tables from number `from` on, which come from a single block: give them the
 *   title alone. */
void blocks_alone(struct doc *d, size_t from, const char *title);

#endif
