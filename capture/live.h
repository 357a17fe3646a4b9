#ifndef VANTAGE_CAPTURE_LIVE_H
#define VANTAGE_CAPTURE_LIVE_H
/*
 * live - packets of an interface, through libpcap; the only file that knows it.
 *
 * The handle is a TPACKET_V3 ring: the kernel fills blocks of 256 kB and hands one over when it is
 * full or LIVE_RETIRE_MS after its first packet.  Opened in the network namespace of the calling
 * thread, and used from any one thread afterwards.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/* The ring gives a packet away at most so much later: how long a stop waits for the last ones. */
#define LIVE_RETIRE_MS 50
#define LIVE_SNAPLEN_MAX 262144

struct live_params {
	const char *interface;
	const char *filter;      /* pcap-filter(7); NULL: everything */
	const char *tstamp_type; /* NULL or "host": the kernel's clock */
	uint32_t snaplen;
	size_t buffer_bytes;
	bool promiscuous;
};

struct live_packet {
	int64_t t_ns;
	const uint8_t *data; /* until the callback returns */
	uint32_t caplen;     /* at most snaplen */
	uint32_t len;
};

typedef void (*live_fn)(void *arg, const struct live_packet *p);

struct live;

/*
 * live_open - packets are recorded in the ring from here on.
 *   V_EUSAGE: no such interface, bad filter, a type of time stamps that the interface lacks;
 *   V_EIO: no rights, interface down, no memory.
 */
enum vstatus live_open(struct live **l, const struct live_params *params, struct verr *err);
void live_close(struct live *l);

/*
 * live_read - hand out up to max packets that the ring has ready; never waits, allocates nothing.
 *   *n out: how many; 0: nothing is ready
 *   V_EIO: the capture has ended, the interface is gone.
 */
enum vstatus
live_read(struct live *l, size_t *n, size_t max, live_fn fn, void *arg, struct verr *err);

/* live_wait - sleep until the ring has something, wake_fd is readable, or timeout_ms are over. */
void live_wait(const struct live *l, int wake_fd, int timeout_ms);

/*
 * live_dropped - packets that the kernel dropped for want of room in the ring, since live_open().
 *   The kernel counts in 32 bits: to be asked at least once in 2^32 drops.  false: not available.
 */
bool live_dropped(struct live *l, uint64_t *dropped);

/* live_linktype - LINKTYPE_ value, www.tcpdump.org/linktypes.html. */
uint16_t live_linktype(const struct live *l);
/* live_tstamp_type - the type of time stamps in use, for run.json. */
const char *live_tstamp_type(const struct live *l);
const char *live_library_version(void);

/* live_check_filter - V_EUSAGE unless the filter can be understood (for Ethernet). */
enum vstatus live_check_filter(const char *filter, struct verr *err);

/*
 * live_tstamp_types - the types of time stamps that an interface offers, "host adapter".
 *   The caller frees it; NULL when the interface cannot be asked.
 */
char *live_tstamp_types(const char *interface);

#endif
