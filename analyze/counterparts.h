#ifndef VANTAGE_ANALYZE_COUNTERPARTS_H
#define VANTAGE_ANALYZE_COUNTERPARTS_H
/*
 * counterparts - which runs of the baseline a cell is compared with: those that agree with it in
 * every `by` name but the one that is compared.
 *
 * A name that does not apply to a run of the baseline (native has no driver) agrees with every
 * level; `dataset` and `run` are names of files, not conditions, and need not agree.
 */
#include "analyze/series.h"

struct counterparts;

/*
 * counterparts_new - the series with samples among the n whose `factor` has the level `baseline`.
 *   All that is given must outlive the result; counterparts_free() takes it, or NULL.
 *   O(n log n) for a bounded number of different sets of names that apply.
 */
struct counterparts *counterparts_new(struct series *const *series, size_t n, const char *const *by,
	size_t n_by, const char *factor, const char *baseline);
void counterparts_free(struct counterparts *c);

/*
 * counterparts_of - those of a cell with the same `by` names, in the order in which they came.
 *   Returns how many are written to found, which has room for all series.
 */
size_t
counterparts_of(struct counterparts *c, const struct cell *cell, const struct series **found);

#endif
