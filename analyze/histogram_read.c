/*
 * histogram_read - a table of buckets as runs; see histogram.h.
 *
 * The rows of a run stand together and ascend, so one pass cuts the table into runs.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/histogram.h"
#include "core/text.h"

#define EDGE_MAX 1e100 /* beyond, sums of squares would leave the doubles */

enum fixed { F_METRIC, F_LOWER, F_UPPER, F_COUNT, N_FIXED };
static const char *const fixed_names[N_FIXED] = {"metric", "lower", "upper", "count"};

bool
histogram_is_table(const struct table *t)
{
	for (size_t i = 0; i < N_FIXED; i++)
		if (table_find(t, fixed_names[i]) == SIZE_MAX)
			return false;
	return true;
}

/* ---- reading ---- */

struct reading {
	struct histogram *h;
	const struct table *t;
	const char *path;
	size_t columns[N_FIXED];
	size_t *factors; /* columns */
	uint64_t n_samples;
};

static bool
same_run(const struct histogram *h, const struct histogram_run *a, const struct histogram_run *b)
{
	for (size_t f = 0; f < h->n_factors; f++)
		if (!text_same(a->levels[f], b->levels[f]))
			return false;
	return !strcmp(a->metric, b->metric);
}

static bool
continues(const struct reading *r, size_t row)
{
	for (size_t f = 0; f < r->h->n_factors; f++)
		if (!table_same(r->t, r->factors[f], row - 1, row))
			return false;
	return table_same(r->t, r->columns[F_METRIC], row - 1, row);
}

static const char *
level_text(struct reading *r, size_t col, size_t row)
{
	struct strbuf b;
	const char *level = NULL;

	strbuf_init(&b);
	table_cell(&b, r->t, col, row);
	if (b.n)
		level = arena_strdup(&r->h->arena, b.p);
	strbuf_release(&b);
	return level;
}

static enum vstatus
start_run(struct reading *r, size_t row, struct verr *err)
{
	struct histogram *h = r->h;
	struct histogram_run *run;

	if (h->n_runs == HISTOGRAM_RUNS_MAX)
		return verr_set(
			err, V_ELIMIT, "%s: more than %d runs", r->path, HISTOGRAM_RUNS_MAX);
	h->runs = xrealloc(h->runs, h->n_runs + 1, sizeof *h->runs);
	run = &h->runs[h->n_runs];
	*run = (struct histogram_run){
		.metric = level_text(r, r->columns[F_METRIC], row),
		.levels = arena_alloc(&h->arena, (h->n_factors + 1) * sizeof *run->levels),
		.buckets = h->buckets + row,
	};
	if (!run->metric)
		return verr_set(err, V_EFORMAT, "%s: row %zu: no metric", r->path, row + 1);
	for (size_t f = 0; f < h->n_factors; f++)
		run->levels[f] = level_text(r, r->factors[f], row);
	for (size_t i = 0; i < h->n_runs; i++)
		if (same_run(h, &h->runs[i], run))
			return verr_set(err, V_EFORMAT,
				"%s: row %zu: its run ended before; the rows of a run stand "
				"together",
				r->path, row + 1);
	h->n_runs++;
	return V_OK;
}

static enum vstatus
read_bucket(struct bucket *b, struct reading *r, size_t row, struct verr *err)
{
	int64_t count = table_int(r->t, r->columns[F_COUNT], row);

	b->lower = table_real(r->t, r->columns[F_LOWER], row);
	b->upper = table_real(r->t, r->columns[F_UPPER], row);
	b->count = (uint64_t)count;
	/* written so that NaN fails */
	if (!(b->lower >= -EDGE_MAX && b->lower <= b->upper && b->upper <= EDGE_MAX))
		return verr_set(
			err, V_EFORMAT, "%s: row %zu: the edges are no bucket's", r->path, row + 1);
	if (count < 0) /* absent is the least of all */
		return verr_set(err, V_EFORMAT, "%s: row %zu: expected a count", r->path, row + 1);
	if (b->count > BUCKETS_TOTAL_MAX - r->n_samples)
		return verr_set(
			err, V_ELIMIT, "%s: row %zu: more than 2^53 samples", r->path, row + 1);
	r->n_samples += b->count;
	return V_OK;
}

static enum vstatus
read_row(struct reading *r, size_t row, struct verr *err)
{
	struct bucket *b = &r->h->buckets[row];
	bool first = row == 0 || !continues(r, row);
	enum vstatus st = read_bucket(b, r, row, err);

	if (st != V_OK)
		return st;
	if (!first && b->lower < b[-1].upper)
		return verr_set(err, V_EFORMAT, "%s: row %zu: buckets of a run have to ascend",
			r->path, row + 1);
	r->h->width_max = fmax(r->h->width_max, b->upper - b->lower);
	if (first)
		st = start_run(r, row, err);
	if (st == V_OK)
		r->h->runs[r->h->n_runs - 1].n++;
	return st;
}

static enum vstatus
find_columns(struct reading *r, struct verr *err)
{
	for (size_t i = 0; i < N_FIXED; i++) {
		enum column_type type;

		r->columns[i] = table_find(r->t, fixed_names[i]);
		if (r->columns[i] == SIZE_MAX)
			return verr_set(err, V_EFORMAT, "%s: no column %s: no table of histograms",
				r->path, fixed_names[i]);
		type = r->t->columns[r->columns[i]].type;
		if (i == F_COUNT ? type != COLUMN_INT : i != F_METRIC && type == COLUMN_TEXT)
			return verr_set(err, V_EFORMAT, "%s: column %s: expected numbers", r->path,
				fixed_names[i]);
	}
	r->factors = xcalloc(r->t->n_columns + 1, sizeof *r->factors);
	r->h->factors = arena_alloc(&r->h->arena, (r->t->n_columns + 1) * sizeof *r->h->factors);
	for (size_t c = 0; c < r->t->n_columns; c++) {
		bool fixed = false;

		for (size_t i = 0; i < N_FIXED; i++)
			fixed |= r->columns[i] == c;
		if (fixed)
			continue;
		r->h->factors[r->h->n_factors] = arena_strdup(&r->h->arena, r->t->columns[c].name);
		r->factors[r->h->n_factors++] = c;
	}
	return V_OK;
}

enum vstatus
histogram_load(struct histogram *h, const char *path, struct verr *err)
{
	struct table t;
	struct reading r = {.h = h, .t = &t, .path = path};
	enum vstatus st;

	*h = (struct histogram){0};
	table_init(&t);
	st = table_read_csv(&t, path, err);
	if (st == V_OK && t.n_rows > HISTOGRAM_ROWS_MAX)
		st = verr_set(err, V_ELIMIT, "%s: more than %zu rows", path, HISTOGRAM_ROWS_MAX);
	if (st == V_OK)
		st = find_columns(&r, err);
	if (st == V_OK)
		h->buckets = xcalloc(t.n_rows + 1, sizeof *h->buckets);
	for (size_t row = 0; st == V_OK && row < t.n_rows; row++)
		st = read_row(&r, row, err);
	free(r.factors);
	table_release(&t);
	return st;
}

void
histogram_release(struct histogram *h)
{
	free(h->runs);
	free(h->buckets);
	arena_release(&h->arena);
	*h = (struct histogram){0};
}
