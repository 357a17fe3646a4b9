/*
 * file_dirs - paths, and directories: made, listed, taken away again; see file.h.
 *
 * Paths are texts: nothing is resolved, "." and ".." are names like others.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/alloc.h"
#include "core/file.h"
#include "core/str.h"
#include "core/text.h"

enum vstatus
file_mkdirs(const char *path, struct verr *err)
{
	char *prefix = xstrdup(path);
	size_t len = strlen(prefix);
	enum vstatus st = V_OK;
	size_t i;

	for (i = 1; i <= len && st == V_OK; i++) {
		if (prefix[i] != '/' && prefix[i] != '\0')
			continue;
		prefix[i] = '\0';
		if (mkdir(prefix, 0755) != 0 && !file_is_dir(prefix))
			st = verr_sys(err, "cannot create directory %s", prefix);
		if (i < len)
			prefix[i] = '/';
	}
	free(prefix);
	return st;
}

bool
file_is_dir(const char *path)
{
	struct stat sb;

	return stat(path, &sb) == 0 && S_ISDIR(sb.st_mode);
}

bool
file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

char *
file_join(const char *dir, const char *name)
{
	size_t n = strlen(dir);

	return xasprintf("%s%s%s", dir, n == 0 || dir[n - 1] == '/' ? "" : "/", name);
}

/* Length of path without trailing slashes; "/" keeps its one. */
static size_t
trimmed_length(const char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	return n;
}

char *
file_base(const char *path)
{
	size_t end = trimmed_length(path);
	size_t begin = end;

	if (end == 1)
		return xstrndup(path, 1);
	while (begin > 0 && path[begin - 1] != '/')
		begin--;
	return xstrndup(path + begin, end - begin);
}

char *
file_dir(const char *path)
{
	size_t n = trimmed_length(path);

	while (n > 0 && path[n - 1] != '/')
		n--;
	if (n == 0)
		return xstrdup(".");
	while (n > 1 && path[n - 1] == '/')
		n--;
	return xstrndup(path, n);
}

bool
file_name_is_local(const char *name)
{
	struct slice rest = slice_of(name);
	struct slice part;
	const char *c;

	for (c = name; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return false;
	while (slice_cut(&part, &rest, '/'))
		if (part.n == 0 || slice_eq(part, ".."))
			return false;
	return true;
}

static enum vstatus
read_names(char ***names, size_t *n, DIR *d, struct verr *err)
{
	size_t cap = 0;
	struct dirent *e;

	while (errno = 0, (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (*n == FILE_LIST_MAX)
			return verr_set(err, V_ELIMIT, "more than %zu files", FILE_LIST_MAX);
		GROW(*names, *n, cap);
		(*names)[(*n)++] = xstrdup(e->d_name);
	}
	return errno == 0 ? V_OK : verr_sys(err, "cannot read the directory");
}

enum vstatus
file_list(char ***names, size_t *n, const char *dir, struct verr *err)
{
	DIR *d = opendir(dir);
	enum vstatus st;

	*names = NULL;
	*n = 0;
	if (!d)
		return verr_sys(err, "cannot open directory %s", dir);
	st = read_names(names, n, d, err);
	closedir(d);
	if (st != V_OK) {
		verr_ctx(err, "%s", dir);
		file_list_free(*names, *n);
		*names = NULL;
		*n = 0;
	} else if (*n > 1) {
		qsort(*names, *n, sizeof **names, text_order_natural);
	}
	return st;
}

void
file_list_free(char **names, size_t n)
{
	texts_free(names, n);
}

size_t
file_missing_dirs(const char *path)
{
	char *p = xstrdup(path);
	size_t n = 0;

	for (; !file_is_dir(p); n++) {
		char *above = file_dir(p);

		free(p);
		p = above;
	}
	free(p);
	return n;
}

static void
remove_files(const char *dir)
{
	char **names;
	size_t n;

	if (file_list(&names, &n, dir, NULL) != V_OK)
		return;
	for (size_t i = 0; i < n; i++) {
		char *path = file_join(dir, names[i]);

		unlink(path);
		free(path);
	}
	file_list_free(names, n);
}

void
file_discard_dir(const char *path, size_t n_made)
{
	char *p = xstrdup(path);

	if (n_made > 0)
		remove_files(path);
	while (n_made > 0) {
		char *above = file_dir(p);

		if (rmdir(p) == 0)
			n_made--;
		else if (errno != ENOENT)
			n_made = 0; /* others use it already; "." and "/" end here, too */
		free(p);
		p = above;
	}
	free(p);
}
