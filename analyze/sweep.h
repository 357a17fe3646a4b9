#ifndef VANTAGE_ANALYZE_SWEEP_H
#define VANTAGE_ANALYZE_SWEEP_H
/*
 * sweep - a metric over a numeric factor, every curve divided by that of the baseline, and the
 * curves ranked by the area between them (METHODS, "Throughput").
 *
 * One curve a cell of all other names.  At each level the runs are averaged first; only levels that
 * both curves have are divided.  The area is that of (ratio - 1) over the range of levels that all
 * curves against the same baseline cover, cut to the range that was asked for: so areas that are
 * ranked together are over the same range.
 */
#include "analyze/contrast.h"
#include "core/results.h"

struct sweep_params {
	const char *over; /* a label of the series */
	double from;      /* of the range asked for; -INFINITY and INFINITY: none */
	double to;
	const char *const *by; /* run-level names; what else tells series apart is added */
	size_t n_by;
	const struct filter *metrics;    /* NULL all */
	struct contrast_params contrast; /* factor and level of the baseline */
};

/*
 * sweep_add - analyses `sweep` (a row a level) and `ranking` (a row a curve) for every metric.
 *   The series must be prepared and still have their values.
 *   V_EUSAGE when no series has the label `over`, or none of its levels is a number.
 */
enum vstatus sweep_add(struct results *r, const struct measures *m, const struct sweep_params *p,
	struct verr *err);

#endif
