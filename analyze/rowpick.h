#ifndef VANTAGE_ANALYZE_ROWPICK_H
#define VANTAGE_ANALYZE_ROWPICK_H
/*
 * rowpick - which rows of a table count: those that pass the filters, and of them those whose
 * `flags` hold no excluded word.
 *
 *   rowpick_init(&p, table, filters, n_filters, excluded_flags);
 *   for each row:  if (rowpick_passes(&p, row) && !rowpick_excluded(&p, row)) ...
 *   rowpick_release(&p);
 *
 * Texts are judged once each, not once a row.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/cells.h"
#include "core/table.h"

struct rowpick_rule;

struct rowpick {
	const struct table *table;
	struct rowpick_rule *rules; /* one a filter; heap */
	size_t n_rules;
	size_t flags;   /* the column of that name, SIZE_MAX if there is none */
	bool *excluded; /* of each text in it; heap */
};

/* rowpick_init - every filter must name a column of the table.  Keeps table and filters. */
void rowpick_init(struct rowpick *p, const struct table *t, const struct filter *filters,
	size_t n_filters, uint32_t excluded_flags);
void rowpick_release(struct rowpick *p);

/* rowpick_passes - is the row among those that the filters select? */
bool rowpick_passes(const struct rowpick *p, size_t row);
/* rowpick_excluded - has the row a flag for which its values are left out? */
bool rowpick_excluded(const struct rowpick *p, size_t row);

#endif
