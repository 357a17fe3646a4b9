/*
 * t_toolout - the outputs of load tools.
 *
 * Expected values: tests/data/load/expectations.tsv, made by tests/oracle/tool_expectations.py,
 * which reads the same files with Python's csv, json and xml modules; for netperf the slides whose
 * numbers stand in datasets/netperf-osv-kvm-docker/cells.csv, read off by eye; texts that stand
 * here, with the answer worked out by hand.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/tools/tools.h"
#include "core/file.h"

#define LOAD "tests/data/load/"
#define TOOLS "tests/data/tools/"
#define N_OF(a) (sizeof(a) / sizeof *(a))

static struct toolout
read_text(const char *text, const char *name)
{
	struct toolout o;
	struct verr err = {""};

	if (tools_read(&o, text, strlen(text), name, &err) != V_OK)
		fail_msg("%s", err.msg);
	return o;
}

static struct toolout
read_file(const char *path)
{
	struct toolout o;
	struct verr err = {""};
	char *text;
	size_t len;

	assert_int_equal(file_slurp(&text, &len, path, &err), V_OK);
	if (tools_read(&o, text, len, path, &err) != V_OK)
		fail_msg("%s", err.msg);
	free(text);
	return o;
}

/* ---- against the other reader ---- */

static double
sum_of(const struct toolout *o, struct slice what)
{
	double sum = 0;

	for (size_t i = 0; i < o->n_requests; i++) {
		const struct tool_request *r = &o->requests[i];
		int64_t v = slice_eq(what, "total") ? r->total_ns
			: slice_eq(what, "connect") ? r->connect_ns
			: slice_eq(what, "latency") ? r->latency_ns
						    : r->ttfb_ns;

		sum += v == TSTAMP_NONE ? 0 : (double)v;
	}
	return sum;
}

static double
bytes_of(const struct toolout *o)
{
	double sum = 0;

	for (size_t i = 0; i < o->n_requests; i++)
		if (o->requests[i].response_bytes != TOOL_COUNT_NONE)
			sum += (double)o->requests[i].response_bytes;
	return sum;
}

/* "rate:receive:reverse" of the totals; NaN when there is none. */
static double
rate_of(const struct toolout *o, struct slice what)
{
	struct slice quantity, side;

	slice_cut(&quantity, &what, ':');
	slice_cut(&side, &what, ':');
	for (size_t i = 0; i < o->n_rates; i++) {
		const struct tool_rate *r = &o->rates[i];

		if (!r->total || !slice_eq(side, tool_side_name(r->side)) ||
			r->reverse != (what.p && slice_eq(what, "reverse")))
			continue;
		return slice_eq(quantity, "rate")     ? r->throughput_bps
			: slice_eq(quantity, "bytes") ? (double)r->bytes
			: slice_eq(quantity, "ok")    ? (double)r->messages_ok
						      : (double)r->messages_err;
	}
	return NAN;
}

static double
stated_of(const struct toolout *o, struct slice what)
{
	struct slice word, metric;

	slice_cut(&word, &what, ':');
	slice_cut(&metric, &what, ':');
	for (size_t i = 0; i < o->n_stated; i++)
		if (slice_eq(metric, o->stated[i].metric) && slice_eq(what, o->stated[i].statistic))
			return o->stated[i].value;
	return NAN;
}

static size_t
n_streams(const struct toolout *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n_rates; i++)
		n += !o->rates[i].total;
	return n;
}

static double
quantity(const struct toolout *o, struct slice what)
{
	static const char *const counts[] = {"requests", "failed", NULL, NULL, NULL, "nested"};

	for (size_t i = 0; i < N_OF(counts); i++)
		if (counts[i] && slice_eq(what, counts[i]))
			return (double)o->counts[i];
	if (slice_starts(what, "stated:"))
		return stated_of(o, what);
	if (slice_find(what, ":") != SIZE_MAX)
		return rate_of(o, what);
	if (slice_eq(what, "bytes"))
		return bytes_of(o);
	if (slice_eq(what, "clients"))
		return o->texts.columns[TOOLOUT_CLIENT].n_levels;
	if (slice_eq(what, "labels"))
		return o->texts.columns[TOOLOUT_LABEL].n_levels;
	if (slice_eq(what, "streams"))
		return (double)n_streams(o);
	return sum_of(o, what);
}

static void
test_expectations(void **state)
{
	struct slice rest, line, field[3];
	struct toolout o = {.name = NULL};
	struct verr err = {""};
	char *text, path[256] = "";
	size_t len, n = 0;
	double want, got;

	(void)state;
	assert_int_equal(file_slurp(&text, &len, LOAD "expectations.tsv", &err), V_OK);
	rest = (struct slice){text, len};
	while (slice_line(&line, &rest)) {
		char now[256];

		for (int i = 0; i < 3; i++)
			assert_true(slice_cut(&field[i], &line, '\t'));
		assert_true(slice_f64(field[2], &want));
		snprintf(now, sizeof now, LOAD "%.*s", (int)field[0].n, field[0].p);
		if (strcmp(now, path) != 0) {
			if (*path)
				toolout_release(&o);
			strcpy(path, now);
			o = read_file(path);
			assert_int_equal(o.counts[TOOL_COUNT_LEFT_OUT], 0);
		}
		got = quantity(&o, field[1]);
		if (!(fabs(got - want) <= 1e-12 * fabs(want)))
			fail_msg("%s: %.*s is %.17g, not %.17g", path, (int)field[1].n, field[1].p,
				got, want);
		n++;
	}
	assert_true(n > 300);
	toolout_release(&o);
	free(text);
}

/* ---- netperf: as the slides and recordings have it ---- */

static const struct {
	const char *file;
	size_t n;     /* results in it */
	size_t which; /* the one that is compared */
	const char *test;
	enum tool_side side;
	double bps; /* NaN: transactions */
	double per_s;
	double ok; /* -1 not told */
	double err;
	int64_t duration_ns;
	int64_t conditions[TOOL_N_CONDITIONS];
} netperfs[] = {
	{LOAD "slides_tcp.txt", 2, 0, "TCP_STREAM", TOOL_SEND, 4.85e6, NAN, -1, -1, 10 * NS_PER_S,
		{100, 65536, 131072, -1, -1, -1}},
	{LOAD "slides_tcp.txt", 2, 1, "TCP_STREAM", TOOL_SEND, 4.90e6, NAN, -1, -1, 10 * NS_PER_S,
		{100, 65536, 131072, -1, -1, -1}},
	{LOAD "slides_udp.txt", 4, 0, "UDP_STREAM", TOOL_SEND, 42.20e6, NAN, 1054894, 89239,
		10 * NS_PER_S, {9216, -1, 3100, 50, -1, -1}},
	{LOAD "slides_udp.txt", 4, 1, "UDP_STREAM", TOOL_RECEIVE, 12.86e6, NAN, 321394, -1,
		10 * NS_PER_S, {9216, 41600, 3100, 50, -1, -1}},
	{LOAD "slides_udp.txt", 4, 3, "UDP_STREAM", TOOL_RECEIVE, 37.93e6, NAN, 316060, -1,
		10 * NS_PER_S, {9216, 41600, 3100, 150, -1, -1}},
	/* 3371.54 x 1024 x 8 */
	{LOAD "slides_kbytes.txt", 2, 0, "UDP_STREAM", TOOL_SEND, 27619655.68, NAN, 3413, 0,
		10 * NS_PER_S, {9216, -1, 9216, -1, -1, -1}},
	{TOOLS "netperf-udpstream.txt", 2, 1, "UDP_STREAM", TOOL_RECEIVE, 149.51e6, NAN, 18741, -1,
		NS_PER_S, {212992, 212992, 1000, -1, -1, -1}},
	{TOOLS "netperf-rr_v2.txt", 1, 0, "TCP_RR", TOOL_SEND, NAN, 332.78, -1, -1, 2 * NS_PER_S,
		{16384, 131072, -1, 1, 1, -1}},
	{TOOLS "netperf-crr.txt", 1, 0, "TCP_CRR", TOOL_SEND, NAN, 164.32, -1, -1, 2 * NS_PER_S,
		{16384, 131072, -1, 1, 1, -1}},
	{TOOLS "netperf-omni_o_all.txt", 1, 0, "OMNI_RR", TOOL_SEND, NAN, 428.94, -1, -1, NS_PER_S,
		{69120, 131072, -1, 1, 1, -1}},
	{TOOLS "netperf-omni_k_all.txt", 1, 0, "OMNI_RR", TOOL_SEND, NAN, 437.03, -1, -1, NS_PER_S,
		{69120, 131072, -1, 1, 1, -1}},
};

static void
assert_near(double got, double want)
{
	if (isnan(want))
		assert_true(isnan(got));
	else
		assert_true(fabs(got - want) <= 1e-12 * fabs(want));
}

static void
test_netperf(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(netperfs); i++) {
		struct toolout o = read_file(netperfs[i].file);
		const struct tool_rate *r = &o.rates[netperfs[i].which];

		assert_int_equal(o.n_rates, netperfs[i].n);
		assert_int_equal(o.n_problems, 0);
		assert_string_equal(r->test, netperfs[i].test);
		assert_int_equal(r->side, netperfs[i].side);
		assert_near(r->throughput_bps, netperfs[i].bps);
		assert_near(r->transactions_per_s, netperfs[i].per_s);
		assert_true(r->messages_ok == (uint64_t)netperfs[i].ok);
		assert_true(r->messages_err == (uint64_t)netperfs[i].err);
		assert_true(r->duration_ns == netperfs[i].duration_ns);
		for (int c = 0; c < TOOL_N_CONDITIONS; c++)
			assert_int_equal(r->conditions[c], netperfs[i].conditions[c]);
		toolout_release(&o);
	}
}

/* netperf 2.7's -o all in the recording: p50 2252 us, mean 2325.35 us. */
static void
test_omni_states_latencies(void **state)
{
	struct toolout o = read_file(TOOLS "netperf-omni_o_all.txt");

	(void)state;
	assert_near(stated_of(&o, SLICE_LIT("stated:transaction_ns:q0.5")), 2252e3);
	assert_near(stated_of(&o, SLICE_LIT("stated:transaction_ns:mean")), 2325.35e3);
	toolout_release(&o);
}

/* Streams with their addresses: of the recording's sockets 5, 7, 9, 12. */
static void
test_stream_addresses(void **state)
{
	struct toolout o = read_file(LOAD "live_clean_ip3_P4_omit.json");

	(void)state;
	assert_int_equal(o.n_rates, 2 + 8);
	assert_string_equal(o.rates[2].src, "10.78.0.1:41646");
	assert_string_equal(o.rates[2].dst, "10.78.0.2:5201");
	assert_string_equal(o.rates[8].src, "10.78.0.1:41684");
	assert_int_equal(o.rates[0].conditions[TOOL_STREAMS], 4);
	assert_string_equal(o.version, "3.12");
	toolout_release(&o);
}

/* ---- hostile rows: text, what is used, the message ---- */

#define JTL "timeStamp,elapsed,label,responseCode,responseMessage,threadName,success,bytes\n"
#define AB_G "starttime\tseconds\tctime\tdtime\tttime\twait\n"
#define BANNER                                                                            \
	"MIGRATED TCP STREAM TEST from 0.0.0.0 (0.0.0.0) port 0 AF_INET to h () port 0\n" \
	"bytes bytes bytes secs. 10^6bits/sec\n\n"

static const struct {
	const char *name;
	const char *text;
	size_t n_requests;
	size_t n_rates;
	uint64_t left_out;
	const char *message; /* part of the first problem */
} damaged[] = {
	{"a.jtl", JTL "1,5,a,200,OK,t,true,1\n2,nan,a,200,OK,t,true,1\n3,6,a,200,OK,t,true,1\n", 2,
		0, 1, "a.jtl: line 3: the elapsed time is no number of ms"},
	{"b.jtl", JTL "1,5,a,200,OK,t,true\n1,5,a,200,OK,t,true,1\n", 1, 0, 1,
		"b.jtl: line 2: 7 columns instead of 8"},
	{"c.jtl", JTL "1,5,a,200,\"two\nlines\",t,true,1\n2,-5,a,200,OK,t,true,1\n", 1, 0, 1,
		"c.jtl: line 4: the elapsed time"},
	{"d.jtl", JTL "1,5,a,200,OK,t,true,1\n2,5,\"a,200,OK,t,true,1\n", 1, 0, 1,
		"d.jtl: line 3: a quoted field does not end"},
	{"e.jtl", JTL "1,99999999999999999999,a,200,OK,t,true,1\n1,5,a,200,OK,t,true,1\n", 1, 0, 1,
		"e.jtl: line 2: the elapsed time"},
	{"f.jtl", JTL "1,5,a,200,OK,t,perhaps,1\n1,5,a,200,OK,t,true,1\n", 1, 0, 1,
		"neither true nor false"},
	{"g.tsv", AB_G "x\t1\t2\t3\t5\t3\nx\t1\t2\t3\t5\nx\t1\tinf\t3\t5\t3\n", 1, 0, 2,
		"g.tsv: line 3: expected 6 columns"},
	{"h.txt", BANNER "87380 16384 16384 10.00 94.1\n" BANNER, 0, 1, 1,
		"h.txt: line 5: the TCP_STREAM test has no result"},
	{"i.txt", BANNER "87380 16384 16384 10.00 94.1\n" BANNER "1 2 3 4 5 6 7\n", 0, 1, 1,
		"i.txt: line 8: 7 numbers are no result of the TCP_STREAM test"},
	{"j.txt", BANNER "87380 16384 16384 10.00 -nan\n" BANNER "87380 16384 16384 10.00 94.1\n",
		0, 1, 1, "the TCP_STREAM test has no result"},
	{"k.xml",
		"<?xml version=\"1.0\"?>\n<testResults version=\"1.2\">\n"
		"<httpSample t=\"5\" ts=\"1\" s=\"true\" lb=\"a\" tn=\"t\"/>\n<httpSa",
		1, 0, 0, "k.xml: line 4: "},
	{"l.csv",
		"20261121111046,127.0.0.1,48762,127.0.0.1,15001,1,0.0-1.0,1000000,8000000\n"
		"20261121111046,127.0.0.1,48762,127.0.0.1,15001,1,0.0-x,1000000,8000000\n",
		0, 1, 1, "l.csv: line 2: expected iperf's"},
};

static void
test_damage(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(damaged); i++) {
		struct toolout o = read_text(damaged[i].text, damaged[i].name);

		if (o.n_requests != damaged[i].n_requests || o.n_rates != damaged[i].n_rates ||
			o.counts[TOOL_COUNT_LEFT_OUT] != damaged[i].left_out || !o.n_problems ||
			!strstr(o.problems[0], damaged[i].message))
			fail_msg("%s: %zu requests, %zu rates, %d left out: %s", damaged[i].name,
				o.n_requests, o.n_rates, (int)o.counts[TOOL_COUNT_LEFT_OUT],
				o.n_problems ? o.problems[0] : "no message");
		toolout_release(&o);
	}
}

/* ---- nothing usable: one message ---- */

static const struct {
	const char *name;
	const char *text;
	const char *message;
} useless[] = {
	{"a.json",
		"{\"start\":{\"version\":\"iperf 3.12\"},\"end\":{},\"error\":\"unable to connect "
		"to server: Connection refused\"}",
		"Connection refused"},
	{"b.txt", "nothing to see\n", "no load tool that is known here"},
	{"c.txt", "This is ApacheBench, Version 2.3 <$Revision$>\n\nBenchmarking h (be patient)\n",
		"did not come to its end"},
	{"d.txt", BANNER, "no test in it has a result"},
	{"e.jtl", JTL, "no sample in it"},
};

static void
test_useless(void **state)
{
	struct toolout o;
	struct verr err;

	(void)state;
	for (size_t i = 0; i < N_OF(useless); i++) {
		assert_int_equal(tools_read(&o, useless[i].text, strlen(useless[i].text),
					 useless[i].name, &err),
			V_EFORMAT);
		if (!strstr(err.msg, useless[i].message) || !strstr(err.msg, useless[i].name))
			fail_msg("%s: %s", useless[i].name, err.msg);
		toolout_release(&o);
	}
}

/* Reasons of failed requests, from the exceptions' names. */
static void
test_reasons(void **state)
{
	static const struct {
		const char *code;
		uint32_t flags;
	} cases[] = {
		{"Non HTTP response code: java.net.SocketTimeoutException", FLAG_TIMEOUT},
		{"Non HTTP response code: java.net.NoRouteToHostException", FLAG_UNREACHABLE},
		{"Non HTTP response code: org.apache.http.NoHttpResponseException", FLAG_CLOSED},
		{"Non HTTP response message: Connection refused (Connection refused)",
			FLAG_REFUSED},
		{"500", 0},
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct toolout o;

		snprintf(text, sizeof text, JTL "1,5,a,%s,m,t,false,1\n", cases[i].code);
		o = read_text(text, "x.jtl");
		assert_int_equal(o.requests[0].flags, FLAG_ERROR | cases[i].flags);
		assert_true(o.requests[0].latency_ns == TSTAMP_NONE);
		assert_int_equal(o.counts[TOOL_COUNT_FAILED], 1);
		toolout_release(&o);
	}
}

/* 2.13 without header, semicolons, a date: the answer read off the line. */
static void
test_jtl_forms(void **state)
{
	struct toolout o = read_text("1431534938725,264,home,200,OK,T 1-1,text,true,1234,200\n"
				     "1431534938989,100,home,200,OK,T 1-1,text,true,1234,90\n",
		"a.jtl");

	(void)state;
	assert_int_equal(o.n_requests, 2);
	assert_true(o.requests[0].t_ns == INT64_C(1431534938725000000));
	assert_true(o.requests[0].latency_ns == 264 * NS_PER_MS);
	assert_true(o.requests[0].ttfb_ns == 200 * NS_PER_MS);
	assert_true(o.requests[0].response_bytes == 1234);
	toolout_release(&o);
	o = read_text("timeStamp;elapsed;label;success;Connect;Latency\n"
		      "2019/03/05 11:00:27.191;351;a;true;51;151\n",
		"b.jtl");
	assert_true(o.requests[0].t_ns == INT64_C(1551783627191000000));
	assert_true(o.requests[0].latency_ns == 300 * NS_PER_MS);
	assert_true(o.requests[0].ttfb_ns == 100 * NS_PER_MS);
	assert_true(o.requests[0].connect_ns == 51 * NS_PER_MS);
	toolout_release(&o);
}

/* Each file cut off anywhere ends in a status, and what is read is in range. */
static void
test_cut_anywhere(void **state)
{
	static const char *const files[] = {LOAD "live_ab.txt", LOAD "pkb_ab-g.tsv",
		LOAD "taurus_non-http__kpi.jtl", LOAD "taurus_resource-errors-main-assert.jtl",
		LOAD "live_wrk.txt", LOAD "slides_udp.txt", LOAD "live_clean_ip3_udp.json",
		LOAD "iperf2_i.csv", TOOLS "hey.txt", TOOLS "hey.csv",
		TOOLS "netperf-omni_o_all.txt", TOOLS "netperf-omni_k_all.txt"};
	struct toolout o;
	struct verr err;
	size_t len;

	(void)state;
	for (size_t i = 0; i < N_OF(files); i++) {
		char *text;

		assert_int_equal(file_slurp(&text, &len, files[i], &err), V_OK);
		for (size_t n = 0; n < len; n++) {
			char *part = xmalloc(n + 1); /* of just that size, for the sanitizer */

			memcpy(part, text, n);
			tools_read(&o, part, n, "cut", &err);
			for (size_t k = 0; k < o.n_rates; k++)
				assert_false(o.rates[k].throughput_bps < 0);
			toolout_release(&o);
			free(part);
		}
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expectations),
		cmocka_unit_test(test_netperf),
		cmocka_unit_test(test_omni_states_latencies),
		cmocka_unit_test(test_stream_addresses),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_useless),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_jtl_forms),
		cmocka_unit_test(test_cut_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
