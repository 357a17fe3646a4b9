/*
 * Tests of core/dataset and core/sums.
 *
 * Digests: FIPS 180-2, appendix B.1 ("abc"); the others, and the check of a stored SHA256SUMS, from
 * sha256sum(1).  Which names a descriptor may hold: the Data Package specification, version 1.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "core/dataset.h"
#include "tests/unit/tmpdir.h"

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void
put_run(const char *name, const char *id, const char *factors)
{
	char text[512];

	snprintf(text, sizeof text,
		"{\"schema\": \"vantage/run/1\", \"id\": \"%s\", \"factors\": {%s}}", id, factors);
	tmpdir_put(name, text);
}

static void
must_load(struct dataset *d, const char *path)
{
	struct verr err = {""};

	dataset_init(d);
	if (dataset_load(d, path, &err) != V_OK)
		fail_msg("%s", err.msg);
}

/* dataset_load fails so, with a message that has this in it. */
static void
must_refuse(const char *path, enum vstatus wanted, const char *message)
{
	struct verr err = {""};
	struct dataset d;

	dataset_init(&d);
	assert_int_equal(dataset_load(&d, path, &err), wanted);
	if (!strstr(err.msg, message))
		fail_msg("%s", err.msg);
	dataset_release(&d);
}

static void
test_dataset(void **state)
{
	struct dataset d;
	const char **names;
	size_t n;

	(void)state;
	put_run("d/runs/r10/run.json", "r10", "\"b\": 1, \"a\": \"x\"");
	put_run("d/runs/r2/run.json", "r2", "\"c\": 1, \"a\": \"y\"");
	put_run("d/runs/r1/run.json", "r1", "");
	tmpdir_put("d/runs/broken/run.json", "{");
	tmpdir_put("d/runs/empty/x.txt", "");
	tmpdir_put("d/runs/README", "a file beside the runs");
	tmpdir_put("d/datapackage.json",
		"{\"name\": \"test-set\", \"title\": \"T\", \"resources\": ["
		"{\"name\": \"r1\", \"path\": \"runs/r1/run.json\"}, {\"name\": \"t\", \"path\": "
		"\"table.csv\"}, {\"path\": \"x.hist.csv.zst\"}, {\"path\": \"note.md\"}, "
		"{\"path\": [\"1.csv\", \"2.csv\"]}]}");
	must_load(&d, tmpdir_at("d"));
	assert_string_equal(d.name, "test-set");
	assert_string_equal(d.title, "T");
	assert_non_null(d.document);
	assert_int_equal(d.n_runs, 3);
	assert_string_equal(d.runs[0].id, "r1");
	assert_string_equal(d.runs[1].id, "r2");
	assert_string_equal(d.runs[2].id, "r10");
	assert_string_equal(d.runs[2].path, tmpdir_at("d/runs/r10"));
	assert_int_equal(d.n_unreadable, 2);
	assert_non_null(strstr(d.problems[0], "broken/run.json"));
	assert_non_null(strstr(d.problems[1], "empty/run.json"));
	assert_int_equal(d.n_tables, 2);
	assert_string_equal(d.tables[0].name, "t");
	assert_string_equal(d.tables[0].path, tmpdir_at("d/table.csv"));
	assert_string_equal(d.tables[1].name, "x.hist.csv.zst");
	dataset_factor_names(&names, &n, &d);
	assert_int_equal(n, 3);
	assert_string_equal(names[0], "a");
	assert_string_equal(names[1], "b");
	assert_string_equal(names[2], "c");
	free(names);
	dataset_release(&d);

	must_load(&d, tmpdir_at("d/datapackage.json"));
	assert_int_equal(d.n_runs, 3);
	dataset_release(&d);
}

static void
test_one_run(void **state)
{
	const char *const operands[] = {"my-run", "my-run/", "my-run/run.json"};

	(void)state;
	put_run("my-run/run.json", "an-id", "");
	for (size_t i = 0; i < 3; i++) {
		struct dataset d;

		must_load(&d, tmpdir_at(operands[i]));
		assert_string_equal(d.name, "my-run");
		assert_int_equal(d.n_runs, 1);
		assert_string_equal(d.runs[0].id, "an-id");
		assert_null(d.document);
		dataset_release(&d);
	}
}

static void
test_interrupted(void **state)
{
	struct dataset d;

	(void)state;
	put_run("killed/runs/a/run.json", "a", "");
	must_load(&d, tmpdir_at("killed"));
	assert_string_equal(d.name, "killed");
	assert_int_equal(d.n_runs, 1);
	assert_null(d.document);
	dataset_release(&d);
}

static void
test_file(void **state)
{
	/* the header of an empty little-endian pcap file */
	static const unsigned char pcap[24] = {
		0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, [16] = 0, 0, 4, 0, 1};
	struct dataset d;

	(void)state;
	assert_int_equal(file_write_atomic(tmpdir_at("guest.1.pcap"), pcap, 24, NULL), V_OK);
	must_load(&d, tmpdir_at("guest.1.pcap"));
	assert_int_equal(d.n_runs, 1);
	assert_string_equal(d.runs[0].id, "guest.1.pcap");
	assert_string_equal(d.runs[0].path, tmpdir);
	assert_string_equal(d.runs[0].platform, "unknown");
	assert_int_equal(d.runs[0].n_points, 1);
	assert_string_equal(d.runs[0].points[0].name, "guest");
	assert_string_equal(d.runs[0].points[0].files[0], "guest.1.pcap");
	assert_int_equal(d.runs[0].n_tools, 0);
	dataset_release(&d);

	tmpdir_put("ping.txt", "PING");
	must_load(&d, tmpdir_at("ping.txt"));
	assert_int_equal(d.runs[0].n_points, 0);
	assert_string_equal(d.runs[0].tools[0].name, "");
	assert_string_equal(d.runs[0].tools[0].file, "ping.txt");
	assert_string_equal(d.name, "ping.txt");
	dataset_release(&d);

	must_load(&d, "-");
	assert_string_equal(d.runs[0].path, "");
	assert_string_equal(d.runs[0].points[0].files[0], "-");
	dataset_release(&d);
}

static void
test_refuses(void **state)
{
	(void)state;
	must_refuse(tmpdir_at("none"), V_EIO, "none: No such file");
	must_refuse(tmpdir, V_EFORMAT, "expected a dataset");
	put_run("many/lxc/run.json", "a", "");
	tmpdir_put("many/native/datapackage.json", "{}");
	tmpdir_put("many/other/x", "");
	must_refuse(tmpdir_at("many"), V_EFORMAT, "many is a folder of datasets; give one: /tmp/");
	must_refuse(tmpdir_at("many"), V_EFORMAT, "/many/native");
	tmpdir_put("many/a/datapackage.json", "{}");
	tmpdir_put("many/b/datapackage.json", "{}");
	must_refuse(tmpdir_at("many"), V_EFORMAT, "/many/lxc, ...");
	tmpdir_put("x/datapackage.json", "[1]");
	must_refuse(tmpdir_at("x"), V_EFORMAT, "datapackage.json: expected an object");
	tmpdir_put("x/datapackage.json", "{\"resources\": [{\"path\": \"../x.csv\"}]}");
	must_refuse(tmpdir_at("x"), V_EFORMAT, "resources[0].path: expected a path inside");
	tmpdir_put("x/datapackage.json", "{\"resources\": 1}");
	must_refuse(tmpdir_at("x"), V_EFORMAT, "resources: expected an array");
	tmpdir_put("x/datapackage.json", "{");
	must_refuse(tmpdir_at("x"), V_EFORMAT, "datapackage.json: line 1");
	tmpdir_put("y/run.json", "{}");
	must_refuse(tmpdir_at("y"), V_EFORMAT, "y/run.json: schema: expected");
}

static void
checksum(char hex[65], const char *path)
{
	struct verr err = {""};
	struct dataset d;

	must_load(&d, path);
	if (dataset_checksum(hex, &d, &err) != V_OK)
		fail_msg("%s", err.msg);
	dataset_release(&d);
}

/* The same checksum with and without SHA256SUMS, computed by sha256sum(1) from the definition. */
static void
test_checksum(void **state)
{
	char command[1024];
	char expected[66] = "";
	char hex[65];
	FILE *f;

	(void)state;
	put_run("d/runs/r1/run.json", "r1", "");
	put_run("d/runs/r2/run.json", "r2", "");
	tmpdir_put("d/runs/r1/a.txt", "abc");
	tmpdir_put("d/t.csv", "x\n");
	tmpdir_put("d/datapackage.json", "{\"resources\": [{\"path\": \"t.csv\"}]}");
	snprintf(command, sizeof command,
		"cd %s/d && for f in runs/r1/a.txt runs/r1/run.json runs/r2/run.json t.csv; do "
		"echo \"$f  $(sha256sum < $f | cut -c1-64)\"; done | sha256sum | cut -c1-64",
		tmpdir);
	f = popen(command, "r");
	assert_non_null(f);
	assert_non_null(fgets(expected, 65, f));
	pclose(f);
	checksum(hex, tmpdir_at("d"));
	assert_string_equal(hex, expected);
	checksum(hex, tmpdir_at("d/"));
	assert_string_equal(hex, expected);
	assert_int_equal(sums_store(tmpdir_at("d/runs/r1"), NULL, NULL), V_OK);
	checksum(hex, tmpdir_at("d"));
	assert_string_equal(hex, expected);
	tmpdir_put("d/runs/r2/run.json", "{\"schema\": \"vantage/run/1\", \"id\": \"r2\"}");
	checksum(hex, tmpdir_at("d"));
	assert_string_not_equal(hex, expected);
}

static void
test_checksum_of_file(void **state)
{
	struct dataset d;
	struct verr err;
	char hex[65];

	(void)state;
	tmpdir_put("abc.txt", "abc");
	tmpdir_put("other.txt", "not part of it");
	checksum(hex, tmpdir_at("abc.txt"));
	/* printf 'abc.txt  ba7816...\n' | sha256sum */
	assert_string_equal(
		hex, "bebdc7f69ea2848cf63baef5372a947e861792dad6f065b4a9544ae0e7e63a09");
	must_load(&d, "-");
	assert_int_equal(dataset_checksum(hex, &d, &err), V_EDOM);
	dataset_release(&d);
}

static void
test_sums(void **state)
{
	char command[128];
	char **bad;
	char *text;
	size_t len;
	size_t n_ok;
	size_t n_bad;

	(void)state;
	tmpdir_put("s/b", "abc");
	tmpdir_put("s/a2", "x");
	tmpdir_put("s/sub/c", "abc");
	assert_int_equal(symlink("/etc/passwd", tmpdir_at("s/link")), 0);
	assert_int_equal(sums_check(&n_ok, &bad, &n_bad, tmpdir_at("s"), NULL), V_EIO);
	assert_int_equal(sums_store(tmpdir_at("s"), NULL, NULL), V_OK);
	assert_int_equal(file_slurp(&text, &len, tmpdir_at("s/SHA256SUMS"), NULL), V_OK);
	assert_non_null(strstr(text, ABC "  b\n" ABC "  sub/c\n"));
	assert_null(strstr(text, "link"));
	free(text);
	snprintf(command, sizeof command, "cd %s/s && sha256sum -c --quiet --strict SHA256SUMS",
		tmpdir);
	assert_int_equal(system(command), 0);
	assert_int_equal(sums_check(&n_ok, &bad, &n_bad, tmpdir_at("s"), NULL), V_OK);
	assert_int_equal(n_ok, 3);
	assert_int_equal(n_bad, 0);
	free(bad);

	tmpdir_put("s/a2", "y");
	tmpdir_put("s/new", "");
	assert_int_equal(remove(tmpdir_at("s/sub/c")), 0);
	assert_int_equal(sums_check(&n_ok, &bad, &n_bad, tmpdir_at("s"), NULL), V_OK);
	assert_int_equal(n_ok, 1);
	assert_int_equal(n_bad, 3);
	assert_string_equal(bad[0], "a2: the digest differs from SHA256SUMS");
	assert_string_equal(bad[1], "new: is not listed in SHA256SUMS");
	assert_string_equal(bad[2], "sub/c: is missing");
	file_list_free(bad, n_bad);
}

/* A known digest is taken as it is: this one is not that of the file, so the file was not read. */
static void
test_known_sums(void **state)
{
	static const char other[] = "00000000000000000000000000000000000000000000000000000000000000aa";
	struct sums known;
	char *text;
	size_t len;

	(void)state;
	tmpdir_put("s/a", "abc");
	tmpdir_put("s/b", "abc");
	sums_init(&known);
	sums_add(&known, "b", other);
	sums_add(&known, "not/there", other);
	assert_int_equal(sums_store(tmpdir_at("s"), &known, NULL), V_OK);
	assert_int_equal(file_slurp(&text, &len, tmpdir_at("s/SHA256SUMS"), NULL), V_OK);
	assert_int_equal(len, 2 * (64 + 2 + 1 + 1));
	assert_non_null(strstr(text, ABC "  a\n"));
	assert_non_null(strstr(text, "aa  b\n"));
	free(text);
	sums_release(&known);
}

static void
test_damaged_sums(void **state)
{
	static const char *const damaged[] = {
		"no digest\n",
		"ba7816\n",
		ABC "\n",
		ABC "  \n",
		ABC " b\n",
		ABC "  ../b\n",
		ABC "  /etc/passwd\n",
		"g" ABC "  b\n",
		ABC "  b\n" ABC "  b\n",
	};

	(void)state;
	tmpdir_put("b", "abc");
	for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
		struct verr err;
		char **bad;
		size_t n_ok;
		size_t n_bad;

		tmpdir_put("SHA256SUMS", damaged[i]);
		assert_int_equal(sums_check(&n_ok, &bad, &n_bad, tmpdir, &err), V_EFORMAT);
	}
}

static void
test_descriptor(void **state)
{
	static const char expected[] =
		"{\n"
		"\t\"title\": \"Kept\",\n"
		"\t\"resources\": [\n"
		"\t\t{\"name\": \"table\", \"path\": \"t.csv\"},\n"
		"\t\t{\"name\": \"r2\", \"path\": \"runs/R2/run.json\", \"format\": \"json\", "
		"\"mediatype\": \"application/json\"},\n"
		"\t\t{\"name\": \"r-10\", \"path\": \"runs/r 10/run.json\", \"format\": \"json\", "
		"\"mediatype\": \"application/json\"},\n"
		"\t\t{\"name\": \"r2-2\", \"path\": \"runs/r2/run.json\", \"format\": \"json\", "
		"\"mediatype\": \"application/json\"}\n"
		"\t],\n"
		"\t\"profile\": \"data-package\",\n"
		"\t\"name\": \"my-set-1\"\n"
		"}\n";
	char *text;
	size_t len;
	struct verr err = {""};

	(void)state;
	put_run("runs/R2/run.json", "R2", "");
	put_run("runs/r2/run.json", "r2", "");
	put_run("runs/r 10/run.json", "r10", "");
	tmpdir_put("runs/none/x", "");
	tmpdir_put("datapackage.json",
		"{\"title\": \"Kept\", \"resources\": [{\"name\": \"gone\", \"path\": "
		"\"runs/gone/run.json\"}, {\"name\": \"table\", \"path\": \"t.csv\"}]}");
	for (int i = 0; i < 2; i++) {
		if (dataset_store_descriptor(tmpdir, "My set/1", &err) != V_OK)
			fail_msg("%s", err.msg);
		assert_int_equal(
			file_slurp(&text, &len, tmpdir_at("datapackage.json"), NULL), V_OK);
		assert_string_equal(text, expected);
		free(text);
	}
	tmpdir_put("datapackage.json", "[");
	assert_int_equal(dataset_store_descriptor(tmpdir, "x", &err), V_EFORMAT);
}

#define IN_TMPDIR(test) cmocka_unit_test_setup_teardown(test, tmpdir_make, tmpdir_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_TMPDIR(test_dataset),
		IN_TMPDIR(test_one_run),
		IN_TMPDIR(test_interrupted),
		IN_TMPDIR(test_file),
		IN_TMPDIR(test_refuses),
		IN_TMPDIR(test_checksum),
		IN_TMPDIR(test_checksum_of_file),
		IN_TMPDIR(test_sums),
		IN_TMPDIR(test_known_sums),
		IN_TMPDIR(test_damaged_sums),
		IN_TMPDIR(test_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
