/*
 * Tests of core/json.
 *
 * What is JSON and what is not: RFC 8259 and the examples of its sections 6 and 7.  Well-formed
 * UTF-8: the examples of The Unicode Standard, section 3.9 (C0 AF, E0 9F 80 and F4 90 80 80 are
 * ill-formed).  Shortest decimals: Python's repr(); integers beyond 2^53 by hand.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/json.h"
#include "tests/unit/tmpdir.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static struct json *
parsed(const char *text)
{
	struct json *root;
	struct verr err = {""};

	if (json_parse(&root, text, strlen(text), "t", &err) != V_OK)
		fail_msg("%s: %s", text, err.msg);
	return root;
}

static void
test_accepts(void **state)
{
	/* text, and what is written for it */
	static const char *const cases[][2] = {
		{"{}", "{}\n"},
		{" [ ] ", "[]\n"},
		{"\xEF\xBB\xBF[1]", "[1]\n"},
		{"null", "null\n"},
		{"[true,false,null]", "[true, false, null]\n"},
		{"-0", "0\n"},
		{"[0, -1, 1.5, 1E2, 1e-7, 2.50]", "[0, -1, 1.5, 100, 1e-07, 2.5]\n"},
		{"0.1", "0.1\n"},
		{"0.30000000000000004", "0.30000000000000004\n"},
		{"1e300", "1e+300\n"},
		{"9007199254740993", "9007199254740993\n"},
		{"[1, 1795239962123456789]", "[1, 1795239962123456789]\n"},
		{"-9223372036854775807", "-9223372036854775807\n"},
		{"123456789012345678901234567890", "123456789012345678901234567890\n"},
		{"\"\\u00e9\\n\\\"\\\\\\/\\ud834\\udd1e\"",
			"\"\xC3\xA9\\n\\\"\\\\/\xF0\x9D\x84\x9E\"\n"},
		{"\"\\u0001\x7f\"", "\"\\u0001\x7f\"\n"},
		{"{\"b\": 1, \"a\": [1, [2]]}",
			"{\n\t\"b\": 1,\n\t\"a\": [\n\t\t1,\n\t\t[2]\n\t]\n}\n"},
		{"[{\"a\": 1, \"b\": null}, {}]", "[\n\t{\"a\": 1, \"b\": null},\n\t{}\n]\n"},
		{"{\"A\": 1, \"a\": 2}", "{\n\t\"A\": 1,\n\t\"a\": 2\n}\n"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct json *root = parsed(cases[i][0]);
		char *text = json_text(root);

		assert_string_equal(text, cases[i][1]);
		json_free(root);
		free(text);
	}
}

static void
test_refuses(void **state)
{
	static const struct {
		const char *text;
		size_t len; /* 0: strlen */
		const char *where;
		const char *what;
	} cases[] = {
		{"", 0, "line 1, column 1:", "ends too early"},
		{"  \n ", 0, "line 2, column 2:", "ends too early"},
		{"{} x", 0, "line 1, column 4:", "behind"},
		{"{}{}", 0, "line 1, column 3:", "behind"},
		{"[1,]", 0, "", ""},
		{"{\"a\":1,}", 0, "", ""},
		{"{a:1}", 0, "line 1, column", ""},
		{"{\"a\"}", 0, "", ""},
		{"[\n1,\n01]", 0, "line 3, column 1:", "leading zero"},
		{"[1.]", 0, "line 1, column 4:", "digit"},
		{"[-]", 0, "line 1, column 3:", "digit"},
		{"[1e]", 0, "line 1, column 4:", "digit"},
		{"[.5]", 0, "", ""},
		{"[+1]", 0, "", ""},
		{"[1 2]", 0, "", ""},
		{"[1-2]", 0, "", ""},
		{"NaN", 0, "", ""},
		{"[Infinity]", 0, "", ""},
		{"[1e400]", 0, "", "range of a double"},
		{"[tru]", 0, "", ""},
		{"[1", 0, "line 1, column 3:", "inside an array"},
		{"{\"a\":1", 0, "line 1, column 7:", "inside an object"},
		{"{\"1\":1,", 0, "", "inside an object"},
		{"[}", 0, "line 1, column 2:", "closing bracket"},
		{"]", 0, "line 1, column 1:", "closing bracket"},
		{"\"abc", 0, "line 1, column 5:", "inside a string"},
		{"\"abc\\", 0, "", "inside a string"},
		{"\"a\nb\"", 0, "line 1, column 3:", "control byte"},
		{"\"\\u0000\"", 0, "line 1, column 2:", "\\u0000"},
		{"\"\\ud800\"", 0, "", ""},
		{"[\"\xC3\xA9\", \"\xE9t\xE9\"]", 0, "line 1, column 9:", "not UTF-8"},
		{"{\"\xF8\": 1}", 0, "line 1, column 3:", "not UTF-8"},
		{"\"\xE2\x82", 0, "line 1, column 2:", "not UTF-8"},
		{"\"\\x\"", 0, "", ""},
		{"[1,\0 2]", 7, "line 1, column 4:", "control byte"},
		{"{} \0", 4, "line 1, column 4:", "control byte"},
		{"{\"a\": 1, \"b\": 2, \"a\": 3}", 0, "key \"a\"", "twice"},
		{"[{\"x\": {\"k\": 1, \"k\": 1}}]", 0, "key \"k\"", "twice"},
		{"{\"a\": 1, \"\\u0061\": 3}", 0, "key \"a\"", "twice"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct json *root;
		struct verr err = {""};
		size_t len = cases[i].len ? cases[i].len : strlen(cases[i].text);

		assert_int_equal(json_parse(&root, cases[i].text, len, "f.json", &err), V_EFORMAT);
		assert_null(root);
		assert_int_equal(strncmp(err.msg, "f.json: ", 8), 0);
		if (!strstr(err.msg, cases[i].where) || !strstr(err.msg, cases[i].what))
			fail_msg("%s: %s", cases[i].text, err.msg);
	}
}

static void
test_depth(void **state)
{
	char text[2 * JSON_DEPTH_MAX + 2];
	struct json *root;

	(void)state;
	memset(text, '[', JSON_DEPTH_MAX);
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	assert_int_equal(json_parse(&root, text, 2 * JSON_DEPTH_MAX, "t", NULL), V_OK);
	json_free(root);
	memset(text, '[', JSON_DEPTH_MAX + 1);
	memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	assert_int_equal(json_parse(&root, text, sizeof text, "t", NULL), V_EFORMAT);
}

/* The text need not end in NUL: a copy without one lets the sanitizer see a read behind it. */
static void
test_every_cut(void **state)
{
	static const char text[] =
		"{\"a\": [1, 2.5, -3e2, true, \"x\\u00e9\\n\"], \"b\": {\"c\": null}, \"d\": "
		"12345678901234567890}";

	(void)state;
	for (size_t n = 0; n < sizeof text - 1; n++) {
		struct json *root;
		char *cut = malloc(n ? n : 1);

		assert_non_null(cut);
		memcpy(cut, text, n);
		assert_int_equal(json_parse(&root, cut, n, "t", NULL), V_EFORMAT);
		free(cut);
	}
}

static void
test_integers(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t v;
	} cases[] = {
		{"0", true, 0},
		{"-5", true, -5},
		{"100.0", true, 100},
		{"1e3", true, 1000},
		{"9007199254740992", true, INT64_C(9007199254740992)},
		{"9007199254740993", true, INT64_C(9007199254740993)},
		{"-9007199254740993", true, INT64_C(-9007199254740993)},
		{"9223372036854775807", true, INT64_MAX},
		{"-9223372036854775808", true, INT64_MIN},
		{"9223372036854775808", false, 0},
		{"1e17", false, 0},
		{"1.5", false, 0},
		{"\"1795239962123456789\"", true, INT64_C(1795239962123456789)},
		{"\"\"", false, 0},
		{"\"12a\"", false, 0},
		{"true", false, 0},
		{"null", false, 0},
		{"[1]", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct json *root = parsed(cases[i].text);
		int64_t v = 42;

		assert_int_equal(json_i64(root, &v), cases[i].ok);
		assert_true(v == (cases[i].ok ? cases[i].v : 42));
		json_free(root);
	}
}

static void
test_reals(void **state)
{
	struct json *root = parsed("[1.5, 9007199254740993, \"1.5\", null]");
	double v = 0;

	(void)state;
	assert_true(json_f64(json_at(root, 0), &v) && v == 1.5);
	assert_true(json_f64(json_at(root, 1), &v) && v == 9007199254740992.0);
	assert_false(json_f64(json_at(root, 2), &v));
	assert_false(json_f64(json_at(root, 3), &v));
	json_free(root);
}

static void
test_walking(void **state)
{
	struct json *root = parsed("{\"a\": [10, 20], \"b\": {\"c\": \"x\"}, \"t\": true}");
	const struct json *a = json_get(root, "a");

	(void)state;
	assert_int_equal(json_len(root), 3);
	assert_int_equal(json_len(a), 2);
	assert_string_equal(json_key(json_first(root)), "a");
	assert_string_equal(json_key(json_next(json_first(root))), "b");
	assert_null(json_key(json_first(a)));
	assert_null(json_at(a, 2));
	assert_null(json_at(root, 0));
	assert_null(json_get(a, "x"));
	assert_null(json_get(root, "A"));
	assert_string_equal(json_str(json_get(json_get(root, "b"), "c"), "-"), "x");
	assert_string_equal(json_str(json_get(json_get(root, "no"), "c"), "-"), "-");
	assert_true(json_bool(json_get(root, "t"), false));
	assert_true(json_bool(NULL, true));
	assert_true(json_is_array(a) && json_is_object(root) && json_is_number(json_first(a)));
	assert_false(json_is_null(NULL) || json_is_object(NULL) || json_is_string(NULL));
	assert_int_equal(json_len(NULL), 0);
	assert_null(json_next(NULL));
	json_free(root);
	json_free(NULL);
}

static void
test_building(void **state)
{
	static const char expected[] = "{\n"
				       "\t\"s\": \"tab\\t\xC3\xA9\",\n"
				       "\t\"none\": null,\n"
				       "\t\"i\": -9223372036854775808,\n"
				       "\t\"third\": 0.3333333333333333,\n"
				       "\t\"zero\": 0,\n"
				       "\t\"nan\": null,\n"
				       "\t\"inf\": null,\n"
				       "\t\"t_ns\": \"1795239962123456789\",\n"
				       "\t\"on\": true,\n"
				       "\t\"list\": [1, 2.5],\n"
				       "\t\"empty\": {}\n"
				       "}\n";
	struct json *root = json_object();
	struct json *list;
	struct json *again;
	char *text;

	(void)state;
	json_add_str(root, "s", "tab\t\xC3\xA9");
	json_add_str(root, "none", NULL);
	json_add_i64(root, "i", INT64_MIN);
	json_add_f64(root, "third", 1.0 / 3);
	json_add_f64(root, "zero", -0.0);
	json_add_f64(root, "nan", NAN);
	json_add_f64(root, "inf", -INFINITY);
	json_add_time(root, "t_ns", INT64_C(1795239962123456789));
	json_add_bool(root, "on", true);
	list = json_add_array(root, "list");
	json_add_i64(list, NULL, 1);
	json_add_f64(list, NULL, 2.5);
	json_add_object(root, "empty");
	text = json_text(root);
	assert_string_equal(text, expected);
	again = parsed(text);
	free(text);
	text = json_text(again);
	assert_string_equal(text, expected);
	free(text);
	json_free(again);
	json_free(root);
}

static void
test_copies(void **state)
{
	struct json *from = parsed("{\"big\": 9007199254740993, \"o\": {\"k\": [1]}}");
	struct json *to = parsed("{\"a\": 1, \"b\": 2, \"c\": 3}");
	struct json *list = json_add_array(to, "list");
	char *text;

	(void)state;
	json_replace_copy(to, "a", json_get(from, "big"));
	json_replace_copy(to, "b", json_get(from, "o"));
	json_replace_copy(to, "new", json_get(from, "big"));
	json_add_copy(list, NULL, json_get(from, "big"));
	assert_null(json_key(json_first(list)));
	json_free(from);
	text = json_text(to);
	assert_string_equal(text,
		"{\n"
		"\t\"a\": 9007199254740993,\n"
		"\t\"b\": {\n\t\t\"k\": [1]\n\t},\n"
		"\t\"c\": 3,\n"
		"\t\"list\": [9007199254740993],\n"
		"\t\"new\": 9007199254740993\n"
		"}\n");
	free(text);
	json_free(to);
}

static void
test_utf8(void **state)
{
#define FFFD "\xEF\xBF\xBD"
	static const char *const cases[][2] = {
		{"a\xFFz", "\"a" FFFD "z\"\n"},
		{"\xC0\xAF", "\"" FFFD FFFD "\"\n"},
		{"\xE0\x9F\x80", "\"" FFFD FFFD FFFD "\"\n"},
		{"\xED\xA0\x80", "\"" FFFD FFFD FFFD "\"\n"}, /* a surrogate */
		{"\xF4\x90\x80\x80", "\"" FFFD FFFD FFFD FFFD "\"\n"},
		{"\xF4\x8F\xBF\xBF", "\"\xF4\x8F\xBF\xBF\"\n"}, /* U+10FFFF */
		{"\xE2\x82", "\"" FFFD FFFD "\"\n"},            /* the euro sign, cut */
		{"\xE2\x82\xAC", "\"\xE2\x82\xAC\"\n"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct json *list = json_array();
		char *text;

		json_add_str(list, NULL, cases[i][0]);
		text = json_text(json_first(list));
		assert_string_equal(text, cases[i][1]);
		free(text);
		json_free(list);
	}
}

static void
test_files(void **state)
{
	struct json *root;
	struct verr err = {""};

	(void)state;
	root = parsed("{\"a\": [1, 2]}");
	assert_int_equal(json_store(root, tmpdir_at("x.json"), &err), V_OK);
	json_free(root);
	assert_int_equal(json_load(&root, tmpdir_at("x.json"), &err), V_OK);
	assert_int_equal(json_len(json_get(root, "a")), 2);
	json_free(root);
	assert_int_equal(json_load(&root, tmpdir_at("none.json"), &err), V_EIO);
	assert_null(root);
}

/* iperf3 -P writes "sndbuf_actual" once for each stream. */
static void
test_foreign_keys_may_repeat(void **state)
{
	static const char text[] = "{\"a\": 1, \"b\": 2, \"a\": 3}";
	struct json *root;
	int64_t v;

	(void)state;
	assert_int_equal(json_parse_foreign(&root, text, sizeof text - 1, "t", NULL), V_OK);
	assert_true(json_i64(json_get(root, "a"), &v));
	assert_int_equal(v, 1);
	json_free(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_foreign_keys_may_repeat),
		cmocka_unit_test(test_accepts),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_reals),
		cmocka_unit_test(test_walking),
		cmocka_unit_test(test_building),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test_setup_teardown(test_files, tmpdir_make, tmpdir_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
