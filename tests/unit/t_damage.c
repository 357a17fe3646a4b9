/*
 * t_damage - captures that are cut or altered, through the whole path from bytes to samples.
 *
 * Every fixture of tests/data/public/captures below CUT_EVERYWHERE_BYTES is cut at every byte;
 * larger ones around the edges of records and at random places.  All have bits flipped.  Whatever
 * was done to it, reading ends in a status, with a message that names the capture, the record and
 * the offset; the records before the damage come out as they were; and what echo makes of them is
 * what it makes of the undamaged capture's first records, and adds up.
 *
 * The edges of records come from a walk over the blocks that shares no code with core/trace.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/echo.h"
#include "analyze/fragments.h"
#include "analyze/hash.h"
#include "analyze/observation.h"
#include "core/alloc.h"
#include "core/file.h"
#include "core/trace.h"
#include "core/tstamp.h"
#include "tests/gen/synth.h"
#include "tests/unit/tmpdir.h"

#define CAPTURES "tests/data/public/captures"
#define CUT_EVERYWHERE_BYTES 8192
#define CUTS_RANDOM 1000
#define FLIPS 300
#define SLOW_TIMES 50
#define RECORDS_MAX 20000

struct record {
	int64_t t_ns;
	uint32_t len;
	uint64_t hash;
	size_t offset;
	size_t end; /* 0: not known, the file is compressed */
};

/* What reading some bytes gave. */
struct reading {
	struct record records[RECORDS_MAX];
	size_t n;
	enum vstatus st;
	struct verr err;
	struct echo_counts counts;
};

struct fixture {
	char *name;
	uint8_t *bytes;
	size_t len;
	bool plain; /* not compressed */
	bool slow; /* its decoder takes 8 or 128 MiB, which a sanitizer marks as it comes and goes */
	uint8_t *is_edge; /* [len + 1]: a record or block can end before this byte */
	struct reading whole;
	struct echo_counts *counts; /* after the first n records; requests UINT64_MAX: not yet */
};

/* ---- reading ---- */

struct sum {
	uint64_t n;
	uint64_t n_rtt;
};

static void
take(void *ctx, const struct echo_sample *s)
{
	const uint16_t none = FLAG_LOST | FLAG_LATE | FLAG_UNFINISHED;
	uint16_t why = s->flags & none;
	struct sum *sum = ctx;

	sum->n++;
	sum->n_rtt += s->rtt_ns != TSTAMP_NONE;
	/* either an RTT, or one reason why there is none */
	assert_int_equal(s->rtt_ns == TSTAMP_NONE, why && (why & (why - 1)) == 0);
	assert_int_equal(
		s->rtt_ns != TSTAMP_NONE && s->rtt_ns < 0, (s->flags & FLAG_NEGATIVE) != 0);
}

static void
finish(struct echo *e, const struct sum *sum, int64_t end_ns)
{
	const struct echo_counts *c = echo_counts(e);

	echo_finish(e, end_ns);
	assert_int_equal(c->probes, sum->n);
	assert_int_equal(c->answered, sum->n_rtt);
	assert_int_equal(c->probes, c->answered + c->lost + c->late + c->unfinished);
	assert_int_equal(c->requests, c->probes + c->copies);
	assert_int_equal(
		c->replies, c->answered + c->late + c->duplicate_replies + c->unmatched_replies);
}

static void
add_packet(struct echo *e, struct fragments *f, const struct trace_record *rec)
{
	struct packet p, whole;

	packet_decode(&p, rec->linktype, rec->data, rec->caplen, rec->len);
	if (!p.fragment && p.cls <= PACKET_ECHO_REPLY)
		echo_add(e, rec->t_ns, rec->number, &p);
	else if ((p.fragment || p.cls == PACKET_FRAGMENT) &&
		fragments_add(f, &whole, rec->t_ns, &p))
		echo_add(e, rec->t_ns, rec->number, &whole);
}

/* At most max records, each a packet for echo. */
static void
read_bytes(struct reading *r, const uint8_t *bytes, size_t len, size_t max)
{
	struct echo_params params = {.expiry_ns = ECHO_EXPIRY_NS};
	struct sum sum = {0};
	struct echo *e = echo_new(&params, take, &sum);
	struct trace_record rec;
	struct fragments *fragments = fragments_new();
	int64_t end_ns = TSTAMP_NONE;
	struct trace *t;

	r->n = 0;
	r->err.msg[0] = '\0';
	r->st = trace_open_mem(&t, bytes, len, &r->err);
	while (r->st == V_OK && r->n < max && (r->st = trace_next(t, &rec, &r->err)) == V_OK) {
		r->records[r->n++] = (struct record){rec.t_ns, rec.len,
			hash_bytes(rec.data, rec.caplen, rec.linktype), rec.offset, 0};
		if (rec.t_ns > end_ns)
			end_ns = rec.t_ns;
		add_packet(e, fragments, &rec);
	}
	finish(e, &sum, end_ns);
	r->counts = *echo_counts(e);
	echo_free(e);
	fragments_free(fragments);
	trace_close(t);
}

/* ---- fixtures ---- */

static uint32_t
word(const uint8_t *p, bool big_endian)
{
	return big_endian
		? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
		: (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static void
mark_edge(struct fixture *f, size_t at)
{
	if (at <= f->len)
		f->is_edge[at] = 1;
}

/* draft-ietf-opsawg-pcap: 24 bytes, then records of 16 bytes and the captured length. */
static void
walk_pcap(struct fixture *f, bool big_endian)
{
	mark_edge(f, 24);
	for (size_t at = 24; at + 16 <= f->len;) {
		at += 16 + (size_t)word(f->bytes + at + 8, big_endian);
		mark_edge(f, at);
	}
}

/* draft-ietf-opsawg-pcapng: blocks of type and length; the byte order is the section's. */
static void
walk_pcapng(struct fixture *f)
{
	bool big_endian = false;

	for (size_t at = 0; at + 12 <= f->len;) {
		size_t n;

		if (word(f->bytes + at, true) == 0x0a0d0d0a)
			big_endian = word(f->bytes + at + 8, true) == 0x1a2b3c4d;
		n = word(f->bytes + at + 4, big_endian);
		if (n < 12)
			return;
		at += n;
		mark_edge(f, at);
	}
}

static void
walk(struct fixture *f)
{
	uint32_t magic = f->len >= 4 ? word(f->bytes, true) : 0;

	f->plain = true;
	if (magic == 0x0a0d0d0a)
		walk_pcapng(f);
	else if (magic == 0xa1b2c3d4 || magic == 0xa1b23c4d || magic == 0xa1b2cd34)
		walk_pcap(f, true);
	else if (magic == 0xd4c3b2a1 || magic == 0x4d3cb2a1 || magic == 0x34cdb2a1)
		walk_pcap(f, false);
	else
		f->plain = false;
	for (size_t i = 0; f->plain && i < f->whole.n; i++) {
		struct record *r = &f->whole.records[i];

		for (r->end = r->offset + 1; !f->is_edge[r->end]; r->end++)
			assert_true(r->end < f->len);
	}
}

static void
fixture_init(struct fixture *f, const char *name)
{
	char *path = file_join(CAPTURES, name);
	FILE *in = fopen(path, "rb");

	memset(f, 0, sizeof *f);
	f->name = xstrdup(name);
	f->slow = strstr(name, "zst_long31") || strstr(name, "zst_nocheck");
	f->bytes = xmalloc(1 << 20);
	assert_non_null(in);
	f->len = fread(f->bytes, 1, 1 << 20, in);
	fclose(in);
	free(path);
	f->is_edge = xcalloc(f->len + 1, 1);
	read_bytes(&f->whole, f->bytes, f->len, RECORDS_MAX);
	f->counts = xcalloc(f->whole.n + 1, sizeof *f->counts);
	for (size_t i = 0; i <= f->whole.n; i++)
		f->counts[i].requests = UINT64_MAX;
	walk(f);
}

static void
fixture_release(struct fixture *f)
{
	free(f->name);
	free(f->bytes);
	free(f->is_edge);
	free(f->counts);
}

static void
for_each_fixture(void (*check)(struct fixture *f))
{
	static struct fixture f; /* large */
	char **names;
	size_t n;

	assert_int_equal(file_list(&names, &n, CAPTURES, NULL), V_OK);
	assert_true(n > 50);
	for (size_t i = 0; i < n; i++) {
		fixture_init(&f, names[i]);
		check(&f);
		fixture_release(&f);
	}
	file_list_free(names, n);
}

/* ---- checks ---- */

static const struct echo_counts *
counts_after(struct fixture *f, size_t n)
{
	static struct reading part;

	if (f->counts[n].requests == UINT64_MAX) {
		read_bytes(&part, f->bytes, f->len, n);
		f->counts[n] = part.counts;
	}
	return &f->counts[n];
}

static void
fail_at(const struct fixture *f, size_t at, const struct reading *r, const char *what)
{
	fail_msg("%s, byte %zu: %s; %zu records, status %d: %s", f->name, at, what, r->n,
		(int)r->st, r->err.msg);
}

static bool
same_record(const struct record *a, const struct record *b)
{
	return a->t_ns == b->t_ns && a->len == b->len && a->hash == b->hash &&
		a->offset == b->offset;
}

/* The message names the capture, and the record and offset at which reading ended. */
static bool
says_where(const struct reading *r)
{
	char where[64];

	if (strncmp(r->err.msg, "memory: ", 8))
		return false;
	snprintf(where, sizeof where, "record %zu at offset ", r->n + 1);
	return r->n == 0 || strstr(r->err.msg, where) != NULL;
}

static void
check_prefix(const struct fixture *f, size_t at, const struct reading *r, size_t n)
{
	if (r->n < n)
		fail_at(f, at, r, "records before the damage are missing");
	for (size_t i = 0; i < n; i++)
		if (!same_record(&r->records[i], &f->whole.records[i]))
			fail_at(f, at, r, "a record before the damage has changed");
	if (r->st != V_OK && r->st != V_END && !says_where(r))
		fail_at(f, at, r, "the message does not say where");
}

/* How many records end at or before byte `at`. */
static size_t
records_before(const struct fixture *f, size_t at)
{
	size_t n = 0;

	while (n < f->whole.n && f->whole.records[n].end <= at)
		n++;
	return n;
}

/* In a block of just that size, so that a sanitizer sees a read beyond. */
static void
check_cut(struct fixture *f, size_t at)
{
	static struct reading r;
	uint8_t *bytes = xmalloc(at);

	memcpy(bytes, f->bytes, at);
	read_bytes(&r, bytes, at, RECORDS_MAX);
	free(bytes);
	if (r.n > f->whole.n)
		fail_at(f, at, &r, "more records than there are");
	check_prefix(f, at, &r, f->plain ? records_before(f, at) : r.n);
	if (f->plain && r.n != records_before(f, at))
		fail_at(f, at, &r, "a record that is not there");
	if (f->plain && r.st == V_END && !f->is_edge[at])
		fail_at(f, at, &r, "cut, and nobody says so");
	if (memcmp(&r.counts, counts_after(f, r.n), sizeof r.counts))
		fail_at(f, at, &r, "other samples than of these records");
}

static void
check_cuts(struct fixture *f)
{
	bool everywhere = f->len < CUT_EVERYWHERE_BYTES && !f->slow;
	int n_random = f->slow ? SLOW_TIMES : CUTS_RANDOM;
	struct synth_rng rng;

	synth_seed(&rng, 1);
	for (size_t at = 0; at < f->len; at++)
		if (everywhere || f->is_edge[at] || f->is_edge[at + 1] ||
			(at && f->is_edge[at - 1]))
			check_cut(f, at);
	for (int i = 0; i < n_random && !everywhere; i++)
		check_cut(f, synth_next(&rng) % f->len);
}

/* One bit, or three in a row of bytes; what ends before them is as it was. */
static void
check_flips(struct fixture *f)
{
	static struct reading r;
	struct synth_rng rng;

	synth_seed(&rng, 2);
	for (int i = 0; i < (f->slow ? SLOW_TIMES : FLIPS); i++) {
		size_t at = synth_next(&rng) % f->len, n = i % 3 ? 1 : 3;
		uint8_t old[3] = {0};

		for (size_t k = 0; k < n && at + k < f->len; k++) {
			old[k] = f->bytes[at + k];
			f->bytes[at + k] ^= (uint8_t)(1 << synth_next(&rng) % 8);
		}
		read_bytes(&r, f->bytes, f->len, RECORDS_MAX);
		check_prefix(f, at, &r, f->plain ? records_before(f, at) : 0);
		for (size_t k = 0; k < n && at + k < f->len; k++)
			f->bytes[at + k] = old[k];
	}
}

/* ---- a file of a run ---- */

static void
observe(struct observation *o, struct run *run, const char *name)
{
	struct observation_params params = {
		.expiry_ns = ECHO_EXPIRY_NS,
		.excluded_flags = FLAGS_EXCLUDED,
		.keep_samples = true,
		.mode = ZIO_INLINE,
	};

	run_init(run);
	free(run->path);
	run->path = xstrdup(tmpdir);
	run_point_add_file(run_add_point(run, "here"), name);
	*o = observation_of_point(run, &run->points[0]);
	observation_read(o, &params);
}

static void
check_file(struct fixture *f)
{
	static struct reading r;
	size_t at = f->len * 2 / 3;
	struct observation o;
	struct run run;

	assert_int_equal(file_write_atomic(tmpdir_at(f->name), f->bytes, at, NULL), V_OK);
	read_bytes(&r, f->bytes, at, RECORDS_MAX);
	observe(&o, &run, f->name);
	assert_int_equal(o.n_packets, r.n);
	assert_int_equal(o.usable, r.n > 0 || r.st == V_END);
	assert_int_equal(o.n_problems, r.st != V_END);
	assert_false(o.system_error);
	if (o.n_problems) {
		assert_non_null(strstr(o.problems[0], tmpdir_at(f->name)));
		assert_string_equal(strchr(o.problems[0], ':'), strchr(r.err.msg, ':'));
	}
	assert_int_equal(o.n_samples, r.counts.probes);
	assert_memory_equal(&o.counts, &r.counts, sizeof r.counts);
	observation_release(&o);
	run_release(&run);
}

static void
test_cuts(void **state)
{
	(void)state;
	for_each_fixture(check_cuts);
}

static void
test_flips(void **state)
{
	(void)state;
	for_each_fixture(check_flips);
}

static void
test_files(void **state)
{
	(void)state;
	for_each_fixture(check_file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_flips),
		cmocka_unit_test_setup_teardown(test_files, tmpdir_make, tmpdir_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
