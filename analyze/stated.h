#ifndef VANTAGE_ANALYZE_STATED_H
#define VANTAGE_ANALYZE_STATED_H
/*
 * stated - numbers that load tools computed themselves, as analyses of kind `stated`: quoted, not
 * computed.
 */
#include "analyze/measure.h"
#include "core/results.h"

/*
 * stated_add - an analysis per metric with one row a number: which run, tool and statistic, its
 *   value in the metric's unit, and as printed.
 *   by[n_by]  names of labels to show; the run's id follows them
 *   metrics   NULL all
 */
void stated_add(struct results *r, const struct study *s, const char *const *by, size_t n_by,
	const struct filter *metrics);

#endif
