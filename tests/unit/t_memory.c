/*
 * t_memory - what the machine can give, from made-up /proc and /sys trees; sizes as people write
 * them.  Expected values are worked out by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/memory.h"
#include "tests/unit/tmpdir.h"

#define MEMINFO "MemTotal: 9000 kB\nMemFree: 10 kB\nMemAvailable:    4000 kB\n"
#define V1 "sys/fs/cgroup/memory/"
#define V2 "sys/fs/cgroup/"

static const struct {
	const char *files[12]; /* path, text, ... */
	uint64_t available;
} machines[] = {
	{{NULL}, UINT64_MAX},
	{{"proc/meminfo", MEMINFO}, 4096000},
	/* version 2: the parent leaves less than the group itself; 1000000 - (600000 - 100000) */
	{{"proc/meminfo", MEMINFO, "proc/self/cgroup", "0::/a/b\n", V2 "a/b/memory.max", "max\n",
		 V2 "a/memory.max", "1000000\n", V2 "a/memory.current", "600000\n"},
		400000},
	{{"proc/meminfo", MEMINFO, "proc/self/cgroup", "0::/a\n", V2 "a/memory.max", "1000000\n",
		 V2 "a/memory.current", "600000\n", V2 "a/memory.stat",
		 "anon 1\ninactive_file 100000\n"},
		500000},
	/* inside a container the path does not exist, but the top does */
	{{"proc/self/cgroup", "0::/far/away\n", V2 "memory.max", "700\n", V2 "memory.current",
		 "50\n"},
		650},
	/* version 1, among other controllers; more used than allowed */
	{{"proc/meminfo", MEMINFO, "proc/self/cgroup", "9:pids:/x\n4:cpu,memory:/x\n",
		 V1 "x/memory.limit_in_bytes", "5000\n", V1 "x/memory.usage_in_bytes", "6000\n"},
		0},
	{{"proc/meminfo", "nothing\n", "proc/self/cgroup", "what\n:::\n\n"}, UINT64_MAX},
};

static void
test_machines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
		char root[16], path[100];

		snprintf(root, sizeof root, "m%zu", i);
		for (size_t k = 0; machines[i].files[k]; k += 2) {
			snprintf(path, sizeof path, "%s/%s", root, machines[i].files[k]);
			tmpdir_put(path, machines[i].files[k + 1]);
		}
		assert_int_equal(memory_available(tmpdir_at(root)), machines[i].available);
	}
}

static void
test_sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes; /* 0: none */
	} sizes[] = {
		{"1", 1},
		{"64k", 65536},
		{"3M", 3145728},
		{"2G", UINT64_C(2147483648)},
		{"1T", UINT64_C(1099511627776)},
		{"16777215T", UINT64_C(16777215) << 40},
		{"16777216T", 0},
		{"0", 0},
		{"", 0},
		{"M", 0},
		{"-1", 0},
		{"1.5G", 0},
		{"5 M", 0},
		{"5Mi", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		uint64_t bytes;
		bool ok = memory_parse(&bytes, slice_of(sizes[i].text));

		assert_int_equal(ok, sizes[i].bytes != 0);
		if (ok)
			assert_int_equal(bytes, sizes[i].bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, tmpdir_make, tmpdir_remove);
}
