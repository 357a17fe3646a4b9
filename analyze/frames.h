#ifndef VANTAGE_ANALYZE_FRAMES_H
#define VANTAGE_ANALYZE_FRAMES_H
/*
 * frames - from the inputs of a command to frames of probes.
 *
 * Of datasets, runs and captures there are several: one with a row for each probe at each point
 * (metrics rtt_ns and, the same for all probes of a run, rate_achieved_pps), one with a row for
 * each probe seen at two points (both RTTs, the overhead, its share and, on one clock, its parts),
 * one with a row for each HTTP request, and one for each kind of TCP round trip and each
 * metric of which a connection or a run has a single value.  Tables of samples are frames as they
 * are.  Of histograms there is a row for each bucket, which stands for the samples in it.
 */
#include "analyze/frame.h"
#include "analyze/from_table.h"
#include "analyze/histogram.h"
#include "analyze/options.h"
#include "analyze/overhead.h"

#define FRAMES_HTTP_METRICS (HTTPOBS_TOTAL + 1) /* the first of enum httpobs_metric */

enum frames_single { FRAMES_GOODPUT, FRAMES_RUN_TOTAL, FRAMES_CLIENT_MEAN };

/* frame_of_rtt - one row per probe with an RTT whose flags do not exclude it. */
void frame_of_rtt(
	struct frame *f, const struct study *s, uint32_t excluded_flags, enum frame_times times);
/* frame_of_overhead - one row per probe of jobs that have been run. */
void frame_of_overhead(struct frame *f, const struct study *s, const struct overhead_jobs *w,
	uint32_t excluded_flags, enum frame_times times);
/* frame_of_http - one row per request; the observations must have kept theirs. */
void frame_of_http(
	struct frame *f, const struct study *s, uint32_t excluded_flags, enum frame_times times);
/* frame_of_tcp - one row per round trip of that kind (enum tcprtt_kind); the same. */
void frame_of_tcp(struct frame *f, const struct study *s, int kind, uint32_t excluded_flags,
	enum frame_times times);
/* frame_of_single - one row per value; before measure_http() and measure_tcp() take them. */
void frame_of_single(
	struct frame *f, const struct study *s, enum frames_single which, enum frame_times times);
/* frame_of_counters - one row per run and machine: means of the counters that --metric names. */
void frame_of_counters(struct frame *f, const struct study *s, const struct measures *counters,
	const struct options *o, enum frame_times times);
/* frame_add_counters - the same as metrics of a frame of probes: in every row those of its run, on
 *   the machine of the run's innermost point. */
void frame_add_counters(struct frame *f, const struct study *s, const struct measures *counters,
	const struct options *o);
/* frame_of_table - the rows that pass the filters; the names in it are the table's. */
enum vstatus frame_of_table(struct frame *f, const struct table_study *ts, const struct options *o,
	enum frame_times times, struct verr *err);

/* frame_of_histograms - one row per bucket of the runs of that metric that pass the filters. */
void frame_of_histograms(
	struct frame *f, const struct histogram *h, const char *metric, const struct options *o);

/* What is done with each frame. */
struct frame_use {
	enum frame_times times;
	/*
	 * by[n_by]: the groups that are separate by nature (indices of factors): dataset where it
	 * matters, platform, and the points.
	 */
	enum vstatus (*use)(void *ctx, struct results *r, struct frame *f, const size_t *by,
		size_t n_by, struct verr *err);
	void *ctx;
	const struct measures *counters; /* of the runs, where --metric names some; NULL none */
};

/*
 * frames_use_study - make the frames of a study that has been observed, and use each for all of
 *   uses[n_uses].  --metric decides which frames there are.
 */
enum vstatus frames_use_study(struct results *r, const struct options *o,
	const struct frame_use *uses, size_t n_uses, const struct study *s, struct verr *err);

/*
 * frames_use_histograms - the same of histograms, one frame a metric.
 *   V_EUSAGE as histogram_check_names(); V_EDOM when no run passes.
 */
enum vstatus frames_use_histograms(struct results *r, const struct options *o,
	const struct frame_use *uses, size_t n_uses, const struct histogram *h, struct verr *err);

/* frames_note_buckets - that the samples are known to their buckets, if the frame is of such. */
void frames_note_buckets(struct analysis *a, const struct frame *f);

/*
 * frames_use - what groups[] names is separate by nature, and so are points.
 */
enum vstatus frames_use(struct results *r, const struct frame_use *uses, size_t n_uses,
	struct frame *f, const char *const *groups, size_t n_groups, struct verr *err);

/*
 * frames_run - make the frames of all inputs and use each.
 *   As pipeline_run() otherwise: sources and exit status, problems of single files are reported.
 */
enum vstatus frames_run(struct results *r, int *exit_status, const struct options *o,
	const struct frame_use *u, char **inputs, size_t n, struct verr *err);

/*
 * frames_by - the factors that --by names, as indices; none (V_OK, *n 0) without it.
 *   point, inner and outer may be named even where the frame has no such factor.
 *   *by out: heap array
 */
enum vstatus
frames_by(size_t **by, size_t *n, const struct options *o, const struct frame *f, struct verr *err);

/* Names of points and machines, which are never mixed. */
bool frames_is_point(const char *name);
/* frames_is_label - names of files and repetitions: dataset, run, repetition; no conditions. */
bool frames_is_label(const char *name);

#endif
