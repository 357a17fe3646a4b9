/*
 * run_fields - the tables of run_fields.h: key, kind and place in the struct, so that a new key is
 * a new row.
 */
#include <stddef.h>

#include "core/alloc.h"
#include "core/run_fields.h"
#include "core/str.h"

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

const struct run_field run_fields[] = {
	FIELD(run, id, KIND_NAME),
	FIELD(run, platform, KIND_TEXT),
	FIELD(run, driver, KIND_TEXT),
	FIELD(run, started, KIND_TIME),
	FIELD(run, ended, KIND_TIME),
	END_OF_FIELDS,
};

const struct run_field run_point_fields[] = {
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

const struct run_field run_tool_fields[] = {
	FIELD(run_tool, name, KIND_NAME),
	FIELD(run_tool, version, KIND_TEXT),
	FIELD_LIST(run_tool, argv, KIND_TEXTS),
	FIELD(run_tool, file, KIND_FILE),
	FIELD(run_tool, exit, KIND_INTEGER),
	FIELD(run_tool, host, KIND_TEXT),
	END_OF_FIELDS,
};

const struct run_field run_counters_fields[] = {
	FIELD(run_counters, file, KIND_FILE),
	FIELD(run_counters, host, KIND_TEXT),
	FIELD(run_counters, interval_ns, KIND_COUNT),
	END_OF_FIELDS,
};

char *
run_factor_text(const struct json *node)
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
