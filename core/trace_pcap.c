/*
 * trace_pcap - the classic format: a 24-byte file header, then records.
 *
 *     file    magic 4, version 2+2, reserved 4+4, snap length 4, link type 4
 *     record  seconds 4, fraction 4, captured length 4, original length 4, bytes
 *
 * Source: draft-ietf-opsawg-pcap.  The magic number tells the byte order and the unit of the
 * fraction.  a1b2cd34 is an old Linux variant whose record header goes on with interface index 4,
 * protocol 2, packet type 1, padding 1, all of no use here.
 *
 * Each layout of a record has its own function, made from one inline body with the layout as a
 * constant: reading a record is a few loads and two compares.
 *
 * Seconds are unsigned (good until 2106).  A fraction of a second or more is added as it stands.
 * A captured length above the original one is believed, as others do; the original length is
 * then raised to it.  The snap length is reported, not enforced: files of merged captures exceed
 * it.
 */
#include "core/trace_impl.h"

#include "core/bytes.h"
#include "core/tstamp.h"

#define FILE_HEADER_BYTES 24
#define RECORD_BYTES 16
#define VERSION_MAJOR 2
#define VERSION_MINOR_LENGTHS 3    /* before it the two lengths stood in the other order */
#define LINKTYPE_FIELD 0x0fffffffu /* above it: length of the frame check sequence */

struct layout {
	bool big_endian;
	uint32_t header_bytes;
	uint32_t caplen_at;
	uint32_t len_at;
};

/* The slow path: have the whole record in the window, or end the trace. */
static enum vstatus
record_complete(struct trace *t, struct layout l, struct verr *err)
{
	struct verr why;
	enum vstatus st = zreader_need(&t->z, l.header_bytes, &why);
	uint32_t caplen;

	if (st != V_OK)
		return trace_end(t, st, l.header_bytes, &why, err);
	caplen = ord32(t->z.pos + l.caplen_at, l.big_endian);
	if (caplen > TRACE_CAPLEN_MAX_BYTES)
		return trace_damage(
			t, err, "captured length %u is beyond %u", caplen, TRACE_CAPLEN_MAX_BYTES);
	st = zreader_need(&t->z, l.header_bytes + caplen, &why);
	if (st != V_OK)
		return trace_end(t, st, l.header_bytes + caplen, &why, err);
	return V_OK;
}

static inline __attribute__((always_inline)) enum vstatus
record_next(struct trace *t, struct trace_record *rec, struct layout l, struct verr *err)
{
	const uint8_t *p = t->z.pos;
	size_t left = (size_t)(t->z.end - p);
	uint32_t caplen = UINT32_MAX;
	uint32_t len;

	if (left >= l.header_bytes)
		caplen = ord32(p + l.caplen_at, l.big_endian);
	if (caplen > TRACE_CAPLEN_MAX_BYTES || left - l.header_bytes < caplen) {
		enum vstatus st = record_complete(t, l, err);

		if (st != V_OK)
			return st;
		p = t->z.pos;
		caplen = ord32(p + l.caplen_at, l.big_endian);
	}
	len = ord32(p + l.len_at, l.big_endian);
	rec->t_ns = ord32(p, l.big_endian) * NS_PER_S +
		(int64_t)ord32(p + 4, l.big_endian) * t->frac_ns;
	rec->data = p + l.header_bytes;
	rec->caplen = caplen;
	rec->len = len > caplen ? len : caplen;
	rec->interface = 0;
	rec->linktype = t->linktype;
	rec->number = ++t->info.n_records;
	rec->offset = t->offset;
	t->offset += l.header_bytes + caplen;
	t->z.pos = p + l.header_bytes + caplen;
	return V_OK;
}

#define NEXT(name, ...)                                                                       \
	static enum vstatus name(struct trace *t, struct trace_record *rec, struct verr *err) \
	{                                                                                     \
		return record_next(t, rec, (struct layout){__VA_ARGS__}, err);                \
	}

NEXT(next_le, false, RECORD_BYTES, 8, 12)
NEXT(next_be, true, RECORD_BYTES, 8, 12)
NEXT(next_old_le, false, RECORD_BYTES, 12, 8)
NEXT(next_old_be, true, RECORD_BYTES, 12, 8)
NEXT(next_modified_le, false, 24, 8, 12)
NEXT(next_modified_be, true, 24, 8, 12)

struct variant {
	uint32_t magic; /* read as big-endian */
	bool big_endian;
	uint32_t frac_ns;
	enum vstatus (*next)(struct trace *, struct trace_record *, struct verr *);
	enum vstatus (*next_old)(struct trace *, struct trace_record *, struct verr *);
};

static const struct variant variants[] = {
	{0xd4c3b2a1, false, 1000, next_le, next_old_le},
	{0x4d3cb2a1, false, 1, next_le, next_old_le},
	{0xa1b2c3d4, true, 1000, next_be, next_old_be},
	{0xa1b23c4d, true, 1, next_be, next_old_be},
	{0x34cdb2a1, false, 1000, next_modified_le, next_modified_le},
	{0xa1b2cd34, true, 1000, next_modified_be, next_modified_be},
};

static const struct variant *
variant_of(uint32_t magic_be)
{
	size_t i;

	for (i = 0; i < sizeof variants / sizeof variants[0]; i++)
		if (variants[i].magic == magic_be)
			return &variants[i];
	return NULL;
}

bool
trace_pcap_magic(uint32_t magic_be)
{
	return variant_of(magic_be) != NULL;
}

enum vstatus
trace_pcap_begin(struct trace *t, struct verr *err)
{
	const struct variant *v = variant_of(be32(t->z.pos));
	bool big = v->big_endian;
	struct verr why;
	enum vstatus st = zreader_need(&t->z, FILE_HEADER_BYTES, &why);
	const uint8_t *p = t->z.pos;
	uint32_t linktype;

	if (st != V_OK)
		return trace_end(t, st, FILE_HEADER_BYTES, &why, err);
	if (ord16(p + 4, big) != VERSION_MAJOR)
		return trace_damage(t, err, "pcap version %u.%u is not supported, expected 2.4",
			ord16(p + 4, big), ord16(p + 6, big));
	linktype = ord32(p + 20, big) & LINKTYPE_FIELD;
	if (linktype > UINT16_MAX)
		return trace_damage(t, err, "link type %u is beyond 65535", linktype);
	t->linktype = (uint16_t)linktype;
	t->frac_ns = v->frac_ns;
	t->next = ord16(p + 6, big) < VERSION_MINOR_LENGTHS ? v->next_old : v->next;
	t->info = (struct trace_info){.format = TRACE_PCAP,
		.big_endian = big,
		.nanosecond = v->frac_ns == 1,
		.linktype = linktype,
		.snaplen = ord32(p + 16, big),
		.n_interfaces = 1};
	t->z.pos += FILE_HEADER_BYTES;
	t->offset = FILE_HEADER_BYTES;
	return V_OK;
}
