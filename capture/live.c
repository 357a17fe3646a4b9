/*
 * live - an interface's packets through libpcap.
 *
 * libpcap takes TPACKET_V3 by itself unless "immediate mode" is asked for, so it is not asked for.
 * With TPACKET_V3 the read timeout is the kernel's block retire time: LIVE_RETIRE_MS bounds how
 * long a packet stays invisible in a block that does not fill.  Shorter means more wake-ups beside
 * the experiment (at most 1000 / LIVE_RETIRE_MS a second and interface), longer delays a stop.
 *
 * Time stamps are the kernel's ("host") unless another type is named; a type that the interface
 * lacks is an error, never a silent substitute, because adapters run clocks of their own.
 *
 * pcap_stats() counts in 32 bits and libpcap sums up in the same; differences modulo 2^32 are
 * added up here in 64.  Its count of drops by the interface is not used: it looks in the sysfs of
 * our own namespace, whatever namespace the socket is in (see linkstat).
 *
 * The numbers of link types differ between libpcap's API (DLT_) and files (LINKTYPE_); libpcap has
 * the table but does not export it, so the header that it would write is asked.
 */
#include "capture/live.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

#include "core/alloc.h"
#include "core/str.h"
#include "core/tstamp.h"

#define FILE_HEADER_BYTES 24
#define FILE_HEADER_LINKTYPE 20 /* offset of the field in it */

struct live {
	pcap_t *pcap;
	int fd;
	uint32_t snaplen;
	uint16_t linktype;
	const char *tstamp_type;
	uint32_t dropped_before; /* what libpcap's counter said last */
	uint64_t dropped;
	live_fn fn; /* during live_read() */
	void *arg;
};

/* ---- opening ---- */

struct failure {
	int code;
	enum vstatus status;
	const char *what;
};

/* What pcap_activate() may answer, and whose fault it is. */
static const struct failure failures[] = {
	{PCAP_ERROR_NO_SUCH_DEVICE, V_EUSAGE, "no such interface (\"vcap list\" names those of this namespace)"},
	{PCAP_ERROR_PERM_DENIED, V_EIO, "not allowed to capture (root or CAP_NET_RAW is needed)"},
	{PCAP_ERROR_PROMISC_PERM_DENIED, V_EIO, "not allowed to capture in promiscuous mode"},
	{PCAP_ERROR_IFACE_NOT_UP, V_EIO, "the interface is not up"},
	{PCAP_ERROR_TSTAMP_PRECISION_NOTSUP, V_EIO, "no nanosecond time stamps"},
	{0, V_OK, NULL},
};

static enum vstatus
fail_activate(pcap_t *pcap, int code, const char *interface, struct verr *err)
{
	for (const struct failure *f = failures; f->what; f++)
		if (f->code == code)
			return verr_set(err, f->status, "%s: %s", interface, f->what);
	return verr_set(err, V_EIO, "%s: cannot capture: %s", interface, pcap_geterr(pcap));
}

static bool
offers_tstamp_type(pcap_t *pcap, int type)
{
	int *types;
	int n = pcap_list_tstamp_types(pcap, &types);
	bool found = type == PCAP_TSTAMP_HOST; /* always there, not always listed */

	for (int i = 0; i < n; i++)
		found = found || types[i] == type;
	if (n > 0)
		pcap_free_tstamp_types(types);
	return found;
}

static enum vstatus
set_tstamp_type(struct live *l, const struct live_params *params, struct verr *err)
{
	const char *name = params->tstamp_type ? params->tstamp_type : "host";
	int type = pcap_tstamp_type_name_to_val(name);

	if (type < 0)
		return verr_set(err, V_EUSAGE, 
			"'%s' is no type of time stamps (\"vcap list\" shows those of each interface)", name);
	if (!offers_tstamp_type(l->pcap, type) || pcap_set_tstamp_type(l->pcap, type) != 0)
		return verr_set(err, V_EUSAGE, "%s: has no time stamps of type %s",
			params->interface, name);
	l->tstamp_type = pcap_tstamp_type_val_to_name(type);
	return V_OK;
}

static enum vstatus
activate(struct live *l, const struct live_params *params, struct verr *err)
{
	pcap_t *p = l->pcap;
	int code;
	enum vstatus st = set_tstamp_type(l, params, err);

	if (st != V_OK)
		return st;
	pcap_set_snaplen(p, (int)params->snaplen);
	pcap_set_buffer_size(p, (int)params->buffer_bytes);
	pcap_set_timeout(p, LIVE_RETIRE_MS);
	pcap_set_promisc(p, params->promiscuous);
	pcap_set_tstamp_precision(p, PCAP_TSTAMP_PRECISION_NANO);
	code = pcap_activate(p);
	if (code < 0)
		return fail_activate(p, code, params->interface, err);
	if (pcap_get_tstamp_precision(p) != PCAP_TSTAMP_PRECISION_NANO)
		return verr_set(err, V_EIO, "%s: no nanosecond time stamps", params->interface);
	if (code == PCAP_WARNING_TSTAMP_TYPE_NOTSUP)
		return verr_set(err, V_EUSAGE, "%s: time stamps of type %s were refused",
			params->interface, l->tstamp_type);
	return V_OK;
}

static enum vstatus
set_filter(pcap_t *p, const char *filter, bool install, struct verr *err)
{
	struct bpf_program program;
	enum vstatus st = V_OK;

	if (!filter)
		return V_OK;
	if (pcap_compile(p, &program, filter, 1, PCAP_NETMASK_UNKNOWN) != 0)
		return verr_set(err, V_EUSAGE, "--filter '%s': %s", filter, pcap_geterr(p));
	if (install && pcap_setfilter(p, &program) != 0)
		st = verr_set(err, V_EIO, "--filter '%s': %s", filter, pcap_geterr(p));
	pcap_freecode(&program);
	return st;
}

enum vstatus
live_check_filter(const char *filter, struct verr *err)
{
	pcap_t *p = pcap_open_dead(DLT_EN10MB, LIVE_SNAPLEN_MAX);
	enum vstatus st = set_filter(p, filter, false, err);

	pcap_close(p);
	return st;
}

static enum vstatus
find_linktype(struct live *l, struct verr *err)
{
	char header[FILE_HEADER_BYTES + 1] = {0};
	FILE *f = fmemopen(header, sizeof header, "wb");
	pcap_dumper_t *d = f ? pcap_dump_fopen(l->pcap, f) : NULL;
	uint32_t field;

	if (!d) {
		if (f)
			fclose(f);
		return verr_set(err, V_EIO, "%s is no link type of capture files",
			pcap_datalink_val_to_name(pcap_datalink(l->pcap)));
	}
	pcap_dump_close(d);
	memcpy(&field, header + FILE_HEADER_LINKTYPE, sizeof field);
	l->linktype = (uint16_t)field; /* the upper half tells of checksums at frames' ends */
	return V_OK;
}

static enum vstatus
set_up(struct live *l, const struct live_params *params, struct verr *err)
{
	char message[PCAP_ERRBUF_SIZE] = "";
	enum vstatus st = activate(l, params, err);

	if (st == V_OK)
		st = set_filter(l->pcap, params->filter, true, err);
	if (st == V_OK)
		st = find_linktype(l, err);
	if (st == V_OK && pcap_setnonblock(l->pcap, 1, message) != 0)
		st = verr_set(err, V_EIO, "%s: %s", params->interface, message);
	l->fd = pcap_get_selectable_fd(l->pcap);
	return st;
}

enum vstatus
live_open(struct live **out, const struct live_params *params, struct verr *err)
{
	char message[PCAP_ERRBUF_SIZE] = "";
	struct live *l = xcalloc(1, sizeof *l);
	enum vstatus st;

	*out = NULL;
	l->snaplen = params->snaplen;
	l->pcap = pcap_create(params->interface, message);
	if (!l->pcap)
		st = verr_set(err, V_EIO, "%s: %s", params->interface, message);
	else
		st = set_up(l, params, err);
	if (st != V_OK) {
		live_close(l);
		return st;
	}
	*out = l;
	return V_OK;
}

void
live_close(struct live *l)
{
	if (!l)
		return;
	if (l->pcap)
		pcap_close(l->pcap);
	free(l);
}

/* ---- reading ---- */

static void
hand_out(u_char *user, const struct pcap_pkthdr *h, const u_char *data)
{
	struct live *l = (struct live *)(void *)user;
	struct live_packet p = {
		.t_ns = (int64_t)h->ts.tv_sec * NS_PER_S +
			h->ts.tv_usec, /* nanoseconds, as asked */
		.data = data,
		.caplen = h->caplen < l->snaplen ? h->caplen : l->snaplen,
		.len = h->len,
	};

	l->fn(l->arg, &p);
}

enum vstatus
live_read(struct live *l, size_t *n, size_t max, live_fn fn, void *arg, struct verr *err)
{
	int got;

	l->fn = fn;
	l->arg = arg;
	got = pcap_dispatch(l->pcap, (int)max, hand_out, (u_char *)l);
	*n = got > 0 ? (size_t)got : 0;
	if (got < 0)
		return verr_set(err, V_EIO, "%s", pcap_geterr(l->pcap));
	return V_OK;
}

void
live_wait(const struct live *l, int wake_fd, int timeout_ms)
{
	struct pollfd p[] = {{.fd = l->fd, .events = POLLIN}, {.fd = wake_fd, .events = POLLIN}};

	poll(p, 2, timeout_ms); /* whatever happened, the caller looks */
}

bool
live_dropped(struct live *l, uint64_t *dropped)
{
	struct pcap_stat stat;

	if (pcap_stats(l->pcap, &stat) != 0)
		return false;
	l->dropped += (uint32_t)(stat.ps_drop - l->dropped_before);
	l->dropped_before = stat.ps_drop;
	*dropped = l->dropped;
	return true;
}

/* ---- facts ---- */

uint16_t
live_linktype(const struct live *l)
{
	return l->linktype;
}

const char *
live_tstamp_type(const struct live *l)
{
	return l->tstamp_type;
}

const char *
live_library_version(void)
{
	return pcap_lib_version();
}

char *
live_tstamp_types(const char *interface)
{
	char message[PCAP_ERRBUF_SIZE];
	pcap_t *p = pcap_create(interface, message);
	struct strbuf b;
	int *types;
	int n;

	if (!p)
		return NULL;
	strbuf_init(&b);
	n = pcap_list_tstamp_types(p, &types);
	for (int i = 0; i < n; i++)
		strbuf_addf(&b, "%s%s", i > 0 ? " " : "", pcap_tstamp_type_val_to_name(types[i]));
	if (n > 0)
		pcap_free_tstamp_types(types);
	if (n == 0)
		strbuf_adds(&b, "host");
	pcap_close(p);
	return strbuf_detach(&b);
}
