#ifndef VANTAGE_STATS_RANK_H
#define VANTAGE_STATS_RANK_H
/*
 * rank - the order of a sample, and the rank of each of its values, ties sharing their mean rank.
 */
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/* Twice a rank has to fit 32 bits. */
#define RANKS_MAX ((size_t)INT32_MAX)

struct ranks {
	size_t n;
	size_t n_groups; /* distinct values */
	uint32_t *order; /* heap; indices by ascending value, those of equal values ascending */
	uint32_t *mid;   /* behind order; for each sample the sum of the first and the last place
			  * (from 1) that its value takes: twice its mid-rank, a whole number */
};

/*
 * ranks_of - rank x[n], which is only read.
 *
 * -0.0 equals 0.0; -Inf and +Inf are the smallest and the largest value.  8 bytes per sample
 * remain allocated, 8 more are in use on the way.
 * Returns V_EDOM for a NaN, V_ELIMIT for n above RANKS_MAX; *r is empty then.
 */
enum vstatus ranks_of(struct ranks *r, const double *x, size_t n, struct verr *err);
/* ranks_init - room for n samples, whose order and mid the caller fills in. */
void ranks_init(struct ranks *r, size_t n);
void ranks_release(struct ranks *r);

/* ranks_group_end - where the group of equal values ends that begins at place `begin` (from 0). */
static inline size_t
ranks_group_end(const struct ranks *r, size_t begin)
{
	return r->mid[r->order[begin]] - begin - 1;
}

#endif
