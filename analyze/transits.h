#ifndef VANTAGE_ANALYZE_TRANSITS_H
#define VANTAGE_ANALYZE_TRANSITS_H
/*
 * transits - the packets that pass between two points of a run: both captures are read side by
 * side, merged by time, once for each pair of points.
 *
 *   struct transits_jobs w = {0};
 *   transits_plan(&w, study, inner, outer);
 *   transits_run(&w, &params);
 *   ... w.jobs[i].values, w.jobs[i].counts ...
 *   transits_release(&w);
 */
#include <stdbool.h>
#include <stddef.h>

#include "analyze/study.h"
#include "analyze/transit.h"
#include "analyze/values.h"

enum transits_metric { TRANSITS_ALL, TRANSITS_OUT, TRANSITS_IN, TRANSITS_N_METRICS };

/* What the reading of one point's files showed. */
struct transits_point {
	struct observation *o;
	bool usable;
	bool dropped;
	bool system_error;
	uint64_t n_packets;
	uint64_t classes[PACKET_N_CLASSES];
	char **problems; /* heap strings */
	size_t n_problems;
};

/* One pair of points of one run: the unit of work for threads. */
struct transits_job {
	const struct study_run *sr;
	struct transits_point point[2]; /* by enum transit_side */
	bool clock_stated;
	struct values values[TRANSITS_N_METRICS];
	struct transit_counts counts;
};

struct transits_jobs {
	struct transits_job *jobs;
	size_t n;
	size_t cap;
};

struct transits_params {
	int64_t expiry_ns;
	uint32_t excluded_flags; /* delays with one of them are only counted */
	unsigned n_threads;      /* with rows, jobs run one after the other */
	/* takes every packet, in the order of the jobs; NULL: nobody wants them */
	void (*row)(void *ctx, const struct transits_job *j, const struct transit_row *row);
	void *ctx;
};

/*
 * transits_plan - the pairs of captures of each run, as pointpairs.h says.
 *   A pair of different machines is reported and left out: a delay needs one clock.
 */
void transits_plan(struct transits_jobs *w, struct study *s, const char *inner, const char *outer);
/* transits_run - read the captures.  Sets what the study's observations say of them, and reports
 * their problems. */
void transits_run(struct transits_jobs *w, struct study *s, const struct transits_params *params);
void transits_release(struct transits_jobs *w);

#endif
