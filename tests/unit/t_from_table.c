/*
 * t_from_table - tables of samples, ours and somebody's own: which columns are metrics, which rows
 * make a series.  Expected values are read off the texts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/flags.h"
#include "analyze/from_table.h"
#include "tests/unit/tmpdir.h"

struct reading {
	struct table_study ts;
	enum vstatus st;
	struct verr err;
};

/* metrics "a,b" and filter "name=level" may be NULL. */
static void
read_table(struct reading *r, const char *text, const char *metrics, const char *filter,
	uint16_t excluded)
{
	struct filter m = {0}, f = {0};
	char *list = metrics ? xasprintf("metric=%s", metrics) : NULL;

	tmpdir_put("t.csv", text);
	if (list)
		assert_true(filter_parse(&m, list));
	if (filter)
		assert_true(filter_parse(&f, filter));
	r->err.msg[0] = '\0';
	r->st = table_study_load(&r->ts, tmpdir_at("t.csv"), list ? &m : NULL, &f, filter != NULL,
		excluded, &r->err);
	filter_release(&m);
	filter_release(&f);
	free(list);
}

/*
 * The series as text, one a line: "rtt_ns run=a load=net: 1 2 3 (1 left out)"; values ascend.
 * "by load" at the end, the names that differ.
 */
static void
describe(char text[2048], const struct table_study *ts)
{
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < ts->measures.n_series; i++) {
		const struct series *s = &ts->measures.series[i];

		n += (size_t)snprintf(text + n, 2048 - n, "%s", s->metric);
		for (size_t k = 0; k < s->labels.n; k++)
			n += (size_t)snprintf(text + n, 2048 - n, " %s=%s", s->labels.items[k].name,
				s->labels.items[k].level ? s->labels.items[k].level : "-");
		n += (size_t)snprintf(text + n, 2048 - n, ":");
		for (size_t k = 0; k < s->n; k++)
			n += (size_t)snprintf(text + n, 2048 - n, " %g", s->x[k]);
		if (s->excluded)
			n += (size_t)snprintf(
				text + n, 2048 - n, " (%d left out)", (int)s->excluded);
		n += (size_t)snprintf(text + n, 2048 - n, "\n");
	}
	n += (size_t)snprintf(text + n, 2048 - n, "by");
	for (size_t i = 0; i < ts->n_by; i++)
		n += (size_t)snprintf(text + n, 2048 - n, " %s", ts->by[i]);
}

#define OURS                                                                            \
	"run,point,t_ns,family,src,dst,id,seq,rtt_ns,flags,platform,driver,load_type\n" \
	"a,guest,1,4,10.0.0.1,10.0.0.2,7,1,30,,kvm,virtio,net\n"                        \
	"a,guest,2,4,10.0.0.1,10.0.0.2,7,2,10,dup,kvm,virtio,net\n"                     \
	"a,guest,3,4,10.0.0.1,10.0.0.2,7,3,,lost,kvm,virtio,net\n"                      \
	"a,guest,4,4,10.0.0.1,10.0.0.2,7,4,90,copy|ambiguous,kvm,virtio,net\n"          \
	"a,host,5,4,10.0.0.1,10.0.0.2,7,1,20,,kvm,virtio,net\n"                         \
	"b,guest,6,4,10.0.0.1,10.0.0.2,7,1,-5,negative,kvm,virtio,cpu\n"

static const struct {
	const char *text;
	const char *metrics;
	const char *filter;
	uint16_t excluded;
	const char *series;
} tables[] = {
	{OURS, NULL, NULL, FLAGS_EXCLUDED,
		"rtt_ns run=a point=guest platform=kvm driver=virtio load_type=net: 10 30 (1 left out)\n"
		"rtt_ns run=a point=host platform=kvm driver=virtio load_type=net: 20\n"
		"rtt_ns run=b point=guest platform=kvm driver=virtio load_type=cpu: (1 left out)\n"
		"by point load_type"},
	{OURS, NULL, "point=guest", FLAG_NEGATIVE,
		"rtt_ns run=a point=guest platform=kvm driver=virtio load_type=net: 10 30 90\n"
		"rtt_ns run=b point=guest platform=kvm driver=virtio load_type=cpu: (1 left out)\n"
		"by load_type"},
	{OURS, NULL, "id=7", 0,
		"rtt_ns run=a point=guest platform=kvm driver=virtio load_type=net: 10 30 90\n"
		"rtt_ns run=a point=host platform=kvm driver=virtio load_type=net: 20\n"
		"rtt_ns run=b point=guest platform=kvm driver=virtio load_type=cpu: -5\n"
		"by point load_type"},
	{OURS, "seq", "run=a,b", FLAGS_EXCLUDED,
		"seq run=a point=guest platform=kvm driver=virtio load_type=net: 1 2 3 (1 left out)\n"
		"seq run=a point=host platform=kvm driver=virtio load_type=net: 1\n"
		"seq run=b point=guest platform=kvm driver=virtio load_type=cpu: (1 left out)\n"
		"by point load_type"},
	/* two metrics by their units; a number without unit is a factor */
	{"size,delay_ms,rate_bps\n64,1.5,8\n1500,2.5,9\n64,0.5,7\n", NULL, NULL, 0,
		"delay_ms size=64: 0.5 1.5\nrate_bps size=64: 7 8\n"
		"delay_ms size=1500: 2.5\nrate_bps size=1500: 9\nby size"},
	/* one named: the other with a unit is neither metric nor factor */
	{"size,delay_ms,rate_bps\n64,1.5,8\n1500,2.5,9\n", "delay_ms", NULL, 0,
		"delay_ms size=64: 1.5\ndelay_ms size=1500: 2.5\nby size"},
	/* ... a text in it, or not */
	{"size,delay_ms,rate_bps\n64,1.5,8\n64,2.5,null\n", "delay_ms", NULL, 0,
		"delay_ms size=64: 1.5 2.5\nby"},
	/* texts alone are a factor, whatever the name ends in */
	{"x_ns,load_pct\n1,low\n2,high\n3,low\n", NULL, NULL, 0,
		"x_ns load_pct=low: 1 3\nx_ns load_pct=high: 2\nby load_pct"},
	{"x\n3\n1\n2\n", "x", NULL, 0, "x: 1 2 3\nby"},
	/* repetitions and runs do not group */
	{"run,repetition,load,x_ns\n1,1,a,5\n2,2,a,6\n3,1,b,7\n", NULL, NULL, 0,
		"x_ns run=1 repetition=1 load=a: 5\nx_ns run=2 repetition=2 load=a: 6\n"
		"x_ns run=3 repetition=1 load=b: 7\nby load"},
	/* a level that is absent is a level of its own */
	{"load;x_ns\n;1\nnet;2\n;3\n", NULL, NULL, 0,
		"x_ns load=-: 1 3\nx_ns load=net: 2\nby load"},
	{"load\tx_ns\n\"a b\"\t1\n", NULL, NULL, 0, "x_ns load=a b: 1\nby"},
	/* absent values are none */
	{"x_ns\n1\nNaN\nNA\n\"\"\n", NULL, NULL, 0, "x_ns: 1\nby"},
	/* infinite ones are left out, and counted */
	{"x_ns\n1\nInf\n-inf\n", NULL, NULL, 0, "x_ns: 1 (2 left out)\nby"},
	{"x_ns,load\n,a\n", "x_ns", NULL, 0, "x_ns load=a:\nby"},
	/* a table of samples: what stands from platform on was set, not measured */
	{"run,rtt_ns,flags,platform,driver,payload_bytes\na,1,,kvm,e1000,56\na,2,,kvm,e1000,1400\n",
		NULL, NULL, 0,
		"rtt_ns run=a platform=kvm driver=e1000 payload_bytes=56: 1\n"
		"rtt_ns run=a platform=kvm driver=e1000 payload_bytes=1400: 2\nby payload_bytes"},
	{"run,rtt_ns,flags,platform,driver,rate_pps\na,1,,kvm,e1000,5\na,2,,kvm,e1000,5\n",
		"rate_pps", NULL, 0, "rate_pps run=a platform=kvm driver=e1000: 5 5\nby"},
	/* somebody's own, which only looks like one */
	{"platform,driver,rtt_ns\nkvm,e1000,1\n", NULL, NULL, 0,
		"rtt_ns platform=kvm driver=e1000: 1\nby"},
	{"rtt_ns,platform,size_bytes\n1,kvm,2\n", NULL, NULL, 0,
		"rtt_ns platform=kvm: 1\nsize_bytes platform=kvm: 2\nby"},
	{"x_ns,flags\n1,\n2,late|ambiguous\n3,unheard\n", NULL, NULL, FLAG_AMBIGUOUS,
		"x_ns: 1 3 (1 left out)\nby"},
};

static void
test_tables(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		struct reading r;
		char text[2048];

		read_table(&r, tables[i].text, tables[i].metrics, tables[i].filter,
			tables[i].excluded);
		assert_string_equal(r.err.msg, "");
		assert_int_equal(r.st, V_OK);
		describe(text, &r.ts);
		assert_string_equal(text, tables[i].series);
		table_study_release(&r.ts);
	}
}

static const struct {
	const char *text;
	const char *metrics;
	const char *filter;
	enum vstatus st;
	const char *says;
} refused[] = {
	{"load,x\na,1\n", NULL, NULL, V_EDOM, "--metric"},
	{"t_ns,id,seq\n1,1,1\n", NULL, NULL, V_EDOM, "no column is a metric"},
	{"load,x_ns\na,b\n", NULL, NULL, V_EFORMAT, "x_ns holds text, not numbers: row 1"},
	{"x_ns,y_ns\n1,2\n3,null\n", NULL, NULL, V_EFORMAT, "y_ns holds text, not numbers: row 2"},
	{"x_ns,y_ns\n1,NA\n2,\"1,5\"\n3,4\n", NULL, NULL, V_EFORMAT, "row 2 has \"1,5\""},
	{"load,x_ns\na,1\n", "y_ns", NULL, V_EUSAGE, "no column called y_ns"},
	{"load,x_ns\na,1\n", "x_ns,load", NULL, V_EUSAGE, "column load holds text"},
	{"load,x_ns\na,1\n", NULL, "laod=a", V_EUSAGE, "no column called laod"},
	{"load,x_ns\na,1\nb\n", NULL, NULL, V_EFORMAT, "line 3"},
	{"load,x_ns\na,1\n", NULL, "load=b", V_EDOM, "no row that passes --where"},
	{"load,x_ns\n", "x_ns", NULL, V_EDOM, "no row below the header"},
	{"x_ns\n1\nmany\n", "x_ns", NULL, V_EUSAGE, "holds text"},
	{"", NULL, NULL, V_EFORMAT, "t.csv"},
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct reading r;

		read_table(&r, refused[i].text, refused[i].metrics, refused[i].filter, 0);
		assert_int_equal(r.st, refused[i].st);
		assert_non_null(strstr(r.err.msg, "t.csv"));
		assert_non_null(strstr(r.err.msg, refused[i].says));
		table_study_release(&r.ts);
	}
}

/* 3000 groups of three, interleaved: the tables grow, each value finds its own. */
static void
test_many_groups(void **state)
{
	enum { GROUPS = 3000 };
	struct reading r;
	struct strbuf text;

	(void)state;
	strbuf_init(&text);
	strbuf_adds(&text, "g,h,x_ns\n");
	for (int i = 0; i < 3 * GROUPS; i++)
		strbuf_addf(&text, "%d,w%d,%d\n", i % GROUPS % 60, i % GROUPS / 60, i);
	read_table(&r, text.p, NULL, NULL, 0);
	assert_int_equal(r.st, V_OK);
	assert_int_equal(r.ts.measures.n_series, GROUPS);
	for (int i = 0; i < GROUPS; i++) {
		const struct series *s = &r.ts.measures.series[i];

		assert_int_equal(s->n, 3);
		for (int k = 0; k < 3; k++)
			assert_true(s->x[k] == i + k * GROUPS);
	}
	assert_int_equal(r.ts.n_by, 2);
	table_study_release(&r.ts);
	strbuf_release(&text);
}

static void
test_operand(void **state)
{
	(void)state;
	assert_true(table_operand("a/b.csv"));
	assert_true(table_operand("b.csv.zst"));
	assert_true(table_operand("b.csv.gz"));
	assert_true(table_operand("b.tsv"));
	assert_false(table_operand("b.pcap"));
	assert_false(table_operand("csv"));
	assert_int_equal(file_mkdirs(tmpdir_at("d.csv"), NULL), V_OK);
	assert_false(table_operand(tmpdir_at("d.csv")));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, tmpdir_make, tmpdir_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_tables),
		TEST(test_refused),
		TEST(test_many_groups),
		TEST(test_operand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
