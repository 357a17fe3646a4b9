#ifndef VANTAGE_ANALYZE_CELLS_H
#define VANTAGE_ANALYZE_CELLS_H
/*
 * cells - labels (a factor and its level), and the grouping of labelled things by any of them.
 *
 * A cell is the set of things whose labels agree in every `by` name.  Nothing here knows what is
 * labelled: a series of RTTs, a tally of losses, a row of somebody's CSV.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/alloc.h"

struct label {
	const char *name;
	const char *level; /* NULL: the factor does not apply */
	int rank;          /* orders levels before their text does (capture points); else 0 */
};

struct labels {
	struct label *items;
	size_t n;
};

/* labels_add - append; the strings must outlive the labels, the array lives in the arena. */
void labels_add(struct labels *l, struct arena *a, const char *name, const char *level, int rank);
/* labels_get - the label of that name, or NULL. */
const struct label *labels_get(const struct labels *l, const char *name);

struct cell {
	const char **levels; /* one per by name; NULL where the factor does not apply */
	size_t *members;     /* indices into the grouped list, ascending */
	size_t n_members;
};

struct cells {
	const char **by;
	size_t n_by;
	struct cell *items; /* in order of their levels, numbers by value */
	size_t n;
	struct arena arena;
};

/*
 * cells_group - group n label sets by the names by[n_by].
 *   The cells keep pointers to the names and levels.
 */
void cells_group(struct cells *c, const struct labels *const *things, size_t n,
	const char *const *by, size_t n_by);
void cells_release(struct cells *c);

/*
 * Filters: "load_type=net,cpu" keeps what has one of these levels.
 */
struct filter {
	char *name;
	char **levels;
	size_t n_levels;
};

/* filter_parse - false when the text has no "=" or no name. */
bool filter_parse(struct filter *f, const char *text);
void filter_release(struct filter *f);
/* filter_keeps - does this level pass?  NULL (the factor does not apply) never does. */
bool filter_keeps(const struct filter *f, const char *level);

#endif
