#ifndef VANTAGE_STATS_KENDALL_COUNTS_H
#define VANTAGE_STATS_KENDALL_COUNTS_H
/*
 * kendall_counts - tau_b and p of samples that are counted, as in a histogram or a contingency
 * table: row i stands for count[i] samples that are equal in every column.
 *
 *   struct kendall_counts x, y;
 *   kendall_counts_init(&x, values, count, n, err);  ...  once for each column, same counts
 *   kendall_counts_pair(&result, &x, &y, err);       for each pair of them, from any thread
 *   kendall_counts_release(&x);  ...
 *
 * The result is that of kendall_pair() over the samples one by one, to the last bit.
 */
#include "analyze/stats/kendall.h"

/* Samples in all: up to it, all sums of cubes fit 128 bits. */
#define KENDALL_COUNTS_TOTAL_MAX (UINT64_C(1) << 41)

struct kendall_counts {
	size_t total;          /* samples */
	size_t n;              /* rows that count any */
	size_t n_groups;       /* distinct values among them */
	uint32_t *order;       /* heap; these rows by ascending value */
	uint32_t *group;       /* heap; of each row, from 0; 0 where it counts none */
	const uint64_t *count; /* the caller's; has to live as long */
	struct kendall_ties ties;
};

/*
 * kendall_counts_init - x[n] is only read, count[n] kept as a pointer.
 *   8 bytes a row remain allocated.  Rows that count 0 are as if they were not there.
 *   V_EDOM for a NaN, V_ELIMIT for n above RANKS_MAX or more than KENDALL_COUNTS_TOTAL_MAX
 *   samples; the column is empty then.
 */
enum vstatus kendall_counts_init(struct kendall_counts *c, const double *x, const uint64_t *count,
	size_t n, struct verr *err);
void kendall_counts_release(struct kendall_counts *c);

/*
 * kendall_counts_pair - as kendall_pair(), k->n and k->score in samples and pairs of them.
 *   O(n log g) for g distinct values in the column that has fewer; 8 g bytes of scratch.
 */
enum vstatus kendall_counts_pair(struct kendall *k, const struct kendall_counts *x,
	const struct kendall_counts *y, struct verr *err);

#endif
