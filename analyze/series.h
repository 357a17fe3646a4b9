#ifndef VANTAGE_ANALYZE_SERIES_H
#define VANTAGE_ANALYZE_SERIES_H
/*
 * series - the values of one metric in one run (at one point or pair), with the labels to group
 * them by; and tallies, the same for counts.
 *
 * A series is prepared once (by the thread that read it): what depends on the order in time is
 * computed, then the values are sorted.  Pooling merges sorted series.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/cells.h"

struct series {
	const char *metric;
	struct labels labels;
	double *x; /* heap; in order of time until prepared, then ascending */
	size_t n;
	uint64_t excluded; /* samples that exist but are left out */
	bool prepared;
	bool unordered;     /* their order in time is not known: taken as independent */
	double n_effective; /* as if independent: n (1 - rho) / (1 + rho) */
	double mean;        /* NaN when n is 0 */
	double sd;          /* NaN when n is below 2 */
	double median;
	double opening_delta; /* Cliff's delta of the first SERIES_OPENING of it against the rest;
			       * NaN when they are fewer than SERIES_OPENING_MIN values */
};

#define SERIES_OPENING 0.05
#define SERIES_OPENING_MIN 20

void series_prepare(struct series *s);
void series_release(struct series *s);

/*
 * series_pool - all values of n prepared series as one ascending array.
 *   *x out: heap, *n_x values.  The series' own arrays are consumed (freed).
 */
void series_pool(double **x, size_t *n_x, struct series *const *series, size_t n);

/* A named count; what a `counts` analysis has as columns. */
#define TALLY_MAX 32
struct tally {
	const char *metric;
	struct labels labels;
	uint64_t counts[TALLY_MAX]; /* one per column of the metric's table */
};

#endif
