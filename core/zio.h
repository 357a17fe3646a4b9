#ifndef VANTAGE_CORE_ZIO_H
#define VANTAGE_CORE_ZIO_H
/*
 * zio - byte streams over plain, gzip and Zstandard files, told apart by their first bytes, not
 * by their names.
 *
 * Reading.  The reader shows a window [pos, end) of the decompressed stream.  zreader_need()
 * makes n bytes contiguous in it; the caller consumes by advancing pos.  What pos pointed at is
 * valid until the next zreader_need().  gzip files may have several members, Zstandard files
 * several frames, skippable frames and seek tables.  With ZIO_AHEAD a thread of its own
 * decompresses ahead, a bounded number of blocks; plain files and pipes are read inline anyway.
 *
 * Damage (a cut file, a checksum that fails, garbage behind the last frame) is reported once,
 * after everything before it has been handed out, with the offset in the compressed file; asking
 * again repeats it.  Messages of zreader_open() and of the writer name the file, those of the other
 * reader functions do not: their callers know more about the place and put the name in front.
 *
 * Limits: a window of ZIO_NEED_MAX_BYTES at most; Zstandard windows up to 2^27 bytes (128 MiB).
 * Frames that ask for more (--long=31) are read as long as they hold no more than 2^27 bytes;
 * beyond that V_ELIMIT.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define ZIO_NEED_MAX_BYTES ((size_t)16 << 20)

enum zio_mode {
	ZIO_INLINE, /* decompress in the caller's thread */
	ZIO_AHEAD,  /* decompress in a thread of its own */
};

enum zio_format { ZIO_PLAIN, ZIO_GZIP, ZIO_ZSTD };

struct zreader_impl;
struct zreader {
	const uint8_t *pos;
	const uint8_t *end;
	struct zreader_impl *impl;
};

/* zreader_open - path "-" is standard input.  V_EIO if it cannot be opened. */
enum vstatus
zreader_open(struct zreader *z, const char *path, enum zio_mode mode, struct verr *err);
/* zreader_open_mem - the same over bytes in memory, which must outlive the reader. */
enum vstatus zreader_open_mem(struct zreader *z, const void *data, size_t len, struct verr *err);
void zreader_close(struct zreader *z);

/* zreader_more - the slow path of zreader_need. */
enum vstatus zreader_more(struct zreader *z, size_t n, struct verr *err);

/*
 * zreader_need - make at least n bytes readable at z->pos.
 *   V_OK       n bytes are there
 *   V_END      the stream ended cleanly with fewer than n bytes left (the rest is in the window)
 *   V_EFORMAT  damage; what precedes it is in the window
 *   V_ELIMIT   n > ZIO_NEED_MAX_BYTES
 *   V_EIO      read error
 */
static inline enum vstatus
zreader_need(struct zreader *z, size_t n, struct verr *err)
{
	if ((size_t)(z->end - z->pos) >= n)
		return V_OK;
	return zreader_more(z, n, err);
}

/* zreader_skip - drop n bytes, however many; V_END or V_EFORMAT if the stream ends before. */
enum vstatus zreader_skip(struct zreader *z, uint64_t n, struct verr *err);

/* zreader_offset - offset of z->pos in the decompressed stream. */
uint64_t zreader_offset(const struct zreader *z);
enum zio_format zreader_format(const struct zreader *z);

/*
 * Writing: one Zstandard frame with content checksum (name ends in .zst), gzip is never written.
 */
struct zwriter;
struct digest;

/*
 * zwriter_open - create (or truncate) path; "-" is standard output, plain.
 *   level  Zstandard level, 0 for the default (3); ignored for plain files
 */
enum vstatus zwriter_open(struct zwriter **out, const char *path, int level, struct verr *err);
/*
 * zwriter_open_tuned - the same, with parameters of the compressor that differ from the level's, as
 *   in zstd(1) --zstd=hashLog=,windowLog=,minMatch=; 0: as the level has it.
 */
struct zwriter_tuning {
	int level;
	int hash_log;
	int window_log;
	int min_match;
	struct digest *digest; /* gets the bytes of the file as they are written; NULL: none */
};

enum vstatus zwriter_open_tuned(
	struct zwriter **out, const char *path, const struct zwriter_tuning *t, struct verr *err);
enum vstatus zwriter_write(struct zwriter *w, const void *data, size_t len, struct verr *err);
/*
 * zwriter_room - write len bytes, at most ZWRITER_ROOM_MAX_BYTES, by filling *room before the next
 *   call: spares a copy.
 */
#define ZWRITER_ROOM_MAX_BYTES ((size_t)32 << 10)
enum vstatus zwriter_room(uint8_t **room, struct zwriter *w, size_t len, struct verr *err);
/* zwriter_flush - everything so far becomes readable (ZSTD_e_flush). */
enum vstatus zwriter_flush(struct zwriter *w, struct verr *err);
/* zwriter_settle - everything so far becomes readable with what is written next: it is flushed out
 *   of the compressor, and reaches the file when enough has gathered, or by zwriter_flush(). */
enum vstatus zwriter_settle(struct zwriter *w, struct verr *err);
/* zwriter_is_flushed - is all that was written in the file? */
bool zwriter_is_flushed(const struct zwriter *w);
/* zwriter_close - end the frame, close the file, free w.  Also frees after an error. */
enum vstatus zwriter_close(struct zwriter *w, struct verr *err);

#endif
