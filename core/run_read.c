/*
 * run_read - run.json: reading with checks.
 *
 * Checks: a key that is missing or null is "not available" unless its row says that it is needed;
 * a value of another kind than the table's is refused with its place and what was expected.
 * Names of files must stay inside the run's directory, because they will be opened: a run.json
 * may come from anyone.
 *
 * Not checked here: that files exist, that their digests fit, that the id is the directory's
 * name.  That is the work of `vanalyze check`.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/file.h"
#include "core/run_fields.h"
#include "core/str.h"
#include "core/text.h"
#include "core/tstamp.h"

static enum vstatus
expected(const char *where, const char *key, const char *what, struct verr *err)
{
	return verr_set(err, V_EFORMAT, "%s%.100s: expected %s", where, key, what);
}

static enum vstatus
read_text(char **text, const struct json *node, const char *where, const struct run_field *f,
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
	text_replace(text, s);
	return V_OK;
}

static enum vstatus
read_texts(char ***texts, size_t *n, const struct json *node, const char *where,
	const struct run_field *f, struct verr *err)
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
read_integer(int64_t *v, const struct json *node, const char *where, const struct run_field *f,
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
read_order(int *order, const struct json *node, const char *where, const struct run_field *f,
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
read_field(void *object, const struct json *node, const char *where, const struct run_field *f,
	struct verr *err)
{
	switch (f->kind) {
	case KIND_NAME:
	case KIND_TEXT:
	case KIND_TIME:
	case KIND_FILE:
		return read_text(run_text_at(object, f), node, where, f, err);
	case KIND_FILES:
	case KIND_TEXTS:
		return read_texts(
			run_texts_at(object, f), run_count_at(object, f), node, where, f, err);
	case KIND_INTEGER:
	case KIND_COUNT:
		return read_integer(run_integer_at(object, f), node, where, f, err);
	case KIND_ORDER:
		return read_order(run_order_at(object, f), node, where, f, err);
	}
	return V_OK;
}

static enum vstatus
read_fields(void *object, const struct run_field *table, const struct json *from, const char *where,
	struct verr *err)
{
	enum vstatus st = V_OK;

	for (const struct run_field *f = table; f->key && st == V_OK; f++)
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
		st = read_fields(p, run_point_fields, node, where, err);
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
		st = read_fields(run_add_tool(r, "", ""), run_tool_fields, node, where, err);
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
		st = read_fields(run_add_counters(r, NULL), run_counters_fields, node, where, err);
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
		text = run_factor_text(m);
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
	static const struct run_field reason = {"reason", KIND_TEXT, 0, 0};
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
	char *path = file_join(dir, RUN_FILE);
	char *text = NULL;
	size_t len;
	enum vstatus st = file_slurp(&text, &len, path, err);

	if (st == V_OK)
		st = run_parse(r, text, len, path, err);
	text_replace(&r->path, dir);
	free(text);
	free(path);
	return st;
}
