/*
 * zwriter - the writing half of core/zio: one Zstandard frame with content checksum, or plain.
 *
 * One frame only, because readers in use stop at the end of the first.  Small writes are
 * gathered, so that a 16-byte record header does not cost a call into the compressor, in so little
 * memory that it stays in the nearest cache until the compressor copies it to its own.  What comes
 * out of the compressor is gathered too, until somebody flushes, or settles and there is enough of
 * it: so files grow from one settled state to the next.  Its buffer has room for all that the
 * compressor may make of a block besides what waits already, else that would go through a buffer
 * of the compressor's.  After an error the writer takes no more, and zwriter_close() only frees.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zstd.h>

#include "core/alloc.h"
#include "core/digest.h"
#include "core/str.h"
#include "core/zio.h"

#define GATHER_BYTES ZWRITER_ROOM_MAX_BYTES
#define OUTPUT_BYTES ((size_t)512 << 10) /* memory that is not reached is never touched */
#define OUTPUT_ENOUGH ((size_t)64 << 10)
#define OUTPUT_ROOM ZSTD_COMPRESSBOUND(ZSTD_BLOCKSIZE_MAX)

struct zwriter {
	char *name;
	int fd;
	bool failed;
	ZSTD_CCtx *zstd; /* NULL: plain */
	struct digest *digest;
	bool holds;   /* the compressor may have bytes that it did not give yet */
	size_t n;     /* bytes gathered */
	size_t n_out; /* compressed bytes not yet written */
	uint8_t gather[GATHER_BYTES];
	uint8_t output[OUTPUT_BYTES];
};

static enum vstatus
write_all(struct zwriter *w, const uint8_t *p, size_t len, struct verr *err)
{
	if (w->digest)
		digest_add(w->digest, p, len);
	while (len > 0) {
		ssize_t n = write(w->fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			w->failed = true;
			return verr_sys(err, "cannot write %s", w->name);
		}
		p += n;
		len -= (size_t)n;
	}
	return V_OK;
}

static enum vstatus
put_output(struct zwriter *w, struct verr *err)
{
	size_t n = w->n_out;

	w->n_out = 0;
	return write_all(w, w->output, n, err);
}

/* Compress len bytes, until the compressor has done what `end` says. */
static enum vstatus
compress(struct zwriter *w, const uint8_t *p, size_t len, ZSTD_EndDirective end, struct verr *err)
{
	ZSTD_inBuffer ib = {p, len, 0};
	size_t pending;

	do {
		ZSTD_outBuffer ob = {w->output, OUTPUT_BYTES, w->n_out};
		enum vstatus st;

		pending = ZSTD_compressStream2(w->zstd, &ob, &ib, end);
		w->n_out = ob.pos;
		if (ZSTD_isError(pending)) {
			w->failed = true;
			return verr_set(err, V_EIO, "cannot compress %s: %s", w->name,
				ZSTD_getErrorName(pending));
		}
		st = OUTPUT_BYTES - w->n_out < OUTPUT_ROOM ? put_output(w, err) : V_OK;
		if (st != V_OK)
			return st;
	} while (end == ZSTD_e_continue ? ib.pos < ib.size : pending > 0);
	w->holds = end == ZSTD_e_continue;
	return V_OK;
}

static enum vstatus
put(struct zwriter *w, const uint8_t *p, size_t len, ZSTD_EndDirective end, struct verr *err)
{
	return w->zstd != NULL ? compress(w, p, len, end, err) : write_all(w, p, len, err);
}

static enum vstatus
put_gathered(struct zwriter *w, ZSTD_EndDirective end, struct verr *err)
{
	size_t n = w->n;

	w->n = 0;
	return put(w, w->gather, n, end, err);
}

static enum vstatus
already_failed(const struct zwriter *w, struct verr *err)
{
	return verr_set(err, V_EIO, "%s: an earlier write failed", w->name);
}

enum vstatus
zwriter_write(struct zwriter *w, const void *data, size_t len, struct verr *err)
{
	enum vstatus st = V_OK;

	if (w->failed)
		return already_failed(w, err);
	if (len > GATHER_BYTES - w->n)
		st = put_gathered(w, ZSTD_e_continue, err);
	if (st == V_OK && len > GATHER_BYTES)
		return put(w, data, len, ZSTD_e_continue, err);
	if (st == V_OK && len > 0) {
		memcpy(w->gather + w->n, data, len);
		w->n += len;
	}
	return st;
}

enum vstatus
zwriter_room(uint8_t **room, struct zwriter *w, size_t len, struct verr *err)
{
	enum vstatus st = V_OK;

	if (w->failed)
		return already_failed(w, err);
	if (len > GATHER_BYTES - w->n)
		st = put_gathered(w, ZSTD_e_continue, err);
	*room = w->gather + w->n;
	w->n += len;
	return st;
}

/* All that was written, out of the compressor; into the file if more than `enough` bytes wait. */
static enum vstatus
flush(struct zwriter *w, size_t enough, struct verr *err)
{
	enum vstatus st = w->failed ? already_failed(w, err) : put_gathered(w, ZSTD_e_flush, err);

	return st == V_OK && w->n_out > enough ? put_output(w, err) : st;
}

enum vstatus
zwriter_settle(struct zwriter *w, struct verr *err)
{
	return flush(w, OUTPUT_ENOUGH, err);
}

enum vstatus
zwriter_flush(struct zwriter *w, struct verr *err)
{
	return flush(w, 0, err);
}

bool
zwriter_is_flushed(const struct zwriter *w)
{
	return w->n == 0 && !w->holds && w->n_out == 0;
}

static bool
compressor_init(struct zwriter *w, const struct zwriter_tuning *t)
{
	const struct {
		ZSTD_cParameter name;
		int value;
	} parameters[] = {
		{ZSTD_c_compressionLevel, t->level},
		{ZSTD_c_hashLog, t->hash_log},
		{ZSTD_c_windowLog, t->window_log},
		{ZSTD_c_minMatch, t->min_match},
		{ZSTD_c_checksumFlag, 1},
	};

	w->zstd = ZSTD_createCCtx();
	for (size_t i = 0; w->zstd && i < sizeof parameters / sizeof parameters[0]; i++)
		if (ZSTD_isError(ZSTD_CCtx_setParameter(
			    w->zstd, parameters[i].name, parameters[i].value)))
			return false;
	return w->zstd != NULL;
}

enum vstatus
zwriter_open(struct zwriter **out, const char *path, int level, struct verr *err)
{
	const struct zwriter_tuning t = {.level = level};

	return zwriter_open_tuned(out, path, &t, err);
}

enum vstatus
zwriter_open_tuned(
	struct zwriter **out, const char *path, const struct zwriter_tuning *t, struct verr *err)
{
	bool to_stdout = strcmp(path, "-") == 0;
	struct zwriter *w;
	int fd = STDOUT_FILENO;

	*out = NULL;
	if (!to_stdout)
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return verr_sys(err, "cannot create %s", path);
	w = xmalloc(sizeof *w);
	w->name = xstrdup(to_stdout ? "standard output" : path);
	w->fd = fd;
	w->failed = false;
	w->zstd = NULL;
	w->digest = t->digest;
	w->holds = false;
	w->n = 0;
	w->n_out = 0;
	if (slice_ends(slice_of(path), ".zst") && !compressor_init(w, t)) {
		w->failed = true;
		(void)zwriter_close(w, NULL);
		return verr_set(err, V_EIO, "cannot set the compressor up for %s", path);
	}
	*out = w;
	return V_OK;
}

enum vstatus
zwriter_close(struct zwriter *w, struct verr *err)
{
	enum vstatus st;

	if (w == NULL)
		return V_OK;
	st = w->failed ? already_failed(w, err) : put_gathered(w, ZSTD_e_end, err);
	if (st == V_OK)
		st = put_output(w, err);
	if (w->fd != STDOUT_FILENO && close(w->fd) != 0 && st == V_OK)
		st = verr_sys(err, "cannot close %s", w->name);
	(void)ZSTD_freeCCtx(w->zstd);
	free(w->name);
	free(w);
	return st;
}
