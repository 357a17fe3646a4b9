#ifndef VANTAGE_REPORT_MODEL_H
#define VANTAGE_REPORT_MODEL_H
/*
 * model - what several results documents say, put in order.
 *
 * Every row of the analyses describe, ci, cdf, counts, compare, counters and summary belongs to a
 * cell (platform, driver and one level for each factor) and to a place (a point, or a pair
 * inner-outer).  The model finds the cells, orders them for presentation and makes the rows
 * findable.  Factor names and levels are data; the only thing the model knows of them is which
 * level means "at rest".
 *
 *   struct model m;
 *   model_init(&m);
 *   model_add(&m, "results/native.json", &err);  ... once per document
 *   model_build(&m, &err);
 *   const struct model_row *r = model_find(&m, KIND_CI, "rtt_ns", "mean", cell, "guest", "");
 *   double v = model_real(r, "estimate");
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/alloc.h"
#include "core/err.h"
#include "core/results.h"

#define MODEL_FACTORS_MAX 32
/*
 * The factor that is added when two datasets say something of the same cell and place: what
 * tells them apart is then not among the factors that the results name.
 */
#define MODEL_DATASET "dataset"
/* The factor that says which captures were on: how a cell was measured, never a load. */
#define MODEL_CAPTURES "captures"
#define MODEL_ROWS_MAX ((size_t)16 << 20)

enum model_kind {
	KIND_DESCRIBE,
	KIND_CI,
	KIND_CDF,
	KIND_COUNTS,
	KIND_COMPARE,
	KIND_COUNTERS, /* its places are machines */
	KIND_SUMMARY,  /* what a command of one kind of probe writes: description and intervals */
	KIND_RUNS,     /* a row of the results for each run */
};

struct model_cell {
	const char *platform; /* "all" where the results are not split by platform */
	const char *driver;   /* NULL: none */
	const char **levels;  /* one per factor of the model; NULL: not recorded */
	bool idle;            /* every load factor is at rest */
};

struct model_row {
	enum model_kind kind;
	const char *metric;
	const char *statistic; /* "" but for ci */
	const char *inner;     /* the point, or the inner one of a pair */
	const char *outer;     /* "" for a point */
	size_t cell;
	const char *dataset; /* "" when the document has none, or several */
	const struct analysis *analysis;
	size_t first; /* its row in analysis->rows; for cdf and runs the first of */
	size_t n;     /* this many rows */
};

struct model {
	struct results *docs;
	size_t n_docs, cap_docs;
	const char *factors[MODEL_FACTORS_MAX];
	size_t n_factors;
	bool load_factor[MODEL_FACTORS_MAX]; /* see model_is_rest() */
	struct model_cell *cells;            /* in the order of presentation */
	size_t n_cells, cap_cells;
	bool *has_runs; /* of cells: is there a row of KIND_RUNS? */
	struct model_row *rows; /* sorted for model_find() */
	size_t n_rows, cap_rows;
	const char *statistic; /* what ci gives intervals of: "mean" if it does, else "median" */
	bool by_dataset;       /* MODEL_DATASET is one of the factors */
	size_t n_repeated;     /* rows said again by a later document; the first counts */
	struct arena arena;
};

void model_init(struct model *m);
void model_release(struct model *m);

/* model_add - load one document.  On failure the model is as before. */
enum vstatus model_add(struct model *m, const char *path, struct verr *err);
/* model_build - gather and sort, after the last model_add(); V_ELIMIT beyond the limits above. */
enum vstatus model_build(struct model *m, struct verr *err);

/* model_kind_of - the kind of analysis by its name; false for a kind that the model passes over. */
bool model_kind_of(enum model_kind *kind, const char *name);
/* model_is_rest - does this level mean that nothing was switched on?  NULL (not recorded) does,
 *   and "none", "off", "no", "false", "0".  A factor with such a level by name and with
 *   another level beside it is a load factor, MODEL_CAPTURES and MODEL_DATASET aside. */
bool model_is_rest(const char *level);

const struct model_row *model_find(const struct model *m, enum model_kind kind, const char *metric,
	const char *statistic, size_t cell, const char *inner, const char *outer);
/* model_places - the first of the cell's rows of that kind, metric and statistic; *n of them. */
const struct model_row *model_places(const struct model *m, enum model_kind kind,
	const char *metric, const char *statistic, size_t cell, size_t *n);

/* model_real, model_text - a value of a row (its i-th row of the results); NaN or NULL when r is
 *   NULL or has no such column; an empty text is none. */
double model_real(const struct model_row *r, const char *column);
double model_real_at(const struct model_row *r, const char *column, size_t i);
const char *model_text(const struct model_row *r, const char *column);
const char *model_text_at(const struct model_row *r, const char *column, size_t i);

/* model_variant - the number of the cell's platform (with driver) among those of the model. */
size_t model_variant(const struct model *m, size_t cell);
/* model_variant_named - the same by names, driver NULL for none; SIZE_MAX when no cell has it. */
size_t model_variant_named(const struct model *m, const char *platform, const char *driver);
/* model_same_variant - are two cells of one platform and driver? */
bool model_same_variant(const struct model_cell *a, const struct model_cell *b);

/* model_cell_cmp - the order of cells. */
int model_cell_cmp(const struct model_cell *a, const struct model_cell *b, size_t n_factors);
/* level_cmp - natural order, but levels at rest first. */
int level_cmp(const char *a, const char *b);

#endif
