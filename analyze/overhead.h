#ifndef VANTAGE_ANALYZE_OVERHEAD_H
#define VANTAGE_ANALYZE_OVERHEAD_H
/*
 * overhead - what lies between two points, probe by probe (METHODS, "Pairing two points").
 *
 *   struct overhead_jobs w = {0};
 *   overhead_plan(&w, study, inner, outer);   which pairs of points there are
 *   overhead_run(&w, n_threads);              a sample for each probe seen at both
 *   ... w.jobs[i].samples ...
 *   overhead_release(&w);
 */
#include <stdbool.h>
#include <stddef.h>

#include "analyze/samples.h"
#include "analyze/study.h"

/* One pair of points of one run: the unit of work for threads. */
struct overhead_job {
	const struct study_run *sr;
	const struct observation *inner;
	const struct observation *outer;
	bool one_clock; /* both points stamp packets with it, so one-way times mean something */
	struct overhead_sample *samples; /* one per pair, in the inner point's order; heap */
	size_t n;
	size_t unpaired_inner;
	size_t unpaired_outer;
	size_t undecidable; /* of the unpaired inner ones: partners exist, but not which */
};

struct overhead_jobs {
	struct overhead_job *jobs;
	size_t n;
	size_t cap;
};

/*
 * overhead_plan - the pairs of points of each run: neighbours, and the innermost with the
 *   outermost; or the one pair named by inner and outer (both or NULL).
 */
void
overhead_plan(struct overhead_jobs *w, const struct study *s, const char *inner, const char *outer);
/* overhead_run - compute the samples; the observations must have kept theirs. */
void overhead_run(struct overhead_jobs *w, unsigned n_threads);
void overhead_release(struct overhead_jobs *w);

/* What a sample has values of, in the samples table's order. */
enum overhead_metric_index {
	OVERHEAD_METRIC_RTT_INNER,
	OVERHEAD_METRIC_RTT_OUTER,
	OVERHEAD_METRIC_OVERHEAD,
	OVERHEAD_METRIC_SHARE,
	OVERHEAD_METRIC_OUT, /* on one clock only, as the next */
	OVERHEAD_METRIC_IN,
	OVERHEAD_N_METRICS,
};

struct overhead_metric {
	const char *name;
	double (*value)(const struct overhead_sample *v); /* NaN where there is none */
};

extern const struct overhead_metric overhead_metrics[OVERHEAD_N_METRICS];

#endif
