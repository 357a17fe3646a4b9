/*
 * in_jtl - JMeter's log (JTL) as CSV, and what its samples mean in either syntax.
 *
 * Fields are those of the manual's chapter "CSV Log format".  `elapsed` and `Latency` both begin
 * before connecting, so that here latency = elapsed - Connect and ttfb = Latency - Connect; a log
 * without Connect (2.13 as shipped) cannot tell them apart, and latency is elapsed.  A Latency of 0
 * is that of a sampler which does not measure it.  All in whole milliseconds.
 *
 * A sample that JMeter does not call a success has no latency: it is counted as failed, with the
 * reason that its response code or message names.  Transaction controllers are the sum of samples
 * that have rows of their own ("Number of samples in transaction : 3, ..."): counted, not used.
 *
 * A log without header has the columns of its version's defaults: 2.13 has 10, 3.0 has 15, 3.1 to
 * 4.0 have 16, 5.x has 17.  Times written as dates (yyyy/MM/dd HH:mm:ss.SSS) name no zone and are
 * read as UTC: differences between them are right.
 */
#include <string.h>

#include "analyze/tools/jtl.h"
#include "analyze/tools/readers.h"

/* ---- a sample ---- */

/* Words of Java's and HttpClient's exceptions; the first that fits. */
static const struct {
	const char *text;
	uint32_t flag;
} reasons[] = {
	{"imeoutException", FLAG_TIMEOUT},
	{"timed out", FLAG_TIMEOUT},
	{"onnection refused", FLAG_REFUSED},
	{"NoRouteToHost", FLAG_UNREACHABLE},
	{"UnknownHostException", FLAG_UNREACHABLE},
	{"unreachable", FLAG_UNREACHABLE},
	{"onnection reset", FLAG_RESET},
	{"NoHttpResponseException", FLAG_CLOSED},
	{"Premature end", FLAG_CLOSED},
	{"ConnectionClosedException", FLAG_CLOSED},
};

static uint32_t
reason_of(struct slice code, struct slice message)
{
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if ((code.p && slice_find(code, reasons[i].text) != SIZE_MAX) ||
			(message.p && slice_find(message, reasons[i].text) != SIZE_MAX))
			return FLAG_ERROR | reasons[i].flag;
	return FLAG_ERROR;
}

bool
jtl_is_controller(const struct jtl_row *row)
{
	return row->field[JTL_MESSAGE].p &&
		slice_starts(row->field[JTL_MESSAGE], "Number of samples in transaction");
}

/* "2019/03/05 11:00:27.191" as RFC 3339. */
static bool
read_date(int64_t *t_ns, struct slice s)
{
	char text[40];
	size_t n = s.n < sizeof text - 1 ? s.n : sizeof text - 1;

	if (n < 19)
		return false;
	memcpy(text, s.p, n);
	for (size_t i = 0; i < n; i++)
		text[i] = text[i] == '/' ? '-' : text[i] == ' ' ? 'T' : text[i];
	text[n] = 'Z';
	return tstamp_parse_iso(t_ns, (struct slice){text, n + 1});
}

/* Absent and empty are the same: the value stays as it is. */
static bool
read_time(int64_t *ns, struct slice s)
{
	return !s.p || !s.n || tool_scaled(ns, s, NS_PER_MS);
}

static bool
read_bytes(uint64_t *n, struct slice s)
{
	return !s.p || !s.n || slice_eq(s, "0") || tool_u64(n, s);
}

static const char *
read_times(struct tool_request *r, const struct jtl_row *row)
{
	struct slice stamp = row->field[JTL_TIME_STAMP];
	int64_t first_ns = TSTAMP_NONE;

	if (!read_time(&r->t_ns, stamp) && !read_date(&r->t_ns, stamp))
		return "the time stamp is none";
	if (!read_time(&r->total_ns, row->field[JTL_ELAPSED]))
		return "the elapsed time is no number of ms";
	if (!read_time(&first_ns, row->field[JTL_LATENCY]))
		return "the Latency is no number of ms";
	if (!read_time(&r->connect_ns, row->field[JTL_CONNECT]))
		return "the Connect time is no number of ms";
	if (!read_bytes(&r->response_bytes, row->field[JTL_BYTES]) ||
		!read_bytes(&r->request_bytes, row->field[JTL_SENT_BYTES]))
		return "the bytes are no number";
	if (r->total_ns != TSTAMP_NONE) {
		int64_t connect_ns = r->connect_ns == TSTAMP_NONE ? 0 : r->connect_ns;

		if (connect_ns > r->total_ns)
			return "Connect is longer than elapsed";
		r->latency_ns = r->total_ns - connect_ns;
		if (first_ns > connect_ns && first_ns <= r->total_ns)
			r->ttfb_ns = first_ns - connect_ns;
	}
	return NULL;
}

static void
read_outcome(struct toolout *o, struct tool_request *r, const struct jtl_row *row)
{
	uint64_t status;

	if (row->field[JTL_CODE].p && tool_u64(&status, row->field[JTL_CODE]) && status < 1000)
		r->status = (uint16_t)status;
	o->counts[TOOL_COUNT_REQUESTS]++;
	o->counts[TOOL_COUNT_BAD_STATUS] += r->status >= 400;
	if (!slice_eq(row->field[JTL_SUCCESS], "false"))
		return;
	r->flags = reason_of(row->field[JTL_CODE], row->field[JTL_MESSAGE]);
	o->counts[TOOL_COUNT_FAILED]++;
	o->counts[TOOL_COUNT_TIMEOUT] += (r->flags & FLAG_TIMEOUT) != 0;
	o->counts[TOOL_COUNT_REFUSED] += (r->flags & FLAG_REFUSED) != 0;
	r->latency_ns = r->ttfb_ns = r->total_ns = TSTAMP_NONE;
}

enum vstatus
jtl_take(struct toolout *o, const struct jtl_row *row, uint64_t line, struct verr *err)
{
	struct tool_request r = tool_request_none();
	struct slice success = row->field[JTL_SUCCESS];
	const char *wrong = read_times(&r, row);

	if (!wrong && success.p && !slice_eq(success, "true") && !slice_eq(success, "false"))
		wrong = "success is neither true nor false";
	if (wrong) {
		toolout_left_out(o, line, "%s", wrong);
		return V_OK;
	}
	read_outcome(o, &r, row);
	return toolout_add_request(o, &r, row->field[JTL_THREAD], row->field[JTL_LABEL], err);
}

/* ---- CSV ---- */

static const char *const names[JTL_N_FIELDS] = {
	[JTL_TIME_STAMP] = "timeStamp",
	[JTL_ELAPSED] = "elapsed",
	[JTL_LATENCY] = "Latency",
	[JTL_CONNECT] = "Connect",
	[JTL_SUCCESS] = "success",
	[JTL_LABEL] = "label",
	[JTL_CODE] = "responseCode",
	[JTL_MESSAGE] = "responseMessage",
	[JTL_THREAD] = "threadName",
	[JTL_BYTES] = "bytes",
	[JTL_SENT_BYTES] = "sentBytes",
};

#define NO_COLUMN SIZE_MAX

struct layout {
	size_t n; /* columns of a row */
	size_t at[JTL_N_FIELDS];
};

/* Without a header: the columns of the defaults, by their number. */
static const struct layout defaults[] = {
	{10, {0, 1, 9, NO_COLUMN, 7, 2, 3, 4, 5, 8, NO_COLUMN}},
	{15, {0, 1, 12, 14, 7, 2, 3, 4, 5, 9, NO_COLUMN}},
	{16, {0, 1, 13, 15, 7, 2, 3, 4, 5, 9, 10}},
	{17, {0, 1, 14, 16, 7, 2, 3, 4, 5, 9, 10}},
};

static char
delimiter_of(struct slice text)
{
	static const char candidates[] = ",;\t|";
	struct slice line;
	size_t most = 0;
	char best = ',';

	if (!slice_line(&line, &text))
		return best;
	for (const char *c = candidates; *c; c++) {
		size_t n = 0;

		for (size_t i = 0; i < line.n; i++)
			n += line.p[i] == *c;
		if (n > most) {
			most = n;
			best = *c;
		}
	}
	return best;
}

/* Of the first record.  *header out: it was a header. */
static enum vstatus
find_layout(struct layout *l, bool *header, const struct csvrec *rec, const char *name,
	struct verr *err)
{
	int64_t stamp;

	l->n = rec->n;
	for (int i = 0; i < JTL_N_FIELDS; i++)
		l->at[i] = csvrec_find(rec, names[i]);
	*header = l->at[JTL_ELAPSED] != NO_COLUMN;
	if (*header)
		return V_OK;
	for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
		if (defaults[i].n == rec->n && slice_i64(rec->fields[0], &stamp)) {
			*l = defaults[i];
			return V_OK;
		}
	}
	return verr_set(err, V_EFORMAT,
		"%s: no header with `elapsed`, and not the columns of a log without one", name);
}

static enum vstatus
take_record(struct toolout *o, const struct layout *l, const struct csvrec *rec, struct verr *err)
{
	struct jtl_row row;

	if (rec->n != l->n) {
		toolout_left_out(o, rec->line, "%zu columns instead of %zu", rec->n, l->n);
		return V_OK;
	}
	for (int i = 0; i < JTL_N_FIELDS; i++)
		row.field[i] =
			l->at[i] == NO_COLUMN ? (struct slice){NULL, 0} : rec->fields[l->at[i]];
	if (jtl_is_controller(&row)) {
		o->counts[TOOL_COUNT_NESTED]++;
		return V_OK;
	}
	return jtl_take(o, &row, rec->line, err);
}

/* A byte order mark, and lines of something else before the header. */
static void
skip_preamble(struct slice *text, struct csvrec *rec)
{
	struct slice rest = *text, line;

	if (slice_starts(*text, "\xef\xbb\xbf")) {
		text->p += 3;
		text->n -= 3;
	}
	for (uint64_t number = 0; number < 100; number++) {
		struct slice at = rest;

		if (!slice_line(&line, &rest))
			return;
		if (slice_find(line, "timeStamp") == SIZE_MAX)
			continue;
		if (number) {
			*text = at;
			rec->line = number;
		}
		return;
	}
}

enum vstatus
in_jtl_csv(struct toolout *o, struct slice text, struct verr *err)
{
	struct csvrec rec = {0};
	struct layout layout = {0};
	bool header = true;
	char delimiter;
	enum vstatus st;

	skip_preamble(&text, &rec);
	delimiter = delimiter_of(text);
	st = csvrec_next(&rec, &text, delimiter);
	if (st == V_OK)
		st = find_layout(&layout, &header, &rec, o->name, err);
	else
		st = verr_set(err, V_EFORMAT, "%s: the first line cannot be read", o->name);
	if (st == V_OK && !header)
		st = take_record(o, &layout, &rec, err);
	while (st == V_OK && (st = csvrec_next(&rec, &text, delimiter)) != V_END) {
		if (st != V_OK) {
			toolout_left_out(o, rec.line,
				st == V_EFORMAT ? "a quoted field does not end"
						: "too many columns");
			st = V_OK;
			continue;
		}
		st = take_record(o, &layout, &rec, err);
	}
	csvrec_release(&rec);
	o->resolution_ns = NS_PER_MS;
	if (st == V_END && !o->n_requests)
		st = verr_set(err, V_EFORMAT, "%s: no sample in it", o->name);
	return st == V_END ? V_OK : st;
}
