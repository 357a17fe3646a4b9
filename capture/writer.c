/*
 * writer - compressed capture files that can be read while they grow.
 *
 * Every flush (ZSTD_e_flush) ends a block, so all input up to it can be decompressed: with the
 * 256 kB of DESIGN that costs about one percent of size.  Time flushes 0.9 s after the last flush,
 * not 1 s: the ring may have kept a packet for its retire time before, and the sum is to stay
 * below a second.
 *
 * Words are written in this machine's byte order, which the magic number tells (pcap files exist
 * in both).  core/trace_writer is not used: it takes one packet at a time from one thread, while
 * here the records are made where the packets arrive, and compressed from the queue's own memory.
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

struct writer {
	struct writer_params params;
	char *point;
	struct writer_counts *counts;
	struct zwriter *z;
	int fd;           /* of the same file; -1 none */
	size_t unflushed; /* bytes put since the last flush */
	int64_t flushed_ns;
	uint64_t stored_before; /* bytes of the files that are complete */
};

char *
writer_file_name(const char *point, uint64_t k)
{
	return k == 0 ? xasprintf("%s.pcap.zst", point)
		      : xasprintf("%s.%" PRIu64 ".pcap.zst", point, k);
}

void
writer_record_header(
	uint8_t header[WRITER_RECORD_HEADER_BYTES], int64_t t_ns, uint32_t caplen, uint32_t len)
{
	const uint32_t words[] = {
		(uint32_t)(t_ns / NS_PER_S), (uint32_t)(t_ns % NS_PER_S), caplen, len};

	memcpy(header, words, sizeof words);
}

static uint64_t
size_on_disk(const struct writer *w)
{
	struct stat sb;

	return w->fd >= 0 && fstat(w->fd, &sb) == 0 ? (uint64_t)sb.st_size : 0;
}

static void
count(struct writer *w, size_t n)
{
	atomic_fetch_add_explicit(&w->counts->bytes_in, n, memory_order_relaxed);
	w->unflushed += n;
}

static enum vstatus
flush(struct writer *w, int64_t now_ns, struct verr *err)
{
	enum vstatus st = zwriter_flush(w->z, err);

	w->unflushed = 0;
	w->flushed_ns = now_ns;
	if (st == V_OK)
		atomic_store_explicit(&w->counts->bytes_stored, w->stored_before + size_on_disk(w),
			memory_order_relaxed);
	return st;
}

static enum vstatus
put_file_header(struct writer *w, struct verr *err)
{
	struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t zone, accuracy, snaplen, linktype;
	} h = {MAGIC_NS, VERSION_MAJOR, VERSION_MINOR, 0, 0, w->params.snaplen, w->params.linktype};

	count(w, sizeof h);
	return zwriter_write(w->z, &h, sizeof h, err);
}

/* The next file, readable as an empty capture from the start. */
static enum vstatus
open_file(struct writer *w, int64_t now_ns, struct verr *err)
{
	char *name = writer_file_name(w->point, atomic_load(&w->counts->n_files));
	enum vstatus st = zwriter_open(&w->z, name, w->params.level, err);

	if (st == V_OK) {
		atomic_fetch_add(&w->counts->n_files, 1);
		w->fd = open(name, O_WRONLY | O_CLOEXEC);
		st = put_file_header(w, err);
	}
	if (st == V_OK)
		st = flush(w, now_ns, err);
	free(name);
	return st;
}

static enum vstatus
close_file(struct writer *w, struct verr *err)
{
	enum vstatus st = zwriter_close(w->z, err);

	w->z = NULL;
	if (st == V_OK && w->params.sync && w->fd >= 0 && fdatasync(w->fd) != 0)
		st = verr_sys(err, "cannot write %s's capture to the disk", w->point);
	w->stored_before += size_on_disk(w);
	atomic_store(&w->counts->bytes_stored, w->stored_before);
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
	return st;
}

enum vstatus
writer_open(struct writer **out, const struct writer_params *params, struct writer_counts *counts,
	int64_t now_ns, struct verr *err)
{
	struct writer *w = xcalloc(1, sizeof *w);
	enum vstatus st;

	*out = NULL;
	w->params = *params;
	w->point = xstrdup(params->point);
	w->counts = counts;
	w->fd = -1;
	st = open_file(w, now_ns, err);
	if (st != V_OK) {
		(void)writer_close(w, NULL);
		return st;
	}
	*out = w;
	return V_OK;
}

int64_t
writer_flush_due_ns(const struct writer *w, int64_t now_ns)
{
	int64_t due_ns = w->flushed_ns + WRITER_FLUSH_NS - now_ns;

	return due_ns > 0 ? due_ns : 0;
}

enum vstatus
writer_tick(struct writer *w, int64_t now_ns, struct verr *err)
{
	enum vstatus st;

	if (writer_flush_due_ns(w, now_ns) > 0)
		return V_OK;
	if (w->unflushed == 0) {
		w->flushed_ns = now_ns;
		return V_OK;
	}
	st = flush(w, now_ns, err);
	if (st == V_OK && w->params.sync && w->fd >= 0 && fdatasync(w->fd) != 0)
		st = verr_sys(err, "cannot write %s's capture to the disk", w->point);
	return st;
}

enum vstatus
writer_put(struct writer *w, const void *data, size_t n, int64_t now_ns, struct verr *err)
{
	const uint8_t *p = data;
	enum vstatus st = V_OK;

	while (st == V_OK && n > 0) {
		size_t room = WRITER_FLUSH_BYTES - w->unflushed;
		size_t part = n < room ? n : room;

		st = zwriter_write(w->z, p, part, err);
		count(w, part);
		if (st == V_OK && w->unflushed == WRITER_FLUSH_BYTES)
			st = flush(w, now_ns, err);
		p += part;
		n -= part;
	}
	return st;
}

enum vstatus
writer_rotate(struct writer *w, int64_t now_ns, struct verr *err)
{
	enum vstatus st = close_file(w, err);

	return st == V_OK ? open_file(w, now_ns, err) : st;
}

enum vstatus
writer_close(struct writer *w, struct verr *err)
{
	enum vstatus st = V_OK;

	if (!w)
		return V_OK;
	if (w->z)
		st = close_file(w, err);
	free(w->point);
	free(w);
	return st;
}
