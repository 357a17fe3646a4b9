#ifndef VANTAGE_ANALYZE_POINTPAIRS_H
#define VANTAGE_ANALYZE_POINTPAIRS_H
/*
 * pointpairs - which two points of a run are set against each other: every two neighbours, and
 * the innermost with the outermost; or the one pair that was asked for.
 */
#include "analyze/study.h"

/*
 * pointpairs_each - call take(ctx, sr, inner, outer) for each pair of each run, in the order of the
 *   study.
 *   inner, outer  names of the one pair that is wanted, or both NULL
 */
typedef void pointpairs_fn(void *ctx, const struct study_run *sr, struct observation *inner,
	struct observation *outer);
void pointpairs_each(const struct study *s, const char *inner, const char *outer,
	pointpairs_fn *take, void *ctx);

/* Do two points stamp packets with one clock?  Points of the same host do (docs/formats.md). */
enum pointpairs_clock {
	CLOCK_NONE,     /* different machines, or a tool's output */
	CLOCK_UNSTATED, /* captures, and at least one does not say by which machine */
	CLOCK_ONE,
};
enum pointpairs_clock
pointpairs_clock(const struct observation *inner, const struct observation *outer);

#endif
