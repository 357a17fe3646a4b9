/*
 * Tests of capture/settings and capture/ifspec.  Expected values are those that docs/DESIGN.md,
 * "Commands", states, or plain arithmetic (1K = 1024).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "capture/settings.h"
#include "core/tstamp.h"

struct size_case {
	const char *text;
	bool ok;
	uint64_t bytes;
};

static const struct size_case size_cases[] = {
	{"0", true, 0},
	{"4096", true, 4096},
	{"64K", true, 65536},
	{"64k", true, 65536},
	{"8M", true, 8388608},
	{"8MiB", true, 8388608},
	{"1G", true, 1073741824},
	{"16T", true, UINT64_C(17592186044416)},
	{"16777215T", true, UINT64_C(16777215) << 40},
	{"16777216T", false, 0},
	{"", false, 0},
	{"M", false, 0},
	{"iB", false, 0},
	{"8MB", false, 0},
	{"8X", false, 0},
	{"-1", false, 0},
	{"1.5M", false, 0},
	{" 8M", false, 0},
	{"18446744073709551616", false, 0},
};

static void
sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof size_cases / sizeof size_cases[0]; i++) {
		uint64_t bytes;

		if (size_parse(&bytes, slice_of(size_cases[i].text)) != size_cases[i].ok)
			fail_msg("'%s'", size_cases[i].text);
		if (size_cases[i].ok)
			assert_int_equal(bytes, size_cases[i].bytes);
	}
}

struct ifspec_case {
	const char *text, *interface, *netns, *point, *label; /* interface NULL: refused */
};

static const struct ifspec_case ifspec_cases[] = {
	{"eth1", "eth1", NULL, "eth1", NULL},
	{"tap0:host", "tap0", NULL, "host", NULL},
	{"eth0@4711:guest", "eth0", "4711", "guest", "pid:4711"},
	{"eth0@guest", "eth0", "guest", "eth0", "guest"},
	{"eth0@/run/netns/x:p", "eth0", "/run/netns/x", "p", "/run/netns/x"},
	{"eth0.5", "eth0.5", NULL, "eth0.5", NULL},
	{"any", "any", NULL, "any", NULL},
	{"", NULL, NULL, NULL, NULL},
	{":p", NULL, NULL, NULL, NULL},
	{"@x", NULL, NULL, NULL, NULL},
	{"eth0@", NULL, NULL, NULL, NULL},
	{"eth0@:p", NULL, NULL, NULL, NULL},
	{"eth0:", NULL, NULL, NULL, NULL},
	{"eth0:a/b", NULL, NULL, NULL, NULL},
	{"eth0:..", NULL, NULL, NULL, NULL},
	{"eth0:a,b", NULL, NULL, NULL, NULL},
	{"a b", NULL, NULL, NULL, NULL},
	{"sixteen-letters-", NULL, NULL, NULL, NULL},
};

static void
must_equal(const char *a, const char *b)
{
	if (!a || !b)
		assert_ptr_equal(a, b);
	else
		assert_string_equal(a, b);
}

static void
interfaces(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ifspec_cases / sizeof ifspec_cases[0]; i++) {
		const struct ifspec_case *c = &ifspec_cases[i];
		struct ifspec s;
		char *label;

		if ((ifspec_parse(&s, c->text, NULL) == V_OK) != (c->interface != NULL))
			fail_msg("'%s'", c->text);
		if (!c->interface)
			continue;
		must_equal(s.interface, c->interface);
		must_equal(s.netns, c->netns);
		must_equal(s.point, c->point);
		label = ifspec_netns_label(&s);
		must_equal(label, c->label);
		free(label);
		ifspec_release(&s);
	}
}

#define WORDS_MAX 12

/* Parse and check a command line that ends in NULL. */
static enum vstatus
check(struct settings *s, struct verr *err, const char *const *words)
{
	static char copies[WORDS_MAX][128];
	char *argv[WORDS_MAX + 1] = {0}, **operands;
	struct opt table[SETTINGS_OPTIONS];
	struct settings_words w;
	int argc = 0;
	size_t n;
	enum vstatus st;

	strcpy(copies[argc], "start");
	argv[argc] = copies[argc];
	for (argc = 1; *words; words++, argc++) {
		assert_true(argc < WORDS_MAX && strlen(*words) < sizeof copies[0]);
		argv[argc] = strcpy(copies[argc], *words);
	}
	settings_table(table, &w);
	st = opt_parse(&operands, &n, argc, argv, table, "", "", err);
	*s = (struct settings){.words = w};
	return st == V_OK ? settings_check(s, &w, err) : st;
}

static void
defaults(void **state)
{
	const char *const words[] = {"--iface", "eth1", NULL};
	struct settings s;
	struct verr err;

	(void)state;
	if (check(&s, &err, words) != V_OK)
		fail_msg("%s", err.msg);
	assert_string_equal(s.words.platform, "unknown");
	assert_string_equal(s.dataset, "datasets/unknown");
	assert_string_equal(s.name, "vcap");
	assert_int_equal(s.snaplen, 128);
	assert_int_equal(s.interval_ns, 100 * NS_PER_MS);
	assert_int_equal(s.rotate_bytes, 1 << 30);
	assert_int_equal(s.max_bytes, 0);
	assert_int_equal(s.n_points, 1);
	assert_null(s.run_id);
	assert_false(s.words.sync);
	settings_release(&s);
}

static void
all_given(void **state)
{
	const char *const words[] = {"-ieth0@1:guest", "--iface=tap0:host", "--platform=kvm",
		"--driver=virtio", "--snaplen=0", "--counters=off", "--compress=19",
		"--max-size=1G", "--rotate=1M", "--name=n", NULL};
	struct settings s;
	struct verr err;

	(void)state;
	if (check(&s, &err, words) != V_OK)
		fail_msg("%s", err.msg);
	assert_string_equal(s.dataset, "datasets/kvm-virtio");
	assert_string_equal(s.name, "n");
	assert_string_equal(s.run_name, "n");
	assert_int_equal(s.snaplen, 262144);
	assert_int_equal(s.interval_ns, 0);
	assert_int_equal(s.level, 19);
	assert_int_equal(s.max_bytes, 1 << 30);
	assert_int_equal(s.rotate_bytes, 1 << 20);
	assert_string_equal(s.points[0].point, "guest");
	assert_string_equal(s.points[1].point, "host");
	settings_release(&s);
}

struct wrong_case {
	const char *words[4];
	const char *says; /* part of the message */
};

static const struct wrong_case wrong_cases[] = {
	{{NULL}, "--iface IF is needed"},
	{{"-ia", "-ia@x", NULL}, "two points are called a"},
	{{"-ia", "--counters=500us", NULL}, "1ms to 1s"},
	{{"-ia", "--counters=2s", NULL}, "1ms to 1s"},
	{{"-ia", "--counters=often", NULL}, "1ms to 1s"},
	{{"-ia", "--compress=20", NULL}, "--compress"},
	{{"-ia", "--compress=0", NULL}, "--compress"},
	{{"-ia", "--compress=fast", NULL}, "--compress"},
	{{"-ia", "--buffer=1K", NULL}, "--buffer"},
	{{"-ia", "--buffer=64G", NULL}, "--buffer"},
	{{"-ia", "--rotate=1", NULL}, "--rotate"},
	{{"-ia", "--snaplen=262145", NULL}, "--snaplen"},
	{{"-ia", "--snaplen=-1", NULL}, "--snaplen"},
	{{"-ia", "--factor=x", NULL}, "NAME=LEVEL"},
	{{"-ia", "--factor=rtt_ns=1", NULL}, "taken by a column"},
	{{"-ia", "--factor=x=1", "--factor=x=1", NULL}, "has a level already"},
	{{"-ia", "-o", "", NULL}, "name of the dataset is empty"},
	{{"-ia", "--duration=0", NULL}, "--duration"},
	{{"-ia", "--watch=x", NULL}, "NAME=PID"},
	{{"-ia", "--watch=x=", NULL}, "NAME=PID"},
	{{"-ia", "--name=a/b", NULL}, "--name"},
	{{"-ia", "--name=..", NULL}, "--name"},
	{{"-ia", "--run-id=../x", NULL}, "--run-id"},
	{{"-ia", "--host-name=", NULL}, "--host-name"},
	{{"-ia", "--platform=a/b", NULL}, "not usable as a file name"},
	{{"-ia", "--filter=icmp and", NULL}, "--filter 'icmp and'"},
};

static void
wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrong_cases / sizeof wrong_cases[0]; i++) {
		struct settings s;
		struct verr err = {""};

		if (check(&s, &err, wrong_cases[i].words) != V_EUSAGE ||
			!strstr(err.msg, wrong_cases[i].says))
			fail_msg("case %zu: '%s' lacks '%s'", i, err.msg, wrong_cases[i].says);
		settings_release(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),
		cmocka_unit_test(interfaces),
		cmocka_unit_test(defaults),
		cmocka_unit_test(all_given),
		cmocka_unit_test(wrong),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
