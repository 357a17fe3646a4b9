#ifndef VANTAGE_STATS_OUTLIER_H
#define VANTAGE_STATS_OUTLIER_H
/*
 * outlier - the modified z-score of Iglewicz and Hoaglin.
 *
 *   struct outlier_scale s;
 *   outlier_scale_of(&s, x, n, err);
 *   n_out = outlier_count(&s, x, n, OUTLIER_THRESHOLD);  or outlier_score(&s, x[i]), one by one
 *
 * M = 0.6745 (x - median) / MAD, with MAD the median of |x - median|.  Where MAD is 0, because more
 * than half of the values are equal: M = (x - median) / (1.253314 times the mean of |x - median|).
 * Where that is 0 too, all values are equal and none is an outlier.  Both forms estimate the
 * z-score of a normal sample: 0.6745 is its upper quartile, 1.253314 = sqrt(pi/2) the ratio of its
 * standard deviation to its mean absolute deviation.
 *
 * Source: Iglewicz & Hoaglin 1993, How to Detect and Handle Outliers, who also propose the
 * threshold of 3.5.
 */
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define OUTLIER_THRESHOLD 3.5

enum outlier_kind {
	OUTLIER_BY_MAD,
	OUTLIER_BY_MEAN_DEVIATION, /* the MAD is 0 */
	OUTLIER_NONE,              /* all values are equal */
};

struct outlier_scale {
	enum outlier_kind kind;
	double median;
	double deviation; /* MAD or mean absolute deviation as the kind says, or 0; unit of x */
};

/*
 * outlier_scale_of - x[n] is only read; 8 bytes per sample of scratch; O(n).
 *   V_EDOM for n = 0 or a value that is not finite; V_ELIMIT if a deviation is above
 *   the largest double.  Median and deviation are NaN then.
 */
enum vstatus outlier_scale_of(struct outlier_scale *s, const double *x, size_t n, struct verr *err);

/* Samples that are counted: up to it, a count is exact as a double. */
#define OUTLIER_COUNTS_TOTAL_MAX (UINT64_C(1) << 53)

/*
 * outlier_scale_of_counts - the same of samples that are counted, x[i] standing for count[i] of
 *   them; a count of 0 is none.  O(n log n) or better; 24 bytes a value of scratch.
 *   Median and MAD are those of outlier_scale_of() over the samples one by one, to the last bit.
 *   V_EDOM and V_ELIMIT as there, and V_ELIMIT above OUTLIER_COUNTS_TOTAL_MAX samples or
 *   RANKS_MAX (rank.h) values.
 */
enum vstatus outlier_scale_of_counts(struct outlier_scale *s, const double *x,
	const uint64_t *count, size_t n, struct verr *err);

/* outlier_score - M of one value; NaN if the kind is OUTLIER_NONE. */
double outlier_score(const struct outlier_scale *s, double x);

/* outlier_count - how many of x[n] have |M| above the threshold. */
size_t outlier_count(const struct outlier_scale *s, const double *x, size_t n, double threshold);

#endif
