/*
 * json_read - JSON texts into trees: json_scan's pass, cJSON, and a pass over its tree.
 *
 * The last pass puts back the integers that a double does not hold (their node becomes a raw one),
 * refuses numbers beyond the range of a double, and equal keys in one object, of which cJSON keeps
 * the second and finds the first.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/file.h"
#include "core/json_int.h"
#include "core/json_scan.h"
#include "core/text.h"

/* The pass over cJSON's tree that puts the long integers back and looks for equal keys. */
struct settle {
	const struct json_scan *scan;
	size_t n_numbers;
	size_t next_long;
	const char *fault; /* NULL nothing */
	const char *key;   /* the equal key, for the message */
	bool keys_may_repeat;
};

static void
settle_number(struct settle *s, cJSON *node)
{
	const struct json_scan *scan = s->scan;
	size_t ordinal = s->n_numbers++;

	if (!isfinite(node->valuedouble)) {
		s->fault = "a number beyond the range of a double";
		return;
	}
	if (s->next_long < scan->n_longs && scan->longs[s->next_long].ordinal == ordinal) {
		const struct json_long *l = &scan->longs[s->next_long++];

		node->type = cJSON_Raw;
		node->valuestring = xstrndup(l->literal, l->len);
	}
}

/* Sorted, not compared pair by pair: an object may have a hundred thousand keys. */
static void
settle_keys(struct settle *s, const cJSON *object)
{
	const char **keys = NULL;
	size_t n = 0;
	size_t cap = 0;

	for (const cJSON *m = object->child; m; m = m->next) {
		GROW(keys, n, cap);
		keys[n++] = m->string;
	}
	if (n > 1)
		qsort(keys, n, sizeof *keys, text_order);
	for (size_t i = 1; i < n && !s->fault; i++) {
		if (strcmp(keys[i - 1], keys[i]) == 0) {
			s->fault = "the key stands twice in one object";
			s->key = keys[i];
		}
	}
	free(keys);
}

/* Recursion is bounded: json_scan_text() let no more than JSON_DEPTH_MAX levels through. */
static void
settle_node(struct settle *s, cJSON *node)
{
	if (cJSON_IsNumber(node))
		settle_number(s, node);
	if (cJSON_IsObject(node) && !s->keys_may_repeat)
		settle_keys(s, node);
	for (cJSON *m = node->child; m && !s->fault; m = m->next)
		settle_node(s, m);
}

static enum vstatus
parse_tree(cJSON **tree, const struct json_scan *s, const char *name, struct verr *err)
{
	const char *end = s->text;
	size_t at;

	*tree = cJSON_ParseWithLengthOpts(s->text, s->len, &end, 0);
	at = (size_t)(end - s->text);
	while (at < s->len && strchr(" \t\r\n", s->text[at]))
		at++;
	if (!*tree)
		return json_scan_fail(s, at,
			at == s->len ? "the text ends too early" : "unexpected byte", name, err);
	if (at < s->len)
		return json_scan_fail(s, at, "something stands behind the value", name, err);
	return V_OK;
}

static enum vstatus
settle_tree(cJSON *tree, const struct json_scan *s, bool keys_may_repeat, const char *name,
	struct verr *err)
{
	struct settle settle = {.scan = s, .keys_may_repeat = keys_may_repeat};

	settle_node(&settle, tree);
	if (!settle.fault)
		return V_OK;
	if (settle.key)
		return verr_set(
			err, V_EFORMAT, "%s: key \"%.200s\": %s", name, settle.key, settle.fault);
	return verr_set(err, V_EFORMAT, "%s: %s", name, settle.fault);
}

static enum vstatus
parse(struct json **root, const char *text, size_t len, bool keys_may_repeat, const char *name,
	struct verr *err)
{
	struct json_scan s = {.text = text, .len = len};
	cJSON *tree = NULL;
	enum vstatus st;

	*root = NULL;
	json_use_checked_alloc();
	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) { /* a byte order mark */
		s.text += 3;
		s.len -= 3;
	}
	st = json_scan_text(&s) ? parse_tree(&tree, &s, name, err)
				: json_scan_fail(&s, s.at, s.fault, name, err);
	if (st == V_OK)
		st = settle_tree(tree, &s, keys_may_repeat, name, err);
	if (st == V_OK)
		*root = json_of(tree);
	else
		cJSON_Delete(tree);
	free(s.longs);
	return st;
}

enum vstatus
json_parse(struct json **root, const char *text, size_t len, const char *name, struct verr *err)
{
	return parse(root, text, len, false, name, err);
}

enum vstatus
json_parse_foreign(
	struct json **root, const char *text, size_t len, const char *name, struct verr *err)
{
	return parse(root, text, len, true, name, err);
}

enum vstatus
json_load(struct json **root, const char *path, struct verr *err)
{
	char *text = NULL;
	size_t len;
	enum vstatus st;

	*root = NULL;
	st = file_slurp(&text, &len, path, err);
	if (st == V_OK)
		st = json_parse(root, text, len, path, err);
	free(text);
	return st;
}
