#ifndef VANTAGE_ANALYZE_HISTOGRAM_H
#define VANTAGE_ANALYZE_HISTOGRAM_H
/*
 * histogram - a histogram-level dataset: per run how many samples fell into which bucket
 * (docs/formats.md, "Histograms").
 */
#include <stdbool.h>
#include <stddef.h>

#include "analyze/options.h"
#include "analyze/stats/buckets.h"
#include "core/results.h"
#include "core/table.h"

#define HISTOGRAM_RUNS_MAX 8192
#define HISTOGRAM_ROWS_MAX ((size_t)1 << 26)

struct histogram_run {
	const char *metric;
	const char **levels;    /* one per factor; NULL: none */
	struct bucket *buckets; /* ascending; points into the histogram */
	size_t n;
};

struct histogram {
	const char **factors; /* names; in the order of the file */
	size_t n_factors;
	struct histogram_run *runs;
	size_t n_runs;
	struct bucket *buckets;
	double width_max; /* of all buckets */
	struct arena arena;
};

/* histogram_is_table - has a table the columns that make it one of histograms? */
bool histogram_is_table(const struct table *t);

/*
 * histogram_load - read a table of histograms into an uninitialised h; to be released also after
 *   a failure.  V_EFORMAT names file and row: an edge or a count is none, buckets of a run do not
 *   ascend, or a run's rows do not stand together.  V_ELIMIT above HISTOGRAM_RUNS_MAX runs,
 *   HISTOGRAM_ROWS_MAX rows or BUCKETS_TOTAL_MAX samples.
 */
enum vstatus histogram_load(struct histogram *h, const char *path, struct verr *err);
void histogram_release(struct histogram *h);

/*
 * histogram_summarize - append the analyses `what` (SUMMARIZE_ bits) with the columns that
 *   summarize() gives them; quantiles and means are within half a bucket, and a note says so.
 *   V_EUSAGE for an unknown name in --where, --by or --metric; V_EDOM when no run passes.
 */
enum vstatus histogram_summarize(struct results *r, const struct histogram *h, unsigned what,
	const struct options *o, struct verr *err);

/* histogram_passes - does a run pass --where and --metric? */
bool histogram_passes(
	const struct histogram *h, const struct histogram_run *run, const struct options *o);
/* histogram_check_names - V_EUSAGE for a name in --where or --metric that is not there. */
enum vstatus
histogram_check_names(const struct histogram *h, const struct options *o, struct verr *err);
/* histogram_is_first - is run i the first of its metric? */
bool histogram_is_first(const struct histogram *h, size_t i);
/*
 * histogram_by - the factors that --by names, without it all but the repetition.
 *   *by out: heap array.  V_EUSAGE for an unknown name.
 */
enum vstatus histogram_by(const char ***by, size_t *n_by, const struct histogram *h,
	const struct options *o, struct verr *err);

/*
 * histogram_compare - append a `compare` analysis per metric, under that kind, over the means and
 *   medians of runs (histogram_compare.c).
 *   V_EUSAGE as histogram_check_names(), or when --baseline names nothing that is there.
 */
enum vstatus histogram_compare(struct results *r, const struct histogram *h, const char *kind,
	const struct options *o, struct verr *err);

/* histogram_info - factors with their levels and runs. */
void histogram_info(struct results *r, const struct histogram *h);

#endif
