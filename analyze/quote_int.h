#ifndef VANTAGE_ANALYZE_QUOTE_INT_H
#define VANTAGE_ANALYZE_QUOTE_INT_H
/*
 * quote_int - what quote.c and quote_select.c share: the cells that are asked for.
 */
#include "analyze/quote.h"

struct quote_selection { /* what of the table is asked for */
	const struct published *p;
	const struct quote *q;
	bool *kept; /* per cell */
	size_t *by; /* columns to show */
	size_t n_by;
};

/*
 * quote_select - set kept (as many as there are cells, the caller's, all false) and by; V_EUSAGE
 *   for names that are not there, V_EDOM when nothing is left or --by would make one cell of two.
 */
enum vstatus quote_select(struct quote_selection *s, struct verr *err);
void quote_selection_release(struct quote_selection *s);
/* quote_same_cell - do all factors of the two agree? */
bool quote_same_cell(const struct quote_selection *s, const struct published_cell *a,
	const struct published_cell *b);

#endif
