/*
 * t_usage - counters to shares, rates and levels; means over stretches of time, peaks, and what is
 * wrong with a file.
 *
 * Expected values are worked out by hand; the arithmetic stands beside each case.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/usage.h"
#include "core/tstamp.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))
#define WHOLE ((struct usage_spans){NULL, 0})
#define WINDOW NS_PER_S
/* Times in the cases are whole tenths of a second. */
#define TENTH (NS_PER_S / 10)

struct found {
	const char *name;
	bool there;
	size_t steps;
	double mean;
	double peak;
	struct usage_spans spans;
	int64_t window_ns;
};

static void
look(void *ctx, const struct usage *u)
{
	struct found *f = ctx;

	if (strcmp(u->name, f->name) != 0)
		return;
	assert_false(f->there); /* no metric twice */
	f->there = true;
	f->steps = u->n;
	f->mean = usage_mean(u, &f->spans);
	f->peak = usage_peak(u, f->window_ns, &f->spans);
}

static struct found
derive(const char *csv, const char *name, struct usage_spans spans, int64_t window_ns,
	struct countertable_counts *counts)
{
	struct found f = {.name = name, .spans = spans, .window_ns = window_ns};
	struct usage_params p = {true, 0};
	struct countertable ct;
	enum vstatus st = countertable_parse(&ct, csv, strlen(csv), "t", 0, NULL);

	assert_true(st == V_OK || counts);
	assert_int_equal(usage_derive(&ct, &p, look, &f), 0);
	if (counts)
		*counts = ct.counts;
	countertable_release(&ct);
	return f;
}

static void
check(double got, double expected)
{
	if (isnan(expected))
		assert_true(isnan(got));
	else
		assert_true(fabs(got - expected) <= 1e-9 * fabs(expected) + 1e-12);
}

#define CPU "t_ns,cpu.user,cpu.nice,cpu.system,cpu.idle,cpu.iowait,cpu.irq,cpu.softirq,cpu.steal,"
#define CPU_CSV                                              \
	CPU "cpu.guest,cpu.guest_nice,cpu0.user,cpu1.user\n" \
	    "0,100,10,50,800,20,1,5,14,30,2,60,40\n"         \
	    "1000000000,160,14,70,890,24,2,7,33,50,3,100,60\n"

/*
 * Differences: user 60, nice 4, system 20, idle 90, iowait 4, irq 1, softirq 2, steal 19; in all
 * 200, two cores for a second.  Idle and iowait are 94.
 */
static void
test_cpu(void **state)
{
	static const struct {
		const char *name;
		double pct;
	} cases[] = {
		{"cpu_busy_pct", 53},    /* 106 of 200, steal in it */
		{"cpu_user_pct", 32},    /* 64 */
		{"cpu_system_pct", 10},  /* 20 */
		{"cpu_iowait_pct", 2},   /* 4 */
		{"cpu_irq_pct", 0.5},    /* 1 */
		{"cpu_softirq_pct", 1},  /* 2 */
		{"cpu_steal_pct", 9.5},  /* 19 */
		{"cpu_guest_pct", 10.5}, /* 21, already in user and nice */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct found f = derive(CPU_CSV, cases[i].name, WHOLE, WINDOW, NULL);

		assert_true(f.there);
		assert_int_equal(f.steps, 1);
		check(f.mean, cases[i].pct);
		check(f.peak, cases[i].pct);
	}
}

static void
test_one_metric(void **state)
{
	static const struct {
		const char *csv;
		const char *name;
		double mean;
	} cases[] = {
		/* a core: 30 of 50 jiffies */
		{"t_ns,cpu3.user,cpu3.system,cpu3.idle\n0,0,0,0\n500000000,20,10,20\n",
			"cpu3_busy_pct", 60},
		/* 3000 bytes in 2 s */
		{"t_ns,net.eth0.100.rx_bytes\n0,1000\n2000000000,4000\n", "net.eth0.100.rx_bps",
			12000},
		{"t_ns,net.guest:eth0.tx_packets\n0,0\n500000000,50\n", "net.guest:eth0.tx_pps",
			100},
		{"t_ns,net.a.rx_dropped,net.a.rx_errors\n0,1,0\n1000000000,3,4\n",
			"net.a.rx_lost_pps", 6},
		/* 250 ms of 1 s */
		{"t_ns,disk.vda.io_ms\n0,0\n1000000000,250\n", "disk.vda.busy_pct", 25},
		{"t_ns,disk.vda.write_bytes\n0,0\n1000000000,512\n", "disk.vda.write_bps", 4096},
		{"t_ns,softirq.NET_RX\n0,5\n2000000000,25\n", "softirq.NET_RX_hz", 10},
		{"t_ns,pressure.cpu.some_us\n0,0\n1000000000,100000\n", "pressure.cpu.some_pct",
			10},
		/* (1000 - 600 + 1000 - 200) / 2 of 1000 */
		{"t_ns,mem.total_bytes,mem.available_bytes\n0,1000,600\n1000000000,1000,200\n",
			"mem_used_pct", 60},
		{"t_ns,mem.total_bytes,mem.available_bytes\n0,1000,600\n1000000000,1000,200\n",
			"mem_used_bytes", 600},
		/* levels count as long as they last: 1 s at 400 to 400, 3 s at 400 to 0 */
		{"t_ns,mem.total_bytes,mem.available_bytes\n0,1000,600\n1000000000,1000,600\n"
		 "4000000000,1000,1000\n",
			"mem_used_bytes", 250},
		/* 0.3 s of CPU in 1 s; no /proc/stat, so by the clock */
		{"t_ns,proc.q.utime_ns,proc.q.stime_ns\n0,0,0\n1000000000,200000000,100000000\n",
			"proc.q.core_pct", 30},
		/* 200 jiffies on two cores are 1 s of each: 0.5 s of it, whatever the clock */
		{CPU "cpu0.user,cpu1.user,cgroup.c.cpu_usage_ns\n"
		     "0,0,0,0,0,0,0,0,0,0,0,0\n1100000000,100,0,0,100,0,0,0,0,50,50,500000000\n",
			"cgroup.c.core_pct", 50},
		/* its tree: 0.1 + 0.2 (child) + 0.3 (vhost), not the child that ended */
		{"t_ns,proc.q.utime_ns,proc.q.stime_ns,proc.q.child.sh-7.utime_ns,"
		 "proc.q.child.sh-7.stime_ns,proc.q.thread.vhost-5-9.utime_ns,"
		 "proc.q.thread.vhost-5-9.stime_ns,proc.q.thread.worker-6.utime_ns,"
		 "proc.q.thread.worker-6.stime_ns,proc.q.ended_children_utime_ns\n"
		 "0,0,0,0,0,0,0,0,0,0\n"
		 "1000000000,100000000,0,200000000,0,0,300000000,50000000,0,900000000\n",
			"proc.q.core_pct", 60},
		/* without recorded children those that ended count */
		{"t_ns,proc.q.utime_ns,proc.q.stime_ns,proc.q.ended_children_utime_ns\n0,0,0,0\n"
		 "1000000000,100000000,0,400000000\n",
			"proc.q.core_pct", 50},
		/* a quota of half a core: 0.25 s in 1 s is half of it */
		{"t_ns,cgroup.c.cpu_usage_ns,cgroup.c.cpu_quota_us,cgroup.c.cpu_period_us\n"
		 "0,0,50000,100000\n1000000000,250000000,50000,100000\n",
			"cgroup.c.quota_pct", 50},
		{"t_ns,cgroup.c.cpu_throttled_periods,cgroup.c.cpu_periods\n0,0,0\n1000000000,2,8\n",
			"cgroup.c.throttled_pct", 25},
		/* (300 - 100) of 800; of the machine's 2000 where no limit is set */
		{"t_ns,cgroup.c.memory_current_bytes,cgroup.c.memory_inactive_file_bytes,"
		 "cgroup.c.memory_limit_bytes,mem.total_bytes\n0,300,100,800,2000\n"
		 "1000000000,300,100,800,2000\n",
			"cgroup.c.mem_used_pct", 25},
		{"t_ns,cgroup.c.memory_current_bytes,cgroup.c.memory_inactive_file_bytes,"
		 "cgroup.c.memory_limit_bytes,mem.total_bytes\n0,300,100,,2000\n"
		 "1000000000,300,100,,2000\n",
			"cgroup.c.mem_used_pct", 10},
		/* the first row marks the begin: 300 for 1 s, 600 for 3 s */
		{"t_ns,context_switches_hz\n1000000000,\n2000000000,300\n5000000000,600\n",
			"context_switches_hz", 525},
		/* printed by a tool: 100 - 70 - 10 for 1 s (also before the first row), 100 - 90 for 2 s */
		{"t_ns,cpu.idle_pct,cpu.iowait_pct\n1000000000,70,10\n2000000000,70,10\n"
		 "4000000000,90,0\n",
			"cpu_busy_pct", 15},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct found f = derive(cases[i].csv, cases[i].name, WHOLE, WINDOW, NULL);

		if (!f.there)
			fail_msg("case %zu: no %s", i, cases[i].name);
		check(f.mean, cases[i].mean);
		assert_true(usage_is_metric(cases[i].name));
	}
}

/* 4 rows a second apart: 10, 30 and 20 packets a second. */
#define STEADY "t_ns,net.a.rx_packets\n0,0\n1000000000,10\n2000000000,40\n3000000000,60\n"
/* Rows at 0, 0.4, 1.0, 1.2, 2.0 s with 4, 30, 2 and 8 packets: 10, 50, 10, 10 a second. */
#define IRREGULAR \
	"t_ns,net.a.rx_packets\n0,0\n400000000,4\n1000000000,34\n1200000000,36\n2000000000,44\n"

static void
test_stretches(void **state)
{
	static const struct usage_span second[] = {{NS_PER_S, 2 * NS_PER_S}};
	static const struct usage_span halves[] = {
		{5 * TENTH, 10 * TENTH}, {15 * TENTH, 20 * TENTH}};
	static const struct usage_span crossing[] = {{5 * TENTH, 15 * TENTH}};
	static const struct usage_span outside[] = {{9 * NS_PER_S, 10 * NS_PER_S}};
	const struct {
		const char *csv;
		struct usage_spans spans;
		double mean, peak;
	} cases[] = {
		{STEADY, WHOLE, 20, 30}, {STEADY, {second, 1}, 30, 30},
		{STEADY, {halves, 2}, 20, 30}, /* 5 + 15 in 1 s; from 0.5 to 2.0 s [1, 2] is best */
		{STEADY, {crossing, 1}, 20, 20}, {STEADY, {outside, 1}, NAN, NAN},
		{IRREGULAR, WHOLE, 22, 34}, /* [0, 1]: 4 + 30; [0.2, 1.2]: 2 + 30 + 2 */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct found f = derive(cases[i].csv, "net.a.rx_pps", cases[i].spans, WINDOW, NULL);

		check(f.mean, cases[i].mean);
		check(f.peak, cases[i].peak);
	}
	/* Half a second: inside the step at 50. */
	check(derive(IRREGULAR, "net.a.rx_pps", WHOLE, 5 * TENTH, NULL).peak, 50);
	/* Longer than the run. */
	check(derive(IRREGULAR, "net.a.rx_pps", WHOLE, 3 * NS_PER_S, NULL).peak, NAN);
}

static void
test_trouble(void **state)
{
	static const struct {
		const char *csv;
		double mean;
		struct countertable_counts counts;
	} cases[] = {
		/* nothing, one row */
		{"t_ns,net.a.rx_packets\n", NAN, {0}},
		{"t_ns,net.a.rx_packets\n5,1\n", NAN, {.rows = 1}},
		/* a cell missing: its neighbours reach over it: 30 in 2 s, then 20 in 1 s */
		{"t_ns,net.a.rx_packets\n0,0\n1000000000,\n2000000000,30\n3000000000,50\n",
			50.0 / 3, {.rows = 4}},
		/* a cell that is no number */
		{"t_ns,net.a.rx_packets\n0,0\n1000000000,x\n2000000000,30\n", 15,
			{.rows = 3, .unreadable = 1}},
		/* a row without time */
		{"t_ns,net.a.rx_packets\n0,0\n,7\n2000000000,30\n", 15, {.rows = 2, .untimed = 1}},
		{"t_ns,net.a.rx_packets\n0,0\nsoon,7\n2000000000,30\n", 15,
			{.rows = 2, .untimed = 1}},
		/* reset: 10 in the first second, unknown in the second, 5 in the third */
		{"t_ns,net.a.rx_packets\n0,100\n1000000000,110\n2000000000,3\n3000000000,8\n", 7.5,
			{.rows = 4, .resets = 1}},
		/* 32 bits wrap: 4294967290 to 4 is 10 */
		{"t_ns,net.a.rx_packets\n0,4294967290\n1000000000,4\n", 10,
			{.rows = 2, .wraps = 1}},
		/* time goes back: 10 in the first second, 30 in the last */
		{"t_ns,net.a.rx_packets\n10000000000,0\n11000000000,10\n10500000000,20\n"
		 "11500000000,50\n",
			20, {.rows = 4, .clock_steps = 1}},
		/* rows missing: 3 of a second each; the rate over them is exact */
		{"t_ns,net.a.rx_packets\n0,0\n1000000000,10\n2000000000,20\n3000000000,30\n"
		 "7000000000,70\n",
			10, {.rows = 5, .missed = 3}},
		/* too few rows to know which are missing */
		{"t_ns,net.a.rx_packets\n0,0\n1000000000,10\n2000000000,20\n6000000000,60\n", 10,
			{.rows = 4}},
		/* 2^63 - 1 and the like neither overflow nor lose a packet */
		{"t_ns,net.a.rx_packets\n0,9223372036854775796\n1000000000,9223372036854775806\n",
			10, {.rows = 2}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct countertable_counts c;
		struct found f = derive(cases[i].csv, "net.a.rx_pps", WHOLE, WINDOW, &c);

		check(f.mean, cases[i].mean);
		if (memcmp(&c, &cases[i].counts, sizeof c) != 0)
			fail_msg("case %zu: rows %d untimed %d unreadable %d steps %d missed %d "
				 "late %d wraps %d resets %d",
				i, (int)c.rows, (int)c.untimed, (int)c.unreadable,
				(int)c.clock_steps, (int)c.missed, (int)c.late, (int)c.wraps,
				(int)c.resets);
	}
}

/* idle goes back by a tick: no reset, and no negative share.  10 busy of 10. */
static void
test_idle_goes_back(void **state)
{
	struct countertable_counts c;

	(void)state;
	check(derive("t_ns,cpu.user,cpu.system,cpu.idle\n0,0,0,100\n100000000,10,0,99\n",
		      "cpu_busy_pct", WHOLE, WINDOW, &c)
			.mean,
		100);
	assert_int_equal(c.resets, 0);
}

/* One core passes 100 jiffies in a second, but the clock jumped by an hour: no rate there. */
static void
test_clock_jumps_ahead(void **state)
{
	static const char csv[] =
		"t_ns,cpu.user,cpu.system,cpu.idle,cpu0.user,net.a.rx_packets\n"
		"0,0,0,0,0,0\n1000000000,50,0,50,50,10\n"
		"3601000000000,100,0,100,100,20\n3602000000000,150,0,150,150,50\n";
	struct countertable_counts c;

	(void)state;
	check(derive(csv, "net.a.rx_pps", WHOLE, WINDOW, &c).mean, 20);
	assert_int_equal(c.clock_steps, 1);
	assert_int_equal(c.missed, 0);
}

static void
test_late(void **state)
{
	struct countertable_counts c;

	(void)state;
	derive("t_ns,lateness_ns,net.a.rx_packets\n0,0,0\n100000000,1000,1\n200000000,60000000,2\n",
		"net.a.rx_pps", WHOLE, WINDOW, &c);
	assert_int_equal(c.late, 1);
}

static void
test_no_table(void **state)
{
	static const char csv[] = "time,cpu.user\n1,2\n";
	struct countertable ct;
	struct verr err;

	(void)state;
	assert_int_equal(countertable_parse(&ct, csv, strlen(csv), "x.csv", 0, &err), V_EFORMAT);
	assert_string_equal(err.msg, "x.csv: no table of counters: the first column is not t_ns");
	assert_int_equal(ct.n, 0);
	countertable_release(&ct);
}

static void
test_names(void **state)
{
	static const struct {
		const char *name, *peak;
	} cases[] = {
		{"cpu_busy_pct", "cpu_busy_peak_pct"},
		{"net.eth_0.rx_bps", "net.eth_0.rx_peak_bps"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *peak = usage_peak_name(cases[i].name);

		assert_string_equal(peak, cases[i].peak);
		assert_true(usage_is_metric(peak));
		free(peak);
	}
	assert_false(usage_is_metric("rtt_ns"));
	assert_false(usage_is_metric("net..rx_bps"));
	assert_false(usage_is_metric("cpux_busy_pct"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cpu),
		cmocka_unit_test(test_one_metric),
		cmocka_unit_test(test_stretches),
		cmocka_unit_test(test_trouble),
		cmocka_unit_test(test_idle_goes_back),
		cmocka_unit_test(test_clock_jumps_ahead),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_no_table),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
