/*
 * watch - finds what belongs to a watched process or control group; see place.h.
 *
 * A process ("qemu=4711") brings
 *   proc.qemu              its own counts, those of all its threads, also of finished ones
 *   proc.qemu.thread.X     each of its threads, X being the thread's name and number
 *   proc.qemu.child.X      each process that descends from it, as a whole
 * Packets of virtio-net are moved by vhost threads.  Up to Linux 6.3 these are kernel threads named
 * vhost-OWNER that do not belong to the process, and what they consume is missing in its counts:
 * they are looked for by that name (OWNER may be any thread of the process) and listed with the
 * threads.  From 6.4 on they are threads of the process under the same name.
 *
 * A control group ("web=/docker/ID") is a path below /sys/fs/cgroup, of version 2 where that
 * is a hierarchy of version 2, else below the controllers of version 1, else below "unified" of a
 * machine that has both.  Other mount points are not looked for.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/place.h"
#include "capture/procstat.h"
#include "core/alloc.h"
#include "core/file.h"
#include "core/log.h"
#include "core/str.h"

#define CGROUP_DIR "sys/fs/cgroup"
#define STAT_MAX_BYTES 4096
#define NAME_MAX_BYTES 64
#define VHOST "vhost-"

struct task {
	int64_t pid;
	int64_t parent;
	char *name;   /* letters, digits and - _ / : only */
	bool belongs; /* is the watched process or descends from it */
};

struct tasks {
	struct task *items;
	size_t n;
	size_t cap;
};

static void
tasks_release(struct tasks *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->items[i].name);
	free(t->items);
}

/* A task's name without what would disturb a column's name: "CPU 0/KVM" becomes "CPU_0/KVM". */
static char *
clean_name(struct slice name)
{
	char *clean = xstrndup(name.p, name.n);

	for (char *c = clean; *c; c++)
		if (!(*c >= 'a' && *c <= 'z') && !(*c >= 'A' && *c <= 'Z') &&
			!(*c >= '0' && *c <= '9') && !strchr("-_/:", *c))
			*c = '_';
	return clean;
}

static bool
read_task(struct task *task, const char *root, const char *dir)
{
	char *path = xasprintf("%s/%s/stat", root, dir), text[STAT_MAX_BYTES];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
	struct procstat_id id;
	bool ok = n > 0 && procstat_identify(&id, (struct slice){text, (size_t)n});

	if (ok)
		*task = (struct task){id.pid, id.parent, clean_name(id.name), false};
	if (fd >= 0)
		close(fd);
	free(path);
	return ok;
}

/* Every task in a directory that is named by task numbers: proc, proc/PID/task. */
static void
list_tasks(struct tasks *tasks, const char *root, const char *dir)
{
	char *path = xasprintf("%s/%s", root, dir);
	char **names;
	size_t n;
	uint64_t number;

	if (file_list(&names, &n, path, NULL) == V_OK) {
		for (size_t i = 0; i < n; i++) {
			char *sub = xasprintf("%s/%s", dir, names[i]);

			GROW(tasks->items, tasks->n, tasks->cap);
			if (slice_u64(slice_of(names[i]), &number) &&
				read_task(&tasks->items[tasks->n], root, sub))
				tasks->n++;
			free(sub);
		}
		file_list_free(names, n);
	}
	free(path);
}

static bool
has_pid(const struct tasks *tasks, int64_t pid)
{
	for (size_t i = 0; i < tasks->n; i++)
		if (tasks->items[i].pid == pid)
			return true;
	return false;
}

static bool
belongs(const struct tasks *all, int64_t pid)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->items[i].pid == pid)
			return all->items[i].belongs;
	return false;
}

/* Mark the process and its descendants; children may stand before their parents. */
static bool
mark_family(struct tasks *all, int64_t pid)
{
	bool found = false, more = true;

	for (size_t i = 0; i < all->n; i++)
		if (all->items[i].pid == pid)
			all->items[i].belongs = found = true;
	while (more) {
		more = false;
		for (size_t i = 0; i < all->n; i++) {
			struct task *t = &all->items[i];

			if (!t->belongs && belongs(all, t->parent))
				t->belongs = more = true;
		}
	}
	return found;
}

/* Is it a kernel thread that moves packets for the family or one of the process' threads? */
static bool
is_vhost(const struct task *t, const struct tasks *all, const struct tasks *threads)
{
	int64_t owner;

	return !t->belongs && slice_starts(slice_of(t->name), VHOST) &&
		slice_i64(slice_of(t->name + sizeof VHOST - 1), &owner) &&
		(belongs(all, owner) || has_pid(threads, owner));
}

static void
add_task(struct places *p, enum source_scope scope, const char *watch, const char *role,
	const struct task *t, char *dir)
{
	places_add(p, scope, xasprintf("%s.%s.%s-%lld", watch, role, t->name, (long long)t->pid),
		dir, -1);
}

static void
add_threads(struct places *p, const char *watch, int64_t pid, const struct tasks *threads)
{
	for (size_t i = 0; i < threads->n && i < PLACE_THREADS_MAX; i++)
		add_task(p, SOURCE_THREAD, watch, "thread", &threads->items[i],
			xasprintf("proc/%lld/task/%lld", (long long)pid,
				(long long)threads->items[i].pid));
	if (threads->n > PLACE_THREADS_MAX)
		log_warn("watch %s: %zu threads, the first %d are recorded one by one", watch,
			threads->n, PLACE_THREADS_MAX);
}

/* The processes that descend from the watched one, and the vhost threads of all. */
static void
add_family(struct places *p, const char *watch, int64_t pid, const struct tasks *all,
	const struct tasks *threads)
{
	size_t n_children = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct task *t = &all->items[i];
		char *dir = xasprintf("proc/%lld", (long long)t->pid);

		if (is_vhost(t, all, threads))
			add_task(p, SOURCE_THREAD, watch, "thread", t, dir);
		else if (t->belongs && t->pid != pid && ++n_children <= PLACE_CHILDREN_MAX)
			add_task(p, SOURCE_PROCESS, watch, "child", t, dir);
		else
			free(dir);
	}
	if (n_children > PLACE_CHILDREN_MAX)
		log_warn("watch %s: %zu processes descend from it, the first %d are recorded",
			watch, n_children, PLACE_CHILDREN_MAX);
}

static enum vstatus
add_process(struct places *p, const char *root, const char *watch, int64_t pid, struct verr *err)
{
	struct tasks all = {0}, threads = {0};
	char *task_dir = xasprintf("proc/%lld/task", (long long)pid);
	enum vstatus st = V_OK;

	list_tasks(&all, root, "proc");
	if (mark_family(&all, pid)) {
		list_tasks(&threads, root, task_dir);
		places_add(p, SOURCE_PROCESS, xstrdup(watch),
			xasprintf("proc/%lld", (long long)pid), -1);
		add_threads(p, watch, pid, &threads);
		add_family(p, watch, pid, &all, &threads);
	} else {
		st = verr_set(
			err, V_EUSAGE, "watch %s: there is no process %lld", watch, (long long)pid);
	}
	tasks_release(&all);
	tasks_release(&threads);
	free(task_dir);
	return st;
}

/* ---- control groups ---- */

static bool
is_dir_below(const char *root, const char *base, const char *group)
{
	char *path = xasprintf("%s/%s/%s", root, base, group);
	bool is = file_is_dir(path);

	free(path);
	return is;
}

static bool
is_version2(const char *root)
{
	char *path = xasprintf("%s/" CGROUP_DIR "/cgroup.controllers", root);
	bool is = file_exists(path);

	free(path);
	return is;
}

static bool
in_version1(const char *root, const char *group)
{
	return is_dir_below(root, CGROUP_DIR "/cpuacct", group) ||
		is_dir_below(root, CGROUP_DIR "/cpu", group) ||
		is_dir_below(root, CGROUP_DIR "/memory", group);
}

static enum vstatus
add_cgroup(
	struct places *p, const char *root, const char *watch, const char *group, struct verr *err)
{
	const char *base = is_version2(root) ? CGROUP_DIR : CGROUP_DIR "/unified";

	while (*group == '/')
		group++;
	if (*group && !file_name_is_local(group))
		return verr_set(err, V_EUSAGE,
			"watch %s: expected a process' number or a control group's path", watch);
	if (!is_version2(root) && in_version1(root, group))
		places_add(p, SOURCE_CGROUP1, xstrdup(watch), xstrdup(group), -1);
	else if (is_dir_below(root, base, group))
		places_add(p, SOURCE_CGROUP2, xstrdup(watch), xasprintf("%s/%s", base, group), -1);
	else
		return verr_set(err, V_EUSAGE,
			"watch %s: there is no control group /%s below %s/" CGROUP_DIR, watch,
			group, root);
	return V_OK;
}

/* ---- both ---- */

/* A watch's name becomes part of columns' names, where a dot ends it. */
static bool
is_name(struct slice name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
			c != '-' && c != '_')
			return false;
	}
	return name.n > 0 && name.n <= NAME_MAX_BYTES;
}

static bool
is_taken(const struct places *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->items[i].scope >= SOURCE_PROCESS && strcmp(p->items[i].instance, name) == 0)
			return true;
	return false;
}

enum vstatus
watch_add(struct places *p, const char *root, const char *watch, struct verr *err)
{
	struct slice name, rest = slice_of(watch);
	char *text;
	int64_t pid;
	enum vstatus st;

	if (!slice_cut(&name, &rest, '=') || !rest.p || rest.n == 0 || !is_name(name))
		return verr_set(err, V_EUSAGE,
			"watch %s: expected NAME=PID or NAME=/CONTROL/GROUP, "
			"NAME of up to %d letters, digits, - and _",
			watch, NAME_MAX_BYTES);
	text = xstrndup(name.p, name.n);
	if (is_taken(p, text))
		st = verr_set(err, V_EUSAGE, "watch %s: there are two watches of that name", text);
	else if (slice_i64(rest, &pid))
		st = add_process(p, root, text, pid, err);
	else
		st = add_cgroup(p, root, text, rest.p, err);
	free(text);
	return st;
}
