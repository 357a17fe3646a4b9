/*
 * Tests of core/run, core/run_read and core/run_write.
 *
 * The sample is the example of docs/DESIGN.md, "Files", with keys of later versions added; what
 * each key must become is read off there.  The JSON Schema is judged by python3-jsonschema
 * (tests/oracle/validate.py).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/run.h"
#include "core/str.h"
#include "tests/unit/tmpdir.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static const char sample[] =
	"{\"schema\": \"vantage/run/1\", \"id\": \"20261121T054602Z-docker-nat\", "
	"\"platform\": \"docker\", \"driver\": \"nat\",\n"
	" \"factors\": {\"load_type\": \"net\", \"background_workers\": 4, \"big\": "
	"9007199254740993, \"rate\": 1.50, \"warm\": true, \"captures\": \"2\"},\n"
	" \"started\": \"2026-11-21T05:46:02.123456789Z\", \"ended\": null,\n"
	" \"hosts\": [{\"name\": \"hostA\", \"kernel\": \"6.1.0\", \"cores\": 2, \"ntp\": "
	"{\"synchronized\": true, \"offset_ns\": 0}}],\n"
	" \"points\": [{\"name\": \"host\", \"order\": 1, \"host\": \"hostA\", \"interface\": "
	"\"veth0\", \"netns\": null, \"files\": [\"host.pcap.zst\", \"host.1.pcap.zst\"], "
	"\"linktype\": 1, \"snaplen\": 128, \"filter\": \"icmp\", \"tstamp_type\": \"host\", "
	"\"offloads\": [\"gro\"], \"packets\": 4294967296123, \"dropped_by_kernel\": 0, "
	"\"dropped_by_interface\": null, \"dropped_by_writer\": 0},\n"
	"  {\"name\": \"guest\", \"order\": 0, \"host\": null, \"interface\": null, \"netns\": "
	"\"pid:4711\", \"files\": [\"guest.pcap.zst\"], \"linktype\": null, \"snaplen\": null, "
	"\"filter\": null, \"tstamp_type\": null, \"packets\": \"2000\", \"dropped_by_kernel\": 3, "
	"\"dropped_by_interface\": null, \"dropped_by_writer\": null}],\n"
	" \"tools\": [{\"name\": \"ping\", \"version\": \"iputils 20221126\", \"argv\": [\"ping\", "
	"\"-D\"], \"file\": \"ping.txt\", \"exit\": 0, \"host\": \"hostA\"}],\n"
	" \"counters\": [{\"file\": \"counters.csv.zst\", \"host\": \"hostA\", \"interval_ns\": "
	"100000000, \"columns\": {\"cpu.user\": {\"unit\": \"jiffies\", \"kind\": "
	"\"counter\"}}}],\n"
	" \"events\": [{\"t_ns\": \"1795239962123456789\", \"label\": \"warm\"}],\n"
	" \"status\": {\"state\": \"truncated\", \"reason\": \"disk full\"}, \"later\": {\"x\": "
	"12345678901234567890}}";

static void
must_parse(struct run *r, const char *text)
{
	struct verr err = {""};

	run_init(r);
	if (run_parse(r, text, strlen(text), "run.json", &err) != V_OK)
		fail_msg("%s", err.msg);
}

static void
check_sample(const struct run *r)
{
	const struct run_point *guest = &r->points[0];
	const struct run_point *host = &r->points[1];

	assert_string_equal(r->id, "20261121T054602Z-docker-nat");
	assert_string_equal(r->platform, "docker");
	assert_string_equal(r->driver, "nat");
	assert_string_equal(r->started, "2026-11-21T05:46:02.123456789Z");
	assert_null(r->ended);
	assert_int_equal(r->n_points, 2);
	assert_string_equal(guest->name, "guest");
	assert_string_equal(guest->netns, "pid:4711");
	assert_null(guest->host);
	assert_true(guest->linktype == RUN_NA && guest->dropped_by_interface == RUN_NA);
	assert_true(guest->packets == 2000 && guest->dropped_by_kernel == 3);
	assert_true(run_point_dropped(guest));
	assert_string_equal(host->name, "host");
	assert_int_equal(host->order, 1);
	assert_int_equal(host->n_files, 2);
	assert_string_equal(host->files[1], "host.1.pcap.zst");
	assert_true(host->packets == INT64_C(4294967296123) && host->snaplen == 128);
	assert_false(run_point_dropped(host));
	assert_int_equal(r->n_tools, 1);
	assert_string_equal(r->tools[0].argv[1], "-D");
	assert_true(r->tools[0].exit == 0);
	assert_int_equal(r->n_counters, 1);
	assert_true(r->counters[0].interval_ns == 100000000);
	assert_int_equal(r->state, RUN_TRUNCATED);
	assert_string_equal(r->reason, "disk full");
}

static void
check_factors(const struct run *r)
{
	static const struct {
		const char *name;
		const char *value;
		bool numeric;
	} factors[] = {
		{"background_workers", "4", true},
		{"big", "9007199254740993", true},
		{"captures", "2", false},
		{"load_type", "net", false},
		{"rate", "1.5", true},
		{"warm", "true", false},
	};

	assert_int_equal(r->n_factors, N_OF(factors));
	for (size_t i = 0; i < N_OF(factors); i++) {
		assert_string_equal(r->factors[i].name, factors[i].name);
		assert_string_equal(r->factors[i].value, factors[i].value);
		assert_int_equal(r->factors[i].numeric, factors[i].numeric);
		assert_string_equal(run_factor(r, factors[i].name), factors[i].value);
	}
	assert_string_equal(run_factor(r, "platform"), "docker");
	assert_string_equal(run_factor(r, "driver"), "nat");
	assert_null(run_factor(r, "none"));
}

static void
test_parse(void **state)
{
	struct run r;

	(void)state;
	must_parse(&r, sample);
	check_sample(&r);
	check_factors(&r);
	run_release(&r);
}

static void
test_least(void **state)
{
	struct run r;

	(void)state;
	must_parse(&r,
		"{\"schema\": \"vantage/run/1\", \"id\": \"a\", \"points\": [{\"name\": "
		"\"x\"}, {\"name\": \"y\"}], \"platform\": null}");
	assert_string_equal(r.platform, "unknown");
	assert_null(r.driver);
	assert_int_equal(r.state, RUN_COMPLETE);
	assert_int_equal(r.points[1].order, 1);
	assert_string_equal(r.points[1].name, "y");
	assert_int_equal(r.points[0].n_files, 0);
	assert_true(r.points[0].packets == RUN_NA);
	assert_false(run_point_dropped(&r.points[0]));
	run_release(&r);
}

/* sample with the first `from` replaced by `to`. */
static void
test_refuses(void **state)
{
	static const struct {
		const char *from;
		const char *to;
		const char *message;
	} cases[] = {
		{"run/1", "run/2", "schema: expected \"vantage/run/1\""},
		{"\"20261121T054602Z-docker-nat\"", "17", "id: expected a string"},
		{"20261121T054602Z-docker-nat", "",
			"id: expected a name that a directory can have"},
		{"20261121T054602Z-docker-nat", "..",
			"id: expected a name that a directory can have"},
		{"20261121T054602Z-docker-nat", "a/b",
			"id: expected a name that a directory can have"},
		{"\"docker\"", "1", "platform: expected a string or null"},
		{"\"net\"", "null", "factors.load_type: expected a string, a number or a boolean"},
		{"\"net\"", "[]", "factors.load_type: expected a string, a number or a boolean"},
		{"\"load_type\"", "\"rtt_ns\"", "factors.rtt_ns: expected a name"},
		{"\"load_type\"", "\"driver\"", "factors.driver: expected a name"},
		{"\"load_type\"", "\"a,b\"", "factors.a,b: expected a name"},
		{"\"load_type\"", "\"\"", "factors.: expected a name"},
		{"05:46:02.1", "late.", "started: expected a time"},
		{"\"ended\": null", "\"ended\": 5", "ended: expected a string or null"},
		{"\"hosts\": [{", "\"hosts\": [5, {", "hosts[0]: expected an object"},
		{"\"name\": \"hostA\"", "\"name\": 5", "hosts[0].name: expected a string"},
		{"\"points\": [", "\"points\": {}, \"p\": [",
			"points: expected an array of objects"},
		{"\"guest\"", "\"host\"",
			"points[1].name: expected a name that no other point bears"},
		{"\"guest\"", "\"\"", "points[1].name: expected a string that is not empty"},
		{"\"order\": 0", "\"order\": -1", "points[1].order: expected an integer from 0 on"},
		{"[\"guest.pcap.zst\"]", "\"guest.pcap.zst\"",
			"points[1].files: expected an array of strings"},
		{"[\"guest.pcap.zst\"]", "[1]", "points[1].files: expected an array of strings"},
		{"guest.pcap.zst", "../x.pcap", "points[1].files: expected names of files beside"},
		{"guest.pcap.zst", "/etc/passwd",
			"points[1].files: expected names of files beside"},
		{"\"snaplen\": 128", "\"snaplen\": -1",
			"points[0].snaplen: expected an integer from 0 on or null"},
		{"\"snaplen\": 128", "\"snaplen\": 1.5",
			"points[0].snaplen: expected an integer from 0 on or null"},
		{"\"ping.txt\"", "null", "tools[0].file: expected a string"},
		{"ping.txt", "a/../ping.txt", "tools[0].file: expected the name of a file beside"},
		{"\"exit\": 0", "\"exit\": \"no\"", "tools[0].exit: expected an integer or null"},
		{"\"argv\": [\"ping\"", "\"argv\": [null",
			"tools[0].argv: expected an array of strings"},
		{"counters.csv.zst", "", "counters[0].file: expected the name of a file beside"},
		{"\"1795239962123456789\"", "1795239962123456789",
			"events[0].t_ns: expected a string"},
		{"\"truncated\"", "\"done\"",
			"status.state: expected recording, complete, truncated"},
		{"\"disk full\"", "1", "status.reason: expected a string or null"},
		{"\"status\": {", "\"status\": 1, \"s\": {", "status: expected an object"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		const char *at = strstr(sample, cases[i].from);
		struct verr err = {""};
		struct run r;
		char text[2 * sizeof sample];

		assert_non_null(at);
		snprintf(text, sizeof text, "%.*s%s%s", (int)(at - sample), sample, cases[i].to,
			at + strlen(cases[i].from));
		run_init(&r);
		assert_int_equal(run_parse(&r, text, strlen(text), "d/run.json", &err), V_EFORMAT);
		if (strncmp(err.msg, "d/run.json: ", 12) != 0 ||
			strncmp(err.msg + 12, cases[i].message, strlen(cases[i].message)) != 0)
			fail_msg("case %zu: %s", i, err.msg);
		run_release(&r);
	}
}

static void
test_limit(void **state)
{
	struct strbuf text;
	struct run r;

	(void)state;
	strbuf_init(&text);
	strbuf_adds(&text, "{\"schema\": \"vantage/run/1\", \"id\": \"a\", \"points\": [");
	for (int i = 0; i <= RUN_LIST_MAX; i++)
		strbuf_addf(&text, "%s{\"name\": \"p%d\"}", i ? ", " : "", i);
	strbuf_adds(&text, "]}");
	run_init(&r);
	assert_int_equal(run_parse(&r, text.p, text.n, "t", NULL), V_ELIMIT);
	run_release(&r);
	strbuf_release(&text);
}

static char *
slurp(const char *name)
{
	char *text = NULL;
	size_t len;

	if (file_slurp(&text, &len, tmpdir_at(name), NULL) != V_OK)
		fail();
	return text;
}

static int
validate(const char *file)
{
	char command[512];

	snprintf(command, sizeof command,
		"/usr/bin/python3 tests/oracle/validate.py docs/schema/run-1.schema.json %s "
		">/dev/null",
		file);
	return system(command);
}

/* Storing loses nothing: not what the struct holds, and not what it does not know. */
static void
test_store(void **state)
{
	struct run r;
	struct verr err = {""};
	char *first;
	char *second;

	(void)state;
	must_parse(&r, sample);
	assert_int_equal(run_store(&r, tmpdir, &err), V_OK);
	run_release(&r);
	first = slurp("run.json");
	assert_non_null(strstr(first, "\"big\": 9007199254740993"));
	assert_non_null(strstr(first, "\"warm\": true"));
	assert_non_null(strstr(first, "\"captures\": \"2\""));
	assert_non_null(strstr(first, "\"x\": 12345678901234567890"));
	assert_non_null(strstr(first, "\"offloads\": [\"gro\"]"));
	assert_non_null(strstr(first, "\"cpu.user\": {"));
	assert_non_null(strstr(first, "\"label\": \"warm\""));
	assert_non_null(strstr(first, "\"kernel\": \"6.1.0\""));

	run_init(&r);
	assert_int_equal(run_load(&r, tmpdir, &err), V_OK);
	assert_string_equal(r.path, tmpdir);
	check_sample(&r);
	check_factors(&r);
	assert_int_equal(run_store(&r, tmpdir, &err), V_OK);
	run_release(&r);
	second = slurp("run.json");
	assert_string_equal(first, second);
	assert_int_equal(validate(tmpdir_at("run.json")), 0);
	free(first);
	free(second);
}

static void
test_build(void **state)
{
	struct run r;
	struct run_point *p;
	struct verr err = {""};
	char *text;
	char *bad;

	(void)state;
	run_init(&r);
	free(r.id);
	r.id = strdup("made");
	run_set_factor(&r, "zeta", "x");
	run_set_factor(&r, "alpha", "10");
	run_set_factor(&r, "zeta", "y");
	run_set_factor(&r, "platform", "kvm");
	run_set_factor(&r, "driver", "virtio");
	p = run_add_point(&r, "guest");
	run_point_add_file(p, "guest.pcap.zst");
	run_add_point(&r, "host")->dropped_by_writer = 7;
	run_add_tool(&r, "ping", "ping.txt");
	assert_int_equal(r.points[1].order, 1);
	assert_int_equal(r.n_factors, 2);
	assert_string_equal(r.factors[0].name, "alpha");
	assert_string_equal(run_factor(&r, "zeta"), "y");
	assert_true(run_point_dropped(&r.points[1]));
	assert_int_equal(run_store(&r, tmpdir, &err), V_OK);
	text = slurp("run.json");
	assert_non_null(strstr(text, "\"alpha\": 10,"));
	assert_non_null(strstr(text, "\"packets\": null"));
	assert_non_null(strstr(text, "\"exit\": null"));
	assert_int_equal(validate(tmpdir_at("run.json")), 0);
	bad = strstr(text, "\"packets\": null");
	memcpy(bad, "\"packets\": true", 15);
	tmpdir_put("bad.json", text);
	assert_int_not_equal(validate(tmpdir_at("bad.json")), 0);
	free(text);
	run_release(&r);
	assert_int_equal(run_load(&r, tmpdir_at("none"), &err), V_EIO);
	run_release(&r);
}

static void
test_plain_numbers(void **state)
{
	static const struct {
		const char *given;
		const char *value;
		bool numeric;
	} cases[] = {
		{"0", "0", true},
		{"100", "100", true},
		{"-3", "-3", true},
		{"1.50", "1.5", true},
		{"9007199254740993", "9007199254740993", true},
		{"0.001", "0.001", true},
		{"007", "007", false},
		{"1e3", "1e3", false},
		{"+1", "+1", false},
		{"", "", false},
		{"1.", "1.", false},
		{".5", ".5", false},
		{"-", "-", false},
		{"1 ", "1 ", false},
		{"99999999999999999999", "99999999999999999999", false},
		{"nan", "nan", false},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct run r;

		run_init(&r);
		run_set_factor(&r, "f", cases[i].given);
		assert_string_equal(r.factors[0].value, cases[i].value);
		assert_int_equal(r.factors[0].numeric, cases[i].numeric);
		run_release(&r);
	}
}

static void
test_names(void **state)
{
	static const char *const good[] = {
		"load_type", "packet_rate_pps", "x y", "\xC3\xA9", "runs"};
	static const char *const bad[] = {
		"",
		"run",
		"point",
		"t_ns",
		"rtt_ns",
		"platform",
		"driver",
		"dataset",
		"metric",
		"n",
		"value",
		"host",
		"throughput_bps",
		"a=b",
		"a,b",
		"a:b",
		"a\nb",
		"\x7f",
	};

	(void)state;
	for (size_t i = 0; i < N_OF(good); i++)
		assert_true(run_factor_name_ok(good[i]));
	for (size_t i = 0; i < N_OF(bad); i++)
		assert_false(run_factor_name_ok(bad[i]));
	assert_string_equal(run_state_name(RUN_FAILED), "failed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_least),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_limit),
		cmocka_unit_test_setup_teardown(test_store, tmpdir_make, tmpdir_remove),
		cmocka_unit_test_setup_teardown(test_build, tmpdir_make, tmpdir_remove),
		cmocka_unit_test(test_plain_numbers),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
