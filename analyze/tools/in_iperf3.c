/*
 * in_iperf3 - the JSON of iperf3 -J (3.0 to 3.17; iperf_api.c: iperf_json_finish()).
 *
 * The result is `end`: sum_sent and sum_received over all streams (in both directions with
 * --bidir), and for each stream its sender and receiver.  Send and receive side are kept apart.
 * UDP counts datagrams: `packets` at the sender, `packets` and `lost_packets` at the receiver, so
 * that messages_ok = packets - lost_packets there.  iperf3 before 3.7 has one `sum` for UDP: what
 * was sent, and what of it was lost.  "omit" seconds are in no sum, as iperf3 has it.
 *
 * Damage that occurs, and what is done: text and colours before the document (messages of a
 * preloaded library) are passed over; "nan" and "inf", which are no JSON, become null; a document
 * that is cut off is closed where it was still whole, and its intervals are summed up: they are
 * those of the side that wrote it.  An `error` in the document is a problem, whatever else there
 * is.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/tools/readers.h"
#include "core/json.h"

/* ---- one clean document out of a text ---- */

struct document {
	struct strbuf text; /* JSON, nan and inf replaced */
	uint64_t line;      /* where it begins */
	bool cut;           /* it did not end: it was closed */
};

struct scan {
	char stack[JSON_DEPTH_MAX]; /* the closing brackets that are due */
	size_t depth;
	size_t whole; /* bytes of the output behind the last value that was complete */
	size_t whole_depth;
	char whole_stack[JSON_DEPTH_MAX];
	bool in_string;
	bool escaped;
};

static void
note_whole(struct scan *s, size_t n)
{
	s->whole = n;
	s->whole_depth = s->depth;
	memcpy(s->whole_stack, s->stack, s->depth);
}

/* A bare word: true, false and null are JSON's. */
static size_t
copy_word(struct strbuf *out, struct slice rest)
{
	size_t n = 0;
	struct slice word;

	while (n < rest.n && isalpha((unsigned char)rest.p[n]))
		n++;
	word = (struct slice){rest.p, n};
	if (!slice_eq(word, "nan") && !slice_eq(word, "inf") && !slice_eq(word, "NaN") &&
		!slice_eq(word, "Infinity")) {
		strbuf_add(out, word.p, word.n);
		return n;
	}
	if (out->n && out->p[out->n - 1] == '-')
		out->n--;
	strbuf_adds(out, "null");
	return n;
}

/* One byte outside strings and words; false beyond the depth. */
static bool
copy_byte(struct scan *s, struct strbuf *out, char c)
{
	if (c == ',')
		note_whole(s, out->n);
	if (c == '{' || c == '[') {
		if (s->depth == JSON_DEPTH_MAX)
			return false;
		s->stack[s->depth++] = c == '{' ? '}' : ']';
	}
	strbuf_addc(out, c);
	if (c == '}' || c == ']') {
		if (s->depth)
			s->depth--;
		note_whole(s, out->n);
	}
	return true;
}

static void
copy_string_byte(struct scan *s, struct strbuf *out, char c)
{
	strbuf_addc(out, c);
	if (!s->escaped && c == '"')
		s->in_string = false;
	s->escaped = !s->escaped && c == '\\';
}

static void
close_document(struct document *d, struct scan *s)
{
	d->cut = true;
	d->text.n = s->whole;
	while (s->whole_depth)
		strbuf_addc(&d->text, s->whole_stack[--s->whole_depth]);
}

/* Copy the document at the front of *text (a "{"); *text then stands behind it. */
static void
copy_document(struct document *d, struct slice *text, uint64_t *line)
{
	struct scan s = {.depth = 0};

	strbuf_clear(&d->text);
	d->line = *line;
	d->cut = false;
	while (text->n) {
		char c = *text->p;
		size_t n = 1;

		*line += c == '\n';
		if (s.in_string)
			copy_string_byte(&s, &d->text, c);
		else if (isalpha((unsigned char)c))
			n = copy_word(&d->text, *text);
		else if (c == '"')
			s.in_string = (strbuf_addc(&d->text, c), true);
		else if (!copy_byte(&s, &d->text, c))
			break;
		text->p += n;
		text->n -= n;
		if (!s.depth && !s.in_string)
			return;
	}
	close_document(d, &s);
}

/* The next "{" that begins a line. */
static bool
find_document(struct slice *text, uint64_t *line)
{
	bool fresh = true;

	for (; text->n; text->p++, text->n--) {
		if (fresh && *text->p == '{')
			return true;
		*line += *text->p == '\n';
		fresh = *text->p == '\n' || (fresh && (unsigned char)*text->p <= ' ') ||
			(unsigned char)*text->p >= 0x80; /* a byte order mark */
	}
	return false;
}

/* ---- a test ---- */

static double
number(const struct json *node, const char *key)
{
	double v;

	return json_f64(json_get(node, key), &v) && v >= 0 && v < 1e18 ? v : NAN;
}

static uint64_t
count_of(const struct json *node, const char *key)
{
	double v = number(node, key);

	return isnan(v) ? TOOL_COUNT_NONE : (uint64_t)v;
}

static int64_t
duration_of(const struct json *node)
{
	double s = number(node, "seconds");

	return s > 0 && s < (double)TOOLOUT_TIME_MAX_NS / 1e9 ? (int64_t)llround(s * 1e9)
							      : TSTAMP_NONE;
}

static const char *
end_text(struct toolout *o, const struct json *peer, const char *host, const char *port)
{
	const char *name = json_str(json_get(peer, host), NULL);
	int64_t number_of_port;
	char text[96];

	if (!name || !json_i64(json_get(peer, port), &number_of_port))
		return NULL;
	snprintf(text, sizeof text, strchr(name, ':') ? "[%.64s]:%lld" : "%.64s:%lld", name,
		(long long)number_of_port);
	return toolout_text(o, slice_of(text));
}

struct test {
	struct toolout *o;
	struct verr *err;
	const struct json *start;
	struct tool_rate common; /* what all its results share */
	bool udp;
	bool reverse;
	bool one_way_sum; /* `sum` says what was sent and what of it was lost */
};

static void
begin_test(struct test *t, struct toolout *o, const struct json *root, struct verr *err)
{
	const struct json *start = json_get(root, "start"), *settings;
	const char *proto;
	int64_t stamp_s, streams, size, reverse = 0;

	*t = (struct test){.o = o, .err = err, .start = start, .common = tool_rate_none()};
	settings = json_get(start, "test_start");
	proto = json_str(json_get(settings, "protocol"), "");
	t->udp = !strcmp(proto, "UDP");
	t->common.proto = t->udp ? "udp" : !strcmp(proto, "SCTP") ? "sctp" : "tcp";
	json_i64(json_get(settings, "reverse"), &reverse);
	t->reverse = reverse == 1;
	if (json_i64(json_get(settings, "num_streams"), &streams) && streams > 0)
		t->common.conditions[TOOL_STREAMS] = streams;
	if (json_i64(json_get(settings, "blksize"), &size) && size > 0)
		t->common.conditions[TOOL_MESSAGE_BYTES] = size;
	if (json_i64(json_get(start, "sock_bufsize"), &size) && size > 0)
		t->common.conditions[TOOL_SOCKET_SEND_BYTES] =
			t->common.conditions[TOOL_SOCKET_RECV_BYTES] = size;
	if (json_i64(json_get(json_get(start, "timestamp"), "timesecs"), &stamp_s) && stamp_s > 0 &&
		stamp_s < TOOLOUT_TIME_MAX_NS / NS_PER_S * 2)
		t->common.t_ns = stamp_s * NS_PER_S;
}

/* The addresses of a stream, the data's source first. */
static void
set_ends(struct test *t, struct tool_rate *r, const struct json *node)
{
	int64_t socket, other;
	const struct json *c = json_first(json_get(t->start, "connected"));
	const char *local, *remote;

	if (!json_i64(json_get(node, "socket"), &socket))
		return;
	while (c && (!json_i64(json_get(c, "socket"), &other) || other != socket))
		c = json_next(c);
	local = end_text(t->o, c, "local_host", "local_port");
	remote = end_text(t->o, c, "remote_host", "remote_port");
	r->src = r->reverse ? remote : local;
	r->dst = r->reverse ? local : remote;
}

static enum vstatus
take_side(struct test *t, const struct json *node, enum tool_side side, bool reverse, bool total)
{
	struct tool_rate r = t->common;

	r.side = side;
	r.reverse = reverse;
	r.total = total;
	r.bytes = count_of(node, "bytes");
	r.throughput_bps = number(node, "bits_per_second");
	r.duration_ns = duration_of(node);
	if (isnan(r.throughput_bps))
		return V_OK;
	if (t->udp) {
		uint64_t packets = count_of(node, "packets"), lost = count_of(node, "lost_packets");

		r.messages_ok = packets;
		if (side == TOOL_RECEIVE && packets != TOOL_COUNT_NONE && lost != TOOL_COUNT_NONE) {
			r.messages_ok = packets > lost ? packets - lost : 0;
			r.messages_err = lost;
		}
	}
	if (!total)
		set_ends(t, &r, node);
	return toolout_add_rate(t->o, &r, t->err);
}

/* One stream of several; that of a single one is the total. */
static enum vstatus
take_stream(struct test *t, const struct json *stream)
{
	const struct json *sender = json_get(stream, "sender");
	const struct json *udp = json_get(stream, "udp");
	bool reverse = !json_bool(json_get(sender ? sender : udp, "sender"), !t->reverse);
	enum vstatus st = V_OK;

	if (sender)
		st = take_side(t, sender, TOOL_SEND, reverse, false);
	if (st == V_OK && sender)
		st = take_side(t, json_get(stream, "receiver"), TOOL_RECEIVE, reverse, false);
	if (st == V_OK && udp)
		st = take_side(t, udp, TOOL_SEND, reverse, false);
	return st;
}

static enum vstatus
take_streams(struct test *t, const struct json *streams)
{
	enum vstatus st = V_OK;

	for (const struct json *s = json_first(streams); st == V_OK && s; s = json_next(s))
		st = take_stream(t, s);
	return st;
}

static enum vstatus
take_sums(struct test *t, const struct json *end)
{
	static const struct {
		const char *key;
		enum tool_side side;
		bool other_way; /* than the test's own */
	} sums[] = {
		{"sum_sent", TOOL_SEND, false},
		{"sum_received", TOOL_RECEIVE, false},
		{"sum_sent_bidir_reverse", TOOL_SEND, true},
		{"sum_received_bidir_reverse", TOOL_RECEIVE, true},
	};
	enum vstatus st = V_OK;

	for (size_t i = 0; st == V_OK && i < sizeof sums / sizeof *sums; i++) {
		const struct json *node = json_get(end, sums[i].key);

		if (node)
			st = take_side(
				t, node, sums[i].side, t->reverse != sums[i].other_way, true);
	}
	return st;
}

/* UDP before 3.7: bits_per_second and packets of what was sent, lost_packets of what arrived. */
static enum vstatus
take_old_sum(struct test *t, const struct json *sum)
{
	struct tool_rate r = t->common;
	uint64_t packets = count_of(sum, "packets"), lost = count_of(sum, "lost_packets");
	enum vstatus st = take_side(t, sum, TOOL_SEND, t->reverse, true);

	if (st != V_OK || packets == TOOL_COUNT_NONE || lost == TOOL_COUNT_NONE)
		return st;
	r.side = TOOL_RECEIVE;
	r.reverse = t->reverse;
	r.messages_ok = packets > lost ? packets - lost : 0;
	r.messages_err = lost;
	r.duration_ns = duration_of(sum);
	return toolout_add_rate(t->o, &r, t->err);
}

/* Without an end: the intervals that there are, at the side that wrote them. */
static enum vstatus
take_intervals(struct test *t, const struct json *intervals)
{
	struct tool_rate r = t->common;
	double bytes = 0, seconds = 0;

	for (const struct json *i = json_first(intervals); i; i = json_next(i)) {
		const struct json *sum = json_get(i, "sum");
		double b = number(sum, "bytes"), s = number(sum, "seconds");

		if (json_bool(json_get(sum, "omitted"), false) || isnan(b) || !(s > 0))
			continue;
		bytes += b;
		seconds += s;
	}
	if (!(seconds > 0) || seconds > (double)TOOLOUT_TIME_MAX_NS / 1e9 || bytes > 1e18)
		return V_OK;
	r.side = t->reverse ? TOOL_RECEIVE : TOOL_SEND;
	r.reverse = t->reverse;
	r.bytes = (uint64_t)bytes;
	r.duration_ns = (int64_t)llround(seconds * 1e9);
	r.throughput_bps = 8 * bytes / seconds;
	r.flags = FLAG_CUT;
	return toolout_add_rate(t->o, &r, t->err);
}

static enum vstatus
take_test(struct toolout *o, const struct json *root, const struct document *d, struct verr *err)
{
	const struct json *end = json_get(root, "end"), *sum = json_get(end, "sum");
	const char *error = json_str(json_get(root, "error"), NULL);
	size_t before = o->n_rates;
	struct test t;
	enum vstatus st;

	begin_test(&t, o, root, err);
	if (error)
		toolout_problem(o, d->line, "iperf3 says: %.200s", error);
	if (d->cut)
		toolout_problem(o, d->line,
			"cut short: the document does not end; what is whole of it is used");
	st = take_sums(&t, end);
	if (st == V_OK && o->n_rates == before && sum)
		st = take_old_sum(&t, sum);
	if (st == V_OK && o->n_rates == before)
		st = take_intervals(&t, json_get(root, "intervals"));
	if (st == V_OK && o->n_rates == before && !error)
		toolout_left_out(o, d->line, "a test without a result");
	if (st == V_OK && json_len(json_get(end, "streams")) > 1)
		st = take_streams(&t, json_get(end, "streams"));
	return st;
}

/* One message: what was wrong with the only document is the reason. */
static enum vstatus
no_result(struct toolout *o, size_t n_read, struct verr *err)
{
	if (o->n_problems != 1)
		return verr_set(err, V_EFORMAT, "%s: %s", o->name,
			n_read ? "no result in it" : "no JSON document of iperf3 in it");
	verr_set(err, V_EFORMAT, "%s; there is no result in it", o->problems[0]);
	free(o->problems[0]);
	o->n_problems = 0;
	return V_EFORMAT;
}

enum vstatus
in_iperf3(struct toolout *o, struct slice text, struct verr *err)
{
	struct document d = {.line = 0};
	struct json *root;
	struct verr damage;
	uint64_t line = 1;
	size_t n_read = 0;
	enum vstatus st = V_OK;

	strbuf_init(&d.text);
	while (st == V_OK && find_document(&text, &line)) {
		copy_document(&d, &text, &line);
		if (json_parse_foreign(
			    &root, d.text.p ? d.text.p : "", d.text.n, o->name, &damage) != V_OK) {
			toolout_left_out(o, d.line, "the document that begins here is no JSON");
			continue;
		}
		n_read++;
		st = take_test(o, root, &d, err);
		json_free(root);
	}
	strbuf_release(&d.text);
	if (st == V_OK && !o->n_rates)
		return no_result(o, n_read, err);
	return st;
}
