#ifndef VANTAGE_CORE_SUMS_H
#define VANTAGE_CORE_SUMS_H
/*
 * sums - DIR/SHA256SUMS, one line per regular file below DIR, as sha256sum -c reads it.
 */
#include <stddef.h>

#include "core/err.h"
#include "core/file.h"

#define SUMS_NAME "SHA256SUMS"
#define SUMS_FILES_MAX ((size_t)1 << 20)

struct sum {
	char *name; /* relative to the directory */
	char hex[SHA256_HEX_SIZE];
};

struct sums {
	struct sum *list; /* sorted by name, byte by byte */
	size_t n;
	size_t cap;
};

void sums_init(struct sums *s);
void sums_release(struct sums *s);
/* sums_add - append a line; sums_sort puts it in its place. */
void sums_add(struct sums *s, const char *name, const char *hex);
void sums_sort(struct sums *s);

/* sums_load - read DIR/SHA256SUMS.  V_EFORMAT with the line if it is damaged, V_EIO if absent. */
enum vstatus sums_load(struct sums *s, const char *dir, struct verr *err);
/*
 * sums_digest - make them from the files: all regular files of DIR but SHA256SUMS.
 *   known  sorted: files whose digests are known and that are not read again; NULL: none
 */
enum vstatus
sums_digest(struct sums *s, const char *dir, const struct sums *known, struct verr *err);
/* sums_total - SHA-256 over the "name  digest" lines, in the order of the list. */
void sums_total(char hex[SHA256_HEX_SIZE], const struct sums *s);

/* sums_store - write DIR/SHA256SUMS over all regular files of DIR but itself; known as above. */
enum vstatus sums_store(const char *dir, const struct sums *known, struct verr *err);
/*
 * sums_check - verify DIR/SHA256SUMS.
 *   *n_ok out;  *bad out: names that differ or are missing or unlisted (heap array of n_bad heap
 *   strings "name: reason"); V_EFORMAT when SHA256SUMS itself is damaged, V_EIO when absent.
 */
enum vstatus
sums_check(size_t *n_ok, char ***bad, size_t *n_bad, const char *dir, struct verr *err);

#endif
