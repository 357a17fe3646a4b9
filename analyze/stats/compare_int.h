#ifndef VANTAGE_STATS_COMPARE_INT_H
#define VANTAGE_STATS_COMPARE_INT_H
/*
 * compare_int - private to compare.c, compare_shift.c and compare_ranks.c.
 */
#include "analyze/stats/compare.h"

/* compare_check - V_EDOM for what none of them can compare: no values, values that are not finite,
 *   an effective size that is none. */
enum vstatus
compare_check(const struct compare_sample *x, const struct compare_sample *y, struct verr *err);

#endif
