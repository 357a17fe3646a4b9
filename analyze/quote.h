#ifndef VANTAGE_ANALYZE_QUOTE_H
#define VANTAGE_ANALYZE_QUOTE_H
/*
 * quote - published values as analyses of a results document: quoted, not computed.
 */
#include "analyze/options.h"
#include "analyze/published.h"
#include "core/results.h"

enum quote_form {
	QUOTE_LIST,  /* one row a printed number: statistic, estimate, interval */
	QUOTE_CELLS, /* one row a cell, its statistics side by side */
};

struct quote {
	const char *kind; /* of the analyses: summary, describe, ci, published */
	enum quote_form form;
	const char *const *metrics; /* only these, NULL-terminated; NULL all */
	const char *dataset;        /* its name, title (NULL none) and source (NULL none) */
	const char *title;
	const char *source;
	const struct options *options; /* --where, --by, --metric, --point, --inner, --outer */
};

/*
 * quote_published - append one analysis per metric; the parameters hold "published": true and the
 *   title, a note says whose the values are.  Rows are in the order of the table.
 *   V_EUSAGE for an unknown name in --where, --by or --metric; V_EDOM when no cell is left, or
 *   when --by puts two cells together: published values are not averaged.
 */
enum vstatus quote_published(
	struct results *r, const struct published *p, const struct quote *q, struct verr *err);

/* quote_info - what there is: metrics with their statistics and cells, factors with levels. */
void quote_info(struct results *r, const struct published *p, const struct quote *q);

#endif
