/*
 * results_read - the document of results.h from JSON.
 *
 * The types of columns are found from the values: TEXT when there are strings, INT when all
 * numbers are integers, REAL otherwise; so a REAL column that happens to hold 3.0 alone comes back
 * as INT, which writes the same byte: "3".
 *
 * Loading is strict, because a report is only as good as what it prints: all rows of an analysis
 * have the same keys in the same order, no column mixes strings and numbers, `by` names the first
 * columns and these are texts.  Keys that the schema does not know are passed over.
 *
 * Each function names a place below its caller's in its message.
 */
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/results.h"
#include "core/text.h"

/* "rows[3]" in front of ".mean: expected ..." and of ": expected ...". */
static enum vstatus
below(enum vstatus st, const char *list, size_t i, struct verr *err)
{
	char rest[sizeof err->msg];

	if (st == V_OK || !err)
		return st;
	memcpy(rest, err->msg, sizeof rest);
	return verr_set(err, st, "%s[%zu]%s%s", list, i, rest[0] == ':' ? "" : ".", rest);
}

static enum vstatus
get_string(char **text, const struct json *object, const char *key, struct verr *err)
{
	const char *s = json_str(json_get(object, key), NULL);

	if (!s || !*s)
		return verr_set(err, V_EFORMAT, "%s: expected a string", key);
	*text = xstrdup(s);
	return V_OK;
}

static enum vstatus
get_string_or_null(char **text, const struct json *object, const char *key, struct verr *err)
{
	const struct json *node = json_get(object, key);
	const char *s = json_str(node, NULL);

	if (!s && !json_is_null(node))
		return verr_set(err, V_EFORMAT, "%s: expected a string or null", key);
	*text = s ? xstrdup(s) : NULL;
	return V_OK;
}

static enum vstatus
get_strings(
	char ***strings, size_t *n, const struct json *object, const char *key, struct verr *err)
{
	const struct json *array = json_get(object, key);

	if (!json_is_array(array))
		return verr_set(err, V_EFORMAT, "%s: expected an array of strings", key);
	*strings = xcalloc(json_len(array), sizeof **strings);
	for (const struct json *m = json_first(array); m; m = json_next(m)) {
		if (!json_is_string(m))
			return verr_set(err, V_EFORMAT, "%s[%zu]: expected a string", key, *n);
		(*strings)[(*n)++] = xstrdup(json_str(m, ""));
	}
	return V_OK;
}

static enum vstatus
get_array(const struct json **array, const struct json *object, const char *key, struct verr *err)
{
	*array = json_get(object, key);
	if (!json_is_array(*array))
		return verr_set(err, V_EFORMAT, "%s: expected an array", key);
	return V_OK;
}

/* The number of a node as an INT cell can hold it. */
static bool
cell_int(const struct json *node, int64_t *v)
{
	return json_is_number(node) && json_i64(node, v) && *v != TABLE_ABSENT_INT;
}

/* What one column needs to be, in the order in which it may widen. */
enum need { NEED_NOTHING, NEED_INT, NEED_REAL, NEED_TEXT };

/* What the rows of an analysis have in common, the first one being the model. */
struct shape {
	const struct json *first;
	enum need *needs;   /* one per column */
	size_t first_array; /* column; beyond the last one where no row has arrays */
};

static enum vstatus
widen(enum need *need, const struct json *cell, const char *key, struct verr *err)
{
	enum need own;
	int64_t i;

	if (json_is_null(cell))
		return V_OK;
	if (json_is_string(cell))
		own = NEED_TEXT;
	else if (json_is_number(cell))
		own = cell_int(cell, &i) ? NEED_INT : NEED_REAL;
	else
		return verr_set(err, V_EFORMAT, "%s: expected a string, a number or null", key);
	if (*need != NEED_NOTHING && (*need == NEED_TEXT) != (own == NEED_TEXT))
		return verr_set(err, V_EFORMAT, "%s: expected a %s as in the rows before", key,
			own == NEED_TEXT ? "number" : "string");
	if (own > *need)
		*need = own;
	return V_OK;
}

/* n: the length of the row's arrays before this one, 0 for the first. */
static enum vstatus
widen_array(enum need *need, const struct json *array, size_t n, const char *key, struct verr *err)
{
	enum vstatus st = V_OK;

	if (!json_is_array(array) || !json_first(array))
		return verr_set(err, V_EFORMAT, "%s: expected an array of values", key);
	if (n && json_len(array) != n)
		return verr_set(
			err, V_EFORMAT, "%s: expected %zu values, as many as before it", key, n);
	for (const struct json *m = json_first(array); m && st == V_OK; m = json_next(m))
		st = widen(need, m, key, err);
	return st;
}

static enum vstatus
check_row(const struct shape *s, const struct json *row, struct verr *err)
{
	const struct json *model = json_first(s->first);
	const struct json *cell = json_first(row);
	enum vstatus st = V_OK;
	size_t n = 0;

	if (!json_is_object(row))
		return verr_set(err, V_EFORMAT, ": expected an object");
	for (size_t col = 0; st == V_OK && cell && model; col++) {
		if (strcmp(json_key(cell), json_key(model)) != 0)
			break;
		if (col < s->first_array)
			st = widen(&s->needs[col], cell, json_key(cell), err);
		else
			st = widen_array(&s->needs[col], cell, n, json_key(cell), err);
		n = json_is_array(cell) ? json_len(cell) : 0;
		cell = json_next(cell);
		model = json_next(model);
	}
	if (st == V_OK && (cell || model))
		return verr_set(
			err, V_EFORMAT, ": expected the keys of the first row in its order");
	return st;
}

/* The `by` columns are texts from the start. */
static enum vstatus
learn_shape(struct shape *s, const struct analysis *a, struct verr *err)
{
	const struct json *cell = json_first(s->first);

	if (!json_is_object(s->first))
		return verr_set(err, V_EFORMAT, "rows[0]: expected an object");
	for (size_t i = 0; i < a->n_by; i++, cell = json_next(cell)) {
		s->needs[i] = NEED_TEXT;
		if (!cell || strcmp(json_key(cell), a->by[i]) != 0)
			return verr_set(err, V_EFORMAT,
				"rows[0]: expected the columns of \"by\" first, \"%.100s\" among "
				"them",
				a->by[i]);
	}
	for (s->first_array = a->n_by; cell && !json_is_array(cell); cell = json_next(cell))
		s->first_array++;
	return V_OK;
}

/* Types of all columns from all rows. */
static enum vstatus
check_rows(struct shape *s, const struct analysis *a, struct verr *err)
{
	enum vstatus st = learn_shape(s, a, err);
	size_t i = 0;

	for (const struct json *row = s->first; row && st == V_OK; row = json_next(row))
		st = below(check_row(s, row, err), "rows", i++, err);
	return st;
}

static void
set_cell(struct table *t, size_t col, size_t row, const struct json *cell)
{
	int64_t i;
	double f;

	if (t->columns[col].type == COLUMN_TEXT)
		table_set_text(t, col, row, json_str(cell, NULL));
	else if (t->columns[col].type == COLUMN_INT && cell_int(cell, &i))
		table_set_int(t, col, row, i);
	else if (t->columns[col].type == COLUMN_REAL && json_f64(cell, &f))
		table_set_real(t, col, row, f);
}

/* One row of the document: as many of the table as its arrays are long, else one. */
static void
fill_row(struct table *t, const struct shape *s, const struct json *object)
{
	size_t first = t->n_rows;
	size_t col = 0;
	size_t n = 1;

	for (const struct json *m = json_first(object); m; m = json_next(m))
		if (json_is_array(m))
			n = json_len(m);
	for (size_t i = 0; i < n; i++)
		table_add_row(t);
	for (const struct json *m = json_first(object); m; m = json_next(m), col++) {
		const struct json *cell = col < s->first_array ? m : json_first(m);

		for (size_t i = 0; i < n; i++) {
			set_cell(t, col, first + i, cell);
			if (col >= s->first_array)
				cell = json_next(cell);
		}
	}
}

static void
fill_rows(struct analysis *a, const struct shape *s)
{
	static const enum column_type types[] = {
		[NEED_NOTHING] = COLUMN_REAL,
		[NEED_INT] = COLUMN_INT,
		[NEED_REAL] = COLUMN_REAL,
		[NEED_TEXT] = COLUMN_TEXT,
	};
	size_t col = 0;

	for (const struct json *m = json_first(s->first); m; m = json_next(m), col++) {
		if (col == s->first_array)
			results_fold(a, json_key(m));
		if (col >= a->n_by)
			table_add_column(&a->rows, json_key(m), types[s->needs[col]]);
	}
	for (const struct json *row = s->first; row; row = json_next(row))
		fill_row(&a->rows, s, row);
}

static enum vstatus
load_rows(struct analysis *a, const struct json *object, struct verr *err)
{
	const struct json *rows;
	struct shape s = {0};
	enum vstatus st = get_array(&rows, object, "rows", err);

	if (st != V_OK || !json_first(rows))
		return st;
	s.first = json_first(rows);
	if (json_len(s.first) > TABLE_COLUMNS_MAX)
		return verr_set(err, V_ELIMIT, "rows[0]: more than %d columns", TABLE_COLUMNS_MAX);
	s.needs = xcalloc(json_len(s.first) + a->n_by, sizeof *s.needs);
	st = check_rows(&s, a, err);
	if (st == V_OK)
		fill_rows(a, &s);
	free(s.needs);
	return st;
}

static enum vstatus
load_analysis(struct results *r, const struct json *object, struct verr *err)
{
	const struct json *parameters = json_get(object, "parameters");
	struct analysis *a;
	char *kind = NULL;
	char *metric = NULL;
	char **by = NULL;
	size_t n_by = 0;
	enum vstatus st = get_string(&kind, object, "kind", err);

	if (st == V_OK)
		st = get_string_or_null(&metric, object, "metric", err);
	if (st == V_OK)
		st = get_strings(&by, &n_by, object, "by", err);
	if (st == V_OK && !json_is_object(parameters))
		st = verr_set(err, V_EFORMAT, "parameters: expected an object");
	if (st == V_OK) {
		a = results_add(r, kind, metric, (const char *const *)by, n_by);
		for (const struct json *m = json_first(parameters); m; m = json_next(m))
			json_add_copy(a->parameters, json_key(m), m);
		st = load_rows(a, object, err);
		/* a factor that others called like a value is known by its column from here on */
		for (size_t i = 0; i < n_by; i++) {
			text_replace(&a->by[i], a->rows.columns[i].name);
		}
		if (st == V_OK)
			st = get_strings(&a->notes, &a->n_notes, object, "notes", err);
	}
	free(kind);
	free(metric);
	texts_free(by, n_by);
	return st;
}

static enum vstatus
load_source(struct results *r, const struct json *object, struct verr *err)
{
	struct results_source s = {0};
	enum vstatus st = get_string(&s.name, object, "name", err);

	if (st == V_OK)
		st = get_string_or_null(&s.title, object, "title", err);
	if (st == V_OK)
		st = get_string_or_null(&s.sha256, object, "sha256", err);
	if (st == V_OK)
		results_add_source(r, s.name, s.title, s.sha256);
	free(s.name);
	free(s.title);
	free(s.sha256);
	return st;
}

static enum vstatus
load_provenance(struct results *r, const struct json *provenance, struct verr *err)
{
	const struct json *datasets;
	enum vstatus st;
	size_t i = 0;

	if (!json_is_object(provenance))
		return verr_set(err, V_EFORMAT, "provenance: expected an object");
	st = get_string_or_null(&r->program, provenance, "program", err);
	if (st == V_OK)
		st = get_strings(&r->command, &r->n_command, provenance, "command", err);
	if (st == V_OK)
		st = get_array(&datasets, provenance, "datasets", err);
	if (st == V_OK)
		for (const struct json *m = json_first(datasets); m && st == V_OK; m = json_next(m))
			st = below(load_source(r, m, err), "datasets", i++, err);
	return st;
}

static enum vstatus
load_document(struct results *r, const struct json *document, struct verr *err)
{
	const struct json *analyses;
	enum vstatus st;
	size_t i = 0;

	if (strcmp(json_str(json_get(document, "schema"), ""), RESULTS_SCHEMA) != 0)
		return verr_set(err, V_EFORMAT, "schema: expected \"%s\"", RESULTS_SCHEMA);
	st = load_provenance(r, json_get(document, "provenance"), err);
	if (st == V_OK)
		st = get_array(&analyses, document, "analyses", err);
	if (st == V_OK)
		for (const struct json *m = json_first(analyses); m && st == V_OK; m = json_next(m))
			st = below(load_analysis(r, m, err), "analyses", i++, err);
	return st;
}

enum vstatus
results_load(struct results *r, const char *path, struct verr *err)
{
	struct json *document;
	enum vstatus st = json_load(&document, path, err);

	if (st != V_OK)
		return st;
	st = load_document(r, document, err);
	if (st != V_OK) {
		verr_ctx(err, "%s", path);
		results_release(r);
	}
	json_free(document);
	return st;
}
