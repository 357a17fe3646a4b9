/*
 * results_write - the document of results.h as JSON.
 *
 * A row is an object with one member per column of the table, `by` columns first, null for an
 * absent cell.  The types of columns are not written: loading finds them again.  The points of a
 * curve share their row, which has arrays; that is a tenth of the bytes that a row for each takes.
 */
#include <stdint.h>
#include <stdlib.h>

#include "core/results.h"
#include "core/tstamp.h"

/* SOURCE_DATE_EPOCH beyond this cannot be told in nanoseconds. */
#define EPOCH_MAX_S (INT64_MAX / NS_PER_S)

static void
add_strings(struct json *to, const char *key, char *const *strings, size_t n)
{
	struct json *array = json_add_array(to, key);

	for (size_t i = 0; i < n; i++)
		json_add_str(array, NULL, strings[i]);
}

static void
add_by(struct json *to, const struct analysis *a)
{
	struct json *array = json_add_array(to, "by");

	for (size_t i = 0; i < a->n_by; i++)
		json_add_str(array, NULL, a->rows.columns[i].name);
}

/* key NULL: as an element of an array. */
static void
add_cell(struct json *to, const char *key, const struct table *t, size_t col, size_t row)
{
	if (table_absent(t, col, row))
		json_add_null(to, key);
	else if (t->columns[col].type == COLUMN_TEXT)
		json_add_str(to, key, table_text(t, col, row));
	else if (t->columns[col].type == COLUMN_INT)
		json_add_i64(to, key, table_int(t, col, row));
	else
		json_add_f64(to, key, table_real(t, col, row));
}

/* The rows from `row` on that agree with it in the columns before first_array. */
static size_t
rows_alike(const struct table *t, size_t row, size_t first_array)
{
	size_t end = row + 1;

	for (; end < t->n_rows; end++)
		for (size_t col = 0; col < first_array; col++)
			if (!table_same(t, col, end, row))
				return end - row;
	return end - row;
}

static void
add_array(struct json *to, const struct table *t, size_t col, size_t row, size_t n)
{
	struct json *array = json_add_array(to, t->columns[col].name);

	for (size_t i = 0; i < n; i++)
		add_cell(array, NULL, t, col, row + i);
}

static void
add_rows(struct json *to, const struct analysis *a)
{
	const struct table *t = &a->rows;
	struct json *rows = json_add_array(to, "rows");
	size_t first_array = a->arrays ? table_find(t, a->arrays) : SIZE_MAX;
	size_t n;

	for (size_t row = 0; row < t->n_rows; row += n) {
		struct json *object = json_add_object(rows, NULL);

		n = first_array < t->n_columns ? rows_alike(t, row, first_array) : 1;
		for (size_t col = 0; col < t->n_columns; col++)
			if (col < first_array)
				add_cell(object, t->columns[col].name, t, col, row);
			else
				add_array(object, t, col, row, n);
	}
}

static void
add_analysis(struct json *analyses, const struct analysis *a)
{
	struct json *object = json_add_object(analyses, NULL);

	json_add_str(object, "kind", a->kind);
	json_add_str(object, "metric", a->metric);
	add_by(object, a);
	json_add_copy(object, "parameters", a->parameters);
	add_rows(object, a);
	add_strings(object, "notes", a->notes, a->n_notes);
}

/* reproducible-builds.org/specs/source-date-epoch: whole seconds; anything else is ignored. */
static void
add_generated(struct json *provenance)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	char iso[TSTAMP_ISO_SIZE];
	int64_t epoch_s;

	if (!text || !slice_i64(slice_of(text), &epoch_s) || epoch_s < 0 || epoch_s > EPOCH_MAX_S)
		return;
	tstamp_iso(iso, epoch_s * NS_PER_S);
	json_add_str(provenance, "generated", iso);
}

static void
add_provenance(struct json *document, const struct results *r)
{
	struct json *provenance = json_add_object(document, "provenance");
	struct json *datasets;

	json_add_str(provenance, "program", r->program);
	add_strings(provenance, "command", r->command, r->n_command);
	datasets = json_add_array(provenance, "datasets");
	for (size_t i = 0; i < r->n_sources; i++) {
		struct json *source = json_add_object(datasets, NULL);

		json_add_str(source, "name", r->sources[i].name);
		json_add_str(source, "title", r->sources[i].title);
		json_add_str(source, "sha256", r->sources[i].sha256);
	}
	add_generated(provenance);
}

struct json *
results_to_json(const struct results *r)
{
	struct json *document = json_object();
	struct json *analyses;

	json_add_str(document, "schema", RESULTS_SCHEMA);
	add_provenance(document, r);
	analyses = json_add_array(document, "analyses");
	for (size_t i = 0; i < r->n_analyses; i++)
		add_analysis(analyses, &r->analyses[i]);
	return document;
}

enum vstatus
results_store(const struct results *r, const char *path, struct verr *err)
{
	struct json *document = results_to_json(r);
	enum vstatus st = json_store(document, path, err);

	json_free(document);
	return st;
}
