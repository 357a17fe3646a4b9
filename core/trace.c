/*
 * trace - opening captures, telling what is none, and how a trace ends.
 *
 * The two formats live in core/trace_pcap and core/trace_pcapng; this file finds out which one
 * it is.  Both read through core/zio's window: a record's bytes are used where the decompressor
 * left them.
 *
 * All messages begin with the file's name and then name the record (or the one that a block
 * stands before) and its offset in the uncompressed stream.
 */
#include "core/trace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/bytes.h"
#include "core/trace_impl.h"

#define MAGIC_BYTES 4
#define TEXT_PROBE_BYTES 16

/* What people hand over by mistake, by the first bytes. */
static const struct {
	const char *bytes;
	size_t n;
	const char *what;
} lookalikes[] = {
	{"\x1f\x8b", 2, "gzip data inside compressed data"},
	{"\x28\xb5\x2f\xfd", 4, "Zstandard data inside compressed data"},
	{"\x04\x22\x4d\x18", 4, "LZ4 data; decompress it with lz4 -d first"},
	{"\3757zXZ", 5, "xz data; decompress it with xz -d first"},
	{"BZh", 3, "bzip2 data; decompress it with bzip2 -d first"},
	{"PK\x03\x04", 4, "a ZIP archive; unpack it first"},
	{"snoop\0\0\0", 8, "a snoop capture; convert it with editcap -F pcap"},
	{"GMBU", 4, "a Network Monitor capture; convert it with editcap -F pcap"},
	{"\177ELF", 4, "a program"},
	{"\xff\xfe", 2, "UTF-16 text"},
	{"{", 1, "JSON"},
	{"<", 1, "XML or HTML"},
};

static bool
is_text(const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((p[i] < ' ' && p[i] != '\n' && p[i] != '\r' && p[i] != '\t') || p[i] > '~')
			return false;
	return n > 0;
}

static const char *
looks_like(const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof lookalikes / sizeof lookalikes[0]; i++)
		if (n >= lookalikes[i].n && memcmp(p, lookalikes[i].bytes, lookalikes[i].n) == 0)
			return lookalikes[i].what;
	return is_text(p, n < TEXT_PROBE_BYTES ? n : TEXT_PROBE_BYTES) ? "text" : NULL;
}

/* How a trace ends. */

/* The outcome again, for every call after the first. */
static enum vstatus
next_ended(struct trace *t, struct trace_record *rec, struct verr *err)
{
	(void)rec;
	return t->st == V_END ? V_END : verr_set(err, t->st, "%s", t->why.msg);
}

static enum vstatus
end_with(struct trace *t, enum vstatus st, struct verr *err)
{
	if (t->info.n_records > 0 || t->offset > 0)
		verr_ctx(&t->why, "record %" PRIu64 " at offset %" PRIu64, t->info.n_records + 1,
			t->offset);
	else
		verr_ctx(&t->why, "file header at offset 0");
	verr_ctx(&t->why, "%s", t->name);
	t->st = st;
	t->next = next_ended;
	return next_ended(t, NULL, err);
}

enum vstatus
trace_damage(struct trace *t, struct verr *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->why.msg, sizeof t->why.msg, fmt, ap);
	va_end(ap);
	return end_with(t, V_EFORMAT, err);
}

enum vstatus
trace_end(
	struct trace *t, enum vstatus st, uint64_t bytes, const struct verr *why, struct verr *err)
{
	size_t left = (size_t)(t->z.end - t->z.pos);

	if (st == V_END && zreader_offset(&t->z) + left == t->offset) {
		t->st = V_END;
		t->next = next_ended;
		return V_END;
	}
	if (st == V_END)
		return trace_damage(t, err,
			"cut short: the file ends after %" PRIu64 " of %" PRIu64 " bytes",
			zreader_offset(&t->z) + left - t->offset, bytes);
	t->why = *why;
	return end_with(t, st, err);
}

/* Opening. */

static enum vstatus
begin(struct trace *t, struct verr *err)
{
	enum vstatus st = zreader_need(&t->z, MAGIC_BYTES, err);
	size_t left = (size_t)(t->z.end - t->z.pos);
	const char *what;

	if (st != V_OK && st != V_END) {
		verr_ctx(err, "%s", t->name);
		return st;
	}
	if (left == 0)
		return verr_set(err, V_EFORMAT, "%s: empty file", t->name);
	if (st == V_OK && trace_pcap_magic(be32(t->z.pos)))
		return trace_pcap_begin(t, err);
	if (st == V_OK && trace_pcapng_magic(be32(t->z.pos)))
		return trace_pcapng_begin(t, err);
	what = looks_like(t->z.pos, left);
	return verr_set(err, V_EFORMAT, "%s: not a pcap or pcapng capture%s%s", t->name,
		what ? "; it looks like " : " (unknown first bytes)", what ? what : "");
}

static enum vstatus
open_with(struct trace **out, struct zreader z, const char *name, struct verr *err)
{
	struct trace *t = xcalloc(1, sizeof *t);
	enum vstatus st;

	t->z = z;
	t->name = xstrdup(name);
	st = begin(t, err);
	if (st == V_OK)
		*out = t;
	else
		trace_close(t);
	return st;
}

enum vstatus
trace_open(struct trace **t, const char *path, enum zio_mode mode, struct verr *err)
{
	struct zreader z;
	enum vstatus st = zreader_open(&z, path, mode, err);

	*t = NULL;
	if (st != V_OK)
		return st;
	return open_with(t, z, strcmp(path, "-") == 0 ? "standard input" : path, err);
}

enum vstatus
trace_open_mem(struct trace **t, const void *data, size_t len, struct verr *err)
{
	struct zreader z;
	enum vstatus st = zreader_open_mem(&z, data, len, err);

	*t = NULL;
	if (st != V_OK)
		return st;
	return open_with(t, z, "memory", err);
}

void
trace_close(struct trace *t)
{
	if (t == NULL)
		return;
	zreader_close(&t->z);
	trace_pcapng_release(t);
	free(t->name);
	free(t);
}

enum vstatus
trace_next(struct trace *t, struct trace_record *rec, struct verr *err)
{
	return t->next(t, rec, err);
}

const struct trace_info *
trace_info(const struct trace *t)
{
	return &t->info;
}

bool
trace_sniff(const char *path)
{
	struct zreader z;
	bool yes;

	if (strcmp(path, "-") == 0 || zreader_open(&z, path, ZIO_INLINE, NULL) != V_OK)
		return false;
	yes = zreader_need(&z, MAGIC_BYTES, NULL) == V_OK &&
		(trace_pcap_magic(be32(z.pos)) || trace_pcapng_magic(be32(z.pos)));
	zreader_close(&z);
	return yes;
}
