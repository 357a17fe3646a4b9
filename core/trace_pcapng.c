/*
 * trace_pcapng - blocks of type, length, body, length again.
 *
 *     section header        byte order, version; starts a new numbering of interfaces
 *     interface description link type, snap length; options: time resolution and offset
 *     enhanced packet       interface, time, lengths, bytes, options (not read)
 *     simple packet         original length, bytes; interface 0, no time
 *     packet (obsolete)     as enhanced, with a 16-bit interface number
 *     interface statistics  options: packets dropped by interface and by system
 *
 * Source: draft-ietf-opsawg-pcapng.  The blocks above are taken whole into the window, all
 * others are passed over without memory, whatever their length, and counted.  A block with
 * impossible lengths ends the trace, because nothing behind it can be trusted to be a block.
 *
 * Time stamps are integers in units of 10^-v or 2^-v seconds plus whole seconds; they become
 * nanoseconds in 128-bit arithmetic, rounded down.  A time that int64_t nanoseconds cannot hold
 * (writers without a clock fill the field with ones) is no time: TSTAMP_NONE.
 *
 * The section length is not used: it helps only those who skip sections.
 */
#include "core/trace_impl.h"

#include <stdlib.h>

#include "core/alloc.h"
#include "core/bytes.h"
#include "core/tstamp.h"

#define BLOCK_HEADER_BYTES 8u
#define BLOCK_FRAME_BYTES 12u /* header and the repeated length */
#define BLOCK_MAX_BYTES ((uint32_t)ZIO_NEED_MAX_BYTES)
#define BLOCK_SECTION 0x0a0d0d0au
#define BYTE_ORDER_BYTES 12u          /* from the block's start up to the end of the magic */
#define BYTE_ORDER_LITTLE 0x4d3c2b1au /* read as big-endian */
#define BYTE_ORDER_BIG 0x1a2b3c4du
#define VERSION_MAJOR 1
#define INTERFACES_MAX 65536u
#define DROPPED_MAX (UINT64_MAX / INTERFACES_MAX)

#define OPT_END 0
#define OPT_IF_TSRESOL 9
#define OPT_IF_TSOFFSET 14
#define OPT_ISB_IFDROP 5
#define OPT_ISB_OSDROP 7

struct trace_interface {
	uint64_t ticks_mul; /* t_ns = ticks * ticks_mul / ticks_div >> ticks_shift + offset */
	uint64_t ticks_div;
	unsigned ticks_shift;
	int64_t offset_s;
	uint32_t snaplen;
	uint16_t linktype;
	uint64_t dropped; /* by the last statistics block */
};

struct block {
	uint32_t type;
	uint32_t total_bytes;
	const uint8_t *body;
	uint32_t body_bytes;
};

static uint64_t
ord64(const uint8_t *p, bool big_endian)
{
	return big_endian ? (uint64_t)be32(p) << 32 | be32(p + 4) : le64(p);
}

/* Options. */

struct option {
	uint16_t code;
	uint16_t len;
	const uint8_t *value;
};

/* The next option of a list, or false at its end; a list that leaves the block sets overrun. */
static bool
option_next(struct option *o, struct cursor *c, bool big_endian)
{
	const uint8_t *p;

	if (cursor_left(c) == 0 || (p = cursor_take(c, 4)) == NULL)
		return false;
	o->code = ord16(p, big_endian);
	o->len = ord16(p + 2, big_endian);
	if (o->code == OPT_END)
		return false;
	o->value = cursor_take(c, o->len);
	if (o->value == NULL)
		return false;
	if (cursor_left(c) > 0)
		cursor_take(c, (4u - o->len % 4u) % 4u);
	return true;
}

static uint64_t
pow10_u64(unsigned e)
{
	uint64_t v = 1;

	while (e-- > 0)
		v *= 10;
	return v;
}

/* if_tsresol: the high bit says whether the rest is a negative power of 2 or of 10. */
static void
resolution_set(struct trace_interface *f, uint8_t v)
{
	unsigned e = v & 0x7f;

	f->ticks_mul = 1;
	f->ticks_div = 1;
	f->ticks_shift = 0;
	if (v & 0x80) {
		f->ticks_mul = NS_PER_S;
		f->ticks_shift = e;
	} else if (e <= 9) {
		f->ticks_mul = pow10_u64(9 - e);
	} else if (e - 9 <= 19) {
		f->ticks_div = pow10_u64(e - 9);
	} else {
		f->ticks_mul = 0; /* 2^64 such ticks are less than one ns */
	}
}

static bool
finer_than_us(uint8_t v)
{
	return (v & 0x80) ? (v & 0x7f) >= 20 : v > 6;
}

static int64_t
interface_time(const struct trace_interface *f, uint64_t ticks)
{
	unsigned __int128 scaled = (unsigned __int128)ticks * f->ticks_mul;
	__int128 t_ns;

	if (f->ticks_div != 1)
		scaled /= f->ticks_div;
	t_ns = (__int128)(scaled >> f->ticks_shift) + (__int128)f->offset_s * NS_PER_S;
	if (t_ns > INT64_MAX || t_ns <= INT64_MIN)
		return TSTAMP_NONE;
	return (int64_t)t_ns;
}

/* Blocks that hold no packet. */

static enum vstatus
section_parse(struct trace *t, const struct block *b, struct trace_record *rec, struct verr *err)
{
	uint16_t major = ord16(b->body + 4, t->big_endian);

	(void)rec;
	if (major != VERSION_MAJOR)
		return trace_damage(t, err, "pcapng version %u.%u is not supported, expected 1.0",
			major, ord16(b->body + 6, t->big_endian));
	t->section_base = t->n_interfaces;
	return V_OK;
}

static enum vstatus
interface_options(struct trace *t, struct trace_interface *f, struct cursor c, struct verr *err)
{
	bool big = t->big_endian;
	struct option o;

	while (option_next(&o, &c, big)) {
		if (o.code == OPT_IF_TSRESOL && o.len == 1) {
			resolution_set(f, *o.value);
			if (t->n_interfaces == 0)
				t->info.nanosecond = finer_than_us(*o.value);
		} else if (o.code == OPT_IF_TSOFFSET && o.len == 8) {
			f->offset_s = (int64_t)ord64(o.value, big);
		} else if (o.code == OPT_IF_TSRESOL || o.code == OPT_IF_TSOFFSET) {
			return trace_damage(
				t, err, "interface option %u has %u bytes", o.code, o.len);
		}
	}
	if (c.overrun)
		return trace_damage(t, err, "an option leaves the interface description block");
	return V_OK;
}

static enum vstatus
interface_parse(struct trace *t, const struct block *b, struct trace_record *rec, struct verr *err)
{
	struct trace_interface f = {.linktype = ord16(b->body, t->big_endian),
		.snaplen = ord32(b->body + 4, t->big_endian)};
	enum vstatus st;

	(void)rec;
	if (t->n_interfaces == INTERFACES_MAX)
		return trace_damage(t, err, "more than %u interfaces", INTERFACES_MAX);
	resolution_set(&f, 6);
	st = interface_options(t, &f, cursor_of(b->body + 8, b->body_bytes - 8), err);
	if (st != V_OK)
		return st;
	if (t->n_interfaces == 0) {
		t->info.linktype = f.linktype;
		t->info.snaplen = f.snaplen;
	}
	GROW(t->interfaces, t->n_interfaces, t->cap_interfaces);
	t->interfaces[t->n_interfaces++] = f;
	t->info.n_interfaces = (uint32_t)t->n_interfaces;
	return V_OK;
}

/* The interface that a block names, or NULL and the trace has ended. */
static struct trace_interface *
interface_of(struct trace *t, uint32_t id, struct verr *err)
{
	size_t n = t->n_interfaces - t->section_base;

	if (id < n)
		return &t->interfaces[t->section_base + id];
	trace_damage(t, err, "refers to interface %u, but the section has %zu", id, n);
	return NULL;
}

static enum vstatus
statistics_parse(struct trace *t, const struct block *b, struct trace_record *rec, struct verr *err)
{
	bool big = t->big_endian;
	struct trace_interface *f = interface_of(t, ord32(b->body, big), err);
	struct cursor c = cursor_of(b->body + 12, b->body_bytes - 12);
	struct option o;
	uint64_t dropped = 0;
	bool known = false;

	(void)rec;
	if (f == NULL)
		return V_EFORMAT;
	while (option_next(&o, &c, big)) {
		uint64_t v;

		if ((o.code != OPT_ISB_IFDROP && o.code != OPT_ISB_OSDROP) || o.len != 8)
			continue;
		v = ord64(o.value, big);
		known = true;
		dropped = v > DROPPED_MAX - dropped ? DROPPED_MAX : dropped + v;
	}
	if (c.overrun)
		return trace_damage(t, err, "an option leaves the interface statistics block");
	if (known) {
		t->info.dropped += dropped - f->dropped;
		t->info.dropped_known = true;
		f->dropped = dropped;
	}
	return V_OK;
}

/* Blocks that hold a packet. */

/* What the three kinds have in common; number, offset and interface index. */
static void
record_fill(struct trace *t, struct trace_record *rec, const struct trace_interface *f)
{
	rec->interface = (uint32_t)(f - t->interfaces);
	rec->linktype = f->linktype;
	rec->number = ++t->info.n_records;
	rec->offset = t->offset;
	if (rec->len < rec->caplen)
		rec->len = rec->caplen;
	if (rec->t_ns == TSTAMP_NONE)
		t->info.n_untimed++;
}

/* Time, lengths and bytes as enhanced and obsolete packet blocks hold them, from body + 4. */
static enum vstatus
packet_parse(struct trace *t, const struct block *b, uint32_t interface, struct trace_record *rec,
	struct verr *err)
{
	bool big = t->big_endian;
	const uint8_t *p = b->body;
	const struct trace_interface *f = interface_of(t, interface, err);
	uint64_t ticks = (uint64_t)ord32(p + 4, big) << 32 | ord32(p + 8, big);

	if (f == NULL)
		return V_EFORMAT;
	rec->caplen = ord32(p + 12, big);
	rec->len = ord32(p + 16, big);
	if (rec->caplen > b->body_bytes - 20)
		return trace_damage(t, err, "captured length %u does not fit the block of %u bytes",
			rec->caplen, b->total_bytes);
	if (rec->caplen > TRACE_CAPLEN_MAX_BYTES)
		return trace_damage(t, err, "captured length %u is beyond %u", rec->caplen,
			TRACE_CAPLEN_MAX_BYTES);
	rec->t_ns = interface_time(f, ticks);
	rec->data = p + 20;
	record_fill(t, rec, f);
	return V_OK;
}

static enum vstatus
enhanced_parse(struct trace *t, const struct block *b, struct trace_record *rec, struct verr *err)
{
	return packet_parse(t, b, ord32(b->body, t->big_endian), rec, err);
}

static enum vstatus
obsolete_parse(struct trace *t, const struct block *b, struct trace_record *rec, struct verr *err)
{
	return packet_parse(t, b, ord16(b->body, t->big_endian), rec, err);
}

/* The captured length is not written: it is the least of what could have been captured. */
static enum vstatus
simple_parse(struct trace *t, const struct block *b, struct trace_record *rec, struct verr *err)
{
	const struct trace_interface *f = interface_of(t, 0, err);

	if (f == NULL)
		return V_EFORMAT;
	rec->len = ord32(b->body, t->big_endian);
	rec->caplen = b->body_bytes - 4;
	if (rec->caplen > rec->len)
		rec->caplen = rec->len;
	if (f->snaplen > 0 && rec->caplen > f->snaplen)
		rec->caplen = f->snaplen;
	if (rec->caplen > TRACE_CAPLEN_MAX_BYTES)
		return trace_damage(t, err, "captured length %u is beyond %u", rec->caplen,
			TRACE_CAPLEN_MAX_BYTES);
	rec->t_ns = TSTAMP_NONE;
	rec->data = b->body + 4;
	record_fill(t, rec, f);
	return V_OK;
}

static const struct block_kind {
	uint32_t type;
	uint32_t body_min_bytes;
	bool packet;
	enum vstatus (*parse)(
		struct trace *, const struct block *, struct trace_record *, struct verr *);
} kinds[] = {
	{6, 20, true, enhanced_parse},
	{3, 4, true, simple_parse},
	{2, 20, true, obsolete_parse},
	{1, 8, false, interface_parse},
	{5, 12, false, statistics_parse},
	{BLOCK_SECTION, 16, false, section_parse},
};

static const struct block_kind *
kind_of(uint32_t type)
{
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (kinds[i].type == type)
			return &kinds[i];
	return NULL;
}

/* Reading blocks. */

/* A section header tells its byte order behind the length that is written in that order. */
static enum vstatus
byte_order_read(struct trace *t, struct verr *err)
{
	struct verr why;
	enum vstatus st = zreader_need(&t->z, BYTE_ORDER_BYTES, &why);
	uint32_t magic;

	if (st != V_OK)
		return trace_end(t, st, BYTE_ORDER_BYTES, &why, err);
	magic = be32(t->z.pos + 8);
	if (magic != BYTE_ORDER_BIG && magic != BYTE_ORDER_LITTLE)
		return trace_damage(t, err, "section header with byte-order magic %08x", magic);
	t->big_endian = magic == BYTE_ORDER_BIG;
	return V_OK;
}

static enum vstatus
block_header(struct trace *t, struct block *b, struct verr *err)
{
	struct verr why;
	enum vstatus st = zreader_need(&t->z, BLOCK_HEADER_BYTES, &why);

	if (st != V_OK)
		return trace_end(t, st, BLOCK_HEADER_BYTES, &why, err);
	b->type = ord32(t->z.pos, t->big_endian);
	if (b->type == BLOCK_SECTION) {
		st = byte_order_read(t, err);
		if (st != V_OK)
			return st;
	}
	b->total_bytes = ord32(t->z.pos + 4, t->big_endian);
	if (b->total_bytes < BLOCK_FRAME_BYTES || b->total_bytes % 4 != 0)
		return trace_damage(t, err, "block of type %#x with impossible length %u", b->type,
			b->total_bytes);
	b->body_bytes = b->total_bytes - BLOCK_FRAME_BYTES;
	return V_OK;
}

static enum vstatus
trailer_check(struct trace *t, const struct block *b, const uint8_t *p, struct verr *err)
{
	uint32_t again = ord32(p, t->big_endian);

	if (again == b->total_bytes)
		return V_OK;
	return trace_damage(t, err, "block of type %#x begins with length %u and ends with %u",
		b->type, b->total_bytes, again);
}

/* Take a block of a kind that we read, whole. */
static enum vstatus
block_take(struct trace *t, struct block *b, const struct block_kind *kind,
	struct trace_record *rec, struct verr *err)
{
	struct verr why;
	enum vstatus st;

	if (b->body_bytes < kind->body_min_bytes || b->total_bytes > BLOCK_MAX_BYTES)
		return trace_damage(t, err, "block of type %#x with length %u, expected %u to %u",
			b->type, b->total_bytes, kind->body_min_bytes + BLOCK_FRAME_BYTES,
			BLOCK_MAX_BYTES);
	st = zreader_need(&t->z, b->total_bytes, &why);
	if (st != V_OK)
		return trace_end(t, st, b->total_bytes, &why, err);
	b->body = t->z.pos + BLOCK_HEADER_BYTES;
	st = trailer_check(t, b, b->body + b->body_bytes, err);
	if (st == V_OK)
		st = kind->parse(t, b, rec, err);
	if (st != V_OK)
		return st;
	t->z.pos += b->total_bytes;
	t->offset += b->total_bytes;
	return V_OK;
}

/* Pass over any other block, however long. */
static enum vstatus
block_skip(struct trace *t, struct block *b, struct verr *err)
{
	struct verr why;
	enum vstatus st = zreader_skip(&t->z, b->total_bytes - 4u, &why);

	if (st == V_OK)
		st = zreader_need(&t->z, 4, &why);
	if (st != V_OK)
		return trace_end(t, st, b->total_bytes, &why, err);
	st = trailer_check(t, b, t->z.pos, err);
	if (st != V_OK)
		return st;
	t->z.pos += 4;
	t->offset += b->total_bytes;
	t->info.n_other_blocks++;
	return V_OK;
}

static enum vstatus
next_packet(struct trace *t, struct trace_record *rec, struct verr *err)
{
	for (;;) {
		const struct block_kind *kind;
		struct block b;
		enum vstatus st = block_header(t, &b, err);

		if (st != V_OK)
			return st;
		kind = kind_of(b.type);
		st = kind ? block_take(t, &b, kind, rec, err) : block_skip(t, &b, err);
		if (st != V_OK || (kind && kind->packet))
			return st;
	}
}

bool
trace_pcapng_magic(uint32_t magic_be)
{
	return magic_be == BLOCK_SECTION;
}

enum vstatus
trace_pcapng_begin(struct trace *t, struct verr *err)
{
	struct block b;
	enum vstatus st;

	t->info.format = TRACE_PCAPNG;
	t->next = next_packet;
	st = block_header(t, &b, err);
	if (st == V_OK)
		st = block_take(t, &b, kind_of(BLOCK_SECTION), NULL, err);
	t->info.big_endian = t->big_endian;
	return st;
}

void
trace_pcapng_release(struct trace *t)
{
	free(t->interfaces);
}
