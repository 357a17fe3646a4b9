/*
 * Tests of capture/counters with all it stands on (sources, place, watch, nicirq and the parsers).
 *
 * Whole files: the trees of tests/proc, whose ORIGIN says what they imitate.  Every expected cell
 * was read off the tree by hand, sums and products by a pocket calculator.
 *
 * Damage: every file of the trees is cut at every byte.  A cut text may have fewer numbers than
 * the whole one, but none that the whole one has not.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture/counters.h"
#include "capture/sources.h"
#include "core/alloc.h"
#include "core/file.h"
#include "core/tstamp.h"
#include "tests/unit/tmpdir.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define CELLS_MAX 4096
#define CUT_MAX_BYTES 6000 /* cutting takes the square of it; larger files are like smaller ones */
#define T_NS INT64_C(1795239962123456789)

/* A line of CSV cut into its cells. */
struct cells {
	char *text;
	char *cell[CELLS_MAX];
	size_t n;
};

static void
cells_cut(struct cells *c, const char *line)
{
	c->text = xstrdup(line);
	c->n = 0;
	c->text[strcspn(c->text, "\n")] = '\0';
	for (char *at = c->text; at;) {
		assert_true(c->n < CELLS_MAX);
		c->cell[c->n++] = strsep(&at, ",");
	}
}

/* Some counters that are open, their header, and the last sample. */
struct look {
	struct counters *counters;
	struct run_counters description;
	struct cells header;
	struct cells sample;
	struct strbuf csv;
};

static void
look_open(struct look *l, const struct counters_params *params)
{
	struct verr err = {""};

	*l = (struct look){0};
	if (counters_open(&l->counters, params, &err) != V_OK)
		fail_msg("%s", err.msg);
	counters_header(l->counters, &l->csv, &l->description);
	cells_cut(&l->header, l->csv.p);
}

static void
look_sample(struct look *l, int64_t t_ns, int64_t lateness_ns)
{
	free(l->sample.text);
	strbuf_clear(&l->csv);
	counters_sample(l->counters, t_ns, lateness_ns, &l->csv);
	assert_int_equal(l->csv.p[l->csv.n - 1], '\n');
	cells_cut(&l->sample, l->csv.p);
	assert_int_equal(l->sample.n, l->header.n);
}

static void
look_close(struct look *l)
{
	counters_close(l->counters);
	json_free(l->description.columns);
	free(l->header.text);
	free(l->sample.text);
	strbuf_release(&l->csv);
}

/* The cell of that column in the last sample; NULL when there is no such column. */
static const char *
cell(const struct look *l, const char *column)
{
	const char *found = NULL;

	for (size_t i = 0; i < l->header.n; i++) {
		if (strcmp(l->header.cell[i], column) != 0)
			continue;
		assert_null(found);
		found = l->sample.cell[i];
	}
	return found;
}

static void
check_cell(const struct look *l, const char *column, const char *expected)
{
	const char *is = cell(l, column);

	if (!is != !expected || (is && strcmp(is, expected) != 0))
		fail_msg("%s: is %s, expected %s", column, is ? is : "no column",
			expected ? expected : "no column");
}

/* ---- the trees ---- */

struct expected {
	const char *column;
	const char *cell; /* "" empty; NULL: no such column */
};

static const struct expected root1[] = {
	{"t_ns", "1795239962123456789"},
	{"lateness_ns", "1234"},
	{"cpu.user", "10132153"},
	{"cpu.guest_nice", "0"},
	{"cpu0.softirq", "24000"},
	{"cpu1.idle", "23414242"},
	{"cpu2.user", NULL},
	{"interrupts", "114930548"},
	{"ctxt", "1990473"},
	{"processes", "2915"},
	{"procs_running", "1"},
	{"procs_blocked", "2"},
	{"mem.total_bytes", "8363876352"},
	{"mem.available_bytes", "6188314624"},
	{"mem.cached_bytes", "4419096576"},
	{"mem.swap_free_bytes", "2146430976"},
	{"mem.slab_reclaimable_bytes", "542302208"},
	{"mem.hugetlb_bytes", "0"},
	{"load.1", "0.20"},
	{"load.5", "0.18"},
	{"load.15", "12.05"},
	{"pressure.cpu.some_us", NULL},
	{"net.lo.rx_bytes", "2776770"},
	{"net.eth0.rx_bytes", "1215645"},
	{"net.eth0.rx_packets", "2751"},
	{"net.eth0.rx_errors", "3"},
	{"net.eth0.rx_dropped", "4"},
	{"net.eth0.rx_fifo", "5"},
	{"net.eth0.rx_frame", "6"},
	{"net.eth0.rx_multicast", "7"},
	{"net.eth0.tx_bytes", "1782404"},
	{"net.eth0.tx_packets", "4324"},
	{"net.eth0.tx_errors", "8"},
	{"net.eth0.tx_dropped", "9"},
	{"net.eth0.tx_fifo", "10"},
	{"net.eth0.tx_collisions", "427"},
	{"net.eth0.tx_carrier", "11"},
	{"softirq.HI", "11"},
	{"softirq.NET_RX", "42001"},
	{"softirq.RCU", "600001"},
	{"softnet.processed", "42001"}, /* 0x9c41 + 0x7d0 */
	{"softnet.dropped", "16"},
	{"softnet.time_squeeze", "258"},
	{"softnet.flow_limit", "1"},
	{"softnet0.received_rps", "10"},
	{"softnet1.processed", "2000"},
	{"irq.11.ehci_hcd:usb1__eth0", "1234"},
	{"irq.24.ahci[0000:00:1f.2]", NULL},
	{"disk.sda.reads", "100001"},
	{"disk.sda.read_bytes", "1536000"},
	{"disk.sda.write_bytes", "3584000"},
	{"disk.sda.in_flight", "9"},
	{"disk.sda.io_ms", "1010"},
	{"disk.sda.weighted_ms", "1111"},
	{"disk.sda.discards", "12"},
	{"disk.sda.discard_bytes", "7168"},
	{"disk.sda.flushes", ""}, /* since 5.5 */
	{"disk.sda1.reads", "99001"},
	{"disk.loop0.reads", NULL}, /* never used */
	{"disk.sr0.reads", NULL},
	{"freq.cpu0_hz", NULL},
	{"proc.qemu.minor_faults", "51234"},
	{"proc.qemu.major_faults", "7"},
	{"proc.qemu.utime_ns", "12340000000"},
	{"proc.qemu.stime_ns", "5670000000"},
	{"proc.qemu.ended_children_utime_ns", "80000000"},
	{"proc.qemu.threads", "3"},
	{"proc.qemu.virtual_bytes", "5000000000"},
	{"proc.qemu.guest_ns", "10000000000"},
	{"proc.qemu.thread.qemu-system-x86-4711.stime_ns", "2000000000"},
	{"proc.qemu.thread.CPU_0/KVM-4712.guest_ns", "10000000000"},
	{"proc.qemu.thread.CPU_0/KVM-4712.on_cpu", "1"},
	{"proc.qemu.thread.CPU_0/KVM-4712.run_ns", "14000000123"},
	{"proc.qemu.thread.CPU_0/KVM-4712.wait_ns", "500000456"},
	{"proc.qemu.thread.CPU_0/KVM-4712.timeslices", "7890"},
	{"proc.qemu.thread.a__R_1__x-4713.utime_ns", "340000000"},
	{"proc.qemu.thread.vhost-4711-4720.stime_ns", "3330000000"},
	{"proc.qemu.thread.vhost-4711-4720.run_ns", "3330000111"},
	{"proc.qemu.thread.vhost-9999-4721.stime_ns", NULL}, /* another machine's */
	{"proc.qemu.child.virtiofsd-4730.utime_ns", "50000000"},
	{"proc.qemu.child.virtiofsd-4731.utime_ns", "70000000"}, /* a grandchild */
	{"proc.qemu.child.systemd-1.utime_ns", NULL},
	{"cgroup.web.cpu_usage_ns", "987654321012"},
	{"cgroup.web.cpu_user_ns", "700000000000"},
	{"cgroup.web.cpu_system_ns", "280000000000"},
	{"cgroup.web.cpu_periods", "1000"},
	{"cgroup.web.cpu_throttled_periods", "25"},
	{"cgroup.web.cpu_throttled_ns", "123456789"},
	{"cgroup.web.cpu_quota_us", "50000"},
	{"cgroup.web.cpu_period_us", "100000"},
	{"cgroup.web.memory_current_bytes", "104857600"},
	{"cgroup.web.memory_limit_bytes", "536870912"},
	{"cgroup.web.memory_anon_bytes", "60000000"},
	{"cgroup.web.memory_file_bytes", "40960000"},
	{"cgroup.web.memory_inactive_file_bytes", "20480000"},
	{"cgroup.free.memory_limit_bytes", ""}, /* none set */
	{"cgroup.free.memory_anon_bytes", "4096"},
	{"cgroup.free.cpu_quota_us", ""},
	{"cgroup.free.cpu_period_us", "100000"},
	{"cgroup.free.cpu_usage_ns", NULL},
};

static const struct expected root2[] = {
	{"cpu.steal", "21"},
	{"cpu3.user", "99"},
	{"cpu2.user", NULL}, /* offline */
	{"mem.available_bytes", "2048000000"},
	{"mem.slab_bytes", ""}, /* the line is not there */
	{"pressure.cpu.some_us", "424242"},
	{"pressure.cpu.full_us", NULL}, /* since 5.13 */
	{"pressure.memory.full_us", "16"},
	{"pressure.io.some_us", "2000"},
	{"softirq.NET_RX", "100"},
	{"softnet.dropped", "7"},
	{"softnet3.dropped", "4"},
	{"softnet2.dropped", NULL},
	{"disk.vda.flushes", "99"},
	{"disk.vda.flush_ms", "111"},
	{"irq.30.virtio1-config", "100"}, /* of ens3, found through br0 */
	{"irq.31.virtio1-input.0", "321"},
	{"irq.33.virtio10-req.0", NULL},
	{"irq.0.timer", NULL},
	{"cgroup.web.cpu_usage_ns", "5000000001"},
	{"cgroup.web.cpu_user_ns", "3000000000"},
	{"cgroup.web.memory_current_bytes", "8192"},
	{"cgroup.user.cpu_usage_ns", "12000"}, /* of version 2 alone */
	{"cgroup.user.cpu_throttled_ns", ""},
};

static const struct expected root3[] = {
	{"cpu.guest", "4"},
	{"cpu0.guest_nice", "5"},
	{"mem.hugetlb_bytes", "2147483648"},
	{"net.eth1.tx_packets", "444"},
	{"freq.cpu0_hz", "2400000000"},
	{"freq.cpu1_hz", "3500001000"},
	{"pressure.cpu.full_us", "0"},
	{"cgroup.web.cpu_usage_ns", "2000123000"},
	{"cgroup.web.cpu_user_ns", "1500100000"},
	{"cgroup.web.cpu_system_ns", "500023000"},
	{"cgroup.web.cpu_periods", "40"},
	{"cgroup.web.cpu_throttled_periods", "4"},
	{"cgroup.web.cpu_throttled_ns", "250000000"},
	{"cgroup.web.cpu_quota_us", "150000"},
	{"cgroup.web.cpu_period_us", "100000"},
	{"cgroup.web.memory_current_bytes", "73400320"},
	{"cgroup.web.memory_limit_bytes", "268435456"},
	{"cgroup.web.memory_anon_bytes", "41943040"},
	{"cgroup.web.memory_inactive_file_bytes", "20971520"},
	{"cgroup.free.cpu_quota_us", ""},
	{"cgroup.free.cpu_period_us", "100000"},
	{"cgroup.free.memory_limit_bytes", ""},
	{"cgroup.free.memory_current_bytes", "0"},
};

/* 64 CPUs; most numbers follow rules, so that sums are known: see ORIGIN. */
static const struct expected root4[] = {
	{"cpu.user", "2016000"},
	{"cpu.guest_nice", "2016576"},
	{"cpu63.idle", "63003"},
	{"interrupts", "7777777"},
	{"procs_running", "64"},
	{"softirq.HI", "2016"},
	{"softirq.NET_RX", "274877890016"},
	{"softnet.processed", "274877892576"},
	{"softnet.time_squeeze", "4032"},
	{"softnet63.dropped", "63"},
	{"irq.123.mlx5_comp3@pci:0000:41:00.0", "67"},
	{"irq.127.mlx5_comp7@pci:0000:41:00.0", "71"},
	{"net.ens1np0.tx_carrier", "15"},
	{"load.1", "64.00"},
	{"proc.vm.utime_ns", "10000000"},
	{"proc.vm.thread.vhost-900-905.stime_ns", "120000000"}, /* a thread since 6.4 */
	{"proc.vm.thread.vhost-900-905.on_cpu", "63"},
	{"proc.vm.thread.vhost-900-905.run_ns", "120000000"},
};

static const struct expected root5[] = {
	{"cpu.user", "18446744073709551615"},
	{"cpu.nice", "18446744073709551614"},
	{"cpu.system", "9223372036854775808"},
	{"cpu0.nice", ""}, /* 2^64 */
	{"cpu0.system", ""},
	{"cpu0.idle", ""},    /* -1 */
	{"cpu0.iowait", ""},  /* 0x10 */
	{"cpu0.irq", ""},     /* 1e5 */
	{"cpu0.softirq", ""}, /* 7. */
	{"cpu0.steal", "8"},
	{"cpu0.guest_nice", "10"},
	{"interrupts", "18446744073709551615"},
	{"processes", ""},
	{"mem.total_bytes", "18446744073709550592"},
	{"mem.free_bytes", ""},
	{"mem.available_bytes", ""},
	{"mem.buffers_bytes", ""},
	{"mem.cached_bytes", "12288"},
	{"net.eth0.rx_bytes", "18446744073709551615"},
	{"net.eth0.rx_packets", "18446744073709551614"},
	{"net.eth0.100.rx_bytes", "1"},
	{"net.veth@if7.rx_bytes", "2"},
	{"net.a_b_c.rx_bytes", "3"},
	{"net.eth0:1.rx_bytes", "4"},
	{"net.na\\xc3\\xafve0.rx_bytes", "5"},
	{"net.tap\\x1b[0m.rx_bytes", "6"},
	{"net.fifteen_bytes_x.rx_bytes", "7"},
	{"net.short.rx_errors", "3"},
	{"net.short.tx_bytes", ""},
	{"softirq.HI", "18446744073709551615"},
	{"softirq.TIMER", ""},
	{"softirq.NET_RX", ""},
	{"softnet.processed", "8589934590"},
	{"softnet1.dropped", ""},
	{"softnet.dropped", ""},
	{"disk.nvme0n1.read_bytes", "18446744073709551104"},
	{"disk.nvme0n1.write_bytes", ""},
	{"disk.cciss!c0d0.reads", "1"},
	{"load.1", "99999999999.99"},
	{"load.5", "0.50"},
	{"load.15", ""},
};

static const struct expected root6[] = {
	{"cpu0.idle", "4"},
	{"cpu0.iowait", ""},
	{"ctxt", "5"},
	{"interrupts", ""},
	{"net.lo.tx_bytes", "0"},
	{"mem.total_bytes", NULL},
	{"load.1", NULL},
	{"softnet.processed", NULL},
	{"softirq.HI", NULL},
};

static const struct expected root7[] = {
	{"cpu.guest_nice", "10000"},
	{"cpu0.user", NULL},
	{"ctxt", ""},
	{"mem.total_bytes", "8363876352"},
	{"mem.free_bytes", ""},
	{"net.lo.rx_bytes", "1"},
	{"net.eth0.rx_bytes", NULL},
	{"softirq.HI", "11"},
	{"softirq.NET_RX", NULL},
	{"softnet0.processed", "40001"},
	{"softnet1.processed", NULL},
	{"irq.24.eth0", "3"},
	{"irq.25.", NULL},
	{"disk.sda.reads", "1"},
	{"disk.sda1.reads", NULL},
	{"load.1", NULL},
	{"pressure.cpu.some_us", NULL},
	{"proc.whole.utime_ns", "500000000"},
	{"cgroup.web.cpu_usage_ns", "2000000"},
	{"cgroup.web.cpu_user_ns", ""},
	{"cgroup.web.memory_current_bytes", NULL},
};

struct tree {
	const char *root;
	const char *interfaces[3];
	const char *watches[4];
	const struct expected *expected;
	size_t n;
};

static const struct tree trees[] = {
	{"tests/proc/root1", {"eth0"}, {"qemu=4711", "web=/docker/f00d", "free=docker/free"}, root1,
		N_OF(root1)},
	{"tests/proc/root2", {"br0", "nosuch"}, {"web=/lxc/web", "user=/user.slice"}, root2,
		N_OF(root2)},
	{"tests/proc/root3", {"eth1"}, {"web=/system.slice/docker-f00d.scope", "free=/free"}, root3,
		N_OF(root3)},
	{"tests/proc/root4", {"ens1np0"}, {"vm=900"}, root4, N_OF(root4)},
	{"tests/proc/root5", {NULL}, {NULL}, root5, N_OF(root5)},
	{"tests/proc/root6", {NULL}, {NULL}, root6, N_OF(root6)},
	{"tests/proc/root7", {"eth0"}, {"whole=78", "web=web"}, root7, N_OF(root7)},
};

static struct counters_params
params_of(const struct tree *t)
{
	return (struct counters_params){
		.root = t->root, .interfaces = t->interfaces, .watches = t->watches};
}

static void
whole_trees(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(trees); i++) {
		struct counters_params params = params_of(&trees[i]);
		struct look l;

		look_open(&l, &params);
		look_sample(&l, T_NS, 1234);
		for (size_t k = 0; k < trees[i].n; k++)
			check_cell(&l, trees[i].expected[k].column, trees[i].expected[k].cell);
		look_close(&l);
	}
}

static void
resident_set_in_pages(void **state)
{
	struct counters_params params = params_of(&trees[0]);
	struct look l;
	char expected[32];

	(void)state;
	look_open(&l, &params);
	look_sample(&l, T_NS, 0);
	snprintf(expected, sizeof expected, "%lld", 262144LL * getpagesize());
	check_cell(&l, "proc.qemu.rss_bytes", expected);
	look_close(&l);
}

/* Every column of every tree is described, and import finds the same description by its name. */
static void
descriptions(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(trees); i++) {
		struct counters_params params = params_of(&trees[i]);
		struct look l;

		look_open(&l, &params);
		for (size_t k = 1; k < l.header.n; k++) {
			const struct json *is = json_get(l.description.columns, l.header.cell[k]);
			const struct row_field *field = sources_field(l.header.cell[k]);

			if (!is || !field)
				fail_msg("%s is not described", l.header.cell[k]);
			assert_string_equal(json_str(json_get(is, "unit"), ""), field->unit);
			assert_string_equal(json_str(json_get(is, "kind"), ""), field->kind);
		}
		assert_int_equal(json_len(l.description.columns), l.header.n - 1);
		look_close(&l);
	}
}

static void
units_and_kinds(void **state)
{
	static const struct {
		const char *column;
		const char *unit;
		const char *kind;
	} cases[] = {
		{"cpu.user", "jiffies", "counter"},
		{"cpu17.guest_nice", "jiffies", "counter"},
		{"interrupts", "count", "counter"},
		{"procs_running", "count", "level"},
		{"mem.available_bytes", "bytes", "level"},
		{"net.eth0.rx_bytes", "bytes", "counter"},
		{"net.guest:eth0.5.tx_dropped", "count", "counter"},
		{"softirq.NET_RX", "count", "counter"},
		{"irq.11.eth0", "count", "counter"},
		{"load.15", "processes", "level"},
		{"pressure.io.full_us", "us", "counter"},
		{"freq.cpu3_hz", "Hz", "level"},
		{"proc.a.utime_ns", "ns", "counter"},
		{"proc.a.thread.b-1.wait_ns", "ns", "counter"},
		{"cgroup.web.memory_limit_bytes", "bytes", "level"},
		{"capture.eth1.packets", "count", "counter"},
		{"lateness_ns", "ns", "level"},
		{"mem.available", NULL, NULL},
		{"amem.available_bytes", NULL, NULL},
		{"mem.x.available_bytes", NULL, NULL},
		{"net.eth0", NULL, NULL},
		{"net.eth0.rx", NULL, NULL},
		{"xctxt", NULL, NULL},
		{"temperature_C", NULL, NULL},
		{"", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		const struct row_field *field = sources_field(cases[i].column);

		assert_int_equal(field != NULL, cases[i].unit != NULL);
		if (field) {
			assert_string_equal(field->unit, cases[i].unit);
			assert_string_equal(field->kind, cases[i].kind);
		}
	}
}

/* ---- damage ---- */

static bool
same(struct slice a, struct slice b)
{
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

/* Has the whole text this row with these numbers?  (The cut one may have fewer of them.) */
static bool
is_part_of(const struct row *cut, const struct source *s, struct slice whole)
{
	struct row row = {0};

	while (s->next(&row, &whole, s->fields, s->n_fields)) {
		bool fits = same(row.key, cut->key) && (cut->present & ~row.present) == 0;

		for (size_t i = 0; fits && i < s->n_fields; i++)
			fits = !(cut->present & 1U << i) || row.value[i] == cut->value[i];
		if (fits)
			return true;
	}
	return false;
}

/* The text in a block of its own size, so that a sanitizer sees a read beyond. */
static void
cut_at(const struct source *s, struct slice whole, size_t n)
{
	char *copy = xmalloc(n + (n == 0));
	struct slice text = {copy, n};
	struct row row = {0};

	memcpy(copy, whole.p, n);
	while (s->next(&row, &text, s->fields, s->n_fields))
		assert_true(is_part_of(&row, s, whole));
	free(copy);
}

static void
cut_everywhere(void **state)
{
	static const char *const places[] = {"", "proc/net/", "proc/4711/", "proc/4711/task/4712/",
		"sys/devices/system/cpu/cpu1/", "sys/fs/cgroup/cpuacct/docker/f00d/",
		"sys/fs/cgroup/cpu/docker/f00d/", "sys/fs/cgroup/memory/docker/f00d/",
		"sys/fs/cgroup/system.slice/docker-f00d.scope/"};
	size_t n_sources, n_texts = 0;
	const struct source *sources = sources_table(&n_sources);

	(void)state;
	for (size_t s = 0; s < n_sources; s++)
		for (size_t i = 0; i < N_OF(trees) * N_OF(places) && sources[s].file; i++) {
			char *path = xasprintf("%s/%s%s", trees[i / N_OF(places)].root,
				places[i % N_OF(places)], sources[s].file);
			struct slice whole;
			char *text;

			if (file_slurp(&text, &whole.n, path, NULL) != V_OK)
				text = NULL;
			whole.p = text;
			for (size_t n = 0; text && whole.n < CUT_MAX_BYTES && n <= whole.n; n++)
				cut_at(&sources[s], whole, n);
			n_texts += text != NULL;
			free(text);
			free(path);
		}
	assert_true(n_texts >= n_sources);
}

/* ---- files that change ---- */

/* Write over a file in place, as the kernel does: who has it open reads the new text. */
static void
rewrite(const char *name, const char *text)
{
	int fd = open(tmpdir_at(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void
rows_come_and_go(void **state)
{
	struct counters_params params = {.root = tmpdir};
	struct look l;

	(void)state;
	tmpdir_put("proc/net/dev", "eth0: 1 2\neth1: 3 4\ntap0: 5 6\n");
	tmpdir_put("proc/net/softnet_stat", "1 2 3\n4 5 6\n");
	tmpdir_put("proc/loadavg", "1.00 2.00 3.00 1/2 3\n");
	look_open(&l, &params);
	look_sample(&l, 1, 0);
	check_cell(&l, "net.eth1.rx_bytes", "3");
	check_cell(&l, "softnet.processed", "5");

	rewrite("proc/net/dev", "new0: 9 9\ntap0: 7 8\neth0: 2 3\n");
	rewrite("proc/net/softnet_stat", "7 8 9\n");
	rewrite("proc/loadavg", "");
	look_sample(&l, 2, -1);
	check_cell(&l, "t_ns", "2");
	check_cell(&l, "net.eth0.rx_bytes", "2");
	check_cell(&l, "net.eth1.rx_bytes", "");
	check_cell(&l, "net.tap0.rx_packets", "8");
	check_cell(&l, "net.new0.rx_bytes", NULL);
	check_cell(&l, "softnet0.processed", "7");
	check_cell(&l, "softnet1.processed", "");
	check_cell(&l, "softnet.processed", ""); /* no sum of some */
	check_cell(&l, "load.1", "");

	rewrite("proc/net/dev", "eth1: 30 40\n");
	rewrite("proc/net/softnet_stat", "1 0 0\n2 0 0\n3 0 0\n");
	rewrite("proc/loadavg", "0.00 0.01 10.10 1/2 3\n");
	look_sample(&l, 3, 0);
	check_cell(&l, "net.eth0.rx_bytes", "");
	check_cell(&l, "net.eth1.rx_bytes", "30");
	check_cell(&l, "softnet.processed", "3");
	check_cell(&l, "load.1", "0.00");
	check_cell(&l, "load.15", "10.10");
	look_close(&l);
}

/* A file that grows beyond the buffer is read as far as that reaches. */
static void
text_outgrows_the_buffer(void **state)
{
	struct counters_params params = {.root = tmpdir};
	char *text = xmalloc(1 << 20);
	struct look l;

	(void)state;
	tmpdir_put("proc/net/dev", "eth0: 1 2\neth1: 3 4\n");
	look_open(&l, &params);
	memset(text, '\n', 1 << 20);
	memcpy(text, "eth0: 5 6\n", 10);
	strcpy(text + (1 << 20) - 20, "eth1: 7 8\n");
	rewrite("proc/net/dev", text);
	look_sample(&l, 1, 0);
	check_cell(&l, "net.eth0.rx_bytes", "5");
	check_cell(&l, "net.eth1.rx_bytes", "");
	look_close(&l);
	free(text);
}

/* Frequencies are read twice a second, and at once when the clock was set back. */
static void
frequencies_are_read_seldom(void **state)
{
	static const struct {
		int64_t t_ms;
		const char *cell;
	} samples[] = {{1000, "1000000"}, {1100, ""}, {1400, ""}, {1500, "1000000"}, {1600, ""},
		{500, "1000000"}, {600, ""}, {5000, "1000000"}};
	struct counters_params params = {.root = tmpdir};
	struct look l;

	(void)state;
	tmpdir_put("sys/devices/system/cpu/cpu10/cpufreq/scaling_cur_freq", "1000\n");
	look_open(&l, &params);
	for (size_t i = 0; i < N_OF(samples); i++) {
		look_sample(&l, samples[i].t_ms * NS_PER_MS, 0);
		check_cell(&l, "freq.cpu10_hz", samples[i].cell);
	}
	look_close(&l);
}

/* ---- parameters ---- */

static void
namespaces(void **state)
{
	struct counters_netns netns[] = {
		{"", open("tests/proc/root3/proc/net", O_PATH | O_DIRECTORY)},
		{"guest", open("tests/proc/root1/proc/net", O_RDONLY | O_DIRECTORY)},
		{"gone", open("tests/proc/root1/etc", O_RDONLY | O_DIRECTORY)},
	};
	struct counters_params params = {
		.root = "tests/proc/root6", .netns = netns, .n_netns = N_OF(netns)};
	struct look l;

	(void)state;
	look_open(&l, &params);
	for (size_t i = 0; i < N_OF(netns); i++)
		close(netns[i].proc_net_fd);
	look_sample(&l, 1, 0);
	check_cell(&l, "net.eth1.rx_bytes", "111");
	check_cell(&l, "net.guest:eth0.rx_bytes", "1215645");
	check_cell(&l, "net.guest:lo.rx_packets", "11307");
	check_cell(&l, "net.gone:lo.rx_packets", NULL);
	look_close(&l);
}

static bool
read_extra(uint64_t *value, void *arg)
{
	uint64_t *next = arg;

	*value = *next;
	return *next != 0;
}

static void
cells_of_the_caller(void **state)
{
	uint64_t packets = UINT64_MAX, dropped = 0;
	struct counters_extra extras[] = {
		{"capture.eth1.packets", read_extra, &packets},
		{"capture.eth1.dropped_by_kernel", read_extra, &dropped},
	};
	struct counters_params params = {
		.root = "tests/proc/root6", .extras = extras, .n_extras = N_OF(extras)};
	struct counters *c;
	struct verr err;
	struct look l;

	(void)state;
	look_open(&l, &params);
	look_sample(&l, 1, 0);
	check_cell(&l, "capture.eth1.packets", "18446744073709551615");
	check_cell(&l, "capture.eth1.dropped_by_kernel", "");
	dropped = 5;
	look_sample(&l, 1, 0);
	check_cell(&l, "capture.eth1.dropped_by_kernel", "5");
	assert_string_equal(l.header.cell[l.header.n - 1], "capture.eth1.dropped_by_kernel");
	look_close(&l);

	extras[1].name = "capture.eth1.colour";
	assert_int_equal(counters_open(&c, &params, &err), V_EUSAGE);
	assert_null(c);
}

static void
bad_watches(void **state)
{
	static const struct {
		const char *watches[3];
		const char *message;
	} cases[] = {
		{{"4711"}, "expected NAME=PID"},
		{{"=4711"}, "expected NAME=PID"},
		{{"qemu="}, "expected NAME=PID"},
		{{"a.b=4711"}, "expected NAME=PID"},
		{{"a b=4711"}, "expected NAME=PID"},
		{{"a,b=4711"}, "expected NAME=PID"},
		{{"qemu=4712"}, "watch qemu: there is no process 4712"},
		{{"qemu=-1"}, "there is no process -1"},
		{{"web=/docker"}, ""},
		{{"web=/docker/none"}, "watch web: there is no control group /docker/none below"},
		{{"web=/docker/../docker/f00d"},
			"expected a process' number or a control group's path"},
		{{"a=4711", "a=/docker/f00d"}, "there are two watches of that name"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct counters_params params = {
			.root = "tests/proc/root1", .watches = cases[i].watches};
		struct counters *c;
		struct verr err = {""};
		enum vstatus st = counters_open(&c, &params, &err);

		assert_int_equal(st, *cases[i].message ? V_EUSAGE : V_OK);
		if (!strstr(err.msg, cases[i].message))
			fail_msg("%s", err.msg);
		counters_close(c);
	}
}

/* 400 CPUs have 4,000 columns of their own: rows that do not fit are left out as a whole. */
static void
more_columns_than_there_may_be(void **state)
{
	struct counters_params params = {.root = tmpdir};
	struct strbuf text;
	struct look l;

	(void)state;
	strbuf_init(&text);
	strbuf_adds(&text, "cpu 1 2 3 4 5 6 7 8 9 10\n");
	for (int i = 0; i < 500; i++)
		strbuf_addf(&text, "cpu%d %d 2 3 4 5 6 7 8 9 10\n", i, i);
	tmpdir_put("proc/stat", text.p);
	tmpdir_put("proc/net/softnet_stat", "1 2 3\n");
	strbuf_release(&text);
	look_open(&l, &params);
	look_sample(&l, 1, 0);
	assert_int_equal(l.header.n, 2 + 5 + 399 * 10 + 5);
	check_cell(&l, "cpu.user", "1");
	check_cell(&l, "cpu397.user", "397");
	check_cell(&l, "cpu398.user", NULL);
	check_cell(&l, "softnet.processed", ""); /* what it would be the sum of is not there */
	check_cell(&l, "softnet0.processed", NULL);
	look_close(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_trees),
		cmocka_unit_test(resident_set_in_pages),
		cmocka_unit_test(descriptions),
		cmocka_unit_test(units_and_kinds),
		cmocka_unit_test(cut_everywhere),
		cmocka_unit_test_setup_teardown(rows_come_and_go, tmpdir_make, tmpdir_remove),
		cmocka_unit_test_setup_teardown(
			text_outgrows_the_buffer, tmpdir_make, tmpdir_remove),
		cmocka_unit_test_setup_teardown(
			frequencies_are_read_seldom, tmpdir_make, tmpdir_remove),
		cmocka_unit_test(namespaces),
		cmocka_unit_test(cells_of_the_caller),
		cmocka_unit_test(bad_watches),
		cmocka_unit_test_setup_teardown(
			more_columns_than_there_may_be, tmpdir_make, tmpdir_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
