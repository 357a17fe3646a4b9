/*
 * t_in_ping - the texts of ping programs.
 *
 * Two sources of expected values.  Recorded outputs in tests/data/ping: expectations.tsv, made
 * by tests/oracle/ping_expectations.py, a reader in another language that is itself checked
 * against the jc project's expectations and a third parser (rows are described there).  Lines
 * that no recording has: short texts here, with the answer read off by eye.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/in_ping.h"
#include "core/file.h"
#include "core/str.h"
#include "core/tstamp.h"

#define DIR_OUTPUTS "tests/data/ping/"
#define N_OF(a) (sizeof(a) / sizeof *(a))
#define NONE TSTAMP_NONE
#define MS 1000000
#define US 1000

static struct ping_output
parsed(const char *text, size_t len, const char *name)
{
	struct ping_output o;
	struct verr err = {""};

	if (ping_parse(&o, text, len, name, &err) != V_OK)
		fail_msg("%s", err.msg);
	return o;
}

/* cell - the next column as a number; "-" as absent. */
static int64_t
cell(struct slice *row, int64_t absent)
{
	struct slice field;
	int64_t v = absent;

	assert_true(slice_cut(&field, row, '\t'));
	if (!slice_eq(field, "-"))
		assert_true(slice_i64(field, &v));
	return v;
}

static bool
flag(struct slice *row)
{
	struct slice field;

	assert_true(slice_cut(&field, row, '\t'));
	return !slice_eq(field, "-");
}

static void
check_totals(const struct ping_output *o, struct slice row)
{
	struct slice dialect;

	assert_true(slice_cut(&dialect, &row, '\t'));
	assert_true(slice_eq(dialect, ping_dialect_name(o->dialect)));
	assert_int_equal(o->family, cell(&row, 0));
	assert_int_equal(o->payload_bytes, cell(&row, -1));
	assert_int_equal(o->sent, cell(&row, -1));
	assert_int_equal(o->received, cell(&row, -1));
	assert_int_equal(o->duplicates, cell(&row, -1));
	assert_int_equal(o->errors, cell(&row, -1));
	assert_false(o->summary_missing);
	assert_int_equal(o->n_lines_unknown, 0);
}

/*
 * check_spread - minimum, mean and maximum as the tool itself printed them.
 *
 * Each RTT was rounded or truncated to its resolution before we saw it, so each differs from the
 * tool's value by less than that, and their mean by less than the mean resolution; the tool's
 * own figure adds one unit of its last digit.
 */
static void
check_spread(const struct ping_output *o, struct slice row)
{
	int64_t target = cell(&row, -1);
	int64_t min = INT64_MAX;
	int64_t max = -1;
	int64_t sum = 0;
	int64_t slack = 0;
	int64_t coarsest = 0;
	int64_t n = 0;
	int64_t want[3];
	int64_t digit;

	for (size_t i = 0; i < o->n_probes; i++) {
		const struct ping_probe *p = &o->probes[i];

		if (p->target != target || p->rtt_ns == NONE)
			continue;
		min = p->rtt_ns < min ? p->rtt_ns : min;
		max = p->rtt_ns > max ? p->rtt_ns : max;
		coarsest = p->resolution_ns > coarsest ? p->resolution_ns : coarsest;
		sum += p->rtt_ns;
		slack += p->resolution_ns;
		n++;
	}
	for (size_t i = 0; i < N_OF(want); i++)
		want[i] = cell(&row, -1);
	digit = cell(&row, -1);
	if (n == 0) /* ping -q, fping -l: the summary is all there is */
		return;
	assert_true(llabs(min - want[0]) <= coarsest + digit);
	assert_true(llabs(sum / n - want[1]) <= slack / n + digit + 1);
	assert_true(llabs(max - want[2]) <= coarsest + digit);
}

static void
check_probe(const struct ping_output *o, size_t i, struct slice row)
{
	const struct ping_probe *p = &o->probes[i];

	assert_true(i < o->n_probes);
	assert_int_equal(p->target, cell(&row, -1));
	assert_int_equal(p->seq, cell(&row, -1));
	assert_int_equal(p->rtt_ns, cell(&row, NONE));
	assert_int_equal(p->resolution_ns, cell(&row, 0));
	assert_int_equal(p->dup, flag(&row));
	assert_int_equal(p->error, flag(&row));
	assert_int_equal(p->untimed, flag(&row));
	assert_false(p->corrupt);
}

/* check_file - the rows of the table that belong to one file; returns how many. */
static size_t
check_file(const char *file, const char *table)
{
	struct slice rest = slice_of(table);
	struct slice row;
	struct slice kind;
	struct slice name;
	struct ping_output o;
	char path[512];
	char *text;
	size_t len;
	size_t n_rows = 0;
	size_t n_probes = 0;

	snprintf(path, sizeof path, DIR_OUTPUTS "%s", file);
	assert_int_equal(file_slurp(&text, &len, path, NULL), V_OK);
	assert_true(ping_sniff(text, len));
	o = parsed(text, len, path);
	while (slice_line(&row, &rest)) {
		assert_true(slice_cut(&kind, &row, '\t') && slice_cut(&name, &row, '\t'));
		if (!slice_eq(name, file))
			continue;
		n_rows++;
		if (slice_eq(kind, "T"))
			check_totals(&o, row);
		else if (slice_eq(kind, "A"))
			check_spread(&o, row);
		else
			check_probe(&o, n_probes++, row);
	}
	assert_int_equal(n_probes, o.n_probes);
	ping_output_release(&o);
	free(text);
	return n_rows;
}

static void
recorded_outputs(void **state)
{
	char **names;
	char *table;
	size_t n;
	size_t n_files = 0;

	(void)state;
	assert_int_equal(
		file_slurp(&table, &(size_t){0}, DIR_OUTPUTS "expectations.tsv", NULL), V_OK);
	assert_int_equal(file_list(&names, &n, "tests/data/ping", NULL), V_OK);
	for (size_t i = 0; i < n; i++) {
		if (!slice_ends(slice_of(names[i]), ".out") || strstr(names[i], "hping3"))
			continue;
		if (check_file(names[i], table) == 0)
			fail_msg("%s has no row in expectations.tsv", names[i]);
		n_files++;
	}
	assert_int_equal(n_files, 44);
	file_list_free(names, n);
	free(table);
}

/* Short texts: what each probe must be, in order. */
struct want {
	uint32_t seq;
	int64_t rtt_ns;
	int64_t resolution_ns;
	const char *flags; /* d dup, e error, u untimed, c corrupt */
};

struct text_case {
	const char *label;
	const char *text;
	enum ping_dialect dialect;
	int64_t sent;
	int64_t errors;
	uint64_t n_unknown;
	bool summary_missing;
	struct want probes[8];
	size_t n_probes;
};

#define HEAD "PING h (10.0.0.2) 56(84) bytes of data.\n"
#define COLON "PING h (10.0.0.2): 56 data bytes\n"
#define FROM "64 bytes from 10.0.0.2: icmp_seq="
#define TITLE "\n--- h ping statistics ---\n"

static const struct text_case cases[] = {
	{"one digit less per decade",
		HEAD FROM "1 ttl=64 time=0.061 ms\n" FROM "2 ttl=64 time=6.15 ms\n" FROM
			  "3 ttl=64 time=61.5 ms\n" FROM "4 ttl=64 time=615 ms\n" TITLE
			  "4 packets transmitted, 4 received, 0% packet loss, time 3ms\n",
		PING_IPUTILS, 4, 0, 0, false,
		{{1, 61 * US, US, ""}, {2, 6150 * US, 10 * US, ""}, {3, 61500 * US, 100 * US, ""},
			{4, 615 * MS, MS, ""}},
		4},
	{"a decimal comma",
		HEAD FROM "1 ttl=64 time=0,061 ms\n" TITLE
			  "1 packets transmitted, 1 received, 0% packet loss, time 0ms\n"
			  "rtt min/avg/max/mdev = 0,061/0,061/0,061/0,000 ms\n",
		PING_IPUTILS, 1, 0, 0, false, {{1, 61 * US, US, ""}}, 1},
	{"a bound is no measurement", COLON "64 bytes from 10.0.0.2: seq=0 ttl=64 time<1 ms\n",
		PING_BUSYBOX, -1, -1, 0, true, {{0, 0, MS, ""}}, 1},
	{"units glued or spelled out",
		COLON FROM "0 ttl=64 time=3ms\n" FROM "1 ttl=64 time=98 usec\n", PING_UNKNOWN, -1,
		-1, 0, true, {{0, 3 * MS, MS, ""}, {1, 98 * US, US, ""}}, 2},
	{"the clock was set back",
		HEAD "Warning: time of day goes back (-12us), taking countermeasures\n" FROM
		     "1 ttl=64 time=-0.012 ms\n",
		PING_IPUTILS, -1, -1, 0, true, {{1, NONE, 0, "u"}}, 1},
	{"late answer after the note",
		HEAD "no answer yet for icmp_seq=1\n" FROM
		     "1 ttl=64 time=1200 ms\nno answer yet for icmp_seq=2\n" FROM
		     "3 ttl=64 time=1.00 ms\n" TITLE
		     "5 packets transmitted, 2 received, 60% packet loss, time 4ms\n",
		PING_IPUTILS, 5, 0, 0, false,
		{{1, 1200 * MS, MS, ""}, {2, NONE, 0, ""}, {3, MS, 10 * US, ""}, {4, NONE, 0, ""},
			{5, NONE, 0, ""}},
		5},
	{"errors that name their seq",
		HEAD "From 10.0.0.1 icmp_seq=1 Destination Host Unreachable\n"
		     "From gw (10.0.0.1): icmp_seq=2 Redirect Host(New nexthop: 10.0.0.9)\n" FROM
		     "2 ttl=64 time=1.00 ms\nping: sendmsg: Network is unreachable\n" TITLE
		     "3 packets transmitted, 1 received, +1 errors, 66% packet loss, time 2ms\n",
		PING_IPUTILS, 3, 1, 0, false,
		{{1, NONE, 0, "e"}, {2, MS, 10 * US, ""}, {3, NONE, 0, ""}}, 3},
	{"errors without a seq, one for each lost probe",
		COLON "92 bytes from 10.0.0.1: Destination Host Unreachable\n"
		      "Vr HL TOS  Len   ID Flg  off TTL Pro  cks      Src      Dst\n"
		      " 4  5  00 5400 1a2b   0 0000  3f  01 0000 10.0.0.9  10.0.0.2\n\n"
		      "Request timeout for icmp_seq 0\n" FROM "1 ttl=64 time=1.000 ms\n" TITLE
		      "2 packets transmitted, 1 packets received, 50.0% packet loss\n"
		      "round-trip min/avg/max/stddev = 1.000/1.000/1.000/0.000 ms\n",
		PING_BSD, 2, 0, 0, false, {{0, NONE, 0, "e"}, {1, MS, US, ""}}, 2},
	{"errors without a seq, fewer than lost probes",
		COLON "92 bytes from 10.0.0.1: Time to live exceeded\n" FROM
		      "2 ttl=64 time=1.000 ms\n",
		PING_UNKNOWN, -1, -1, 0, true,
		{{0, NONE, 0, ""}, {1, NONE, 0, ""}, {2, MS, US, ""}}, 3},
	{"damaged replies",
		HEAD FROM "1 ttl=64 time=1.00 ms\n"
			  "wrong data byte #16 should be 0x10 but was 0x0\n#8\t0 0 0 0\n" FROM
			  "2 ttl=64 (truncated)\n" FROM "3 ttl=64 time=1.00 ms (BAD CHECKSUM!)\n",
		PING_IPUTILS, -1, -1, 0, true,
		{{1, MS, 10 * US, "c"}, {2, NONE, 0, "uc"}, {3, MS, 10 * US, "c"}}, 3},
	{"a repeat that nobody marked, out of order",
		COLON FROM "1 ttl=64 time=2.000 ms\n" FROM "0 ttl=64 time=1.000 ms\n" FROM
			   "1 ttl=64 time=3.000 ms\n" FROM "0 ttl=64 time=9.000 ms (DUP!)\n",
		PING_UNKNOWN, -1, -1, 0, true,
		{{0, MS, US, ""}, {0, 9 * MS, US, "d"}, {1, 2 * MS, US, ""}, {1, 3 * MS, US, "d"}},
		4},
	{"round the 16 bits",
		FROM "65534 ttl=64 time=1.00 ms\n" FROM "1 ttl=64 time=1.00 ms\n" FROM
		     "0 ttl=64 time=2.00 ms\n" FROM "65534 ttl=64 time=3.00 ms\n",
		PING_UNKNOWN, -1, -1, 0, true,
		{{65534, MS, 10 * US, ""}, {65534, 3 * MS, 10 * US, "d"}, {65535, NONE, 0, ""},
			{0, 2 * MS, 10 * US, ""}, {1, MS, 10 * US, ""}},
		5},
	{"a duplicate alone: the reply is not lost", FROM "7 ttl=64 time=1.00 ms (DUP!)\n",
		PING_UNKNOWN, -1, -1, 0, true, {{7, MS, 10 * US, "d"}}, 1},
	{"cut in a number: 12 may have been 123", HEAD FROM "1 ttl=64 time=1.00 ms\n" FROM "12",
		PING_IPUTILS, -1, -1, 0, true, {{1, MS, 10 * US, ""}}, 1},
	{"cut in a time: 1.0 may have been 1.05",
		HEAD FROM "1 ttl=64 time=1.00 ms\n" FROM "2 ttl=64 time=1.0", PING_IPUTILS, -1, -1,
		1, true, {{1, MS, 10 * US, ""}}, 1},
	{"cut in the totals",
		HEAD FROM "1 ttl=64 time=1.00 ms\n" TITLE "20 packets transmitted, 19 rec",
		PING_IPUTILS, -1, -1, 1, true, {{1, MS, 10 * US, ""}}, 1},
	{"without a final line feed, but whole",
		HEAD FROM "1 ttl=64 time=1.00 ms\n" TITLE
			  "1 packets transmitted, 1 received, 0% packet loss, time 0ms",
		PING_IPUTILS, 1, 0, 0, false, {{1, MS, 10 * US, ""}}, 1},
	{"the head is gone: counts from what is there",
		FROM "7 ttl=64 time=1.00 ms\n" TITLE
		     "7 packets transmitted, 7 received, 0% packet loss, time 6ms\n",
		PING_UNKNOWN, 7, 0, 0, false, {{7, MS, 10 * US, ""}}, 1},
	{"a terminal, CR LF, other people's lines",
		"$ ping h\r\n" HEAD FROM
		"1 ttl=64 time=1.00 ms\r\n1/1 packets, 0% loss, min/avg/ewma/max = 1/1/1/1 ms\n"
		"\r^C--- h ping statistics ---\r\n"
		"1 packets transmitted, 1 received, 0% packet loss, time 0ms\r\n",
		PING_IPUTILS, 1, 0, 1, false, {{1, MS, 10 * US, ""}}, 1},
	{"translated",
		"PING h (10.0.0.2) 56(84) Bytes an Daten.\n"
		"64 Bytes von 10.0.0.2: icmp_seq=1 ttl=64 Zeit=0.061 ms\n\n"
		"--- h Ping-Statistiken ---\n"
		"2 Pakete übertragen, 1 empfangen, 50% packet loss, Zeit 1001ms\n",
		PING_IPUTILS, 2, 0, 0, false, {{1, 61 * US, US, ""}, {2, NONE, 0, ""}}, 2},
	{"one program, two targets",
		"PING a (10.0.0.2) 56 bytes of data.\n"
		"PING b (10.0.0.3) 56 bytes of data.\n"
		"56 bytes from b (10.0.0.3): icmp_seq=1 ttl=64 time=2.00 ms\n"
		"56 bytes from a (10.0.0.2): icmp_seq=1 ttl=64 time=1.00 ms\n\n"
		"--- a ping statistics ---\n"
		"2 packets transmitted, 1 received, 50.00% packet loss, time 1.0ms\n\n"
		"--- b ping statistics ---\n"
		"1 packets transmitted, 1 received, 0.00% packet loss, time 2.0ms\n",
		PING_UNKNOWN, 3, 0, 0, false,
		{{1, MS, 10 * US, ""}, {2, NONE, 0, ""}, {1, 2 * MS, 10 * US, ""}}, 3},
	{"the same target twice, one after the other",
		HEAD FROM "1 ttl=64 time=1.00 ms\n" TITLE
			  "1 packets transmitted, 1 received, 0% packet loss, time 0ms\n" HEAD FROM
			  "1 ttl=64 time=2.00 ms\n" TITLE
			  "1 packets transmitted, 1 received, 0% packet loss, time 0ms\n",
		PING_IPUTILS, 2, 0, 0, false, {{1, MS, 10 * US, ""}, {1, 2 * MS, 10 * US, ""}}, 2},
	{"a broadcast, answered by the target of the run before",
		HEAD TITLE "1 packets transmitted, 0 received, 100% packet loss, time 0ms\n"
			   "PING b (10.0.0.255) 56(84) bytes of data.\n" FROM
			   "1 ttl=64 time=2.00 ms\n",
		PING_IPUTILS, -1, -1, 0, true, {{1, NONE, 0, ""}, {1, 2 * MS, 10 * US, ""}}, 2},
	{"fping: lines and, overtaking them, the list",
		"a : 1.00 - 3.00\n"
		"a : [0], 64 bytes, 1.00 ms (1.00 avg, 0% loss)\n"
		"a : [1], timed out (1.00 avg, 50% loss)\n"
		"a : duplicate for [0], 64 bytes, 1.50 ms\n"
		"a : [2], 64 bytes, 3.00 ms (2.00 avg, 33% loss)\n",
		PING_FPING, 3, -1, 0, false,
		{{0, MS, 10 * US, ""}, {0, 1500 * US, 10 * US, "d"}, {1, NONE, 0, ""},
			{2, 3 * MS, 10 * US, ""}},
		4},
	{"fping: each lost probe had its error",
		"ICMP Host Unreachable from 10.0.0.1 for ICMP Echo sent to a\n"
		"a : [0], timed out (NaN avg, 100% loss)\n\n"
		"a : xmt/rcv/%loss = 1/0/100%\n",
		PING_FPING, 1, -1, 0, false, {{0, NONE, 0, "e"}}, 1},
	{"fping counts beyond 16 bits",
		"a : [65535], 64 bytes, 1.00 ms (1.00 avg, 0% loss)\n"
		"a : [65537], 64 bytes, 1.00 ms (1.00 avg, 0% loss)\n",
		PING_FPING, -1, -1, 0, true,
		{{65535, MS, 10 * US, ""}, {65536, NONE, 0, ""}, {65537, MS, 10 * US, ""}}, 3},
	{"fping: a cut list loses its last entry", "a : 1.00 2.0", PING_FPING, -1, -1, 0, true,
		{{0, MS, 10 * US, ""}}, 1},
	{"fping -Q, cut: an interval is no total",
		"[10:00:00]\n"
		"a : xmt/rcv/%loss = 10/9/10%, min/avg/max = 1/1/1\n",
		PING_FPING, -1, -1, 0, true, {{0}}, 0},
	{"fping: plain", "a is alive\nb is alive (1.83 ms)\nc is unreachable\n", PING_FPING, -1, -1,
		0, false, {{0, NONE, 0, "u"}, {0, 1830 * US, 10 * US, ""}, {0, NONE, 0, ""}}, 3},
	{"fping: all of a quiet target lost",
		"a : xmt/rcv/%loss = 2/0/100%\nb : xmt/rcv/%loss = 9/8/11%, min/avg/max = 1/1/1\n",
		PING_FPING, 11, -1, 0, false, {{0, NONE, 0, ""}, {1, NONE, 0, ""}}, 2},
};

static void
check_case(const struct text_case *c)
{
	struct ping_output o = parsed(c->text, strlen(c->text), c->label);

	assert_string_equal(ping_dialect_name(o.dialect), ping_dialect_name(c->dialect));
	assert_int_equal(o.sent, c->sent);
	assert_int_equal(o.errors, c->errors);
	assert_int_equal(o.n_lines_unknown, c->n_unknown);
	assert_int_equal(o.summary_missing, c->summary_missing);
	assert_int_equal(o.n_probes, c->n_probes);
	for (size_t i = 0; i < o.n_probes; i++) {
		const struct ping_probe *p = &o.probes[i];
		const struct want *w = &c->probes[i];

		assert_int_equal(p->seq, w->seq);
		assert_int_equal(p->rtt_ns, w->rtt_ns);
		assert_int_equal(p->resolution_ns, w->resolution_ns);
		assert_int_equal(p->dup, strchr(w->flags, 'd') != NULL);
		assert_int_equal(p->error, strchr(w->flags, 'e') != NULL);
		assert_int_equal(p->untimed, strchr(w->flags, 'u') != NULL);
		assert_int_equal(p->corrupt, strchr(w->flags, 'c') != NULL);
		assert_int_equal(ping_probe_lost(p), p->rtt_ns == NONE && !p->untimed);
	}
	ping_output_release(&o);
}

static void
short_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		print_message("  %s\n", cases[i].label);
		check_case(&cases[i]);
	}
}

/* The stamp is that of printing: sending was one RTT earlier (METHODS, "Round-trip time"). */
static void
send_times(void **state)
{
	static const struct {
		const char *text;
		int64_t t_ns;
	} rows[] = {
		{"[1795236347.189988] " FROM "1 ttl=64 time=10.1 ms\n", 1795236347179888000},
		{"[1795236819.14017] a : [0], 64 bytes, 2.55 ms (2.55 avg, 0% loss)\n",
			1795236819137620000},
		{"[2026-11-21T05:46:02+0000] a : [0], 64 bytes, 2.55 ms (2.55 avg, 0% loss)\n",
			NONE},
		{FROM "1 ttl=64 time=10.1 ms\n", NONE},
		{"12:34:56.123456 " FROM "1 ttl=64 time=10.123 ms\n", NONE},
		{"[1795236347.189988] no answer yet for icmp_seq=1\n", NONE},
		{"[-5.0] " FROM "1 ttl=64 time=10.1 ms\n", NONE},
		{"[1795236347.189988] a : 2.55\n", NONE}, /* of the whole list, not of a probe */
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct ping_output o = parsed(rows[i].text, strlen(rows[i].text), "text");

		assert_int_equal(o.n_probes, 1);
		assert_int_equal(o.probes[0].t_ns, rows[i].t_ns);
		ping_output_release(&o);
	}
}

static void
headers(void **state)
{
	static const struct {
		const char *text;
		const char *target;
		uint8_t family;
		int64_t payload_bytes;
	} rows[] = {
		{HEAD, "10.0.0.2", 4, 56},
		{COLON, "10.0.0.2", 4, 56},
		{"PING h (10.0.0.2): 1400 data bytes, id 0x1f = 31\n", "10.0.0.2", 4, 1400},
		{"PING h (10.0.0.2) from 10.0.0.1 e0: 8(36) bytes of data.\n", "10.0.0.2", 4, 8},
		{"PING fd78::2(fd78::2) 56 data bytes\n", "fd78::2", 6, 56},
		{"PING fd78::2 (fd78::2) from fd78::1%e0 e0: 16 data bytes\n", "fd78::2", 6, 16},
		{"PING w(2a04::323 (2a04::323)) 1400 data bytes\n", "2a04::323", 6, 1400},
		{"PING6(56=40+8+8 bytes) ::1 --> fe80::1%en0\n", "fe80::1%en0", 6, 8},
		{"PING h (10.0.0.2) 5", "10.0.0.2", 4, -1}, /* may have been 56 */
		{FROM "1 ttl=64 time=1.00 ms\n", "10.0.0.2", 4, -1},
		{"a (10.0.0.3) : [0], 64 bytes, 1.0 ms (1.0 avg, 0% loss)\n", "10.0.0.3", 4, -1},
		{"a : [0], 64 bytes, 1.0 ms (1.0 avg, 0% loss)\n", "a", 0, -1},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct ping_output o = parsed(rows[i].text, strlen(rows[i].text), "text");

		assert_int_equal(o.n_targets, 1);
		assert_string_equal(o.targets[0], rows[i].target);
		assert_int_equal(o.family, rows[i].family);
		assert_int_equal(o.payload_bytes, rows[i].payload_bytes);
		ping_output_release(&o);
	}
}

/* 65536 probes and four more, one of the last lost: the loss must be seen across the wrap. */
static void
long_run(void **state)
{
	struct strbuf b;
	struct ping_output o;

	(void)state;
	strbuf_init(&b);
	strbuf_adds(&b, HEAD);
	for (uint32_t k = 1; k <= 65540; k++)
		if (k != 65537)
			strbuf_addf(&b, FROM "%u ttl=64 time=0.061 ms\n", (unsigned)(k % 65536));
	strbuf_adds(&b, TITLE "65541 packets transmitted, 65539 received, 0% packet loss\n");
	o = parsed(b.p, b.n, "long");
	assert_int_equal(o.n_probes, 65541);
	for (size_t i = 0; i < o.n_probes; i++) {
		assert_int_equal(o.probes[i].seq, (i + 1) % 65536);
		assert_int_equal(ping_probe_lost(&o.probes[i]), i == 65536 || i == 65540);
		assert_false(o.probes[i].dup);
	}
	ping_output_release(&o);
	strbuf_release(&b);
}

/* More than half a lap without a reply: in the first lap the number is still what it says. */
static void
long_outage(void **state)
{
	static const char text[] =
		HEAD FROM "1 ttl=64 time=0.061 ms\n" FROM "40001 ttl=64 time=0.061 ms\n";
	struct ping_output o = parsed(text, sizeof text - 1, "outage");

	(void)state;
	assert_int_equal(o.n_probes, 40001);
	assert_false(ping_probe_lost(&o.probes[0]));
	assert_true(ping_probe_lost(&o.probes[1]) && ping_probe_lost(&o.probes[39999]));
	assert_int_equal(o.probes[40000].seq, 40001);
	ping_output_release(&o);
}

static void
refused(void **state)
{
	static const struct {
		const char *text;
		enum vstatus st;
		bool sniff;
		const char *says;
	} rows[] = {
		{"", V_EFORMAT, false, "text: no line"},
		{"\n\n", V_EFORMAT, false, "text: no line"},
		{"ping: unknown host h\n", V_EFORMAT, false, "text: no line"},
		{"Requests : 100\nFailed: 3\n", V_EFORMAT, false, "text: no line"},
		{"{\"sent\": 3}\n", V_EFORMAT, false, "text: no line"},
		{"HPING h (eth0 10.0.0.2): icmp mode set\n", V_EFORMAT, true, "hping3"},
		{HEAD TITLE "99999999 packets transmitted, 0 received, 100% packet loss, time 1\n",
			V_ELIMIT, true, "8388608"},
		{"a : [0], timed out (x)\na : [4294967295], timed out (x)\n", V_ELIMIT, true,
			"8388608"},
		{HEAD FROM "99999999999999999999 ttl=64 time=1.00 ms\n", V_OK, true, ""},
	};
	struct ping_output o;
	char *text;
	size_t n;

	(void)state;
	assert_int_equal(file_slurp(&text, &n, DIR_OUTPUTS "live_clean_hping3.out", NULL), V_OK);
	assert_int_equal(ping_parse(&o, text, n, "hping3", NULL), V_EFORMAT);
	free(text);
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct verr err = {""};
		size_t len = strlen(rows[i].text);

		assert_int_equal(ping_parse(&o, rows[i].text, len, "text", &err), rows[i].st);
		assert_non_null(strstr(err.msg, rows[i].says));
		assert_int_equal(ping_sniff(rows[i].text, len), rows[i].sniff);
		ping_output_release(&o);
	}
}

/* Any cut, any damaged byte: a status, and a result that keeps its promises. */
static void
check_damaged(const char *text, size_t len)
{
	struct ping_output o;

	if (ping_parse(&o, text, len, "damaged", NULL) != V_OK) {
		assert_null(o.probes);
		return;
	}
	for (size_t i = 0; i < o.n_probes; i++) {
		const struct ping_probe *p = &o.probes[i];

		assert_true(p->target < o.n_targets);
		assert_true(p->rtt_ns == NONE ? p->resolution_ns == 0 : p->rtt_ns >= 0);
		assert_false(p->error && p->rtt_ns != NONE);
	}
	ping_output_release(&o);
}

static void
damage(void **state)
{
	static const char *const files[] = {"jc_centos-7.7_ping-ip-dup.out",
		"jc_fedora32_ping6-ip-O-D-p.out", "jc_freebsd12_ping6-ip.out",
		"live_clean_fping_s.out", "live_clean_fping_C.out", "live_clean_fping_N.out",
		"live_lossy_iputils_T.out"};
	static const char garbage[] = {'\0', '\n', '9', '(', '\xff', ' '};
	char path[512];
	char *text;
	size_t len;

	(void)state;
	for (size_t i = 0; i < N_OF(files); i++) {
		snprintf(path, sizeof path, DIR_OUTPUTS "%s", files[i]);
		assert_int_equal(file_slurp(&text, &len, path, NULL), V_OK);
		for (size_t k = 0; k < len; k++) {
			char *cut = malloc(k + 1); /* no byte behind the end that could be read */
			char kept = text[k];

			assert_non_null(cut);
			memcpy(cut, text, k);
			check_damaged(cut, k);
			free(cut);
			text[k] = garbage[k % N_OF(garbage)];
			check_damaged(text, len);
			text[k] = kept;
		}
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_outputs),
		cmocka_unit_test(short_texts),
		cmocka_unit_test(send_times),
		cmocka_unit_test(headers),
		cmocka_unit_test(long_run),
		cmocka_unit_test(long_outage),
		cmocka_unit_test(refused),
		cmocka_unit_test(damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
