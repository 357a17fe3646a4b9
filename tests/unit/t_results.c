/*
 * Tests of core/results.
 *
 * The expected document is written by hand after the example in core/results.h; the JSON Schema
 * is judged by python3-jsonschema (tests/oracle/validate.py).  1700000000 s is
 * 2023-11-14T22:13:20Z (GNU date).
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/results.h"
#include "tests/unit/tmpdir.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static const char sample[] =
	"{\n"
	"\t\"schema\": \"vantage/results/1\",\n"
	"\t\"provenance\": {\n"
	"\t\t\"program\": \"vanalyze 1.0.0\",\n"
	"\t\t\"command\": [\"vanalyze\", \"all\", \"native\"],\n"
	"\t\t\"datasets\": [\n"
	"\t\t\t{\"name\": \"native\", \"title\": \"Bare \\\"metal\\\"\", \"sha256\": "
	"\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"},\n"
	"\t\t\t{\"name\": \"-\", \"title\": null, \"sha256\": null}\n"
	"\t\t],\n"
	"\t\t\"generated\": \"2023-11-14T22:13:20.000000000Z\"\n"
	"\t},\n"
	"\t\"analyses\": [\n"
	"\t\t{\n"
	"\t\t\t\"kind\": \"describe\",\n"
	"\t\t\t\"metric\": \"rtt_ns\",\n"
	"\t\t\t\"by\": [\"platform\", \"point\"],\n"
	"\t\t\t\"parameters\": {\n"
	"\t\t\t\t\"pooled\": true,\n"
	"\t\t\t\t\"level\": 0.95\n"
	"\t\t\t},\n"
	"\t\t\t\"rows\": [\n"
	"\t\t\t\t{\"platform\": \"native\", \"point\": \"host\", \"n\": 9007199254740993, "
	"\"mean\": 0.30000000000000004, \"sd\": 2, \"none\": null, \"reason\": null},\n"
	"\t\t\t\t{\"platform\": \"7\", \"point\": null, \"n\": 1, \"mean\": 4, \"sd\": null, "
	"\"none\": null, \"reason\": \"n = 1\"}\n"
	"\t\t\t],\n"
	"\t\t\t\"notes\": [\"100 % of 2\", \"second\"]\n"
	"\t\t},\n"
	"\t\t{\n"
	"\t\t\t\"kind\": \"kendall\",\n"
	"\t\t\t\"metric\": null,\n"
	"\t\t\t\"by\": [],\n"
	"\t\t\t\"parameters\": {},\n"
	"\t\t\t\"rows\": [],\n"
	"\t\t\t\"notes\": []\n"
	"\t\t}\n"
	"\t]\n"
	"}\n";

/* The document above, built. */
static void
build(struct results *r)
{
	static const char *const by[] = {"platform", "point"};
	char program[] = "vanalyze";
	char command[] = "all";
	char operand[] = "native";
	char *argv[] = {program, command, operand};
	struct analysis *a;
	struct table *t;

	results_init(r);
	results_set_program(r, "vanalyze 1.0.0", argv, 3);
	results_add_source(r, "native", "Bare \"metal\"",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	results_add_source(r, "-", NULL, NULL);
	a = results_add(r, "describe", "rtt_ns", by, 2);
	json_add_bool(a->parameters, "pooled", true);
	json_add_f64(a->parameters, "level", 0.95);
	analysis_note(a, "%d %% of %d", 100, 2);
	analysis_note(a, "second");
	t = &a->rows;
	table_add_column(t, "n", COLUMN_INT);
	table_add_column(t, "mean", COLUMN_REAL);
	table_add_column(t, "sd", COLUMN_REAL);
	table_add_column(t, "none", COLUMN_REAL);
	table_add_column(t, "reason", COLUMN_TEXT);
	table_add_row(t);
	table_set_text(t, 0, 0, "native");
	table_set_text(t, 1, 0, "host");
	table_set_int(t, 2, 0, INT64_C(9007199254740993));
	table_set_real(t, 3, 0, 0.1 + 0.2);
	table_set_real(t, 4, 0, 2);
	table_add_row(t);
	table_set_text(t, 0, 1, "7");
	table_set_int(t, 2, 1, 1);
	table_set_real(t, 3, 1, 4);
	table_set_text(t, 6, 1, "n = 1");
	results_add(r, "kendall", NULL, NULL, 0);
}

static int
make(void **state)
{
	setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
	return tmpdir_make(state);
}

static char *
stored(const struct results *r)
{
	struct verr err = {""};
	char *text = NULL;
	size_t len;

	if (results_store(r, tmpdir_at("r.json"), &err) != V_OK ||
		file_slurp(&text, &len, tmpdir_at("r.json"), &err) != V_OK)
		fail_msg("%s", err.msg);
	return text;
}

static void
test_store(void **state)
{
	struct results r;
	char *text;

	(void)state;
	build(&r);
	text = stored(&r);
	assert_string_equal(text, sample);
	free(text);
	setenv("SOURCE_DATE_EPOCH", "soon", 1);
	text = stored(&r);
	assert_null(strstr(text, "generated"));
	free(text);
	unsetenv("SOURCE_DATE_EPOCH");
	text = stored(&r);
	assert_null(strstr(text, "generated"));
	free(text);
	results_release(&r);
}

static void
test_load(void **state)
{
	struct results r;
	struct verr err = {""};
	const struct analysis *a;
	char *text;

	(void)state;
	results_init(&r);
	tmpdir_put("in.json", sample);
	if (results_load(&r, tmpdir_at("in.json"), &err) != V_OK)
		fail_msg("%s", err.msg);
	assert_string_equal(r.program, "vanalyze 1.0.0");
	assert_int_equal(r.n_command, 3);
	assert_string_equal(r.sources[0].title, "Bare \"metal\"");
	assert_null(r.sources[1].sha256);
	a = results_find(&r, "describe", "rtt_ns", 0);
	assert_ptr_equal(a, &r.analyses[0]);
	assert_null(results_find(&r, "describe", "rtt_ns", 1));
	assert_null(results_find(&r, "describe", "x", 0));
	assert_null(results_find(&r, "kendall", "rtt_ns", 0));
	assert_ptr_equal(results_find(&r, "kendall", NULL, 0), &r.analyses[1]);
	assert_int_equal(a->n_by, 2);
	assert_int_equal(a->rows.n_columns, 7);
	assert_int_equal(a->rows.columns[2].type, COLUMN_INT);
	assert_true(table_int(&a->rows, 2, 0) == INT64_C(9007199254740993));
	assert_int_equal(a->rows.columns[3].type, COLUMN_REAL);
	assert_true(table_real(&a->rows, 3, 0) == 0.1 + 0.2);
	assert_true(table_absent(&a->rows, 4, 1) && table_absent(&a->rows, 1, 1));
	assert_string_equal(table_text(&a->rows, 6, 1), "n = 1");
	assert_string_equal(a->notes[0], "100 % of 2");
	text = stored(&r);
	assert_string_equal(text, sample);
	free(text);
	results_release(&r);
}

/* sample with the first `from` replaced by `to` must fail with a message that ends like this. */
static void
test_refuses(void **state)
{
	static const struct {
		const char *from;
		const char *to;
		const char *message;
	} cases[] = {
		{"vantage/results/1", "vantage/results/9",
			": schema: expected \"vantage/results/1\""},
		{"\"provenance\"", "\"prov\"", ": provenance: expected an object"},
		{"\"native\"]", "7]", ": command[2]: expected a string"},
		{"\"name\": \"-\"", "\"name\": 1", ": datasets[1].name: expected a string"},
		{"\"describe\"", "null", ": analyses[0].kind: expected a string"},
		{"\"metric\": null", "\"metric\": 1",
			": analyses[1].metric: expected a string or null"},
		{"\"parameters\": {}", "\"parameters\": []",
			": analyses[1].parameters: expected an object"},
		{"\"by\": []", "\"by\": null", ": analyses[1].by: expected an array of strings"},
		{"\"by\": [\"platform\", \"point\"]", "\"by\": [\"point\"]",
			": analyses[0].rows[0]: expected the columns of \"by\" first, \"point\" "
			"among them"},
		{"\"platform\": \"7\"", "\"platform\": 7",
			": analyses[0].rows[1].platform: expected a string as in the rows before"},
		{"\"mean\": 4", "\"mean\": \"4\"",
			": analyses[0].rows[1].mean: expected a number as in the rows before"},
		{"\"mean\": 4", "\"mean\": [4]",
			": analyses[0].rows[1].mean: expected a string, a number or null"},
		{"\"mean\": 4, ", "",
			": analyses[0].rows[1]: expected the keys of the first row in its order"},
		{"\"sd\": null, \"none\"", "\"none\": null, \"sd\"",
			": analyses[0].rows[1]: expected the keys of the first row in its order"},
		{"\"reason\": \"n = 1\"", "\"reason\": \"n = 1\", \"more\": 1",
			": analyses[0].rows[1]: expected the keys of the first row in its order"},
		{"\"rows\": []", "\"rows\": [[1]]", ": analyses[1].rows[0]: expected an object"},
		{"\"rows\": []", "\"rows\": [{}, 1]", ": analyses[1].rows[1]: expected an object"},
		{"\"rows\": []", "\"rows\": 0", ": analyses[1].rows: expected an array"},
		{"\"notes\": []", "\"notes\": [1]", ": analyses[1].notes[0]: expected a string"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		const char *at = strstr(sample, cases[i].from);
		struct verr err = {""};
		struct results r;
		char text[2 * sizeof sample];
		size_t n;

		assert_non_null(at);
		snprintf(text, sizeof text, "%.*s%s%s", (int)(at - sample), sample, cases[i].to,
			at + strlen(cases[i].from));
		tmpdir_put("bad.json", text);
		results_init(&r);
		assert_int_equal(results_load(&r, tmpdir_at("bad.json"), &err), V_EFORMAT);
		n = strlen(err.msg) - strlen(cases[i].message);
		if (strlen(err.msg) < strlen(cases[i].message) ||
			strcmp(err.msg + n, cases[i].message) != 0)
			fail_msg("case %zu: %s", i, err.msg);
		assert_int_equal(r.n_analyses, 0);
	}
}

/* A curve of two cells, 3 and 1 points; by hand. */
static const char curve[] =
	"\t\t\t\"rows\": [\n"
	"\t\t\t\t{\n"
	"\t\t\t\t\t\"platform\": \"kvm\",\n"
	"\t\t\t\t\t\"driver\": null,\n"
	"\t\t\t\t\t\"x\": [10, 12, 15],\n"
	"\t\t\t\t\t\"p\": [0.25, null, 1],\n"
	"\t\t\t\t\t\"p_lower\": [0, 0.5, 0.75],\n"
	"\t\t\t\t\t\"p_upper\": [0.5, 1, 1]\n"
	"\t\t\t\t},\n"
	"\t\t\t\t{\n"
	"\t\t\t\t\t\"platform\": \"lxc\",\n"
	"\t\t\t\t\t\"driver\": null,\n"
	"\t\t\t\t\t\"x\": [10],\n"
	"\t\t\t\t\t\"p\": [1],\n"
	"\t\t\t\t\t\"p_lower\": [0.75],\n"
	"\t\t\t\t\t\"p_upper\": [1]\n"
	"\t\t\t\t}\n"
	"\t\t\t],\n";

static void
build_curve(struct results *r)
{
	static const char *const by[] = {"platform", "driver"};
	static const struct {
		const char *platform;
		double values[4];
	} points[] = {
		{"kvm", {10, 0.25, 0, 0.5}},
		{"kvm", {12, (double)NAN, 0.5, 1}},
		{"kvm", {15, 1, 0.75, 1}},
		{"lxc", {10, 1, 0.75, 1}},
	};
	static const char *const columns[] = {"x", "p", "p_lower", "p_upper"};
	struct analysis *a;

	results_init(r);
	a = results_add(r, "cdf", "rtt_ns", by, N_OF(by));
	results_fold(a, "x");
	for (size_t c = 0; c < N_OF(columns); c++)
		table_add_column(&a->rows, columns[c], COLUMN_REAL);
	for (size_t i = 0; i < N_OF(points); i++) {
		size_t row = table_add_row(&a->rows);

		table_set_text(&a->rows, 0, row, points[i].platform);
		for (size_t c = 0; c < N_OF(columns); c++)
			table_set_real(&a->rows, 2 + c, row, points[i].values[c]);
	}
}

static void
test_curve(void **state)
{
	struct results r;
	struct verr err = {""};
	const struct table *t;
	char *text;
	char *again;

	(void)state;
	build_curve(&r);
	text = stored(&r);
	assert_non_null(strstr(text, curve));
	results_release(&r);
	if (results_load(&r, tmpdir_at("r.json"), &err) != V_OK)
		fail_msg("%s", err.msg);
	t = &r.analyses[0].rows;
	assert_int_equal(t->n_rows, 4);
	assert_string_equal(table_text(t, 0, 2), "kvm");
	assert_string_equal(table_text(t, 0, 3), "lxc");
	assert_true(table_absent(t, 1, 3));
	assert_int_equal(t->columns[2].type, COLUMN_INT);
	assert_true(table_int(t, 2, 1) == 12);
	assert_true(table_absent(t, 3, 1));
	assert_true(table_real(t, 4, 2) == 0.75);
	again = stored(&r);
	assert_string_equal(again, text);
	free(again);
	free(text);
	results_release(&r);
}

static void
test_refuses_curve(void **state)
{
	static const struct {
		const char *from;
		const char *to;
		const char *message;
	} cases[] = {
		{"\"x\": [10, 12, 15]", "\"x\": [10, 12]",
			"analyses[0].rows[0].p: expected 2 values, as many as before it"},
		{"\"x\": [10]", "\"x\": 10", "analyses[0].rows[1].x: expected an array of values"},
		{"\"x\": [10]", "\"x\": []", "analyses[0].rows[1].x: expected an array of values"},
		{"\"x\": [10]", "\"x\": [[10]]",
			"analyses[0].rows[1].x: expected a string, a number or null"},
		{"\"x\": [10]", "\"x\": [\"a\"]",
			"analyses[0].rows[1].x: expected a number as in the rows before"},
		{"\"p_upper\": [0.5, 1, 1]", "\"p_upper\": 1",
			"analyses[0].rows[0].p_upper: expected an array of values"},
		{"\"driver\": null,\n\t\t\t\t\t\"x\": [10]",
			"\"driver\": [null],\n\t\t\t\t\t\"x\": [10]",
			"analyses[0].rows[1].driver: expected a string, a number or null"},
	};
	struct results r;
	char *whole;

	(void)state;
	build_curve(&r);
	whole = stored(&r);
	results_release(&r);
	for (size_t i = 0; i < N_OF(cases); i++) {
		const char *at = strstr(whole, cases[i].from);
		struct verr err = {""};
		char text[4096];

		assert_non_null(at);
		snprintf(text, sizeof text, "%.*s%s%s", (int)(at - whole), whole, cases[i].to,
			at + strlen(cases[i].from));
		tmpdir_put("bad.json", text);
		assert_int_equal(results_load(&r, tmpdir_at("bad.json"), &err), V_EFORMAT);
		if (!strstr(err.msg, cases[i].message))
			fail_msg("case %zu: %s", i, err.msg);
	}
	free(whole);
}

static int
validate(const char *file)
{
	char command[512];

	snprintf(command, sizeof command,
		"/usr/bin/python3 tests/oracle/validate.py docs/schema/results-1.schema.json %s "
		">/dev/null",
		file);
	return system(command);
}

static void
test_schema(void **state)
{
	struct results r;
	char *text;
	char *kind;

	(void)state;
	build(&r);
	text = stored(&r);
	results_release(&r);
	assert_int_equal(validate(tmpdir_at("r.json")), 0);
	kind = strstr(text, "\"kind\"");
	kind[1] = 'K';
	tmpdir_put("bad.json", text);
	assert_int_not_equal(validate(tmpdir_at("bad.json")), 0);
	free(text);
	build_curve(&r);
	table_set_real(&r.analyses[0].rows, 3, 1, 0.5);
	text = stored(&r);
	results_release(&r);
	assert_int_equal(validate(tmpdir_at("r.json")), 0);
	memcpy(strstr(text, "\"p_lower\""), "\"q_lower\"", strlen("\"p_lower\""));
	tmpdir_put("bad.json", text);
	assert_int_not_equal(validate(tmpdir_at("bad.json")), 0);
	free(text);
}

/* A factor called like a column of values keeps apart from it (by hand). */
static void
test_factor_like_a_value(void **state)
{
	const char *const by[] = {"requests", "platform", "load"};
	struct results r;
	struct analysis *a;

	(void)state;
	results_init(&r);
	a = results_add(&r, "counts", "latency_ns", by, N_OF(by));
	assert_string_equal(a->rows.columns[0].name, "factor_requests");
	assert_string_equal(a->rows.columns[1].name, "platform");
	assert_string_equal(a->rows.columns[2].name, "load");
	assert_string_equal(a->by[0], "requests");
	assert_int_equal(table_find(&a->rows, "requests"), SIZE_MAX);
	results_release(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_store, make, tmpdir_remove),
		cmocka_unit_test_setup_teardown(test_load, make, tmpdir_remove),
		cmocka_unit_test_setup_teardown(test_refuses, make, tmpdir_remove),
		cmocka_unit_test_setup_teardown(test_curve, make, tmpdir_remove),
		cmocka_unit_test_setup_teardown(test_refuses_curve, make, tmpdir_remove),
		cmocka_unit_test_setup_teardown(test_schema, make, tmpdir_remove),
		cmocka_unit_test(test_factor_like_a_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
