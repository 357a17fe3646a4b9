/*
 * dataset_descriptor - write datapackage.json, keeping what others wrote into it.
 *
 * The descriptor follows the Data Package specification, version 1 (specs.frictionlessdata.io):
 * names in lower case of a-z 0-9 . _ - /, a resource's name being unique in the package.
 */
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/dataset_int.h"
#include "core/file.h"
#include "core/str.h"

static char *
package_name(const char *text)
{
	char *name = xstrdup(*text ? text : "dataset");

	for (char *c = name; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
		else if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789._-", *c))
			*c = '-';
	}
	return name;
}

static bool
name_is_taken(const struct json *resources, const char *name)
{
	for (const struct json *m = json_first(resources); m; m = json_next(m))
		if (strcmp(json_str(json_get(m, "name"), ""), name) == 0)
			return true;
	return false;
}

/* The run's name, with -2, -3 ... behind it when lower case made two of them equal. */
static char *
resource_name(const struct json *resources, const char *run)
{
	char *name = package_name(run);
	char *wanted = xstrdup(name);

	for (unsigned i = 2; name_is_taken(resources, name); i++) {
		free(name);
		name = xasprintf("%s-%u", wanted, i);
	}
	free(wanted);
	return name;
}

static void
add_run_resource(struct json *resources, const char *run)
{
	char *name = resource_name(resources, run);
	char *path = xasprintf(RUNS "/%s/" RUN_FILE, run);
	struct json *resource = json_add_object(resources, NULL);

	json_add_str(resource, "name", name);
	json_add_str(resource, "path", path);
	json_add_str(resource, "format", "json");
	json_add_str(resource, "mediatype", "application/json");
	free(path);
	free(name);
}

static enum vstatus
add_run_resources(struct json *resources, const char *dir, struct verr *err)
{
	char *runs = file_join(dir, RUNS);
	char **names = NULL;
	size_t n = 0;
	enum vstatus st = file_is_dir(runs) ? file_list(&names, &n, runs, err) : V_OK;

	for (size_t i = 0; i < n; i++) {
		char *run = file_join(runs, names[i]);

		if (dataset_dir_has(run, RUN_FILE))
			add_run_resource(resources, names[i]);
		free(run);
	}
	file_list_free(names, n);
	free(runs);
	return st;
}

static void
keep_other_resources(struct json *resources, const struct json *old)
{
	for (const struct json *m = json_first(old); m; m = json_next(m))
		if (!slice_starts(slice_of(json_str(json_get(m, "path"), "")), RUNS "/"))
			json_add_copy(resources, NULL, m);
}

enum vstatus
dataset_store_descriptor(const char *dir, const char *name, struct verr *err)
{
	char *path = file_join(dir, DESCRIPTOR);
	char *safe_name = package_name(name);
	struct json *document = NULL;
	struct json *known = json_object();
	struct json *resources;
	enum vstatus st = file_exists(path) ? json_load(&document, path, err) : V_OK;

	if (st == V_OK && document && !json_is_object(document))
		st = verr_set(err, V_EFORMAT, "%s: expected an object", path);
	if (st == V_OK && !document)
		document = json_object();
	json_add_str(known, "profile", "data-package");
	json_add_str(known, "name", safe_name);
	resources = json_add_array(known, "resources");
	keep_other_resources(resources, json_get(document, "resources"));
	if (st == V_OK)
		st = add_run_resources(resources, dir, err);
	for (const struct json *m = json_first(known); m && st == V_OK; m = json_next(m))
		json_replace_copy(document, json_key(m), m);
	if (st == V_OK)
		st = json_store(document, path, err);
	json_free(known);
	json_free(document);
	free(safe_name);
	free(path);
	return st;
}
