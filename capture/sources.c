/*
 * sources - see sources.h.
 *
 * Values are what the kernel counts, in whole units: kB, pages, sectors and ticks become bytes and
 * nanoseconds by exact multiplication.  /proc/stat stays in jiffies (ticks of USER_HZ), because
 * only shares of them are meaningful.  Limits that are not set ("max") are not available.
 *
 * Order.  The number of columns is limited (counters.c), and what there is one of per CPU comes
 * behind what was asked for and what there is once, so that the limit meets it first.
 *
 * Reading a CPU's frequency interrupts that CPU on kernels before 5.18, and on those before that
 * have not been asked within a second it also sleeps 10 ms (arch_freq_get_on_cpu in
 * arch/x86/kernel/cpu/aperfmperf.c), so it is done about twice a second whatever the rate.
 */
#include "capture/sources.h"

#include <string.h>

#include "capture/cpustat.h"
#include "capture/diskstats.h"
#include "capture/irqs.h"
#include "capture/loadavg.h"
#include "capture/netdev.h"
#include "capture/pressure.h"
#include "capture/procstat.h"
#include "capture/softnet.h"
#include "core/tstamp.h"

#define COUNT "counter"
#define LEVEL "level"
#define KIB 1024
#define SECTOR 512
/* USER_HZ, the tick of /proc's interface, is 100 on every architecture but Alpha and IA-64. */
#define TICK_NS (NS_PER_S / 100)

/* From here on a number of pages or bytes is the kernel's "no limit" (PAGE_COUNTER_MAX). */
#define NO_LIMIT (UINT64_C(1) << 62)

#define BY_KEY(column, unit_, kind_, word, scale_)                                 \
	{                                                                          \
		.name = (column), .unit = (unit_), .kind = (kind_), .key = (word), \
		.scale = (scale_)                                                  \
	}
#define AT(place, column, unit_, kind_, scale_)                                    \
	{                                                                          \
		.name = (column), .unit = (unit_), .kind = (kind_), .at = (place), \
		.scale = (scale_)                                                  \
	}
#define LOAD(place, column)                                                                      \
	{                                                                                        \
		.name = (column), .unit = "processes", .kind = LEVEL, .at = (place), .scale = 1, \
		.decimals = 2                                                                    \
	}

static const struct row_field lateness[] = {
	AT(0, "lateness_ns", "ns", LEVEL, 1),
};

static const struct row_field mem[] = {
	BY_KEY("total_bytes", "bytes", LEVEL, "MemTotal:", KIB),
	BY_KEY("free_bytes", "bytes", LEVEL, "MemFree:", KIB),
	BY_KEY("available_bytes", "bytes", LEVEL, "MemAvailable:", KIB),
	BY_KEY("buffers_bytes", "bytes", LEVEL, "Buffers:", KIB),
	BY_KEY("cached_bytes", "bytes", LEVEL, "Cached:", KIB),
	BY_KEY("swap_total_bytes", "bytes", LEVEL, "SwapTotal:", KIB),
	BY_KEY("swap_free_bytes", "bytes", LEVEL, "SwapFree:", KIB),
	BY_KEY("dirty_bytes", "bytes", LEVEL, "Dirty:", KIB),
	BY_KEY("writeback_bytes", "bytes", LEVEL, "Writeback:", KIB),
	BY_KEY("anon_bytes", "bytes", LEVEL, "AnonPages:", KIB),
	BY_KEY("mapped_bytes", "bytes", LEVEL, "Mapped:", KIB),
	BY_KEY("shmem_bytes", "bytes", LEVEL, "Shmem:", KIB),
	BY_KEY("slab_bytes", "bytes", LEVEL, "Slab:", KIB),
	BY_KEY("slab_reclaimable_bytes", "bytes", LEVEL, "SReclaimable:", KIB),
	BY_KEY("hugetlb_bytes", "bytes", LEVEL, "Hugetlb:", KIB),
};

static const struct row_field load[] = {
	LOAD(0, "1"),
	LOAD(1, "5"),
	LOAD(2, "15"),
};

static const struct row_field stall[] = {
	AT(0, "us", "us", COUNT, 1),
};

static const struct row_field net[] = {
	AT(0, "rx_bytes", "bytes", COUNT, 1),
	AT(1, "rx_packets", "count", COUNT, 1),
	AT(2, "rx_errors", "count", COUNT, 1),
	AT(3, "rx_dropped", "count", COUNT, 1),
	AT(4, "rx_fifo", "count", COUNT, 1),
	AT(5, "rx_frame", "count", COUNT, 1),
	AT(7, "rx_multicast", "count", COUNT, 1),
	AT(8, "tx_bytes", "bytes", COUNT, 1),
	AT(9, "tx_packets", "count", COUNT, 1),
	AT(10, "tx_errors", "count", COUNT, 1),
	AT(11, "tx_dropped", "count", COUNT, 1),
	AT(12, "tx_fifo", "count", COUNT, 1),
	AT(13, "tx_collisions", "count", COUNT, 1),
	AT(14, "tx_carrier", "count", COUNT, 1),
};

/* Rows that are one number, named by their key alone. */
static const struct row_field one_count[] = {
	AT(0, "", "count", COUNT, 1),
};

static const struct row_field disk[] = {
	AT(0, "reads", "count", COUNT, 1),
	AT(1, "reads_merged", "count", COUNT, 1),
	AT(2, "read_bytes", "bytes", COUNT, SECTOR),
	AT(3, "read_ms", "ms", COUNT, 1),
	AT(4, "writes", "count", COUNT, 1),
	AT(5, "writes_merged", "count", COUNT, 1),
	AT(6, "write_bytes", "bytes", COUNT, SECTOR),
	AT(7, "write_ms", "ms", COUNT, 1),
	AT(8, "in_flight", "count", LEVEL, 1),
	AT(9, "io_ms", "ms", COUNT, 1),
	AT(10, "weighted_ms", "ms", COUNT, 1),
	AT(11, "discards", "count", COUNT, 1),
	AT(13, "discard_bytes", "bytes", COUNT, SECTOR),
	AT(15, "flushes", "count", COUNT, 1),
	AT(16, "flush_ms", "ms", COUNT, 1),
};

static const struct row_field process[] = {
	AT(7, "minor_faults", "count", COUNT, 1),
	AT(9, "major_faults", "count", COUNT, 1),
	AT(11, "utime_ns", "ns", COUNT, TICK_NS),
	AT(12, "stime_ns", "ns", COUNT, TICK_NS),
	AT(13, "ended_children_utime_ns", "ns", COUNT, TICK_NS),
	AT(14, "ended_children_stime_ns", "ns", COUNT, TICK_NS),
	AT(17, "threads", "count", LEVEL, 1),
	AT(20, "virtual_bytes", "bytes", LEVEL, 1),
	AT(21, "rss_bytes", "bytes", LEVEL, ROW_SCALE_PAGES),
	AT(40, "guest_ns", "ns", COUNT, TICK_NS),
};

static const struct row_field thread[] = {
	AT(11, "utime_ns", "ns", COUNT, TICK_NS),
	AT(12, "stime_ns", "ns", COUNT, TICK_NS),
	AT(36, "on_cpu", "index", LEVEL, 1),
	AT(40, "guest_ns", "ns", COUNT, TICK_NS),
};

static const struct row_field thread_sched[] = {
	AT(0, "run_ns", "ns", COUNT, 1),
	AT(1, "wait_ns", "ns", COUNT, 1),
	AT(2, "timeslices", "count", COUNT, 1),
};

static const struct row_field cgroup2_cpu[] = {
	BY_KEY("cpu_usage_ns", "ns", COUNT, "usage_usec", NS_PER_US),
	BY_KEY("cpu_user_ns", "ns", COUNT, "user_usec", NS_PER_US),
	BY_KEY("cpu_system_ns", "ns", COUNT, "system_usec", NS_PER_US),
	BY_KEY("cpu_periods", "count", COUNT, "nr_periods", 1),
	BY_KEY("cpu_throttled_periods", "count", COUNT, "nr_throttled", 1),
	BY_KEY("cpu_throttled_ns", "ns", COUNT, "throttled_usec", NS_PER_US),
};

static const struct row_field cgroup2_cpu_limit[] = {
	AT(0, "cpu_quota_us", "us", LEVEL, 1),
	AT(1, "cpu_period_us", "us", LEVEL, 1),
};

static const struct row_field cgroup_memory_current[] = {
	AT(0, "memory_current_bytes", "bytes", LEVEL, 1),
};

static const struct row_field cgroup_memory_limit[] = {
	{.name = "memory_limit_bytes",
		.unit = "bytes",
		.kind = LEVEL,
		.scale = 1,
		.none = NO_LIMIT},
};

static const struct row_field cgroup2_memory[] = {
	BY_KEY("memory_anon_bytes", "bytes", LEVEL, "anon", 1),
	BY_KEY("memory_file_bytes", "bytes", LEVEL, "file", 1),
	BY_KEY("memory_inactive_file_bytes", "bytes", LEVEL, "inactive_file", 1),
};

static const struct row_field cgroup1_usage[] = {
	AT(0, "cpu_usage_ns", "ns", COUNT, 1),
};

static const struct row_field cgroup1_cpuacct[] = {
	BY_KEY("cpu_user_ns", "ns", COUNT, "user", TICK_NS),
	BY_KEY("cpu_system_ns", "ns", COUNT, "system", TICK_NS),
};

static const struct row_field cgroup1_cpu[] = {
	BY_KEY("cpu_periods", "count", COUNT, "nr_periods", 1),
	BY_KEY("cpu_throttled_periods", "count", COUNT, "nr_throttled", 1),
	BY_KEY("cpu_throttled_ns", "ns", COUNT, "throttled_time", 1),
};

static const struct row_field cgroup1_quota[] = {
	AT(0, "cpu_quota_us", "us", LEVEL, 1),
};

static const struct row_field cgroup1_period[] = {
	AT(0, "cpu_period_us", "us", LEVEL, 1),
};

static const struct row_field cgroup1_memory[] = {
	BY_KEY("memory_anon_bytes", "bytes", LEVEL, "total_rss", 1),
	BY_KEY("memory_file_bytes", "bytes", LEVEL, "total_cache", 1),
	BY_KEY("memory_inactive_file_bytes", "bytes", LEVEL, "total_inactive_file", 1),
};

static const struct row_field sys[] = {
	BY_KEY("interrupts", "count", COUNT, "intr", 1),
	BY_KEY("ctxt", "count", COUNT, "ctxt", 1),
	BY_KEY("processes", "count", COUNT, "processes", 1),
	BY_KEY("procs_running", "count", LEVEL, "procs_running", 1),
	BY_KEY("procs_blocked", "count", LEVEL, "procs_blocked", 1),
};

static const struct row_field cpu[] = {
	AT(0, "user", "jiffies", COUNT, 1),
	AT(1, "nice", "jiffies", COUNT, 1),
	AT(2, "system", "jiffies", COUNT, 1),
	AT(3, "idle", "jiffies", COUNT, 1),
	AT(4, "iowait", "jiffies", COUNT, 1),
	AT(5, "irq", "jiffies", COUNT, 1),
	AT(6, "softirq", "jiffies", COUNT, 1),
	AT(7, "steal", "jiffies", COUNT, 1),
	AT(8, "guest", "jiffies", COUNT, 1),
	AT(9, "guest_nice", "jiffies", COUNT, 1),
};

static const struct row_field softnet[] = {
	AT(0, "processed", "count", COUNT, 1),
	AT(1, "dropped", "count", COUNT, 1),
	AT(2, "time_squeeze", "count", COUNT, 1),
	AT(9, "received_rps", "count", COUNT, 1),
	AT(10, "flow_limit", "count", COUNT, 1),
};

static const struct row_field freq[] = {
	AT(0, "hz", "Hz", LEVEL, 1000),
};

static const struct row_field point[] = {
	AT(0, "packets", "count", COUNT, 1),
	AT(1, "dropped_by_kernel", "count", COUNT, 1),
	AT(2, "dropped_by_interface", "count", COUNT, 1),
	AT(3, "dropped_by_writer", "count", COUNT, 1),
};

#define FIELDS(array) array, sizeof(array) / sizeof *(array)
#define HOST SOURCE_HOST, NULL
#define CGROUP1(controller) SOURCE_CGROUP1, controller
#define CGROUP2 SOURCE_CGROUP2, NULL
#define ALL SOURCE_ROWS
#define FREQ_EVERY_NS (450 * NS_PER_MS)

static const struct source table[] = {
	{"", "", SOURCE_CALLER, NULL, NULL, NULL, ALL, 0, FIELDS(lateness)},
	{"capture.", ".", SOURCE_CALLER, NULL, NULL, NULL, ALL, 0, FIELDS(point)},
	{"mem.", "", HOST, "proc/meminfo", row_of_keys, ALL, 0, FIELDS(mem)},
	{"load.", "", HOST, "proc/loadavg", loadavg_next, ALL, 0, FIELDS(load)},
	{"pressure.cpu.", "_", HOST, "proc/pressure/cpu", pressure_next, ALL, 0, FIELDS(stall)},
	{"pressure.memory.", "_", HOST, "proc/pressure/memory", pressure_next, ALL, 0,
		FIELDS(stall)},
	{"pressure.io.", "_", HOST, "proc/pressure/io", pressure_next, ALL, 0, FIELDS(stall)},
	{"net.", ".", SOURCE_NETNS, NULL, "dev", netdev_next, ALL, 0, FIELDS(net)},
	{"softirq.", "", HOST, "proc/softirqs", softirqs_next, ALL, 0, FIELDS(one_count)},
	{"disk.", ".", HOST, "proc/diskstats", diskstats_next, SOURCE_ROWS_USED, 0, FIELDS(disk)},
	{"proc.", ".", SOURCE_PROCESS, NULL, "stat", procstat_next, ALL, 0, FIELDS(process)},
	{"proc.", ".", SOURCE_THREAD, NULL, "stat", procstat_next, ALL, 0, FIELDS(thread)},
	{"proc.", ".", SOURCE_THREAD, NULL, "schedstat", row_of_line, ALL, 0, FIELDS(thread_sched)},
	{"cgroup.", ".", CGROUP2, "cpu.stat", row_of_keys, ALL, 0, FIELDS(cgroup2_cpu)},
	{"cgroup.", ".", CGROUP2, "cpu.max", row_of_line, ALL, 0, FIELDS(cgroup2_cpu_limit)},
	{"cgroup.", ".", CGROUP2, "memory.current", row_of_line, ALL, 0,
		FIELDS(cgroup_memory_current)},
	{"cgroup.", ".", CGROUP2, "memory.max", row_of_line, ALL, 0, FIELDS(cgroup_memory_limit)},
	{"cgroup.", ".", CGROUP2, "memory.stat", row_of_keys, ALL, 0, FIELDS(cgroup2_memory)},
	{"cgroup.", ".", CGROUP1("cpuacct"), "cpuacct.usage", row_of_line, ALL, 0,
		FIELDS(cgroup1_usage)},
	{"cgroup.", ".", CGROUP1("cpuacct"), "cpuacct.stat", row_of_keys, ALL, 0,
		FIELDS(cgroup1_cpuacct)},
	{"cgroup.", ".", CGROUP1("cpu"), "cpu.stat", row_of_keys, ALL, 0, FIELDS(cgroup1_cpu)},
	{"cgroup.", ".", CGROUP1("cpu"), "cpu.cfs_quota_us", row_of_line, ALL, 0,
		FIELDS(cgroup1_quota)},
	{"cgroup.", ".", CGROUP1("cpu"), "cpu.cfs_period_us", row_of_line, ALL, 0,
		FIELDS(cgroup1_period)},
	{"cgroup.", ".", CGROUP1("memory"), "memory.usage_in_bytes", row_of_line, ALL, 0,
		FIELDS(cgroup_memory_current)},
	{"cgroup.", ".", CGROUP1("memory"), "memory.limit_in_bytes", row_of_line, ALL, 0,
		FIELDS(cgroup_memory_limit)},
	{"cgroup.", ".", CGROUP1("memory"), "memory.stat", row_of_keys, ALL, 0,
		FIELDS(cgroup1_memory)},
	{"", "", HOST, "proc/stat", row_of_keys, ALL, 0, FIELDS(sys)},
	{"cpu", ".", HOST, "proc/stat", cpustat_next, ALL, 0, FIELDS(cpu)},
	{"softnet", ".", HOST, "proc/net/softnet_stat", softnet_next, SOURCE_ROWS_TOTAL, 0,
		FIELDS(softnet)},
	{"irq.", "", SOURCE_NIC, NULL, "proc/interrupts", interrupts_next, ALL, 0,
		FIELDS(one_count)},
	{"freq.cpu", "_", SOURCE_CPU, NULL, "cpufreq/scaling_cur_freq", row_of_line, ALL,
		FREQ_EVERY_NS, FIELDS(freq)},
};

const struct source *
sources_table(size_t *n)
{
	*n = sizeof table / sizeof table[0];
	return table;
}

/* Does the source make a name of that form, whatever instance, key and label are? */
static bool
makes(const struct source *s, const struct row_field *f, struct slice name)
{
	size_t n_head = strlen(s->head), n_sep = strlen(s->sep), n_field = strlen(f->name);

	if (!slice_starts(name, s->head) || name.n < n_head + n_sep + n_field)
		return false;
	if (!n_sep && n_field)
		return name.n == n_head + n_field && slice_ends(name, f->name);
	name.p += n_head;
	name.n -= n_head + n_field;
	return slice_eq((struct slice){name.p + name.n, n_field}, f->name) &&
		slice_ends(name, s->sep);
}

const struct row_field *
sources_field(const char *column)
{
	struct slice name = slice_of(column);

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		for (size_t k = 0; k < table[i].n_fields; k++)
			if (makes(&table[i], &table[i].fields[k], name))
				return &table[i].fields[k];
	return NULL;
}
