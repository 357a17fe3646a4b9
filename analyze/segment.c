/*
 * segment - decoding of TCP headers; see segment.h.
 */
#include "analyze/segment.h"

#include "core/bytes.h"

#define HEADER_BYTES 20

enum option { OPTION_END = 0, OPTION_NOP = 1, OPTION_SACK = 5, OPTION_TIMESTAMPS = 8 };

static uint32_t
header_len(const struct packet *p)
{
	return (p->l4[12] >> 4) * 4U;
}

void
segment_decode(struct segment *s, const struct packet *p)
{
	const uint8_t *h = p->l4;
	uint32_t skip = header_len(p);

	*s = (struct segment){
		.seq = be32(h + 4),
		.ack = be32(h + 8),
		.flags = h[13] & 0x1f,
		.window = be16(h + 14),
		.len = p->l4_len > skip ? p->l4_len - skip : 0,
		.caplen = p->l4_caplen > skip ? p->l4_caplen - skip : 0,
		.data = p->l4_caplen > skip ? h + skip : h + p->l4_caplen,
	};
}

static void
option(struct segment *s, uint8_t kind, const uint8_t *body, uint32_t len)
{
	if (kind == OPTION_TIMESTAMPS && len == 8) {
		s->has_timestamps = true;
		s->tsval = be32(body);
		s->tsecr = be32(body + 4);
	} else if (kind == OPTION_SACK && len >= 8) {
		s->has_dsack = true;
		s->dsack_from = be32(body);
		s->dsack_to = be32(body + 4);
	}
}

void
segment_options(struct segment *s, const struct packet *p)
{
	uint32_t end = header_len(p) < p->l4_caplen ? header_len(p) : p->l4_caplen;
	const uint8_t *h = p->l4;

	/* The usual form, NOP NOP TS, as RFC 7323 appendix A recommends it: no walk needed. */
	if (end == HEADER_BYTES + 12 && be32(h + HEADER_BYTES) == 0x0101080a) {
		option(s, OPTION_TIMESTAMPS, h + HEADER_BYTES + 4, 8);
		return;
	}
	for (uint32_t at = HEADER_BYTES; at < end && h[at] != OPTION_END;) {
		uint32_t len = 1;

		if (h[at] != OPTION_NOP) {
			if (at + 2 > end || h[at + 1] < 2 || h[at + 1] > end - at)
				return;
			len = h[at + 1];
			option(s, h[at], h + at + 2, len - 2);
		}
		at += len;
	}
}
