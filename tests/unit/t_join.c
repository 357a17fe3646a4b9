/*
 * Tests of capture/join: parts written by hand into a directory of the test's own, joined, and read
 * again.  What the joint run must hold follows from join.h and from docs/formats.md; the digests
 * are judged by sha256sum.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "capture/join.h"
#include "core/alloc.h"
#include "core/file.h"
#include "core/run.h"
#include "core/str.h"
#include "tests/unit/tmpdir.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* A part with one point, one table of counters, and what is to be different. */
struct part {
	const char *dir, *id, *host, *point, *platform, *driver, *rate, *started, *ended, *state;
	const char *reason;
};

static const struct part guest_part = {"p1/runs/e7", "e7", "g", "guest", "kvm", "null", "100",
	"2026-11-21T05:46:02.5Z", "2026-11-21T05:47:00Z", "complete", NULL};
static const struct part host_part = {"p2/runs/e7-2", "e7-2", "h", "host", "kvm", "null", "100",
	"2026-11-21T06:46:02.123456789+01:00", "2026-11-21T05:47:00.000000001Z", "complete", NULL};

/* Its directory, heap. */
static char *
make_part(const struct part *p)
{
	char *dir = xstrdup(tmpdir_at(p->dir));
	char *capture = xasprintf("%s/%s.pcap.zst", p->dir, p->point);
	char *counters = xasprintf("%s/counters.csv.zst", p->dir);
	char *description = xasprintf("%s/run.json", p->dir);
	char *reason = p->reason ? xasprintf("\"%s\"", p->reason) : xstrdup("null");
	char *json = xasprintf(
		"{\"schema\": \"vantage/run/1\", \"id\": \"%s\", \"platform\": \"%s\", "
		"\"driver\": %s, \"factors\": {\"rate\": %s}, \"started\": \"%s\", "
		"\"ended\": \"%s\", \"hosts\": [{\"name\": \"%s\", \"cores\": 2}], "
		"\"points\": [{\"name\": \"%s\", \"order\": 0, \"host\": \"%s\", "
		"\"interface\": \"eth0\", \"netns\": null, \"files\": [\"%s.pcap.zst\"], "
		"\"linktype\": 1, \"snaplen\": 128, \"filter\": null, \"tstamp_type\": \"host\", "
		"\"mac\": \"02:00:00:00:00:01\", \"packets\": 7, \"dropped_by_kernel\": 1, "
		"\"dropped_by_interface\": null, \"dropped_by_writer\": 0}], \"tools\": [], "
		"\"counters\": [{\"file\": \"counters.csv.zst\", \"host\": \"%s\", "
		"\"interval_ns\": 100000000, \"columns\": {\"cpu.user\": {\"unit\": \"jiffies\", "
		"\"kind\": \"counter\"}}}], \"events\": [{\"t_ns\": \"1\", \"label\": \"%s\"}], "
		"\"status\": {\"state\": \"%s\", \"reason\": %s}}",
		p->id, p->platform, p->driver, p->rate, p->started, p->ended, p->host, p->point,
		p->host, p->point, p->host, p->host, p->state, reason);

	tmpdir_put(description, json);
	tmpdir_put(capture, p->point);
	tmpdir_put(counters, p->host);
	free(json);
	free(reason);
	free(description);
	free(counters);
	free(capture);
	return dir;
}

/* The joint run of the two parts in *r; its directory, heap. */
static char *
join_two(struct run *r, const struct part *a, const struct part *b)
{
	char *paths[] = {make_part(a), make_part(b)}, *dataset = xstrdup(tmpdir_at("joint")), *dir;
	struct verr err;

	if (join_runs(&dir, dataset, NULL, paths, 2, &err) != V_OK)
		fail_msg("%s", err.msg);
	run_init(r);
	if (run_load(r, dir, &err) != V_OK)
		fail_msg("%s", err.msg);
	free(dataset);
	free(paths[0]);
	free(paths[1]);
	return dir;
}

static void
assert_content(const char *dir, const char *name, const char *expected)
{
	char *path = file_join(dir, name), *text;
	size_t len;

	assert_int_equal(file_slurp(&text, &len, path, NULL), V_OK);
	assert_string_equal(text, expected);
	free(text);
	free(path);
}

static void
two_machines(void **state)
{
	struct run r;
	char *dir = join_two(&r, &guest_part, &host_part);
	char *command = xasprintf("cd %s && sha256sum --quiet -c SHA256SUMS", dir);
	const struct json *hosts = json_get(r.document, "hosts");

	(void)state;
	assert_string_equal(r.id, "e7"); /* the -2 was a collision's */
	assert_string_equal(r.platform, "kvm");
	assert_string_equal(run_factor(&r, "rate"), "100");
	/* an hour's difference of zones: 06:46+01:00 is the earlier, by its fraction */
	assert_string_equal(r.started, "2026-11-21T06:46:02.123456789+01:00");
	assert_string_equal(r.ended, "2026-11-21T05:47:00.000000001Z");
	assert_int_equal(r.state, RUN_COMPLETE);
	assert_null(r.reason);
	assert_int_equal(r.n_points, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct part *p = i ? &host_part : &guest_part;

		assert_string_equal(r.points[i].name, p->point);
		assert_int_equal(r.points[i].order, i);
		assert_string_equal(r.points[i].host, p->host);
		assert_int_equal(r.points[i].packets, 7);
		assert_int_equal(r.points[i].dropped_by_kernel, 1);
		assert_int_equal(r.points[i].dropped_by_interface, RUN_NA);
		assert_content(dir, r.points[i].files[0], p->point);
		assert_string_equal(r.counters[i].host, p->host);
		assert_int_equal(r.counters[i].interval_ns, 100000000);
		assert_content(dir, r.counters[i].file, p->host);
	}
	assert_string_equal(r.counters[1].file, "counters.h.csv.zst");
	assert_int_equal(json_len(hosts), 2);
	assert_int_equal(json_len(json_get(r.document, "events")), 2);
	/* keys of points that run_point has no field for are kept */
	assert_string_equal(
		json_str(json_get(json_first(json_get(r.document, "points")), "mac"), ""),
		"02:00:00:00:00:01");
	assert_int_equal(system(command), 0);
	free(command);
	free(dir);
	run_release(&r);
}

/* The state is the worst of the parts', and the reason says whose. */
static void
states(void **state)
{
	static const struct {
		const char *first, *second;
		enum run_state joint;
		const char *blamed; /* id */
	} cases[] = {
		{"complete", "truncated", RUN_TRUNCATED, "e7-2: "},
		{"truncated", "complete", RUN_TRUNCATED, "e7: "},
		{"recording", "complete", RUN_TRUNCATED, "e7: "}, /* it was killed */
		{"truncated", "failed", RUN_FAILED, "e7-2: "},
		{"failed", "truncated", RUN_FAILED, "e7: "},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct part a = guest_part, b = host_part;
		struct run r;
		char *dir;

		a.state = cases[i].first;
		b.state = cases[i].second;
		b.reason = "disk full";
		dir = join_two(&r, &a, &b);
		assert_int_equal(r.state, cases[i].joint);
		if (!strstr(r.reason, cases[i].blamed))
			fail_msg("case %zu: %s", i, r.reason);
		if (strcmp(cases[i].blamed, "e7-2: ") == 0)
			assert_string_equal(r.reason, "e7-2: disk full");
		run_release(&r);
		assert_int_equal(tmpdir_remove(NULL), 0);
		assert_int_equal(mkdir(tmpdir, 0700), 0);
		free(dir);
	}
}

static void
what_does_not_belong_together(void **state)
{
	static const struct {
		struct part other; /* NULL: as the host's part */
		const char *message;
	} cases[] = {
		{{.id = "e8"}, "were recorded under different ids: name the run with --run-id"},
		{{.id = "e7-x"}, "different ids"},
		{{.id = "e77"}, "different ids"},
		{{.host = "g"}, "both have a host g: record with --host-name"},
		{{.point = "guest"}, "both have a point guest: record with --iface IF:POINT"},
		{{.rate = "200"}, "differ in the factor rate: 100, 200"},
		{{.platform = "lxc"}, "differ in platform or driver"},
		{{.driver = "\"virtio\""}, "differ in platform or driver"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		const struct part *o = &cases[i].other;
		struct part b = host_part;
		char *paths[2], *dataset = xstrdup(tmpdir_at("joint")), *dir;
		struct verr err = {""};

		b.id = o->id ? o->id : b.id;
		b.host = o->host ? o->host : b.host;
		b.point = o->point ? o->point : b.point;
		b.rate = o->rate ? o->rate : b.rate;
		b.platform = o->platform ? o->platform : b.platform;
		b.driver = o->driver ? o->driver : b.driver;
		paths[0] = make_part(&guest_part);
		paths[1] = make_part(&b);
		assert_int_equal(join_runs(&dir, dataset, NULL, paths, 2, &err), V_EUSAGE);
		if (!strstr(err.msg, cases[i].message))
			fail_msg("%s", err.msg);
		assert_null(dir);
		assert_false(file_exists(dataset));
		free(paths[0]);
		free(paths[1]);
		free(dataset);
	}
}

/* A name that is given needs no common one; a run that exists is not touched. */
static void
names(void **state)
{
	struct part b = host_part;
	char *paths[2], *dataset = xstrdup(tmpdir_at("joint")), *dir;
	struct verr err = {""};

	(void)state;
	b.id = "other";
	paths[0] = make_part(&guest_part);
	paths[1] = make_part(&b);
	assert_int_equal(join_runs(&dir, dataset, "mine", paths, 2, &err), V_OK);
	assert_true(slice_ends(slice_of(dir), "joint/runs/mine"));
	free(dir);
	assert_int_equal(join_runs(&dir, dataset, "mine", paths, 2, &err), V_EUSAGE);
	assert_non_null(strstr(err.msg, "exists already: name the run with --run-id"));
	free(dir);
	assert_int_equal(join_runs(&dir, dataset, "../mine", paths, 2, &err), V_EUSAGE);
	assert_non_null(strstr(err.msg, "not usable as a file name"));
	free(dir);
	free(paths[1]);
	paths[1] = xstrdup("/nonexistent");
	assert_int_equal(join_runs(&dir, dataset, "gone", &paths[1], 1, &err), V_EIO);
	free(dir);
	free(paths[0]);
	free(paths[1]);
	free(dataset);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(two_machines, tmpdir_make, tmpdir_remove),
		cmocka_unit_test_setup_teardown(states, tmpdir_make, tmpdir_remove),
		cmocka_unit_test_setup_teardown(
			what_does_not_belong_together, tmpdir_make, tmpdir_remove),
		cmocka_unit_test_setup_teardown(names, tmpdir_make, tmpdir_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
