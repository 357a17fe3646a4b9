#ifndef VANTAGE_CAPTURE_WRITER_H
#define VANTAGE_CAPTURE_WRITER_H
/*
 * writer - the files of one capture point: nanosecond pcap in one Zstandard frame each, flushed so
 * often that a killed recording lacks little, rotated where the caller says.
 *
 *   writer_open(&w, &params, &counts, now_ns, &err);          creates POINT.pcap.zst
 *   writer_packet(w, t_ns, data, caplen, len, &err);          again and again
 *   writer_tick(w, now_ns, &err);                             now and then: flushes what is due
 *   writer_close(w, &err);
 *
 * now_ns is CLOCK_MONOTONIC.  After a failure only writer_close() may be called.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/sums.h"

/* Records become readable after so many bytes of input, or when so much time is over. */
#define WRITER_FLUSH_BYTES ((size_t)256 << 10)
#define WRITER_FLUSH_NS INT64_C(900000000)

#define WRITER_LEVEL_AUTO 0

/* No more files of a point: the last one grows, so that run.json can name them all. */
#define WRITER_FILES_MAX 1024

struct writer_params {
	const char *point; /* files are made in the working directory; copied */
	uint16_t linktype;
	uint32_t snaplen;
	int level;             /* of Zstandard; WRITER_LEVEL_AUTO */
	bool sync;             /* fdatasync() after every flush that time asked for */
	uint64_t rotate_bytes; /* POINT.1.pcap.zst, ... after so much input; 0: never */
	struct sums *sums;     /* the writer's until it is closed: gets the complete files; or NULL */
};

/* What the files hold so far; may be read by any thread. */
struct writer_counts {
	_Atomic uint64_t n_files;
	_Atomic uint64_t n_complete;       /* files, the first ones */
	_Atomic uint64_t packets_complete; /* in those */
	_Atomic uint64_t bytes_in;     /* before compression, headers included */
	_Atomic uint64_t bytes_stored; /* on disk */
};

struct writer;

enum vstatus writer_open(struct writer **w, const struct writer_params *params,
	struct writer_counts *counts, int64_t now_ns, struct verr *err);
/*
 * writer_packet - append a record; compresses and writes whenever WRITER_FLUSH_BYTES have gathered.
 *   t_ns          from 0 to 2^32 s
 *   data[caplen]  what was captured of len bytes; copied
 */
enum vstatus writer_packet(struct writer *w, int64_t t_ns, const void *data, uint32_t caplen,
	uint32_t len, struct verr *err);
/* writer_tick - makes readable what was put WRITER_FLUSH_NS ago. */
enum vstatus writer_tick(struct writer *w, int64_t now_ns, struct verr *err);
/* writer_close - NULL is allowed; after a failure it only frees. */
enum vstatus writer_close(struct writer *w, struct verr *err);

/* writer_due_ns - how long until writer_tick() has something to do; INT64_MAX: nothing is waiting. */
int64_t writer_due_ns(const struct writer *w, int64_t now_ns);

/* writer_file_name - the point's k-th file, from 0: "guest.pcap.zst", "guest.1.pcap.zst"; heap. */
char *writer_file_name(const char *point, uint64_t k);

#endif
