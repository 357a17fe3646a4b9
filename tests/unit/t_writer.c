/*
 * Tests of capture/writer: what it writes is read back by core/trace, which has tests of its own
 * against captures of other programs.  Packets are made by a rule (packet i has i % 90 captured
 * bytes of value i, and came at T0 + 1000 i ns), so the reader's side knows what to expect.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "capture/writer.h"
#include "core/trace.h"
#include "tests/unit/tmpdir.h"

#define T0_NS INT64_C(1795239962123456789)
#define PACKET_MAX 90
#define SECOND_NS INT64_C(1000000000)

static uint32_t
caplen_of(int i)
{
	return (uint32_t)(i % 90);
}

static struct writer *
must_open(struct writer_counts *counts, uint64_t rotate_bytes)
{
	const struct writer_params params = {"p", 1, 128, 1, false, rotate_bytes, NULL};
	struct writer *w;
	struct verr err;

	memset(counts, 0, sizeof *counts);
	assert_int_equal(chdir(tmpdir), 0);
	if (writer_open(&w, &params, counts, 0, &err) != V_OK)
		fail_msg("%s", err.msg);
	return w;
}

static void
put(struct writer *w, int from, int to)
{
	uint8_t packet[PACKET_MAX];
	struct verr err;

	for (int i = from; i < to; i++) {
		memset(packet, i, sizeof packet);
		if (writer_packet(w, T0_NS + 1000 * (int64_t)i, packet, caplen_of(i),
			    caplen_of(i) + 7, &err) != V_OK)
			fail_msg("%s", err.msg);
	}
}

static void
check_record(const struct trace_record *r, int i)
{
	assert_int_equal(r->t_ns, T0_NS + 1000 * (int64_t)i);
	assert_int_equal(r->caplen, caplen_of(i));
	assert_int_equal(r->len, caplen_of(i) + 7);
	assert_int_equal(r->linktype, 1);
	for (uint32_t k = 0; k < r->caplen; k++)
		assert_int_equal(r->data[k], (uint8_t)i);
}

/* Packets from `first` on; returns how many there are, *end out: how the stream ended. */
static int
read_back(const char *name, int first, enum vstatus *end)
{
	struct trace_record r;
	struct trace *t;
	struct verr err;
	int n = 0;

	if (trace_open(&t, tmpdir_at(name), ZIO_INLINE, &err) != V_OK)
		fail_msg("%s", err.msg);
	assert_true(trace_info(t)->nanosecond);
	while ((*end = trace_next(t, &r, &err)) == V_OK)
		check_record(&r, first + n++);
	trace_close(t);
	return n;
}

static void
round_trip(void **state)
{
	static const int sizes[] = {0, 1, 2, 90, 5000, 20000};
	struct writer_counts counts;
	enum vstatus end;

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct writer *w = must_open(&counts, 0);

		put(w, 0, sizes[i]);
		assert_int_equal(writer_close(w, NULL), V_OK);
		assert_int_equal(read_back("p.pcap.zst", 0, &end), sizes[i]);
		assert_int_equal(end, V_END);
		assert_int_equal(counts.n_files, 1);
	}
}

/* Flushes come every 262,144 bytes, and up to 32,768 are gathered before the compressor gets them:
 * these packets with their 16 bytes just fit, just do not, or never. */
static void
packets_as_large_as_a_buffer(void **state)
{
	static const uint32_t sizes[] = {262128, 1, 262127, 0, 262129, 262144, 262144, 3, 32752, 1,
		32751, 0, 32753, 32768, 7};
	static uint8_t packet[262144];
	struct writer_counts counts;
	struct writer *w = must_open(&counts, 0);
	struct trace_record r;
	struct trace *t;
	uint64_t n = 24; /* the file header of the pcap draft */

	(void)state;
	for (size_t i = 0; i < sizeof packet; i++)
		packet[i] = (uint8_t)(i * i >> 5);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; n += 16 + sizes[i++])
		assert_int_equal(writer_packet(w, T0_NS, packet, sizes[i], 300000, NULL), V_OK);
	assert_int_equal(writer_close(w, NULL), V_OK);
	assert_int_equal(counts.bytes_in, n);
	assert_int_equal(trace_open(&t, tmpdir_at("p.pcap.zst"), ZIO_INLINE, NULL), V_OK);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		assert_int_equal(trace_next(t, &r, NULL), V_OK);
		assert_int_equal(r.caplen, sizes[i]);
		assert_memory_equal(r.data, packet, sizes[i]);
	}
	assert_int_equal(trace_next(t, &r, NULL), V_END);
	trace_close(t);
}

/*
 * Files end behind the first record that reaches the limit.  Packets 0 to 89 make 16 * 90 + 89 * 45
 * = 5445 bytes, and each further 90 the same, so with the file header and a limit of 24 + 3 * 5445
 * a file holds 270.  (Packet 0 of each round has no bytes but its header, so 5445 is met exactly.)
 */
static void
every_file_stands_by_itself(void **state)
{
	struct writer_counts counts;
	struct writer *w = must_open(&counts, 24 + 3 * 5445);
	enum vstatus end;

	(void)state;
	put(w, 0, 541);
	assert_int_equal(counts.n_complete, 2);
	assert_int_equal(counts.packets_complete, 540);
	assert_int_equal(writer_close(w, NULL), V_OK);
	assert_int_equal(counts.n_files, 3);
	assert_int_equal(counts.n_complete, 3);
	assert_int_equal(counts.packets_complete, 541);
	assert_int_equal(read_back("p.pcap.zst", 0, &end), 270);
	assert_int_equal(end, V_END);
	assert_int_equal(read_back("p.1.pcap.zst", 270, &end), 270);
	assert_int_equal(read_back("p.2.pcap.zst", 540, &end), 1);
	assert_int_equal(end, V_END);
}

/* A header of 24 bytes and a record of 16 at least: every packet fills a file, but the 1024th file,
 * from p.1023 on, takes what is left. */
static void
the_last_file_grows(void **state)
{
	struct writer_counts counts;
	struct writer *w = must_open(&counts, 40);
	enum vstatus end;

	(void)state;
	put(w, 0, 1030);
	assert_int_equal(writer_close(w, NULL), V_OK);
	assert_int_equal(counts.n_files, 1024);
	assert_int_equal(counts.packets_complete, 1030);
	assert_int_equal(read_back("p.1022.pcap.zst", 1022, &end), 1);
	assert_int_equal(read_back("p.1023.pcap.zst", 1023, &end), 7);
	assert_int_equal(end, V_END);
	assert_int_not_equal(access("p.1024.pcap.zst", F_OK), 0);
}

/* sha256sum is the judge of the digests. */
static void
digests_of_files(void **state)
{
	struct sums sums;
	const struct writer_params params = {"p", 1, 128, 1, false, 100000, &sums};
	struct writer_counts counts = {0};
	struct writer *w;
	FILE *judge;

	(void)state;
	sums_init(&sums);
	assert_int_equal(chdir(tmpdir), 0);
	assert_int_equal(writer_open(&w, &params, &counts, 0, NULL), V_OK);
	put(w, 0, 5000);
	assert_int_equal(sums.n, 3); /* 24 + 5445 for each 90: the fourth file is not complete */
	assert_int_equal(writer_close(w, NULL), V_OK);
	assert_int_equal(sums.n, 4);
	assert_string_equal(sums.list[0].name, "p.pcap.zst");
	assert_string_equal(sums.list[3].name, "p.3.pcap.zst");
	judge = popen("sha256sum -c --quiet --strict", "w");
	assert_non_null(judge);
	for (size_t i = 0; i < sums.n; i++)
		fprintf(judge, "%s  %s\n", sums.list[i].hex, sums.list[i].name);
	assert_int_equal(pclose(judge), 0);
	sums_release(&sums);
}

/* What was put before a flush is there, though the file was never closed: a killed recorder. */
static void
flushed_by_time(void **state)
{
	struct writer_counts counts;
	struct writer *w = must_open(&counts, 0);
	enum vstatus end;

	(void)state;
	assert_int_equal(read_back("p.pcap.zst", 0, &end), 0); /* readable from the start */
	put(w, 0, 10);
	assert_int_equal(writer_tick(w, WRITER_FLUSH_NS - 1, NULL), V_OK);
	assert_int_equal(read_back("p.pcap.zst", 0, &end), 0);
	assert_int_equal(writer_due_ns(w, WRITER_FLUSH_NS - 1), 1);
	assert_int_equal(writer_tick(w, WRITER_FLUSH_NS, NULL), V_OK);
	assert_int_equal(read_back("p.pcap.zst", 0, &end), 10);
	assert_int_equal(end, V_EFORMAT); /* the frame has no end yet */
	assert_int_equal(writer_due_ns(w, WRITER_FLUSH_NS), INT64_MAX);
	put(w, 10, 11);
	assert_int_equal(writer_due_ns(w, WRITER_FLUSH_NS), WRITER_FLUSH_NS);
	assert_true(WRITER_FLUSH_NS < SECOND_NS);
	assert_int_equal(writer_close(w, NULL), V_OK);
}

/* 16 + 0..89 bytes are 60.5 on average: 256 KiB are settled at the latest behind record 4400, and
 * written when they fill 64 KiB: a file that takes several times that is not all pending. */
static void
flushed_by_size(void **state)
{
	struct writer_counts counts;
	struct writer *w = must_open(&counts, 0);
	enum vstatus end;
	int n;

	(void)state;
	put(w, 0, 200000);
	n = read_back("p.pcap.zst", 0, &end);
	assert_in_range(n, 100000, 200000);
	assert_int_equal(writer_close(w, NULL), V_OK);
}

/* A file cut anywhere is readable up to there: never fewer records than in a shorter cut. */
static void
cut_anywhere(void **state)
{
	struct writer_counts counts;
	struct writer *w = must_open(&counts, 0);
	static char whole[1 << 16];
	size_t size;
	int before = 0;
	enum vstatus end;
	FILE *f;

	(void)state;
	for (int k = 0; k < 5; k++) {
		put(w, 40 * k, 40 * (k + 1));
		assert_int_equal(writer_tick(w, (k + 1) * SECOND_NS, NULL), V_OK);
	}
	assert_int_equal(writer_close(w, NULL), V_OK);
	f = fopen("p.pcap.zst", "rb");
	size = fread(whole, 1, sizeof whole, f);
	fclose(f);
	assert_in_range(size, 100, sizeof whole - 1);
	for (size_t n = 60; n < size; n++) {
		int got;

		f = fopen("cut.pcap.zst", "wb");
		assert_int_equal(fwrite(whole, 1, n, f), n);
		fclose(f);
		got = read_back("cut.pcap.zst", 0, &end);
		assert_true(got >= before);
		assert_int_equal(end, V_EFORMAT);
		before = got;
	}
	assert_int_equal(before, 200); /* only the checksum was missing last */
}

static void
no_directory_to_write_to(void **state)
{
	const struct writer_params params = {"no/such/p", 1, 128, 1, false, 0, NULL};
	struct writer_counts counts = {0};
	struct writer *w;
	struct verr err;

	(void)state;
	assert_int_equal(writer_open(&w, &params, &counts, 0, &err), V_EIO);
	assert_null(w);
}

int
main(void)
{
#define IN_TMPDIR(f) cmocka_unit_test_setup_teardown(f, tmpdir_make, tmpdir_remove)
	const struct CMUnitTest tests[] = {
		IN_TMPDIR(round_trip),
		IN_TMPDIR(packets_as_large_as_a_buffer),
		IN_TMPDIR(every_file_stands_by_itself),
		IN_TMPDIR(the_last_file_grows),
		IN_TMPDIR(digests_of_files),
		IN_TMPDIR(flushed_by_time),
		IN_TMPDIR(flushed_by_size),
		IN_TMPDIR(cut_anywhere),
		IN_TMPDIR(no_directory_to_write_to),
	};

	return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
