/*
 * t_words - names of results in words.  Expected texts are written by hand from what words.h says;
 * the units are those of core/table.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/words.h"

struct words_case {
	const char *name, *level;
	const char *title, *plain, *full, *amount;
};

static const struct words_case cases[] = {
	{"load_type", "cpu", "Load type", "load type", "load type cpu", "load type cpu"},
	{"packet_rate_pps", "100", "Packet rate (pps)", "packet rate pps",
		"packet rate 100\xc2\xa0pps", "100\xc2\xa0pps"},
	{"object_bytes", "10000", "Object (bytes)", "object bytes", "object 10000\xc2\xa0" "bytes",
		"10000\xc2\xa0" "bytes"},
	{"cpu_pct", "50", "Cpu (%)", "cpu pct", "cpu 50\xc2\xa0%", "50\xc2\xa0%"},
	{"wait_us", "3", "Wait (\xc2\xb5s)", "wait us", "wait 3\xc2\xa0\xc2\xb5s",
		"3\xc2\xa0\xc2\xb5s"},
	/* a unit alone is a name, and so is what only looks like one */
	{"bytes", "7", "Bytes", "bytes", "bytes 7", "bytes 7"},
	{"_bytes", "7", " bytes", " bytes", " bytes 7", " bytes 7"},
	{"cache_hits", "on", "Cache hits", "cache hits", "cache hits on", "cache hits on"},
	/* what results call a factor that is named like a value */
	{"factor_requests", "9", "Requests", "requests", "requests 9", "requests 9"},
	{"", "x", "", "", " x", " x"},
};

static void
factors(void **state)
{
	struct strbuf b;
	struct doc d;

	(void)state;
	doc_init(&d);
	strbuf_init(&b);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct words_case *c = &cases[i];

		assert_string_equal(words_title(&d, c->name), c->title);
		assert_string_equal(words_plain(&d, c->name), c->plain);
		strbuf_clear(&b);
		words_level(&b, c->name, c->level);
		assert_string_equal(b.p, c->full);
		strbuf_clear(&b);
		words_amount(&b, c->name, c->level);
		assert_string_equal(b.p, c->amount);
	}
	strbuf_release(&b);
	doc_release(&d);
}

static void
metrics(void **state)
{
	static const char *const named[][2] = {
		{"rtt_ns", "RTT"},
		{"tcp_ack_ns", "TCP round trip"},
		{"throughput_bps", "throughput"},
		{"cpu_busy_pct", "cpu busy"},
		{"no_such_thing", "no such thing"},
	};
	struct doc d;

	(void)state;
	doc_init(&d);
	for (size_t i = 0; i < sizeof named / sizeof *named; i++)
		assert_string_equal(words_metric(&d, named[i][0]), named[i][1]);
	doc_release(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(factors),
		cmocka_unit_test(metrics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
