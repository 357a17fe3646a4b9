#ifndef VANTAGE_STATS_KENDALL_H
#define VANTAGE_STATS_KENDALL_H
/*
 * kendall - Kendall's rank correlation tau_b of two columns, and the p-value of tau = 0.
 *
 *   struct kendall_column x, y;
 *   kendall_column_init(&x, values, n, err);  ...  once for each column
 *   kendall_pair(&result, &x, &y, err);       for each pair of them, from any thread
 *   kendall_column_release(&x);  ...
 *
 * With C concordant and D discordant pairs of samples, T of them in all, and T_x, T_y tied in x, y:
 * tau_b = (C - D) / sqrt((T - T_x)(T - T_y)).
 *
 * Values are only compared: -Inf and +Inf are ordinary values, and -0.0 equals 0.0.  Samples of
 * which one side is absent are the caller's to leave out, of both columns.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/stats/rank.h"
#include "core/err.h"

/* A column of at most that many distinct values is kept as one byte per sample, else as ranks. */
#define KENDALL_LEVELS_MAX 256

/* Below that many samples without ties, p is exact. */
#define KENDALL_EXACT_BELOW 50

/* Sums over the groups of equal values, t being the size of each. */
struct kendall_ties {
	__int128 pairs;   /* t (t - 1) / 2 */
	__int128 triples; /* t (t - 1) (t - 2) */
};

struct kendall_column {
	size_t n;
	size_t n_groups; /* distinct values */
	uint8_t *level;  /* heap; the group of each sample, from 0; NULL: see ranks */
	uint32_t level_mid[KENDALL_LEVELS_MAX]; /* as ranks.mid, by level */
	struct ranks ranks;                     /* empty if there are levels */
	struct kendall_ties ties;
};

struct kendall {
	size_t n;
	__int128 score; /* C - D */
	bool exact;
	double tau_b;
	double p;       /* two-sided; 0 where it is below the smallest double */
	double log10_p; /* finite all the same */
};

/*
 * kendall_column_init - x[n] is only read.
 *   Takes 1 byte per sample if there are few distinct values, 8 otherwise (8 more on the way).
 *   V_EDOM for a NaN, V_ELIMIT for n above RANKS_MAX; the column is empty then.
 */
enum vstatus
kendall_column_init(struct kendall_column *c, const double *x, size_t n, struct verr *err);
void kendall_column_release(struct kendall_column *c);

/*
 * kendall_pair - tau_b of two columns of the same n, with its two-sided p-value.
 *
 *   Without ties and below KENDALL_EXACT_BELOW samples p is exact; else it is that of the normal
 *   distribution, with the variance corrected for ties, without continuity correction (the default
 *   of R's cor.test).
 *   V_EDOM, all but n and score NaN, for n below 2 and for a constant column.
 *   O(n) if one of them has two values, else O(n log n) with 8 bytes per sample of
 *   scratch, and 8 more for each column that is kept as levels.
 */
enum vstatus kendall_pair(struct kendall *k, const struct kendall_column *x,
	const struct kendall_column *y, struct verr *err);

#endif
