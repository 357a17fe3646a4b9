/*
 * run_write - run.json: writing that loses nothing.
 *
 * Keeping: run.document is the tree as it was read.  Writing replaces in it what the struct knows
 * and leaves the rest: unknown keys at the top, the hosts, the events, and further keys of a
 * point, tool or counter file, which is found again by its name or file.  Factors keep their
 * JSON type as long as their text is the same.
 */
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/run_fields.h"
#include "core/str.h"

static void
write_texts(struct json *to, const char *key, char *const *texts, size_t n)
{
	struct json *array = json_add_array(to, key);

	for (size_t i = 0; i < n; i++)
		json_add_str(array, NULL, texts[i]);
}

static void
write_integer(struct json *to, const char *key, int64_t v)
{
	if (v == RUN_NA)
		json_add_null(to, key);
	else
		json_add_i64(to, key, v);
}

static void
write_fields(struct json *to, const struct run_field *table, void *object)
{
	for (const struct run_field *f = table; f->key; f++) {
		if (f->kind <= KIND_FILE)
			json_add_str(to, f->key, *run_text_at(object, f));
		else if (f->kind == KIND_FILES || f->kind == KIND_TEXTS)
			write_texts(to, f->key, *run_texts_at(object, f), *run_count_at(object, f));
		else if (f->kind == KIND_ORDER)
			json_add_i64(to, f->key, *run_order_at(object, f));
		else
			write_integer(to, f->key, *run_integer_at(object, f));
	}
}

/* Members of `from` replace those of the same key, or are added. */
static void
merge(struct json *into, const struct json *from)
{
	for (const struct json *m = json_first(from); m; m = json_next(m))
		json_replace_copy(into, json_key(m), m);
}

/* The element of an old list whose member `key` is the string value; NULL if there is none. */
static const struct json *
find_old(const struct json *list, const char *key, const char *value)
{
	for (const struct json *m = json_first(list); m; m = json_next(m)) {
		const char *s = json_str(json_get(m, key), NULL);

		if (s && strcmp(s, value) == 0)
			return m;
	}
	return NULL;
}

/* One element: what the old document's element has and we do not know, under what we know. */
static struct json *
write_element(
	struct json *list, const struct run_field *table, void *object, const struct json *old)
{
	struct json *element = json_add_object(list, NULL);
	struct json *known = json_object();

	write_fields(known, table, object);
	merge(element, old);
	merge(element, known);
	json_free(known);
	return element;
}

static void
write_points(struct json *to, struct run *r)
{
	const struct json *old = json_get(r->document, "points");
	struct json *list = json_add_array(to, "points");

	for (size_t i = 0; i < r->n_points; i++)
		write_element(list, run_point_fields, &r->points[i],
			find_old(old, "name", r->points[i].name));
}

static void
write_tools(struct json *to, struct run *r)
{
	const struct json *old = json_get(r->document, "tools");
	struct json *list = json_add_array(to, "tools");

	for (size_t i = 0; i < r->n_tools; i++)
		write_element(list, run_tool_fields, &r->tools[i],
			find_old(old, "file", r->tools[i].file));
}

static void
write_counters(struct json *to, struct run *r)
{
	const struct json *old = json_get(r->document, "counters");
	struct json *list = json_add_array(to, "counters");

	for (size_t i = 0; i < r->n_counters; i++) {
		const struct run_counters *c = &r->counters[i];
		struct json *element = write_element(
			list, run_counters_fields, &r->counters[i], find_old(old, "file", c->file));

		if (c->columns)
			json_replace_copy(element, "columns", c->columns);
	}
}

static void
write_factor(struct json *to, const struct factor *f, const struct json *old)
{
	char *old_text = old ? run_factor_text(old) : NULL;
	struct slice value = slice_of(f->value);
	int64_t i;
	double d;

	if (old_text && strcmp(old_text, f->value) == 0 && json_is_number(old) == f->numeric)
		json_add_copy(to, f->name, old);
	else if (f->numeric && slice_i64(value, &i))
		json_add_i64(to, f->name, i);
	else if (f->numeric && slice_f64(value, &d))
		json_add_f64(to, f->name, d);
	else
		json_add_str(to, f->name, f->value);
	free(old_text);
}

static void
write_factors(struct json *to, const struct run *r)
{
	const struct json *old = json_get(r->document, "factors");
	struct json *factors = json_add_object(to, "factors");

	for (size_t i = 0; i < r->n_factors; i++)
		write_factor(factors, &r->factors[i], json_get(old, r->factors[i].name));
}

static void
write_status(struct json *to, const struct run *r)
{
	struct json *status = json_add_object(to, "status");

	json_add_str(status, "state", run_state_name(r->state));
	json_add_str(status, "reason", r->reason);
}

enum vstatus
run_store(struct run *r, const char *dir, struct verr *err)
{
	struct json *known = json_object();
	char *path = file_join(dir, RUN_FILE);
	enum vstatus st;

	json_add_str(known, "schema", RUN_SCHEMA);
	write_fields(known, run_fields, r);
	write_factors(known, r);
	write_points(known, r);
	write_tools(known, r);
	write_counters(known, r);
	write_status(known, r);
	if (!r->document)
		r->document = json_object();
	merge(r->document, known);
	st = json_store(r->document, path, err);
	json_free(known);
	free(path);
	return st;
}
