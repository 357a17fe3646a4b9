/*
 * gather - see gather.h.
 *
 * Consecutive rows of an analysis mostly share their cell (a curve is hundreds of rows), so the
 * last cell is tried before a new one is made; equal cells that do not follow each other are
 * merged later.  The points of one curve become one row of the model.
 */
#include "report/gather.h"

#include <stdlib.h>
#include <string.h>

#include "report/lookup.h"

struct gather { /* the columns of one analysis that say where a row belongs */
	const struct analysis *a;
	const char *dataset; /* of the row at hand */
	size_t from; /* column that names the dataset of each row, where the document has several */
	size_t platform, driver, point, inner, outer, metric, statistic;
	size_t factor[MODEL_FACTORS_MAX]; /* column per factor of the model, SIZE_MAX none */
	enum model_kind kind;
};

static const char *const kind_names[] = {
	[KIND_DESCRIBE] = "describe",
	[KIND_CI] = "ci",
	[KIND_CDF] = "cdf",
	[KIND_COUNTS] = "counts",
	[KIND_COMPARE] = "compare",
	[KIND_COUNTERS] = "counters",
	[KIND_SUMMARY] = "summary",
	[KIND_RUNS] = "runs",
};

bool
model_kind_of(enum model_kind *kind, const char *name)
{
	for (size_t i = 0; i < sizeof kind_names / sizeof *kind_names; i++) {
		if (strcmp(name, kind_names[i]) == 0) {
			*kind = (enum model_kind)i;
			return true;
		}
	}
	return false;
}

/*
 * is_wanted - are its rows the model's?  A summary stands for itself in a document that also
 * counts, which one command of vanalyze wrote; that of all datasets together repeats theirs.
 */
static bool
is_wanted(enum model_kind *kind, const struct results *doc, const struct analysis *a)
{
	if (!model_kind_of(kind, a->kind))
		return false;
	for (size_t i = 0; *kind == KIND_SUMMARY && i < doc->n_analyses; i++)
		if (!strcmp(doc->analyses[i].kind, kind_names[KIND_COUNTS]))
			return true;
	return *kind != KIND_SUMMARY;
}

/* is_place - by columns that are no factors. */
static bool
is_place(const char *name)
{
	static const char *const names[] = {
		"platform", "driver", "point", "inner", "outer", "host"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

static enum vstatus
add_factor(struct model *m, const char *name, struct verr *err)
{
	for (size_t f = 0; f < m->n_factors; f++) {
		if (strcmp(m->factors[f], name) == 0)
			return V_OK;
	}
	if (m->n_factors == MODEL_FACTORS_MAX)
		return verr_set(err, V_ELIMIT, "more than %d factors", MODEL_FACTORS_MAX);
	m->factors[m->n_factors++] = name;
	return V_OK;
}

/* names_dataset - does the column say which of the document's datasets a row is of? */
static bool
names_dataset(const struct results *doc, const char *column)
{
	return doc->n_sources > 1 && strcmp(column, MODEL_DATASET) == 0;
}

static enum vstatus
learn_factors(struct model *m, const struct results *doc, const struct analysis *a,
	struct verr *err)
{
	enum vstatus st = V_OK;

	for (size_t b = 0; st == V_OK && b < a->n_by; b++) {
		if (!is_place(a->by[b]) && !names_dataset(doc, a->by[b]))
			st = add_factor(m, a->by[b], err);
	}
	return st;
}

static const char *
or_else(const char *s, const char *fallback)
{
	return s && *s ? s : fallback;
}

static struct gather
gather_of(const struct model *m, const struct results *doc, const struct analysis *a,
	enum model_kind kind)
{
	struct gather g = {.a = a, .kind = kind, .dataset = ""};

	g.from = doc->n_sources > 1 ? table_find(&a->rows, MODEL_DATASET) : SIZE_MAX;
	if (doc->n_sources == 1)
		g.dataset = or_else(doc->sources[0].name, "");
	g.platform = table_find(&a->rows, "platform");
	g.driver = table_find(&a->rows, "driver");
	g.point = table_find(&a->rows, "point");
	if (g.point == SIZE_MAX)
		g.point = table_find(&a->rows, "host");
	g.inner = table_find(&a->rows, "inner");
	g.outer = table_find(&a->rows, "outer");
	g.metric = table_find(&a->rows, "metric");
	g.statistic = kind == KIND_CI ? table_find(&a->rows, "statistic") : SIZE_MAX;
	for (size_t f = 0; f < m->n_factors; f++)
		g.factor[f] = names_dataset(doc, m->factors[f])
			? SIZE_MAX
			: table_find(&a->rows, m->factors[f]);
	return g;
}

/* same_as_above - do the columns that say where a row belongs repeat the row above? */
static bool
same_as_above(const struct gather *g, size_t n_factors, size_t row)
{
	const size_t fixed[] = {g->from, g->platform, g->driver, g->point, g->inner, g->outer,
		g->metric, g->statistic};
	const size_t n_fixed = sizeof fixed / sizeof *fixed;

	if (row == 0)
		return false;
	for (size_t i = 0; i < n_fixed + n_factors; i++) {
		size_t col = i < n_fixed ? fixed[i] : g->factor[i - n_fixed];

		if (col != SIZE_MAX && !table_same(&g->a->rows, col, row, row - 1))
			return false;
	}
	return true;
}

static void
take_cell(struct model *m, const struct gather *g, size_t row)
{
	struct model_cell c = {0};

	c.platform = or_else(lookup_cell(&m->arena, &g->a->rows, g->platform, row), "all");
	c.driver = or_else(lookup_cell(&m->arena, &g->a->rows, g->driver, row), NULL);
	c.levels = arena_alloc(&m->arena, (m->n_factors + 1) * sizeof *c.levels);
	for (size_t f = 0; f < m->n_factors; f++)
		c.levels[f] = or_else(lookup_cell(&m->arena, &g->a->rows, g->factor[f], row), NULL);
	if (m->by_dataset)
		c.levels[m->n_factors - 1] = or_else(g->dataset, NULL);
	if (m->n_cells && model_cell_cmp(&m->cells[m->n_cells - 1], &c, m->n_factors) == 0)
		return;
	GROW(m->cells, m->n_cells, m->cap_cells);
	m->cells[m->n_cells++] = c;
}

static void
take_row(struct model *m, const struct gather *g, size_t row)
{
	const struct table *t = &g->a->rows;
	struct model_row r = {.kind = g->kind, .analysis = g->a, .first = row, .n = 1};
	const char *inner = lookup_cell(&m->arena, t, g->inner, row);

	take_cell(m, g, row);
	r.cell = m->n_cells - 1;
	r.dataset = g->dataset;
	r.metric = or_else(lookup_cell(&m->arena, t, g->metric, row), g->a->metric);
	r.statistic = or_else(lookup_cell(&m->arena, t, g->statistic, row), "");
	r.inner = or_else(inner ? inner : lookup_cell(&m->arena, t, g->point, row), "");
	r.outer = or_else(lookup_cell(&m->arena, t, g->outer, row), "");
	GROW(m->rows, m->n_rows, m->cap_rows);
	m->rows[m->n_rows++] = r;
}

static enum vstatus
take_analysis(
	struct model *m, const struct results *doc, const struct analysis *a, struct verr *err)
{
	enum model_kind kind;
	struct gather g;

	if (!is_wanted(&kind, doc, a))
		return V_OK;
	g = gather_of(m, doc, a, kind);
	for (size_t row = 0; row < a->rows.n_rows; row++) {
		if ((kind == KIND_CDF || kind == KIND_RUNS) &&
			same_as_above(&g, m->n_factors, row)) {
			m->rows[m->n_rows - 1].n++;
			continue;
		}
		if (g.from != SIZE_MAX)
			g.dataset = or_else(lookup_cell(&m->arena, &a->rows, g.from, row), "");
		if (m->n_rows == MODEL_ROWS_MAX)
			return verr_set(err, V_ELIMIT, "more than %zu result rows", MODEL_ROWS_MAX);
		take_row(m, &g, row);
	}
	return V_OK;
}

enum vstatus
gather_rows(struct model *m, struct verr *err)
{
	enum vstatus st = V_OK;

	for (size_t d = 0; d < m->n_docs; d++) {
		for (size_t i = 0; st == V_OK && i < m->docs[d].n_analyses; i++) {
			enum model_kind kind;

			if (is_wanted(&kind, &m->docs[d], &m->docs[d].analyses[i]))
				st = learn_factors(m, &m->docs[d],
					&m->docs[d].analyses[i], err);
		}
	}
	if (st == V_OK && m->by_dataset)
		st = add_factor(m, MODEL_DATASET, err);
	for (size_t d = 0; d < m->n_docs; d++) {
		for (size_t i = 0; st == V_OK && i < m->docs[d].n_analyses; i++)
			st = take_analysis(m, &m->docs[d], &m->docs[d].analyses[i], err);
	}
	return st;
}
