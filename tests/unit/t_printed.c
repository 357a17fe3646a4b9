/*
 * t_printed - what samplers of system counters print, as tables of counters.
 *
 * Expected values: the numbers of the texts by eye, kB times 1024 (times 8 where a rate is in
 * bits); times since 1970 by GNU date -u ("date -u -d '2026-11-21 11:08:19' +%s" is 1795259299).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "capture/printed.h"
#include "core/file.h"
#include "core/tstamp.h"

#define N_OF(a) (sizeof(a) / sizeof *(a))
#define TOOLS "tests/data/tools/"
#define S "000000000"

/* ---- dates ---- */

static void
test_days(void **state)
{
	static const struct {
		const char *text;
		int64_t day; /* -1: no date */
		bool ambiguous;
	} days[] = {{"1970-01-01", 0, false}, {"2026-11-21", 20778, false},
		{"11/21/26", 20778, false}, {"11/21/2026", 20778, false},
		{"21.11.2026", 20778, false}, {"21/11/26", 20778, false},
		{"01/02/2026", 20455, true}, {"02/02/2026", 20486, false},
		{"2026-02-30", -1, false}, {"2026-13-01", -1, false}, {"11/21", -1, false},
		{"1/2/3/4", -1, false}, {"_x86_64_", -1, false}, {"", -1, false}};
	int64_t day;
	bool ambiguous;

	(void)state;
	for (size_t i = 0; i < N_OF(days); i++) {
		bool ok = when_day(&day, &ambiguous, slice_of(days[i].text));

		if (ok != (days[i].day >= 0) || (ok && day != days[i].day))
			fail_msg("%s: %d, day %lld", days[i].text, ok, (long long)day);
		if (ok)
			assert_int_equal(ambiguous, days[i].ambiguous);
	}
}

static void
test_when(void **state)
{
	struct when w;
	int64_t ns;
	struct slice s = slice_of("08:50:55 PM CPU"), t = slice_of("12:00:01 AM"),
		     u = slice_of("24:00:00");

	(void)state;
	assert_true(when_parse(&w, slice_of("2026-11-21")));
	assert_true(w.dated && !w.zoned && w.day == 20778);
	assert_true(when_parse(&w, slice_of("2026-11-21+05:30")));
	assert_true(w.zoned && w.offset_ns == 19800 * NS_PER_S);
	assert_int_equal(when_time(&w, 0, 19800 * NS_PER_S), 0);
	assert_true(when_parse(&w, slice_of("2026-11-21-08:00")));
	assert_true(w.offset_ns == -28800 * NS_PER_S);
	assert_true(when_parse(&w, slice_of("2026-11-21Z")) && w.zoned && !w.offset_ns);
	assert_false(when_parse(&w, slice_of("21.11.2026")));
	assert_false(when_parse(&w, slice_of("2026-11-21+1")));
	assert_false(when_parse(&w, slice_of("2026-11-21 CET")));
	assert_true(when_clock(&ns, &s));
	assert_true(ns == ((20 * 60 + 50) * 60 + 55) * NS_PER_S && slice_starts(s, " CPU"));
	assert_true(when_clock(&ns, &t) && ns == NS_PER_S);
	assert_false(when_clock(&ns, &u));
	assert_true(slice_eq(u, "24:00:00"));
}

/* ---- tables ---- */

static char *
converted(struct printed *p, enum load_kind kind, const char *text, const struct when *when)
{
	struct verr err;

	if (printed_convert(p, kind, slice_of(text), "x", when, &err) != V_OK)
		fail_msg("%s", err.msg);
	return p->csv.p;
}

static const struct {
	enum load_kind kind;
	const char *text;
	const char *csv;
	uint64_t n_unknown, n_since_boot, n_unreadable, n_twice;
} tables[] = {
	/* two families in turn, two instances, an average, an unknown heading */
	{LOAD_SAR,
		"Linux 6.1.0 (h) \t11/21/26 \t_x86_64_\t(2 CPU)\n\n"
		"11:08:18  CPU %user %idle\n11:08:19  all 1.50 98.50\n11:08:19  0 3.00 97.00\n\n"
		"11:08:18  IFACE rxkB/s %new\n11:08:19  eth0 12.34 5\n\n"
		"11:08:19  CPU %user %idle\n11:08:20  all 2 98\n11:08:20  0 4 96\n\n"
		"Average:  CPU %user %idle\nAverage:  all 1.75 98.25\n",
		"t_ns,cpu.user_pct,cpu.idle_pct,cpu0.user_pct,cpu0.idle_pct,net.eth0.rx_bps,"
		"net.eth0.new_pct\n"
		"1795259298" S ",,,,,,\n1795259299" S ",1.5,98.5,3,97,101089.28,5\n"
		"1795259300" S ",2,98,4,96,,\n",
		0, 0, 0, 0},
	/* one family after the other across midnight, 12-hour clock, decimal commas */
	{LOAD_SAR,
		"Linux 6.1.0 (h) \t21.11.2026 \t_x86_64_\t(2 CPU)\n"
		"11:59:58 PM proc/s kbmemfree\n11:59:59 PM 1,5 2\n12:00:00 AM 2,5 3\n\n"
		"11:59:58 PM ldavg-1\n11:59:59 PM 0,25\n12:00:00 AM 0,5\n",
		"t_ns,processes_hz,mem.free_bytes,load.1\n1795305598" S ",,,\n"
		"1795305599" S ",1.5,2048,0.25\n1795305600" S ",2.5,3072,0.5\n",
		0, 0, 0, 0},
	/* the report since boot, a cut line, a cell that is no number, a time twice, a restart */
	{LOAD_MPSTAT,
		"Linux 6.1.0 (h) 2026-11-21 _x86_64_ (2 CPU)\n"
		"11:08:19 CPU %usr %idle\n11:08:19 all 9 91\n"
		"11:08:20 all 1 99\n11:08:21 all nan 98\n11:08:22 all 3\n11:08:20 all 5 95\n"
		"11:08:23 LINUX RESTART (2 CPU)\n",
		"t_ns,cpu.user_pct,cpu.idle_pct\n1795259299" S ",,\n1795259300" S ",1,99\n"
		"1795259301" S ",,98\n",
		1, 1, 1, 2},
	{LOAD_SADF_CSV,
		"# hostname;interval;timestamp;DEV;tps;rkB/s\n"
		"h;10;2026-11-21 11:08:20 UTC;sda;1.00;2.00\n"
		"h;-1;2026-11-21 11:08:25 UTC;LINUX-RESTART\t(2 CPU)\n"
		"# hostname;interval;timestamp;runq-sz\nh;10;1795259300;4\nbroken\n",
		"t_ns,disk.sda.transfers_hz,disk.sda.read_bps,procs_running\n"
		"1795259290" S ",,,\n1795259300" S ",1,16384,4\n",
		1, 0, 0, 0},
	/* levels of the first report stay; the heading again; a new column of procps 4 */
	{LOAD_VMSTAT,
		"procs ---memory--- ---swap-- -----io---- -system-- ------cpu----- -timestamp-\n"
		" r  b swpd free si so bi bo in cs us sy id wa st gu UTC\n"
		" 2  0 1 4 5 6 7 8 9 10 11 12 13 14 15 16 2026-11-21 11:08:19\n"
		"procs ---memory--- ---swap-- -----io---- -system-- ------cpu----- -timestamp-\n"
		" r  b swpd free si so bi bo in cs us sy id wa st gu UTC\n"
		" 3  1 0 2 0 0 1 2 100 200 20 10 60 5 4 1 2026-11-21 11:08:20\n"
		" 3  1 0 2 0 0 1\n",
		"t_ns,procs_running,procs_blocked,mem.swap_used_bytes,mem.free_bytes,swap.in_bps,"
		"swap.out_bps,disk.all.read_bps,disk.all.write_bps,interrupts_hz,"
		"context_switches_hz,cpu.user_pct,cpu.system_pct,cpu.idle_pct,cpu.iowait_pct,"
		"cpu.steal_pct,cpu.guest_pct\n"
		"1795259299" S ",2,0,1024,4096,,,,,,,,,,,,\n"
		"1795259300" S ",3,1,0,2048,0,0,8192,16384,100,200,20,10,60,5,4,1\n",
		1, 1, 0, 0},
};

static void
test_tables(void **state)
{
	const struct when utc = {.zoned = true};

	(void)state;
	for (size_t i = 0; i < N_OF(tables); i++) {
		struct printed p;

		assert_string_equal(
			converted(&p, tables[i].kind, tables[i].text, &utc), tables[i].csv);
		if (p.n_unknown != tables[i].n_unknown ||
			p.n_since_boot != tables[i].n_since_boot ||
			p.n_unreadable != tables[i].n_unreadable || p.n_twice != tables[i].n_twice)
			fail_msg("table %zu: %d %d %d %d", i, (int)p.n_unknown, (int)p.n_since_boot,
				(int)p.n_unreadable, (int)p.n_twice);
		if (tables[i].kind != LOAD_VMSTAT)
			assert_string_equal(p.host, "h");
		printed_release(&p);
	}
}

/* Zones: of the process (TZ), of --date, of the text; the day of --date. */
static void
test_zones(void **state)
{
	static const char sar[] = "Linux 6.1.0 (h) 11/21/26 _x86_64_ (2 CPU)\n"
				  "11:08:18 proc/s\n11:08:19 1\n";
	static const char bare[] = "11:08:18 proc/s\n11:08:19 1\n";
	static const char vmstat[] = "r b free us CET\n1 0 1 1 2026-11-21 11:08:19\n"
				     "1 0 1 1 2026-11-21 11:08:20\n";
	struct when none = {0}, east = {.zoned = true, .offset_ns = 3600 * NS_PER_S}, day;
	struct printed p;
	struct verr err;

	(void)state;
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	assert_non_null(strstr(converted(&p, LOAD_SAR, sar, &none), "\n1795255699" S ",1\n"));
	printed_release(&p);
	assert_non_null(strstr(converted(&p, LOAD_VMSTAT, vmstat, &none), "\n1795255700" S ","));
	printed_release(&p);
	setenv("TZ", "UTC", 1);
	tzset();
	assert_non_null(strstr(converted(&p, LOAD_SAR, sar, &east), "\n1795255699" S ",1\n"));
	printed_release(&p);
	assert_int_equal(printed_convert(&p, LOAD_SAR, slice_of(bare), "x", &none, &err), V_EUSAGE);
	assert_non_null(strstr(err.msg, "x: line 1: "));
	assert_non_null(strstr(err.msg, "--date"));
	printed_release(&p);
	assert_true(when_parse(&day, slice_of("2026-11-20Z")));
	assert_non_null(strstr(converted(&p, LOAD_SAR, bare, &day), "\n1795172899" S ",1\n"));
	printed_release(&p);
}

static void
test_refused(void **state)
{
	static const struct {
		enum load_kind kind;
		const char *text;
		enum vstatus st;
	} cases[] = {
		{LOAD_VMSTAT, "r b free us\n1 0 1 1\n", V_EDOM},
		{LOAD_VMSTAT, "", V_EFORMAT},
		{LOAD_SAR, "", V_EFORMAT},
		{LOAD_SAR, "Linux 6.1 (h) 11/21/26 _x86_64_ (2 CPU)\n", V_EFORMAT},
		{LOAD_MPSTAT,
			"Linux 6.1 (h) 11/21/26 _x86_64_ (2 CPU)\n"
			"11:08:19 CPU %usr\n11:08:19 all 1\n",
			V_EFORMAT},
		{LOAD_SADF_CSV, "# hostname;interval;timestamp\n", V_EFORMAT},
	};
	const struct when none = {0};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct printed p;

		assert_int_equal(printed_convert(&p, cases[i].kind, slice_of(cases[i].text), "x",
					 &none, NULL),
			cases[i].st);
		printed_release(&p);
	}
	assert_false(printed_reads(LOAD_PING));
	assert_false(printed_reads(LOAD_SADF_JSON));
}

/* Recorded outputs, cut or damaged anywhere, end in a status (to be run under a sanitizer). */
static void
test_damage(void **state)
{
	static const struct {
		const char *file;
		enum load_kind kind;
	} files[] = {{TOOLS "sar.txt", LOAD_SAR}, {TOOLS "sar-colour.txt", LOAD_SAR},
		{TOOLS "jc_ubuntu-18.04_mpstat-A.out", LOAD_MPSTAT},
		{TOOLS "sadf-d.csv", LOAD_SADF_CSV}, {TOOLS "vmstat-wt.txt", LOAD_VMSTAT}};
	const struct when none = {0};

	(void)state;
	for (size_t i = 0; i < N_OF(files); i++) {
		char *text;
		size_t len;

		assert_int_equal(file_slurp(&text, &len, files[i].file, NULL), V_OK);
		for (size_t n = 0; n < len; n += 1 + len / 300) {
			char *cut = malloc(n ? n : 1);
			struct printed p;

			assert_non_null(cut);
			memcpy(cut, text, n);
			printed_convert(
				&p, files[i].kind, (struct slice){cut, n}, "x", &none, NULL);
			printed_release(&p);
			free(cut);
		}
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_when),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
