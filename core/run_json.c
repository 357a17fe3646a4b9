/*
 * run_json - run.json: reading with checks, and writing that loses nothing.
 *
 * What the struct holds of a JSON object is listed in a table of fields (key, kind, place in the
 * struct); reading, checking and writing walk the same table, so a new key is a new row.
 *
 * Checks: a key that is missing or null is "not available" unless its row says that it is needed;
 * a value of another kind than the table's is refused with its place and what was expected.
 * Names of files must stay inside the run's directory, because they will be opened: a run.json
 * may come from anyone.
 *
 * Keeping: run.document is the tree as it was read.  Writing replaces in it what the struct knows
 * and leaves the rest: unknown keys at the top, the hosts, the events, and further keys of a
 * point, tool or counter file, which is found again by its name or file.  Factors keep their
 * JSON type as long as their text is the same.
 *
 * Not checked here: that files exist, that their digests fit, that the id is the directory's
 * name.  That is the work of `vanalyze check`.
 */
#include "core/run.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/file.h"
#include "core/str.h"
#include "core/tstamp.h"

enum kind {
	KIND_NAME,    /* char *: a string that is needed; may be empty */
	KIND_TEXT,    /* char *: a string, or not available */
	KIND_TIME,    /* char *: RFC 3339, or not available */
	KIND_FILE,    /* char *: a needed name of a file beside run.json */
	KIND_FILES,   /* char **, size_t: such names */
	KIND_TEXTS,   /* char **, size_t: strings */
	KIND_INTEGER, /* int64_t, or not available */
	KIND_COUNT,   /* int64_t from 0 on, or not available */
	KIND_ORDER,   /* int from 0 on; not available: as it is */
};

struct field {
	const char *key;
	enum kind kind;
	size_t offset;
	size_t offset_n; /* of the number of strings */
};

#define FIELD(type, member, kind)                               \
	{                                                       \
#member, kind, offsetof(struct type, member), 0 \
	}
#define FIELD_LIST(type, member, kind)                                                          \
	{                                                                                       \
#member, kind, offsetof(struct type, member), offsetof(struct type, n_##member) \
	}
#define END_OF_FIELDS                 \
	{                             \
		NULL, KIND_NAME, 0, 0 \
	}

static const struct field run_fields[] = {
	FIELD(run, id, KIND_NAME),
	FIELD(run, platform, KIND_TEXT),
	FIELD(run, driver, KIND_TEXT),
	FIELD(run, started, KIND_TIME),
	FIELD(run, ended, KIND_TIME),
	END_OF_FIELDS,
};

static const struct field point_fields[] = {
	FIELD(run_point, name, KIND_NAME),
	FIELD(run_point, order, KIND_ORDER),
	FIELD(run_point, host, KIND_TEXT),
	FIELD(run_point, interface, KIND_TEXT),
	FIELD(run_point, netns, KIND_TEXT),
	FIELD_LIST(run_point, files, KIND_FILES),
	FIELD(run_point, linktype, KIND_COUNT),
	FIELD(run_point, snaplen, KIND_COUNT),
	FIELD(run_point, filter, KIND_TEXT),
	FIELD(run_point, tstamp_type, KIND_TEXT),
	FIELD(run_point, packets, KIND_COUNT),
	FIELD(run_point, dropped_by_kernel, KIND_COUNT),
	FIELD(run_point, dropped_by_interface, KIND_COUNT),
	FIELD(run_point, dropped_by_writer, KIND_COUNT),
	END_OF_FIELDS,
};

static const struct field tool_fields[] = {
	FIELD(run_tool, name, KIND_NAME),
	FIELD(run_tool, version, KIND_TEXT),
	FIELD_LIST(run_tool, argv, KIND_TEXTS),
	FIELD(run_tool, file, KIND_FILE),
	FIELD(run_tool, exit, KIND_INTEGER),
	FIELD(run_tool, host, KIND_TEXT),
	END_OF_FIELDS,
};

static const struct field counters_fields[] = {
	FIELD(run_counters, file, KIND_FILE),
	FIELD(run_counters, host, KIND_TEXT),
	FIELD(run_counters, interval_ns, KIND_COUNT),
	END_OF_FIELDS,
};

static char **
text_at(void *object, const struct field *f)
{
	return (char **)(void *)((char *)object + f->offset);
}

static char ***
texts_at(void *object, const struct field *f)
{
	return (char ***)(void *)((char *)object + f->offset);
}

static size_t *
count_at(void *object, const struct field *f)
{
	return (size_t *)(void *)((char *)object + f->offset_n);
}

static int64_t *
integer_at(void *object, const struct field *f)
{
	return (int64_t *)(void *)((char *)object + f->offset);
}

static void
replace_text(char **text, const char *value)
{
	char *copy = value ? xstrdup(value) : NULL;

	free(*text);
	*text = copy;
}

/* The text of a factor's JSON value, on the heap; NULL if it is none. */
static char *
factor_text(const struct json *node)
{
	struct strbuf b;
	int64_t i;
	double f;

	if (json_is_string(node))
		return xstrdup(json_str(node, ""));
	strbuf_init(&b);
	if (json_i64(node, &i))
		strbuf_add_i64(&b, i);
	else if (json_f64(node, &f))
		strbuf_add_f64(&b, f);
	else if (json_bool(node, true) == json_bool(node, false))
		strbuf_adds(&b, json_bool(node, true) ? "true" : "false");
	else
		return NULL;
	return strbuf_detach(&b);
}

/* ---- reading ---- */

static enum vstatus
expected(const char *where, const char *key, const char *what, struct verr *err)
{
	return verr_set(err, V_EFORMAT, "%s%.100s: expected %s", where, key, what);
}

static enum vstatus
read_text(char **text, const struct json *node, const char *where, const struct field *f,
	struct verr *err)
{
	bool needed = f->kind == KIND_NAME || f->kind == KIND_FILE;
	const char *s = json_str(node, NULL);
	int64_t t_ns;

	if (!s && (needed || !(json_is_null(node) || !node)))
		return expected(where, f->key, needed ? "a string" : "a string or null", err);
	if (!s)
		return V_OK;
	if (f->kind == KIND_FILE && !file_name_is_local(s))
		return expected(where, f->key, "the name of a file beside run.json", err);
	if (f->kind == KIND_TIME && !tstamp_parse_iso(&t_ns, slice_of(s)))
		return expected(where, f->key, "a time like 2000-12-31T23:59:59.123456789Z", err);
	replace_text(text, s);
	return V_OK;
}

static enum vstatus
read_texts(char ***texts, size_t *n, const struct json *node, const char *where,
	const struct field *f, struct verr *err)
{
	if (!node || json_is_null(node))
		return V_OK;
	if (!json_is_array(node))
		return expected(where, f->key, "an array of strings", err);
	*texts = xcalloc(json_len(node), sizeof **texts);
	for (const struct json *m = json_first(node); m; m = json_next(m)) {
		const char *s = json_str(m, NULL);

		if (!s)
			return expected(where, f->key, "an array of strings", err);
		if (f->kind == KIND_FILES && !file_name_is_local(s))
			return expected(where, f->key, "names of files beside run.json", err);
		(*texts)[(*n)++] = xstrdup(s);
	}
	return V_OK;
}

static enum vstatus
read_integer(int64_t *v, const struct json *node, const char *where, const struct field *f,
	struct verr *err)
{
	bool negative_ok = f->kind == KIND_INTEGER;

	if (!node || json_is_null(node))
		return V_OK;
	if (!json_i64(node, v) || *v == RUN_NA || (*v < 0 && !negative_ok))
		return expected(where, f->key,
			negative_ok ? "an integer or null" : "an integer from 0 on or null", err);
	return V_OK;
}

static enum vstatus
read_order(int *order, const struct json *node, const char *where, const struct field *f,
	struct verr *err)
{
	int64_t v;

	if (!node)
		return V_OK;
	if (!json_i64(node, &v) || v < 0 || v >= INT_MAX)
		return expected(where, f->key, "an integer from 0 on", err);
	*order = (int)v;
	return V_OK;
}

static enum vstatus
read_field(void *object, const struct json *node, const char *where, const struct field *f,
	struct verr *err)
{
	switch (f->kind) {
	case KIND_NAME:
	case KIND_TEXT:
	case KIND_TIME:
	case KIND_FILE:
		return read_text(text_at(object, f), node, where, f, err);
	case KIND_FILES:
	case KIND_TEXTS:
		return read_texts(texts_at(object, f), count_at(object, f), node, where, f, err);
	case KIND_INTEGER:
	case KIND_COUNT:
		return read_integer(integer_at(object, f), node, where, f, err);
	case KIND_ORDER:
		return read_order((int *)(void *)((char *)object + f->offset), node, where, f, err);
	}
	return V_OK;
}

static enum vstatus
read_fields(void *object, const struct field *table, const struct json *from, const char *where,
	struct verr *err)
{
	enum vstatus st = V_OK;

	for (const struct field *f = table; f->key && st == V_OK; f++)
		st = read_field(object, json_get(from, f->key), where, f, err);
	return st;
}

/*
 * Walk the objects of a list.  *node is the element before (NULL at first) and becomes the next
 * one, *i its index; where[] becomes "points[1]." for the messages.  V_END behind the last.
 */
#define WHERE_SIZE 48

static enum vstatus
next_object(const struct json **node, size_t *i, char where[WHERE_SIZE],
	const struct json *document, const char *list, struct verr *err)
{
	const struct json *array = json_get(document, list);

	if (*node) {
		*node = json_next(*node);
		++*i;
	} else {
		if (array && !json_is_null(array) && !json_is_array(array))
			return expected("", list, "an array of objects", err);
		*node = json_first(array);
		*i = 0;
	}
	if (!*node)
		return V_END;
	if (*i == RUN_LIST_MAX)
		return verr_set(err, V_ELIMIT, "%s: more than %d elements", list, RUN_LIST_MAX);
	snprintf(where, WHERE_SIZE, "%s[%zu]", list, *i);
	if (!json_is_object(*node))
		return expected(where, "", "an object", err);
	strncat(where, ".", WHERE_SIZE - 1 - strlen(where));
	return V_OK;
}

static enum vstatus
check_point_name(
	const struct run *r, const struct run_point *p, const char *where, struct verr *err)
{
	if (!*p->name)
		return expected(where, "name", "a string that is not empty", err);
	for (const struct run_point *q = r->points; q < p; q++)
		if (strcmp(q->name, p->name) == 0)
			return expected(where, "name", "a name that no other point bears", err);
	return V_OK;
}

/* Stable, so that points without an order keep their places. */
static void
sort_points(struct run *r)
{
	for (size_t i = 1; i < r->n_points; i++) {
		struct run_point p = r->points[i];
		size_t k = i;

		for (; k > 0 && r->points[k - 1].order > p.order; k--)
			r->points[k] = r->points[k - 1];
		r->points[k] = p;
	}
}

static enum vstatus
read_points(struct run *r, const struct json *document, struct verr *err)
{
	const struct json *node = NULL;
	char where[WHERE_SIZE];
	size_t i;
	enum vstatus st;

	while ((st = next_object(&node, &i, where, document, "points", err)) == V_OK) {
		struct run_point *p = run_add_point(r, "");

		p->order = (int)i;
		st = read_fields(p, point_fields, node, where, err);
		if (st == V_OK)
			st = check_point_name(r, p, where, err);
		if (st != V_OK)
			return st;
	}
	sort_points(r);
	return st == V_END ? V_OK : st;
}

static enum vstatus
read_tools(struct run *r, const struct json *document, struct verr *err)
{
	const struct json *node = NULL;
	char where[WHERE_SIZE];
	size_t i;
	enum vstatus st;

	while ((st = next_object(&node, &i, where, document, "tools", err)) == V_OK) {
		st = read_fields(run_add_tool(r, "", ""), tool_fields, node, where, err);
		if (st != V_OK)
			return st;
	}
	return st == V_END ? V_OK : st;
}

static enum vstatus
read_counters(struct run *r, const struct json *document, struct verr *err)
{
	const struct json *node = NULL;
	char where[WHERE_SIZE];
	size_t i;
	enum vstatus st;

	while ((st = next_object(&node, &i, where, document, "counters", err)) == V_OK) {
		st = read_fields(run_add_counters(r, NULL), counters_fields, node, where, err);
		if (st != V_OK)
			return st;
	}
	return st == V_END ? V_OK : st;
}

/* Hosts and events stay in the document; here only their shape is looked at. */
static enum vstatus
check_kept_list(const struct json *document, const char *list, const char *key, struct verr *err)
{
	const struct json *node = NULL;
	char where[WHERE_SIZE];
	size_t i;
	enum vstatus st;

	while ((st = next_object(&node, &i, where, document, list, err)) == V_OK)
		if (!json_is_string(json_get(node, key)))
			return expected(where, key, "a string", err);
	return st == V_END ? V_OK : st;
}

static int
compare_factors(const void *a, const void *b)
{
	return strcmp(((const struct factor *)a)->name, ((const struct factor *)b)->name);
}

static enum vstatus
read_factors(struct run *r, const struct json *document, struct verr *err)
{
	const struct json *factors = json_get(document, "factors");

	if (factors && !json_is_object(factors))
		return expected("", "factors", "an object", err);
	if (json_len(factors) > RUN_LIST_MAX)
		return verr_set(err, V_ELIMIT, "factors: more than %d elements", RUN_LIST_MAX);
	r->factors = xcalloc(json_len(factors), sizeof *r->factors);
	for (const struct json *m = json_first(factors); m; m = json_next(m)) {
		char *text;

		if (!run_factor_name_ok(json_key(m)))
			return expected("factors.", json_key(m),
				"a name that is not a column's of "
				"the samples, without , = :",
				err);
		text = factor_text(m);
		if (!text)
			return expected(
				"factors.", json_key(m), "a string, a number or a boolean", err);
		r->factors[r->n_factors++] =
			(struct factor){xstrdup(json_key(m)), text, json_is_number(m)};
	}
	if (r->n_factors > 1)
		qsort(r->factors, r->n_factors, sizeof *r->factors, compare_factors);
	return V_OK;
}

static enum vstatus
read_status(struct run *r, const struct json *document, struct verr *err)
{
	static const struct field reason = {"reason", KIND_TEXT, 0, 0};
	const struct json *status = json_get(document, "status");
	const char *state = json_str(json_get(status, "state"), "");

	if (!status)
		return V_OK;
	if (!json_is_object(status))
		return expected("", "status", "an object", err);
	for (enum run_state s = RUN_RECORDING; s <= RUN_FAILED; s++) {
		if (strcmp(state, run_state_name(s)) == 0) {
			r->state = s;
			return read_text(
				&r->reason, json_get(status, "reason"), "status.", &reason, err);
		}
	}
	return expected("status.", "state", "recording, complete, truncated or failed", err);
}

static enum vstatus
read_document(struct run *r, const struct json *document, struct verr *err)
{
	enum vstatus st;

	if (!json_is_object(document))
		return verr_set(err, V_EFORMAT, "expected an object");
	if (strcmp(json_str(json_get(document, "schema"), ""), RUN_SCHEMA) != 0)
		return expected("", "schema", "\"" RUN_SCHEMA "\"", err);
	st = read_fields(r, run_fields, document, "", err);
	if (st == V_OK && (!file_name_is_local(r->id) || strchr(r->id, '/')))
		return expected("", "id", "a name that a directory can have", err);
	if (st == V_OK)
		st = read_factors(r, document, err);
	if (st == V_OK)
		st = check_kept_list(document, "hosts", "name", err);
	if (st == V_OK)
		st = read_points(r, document, err);
	if (st == V_OK)
		st = read_tools(r, document, err);
	if (st == V_OK)
		st = read_counters(r, document, err);
	if (st == V_OK)
		st = check_kept_list(document, "events", "t_ns", err);
	if (st == V_OK)
		st = read_status(r, document, err);
	return st;
}

enum vstatus
run_parse(struct run *r, const char *text, size_t len, const char *name, struct verr *err)
{
	enum vstatus st = json_parse(&r->document, text, len, name, err);

	if (st != V_OK)
		return st;
	st = read_document(r, r->document, err);
	if (st != V_OK)
		verr_ctx(err, "%s", name);
	return st;
}

enum vstatus
run_load(struct run *r, const char *dir, struct verr *err)
{
	char *path = file_join(dir, "run.json");
	char *text = NULL;
	size_t len;
	enum vstatus st = file_slurp(&text, &len, path, err);

	if (st == V_OK)
		st = run_parse(r, text, len, path, err);
	replace_text(&r->path, dir);
	free(text);
	free(path);
	return st;
}

/* ---- writing ---- */

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
write_fields(struct json *to, const struct field *table, void *object)
{
	for (const struct field *f = table; f->key; f++) {
		if (f->kind < KIND_FILES)
			json_add_str(to, f->key, *text_at(object, f));
		else if (f->kind == KIND_FILES || f->kind == KIND_TEXTS)
			write_texts(to, f->key, *texts_at(object, f), *count_at(object, f));
		else if (f->kind == KIND_ORDER)
			json_add_i64(to, f->key, *(int *)(void *)((char *)object + f->offset));
		else
			write_integer(to, f->key, *integer_at(object, f));
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
write_element(struct json *list, const struct field *table, void *object, const struct json *old)
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
		write_element(list, point_fields, &r->points[i],
			find_old(old, "name", r->points[i].name));
}

static void
write_tools(struct json *to, struct run *r)
{
	const struct json *old = json_get(r->document, "tools");
	struct json *list = json_add_array(to, "tools");

	for (size_t i = 0; i < r->n_tools; i++)
		write_element(
			list, tool_fields, &r->tools[i], find_old(old, "file", r->tools[i].file));
}

static void
write_counters(struct json *to, struct run *r)
{
	const struct json *old = json_get(r->document, "counters");
	struct json *list = json_add_array(to, "counters");

	for (size_t i = 0; i < r->n_counters; i++) {
		const struct run_counters *c = &r->counters[i];
		struct json *element = write_element(
			list, counters_fields, &r->counters[i], find_old(old, "file", c->file));

		if (c->columns)
			json_replace_copy(element, "columns", c->columns);
	}
}

static void
write_factor(struct json *to, const struct factor *f, const struct json *old)
{
	char *old_text = old ? factor_text(old) : NULL;
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
	char *path = file_join(dir, "run.json");
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
