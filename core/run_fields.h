#ifndef VANTAGE_CORE_RUN_FIELDS_H
#define VANTAGE_CORE_RUN_FIELDS_H
/*
 * run_fields - private to run_read.c and run_write.c: what the struct holds of each object of
 * run.json, as tables that reading, checking and writing walk alike.
 */
#include "core/json.h"
#include "core/run.h"

enum run_field_kind { /* up to KIND_FILE: one text */
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

struct run_field {
	const char *key;
	enum run_field_kind kind;
	size_t offset;
	size_t offset_n; /* of the number of strings */
};

/* Each ends at a row without key. */
extern const struct run_field run_fields[];
extern const struct run_field run_point_fields[];
extern const struct run_field run_tool_fields[];
extern const struct run_field run_counters_fields[];

/* Where a field's value is in the struct that `object` points at. */
static inline char **
run_text_at(void *object, const struct run_field *f)
{
	return (char **)(void *)((char *)object + f->offset);
}

static inline char ***
run_texts_at(void *object, const struct run_field *f)
{
	return (char ***)(void *)((char *)object + f->offset);
}

static inline size_t *
run_count_at(void *object, const struct run_field *f)
{
	return (size_t *)(void *)((char *)object + f->offset_n);
}

static inline int64_t *
run_integer_at(void *object, const struct run_field *f)
{
	return (int64_t *)(void *)((char *)object + f->offset);
}

static inline int *
run_order_at(void *object, const struct run_field *f)
{
	return (int *)(void *)((char *)object + f->offset);
}

/* run_factor_text - the text of a factor's JSON value, on the heap; NULL if it is none. */
char *run_factor_text(const struct json *node);

#endif
