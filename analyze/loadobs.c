/*
 * loadobs - see loadobs.h.
 *
 * A request of a tool is an http_sample of family 0: a tool knows no addresses, its client is the
 * number of a thread's name.  One that failed has no latency, but its flags and its count.
 */
#include "analyze/loadobs.h"

#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/file.h"

#define CLIENT_NONE UINT32_MAX

static enum load_class
class_of_name(const char *name)
{
	const char *program = *name ? loadtool_program(slice_of(name)) : NULL;

	for (int k = 0; program && k < LOAD_KINDS; k++)
		if (!strcmp(loadtool_name((enum load_kind)k), program))
			return loadtool_class((enum load_kind)k);
	return LOAD_CLASS_NONE;
}

enum load_class
loadobs_class(const struct run *run, const struct run_tool *tool)
{
	enum load_class class = class_of_name(tool->name);
	struct loadtool t = {.kind = LOAD_UNKNOWN};
	char *path, *head;
	size_t len;

	if (class != LOAD_CLASS_NONE || !tool->file || !strcmp(tool->file, "-"))
		return class;
	path = file_join(run->path, tool->file);
	head = xmalloc(LOADTOOL_HEAD_BYTES);
	if (file_head(head, &len, LOADTOOL_HEAD_BYTES, path, NULL) != V_EIO)
		loadtool_recognise(&t, head, len, path);
	free(head);
	free(path);
	return loadtool_class(t.kind);
}

/* ---- requests ---- */

static void
take_request(struct observation *o, const struct toolout *t, size_t i)
{
	const struct tool_request *r = &t->requests[i];
	const struct column *clients = &t->texts.columns[TOOLOUT_CLIENT];
	uint32_t client =
		table_absent(&t->texts, TOOLOUT_CLIENT, i) ? CLIENT_NONE : clients->code[i];
	uint8_t src[16] = {0}, dst[16] = {0};
	int64_t connect_ns = r->connect_ns == TSTAMP_NONE ? 0 : r->connect_ns;
	struct http_sample s = {
		.t_request_ns =
			r->t_ns == TSTAMP_NONE ? TSTAMP_NONE : tstamp_add(r->t_ns, connect_ns),
		.t_request_last_ns = TSTAMP_NONE,
		.connect_ns = r->connect_ns,
		.ttfb_ns = r->ttfb_ns,
		.latency_ns = r->latency_ns,
		.total_ns = r->total_ns,
		.request_bytes = r->request_bytes,
		.response_bytes = r->response_bytes,
		.method = "",
		.uri = table_text(&t->texts, TOOLOUT_LABEL, i),
		.status = r->status,
		.src = client == CLIENT_NONE ? NULL : src,
		.dst = dst,
		.connection = UINT32_MAX,
		.position = (uint32_t)i,
		.flags = r->flags,
	};

	memcpy(src, &client, sizeof client);
	httpobs_sink(&o->http, &s);
}

/* First start and last end, where the tool tells times to better than a second. */
static void
note_span(struct http_counts *c, const struct toolout *t)
{
	c->first_ns = c->last_ns = TSTAMP_NONE;
	for (size_t i = 0; !t->unordered && i < t->n_requests; i++) {
		const struct tool_request *r = &t->requests[i];
		int64_t end_ns;

		if (r->t_ns == TSTAMP_NONE)
			continue;
		if (c->first_ns == TSTAMP_NONE || r->t_ns < c->first_ns)
			c->first_ns = r->t_ns;
		if (r->total_ns == TSTAMP_NONE)
			continue;
		end_ns = tstamp_add(r->t_ns, r->total_ns);
		if (end_ns > c->last_ns)
			c->last_ns = end_ns;
	}
}

static void
take_requests(
	struct observation *o, const struct toolout *t, const struct observation_params *params)
{
	struct http_counts c = {.requests = t->counts[TOOL_COUNT_REQUESTS],
		.timeout = t->counts[TOOL_COUNT_TIMEOUT]};

	o->http.keep_rows = params->keep_samples;
	o->http.excluded_flags = params->excluded_flags;
	o->http.failed_requests = t->counts[TOOL_COUNT_FAILED];
	o->http.bad_status = t->counts[TOOL_COUNT_BAD_STATUS];
	o->http.nested = t->counts[TOOL_COUNT_NESTED];
	o->http.left_out = t->counts[TOOL_COUNT_LEFT_OUT];
	for (int k = 0; k < HTTPOBS_N_METRICS; k++)
		o->http.values[k].unordered = t->unordered;
	for (size_t i = 0; i < t->n_requests; i++) {
		c.complete += t->requests[i].latency_ns != TSTAMP_NONE;
		take_request(o, t, i);
	}
	if (!t->n_requests && c.requests >= o->http.failed_requests)
		c.complete = c.requests - o->http.failed_requests;
	note_span(&c, t);
	httpobs_finish(&o->http, &c);
	if (t->run_total_ns != TSTAMP_NONE)
		values_add(&o->http.values[HTTPOBS_RUN_TOTAL], (double)t->run_total_ns);
}

/* ---- */

static void
take_problems(struct observation *o, const struct toolout *t)
{
	struct verr err;

	for (size_t i = 0; i < t->n_problems; i++) {
		verr_set(&err, V_EFORMAT, "%s", t->problems[i]);
		observation_problem(o, V_EFORMAT, &err);
	}
	if (t->n_more) {
		verr_set(&err, V_EFORMAT, "%s: %llu further messages of that kind", t->name,
			(unsigned long long)t->n_more);
		observation_problem(o, V_EFORMAT, &err);
	}
}

void
loadobs_read(struct observation *o, const struct observation_params *params)
{
	char *path = file_join(o->run->path, o->tool->file), *text = NULL;
	struct verr err;
	size_t len;
	enum vstatus st = file_slurp(&text, &len, path, &err);

	if (st == V_OK) {
		o->load = xcalloc(1, sizeof *o->load);
		st = tools_read(o->load, text, len, path, &err);
		take_problems(o, o->load);
		o->usable = st == V_OK || (st == V_ELIMIT && o->load->n_requests);
	}
	if (st != V_OK)
		observation_problem(o, st, &err);
	if (o->usable && loadtool_class(o->load->kind) == LOAD_CLASS_HTTP)
		take_requests(o, o->load, params);
	if (o->load)
		o->load->name = NULL; /* it dies here */
	free(text);
	free(path);
}
