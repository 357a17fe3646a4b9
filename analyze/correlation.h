#ifndef VANTAGE_ANALYZE_CORRELATION_H
#define VANTAGE_ANALYZE_CORRELATION_H
/*
 * correlation - Kendall's tau_b between factors and metrics (METHODS, "Kendall rank correlation").
 *
 * A factor whose levels are all numbers enters as that number.  Any other enters as one variable of
 * 0 and 1 per level, called factor=level.  Pairs: every factor with every metric, metrics with each
 * other, and factors with each other, except levels of one factor (they exclude each other, which
 * is no finding) and factors that do not vary.  A factor that does not vary, or a constant metric,
 * has no tau with a metric, and the row says so.
 *
 * Of histograms (a frame with weights) a row counts as that many samples.
 *
 * Samples without a value on one side are left out of that pair alone: n is the row's own.  p is
 * adjusted by Holm's method over the pairs of one group that have one.
 */
#include "analyze/cells.h"
#include "analyze/frame.h"
#include "core/results.h"

#define CORRELATION_LEVELS_MAX 64      /* of a factor that is no number */
#define CORRELATION_VARIABLES_MAX 1000 /* in one group */

struct correlation_params {
	const struct filter *metrics; /* levels are metric names; NULL all */
	const char *kind;             /* of the analysis; NULL: kendall */
	unsigned n_threads;
	size_t variables_max; /* 0: CORRELATION_VARIABLES_MAX, and more are an error; else more
			       * leave the group without rows, and a note says so */
};

/*
 * correlation_add - append one `kendall` analysis: for each group, a row a pair.
 *   by[n_by]  indices of the factors that make the groups; they are not correlated, nor are points,
 *             and names of files and repetitions (frames.h)
 *   V_ELIMIT for more variables than that, or more samples than can be ranked: the analysis then
 *   lacks the groups from there on.
 */
enum vstatus correlation_add(struct results *r, const struct frame *f, const size_t *by,
	size_t n_by, const struct correlation_params *p, struct verr *err);

#endif
