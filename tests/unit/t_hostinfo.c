/*
 * Tests of capture/hostinfo and capture/nicinfo.
 *
 * Facts of the machine: the trees of tests/proc, read off them by hand.  Interfaces: the loopback
 * interface of the machine that runs the test, compared with what sysfs says of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/timex.h>

#include <cmocka.h>

#include "capture/hostinfo.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

struct expected {
	const char *root;
	const char *key;
	const char *text; /* NULL: null */
};

static const struct expected facts[] = {
	{"root1", "kernel", "4.19.0-21-amd64"},
	{"root1", "kernel_build", "#1 SMP Debian 4.19.249-2 (2022-06-30)"},
	{"root1", "os", "Debian GNU/Linux 10 (buster)"},
	{"root1", "cpu", "Intel(R) Core(TM) i5-4590 CPU @ 3.30GHz"},
	{"root1", "cores", "2"},
	{"root1", "memory_bytes", "8363876352"},
	{"root1", "clocksource", "tsc"},
	{"root1", "governor", NULL},
	{"root1", "smt", NULL},
	{"root1", "isolated_cpus", NULL},
	{"root1", "ntp", NULL},
	{"root1", "virtualization", "none"},
	{"root1", "hypervisor", NULL},
	{"root1", "container", NULL},

	{"root2", "cpu", "Intel Core Processor (Haswell, no TSX)"},
	{"root2", "cores", "3"},
	{"root2", "isolated_cpus", "1,3"},
	{"root2", "clocksource", "kvm-clock"},
	{"root2", "virtualization", "qemu"},
	{"root2", "hypervisor", "QEMU Standard PC (Q35 + ICH9, 2009) pc-q35-7.2"},
	{"root2", "container", "lxc"},
	{"root2", "os", "Small Linux"},
	{"root2", "mitigations", NULL},

	{"root3", "kernel", "6.1.0-18-arm64"},
	{"root3", "cpu", "implementer 0x41 part 0xd0c"},
	{"root3", "smt", "true"},
	{"root3", "governor", "performance powersave"},
	{"root3", "virtualization", "xen"},
	{"root3", "hypervisor", "Xen 4.17.3"},
	{"root3", "os", NULL},

	{"root6", "kernel", NULL},
	{"root6", "cpu", NULL},
	{"root6", "cores", NULL},
	{"root6", "memory_bytes", NULL},
	{"root6", "virtualization", NULL},
	{"root6", "hypervisor", NULL},
	{"nosuch", "kernel", NULL},
	{"nosuch", "mitigations", NULL},
};

static void
check_member(const struct json *object, const char *key, const char *expected)
{
	const struct json *node = json_get(object, key);
	char number[32];
	const char *is = json_str(node, NULL);
	int64_t v;

	if (!node)
		fail_msg("%s is not there", key);
	if (json_is_number(node) && json_i64(node, &v)) {
		snprintf(number, sizeof number, "%lld", (long long)v);
		is = number;
	} else if (json_bool(node, true) == json_bool(node, false)) {
		is = json_bool(node, false) ? "true" : "false";
	}
	if (!expected && !json_is_null(node))
		fail_msg("%s is %s, expected null", key, is ? is : "an object");
	if (expected && (!is || strcmp(is, expected) != 0))
		fail_msg("%s is %s, expected %s", key, is ? is : "null", expected);
}

static void
facts_of_trees(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(facts); i++) {
		struct json *host = json_object();
		char root[64];

		snprintf(root, sizeof root, "tests/proc/%s", facts[i].root);
		hostinfo_host(host, root);
		check_member(host, facts[i].key, facts[i].text);
		json_free(host);
	}
}

static void
mitigations(void **state)
{
	struct json *host = json_object();
	const struct json *m;

	(void)state;
	hostinfo_host(host, "tests/proc/root1");
	m = json_get(host, "mitigations");
	assert_int_equal(json_len(m), 2);
	check_member(m, "meltdown", "Mitigation: PTI");
	check_member(
		m, "mds", "Vulnerable: Clear CPU buffers attempted, no microcode; SMT disabled");
	json_free(host);
}

/* adjtimex(2): offset in ns or us by STA_NANO, errors in us, frequency in ppm times 2^16. */
static void
ntp(void **state)
{
	static const struct {
		struct timex tx;
		int state;
		const char *synchronized;
		const char *offset_ns;
		const char *estimated_ns;
	} cases[] = {
		{{.status = STA_PLL | STA_NANO, .offset = -4321, .esterror = 17, .maxerror = 1000},
			TIME_OK, "true", "-4321", "17000"},
		{{.status = STA_PLL, .offset = -4321, .esterror = 17, .maxerror = 1000}, TIME_INS,
			"true", "-4321000", "17000"},
		{{.status = STA_UNSYNC | STA_NANO, .esterror = 16000000}, TIME_OK, "false", "0",
			"16000000000"},
		{{.status = STA_NANO}, TIME_ERROR, "false", "0", "0"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct json *host = json_object();
		const struct json *is;

		hostinfo_ntp(host, &cases[i].tx, cases[i].state);
		is = json_get(host, "ntp");
		check_member(is, "synchronized", cases[i].synchronized);
		check_member(is, "offset_ns", cases[i].offset_ns);
		check_member(is, "estimated_error_ns", cases[i].estimated_ns);
		json_free(host);
	}
}

static void
ntp_frequency(void **state)
{
	const struct timex tx = {.freq = -3 * 65536 / 2};
	struct json *host = json_object();
	double ppm;

	(void)state;
	hostinfo_ntp(host, &tx, TIME_OK);
	assert_true(json_f64(json_get(json_get(host, "ntp"), "frequency_ppm"), &ppm));
	assert_true(ppm == -1.5);
	json_free(host);
}

/* Whatever the machine is, all of its facts are there, if only as null. */
static void
this_machine(void **state)
{
	static const char *const keys[] = {"kernel", "kernel_build", "os", "cpu", "cores", "smt",
		"isolated_cpus", "governor", "memory_bytes", "clocksource", "ntp", "mitigations",
		"virtualization", "hypervisor", "container"};
	struct json *host = json_object();
	int64_t cores;

	(void)state;
	hostinfo_host(host, "");
	for (size_t i = 0; i < N_OF(keys); i++)
		assert_non_null(json_get(host, keys[i]));
	assert_int_equal(json_len(host), N_OF(keys));
	if (access("/sys/devices/system/cpu/present", R_OK) == 0) /* not so in a bare chroot */
		assert_true(json_i64(json_get(host, "cores"), &cores) && cores > 0);
	json_free(host);
}

static const char *const nic_keys[] = {"driver", "driver_version", "firmware", "bus", "mac",
	"mtu_bytes", "speed_mbps", "offloads", "coalescing", "qdisc"};

static void
loopback(void **state)
{
	struct json *point = json_object();
	FILE *f = fopen("/sys/class/net/lo/mtu", "r");
	char mtu[32] = "";

	(void)state;
	if (!f || fscanf(f, "%31s", mtu) != 1)
		skip();
	fclose(f);
	hostinfo_interface(point, "lo");
	for (size_t i = 0; i < N_OF(nic_keys); i++)
		assert_non_null(json_get(point, nic_keys[i]));
	assert_int_equal(json_len(point), N_OF(nic_keys));
	check_member(point, "mtu_bytes", mtu);
	check_member(point, "mac", NULL);
	json_free(point);
}

static void
no_such_interface(void **state)
{
	static const char *const names[] = {
		"nosuch0", "", "a name that is far too long for one", "*"};

	(void)state;
	for (size_t i = 0; i < N_OF(names); i++) {
		struct json *point = json_object();

		assert_false(hostinfo_interface(point, names[i]));
		for (size_t k = 0; k < N_OF(nic_keys); k++)
			check_member(point, nic_keys[k], NULL);
		json_free(point);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_of_trees),
		cmocka_unit_test(mitigations),
		cmocka_unit_test(ntp),
		cmocka_unit_test(ntp_frequency),
		cmocka_unit_test(this_machine),
		cmocka_unit_test(loopback),
		cmocka_unit_test(no_such_interface),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
