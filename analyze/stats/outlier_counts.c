/*
 * outlier_counts - outlier_scale_of_counts(); see outlier.h.
 *
 * The k-th smallest sample is in the first value, in ascending order, whose cumulated count exceeds
 * k.  So each median is one ranking and one pass, however many samples there are.
 */
#include <math.h>
#include <stdlib.h>

#include "analyze/stats/outlier.h"
#include "analyze/stats/rank.h"
#include "core/alloc.h"

/* The median of `total` samples, 1 or more: type 7 of p = 0.5, as select_quantiles() has it. */
static enum vstatus
median_of_counts(double *median, const double *x, const uint64_t *count, size_t n, uint64_t total,
	struct verr *err)
{
	uint64_t low_rank = (total - 1) / 2, high_rank = total / 2, below = 0;
	double low = NAN;
	struct ranks r;
	enum vstatus st = ranks_of(&r, x, n, err);

	if (st != V_OK)
		return st;
	for (size_t i = 0; i < n; i++) {
		uint32_t row = r.order[i];

		below += count[row];
		if (isnan(low) && below > low_rank)
			low = x[row];
		if (below > high_rank) {
			*median = low_rank == high_rank ? low : low + 0.5 * (x[row] - low);
			break;
		}
	}
	ranks_release(&r);
	return V_OK;
}

static enum vstatus
check(uint64_t *total, const double *x, const uint64_t *count, size_t n, struct verr *err)
{
	*total = 0;
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(x[i]))
			return verr_set(err, V_EDOM, "value %zu of %zu is not finite", i + 1, n);
		if (count[i] > OUTLIER_COUNTS_TOTAL_MAX - *total)
			return verr_set(err, V_ELIMIT, "more than 2^53 samples");
		*total += count[i];
	}
	return *total ? V_OK : verr_set(err, V_EDOM, "no samples");
}

static double
mean_of_counts(const double *x, const uint64_t *count, size_t n, uint64_t total)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		if (count[i]) /* else x may be infinite */
			sum += x[i] * ((double)count[i] / (double)total);
	return sum;
}

enum vstatus
outlier_scale_of_counts(
	struct outlier_scale *s, const double *x, const uint64_t *count, size_t n, struct verr *err)
{
	double *deviations, largest = 0;
	uint64_t total;
	enum vstatus st = check(&total, x, count, n, err);

	*s = (struct outlier_scale){OUTLIER_NONE, NAN, NAN};
	if (st == V_OK)
		st = median_of_counts(&s->median, x, count, n, total, err);
	if (st != V_OK)
		return st;
	deviations = xmalloc_large(n * sizeof *deviations);
	for (size_t i = 0; i < n; i++) {
		deviations[i] = fabs(x[i] - s->median);
		largest = count[i] && deviations[i] > largest ? deviations[i] : largest;
	}
	if (!isfinite(largest)) {
		st = verr_set(err, V_ELIMIT,
			"the deviations from the median %g are above the largest number",
			s->median);
		s->median = NAN;
	} else {
		median_of_counts(&s->deviation, deviations, count, n, total, NULL);
		s->kind = s->deviation > 0 ? OUTLIER_BY_MAD : OUTLIER_BY_MEAN_DEVIATION;
		if (s->kind == OUTLIER_BY_MEAN_DEVIATION)
			s->deviation = mean_of_counts(deviations, count, n, total);
		if (!(s->deviation > 0))
			s->kind = OUTLIER_NONE;
	}
	free(deviations);
	return st;
}
