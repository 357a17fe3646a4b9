/*
 * Tests of core/file.
 *
 * Digests: FIPS 180-2, appendix B.1 ("abc") and B.3 (a million times "a"); the empty one from
 * sha256sum(1).  The compressed bytes were made by gzip(1) -9n and zstd(1) from "hello\n".
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/file.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static char dir[64]; /* a fresh directory for each test */

static int
make_dir(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/t_file.XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int
remove_entry(const char *path, const struct stat *sb, int type, struct FTW *ftw)
{
	(void)sb;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int
remove_dir(void **state)
{
	(void)state;
	return nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* dir/name in a static buffer of its own; four of them alternate. */
static const char *
at(const char *name)
{
	static char paths[4][256];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof paths[0], "%s/%s", dir, name);
	return path;
}

static void
assert_content(const char *path, const char *expected)
{
	struct verr err;
	char *text;
	size_t len;

	assert_int_equal(file_slurp(&text, &len, path, &err), V_OK);
	assert_int_equal(len, strlen(expected));
	assert_string_equal(text, expected);
	free(text);
}

static void
store(const char *path, const void *data, size_t len)
{
	struct verr err;

	assert_int_equal(file_write_atomic(path, data, len, &err), V_OK);
}

static size_t
count_files(void)
{
	struct verr err;
	char **names;
	size_t n;

	assert_int_equal(file_list(&names, &n, dir, &err), V_OK);
	file_list_free(names, n);
	return n;
}

static void
slurps(void **state)
{
	static const unsigned char gz[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
		0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xe7, 0x02, 0x00, 0x20, 0x30, 0x3a, 0x36, 0x06,
		0x00, 0x00, 0x00};
	static const unsigned char zst[] = {0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x31, 0x00, 0x00,
		0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x0a, 0x53, 0x88, 0xbd, 0x91};
	struct verr err = {"untouched"};
	char *text;
	size_t len;

	(void)state;
	store(at("plain"), "a\0b", 3);
	assert_int_equal(file_slurp(&text, &len, at("plain"), &err), V_OK);
	assert_int_equal(len, 3);
	assert_memory_equal(text, "a\0b", 4);
	free(text);
	store(at("empty"), "", 0);
	assert_content(at("empty"), "");
	store(at("x.gz"), gz, sizeof gz);
	assert_content(at("x.gz"), "hello\n");
	store(at("x.zst"), zst, sizeof zst);
	assert_content(at("x.zst"), "hello\n");
	assert_string_equal(err.msg, "untouched");

	store(at("cut.gz"), gz, sizeof gz - 3);
	assert_int_equal(file_slurp(&text, &len, at("cut.gz"), &err), V_EFORMAT);
	assert_null(text);
	assert_non_null(strstr(err.msg, "cut.gz"));
	assert_int_equal(file_slurp(&text, &len, at("absent"), &err), V_EIO);
	assert_null(text);
	assert_non_null(strstr(err.msg, "absent"));
	assert_int_equal(file_slurp(&text, &len, dir, &err), V_EIO);
}

/* A sparse file one byte above the limit. */
static void
slurp_has_a_limit(void **state)
{
	struct verr err;
	char *text;
	size_t len;

	(void)state;
	store(at("big"), "", 0);
	assert_int_equal(truncate(at("big"), (off_t)FILE_SLURP_MAX_BYTES + 1), 0);
	assert_int_equal(file_slurp(&text, &len, at("big"), &err), V_ELIMIT);
	assert_null(text);
}

static void
writes_all_or_nothing(void **state)
{
	struct verr err;
	struct stat sb;
	mode_t mask = umask(027);

	(void)state;
	store(at("f"), "one", 3);
	store(at("f"), "two", 3);
	assert_content(at("f"), "two");
	assert_int_equal(stat(at("f"), &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0640);
	umask(mask);
	assert_int_equal(count_files(), 1); /* no temporary file is left */

	assert_int_equal(mkdir(at("d"), 0755), 0);
	assert_int_equal(file_write_atomic(at("d"), "x", 1, &err), V_EIO);
	assert_int_equal(file_write_atomic(at("no/such"), "x", 1, &err), V_EIO);
	assert_non_null(strstr(err.msg, "no/such: No such file or directory"));
	assert_int_equal(count_files(), 2);
}

static void
keeps_links_and_devices(void **state)
{
	struct verr err;
	struct stat sb;

	(void)state;
	store(at("target"), "old", 3);
	assert_int_equal(symlink("target", at("link")), 0);
	store(at("link"), "new", 3);
	assert_int_equal(lstat(at("link"), &sb), 0);
	assert_true(S_ISLNK(sb.st_mode));
	assert_content(at("target"), "new");
	assert_int_equal(file_write_atomic("/dev/null", "x", 1, &err), V_OK);
	assert_int_equal(stat("/dev/null", &sb), 0);
	assert_true(S_ISCHR(sb.st_mode));
	assert_int_equal(file_write_atomic("/dev/full", "x", 1, &err), V_EIO);
	assert_non_null(strstr(err.msg, strerror(ENOSPC)));
}

static void
copies(void **state)
{
	struct verr err;
	char *big = malloc(700001); /* more than two blocks, and an odd rest */
	char *text;
	size_t len;

	(void)state;
	assert_non_null(big);
	memset(big, 'q', 700001);
	store(at("a"), big, 700001);
	assert_int_equal(file_copy(at("a"), at("b"), &err), V_OK);
	assert_int_equal(file_slurp(&text, &len, at("b"), &err), V_OK);
	assert_int_equal(len, 700001);
	assert_memory_equal(text, big, len);
	free(text);
	free(big);
	assert_int_equal(file_copy(at("none"), at("b"), &err), V_EIO);
	assert_int_equal(file_copy(at("none"), at("c"), &err), V_EIO);
	assert_false(file_exists(at("c")));
	assert_int_equal(count_files(), 2);
}

static void
makes_directories(void **state)
{
	struct verr err;

	(void)state;
	assert_int_equal(file_mkdirs(at("x//y/z/"), &err), V_OK);
	assert_true(file_is_dir(at("x/y/z")));
	assert_int_equal(file_mkdirs(at("x/y"), &err), V_OK);
	store(at("x/f"), "", 0);
	assert_true(file_exists(at("x/f")));
	assert_false(file_is_dir(at("x/f")));
	assert_int_equal(file_mkdirs(at("x/f/g"), &err), V_EIO);
	assert_non_null(strstr(err.msg, "x/f"));
}

static void
takes_paths_apart(void **state)
{
	static const struct {
		const char *path;
		const char *base;
		const char *dir;
	} cases[] = {
		{"a", "a", "."},
		{"a/b", "b", "a"},
		{"a/b/", "b", "a"},
		{"a//b//", "b", "a"},
		{"/a", "a", "/"},
		{"/a/b.c", "b.c", "/a"},
		{"/", "/", "/"},
		{"//", "/", "/"},
		{"./x", "x", "."},
		{"", "", "."},
		{"x", "x", "."},
		{".", ".", "."},
	};
	static const char *const joined[][3] = {
		{"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"}, {"", "b", "b"}};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(cases); i++) {
		char *base = file_base(cases[i].path);
		char *parent = file_dir(cases[i].path);

		assert_string_equal(base, cases[i].base);
		assert_string_equal(parent, cases[i].dir);
		free(base);
		free(parent);
	}
	for (i = 0; i < N_OF(joined); i++) {
		char *path = file_join(joined[i][0], joined[i][1]);

		assert_string_equal(path, joined[i][2]);
		free(path);
	}
}

static void
tells_local_names(void **state)
{
	static const char *const good[] = {
		"a", "a/b.pcap", "..a", "a..", "a/.b", "./a", "gr\xc3\xbc\xc3\x9f-r1"};
	static const char *const bad[] = {"", "/", "/etc/passwd", "..", "../a", "a/..", "a/../b",
		"a//b", "a/", "a\nb", "a\x1b[31m", "a\x7f"};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(good); i++)
		assert_true(file_name_is_local(good[i]));
	for (i = 0; i < N_OF(bad); i++)
		assert_false(file_name_is_local(bad[i]));
}

static void
lists_in_natural_order(void **state)
{
	struct verr err;
	char **names;
	size_t n;

	(void)state;
	assert_int_equal(file_list(&names, &n, dir, &err), V_OK);
	assert_int_equal(n, 0);
	file_list_free(names, n);
	store(at("r10"), "", 0);
	store(at("r9"), "", 0);
	store(at(".hidden"), "", 0);
	assert_int_equal(file_list(&names, &n, dir, &err), V_OK);
	assert_int_equal(n, 3);
	assert_string_equal(names[0], ".hidden");
	assert_string_equal(names[1], "r9");
	assert_string_equal(names[2], "r10");
	file_list_free(names, n);
	assert_int_equal(file_list(&names, &n, at("absent"), &err), V_EIO);
	assert_null(names);
}

static void
digests(void **state)
{
	struct verr err;
	char hex[SHA256_HEX_SIZE];
	char *million = malloc(1000000);

	(void)state;
	assert_non_null(million);
	memset(million, 'a', 1000000);
	store(at("abc"), "abc", 3);
	store(at("empty"), "", 0);
	store(at("million"), million, 1000000);
	free(million);
	assert_int_equal(file_sha256(hex, at("abc"), &err), V_OK);
	assert_string_equal(
		hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(file_sha256(hex, at("empty"), &err), V_OK);
	assert_string_equal(
		hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_int_equal(file_sha256(hex, at("million"), &err), V_OK);
	assert_string_equal(
		hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	assert_int_equal(file_sha256(hex, dir, &err), V_EIO);
}

static void
notices_a_full_disk(void **state)
{
	struct verr err;
	FILE *f = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(f);
	assert_int_equal(out_check(f, "report", &err), V_OK); /* nothing written yet */
	fputs("x", f);
	assert_int_equal(out_check(f, "report", &err), V_EIO);
	assert_non_null(strstr(err.msg, "report: "));
	assert_non_null(strstr(err.msg, strerror(ENOSPC)));
	assert_int_equal(out_check(f, "report", &err), V_EIO); /* the failure is not forgotten */
	fclose(f);
}

#define TEST_IN_DIR(f) cmocka_unit_test_setup_teardown(f, make_dir, remove_dir)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_IN_DIR(slurps),
		TEST_IN_DIR(slurp_has_a_limit),
		TEST_IN_DIR(writes_all_or_nothing),
		TEST_IN_DIR(keeps_links_and_devices),
		TEST_IN_DIR(copies),
		TEST_IN_DIR(makes_directories),
		cmocka_unit_test(takes_paths_apart),
		cmocka_unit_test(tells_local_names),
		TEST_IN_DIR(lists_in_natural_order),
		TEST_IN_DIR(digests),
		cmocka_unit_test(notices_a_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
