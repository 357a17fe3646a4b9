/*
 * fuzz_ping - any bytes as the output of a ping program.
 *
 * Checks what in_ping.h promises whatever the input is: indices in range, an RTT only where there
 * is a resolution, duplicates answered, targets in order, and that what is read is also sniffed
 * when it is short.  The corpus is tests/data/ping.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "analyze/in_ping.h"
#include "core/tstamp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool truth)
{
	if (!truth)
		abort();
}

static void
check_probe(const struct ping_output *o, size_t i)
{
	const struct ping_probe *p = &o->probes[i];

	must(p->target < o->n_targets);
	must(i == 0 || o->probes[i - 1].target <= p->target);
	must(p->rtt_ns == TSTAMP_NONE ? p->resolution_ns == 0 : p->rtt_ns >= 0);
	must(p->rtt_ns == TSTAMP_NONE || (!p->untimed && !p->error));
	must(!p->dup || !ping_probe_lost(p));
	must(p->t_ns == TSTAMP_NONE || p->rtt_ns != TSTAMP_NONE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ping_output o;
	struct verr err;
	const char *text = (const char *)data;
	bool looks = ping_sniff(text, size);

	if (ping_parse(&o, text, size, "fuzz", &err) != V_OK) {
		must(!o.probes && !o.targets && o.n_probes == 0);
		return 0;
	}
	must(looks || size > 200); /* sniffing ends after that many lines */
	for (size_t i = 0; i < o.n_probes; i++)
		check_probe(&o, i);
	must(o.sent >= -1 && o.received >= -1);
	ping_output_release(&o);
	return 0;
}
