/*
 * in_netperf - the tables that netperf 2.x prints below the banner of a test.
 *
 *	MIGRATED UDP STREAM TEST from 0.0.0.0 (0.0.0.0) port 0 AF_INET to 10.0.0.2 () port 0 AF_INET
 *	Socket  Message  Elapsed      Messages
 *	Size    Size     Time         Okay Errors   Throughput
 *	bytes   bytes    secs            #      #   10^6bits/sec
 *
 *	212992    1000   1.00       227591      0    1815.64
 *	212992           1.00        18741            149.51
 *
 * What stands in a line of numbers is told by the test and by how many numbers there are
 * (netperf's own printf's: with -c or -C, CPU use and service demand follow).  The unit of the
 * throughput is read from the heading; K, M and G before "Bytes" are powers of 1024, before "bits"
 * they are written as powers of ten.  A text may hold any number of tests, each after the command
 * that made it (outputs that a script collected): of that command the request size is read, which
 * no table shows.
 *
 * The numbers are the tool's: a throughput that is not bytes over time stays as printed, and no
 * bytes are computed from it.  TCP_STREAM's is counted where netperf runs, which sends; MAERTS'
 * where it receives.  Interim results (-D) and what -v 2 adds are passed over.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analyze/tools/netperf.h"
#include "analyze/tools/readers.h"
#include "core/loadtool.h"

#define LINE_MAX_BYTES 1024
#define NUMBERS_MAX 12

/* ---- units ---- */

static const struct {
	const char *unit;
	double bps;
} units[] = {
	{"10^9bits", 1e9},
	{"10^6bits", 1e6},
	{"10^3bits", 1e3},
	{"GBytes", 8 * 1073741824.0},
	{"MBytes", 8 * 1048576.0},
	{"KBytes", 8 * 1024.0},
	{"Bytes", 8},
};

bool
netperf_unit(double *bps, struct slice word)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		size_t n = strlen(units[i].unit);
		struct slice tail = {word.p + n, word.n - n};

		if (slice_starts(word, units[i].unit) &&
			(slice_eq(tail, "/s") || slice_eq(tail, "/sec"))) {
			*bps = units[i].bps;
			return true;
		}
	}
	return false;
}

/* ---- tests ---- */

enum shape { SHAPE_STREAM, SHAPE_DATAGRAMS, SHAPE_TRANSACTIONS };

static const struct {
	const char *banner; /* before " TEST" */
	const char *test;
	const char *proto;
	enum shape shape;
	bool reverse;
} tests[] = {
	{"TCP STREAM", "TCP_STREAM", "tcp", SHAPE_STREAM, false},
	{"TCP MAERTS", "TCP_MAERTS", "tcp", SHAPE_STREAM, true},
	{"TCP SENDFILE", "TCP_SENDFILE", "tcp", SHAPE_STREAM, false},
	{"SCTP STREAM", "SCTP_STREAM", "sctp", SHAPE_STREAM, false},
	{"UDP STREAM", "UDP_STREAM", "udp", SHAPE_DATAGRAMS, false},
	{"UDP UNIDIRECTIONAL SEND", "UDP_STREAM", "udp", SHAPE_DATAGRAMS, false},
	{"TCP REQUEST/RESPONSE", "TCP_RR", "tcp", SHAPE_TRANSACTIONS, false},
	{"TCP Connect/Request/Response", "TCP_CRR", "tcp", SHAPE_TRANSACTIONS, false},
	{"UDP REQUEST/RESPONSE", "UDP_RR", "udp", SHAPE_TRANSACTIONS, false},
	{"SCTP REQUEST/RESPONSE", "SCTP_RR", "sctp", SHAPE_TRANSACTIONS, false},
};

#define NO_TEST SIZE_MAX

struct reading {
	struct toolout *o;
	struct verr *err;
	size_t test;     /* that awaits numbers; NO_TEST */
	uint64_t begun;  /* line of its banner */
	double bps;      /* one unit of its throughput; NaN before it is told */
	const char *dst; /* NULL not told */
	bool sent;       /* the line of what was sent has come: that of the receiver is next */
	struct tool_rate rate; /* what the receiver's line shares with it */
	int64_t request_bytes; /* of the command before, -1 none */
	int64_t response_bytes;
	size_t n_tests;
};

static size_t
test_of(struct slice line)
{
	if (slice_starts(line, "MIGRATED ")) {
		line.p += 9;
		line.n -= 9;
	}
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
		size_t n = strlen(tests[i].banner);
		struct slice tail = {line.p + n, line.n - n};

		if (slice_starts(line, tests[i].banner) && slice_starts(tail, " TEST"))
			return i;
	}
	return NO_TEST;
}

/* A test whose numbers did not come. */
static void
miss(struct reading *r)
{
	if (r->test == NO_TEST)
		return;
	toolout_left_out(r->o, r->begun, "the %s test has no result%s", tests[r->test].test,
		r->sent ? " of the receiver" : "");
	r->test = NO_TEST;
}

static const char *
destination(struct toolout *o, struct slice line)
{
	size_t at = slice_find(line, " to ");
	struct slice word;

	if (at == SIZE_MAX)
		return NULL;
	line.p += at + 4;
	line.n -= at + 4;
	if (!slice_word(&word, &line) || slice_eq(word, "(null)"))
		return NULL;
	return toolout_text(o, word);
}

static bool
read_banner(struct reading *r, struct slice line, uint64_t number)
{
	size_t test = test_of(line);

	if (test == NO_TEST)
		return false;
	miss(r);
	r->test = test;
	r->begun = number;
	r->bps = NAN;
	r->sent = false;
	r->dst = destination(r->o, line);
	r->n_tests++;
	return true;
}

/* "./netperf -t UDP_STREAM -H 10.0.0.2 -- -r 50,100 -m 3100" */
static bool
read_command(struct reading *r, struct slice line)
{
	struct slice word, first, size;
	bool after_dashes = false;

	if (slice_starts(line, "$ "))
		slice_word(&word, &line);
	if (!slice_word(&first, &line) || !slice_ends(first, "netperf"))
		return false;
	r->request_bytes = r->response_bytes = -1;
	while (slice_word(&word, &line)) {
		after_dashes |= slice_eq(word, "--");
		if (!after_dashes || !slice_eq(word, "-r") || !slice_word(&word, &line))
			continue;
		if (!slice_cut(&size, &word, ',') || !slice_i64(size, &r->request_bytes))
			r->request_bytes = -1;
		if (!word.p || !slice_i64(word, &r->response_bytes))
			r->response_bytes = -1;
	}
	return true;
}

/* ---- lines of numbers ---- */

static size_t
read_numbers(double v[NUMBERS_MAX], struct slice line)
{
	struct slice word;
	size_t n = 0;

	while (slice_word(&word, &line)) {
		if (n == NUMBERS_MAX || !slice_f64(word, &v[n]) || fabs(v[n]) > 9e15)
			return 0;
		n++;
	}
	return n;
}

/* The unit of a heading, if it has one. */
static void
read_heading(struct reading *r, struct slice line)
{
	struct slice word;

	while (slice_word(&word, &line))
		netperf_unit(&r->bps, word);
}

static struct tool_rate
rate_of(const struct reading *r, double elapsed_s)
{
	struct tool_rate rate = tool_rate_none();

	rate.test = tests[r->test].test;
	rate.proto = tests[r->test].proto;
	rate.reverse = tests[r->test].reverse;
	rate.side = rate.reverse ? TOOL_RECEIVE : TOOL_SEND;
	rate.dst = rate.reverse ? NULL : r->dst;
	rate.src = rate.reverse ? r->dst : NULL;
	if (elapsed_s > 0 && elapsed_s < (double)TOOLOUT_TIME_MAX_NS / 1e9)
		rate.duration_ns = (int64_t)llround(elapsed_s * 1e9);
	rate.conditions[TOOL_REQUEST_BYTES] = r->request_bytes;
	rate.conditions[TOOL_RESPONSE_BYTES] = r->response_bytes;
	return rate;
}

/* Is it a rate that a test can have? */
static bool
plausible(const struct reading *r, double elapsed_s, double rate)
{
	return elapsed_s > 0 && rate >= 0 &&
		(!isnan(r->bps) || tests[r->test].shape == SHAPE_TRANSACTIONS);
}

static enum vstatus
take_stream(struct reading *r, const double v[], size_t n)
{
	struct tool_rate rate;

	if ((n != 5 && n != 9) || !plausible(r, v[3], v[4]))
		return V_END;
	rate = rate_of(r, v[3]);
	rate.conditions[TOOL_SOCKET_RECV_BYTES] = (int64_t)v[0];
	rate.conditions[TOOL_SOCKET_SEND_BYTES] = (int64_t)v[1];
	rate.conditions[TOOL_MESSAGE_BYTES] = (int64_t)v[2];
	rate.throughput_bps = v[4] * r->bps;
	r->test = NO_TEST;
	return toolout_add_rate(r->o, &rate, r->err);
}

/* First what was sent, then what was received. */
static enum vstatus
take_datagrams(struct reading *r, const double v[], size_t n)
{
	size_t cpu = n == 8 || (r->sent && n == 6) ? 2 : 0;
	struct tool_rate rate;

	if (n != (r->sent ? 4 : 6) + cpu || !plausible(r, v[r->sent ? 1 : 2], v[n - cpu - 1]))
		return V_END;
	if (!r->sent) {
		if (v[3] < 0 || v[4] < 0)
			return V_END;
		rate = rate_of(r, v[2]);
		rate.messages_ok = (uint64_t)v[3];
		rate.messages_err = (uint64_t)v[4];
		rate.conditions[TOOL_SOCKET_SEND_BYTES] = (int64_t)v[0];
		rate.conditions[TOOL_MESSAGE_BYTES] = (int64_t)v[1];
		r->rate = rate;
		r->sent = true;
	} else {
		if (v[2] < 0)
			return V_END;
		rate = rate_of(r, v[1]);
		rate.side = TOOL_RECEIVE;
		rate.messages_ok = (uint64_t)v[2];
		memcpy(rate.conditions, r->rate.conditions, sizeof rate.conditions);
		rate.conditions[TOOL_SOCKET_RECV_BYTES] = (int64_t)v[0];
		r->test = NO_TEST;
	}
	rate.throughput_bps = v[n - cpu - 1] * r->bps;
	return toolout_add_rate(r->o, &rate, r->err);
}

static enum vstatus
take_transactions(struct reading *r, const double v[], size_t n)
{
	struct tool_rate rate;

	if ((n != 6 && n != 10) || !plausible(r, v[4], v[5]))
		return V_END;
	rate = rate_of(r, v[4]);
	rate.conditions[TOOL_SOCKET_SEND_BYTES] = (int64_t)v[0];
	rate.conditions[TOOL_SOCKET_RECV_BYTES] = (int64_t)v[1];
	rate.conditions[TOOL_REQUEST_BYTES] = (int64_t)v[2];
	rate.conditions[TOOL_RESPONSE_BYTES] = (int64_t)v[3];
	rate.transactions_per_s = v[5];
	r->test = NO_TEST;
	return toolout_add_rate(r->o, &rate, r->err);
}

static enum vstatus
take_numbers(struct reading *r, const double v[], size_t n, uint64_t number)
{
	enum vstatus st;

	switch (tests[r->test].shape) {
	case SHAPE_STREAM:
		st = take_stream(r, v, n);
		break;
	case SHAPE_DATAGRAMS:
		st = take_datagrams(r, v, n);
		break;
	default:
		st = take_transactions(r, v, n);
		break;
	}
	if (st != V_END)
		return st;
	toolout_left_out(r->o, number, "%zu numbers are no result of the %s test above it", n,
		tests[r->test].test);
	r->test = NO_TEST;
	return V_OK;
}

enum vstatus
in_netperf(struct toolout *o, struct slice text, struct verr *err)
{
	struct reading r = {
		.o = o, .err = err, .test = NO_TEST, .request_bytes = -1, .response_bytes = -1};
	char plain[LINE_MAX_BYTES];
	struct slice line;
	uint64_t number = 0;
	enum vstatus st = V_OK;

	while (st == V_OK && tool_line(&line, &text, &number)) {
		double v[NUMBERS_MAX];
		size_t n;

		line = (struct slice){plain, loadtool_plain(plain, sizeof plain, line)};
		if (!line.n || read_banner(&r, line, number) || read_command(&r, line) ||
			r.test == NO_TEST)
			continue;
		n = read_numbers(v, line);
		if (n)
			st = take_numbers(&r, v, n, number);
		else
			read_heading(&r, line);
	}
	miss(&r);
	if (st == V_OK && !o->n_rates)
		return verr_set(err, V_EFORMAT, "%s: %s", o->name,
			r.n_tests
				? "no test in it has a result"
				: "no test that is known here (STREAM, MAERTS, SENDFILE, RR, CRR)");
	return st;
}
