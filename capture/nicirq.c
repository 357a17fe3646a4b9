/*
 * nicirq - see nicirq.h.
 *
 * Three signs, each enough.  The device's message-signalled interrupts are listed in sysfs
 * (msi_irqs of the PCI device; of a virtio device it is the parent's).  Without those, the file irq
 * names its one wire, 0 for none.  And drivers name their handlers after the interface
 * (eth0-TxRx-3) or, with virtio, after the device (virtio2-input.0), which also finds those of
 * devices without PCI.
 */
#include "capture/nicirq.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/alloc.h"
#include "core/file.h"

#define NET_DIR "sys/class/net"
#define DEPTH_MAX 4 /* bridge over bond over VLAN over NIC */

static void
add_name(struct nicirq *set, const char *name)
{
	GROW(set->names, set->n_names, set->cap_names);
	set->names[set->n_names++] = xstrdup(name);
}

static void
add_number(struct nicirq *set, uint64_t number)
{
	GROW(set->numbers, set->n_numbers, set->cap_numbers);
	set->numbers[set->n_numbers++] = number;
}

/* The interrupts that a directory msi_irqs lists; false when there are none. */
static bool
add_messages(struct nicirq *set, const char *device, const char *msi_irqs)
{
	char *dir = file_join(device, msi_irqs);
	size_t before = set->n_numbers, n;
	uint64_t number;
	char **names;

	if (file_list(&names, &n, dir, NULL) == V_OK) {
		for (size_t i = 0; i < n; i++)
			if (slice_u64(slice_of(names[i]), &number))
				add_number(set, number);
		file_list_free(names, n);
	}
	free(dir);
	return set->n_numbers > before;
}

static void
add_wire(struct nicirq *set, const char *device)
{
	char *path = file_join(device, "irq"), *text;
	uint64_t number;
	size_t len;

	if (file_slurp(&text, &len, path, NULL) == V_OK) {
		struct slice word, rest = {text, len};

		if (slice_word(&word, &rest) && slice_u64(word, &number) && number > 0)
			add_number(set, number);
		free(text);
	}
	free(path);
}

static void
add_device(struct nicirq *set, const char *dir)
{
	char *device = file_join(dir, "device"), target[PATH_MAX];
	ssize_t n = readlink(device, target, sizeof target - 1);
	char *name;

	if (n > 0) {
		target[n] = '\0';
		name = file_base(target);
		if (slice_starts(slice_of(name), "virtio")) {
			add_name(set, name);
			add_messages(set, device, "../msi_irqs");
		} else if (!add_messages(set, device, "msi_irqs")) {
			add_wire(set, device);
		}
		free(name);
	}
	free(device);
}

static void
add_interface(struct nicirq *set, const char *root, const char *interface, int depth)
{
	char *dir, **names;
	size_t n;

	if (!file_name_is_local(interface) || strchr(interface, '/') || depth > DEPTH_MAX)
		return;
	dir = xasprintf("%s/" NET_DIR "/%s", root, interface);
	add_name(set, interface);
	add_device(set, dir);
	if (file_list(&names, &n, dir, NULL) == V_OK) {
		for (size_t i = 0; i < n; i++)
			if (slice_starts(slice_of(names[i]), "lower_"))
				add_interface(set, root, names[i] + strlen("lower_"), depth + 1);
		file_list_free(names, n);
	}
	free(dir);
}

void
nicirq_find(struct nicirq *set, const char *root, const char *const *interfaces)
{
	*set = (struct nicirq){0};
	for (size_t i = 0; interfaces && interfaces[i]; i++)
		add_interface(set, root, interfaces[i], 0);
}

void
nicirq_release(struct nicirq *set)
{
	for (size_t i = 0; i < set->n_names; i++)
		free(set->names[i]);
	free(set->names);
	free(set->numbers);
	*set = (struct nicirq){0};
}

/* Is the handler called so, or so with a part number: "eth1", "eth1-rx-0", but not "eth10"? */
static bool
is_named(struct slice handler, const char *name)
{
	size_t n = strlen(name);

	return slice_starts(handler, name) &&
		(handler.n == n || strchr("-_.:@", handler.p[n]) != NULL);
}

bool
nicirq_has(const struct nicirq *set, struct slice number, struct slice handlers)
{
	struct slice handler;
	uint64_t irq;

	if (slice_u64(number, &irq))
		for (size_t i = 0; i < set->n_numbers; i++)
			if (set->numbers[i] == irq)
				return true;
	while (slice_cut(&handler, &handlers, ','))
		for (size_t i = 0; i < set->n_names; i++)
			if (is_named(slice_trim(handler), set->names[i]))
				return true;
	return false;
}
