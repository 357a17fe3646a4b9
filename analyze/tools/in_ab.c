/*
 * in_ab - the three outputs of ab (Apache 2.0 to 2.4), whose format is its source,
 * support/ab.c: output_results().
 *
 * Report: lines "Name:   value".  Percentiles and the table of connection times are printed in
 * whole milliseconds, by ab's own index rule: they are stated, never pooled with anything.  "Time
 * taken for tests" is a measurement, from ab's start to its last response.
 *
 * -g: columns starttime, seconds, ctime, dtime, ttime, wait, in whole milliseconds, rows sorted by
 * ttime; ttime = ctime + dtime, dtime from the end of connecting, wait from the last byte of the
 * request to the first of the response.  A request that failed while connecting has no row.  Which
 * rows differ in length from the first ("Failed requests" of the report) is not told.
 *
 * -e: per cent, milliseconds.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analyze/tools/readers.h"
#include "core/loadtool.h"

#define LINE_MAX_BYTES 1024

/* ---- report ---- */

/* A line "label number ...", its number in units of `scale`. */
static const struct {
	const char *label;
	const char *suffix; /* of the rest of the line; NULL any */
	const char *metric;
	const char *statistic;
	double scale;
} stated_lines[] = {
	{"Requests per second: ", NULL, "requests_per_s", "mean", 1},
	{"Time per request: ", "(mean)", "request_ns", "mean", 1e6},
	{"Time per request: ", "requests)", "request_ns", "mean across concurrent requests", 1e6},
	{"Transfer rate: ", "received", "received_bps", "mean", 1024 * 8},
};

static const struct {
	const char *label;
	enum tool_count count;
} count_lines[] = {
	{"Complete requests: ", TOOL_COUNT_REQUESTS},
	{"Failed requests: ", TOOL_COUNT_FAILED},
	{"Non-2xx responses: ", TOOL_COUNT_BAD_STATUS},
};

static const struct {
	const char *label;
	const char *metric;
} time_lines[] = {
	{"Connect: ", "connect_ns"},
	{"Processing: ", "latency_ns"},
	{"Waiting: ", "ttfb_ns"},
	{"Total: ", "total_ns"},
};

static bool
after(struct slice *rest, struct slice line, const char *label)
{
	if (!slice_starts(line, label))
		return false;
	*rest = slice_trim((struct slice){line.p + strlen(label), line.n - strlen(label)});
	return true;
}

static bool
read_count(struct toolout *o, struct slice line, uint64_t number)
{
	struct slice rest, word;

	for (size_t i = 0; i < sizeof count_lines / sizeof *count_lines; i++) {
		if (!after(&rest, line, count_lines[i].label))
			continue;
		if (!slice_word(&word, &rest) || !tool_u64(&o->counts[count_lines[i].count], word))
			toolout_left_out(o, number, "expected a number: %.*s", (int)line.n, line.p);
		return true;
	}
	return false;
}

static bool
read_stated(struct toolout *o, struct slice line, uint64_t number)
{
	struct slice rest, word;
	double v;

	for (size_t i = 0; i < sizeof stated_lines / sizeof *stated_lines; i++) {
		if (!after(&rest, line, stated_lines[i].label) ||
			!slice_ends(rest, stated_lines[i].suffix ? stated_lines[i].suffix : ""))
			continue;
		if (slice_word(&word, &rest) && slice_f64(word, &v))
			toolout_state(o, stated_lines[i].metric, stated_lines[i].statistic,
				v * stated_lines[i].scale, word);
		else
			toolout_left_out(o, number, "expected a number: %.*s", (int)line.n, line.p);
		return true;
	}
	return false;
}

/* "Connect:        2    3   0.8      3       8": min, mean, sd, median, max. */
static bool
read_times(struct toolout *o, struct slice line, uint64_t number)
{
	static const char *const statistics[] = {"min", "mean", "sd", "median", "max"};
	struct slice rest, word;
	double v;

	for (size_t i = 0; i < sizeof time_lines / sizeof *time_lines; i++) {
		if (!after(&rest, line, time_lines[i].label))
			continue;
		for (size_t k = 0; k < 5; k++) {
			if (!slice_word(&word, &rest) || !slice_f64(word, &v)) {
				toolout_left_out(o, number, "expected five times: %.*s",
					(int)line.n, line.p);
				break;
			}
			toolout_state(o, time_lines[i].metric, statistics[k], v * 1e6, word);
		}
		return true;
	}
	return false;
}

static void
state_quantile(struct toolout *o, double percent, double ms, struct slice printed)
{
	char statistic[32];

	if (percent <= 0)
		snprintf(statistic, sizeof statistic, "min");
	else if (percent >= 100)
		snprintf(statistic, sizeof statistic, "max");
	else
		snprintf(statistic, sizeof statistic, "q%g", percent / 100);
	toolout_state(o, "total_ns", statistic, ms * 1e6, printed);
}

/* "50%     10", in the table of percentiles only. */
static bool
read_percentile(struct toolout *o, struct slice line)
{
	struct slice word, value;
	double percent, ms;

	if (!slice_word(&word, &line) || !slice_ends(word, "%") || !slice_word(&value, &line))
		return false;
	word.n--;
	if (!slice_f64(word, &percent) || !slice_f64(value, &ms))
		return false;
	if (percent < 100) /* that is the maximum, which is stated above it */
		state_quantile(o, percent, ms, value);
	return true;
}

/* "(Connect: 0, Receive: 0, Length: 232, Exceptions: 0)" */
static void
read_failures(struct toolout *o, struct slice line)
{
	struct slice rest = {line.p + 1, line.n - 1}, part, name;
	char statistic[40];
	double v;

	while (slice_cut(&part, &rest, ',')) {
		if (!slice_cut(&name, &part, ':') || !part.p)
			return;
		part = slice_trim(part);
		if (slice_ends(part, ")"))
			part.n--;
		name = slice_trim(name);
		if (!slice_f64(part, &v))
			return;
		snprintf(statistic, sizeof statistic, "failed: %.*s", (int)name.n, name.p);
		toolout_state(o, "requests", statistic, v, part);
	}
}

static void
read_report_line(struct toolout *o, struct slice line, uint64_t number, bool *seen_end)
{
	struct slice rest, word;

	if (after(&rest, line, "Time taken for tests: ")) {
		if (!slice_word(&word, &rest) || !tool_scaled(&o->run_total_ns, word, NS_PER_S))
			toolout_left_out(o, number, "expected seconds: %.*s", (int)line.n, line.p);
		return;
	}
	*seen_end |= slice_starts(line, "Requests per second: ");
	if (slice_starts(line, "(Connect: "))
		read_failures(o, line);
	else if (!read_count(o, line, number) && !read_stated(o, line, number) &&
		!read_times(o, line, number))
		read_percentile(o, line);
}

enum vstatus
in_ab_report(struct toolout *o, struct slice text, struct verr *err)
{
	char plain[LINE_MAX_BYTES];
	struct slice line;
	uint64_t number = 0;
	bool seen_end = false;

	while (tool_line(&line, &text, &number)) {
		line = (struct slice){plain, loadtool_plain(plain, sizeof plain, line)};
		read_report_line(o, line, number, &seen_end);
	}
	if (!o->counts[TOOL_COUNT_REQUESTS] && o->run_total_ns == TSTAMP_NONE)
		return verr_set(err, V_EFORMAT,
			"%s: a report of ab without results: the test did not come to its end",
			o->name);
	if (!seen_end)
		toolout_problem(o, 0, "cut short: the report ends before its rates");
	o->resolution_ns = NS_PER_MS;
	return V_OK;
}

/* ---- -g ---- */

static enum vstatus
read_request(struct toolout *o, struct slice line, uint64_t number, struct verr *err)
{
	struct tool_request r = tool_request_none();
	struct slice field[7], rest = line, nothing = {NULL, 0};
	size_t n = 0;

	while (n < 7 && slice_cut(&field[n], &rest, '\t'))
		n++;
	if (n != 6) {
		toolout_left_out(o, number, "expected 6 columns");
		return V_OK;
	}
	if (!tool_scaled(&r.t_ns, field[1], NS_PER_S) ||
		!tool_scaled(&r.connect_ns, field[2], NS_PER_MS) ||
		!tool_scaled(&r.latency_ns, field[3], NS_PER_MS) ||
		!tool_scaled(&r.total_ns, field[4], NS_PER_MS) ||
		!tool_scaled(&r.ttfb_ns, field[5], NS_PER_MS)) {
		toolout_left_out(o, number, "expected a time in seconds and four in ms");
		return V_OK;
	}
	o->counts[TOOL_COUNT_REQUESTS]++;
	return toolout_add_request(o, &r, nothing, nothing, err);
}

enum vstatus
in_ab_requests(struct toolout *o, struct slice text, struct verr *err)
{
	struct slice line;
	uint64_t number = 0;
	bool header = false;
	enum vstatus st = V_OK;

	while (st == V_OK && tool_line(&line, &text, &number)) {
		if (!header)
			header = slice_starts(line, "starttime\tseconds\t");
		else if (line.n)
			st = read_request(o, line, number, err);
	}
	o->unordered = true;
	o->resolution_ns = NS_PER_MS;
	if (st == V_OK && !o->n_requests)
		return verr_set(err, V_EFORMAT, "%s: no request in it", o->name);
	return st;
}

/* ---- -e ---- */

enum vstatus
in_ab_percentiles(struct toolout *o, struct slice text, struct verr *err)
{
	struct slice line, field;
	uint64_t number = 0;
	double percent, ms, last = -1;
	bool header = false;

	while (tool_line(&line, &text, &number)) {
		if (!header) {
			header = slice_starts(line, "Percentage served,");
			continue;
		}
		if (!line.n)
			continue;
		if (!slice_cut(&field, &line, ',') || !slice_f64(field, &percent) || !line.p ||
			!slice_f64(line, &ms) || ms < 0 || percent > 100) {
			toolout_left_out(o, number, "expected per cent and ms");
			continue;
		}
		state_quantile(o, percent, ms, line);
		last = percent;
	}
	if (!o->n_stated)
		return verr_set(err, V_EFORMAT, "%s: no percentile in it", o->name);
	if (last < 99)
		toolout_problem(o, 0, "cut short: the percentiles end at %g", last);
	return V_OK;
}
