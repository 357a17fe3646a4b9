#ifndef VANTAGE_ANALYZE_COUNTERS_RUN_H
#define VANTAGE_ANALYZE_COUNTERS_RUN_H
/*
 * counters_run - from a command line to the analysis of system counters.
 */
#include "analyze/measure_counters.h"
#include "analyze/pipeline.h"

/* counters_run - for pipeline_main(): the analysis "counters" of the inputs. */
pipeline_fn counters_run;

/* counters_params_of - as the options say; V_EUSAGE for a word of --during that is none. */
enum vstatus
counters_params_of(struct counters_params *p, const struct options *o, struct verr *err);

/* counters_asked - measure the counters that --metric names; nothing if it names none. */
enum vstatus
counters_asked(struct measures *m, struct study *s, const struct options *o, struct verr *err);

/*
 * counters_add - append the analysis of a study that other analyses were made of.
 *   by[n_by]  as theirs
 *   Nothing when its runs have no counters.
 */
enum vstatus counters_add(struct results *r, struct study *s, const struct options *o,
	const char *const *by, size_t n_by, struct verr *err);

#endif
