#ifndef VANTAGE_CORE_TRACE_IMPL_H
#define VANTAGE_CORE_TRACE_IMPL_H
/*
 * trace_impl - what core/trace shares with its two formats, trace_pcap and trace_pcapng; nobody
 * else includes it.
 *
 * `next` is the state of the reader: the function of the format while records come, one that
 * repeats the outcome once they have ended.  So the path of a good record has no test for it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/trace.h"
#include "core/zio.h"

struct trace_interface; /* of a pcapng file */

struct trace {
	enum vstatus (*next)(struct trace *, struct trace_record *, struct verr *);
	struct zreader z;
	uint64_t offset; /* of the next record or block, uncompressed; equal to that of z.pos */
	struct trace_info info;

	/* pcap */
	uint32_t frac_ns; /* unit of the fraction field: 1 or 1000 */
	uint16_t linktype;

	/* pcapng */
	bool big_endian; /* of the current section */
	struct trace_interface *interfaces;
	size_t n_interfaces;
	size_t cap_interfaces;
	size_t section_base; /* index of the current section's interface 0 */

	char *name;
	enum vstatus st; /* the outcome, once there is one */
	struct verr why;
};

/* trace_damage - end the stream: V_EFORMAT at the current record, with what is wrong. */
enum vstatus trace_damage(struct trace *t, struct verr *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * trace_end - end the stream because zreader_need() or zreader_skip() gave st for a record that
 *   takes `bytes` altogether.  A clean V_END is the end of the trace when no byte of a record is
 *   there, and a cut otherwise.
 *   why  the zreader's message
 */
enum vstatus trace_end(
	struct trace *t, enum vstatus st, uint64_t bytes, const struct verr *why, struct verr *err);

/* The formats: begin at the file's first byte (z.pos, at least 4 bytes there). */
enum vstatus trace_pcap_begin(struct trace *t, struct verr *err);
bool trace_pcap_magic(uint32_t magic_be);
enum vstatus trace_pcapng_begin(struct trace *t, struct verr *err);
bool trace_pcapng_magic(uint32_t magic_be);
void trace_pcapng_release(struct trace *t);

#endif
