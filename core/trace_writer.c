/*
 * trace_writer - captures as the datasets hold them: little-endian nanosecond pcap, through
 * core/zio's writer, so one Zstandard frame when the name says .zst.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "core/alloc.h"
#include "core/trace.h"
#include "core/tstamp.h"

#define MAGIC_NS 0xa1b23c4du
#define VERSION_2_4 (2u | 4u << 16)
#define SECONDS_MAX UINT32_MAX

struct trace_writer {
	struct zwriter *z;
	uint64_t n_records;
};

static void
put_le32(uint8_t *p, uint32_t v)
{
	int i;

	for (i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static enum vstatus
put_words(struct zwriter *z, const uint32_t *words, size_t n, struct verr *err)
{
	uint8_t bytes[24];
	size_t i;

	assert(4 * n <= sizeof bytes);
	for (i = 0; i < n; i++)
		put_le32(bytes + 4 * i, words[i]);
	return zwriter_write(z, bytes, 4 * n, err);
}

enum vstatus
trace_writer_open(struct trace_writer **out, const char *path, uint16_t linktype, uint32_t snaplen,
	struct verr *err)
{
	const uint32_t header[] = {MAGIC_NS, VERSION_2_4, 0, 0, snaplen, linktype};
	struct zwriter *z;
	enum vstatus st = zwriter_open(&z, path, 0, err);

	*out = NULL;
	if (st != V_OK)
		return st;
	st = put_words(z, header, 6, err);
	if (st != V_OK) {
		(void)zwriter_close(z, NULL);
		return st;
	}
	*out = xcalloc(1, sizeof **out);
	(*out)->z = z;
	return V_OK;
}

enum vstatus
trace_writer_add(struct trace_writer *w, int64_t t_ns, const void *data, uint32_t caplen,
	uint32_t len, struct verr *err)
{
	const uint32_t header[] = {
		(uint32_t)(t_ns / NS_PER_S), (uint32_t)(t_ns % NS_PER_S), caplen, len};
	enum vstatus st;

	assert(caplen <= len);
	if (t_ns < 0 || t_ns / NS_PER_S > SECONDS_MAX)
		return verr_set(err, V_ELIMIT,
			"record %" PRIu64 ": pcap has no time stamp for %" PRId64 " ns after 1970",
			w->n_records + 1, t_ns);
	if (caplen > TRACE_CAPLEN_MAX_BYTES)
		return verr_set(err, V_ELIMIT, "record %" PRIu64 ": %u bytes, at most %u",
			w->n_records + 1, caplen, TRACE_CAPLEN_MAX_BYTES);
	st = put_words(w->z, header, 4, err);
	if (st == V_OK)
		st = zwriter_write(w->z, data, caplen, err);
	if (st == V_OK)
		w->n_records++;
	return st;
}

enum vstatus
trace_writer_close(struct trace_writer *w, struct verr *err)
{
	enum vstatus st;

	if (w == NULL)
		return V_OK;
	st = zwriter_close(w->z, err);
	free(w);
	return st;
}
