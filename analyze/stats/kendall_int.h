#ifndef VANTAGE_STATS_KENDALL_INT_H
#define VANTAGE_STATS_KENDALL_INT_H
/*
 * kendall_int - what kendall.c and kendall_counts.c share: sums over ties, and the step from a
 * score and the ties of both columns to tau_b and p.
 */
#include "analyze/stats/kendall.h"

/* kendall_ties_add - one more group of equal values. */
void kendall_ties_add(struct kendall_ties *ties, uint64_t size);

/* kendall_conclude - the rest of k, of which n (2 or more) and score are set; neither column is
 *   constant. */
void
kendall_conclude(struct kendall *k, const struct kendall_ties *x, const struct kendall_ties *y);

#endif
