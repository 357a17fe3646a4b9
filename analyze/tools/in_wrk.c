/*
 * in_wrk - the report of wrk (src/wrk.c: main()) and of wrk2, which adds its HdrHistogram.
 *
 *	  2 threads and 4 connections
 *	  Thread Stats   Avg      Stdev     Max   +/- Stdev
 *	    Latency    53.80ms    7.82ms  83.92ms   85.52%
 *	    Req/Sec    36.82      5.66    40.00     73.33%
 *	  Latency Distribution
 *	     50%   52.48ms
 *	  221 requests in 3.00s, 245.94KB read
 *	  Socket errors: connect 0, read 0, write 0, timeout 3
 *	  Non-2xx or 3xx responses: 14
 *	Requests/sec:     73.57
 *
 * All of it is stated: there are no samples.  wrk2's latencies count from when a request was due,
 * its "Recorded Latency" is corrected for coordinated omission: other quantities than wrk's, and so
 * bear their tool's name.  Of wrk2's detailed spectrum the quantiles that its short table repeats
 * are not read twice.  Duration is what the user asked for, hence no run total.  Sizes are in
 * units of 1024 bytes.
 */
#include <stdio.h>
#include <string.h>

#include "analyze/tools/readers.h"
#include "core/loadtool.h"

#define LINE_MAX_BYTES 512

static const struct unit {
	const char *suffix;
	double factor;
} time_units[] = {{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}},
  size_units[] = {{"KB", 1024.0}, {"MB", 1048576.0}, {"GB", 1073741824.0}, {"TB", 1099511627776.0},
	  {"B", 1}},
  plain_units[] = {{"k", 1e3}, {"M", 1e6}, {"", 1}};

#define N_OF(a) (sizeof(a) / sizeof *(a))

static bool
with_unit(double *v, struct slice s, const struct unit *units, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct slice number = {s.p, s.n - strlen(units[i].suffix)};

		if (slice_ends(s, units[i].suffix) && slice_f64(number, v)) {
			*v *= units[i].factor;
			return true;
		}
	}
	return false;
}

/* "Latency 53.80ms 7.82ms 83.92ms 85.52%" */
static void
read_spread(struct toolout *o, struct slice line, const char *metric, const struct unit *units,
	size_t n, uint64_t number)
{
	static const char *const statistics[] = {"mean", "sd", "max"};
	struct slice word;
	double v;

	for (size_t i = 0; i < N_OF(statistics); i++) {
		if (!slice_word(&word, &line) || !with_unit(&v, word, units, n)) {
			toolout_left_out(o, number, "expected mean, sd and maximum");
			return;
		}
		toolout_state(o, metric, statistics[i], v, word);
	}
}

/* "50.000% 53.31ms": a line of the distribution. */
static bool
read_quantile(struct toolout *o, struct slice line)
{
	struct slice word, value;
	char statistic[32];
	double percent, v;

	if (!slice_word(&word, &line) || !slice_ends(word, "%") || !slice_word(&value, &line))
		return false;
	word.n--;
	if (!slice_f64(word, &percent) || !with_unit(&v, value, time_units, N_OF(time_units)))
		return false;
	snprintf(statistic, sizeof statistic, "q%g", percent / 100);
	toolout_state(o, "latency_ns", percent >= 100 ? "max" : statistic, v, value);
	return true;
}

/* "connect 0, read 0, write 0, timeout 3": none of these requests was answered. */
static void
read_errors(struct toolout *o, struct slice line, uint64_t number)
{
	struct slice part, word;
	uint64_t n;

	while (slice_cut(&part, &line, ',')) {
		if (!slice_word(&word, &part) || !tool_u64(&n, slice_trim(part))) {
			toolout_left_out(o, number, "expected numbers of socket errors");
			return;
		}
		o->counts[TOOL_COUNT_FAILED] += n;
		o->counts[TOOL_COUNT_REQUESTS] += n;
		if (slice_eq(word, "timeout"))
			o->counts[TOOL_COUNT_TIMEOUT] += n;
	}
}

/* "221 requests in 3.00s, 245.94KB read" */
static bool
read_totals(struct toolout *o, struct slice line)
{
	struct slice count, word, seconds, size;
	uint64_t n;
	double s, bytes;

	if (!slice_word(&count, &line) || !slice_word(&word, &line) ||
		!slice_eq(word, "requests") || !slice_word(&word, &line) || !slice_eq(word, "in") ||
		!slice_word(&seconds, &line) || !slice_word(&size, &line) || seconds.n < 2)
		return false;
	seconds.n--; /* the comma */
	if (!tool_u64(&n, count) || !with_unit(&s, seconds, time_units, N_OF(time_units)) ||
		!with_unit(&bytes, size, size_units, N_OF(size_units)))
		return false;
	o->counts[TOOL_COUNT_REQUESTS] += n;
	toolout_state(o, "duration_ns", "total", s, seconds);
	toolout_state(o, "received_bytes", "total", bytes, size);
	return true;
}

static bool
after(struct slice *line, const char *label)
{
	if (!slice_starts(*line, label))
		return false;
	*line = (struct slice){line->p + strlen(label), line->n - strlen(label)};
	return true;
}

static bool
read_rates(struct toolout *o, struct slice line, uint64_t number)
{
	struct slice all = line;
	double v;

	if (after(&line, "Requests/sec: ")) {
		if (slice_f64(line, &v))
			toolout_state(o, "requests_per_s", "mean", v, line);
	} else if (after(&line, "Transfer/sec: ")) {
		if (with_unit(&v, line, size_units, N_OF(size_units)))
			toolout_state(o, "received_bps", "mean", 8 * v, line);
	} else {
		return false;
	}
	if (slice_find(all, "nan") != SIZE_MAX)
		toolout_left_out(o, number, "not a number: %.*s", (int)all.n, all.p);
	return true;
}

static void
read_line(struct toolout *o, struct slice line, uint64_t number, bool *seen_end)
{
	if (after(&line, "Latency Distribution"))
		return;
	if (after(&line, "Latency "))
		read_spread(o, line, "latency_ns", time_units, N_OF(time_units), number);
	else if (after(&line, "Req/Sec "))
		read_spread(
			o, line, "thread_requests_per_s", plain_units, N_OF(plain_units), number);
	else if (after(&line, "Socket errors: "))
		read_errors(o, line, number);
	else if (after(&line, "Non-2xx or 3xx responses: ")) {
		if (!tool_u64(&o->counts[TOOL_COUNT_BAD_STATUS], line))
			toolout_left_out(o, number, "expected a number of responses");
	} else if (!read_quantile(o, line) && !read_totals(o, line)) {
		*seen_end |= read_rates(o, line, number);
	}
}

enum vstatus
in_wrk(struct toolout *o, struct slice text, struct verr *err)
{
	char plain[LINE_MAX_BYTES];
	struct slice line;
	uint64_t number = 0;
	bool seen_end = false;

	while (tool_line(&line, &text, &number)) {
		line = (struct slice){plain, loadtool_plain(plain, sizeof plain, line)};
		read_line(o, line, number, &seen_end);
	}
	if (!o->n_stated && !o->counts[TOOL_COUNT_REQUESTS])
		return verr_set(err, V_EFORMAT, "%s: a report of wrk without results", o->name);
	if (!seen_end)
		toolout_problem(o, 0, "cut short: the report ends before its rates");
	return V_OK;
}
