/*
 * toolout - see toolout.h.
 */
#include "analyze/tools/toolout.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

const char *
tool_side_name(enum tool_side s)
{
	return s == TOOL_SEND ? "send" : "receive";
}

const char *
tool_condition_name(enum tool_condition c)
{
	static const char *const names[TOOL_N_CONDITIONS] = {"socket_send_bytes",
		"socket_recv_bytes", "message_bytes", "request_bytes", "response_bytes", "streams"};

	return names[c];
}

void
toolout_init(struct toolout *o, const char *name)
{
	*o = (struct toolout){.name = name, .run_total_ns = TSTAMP_NONE};
	table_init(&o->texts);
	table_add_column(&o->texts, "client", COLUMN_TEXT);
	table_add_column(&o->texts, "label", COLUMN_TEXT);
}

void
toolout_release(struct toolout *o)
{
	texts_free(o->problems, o->n_problems);
	free(o->requests);
	free(o->rates);
	free(o->stated);
	free(o->version);
	table_release(&o->texts);
	arena_release(&o->arena);
	*o = (struct toolout){.name = NULL};
}

static void __attribute__((format(printf, 3, 0)))
add_problem(struct toolout *o, uint64_t line, const char *fmt, va_list ap)
{
	struct strbuf b;
	char *text;

	if (o->n_problems == TOOLOUT_PROBLEMS_MAX) {
		o->n_more++;
		return;
	}
	text = xvasprintf(fmt, ap);
	strbuf_init(&b);
	strbuf_addf(&b, "%s: ", o->name);
	if (line)
		strbuf_addf(&b, "line %" PRIu64 ": ", line);
	strbuf_adds(&b, text);
	free(text);
	o->problems = xrealloc(o->problems, o->n_problems + 1, sizeof *o->problems);
	o->problems[o->n_problems++] = strbuf_detach(&b);
}

void
toolout_problem(struct toolout *o, uint64_t line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_problem(o, line, fmt, ap);
	va_end(ap);
}

void
toolout_left_out(struct toolout *o, uint64_t line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_problem(o, line, fmt, ap);
	va_end(ap);
	o->counts[TOOL_COUNT_LEFT_OUT]++;
}

struct tool_request
tool_request_none(void)
{
	return (struct tool_request){
		.t_ns = TSTAMP_NONE,
		.connect_ns = TSTAMP_NONE,
		.ttfb_ns = TSTAMP_NONE,
		.latency_ns = TSTAMP_NONE,
		.total_ns = TSTAMP_NONE,
		.request_bytes = TOOL_COUNT_NONE,
		.response_bytes = TOOL_COUNT_NONE,
	};
}

enum vstatus
toolout_add_request(struct toolout *o, const struct tool_request *r, struct slice client,
	struct slice label, struct verr *err)
{
	size_t row;

	if (o->n_requests == TOOLOUT_REQUESTS_MAX)
		return verr_set(err, V_ELIMIT, "%s: more than %zu requests: the rest was left out",
			o->name, TOOLOUT_REQUESTS_MAX);
	GROW(o->requests, o->n_requests, o->cap_requests);
	o->requests[o->n_requests++] = *r;
	row = table_add_row(&o->texts);
	if (client.p && !memchr(client.p, '\0', client.n))
		table_set_slice(&o->texts, TOOLOUT_CLIENT, row, client);
	if (label.p && !memchr(label.p, '\0', label.n))
		table_set_slice(&o->texts, TOOLOUT_LABEL, row, label);
	return V_OK;
}

struct tool_rate
tool_rate_none(void)
{
	struct tool_rate r = {
		.total = true,
		.t_ns = TSTAMP_NONE,
		.bytes = TOOL_COUNT_NONE,
		.messages_ok = TOOL_COUNT_NONE,
		.messages_err = TOOL_COUNT_NONE,
		.duration_ns = TSTAMP_NONE,
		.throughput_bps = NAN,
		.transactions_per_s = NAN,
	};

	for (int i = 0; i < TOOL_N_CONDITIONS; i++)
		r.conditions[i] = -1;
	return r;
}

enum vstatus
toolout_add_rate(struct toolout *o, const struct tool_rate *r, struct verr *err)
{
	if (o->n_rates == TOOLOUT_RATES_MAX)
		return verr_set(err, V_ELIMIT, "%s: more than %zu results: the rest was left out",
			o->name, TOOLOUT_RATES_MAX);
	GROW(o->rates, o->n_rates, o->cap_rates);
	o->rates[o->n_rates++] = *r;
	return V_OK;
}

void
toolout_state(struct toolout *o, const char *metric, const char *statistic, double value,
	struct slice printed)
{
	if (o->n_stated == TOOLOUT_STATED_MAX) {
		o->counts[TOOL_COUNT_LEFT_OUT]++;
		return;
	}
	GROW(o->stated, o->n_stated, o->cap_stated);
	o->stated[o->n_stated++] = (struct tool_stated){
		.metric = metric,
		.statistic = toolout_text(o, slice_of(statistic)),
		.value = isfinite(value) ? value : NAN,
		.printed = toolout_text(o, slice_trim(printed)),
	};
}

/* Control bytes would spoil a terminal. */
const char *
toolout_text(struct toolout *o, struct slice s)
{
	char *p = arena_strndup(&o->arena, s.p ? s.p : "", s.n);

	for (char *c = p; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 127)
			*c = '?';
	return p;
}

bool
tool_scaled(int64_t *ns, struct slice s, int64_t unit_ns)
{
	int digits = 0;
	int64_t v;

	for (int64_t u = unit_ns; u > 1; u /= 10)
		digits++;
	if (!slice_scaled(s, digits, &v, NULL) || v < 0 || v > TOOLOUT_TIME_MAX_NS)
		return false;
	*ns = v;
	return true;
}

bool
tool_u64(uint64_t *v, struct slice s)
{
	uint64_t n;

	if (!slice_u64(s, &n) || n == TOOL_COUNT_NONE)
		return false;
	*v = n;
	return true;
}

bool
tool_line(struct slice *line, struct slice *rest, uint64_t *number)
{
	if (!slice_line(line, rest))
		return false;
	++*number;
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}
