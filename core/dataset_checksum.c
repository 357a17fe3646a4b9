/*
 * dataset_checksum - one checksum over all files of a dataset.
 *
 * A run's directory counts by its SHA256SUMS where there is one; a run that was made up of loose
 * files, by these.
 */
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/dataset_int.h"
#include "core/digest.h"
#include "core/file.h"
#include "core/sums.h"

static enum vstatus
add_file_digest(struct sums *total, const char *name, const char *path, struct verr *err)
{
	char hex[SHA256_HEX_SIZE];
	enum vstatus st;

	if (strcmp(name, "-") == 0)
		return verr_set(err, V_EDOM, "standard input has no checksum");
	st = file_sha256(hex, path, err);
	if (st == V_OK)
		sums_add(total, name, hex);
	return st;
}

/* A run that was made up of loose files: only these are its own, not their directory. */
static enum vstatus
add_loose_file(struct sums *total, const struct run *r, const char *file, struct verr *err)
{
	char *path = *r->path ? file_join(r->path, file) : xstrdup(file);
	enum vstatus st = add_file_digest(total, file, path, err);

	free(path);
	return st;
}

static enum vstatus
add_loose_run(struct sums *total, const struct run *r, struct verr *err)
{
	enum vstatus st = V_OK;

	for (size_t i = 0; i < r->n_points; i++)
		for (size_t k = 0; k < r->points[i].n_files && st == V_OK; k++)
			st = add_loose_file(total, r, r->points[i].files[k], err);
	for (size_t i = 0; i < r->n_tools && st == V_OK; i++)
		st = add_loose_file(total, r, r->tools[i].file, err);
	for (size_t i = 0; i < r->n_counters && st == V_OK; i++)
		st = add_loose_file(total, r, r->counters[i].file, err);
	return st;
}

static enum vstatus
add_run_directory(
	struct sums *total, const struct dataset *d, const struct run *r, struct verr *err)
{
	bool alone = strcmp(r->path, d->path) == 0;
	char *base = file_base(r->path);
	struct sums own;
	enum vstatus st;

	sums_init(&own);
	st = dataset_dir_has(r->path, SUMS_NAME) ? sums_load(&own, r->path, err)
						 : sums_digest(&own, r->path, NULL, err);
	for (size_t i = 0; i < own.n && st == V_OK; i++) {
		char *name = alone ? xstrdup(own.list[i].name)
				   : xasprintf(RUNS "/%s/%s", base, own.list[i].name);

		sums_add(total, name, own.list[i].hex);
		free(name);
	}
	sums_release(&own);
	free(base);
	return st;
}

enum vstatus
dataset_checksum(char hex[SHA256_HEX_SIZE], const struct dataset *d, struct verr *err)
{
	struct sums total;
	enum vstatus st = V_OK;

	sums_init(&total);
	for (size_t i = 0; i < d->n_runs && st == V_OK; i++) {
		const struct run *r = &d->runs[i];

		st = r->document ? add_run_directory(&total, d, r, err)
				 : add_loose_run(&total, r, err);
	}
	for (size_t i = 0; i < d->n_tables && st == V_OK; i++) {
		const char *name = d->tables[i].path + strlen(d->path);

		st = add_file_digest(&total, name + strspn(name, "/"), d->tables[i].path, err);
	}
	sums_sort(&total);
	if (st == V_OK)
		sums_total(hex, &total);
	sums_release(&total);
	return st;
}
