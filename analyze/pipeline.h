#ifndef VANTAGE_ANALYZE_PIPELINE_H
#define VANTAGE_ANALYZE_PIPELINE_H
/*
 * pipeline - inputs to results in one go: load, observe, measure, summarize.
 */
#include "analyze/options.h"
#include "core/results.h"

enum pipeline_measure {
	PIPELINE_RTT = 1 << 0,
	PIPELINE_OVERHEAD = 1 << 1,
	PIPELINE_HTTP = 1 << 2,
	PIPELINE_TCP = 1 << 3,
	PIPELINE_ENVIRONMENT = 1 << 4, /* the machines, as the runs describe them */
	PIPELINE_COUNTERS = 1 << 5,    /* what they did meanwhile */
	PIPELINE_PROXY = 1 << 6,
	PIPELINE_TRANSIT = 1 << 7,
	PIPELINE_THROUGHPUT = 1 << 8,
	/* Whatever probes there are, or those that --metric is of. */
	PIPELINE_PROBES = PIPELINE_RTT | PIPELINE_OVERHEAD | PIPELINE_HTTP | PIPELINE_TCP |
		PIPELINE_PROXY | PIPELINE_THROUGHPUT,
};

struct pipeline {
	struct options *options;
	unsigned measure; /* PIPELINE_ bits */
	unsigned what;    /* SUMMARIZE_ bits */
	bool complete;    /* cite the inputs' digests, group by all factors: for documents that
			   * stand alone; JSON output always is */
};

/*
 * pipeline_run - append the analyses of the inputs to *r.
 *   *exit_status out: 0, 3 or 4 (or 1) as study_exit() says
 *   Returns an error only when nothing could be started (wrong input, wrong option).
 *   Problems of single files are reported as they are met.
 */
enum vstatus pipeline_run(struct results *r, int *exit_status, const struct pipeline *p,
	char **inputs, size_t n, struct verr *err);

/* What pipeline_main runs on the inputs: pipeline_run, or what a command puts in its place. */
typedef enum vstatus pipeline_fn(struct results *r, int *exit_status, const struct pipeline *p,
	char **inputs, size_t n, struct verr *err);

/*
 * pipeline_main - the whole of a command that is one pipeline: parse the command line by the
 *   table (whose targets are in *p->options), run, show.  Returns the exit status; with
 *   VEXIT_NODATA and no rows no file is written.
 */
int pipeline_main(const struct pipeline *p, pipeline_fn *run, const struct opt *table,
	const char *usage, const char *about, int argc, char **argv);

#endif
