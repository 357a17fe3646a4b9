/*
 * from_table - see from_table.h.
 *
 * Rows are grouped by a 64-bit hash of their factor cells; two different combinations meet with
 * probability 2^-64 per pair.
 */
#include "analyze/from_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/hash.h"
#include "analyze/hint.h"
#include "analyze/rowpick.h"
#include "core/file.h"
#include "core/str.h"
#include "core/text.h"

/* Columns that tell one sample from the next: neither metric nor factor. */
static const char *const identifying[] = {"t_ns", "id", "seq", "src", "dst", "family", "flags",
	"t_request_ns", "t_request_last_ns", "connection", "position", "uri", "status", "method",
	NULL};

bool
table_operand(const char *path)
{
	struct slice s = slice_of(path);

	return !file_is_dir(path) &&
		(slice_ends(s, ".csv") || slice_ends(s, ".csv.zst") || slice_ends(s, ".csv.gz") ||
			slice_ends(s, ".tsv"));
}

void
table_study_release(struct table_study *ts)
{
	measures_release(&ts->measures);
	table_release(&ts->table);
	free(ts->by);
	free(ts->roles);
	memset(ts, 0, sizeof *ts);
}

static bool
is_quantity(const struct column *c)
{
	return c->type != COLUMN_TEXT && *table_unit(c->name) && !text_in(c->name, identifying);
}

/*
 * Where the factors of a table of samples begin: at `platform`, behind which comes `driver`, and
 * before which some value was measured.  The number of columns in any other table.
 */
static size_t
first_factor(const struct table *t)
{
	size_t platform = table_find(t, "platform");
	bool measured = false;

	if (platform == SIZE_MAX || table_find(t, "driver") != platform + 1)
		return t->n_columns;
	for (size_t c = 0; c < platform; c++)
		measured |= is_quantity(&t->columns[c]);
	return measured ? platform : t->n_columns;
}

static enum table_role
role_of(const struct table *t, size_t column, size_t factors_from, const struct filter *metrics)
{
	const struct column *c = &t->columns[column];

	if (metrics && filter_keeps(metrics, c->name))
		return TABLE_METRIC;
	if (column >= factors_from)
		return TABLE_FACTOR;
	if (text_in(c->name, identifying))
		return TABLE_UNUSED;
	if (is_quantity(c))
		return metrics ? TABLE_UNUSED : TABLE_METRIC;
	return TABLE_FACTOR;
}

/* ---- texts where numbers are expected ---- */

/* What else stands for "no value" in a column of numbers (table_cells.c). */
static bool
is_no_value(struct slice s)
{
	return !s.n || slice_eq(s, "NA") || slice_eq(s, "NaN") || slice_eq(s, "nan");
}

/* A column of texts: the first row that holds neither a number nor no value, and how many do. */
static size_t
first_text(size_t *n_numbers, const struct table *t, size_t col)
{
	size_t first = SIZE_MAX;
	double v;

	*n_numbers = 0;
	for (size_t row = 0; row < t->n_rows; row++) {
		const char *text = table_text(t, col, row);
		struct slice s = slice_trim(slice_of(text ? text : ""));

		if (is_no_value(s))
			continue;
		if (slice_f64(s, &v))
			++*n_numbers;
		else if (first == SIZE_MAX)
			first = row;
	}
	return first;
}

static enum vstatus
refuse_text(const struct table *t, const char *path, size_t col, enum vstatus st, struct verr *err)
{
	size_t n, row = first_text(&n, t, col);

	if (row == SIZE_MAX) /* blanks, or an infinite value */
		return verr_set(err, st, "%s: column %s holds text, not numbers", path,
			t->columns[col].name);
	return verr_set(err, st,
		"%s: column %s holds text, not numbers: row %zu has \"%.40s\" (an absent value is "
		"an empty cell or NA)",
		path, t->columns[col].name, row + 1, table_text(t, col, row));
}

static bool
is_text_with_unit(const struct table *t, size_t col, const enum table_role *roles)
{
	return t->columns[col].type == COLUMN_TEXT && roles[col] == TABLE_FACTOR &&
		*table_unit(t->columns[col].name);
}

/*
 * One text among the numbers of a metric would make the column a factor, and the metric would be
 * gone without a word.  A column of texts alone may well be a factor.
 */
static enum vstatus
check_texts(const struct table *t, const char *path, const struct filter *metrics,
	enum table_role *roles, size_t factors_from, struct verr *err)
{
	for (size_t c = 0; c < t->n_columns && c < factors_from; c++) {
		size_t n_numbers;

		if (!is_text_with_unit(t, c, roles))
			continue;
		first_text(&n_numbers, t, c);
		if (n_numbers && !metrics)
			return refuse_text(t, path, c, V_EFORMAT, err);
		if (n_numbers)
			roles[c] = TABLE_UNUSED;
	}
	return V_OK;
}

static enum vstatus
unknown_column(const struct table *t, const char *path, const char *name, struct verr *err)
{
	struct hint known;
	enum vstatus st;

	hint_init(&known);
	for (size_t c = 0; c < t->n_columns; c++)
		hint_add(&known, t->columns[c].name);
	verr_set(err, V_EUSAGE, "%s: no column called %s", path, name);
	st = hint_fail(err, &known, name);
	hint_release(&known);
	return st;
}

static enum vstatus
check_metrics(const struct table *t, const char *path, const struct filter *metrics,
	const enum table_role *roles, struct verr *err)
{
	size_t n = 0;

	for (size_t i = 0; metrics && i < metrics->n_levels; i++) {
		size_t c = table_find(t, metrics->levels[i]);

		if (c == SIZE_MAX)
			return unknown_column(t, path, metrics->levels[i], err);
		if (t->columns[c].type == COLUMN_TEXT)
			return refuse_text(t, path, c, V_EUSAGE, err);
	}
	for (size_t c = 0; c < t->n_columns; c++)
		n += roles[c] == TABLE_METRIC;
	for (size_t c = 0; c < t->n_columns && !n; c++)
		if (is_text_with_unit(t, c, roles))
			return refuse_text(t, path, c, V_EFORMAT, err);
	if (!n)
		return verr_set(err, V_EDOM,
			"%s: no column is a metric: none that is numeric has a name that ends in a "
			"unit (_ns, _pct, _bps, ...); name them with --metric",
			path);
	return V_OK;
}

/* ---- rows to groups ---- */

struct grouping {
	const struct table *t;
	const enum table_role *roles;
	uint64_t *hashes; /* open addressing */
	uint32_t *groups; /* group number + 1 */
	size_t mask;
	size_t *first_row; /* of each group */
	size_t n;
	size_t cap;
};

static uint64_t
cell_hash(const struct table *t, size_t col, size_t row)
{
	const struct column *c = &t->columns[col];
	uint64_t v;

	if (c->type == COLUMN_TEXT)
		v = c->code[row];
	else if (c->type == COLUMN_INT)
		v = (uint64_t)c->i[row];
	else
		memcpy(&v, &c->f[row], sizeof v);
	return hash_fold(v ^ UINT64_C(0xa0761d6478bd642f), col + 1);
}

static void
grow(struct grouping *g)
{
	struct grouping old = *g;

	g->mask = 2 * old.mask + 1;
	g->hashes = xcalloc(g->mask + 1, sizeof *g->hashes);
	g->groups = xcalloc(g->mask + 1, sizeof *g->groups);
	for (size_t i = 0; i <= old.mask; i++) {
		size_t k = old.hashes ? (size_t)old.hashes[i] & g->mask : 0;

		if (!old.groups || !old.groups[i])
			continue;
		while (g->groups[k])
			k = (k + 1) & g->mask;
		g->hashes[k] = old.hashes[i];
		g->groups[k] = old.groups[i];
	}
	free(old.hashes);
	free(old.groups);
}

static size_t
group_of(struct grouping *g, size_t row)
{
	uint64_t h = 0;
	size_t i;

	for (size_t c = 0; c < g->t->n_columns; c++)
		if (g->roles[c] == TABLE_FACTOR)
			h = hash_fold(h ^ cell_hash(g->t, c, row), UINT64_C(0x9e3779b97f4a7c15)) +
				h;
	if (2 * g->n >= g->mask)
		grow(g);
	for (i = (size_t)h & g->mask; g->groups[i]; i = (i + 1) & g->mask)
		if (g->hashes[i] == h)
			return g->groups[i] - 1;
	GROW(g->first_row, g->n, g->cap);
	g->first_row[g->n++] = row;
	g->hashes[i] = h;
	g->groups[i] = (uint32_t)g->n;
	return g->n - 1;
}

/* ---- groups to series ---- */

static struct labels
labels_of_row(struct table_study *ts, size_t row)
{
	struct arena *a = &ts->measures.arena;
	struct labels l = {0};
	struct strbuf b;

	strbuf_init(&b);
	for (size_t c = 0; c < ts->table.n_columns; c++) {
		if (ts->roles[c] != TABLE_FACTOR)
			continue;
		strbuf_clear(&b);
		table_cell(&b, &ts->table, c, row);
		labels_add(&l, a, ts->table.columns[c].name, b.n ? arena_strdup(a, b.p) : NULL, 0);
	}
	strbuf_release(&b);
	return l;
}

/* One series per group and metric, in the table's order. */
static void
make_series(struct table_study *ts, const struct grouping *g)
{
	struct measures *m = &ts->measures;

	for (size_t i = 0; i < g->n; i++) {
		struct labels labels = labels_of_row(ts, g->first_row[i]);

		for (size_t c = 0; c < ts->table.n_columns; c++) {
			if (ts->roles[c] != TABLE_METRIC)
				continue;
			GROW(m->series, m->n_series, m->cap_series);
			m->series[m->n_series++] = (struct series){
				.metric = ts->table.columns[c].name, .labels = labels};
		}
	}
}

static void
push(struct series *s, double v, bool excluded)
{
	if (isnan(v))
		return;
	if (excluded || isinf(v)) {
		s->excluded++;
		return;
	}
	if ((s->n & (s->n - 1)) == 0) /* full at every power of two */
		s->x = xrealloc(s->x, s->n ? 2 * s->n : 1, sizeof *s->x);
	s->x[s->n++] = v;
}

static void
fill_series(struct table_study *ts, const struct rowpick *pick, const uint32_t *group_of_row)
{
	const struct table *t = &ts->table;
	size_t n_metrics = 0;

	for (size_t c = 0; c < t->n_columns; c++)
		n_metrics += ts->roles[c] == TABLE_METRIC;
	for (size_t row = 0; row < t->n_rows; row++) {
		size_t k = group_of_row[row] * n_metrics;
		bool excluded;

		if (group_of_row[row] == UINT32_MAX)
			continue;
		excluded = rowpick_excluded(pick, row);
		for (size_t c = 0; c < t->n_columns; c++)
			if (ts->roles[c] == TABLE_METRIC)
				push(&ts->measures.series[k++], table_real(t, c, row), excluded);
	}
	for (size_t i = 0; i < ts->measures.n_series; i++)
		series_prepare(&ts->measures.series[i]);
}

static void
find_by(struct table_study *ts, const struct grouping *g)
{
	const struct table *t = &ts->table;

	ts->by = xcalloc(t->n_columns + 1, sizeof *ts->by);
	for (size_t c = 0; c < t->n_columns; c++) {
		bool differs = false;
		const char *name = t->columns[c].name;

		for (size_t i = 1; i < g->n && !differs; i++)
			differs = cell_hash(t, c, g->first_row[i]) !=
				cell_hash(t, c, g->first_row[0]);
		if (ts->roles[c] == TABLE_FACTOR && differs && strcmp(name, "run") &&
			strcmp(name, "repetition"))
			ts->by[ts->n_by++] = name;
	}
}

static void
group_rows(struct table_study *ts, const struct rowpick *pick)
{
	const struct table *t = &ts->table;
	struct grouping g = {.t = t, .roles = ts->roles, .mask = 31};
	uint32_t *group_of_row = xmalloc((t->n_rows + 1) * sizeof *group_of_row);

	grow(&g);
	for (size_t row = 0; row < t->n_rows; row++)
		group_of_row[row] =
			rowpick_passes(pick, row) ? (uint32_t)group_of(&g, row) : UINT32_MAX;
	make_series(ts, &g);
	fill_series(ts, pick, group_of_row);
	find_by(ts, &g);
	free(group_of_row);
	free(g.hashes);
	free(g.groups);
	free(g.first_row);
}

enum vstatus
table_study_read(struct table_study *ts, const char *path, const struct filter *metrics,
	const struct filter *filters, size_t n_filters, struct verr *err)
{
	size_t factors_from;
	enum vstatus st;

	memset(ts, 0, sizeof *ts);
	table_init(&ts->table);
	st = table_read_csv(&ts->table, path, err);
	if (st != V_OK)
		return st;
	for (size_t i = 0; i < n_filters; i++)
		if (table_find(&ts->table, filters[i].name) == SIZE_MAX)
			return unknown_column(&ts->table, path, filters[i].name, err);
	factors_from = first_factor(&ts->table);
	ts->roles = xcalloc(ts->table.n_columns + 1, sizeof *ts->roles);
	for (size_t c = 0; c < ts->table.n_columns; c++)
		ts->roles[c] = role_of(&ts->table, c, factors_from, metrics);
	st = check_texts(&ts->table, path, metrics, ts->roles, factors_from, err);
	return st == V_OK ? check_metrics(&ts->table, path, metrics, ts->roles, err) : st;
}

enum vstatus
table_study_load(struct table_study *ts, const char *path, const struct filter *metrics,
	const struct filter *filters, size_t n_filters, uint32_t excluded_flags, struct verr *err)
{
	struct rowpick pick;
	enum vstatus st = table_study_read(ts, path, metrics, filters, n_filters, err);

	if (st != V_OK)
		return st;
	rowpick_init(&pick, &ts->table, filters, n_filters, excluded_flags);
	group_rows(ts, &pick);
	rowpick_release(&pick);
	if (!ts->measures.n_series)
		return verr_set(err, V_EDOM, "%s: no row%s", path,
			n_filters ? " that passes --where" : " below the header");
	return V_OK;
}
