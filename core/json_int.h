#ifndef VANTAGE_CORE_JSON_INT_H
#define VANTAGE_CORE_JSON_INT_H
/*
 * json_int - private to json: a node is cJSON's.
 */
#include <cjson/cJSON.h>

#include "core/json.h"

static inline cJSON *
node_of(struct json *node)
{
	return (cJSON *)(void *)node;
}

static inline const cJSON *
const_node_of(const struct json *node)
{
	return (const cJSON *)(const void *)node;
}

static inline struct json *
json_of(cJSON *node)
{
	return (struct json *)(void *)node;
}

static inline const struct json *
const_json_of(const cJSON *node)
{
	return (const struct json *)(const void *)node;
}

/* json_use_checked_alloc - before anything of cJSON allocates: its memory is that of core/alloc. */
void json_use_checked_alloc(void);

#endif
