#ifndef VANTAGE_ANALYZE_FRAMES_INT_H
#define VANTAGE_ANALYZE_FRAMES_INT_H
/*
 * frames_int - what frames_study.c and frames_tcp.c share: the factors of a study's rows.
 */
#include "analyze/frames.h"

/* frames_add_factors - what labels the runs, the points (a list of names that NULL ends), then the
 *   factors of all runs, A-Z. */
void frames_add_factors(struct frame *f, const struct study *s, const char *const *points);
/* frames_label_rows - the rows from first_row on are of this run. */
void frames_label_rows(struct frame *f, size_t first_row, const struct study_run *sr);
/* frames_label_point - the factor called `name` (point, inner, outer) of the same rows. */
void frames_label_point(struct frame *f, size_t first_row, const struct study *s, const char *name,
	const char *point);

#endif
