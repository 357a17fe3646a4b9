#ifndef VANTAGE_CAPTURE_SAMPLER_H
#define VANTAGE_CAPTURE_SAMPLER_H
/*
 * sampler - counters.csv.zst: the machine's counters and the capture's own, row by row.
 *
 *   sampler_open(&s, &params, points, n, &err);       with privileges
 *   sampler_start(s, run, host, interval_ns, &err);   in the run's directory: file and header
 *   sampler_take(s, t_ns, lateness_ns, now_ns, &err); every interval
 *   sampler_close(s, &sums, &err);
 */
#include <stdint.h>

#include "capture/counters.h"
#include "capture/point.h"
#include "core/err.h"
#include "core/run.h"
#include "core/sums.h"

#define SAMPLER_FILE "counters.csv.zst"

struct sampler;

/* sampler_open - points[n] are counted too, in the columns capture.POINT.*; params has no extras
 *   of its own. */
enum vstatus sampler_open(struct sampler **out, const struct counters_params *params,
	struct point *const *points, size_t n, struct verr *err);
enum vstatus sampler_start(struct sampler *s, struct run *run, const char *host,
	int64_t interval_ns, struct verr *err);
/* sampler_take - t_ns CLOCK_REALTIME, now_ns CLOCK_MONOTONIC; flushes about once a second. */
enum vstatus sampler_take(
	struct sampler *s, int64_t t_ns, int64_t lateness_ns, int64_t now_ns, struct verr *err);
/* sampler_close - NULL is allowed; sums, unless NULL, gets the file when it is complete. */
enum vstatus sampler_close(struct sampler *s, struct sums *sums, struct verr *err);

#endif
