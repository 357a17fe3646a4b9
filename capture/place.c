/*
 * place - see place.h.
 */
#include "capture/place.h"

#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/file.h"
#include "core/str.h"

#define CPU_DIR "sys/devices/system/cpu"

void
places_add(struct places *p, enum source_scope scope, char *instance, char *dir, int fd)
{
	GROW(p->items, p->n, p->cap);
	p->items[p->n++] = (struct place){scope, instance, dir, fd};
}

void
places_release(struct places *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->items[i].instance);
		free(p->items[i].dir);
	}
	free(p->items);
	*p = (struct places){0};
}

static void
add_netns(struct places *p, const struct counters_params *params)
{
	for (size_t i = 0; i < params->n_netns; i++) {
		const char *label = params->netns[i].label;
		char *instance = *label ? xasprintf("%s:", label) : xstrdup("");

		places_add(p, SOURCE_NETNS, instance, xstrdup(""), params->netns[i].proc_net_fd);
	}
	if (params->n_netns == 0)
		places_add(p, SOURCE_NETNS, xstrdup(""), xstrdup("proc/net"), -1);
}

static void
add_cpus(struct places *p, const char *root)
{
	char *dir = xasprintf("%s/" CPU_DIR, root);
	char **names;
	size_t n;
	uint64_t number;

	if (file_list(&names, &n, dir, NULL) == V_OK) {
		for (size_t i = 0; i < n; i++)
			if (slice_starts(slice_of(names[i]), "cpu") &&
				slice_u64(slice_of(names[i] + 3), &number))
				places_add(p, SOURCE_CPU, xstrdup(names[i] + 3),
					xasprintf(CPU_DIR "/%s", names[i]), -1);
		file_list_free(names, n);
	}
	free(dir);
}

enum vstatus
places_find(struct places *p, const struct counters_params *params, struct verr *err)
{
	enum vstatus st = V_OK;

	places_add(p, SOURCE_HOST, xstrdup(""), xstrdup(""), -1);
	add_netns(p, params);
	add_cpus(p, params->root);
	for (size_t i = 0; st == V_OK && params->watches && params->watches[i]; i++)
		st = watch_add(p, params->root, params->watches[i], err);
	return st;
}
