/*
 * fuzz_http - arbitrary segments, in arbitrary order, on a few connections.
 *
 * The input is a list of records, cut down to something like TCP so that the fuzzer need not find
 * headers and checksums by itself:
 *
 *   byte    direction (bit 0), connection (bits 1-2), flags FIN SYN RST ACK (bits 3-6), bit 7: time
 *           jumps by 20 ms instead of 1 us
 *   2 bytes sequence number relative to the highest of that side, signed
 *   2 bytes acknowledgment relative to the highest of the other side, signed
 *   byte    length of the payload that follows; bits of the next byte: length on the wire is
 *           longer by that times 16
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "analyze/http.h"
#include "analyze/segment.h"
#include "analyze/tcprtt.h"
#include "core/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RECORD_BYTES 7

struct side {
	uint32_t top;
};

static uint64_t seen;

static void
take_request(void *ctx, const struct http_sample *s)
{
	(void)ctx;
	seen += s->flags + (s->uri ? strlen(s->uri) : 0) + (s->method ? strlen(s->method) : 0);
	if (s->latency_ns < 0 && s->latency_ns != INT64_MIN)
		__builtin_trap(); /* time only runs forward here */
}

static void
take_sample(void *ctx, const struct tcprtt_sample *s)
{
	(void)ctx;
	if (s->rtt_ns < 0)
		__builtin_trap();
}

/* The number that differs from that one by two bytes, signed. */
static uint32_t
relative(uint32_t from, const uint8_t *p)
{
	int16_t by = (int16_t)be16(p);

	return (uint32_t)((int64_t)from + by);
}

static uint32_t
put_header(uint8_t *h, const uint8_t *r, struct side sides[2])
{
	int from = r[0] & 1;
	static const uint8_t flags[] = {TCP_FIN, TCP_SYN, TCP_RST, TCP_ACK};
	uint8_t bits = 0;
	uint32_t seq = relative(sides[from].top, r + 1);
	uint32_t ack = relative(sides[!from].top, r + 3);

	for (int i = 0; i < 4; i++)
		bits |= r[0] >> (3 + i) & 1 ? flags[i] : 0;
	memset(h, 0, 20);
	for (int i = 0; i < 4; i++) {
		h[4 + i] = (uint8_t)(seq >> (24 - 8 * i));
		h[8 + i] = (uint8_t)(ack >> (24 - 8 * i));
	}
	h[12] = 5 << 4;
	h[13] = bits;
	return seq;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_params hp = {.expiry_ns = HTTP_EXPIRY_NS, .keep_uri = true};
	struct tcprtt_params tp = {.sample = take_sample};
	struct http *http = http_new(&hp, take_request, NULL);
	struct tcprtt *tcp = tcprtt_new(&tp);
	struct side sides[4][2] = {
		{{0xffffff00}, {0x10}}, {{1}, {2}}, {{3}, {4}}, {{5}, {0xfffffff0}}};
	uint8_t addr[2][4] = {{10, 0, 0, 1}, {10, 0, 0, 2}};
	uint8_t segment[20 + 256];
	int64_t t_ns = 1000;

	while (size >= RECORD_BYTES) {
		int from = data[0] & 1, c = data[0] >> 1 & 3;
		uint32_t n = data[5], end, more = data[6] * 16U;
		struct packet p = {.cls = PACKET_TCP,
			.family = 4,
			.proto = 6,
			.l4 = segment,
			.src = addr[from],
			.dst = addr[!from]};

		if (n > size - RECORD_BYTES)
			n = (uint32_t)(size - RECORD_BYTES);
		end = put_header(segment, data, sides[c]) + n + more;
		memcpy(segment + 20, data + RECORD_BYTES, n);
		p.l4_caplen = 20 + n;
		p.l4_len = p.l4_caplen + more;
		p.sport = from ? 80 : (uint16_t)(1000 + c);
		p.dport = from ? (uint16_t)(1000 + c) : 80;
		t_ns += data[0] & 0x80 ? 20000000 : 1000;
		if ((int32_t)(end - sides[c][from].top) > 0)
			sides[c][from].top = end;
		http_add(http, t_ns, &p);
		tcprtt_add(tcp, t_ns, &p);
		data += RECORD_BYTES + n;
		size -= RECORD_BYTES + n;
	}
	http_finish(http, t_ns);
	tcprtt_finish(tcp);
	http_free(http);
	tcprtt_free(tcp);
	return 0;
}
