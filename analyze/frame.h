#ifndef VANTAGE_ANALYZE_FRAME_H
#define VANTAGE_ANALYZE_FRAME_H
/*
 * frame - probes as rows: what statistics work on that need several values of the same probe, or
 * the factor levels of each.
 *
 *   frame_init(&f, rows at most, times);  frame_add_factor() ..., frame_add_metric() ...
 *   for each row:  i = f.n++;  f.factors[k].code[i] = frame_code(...);  f.metrics[m].x[i] = ...
 *   frame_finish(&f);
 *
 * 2 bytes a row for each factor, 8 for each metric.
 *
 * A frame of histograms has a row for each bucket: its metric is the bucket's middle, and weight
 * and half_width say how many samples lie how far around it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/alloc.h"
#include "core/err.h"

#define FRAME_ROWS_MAX ((size_t)UINT32_MAX)
#define FRAME_ABSENT UINT16_MAX                     /* the factor does not apply to the row */
#define FRAME_LEVELS_MAX ((size_t)FRAME_ABSENT - 1) /* more than that is no factor */

struct frame_level {
	const char *text;
	int rank; /* orders levels before their text does (capture points); else 0 */
};

struct frame_factor {
	const char *name;
	struct frame_level *levels; /* heap; in order, numbers by value, after frame_finish() */
	size_t n_levels;
	size_t cap_levels;
	bool overfull;  /* it had more than FRAME_LEVELS_MAX; frame_finish() removes it */
	uint16_t *code; /* of each row: index of its level, or FRAME_ABSENT; heap */
};

struct frame_metric {
	const char *name;
	double *x; /* of each row; NaN absent; heap */
};

struct frame {
	size_t n;
	size_t cap;
	struct frame_factor *factors;
	size_t n_factors;
	size_t cap_factors;
	struct frame_metric *metrics;
	size_t n_metrics;
	size_t cap_metrics;
	int64_t *t_ns;    /* of each row, TSTAMP_NONE absent; NULL if times are not wanted; heap */
	uint64_t *weight; /* samples that each row stands for; NULL: one each; heap */
	double *half_width; /* of each row's bucket; NULL without weight; heap */
	uint64_t excluded;  /* samples left out for their flags; no rows of the frame */
	struct arena arena; /* for names and levels that nobody else keeps */
};

enum frame_times { FRAME_NO_TIMES, FRAME_TIMES };

/* frame_init - room for that many rows, at most FRAME_ROWS_MAX. */
void frame_init(struct frame *f, size_t cap_rows, enum frame_times times);
void frame_release(struct frame *f);

/* frame_add_factor - its index; absent in all rows so far.  The names must outlive the frame. */
size_t frame_add_factor(struct frame *f, const char *name);
/* frame_add_metric - its index; the rows are the caller's to fill in. */
size_t frame_add_metric(struct frame *f, const char *name);
/* frame_add_weights - room for weights and widths, the caller's to fill in. */
void frame_add_weights(struct frame *f);
/* frame_weight - how many samples a row stands for. */
static inline uint64_t
frame_weight(const struct frame *f, size_t row)
{
	return f->weight ? f->weight[row] : 1;
}
/* frame_find - index of the factor of that name, or SIZE_MAX. */
size_t frame_find(const struct frame *f, const char *name);
/* frame_code - the code of a level, which is added if new; FRAME_ABSENT for NULL. */
uint16_t frame_code(struct frame_factor *factor, const char *level, int rank);
/* frame_add_level - the code of a level that is known to be new. */
uint16_t frame_add_level(struct frame_factor *factor, const char *level, int rank);
/* frame_finish - put the levels in order; remove factors that are overfull, with a warning, and
 *   metrics that no row has. */
void frame_finish(struct frame *f);

/*
 * frame_merge - one level in the place of several: "load_type:cpu,io=Others".
 *   V_EUSAGE when the text is not of that form, or names a factor or level that is not there.
 */
enum vstatus frame_merge(struct frame *f, const char *text, struct verr *err);

/* Rows grouped by their levels of some factors. */
struct frame_cells {
	size_t n;
	uint32_t *cell_of; /* of each row; cells are in order of their levels */
	uint32_t *rows;    /* all rows, cell by cell, ascending in each */
	size_t *begin;     /* n + 1: where in rows a cell begins */
};

/* frame_group - group by the factors by[n_by] (indices); n_by 0: one cell, none without rows. */
void frame_group(struct frame_cells *c, const struct frame *f, const size_t *by, size_t n_by);
void frame_cells_release(struct frame_cells *c);

/* frame_level_of - the level of a cell's rows, by the index of the factor; NULL absent. */
const char *
frame_level_of(const struct frame *f, const struct frame_cells *c, size_t cell, size_t factor);

#endif
