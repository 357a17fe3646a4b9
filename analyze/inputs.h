#ifndef VANTAGE_ANALYZE_INPUTS_H
#define VANTAGE_ANALYZE_INPUTS_H
/*
 * inputs - what the statistics commands take: tables of samples one by one, and datasets, runs and
 * files together as one study.
 */
#include "analyze/pipeline.h"

/* inputs_run - a pipeline_fn: the analyses of all inputs, p->what of each. */
enum vstatus inputs_run(struct results *r, int *exit_status, const struct pipeline *p,
	char **inputs, size_t n, struct verr *err);

#endif
