/*
 * file - whole files in and out, and their digests.  Paths and directories are in file_dirs.c.
 *
 * Files get their final name only when they are complete: the bytes go to a temporary name in
 * the same directory (".NAME.PID-N.tmp"), which rename() then moves over the old file.  A reader
 * sees the old or the new file, and a program that dies leaves the old one.  Nothing is forced to
 * the disk with fsync(): many small files are written in a row, and what a power failure takes
 * away can be computed again.  What is no regular file (/dev/null, a pipe) is written to
 * directly, because rename() would replace the device; a symbolic link is resolved first, so
 * that the link stays a link.
 */
#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/alloc.h"
#include "core/digest.h"
#include "core/str.h"
#include "core/zio.h"

#define COPY_BLOCK_BYTES ((size_t)256 << 10)
#define TEMPORARY_TRIES 100

static enum vstatus
fail_too_large(struct verr *err)
{
	return verr_set(err, V_ELIMIT, "larger than %zu MiB", FILE_SLURP_MAX_BYTES >> 20);
}

/* Everything that the reader gives, up to the limit, appended to *out. */
static enum vstatus
read_all(struct strbuf *out, struct zreader *z, struct verr *err)
{
	for (;;) {
		enum vstatus st = zreader_need(z, 1, err);
		size_t n = (size_t)(z->end - z->pos);

		if (st != V_OK)
			return st == V_END ? V_OK : st;
		if (n > FILE_SLURP_MAX_BYTES - out->n)
			return fail_too_large(err);
		strbuf_add(out, z->pos, n);
		z->pos += n;
	}
}

/* Too large on the disk already: no need to read 256 MiB to find that out. */
static bool
is_hopeless(const char *path)
{
	struct stat sb;

	return stat(path, &sb) == 0 && S_ISREG(sb.st_mode) &&
		(uintmax_t)sb.st_size > FILE_SLURP_MAX_BYTES;
}

enum vstatus
file_slurp(char **text, size_t *len, const char *path, struct verr *err)
{
	struct zreader z;
	struct strbuf all;
	enum vstatus st;

	*text = NULL;
	*len = 0;
	st = zreader_open(&z, path, ZIO_INLINE, err);
	if (st != V_OK)
		return st;
	strbuf_init(&all);
	st = is_hopeless(path) ? fail_too_large(err) : read_all(&all, &z, err);
	zreader_close(&z);
	if (st != V_OK) {
		strbuf_release(&all);
		verr_ctx(err, "%s", strcmp(path, "-") == 0 ? "standard input" : path);
		return st;
	}
	*len = all.n;
	*text = strbuf_detach(&all);
	return V_OK;
}

enum vstatus
file_head(char *head, size_t *len, size_t max, const char *path, struct verr *err)
{
	struct zreader z;
	enum vstatus st = zreader_open(&z, path, ZIO_INLINE, err);

	*len = 0;
	if (st != V_OK)
		return st;
	st = zreader_need(&z, max, err);
	*len = (size_t)(z.end - z.pos) < max ? (size_t)(z.end - z.pos) : max;
	memcpy(head, z.pos, *len);
	zreader_close(&z);
	if (st == V_OK || st == V_END)
		return V_OK;
	verr_ctx(err, "%s", path);
	return st;
}

/* A file that is being written: under `temporary` until outfile_finish(). */
struct outfile {
	char *target;
	char *temporary; /* NULL when target is written to directly */
	int fd;
};

static char *
temporary_name(const char *target)
{
	static atomic_uint serial;
	char *dir = file_dir(target);
	char *base = file_base(target);
	char *name =
		xasprintf(".%s.%ld-%u.tmp", base, (long)getpid(), atomic_fetch_add(&serial, 1));
	char *path = file_join(dir, name);

	free(dir);
	free(base);
	free(name);
	return path;
}

static enum vstatus
outfile_open_temporary(struct outfile *o)
{
	int tries;

	for (tries = 0; tries < TEMPORARY_TRIES; tries++) {
		o->temporary = temporary_name(o->target);
		o->fd = open(o->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (o->fd >= 0)
			return V_OK;
		free(o->temporary);
		o->temporary = NULL;
		if (errno != EEXIST) /* left by a killed program with the same pid */
			break;
	}
	return V_EIO;
}

static enum vstatus
outfile_open(struct outfile *o, const char *path, struct verr *err)
{
	char *resolved = realpath(path, NULL);
	struct stat sb;

	*o = (struct outfile){.fd = -1, .target = resolved ? resolved : xstrdup(path)};
	if (stat(o->target, &sb) == 0 && !S_ISREG(sb.st_mode))
		o->fd = open(o->target, O_WRONLY | O_CLOEXEC);
	else
		outfile_open_temporary(o);
	if (o->fd >= 0)
		return V_OK;
	verr_sys(err, "cannot write %s", path);
	free(o->target);
	return V_EIO;
}

static enum vstatus
outfile_write(struct outfile *o, const void *data, size_t len, struct verr *err)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(o->fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return verr_sys(err, "cannot write %s", o->target);
		p += n;
		len -= (size_t)n;
	}
	return V_OK;
}

/* Close, and on success so far give the file its name; else remove what was written. */
static enum vstatus
outfile_finish(struct outfile *o, enum vstatus st, struct verr *err)
{
	if (close(o->fd) != 0 && st == V_OK)
		st = verr_sys(err, "cannot write %s", o->target);
	if (st == V_OK && o->temporary && rename(o->temporary, o->target) != 0)
		st = verr_sys(err, "cannot rename %s to %s", o->temporary, o->target);
	if (st != V_OK && o->temporary)
		unlink(o->temporary);
	free(o->temporary);
	free(o->target);
	return st;
}

enum vstatus
file_write_atomic(const char *path, const void *data, size_t len, struct verr *err)
{
	struct outfile o;
	enum vstatus st = outfile_open(&o, path, err);

	if (st != V_OK)
		return st;
	st = outfile_write(&o, data, len, err);
	return outfile_finish(&o, st, err);
}

/* What each_block() calls for every block that it read. */
typedef enum vstatus (*block_fn)(void *arg, const void *data, size_t len, struct verr *err);

static enum vstatus
read_blocks(int fd, const char *path, block_fn use, void *arg, struct verr *err)
{
	char *block = xmalloc(COPY_BLOCK_BYTES);
	enum vstatus st = V_OK;

	while (st == V_OK) {
		ssize_t n = read(fd, block, COPY_BLOCK_BYTES);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			st = verr_sys(err, "cannot read %s", path);
		else if (n == 0)
			break;
		else
			st = use(arg, block, (size_t)n, err);
	}
	free(block);
	return st;
}

/* Hand the raw bytes of a file to `use`, block after block. */
static enum vstatus
each_block(const char *path, block_fn use, void *arg, struct verr *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum vstatus st;

	if (fd < 0)
		return verr_sys(err, "cannot open %s", path);
	st = read_blocks(fd, path, use, arg, err);
	close(fd);
	return st;
}

static enum vstatus
write_block(void *arg, const void *data, size_t len, struct verr *err)
{
	return outfile_write(arg, data, len, err);
}

enum vstatus
file_copy(const char *from, const char *to, struct verr *err)
{
	struct outfile o;
	enum vstatus st = outfile_open(&o, to, err);

	if (st != V_OK)
		return st;
	st = each_block(from, write_block, &o, err);
	return outfile_finish(&o, st, err);
}

static enum vstatus
digest_block(void *arg, const void *data, size_t len, struct verr *err)
{
	(void)err;
	digest_add(arg, data, len);
	return V_OK;
}

enum vstatus
file_sha256(char hex[SHA256_HEX_SIZE], const char *path, struct verr *err)
{
	struct digest d;
	enum vstatus st;

	digest_init(&d);
	st = each_block(path, digest_block, &d, err);
	if (st == V_OK)
		digest_end(&d, hex);
	return st;
}

/* Why the first out_write() failed: a stream remembers that, but not why. */
static int out_errno;

void
out_write(FILE *f, const void *data, size_t n)
{
	if (fwrite(data, 1, n, f) < n && out_errno == 0)
		out_errno = errno;
}

enum vstatus
out_check(FILE *f, const char *name, struct verr *err)
{
	errno = 0;
	if (fflush(f) == 0 && !ferror(f))
		return V_OK;
	if (errno == 0)
		errno = out_errno;
	if (errno == 0) /* an earlier write failed, its reason is gone */
		return verr_set(err, V_EIO, "cannot write %s", name);
	return verr_sys(err, "cannot write %s", name);
}
