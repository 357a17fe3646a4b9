#ifndef VANTAGE_CAPTURE_COUNTERS_H
#define VANTAGE_CAPTURE_COUNTERS_H
/*
 * counters - a time series of system counters: everything is opened once, while there are rights
 * to open it, and read again and again afterwards.
 *
 *   counters_open(&c, &params, &err);       with privileges
 *   counters_header(c, &csv, rc);           names the columns, describes them in run.json
 *   every interval: counters_sample(c, t_ns, lateness_ns, &csv);   no privileges, no allocation
 *   counters_close(c);
 *
 * Rows are CSV: t_ns (CLOCK_REALTIME), lateness_ns (how late the sample was taken), then one cell
 * per column, raw as the kernel gives it; what is not available is an empty cell, never 0.  The
 * columns are fixed by the first look; what appears later is not recorded, what disappears leaves
 * empty cells.
 *
 * What is recorded, under which names and in which units: the table in capture/sources.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/run.h"
#include "core/str.h"

#define COUNTERS_COLUMNS_MAX 4000 /* readers of tables take 4096 */

/* A network namespace whose interfaces are recorded: label "" is the daemon's own. */
struct counters_netns {
	const char *label;
	int proc_net_fd; /* O_PATH or directory descriptor of its /proc/.../net */
};

/* A cell that the caller fills, such as what a ring has dropped so far. */
struct counters_extra {
	const char *name; /* of the column, one that a source of scope SOURCE_CALLER makes:
			     capture.POINT.packets, .dropped_by_kernel, ... */
	bool (*read)(uint64_t *value, void *arg); /* false: not available now */
	void *arg;
};

struct counters_params {
	const char *root; /* "" for /, else a directory that holds proc/ and sys/ (tests) */
	/* Whose NIC's interrupts are wanted: interfaces of the namespace that root/sys shows, no
	   others (their names would fit handlers of strangers); NULL ends; may be NULL. */
	const char *const *interfaces;
	const struct counters_netns *netns; /* none: root/proc/net with label "" */
	size_t n_netns;
	/* "qemu=4711", "web=/docker/ID": NAME=PID or NAME=CGROUP; NULL ends; may be NULL. */
	const char *const *watches;
	const struct counters_extra *extras; /* copied */
	size_t n_extras;
};

struct counters;

/*
 * counters_open - open all files and look at them once.
 *   Files that this kernel lacks or refuses bring no columns and no failure.  V_EUSAGE for a
 *   watch that is malformed or names nothing that exists, and for an extra of unknown name; V_EIO
 *   when the process may not open that many files.  Rows beyond COUNTERS_COLUMNS_MAX are left
 *   out with a warning.  On failure *c is NULL.
 *   The descriptors of params->netns are used only during this call and stay the caller's.
 */
enum vstatus
counters_open(struct counters **c, const struct counters_params *params, struct verr *err);

/* counters_header - the header line is appended to csv; rc gets a description of each column. */
void counters_header(struct counters *c, struct strbuf *csv, struct run_counters *rc);

/*
 * counters_sample - one line is appended to csv, its newline included.  Takes no lock and needs of
 *   the system nothing but pread(); not to be called by two threads at once.
 */
void counters_sample(struct counters *c, int64_t t_ns, int64_t lateness_ns, struct strbuf *csv);

/* counters_close - c may be NULL. */
void counters_close(struct counters *c);

#endif
