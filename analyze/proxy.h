#ifndef VANTAGE_ANALYZE_PROXY_H
#define VANTAGE_ANALYZE_PROXY_H
/*
 * proxy - what a proxy between two points costs its requests (docs/METHODS.md, "A proxy").
 *
 *   struct proxy_jobs w = {0};
 *   proxy_plan(&w, study, inner, outer, PROXY_WHERE_POSSIBLE);
 *   proxy_run(&w, expiry_ns, n_threads);
 *   ... w.jobs[i].samples ...
 *   proxy_release(&w);
 */
#include <stdbool.h>
#include <stddef.h>

#include "analyze/proxypair.h"
#include "analyze/study.h"

/* One request in front of the proxy. */
struct proxy_sample {
	const struct http_sample *request;
	int64_t latency_outer_ns; /* TSTAMP_NONE where undefined, as the next */
	int64_t overhead_ns;
	uint32_t flags; /* of both exchanges */
	uint8_t cls;    /* enum proxy_class: never a tunnel or a failed connection */
};

/* One pair of points of one run: the unit of work for threads. */
struct proxy_job {
	const struct study_run *sr;
	const struct observation *inner;
	const struct observation *outer;
	bool clock_stated;            /* else one clock is assumed */
	struct proxy_sample *samples; /* by time; heap; point into the observations */
	size_t n;
	struct proxypair pairing; /* its arrays are gone after proxy_run() */
};

struct proxy_jobs {
	struct proxy_job *jobs;
	size_t n;
	size_t cap;
	size_t n_clocks; /* pairs left out since their clocks are not one */
};

enum proxy_where {
	PROXY_WHERE_POSSIBLE, /* pairs that are not two views of the same connections */
	PROXY_WHERE_PLAIN,    /* only where requests in front name their host, as to a forward
			       * proxy, and those behind do not; or points so named */
};

/*
 * proxy_plan - the pairs of points with a proxy between them, among those of pointpairs.h.
 *   inner, outer  one pair that is wanted, whatever it looks like; or both NULL
 *   A pair of different machines is reported and left out: nesting in time needs one clock.
 */
void proxy_plan(struct proxy_jobs *w, struct study *s, const char *inner, const char *outer,
	enum proxy_where where);
/* proxy_run - compute the samples; the observations must have kept their rows. */
void proxy_run(struct proxy_jobs *w, int64_t expiry_ns, unsigned n_threads);
void proxy_release(struct proxy_jobs *w);

#endif
