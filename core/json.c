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
 *   - It reads more than JSON: bytes behind the value, 01 and 1., control bytes as blanks or
 *     inside strings, bytes that are not UTF-8, \u0000, which would end a C string early.
 *     scan() goes over the text first and refuses those by RFC 8259; it also matches the
 *     brackets and limits their depth, so what reaches cJSON is balanced, and it never reads
 *     towards the end of an open bracket.
 *   - It keeps the second of two equal keys and finds the first.  Two equal keys are an error.
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

#include <cjson/cJSON.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/file.h"
#include "core/str.h"

/* Integers up to here, and the doubles that stand for them, are one to one. */
#define DOUBLE_EXACT_MAX 9007199254740992.0
/* Integers of at most so many digits are below it. */
#define DOUBLE_EXACT_DIGITS 15

/* The type bits of a node without cJSON's ownership flags. */
#define KIND_MASK 0xFF

/* An integer literal that a double may not hold: the how-manieth number of the text it is. */
struct long_integer {
	size_t ordinal;
	const char *literal;
	size_t len;
};

/* The lexical pass over a text. */
struct scan {
	const char *text;
	size_t len;
	size_t at;         /* of the next byte, and of the fault */
	const char *fault; /* what is wrong at `at`; NULL nothing */
	char closer[JSON_DEPTH_MAX];
	size_t depth;
	size_t n_numbers;
	struct long_integer *longs;
	size_t n_longs;
	size_t cap_longs;
};

/* The pass over cJSON's tree that puts the long integers back and looks for equal keys. */
struct settle {
	const struct scan *scan;
	size_t n_numbers;
	size_t next_long;
	const char *fault; /* NULL nothing */
	const char *key;   /* the equal key, for the message */
	bool keys_may_repeat;
};

static cJSON *
node_of(struct json *node)
{
	return (cJSON *)(void *)node;
}

static const cJSON *
const_node_of(const struct json *node)
{
	return (const cJSON *)(const void *)node;
}

static struct json *
json_of(cJSON *node)
{
	return (struct json *)(void *)node;
}

static const struct json *
const_json_of(const cJSON *node)
{
	return (const struct json *)(const void *)node;
}

static void
install_checked_alloc(void)
{
	cJSON_Hooks hooks = {xmalloc, free};

	cJSON_InitHooks(&hooks);
}

static void
use_checked_alloc(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, install_checked_alloc);
}

/*
 * The length of the well-formed UTF-8 sequence at the front of the n > 0 bytes at p, 0 if there is
 * none (Unicode 15, table 3-7: no overlong forms, no surrogates, nothing beyond U+10FFFF).
 */
static size_t
utf8_len(const unsigned char *p, size_t n)
{
	size_t len = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
	unsigned char low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
	unsigned char high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xC2 || p[0] > 0xF4 || n < len || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if (p[i] < 0x80 || p[i] > 0xBF)
			return 0;
	return len;
}

/* ---- reading: the lexical pass ---- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The byte at s->at + ahead, NUL behind the end (a NUL in the text is refused anyway). */
static char
peek(const struct scan *s, size_t ahead)
{
	return s->at + ahead < s->len ? s->text[s->at + ahead] : '\0';
}

static bool
scan_fault(struct scan *s, const char *fault)
{
	s->fault = fault;
	return false;
}

static size_t
scan_digits(struct scan *s)
{
	size_t n = 0;

	for (; is_digit(peek(s, 0)); s->at++)
		n++;
	return n;
}

static void
remember_long(struct scan *s, size_t start)
{
	GROW(s->longs, s->n_longs, s->cap_longs);
	s->longs[s->n_longs++] =
		(struct long_integer){s->n_numbers, s->text + start, s->at - start};
}

/* RFC 8259, section 6. */
static bool
scan_number(struct scan *s)
{
	size_t start = s->at;
	size_t n_digits;
	bool integer = true;

	if (peek(s, 0) == '-')
		s->at++;
	if (peek(s, 0) == '0' && is_digit(peek(s, 1)))
		return scan_fault(s, "a number with a leading zero");
	n_digits = scan_digits(s);
	if (n_digits == 0)
		return scan_fault(s, "expected a digit");
	if (peek(s, 0) == '.') {
		integer = false;
		s->at++;
		if (scan_digits(s) == 0)
			return scan_fault(s, "expected a digit");
	}
	if (peek(s, 0) == 'e' || peek(s, 0) == 'E') {
		integer = false;
		s->at++;
		if (peek(s, 0) == '+' || peek(s, 0) == '-')
			s->at++;
		if (scan_digits(s) == 0)
			return scan_fault(s, "expected a digit");
	}
	if (integer && n_digits > DOUBLE_EXACT_DIGITS)
		remember_long(s, start);
	s->n_numbers++;
	return true;
}

/* s->at stands on the opening quote.  Escapes other than \u0000 are left to cJSON. */
static bool
scan_string(struct scan *s)
{
	for (s->at++; s->at < s->len && s->text[s->at] != '"';) {
		const char *p = s->text + s->at;
		size_t left = s->len - s->at;
		size_t n = utf8_len((const unsigned char *)p, left);

		if (n == 0)
			return scan_fault(s, "a byte inside a string that is not UTF-8");
		if ((unsigned char)*p < 0x20)
			return scan_fault(s, "a control byte inside a string");
		if (left >= 6 && memcmp(p, "\\u0000", 6) == 0)
			return scan_fault(s, "\\u0000 inside a string");
		s->at += *p == '\\' ? 2 : n;
	}
	if (s->at >= s->len) {
		s->at = s->len;
		return scan_fault(s, "the text ends inside a string");
	}
	s->at++;
	return true;
}

static bool
scan_bracket(struct scan *s, char c)
{
	if (c == '[' || c == '{') {
		if (s->depth == JSON_DEPTH_MAX)
			return scan_fault(s, "nested too deeply");
		s->closer[s->depth++] = c == '[' ? ']' : '}';
	} else {
		if (s->depth == 0 || s->closer[s->depth - 1] != c)
			return scan_fault(s, "a closing bracket that fits no opening one");
		s->depth--;
	}
	s->at++;
	return true;
}

static bool
scan_token(struct scan *s)
{
	char c = s->text[s->at];

	if (c == '"')
		return scan_string(s);
	if (c == '-' || is_digit(c))
		return scan_number(s);
	if (c == '[' || c == '{' || c == ']' || c == '}')
		return scan_bracket(s, c);
	if ((unsigned char)c < 0x20 && c != '\t' && c != '\n' && c != '\r')
		return scan_fault(s, "a control byte");
	s->at++;
	return true;
}

/* true if the text may be given to cJSON. */
static bool
scan(struct scan *s)
{
	while (s->at < s->len)
		if (!scan_token(s))
			return false;
	if (s->depth == 0)
		return true;
	if (s->closer[s->depth - 1] == ']')
		return scan_fault(s, "the text ends inside an array");
	return scan_fault(s, "the text ends inside an object");
}

/* ---- reading: the pass over the tree ---- */

static void
settle_number(struct settle *s, cJSON *node)
{
	const struct scan *scan = s->scan;
	size_t ordinal = s->n_numbers++;

	if (!isfinite(node->valuedouble)) {
		s->fault = "a number beyond the range of a double";
		return;
	}
	if (s->next_long < scan->n_longs && scan->longs[s->next_long].ordinal == ordinal) {
		const struct long_integer *l = &scan->longs[s->next_long++];

		node->type = cJSON_Raw;
		node->valuestring = xstrndup(l->literal, l->len);
	}
}

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
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
		qsort(keys, n, sizeof *keys, compare_keys);
	for (size_t i = 1; i < n && !s->fault; i++) {
		if (strcmp(keys[i - 1], keys[i]) == 0) {
			s->fault = "the key stands twice in one object";
			s->key = keys[i];
		}
	}
	free(keys);
}

/* Recursion is bounded: scan() let no more than JSON_DEPTH_MAX levels through. */
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
fail_at(const struct scan *s, size_t at, const char *fault, const char *name, struct verr *err)
{
	size_t line = 1;
	size_t column = 1;

	for (size_t i = 0; i < at && i < s->len; i++) {
		column++;
		if (s->text[i] == '\n') {
			line++;
			column = 1;
		}
	}
	return verr_set(err, V_EFORMAT, "%s: line %zu, column %zu: not JSON: %s", name, line,
		column, fault);
}

static enum vstatus
parse_tree(cJSON **tree, const struct scan *s, const char *name, struct verr *err)
{
	const char *end = s->text;
	size_t at;

	*tree = cJSON_ParseWithLengthOpts(s->text, s->len, &end, 0);
	at = (size_t)(end - s->text);
	while (at < s->len && strchr(" \t\r\n", s->text[at]))
		at++;
	if (!*tree)
		return fail_at(s, at, at == s->len ? "the text ends too early" : "unexpected byte",
			name, err);
	if (at < s->len)
		return fail_at(s, at, "something stands behind the value", name, err);
	return V_OK;
}

static enum vstatus
settle_tree(cJSON *tree, const struct scan *s, bool keys_may_repeat, const char *name,
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
	struct scan s = {.text = text, .len = len};
	cJSON *tree = NULL;
	enum vstatus st;

	*root = NULL;
	use_checked_alloc();
	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) { /* a byte order mark */
		s.text += 3;
		s.len -= 3;
	}
	st = scan(&s) ? parse_tree(&tree, &s, name, err) : fail_at(&s, s.at, s.fault, name, err);
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
	use_checked_alloc();
	return json_of(cJSON_CreateObject());
}

struct json *
json_array(void)
{
	use_checked_alloc();
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
		size_t n = utf8_len(p, (size_t)(end - p));

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
