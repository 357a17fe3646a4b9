/*
 * outlier - scale by median and MAD, found by selection; see outlier.h.
 *
 * The median of an even number of values is the mean of the middle two, as in R, NumPy and GSL.
 * The factor is applied last, to (x - median) / deviation: that quotient keeps its digits where
 * the deviations themselves are near the smallest double.
 */
#include "analyze/stats/outlier.h"

#include <math.h>
#include <stdlib.h>

#include "analyze/stats/describe.h"
#include "analyze/stats/select.h"
#include "core/alloc.h"

#define MAD_FACTOR 0.6745
#define MEAN_DEVIATION_FACTOR 1.253314

static const double half = 0.5;

/* Of deviations that are all finite, which is known by now. */
static void
deviation_of(struct outlier_scale *s, const double *deviations, size_t n)
{
	double sd;

	s->kind = OUTLIER_BY_MAD;
	select_quantiles(&s->deviation, deviations, n, &half, 1, NULL);
	if (s->deviation > 0)
		return;
	s->kind = OUTLIER_BY_MEAN_DEVIATION;
	moments(&s->deviation, &sd, deviations, n, NULL);
	if (!(s->deviation > 0))
		s->kind = OUTLIER_NONE;
}

enum vstatus
outlier_scale_of(struct outlier_scale *s, const double *x, size_t n, struct verr *err)
{
	double *deviations, largest = 0;
	enum vstatus st;

	*s = (struct outlier_scale){OUTLIER_NONE, NAN, NAN};
	st = select_quantiles(&s->median, x, n, &half, 1, err);
	if (st != V_OK)
		return st;
	deviations = xmalloc_large(n * sizeof *deviations);
	for (size_t i = 0; i < n; i++) {
		deviations[i] = fabs(x[i] - s->median);
		largest = deviations[i] > largest ? deviations[i] : largest;
	}
	if (isfinite(largest))
		deviation_of(s, deviations, n);
	else
		st = verr_set(err, V_ELIMIT,
			"the deviations from the median %g are above the largest number",
			s->median);
	if (st != V_OK)
		s->median = NAN;
	free(deviations);
	return st;
}

double
outlier_score(const struct outlier_scale *s, double x)
{
	double quotient = (x - s->median) / s->deviation;

	switch (s->kind) {
	case OUTLIER_BY_MAD:
		return MAD_FACTOR * quotient;
	case OUTLIER_BY_MEAN_DEVIATION:
		return quotient / MEAN_DEVIATION_FACTOR;
	case OUTLIER_NONE:
		break;
	}
	return NAN;
}

size_t
outlier_count(const struct outlier_scale *s, const double *x, size_t n, double threshold)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += fabs(outlier_score(s, x[i])) > threshold;
	return count;
}
