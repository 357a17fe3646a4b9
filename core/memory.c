/*
 * memory - see memory.h.
 *
 * Limits of control groups hold for a group and all groups below it, so those of the parents count
 * as well.  A group's use contains the page cache, which the kernel gives up before anything
 * else, so the part of it that was not used lately counts as free.  Inside a container the paths
 * in /proc/self/cgroup may not exist; its own limits then stand at the top.
 *
 * Swap is not counted: statistics that swap do not end.
 */
#include "core/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/alloc.h"
#include "core/file.h"

/* The number behind a word at the start of a line, or alone in the file (word ""). */
static bool
read_number(uint64_t *v, const char *root, const char *path, const char *word)
{
	char *full = xasprintf("%s%s", root, path), *text;
	struct slice rest, line, field;
	struct verr ignored;
	bool found = false;
	size_t len;

	if (file_slurp(&text, &len, full, &ignored) == V_OK) {
		rest = (struct slice){text, len};
		while (!found && slice_line(&line, &rest))
			found = (!*word || (slice_word(&field, &line) && slice_eq(field, word))) &&
				slice_word(&field, &line) && slice_u64(field, v);
	}
	free(text);
	free(full);
	return found;
}

static const struct version {
	const char *mount;
	const char *limit;
	const char *use;
	const char *cache; /* in memory.stat */
} versions[] = {
	{"/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"},
	{"/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
		"total_inactive_file"},
};

static bool
read_group(uint64_t *v, const char *root, const struct version *version, const char *group,
	const char *file, const char *word)
{
	char *path = xasprintf("%s%s/%s", version->mount, group, file);
	bool ok = read_number(v, root, path, word);

	free(path);
	return ok;
}

/* What is left of one group's limit; UINT64_MAX without one. */
static uint64_t
left_in_group(const char *root, const struct version *version, const char *group)
{
	uint64_t limit, use = 0, cache = 0;

	if (!read_group(&limit, root, version, group, version->limit, ""))
		return UINT64_MAX;
	read_group(&use, root, version, group, version->use, "");
	read_group(&cache, root, version, group, "memory.stat", version->cache);
	use -= cache < use ? cache : use;
	return limit > use ? limit - use : 0;
}

/* Of a group and its parents. */
static uint64_t
left_in_groups(const char *root, const struct version *version, struct slice path)
{
	char *group = xstrndup(path.p, path.n), *slash;
	uint64_t left = UINT64_MAX;

	for (;;) {
		uint64_t here = left_in_group(root, version, group);

		left = here < left ? here : left;
		slash = strrchr(group, '/');
		if (!slash)
			break;
		*slash = '\0';
	}
	free(group);
	return left;
}

/* A line of /proc/self/cgroup: "0::/path", or "4:memory:/path" of version 1. */
static uint64_t
left_by_line(const char *root, struct slice line)
{
	struct slice number, controllers, one;
	bool memory = false;

	if (!slice_cut(&number, &line, ':') || !slice_cut(&controllers, &line, ':') || !line.p)
		return UINT64_MAX;
	if (!controllers.n)
		return left_in_groups(root, &versions[0], line);
	while (slice_cut(&one, &controllers, ','))
		memory |= slice_eq(one, "memory");
	return memory ? left_in_groups(root, &versions[1], line) : UINT64_MAX;
}

uint64_t
memory_available(const char *root)
{
	char *path = xasprintf("%s/proc/self/cgroup", root), *text;
	uint64_t available = UINT64_MAX, kib, left;
	struct slice rest, line;
	struct verr ignored;
	size_t len;

	if (read_number(&kib, root, "/proc/meminfo", "MemAvailable:") && kib <= UINT64_MAX / 1024)
		available = kib * 1024;
	if (file_slurp(&text, &len, path, &ignored) == V_OK) {
		rest = (struct slice){text, len};
		while (slice_line(&line, &rest)) {
			left = left_by_line(root, line);
			available = left < available ? left : available;
		}
	}
	free(text);
	free(path);
	return available;
}

enum vstatus
memory_limit(uint64_t bytes, struct verr *err)
{
	uint64_t taken_kib = 0, limit;
	struct rlimit r;

	read_number(&taken_kib, "", "/proc/self/status", "VmData:");
	if (getrlimit(RLIMIT_DATA, &r) != 0)
		return verr_sys(err, "cannot limit memory");
	if (__builtin_add_overflow(bytes, taken_kib * 1024, &limit) || limit >= r.rlim_cur)
		return V_OK;
	r.rlim_cur = limit;
	if (setrlimit(RLIMIT_DATA, &r) != 0)
		return verr_sys(err, "cannot limit memory");
	return V_OK;
}

bool
memory_parse(uint64_t *bytes, struct slice text)
{
	static const char units[] = "kKmMgGtT";
	const char *unit = text.n ? memchr(units, text.p[text.n - 1], sizeof units - 1) : NULL;
	unsigned shift = unit ? 10 * ((unsigned)(unit - units) / 2 + 1) : 0;

	if (unit)
		text.n--;
	if (!slice_u64(text, bytes) || !*bytes || *bytes > UINT64_MAX >> shift)
		return false;
	*bytes <<= shift;
	return true;
}
