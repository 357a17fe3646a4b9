/*
 * t_sections - where tables and figures stand.  Expected sections are those of docs/man/vreport.1
 * and of the names of metrics in docs/formats.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/sections.h"

static void
every_section_once(void **state)
{
	size_t n;
	const struct section *all = sections_all(&n);

	(void)state;
	assert_int_equal(n, DOC_QUALITY_DETAIL + 1);
	for (enum doc_section s = DOC_RESULTS; s <= DOC_QUALITY_DETAIL; s++) {
		size_t found = 0;

		for (size_t i = 0; i < n; i++)
			found += all[i].is == s;
		assert_int_equal(found, 1);
	}
	for (size_t i = 0; i < n; i++) { /* anchors: for links, so a-z alone, and different */
		assert_int_equal(strspn(all[i].anchor, "abcdefghijklmnopqrstuvwxyz"),
			strlen(all[i].anchor));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(all[i].anchor, all[k].anchor);
	}
	assert_int_equal(all[0].is, DOC_OVERVIEW);
}

static void
metrics(void **state)
{
	static const struct {
		const char *metric;
		enum doc_section section;
	} cases[] = {
		{"rtt_ns", DOC_PING},
		{"overhead_share_pct", DOC_PING},
		{"rate_achieved_pps", DOC_PING},
		{"delay_out_ns", DOC_TRANSIT},
		{"tcp_ack_ns", DOC_TCP},
		{"goodput_bps", DOC_TCP},
		{"throughput_bps", DOC_THROUGHPUT},
		{"total_throughput_bps", DOC_THROUGHPUT}, /* not a total of HTTP */
		{"total_ns", DOC_HTTP},
		{"latency_ns", DOC_HTTP},
		{"proxy_overhead_ns", DOC_PROXY},
		{"miss_latency_ns", DOC_PROXY},
		{"cpu_busy_pct", DOC_COUNTERS},
		{"okay_pct", DOC_RESULTS},
		{"", DOC_RESULTS},
		{NULL, DOC_RESULTS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(sections_of_metric(cases[i].metric), cases[i].section);
}

static void
figures(void **state)
{
	struct doc_figure f = {.metric = "rtt_ns"};

	(void)state;
	assert_int_equal(sections_of_figure(&f), DOC_PING);
	f.section = DOC_OVERVIEW; /* its own is before that of its metric */
	assert_int_equal(sections_of_figure(&f), DOC_OVERVIEW);
}

/* what is only in the CSV, or beside the document, gives a section no heading */
static void
only_with_something_to_show(void **state)
{
	struct doc_table *t;
	struct doc_figure *f;
	struct doc d;

	(void)state;
	doc_init(&d);
	assert_false(sections_have(&d, DOC_HTTP));
	t = doc_add_table(&d, "http", "HTTP");
	t->section = DOC_HTTP;
	assert_true(sections_have(&d, DOC_HTTP));
	assert_false(sections_have(&d, DOC_PING));
	t->detail = true;
	assert_false(sections_have(&d, DOC_HTTP));
	t->detail = false;
	t->csv_only = true;
	assert_false(sections_have(&d, DOC_HTTP));
	f = doc_add_figure(&d, DOC_CDF, "cdf");
	f->metric = "latency_ns";
	assert_true(sections_have(&d, DOC_HTTP));
	f->csv_only = true;
	assert_false(sections_have(&d, DOC_HTTP));
	doc_release(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_section_once),
		cmocka_unit_test(metrics),
		cmocka_unit_test(figures),
		cmocka_unit_test(only_with_something_to_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
