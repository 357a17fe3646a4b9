#ifndef VANTAGE_CAPTURE_NICIRQ_H
#define VANTAGE_CAPTURE_NICIRQ_H
/*
 * nicirq - which interrupts are those of given network interfaces.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

struct nicirq {
	uint64_t *numbers;
	size_t n_numbers;
	size_t cap_numbers;
	char **names; /* that handlers begin with */
	size_t n_names;
	size_t cap_names;
};

/*
 * nicirq_find - for interfaces (NULL-terminated; may be NULL) of the network namespace that
 *   root/sys shows, and those below them (of a bridge, bond or VLAN).
 */
void nicirq_find(struct nicirq *set, const char *root, const char *const *interfaces);
void nicirq_release(struct nicirq *set);

/* nicirq_has - is the line of /proc/interrupts with that number and those handlers one of them? */
bool nicirq_has(const struct nicirq *set, struct slice number, struct slice handlers);

#endif
