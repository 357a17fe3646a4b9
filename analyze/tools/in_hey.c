/*
 * in_hey - what hey (0.1.x) prints: its summary, and one row a request with -o csv.
 *
 * The rows have times in seconds with four decimals, and end in the offset from the start; rows
 * are in order of completion.  Their clock time is not told.  A request that failed has no row,
 * the summary counts it under "Error distribution".
 */
#include <stdio.h>
#include <string.h>

#include "analyze/tools/readers.h"
#include "core/loadtool.h"

#define LINE_MAX_BYTES 512
#define N_COLUMNS 8

static const struct {
	const char *label;
	const char *metric;
	const char *statistic;
	double scale;
} summary_lines[] = {
	{"Total: ", "duration_ns", "total", 1e9},
	{"Slowest: ", "total_ns", "max", 1e9},
	{"Fastest: ", "total_ns", "min", 1e9},
	{"Average: ", "total_ns", "mean", 1e9},
	{"Requests/sec: ", "requests_per_s", "mean", 1},
};

static bool
read_summary_line(struct toolout *o, struct slice line)
{
	struct slice word;
	double v;

	for (size_t i = 0; i < sizeof summary_lines / sizeof *summary_lines; i++) {
		if (!slice_starts(line, summary_lines[i].label))
			continue;
		line.p += strlen(summary_lines[i].label);
		line.n -= strlen(summary_lines[i].label);
		if (slice_word(&word, &line) && slice_f64(word, &v))
			toolout_state(o, summary_lines[i].metric, summary_lines[i].statistic,
				v * summary_lines[i].scale, word);
		return true;
	}
	return false;
}

/* "50% in 0.0001 secs"; hey prints "0% in 0.0000 secs" for what it has no request for. */
static bool
read_quantile(struct toolout *o, struct slice line)
{
	struct slice percent, word, value;
	char statistic[32];
	double p, v;

	if (!slice_word(&percent, &line) || !slice_ends(percent, "%") ||
		!slice_word(&word, &line) || !slice_eq(word, "in") || !slice_word(&value, &line))
		return false;
	percent.n--;
	if (!slice_f64(percent, &p) || !slice_f64(value, &v))
		return false;
	snprintf(statistic, sizeof statistic, "q%g", p / 100);
	if (p > 0)
		toolout_state(o, "total_ns", statistic, v * 1e9, value);
	return true;
}

/* "[200] 60 responses", and "[3] Get http://...: connection refused" below "Error distribution". */
static bool
read_outcome(struct toolout *o, struct slice line, bool errors)
{
	struct slice code, word;
	uint64_t c, n;

	if (!slice_starts(line, "[") || !slice_word(&code, &line) || !slice_ends(code, "]"))
		return false;
	if (!tool_u64(&c, (struct slice){code.p + 1, code.n - 2}))
		return false;
	if (errors) {
		o->counts[TOOL_COUNT_REQUESTS] += c;
		o->counts[TOOL_COUNT_FAILED] += c;
		if (slice_find(line, "refused") != SIZE_MAX)
			o->counts[TOOL_COUNT_REFUSED] += c;
		if (slice_find(line, "imeout") != SIZE_MAX)
			o->counts[TOOL_COUNT_TIMEOUT] += c;
		return true;
	}
	if (!slice_word(&word, &line) || !tool_u64(&n, word))
		return false;
	o->counts[TOOL_COUNT_REQUESTS] += n;
	o->counts[TOOL_COUNT_BAD_STATUS] += c >= 400 ? n : 0;
	return true;
}

enum vstatus
in_hey(struct toolout *o, struct slice text, struct verr *err)
{
	char plain[LINE_MAX_BYTES];
	struct slice line;
	uint64_t number = 0;
	bool errors = false, outcomes = false;

	while (tool_line(&line, &text, &number)) {
		line = (struct slice){plain, loadtool_plain(plain, sizeof plain, line)};
		errors |= slice_starts(line, "Error distribution");
		outcomes |= errors || slice_starts(line, "Status code distribution");
		if (!read_summary_line(o, line) && !read_quantile(o, line) && outcomes)
			read_outcome(o, line, errors);
	}
	if (!o->n_stated && !outcomes)
		return verr_set(err, V_EFORMAT, "%s: a summary of hey without results", o->name);
	if (!outcomes)
		toolout_problem(o, 0, "cut short: the summary ends before its status codes");
	return V_OK;
}

/* ---- -o csv ---- */

static enum vstatus
read_request(struct toolout *o, const struct csvrec *rec, struct verr *err)
{
	struct tool_request r = tool_request_none();
	struct slice nothing = {NULL, 0};
	int64_t write_ns, delay_ns;
	uint64_t status;

	if (rec->n != N_COLUMNS) {
		toolout_left_out(o, rec->line, "expected %d columns", N_COLUMNS);
		return V_OK;
	}
	if (!tool_scaled(&r.total_ns, rec->fields[0], NS_PER_S) ||
		!tool_scaled(&r.connect_ns, rec->fields[1], NS_PER_S) ||
		!tool_scaled(&write_ns, rec->fields[3], NS_PER_S) ||
		!tool_scaled(&delay_ns, rec->fields[4], NS_PER_S) ||
		!tool_u64(&status, rec->fields[6]) || status > 999) {
		toolout_left_out(o, rec->line, "expected times in seconds and a status");
		return V_OK;
	}
	r.status = (uint16_t)status;
	r.latency_ns = r.total_ns > r.connect_ns ? r.total_ns - r.connect_ns : 0;
	r.ttfb_ns = write_ns + delay_ns;
	o->counts[TOOL_COUNT_REQUESTS]++;
	o->counts[TOOL_COUNT_BAD_STATUS] += status >= 400;
	return toolout_add_request(o, &r, nothing, nothing, err);
}

enum vstatus
in_hey_csv(struct toolout *o, struct slice text, struct verr *err)
{
	struct csvrec rec = {0};
	bool header = false;
	enum vstatus st;

	while ((st = csvrec_next(&rec, &text, ',')) == V_OK) {
		if (!header)
			header = csvrec_find(&rec, "response-time") == 0;
		else if ((st = read_request(o, &rec, err)) != V_OK)
			break;
	}
	if (st == V_EFORMAT)
		toolout_left_out(o, rec.line, "a quoted field does not end");
	csvrec_release(&rec);
	o->resolution_ns = 100 * NS_PER_US;
	if (st == V_ELIMIT)
		return st;
	return o->n_requests ? V_OK : verr_set(err, V_EFORMAT, "%s: no request in it", o->name);
}
