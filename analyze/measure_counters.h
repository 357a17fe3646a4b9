#ifndef VANTAGE_ANALYZE_MEASURE_COUNTERS_H
#define VANTAGE_ANALYZE_MEASURE_COUNTERS_H
/*
 * measure_counters - the system counters of a study's runs as series: of each metric the run's mean
 * and its peak, one value each.
 */
#include "analyze/during.h"
#include "analyze/measure.h"
#include "analyze/samples.h"
#include "analyze/summarize.h"

#define COUNTERS_WINDOW_NS NS_PER_S /* of the peak, unless asked otherwise */
/* The metric whose tallies say how the files were: how far apart their rows are. */
#define COUNTERS_SAMPLING "sampling_interval_ns"

struct counters_params {
	unsigned during; /* OBSERVE_ bits: only while these probes were under way; 0: always */
	enum during_extent extent;
	bool per_core;
	int64_t window_ns;
	unsigned n_threads;
	const struct filter *metrics; /* levels are names of means or peaks; NULL all */
};

/*
 * measure_counters - read all counter files of the study's runs.
 *   m        gets series labelled with `host`: NAME, and its peak, each of one value (none where
 *            it is undefined); and COUNTERS_SAMPLING with its tally
 *   samples  rows of every interval; NULL none
 *   What is wrong with a file is reported and counted as the study's problem.
 *   Of two files of one run and host that give the same metric the first counts.
 */
enum vstatus measure_counters(struct measures *m, struct study *s, const struct counters_params *p,
	struct samples_writer *samples, struct verr *err);

/*
 * counters_summarize - append the analysis "counters", one row for each cell, host and metric, and
 *   the counts of how the files were.
 *   sp  by, level, and the metrics that are wanted
 */
void counters_summarize(struct results *r, struct measures *m, const struct summarize_params *sp,
	const struct counters_params *p);

#endif
