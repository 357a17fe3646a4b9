/*
 * Tests of the parsers of tables other than /proc/stat: netdev, softnet, irqs, diskstats, pressure,
 * loadavg, procstat.
 *
 * Texts are in the forms that the kernel sources named in each parser print; expected values are
 * read off them by eye.  Whole recorded files are in t_counters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capture/diskstats.h"
#include "capture/irqs.h"
#include "capture/loadavg.h"
#include "capture/netdev.h"
#include "capture/pressure.h"
#include "capture/procstat.h"
#include "capture/softnet.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define FIELDS_MAX 3
#define ROWS_MAX 6

#define HEADING                                              \
	"Inter-|   Receive                    |  Transmit\n" \
	" face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets\n"
#define SOFTNET_TAIL "00000000 00000000 00000000 00000000 00000000 00000000 0000000a"

struct expected {
	const char *key; /* NULL: no further row */
	const char *label;
	uint32_t present;
	uint64_t value[FIELDS_MAX];
};

/* A text, the places that are looked at, and the rows that come of it. */
struct text_case {
	row_next *next;
	const char *text;
	uint32_t at[FIELDS_MAX];
	size_t n_fields;
	struct expected rows[ROWS_MAX];
};

static const struct text_case cases[] = {
	{netdev_next,
		HEADING "    lo:       1       2    0    0    0     0          0         8  "
			"      9      10    0    0    0     0       0         16\n"
			"  eth0:11 12 0 0 0 0 0 18 19 20 0 0 0 0 0 26\n",
		{0, 1, 15}, 3, {{"lo", "", 7, {1, 2, 16}}, {"eth0", "", 7, {11, 12, 26}}}},
	{netdev_next, HEADING "eth0.5@if3: 1 2\nbr-0a,b: 3\n: 4 5\nno colon\neth0:7: 6 7\n",
		{0, 1, 15}, 3,
		{{"eth0.5@if3", "", 3, {1, 2, 0}}, {"br-0a,b", "", 1, {3, 0, 0}},
			{"", "", 3, {4, 5, 0}}, {"eth0:7", "", 3, {6, 7, 0}}}},
	{netdev_next, HEADING "eth0: 1 2 3", {0}, 1, {{0}}},
	{netdev_next, "", {0}, 1, {{0}}},

	/* eleven words: the line's number is the CPU's; thirteen: the last is */
	{softnet_next, "0000ffff 00000001 00000002\nffffffff 00000003 00000004\n", {0, 1, 2}, 3,
		{{"0", "", 7, {65535, 1, 2}}, {"1", "", 7, {UINT32_MAX, 3, 4}}}},
	{softnet_next,
		"1 2 3 0 0 " SOFTNET_TAIL " 0000001f\n"
		"4 5 6 0 0 " SOFTNET_TAIL " 00000020 0 0\n",
		{0, 1, 10}, 3, {{"31", "", 7, {1, 2, 0}}, {"32", "", 7, {4, 5, 0}}}},
	{softnet_next, "100000000 1g FF\n1 2 3", {0, 1, 2}, 3, {{"0", "", 0, {0}}}},

	{softirqs_next, "  CPU0 CPU1 CPU2\n HI: 1 2 3\nNET_RX: 4 5\n TIMER: 6 7 x\nRCU:8 9 10\n",
		{0}, 1,
		{{"HI", "", 1, {6}}, {"NET_RX", "", 0, {0}}, {"TIMER", "", 0, {0}},
			{"RCU", "", 1, {27}}}},
	{softirqs_next, "CPU0 CPU1\nHI: 18446744073709551615 0\nTIMER: 18446744073709551615 1\n",
		{0}, 1, {{"HI", "", 1, {UINT64_MAX}}, {"TIMER", "", 0, {0}}}},
	{softirqs_next, "HI: 1 2 3\n", {0}, 1, {{0}}},
	{softirqs_next, "CPU0 CPU1", {0}, 1, {{0}}},

	{interrupts_next,
		"           CPU0       CPU1\n"
		"  0:         22          0   IO-APIC   2-edge      timer\n"
		" 16:          1          2   IO-APIC  16-fasteoi   "
		"uhci_hcd:usb3, i801_smbus, eth0\n"
		"NMI:          3          4   Non-maskable interrupts\n"
		"136:          5          6  IR-PCI-MSI 524289-edge      eth0-TxRx-1\n"
		" 47:          7          8     GICv3  79 Level     4c000000.ethernet\n"
		" 48:          9\n"
		"ERR:          0\n",
		{0}, 1,
		{{"0", "timer", 1, {22}}, {"16", "uhci_hcd:usb3, i801_smbus, eth0", 1, {3}},
			{"136", "eth0-TxRx-1", 1, {11}}, {"47", "4c000000.ethernet", 1, {15}},
			{"48", "", 0, {0}}}},

	/* four forms: of 4.19, 5.5, before 4.18, and a line with too little */
	{diskstats_next,
		"   8       0 sda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15\n"
		" 259       1 nvme0n1p1 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n"
		"   8       1 sda1 1 2 3 4 5 6 7 8 9 10 11\n"
		"   8       2\n"
		"   8       3 sda3\n",
		{2, 11, 16}, 3,
		{{"sda", "", 3, {3, 12, 0}}, {"nvme0n1p1", "", 7, {3, 12, 17}},
			{"sda1", "", 1, {3, 0, 0}}, {"sda3", "", 0, {0}}}},

	{pressure_next,
		"some avg10=1.04 avg60=1.16 avg300=2.83 total=169746049\n"
		"full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
		"full avg10=0.00 total=-1\n"
		"some total=",
		{0}, 1, {{"some", "", 1, {169746049}}, {"full", "", 1, {0}}, {"full", "", 0, {0}}}},

	{procstat_next, "4711 (qemu-kvm) S 1 2 3\n", {0, 1, 3}, 3, {{"", "", 6, {0, 1, 3}}}},
	{procstat_next, "4711 (a) R 7 (b) S 8 9\nrest 1 2\n", {0, 1, 2}, 3,
		{{"", "", 6, {0, 8, 9}}}},
	{procstat_next, "4711 qemu-kvm S 1 2 3\n", {0, 1, 3}, 3, {{0}}},
	{procstat_next, ")(\n", {0}, 1, {{0}}},
	{procstat_next, "4711 (qemu-kvm) S 1 2 3", {0, 1, 3}, 3, {{0}}},
};

static void
check(const struct text_case *c, const struct row_field *fields)
{
	struct slice text = slice_of(c->text);
	struct row row = {0};

	for (size_t i = 0; i < ROWS_MAX && c->rows[i].key; i++) {
		assert_true(c->next(&row, &text, fields, c->n_fields));
		assert_true(slice_eq(row.key, c->rows[i].key));
		assert_true(slice_eq(row.label, c->rows[i].label));
		assert_int_equal(row.present, c->rows[i].present);
		for (unsigned k = 0; k < c->n_fields; k++)
			if (row.present & 1U << k)
				assert_true(row.value[k] == c->rows[i].value[k]);
	}
	assert_false(c->next(&row, &text, fields, c->n_fields));
}

static void
texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct row_field fields[FIELDS_MAX];

		for (size_t k = 0; k < FIELDS_MAX; k++)
			fields[k] = (struct row_field){.at = cases[i].at[k], .scale = 1};
		check(&cases[i], fields);
	}
}

static void
hundredths(void **state)
{
	static const struct row_field fields[] = {
		{.scale = 1, .decimals = 2},
		{.scale = 1, .decimals = 2},
		{.scale = 1, .decimals = 2},
	};
	struct slice text = SLICE_LIT("0.17 123.04 -1.00 3/93 26463\n");
	struct slice cut = SLICE_LIT("0.17 1.0");
	struct row row = {0};

	(void)state;
	assert_true(loadavg_next(&row, &text, fields, 3));
	assert_int_equal(row.present, 3);
	assert_int_equal(row.value[0], 17);
	assert_int_equal(row.value[1], 12304);
	assert_false(loadavg_next(&row, &text, fields, 3));
	assert_false(loadavg_next(&row, &cut, fields, 3));
}

static void
identities(void **state)
{
	static const struct {
		const char *text;
		int64_t pid;
		int64_t parent;
		const char *name;
	} tasks[] = {
		{"1 (systemd) S 0 1 1\n", 1, 0, "systemd"},
		{"4713 (a) R 1 (x) S 4711 2 3\n", 4713, 4711, "a) R 1 (x"},
		{"9 () I 2 0\n", 9, 2, ""},
		{"9 (x) I\n", 0, 0, NULL},
		{"x (x) I 2\n", 0, 0, NULL},
		{"9 (x) I 2", 0, 0, NULL},
		{"", 0, 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(tasks); i++) {
		struct procstat_id id;

		bool known = procstat_identify(&id, slice_of(tasks[i].text));

		assert_int_equal(known, tasks[i].name != NULL);
		if (!known)
			continue;
		assert_int_equal(id.pid, tasks[i].pid);
		assert_int_equal(id.parent, tasks[i].parent);
		assert_true(slice_eq(id.name, tasks[i].name));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(hundredths),
		cmocka_unit_test(identities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
