/*
 * usage_table - THE TABLE of what system counters mean: see usage.h.
 *
 * Shares of the machine's CPU follow /proc/stat: guest time is contained in user and nice, so it is
 * not added again; steal counts as use; iowait is idle time.  What uses CPU inside a machine (a
 * process, a container) is given in percent of one core, as `docker stats` has it: 100 is one core
 * busy, and such names say core_pct.
 *
 * A watched process stands for its tree: its own time and, where its children were recorded, theirs
 * and that of the kernel threads that move its packets (vhost).  The time of children that ended
 * is in it where no child was recorded; otherwise it would count twice.
 *
 * Rates are per second: bps is bits, pps packets, hz any other event.  Percentages that a tool
 * printed (mpstat, sar, vmstat) are means over the time since the row above.
 */
#include "analyze/usage.h"

#define NS_PER_MS_F 1e6

#define CPU_ALL(p)                                                                               \
	{                                                                                        \
		p ".user", "~" p ".nice", p ".system", p ".idle", "~" p ".iowait", "~" p ".irq", \
			"~" p ".softirq", "~" p ".steal"                                         \
	}
#define CPU_SHARE(p, scope_, name_, about_, ...)                                                \
	{                                                                                       \
		.name = (name_), .about = (about_), .form = USAGE_RISE, .over = USAGE_OVER_CPU, \
		.scope = (scope_), .scale = 100, .plus = {__VA_ARGS__}, .per = CPU_ALL(p)       \
	}
#define CPU_SHARES(p, n, scope)                                                                 \
	CPU_SHARE(p, scope, n "_busy_pct", "in use: all but idle and iowait", p ".user",        \
		"~" p ".nice", p ".system", "~" p ".irq", "~" p ".softirq", "~" p ".steal"),    \
		CPU_SHARE(p, scope, n "_user_pct", "user and nice, guests included", p ".user", \
			"~" p ".nice"),                                                         \
		CPU_SHARE(p, scope, n "_system_pct", "in the kernel, interrupts aside",         \
			p ".system"),                                                           \
		CPU_SHARE(p, scope, n "_iowait_pct", "idle, with a task waiting for a disk",    \
			p ".iowait"),                                                           \
		CPU_SHARE(p, scope, n "_irq_pct", "in interrupts", p ".irq"),                   \
		CPU_SHARE(p, scope, n "_softirq_pct", "in soft interrupts", p ".softirq"),      \
		CPU_SHARE(p, scope, n "_steal_pct", "wanted, but given to others", p ".steal"), \
		CPU_SHARE(p, scope, n "_guest_pct", "in guests (part of user)", p ".guest",     \
			"~" p ".guest_nice")

#define PRINTED(name_, about_, base_, scale_, ...)                                          \
	{                                                                                   \
		.name = (name_), .about = (about_), .form = USAGE_AVERAGE, .base = (base_), \
		.scale = (scale_), .plus = {                                                \
			__VA_ARGS__                                                         \
		}                                                                           \
	}
#define PRINTED_SHARES(p, n, scope_)                                                            \
	{.name = n "_busy_pct",                                                                 \
		.about = "in use: all but idle and iowait",                                     \
		.form = USAGE_AVERAGE,                                                          \
		.base = 100,                                                                    \
		.scale = -1,                                                                    \
		.scope = (scope_),                                                              \
		.plus = {p ".idle_pct", "~" p ".iowait_pct"}},                                  \
		PRINTED_SHARE(p, n, scope_, "user", "user and nice", "~" p ".nice_pct"),        \
		PRINTED_SHARE(p, n, scope_, "system", "in the kernel, interrupts aside", NULL), \
		PRINTED_SHARE(                                                                  \
			p, n, scope_, "iowait", "idle, with a task waiting for a disk", NULL),  \
		PRINTED_SHARE(p, n, scope_, "irq", "in interrupts", NULL),                      \
		PRINTED_SHARE(p, n, scope_, "softirq", "in soft interrupts", NULL),             \
		PRINTED_SHARE(p, n, scope_, "steal", "wanted, but given to others", NULL),      \
		PRINTED_SHARE(p, n, scope_, "guest", "in guests", NULL)
#define PRINTED_SHARE(p, n, scope_, kind, about_, more)                                          \
	{                                                                                        \
		.name = n "_" kind "_pct", .about = (about_), .form = USAGE_AVERAGE, .scale = 1, \
		.scope = (scope_), .plus = {                                                     \
			p "." kind "_pct",                                                       \
			more                                                                     \
		}                                                                                \
	}

#define RATE(name_, about_, scale_, ...)                                                   \
	{                                                                                  \
		.name = (name_), .about = (about_), .form = USAGE_RISE, .scale = (scale_), \
		.plus = {                                                                  \
			__VA_ARGS__                                                        \
		}                                                                          \
	}
#define CORE_TIME(name_, about_, ...)                                                            \
	{                                                                                        \
		.name = (name_), .about = (about_), .form = USAGE_RISE, .over = USAGE_OVER_CORE, \
		.scale = 100, .plus = {                                                          \
			__VA_ARGS__                                                              \
		}                                                                                \
	}

static const struct usage_metric table[] = {
	CPU_SHARES("cpu", "cpu", USAGE_MAIN),
	PRINTED_SHARES("cpu", "cpu", USAGE_MAIN),
	{.name = "mem_used_pct",
		.about = "all but what is available",
		.form = USAGE_LEVEL,
		.over = USAGE_OVER_COLUMNS,
		.scale = 100,
		.plus = {"mem.total_bytes"},
		.minus = {"mem.available_bytes"},
		.per = {"mem.total_bytes"}},
	{.name = "mem_used_bytes",
		.about = "all but what is available",
		.form = USAGE_LEVEL,
		.scale = 1,
		.plus = {"mem.total_bytes"},
		.minus = {"mem.available_bytes"}},
	{.name = "swap_used_bytes",
		.about = "pages put out",
		.form = USAGE_LEVEL,
		.scale = 1,
		.plus = {"mem.swap_total_bytes"},
		.minus = {"mem.swap_free_bytes"}},
	PRINTED("mem_used_pct", "as the tool printed it", 0, 1, "mem.used_pct"),
	CORE_TIME("proc.*.core_pct", "CPU of the process' tree, of one core", "proc.*.utime_ns",
		"proc.*.stime_ns", "proc.*.child.?.utime_ns", "proc.*.child.?.stime_ns",
		"proc.*.thread.vhost?.utime_ns", "proc.*.thread.vhost?.stime_ns", "!proc.*.child.?",
		"~proc.*.ended_children_utime_ns", "~proc.*.ended_children_stime_ns"),
	CORE_TIME("proc.*.guest_core_pct", "of it: running the guest's code", "proc.*.guest_ns"),
	{.name = "proc.*.rss_bytes",
		.about = "resident memory of the process",
		.form = USAGE_LEVEL,
		.scale = 1,
		.plus = {"proc.*.rss_bytes"}},
	CORE_TIME("cgroup.*.core_pct", "CPU of the control group, of one core",
		"cgroup.*.cpu_usage_ns"),
	{.name = "cgroup.*.quota_pct",
		.about = "of the CPU time it may use",
		.form = USAGE_RISE,
		.over = USAGE_OVER_QUOTA,
		.scale = 100,
		.plus = {"cgroup.*.cpu_usage_ns"},
		.per = {"cgroup.*.cpu_quota_us", "cgroup.*.cpu_period_us"}},
	{.name = "cgroup.*.throttled_pct",
		.about = "periods in which it had to wait for its quota",
		.form = USAGE_RISE,
		.over = USAGE_OVER_COLUMNS,
		.scale = 100,
		.plus = {"cgroup.*.cpu_throttled_periods"},
		.per = {"cgroup.*.cpu_periods"}},
	{.name = "cgroup.*.mem_used_bytes",
		.about = "without inactive file pages",
		.form = USAGE_LEVEL,
		.scale = 1,
		.plus = {"cgroup.*.memory_current_bytes"},
		.minus = {"~cgroup.*.memory_inactive_file_bytes"}},
	{.name = "cgroup.*.mem_used_pct",
		.about = "of its limit, or of the machine's memory",
		.form = USAGE_LEVEL,
		.over = USAGE_OVER_COLUMNS,
		.scale = 100,
		.plus = {"cgroup.*.memory_current_bytes"},
		.minus = {"~cgroup.*.memory_inactive_file_bytes"},
		.per = {"cgroup.*.memory_limit_bytes", "mem.total_bytes"}},
	RATE("net.*.rx_bps", "received", 8, "net.*.rx_bytes"),
	RATE("net.*.tx_bps", "sent", 8, "net.*.tx_bytes"),
	RATE("net.*.rx_pps", "received", 1, "net.*.rx_packets"),
	RATE("net.*.tx_pps", "sent", 1, "net.*.tx_packets"),
	RATE("net.*.rx_lost_pps", "errors and drops while receiving", 1, "net.*.rx_dropped",
		"~net.*.rx_errors"),
	RATE("net.*.tx_lost_pps", "errors and drops while sending", 1, "net.*.tx_dropped",
		"~net.*.tx_errors"),
	PRINTED("net.*.rx_bps", "received", 0, 1, "net.*.rx_bps"),
	PRINTED("net.*.tx_bps", "sent", 0, 1, "net.*.tx_bps"),
	PRINTED("net.*.rx_pps", "received", 0, 1, "net.*.rx_pps"),
	PRINTED("net.*.tx_pps", "sent", 0, 1, "net.*.tx_pps"),
	RATE("disk.*.read_bps", "bits read", 8, "disk.*.read_bytes"),
	RATE("disk.*.write_bps", "bits written", 8, "disk.*.write_bytes"),
	RATE("disk.*.reads_hz", "requests to read", 1, "disk.*.reads"),
	RATE("disk.*.writes_hz", "requests to write", 1, "disk.*.writes"),
	RATE("disk.*.busy_pct", "time with a request under way", 0.1, "disk.*.io_ms"),
	PRINTED("disk.*.read_bps", "bits read", 0, 1, "disk.*.read_bps"),
	PRINTED("disk.*.write_bps", "bits written", 0, 1, "disk.*.write_bps"),
	PRINTED("disk.*.busy_pct", "time with a request under way", 0, 1, "disk.*.busy_pct"),
	RATE("softirq.*_hz", "soft interrupts of the kind", 1, "softirq.*"),
	RATE("interrupts_hz", "interrupts", 1, "interrupts"),
	RATE("context_switches_hz", "switches between tasks", 1, "ctxt"),
	PRINTED("interrupts_hz", "interrupts", 0, 1, "interrupts_hz"),
	PRINTED("context_switches_hz", "switches between tasks", 0, 1, "context_switches_hz"),
	RATE("softnet_dropped_pps", "packets that a full backlog dropped", 1, "softnet.dropped"),
	RATE("pressure.*_pct", "time in which tasks were held up", 1e-4, "pressure.*_us"),
	{.name = "load_1m_count",
		.about = "load average of a minute",
		.form = USAGE_LEVEL,
		.scale = 1,
		.plus = {"load.1"}},
	CPU_SHARES("cpu*", "cpu*", USAGE_PER_CORE),
	PRINTED_SHARES("cpu*", "cpu*", USAGE_PER_CORE),
};

const struct usage_metric *
usage_metrics(size_t *n)
{
	*n = sizeof table / sizeof table[0];
	return table;
}
