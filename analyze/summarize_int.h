#ifndef VANTAGE_ANALYZE_SUMMARIZE_INT_H
#define VANTAGE_ANALYZE_SUMMARIZE_INT_H
/*
 * summarize_int - what summarize.c and summarize_notes.c share.
 */
#include "analyze/summarize.h"

/*
 * A run that begins differently: Cliff's delta of its opening beyond 0.474, "large" after Romano et
 * al. 2006.  20 independent values exceed that once in some 3000 runs.
 */
#define OPENING_DELTA 0.474
/* A grid is worth a warning from this share of the median on. */
#define STEP_SHARE 0.01

/* What the notes tell of all cells together. */
struct cell_tally {
	uint64_t excluded;
	size_t n_single;    /* cells of one run */
	size_t n_openings;  /* runs that begin differently */
	double opening;     /* the largest of their deltas */
	size_t n_unordered; /* cells of one run, whose order is not known */
	size_t n_coarse;    /* cells on a grid of more than STEP_SHARE of their median */
	double step;        /* the coarsest such grid */
};

/* summarize_conclude - parameters and notes of the analyses from `first` on; tally: all their
 *   cells. */
void summarize_conclude(struct results *r, size_t first, const struct summarize_params *p,
	const struct cell_tally *tally, size_t n_cells);
/* summarize_note_counts - what a row of counts cannot say by itself. */
void summarize_note_counts(struct analysis *a, const struct measures *m);

#endif
