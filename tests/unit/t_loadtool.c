/*
 * t_loadtool - whose output a text is.
 *
 * Expected values: the program that printed the file, known from how it was recorded
 * (tests/data/ping/ORIGIN, tests/data/tools/ORIGIN), and the version that the program gave of
 * itself.  Texts that stand here are from the programs' manuals.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/file.h"
#include "core/loadtool.h"

#define N_OF(a) (sizeof(a) / sizeof *(a))
#define PING "tests/data/ping/"
#define TOOLS "tests/data/tools/"

static const struct {
	const char *file;
	enum load_kind kind;
	const char *version;
} files[] = {
	{PING "live_lossy_iputils_D.out", LOAD_PING, ""},
	{PING "live_lossy_iputils_q.out", LOAD_PING, ""},
	{PING "live_lossy_iputils_flood.out", LOAD_PING, ""},
	{PING "live_lossy_iputils_unreach.out", LOAD_PING, ""},
	{PING "live_clean_busybox.out", LOAD_PING, ""},
	{PING "live_clean_inetutils.out", LOAD_PING, ""},
	{PING "live_clean_oping.out", LOAD_PING, ""},
	{PING "jc_freebsd12_ping6-hostname-s.out", LOAD_PING, ""},
	{PING "jc_osx-10.14.6_ping6-ip-dup.out", LOAD_PING, ""},
	{PING "live_clean_fping_C.out", LOAD_FPING, ""},
	{PING "live_clean_fping_N.out", LOAD_FPING, ""},
	{PING "live_clean_fping_c.out", LOAD_FPING, ""},
	{PING "live_clean_fping_cD.out", LOAD_FPING, ""},
	{PING "live_clean_fping_l.out", LOAD_FPING, ""},
	{PING "live_clean_fping_s.out", LOAD_FPING, ""},
	{PING "live_clean_hping3.out", LOAD_HPING3, ""},
	{TOOLS "httping.txt", LOAD_HTTPING, ""},
	{TOOLS "ab.txt", LOAD_AB, "2.3"},
	{TOOLS "ab-g.tsv", LOAD_AB_REQUESTS, ""},
	{TOOLS "ab-e.csv", LOAD_AB_PERCENTILES, ""},
	{TOOLS "taurus_kpi1.jtl", LOAD_JTL_CSV, ""},
	{TOOLS "taurus_tranctl.jtl", LOAD_JTL_CSV, ""},
	{TOOLS "jmeter_Bug56243.jtl", LOAD_JTL_CSV, ""},
	{TOOLS "taurus_unicode-reqs.jtl", LOAD_JTL_XML, ""},
	{TOOLS "wrk.txt", LOAD_WRK, ""},
	{TOOLS "pkb_wrk2_output_errors.txt", LOAD_WRK2, ""},
	{TOOLS "hey.txt", LOAD_HEY, ""},
	{TOOLS "hey.csv", LOAD_HEY_CSV, ""},
	{TOOLS "netperf-rr.txt", LOAD_NETPERF, ""},
	{TOOLS "netperf-rr_v2.txt", LOAD_NETPERF, ""},
	{TOOLS "netperf-crr.txt", LOAD_NETPERF, ""},
	{TOOLS "netperf-udpstream.txt", LOAD_NETPERF, ""},
	{TOOLS "netperf-omni_O.txt", LOAD_NETPERF, ""},
	{TOOLS "netperf-omni_o_all.txt", LOAD_NETPERF_CSV, ""},
	{TOOLS "netperf-omni_k_all.txt", LOAD_NETPERF_KEYVAL, ""},
	{TOOLS "iperf3.json", LOAD_IPERF3_JSON, "3.12"},
	{TOOLS "iperf3-V.txt", LOAD_IPERF3, "3.12"},
	{TOOLS "iperf3-server.txt", LOAD_IPERF3, ""},
	{TOOLS "iperf2.txt", LOAD_IPERF2, ""},
	{TOOLS "iperf2-e.txt", LOAD_IPERF2, ""},
	{TOOLS "iperf2.csv", LOAD_IPERF2_CSV, ""},
	{TOOLS "mpstat.txt", LOAD_MPSTAT, ""},
	{TOOLS "mpstat-iso.txt", LOAD_MPSTAT, ""},
	{TOOLS "jc_ubuntu-18.04_mpstat-A.out", LOAD_MPSTAT, ""},
	{TOOLS "mpstat.json", LOAD_MPSTAT_JSON, ""},
	{TOOLS "sar.txt", LOAD_SAR, ""},
	{TOOLS "sar-iso.txt", LOAD_SAR, ""},
	{TOOLS "sar-colour.txt", LOAD_SAR, ""},
	{TOOLS "pkb_sar_output.txt", LOAD_SAR, ""},
	{TOOLS "sadf-d.csv", LOAD_SADF_CSV, ""},
	{TOOLS "sadf-dU.csv", LOAD_SADF_CSV, ""},
	{TOOLS "sadf-p.txt", LOAD_SADF_LINES, ""},
	{TOOLS "sadf.json", LOAD_SADF_JSON, ""},
	{TOOLS "vmstat.txt", LOAD_VMSTAT, ""},
	{TOOLS "vmstat-t.txt", LOAD_VMSTAT, ""},
	{TOOLS "vmstat-wt.txt", LOAD_VMSTAT, ""},
	{TOOLS "jc_centos-7.7_vmstat-awt.out", LOAD_VMSTAT, ""},
	{TOOLS "jc_generic_vmstat-extra-wide.out", LOAD_VMSTAT, ""},
	{TOOLS "jc_centos-7.7_vmstat-dt.out", LOAD_VMSTAT_DISK, ""},
	{TOOLS "pidstat.txt", LOAD_PIDSTAT, ""},
	{TOOLS "iostat.txt", LOAD_IOSTAT, ""},
	{TOOLS "ORIGIN", LOAD_UNKNOWN, ""},
	{"tests/data/testbed/ORIGIN", LOAD_UNKNOWN, ""},
	{"Makefile", LOAD_UNKNOWN, ""},
	{"docs/DESIGN.md", LOAD_UNKNOWN, ""},
};

static const struct {
	const char *text;
	const char *path;
	enum load_kind kind;
	const char *version;
} texts[] = {
	{"", NULL, LOAD_UNKNOWN, ""},
	{"\n\n\n", "netperf.txt", LOAD_UNKNOWN, ""},
	{"a,b\n1,2\n", "x.csv", LOAD_UNKNOWN, ""},
	{"t_ns,cpu.user\n1,2\n", "x.csv", LOAD_UNKNOWN, ""},
	{"437.00\n", "out/netperf-rr.txt", LOAD_NETPERF, ""},
	{"437.00\n", "netperf/rr.txt", LOAD_UNKNOWN, ""},
	{"437.00\n", NULL, LOAD_UNKNOWN, ""},
	/* what stands around an output */
	{"\xef\xbb\xbfstarttime\tseconds\tctime\tdtime\tttime\twait\r\n", NULL, LOAD_AB_REQUESTS,
		""},
	{"\xef\xbb\xbftimeStamp;elapsed;label\r\n1;2;x\r\n", NULL, LOAD_JTL_CSV, ""},
	{"$ ab -n 10 http://x/\r\nThis is ApacheBench, Version 2.4-dev <$Revision: 1 $>\r\n", NULL,
		LOAD_AB, "2.4-dev"},
	{"user@host:~$ sar -u 1 3\nLinux 6.1 (h)  01/02/24  _x86_64_  (8 CPU)\n", NULL, LOAD_SAR,
		""},
	{"\033[1mPING\033[0m ::1(::1) 56 data bytes\n", NULL, LOAD_PING, ""},
	{"\033", NULL, LOAD_UNKNOWN, ""},
	{"\033[", NULL, LOAD_UNKNOWN, ""},
	/* netperf 2.4, as its manual shows it; the banner alone; a form below its banner */
	{"TCP STREAM TEST to hwindfd9\nRecv   Send    Send\n", NULL, LOAD_NETPERF, ""},
	{"MIGRATED UDP STREAM TEST from (null) (0.0.0.0) port 0 AF_INET to (null) () port 0\n",
		NULL, LOAD_NETPERF, ""},
	{"MIGRATED TCP MAERTS TEST from 0.0.0.0 () port 0 AF_INET to b () port 0\n"
	 "THROUGHPUT=9.1\nTHROUGHPUT_UNITS=10^6bits/s\n",
		NULL, LOAD_NETPERF_KEYVAL, ""},
	/* k6: documentation of its outputs */
	{"     http_req_duration..............: avg=10.1ms min=8ms med=9ms max=20ms\n", NULL,
		LOAD_K6, ""},
	{"metric_name,timestamp,metric_value,check,error\nhttp_reqs,1595325560,1.000000,,\n", NULL,
		LOAD_K6_POINTS_CSV, ""},
	{"{\"type\":\"Metric\",\"data\":{\"name\":\"http_reqs\",\"type\":\"counter\"},"
	 "\"metric\":\"http_reqs\"}\n",
		NULL, LOAD_K6_POINTS_JSON, ""},
	{"{\"metric\":\"http_reqs\",\"type\":\"Point\",\"data\":{\"time\":\"2020-05-20T08:46:49Z\","
	 "\"value\":1,\"tags\":{}}}\n",
		NULL, LOAD_K6_POINTS_JSON, ""},
	{"{\n    \"metrics\": {\n        \"http_req_duration\": {\n", NULL, LOAD_K6_SUMMARY_JSON,
		""},
	/* iperf3: one line, as jq -c leaves it, and the events of 3.17 */
	{"{\"start\":{\"connected\":[],\"version\":\"iperf 3.17.1+\"}}", NULL, LOAD_IPERF3_JSON,
		"3.17.1+"},
	{"{\"event\":\"start\",\"data\":{\"version\":\"iperf 3.17.1\"}}\n", NULL,
		LOAD_IPERF3_STREAM, "3.17.1"},
	{"20150101000000.123,10.0.0.1,5001,10.0.0.2,4242,3,0.0-1.0,100,800,-1\n", NULL,
		LOAD_IPERF2_CSV, ""},
};

static void
test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(files); i++) {
		char *text;
		size_t len;
		struct verr err;
		struct loadtool t;

		if (file_slurp(&text, &len, files[i].file, &err) != V_OK)
			fail_msg("%s", err.msg);
		loadtool_recognise(&t, text, len, files[i].file);
		if (t.kind != files[i].kind || strcmp(t.version, files[i].version) != 0)
			fail_msg("%s: %s, %s, version \"%s\"", files[i].file, loadtool_name(t.kind),
				loadtool_form(t.kind), t.version);
		free(text);
	}
}

static void
test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(texts); i++) {
		struct loadtool t;
		bool known =
			loadtool_recognise(&t, texts[i].text, strlen(texts[i].text), texts[i].path);

		if (t.kind != texts[i].kind || strcmp(t.version, texts[i].version) != 0)
			fail_msg("text %zu: %s, %s, version \"%s\"", i, loadtool_name(t.kind),
				loadtool_form(t.kind), t.version);
		assert_int_equal(known, t.kind != LOAD_UNKNOWN);
	}
}

/* The same file with CRLF, without its beginning, behind a page of messages. */
static void
test_disguises(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(files); i++) {
		char *text;
		size_t len, n = 0;
		struct loadtool t;
		char *crlf;

		assert_int_equal(file_slurp(&text, &len, files[i].file, NULL), V_OK);
		crlf = malloc(3 * len + 200);
		assert_non_null(crlf);
		n = (size_t)sprintf(crlf, "+ exec tool --option\r\nWarning: no such thing\r\n");
		for (size_t k = 0; k < len; k++) {
			if (text[k] == '\n')
				crlf[n++] = '\r';
			crlf[n++] = text[k];
		}
		loadtool_recognise(&t, crlf, n, files[i].file);
		if (t.kind != files[i].kind)
			fail_msg("%s with CRLF: %s", files[i].file, loadtool_name(t.kind));
		free(crlf);
		free(text);
	}
}

/* No byte beyond the text is read, wherever it is cut (to be run under a sanitizer). */
static void
test_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(files); i++) {
		char *text;
		size_t len;

		assert_int_equal(file_slurp(&text, &len, files[i].file, NULL), V_OK);
		for (size_t n = 0; n < len && n < 600; n += 7) {
			char *cut = malloc(n ? n : 1);
			struct loadtool t;

			assert_non_null(cut);
			memcpy(cut, text, n);
			loadtool_recognise(&t, cut, n, files[i].file);
			assert_true(t.kind < LOAD_KINDS);
			free(cut);
		}
		free(text);
	}
}

static void
test_names(void **state)
{
	static const struct {
		const char *word, *name;
	} programs[] = {{"ping", "ping"}, {"/usr/bin/ping6", "ping"}, {"./netperf", "netperf"},
		{"iperf3", "iperf3"}, {"iperf", "iperf"}, {"../src/wrk2", "wrk2"}, {"sadf", "sar"},
		{"jmeter", "jmeter"}, {"", NULL}, {"/", NULL}, {"pinger", NULL}, {"netperf/", NULL},
		{"unknown", NULL}};

	(void)state;
	for (size_t i = 0; i < N_OF(programs); i++) {
		const char *name = loadtool_program(slice_of(programs[i].word));

		if (programs[i].name)
			assert_string_equal(name, programs[i].name);
		else
			assert_null(name);
	}
	for (size_t k = 0; k < LOAD_KINDS; k++) { /* every row of the table is there */
		assert_non_null(loadtool_name((enum load_kind)k));
		assert_non_null(loadtool_form((enum load_kind)k));
	}
	assert_int_equal(loadtool_class(LOAD_SAR), LOAD_CLASS_COUNTERS);
	assert_int_equal(loadtool_class(LOAD_AB_REQUESTS), LOAD_CLASS_HTTP);
	assert_int_equal(loadtool_class(LOAD_UNKNOWN), LOAD_CLASS_NONE);
}

static void
test_plain(void **state)
{
	char out[8];

	(void)state;
	assert_int_equal(
		loadtool_plain(out, sizeof out, slice_of(" \033[31;1ma\033[0m\t\tb \r")), 3);
	assert_string_equal(out, "a b");
	assert_int_equal(loadtool_plain(out, sizeof out, slice_of("1234567890")), 6);
	assert_int_equal(loadtool_plain(out, sizeof out, slice_of("")), 0);
	assert_string_equal(out, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_disguises),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
