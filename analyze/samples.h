#ifndef VANTAGE_ANALYZE_SAMPLES_H
#define VANTAGE_ANALYZE_SAMPLES_H
/*
 * samples - the table with one row per probe (docs/formats.md): fixed columns first, then
 * platform, driver and one column per factor, A-Z.  An absent value is an empty cell.
 */
#include "analyze/pair.h"
#include "analyze/study.h"
#include "analyze/usage.h"
#include "core/err.h"
#include "core/zio.h"

enum samples_kind {
	SAMPLES_RTT,
	SAMPLES_OVERHEAD,
	SAMPLES_HTTP,
	SAMPLES_TCP,
	SAMPLES_FLOWS,
	SAMPLES_THROUGHPUT,
	SAMPLES_PROXY,
	SAMPLES_TRANSIT,
	SAMPLES_COUNTERS,
};

struct samples_writer;

/* samples_open - path ends in .zst: compressed; "-": standard output.  Writes the header row. */
enum vstatus samples_open(struct samples_writer **w, const char *path, enum samples_kind kind,
	const struct study *s, struct verr *err);
/*
 * samples_close - end the table and free w (NULL: nothing to do).
 *   st  the outcome so far: unless V_OK the table is not kept, and st comes back as it is
 */
enum vstatus samples_close(struct samples_writer *w, enum vstatus st, struct verr *err);

/* samples_add_rtt - all probes of one observation. */
enum vstatus samples_add_rtt(struct samples_writer *w, const struct study_run *sr,
	const struct observation *o, struct verr *err);

/* samples_add_http, samples_add_tcp, samples_add_flows - all rows of one observation. */
enum vstatus samples_add_http(struct samples_writer *w, const struct study_run *sr,
	const struct observation *o, struct verr *err);
enum vstatus samples_add_tcp(struct samples_writer *w, const struct study_run *sr,
	const struct observation *o, struct verr *err);
enum vstatus samples_add_flows(struct samples_writer *w, const struct study_run *sr,
	const struct observation *o, struct verr *err);

/*
 * samples_add_usage - every interval of one metric of a run's counters that lies in the spans.
 *   host may be NULL.
 */
enum vstatus samples_add_usage(struct samples_writer *w, const struct study_run *sr,
	const char *host, const struct usage *u, const struct usage_spans *spans, struct verr *err);

/* samples_add_throughput - the results of a tool (streams instead of their total), or the flows of
 * captures, a row a direction. */
enum vstatus samples_add_throughput(struct samples_writer *w, const struct study_run *sr,
	const struct observation *o, struct verr *err);

/* One paired probe, as overhead.c computes it and the table shows it. */
struct overhead_sample {
	int64_t t_ns;
	int64_t rtt_inner_ns; /* TSTAMP_NONE absent, as all below */
	int64_t rtt_outer_ns;
	int64_t overhead_ns;
	double overhead_share_pct; /* NaN undefined */
	int64_t out_ns;
	int64_t in_ns;
	uint16_t id;
	uint16_t seq;
	uint16_t flags;
};

enum vstatus
samples_add_overhead(struct samples_writer *w, const struct study_run *sr, const char *inner,
	const char *outer, const struct overhead_sample *samples, size_t n, struct verr *err);

struct proxy_job;
struct transits_job;
struct transit_row;
/* samples_add_proxy - all requests of one pair of points. */
enum vstatus
samples_add_proxy(struct samples_writer *w, const struct proxy_job *j, struct verr *err);
/* samples_add_transit - one packet; what the rows of a job begin and end with is kept until the
 * next job's. */
enum vstatus samples_add_transit(struct samples_writer *w, const struct transits_job *j,
	const struct transit_row *row, struct verr *err);

#endif
