/*
 * fuzz_transit - arbitrary frames at two points.
 *
 * The input is a list of records: a byte (bit 0 the point, bits 1-3 the link type, bits 4-6 how far
 * time goes, bit 7 a step back), a byte with the captured length, a byte with what is cut off, and
 * the frame.  Every packet must end in exactly one class.
 */
#include <stddef.h>
#include <stdint.h>

#include "analyze/transit.h"
#include "core/tstamp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t seen;

static void
take(void *ctx, const struct transit_row *row)
{
	(void)ctx;
	seen += row->bytes + row->flags;
	if (row->delay_ns != TSTAMP_NONE && row->delay_ns < 0)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t links[8] = {1, 1, 1, 101, 113, 276, 0, 12};
	const struct transit_params params = {
		.expiry_ns = 50000000, .limit_bytes = size ? data[0] : 0};
	struct transit *t = transit_new(&params, take, NULL);
	const struct transit_counts *c = transit_counts(t);
	int64_t t_ns = 1000;

	while (size >= 3) {
		uint32_t n = data[1] < size - 3 ? data[1] : (uint32_t)(size - 3);
		struct packet p;

		t_ns += (data[0] & 0x80 ? -1 : 1) * (INT64_C(1) << (4 * (data[0] >> 4 & 7)));
		packet_decode(&p, links[data[0] >> 1 & 7], data + 3, n, n + data[2]);
		transit_add(t, data[0] & 1 ? TRANSIT_OUTER : TRANSIT_INNER, t_ns, &p);
		data += 3 + n;
		size -= 3 + n;
	}
	transit_finish(t);
	if (c->packets[0] + c->packets[1] !=
		2 * (c->forwarded[0] + c->forwarded[1]) + c->lost[0] + c->lost[1] + c->unfinished +
			c->duplicates + c->local + c->undecoded + c->untimed + c->evicted)
		__builtin_trap();
	transit_free(t);
	return 0;
}
