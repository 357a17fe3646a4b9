#ifndef VANTAGE_STATS_BUCKETS_H
#define VANTAGE_STATS_BUCKETS_H
/*
 * buckets - statistics of a histogram: counts of samples in [lower, upper).
 *
 * A sample is only known to lie in its bucket.  Wherever a value is needed it stands at the
 * bucket's middle, so a mean, a quantile and the extremes are off by at most half the width of a
 * bucket; at the edges of buckets the distribution function is exact.
 */
#include <stddef.h>
#include <stdint.h>

#include "analyze/stats/describe.h"
#include "analyze/stats/ecdf.h"
#include "core/err.h"

struct bucket {
	double lower;
	double upper;
	uint64_t count;
};

/* Totals beyond are refused: up to it, a count is exact as a double. */
#define BUCKETS_TOTAL_MAX (UINT64_C(1) << 53)

/*
 * buckets_sort - ascending by lower edge; buckets with the same edges become one.  Returns how
 *   many there are.  For pooling runs: put all their buckets into one array before.
 */
size_t buckets_sort(struct bucket *b, size_t n);

/*
 * buckets_summary - all of a summary; b[n] ascending by lower edge.
 *   Quantiles are of type 7 (quant_type7) over the samples at the middles of their buckets.
 *   V_EDOM (all NaN) without a sample; V_ELIMIT above BUCKETS_TOTAL_MAX samples.
 */
enum vstatus buckets_summary(struct summary *s, const struct bucket *b, size_t n, struct verr *err);

/*
 * buckets_ecdf - at most max_points (>= 2) points of the distribution function, at upper edges of
 *   buckets: p is the share of samples below x.  Chosen and banded as by ecdf_thin().
 */
enum vstatus buckets_ecdf(struct ecdf_point *points, size_t *n_points, size_t max_points,
	const struct bucket *b, size_t n, double level, struct verr *err);

#endif
