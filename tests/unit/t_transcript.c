/*
 * t_transcript - commands found in texts, and their options as factors.
 *
 * Expected values: read off the texts by eye; suffixes of sizes and rates as the programs' manuals
 * define them (netperf: "K" is 1024, "k" 1000; iperf3: sizes 1024, rates 1000).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "capture/echoed.h"
#include "capture/transcript.h"
#include "core/file.h"
#include "core/loadtool.h"

#define N_OF(a) (sizeof(a) / sizeof *(a))

/* ---- is this line a command? ---- */

static const struct {
	const char *line;
	const char *program; /* NULL: no command; "": of a program that is no tool */
	const char *argv;    /* joined with | */
} lines[] = {
	{"./netperf -t TCP_STREAM -H 192.168.0.1 -- -P 12866 -s 100 -m 131072", "netperf",
		"./netperf|-t|TCP_STREAM|-H|192.168.0.1|--|-P|12866|-s|100|-m|131072"},
	{"./netperf", "netperf", "./netperf"},
	{"$ /usr/etc/net_perf/netperf -t UDP_STREAM -f m ", "netperf",
		"/usr/etc/net_perf/netperf|-t|UDP_STREAM|-f|m"},
	{"yinghes-MacBook-Pro:src YC$ ./netperf", "netperf", "./netperf"},
	{"yinghes-MacBook-Pro:src YC$ ./netserver", "", "./netserver"},
	{"[root@host ~]# ping -c 3 a", "ping", "ping|-c|3|a"},
	{"user@host:~$ ping a", "ping", "ping|a"},
	{"\033[32muser@host\033[0m:~$ sudo ping -f a\r", "ping", "sudo|ping|-f|a"},
	{"+ ip netns exec na ping -D -n 10.78.0.2", "ping",
		"ip|netns|exec|na|ping|-D|-n|10.78.0.2"},
	{"++ sleep 60", "", "sleep|60"},
	{"LC_ALL=C mpstat -P ALL 1 2", "mpstat", "LC_ALL=C|mpstat|-P|ALL|1|2"},
	{"timeout 10 iperf3 -c h > out.txt 2>&1", "iperf3", "timeout|10|iperf3|-c|h"},
	{"ab -n 10 'http://h/a b?c=1&d=2' | tee x", "ab", "ab|-n|10|http://h/a b?c=1&d=2"},
	{"wrk -H \"Host: x\" http://h/", "wrk", "wrk|-H|Host: x|http://h/"},
	{"ping 10.0.0.1", "ping", "ping|10.0.0.1"},
	{"vmstat 1 5", "vmstat", "vmstat|1|5"},
	{"ab http://127.0.0.1/", "ab", "ab|http://127.0.0.1/"},
	/* outputs and prose */
	{"PING 10.0.0.1 (10.0.0.1) 56(84) bytes of data.", NULL, NULL},
	{"ping: connect: Network is unreachable", NULL, NULL},
	{"iperf Done.", NULL, NULL},
	{"iperf 3.12", NULL, NULL},
	{"wrk 4.1.0 [epoll] Copyright (C) 2012 Will Glozer", NULL, NULL},
	{"ping results from the lab", NULL, NULL},
	{"ping isn't -c", NULL, NULL},
	{"netperf", NULL, NULL},
	{"# a comment", NULL, NULL},
	{"$", NULL, NULL},
	{"+", NULL, NULL},
	{" 87380  16384  16384    10.00    941.11", NULL, NULL},
	{"Linux 6.1 (h) 	11/21/26 	_x86_64_	(2 CPU)", NULL, NULL},
};

static void
join(char *out, size_t size, const struct transcript_part *p)
{
	out[0] = '\0';
	for (size_t i = 0; i < p->n_argv; i++)
		snprintf(out + strlen(out), size - strlen(out), "%s%s", i ? "|" : "", p->argv[i]);
}

static void
test_lines(void **state)
{
	char argv[400];

	(void)state;
	for (size_t i = 0; i < N_OF(lines); i++) {
		struct transcript t;

		assert_int_equal(
			transcript_split(&t, lines[i].line, strlen(lines[i].line), NULL), V_OK);
		if (t.n_parts != (lines[i].program != NULL))
			fail_msg("%s: %zu commands", lines[i].line, t.n_parts);
		if (lines[i].program) {
			join(argv, sizeof argv, &t.parts[0]);
			assert_string_equal(argv, lines[i].argv);
			assert_string_equal(
				t.parts[0].program ? t.parts[0].program : "", lines[i].program);
			assert_int_equal(t.parts[0].text.n, strlen(lines[i].line));
		} else {
			assert_int_equal(t.n_lines_before, 1);
		}
		transcript_release(&t);
	}
}

/* ---- parts ---- */

static void
test_parts(void **state)
{
	static const char text[] = "Results\r\n\n"
				   "./netperf -t A\nfirst\n\n"
				   "$ sleep 60\n"
				   "$ ping -c 1 h\nsecond";
	struct transcript t;

	(void)state;
	assert_int_equal(transcript_split(&t, text, strlen(text), NULL), V_OK);
	assert_int_equal(t.n_parts, 3);
	assert_int_equal(t.n_tools, 2);
	assert_int_equal(t.n_lines_before, 1);
	assert_int_equal(t.before.n, 10);
	assert_true(slice_eq(t.parts[0].text, "./netperf -t A\nfirst\n\n"));
	assert_true(slice_eq(t.parts[1].text, "$ sleep 60\n"));
	assert_true(slice_eq(t.parts[2].text, "$ ping -c 1 h\nsecond"));
	assert_int_equal(t.parts[0].line, 3);
	assert_int_equal(t.parts[2].line, 7);
	assert_int_equal(t.parts[2].number, 2);
	transcript_release(&t);
	assert_int_equal(transcript_split(&t, "", 0, NULL), V_OK);
	assert_int_equal(t.n_parts + t.n_lines_before, 0);
	transcript_release(&t);
}

/* Every byte of a text is before the first command or in one part, whatever the text. */
static void
test_nothing_lost(void **state)
{
	char text[] = "x\n$ ping -c 1 h\n'\n+ ab -n 1 u\n\033[1m$ wrk \"\n\n$ hey -n 1 u\r\ny";

	(void)state;
	for (size_t n = 0; n <= strlen(text); n++) {
		struct transcript t;
		size_t sum;

		assert_int_equal(transcript_split(&t, text, n, NULL), V_OK);
		sum = t.before.n;
		for (size_t i = 0; i < t.n_parts; i++)
			sum += t.parts[i].text.n;
		assert_int_equal(sum, n);
		transcript_release(&t);
	}
}

/* ---- options ---- */

static const struct {
	const char *line;
	const char *factors; /* in alphabetical order */
} options[] = {
	{"./netperf -t TCP_STREAM -H 192.168.0.1 -- -P 12866 -s 1100 -m 131072",
		"message_bytes=131072 socket_bytes=1100 test=TCP_STREAM "},
	{"netperf -tUDP_STREAM -l 30 -H h -c -C -- -r 50 -m 3K",
		"duration_s=30 message_bytes=3072 request_size_bytes=50 test=UDP_STREAM "},
	{"netperf -t TCP_RR -- -r 64,1k -s 128K,64k -S 1M -D",
		"nodelay=1 request_size_bytes=64 response_size_bytes=1000 socket_bytes=131072 "
		"socket_receive_bytes=64000 socket_remote_bytes=1048576 test=TCP_RR "},
	{"netperf -H a -t omni -j -- -d rr -o min_latency,mean_latency", "direction=rr test=omni "},
	{"iperf3 -c h -p 5202 -t 10 -P 4 -w 256K -l 128k -b 1.5G -J",
		"duration_s=10 message_bytes=131072 rate_bps=1500000000 socket_bytes=262144 "
		"streams=4 "},
	{"iperf3 -uc h -b10G/32 --time=60 -R -O 2",
		"direction=receive duration_s=60 omit_s=2 rate_bps=10000000000 transport=udp "},
	{"iperf3 -c h -b 10Q", "rate_bps=10Q "},
	{"iperf -c h -i 1 -d -y C", "direction=both "},
	{"ping -D -n -c 1000 -i 0.01 -s 56 10.0.0.2",
		"count=1000 interval_s=0.01 payload_bytes=56 "},
	{"sudo ping -fqc 10 -6 h", "count=10 flood=1 ip_version=6 "},
	{"fping -C 30 -p 50 -q a b", "count=30 period_ms=50 "},
	{"ab -q -k -n 300 -c4 -g x.tsv http://h/", "concurrency=4 keepalive=1 requests=300 "},
	{"wrk -t2 -c4 -d1m30s --latency http://h/", "connections=4 duration_s=90 threads=2 "},
	{"wrk2 -t2 -c4 -d 500ms -R2k http://h/",
		"connections=4 duration_s=0.5 rate_rps=2000 threads=2 "},
	{"hey -n 200 -c 50 -disable-keepalive -m POST -z 1h u",
		"concurrency=50 duration_s=3600 http_method=POST keepalive=0 requests=200 "},
	{"k6 run --vus 10 --duration=30s script.js", "duration_s=30 vus=10 "},
	{"jmeter -n -t plan.jmx -Jthreads=20 -J ramp=5 -J host=h -l x.jtl", "ramp=5 threads=20 "},
	{"jmeter -n -Jrtt_ns=1 -Jx", ""},
	{"mpstat -P ALL 1 5", ""},
	/* what the table does not know is passed over; an argument that is missing is none */
	{"iperf3 --new-option 3 -c h -t", ""},
	{"netperf -t", ""},
};

static void
test_options(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(options); i++) {
		struct transcript t;
		struct run r;
		char text[400] = "";

		run_init(&r);
		assert_int_equal(
			transcript_split(&t, options[i].line, strlen(options[i].line), NULL), V_OK);
		assert_int_equal(t.n_tools, 1);
		echoed_factors(&r, t.parts[0].program, t.parts[0].argv, t.parts[0].n_argv);
		for (size_t k = 0; k < r.n_factors; k++)
			snprintf(text + strlen(text), sizeof text - strlen(text), "%s=%s ",
				r.factors[k].name, r.factors[k].value);
		if (strcmp(text, options[i].factors) != 0)
			fail_msg("%s: %s", options[i].line, text);
		run_release(&r);
		transcript_release(&t);
	}
}

/* The user's word counts more than the echo. */
static void
test_given(void **state)
{
	char *argv[] = {(char[]){"ping"}, (char[]){"-c"}, (char[]){"5"}};
	struct run r;

	(void)state;
	run_init(&r);
	run_set_factor(&r, "count", "7");
	echoed_factors(&r, "ping", argv, N_OF(argv));
	assert_string_equal(run_factor(&r, "count"), "7");
	run_release(&r);
}

static void
check_name(const char *formats, const char *factor)
{
	char quoted[80];

	if (!factor || strcmp(factor, "*") == 0)
		return;
	assert_true(run_factor_name_ok(factor));
	snprintf(quoted, sizeof quoted, "`%s`", factor);
	if (!strstr(formats, quoted))
		fail_msg("docs/formats.md does not tell of %s", quoted);
}

/*
 * Every name in the table may be a factor's and stands in the manual, and every program is one
 * that is recognised.
 */
static void
test_table(void **state)
{
	struct echoed_option o;
	size_t n = 0, len;
	char *formats;

	(void)state;
	assert_int_equal(file_slurp(&formats, &len, "docs/formats.md", NULL), V_OK);
	for (; echoed_option(&o, n); n++) {
		assert_string_equal(loadtool_program(slice_of(o.program)), o.program);
		check_name(formats, o.factor);
		check_name(formats, o.second);
	}
	assert_true(n > 100);
	free(formats);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_nothing_lost),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_given),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
