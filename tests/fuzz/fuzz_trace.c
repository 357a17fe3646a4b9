/*
 * fuzz_trace - any bytes as a capture: compressed or not, pcap or pcapng.
 *
 * Checks what trace.h promises whatever the input is: lengths in range, bytes that can be read,
 * numbers that count up, offsets that grow, an outcome that stays and says why.  The corpus is
 * tests/data/public/captures.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/trace.h"
#include "core/tstamp.h"

/* Some bytes decompress to a thousand times as many; a fuzzer wants to go on. */
#define BYTES_MAX ((uint64_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool truth)
{
	if (!truth)
		abort();
}

static uint8_t
check_record(const struct trace *t, const struct trace_record *r, const struct trace_record *before)
{
	const struct trace_info *info = trace_info(t);
	uint8_t sum = 0;
	uint32_t i;

	must(r->caplen <= r->len && r->caplen <= TRACE_CAPLEN_MAX_BYTES);
	must(r->number == before->number + 1 && r->number == info->n_records);
	must(r->offset > before->offset);
	must(r->interface < info->n_interfaces);
	must(r->t_ns != TSTAMP_NONE || info->n_untimed > 0);
	for (i = 0; i < r->caplen; i++)
		sum ^= r->data[i];
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct trace *t;
	struct trace_record rec = {.number = 0};
	struct verr err = {""}, again = {""};
	volatile uint8_t sum = 0;
	enum vstatus st = trace_open_mem(&t, data, size, &err);

	if (st != V_OK) {
		must(t == NULL && st != V_END && err.msg[0] != '\0');
		return 0;
	}
	for (;;) {
		struct trace_record before = rec;

		st = trace_next(t, &rec, &err);
		if (st != V_OK || rec.offset > BYTES_MAX)
			break;
		sum = check_record(t, &rec, &before);
	}
	(void)sum;
	must(st == V_OK || st == V_END || err.msg[0] != '\0');
	if (st != V_OK)
		must(trace_next(t, &rec, &again) == st && strcmp(again.msg, err.msg) == 0);
	trace_close(t);
	return 0;
}
