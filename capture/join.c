/*
 * join - parts of a run into one.
 *
 * Nothing of the parts is recomputed: captures, tool outputs and counters are copied byte by byte,
 * points, tools, counters tables and events keep the host they name, and the hosts' facts (clock
 * source, NTP state) are listed side by side.  Differences between clocks are for the analysis to
 * respect.  Where parts have a file of the same name (counters.csv.zst, ping.txt), each gets its
 * host's name: counters.HOST.csv.zst.  Keys that we do not know are taken over: those of a point, a
 * tool, a table of counters, a host or an event with it, those of run.json itself from the first
 * part that has them.
 *
 * Times: started is the earliest, ended the latest of the parts'.  The state is the worst of them.
 */
#include "capture/join.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/join_int.h"
#include "core/alloc.h"
#include "core/file.h"
#include "core/run.h"
#include "core/str.h"
#include "core/sums.h"
#include "core/text.h"
#include "core/tstamp.h"

#define PARTS_MAX 1000

/* ---- making one of them ---- */

struct joining {
	struct run run;
	char *dir;
	size_t n_made; /* directories: dir and those above it */
	struct json *hosts, *points, *tools, *counters, *events; /* in run.document */
	const struct run *parts;
	size_t n_parts;
};

/* A host's name as part of a file's: it comes from a document, and may hold anything. */
static char *
safe_name(const char *host)
{
	char *name = xstrdup(host && *host ? host : "other");

	for (char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-_", *c))
			*c = '_';
	return name;
}

/* Is there a file of that name in another part?  Then neither keeps it. */
static bool
is_shared(const struct joining *j, const struct run *part, const char *file)
{
	bool shared = false;

	for (size_t i = 0; i < j->n_parts && !shared; i++) {
		char *path = file_join(j->parts[i].path, file);

		shared = &j->parts[i] != part && file_exists(path);
		free(path);
	}
	return shared;
}

/* What a part's file is called in the joint run, on the heap. */
static char *
joint_name(const struct joining *j, const struct run *part, const char *file, const char *host)
{
	size_t stem = strcspn(file, ".");
	char *safe = safe_name(host), *name = xstrdup(file);
	int k = is_shared(j, part, file) ? 1 : 0;

	for (;; k++) {
		char *to;
		bool taken;

		if (k) {
			free(name);
			name = k == 1
				? xasprintf("%.*s.%s%s", (int)stem, file, safe, file + stem)
				: xasprintf("%.*s.%s-%d%s", (int)stem, file, safe, k, file + stem);
		}
		to = file_join(j->dir, name);
		taken = file_exists(to);
		free(to);
		if (!taken)
			break;
	}
	free(safe);
	return name;
}

/* Copy a part's file; *name out: what it is called in the joint run, heap. */
static enum vstatus
take_file(char **name, const struct joining *j, const struct run *part, const char *file,
	const char *host, struct verr *err)
{
	char *from = file_join(part->path, file), *to;
	enum vstatus st;

	*name = joint_name(j, part, file, host);
	to = file_join(j->dir, *name);
	st = file_copy(from, to, err);
	free(from);
	free(to);
	return st;
}

static enum vstatus
take_point(
	struct joining *j, const struct run *part, const struct run_point *from, struct verr *err)
{
	struct run_point *p = run_add_point(&j->run, from->name);
	enum vstatus st = V_OK;
	char *name;

	text_replace(&p->host, from->host);
	text_replace(&p->interface, from->interface);
	text_replace(&p->netns, from->netns);
	text_replace(&p->filter, from->filter);
	text_replace(&p->tstamp_type, from->tstamp_type);
	p->linktype = from->linktype;
	p->snaplen = from->snaplen;
	p->packets = from->packets;
	p->dropped_by_kernel = from->dropped_by_kernel;
	p->dropped_by_interface = from->dropped_by_interface;
	p->dropped_by_writer = from->dropped_by_writer;
	for (size_t i = 0; st == V_OK && i < from->n_files; i++) {
		st = take_file(&name, j, part, from->files[i], from->host, err);
		run_point_add_file(p, name);
		free(name);
	}
	return st;
}

/* What we do not know of a tool or a table of counters: run_store() finds it by the new name. */
static void
copy_element(struct json *to, const struct run *part, const char *list, const char *file,
	const char *name)
{
	for (const struct json *m = json_first(json_get(part->document, list)); m;
		m = json_next(m)) {
		struct json *element;

		if (strcmp(json_str(json_get(m, "file"), ""), file) != 0)
			continue;
		element = json_add_object(to, NULL);
		for (const struct json *k = json_first(m); k; k = json_next(k))
			if (strcmp(json_key(k), "file") != 0)
				json_add_copy(element, json_key(k), k);
		json_add_str(element, "file", name);
		return;
	}
}

static enum vstatus
take_tool(struct joining *j, const struct run *part, const struct run_tool *from, struct verr *err)
{
	struct run_tool *t;
	char *name;
	enum vstatus st = take_file(&name, j, part, from->file, from->host, err);

	t = run_add_tool(&j->run, from->name, name);
	copy_element(j->tools, part, "tools", from->file, name);
	free(name);
	text_replace(&t->version, from->version);
	text_replace(&t->host, from->host);
	t->exit = from->exit;
	t->argv = xcalloc(from->n_argv + 1, sizeof *t->argv);
	for (; t->n_argv < from->n_argv; t->n_argv++)
		t->argv[t->n_argv] = xstrdup(from->argv[t->n_argv]);
	return st;
}

static enum vstatus
take_counters(struct joining *j, const struct run *part, const struct run_counters *from,
	struct verr *err)
{
	struct run_counters *c;
	char *name;
	enum vstatus st = take_file(&name, j, part, from->file, from->host, err);

	c = run_add_counters(&j->run, name);
	copy_element(j->counters, part, "counters", from->file, name);
	free(name);
	text_replace(&c->host, from->host);
	c->interval_ns = from->interval_ns;
	return st;
}

static void
copy_list(struct json *to, const struct json *from)
{
	for (const struct json *m = json_first(from); m; m = json_next(m))
		json_add_copy(to, NULL, m);
}

/* A mark was set on the clock of the machine that recorded the part. */
static void
copy_events(struct joining *j, const struct run *part)
{
	const struct json *hosts = json_get(part->document, "hosts");
	const char *host =
		json_len(hosts) == 1 ? json_str(json_get(json_at(hosts, 0), "name"), NULL) : NULL;

	for (const struct json *m = json_first(json_get(part->document, "events")); m;
		m = json_next(m)) {
		struct json *event = json_add_object(j->events, NULL);

		for (const struct json *k = json_first(m); k; k = json_next(k))
			json_add_copy(event, json_key(k), k);
		if (host && !json_get(m, "host"))
			json_add_str(event, "host", host);
	}
}

/* What run.json holds besides the keys that are joined one by one. */
static void
copy_other_keys(struct joining *j, const struct run *part)
{
	static const char *const joined[] = {"schema", "id", "platform", "driver", "factors",
		"started", "ended", "hosts", "points", "tools", "counters", "events", "status"};

	for (const struct json *m = json_first(part->document); m; m = json_next(m)) {
		bool known = json_get(j->run.document, json_key(m)) != NULL;

		for (size_t i = 0; i < sizeof joined / sizeof *joined; i++)
			known = known || strcmp(json_key(m), joined[i]) == 0;
		if (!known)
			json_add_copy(j->run.document, json_key(m), m);
	}
}

/* RFC 3339 in one form and zone sorts like text; others are compared as times. */
static bool
is_before(const char *a, const char *b)
{
	int64_t ta, tb;

	return tstamp_parse_iso(&ta, slice_of(a)) && tstamp_parse_iso(&tb, slice_of(b)) && ta < tb;
}

static void
take_facts(struct joining *j, const struct run *part)
{
	struct run *r = &j->run;

	for (size_t i = 0; i < part->n_factors; i++)
		run_set_factor(r, part->factors[i].name, part->factors[i].value);
	if (part->started && (!r->started || is_before(part->started, r->started)))
		text_replace(&r->started, part->started);
	if (part->ended && (!r->ended || is_before(r->ended, part->ended)))
		text_replace(&r->ended, part->ended);
	if (part->state != RUN_COMPLETE &&
		(r->state == RUN_COMPLETE || part->state == RUN_FAILED)) {
		char *base = file_base(part->path);
		char *reason = xasprintf(
			"%s: %s", base, part->reason ? part->reason : run_state_name(part->state));

		r->state = part->state == RUN_RECORDING ? RUN_TRUNCATED : part->state;
		text_replace(&r->reason, reason);
		free(reason);
		free(base);
	}
	copy_list(j->hosts, json_get(part->document, "hosts"));
	copy_list(j->points, json_get(part->document, "points"));
	copy_events(j, part);
	copy_other_keys(j, part);
}

static enum vstatus
take_part(struct joining *j, const struct run *part, struct verr *err)
{
	enum vstatus st = V_OK;

	take_facts(j, part);
	for (size_t i = 0; st == V_OK && i < part->n_points; i++)
		st = take_point(j, part, &part->points[i], err);
	for (size_t i = 0; st == V_OK && i < part->n_tools; i++)
		st = take_tool(j, part, &part->tools[i], err);
	for (size_t i = 0; st == V_OK && i < part->n_counters; i++)
		st = take_counters(j, part, &part->counters[i], err);
	return st;
}

/* ---- the whole ---- */

static enum vstatus
make_dir(struct joining *j, const char *dataset, struct verr *err)
{
	char *runs = file_join(dataset, "runs");
	enum vstatus st;

	j->n_made = file_missing_dirs(runs) + 1;
	st = file_mkdirs(runs, err);

	j->dir = file_join(runs, j->run.id);
	if (st == V_OK && mkdir(j->dir, 0755) != 0)
		st = errno == EEXIST
			? verr_set(err, V_EUSAGE, "%s exists already: name the run with --run-id",
				  j->dir)
			: verr_sys(err, "cannot create directory %s", j->dir);
	free(runs);
	return st;
}

static enum vstatus
put_together(
	struct joining *j, const struct run *parts, size_t n, const char *dataset, struct verr *err)
{
	enum vstatus st = make_dir(j, dataset, err);

	if (st != V_OK)
		return st;
	j->run.document = json_object();
	j->hosts = json_add_array(j->run.document, "hosts");
	j->points = json_add_array(j->run.document, "points");
	j->tools = json_add_array(j->run.document, "tools");
	j->counters = json_add_array(j->run.document, "counters");
	j->events = json_add_array(j->run.document, "events");
	for (size_t i = 0; st == V_OK && i < n; i++)
		st = take_part(j, &parts[i], err);
	if (st == V_OK)
		st = run_store(&j->run, j->dir, err);
	if (st == V_OK)
		st = sums_store(j->dir, NULL, err);
	if (st != V_OK)
		file_discard_dir(j->dir, j->n_made); /* nothing half-made stays */
	return st;
}

static const char *
shortest_id(const struct run *parts, size_t n)
{
	const char *id = parts[0].id;

	for (size_t i = 1; i < n; i++)
		if (strlen(parts[i].id) < strlen(id))
			id = parts[i].id;
	return id;
}

static enum vstatus
join_loaded(char **dir, const struct run *parts, size_t n, const char *dataset, const char *run_id,
	struct verr *err)
{
	struct joining j = {.parts = parts, .n_parts = n};
	enum vstatus st;

	run_init(&j.run);
	text_replace(&j.run.id, run_id ? run_id : shortest_id(parts, n));
	text_replace(&j.run.platform, parts[0].platform);
	text_replace(&j.run.driver, parts[0].driver);
	if (!file_name_is_local(j.run.id) || strchr(j.run.id, '/'))
		st = verr_set(err, V_EUSAGE, "run id %s: not usable as a file name", j.run.id);
	else
		st = put_together(&j, parts, n, dataset, err);
	run_release(&j.run);
	*dir = j.dir;
	return st;
}

enum vstatus
join_runs(char **dir, const char *dataset, const char *run_id, char *const *paths, size_t n,
	struct verr *err)
{
	struct run *parts;
	enum vstatus st = V_OK;

	*dir = NULL;
	if (n > PARTS_MAX)
		return verr_set(err, V_ELIMIT, "more than %d parts", PARTS_MAX);
	parts = xcalloc(n, sizeof *parts);
	for (size_t i = 0; i < n; i++) {
		run_init(&parts[i]);
		if (st == V_OK)
			st = run_load(&parts[i], paths[i], err);
	}
	if (st == V_OK)
		st = join_check(parts, n, run_id, err);
	if (st == V_OK)
		st = join_loaded(dir, parts, n, dataset, run_id, err);
	for (size_t i = 0; i < n; i++)
		run_release(&parts[i]);
	free(parts);
	return st;
}
