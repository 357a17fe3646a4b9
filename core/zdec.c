/*
 * zdec - plain, gzip and Zstandard decoding, and the rules about what may follow what.
 *
 * Source.  `in` holds file bytes [base, base + in_len) of which in_pos are used.  A source in
 * memory is one such piece that is never refilled.
 *
 * Zstandard (RFC 8878).  libzstd's streaming decoder decodes whole blocks of up to 128 KiB, and
 * when a block is bad it returns without saying how many bytes of the blocks before it went out
 * in the same call.  So each call gets no more input than one block or one block header, and what
 * the last call left undelivered is fetched with an empty input first: then a failing call never
 * carries good bytes, and a damaged file gives up everything in front of the damage.
 *
 * Frame headers and skippable frames are read here, for three reasons: garbage can be told from
 * damage, seek tables cost nothing, and the window, which is memory that the file asks for, meets
 * our limit first.
 *
 * A frame made with --long=31 asks for 2 GiB, yet most such files are small.  Its decoder gets a
 * window of 2^27 bytes instead, which changes nothing as long as the frame holds no more than
 * that, since no match can then reach farther back; at that size the frame is refused.
 *
 * gzip (RFC 1952).  Members follow each other; zeros up to the end (tape padding) are accepted,
 * anything else behind the last member is damage.
 *
 * Not done: dictionaries, the formats of Zstandard before 1.0, seeking.
 */
#include "core/zdec.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>
#include <zstd.h>

#include "core/alloc.h"
#include "core/bytes.h"

#define SOURCE_BYTES ((size_t)128 << 10) /* compressed input; one zstd block at least */
#define ZSTD_WINDOW_LOG 27
#define ZSTD_WINDOW_MAX_BYTES (UINT64_C(1) << ZSTD_WINDOW_LOG)
#define ZSTD_HEADER_MAX_BYTES 18 /* RFC 8878, 3.1.1: magic 4 + frame header 14 */
#define ZSTD_FRAME_MAGIC 0xfd2fb528u
#define ZSTD_SKIP_MAGIC 0x184d2a50u /* the lowest of sixteen */
#define ZSTD_SKIP_HEADER_BYTES 8
#define ZSTD_BLOCK_HEADER_BYTES 3
#define GZIP_WBITS (15 + 16) /* zlib: largest window, gzip wrapper */
#define CONTENT_UNKNOWN UINT64_MAX

struct zdec {
	int fd; /* -1 in memory */
	bool regular;
	bool eof;
	enum zio_format format;
	const uint8_t *in;
	uint8_t *buf; /* what `in` points to, unless in memory */
	size_t in_pos;
	size_t in_len;
	uint64_t base;
	bool inside; /* a frame or member has begun */

	ZSTD_DStream *zstd;
	size_t hint;        /* input that the decoder would like next */
	bool undelivered;   /* the last call filled the output; there may be more without input */
	uint64_t frame_out; /* bytes that this frame may still give */

	z_stream gz;
	bool gz_ready;
};

static size_t
in_left(const struct zdec *d)
{
	return d->in_len - d->in_pos;
}

static const uint8_t *
in_at(const struct zdec *d)
{
	return d->in + d->in_pos;
}

static enum vstatus
damage(const struct zdec *d, enum vstatus st, const char *what, struct verr *err)
{
	return verr_set(err, st, "compressed offset %" PRIu64 ": %s", d->base + d->in_pos, what);
}

static enum vstatus
read_some(struct zdec *d, uint8_t *to, size_t cap, size_t *got, struct verr *err)
{
	ssize_t n;

	do
		n = read(d->fd, to, cap);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return verr_sys(err, "cannot read at offset %" PRIu64, d->base + d->in_len);
	d->eof = n == 0;
	*got = (size_t)n;
	return V_OK;
}

/* Have n bytes of input (at most SOURCE_BYTES) in one piece; fewer only where the source ends. */
static enum vstatus
source_want(struct zdec *d, size_t n, struct verr *err)
{
	assert(n <= SOURCE_BYTES);
	if (in_left(d) >= n || d->eof)
		return V_OK;
	memmove(d->buf, in_at(d), in_left(d));
	d->base += d->in_pos;
	d->in_len -= d->in_pos;
	d->in_pos = 0;
	while (d->in_len < n && !d->eof) {
		size_t got;
		enum vstatus st =
			read_some(d, d->buf + d->in_len, SOURCE_BYTES - d->in_len, &got, err);

		if (st != V_OK)
			return st;
		d->in_len += got;
	}
	return V_OK;
}

/* Plain. */

static enum vstatus
plain_read(struct zdec *d, uint8_t *out, size_t cap, size_t *got, struct verr *err)
{
	size_t n = in_left(d) < cap ? in_left(d) : cap;
	enum vstatus st;

	if (n > 0) {
		memcpy(out, in_at(d), n);
		d->in_pos += n;
		*got = n;
		return V_OK;
	}
	if (d->eof)
		return V_END;
	d->base += d->in_len;
	d->in_pos = d->in_len = 0;
	st = read_some(d, out, cap, got, err);
	d->base += *got;
	return st != V_OK ? st : *got > 0 ? V_OK : V_END;
}

/* Zstandard. */

struct frame_header {
	size_t size_bytes; /* with the magic number */
	size_t window_at;  /* of the window descriptor; 0 when there is none */
	uint64_t window_bytes;
	uint64_t content_bytes; /* or CONTENT_UNKNOWN */
};

/* RFC 8878, 3.1.1.1.  False when p[n] ends inside the header. */
static bool
frame_header_parse(struct frame_header *h, const uint8_t *p, size_t n)
{
	static const uint8_t dict_bytes[] = {0, 1, 2, 4};
	static const uint8_t content_field_bytes[] = {0, 2, 4, 8};
	uint8_t descriptor = n > 4 ? p[4] : 0;
	bool single_segment = descriptor >> 5 & 1;
	size_t content_len = content_field_bytes[descriptor >> 6];
	size_t content_at = 5u + (single_segment ? 0 : 1) + dict_bytes[descriptor & 3];
	const uint8_t *content;

	if (single_segment && content_len == 0)
		content_len = 1;
	h->window_at = single_segment ? 0 : 5;
	h->size_bytes = content_at + content_len;
	if (n < h->size_bytes)
		return false;
	content = p + content_at;
	h->content_bytes = content_len == 0 ? CONTENT_UNKNOWN
		: content_len == 1          ? content[0]
		: content_len == 2          ? le16(content) + UINT64_C(256)
		: content_len == 4          ? le32(content)
					    : le64(content);
	h->window_bytes = h->content_bytes;
	if (!single_segment) {
		uint64_t base = UINT64_C(1) << (10 + (p[5] >> 3));

		h->window_bytes = base + base / 8 * (p[5] & 7);
	}
	return true;
}

/* Hand the header to libzstd, with a window that our limit allows. */
static enum vstatus
frame_start(struct zdec *d, const struct frame_header *h, struct verr *err)
{
	uint8_t header[ZSTD_HEADER_MAX_BYTES];
	ZSTD_inBuffer ib = {header, h->size_bytes, 0};
	ZSTD_outBuffer ob = {NULL, 0, 0};
	size_t r;

	memcpy(header, in_at(d), h->size_bytes);
	d->frame_out = UINT64_MAX;
	if (h->window_bytes > ZSTD_WINDOW_MAX_BYTES) {
		if (h->window_at == 0 ||
			(h->content_bytes != CONTENT_UNKNOWN &&
				h->content_bytes > ZSTD_WINDOW_MAX_BYTES))
			return damage(d, V_ELIMIT,
				"this Zstandard frame needs a window of more than 128 MiB; "
				"recompress it without --long or --ultra",
				err);
		header[h->window_at] = (ZSTD_WINDOW_LOG - 10) << 3;
		d->frame_out = ZSTD_WINDOW_MAX_BYTES;
	}
	r = ZSTD_DCtx_reset(d->zstd, ZSTD_reset_session_only);
	if (!ZSTD_isError(r))
		r = ZSTD_decompressStream(d->zstd, &ob, &ib);
	if (ZSTD_isError(r))
		return damage(d, V_EFORMAT, ZSTD_getErrorName(r), err);
	d->in_pos += h->size_bytes;
	d->hint = r;
	d->undelivered = false;
	d->inside = true;
	return V_OK;
}

static enum vstatus
frame_skip(struct zdec *d, struct verr *err)
{
	uint64_t left;

	if (in_left(d) < ZSTD_SKIP_HEADER_BYTES)
		return damage(d, V_EFORMAT, "cut short in a skippable frame", err);
	left = ZSTD_SKIP_HEADER_BYTES + (uint64_t)le32(in_at(d) + 4);
	for (;;) {
		size_t n = in_left(d) < left ? in_left(d) : (size_t)left;
		enum vstatus st;

		d->in_pos += n;
		left -= n;
		if (left == 0)
			return V_OK;
		st = source_want(d, 1, err);
		if (st != V_OK)
			return st;
		if (in_left(d) == 0)
			return damage(d, V_EFORMAT, "cut short in a skippable frame", err);
	}
}

/* Between frames: pass over skippable ones, start the next real one, or V_END. */
static enum vstatus
frame_begin(struct zdec *d, struct verr *err)
{
	struct frame_header h;
	uint32_t magic;
	enum vstatus st = source_want(d, ZSTD_HEADER_MAX_BYTES, err);

	if (st != V_OK)
		return st;
	if (in_left(d) == 0)
		return V_END;
	magic = in_left(d) < 4 ? 0 : le32(in_at(d));
	if ((magic & ~15u) == ZSTD_SKIP_MAGIC)
		return frame_skip(d, err);
	if (magic != ZSTD_FRAME_MAGIC)
		return damage(d, V_EFORMAT, "garbage behind the last Zstandard frame", err);
	if (!frame_header_parse(&h, in_at(d), in_left(d)))
		return damage(d, V_EFORMAT, "cut short in a Zstandard frame header", err);
	return frame_start(d, &h, err);
}

/*
 * Input for one call: one block, or one header.  The hint for a block has the next block's header
 * in it, which may be the bad one; if it was the last block, its rest follows in the next call.
 */
static size_t
frame_feed(const struct zdec *d)
{
	size_t n = d->hint;

	if (d->undelivered)
		return 0;
	if (n > ZSTD_BLOCK_HEADER_BYTES)
		n -= ZSTD_BLOCK_HEADER_BYTES;
	return n < in_left(d) ? n : in_left(d);
}

static enum vstatus
frame_step(struct zdec *d, uint8_t *out, size_t cap, size_t *got, struct verr *err)
{
	ZSTD_inBuffer ib = {in_at(d), frame_feed(d), 0};
	ZSTD_outBuffer ob = {out, cap, *got};
	size_t r;

	if (in_left(d) == 0 && !d->undelivered)
		return damage(d, V_EFORMAT, "cut short in a Zstandard frame", err);
	r = ZSTD_decompressStream(d->zstd, &ob, &ib);
	if (ZSTD_isError(r))
		return damage(d, V_EFORMAT, ZSTD_getErrorName(r), err);
	if (ob.pos - *got > d->frame_out)
		return damage(d, V_ELIMIT,
			"a Zstandard frame made with --long=31 holds more than 128 MiB; "
			"recompress it without --long",
			err);
	d->in_pos += ib.pos;
	d->frame_out -= ob.pos - *got;
	d->undelivered = ob.pos == ob.size;
	d->hint = r;
	d->inside = r != 0;
	*got = ob.pos;
	return V_OK;
}

/* gzip. */

/* Between members: begin the next, or V_END at the end and at padding up to the end. */
static enum vstatus
member_begin(struct zdec *d, struct verr *err)
{
	enum vstatus st = source_want(d, 2, err);

	if (st == V_OK && in_left(d) >= 2 && in_at(d)[0] == 0x1f && in_at(d)[1] == 0x8b) {
		if (inflateReset(&d->gz) != Z_OK)
			return damage(d, V_EIO, "zlib cannot be reset", err);
		d->inside = true;
		return V_OK;
	}
	while (st == V_OK && in_left(d) > 0) {
		if (*in_at(d) != 0)
			return damage(d, V_EFORMAT, "garbage behind the last gzip member", err);
		d->in_pos++;
		st = source_want(d, 1, err);
	}
	return st == V_OK ? V_END : st;
}

static enum vstatus
member_step(struct zdec *d, uint8_t *out, size_t cap, size_t *got, struct verr *err)
{
	size_t feed = in_left(d) < SOURCE_BYTES ? in_left(d) : SOURCE_BYTES;
	uint8_t *in = NULL;
	int r;

	if (feed == 0 && !d->undelivered)
		return damage(d, V_EFORMAT, "cut short in a gzip member", err);
	memcpy(&in, &(const uint8_t *){in_at(d)}, sizeof in); /* next_in lacks a const */
	d->gz.next_in = in;
	d->gz.avail_in = (uInt)feed;
	d->gz.next_out = out + *got;
	d->gz.avail_out = (uInt)(cap - *got);
	r = inflate(&d->gz, Z_NO_FLUSH);
	d->in_pos += feed - d->gz.avail_in;
	*got = cap - d->gz.avail_out;
	d->undelivered = d->gz.avail_out == 0;
	if (r == Z_STREAM_END)
		d->inside = false;
	else if (r == Z_MEM_ERROR)
		return damage(d, V_EIO, "out of memory in zlib", err);
	else if (r != Z_OK && r != Z_BUF_ERROR)
		return damage(d, V_EFORMAT, d->gz.msg ? d->gz.msg : "gzip data are damaged", err);
	return V_OK;
}

/* The two compressed formats: what begins a frame or member, and one call of its decoder. */
static const struct decoder {
	enum vstatus (*begin)(struct zdec *d, struct verr *err);
	enum vstatus (*step)(
		struct zdec *d, uint8_t *out, size_t cap, size_t *got, struct verr *err);
} decoders[] = {
	[ZIO_GZIP] = {member_begin, member_step},
	[ZIO_ZSTD] = {frame_begin, frame_step},
};

static enum vstatus
compressed_read(struct zdec *d, uint8_t *out, size_t cap, size_t *got, struct verr *err)
{
	const struct decoder *f = &decoders[d->format];
	enum vstatus st = V_OK;

	while (st == V_OK && *got < cap) {
		if (in_left(d) == 0 && !(d->inside && d->undelivered)) {
			if (*got > 0 && !d->eof)
				return V_OK;
			st = source_want(d, 1, err);
			if (st != V_OK)
				return st;
		}
		st = d->inside ? f->step(d, out, cap, got, err) : f->begin(d, err);
	}
	return st;
}

enum vstatus
zdec_read(struct zdec *d, uint8_t *out, size_t cap, size_t *got, struct verr *err)
{
	assert(cap <= UINT32_MAX); /* zlib counts in 32 bits */
	*got = 0;
	return d->format == ZIO_PLAIN ? plain_read(d, out, cap, got, err)
				      : compressed_read(d, out, cap, got, err);
}

/* Opening. */

static enum zio_format
format_of(const uint8_t *p, size_t n)
{
	if (n >= 4 && (le32(p) == ZSTD_FRAME_MAGIC || (le32(p) & ~15u) == ZSTD_SKIP_MAGIC))
		return ZIO_ZSTD;
	if (n >= 3 && p[0] == 0x1f && p[1] == 0x8b && p[2] == 8)
		return ZIO_GZIP;
	return ZIO_PLAIN;
}

static enum vstatus
decoder_init(struct zdec *d, struct verr *err)
{
	d->format = format_of(in_at(d), in_left(d));
	if (d->format == ZIO_ZSTD) {
		d->zstd = ZSTD_createDStream();
		if (d->zstd == NULL)
			return verr_set(err, V_EIO, "out of memory in libzstd");
	} else if (d->format == ZIO_GZIP) {
		if (inflateInit2(&d->gz, GZIP_WBITS) != Z_OK)
			return verr_set(err, V_EIO, "out of memory in zlib");
		d->gz_ready = true;
	}
	return V_OK;
}

static enum vstatus
source_open(struct zdec *d, const char *path, struct verr *err)
{
	struct stat s;

	d->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (d->fd < 0)
		return verr_sys(err, "cannot open");
	if (fstat(d->fd, &s) != 0)
		return verr_sys(err, "cannot stat");
	d->regular = S_ISREG(s.st_mode);
	d->buf = xmalloc(SOURCE_BYTES);
	d->in = d->buf;
	return source_want(d, 4, err);
}

enum vstatus
zdec_open(struct zdec **out, const char *path, struct verr *err)
{
	struct zdec *d = xcalloc(1, sizeof *d);
	enum vstatus st = source_open(d, path, err);

	if (st == V_OK)
		st = decoder_init(d, err);
	if (st == V_OK) {
		*out = d;
		return V_OK;
	}
	verr_ctx(err, "%s", strcmp(path, "-") == 0 ? "standard input" : path);
	zdec_close(d);
	*out = NULL;
	return st;
}

enum vstatus
zdec_open_mem(struct zdec **out, const void *data, size_t len, struct verr *err)
{
	struct zdec *d = xcalloc(1, sizeof *d);
	enum vstatus st;

	*out = NULL;
	d->fd = -1;
	d->in = data;
	d->in_len = len;
	d->eof = true;
	st = decoder_init(d, err);
	if (st != V_OK)
		zdec_close(d);
	else
		*out = d;
	return st;
}

void
zdec_close(struct zdec *d)
{
	if (d == NULL)
		return;
	if (d->fd > STDIN_FILENO)
		(void)close(d->fd);
	if (d->gz_ready)
		(void)inflateEnd(&d->gz);
	(void)ZSTD_freeDStream(d->zstd);
	free(d->buf);
	free(d);
}

enum zio_format
zdec_format(const struct zdec *d)
{
	return d->format;
}

bool
zdec_is_regular(const struct zdec *d)
{
	return d->regular;
}
