/*
 * printed - see printed.h.
 *
 * Here: which reader is for what, and the table of sysstat's headings.  Sources: the manual pages
 * of sar(1) and mpstat(1) of sysstat 12.6, where the kB are units of 1024 bytes, and their older
 * forms (rd_sec/s counts sectors of 512 bytes).  A heading that the table does not know keeps its
 * name, with "%" as _pct, "/s" as _hz and kb as _bytes.
 */
#include "capture/printed.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/printed_int.h"

#define KIB 1024
#define KIB_BITS 8192
#define SECTOR_BITS 4096

/* ---- headings ---- */

struct heading {
	const char *key; /* "": no instance, and the column's name is whole */
	const char *text;
	const char *column;
	int64_t scale;
};

static const struct heading headings[] = {
	{"CPU", "%usr", "user_pct", 1},
	{"CPU", "%user", "user_pct", 1},
	{"CPU", "%nice", "nice_pct", 1},
	{"CPU", "%sys", "system_pct", 1},
	{"CPU", "%system", "system_pct", 1},
	{"CPU", "%iowait", "iowait_pct", 1},
	{"CPU", "%steal", "steal_pct", 1},
	{"CPU", "%irq", "irq_pct", 1},
	{"CPU", "%soft", "softirq_pct", 1},
	{"CPU", "%guest", "guest_pct", 1},
	{"CPU", "%gnice", "guest_nice_pct", 1},
	{"CPU", "%idle", "idle_pct", 1},
	{"CPU", "intr/s", "interrupts_hz", 1},
	{"IFACE", "rxpck/s", "rx_pps", 1},
	{"IFACE", "txpck/s", "tx_pps", 1},
	{"IFACE", "rxkB/s", "rx_bps", KIB_BITS},
	{"IFACE", "txkB/s", "tx_bps", KIB_BITS},
	{"IFACE", "rxbyt/s", "rx_bps", 8},
	{"IFACE", "txbyt/s", "tx_bps", 8},
	{"IFACE", "rxcmp/s", "rx_compressed_pps", 1},
	{"IFACE", "txcmp/s", "tx_compressed_pps", 1},
	{"IFACE", "rxmcst/s", "rx_multicast_pps", 1},
	{"IFACE", "%ifutil", "utilization_pct", 1},
	{"IFACE", "rxerr/s", "rx_errors_pps", 1},
	{"IFACE", "txerr/s", "tx_errors_pps", 1},
	{"IFACE", "coll/s", "tx_collisions_pps", 1},
	{"IFACE", "rxdrop/s", "rx_dropped_pps", 1},
	{"IFACE", "txdrop/s", "tx_dropped_pps", 1},
	{"IFACE", "txcarr/s", "tx_carrier_pps", 1},
	{"IFACE", "rxfram/s", "rx_frame_pps", 1},
	{"IFACE", "rxfifo/s", "rx_fifo_pps", 1},
	{"IFACE", "txfifo/s", "tx_fifo_pps", 1},
	{"DEV", "tps", "transfers_hz", 1},
	{"DEV", "rkB/s", "read_bps", KIB_BITS},
	{"DEV", "wkB/s", "write_bps", KIB_BITS},
	{"DEV", "dkB/s", "discard_bps", KIB_BITS},
	{"DEV", "rd_sec/s", "read_bps", SECTOR_BITS},
	{"DEV", "wr_sec/s", "write_bps", SECTOR_BITS},
	{"DEV", "areq-sz", "request_bytes", KIB},
	{"DEV", "aqu-sz", "queue_count", 1},
	{"DEV", "await", "await_ms", 1},
	{"DEV", "svctm", "service_ms", 1},
	{"DEV", "%util", "busy_pct", 1},
	{"", "kbmemfree", "mem.free_bytes", KIB},
	{"", "kbavail", "mem.available_bytes", KIB},
	{"", "kbmemused", "mem.used_bytes", KIB},
	{"", "%memused", "mem.used_pct", 1},
	{"", "kbbuffers", "mem.buffers_bytes", KIB},
	{"", "kbcached", "mem.cached_bytes", KIB},
	{"", "kbcommit", "mem.committed_bytes", KIB},
	{"", "%commit", "mem.committed_pct", 1},
	{"", "kbactive", "mem.active_bytes", KIB},
	{"", "kbinact", "mem.inactive_bytes", KIB},
	{"", "kbdirty", "mem.dirty_bytes", KIB},
	{"", "kbswpfree", "mem.swap_free_bytes", KIB},
	{"", "kbswpused", "mem.swap_used_bytes", KIB},
	{"", "%swpused", "mem.swap_used_pct", 1},
	{"", "runq-sz", "procs_running", 1},
	{"", "plist-sz", "tasks_count", 1},
	{"", "ldavg-1", "load.1", 1},
	{"", "ldavg-5", "load.5", 1},
	{"", "ldavg-15", "load.15", 1},
	{"", "blocked", "procs_blocked", 1},
	{"", "proc/s", "processes_hz", 1},
	{"", "cswch/s", "context_switches_hz", 1},
	{"", "pgpgin/s", "disk.all.read_bps", KIB_BITS},
	{"", "pgpgout/s", "disk.all.write_bps", KIB_BITS},
	{"", "pswpin/s", "swap.in_pages_hz", 1},
	{"", "pswpout/s", "swap.out_pages_hz", 1},
};

#define N_HEADINGS (sizeof headings / sizeof *headings)

/* "cpu3." of CPU 3, "cpu." of all of them (-1 of sadf), "net.eth0.", "node0.", "fan.2." */
static int
add_instance(char out[PRINTED_NAME_SIZE], struct slice key, struct slice instance)
{
	bool all = slice_eq(instance, "all") || slice_eq(instance, "-1");
	char lower[24];
	size_t n = 0;

	if (slice_eq(key, "CPU") || slice_eq(key, "NODE"))
		return snprintf(out, PRINTED_NAME_SIZE, "%s%.*s.",
			slice_eq(key, "CPU") ? "cpu" : "node",
			all ? 0 : (int)(instance.n < 32 ? instance.n : 32), instance.p);
	for (; n < key.n && n < sizeof lower - 1; n++)
		lower[n] = (char)tolower((unsigned char)key.p[n]);
	lower[n] = '\0';
	return snprintf(out, PRINTED_NAME_SIZE, "%s.%.*s.",
		slice_eq(key, "IFACE")         ? "net"
			: slice_eq(key, "DEV") ? "disk"
					       : lower,
		(int)(instance.n < 64 ? instance.n : 64), instance.p);
}

/* A heading that the table does not know. */
static void
add_unknown(char *out, size_t size, int64_t *scale, struct slice h)
{
	const char *unit = "";

	*scale = 1;
	if (slice_starts(h, "%")) {
		h.p++;
		h.n--;
		unit = "_pct";
	} else if (slice_ends(h, "/s")) {
		h.n -= 2;
		unit = "_hz";
	} else if (slice_starts(h, "kb")) {
		h.p += 2;
		h.n -= 2;
		unit = "_bytes";
		*scale = KIB;
	}
	snprintf(out, size, "%.*s%s", (int)(h.n < 40 ? h.n : 40), h.p, unit);
}

void
printed_field(char column[PRINTED_NAME_SIZE], int64_t *scale, struct slice key,
	struct slice instance, struct slice heading)
{
	int n = key.n ? add_instance(column, key, instance) : 0;

	for (size_t i = 0; i < N_HEADINGS; i++)
		if (slice_eq(key, headings[i].key) && slice_eq(heading, headings[i].text)) {
			*scale = headings[i].scale;
			snprintf(column + n, PRINTED_NAME_SIZE - (size_t)n, "%s",
				headings[i].column);
			return;
		}
	if (!key.n)
		n = snprintf(column, PRINTED_NAME_SIZE, "sar.");
	add_unknown(column + n, PRINTED_NAME_SIZE - (size_t)n, scale, heading);
}

/* ---- numbers ---- */

bool
printed_number(double *v, struct slice s, int64_t scale)
{
	char text[40];
	int64_t micro;
	int digits;

	if (!s.n || s.n >= sizeof text)
		return false;
	for (size_t i = 0; i < s.n; i++)
		text[i] = s.p[i] == ',' ? '.' : s.p[i];
	s.p = text;
	/* exactly, so that 12.34 kB are 12636.16 bytes */
	if (slice_scaled(s, 6, &micro, &digits) && digits <= 6 &&
		!__builtin_mul_overflow(micro, scale, &micro)) {
		*v = (double)micro / 1e6;
		return true;
	}
	if (!slice_f64(s, v))
		return false;
	*v *= (double)scale;
	return true;
}

/* ---- the whole ---- */

typedef enum vstatus printed_reader(struct printed *p, struct grid *g, struct slice text,
	const char *name, const struct when *when, struct verr *err);

static const struct {
	enum load_kind kind;
	printed_reader *read;
} readers[] = {
	{LOAD_MPSTAT, sysstat_read},
	{LOAD_SAR, sysstat_read},
	{LOAD_SADF_CSV, sadf_read},
	{LOAD_VMSTAT, vmstat_read},
};

#define N_READERS (sizeof readers / sizeof *readers)

static printed_reader *
find_reader(enum load_kind kind)
{
	for (size_t i = 0; i < N_READERS; i++)
		if (readers[i].kind == kind)
			return readers[i].read;
	return NULL;
}

bool
printed_reads(enum load_kind kind)
{
	return find_reader(kind) != NULL;
}

enum vstatus
printed_convert(struct printed *p, enum load_kind kind, struct slice text, const char *name,
	const struct when *when, struct verr *err)
{
	struct grid g;
	enum vstatus st;

	*p = (struct printed){0};
	grid_init(&g);
	st = find_reader(kind)(p, &g, text, name, when, err);
	if (st == V_OK && !g.n_columns)
		st = verr_set(err, V_EFORMAT, "%s: no values that cover an interval", name);
	if (st == V_OK)
		grid_csv(&p->csv, &g);
	p->n_twice += g.n_twice;
	p->n_over += g.n_over;
	grid_release(&g);
	return st;
}

void
printed_release(struct printed *p)
{
	strbuf_release(&p->csv);
	free(p->host);
	*p = (struct printed){0};
}
