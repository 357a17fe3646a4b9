#ifndef VANTAGE_CORE_JSON_H
#define VANTAGE_CORE_JSON_H
/*
 * json - JSON documents through cJSON, with its pitfalls closed: input is parsed with its length
 * and to its end (trailing garbage is an error), nesting is limited, integers beyond 2^53 are
 * written exactly, doubles with as many digits as they need, NaN and infinities as null.
 *
 * A struct json is a node of a tree; the root owns the tree.  Functions that read accept NULL
 * and the wrong kind of node and answer "not there", so that chains need no checks.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct json; /* a node; never defined: stands for cJSON */

#define JSON_DEPTH_MAX 64

/* json_parse - V_EFORMAT with line and column.  name is used in messages. */
enum vstatus
json_parse(struct json **root, const char *text, size_t len, const char *name, struct verr *err);
/* json_parse_foreign - the same, but an object may have a key twice, as other programs write them
 * (iperf3 -P): json_get() answers with the first. */
enum vstatus json_parse_foreign(
	struct json **root, const char *text, size_t len, const char *name, struct verr *err);
/* json_load - file_slurp + json_parse. */
enum vstatus json_load(struct json **root, const char *path, struct verr *err);
void json_free(struct json *root);
/* json_text - pretty-printed with tabs, ends in \n; the caller frees.  Keys keep their order. */
char *json_text(const struct json *root);
/* json_store - json_text written atomically. */
enum vstatus json_store(const struct json *root, const char *path, struct verr *err);

/* Reading. */
const struct json *json_get(const struct json *obj, const char *key);
const struct json *json_at(const struct json *arr, size_t i);
size_t json_len(const struct json *arr_or_obj);
/* json_first / json_next - walk an array's or object's members in order. */
const struct json *json_first(const struct json *node);
const struct json *json_next(const struct json *node);
/* json_key - the member's name, NULL for array elements. */
const char *json_key(const struct json *node);
bool json_is_null(const struct json *node);
bool json_is_object(const struct json *node);
bool json_is_array(const struct json *node);
bool json_is_number(const struct json *node);
bool json_is_string(const struct json *node);
/* json_str - the text of a string node, or fallback. */
const char *json_str(const struct json *node, const char *fallback);
/* json_i64 - an integral number, or a string that is one; false otherwise. */
bool json_i64(const struct json *node, int64_t *v);
bool json_f64(const struct json *node, double *v);
bool json_bool(const struct json *node, bool fallback);

/* Building.  Values are added to the object (key given) or array (key NULL) and owned by it. */
struct json *json_object(void);
struct json *json_array(void);
struct json *json_add_object(struct json *to, const char *key);
struct json *json_add_array(struct json *to, const char *key);
void json_add_str(struct json *to, const char *key, const char *value); /* NULL value: null */
void json_add_i64(struct json *to, const char *key, int64_t value);
void json_add_f64(struct json *to, const char *key, double value);
void json_add_bool(struct json *to, const char *key, bool value);
void json_add_null(struct json *to, const char *key);
/* json_add_time - a 64-bit time as a decimal string. */
void json_add_time(struct json *to, const char *key, int64_t t_ns);
/* json_add_copy - a deep copy of a node of another tree. */
void json_add_copy(struct json *to, const char *key, const struct json *node);
/* json_replace_copy - as json_add_copy, replacing an existing member of that name. */
void json_replace_copy(struct json *obj, const char *key, const struct json *node);

#endif
