#ifndef VANTAGE_CORE_TRACE_H
#define VANTAGE_CORE_TRACE_H
/*
 * trace - packets out of capture files: pcap and pcapng, compressed or not.
 *
 * pcap: magics a1b2c3d4 (microseconds) and a1b23c4d (nanoseconds) in both byte orders, also
 * the modified format a1b2cd34.  pcapng: any number of sections of either byte order
 * and of interfaces of any link type and snap length; if_tsresol (powers of 10 and of 2) and
 * if_tsoffset; enhanced, simple and obsolete packet blocks; all other blocks are passed over and
 * counted.  Sources: the pcap and pcapng Internet-Drafts (draft-ietf-opsawg-pcap, -pcapng).
 *
 *   struct trace *t;
 *   trace_open(&t, "host.pcap.zst", ZIO_INLINE, &err);
 *   while ((st = trace_next(t, &rec, &err)) == V_OK)
 *           use(&rec);
 *   if (st != V_END) ... damage: what came before it is good
 *   trace_close(t);
 *
 * Damage ends the stream with V_EFORMAT and a message that names the file, record number and byte
 * offset in the uncompressed stream.  A record is never longer than TRACE_CAPLEN_MAX_BYTES.
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/zio.h"

#define TRACE_CAPLEN_MAX_BYTES ((uint32_t)8 << 20)

struct trace_record {
	int64_t t_ns;        /* TSTAMP_NONE: none (simple packet block), or not in 1677..2262 */
	const uint8_t *data; /* caplen bytes, valid until the next trace_next() */
	uint32_t caplen;
	uint32_t len;       /* on the wire; at least caplen */
	uint32_t interface; /* index over the whole file, sections included; 0 for pcap */
	uint16_t linktype;  /* LINKTYPE_ value, www.tcpdump.org/linktypes.html */
	uint64_t number;    /* counts from 1 */
	uint64_t offset;    /* of the record's header in the uncompressed stream */
};

enum trace_format { TRACE_PCAP, TRACE_PCAPNG };

struct trace_info {
	enum trace_format format;
	bool big_endian;   /* of the (first) section */
	bool nanosecond;   /* pcap: magic a1b23c4d; pcapng: first interface finer than 1 us */
	uint32_t linktype; /* of the first interface */
	uint32_t snaplen;  /* of the first interface, 0 unlimited */
	uint32_t n_interfaces;
	uint64_t n_records;      /* handed out so far */
	uint64_t n_other_blocks; /* pcapng blocks passed over: custom, unknown, not needed */
	uint64_t n_untimed;      /* records without time stamp */
	bool dropped_known;      /* an interface statistics block told isb_ifdrop/isb_osdrop */
	uint64_t dropped;        /* their sum over interfaces (last block of each) */
};

struct trace;

/*
 * trace_open - V_EFORMAT when it is no capture (the message says what it looks like instead),
 *   V_EIO when it cannot be opened.  On failure *t is NULL.
 */
enum vstatus trace_open(struct trace **t, const char *path, enum zio_mode mode, struct verr *err);
/* trace_open_mem - over bytes in memory (tests, fuzzing). */
enum vstatus trace_open_mem(struct trace **t, const void *data, size_t len, struct verr *err);
void trace_close(struct trace *t);

/* trace_next - V_OK, V_END, V_EFORMAT (cut or damaged), V_ELIMIT, V_EIO; sticky once not V_OK. */
enum vstatus trace_next(struct trace *t, struct trace_record *rec, struct verr *err);

/* trace_info - what is known so far; valid until trace_close(). */
const struct trace_info *trace_info(const struct trace *t);

/* trace_sniff - does the file begin like a capture (after decompression)?  No message if not;
 * false for "-", which can be read only once. */
bool trace_sniff(const char *path);

/*
 * Writing: nanosecond pcap (a1b23c4d, little-endian) as the datasets hold it.
 */
struct trace_writer;
enum vstatus trace_writer_open(struct trace_writer **out, const char *path, uint16_t linktype,
	uint32_t snaplen, struct verr *err);
/* trace_writer_add - t_ns must lie in [0, 2^32 s); V_ELIMIT otherwise. */
enum vstatus trace_writer_add(struct trace_writer *w, int64_t t_ns, const void *data,
	uint32_t caplen, uint32_t len, struct verr *err);
enum vstatus trace_writer_close(struct trace_writer *w, struct verr *err);

#endif
