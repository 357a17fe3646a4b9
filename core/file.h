#ifndef VANTAGE_CORE_FILE_H
#define VANTAGE_CORE_FILE_H
/*
 * file - whole files in and out, paths, digests.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/digest.h"
#include "core/err.h"

/* Text files of tools, JSON, metadata: nothing sensible of that kind is larger. */
#define FILE_SLURP_MAX_BYTES ((size_t)256 << 20)

/*
 * file_slurp - read a whole file ("-": standard input; .gz and .zst are decompressed).
 *   *text  out: NUL-terminated, the caller frees it;  *len bytes without the NUL
 *   Returns V_EIO, V_EFORMAT (a compressed file is damaged), or V_ELIMIT above
 *   FILE_SLURP_MAX_BYTES; *text is NULL then.
 */
enum vstatus file_slurp(char **text, size_t *len, const char *path, struct verr *err);

/*
 * file_head - the first bytes of a file, decompressed; a short file gives fewer.
 *   head[max] out, *len of them, also when a damaged file ends with V_EFORMAT; max at most
 *   ZIO_NEED_MAX_BYTES
 */
enum vstatus file_head(char *head, size_t *len, size_t max, const char *path, struct verr *err);

/*
 * file_write_atomic - write to a temporary name beside path, then rename: all or nothing.
 *   A symbolic link is followed; a device or pipe is written to directly.
 */
enum vstatus file_write_atomic(const char *path, const void *data, size_t len, struct verr *err);

/* file_copy - byte by byte copy through a temporary name and rename. */
enum vstatus file_copy(const char *from, const char *to, struct verr *err);

/* file_mkdirs - mkdir -p, mode 0755 before umask. */
enum vstatus file_mkdirs(const char *path, struct verr *err);

bool file_is_dir(const char *path);
bool file_exists(const char *path);

/* file_join - "a/b" on the heap; a trailing slash of a is not doubled. */
char *file_join(const char *dir, const char *name);
/* file_base - the part behind the last slash, trailing slashes ignored; on the heap. */
char *file_base(const char *path);
/* file_dir - the part before it, "." if there is none; on the heap. */
char *file_dir(const char *path);

/*
 * file_name_is_local - a name from a document that may be opened beside it: relative, no "..",
 *   no empty component, no NUL, no control bytes.
 */
bool file_name_is_local(const char *name);

/* Beyond this a directory is no dataset. */
#define FILE_LIST_MAX ((size_t)1 << 20)

/*
 * file_list - names in a directory (no "." and ".."), sorted by natural_cmp.
 *   *names out: n heap strings in a heap array; free with file_list_free
 *   Returns V_EIO, or V_ELIMIT above FILE_LIST_MAX names; *names is NULL and *n 0 then.
 */
enum vstatus file_list(char ***names, size_t *n, const char *dir, struct verr *err);
void file_list_free(char **names, size_t n);

/* file_missing_dirs - how many directories file_mkdirs(path) would make. */
size_t file_missing_dirs(const char *path);
/*
 * file_discard_dir - undo file_mkdirs(path): remove the files in that directory, it, and those
 *   above it that were made with it, n_made in all, as far as nothing else is in them.  0: nothing.
 */
void file_discard_dir(const char *path, size_t n_made);

/* file_sha256 - lower-case hex digest of a file's bytes. */
enum vstatus file_sha256(char hex[SHA256_HEX_SIZE], const char *path, struct verr *err);

/* out_write - fwrite() that keeps the reason of a failure for out_check(); of one thread only. */
void out_write(FILE *f, const void *data, size_t n);

/* out_check - flush and look for a write error (disk full); to be called before exit 0. */
enum vstatus out_check(FILE *f, const char *name, struct verr *err);

#endif
