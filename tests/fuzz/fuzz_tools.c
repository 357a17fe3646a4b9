/*
 * fuzz_tools - any bytes as the output of a load tool, for every reader whatever the text is taken
 * for: the first byte chooses the reader, the rest is its text.
 *
 * Checks what toolout.h promises: times are absent or not negative and below a century, rates are
 * no negative numbers, texts are beside their requests.  The corpus is tests/data/load and
 * tests/data/tools.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "analyze/tools/readers.h"
#include "analyze/tools/tools.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef enum vstatus reader_fn(struct toolout *o, struct slice text, struct verr *err);

static reader_fn *const readers[] = {in_ab_report, in_ab_requests, in_ab_percentiles, in_jtl_csv,
	in_jtl_xml, in_wrk, in_hey, in_hey_csv, in_netperf, in_netperf_csv, in_netperf_keyval,
	in_iperf3, in_iperf2_csv};

static void
must(bool truth)
{
	if (!truth)
		abort();
}

static void
check_time(int64_t ns)
{
	must(ns == TSTAMP_NONE || (ns >= 0 && ns <= TOOLOUT_TIME_MAX_NS));
}

static void
check(const struct toolout *o)
{
	must(o->texts.n_rows == o->n_requests);
	for (size_t i = 0; i < o->n_requests; i++) {
		const struct tool_request *r = &o->requests[i];

		check_time(r->connect_ns);
		check_time(r->ttfb_ns);
		check_time(r->latency_ns);
		check_time(r->total_ns);
		must(r->latency_ns == TSTAMP_NONE || !r->flags);
	}
	for (size_t i = 0; i < o->n_rates; i++) {
		const struct tool_rate *r = &o->rates[i];

		check_time(r->duration_ns);
		must(!(r->throughput_bps < 0) && !isinf(r->throughput_bps));
		must(!(r->transactions_per_s < 0) && !isinf(r->transactions_per_s));
	}
	for (size_t i = 0; i < o->n_stated; i++)
		must(o->stated[i].metric && o->stated[i].statistic && o->stated[i].printed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct toolout o;
	struct verr err;

	if (!size)
		return 0;
	toolout_init(&o, "fuzz");
	readers[data[0] % (sizeof readers / sizeof *readers)](
		&o, (struct slice){(const char *)data + 1, size - 1}, &err);
	check(&o);
	toolout_release(&o);
	tools_read(&o, (const char *)data, size, "fuzz", &err);
	check(&o);
	toolout_release(&o);
	return 0;
}
