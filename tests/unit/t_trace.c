/*
 * trace: public captures against what tshark 4.0.17 says of them, formats written byte by byte
 * after the pcap and pcapng drafts, and both cut and damaged everywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/trace.h"
#include "core/tstamp.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define CAPTURES "tests/data/public/captures/"
#define RECORDS_MAX 200

/*
 * Count, first and last time, and sums of lengths:
 *   tshark -r F -T fields -e frame.time_epoch -e frame.cap_len -e frame.len
 * long31 and skippable, which tshark refuses: of what zstd -dc --long=31 writes.  Link types and
 * interfaces: capinfos.  The text form of der_sameid_lt_eth.pcap's last time ends in ...504 ns;
 * multi_if_res has it in units of 2^-30 s, which both programs round down to ...503.
 */
static const struct {
	const char *name;
	enum trace_format format;
	bool big_endian;
	bool nanosecond;
	uint32_t n_interfaces;
	uint64_t n;
	int64_t first_ns;
	int64_t last_ns;
	uint64_t caplen_sum;
	uint64_t len_sum;
	size_t step; /* between cuts; above 1 where a decoder's windows are slow under a sanitizer */
} captures[] = {
	{"der_sameid_be_us.pcap", TRACE_PCAP, true, false, 1, 160, 1795236374705307000,
		1795236375224779000, 16340, 16340, 1},
	{"der_sameid_be_ns.pcap", TRACE_PCAP, true, true, 1, 160, 1795236374705307316,
		1795236375224779504, 16340, 16340, 1},
	{"der_sameid_c_gz_members.pcap.gz", TRACE_PCAP, false, true, 1, 160, 1795236374705307316,
		1795236375224779504, 16340, 16340, 1},
	{"der_sameid_c_named_pcap_but_zst.pcap", TRACE_PCAP, false, true, 1, 160,
		1795236374705307316, 1795236375224779504, 16340, 16340, 7},
	{"der_sameid_c_zst_long31.pcap.zst", TRACE_PCAP, false, true, 1, 160, 1795236374705307316,
		1795236375224779504, 16340, 16340, 97},
	{"der_sameid_c_zst_skippable.pcap.zst", TRACE_PCAP, false, true, 1, 160,
		1795236374705307316, 1795236375224779504, 16340, 16340, 1},
	{"der_sameid_ng_multi_if_res.pcapng", TRACE_PCAPNG, false, true, 3, 160,
		1795236374705307316, 1795236375224779503, 15780, 15780, 1},
	{"der_sameid_ng_obsolete_pb.pcapng", TRACE_PCAPNG, false, false, 1, 160,
		1795236374705307000, 1795236375224779000, 16340, 16340, 1},
	{"der_sameid_ng_simple_pb.pcapng", TRACE_PCAPNG, false, false, 1, 160, TSTAMP_NONE,
		TSTAMP_NONE, 16340, 16340, 1},
	{"der_sameid_ng_tsoffset.pcapng", TRACE_PCAPNG, false, true, 1, 160, 1795236374705307316,
		1795236375224779504, 16340, 16340, 1},
	{"der_sameid_snap38.pcap.zst", TRACE_PCAP, false, true, 1, 160, 1795236374705307316,
		1795236375224779504, 6080, 16340, 7},
	{"der_sameid_time_year2040.pcap.zst", TRACE_PCAP, false, true, 1, 160, 2208988800705307316,
		2208988801224779504, 16340, 16340, 7},
};

static void
capture_check(struct trace *t, size_t i)
{
	struct trace_record rec;
	struct verr err = {""};
	uint64_t n = 0, caplen_sum = 0, len_sum = 0;
	int64_t last_ns = 0;
	enum vstatus st;

	while ((st = trace_next(t, &rec, &err)) == V_OK) {
		assert_int_equal(rec.number, ++n);
		assert_true(n > 1 || rec.t_ns == captures[i].first_ns);
		last_ns = rec.t_ns;
		caplen_sum += rec.caplen;
		len_sum += rec.len;
	}
	assert_int_equal(st, V_END);
	assert_string_equal(err.msg, "");
	assert_int_equal(trace_next(t, &rec, &err), V_END);
	assert_int_equal(n, captures[i].n);
	assert_int_equal(last_ns, captures[i].last_ns);
	assert_int_equal(caplen_sum, captures[i].caplen_sum);
	assert_int_equal(len_sum, captures[i].len_sum);
	assert_int_equal(trace_info(t)->format, captures[i].format);
	assert_int_equal(trace_info(t)->big_endian, captures[i].big_endian);
	assert_int_equal(trace_info(t)->nanosecond, captures[i].nanosecond);
	assert_int_equal(trace_info(t)->n_interfaces, captures[i].n_interfaces);
	assert_int_equal(trace_info(t)->linktype, 1);
	assert_int_equal(trace_info(t)->n_records, n);
	assert_int_equal(trace_info(t)->n_untimed, last_ns == TSTAMP_NONE ? n : 0);
}

static void
test_captures(void **state)
{
	size_t i;
	int mode;

	(void)state;
	for (i = 0; i < LEN(captures); i++)
		for (mode = ZIO_INLINE; mode <= ZIO_AHEAD; mode++) {
			char path[256];
			struct trace *t;

			snprintf(path, sizeof path, CAPTURES "%s", captures[i].name);
			print_message("  %s\n", path);
			assert_true(trace_sniff(path));
			assert_int_equal(trace_open(&t, path, (enum zio_mode)mode, NULL), V_OK);
			capture_check(t, i);
			trace_close(t);
		}
}

/* Damage. */

static uint8_t *
capture_load(const char *name, size_t *len)
{
	char path[256];
	FILE *f;
	uint8_t *p = malloc(1 << 16);

	snprintf(path, sizeof path, CAPTURES "%s", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	*len = fread(p, 1, 1 << 16, f);
	assert_true(*len > 0 && *len < 1 << 16);
	fclose(f);
	return p;
}

/* Read to the end; times and offsets of what came.  Both ends of each record are touched. */
static enum vstatus
outcome(const void *data, size_t len, int64_t *t_ns, uint64_t *offset, size_t *n)
{
	struct trace *t;
	struct trace_record rec;
	struct verr err = {""};
	enum vstatus st = trace_open_mem(&t, data, len, &err);
	volatile uint8_t sum = 0;

	*n = 0;
	while (st == V_OK && (st = trace_next(t, &rec, &err)) == V_OK) {
		if (rec.caplen > rec.len || rec.caplen > TRACE_CAPLEN_MAX_BYTES)
			fail();
		if (rec.caplen > 0)
			sum = (uint8_t)(rec.data[0] + rec.data[rec.caplen - 1]);
		if (*n < RECORDS_MAX && t_ns) {
			t_ns[*n] = rec.t_ns;
			offset[*n] = rec.offset;
		}
		(*n)++;
	}
	(void)sum;
	trace_close(t);
	assert_true(st == V_END || err.msg[0] != '\0');
	return st;
}

/* A copy of just the bytes, so that a sanitizer sees a read past them. */
static enum vstatus
outcome_of_cut(const uint8_t *data, size_t len, int64_t *t_ns, uint64_t *offset, size_t *n)
{
	uint8_t *copy = malloc(len ? len : 1);
	enum vstatus st;

	memcpy(copy, data, len);
	st = outcome(copy, len, t_ns, offset, n);
	free(copy);
	return st;
}

/*
 * Cut at every byte.  An uncompressed file gives the records that are whole, which the offsets of
 * the full reading tell: all these files have nothing between records.  A compressed one gives
 * never fewer than a shorter cut did.
 */
static void
cut_everywhere(const uint8_t *data, size_t len, size_t step)
{
	int64_t t_all[RECORDS_MAX], t[RECORDS_MAX];
	uint64_t offset[RECORDS_MAX + 1], offset_cut[RECORDS_MAX];
	bool compressed = data[0] == 0x1f || data[3] == 0xfd || data[3] == 0x18;
	size_t n_all, n, n_before = 0, cut, whole = 0;

	assert_int_equal(outcome(data, len, t_all, offset, &n_all), V_END);
	assert_true(n_all < RECORDS_MAX);
	offset[n_all] = len;
	for (cut = 0; cut < len; cut += step) {
		enum vstatus st = outcome_of_cut(data, cut, t, offset_cut, &n);

		assert_true(st == V_EFORMAT || st == V_END);
		assert_memory_equal(t, t_all, n * sizeof t[0]);
		if (compressed) {
			assert_true(n >= n_before && n <= n_all);
			n_before = n;
			continue;
		}
		while (whole < n_all && offset[whole + 1] <= cut)
			whole++;
		assert_int_equal(n, whole);
		if (cut >= offset[0] && (whole < n_all ? cut == offset[whole] : true))
			assert_int_equal(st, V_END);
		else if (cut > offset[0])
			assert_int_equal(st, V_EFORMAT);
	}
}

static void
test_cut(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LEN(captures); i++) {
		size_t len;
		uint8_t *data = capture_load(captures[i].name, &len);

		print_message("  %s\n", captures[i].name);
		cut_everywhere(data, len, captures[i].step);
		free(data);
	}
}

/* One bit of every byte turned, another bit in each file: a status and a message, no more. */
static void
test_flipped(void **state)
{
	size_t i, at, n;

	(void)state;
	for (i = 0; i < LEN(captures); i++) {
		size_t len;
		uint8_t *data = capture_load(captures[i].name, &len);

		for (at = 0; at < len; at += captures[i].step) {
			uint8_t bit = (uint8_t)(1u << (at + i) % 8);
			enum vstatus st;

			data[at] ^= bit;
			st = outcome(data, len, NULL, NULL, &n);
			assert_true(st == V_END || st == V_EFORMAT || st == V_ELIMIT);
			data[at] ^= bit;
		}
		free(data);
	}
}

/* Files written here. */

struct image {
	uint8_t p[1024];
	size_t n;
	bool big_endian;
};

static void
put(struct image *m, uint64_t v, size_t bytes)
{
	size_t i;

	assert_true(m->n + bytes <= sizeof m->p);
	for (i = 0; i < bytes; i++)
		m->p[m->n + i] = (uint8_t)(v >> 8 * (m->big_endian ? bytes - 1 - i : i));
	m->n += bytes;
}

static void
put_u32s(struct image *m, size_t n, const uint32_t *v)
{
	size_t i;

	for (i = 0; i < n; i++)
		put(m, v[i], 4);
}

#define PUT32(m, ...) \
	put_u32s((m), sizeof((uint32_t[]){__VA_ARGS__}) / 4, (uint32_t[]){__VA_ARGS__})

static void
patch(struct image *m, size_t at, uint32_t v)
{
	size_t n = m->n;

	m->n = at;
	put(m, v, 4);
	m->n = n;
}

/* Header at 0; records of 8 bytes at 24 and 48; 72 bytes. */
static void
pcap_image(struct image *m, bool big_endian)
{
	*m = (struct image){.big_endian = big_endian};
	PUT32(m, 0xa1b2c3d4, big_endian ? 2u << 16 | 4 : 4u << 16 | 2, 0, 0, 65535, 1);
	PUT32(m, 1, 2, 8, 8, 0, 0);
	PUT32(m, 3, 4, 8, 60, 0, 0);
}

static const struct {
	const char *name;
	size_t at;
	uint32_t value;
	enum vstatus st;
	size_t n;
	const char *message;
	int64_t last_ns; /* of the last record, by hand: s * 10^9 + us * 1000 */
	uint32_t last_len;
} pcaps[] = {
	{"as it is", 16, 65535, V_END, 2, NULL, 3000004000, 60},
	{"modified header, next record short", 0, 0xa1b2cd34, V_EFORMAT, 1,
		"record 2 at offset 56: cut short: the file ends after 16 of 24", 1000002000, 8},
	{"nanoseconds", 0, 0xa1b23c4d, V_END, 2, NULL, 3000000004, 60},
	{"another major version", 4, 0x00030003, V_EFORMAT, 0, "version 3.3", 0, 0},
	{"frame check sequence bits", 20, 0xf4000001, V_EFORMAT, 0, "link type 67108865", 0, 0},
	{"frame check sequence length", 20, 0xf0000001, V_END, 2, NULL, 3000004000, 60},
	{"seconds are unsigned", 48, 0xffffffff, V_END, 2, NULL, 4294967295000004000, 60},
	{"fraction of more than a second", 52, 4294967295, V_END, 2, NULL, 4297967295000, 60},
	{"captured length 0", 56, 0, V_EFORMAT, 2,
		"record 3 at offset 64: cut short: the file ends after 8 of 16", 3000004000, 60},
	{"captured length beyond the file", 56, 9, V_EFORMAT, 1,
		"record 2 at offset 48: cut short: the file ends after 24 of 25", 1000002000, 8},
	{"captured length at the limit", 56, 8 << 20, V_EFORMAT, 1, "24 of 8388624", 1000002000, 8},
	{"captured length beyond it", 56, (8 << 20) + 1, V_EFORMAT, 1,
		"record 2 at offset 48: captured length 8388609 is beyond", 1000002000, 8},
	{"captured length -1", 56, 0xffffffff, V_EFORMAT, 1, "captured length 4294967295",
		1000002000, 8},
	{"length below captured length", 60, 5, V_END, 2, NULL, 3000004000, 8},
};

static void
test_pcap(void **state)
{
	size_t i;
	int big;

	(void)state;
	for (i = 0; i < 2 * LEN(pcaps); i++) {
		size_t k = i / 2;
		struct image m;
		struct trace *t;
		struct trace_record rec = {0};
		struct verr err = {""};
		size_t n = 0;
		enum vstatus st;

		big = i % 2;
		print_message("  %s, %s-endian\n", pcaps[k].name, big ? "big" : "little");
		pcap_image(&m, big);
		patch(&m, pcaps[k].at, pcaps[k].value);
		st = trace_open_mem(&t, m.p, m.n, &err);
		while (st == V_OK && (st = trace_next(t, &rec, &err)) == V_OK)
			n++;
		assert_int_equal(st, pcaps[k].st);
		assert_int_equal(n, pcaps[k].n);
		assert_int_equal(rec.t_ns, pcaps[k].last_ns);
		assert_int_equal(rec.len, pcaps[k].last_len);
		if (pcaps[k].message)
			assert_non_null(strstr(err.msg, pcaps[k].message));
		trace_close(t);
	}
}

/* Before version 2.3 the original length came first (libpcap's savefile.c tells of it). */
static void
test_pcap_old(void **state)
{
	struct image m = {.n = 0};
	struct trace *t;
	struct trace_record rec;

	(void)state;
	PUT32(&m, 0xa1b2c3d4, 1u << 16 | 2, 0, 0, 65535, 1, 1, 2, 60, 8, 0, 0);
	assert_int_equal(trace_open_mem(&t, m.p, m.n, NULL), V_OK);
	assert_int_equal(trace_next(t, &rec, NULL), V_OK);
	assert_int_equal(rec.caplen, 8);
	assert_int_equal(rec.len, 60);
	assert_int_equal(trace_next(t, &rec, NULL), V_END);
	trace_close(t);
}

/* pcapng. */

static size_t
block_begin(struct image *m, uint32_t type)
{
	PUT32(m, type, 0);
	return m->n - 8;
}

static void
block_end(struct image *m, size_t at)
{
	while (m->n % 4)
		put(m, 0, 1);
	patch(m, at + 4, (uint32_t)(m->n - at + 4));
	PUT32(m, (uint32_t)(m->n - at + 4));
}

static void
put_section(struct image *m, bool big_endian)
{
	size_t at;

	m->big_endian = big_endian;
	at = block_begin(m, 0x0a0d0d0a);
	PUT32(m, 0x1a2b3c4d);
	put(m, 1, 2);
	put(m, 0, 2);
	put(m, UINT64_MAX, 8);
	block_end(m, at);
}

/* tsresol below 0: no option.  The offset option follows when it is not 0. */
static void
put_interface(struct image *m, uint16_t linktype, uint32_t snaplen, int tsresol, int64_t offset_s)
{
	size_t at = block_begin(m, 1);

	put(m, linktype, 2);
	put(m, 0, 2);
	put(m, snaplen, 4);
	if (tsresol >= 0) {
		put(m, 9, 2);
		put(m, 1, 2);
		put(m, (uint64_t)tsresol, 1);
		put(m, 0, 3);
	}
	if (offset_s != 0) {
		put(m, 14, 2);
		put(m, 8, 2);
		put(m, (uint64_t)offset_s, 8);
	}
	if (tsresol >= 0 || offset_s != 0)
		PUT32(m, 0);
	block_end(m, at);
}

/* 40 bytes. */
static void
put_packet(struct image *m, uint32_t interface, uint64_t ticks)
{
	size_t at = block_begin(m, 6);

	PUT32(m, interface, (uint32_t)(ticks >> 32), (uint32_t)ticks, 8, 60, 0x01020304, 0);
	block_end(m, at);
}

/* Expected by hand: floor(ticks / resolution * 10^9) + offset * 10^9. */
static const struct {
	int tsresol;
	uint64_t ticks;
	int64_t offset_s;
	int64_t t_ns;
} times[] = {
	{-1, 1700000000123456, 0, 1700000000123456000},
	{6, 1700000000123456, 0, 1700000000123456000},
	{9, 1700000000123456789, 0, 1700000000123456789},
	{0, 1700000000, 0, 1700000000000000000},
	{3, 1700000000123, 0, 1700000000123000000},
	{12, 1700000000123456789, 0, 1700000000123456},
	{28, UINT64_MAX, 0, 1},
	{29, UINT64_MAX, 0, 0},
	{127, UINT64_MAX, 0, 0},
	{0x80 | 0, 7, 0, 7000000000},
	{0x80 | 10, 1536, 0, 1500000000},
	{0x80 | 20, 1048577, 0, 1000000953}, /* 10^9 / 2^20 = 953.67 */
	{0x80 | 30, 1073741825, 0, 1000000000},
	{0x80 | 32, 0x4000000080000000, 0, 1073741824500000000},
	{0x80 | 63, UINT64_MAX, 0, 1999999999},
	{0x80 | 127, UINT64_MAX, 0, 0},
	{9, 5, 1600000000, 1600000000000000005},
	{9, 2000000000, -1, 1000000000},
	{9, 0, -1, -1000000000},
	{9, INT64_MAX, 0, INT64_MAX},
	{9, (uint64_t)INT64_MAX + 1, 0, TSTAMP_NONE},
	{6, UINT64_MAX, 0, TSTAMP_NONE},
	{0, UINT64_MAX, 0, TSTAMP_NONE},
	{0x80 | 0, UINT64_MAX, 0, TSTAMP_NONE},
	{9, 0, INT64_MAX, TSTAMP_NONE},
	{9, 0, INT64_MIN, TSTAMP_NONE},
};

static void
test_pcapng_times(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 2 * LEN(times); i++) {
		size_t k = i / 2;
		struct image m = {.n = 0};
		struct trace *t;
		struct trace_record rec;

		put_section(&m, i % 2);
		put_interface(&m, 1, 0, times[k].tsresol, times[k].offset_s);
		put_packet(&m, 0, times[k].ticks);
		assert_int_equal(trace_open_mem(&t, m.p, m.n, NULL), V_OK);
		assert_int_equal(trace_next(t, &rec, NULL), V_OK);
		assert_int_equal(rec.t_ns, times[k].t_ns);
		assert_int_equal(trace_info(t)->n_untimed, times[k].t_ns == TSTAMP_NONE);
		assert_int_equal(trace_next(t, &rec, NULL), V_END);
		trace_close(t);
	}
}

/* Sections of either byte order, each numbering its interfaces from 0. */
static void
test_pcapng_sections(void **state)
{
	static const struct {
		uint32_t interface;
		uint16_t linktype;
	} expected[] = {{1, 101}, {0, 1}, {2, 113}, {3, 276}};
	struct image m = {.n = 0};
	struct trace *t;
	struct trace_record rec;
	size_t i;

	(void)state;
	put_section(&m, false);
	put_interface(&m, 1, 96, -1, 0);
	put_interface(&m, 101, 0, 9, 0);
	put_packet(&m, 1, 5);
	put_packet(&m, 0, 5);
	put_section(&m, true);
	put_interface(&m, 113, 0, -1, 0);
	put_packet(&m, 0, 5);
	put_interface(&m, 276, 0, -1, 0);
	put_packet(&m, 1, 5);
	assert_int_equal(trace_open_mem(&t, m.p, m.n, NULL), V_OK);
	for (i = 0; i < LEN(expected); i++) {
		assert_int_equal(trace_next(t, &rec, NULL), V_OK);
		assert_int_equal(rec.interface, expected[i].interface);
		assert_int_equal(rec.linktype, expected[i].linktype);
		assert_int_equal(rec.t_ns, i == 0 ? 5 : 5000);
		assert_int_equal(rec.caplen, 8);
		assert_int_equal(rec.len, 60);
		assert_int_equal(rec.data[0], i < 2 ? 4 : 1); /* 0x01020304 in its order */
	}
	assert_int_equal(trace_next(t, &rec, NULL), V_END);
	assert_int_equal(trace_info(t)->n_interfaces, 4);
	assert_int_equal(trace_info(t)->linktype, 1);
	assert_int_equal(trace_info(t)->snaplen, 96);
	assert_false(trace_info(t)->nanosecond);
	assert_false(trace_info(t)->big_endian);
	trace_close(t);
}

static void
put_statistics(struct image *m, uint32_t interface, uint16_t code, uint64_t value)
{
	size_t at = block_begin(m, 5);

	PUT32(m, interface, 0, 0);
	put(m, code, 2);
	put(m, 8, 2);
	put(m, value, 8);
	PUT32(m, 0);
	block_end(m, at);
}

/* Statistics, custom and unknown blocks; simple and obsolete packets. */
static void
test_pcapng_other_blocks(void **state)
{
	static const uint32_t simple_lens[] = {60, 6, 3}; /* 8 bytes follow, snap length 5 */
	static const uint32_t simple_caplens[] = {5, 5, 3};
	struct image m = {.n = 0};
	struct trace *t;
	struct trace_record rec;
	size_t at, i;

	(void)state;
	put_section(&m, true);
	put_interface(&m, 1, 5, -1, 0);
	put_interface(&m, 1, 0, -1, 0);
	for (i = 0; i < LEN(simple_lens); i++) {
		at = block_begin(&m, 3);
		PUT32(&m, simple_lens[i], 0, 0);
		block_end(&m, at);
	}
	put_statistics(&m, 0, 5, 1000); /* replaced by the next */
	put_statistics(&m, 0, 5, 30);
	put_statistics(&m, 1, 7, 4);
	put_statistics(&m, 1, 4, 77); /* isb_ifrecv: no drops, so the 4 stays */
	at = block_begin(&m, 0xbad);  /* custom */
	PUT32(&m, 32473, 1, 2);
	block_end(&m, at);
	at = block_begin(&m, 0x7fffffff);
	block_end(&m, at);
	at = block_begin(&m, 2); /* obsolete: interface 1, drops 9 */
	put(&m, 1, 2);
	put(&m, 9, 2);
	PUT32(&m, 0, 7, 3, 9, 0);
	block_end(&m, at);
	assert_int_equal(trace_open_mem(&t, m.p, m.n, NULL), V_OK);
	for (i = 0; i < LEN(simple_lens); i++) {
		assert_int_equal(trace_next(t, &rec, NULL), V_OK);
		assert_int_equal(rec.caplen, simple_caplens[i]);
		assert_int_equal(rec.len, simple_lens[i]);
		assert_true(rec.t_ns == TSTAMP_NONE);
	}
	assert_false(trace_info(t)->dropped_known);
	assert_int_equal(trace_next(t, &rec, NULL), V_OK);
	assert_int_equal(rec.interface, 1);
	assert_int_equal(rec.t_ns, 7000);
	assert_int_equal(rec.caplen, 3);
	assert_int_equal(rec.len, 9);
	assert_int_equal(trace_next(t, &rec, NULL), V_END);
	assert_true(trace_info(t)->dropped_known);
	assert_int_equal(trace_info(t)->dropped, 34);
	assert_int_equal(trace_info(t)->n_other_blocks, 2);
	assert_int_equal(trace_info(t)->n_untimed, 3);
	assert_true(trace_info(t)->big_endian);
	trace_close(t);
}

/* Section at 0 (28 bytes), interface at 28 (32 with its option), packets at 60 and 100. */
static const struct {
	const char *name;
	size_t at;
	uint32_t value;
	size_t n;
	const char *message;
} damages[] = {
	{"byte-order magic", 8, 0x1a2b3c4e, 0, "byte-order magic"},
	{"version", 12, 2, 0, "version 2.0"},
	{"section too short", 4, 24, 0, "expected 28"},
	{"interface too short", 32, 16, 0, "offset 28: block of type 0x1 with length 16"},
	{"option beyond the block", 44, 9 | 0xf0 << 16, 0, "offset 28: an option leaves"},
	{"length of if_tsresol", 44, 9 | 2 << 16, 0, "option 9 has 2 bytes"},
	{"length 0", 104, 0, 1, "record 2 at offset 100: block of type 0x6 with impossible"},
	{"length no multiple of 4", 104, 42, 1, "impossible length 42"},
	{"length beyond the file", 104, 44, 1, "cut short: the file ends after 40 of 44"},
	{"length of 16 MiB and 4", 104, 0x01000004, 1, "length 16777220, expected 32 to 16777216"},
	{"length of 4 GiB", 104, 0xfffffffc, 1, "length 4294967292"},
	{"4 GiB of an unknown type", 100, 0x99, 1, "begins with length 40 and ends"},
	{"repeated length", 136, 44, 1, "begins with length 40 and ends with 44"},
	{"interface that is not there", 108, 1, 1, "refers to interface 1, but the section has 1"},
	{"captured length beyond the block", 120, 9, 1, "captured length 9 does not fit"},
	{"captured length -1", 120, 0xffffffff, 1, "captured length 4294967295"},
};

static void
test_pcapng_damage(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LEN(damages); i++) {
		struct image m = {.n = 0};
		struct trace *t;
		struct trace_record rec;
		struct verr err = {""};
		size_t n = 0;
		enum vstatus st;

		print_message("  %s\n", damages[i].name);
		put_section(&m, false);
		put_interface(&m, 1, 0, 9, 0);
		put_packet(&m, 0, 1);
		put_packet(&m, 0, 2);
		assert_int_equal(m.n, 140);
		patch(&m, damages[i].at, damages[i].value);
		if (damages[i].at == 100) /* a valid length then: spoil the repeated one */
			patch(&m, 136, 0xfffffffc);
		st = trace_open_mem(&t, m.p, m.n, &err);
		while (st == V_OK && (st = trace_next(t, &rec, &err)) == V_OK)
			n++;
		assert_int_equal(st, V_EFORMAT);
		assert_int_equal(n, damages[i].n);
		assert_non_null(strstr(err.msg, damages[i].message));
		if (t) { /* sticky, message included */
			struct verr again = {""};

			assert_int_equal(trace_next(t, &rec, &again), V_EFORMAT);
			assert_string_equal(again.msg, err.msg);
		}
		trace_close(t);
	}
}

/* No captures. */

static const struct {
	const char *bytes;
	size_t len;
	const char *message;
} others[] = {
	{"", 0, "memory: empty file"},
	{"\xd4\xc3", 2, "not a pcap or pcapng capture (unknown"},
	{"\xd4\xc3\xb2\xa1", 4, "file header at offset 0: cut short: the file ends after 4 of 24"},
	{"\x0a\x0d\x0d\x0a", 4, "file header at offset 0: cut short: the file ends after 4 of 8"},
	{"\xef\xbe\xad\xde....", 8, "(unknown first bytes)"},
	{"{\"a\": 1}", 8, "it looks like JSON"},
	{"PING 10.0.0.1", 13, "it looks like text"},
	{"PK\x03\x04....", 8, "ZIP"},
	{"\x04\x22\x4d\x18....", 8, "lz4 -d"},
	{"\x28\xb5\x2f\xfd", 4, "compressed offset 0: cut short"},
};

static void
test_no_captures(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LEN(others); i++) {
		struct trace *t;
		struct verr err = {""};

		assert_int_equal(
			trace_open_mem(&t, others[i].bytes, others[i].len, &err), V_EFORMAT);
		assert_null(t);
		assert_non_null(strstr(err.msg, others[i].message));
	}
	assert_false(trace_sniff("/nonexistent"));
	assert_false(trace_sniff("-"));
	assert_false(trace_sniff("/dev/null"));
}

/* Writing. */

static void
writer_add_all(struct trace_writer *w)
{
	static uint8_t bytes[TRACE_CAPLEN_MAX_BYTES + 1] = {'a', 'b', 'c'};
	const int64_t t_max_ns = (INT64_C(1) << 32) * NS_PER_S - 1;

	assert_int_equal(trace_writer_add(w, 0, bytes, 3, 60, NULL), V_OK);
	assert_int_equal(trace_writer_add(w, t_max_ns, bytes, 0, 0, NULL), V_OK);
	assert_int_equal(trace_writer_add(w, -1, bytes, 1, 1, NULL), V_ELIMIT);
	assert_int_equal(trace_writer_add(w, t_max_ns + 1, bytes, 1, 1, NULL), V_ELIMIT);
	assert_int_equal(trace_writer_add(w, TSTAMP_NONE, bytes, 1, 1, NULL), V_ELIMIT);
	assert_int_equal(trace_writer_add(w, 1, bytes, TRACE_CAPLEN_MAX_BYTES + 1,
				 TRACE_CAPLEN_MAX_BYTES + 1, NULL),
		V_ELIMIT);
	assert_int_equal(trace_writer_close(w, NULL), V_OK);
}

static void
test_writer(void **state)
{
	/* By hand, after the pcap draft. */
	static const uint8_t expected[] = {0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0x80, 0, 0, 0, 101, 0, 0, 0,                                 /* */
		0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 60, 0, 0, 0, 'a', 'b', 'c', /* */
		0xff, 0xff, 0xff, 0xff, 0xff, 0xc9, 0x9a, 0x3b, 0, 0, 0, 0, 0, 0, 0, 0};
	static const char *const suffixes[] = {"", ".zst"};
	char dir[] = "/tmp/t_trace.XXXXXX";
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(dir));
	for (i = 0; i < 2; i++) {
		struct trace_writer *w;
		struct zreader z;
		char path[64];

		snprintf(path, sizeof path, "%s/x.pcap%s", dir, suffixes[i]);
		assert_int_equal(trace_writer_open(&w, path, 101, 128, NULL), V_OK);
		writer_add_all(w);
		assert_int_equal(zreader_open(&z, path, ZIO_INLINE, NULL), V_OK);
		assert_int_equal(zreader_format(&z), i == 0 ? ZIO_PLAIN : ZIO_ZSTD);
		assert_int_equal(zreader_need(&z, sizeof expected, NULL), V_OK);
		assert_memory_equal(z.pos, expected, sizeof expected);
		assert_int_equal(zreader_need(&z, sizeof expected + 1, NULL), V_END);
		zreader_close(&z);
		unlink(path);
	}
	rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_captures),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_flipped),
		cmocka_unit_test(test_pcap),
		cmocka_unit_test(test_pcap_old),
		cmocka_unit_test(test_pcapng_times),
		cmocka_unit_test(test_pcapng_sections),
		cmocka_unit_test(test_pcapng_other_blocks),
		cmocka_unit_test(test_pcapng_damage),
		cmocka_unit_test(test_no_captures),
		cmocka_unit_test(test_writer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
