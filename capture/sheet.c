/*
 * sheet - see sheet.h.
 *
 * The table is read as texts: a level "1.50" stays what it is.  Paths come from a file that may be
 * somebody else's, so they stay below the directory that the user named.
 */
#include "capture/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/file.h"
#include "core/run.h"
#include "core/str.h"

#define FILE_PREFIX "file:"
#define FILES "files"

/* Columns that set what the options of these names set. */
static const char *const settings[] = {"platform", "driver", "run_id", "name"};
#define N_SETTINGS (sizeof settings / sizeof *settings)

static const char *
point_of(const char *column)
{
	size_t n = strlen(FILE_PREFIX);

	return !strncmp(column, FILE_PREFIX, n) && column[n] ? column + n : NULL;
}

/* SIZE_MAX for a column that is none. */
static size_t
setting_of(const char *column)
{
	for (size_t i = 0; i < N_SETTINGS; i++)
		if (!strcmp(column, settings[i]))
			return i;
	return SIZE_MAX;
}

static enum vstatus
check_columns(const struct sheet *s, struct verr *err)
{
	size_t n_files = 0;

	for (size_t c = 0; c < s->table.n_columns; c++) {
		const char *name = s->table.columns[c].name;

		if (point_of(name) || !strcmp(name, FILES))
			n_files++;
		else if (setting_of(name) == SIZE_MAX && !run_factor_name_ok(name))
			return verr_set(err, V_EFORMAT,
				"%s: column %s: no name for a factor (docs/formats.md lists those "
				"that are taken)",
				s->path, name);
	}
	if (!n_files)
		return verr_set(err, V_EFORMAT,
			"%s: expected columns called " FILE_PREFIX "POINT with the paths of "
			"captures and tool outputs",
			s->path);
	return V_OK;
}

enum vstatus
sheet_load(struct sheet *s, const char *path, const char *dir, struct verr *err)
{
	enum vstatus st;

	*s = (struct sheet){.path = path, .dir = dir};
	table_init(&s->table);
	st = table_read_csv_texts(&s->table, path, err);
	if (st == V_OK)
		st = check_columns(s, err);
	if (st == V_OK && !s->table.n_rows)
		st = verr_set(err, V_EFORMAT, "%s: no run below the header", path);
	if (st == V_OK && s->table.n_rows > SHEET_RUNS_MAX)
		st = verr_set(err, V_ELIMIT, "%s: more than %d runs", path, SHEET_RUNS_MAX);
	return st;
}

void
sheet_release(struct sheet *s)
{
	table_release(&s->table);
}

static enum vstatus
add_file(struct sheet_run *r, const struct sheet *s, const char *point, const char *path,
	struct verr *err)
{
	char *full;

	if (!file_name_is_local(path))
		return verr_set(err, V_EFORMAT, "\"%.200s\" does not lie below %s", path, s->dir);
	full = file_join(s->dir, path);
	r->files = xrealloc(r->files, r->n_files + 1, sizeof *r->files);
	r->files[r->n_files++] = point ? xasprintf("%s=%s", point, full) : xstrdup(full);
	free(full);
	return V_OK;
}

/* "guest=a.pcap; host=b.pcap; ping.txt" */
static enum vstatus
add_files(struct sheet_run *r, const struct sheet *s, const char *cell, struct verr *err)
{
	struct slice rest = slice_of(cell), item, point;
	enum vstatus st = V_OK;

	while (st == V_OK && slice_cut(&item, &rest, ';')) {
		struct slice path = item = slice_trim(item);
		char *name = NULL, *text;

		if (!item.n)
			continue;
		slice_cut(&point, &path, '=');
		if (path.p && !memchr(point.p, '/', point.n))
			name = xstrndup(point.p, point.n);
		else
			path = item;
		text = xstrndup(path.p, path.n);
		st = add_file(r, s, name, text, err);
		free(text);
		free(name);
	}
	return st;
}

enum vstatus
sheet_row(struct sheet_run *r, const struct sheet *s, size_t row, struct verr *err)
{
	const struct table *t = &s->table;
	const char **set[N_SETTINGS] = {&r->platform, &r->driver, &r->run_id, &r->name};
	enum vstatus st = V_OK;

	*r = (struct sheet_run){0};
	r->factors = xcalloc(t->n_columns, sizeof *r->factors);
	for (size_t c = 0; st == V_OK && c < t->n_columns; c++) {
		const char *name = t->columns[c].name, *cell = table_text(t, c, row);

		if (!cell)
			continue;
		if (point_of(name))
			st = add_file(r, s, point_of(name), cell, err);
		else if (!strcmp(name, FILES))
			st = add_files(r, s, cell, err);
		else if (setting_of(name) != SIZE_MAX)
			*set[setting_of(name)] = cell;
		else
			r->factors[r->n_factors++] = xasprintf("%s=%s", name, cell);
		if (st != V_OK)
			verr_ctx(err, "%s", name);
	}
	if (st == V_OK && !r->n_files)
		st = verr_set(err, V_EFORMAT, "no file");
	if (st != V_OK)
		verr_ctx(err, "%s: row %zu", s->path, row + 1);
	return st;
}

void
sheet_run_release(struct sheet_run *r)
{
	for (size_t i = 0; i < r->n_files; i++)
		free(r->files[i]);
	for (size_t i = 0; i < r->n_factors; i++)
		free(r->factors[i]);
	free(r->files);
	free(r->factors);
	*r = (struct sheet_run){0};
}
