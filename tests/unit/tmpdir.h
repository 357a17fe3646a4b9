#ifndef VANTAGE_TESTS_TMPDIR_H
#define VANTAGE_TESTS_TMPDIR_H
/*
 * tmpdir - a fresh directory for each test: tmpdir_make and tmpdir_remove are cmocka's setup and
 * teardown; tmpdir_at() names a file in it, tmpdir_put() writes one with its directories.
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"

static char tmpdir[64];

static inline int
tmpdir_make(void **state)
{
	(void)state;
	strcpy(tmpdir, "/tmp/vantage_test.XXXXXX");
	return mkdtemp(tmpdir) ? 0 : -1;
}

static inline int
tmpdir_remove_entry(const char *path, const struct stat *sb, int type, struct FTW *ftw)
{
	(void)sb;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline int
tmpdir_remove(void **state)
{
	(void)state;
	return nftw(tmpdir, tmpdir_remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* One of four buffers that alternate. */
static inline const char *
tmpdir_at(const char *name)
{
	static char paths[4][512];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof paths[0], "%s/%s", tmpdir, name);
	return path;
}

static inline void
tmpdir_put(const char *name, const char *text)
{
	char *dir = file_dir(tmpdir_at(name));

	if (file_mkdirs(dir, NULL) != V_OK ||
		file_write_atomic(tmpdir_at(name), text, strlen(text), NULL) != V_OK)
		abort();
	free(dir);
}

#endif
