/*
 * sums - the checksums of a directory, in the format of sha256sum(1): 64 hex digits, two
 * blanks (or a blank and a *), the name.
 *
 * Regular files of the directory and of those below it are covered; symbolic links are not
 * followed, so nothing outside is ever digested.  Names that sha256sum would write with
 * backslash escapes (line ends, backslashes) are refused when writing: no file of ours bears one.
 * When reading, a name that leads out of the directory is damage.
 */
#include "core/sums.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/alloc.h"
#include "core/digest.h"
#include "core/str.h"

#define DEPTH_MAX 8
#define HEX_DIGITS (SHA256_HEX_SIZE - 1)

/* What stands in a list until the file is read. */
static const char no_digest[SHA256_HEX_SIZE] =
	"0000000000000000000000000000000000000000000000000000000000000000";

void
sums_init(struct sums *s)
{
	*s = (struct sums){0};
}

void
sums_release(struct sums *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->list[i].name);
	free(s->list);
	sums_init(s);
}

void
sums_add(struct sums *s, const char *name, const char *hex)
{
	struct sum *line;

	GROW(s->list, s->n, s->cap);
	line = &s->list[s->n++];
	line->name = xstrdup(name);
	memcpy(line->hex, hex, HEX_DIGITS);
	line->hex[HEX_DIGITS] = '\0';
}

static int
compare_sums(const void *a, const void *b)
{
	return strcmp(((const struct sum *)a)->name, ((const struct sum *)b)->name);
}

void
sums_sort(struct sums *s)
{
	if (s->n > 1)
		qsort(s->list, s->n, sizeof *s->list, compare_sums);
}

void
sums_total(char hex[SHA256_HEX_SIZE], const struct sums *s)
{
	struct digest d;

	digest_init(&d);
	for (size_t i = 0; i < s->n; i++) {
		const struct sum *line = &s->list[i];

		digest_add(&d, line->name, strlen(line->name));
		digest_add(&d, "  ", 2);
		digest_add(&d, line->hex, HEX_DIGITS);
		digest_add(&d, "\n", 1);
	}
	digest_end(&d, hex);
}

/* ---- the files of a directory ---- */

static enum vstatus
add_directory(struct sums *s, const char *dir, const char *prefix, int depth, struct verr *err);

/* name is relative to dir; its line gets no digest yet. */
static enum vstatus
add_entry(struct sums *s, const char *dir, const char *name, int depth, struct verr *err)
{
	char *path = file_join(dir, name);
	struct stat sb;
	enum vstatus st = V_OK;

	if (lstat(path, &sb) < 0)
		st = verr_sys(err, "%s", path);
	else if (S_ISDIR(sb.st_mode))
		st = add_directory(s, dir, name, depth + 1, err);
	else if (S_ISREG(sb.st_mode) && strcmp(name, SUMS_NAME) != 0) {
		if (s->n == SUMS_FILES_MAX)
			st = verr_set(err, V_ELIMIT, "%s: more than %zu files", dir, s->n);
		else
			sums_add(s, name, no_digest);
	}
	free(path);
	return st;
}

/* prefix: "" or the directory below dir that is walked. */
static enum vstatus
add_directory(struct sums *s, const char *dir, const char *prefix, int depth, struct verr *err)
{
	char *path = *prefix ? file_join(dir, prefix) : xstrdup(dir);
	char **names = NULL;
	size_t n = 0;
	enum vstatus st;

	if (depth > DEPTH_MAX)
		st = verr_set(err, V_ELIMIT, "%s: more than %d directories deep", path, DEPTH_MAX);
	else
		st = file_list(&names, &n, path, err);
	for (size_t i = 0; i < n && st == V_OK; i++) {
		char *name = *prefix ? file_join(prefix, names[i]) : xstrdup(names[i]);

		st = add_entry(s, dir, name, depth, err);
		free(name);
	}
	file_list_free(names, n);
	free(path);
	return st;
}

static enum vstatus
list_files(struct sums *s, const char *dir, struct verr *err)
{
	enum vstatus st = add_directory(s, dir, "", 0, err);

	sums_sort(s);
	return st;
}

static enum vstatus
digest_file(char hex[SHA256_HEX_SIZE], const char *dir, const char *name, struct verr *err)
{
	char *path = file_join(dir, name);
	enum vstatus st = file_sha256(hex, path, err);

	free(path);
	return st;
}

enum vstatus
sums_digest(struct sums *s, const char *dir, const struct sums *known, struct verr *err)
{
	enum vstatus st = list_files(s, dir, err);

	for (size_t i = 0; i < s->n && st == V_OK; i++) {
		struct sum *line = &s->list[i];
		const struct sum *sum = known && known->n > 0
			? bsearch(line, known->list, known->n, sizeof *line, compare_sums)
			: NULL;

		if (sum)
			memcpy(line->hex, sum->hex, sizeof line->hex);
		else
			st = digest_file(line->hex, dir, line->name, err);
	}
	return st;
}

/* ---- SHA256SUMS ---- */

static bool
is_hex(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
			return false;
	return true;
}

static bool
parse_line(struct sums *s, struct slice line)
{
	char *name;
	bool ok;

	if (line.n < HEX_DIGITS + 3 || !is_hex((struct slice){line.p, HEX_DIGITS}) ||
		line.p[HEX_DIGITS] != ' ' ||
		(line.p[HEX_DIGITS + 1] != ' ' && line.p[HEX_DIGITS + 1] != '*'))
		return false;
	name = xstrndup(line.p + HEX_DIGITS + 2, line.n - HEX_DIGITS - 2);
	ok = file_name_is_local(name);
	if (ok)
		sums_add(s, name, line.p);
	free(name);
	return ok;
}

static enum vstatus
parse_sums(struct sums *s, struct slice rest, const char *path, struct verr *err)
{
	struct slice line;
	size_t number = 0;

	while (slice_line(&line, &rest)) {
		number++;
		if (s->n == SUMS_FILES_MAX)
			return verr_set(err, V_ELIMIT, "%s: more than %zu lines", path, s->n);
		if (!parse_line(s, line))
			return verr_set(err, V_EFORMAT,
				"%s: line %zu: expected a SHA-256 digest and a file below", path,
				number);
	}
	sums_sort(s);
	for (size_t i = 1; i < s->n; i++)
		if (strcmp(s->list[i - 1].name, s->list[i].name) == 0)
			return verr_set(
				err, V_EFORMAT, "%s: %s is listed twice", path, s->list[i].name);
	return V_OK;
}

enum vstatus
sums_load(struct sums *s, const char *dir, struct verr *err)
{
	char *path = file_join(dir, SUMS_NAME);
	char *text = NULL;
	size_t len;
	enum vstatus st = file_slurp(&text, &len, path, err);

	if (st == V_OK)
		st = parse_sums(s, (struct slice){text, len}, path, err);
	free(text);
	free(path);
	return st;
}

static enum vstatus
check_names(const struct sums *s, const char *dir, struct verr *err)
{
	for (size_t i = 0; i < s->n; i++)
		if (!file_name_is_local(s->list[i].name) || strchr(s->list[i].name, '\\'))
			return verr_set(err, V_EFORMAT,
				"%s: a file name with a control byte or a backslash", dir);
	return V_OK;
}

enum vstatus
sums_store(const char *dir, const struct sums *known, struct verr *err)
{
	char *path = file_join(dir, SUMS_NAME);
	struct strbuf text;
	struct sums s;
	enum vstatus st;

	sums_init(&s);
	strbuf_init(&text);
	st = sums_digest(&s, dir, known, err);
	if (st == V_OK)
		st = check_names(&s, dir, err);
	for (size_t i = 0; i < s.n; i++)
		strbuf_addf(&text, "%s  %s\n", s.list[i].hex, s.list[i].name);
	if (st == V_OK)
		st = file_write_atomic(path, text.p ? text.p : "", text.n, err);
	strbuf_release(&text);
	sums_release(&s);
	free(path);
	return st;
}

/* ---- checking ---- */

struct verdict {
	size_t n_ok;
	char **bad;
	size_t n_bad;
	size_t cap_bad;
};

static void
say_bad(struct verdict *v, const char *name, const char *reason)
{
	GROW(v->bad, v->n_bad, v->cap_bad);
	v->bad[v->n_bad++] = xasprintf("%s: %s", name, reason);
}

static void
check_digest(struct verdict *v, const struct sum *listed, const char *dir)
{
	char hex[SHA256_HEX_SIZE];
	struct verr err;

	if (digest_file(hex, dir, listed->name, &err) != V_OK)
		say_bad(v, listed->name, err.msg);
	else if (strcmp(hex, listed->hex) != 0)
		say_bad(v, listed->name, "the digest differs from " SUMS_NAME);
	else
		v->n_ok++;
}

/* Both lists are sorted: one walk finds the missing and the unlisted. */
static void
compare_lists(
	struct verdict *v, const struct sums *listed, const struct sums *found, const char *dir)
{
	size_t i = 0;
	size_t k = 0;

	while (i < listed->n || k < found->n) {
		int order = i == listed->n ? 1
			: k == found->n    ? -1
					   : compare_sums(&listed->list[i], &found->list[k]);

		if (order < 0)
			say_bad(v, listed->list[i].name, "is missing");
		else if (order > 0)
			say_bad(v, found->list[k].name, "is not listed in " SUMS_NAME);
		else
			check_digest(v, &listed->list[i], dir);
		i += order <= 0;
		k += order >= 0;
	}
}

enum vstatus
sums_check(size_t *n_ok, char ***bad, size_t *n_bad, const char *dir, struct verr *err)
{
	struct sums listed;
	struct sums found;
	struct verdict v = {0};
	enum vstatus st;

	sums_init(&listed);
	sums_init(&found);
	st = sums_load(&listed, dir, err);
	if (st == V_OK)
		st = list_files(&found, dir, err);
	if (st == V_OK)
		compare_lists(&v, &listed, &found, dir);
	sums_release(&listed);
	sums_release(&found);
	*n_ok = v.n_ok;
	*bad = v.bad;
	*n_bad = v.n_bad;
	return st;
}
