/*
 * in_omni - what netperf's omni tests print as CSV (-o) and as KEY=VALUE (-k).
 *
 * Which fields there are is the user's choice; each has a name in either form (netperf 2.7,
 * nettest_omni.c).  Without a throughput and its unit a test has no result.  "Local" is where
 * netperf runs.  Transactions of request/response tests come with their latency's mean, deviation
 * and quantiles where the user asked for them: stated.  netperf writes -1 for what it was not told
 * and "-nan" for some: both are absent.
 *
 * CSV without its header (-P 0) has nothing that names its columns, and cannot be read.
 */
#include <math.h>
#include <string.h>

#include "analyze/tools/netperf.h"
#include "analyze/tools/readers.h"

enum field {
	F_PROTOCOL,
	F_DIRECTION,
	F_ELAPSED,
	F_THROUGHPUT,
	F_UNITS,
	F_SOCKET_SEND,
	F_SOCKET_RECV,
	F_MESSAGE,
	F_REQUEST,
	F_RESPONSE,
	F_LOCAL_SENT,
	F_REMOTE_RECEIVED,
	F_LOCAL_SEND_RATE,
	F_LOCAL_RECV_RATE,
	F_REMOTE_SEND_RATE,
	F_REMOTE_RECV_RATE,
	F_SOURCE,
	F_DESTINATION,
	F_LATENCY_MIN,
	F_LATENCY_MEAN,
	F_LATENCY_SD,
	F_LATENCY_50,
	F_LATENCY_90,
	F_LATENCY_99,
	F_LATENCY_MAX,
	N_FIELDS,
};

static const struct {
	const char *key;
	const char *column;
} names[N_FIELDS] = {
	[F_PROTOCOL] = {"PROTOCOL", "Protocol"},
	[F_DIRECTION] = {"DIRECTION", "Direction"},
	[F_ELAPSED] = {"ELAPSED_TIME", "Elapsed Time (sec)"},
	[F_THROUGHPUT] = {"THROUGHPUT", "Throughput"},
	[F_UNITS] = {"THROUGHPUT_UNITS", "Throughput Units"},
	[F_SOCKET_SEND] = {"LSS_SIZE_END", "Local Send Socket Size Final"},
	[F_SOCKET_RECV] = {"RSR_SIZE_END", "Remote Recv Socket Size Final"},
	[F_MESSAGE] = {"LOCAL_SEND_SIZE", "Local Send Size"},
	[F_REQUEST] = {"REQUEST_SIZE", "Request Size Bytes"},
	[F_RESPONSE] = {"RESPONSE_SIZE", "Response Size Bytes"},
	[F_LOCAL_SENT] = {"LOCAL_BYTES_SENT", "Local Bytes Sent"},
	[F_REMOTE_RECEIVED] = {"REMOTE_BYTES_RECVD", "Remote Bytes Received"},
	[F_LOCAL_SEND_RATE] = {"LOCAL_SEND_THROUGHPUT", "Local Send Throughput"},
	[F_LOCAL_RECV_RATE] = {"LOCAL_RECV_THROUGHPUT", "Local Recv Throughput"},
	[F_REMOTE_SEND_RATE] = {"REMOTE_SEND_THROUGHPUT", "Remote Send Throughput"},
	[F_REMOTE_RECV_RATE] = {"REMOTE_RECV_THROUGHPUT", "Remote Recv Throughput"},
	[F_SOURCE] = {"SOURCE_ADDR", "Source Address"},
	[F_DESTINATION] = {"DEST_ADDR", "Destination Address"},
	[F_LATENCY_MIN] = {"MIN_LATENCY", "Minimum Latency Microseconds"},
	[F_LATENCY_MEAN] = {"MEAN_LATENCY", "Mean Latency Microseconds"},
	[F_LATENCY_SD] = {"STDDEV_LATENCY", "Stddev Latency Microseconds"},
	[F_LATENCY_50] = {"P50_LATENCY", "50th Percentile Latency Microseconds"},
	[F_LATENCY_90] = {"P90_LATENCY", "90th Percentile Latency Microseconds"},
	[F_LATENCY_99] = {"P99_LATENCY", "99th Percentile Latency Microseconds"},
	[F_LATENCY_MAX] = {"MAX_LATENCY", "Maximum Latency Microseconds"},
};

struct result {
	struct slice field[N_FIELDS]; /* p NULL: not there */
	uint64_t line;
};

/* ---- a result ---- */

static double
number(const struct result *v, enum field f)
{
	double x;

	return v->field[f].p && slice_f64(v->field[f], &x) && x >= 0 && x < 9e15 ? x : NAN;
}

static int64_t
size_of(const struct result *v, enum field f)
{
	double x = number(v, f);

	return x > 0 ? (int64_t)x : -1;
}

static uint64_t
bytes_of(const struct result *v, enum field f)
{
	uint64_t n;

	return v->field[f].p && tool_u64(&n, v->field[f]) && n ? n : TOOL_COUNT_NONE;
}

static const char *
proto_of(const struct result *v)
{
	static const char *const protos[][2] = {
		{"TCP", "tcp"}, {"UDP", "udp"}, {"SCTP", "sctp"}, {"DCCP", "dccp"}};

	for (size_t i = 0; i < sizeof protos / sizeof *protos; i++)
		if (v->field[F_PROTOCOL].p && slice_eq(v->field[F_PROTOCOL], protos[i][0]))
			return protos[i][1];
	return NULL;
}

static const char *
address_of(struct toolout *o, struct slice s)
{
	return s.p && s.n && !slice_eq(s, "0.0.0.0") && !slice_eq(s, "::") ? toolout_text(o, s)
									   : NULL;
}

static void
state_latencies(struct toolout *o, const struct result *v)
{
	static const struct {
		enum field field;
		const char *statistic;
	} of[] = {{F_LATENCY_MIN, "min"}, {F_LATENCY_MEAN, "mean"}, {F_LATENCY_SD, "sd"},
		{F_LATENCY_50, "q0.5"}, {F_LATENCY_90, "q0.9"}, {F_LATENCY_99, "q0.99"},
		{F_LATENCY_MAX, "max"}};

	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		double us = number(v, of[i].field);

		if (!isnan(us))
			toolout_state(o, "transaction_ns", of[i].statistic, us * 1e3,
				v->field[of[i].field]);
	}
}

static struct tool_rate
rate_of(struct toolout *o, const struct result *v)
{
	struct tool_rate r = tool_rate_none();
	double elapsed_s = number(v, F_ELAPSED);

	r.proto = proto_of(v);
	r.src = address_of(o, v->field[F_SOURCE]);
	r.dst = address_of(o, v->field[F_DESTINATION]);
	if (elapsed_s > 0 && elapsed_s < (double)TOOLOUT_TIME_MAX_NS / 1e9)
		r.duration_ns = (int64_t)llround(elapsed_s * 1e9);
	r.conditions[TOOL_SOCKET_SEND_BYTES] = size_of(v, F_SOCKET_SEND);
	r.conditions[TOOL_SOCKET_RECV_BYTES] = size_of(v, F_SOCKET_RECV);
	r.conditions[TOOL_MESSAGE_BYTES] = size_of(v, F_MESSAGE);
	r.conditions[TOOL_REQUEST_BYTES] = size_of(v, F_REQUEST);
	r.conditions[TOOL_RESPONSE_BYTES] = size_of(v, F_RESPONSE);
	return r;
}

/* One row per side that is told; else the test's one throughput, at the side that receives. */
static enum vstatus
add_rates(struct toolout *o, const struct result *v, double unit_bps, struct verr *err)
{
	struct slice direction = v->field[F_DIRECTION];
	bool reverse = direction.p && slice_starts(direction, "Recv");
	double sent = number(v, reverse ? F_REMOTE_SEND_RATE : F_LOCAL_SEND_RATE);
	double received = number(v, reverse ? F_LOCAL_RECV_RATE : F_REMOTE_RECV_RATE);
	struct tool_rate r = rate_of(o, v);
	enum vstatus st = V_OK;

	r.test = "OMNI";
	r.reverse = reverse;
	if (sent > 0) {
		r.side = TOOL_SEND;
		r.throughput_bps = sent * unit_bps;
		r.bytes = reverse ? TOOL_COUNT_NONE : bytes_of(v, F_LOCAL_SENT);
		st = toolout_add_rate(o, &r, err);
	}
	if (st != V_OK || (sent > 0 && !(received > 0)))
		return st;
	r.side = TOOL_RECEIVE;
	r.throughput_bps = (received > 0 ? received : number(v, F_THROUGHPUT)) * unit_bps;
	r.bytes = reverse ? TOOL_COUNT_NONE : bytes_of(v, F_REMOTE_RECEIVED);
	return toolout_add_rate(o, &r, err);
}

static enum vstatus
take_result(struct toolout *o, const struct result *v, struct verr *err)
{
	double throughput = number(v, F_THROUGHPUT), unit_bps;
	struct slice unit = v->field[F_UNITS];
	struct tool_rate r;

	state_latencies(o, v);
	if (isnan(throughput) || !unit.p) {
		toolout_left_out(o, v->line, "a test without a throughput and its unit");
		return V_OK;
	}
	if (slice_starts(unit, "Trans/")) {
		r = rate_of(o, v);
		r.test = "OMNI_RR";
		r.transactions_per_s = throughput;
		return toolout_add_rate(o, &r, err);
	}
	if (!netperf_unit(&unit_bps, unit)) {
		toolout_left_out(
			o, v->line, "unknown unit of throughput: %.*s", (int)unit.n, unit.p);
		return V_OK;
	}
	return add_rates(o, v, unit_bps, err);
}

static enum vstatus
finish(struct toolout *o, enum vstatus st, struct verr *err)
{
	if (st == V_OK && !o->n_rates && !o->n_stated)
		return verr_set(err, V_EFORMAT, "%s: no test in it has a result", o->name);
	return st;
}

/* ---- -o ---- */

static bool
is_header(const struct csvrec *rec)
{
	size_t n = 0;

	for (int f = 0; f < N_FIELDS; f++)
		n += csvrec_find(rec, names[f].column) != SIZE_MAX;
	return n >= 2 || csvrec_find(rec, "Throughput") != SIZE_MAX;
}

enum vstatus
in_netperf_csv(struct toolout *o, struct slice text, struct verr *err)
{
	struct csvrec rec = {0};
	size_t at[N_FIELDS], n_columns = 0;
	enum vstatus st = V_OK;

	while (st == V_OK && (st = csvrec_next(&rec, &text, ',')) == V_OK) {
		struct result v = {.line = rec.line};

		if (is_header(&rec)) {
			n_columns = rec.n;
			for (int f = 0; f < N_FIELDS; f++)
				at[f] = csvrec_find(&rec, names[f].column);
			continue;
		}
		if (rec.n < 2 || slice_find(rec.fields[0], " TEST") != SIZE_MAX || !n_columns)
			continue; /* a banner, a command */
		if (rec.n != n_columns) {
			toolout_left_out(
				o, rec.line, "%zu columns instead of %zu", rec.n, n_columns);
			continue;
		}
		for (int f = 0; f < N_FIELDS; f++)
			if (at[f] != SIZE_MAX)
				v.field[f] = slice_trim(rec.fields[at[f]]);
		st = take_result(o, &v, err);
	}
	if (st == V_EFORMAT)
		toolout_left_out(o, rec.line, "a quoted field does not end");
	csvrec_release(&rec);
	return finish(o, st == V_END || st == V_EFORMAT ? V_OK : st, err);
}

/* ---- -k ---- */

enum vstatus
in_netperf_keyval(struct toolout *o, struct slice text, struct verr *err)
{
	struct result v = {.line = 0};
	struct slice line, key;
	uint64_t number_of_line = 0;
	enum vstatus st = V_OK;

	while (st == V_OK && tool_line(&line, &text, &number_of_line)) {
		bool banner = slice_find(line, " TEST from ") != SIZE_MAX;

		if (banner && v.line) { /* the next test begins */
			st = take_result(o, &v, err);
			v = (struct result){.line = 0};
		}
		if (banner || !slice_cut(&key, &line, '=') || !line.p)
			continue;
		for (int f = 0; f < N_FIELDS; f++) {
			if (st != V_OK || !slice_eq(key, names[f].key))
				continue;
			if (v.field[f].p) { /* the same key again, without a banner between */
				st = take_result(o, &v, err);
				v = (struct result){.line = 0};
			}
			v.field[f] = slice_trim(line);
			v.line = v.line ? v.line : number_of_line;
		}
	}
	if (st == V_OK && v.line)
		st = take_result(o, &v, err);
	return finish(o, st, err);
}
