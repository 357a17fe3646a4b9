/*
 * layout - the tables of a source as it prints them; see layout.h.
 *
 * A dataset of published values has one number a row.  How its source arranged them is told by
 * `layouts` in datapackage.json: which values (`where`), which of their factors make up the
 * headings of rows and which those of columns, and what the source calls the levels (`names`).
 * metric, statistic and place serve as factors, so that a table of quantiles has `statistic` in
 * its columns.  Headings of several factors are joined by a space; levels that are absent take no
 * part.  Rows and columns stand in the order of the table of values.
 *
 * What stands at a position is the text of the source, digit for digit, with the number beside it;
 * nothing is rounded or computed here.  Where two values fall on one position (a command whose
 * output is shown twice), the second begins a row of its own, unless both are the same text
 * ("5000-7000" is a minimum and a maximum).
 */
#include "analyze/layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/rows.h"
#include "core/text.h"

/* One layout, checked. */
struct layout {
	const struct published *p;
	const struct json *json;
	const char *rows[LAYOUT_NAMES_MAX];
	size_t n_rows;
	const char *columns[LAYOUT_NAMES_MAX];
	size_t n_columns;
};

/* ---- a value's level of a name ---- */

static bool
is_name(const struct published *p, const char *name)
{
	for (size_t i = 0; i < p->n_factors; i++)
		if (!strcmp(p->table.columns[p->factors[i]].name, name))
			return true;
	return !strcmp(name, "metric") || !strcmp(name, "statistic") || !strcmp(name, "place");
}

static const char *
level_of(const struct published *p, const struct published_cell *c, const char *name)
{
	if (!strcmp(name, "metric"))
		return c->metric;
	if (!strcmp(name, "statistic"))
		return c->statistic;
	if (!strcmp(name, "place"))
		return c->place;
	return published_level(p, c, table_find(&p->table, name));
}

static bool
lists(const struct json *levels, const char *level)
{
	for (const struct json *l = json_first(levels); l; l = json_next(l))
		if (level && !strcmp(json_str(l, ""), level))
			return true;
	return false;
}

static bool
is_selected(const struct layout *l, const struct published_cell *c)
{
	const struct json *where = json_get(l->json, "where");

	for (const struct json *f = json_first(where); f; f = json_next(f))
		if (!lists(f, level_of(l->p, c, json_key(f))))
			return false;
	return true;
}

/* ---- headings ---- */

/* What the source calls a level or a heading. */
static const char *
name_of(const struct layout *l, const char *level)
{
	return level ? json_str(json_get(json_get(l->json, "names"), level), level) : NULL;
}

/* The heading of a value's column, appended to *out. */
static void
column_heading(struct strbuf *out, const struct layout *l, const struct published_cell *c)
{
	struct strbuf joined;

	strbuf_init(&joined);
	for (size_t i = 0; i < l->n_columns; i++) {
		const char *level = level_of(l->p, c, l->columns[i]);

		if (level)
			strbuf_addf(&joined, "%s%s", joined.n ? " " : "", level);
	}
	strbuf_adds(out, name_of(l, joined.n ? joined.p : "value"));
	strbuf_release(&joined);
}

/* ---- reading a layout ---- */

static enum vstatus
read_names(const char *names[LAYOUT_NAMES_MAX], size_t *n, const struct layout *l, const char *key,
	struct verr *err)
{
	const struct json *list = json_get(l->json, key);

	if (!json_is_array(list))
		return verr_set(err, V_EFORMAT, "expected a list called %s", key);
	for (const struct json *e = json_first(list); e; e = json_next(e)) {
		const char *name = json_str(e, "");

		if (*n == LAYOUT_NAMES_MAX)
			return verr_set(
				err, V_ELIMIT, "more than %d names in %s", LAYOUT_NAMES_MAX, key);
		if (!is_name(l->p, name))
			return verr_set(err, V_EFORMAT, "%s: no column \"%.40s\"", key, name);
		names[(*n)++] = name;
	}
	return V_OK;
}

static enum vstatus
read_layout(struct layout *l, struct verr *err)
{
	const struct json *where = json_get(l->json, "where");
	enum vstatus st = V_OK;

	if (!json_str(json_get(l->json, "id"), NULL) || !json_str(json_get(l->json, "title"), NULL))
		return verr_set(err, V_EFORMAT, "expected an id and a title");
	st = read_names(l->rows, &l->n_rows, l, "rows", err);
	if (st == V_OK)
		st = read_names(l->columns, &l->n_columns, l, "columns", err);
	for (const struct json *f = json_first(where); st == V_OK && f; f = json_next(f))
		if (!is_name(l->p, json_key(f) ? json_key(f) : ""))
			st = verr_set(err, V_EFORMAT, "where: no column \"%.40s\"",
				json_key(f) ? json_key(f) : "");
	return st;
}

/* ---- positions ---- */

/* Does position `row` of the analysis have these row headings? */
static bool
same_row(const struct analysis *a, size_t row, const struct layout *l,
	const struct published_cell *c)
{
	for (size_t i = 0; i < l->n_rows; i++)
		if (!text_same(table_text(&a->rows, i, row),
			    name_of(l, level_of(l->p, c, l->rows[i]))))
			return false;
	return true;
}

static const char *
text_at(const struct analysis *a, const char *column, size_t row)
{
	return table_text(&a->rows, table_find(&a->rows, column), row);
}

static int64_t
row_number(const struct analysis *a, size_t row)
{
	return table_int(&a->rows, table_find(&a->rows, "row"), row);
}

/*
 * The number of the row that a value belongs to: the last one with its headings, or a new one if
 * there is none or its column is taken there.  False when it stands there already.
 */
static bool
find_row(int64_t *number, const struct analysis *a, const struct layout *l,
	const struct published_cell *c, const char *column)
{
	int64_t last = -1;

	*number = -1;
	for (size_t i = 0; i < a->rows.n_rows; i++) {
		last = row_number(a, i) > last ? row_number(a, i) : last;
		if (same_row(a, i, l, c))
			*number = row_number(a, i);
	}
	for (size_t i = 0; *number >= 0 && i < a->rows.n_rows; i++) {
		if (row_number(a, i) != *number || strcmp(text_at(a, "column", i), column))
			continue;
		if (!strcmp(text_at(a, "printed", i), c->printed))
			return false;
		*number = -1;
	}
	if (*number < 0)
		*number = last + 1;
	return true;
}

static void
add_position(struct analysis *a, const struct layout *l, const struct published_cell *c)
{
	bool known = published_is_known(c);
	struct table *t = &a->rows;
	struct strbuf column;
	int64_t number;

	strbuf_init(&column);
	column_heading(&column, l, c);
	if (find_row(&number, a, l, c, column.p)) {
		size_t row = table_add_row(t);

		for (size_t i = 0; i < l->n_rows; i++)
			table_set_text(t, i, row, name_of(l, level_of(l->p, c, l->rows[i])));
		rows_set_int(t, row, "row", (uint64_t)number);
		rows_set_text(t, row, "column", column.p);
		rows_set_text(t, row, "quantity", c->metric);
		rows_set_text(t, row, "printed", c->printed);
		rows_set_int(t, row, "source_row", c->row + 1);
		rows_set_real(t, row, "estimate", known ? c->value : (double)NAN);
		rows_set_real(t, row, "lower", known ? c->value - c->half_width : (double)NAN);
		rows_set_real(t, row, "upper", known ? c->value + c->half_width : (double)NAN);
		rows_set_text(
			t, row, "reason", c->relation == PUBLISHED_LOST ? "not in source" : NULL);
	}
	strbuf_release(&column);
}

/* ---- analyses ---- */

static void
set_parameters(struct analysis *a, const struct layout *l, const char *dataset, const char *source)
{
	const char *note = json_str(json_get(l->json, "note"), NULL);
	struct json *heads = json_add_array(a->parameters, "heads");

	for (size_t i = 0; i < l->n_rows; i++)
		json_add_str(heads, NULL,
			json_str(json_get(json_get(l->json, "heads"), l->rows[i]), l->rows[i]));
	json_add_bool(a->parameters, "published", true);
	json_add_str(a->parameters, "id", json_str(json_get(l->json, "id"), ""));
	json_add_str(a->parameters, "title", json_str(json_get(l->json, "title"), ""));
	json_add_str(a->parameters, "dataset", dataset);
	if (source)
		analysis_note(a, "As published: %s.", source);
	if (note)
		analysis_note(a, "%s", note);
}

static enum vstatus
add_layout(struct results *r, struct layout *l, const char *dataset, const char *source,
	struct verr *err)
{
	struct analysis *a;
	enum vstatus st = read_layout(l, err);

	if (st != V_OK)
		return st;
	a = results_add(r, LAYOUT_KIND, NULL, l->rows, l->n_rows);
	for (size_t i = 0; i < l->p->n_cells; i++)
		if (is_selected(l, &l->p->cells[i]))
			add_position(a, l, &l->p->cells[i]);
	if (!a->rows.n_rows)
		return verr_set(err, V_EFORMAT, "it selects no value");
	set_parameters(a, l, dataset, source);
	return V_OK;
}

enum vstatus
layout_add(struct results *r, const struct published *p, const struct json *layouts,
	const char *dataset, const char *source, struct verr *err)
{
	enum vstatus st = V_OK;
	size_t n = 0;

	if (layouts && json_len(layouts) > LAYOUTS_MAX)
		return verr_set(err, V_ELIMIT, "%s: more than %d layouts", dataset, LAYOUTS_MAX);
	for (const struct json *e = json_first(layouts); st == V_OK && e; e = json_next(e)) {
		struct layout l = {.p = p, .json = e};

		n++;
		st = add_layout(r, &l, dataset, source, err);
		if (st != V_OK)
			verr_ctx(err, "%s: datapackage.json: layout %zu", dataset, n);
	}
	return st;
}
