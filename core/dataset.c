/*
 * dataset - find runs: in a dataset's directory, in one run's directory, or in a loose file.
 *
 * Which of them a path is, its contents tell: run.json makes a run, datapackage.json or a folder
 * runs/ a dataset, and any file is a run of one point or one tool.  Every directory in runs/ is
 * loaded, listed in datapackage.json or not: that the two agree is for `vanalyze check` to say, and
 * a recording that was killed may not be listed yet.  One broken run does not hide the others.
 *
 * Resources that are tables (path ends in .csv, .csv.gz or .csv.zst) are remembered, not read.
 * A resource with an address or a path out of the directory is refused; one with a list of
 * parts is passed over.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/alloc.h"
#include "core/dataset_int.h"
#include "core/file.h"
#include "core/str.h"
#include "core/text.h"
#include "core/trace.h"

/* How many datasets a message about a folder of them names. */
#define NAMED_MAX 3

void
dataset_init(struct dataset *d)
{
	*d = (struct dataset){0};
}

void
dataset_release(struct dataset *d)
{
	for (size_t i = 0; i < d->n_runs; i++)
		run_release(&d->runs[i]);
	free(d->runs);
	for (size_t i = 0; i < d->n_tables; i++) {
		free(d->tables[i].name);
		free(d->tables[i].path);
	}
	free(d->tables);
	texts_free(d->problems, d->n_unreadable);
	free(d->path);
	free(d->name);
	free(d->title);
	json_free(d->document);
	dataset_init(d);
}

static struct run *
add_run(struct dataset *d)
{
	d->runs = xrealloc(d->runs, d->n_runs + 1, sizeof *d->runs);
	run_init(&d->runs[d->n_runs]);
	return &d->runs[d->n_runs++];
}

static void
add_problem(struct dataset *d, const char *message)
{
	d->problems = xrealloc(d->problems, d->n_unreadable + 1, sizeof *d->problems);
	d->problems[d->n_unreadable++] = xstrdup(message);
}

/* As text_replace(), of a heap text that *text takes over. */
static void
take_text(char **text, char *owned)
{
	free(*text);
	*text = owned;
}

bool
dataset_dir_has(const char *dir, const char *name)
{
	char *path = file_join(dir, name);
	bool yes = file_exists(path);

	free(path);
	return yes;
}

/* "lxc" of "datasets/lxc/", of "." seen from there, and of "x/.." too. */
static char *
directory_name(const char *path)
{
	char *real = realpath(path, NULL);
	char *name = file_base(real ? real : path);

	free(real);
	return name;
}

/* ---- a file ---- */

/* "guest" of "guest.pcap.zst"; the whole name where it begins with a dot. */
static char *
point_name(const char *base)
{
	size_t n = strcspn(base, ".");

	return n > 0 ? xstrndup(base, n) : xstrdup(base);
}

/* A pipe is taken for a capture: to look into it would use it up. */
static bool
is_capture(const char *path)
{
	struct stat sb;

	if (stat(path, &sb) < 0 || !S_ISREG(sb.st_mode))
		return true;
	return trace_sniff(path);
}

static bool
is_table_path(const char *path)
{
	struct slice s = slice_of(path);

	return slice_ends(s, ".csv") || slice_ends(s, ".csv.gz") || slice_ends(s, ".csv.zst");
}

/* A table of system counters begins with the time. */
static bool
is_counters(const char *path)
{
	static const char first[] = "t_ns,";
	char head[sizeof first - 1];
	size_t len = 0;

	if (is_table_path(path))
		file_head(head, &len, sizeof head, path, NULL);
	return len == sizeof head && memcmp(head, first, len) == 0;
}

static enum vstatus
load_file(struct dataset *d, const char *path, struct verr *err)
{
	bool standard_input = strcmp(path, "-") == 0;
	char *base;
	char *point;
	struct run *r;

	if (!standard_input && access(path, R_OK) < 0)
		return verr_sys(err, "cannot open %s", path);
	base = standard_input ? xstrdup("-") : file_base(path);
	point = standard_input ? xstrdup("stdin") : point_name(base);
	r = add_run(d);
	text_replace(&r->id, base);
	if (!standard_input)
		take_text(&r->path, file_dir(path));
	if (standard_input || is_capture(path))
		run_point_add_file(run_add_point(r, point), base);
	else if (is_counters(path))
		run_add_counters(r, base);
	else
		run_add_tool(r, "", base);
	d->name = base;
	free(point);
	return V_OK;
}

/* ---- directories ---- */

static enum vstatus
load_run_directory(struct dataset *d, const char *path, struct verr *err)
{
	d->name = directory_name(path);
	return run_load(add_run(d), path, err);
}

static int
compare_runs(const void *a, const void *b)
{
	const struct run *p = a;
	const struct run *q = b;
	int order = natural_cmp(p->id, q->id);

	return order != 0 ? order : natural_cmp(p->path, q->path);
}

static void
load_listed_run(struct dataset *d, const char *dir)
{
	struct verr err;

	if (run_load(add_run(d), dir, &err) == V_OK)
		return;
	run_release(&d->runs[--d->n_runs]);
	add_problem(d, err.msg);
}

static enum vstatus
load_runs(struct dataset *d, const char *path, struct verr *err)
{
	char *runs = file_join(path, RUNS);
	char **names = NULL;
	size_t n = 0;
	enum vstatus st = file_is_dir(runs) ? file_list(&names, &n, runs, err) : V_OK;

	for (size_t i = 0; i < n && st == V_OK; i++) {
		char *dir = file_join(runs, names[i]);

		if (file_is_dir(dir))
			load_listed_run(d, dir);
		free(dir);
	}
	if (d->n_runs > 1)
		qsort(d->runs, d->n_runs, sizeof *d->runs, compare_runs);
	file_list_free(names, n);
	free(runs);
	return st;
}

static enum vstatus
load_resource(struct dataset *d, const struct json *resource, size_t i, struct verr *err)
{
	const char *path = json_str(json_get(resource, "path"), "");
	struct dataset_table *t;

	if (!json_is_object(resource))
		return verr_set(err, V_EFORMAT, "resources[%zu]: expected an object", i);
	if (!is_table_path(path))
		return V_OK;
	if (!file_name_is_local(path))
		return verr_set(err, V_EFORMAT,
			"resources[%zu].path: expected a path inside the dataset", i);
	d->tables = xrealloc(d->tables, d->n_tables + 1, sizeof *d->tables);
	t = &d->tables[d->n_tables++];
	t->name = xstrdup(json_str(json_get(resource, "name"), path));
	t->path = file_join(d->path, path);
	return V_OK;
}

static enum vstatus
load_document(struct dataset *d, struct verr *err)
{
	const struct json *resources = json_get(d->document, "resources");
	const char *name = json_str(json_get(d->document, "name"), NULL);
	const char *title = json_str(json_get(d->document, "title"), NULL);
	enum vstatus st = V_OK;
	size_t i = 0;

	if (!json_is_object(d->document))
		return verr_set(err, V_EFORMAT, "expected an object");
	if (resources && !json_is_array(resources))
		return verr_set(err, V_EFORMAT, "resources: expected an array");
	if (name && *name)
		text_replace(&d->name, name);
	if (title)
		text_replace(&d->title, title);
	for (const struct json *m = json_first(resources); m && st == V_OK; m = json_next(m))
		st = load_resource(d, m, i++, err);
	return st;
}

static enum vstatus
load_package(struct dataset *d, const char *path, struct verr *err)
{
	char *descriptor = file_join(path, DESCRIPTOR);
	enum vstatus st = V_OK;

	d->name = directory_name(path);
	if (file_exists(descriptor)) {
		st = json_load(&d->document, descriptor, err);
		if (st == V_OK) {
			st = load_document(d, err);
			if (st != V_OK)
				verr_ctx(err, "%s", descriptor);
		}
	}
	if (st == V_OK)
		st = load_runs(d, path, err);
	free(descriptor);
	return st;
}

/* Say what a directory without either file is; it may hold datasets, and a few are named. */
static enum vstatus
refuse_directory(const char *path, struct verr *err)
{
	struct strbuf list;
	char **names = NULL;
	size_t n = 0;
	size_t n_found = 0;
	enum vstatus st = file_list(&names, &n, path, err);

	strbuf_init(&list);
	for (size_t i = 0; i < n && n_found <= NAMED_MAX; i++) {
		char *sub = file_join(path, names[i]);

		if (dataset_dir_has(sub, DESCRIPTOR) || dataset_dir_has(sub, RUN_FILE)) {
			strbuf_adds(&list, n_found > 0 ? ", " : "");
			strbuf_adds(&list, n_found < NAMED_MAX ? sub : "...");
			n_found++;
		}
		free(sub);
	}
	if (st == V_OK && n_found > 0)
		st = verr_set(
			err, V_EFORMAT, "%s is a folder of datasets; give one: %s", path, list.p);
	else if (st == V_OK)
		st = verr_set(err, V_EFORMAT,
			"%s: expected a dataset (a directory with " DESCRIPTOR "), a run (a "
			"directory with " RUN_FILE ") or a file",
			path);
	strbuf_release(&list);
	file_list_free(names, n);
	return st;
}

static bool
is_called(const char *path, const char *name)
{
	char *base = file_base(path);
	bool yes = strcmp(base, name) == 0;

	free(base);
	return yes;
}

static enum vstatus
load_directory(struct dataset *d, const char *path, struct verr *err)
{
	if (dataset_dir_has(path, RUN_FILE))
		return load_run_directory(d, path, err);
	if (dataset_dir_has(path, DESCRIPTOR) || dataset_dir_has(path, RUNS))
		return load_package(d, path, err);
	return refuse_directory(path, err);
}

enum vstatus
dataset_load(struct dataset *d, const char *path, struct verr *err)
{
	d->path = xstrdup(path);
	if (file_is_dir(path))
		return load_directory(d, path, err);
	if (is_called(path, RUN_FILE) || is_called(path, DESCRIPTOR)) {
		take_text(&d->path, file_dir(path));
		if (file_is_dir(d->path) && file_exists(path))
			return load_directory(d, d->path, err);
	}
	return load_file(d, path, err);
}

/* ---- factors ---- */

void
dataset_factor_names(const char ***names, size_t *n, const struct dataset *d)
{
	const char **all = NULL;
	size_t n_all = 0;
	size_t cap = 0;

	for (size_t i = 0; i < d->n_runs; i++) {
		for (size_t k = 0; k < d->runs[i].n_factors; k++) {
			GROW(all, n_all, cap);
			all[n_all++] = d->runs[i].factors[k].name;
		}
	}
	if (n_all > 1)
		qsort(all, n_all, sizeof *all, text_order);
	*n = 0;
	for (size_t i = 0; i < n_all; i++)
		if (i == 0 || strcmp(all[i], all[*n - 1]) != 0)
			all[(*n)++] = all[i];
	*names = all;
}
