/*
 * writer - compressed capture files that can be read while they grow.
 *
 * Records gather in a block of WRITER_FLUSH_BYTES.  A block that is full, or 0.9 s old, is
 * compressed and flushed (ZSTD_e_flush) in one go, so all input up to it can be decompressed; at
 * 256 kB that costs about one percent of size.  What a full block became may wait for the next ones
 * before it is written, because headers shrink so much that every call of write() costs more than
 * compressing what it writes; at 0.9 s everything is.  It is 0.9 s and not 1 s because the ring may
 * have kept a packet for its retire time before, and the sum is to stay below a second.  A record
 * larger than the block goes past it.
 *
 * Packets cut to their headers repeat what the packets just before had, so there the fast levels
 * find as much with smaller tables that stay in the nearest cache: at level 1 a hash table of 2^12
 * entries and a window of 256 kB instead of 2^14 and 512 kB (up to 1 % more bytes, measured on
 * ICMP, HTTP and TCP cut to 128 bytes), which saves 10 to 13 % of the compressor's time; at level
 * -1, which gives up searching sooner, 2^13 entries.  WRITER_LEVEL_AUTO is that level -1 for cut
 * packets (0.97 to 1.11 of what level 3 makes) and level 1 for whole ones, which would get clearly
 * larger.
 *
 * Words are written in this machine's byte order, which the magic number tells (pcap files exist
 * in both).  core/trace_writer is not used: it neither flushes nor rotates.
 *
 * A second descriptor of the file serves fdatasync() and asks for the size on disk; the stream
 * itself belongs to core/zio.
 */
#include "capture/writer.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/alloc.h"
#include "core/tstamp.h"
#include "core/zio.h"

#define MAGIC_NS 0xa1b23c4du
#define VERSION_MAJOR 2
#define VERSION_MINOR 4

#define RECORD_HEADER_BYTES 16

#define CUT_SNAPLEN 256 /* headers, hardly any content */
#define CUT_AUTO_LEVEL (-1)
#define CUT_WINDOW_LOG 18
#define CUT_HASH_LOG 12      /* at level 1 */
#define CUT_FAST_HASH_LOG 13 /* below it */

struct writer {
	struct writer_params params;
	char *point;
	struct writer_counts *counts;
	struct zwriter *z;
	int fd;                 /* of the same file; -1 none */
	int64_t ticked_ns;      /* when time last asked for a flush */
	uint64_t stored_before; /* bytes of the files that are complete */
	uint64_t file_bytes;    /* of input, that the present file has had so far */
	size_t n;               /* bytes in the block: records that are not yet compressed */
	uint8_t block[WRITER_FLUSH_BYTES];
};

char *
writer_file_name(const char *point, uint64_t k)
{
	return k == 0 ? xasprintf("%s.pcap.zst", point)
		      : xasprintf("%s.%" PRIu64 ".pcap.zst", point, k);
}

static uint64_t
size_on_disk(const struct writer *w)
{
	struct stat sb;

	return w->fd >= 0 && fstat(w->fd, &sb) == 0 ? (uint64_t)sb.st_size : 0;
}

/* Compress n bytes, and make them and all before them readable with what is written next. */
static enum vstatus
store(struct writer *w, const void *data, size_t n, struct verr *err)
{
	enum vstatus st = zwriter_write(w->z, data, n, err);

	if (st == V_OK)
		st = zwriter_settle(w->z, err);
	if (st != V_OK)
		return st;
	w->file_bytes += n;
	atomic_fetch_add_explicit(&w->counts->bytes_in, n, memory_order_relaxed);
	return V_OK;
}

static void
publish_size(struct writer *w)
{
	atomic_store_explicit(
		&w->counts->bytes_stored, w->stored_before + size_on_disk(w), memory_order_relaxed);
}

static enum vstatus
store_block(struct writer *w, struct verr *err)
{
	size_t n = w->n;

	w->n = 0;
	return n > 0 ? store(w, w->block, n, err) : V_OK;
}

/* ---- files ---- */

static enum vstatus
put_file_header(struct writer *w, struct verr *err)
{
	struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t zone, accuracy, snaplen, linktype;
	} h = {MAGIC_NS, VERSION_MAJOR, VERSION_MINOR, 0, 0, w->params.snaplen, w->params.linktype};

	return store(w, &h, sizeof h, err);
}

static struct zwriter_tuning
tuning(const struct writer_params *p)
{
	bool cut = p->snaplen <= CUT_SNAPLEN;
	int level = p->level;

	if (level == WRITER_LEVEL_AUTO)
		level = cut ? CUT_AUTO_LEVEL : 1;
	if (!cut || level > 1)
		return (struct zwriter_tuning){.level = level};
	return (struct zwriter_tuning){
		level, level == 1 ? CUT_HASH_LOG : CUT_FAST_HASH_LOG, CUT_WINDOW_LOG};
}

/* The next file, readable as an empty capture from the start. */
static enum vstatus
open_file(struct writer *w, struct verr *err)
{
	char *name = writer_file_name(w->point, atomic_load(&w->counts->n_files));
	const struct zwriter_tuning t = tuning(&w->params);
	enum vstatus st = zwriter_open_tuned(&w->z, name, &t, err);

	w->file_bytes = 0;
	if (st == V_OK) {
		atomic_fetch_add(&w->counts->n_files, 1);
		w->fd = open(name, O_WRONLY | O_CLOEXEC);
		st = put_file_header(w, err);
	}
	if (st == V_OK)
		st = zwriter_flush(w->z, err);
	publish_size(w);
	free(name);
	return st;
}

static enum vstatus
sync_file(const struct writer *w, struct verr *err)
{
	if (!w->params.sync || w->fd < 0 || fdatasync(w->fd) == 0)
		return V_OK;
	return verr_sys(err, "cannot write %s's capture to the disk", w->point);
}

static enum vstatus
close_file(struct writer *w, struct verr *err)
{
	enum vstatus st = zwriter_close(w->z, err);

	w->z = NULL;
	if (st == V_OK)
		st = sync_file(w, err);
	w->stored_before += size_on_disk(w);
	atomic_store(&w->counts->bytes_stored, w->stored_before);
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
	return st;
}

static enum vstatus
rotate(struct writer *w, struct verr *err)
{
	enum vstatus st = store_block(w, err);

	if (st == V_OK)
		st = close_file(w, err);
	return st == V_OK ? open_file(w, err) : st;
}

/* ---- the interface ---- */

enum vstatus
writer_open(struct writer **out, const struct writer_params *params, struct writer_counts *counts,
	int64_t now_ns, struct verr *err)
{
	struct writer *w = xmalloc(sizeof *w);
	enum vstatus st;

	*out = NULL;
	w->params = *params;
	w->point = xstrdup(params->point);
	w->counts = counts;
	w->z = NULL;
	w->fd = -1;
	w->ticked_ns = now_ns;
	w->stored_before = 0;
	w->n = 0;
	st = open_file(w, err);
	if (st != V_OK) {
		(void)writer_close(w, NULL);
		return st;
	}
	*out = w;
	return V_OK;
}

static void
append(struct writer *w, const uint32_t header[4], const void *data, size_t n)
{
	memcpy(w->block + w->n, header, RECORD_HEADER_BYTES);
	memcpy(w->block + w->n + RECORD_HEADER_BYTES, data, n);
	w->n += RECORD_HEADER_BYTES + n;
}

/* A record that no block can hold. */
static enum vstatus
store_large(
	struct writer *w, const uint32_t header[4], const void *data, size_t n, struct verr *err)
{
	enum vstatus st = zwriter_write(w->z, header, RECORD_HEADER_BYTES, err);

	w->file_bytes += RECORD_HEADER_BYTES;
	atomic_fetch_add(&w->counts->bytes_in, RECORD_HEADER_BYTES);
	return st == V_OK ? store(w, data, n, err) : st;
}

enum vstatus
writer_packet(struct writer *w, int64_t t_ns, const void *data, uint32_t caplen, uint32_t len,
	struct verr *err)
{
	const uint32_t header[4] = {
		(uint32_t)(t_ns / NS_PER_S), (uint32_t)(t_ns % NS_PER_S), caplen, len};
	enum vstatus st = V_OK;

	if (w->params.rotate_bytes > 0 && w->file_bytes + w->n >= w->params.rotate_bytes)
		st = rotate(w, err);
	if (st == V_OK && RECORD_HEADER_BYTES + caplen > sizeof w->block - w->n)
		st = store_block(w, err);
	if (st != V_OK)
		return st;
	if (RECORD_HEADER_BYTES + caplen > sizeof w->block)
		return store_large(w, header, data, caplen, err);
	append(w, header, data, caplen);
	return V_OK;
}

int64_t
writer_due_ns(const struct writer *w, int64_t now_ns)
{
	int64_t due_ns = w->ticked_ns + WRITER_FLUSH_NS - now_ns;

	if (w->n == 0 && (!w->z || zwriter_is_flushed(w->z)))
		return INT64_MAX;
	return due_ns > 0 ? due_ns : 0;
}

enum vstatus
writer_tick(struct writer *w, int64_t now_ns, struct verr *err)
{
	enum vstatus st;

	if (now_ns - w->ticked_ns < WRITER_FLUSH_NS)
		return V_OK;
	w->ticked_ns = now_ns;
	if (w->n == 0 && zwriter_is_flushed(w->z))
		return V_OK;
	st = store_block(w, err);
	if (st == V_OK)
		st = zwriter_flush(w->z, err);
	publish_size(w);
	return st == V_OK ? sync_file(w, err) : st;
}

enum vstatus
writer_close(struct writer *w, struct verr *err)
{
	enum vstatus st = V_OK, closed = V_OK;

	if (!w)
		return V_OK;
	if (w->z) {
		st = store_block(w, err);
		closed = close_file(w, st == V_OK ? err : NULL);
	}
	free(w->point);
	free(w);
	return st == V_OK ? closed : st;
}
