/*
 * recording - run.json and the run's directory.
 *
 * On a full disk the last run.json could not be written, and a reader would not learn why the run
 * ended.  So space for it is kept from the start in a file without a name (O_TMPFILE), which a
 * killed daemon leaves no trace of, and given back just before.
 */
#include "capture/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/hostinfo.h"
#include "core/alloc.h"
#include "core/dataset.h"
#include "core/file.h"
#include "core/sums.h"
#include "core/text.h"
#include "core/tstamp.h"

#define COLLISIONS_MAX 10000
#define RESERVE_BYTES ((off_t)1 << 20) /* run.json with 10,000 marks, twice, and the checksums */

/* ---- beginning ---- */

static struct json *
add_recorder(struct json *document, int argc, char *const *argv)
{
	struct json *o = json_add_object(document, "recorder"), *list;

	json_add_str(o, "name", "vcap");
	json_add_str(o, "version", VANTAGE_VERSION);
	json_add_str(o, "capture_library", live_library_version());
	list = json_add_array(o, "argv");
	for (int i = 0; i < argc; i++)
		json_add_str(list, NULL, argv[i]);
	return json_add_array(o, "warnings");
}

static void
start_document(struct recording *r, int argc, char *const *argv)
{
	struct json *document = json_object(), *host;

	json_add_str(document, "schema", RUN_SCHEMA); /* first, for people */
	json_add_str(document, "id", "");
	host = json_add_object(json_add_array(document, "hosts"), NULL);
	json_add_str(host, "name", r->settings->host_name);
	hostinfo_host(host, "");
	r->points = json_add_array(document, "points");
	r->events = json_add_array(document, "events");
	r->warnings = add_recorder(document, argc, argv);
	r->run.document = document;
}

static void
set_factors(struct run *run, const struct settings *s)
{
	run_set_factor(run, "platform", s->words.platform);
	if (s->words.driver)
		run_set_factor(run, "driver", s->words.driver);
	for (size_t i = 0; i < s->words.factors.n; i++) {
		const char *text = s->words.factors.items[i], *equals = strchr(text, '=');
		char *name = xstrndup(text, (size_t)(equals - text));

		run_set_factor(run, name, equals + 1);
		free(name);
	}
}

void
recording_init(struct recording *r, const struct settings *s, int argc, char *const *argv)
{
	*r = (struct recording){.settings = s, .reserve_fd = -1, .hold_fd = -1};
	run_init(&r->run);
	r->run.state = RUN_RECORDING;
	set_factors(&r->run, s);
	for (size_t i = 0; i < s->n_points; i++) {
		struct run_point *p = run_add_point(&r->run, s->points[i].point);

		text_replace(&p->host, s->host_name);
		text_replace(&p->interface, s->points[i].interface);
		p->netns = ifspec_netns_label(&s->points[i]);
		p->snaplen = s->snaplen;
		text_replace(&p->filter, s->words.filter);
	}
	start_document(r, argc, argv);
}

void
recording_release(struct recording *r)
{
	run_release(&r->run);
	free(r->dir);
	sums_release(&r->known);
	if (r->reserve_fd >= 0)
		close(r->reserve_fd);
	if (r->hold_fd >= 0)
		close(r->hold_fd);
}

bool
recording_describe(struct recording *r, size_t i)
{
	struct json *o = json_add_object(r->points, NULL);

	json_add_str(o, "name", r->settings->points[i].point);
	return hostinfo_interface(o, r->settings->points[i].interface);
}

void
recording_opened(struct recording *r, size_t i, const struct point *p)
{
	r->run.points[i].linktype = point_linktype(p);
	text_replace(&r->run.points[i].tstamp_type, point_tstamp_type(p));
}

/* ---- the directory ---- */

/* mkdir that gives the new directory to its owner and counts it; an existing one is left as it
 * is. */
static enum vstatus
make_dir(struct recording *r, const char *path, const struct priv_user *u, struct verr *err)
{
	if (file_is_dir(path))
		return V_OK;
	if (mkdir(path, 0750) != 0)
		return errno == EEXIST && file_is_dir(path)
			? V_OK
			: verr_sys(err, "cannot create directory %s", path);
	r->n_made++;
	if (geteuid() == 0 && chown(path, u->owner, u->owner_gid) != 0)
		return verr_sys(err, "cannot give %s to its user", path);
	return V_OK;
}

static enum vstatus
make_dataset(struct recording *r, const struct priv_user *u, struct verr *err)
{
	char *prefix = xasprintf("%s/runs", r->settings->dataset);
	enum vstatus st = V_OK;

	for (size_t i = 1; st == V_OK && i > 0; i++) {
		char c = prefix[i];

		if (c != '/' && c != '\0')
			continue;
		prefix[i] = '\0';
		st = make_dir(r, prefix, u, err);
		prefix[i] = c;
		if (c == '\0')
			break;
	}
	free(prefix);
	return st;
}

/* Nothing was recorded: the run goes, and the directories above that were made for it. */
static void
discard(struct recording *r)
{
	char *runs = xasprintf("%s/runs", r->settings->dataset);

	if (r->dir)
		file_discard_dir(r->dir, r->n_made + 1);
	else
		file_discard_dir(runs, r->n_made);
	free(runs);
	free(r->dir);
	r->dir = NULL;
	r->n_made = 0;
}

/* The first free one of DATASET/runs/ID, ID-2, ...; mkdir() decides between two who try at once. */
static enum vstatus
make_run_dir(struct recording *r, const char *id, struct verr *err)
{
	for (int k = 1; k < COLLISIONS_MAX; k++) {
		char *unique = k == 1 ? xstrdup(id) : xasprintf("%s-%d", id, k);
		char *path = xasprintf("%s/runs/%s", r->settings->dataset, unique);
		bool made = mkdir(path, 0750) == 0;
		int saved = errno;

		if (made) {
			free(r->run.id);
			r->run.id = unique;
			r->dir = realpath(path, NULL);
			free(path);
			return r->dir ? V_OK : verr_sys(err, "cannot find the run's directory");
		}
		errno = saved;
		if (saved != EEXIST)
			verr_sys(err, "cannot create directory %s", path);
		free(unique);
		free(path);
		if (saved != EEXIST)
			return V_EIO;
	}
	return verr_set(err, V_ELIMIT, "%s: more than %d runs called %s", r->settings->dataset,
		COLLISIONS_MAX, id);
}

/* The run's directory and what is in it belong to the user who will write there. */
static enum vstatus
enter_run_dir(struct recording *r, const struct priv_user *u, struct verr *err)
{
	enum vstatus st;

	if (chdir(r->dir) != 0)
		return verr_sys(err, "cannot enter %s", r->dir);
	r->hold_fd = run_hold(".");
	st = recording_store(r, err);
	if (st != V_OK)
		return st;
	if (u->change &&
		(chown(".", u->uid, u->owner_gid) != 0 ||
			chown("run.json", u->uid, u->owner_gid) != 0))
		return verr_sys(err, "cannot give %s to its user", r->dir);
	r->reserve_fd = open(".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (r->reserve_fd >= 0 && posix_fallocate(r->reserve_fd, 0, RESERVE_BYTES) == ENOSPC)
		return verr_set(err, V_EIO, "%s: less than %jd bytes free on the disk", r->dir,
			(intmax_t)RESERVE_BYTES);
	return V_OK;
}

/* List the run; one at a time, since each lists all that are there. */
static enum vstatus
list_in_dataset(const struct recording *r, const struct priv_user *u, struct verr *err)
{
	char *dataset = xasprintf("%s/../..", r->dir);
	char *real = realpath(dataset, NULL);
	char *name = file_base(real ? real : r->settings->dataset);
	char *descriptor = xasprintf("%s/datapackage.json", dataset);
	int fd = open(dataset, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum vstatus st;

	if (fd >= 0)
		flock(fd, LOCK_EX);
	st = dataset_store_descriptor(real ? real : dataset, name, err);
	if (st == V_OK && u->change && chown(descriptor, u->owner, u->owner_gid) != 0)
		st = verr_sys(err, "cannot give %s to its user", descriptor);
	if (fd >= 0)
		close(fd);
	free(descriptor);
	free(name);
	free(real);
	free(dataset);
	return st;
}

enum vstatus
recording_make_dir(struct recording *r, const struct priv_user *u, struct verr *err)
{
	int64_t now_ns = tstamp_now();
	char stamp[TSTAMP_ISO_SIZE];
	enum vstatus st;
	char *id;

	tstamp_compact(stamp, now_ns);
	id = r->settings->run_id ? xstrdup(r->settings->run_id)
				 : xasprintf("%s-%s", stamp, r->settings->run_name);
	tstamp_iso(stamp, now_ns);
	text_replace(&r->run.started, stamp);
	st = make_dataset(r, u, err);
	if (st == V_OK)
		st = make_run_dir(r, id, err);
	if (st == V_OK)
		st = enter_run_dir(r, u, err);
	if (st == V_OK)
		st = list_in_dataset(r, u, err);
	if (st != V_OK)
		discard(r);
	free(id);
	return st;
}

/* ---- while recording ---- */

enum vstatus
recording_event(struct recording *r, int64_t t_ns, const char *label, struct verr *err)
{
	struct json *o;

	if (r->n_events == RECORDING_EVENTS_MAX)
		return verr_set(
			err, V_ELIMIT, "the run has %d marks already", RECORDING_EVENTS_MAX);
	r->n_events++;
	o = json_add_object(r->events, NULL);
	json_add_time(o, "t_ns", t_ns);
	json_add_str(o, "label", label);
	return V_OK;
}

enum vstatus
recording_tool(struct recording *r, const struct json *tool, struct verr *err)
{
	const char *name = json_str(json_get(tool, "name"), NULL);
	const char *file = json_str(json_get(tool, "file"), NULL);
	const struct json *argv = json_get(tool, "argv");
	struct run_tool *t;

	if (!name || !file || !file_name_is_local(file) || strchr(file, '/') ||
		!json_is_array(argv))
		return verr_set(err, V_EFORMAT, "tool: expected name, file and argv");
	if (r->run.n_tools == RUN_LIST_MAX)
		return verr_set(err, V_ELIMIT, "more than %d tools", RUN_LIST_MAX);
	t = run_add_tool(&r->run, name, file);
	text_replace(&t->version, json_str(json_get(tool, "version"), NULL));
	text_replace(&t->host, r->settings->host_name);
	json_i64(json_get(tool, "exit"), &t->exit);
	t->argv = xcalloc(json_len(argv) + 1, sizeof *t->argv);
	for (const struct json *a = json_first(argv); a; a = json_next(a))
		t->argv[t->n_argv++] = xstrdup(json_str(a, ""));
	return V_OK;
}

static int64_t
count_or_na(uint64_t n)
{
	return n > INT64_MAX ? RUN_NA : (int64_t)n;
}

bool
recording_files(struct recording *r, size_t i, uint64_t n)
{
	struct run_point *p = &r->run.points[i];
	bool more = false;

	for (; p->n_files < n; more = true) {
		char *name = writer_file_name(p->name, p->n_files);

		run_point_add_file(p, name);
		free(name);
	}
	return more;
}

void
recording_count(struct recording *r, size_t i, const struct point_counts *c)
{
	struct run_point *p = &r->run.points[i];

	p->packets = count_or_na(c->packets);
	p->dropped_by_kernel = count_or_na(c->dropped_by_kernel);
	p->dropped_by_interface = count_or_na(c->dropped_by_interface);
	p->dropped_by_writer = count_or_na(c->dropped_by_writer);
	recording_files(r, i, c->n_files);
}

void
recording_known(struct recording *r, const struct sums *sums)
{
	for (size_t i = 0; i < sums->n; i++)
		sums_add(&r->known, sums->list[i].name, sums->list[i].hex);
}

enum vstatus
recording_store(struct recording *r, struct verr *err)
{
	return run_store(&r->run, ".", err);
}

static void
set_end(struct recording *r, enum run_state state, const char *reason)
{
	r->run.state = state;
	text_replace(&r->run.reason, reason);
}

/* The checksums; a run without them has all that was recorded, but is not what was asked for. */
static enum vstatus
store_sums(struct recording *r, struct verr *err)
{
	enum vstatus st;

	sums_sort(&r->known);
	st = sums_store(".", &r->known, err);
	if (st != V_OK && r->run.state == RUN_COMPLETE) {
		set_end(r, RUN_TRUNCATED, err->msg);
		(void)recording_store(r, NULL);
	}
	return st;
}

enum vstatus
recording_finish(struct recording *r, enum run_state state, const char *reason, struct verr *err)
{
	char stamp[TSTAMP_ISO_SIZE];
	enum vstatus st;

	if (r->reserve_fd >= 0)
		close(r->reserve_fd);
	r->reserve_fd = -1;
	set_end(r, state, reason);
	tstamp_iso(stamp, tstamp_now());
	text_replace(&r->run.ended, stamp);
	st = recording_store(r, err);
	if (st == V_OK)
		return store_sums(r, err);
	set_end(r, RUN_FAILED, err->msg);
	return st;
}
