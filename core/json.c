/*
 * json - JSON documents over cJSON, which alone would damage ours.
 *
 * What cJSON does and what is done about it here:
 *
 *   - Every number is a double.  Integers are written through raw nodes, digit by digit.  When
 *     reading, an integer of more than 15 digits keeps its literal (its node becomes a raw one),
 *     so json_i64() is exact over the whole int64_t range and unknown keys are written again as
 *     they were.  A number with a fraction or an exponent is a double; json_i64() takes it only
 *     when it is integral and within 2^53.
 *   - It reads more than JSON, and keeps the second of two equal keys and finds the first:
 *     json_scan.c goes over a text before cJSON does, json_read.c over the tree behind it.
 *   - It writes doubles with up to 17 digits, of which not all are needed, and bytes that are not
 *     UTF-8 as they are.  json_text() has its own writer: shortest digits that read back, -0 as 0,
 *     NaN and infinities as null, U+FFFD for each byte that is no UTF-8 (in the name of a file,
 *     say), control bytes escaped.
 *   - It answers NULL when memory ends.  Its allocator is replaced by the checked one, once.
 *
 * The layout of json_text(): one member a line, indented by tabs; an array without arrays or
 * objects in it is one line, and so is such an object that is an array's element (a table row).
 * Nothing in it depends on locale, time or addresses: same tree, same bytes.
 *
 * Not done: comments, NaN literals, streaming.  A document is held in memory as a whole; the
 * caller limits its size (FILE_SLURP_MAX_BYTES).  Strings with a NUL byte cannot be held.
 */
#include "core/json.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/file.h"
#include "core/json_int.h"
#include "core/json_scan.h"
#include "core/str.h"

/* Integers up to here, and the doubles that stand for them, are one to one. */
#define DOUBLE_EXACT_MAX 9007199254740992.0

/* The type bits of a node without cJSON's ownership flags. */
#define KIND_MASK 0xFF

static void
install_checked_alloc(void)
{
	cJSON_Hooks hooks = {xmalloc, free};

	cJSON_InitHooks(&hooks);
}

void
json_use_checked_alloc(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, install_checked_alloc);
}

void
json_free(struct json *root)
{
	cJSON_Delete(node_of(root));
}

/* ---- reading: the tree ---- */

const struct json *
json_get(const struct json *obj, const char *key)
{
	if (!json_is_object(obj))
		return NULL;
	return const_json_of(cJSON_GetObjectItemCaseSensitive(const_node_of(obj), key));
}

const struct json *
json_at(const struct json *arr, size_t i)
{
	const struct json *node = json_is_array(arr) ? json_first(arr) : NULL;

	for (; node && i > 0; i--)
		node = json_next(node);
	return node;
}

size_t
json_len(const struct json *arr_or_obj)
{
	size_t n = 0;

	for (const struct json *m = json_first(arr_or_obj); m; m = json_next(m))
		n++;
	return n;
}

const struct json *
json_first(const struct json *node)
{
	return node ? const_json_of(const_node_of(node)->child) : NULL;
}

const struct json *
json_next(const struct json *node)
{
	return node ? const_json_of(const_node_of(node)->next) : NULL;
}

const char *
json_key(const struct json *node)
{
	return node ? const_node_of(node)->string : NULL;
}

bool
json_is_null(const struct json *node)
{
	return cJSON_IsNull(const_node_of(node));
}

bool
json_is_object(const struct json *node)
{
	return cJSON_IsObject(const_node_of(node));
}

bool
json_is_array(const struct json *node)
{
	return cJSON_IsArray(const_node_of(node));
}

/* Raw nodes are made here only, and only of numbers. */
bool
json_is_number(const struct json *node)
{
	return cJSON_IsNumber(const_node_of(node)) || cJSON_IsRaw(const_node_of(node));
}

bool
json_is_string(const struct json *node)
{
	return cJSON_IsString(const_node_of(node));
}

const char *
json_str(const struct json *node, const char *fallback)
{
	return json_is_string(node) ? const_node_of(node)->valuestring : fallback;
}

bool
json_i64(const struct json *node, int64_t *v)
{
	const cJSON *n = const_node_of(node);

	if (cJSON_IsRaw(n) || cJSON_IsString(n))
		return slice_i64(slice_of(n->valuestring), v);
	if (!cJSON_IsNumber(n) || fabs(n->valuedouble) > DOUBLE_EXACT_MAX ||
		n->valuedouble != trunc(n->valuedouble))
		return false;
	*v = (int64_t)n->valuedouble;
	return true;
}

bool
json_f64(const struct json *node, double *v)
{
	const cJSON *n = const_node_of(node);

	if (cJSON_IsRaw(n))
		return slice_f64(slice_of(n->valuestring), v);
	if (!cJSON_IsNumber(n))
		return false;
	*v = n->valuedouble;
	return true;
}

bool
json_bool(const struct json *node, bool fallback)
{
	const cJSON *n = const_node_of(node);

	return cJSON_IsBool(n) ? cJSON_IsTrue(n) : fallback;
}

/* ---- building ---- */

struct json *
json_object(void)
{
	json_use_checked_alloc();
	return json_of(cJSON_CreateObject());
}

struct json *
json_array(void)
{
	json_use_checked_alloc();
	return json_of(cJSON_CreateArray());
}

static struct json *
add(struct json *to, const char *key, cJSON *item)
{
	if (key)
		cJSON_AddItemToObject(node_of(to), key, item);
	else
		cJSON_AddItemToArray(node_of(to), item);
	return json_of(item);
}

static void
add_raw(struct json *to, const char *key, struct strbuf *number)
{
	add(to, key, cJSON_CreateRaw(number->p));
	strbuf_release(number);
}

struct json *
json_add_object(struct json *to, const char *key)
{
	return add(to, key, cJSON_CreateObject());
}

struct json *
json_add_array(struct json *to, const char *key)
{
	return add(to, key, cJSON_CreateArray());
}

void
json_add_str(struct json *to, const char *key, const char *value)
{
	add(to, key, value ? cJSON_CreateString(value) : cJSON_CreateNull());
}

void
json_add_i64(struct json *to, const char *key, int64_t value)
{
	struct strbuf b;

	strbuf_init(&b);
	strbuf_add_i64(&b, value);
	add_raw(to, key, &b);
}

void
json_add_f64(struct json *to, const char *key, double value)
{
	struct strbuf b;

	if (!isfinite(value)) {
		json_add_null(to, key);
		return;
	}
	strbuf_init(&b);
	strbuf_add_f64(&b, value == 0 ? 0 : value); /* -0 as 0 */
	add_raw(to, key, &b);
}

void
json_add_bool(struct json *to, const char *key, bool value)
{
	add(to, key, cJSON_CreateBool(value));
}

void
json_add_null(struct json *to, const char *key)
{
	add(to, key, cJSON_CreateNull());
}

void
json_add_time(struct json *to, const char *key, int64_t t_ns)
{
	struct strbuf b;

	strbuf_init(&b);
	strbuf_add_i64(&b, t_ns);
	json_add_str(to, key, b.p);
	strbuf_release(&b);
}

/* A duplicate bears the name of its original, which an array's element must not. */
static cJSON *
nameless_copy(const struct json *node)
{
	cJSON *copy = cJSON_Duplicate(const_node_of(node), 1);

	if (copy->string && !(copy->type & cJSON_StringIsConst))
		cJSON_free(copy->string);
	copy->string = NULL;
	copy->type &= KIND_MASK;
	return copy;
}

void
json_add_copy(struct json *to, const char *key, const struct json *node)
{
	add(to, key, nameless_copy(node));
}

void
json_replace_copy(struct json *obj, const char *key, const struct json *node)
{
	if (json_get(obj, key))
		cJSON_ReplaceItemInObjectCaseSensitive(node_of(obj), key, nameless_copy(node));
	else
		json_add_copy(obj, key, node);
}

/* ---- writing ---- */

static void
write_ascii(struct strbuf *out, unsigned char c)
{
	static const char escaped[] = "\"\\\b\f\n\r\t";
	static const char letter[] = "\"\\bfnrt";
	const char *e = strchr(escaped, c);

	if (e) {
		strbuf_addc(out, '\\');
		strbuf_addc(out, letter[e - escaped]);
	} else if (c < 0x20) {
		strbuf_addf(out, "\\u%04x", c);
	} else {
		strbuf_addc(out, (char)c);
	}
}

static void
write_string(struct strbuf *out, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	const unsigned char *end = p + strlen(text);

	strbuf_addc(out, '"');
	while (p < end) {
		size_t n = json_utf8_len(p, (size_t)(end - p));

		if (n == 1)
			write_ascii(out, *p);
		else if (n == 0)
			strbuf_adds(out, "\xEF\xBF\xBD"); /* U+FFFD */
		else
			strbuf_add(out, p, n);
		p += n ? n : 1;
	}
	strbuf_addc(out, '"');
}

static void
write_scalar(struct strbuf *out, const cJSON *node)
{
	switch (node->type & KIND_MASK) {
	case cJSON_True:
		strbuf_adds(out, "true");
		break;
	case cJSON_False:
		strbuf_adds(out, "false");
		break;
	case cJSON_Raw:
		strbuf_adds(out, node->valuestring);
		break;
	case cJSON_Number:
		strbuf_add_f64(out, node->valuedouble == 0 ? 0 : node->valuedouble);
		break;
	case cJSON_String:
		write_string(out, node->valuestring);
		break;
	default:
		strbuf_adds(out, "null");
		break;
	}
}

static bool
is_container(const cJSON *node)
{
	return cJSON_IsArray(node) || cJSON_IsObject(node);
}

/* Does the container stand on one line?  (The layout is explained at the top.) */
static bool
is_one_line(const cJSON *node, const cJSON *parent)
{
	for (const cJSON *m = node->child; m; m = m->next)
		if (is_container(m))
			return false;
	return cJSON_IsArray(node) || !node->child || cJSON_IsArray(parent);
}

static void
write_break(struct strbuf *out, int depth)
{
	strbuf_addc(out, '\n');
	while (depth-- > 0)
		strbuf_addc(out, '\t');
}

static void
write_node(struct strbuf *out, const cJSON *node, const cJSON *parent, int depth)
{
	bool array = cJSON_IsArray(node);
	bool one_line;

	if (!is_container(node)) {
		write_scalar(out, node);
		return;
	}
	one_line = is_one_line(node, parent);
	strbuf_addc(out, array ? '[' : '{');
	for (const cJSON *m = node->child; m; m = m->next) {
		if (m != node->child)
			strbuf_adds(out, one_line ? ", " : ",");
		if (!one_line)
			write_break(out, depth + 1);
		if (!array) {
			write_string(out, m->string);
			strbuf_adds(out, ": ");
		}
		write_node(out, m, node, depth + 1);
	}
	if (!one_line)
		write_break(out, depth);
	strbuf_addc(out, array ? ']' : '}');
}

char *
json_text(const struct json *root)
{
	struct strbuf out;

	strbuf_init(&out);
	write_node(&out, const_node_of(root), NULL, 0);
	strbuf_addc(&out, '\n');
	return strbuf_detach(&out);
}

enum vstatus
json_store(const struct json *root, const char *path, struct verr *err)
{
	char *text = json_text(root);
	enum vstatus st = file_write_atomic(path, text, strlen(text), err);

	free(text);
	return st;
}
