/*
 * writer - compressed capture files that can be read while they grow.
 *
 * After WRITER_FLUSH_BYTES of input, and after 0.9 s, the compressor is flushed (ZSTD_e_flush), so
 * all input up to there can be decompressed; at 256 kB that costs about one percent of size.  What
 * it became then may wait for the next ones before it is written, because headers shrink so much
 * that every call of write() costs more than compressing what it writes; at 0.9 s everything is.
 * It is 0.9 s and not 1 s because the ring may have kept a packet for its retire time before, and
 * the sum is to stay below a second.
 *
 * Packets cut to their headers repeat what the packets just before had, so there the fast levels
 * find as much with smaller tables that stay in the nearest cache (a hash table of 2^12 entries
 * instead of 2^13 or 2^14, a window of 256 kB instead of 512 kB) and without looking for matches
 * below 7 bytes: up to 1 % more bytes (measured on ICMP, HTTP and TCP cut to 128 bytes) for 6 to
 * 13 % less of the compressor's time.  WRITER_LEVEL_AUTO is level -1 for cut packets (0.98 to 1.11
 * of what level 3 makes) and level 1 for whole ones, which would get clearly larger.
 *
 * Words are written in this machine's byte order, which the magic number tells (pcap files exist
 * in both).  core/trace_writer is not used: it neither flushes nor rotates.
 *
 * Bytes are digested as they are written, so that ending a recording needs not read them again.
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
#include "core/digest.h"
#include "core/tstamp.h"
#include "core/zio.h"

#define MAGIC_NS 0xa1b23c4du
#define VERSION_MAJOR 2
#define VERSION_MINOR 4

#define RECORD_HEADER_BYTES 16

#define CUT_SNAPLEN 256 /* headers, hardly any content */
#define CUT_AUTO_LEVEL (-1)
#define CUT_WINDOW_LOG 18
#define CUT_HASH_LOG 12
#define CUT_MIN_MATCH 7

struct writer {
	struct writer_params params;
	char *point;
	struct writer_counts *counts;
	struct zwriter *z;
	int fd;                 /* of the same file; -1 none */
	int64_t ticked_ns;      /* when time last asked for a flush */
	uint64_t stored_before; /* bytes of the files that are complete */
	uint64_t file_bytes;    /* of input, that the present file has had so far */
	uint64_t file_packets;  /* the same in packets */
	size_t unsettled;       /* bytes of input that may be in the compressor still */
	struct digest digest;   /* of what the present file has on disk */
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

static void
publish_size(struct writer *w)
{
	atomic_store_explicit(
		&w->counts->bytes_stored, w->stored_before + size_on_disk(w), memory_order_relaxed);
}

/* Make all that was put readable with what is written next. */
static enum vstatus
settle(struct writer *w, struct verr *err)
{
	atomic_fetch_add_explicit(&w->counts->bytes_in, w->unsettled, memory_order_relaxed);
	w->file_bytes += w->unsettled;
	w->unsettled = 0;
	return zwriter_settle(w->z, err);
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

	w->unsettled = sizeof h;
	return zwriter_write(w->z, &h, sizeof h, err);
}

static struct zwriter_tuning
tuning(struct writer *w)
{
	bool cut = w->params.snaplen <= CUT_SNAPLEN;
	struct zwriter_tuning t = {.level = w->params.level, .digest = &w->digest};

	if (t.level == WRITER_LEVEL_AUTO)
		t.level = cut ? CUT_AUTO_LEVEL : 1;
	if (cut && t.level <= 1) {
		t.hash_log = CUT_HASH_LOG;
		t.window_log = CUT_WINDOW_LOG;
		t.min_match = CUT_MIN_MATCH;
	}
	return t;
}

/* The next file, readable as an empty capture from the start. */
static enum vstatus
open_file(struct writer *w, struct verr *err)
{
	char *name = writer_file_name(w->point, atomic_load(&w->counts->n_files));
	const struct zwriter_tuning t = tuning(w);
	enum vstatus st;

	digest_init(&w->digest);
	st = zwriter_open_tuned(&w->z, name, &t, err);
	w->file_bytes = 0;
	w->file_packets = 0;
	if (st == V_OK) {
		atomic_fetch_add(&w->counts->n_files, 1);
		w->fd = open(name, O_WRONLY | O_CLOEXEC);
		st = put_file_header(w, err);
	}
	if (st == V_OK)
		st = settle(w, err);
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

/* All of the present file is where it belongs. */
static void
note_complete(struct writer *w)
{
	char *name, hex[SHA256_HEX_SIZE];

	atomic_fetch_add(&w->counts->packets_complete, w->file_packets);
	atomic_fetch_add(&w->counts->n_complete, 1);
	if (!w->params.sums)
		return;
	name = writer_file_name(w->point, atomic_load(&w->counts->n_files) - 1);
	digest_end(&w->digest, hex);
	sums_add(w->params.sums, name, hex);
	free(name);
}

static enum vstatus
close_file(struct writer *w, struct verr *err)
{
	enum vstatus st = zwriter_close(w->z, err);

	w->z = NULL;
	if (st == V_OK)
		st = sync_file(w, err);
	if (st == V_OK)
		note_complete(w);
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
	enum vstatus st = settle(w, err);

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
	st = open_file(w, err);
	if (st != V_OK) {
		(void)writer_close(w, NULL);
		return st;
	}
	*out = w;
	return V_OK;
}

static enum vstatus
put_record(
	struct writer *w, const uint32_t header[4], const void *data, size_t n, struct verr *err)
{
	uint8_t *room;
	enum vstatus st;

	if (RECORD_HEADER_BYTES + n > ZWRITER_ROOM_MAX_BYTES) {
		st = zwriter_write(w->z, header, RECORD_HEADER_BYTES, err);
		return st == V_OK ? zwriter_write(w->z, data, n, err) : st;
	}
	st = zwriter_room(&room, w->z, RECORD_HEADER_BYTES + n, err);
	if (st != V_OK)
		return st;
	memcpy(room, header, RECORD_HEADER_BYTES);
	memcpy(room + RECORD_HEADER_BYTES, data, n);
	return V_OK;
}

static bool
is_full(const struct writer *w)
{
	return w->params.rotate_bytes > 0 &&
		w->file_bytes + w->unsettled >= w->params.rotate_bytes &&
		atomic_load(&w->counts->n_files) < WRITER_FILES_MAX;
}

enum vstatus
writer_packet(struct writer *w, int64_t t_ns, const void *data, uint32_t caplen, uint32_t len,
	struct verr *err)
{
	const uint32_t header[4] = {
		(uint32_t)(t_ns / NS_PER_S), (uint32_t)(t_ns % NS_PER_S), caplen, len};
	size_t n = RECORD_HEADER_BYTES + caplen;
	enum vstatus st = V_OK;

	if (is_full(w))
		st = rotate(w, err);
	if (st == V_OK && w->unsettled > 0 && w->unsettled + n > WRITER_FLUSH_BYTES)
		st = settle(w, err);
	if (st == V_OK)
		st = put_record(w, header, data, caplen, err);
	w->unsettled += n;
	w->file_packets++;
	return st;
}

int64_t
writer_due_ns(const struct writer *w, int64_t now_ns)
{
	int64_t due_ns = w->ticked_ns + WRITER_FLUSH_NS - now_ns;

	if (!w->z || zwriter_is_flushed(w->z))
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
	if (zwriter_is_flushed(w->z))
		return V_OK;
	st = settle(w, err);
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
		st = settle(w, err);
		closed = close_file(w, st == V_OK ? err : NULL);
	}
	free(w->point);
	free(w);
	return st == V_OK ? closed : st;
}
