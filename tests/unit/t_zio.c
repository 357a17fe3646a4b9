/*
 * zio: streams of frames and members written byte by byte after RFC 8878 and RFC 1952, cut and
 * damaged, and larger ones made by libzstd and zlib.  Expected contents are what was put in.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>
#include <zstd.h>

#include "core/alloc.h"
#include "core/zio.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define MIB ((size_t)1 << 20)

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature) /* clang */
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Read everything; returns the status that ended it. */
static enum vstatus
drain(struct zreader *z, uint8_t *out, size_t cap, size_t *n, struct verr *err)
{
	enum vstatus st;

	*n = 0;
	while ((st = zreader_need(z, 1, err)) == V_OK) {
		size_t got = (size_t)(z->end - z->pos);

		assert_true(got <= cap - *n);
		memcpy(out + *n, z->pos, got);
		*n += got;
		z->pos += got;
	}
	return st;
}

/*
 * Zstandard, RFC 8878: magic, descriptor 0x00 (no checksum, no size, window descriptor follows),
 * window 0x00 (1 KiB), then blocks: 3 bytes little-endian, last + 2 * type + 8 * size.
 */
#define Z_HEAD "\x28\xb5\x2f\xfd\x00\x00"
#define Z_RAW_LAST "\x29\x00\x00" /* raw, 5 bytes, last */
#define Z_HELLO Z_HEAD Z_RAW_LAST "hello"
#define Z_SKIP "\x5e\x2a\x4d\x18\x03\x00\x00\x00sky"
/* printf hello | gzip -n; printf ' you' | gzip -n; with gzip 1.12 */
#define G_HELLO                                                                                \
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36" \
	"\x05\x00\x00\x00"

#define STREAM(s) (s), sizeof(s) - 1

static const struct {
	const char *name;
	const char *bytes;
	size_t len;
	enum zio_format format;
	const char *content;
	enum vstatus st;
	const char *message; /* a part of it */
} streams[] = {
	{"empty", STREAM(""), ZIO_PLAIN, "", V_END, NULL},
	{"plain", STREAM("hello"), ZIO_PLAIN, "hello", V_END, NULL},
	{"frame", STREAM(Z_HELLO), ZIO_ZSTD, "hello", V_END, NULL},
	{"two frames", STREAM(Z_HELLO Z_HELLO), ZIO_ZSTD, "hellohello", V_END, NULL},
	{"run-length block", STREAM(Z_HEAD "\x23\x00\x00x"), ZIO_ZSTD, "xxxx", V_END, NULL},
	{"skippable first", STREAM(Z_SKIP Z_HELLO), ZIO_ZSTD, "hello", V_END, NULL},
	{"skippable last", STREAM(Z_HELLO Z_SKIP), ZIO_ZSTD, "hello", V_END, NULL},
	{"skippable between", STREAM(Z_HELLO Z_SKIP Z_HELLO), ZIO_ZSTD, "hellohello", V_END, NULL},
	{"nothing but skippable", STREAM(Z_SKIP), ZIO_ZSTD, "", V_END, NULL},
	{"skippable cut", STREAM(Z_HELLO "\x5e\x2a\x4d\x18\x09\x00\x00\x00sky"), ZIO_ZSTD, "hello",
		V_EFORMAT, "offset 25: cut short in a skippable"},
	{"skippable of 4 GiB", STREAM(Z_HELLO "\x5e\x2a\x4d\x18\xff\xff\xff\xff"), ZIO_ZSTD,
		"hello", V_EFORMAT, "cut short in a skippable"},
	{"garbage behind", STREAM(Z_HELLO "garbage"), ZIO_ZSTD, "hello", V_EFORMAT,
		"offset 14: garbage"},
	{"one byte behind", STREAM(Z_HELLO "\0"), ZIO_ZSTD, "hello", V_EFORMAT,
		"offset 14: garbage"},
	{"second header cut", STREAM(Z_HELLO "\x28\xb5\x2f\xfd\x00"), ZIO_ZSTD, "hello", V_EFORMAT,
		"cut short in a Zstandard frame header"},
	{"reserved bit", STREAM("\x28\xb5\x2f\xfd\x08\x00" Z_RAW_LAST "hello"), ZIO_ZSTD, "",
		V_EFORMAT, "offset 0"},
	{"reserved block type",
		STREAM(Z_HEAD "\x20\x00\x00"
			      "abcd"
			      "\x2f\x00\x00hello"),
		ZIO_ZSTD, "abcd", V_EFORMAT, "compressed offset"},
	/* zstd --check ends this frame with a3 6d 9f 88 */
	{"checksum", STREAM("\x28\xb5\x2f\xfd\x04\x00" Z_RAW_LAST "hello\0\0\0\0"), ZIO_ZSTD,
		"hello", V_EFORMAT, "checksum"},
	{"checksum cut", STREAM("\x28\xb5\x2f\xfd\x04\x00" Z_RAW_LAST "hello\0\0"), ZIO_ZSTD,
		"hello", V_EFORMAT, "cut short"},
	{"member", STREAM(G_HELLO), ZIO_GZIP, "hello", V_END, NULL},
	{"two members", STREAM(G_HELLO G_HELLO), ZIO_GZIP, "hellohello", V_END, NULL},
	{"zero padding", STREAM(G_HELLO "\0\0\0\0\0"), ZIO_GZIP, "hello", V_END, NULL},
	{"not only zeros", STREAM(G_HELLO "\0\0x"), ZIO_GZIP, "hello", V_EFORMAT,
		"offset 27: garbage"},
	{"gzip garbage", STREAM(G_HELLO "tail"), ZIO_GZIP, "hello", V_EFORMAT,
		"offset 25: garbage"},
	{"half a magic", STREAM(G_HELLO "\x1f"), ZIO_GZIP, "hello", V_EFORMAT, "garbage"},
};

static void
test_streams(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LEN(streams); i++) {
		struct zreader z;
		struct verr err = {""};
		uint8_t out[64];
		size_t n;

		print_message("  %s\n", streams[i].name);
		assert_int_equal(
			zreader_open_mem(&z, streams[i].bytes, streams[i].len, &err), V_OK);
		assert_int_equal(zreader_format(&z), streams[i].format);
		assert_int_equal(drain(&z, out, sizeof out, &n, &err), streams[i].st);
		assert_int_equal(n, strlen(streams[i].content));
		assert_memory_equal(out, streams[i].content, n);
		assert_int_equal(zreader_offset(&z), n);
		if (streams[i].message)
			assert_non_null(strstr(err.msg, streams[i].message));
		else
			assert_string_equal(err.msg, "");
		/* The outcome stays. */
		assert_int_equal(zreader_need(&z, 1, &err), streams[i].st);
		zreader_close(&z);
	}
}

/* A frame of 100 raw blocks of 10 bytes: a cut gives up just the whole blocks before it. */
static void
test_cut_anywhere(void **state)
{
	uint8_t file[6 + 100 * 13];
	size_t len = 6, cut, i;

	(void)state;
	memcpy(file, Z_HEAD, 6);
	for (i = 0; i < 100; i++) {
		const uint8_t head[3] = {(uint8_t)(10 << 3 | (i == 99)), 0, 0};

		memcpy(file + len, head, 3);
		memset(file + len + 3, (int)('a' + i % 26), 10);
		len += 13;
	}
	for (cut = 6; cut <= len; cut++) {
		struct zreader z;
		struct verr err = {""};
		uint8_t out[1000];
		size_t n;
		enum vstatus st;

		assert_int_equal(zreader_open_mem(&z, file, cut, &err), V_OK);
		st = drain(&z, out, sizeof out, &n, &err);
		assert_int_equal(st, cut == len ? V_END : V_EFORMAT);
		assert_true(st == V_END || err.msg[0] != '\0');
		/* libzstd may hand a raw block's bytes out before it is complete */
		assert_true(n >= (cut - 6) / 13 * 10 && n <= (cut - 6 + 10) / 13 * 10 + 10);
		for (i = 0; i < n; i++)
			assert_int_equal(out[i], 'a' + i / 10 % 26);
		zreader_close(&z);
	}
}

static uint8_t
pattern(size_t i)
{
	return (uint8_t)(((uint32_t)(i >> 2) * 2654435761u) >> 24 & 0x3f);
}

static uint8_t *
pattern_new(size_t n)
{
	uint8_t *p = malloc(n);
	size_t i;

	assert_non_null(p);
	for (i = 0; i < n; i++)
		p[i] = pattern(i);
	return p;
}

static void
file_put(const char *path, const void *data, size_t len)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void *
file_get(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *p;

	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	*len = (size_t)ftell(f);
	rewind(f);
	p = malloc(*len + 1);
	assert_int_equal(fread(p, 1, *len, f), *len);
	fclose(f);
	return p;
}

struct files {
	char dir[64];
	char *path[3]; /* plain, gzip, zstd */
	char *scratch;
	uint8_t *data;
	size_t len;
};

static int
files_open(void **state)
{
	struct files *f = calloc(1, sizeof *f);
	static const char *const names[] = {"plain", "gzip", "zstd"};
	uLongf zlen;
	uint8_t *packed;
	gzFile g;
	int i;

	f->len = 20 * MIB + 12345;
	f->data = pattern_new(f->len);
	strcpy(f->dir, "/tmp/t_zio.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	for (i = 0; i < 3; i++)
		f->path[i] = xasprintf("%s/%s", f->dir, names[i]);
	f->scratch = xasprintf("%s/scratch.zst", f->dir);
	file_put(f->path[ZIO_PLAIN], f->data, f->len);
	g = gzopen(f->path[ZIO_GZIP], "wb1");
	assert_int_equal(gzwrite(g, f->data, (unsigned)f->len), (int)f->len);
	assert_int_equal(gzclose(g), Z_OK);
	packed = malloc(ZSTD_compressBound(f->len));
	zlen = ZSTD_compress(packed, ZSTD_compressBound(f->len), f->data, f->len, 1);
	assert_false(ZSTD_isError(zlen));
	file_put(f->path[ZIO_ZSTD], packed, zlen);
	free(packed);
	*state = f;
	return 0;
}

static int
files_close(void **state)
{
	struct files *f = *state;
	int i;

	for (i = 0; i < 3; i++) {
		unlink(f->path[i]);
		free(f->path[i]);
	}
	unlink(f->scratch);
	free(f->scratch);
	rmdir(f->dir);
	free(f->data);
	free(f);
	return 0;
}

/* Pieces of many sizes, smaller and larger than blocks and headroom, from every kind of source. */
static void
need_pieces(const struct files *f, enum zio_format format, enum zio_mode mode)
{
	static const size_t sizes[] = {1, 16, 1514, 65551, 131072, 131073, 262144, 262145, 400000,
		7, 1048576, 5000000, 3, ZIO_NEED_MAX_BYTES, 16};
	struct zreader z;
	struct verr err = {""};
	size_t at = 0, i = 0;

	assert_int_equal(zreader_open(&z, f->path[format], mode, &err), V_OK);
	assert_int_equal(zreader_format(&z), format);
	for (;;) {
		/* Most steps take half of what was asked for: the rest must be carried over. */
		size_t n = sizes[i % LEN(sizes)];
		size_t step = i % 3 ? (n + 1) / 2 : n;
		enum vstatus st = zreader_need(&z, n, &err);
		size_t have = (size_t)(z.end - z.pos);

		assert_int_equal(zreader_offset(&z), at);
		if (st != V_OK) {
			assert_int_equal(st, V_END);
			assert_int_equal(at + have, f->len);
			assert_memory_equal(z.pos, f->data + at, have);
			break;
		}
		assert_true(have >= n);
		assert_memory_equal(z.pos, f->data + at, n);
		z.pos += step;
		at += step;
		i++;
	}
	assert_int_equal(zreader_need(&z, ZIO_NEED_MAX_BYTES + 1, &err), V_ELIMIT);
	zreader_close(&z);
}

static void
test_need(void **state)
{
	int format;

	for (format = ZIO_PLAIN; format <= ZIO_ZSTD; format++) {
		need_pieces(*state, (enum zio_format)format, ZIO_INLINE);
		need_pieces(*state, (enum zio_format)format, ZIO_AHEAD);
	}
}

static void
test_skip(void **state)
{
	const struct files *f = *state;
	int mode;

	for (mode = ZIO_INLINE; mode <= ZIO_AHEAD; mode++) {
		struct zreader z;
		struct verr err = {""};

		assert_int_equal(
			zreader_open(&z, f->path[ZIO_ZSTD], (enum zio_mode)mode, &err), V_OK);
		assert_int_equal(zreader_skip(&z, 10 * MIB + 7, &err), V_OK);
		assert_int_equal(zreader_offset(&z), 10 * MIB + 7);
		assert_int_equal(zreader_need(&z, 1, &err), V_OK);
		assert_int_equal(*z.pos, pattern(10 * MIB + 7));
		assert_int_equal(zreader_skip(&z, 0, &err), V_OK);
		assert_int_equal(zreader_skip(&z, UINT64_MAX, &err), V_END);
		assert_int_equal(zreader_offset(&z), f->len);
		zreader_close(&z);
	}
}

/* Closing with a worker that has far to go, at various moments. */
static void
test_close_early(void **state)
{
	const struct files *f = *state;
	int i;

	for (i = 0; i < 50; i++) {
		struct zreader z;

		assert_int_equal(zreader_open(&z, f->path[ZIO_ZSTD], ZIO_AHEAD, NULL), V_OK);
		assert_int_equal(zreader_skip(&z, (uint64_t)i * 100000, NULL), V_OK);
		zreader_close(&z);
		zreader_close(&z); /* harmless */
	}
}

/* A cut file read ahead: the same bytes and message as inline. */
static void
test_cut_ahead(void **state)
{
	const struct files *f = *state;
	size_t len, n[2];
	void *packed = file_get(f->path[ZIO_ZSTD], &len);
	struct verr err[2] = {{""}, {""}};
	uint8_t *out = malloc(f->len);
	ZSTD_DStream *oracle = ZSTD_createDStream();
	ZSTD_inBuffer ib = {packed, len / 2, 0};
	ZSTD_outBuffer ob = {out, f->len, 0};
	int mode;

	while (ib.pos < ib.size)
		assert_false(ZSTD_isError(ZSTD_decompressStream(oracle, &ob, &ib)));
	ZSTD_freeDStream(oracle);
	file_put(f->scratch, packed, len / 2);
	for (mode = ZIO_INLINE; mode <= ZIO_AHEAD; mode++) {
		struct zreader z;

		assert_int_equal(zreader_open(&z, f->scratch, (enum zio_mode)mode, NULL), V_OK);
		assert_int_equal(drain(&z, out, f->len, &n[mode], &err[mode]), V_EFORMAT);
		assert_memory_equal(out, f->data, n[mode]);
		zreader_close(&z);
	}
	assert_int_equal(n[0], ob.pos);
	assert_int_equal(n[1], ob.pos);
	assert_string_equal(err[0].msg, err[1].msg);
	free(out);
	free(packed);
}

static void
test_open_failures(void **state)
{
	struct zreader z;
	struct verr err = {""};

	(void)state;
	assert_int_equal(zreader_open(&z, "/nonexistent/x.zst", ZIO_AHEAD, &err), V_EIO);
	assert_non_null(strstr(err.msg, "/nonexistent/x.zst: "));
	assert_int_equal(zreader_open(&z, "/tmp", ZIO_INLINE, &err), V_EIO);
	assert_non_null(strstr(err.msg, "/tmp: "));
	zreader_close(&z);
}

static void
test_standard_input(void **state)
{
	const struct files *f = *state;
	int saved = dup(STDIN_FILENO);
	int fd = open(f->path[ZIO_ZSTD], O_RDONLY);
	struct zreader z;
	uint8_t *out = malloc(f->len);
	size_t n;

	assert_true(saved >= 0 && fd >= 0);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(zreader_open(&z, "-", ZIO_AHEAD, NULL), V_OK);
	assert_int_equal(drain(&z, out, f->len, &n, NULL), V_END);
	assert_int_equal(n, f->len);
	assert_memory_equal(out, f->data, n);
	zreader_close(&z);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO); /* still open before */
	close(saved);
	close(fd);
	free(out);
}

/* n run-length blocks of 128 KiB behind a given frame header; four bytes each. */
static uint8_t *
bomb_new(const void *header, size_t header_len, size_t n, size_t *len)
{
	uint8_t *p = malloc(header_len + 4 * n);
	size_t i;

	memcpy(p, header, header_len);
	for (i = 0; i < n; i++) {
		uint32_t head = (128u << 10) << 3 | 1 << 1 | (i == n - 1);
		const uint8_t block[4] = {
			(uint8_t)head, (uint8_t)(head >> 8), (uint8_t)(head >> 16), 0};

		memcpy(p + header_len + 4 * i, block, 4);
	}
	*len = header_len + 4 * n;
	return p;
}

/* 0 where a sanitizer's own memory would be measured. */
static long
peak_kib(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return SANITIZED ? 0 : u.ru_maxrss;
}

/* 1 GiB out of 32 KiB, window 2 MiB (descriptor 11 << 3): memory stays. */
static void
test_bomb(void **state)
{
	size_t len;
	uint8_t *file = bomb_new("\x28\xb5\x2f\xfd\x00\x58", 6, 8192, &len);
	struct zreader z;
	struct verr err = {""};
	long before = peak_kib();

	(void)state;
	assert_int_equal(zreader_open_mem(&z, file, len, &err), V_OK);
	assert_int_equal(zreader_skip(&z, UINT64_C(1) << 30, &err), V_OK);
	assert_int_equal(zreader_need(&z, 1, &err), V_END);
	assert_true(peak_kib() - before < 16 << 10);
	zreader_close(&z);
	free(file);
}

/*
 * Windows.  Descriptor byte (RFC 8878, 3.1.1.1.2): log2 minus 10 in the upper five bits, eighths
 * to add in the lower three; 0x88 is 2^27, 0xa8 is 2^31.  Frame_Content_Size of 8 bytes with
 * descriptor 0xc0, single segment 0x20.
 */
static const struct {
	const char *name;
	const char *header;
	size_t header_len;
	size_t blocks; /* of 128 KiB */
	enum vstatus st;
	size_t content_blocks;
} windows[] = {
	{"2^27", STREAM("\x28\xb5\x2f\xfd\x00\x88"), 4, V_END, 4},
	{"2^27 and one eighth", STREAM("\x28\xb5\x2f\xfd\x00\x89"), 4, V_END, 4},
	{"2^31, little content", STREAM("\x28\xb5\x2f\xfd\x00\xa8"), 4, V_END, 4},
	{"2^31, 128 MiB", STREAM("\x28\xb5\x2f\xfd\x00\xa8"), 1024, V_END, 1024},
	{"2^31, more", STREAM("\x28\xb5\x2f\xfd\x00\xa8"), 1040, V_ELIMIT, 1024},
	{"2^41", STREAM("\x28\xb5\x2f\xfd\x00\xff"), 4, V_END, 4},
	{"2^31, content said to be 512 KiB", STREAM("\x28\xb5\x2f\xfd\xc0\xa8\0\0\x08\0\0\0\0\0"),
		4, V_END, 4},
	{"2^31, content said to be 1 TiB", STREAM("\x28\xb5\x2f\xfd\xc0\xa8\0\0\0\0\0\x01\0\0"), 4,
		V_ELIMIT, 0},
	{"single segment of 1 TiB", STREAM("\x28\xb5\x2f\xfd\xe0\0\0\0\0\0\x01\0\0"), 4, V_ELIMIT,
		0},
	{"single segment of 512 KiB", STREAM("\x28\xb5\x2f\xfd\xe0\0\0\x08\0\0\0\0\0"), 4, V_END,
		4},
};

static void
test_windows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LEN(windows); i++) {
		size_t len;
		uint8_t *file =
			bomb_new(windows[i].header, windows[i].header_len, windows[i].blocks, &len);
		struct zreader z;
		struct verr err = {""};

		print_message("  %s\n", windows[i].name);
		assert_int_equal(zreader_open_mem(&z, file, len, &err), V_OK);
		assert_int_equal(zreader_skip(&z, UINT64_MAX, &err), windows[i].st);
		assert_int_equal(zreader_offset(&z), windows[i].content_blocks << 17);
		assert_true(windows[i].st == V_END || strstr(err.msg, "128 MiB"));
		zreader_close(&z);
		free(file);
	}
	assert_true(peak_kib() < 256 << 10);
}

/* Written by zwriter, judged by libzstd: one frame, its checksum flag, its content. */
static void
test_writer(void **state)
{
	const struct files *f = *state;
	static const size_t sizes[] = {16, 98, 1, 0, 131072, 300000};
	struct zwriter *w;
	size_t at = 0, len, i;
	uint8_t *packed, *back = malloc(f->len);

	assert_int_equal(zwriter_open(&w, f->scratch, 0, NULL), V_OK);
	for (i = 0; at < 4 * MIB; i++) {
		size_t n = sizes[i % LEN(sizes)];

		assert_int_equal(zwriter_write(w, f->data + at, n, NULL), V_OK);
		at += n;
		if (i == 10) { /* what was flushed can be read at once */
			struct zreader z;
			size_t n_back;

			assert_int_equal(zwriter_flush(w, NULL), V_OK);
			assert_int_equal(zreader_open(&z, f->scratch, ZIO_INLINE, NULL), V_OK);
			assert_int_equal(drain(&z, back, f->len, &n_back, NULL), V_EFORMAT);
			assert_int_equal(n_back, at);
			zreader_close(&z);
		}
	}
	assert_int_equal(zwriter_close(w, NULL), V_OK);
	packed = file_get(f->scratch, &len);
	assert_int_equal(ZSTD_findFrameCompressedSize(packed, len), len);
	assert_true(packed[4] & 4); /* RFC 8878: Content_Checksum_flag */
	assert_int_equal(ZSTD_decompress(back, f->len, packed, len), at);
	assert_memory_equal(back, f->data, at);
	free(packed);
	free(back);
}

static void
test_writer_failures(void **state)
{
	const struct files *f = *state;
	struct zwriter *w;
	struct verr err = {""};

	assert_int_equal(zwriter_open(&w, "/nonexistent/x", 0, &err), V_EIO);
	assert_null(w);
	assert_int_equal(zwriter_open(&w, "/dev/full", 0, &err), V_OK);
	assert_int_equal(zwriter_write(w, f->data, MIB, &err), V_EIO);
	assert_non_null(strstr(err.msg, "/dev/full"));
	assert_int_equal(zwriter_write(w, f->data, 1, &err), V_EIO);
	assert_int_equal(zwriter_close(w, &err), V_EIO);
	/* The error may also come at the end. */
	assert_int_equal(zwriter_open(&w, "/dev/full", 0, &err), V_OK);
	assert_int_equal(zwriter_write(w, f->data, 1, &err), V_OK);
	assert_int_equal(zwriter_close(w, &err), V_EIO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_need),
		cmocka_unit_test(test_skip),
		cmocka_unit_test(test_close_early),
		cmocka_unit_test(test_cut_ahead),
		cmocka_unit_test(test_open_failures),
		cmocka_unit_test(test_standard_input),
		cmocka_unit_test(test_writer),
		cmocka_unit_test(test_writer_failures),
	};

	return cmocka_run_group_tests(tests, files_open, files_close);
}
