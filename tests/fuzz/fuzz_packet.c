/*
 * fuzz_packet - frame decoding.  Input: a byte that selects the link type, a byte that says how
 * many bytes the capture cut off, then the frame.
 *
 * Beside memory errors it looks for results that would lead their readers out of the frame.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint16_t linktypes[] = {
	1,
	0,
	108,
	12,
	14,
	101,
	228,
	229,
	113,
	276,
	9,
	50,
	51,
	104,
	105,
};

static void
check(const struct packet *p, const uint8_t *frame, size_t n)
{
	assert(p->cls < PACKET_N_CLASSES && packet_class_name(p->cls) != NULL);
	assert(p->depth <= PACKET_DEPTH_MAX);
	assert(p->family == 0 || p->family == 4 || p->family == 6);
	assert((p->family == 0) == (p->ip == NULL));
	if (p->ip != NULL) {
		const size_t address_len = p->family == 4 ? 4 : 16;

		assert(p->ip >= frame && p->ip_caplen <= n - (size_t)(p->ip - frame));
		assert(p->src >= p->ip && p->src + address_len <= frame + n);
		assert(p->dst >= p->ip && p->dst + address_len <= frame + n);
	}
	if (p->l4 != NULL) {
		assert(p->l4 > p->ip && p->l4_caplen <= p->l4_len);
		assert(p->l4 + p->l4_caplen == p->ip + p->ip_caplen);
	}
	if (p->cls <= PACKET_ECHO_REPLY || p->cls == PACKET_UDP)
		assert(p->l4_caplen >= 8);
	if (p->cls == PACKET_TCP)
		assert(p->l4_caplen >= 20);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct packet p;
	uint8_t *frame;
	size_t n;

	if (size < 2 || size > UINT16_MAX)
		return 0;
	n = size - 2;
	frame = malloc(n ? n : 1); /* exactly sized, so that reading beyond is seen */
	if (frame == NULL)
		return 0;
	memcpy(frame, data + 2, n);
	packet_decode(&p, linktypes[data[0] % (sizeof linktypes / sizeof linktypes[0])], frame,
		(uint32_t)n, (uint32_t)(n + data[1]));
	check(&p, frame, n);
	free(frame);
	return 0;
}
