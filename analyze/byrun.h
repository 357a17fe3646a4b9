#ifndef VANTAGE_ANALYZE_BYRUN_H
#define VANTAGE_ANALYZE_BYRUN_H
/*
 * byrun - the runs behind each cell, one by one: what a reader of a report opens when a cell looks
 * odd.
 */
#include "analyze/measure.h"
#include "core/results.h"

/*
 * byrun_add - append the analysis `runs` of a metric: for each cell of `by` its runs with samples,
 *   mean, median, losses and warnings.
 *   Nothing for a metric that follows from others, nor where `by` has the run itself.  The series
 *   must be prepared; their values are not touched.
 */
void byrun_add(struct results *r, const struct measures *m, const char *metric,
	const char *const *by, size_t n_by);

#endif
