/*
 * model - see model.h.
 *
 * Building goes in three steps: take the rows, each with a provisional cell (gather.c); merge
 * the equal cells and sort them; sort the rows.
 *
 * Order of factors: those with words for levels, then those with numbers, A-Z within both.
 * Order of cells: native platforms first, since everything else is read against them, then
 * platform, driver and factor levels in natural order with levels at rest first.  Documents of one
 * dataset stand in the order of their first platforms, all others behind them.
 */
#include "report/model.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/str.h"
#include "core/text.h"
#include "report/gather.h"

void
model_init(struct model *m)
{
	memset(m, 0, sizeof *m);
}

void
model_release(struct model *m)
{
	for (size_t i = 0; i < m->n_docs; i++)
		results_release(&m->docs[i]);
	free(m->docs);
	free(m->cells);
	free(m->rows);
	arena_release(&m->arena);
	model_init(m);
}

enum vstatus
model_add(struct model *m, const char *path, struct verr *err)
{
	struct results r;
	enum vstatus st;

	results_init(&r);
	st = results_load(&r, path, err);
	if (st != V_OK) {
		results_release(&r);
		return st;
	}
	GROW(m->docs, m->n_docs, m->cap_docs);
	m->docs[m->n_docs++] = r;
	return V_OK;
}

bool
model_is_rest(const char *level)
{
	static const char *const rest[] = {"none", "off", "no", "false", "0"};

	if (!level)
		return true;
	for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) {
		if (strcmp(level, rest[i]) == 0)
			return true;
	}
	return false;
}

int
level_cmp(const char *a, const char *b)
{
	bool rest_a = model_is_rest(a), rest_b = model_is_rest(b);

	if (rest_a != rest_b)
		return rest_a ? -1 : 1;
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return natural_cmp(a, b) ? natural_cmp(a, b) : strcmp(a, b);
}

static int
text_cmp(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return natural_cmp(a, b) ? natural_cmp(a, b) : strcmp(a, b);
}

bool
model_same_variant(const struct model_cell *a, const struct model_cell *b)
{
	return strcmp(a->platform, b->platform) == 0 &&
		strcmp(a->driver ? a->driver : "", b->driver ? b->driver : "") == 0;
}

size_t
model_variant(const struct model *m, size_t cell)
{
	size_t n = 0;

	/* the cells of a variant stand together */
	for (size_t c = 1; c <= cell; c++)
		n += !model_same_variant(&m->cells[c - 1], &m->cells[c]);
	return n;
}

size_t
model_variant_named(const struct model *m, const char *platform, const char *driver)
{
	const struct model_cell named = {.platform = platform, .driver = driver};

	for (size_t c = 0; c < m->n_cells; c++)
		if (model_same_variant(&m->cells[c], &named))
			return model_variant(m, c);
	return SIZE_MAX;
}

int
model_cell_cmp(const struct model_cell *a, const struct model_cell *b, size_t n_factors)
{
	bool native_a = strcmp(a->platform, "native") == 0;
	bool native_b = strcmp(b->platform, "native") == 0;
	int d;

	if (native_a != native_b)
		return native_a ? -1 : 1;
	if ((d = text_cmp(a->platform, b->platform)) || (d = text_cmp(a->driver, b->driver)))
		return d;
	for (size_t f = 0; f < n_factors; f++) {
		if ((d = level_cmp(a->levels[f], b->levels[f])))
			return d;
	}
	return 0;
}

/* is_numeric - do all recorded levels of a factor read as numbers? */
static bool
is_numeric(const struct model *m, size_t factor)
{
	for (size_t i = 0; i < m->n_cells; i++) {
		const char *level = m->cells[i].levels[factor];
		double v;

		if (level && !slice_f64(slice_of(level), &v))
			return false;
	}
	return true;
}

/* swap_factor - factor f and the one before it. */
static void
swap_factor(struct model *m, size_t f)
{
	const char *name = m->factors[f];

	m->factors[f] = m->factors[f - 1];
	m->factors[f - 1] = name;
	for (size_t i = 0; i < m->n_cells; i++) {
		const char **levels = m->cells[i].levels, *level = levels[f];

		levels[f] = levels[f - 1];
		levels[f - 1] = level;
	}
}

/* order_factors - kinds before amounts ("load type" before "background workers"), else A-Z. */
static void
order_factors(struct model *m)
{
	for (size_t i = 1; i < m->n_factors; i++) {
		for (size_t f = i; f > 0; f--) {
			bool amount = is_numeric(m, f), amount_before = is_numeric(m, f - 1);

			if (amount_before != amount ? amount
						    : strcmp(m->factors[f - 1], m->factors[f]) <= 0)
				break;
			swap_factor(m, f);
		}
	}
}

struct ordered { /* a cell and where it stood before sorting */
	struct model_cell cell;
	size_t from;
	size_t n_factors;
};

static int
ordered_cmp(const void *va, const void *vb)
{
	const struct ordered *a = va, *b = vb;
	int d = model_cell_cmp(&a->cell, &b->cell, a->n_factors);

	return d ? d : (a->from > b->from) - (a->from < b->from);
}

/* merge_cells - sort, drop what is equal, and let the rows follow. */
static void
merge_cells(struct model *m)
{
	struct ordered *o = xmalloc((m->n_cells + 1) * sizeof *o);
	size_t *to = xmalloc((m->n_cells + 1) * sizeof *to);
	size_t n = 0;

	for (size_t i = 0; i < m->n_cells; i++)
		o[i] = (struct ordered){m->cells[i], i, m->n_factors};
	if (m->n_cells)
		qsort(o, m->n_cells, sizeof *o, ordered_cmp);
	for (size_t i = 0; i < m->n_cells; i++) {
		if (n == 0 || model_cell_cmp(&m->cells[n - 1], &o[i].cell, m->n_factors) != 0)
			m->cells[n++] = o[i].cell;
		to[o[i].from] = n - 1;
	}
	m->n_cells = n;
	for (size_t i = 0; i < m->n_rows; i++)
		m->rows[i].cell = to[m->rows[i].cell];
	free(to);
	free(o);
}

static void
find_load_factors(struct model *m)
{
	for (size_t f = 0; f < m->n_factors; f++) {
		bool at_rest = false, busy = false;

		for (size_t i = 0; i < m->n_cells; i++) {
			const char *level = m->cells[i].levels[f];

			at_rest |= level && model_is_rest(level);
			busy |= !model_is_rest(level);
		}
		m->load_factor[f] = at_rest && busy && strcmp(m->factors[f], MODEL_DATASET) != 0 &&
			strcmp(m->factors[f], MODEL_CAPTURES) != 0;
	}
	for (size_t i = 0; i < m->n_cells; i++) {
		m->cells[i].idle = true;
		for (size_t f = 0; f < m->n_factors; f++) {
			if (m->load_factor[f] && !model_is_rest(m->cells[i].levels[f]))
				m->cells[i].idle = false;
		}
	}
}

/* group_cmp - kind, metric, statistic, cell: what model_places() finds. */
static int
group_cmp(const struct model_row *a, const struct model_row *b)
{
	int d;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if ((d = strcmp(a->metric, b->metric)) || (d = strcmp(a->statistic, b->statistic)))
		return d;
	return (a->cell > b->cell) - (a->cell < b->cell);
}

static int
place_cmp(const struct model_row *a, const struct model_row *b)
{
	int d = group_cmp(a, b);

	if (d || (d = natural_cmp(a->inner, b->inner)) || (d = strcmp(a->inner, b->inner)) ||
		(d = natural_cmp(a->outer, b->outer)))
		return d;
	return strcmp(a->outer, b->outer);
}

struct sorted { /* a row and its place in the input, since qsort() is not stable */
	struct model_row row;
	size_t from;
};

static int
sorted_cmp(const void *va, const void *vb)
{
	const struct sorted *a = va, *b = vb;
	int d = place_cmp(&a->row, &b->row);

	return d ? d : (a->from > b->from) - (a->from < b->from);
}

/* sort_rows - and drop what is repeated; true when two datasets contend for one place. */
static bool
sort_rows(struct model *m)
{
	struct sorted *s = xmalloc((m->n_rows + 1) * sizeof *s);
	bool contended = false;
	size_t n = 0;

	for (size_t i = 0; i < m->n_rows; i++)
		s[i] = (struct sorted){m->rows[i], i};
	if (m->n_rows)
		qsort(s, m->n_rows, sizeof *s, sorted_cmp);
	for (size_t i = 0; i < m->n_rows; i++) {
		if (n == 0 || place_cmp(&m->rows[n - 1], &s[i].row) != 0) {
			m->rows[n++] = s[i].row;
			continue;
		}
		m->n_repeated++;
		/* without a name the document is of several datasets, this one among them */
		contended |= *m->rows[n - 1].dataset && *s[i].row.dataset &&
			strcmp(m->rows[n - 1].dataset, s[i].row.dataset) != 0;
	}
	m->n_rows = n;
	free(s);
	return contended;
}

/* find_statistic - what the results give intervals of. */
static void
find_statistic(struct model *m)
{
	bool median = false;

	m->statistic = "mean";
	for (size_t i = 0; i < m->n_rows; i++) {
		if (m->rows[i].kind != KIND_CI)
			continue;
		if (strcmp(m->rows[i].statistic, "mean") == 0)
			return;
		median |= strcmp(m->rows[i].statistic, "median") == 0;
	}
	if (median)
		m->statistic = "median";
}

static bool
has_factor(const struct model *m, const char *name)
{
	for (size_t f = 0; f < m->n_factors; f++) {
		if (strcmp(m->factors[f], name) == 0)
			return true;
	}
	return false;
}

struct ordered_doc {
	struct results doc;
	size_t first; /* of its cells, then of its platforms; SIZE_MAX: none, or several datasets */
	size_t from;
};

static int
doc_cmp(const void *va, const void *vb)
{
	const struct ordered_doc *a = va, *b = vb;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (a->from > b->from) - (a->from < b->from);
}

static bool
holds(const struct results *doc, const struct analysis *a)
{
	uintptr_t first = (uintptr_t)doc->analyses, at = (uintptr_t)a;

	return at >= first && at < first + doc->n_analyses * sizeof *a;
}

/* order_docs - so that datasets stand in the order of platforms everywhere. */
static void
order_docs(struct model *m)
{
	struct ordered_doc *o = xcalloc(m->n_docs + 1, sizeof *o);
	size_t d = 0;

	for (size_t i = 0; i < m->n_docs; i++)
		o[i] = (struct ordered_doc){m->docs[i], SIZE_MAX, i};
	for (size_t r = 0; r < m->n_rows; r++) {
		const struct model_row *row = &m->rows[r];

		/* rows of one document mostly follow each other */
		for (size_t tried = 0; tried < m->n_docs && !holds(&o[d].doc, row->analysis);
			tried++)
			d = (d + 1) % m->n_docs;
		if (o[d].doc.n_sources == 1 && row->cell < o[d].first)
			o[d].first = row->cell;
	}
	for (size_t i = 0; i < m->n_docs; i++)
		if (o[i].first != SIZE_MAX)
			o[i].first = model_variant(m, o[i].first);
	if (m->n_docs)
		qsort(o, m->n_docs, sizeof *o, doc_cmp);
	for (size_t i = 0; i < m->n_docs; i++)
		m->docs[i] = o[i].doc;
	free(o);
}

enum vstatus
model_build(struct model *m, struct verr *err)
{
	enum vstatus st = gather_rows(m, err);

	if (st != V_OK)
		return st;
	order_factors(m);
	merge_cells(m);
	if (sort_rows(m) && !has_factor(m, MODEL_DATASET)) {
		m->by_dataset = true;
		m->n_rows = m->n_cells = m->n_factors = m->n_repeated = 0;
		return model_build(m, err);
	}
	order_docs(m);
	find_load_factors(m);
	find_statistic(m);
	m->has_runs = arena_alloc(&m->arena, (m->n_cells + 1) * sizeof *m->has_runs);
	memset(m->has_runs, 0, (m->n_cells + 1) * sizeof *m->has_runs);
	for (size_t i = 0; i < m->n_rows; i++)
		m->has_runs[m->rows[i].cell] |= m->rows[i].kind == KIND_RUNS;
	return V_OK;
}

/* first_at_least - lower bound by a comparison function over the sorted rows. */
static const struct model_row *
first_at_least(const struct model *m, const struct model_row *key,
	int (*cmp)(const struct model_row *, const struct model_row *))
{
	size_t lo = 0, hi = m->n_rows;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (cmp(&m->rows[mid], key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return m->rows + lo;
}

const struct model_row *
model_find(const struct model *m, enum model_kind kind, const char *metric, const char *statistic,
	size_t cell, const char *inner, const char *outer)
{
	struct model_row key = {.kind = kind,
		.metric = metric,
		.statistic = statistic,
		.inner = inner,
		.outer = outer,
		.cell = cell};
	const struct model_row *r = first_at_least(m, &key, place_cmp);

	return r < m->rows + m->n_rows && place_cmp(r, &key) == 0 ? r : NULL;
}

const struct model_row *
model_places(const struct model *m, enum model_kind kind, const char *metric, const char *statistic,
	size_t cell, size_t *n)
{
	struct model_row key = {
		.kind = kind, .metric = metric, .statistic = statistic, .cell = cell};
	const struct model_row *r = first_at_least(m, &key, group_cmp);

	*n = 0;
	while (r + *n < m->rows + m->n_rows && group_cmp(r + *n, &key) == 0)
		(*n)++;
	return r;
}

double
model_real_at(const struct model_row *r, const char *column, size_t i)
{
	size_t col = r ? table_find(&r->analysis->rows, column) : SIZE_MAX;

	if (col == SIZE_MAX || r->analysis->rows.columns[col].type == COLUMN_TEXT)
		return NAN;
	return table_real(&r->analysis->rows, col, r->first + i);
}

double
model_real(const struct model_row *r, const char *column)
{
	return model_real_at(r, column, 0);
}

const char *
model_text_at(const struct model_row *r, const char *column, size_t i)
{
	size_t col = r ? table_find(&r->analysis->rows, column) : SIZE_MAX;
	const char *text;

	if (col == SIZE_MAX || r->analysis->rows.columns[col].type != COLUMN_TEXT)
		return NULL;
	text = table_text(&r->analysis->rows, col, r->first + i);
	return text && *text ? text : NULL;
}

const char *
model_text(const struct model_row *r, const char *column)
{
	return model_text_at(r, column, 0);
}
