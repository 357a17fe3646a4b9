/*
 * Tests of core/table and core/table_csv.
 *
 * CSV: the rules of RFC 4180, section 2, and its examples; the rest are hand-made cases whose
 * outcome the header states.  Decimal values: strtod() of the C library.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/table.h"
#include "tests/unit/tmpdir.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static void
must_parse(struct table *t, const char *text)
{
	struct verr err = {""};

	table_init(t);
	if (table_parse_csv(t, text, strlen(text), "t", &err) != V_OK)
		fail_msg("%s: %s", text, err.msg);
}

/* A cell as text; "-" when absent. */
static const char *
cell(const struct table *t, size_t col, size_t row)
{
	static char text[4][64];
	static unsigned next;
	char *out = text[next++ % 4];
	struct strbuf b;

	strbuf_init(&b);
	table_cell(&b, t, col, row);
	snprintf(out, sizeof text[0], "%s", table_absent(t, col, row) ? "-" : b.p ? b.p : "");
	strbuf_release(&b);
	return out;
}

static void
test_storage(void **state)
{
	struct table t;
	size_t text;
	size_t real;
	size_t integer;

	(void)state;
	table_init(&t);
	text = table_add_column(&t, "who", COLUMN_TEXT);
	integer = table_add_column(&t, "n", COLUMN_INT);
	for (int i = 0; i < 1000; i++) {
		char name[16];
		size_t row = table_add_row(&t);

		assert_int_equal(row, i);
		assert_true(table_absent(&t, text, row) && table_absent(&t, integer, row));
		snprintf(name, sizeof name, "u%d", i % 300);
		table_set_text(&t, text, row, name);
		table_set_int(&t, integer, row, i);
	}
	real = table_add_column(&t, "x_ns", COLUMN_REAL);
	assert_true(table_absent(&t, real, 999));
	table_set_real(&t, real, 3, 2.5);
	table_set_text(&t, text, 0, NULL);
	table_set_text(&t, text, 1, "");
	assert_int_equal(t.columns[text].n_levels, 301);
	assert_null(table_text(&t, text, 0));
	assert_string_equal(table_text(&t, text, 1), "");
	for (size_t i = 2; i < 1000; i++) {
		char name[16];

		snprintf(name, sizeof name, "u%zu", i % 300);
		assert_string_equal(table_text(&t, text, i), name);
		assert_true(table_int(&t, integer, i) == (int64_t)i);
	}
	assert_true(table_real(&t, real, 3) == 2.5 && table_real(&t, integer, 7) == 7.0);
	table_set_int(&t, integer, 7, TABLE_ABSENT_INT);
	assert_true(isnan(table_real(&t, integer, 7)) && isnan(table_real(&t, real, 4)));
	assert_int_equal(table_find(&t, "x_ns"), real);
	assert_true(table_find(&t, "none") == SIZE_MAX);
	table_release(&t);
}

/* Texts that differ in one byte only, at each length up to three hash words. */
static void
test_levels(void **state)
{
	struct table t;
	char name[28];

	(void)state;
	table_init(&t);
	table_add_column(&t, "c", COLUMN_TEXT);
	for (int pass = 0; pass < 2; pass++) {
		for (size_t n = 0; n < sizeof name; n++) {
			memset(name, 'x', n);
			name[n] = '\0';
			for (size_t i = 0; i <= n; i++) {
				if (i < n)
					name[i] = 'y';
				table_set_text(&t, 0, table_add_row(&t), name);
				if (i < n)
					name[i] = 'x';
			}
		}
	}
	/* 1 + 2 + ... + 28 different ones, each set twice */
	assert_int_equal(t.columns[0].n_levels, 406);
	assert_int_equal(t.n_rows, 812);
	for (size_t i = 0; i < 406; i++)
		assert_int_equal(t.columns[0].code[i], t.columns[0].code[i + 406]);
	table_release(&t);
}

static void
test_units(void **state)
{
	static const char *const cases[][2] = {
		{"rtt_ns", "ns"},
		{"x_us", "us"},
		{"x_ms", "ms"},
		{"x_s", "s"},
		{"overhead_share_pct", "pct"},
		{"throughput_bps", "bps"},
		{"rate_pps", "pps"},
		{"request_bytes", "bytes"},
		{"loss_ratio", "ratio"},
		{"probe_count", "count"},
		{"rtt", ""},
		{"ns", ""},
		{"_ns", "ns"},
		{"rtt_NS", ""},
		{"rtt_ns_", ""},
		{"x_nsx", ""},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++)
		assert_string_equal(table_unit(cases[i][0]), cases[i][1]);
}

/* A column of one type per case: the cells below the header "c,z", z being always 1. */
static void
test_types(void **state)
{
	static const struct {
		const char *cells; /* cut at | */
		enum column_type type;
		const char *shown; /* cut at | ; - absent */
	} cases[] = {
		{"", COLUMN_INT, "-"},
		{"1|2", COLUMN_INT, "1|2"},
		{"-5||7", COLUMN_INT, "-5|-|7"},
		{"NA|3|NaN", COLUMN_INT, "-|3|-"},
		{"007|+5| 8 ", COLUMN_INT, "7|5|8"},
		{"9223372036854775807", COLUMN_INT, "9223372036854775807"},
		{"1795239962123456789|1", COLUMN_INT, "1795239962123456789|1"},
		{"-9223372036854775807", COLUMN_INT, "-9223372036854775807"},
		{"9223372036854775808", COLUMN_REAL, "9.223372036854776e+18"},
		{"1|2.5", COLUMN_REAL, "1|2.5"},
		{"2.50|1", COLUMN_REAL, "2.5|1"},
		{"1e3|.5|5.", COLUMN_REAL, "1000|0.5|5"},
		{"0.1|0.2|0.30000000000000004", COLUMN_REAL, "0.1|0.2|0.30000000000000004"},
		{"NaN|1.5", COLUMN_REAL, "-|1.5"},
		{"a|b|a", COLUMN_TEXT, "a|b|a"},
		{"a|1|2.50|NA|", COLUMN_TEXT, "a|1|2.50|NA|-"},
		/* a late text: everything before it as it was written */
		{"1|007|NA||+5|x", COLUMN_TEXT, "1|007|NA|-|+5|x"},
		{"1.50|2|1e3|0.00001|0.0001|x", COLUMN_TEXT, "1.50|2|1e3|0.00001|0.0001|x"},
		{"1|2.5|-0|-0.0|0|x", COLUMN_TEXT, "1|2.5|-0|-0.0|0|x"},
		{"9007199254740993|1795239962123456789|12|x", COLUMN_TEXT,
			"9007199254740993|1795239962123456789|12|x"},
		{"9007199254740993|007|1795239962123456789|1.5|12|x", COLUMN_TEXT,
			"9007199254740993|007|1795239962123456789|1.5|12|x"},
		{"123456789012345.5|0.123456789012345|x", COLUMN_TEXT,
			"123456789012345.5|0.123456789012345|x"},
		{"999999999999999|1000000000000000|0.5|x", COLUMN_TEXT,
			"999999999999999|1000000000000000|0.5|x"},
		{" 1|x", COLUMN_TEXT, " 1|x"},
		/* as R, NumPy and pandas write what is not finite */
		{"1|Inf|-Inf|NaN", COLUMN_REAL, "1|inf|-inf|-"},
		{"nan|inf|+Infinity|2.5", COLUMN_REAL, "-|inf|inf|2.5"},
		{"1|-Inf|nan|x", COLUMN_TEXT, "1|-Inf|nan|x"},
		{"infinite|1", COLUMN_TEXT, "infinite|1"},
		{"0x10", COLUMN_TEXT, "0x10"},
		{"1 2", COLUMN_TEXT, "1 2"},
		{"10.0.0.1|10.0.0.2", COLUMN_TEXT, "10.0.0.1|10.0.0.2"},
		{"-|1", COLUMN_TEXT, "-|1"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct slice cells = slice_of(cases[i].cells);
		struct slice shown = slice_of(cases[i].shown);
		struct slice s;
		struct strbuf text;
		struct table t;
		size_t row = 0;

		strbuf_init(&text);
		strbuf_adds(&text, "c,z\n");
		while (slice_cut(&s, &cells, '|')) {
			strbuf_add(&text, s.p, s.n);
			strbuf_adds(&text, ",1\n");
		}
		must_parse(&t, text.p);
		assert_int_equal(t.columns[0].type, cases[i].type);
		for (; slice_cut(&s, &shown, '|'); row++)
			if (!slice_eq(s, cell(&t, 0, row)))
				fail_msg("case %zu: row %zu is %s", i, row, cell(&t, 0, row));
		assert_int_equal(t.n_rows, row);
		table_release(&t);
		strbuf_release(&text);
	}
}

/* The fast path must give the bits that strtod gives. */
static void
test_decimals(void **state)
{
	static const char *const cases[] = {
		"0.1",
		"0.3",
		"12.345",
		"-0.0001",
		"99999.99999",
		"123456.789012345",
		"0.12345678901234",
		"1.00000000000001",
		"-7.3",
		"61.538",
		"8.888888888888888",
		"2.2250738585072014e-308",
		"179769313486231570000.5",
		"0.00009999",
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		char text[64];
		struct table t;

		snprintf(text, sizeof text, "x\n%s\n", cases[i]);
		must_parse(&t, text);
		assert_int_equal(t.columns[0].type, COLUMN_REAL);
		assert_true(table_real(&t, 0, 0) == strtod(cases[i], NULL));
		table_release(&t);
	}
}

/* Each text gives the same table of two rows: x and a text with everything in it; absent and 2. */
static void
test_forms(void **state)
{
	static const char *const texts[] = {
		"a,b\nx,\"q\"\"t,\ne\"\n,2\n",
		"a,b\r\nx,\"q\"\"t,\ne\"\r\n,2\r\n",
		"a,b\nx,\"q\"\"t,\ne\"\n,2",
		"\xEF\xBB\xBF\x61,b\nx,\"q\"\"t,\ne\"\n,2\n",
		"\xEF\xBB\xBF\"a\",\"b\"\n\"x\",\"q\"\"t,\ne\"\n\"\",\"2\"\n",
		"a;b\nx;\"q\"\"t,\ne\"\n;2\n",
		"a\tb\nx\t\"q\"\"t,\ne\"\n\t2\n",
		"a,b\n\n\nx,\"q\"\"t,\ne\"\n\r\n,2\n\n",
	};

	(void)state;
	for (size_t i = 0; i < N_OF(texts); i++) {
		struct table t;

		must_parse(&t, texts[i]);
		assert_int_equal(t.n_columns, 2);
		assert_int_equal(t.n_rows, 2);
		assert_string_equal(t.columns[0].name, "a");
		assert_string_equal(t.columns[1].name, "b");
		assert_string_equal(cell(&t, 0, 0), "x");
		assert_string_equal(cell(&t, 1, 0), "q\"t,\ne");
		assert_string_equal(cell(&t, 0, 1), "-");
		assert_string_equal(cell(&t, 1, 1), "2");
		table_release(&t);
	}
}

static void
test_oddities(void **state)
{
	struct table t;

	(void)state;
	must_parse(&t, "only\n");
	assert_true(t.n_columns == 1 && t.n_rows == 0);
	table_release(&t);

	must_parse(&t, "a\n# no comment\n5\" disk\n\"\"\n");
	assert_int_equal(t.n_rows, 3);
	assert_string_equal(cell(&t, 0, 0), "# no comment");
	assert_string_equal(cell(&t, 0, 1), "5\" disk");
	assert_string_equal(cell(&t, 0, 2), "-");
	table_release(&t);

	/* the delimiter is what stands in the header outside quotes */
	must_parse(&t, "\"a,b,c\";\"d\"\n1;2\n");
	assert_int_equal(t.n_columns, 2);
	assert_string_equal(t.columns[0].name, "a,b,c");
	table_release(&t);
}

static void
test_refuses(void **state)
{
	static const struct {
		const char *text;
		size_t len; /* 0: strlen */
		const char *message;
		size_t n_rows; /* kept */
	} cases[] = {
		{"", 0, "f.csv: expected a header", 0},
		{"\n1\n", 0, "f.csv: expected a header", 0},
		{"a,\n", 0, "f.csv: line 1: column 2 has no name", 0},
		{"a,b,a\n", 0, "f.csv: line 1: two columns named \"a\"", 0},
		{"a,b\n1,2\n3\n", 0, "f.csv: line 3: expected 2 fields as in the header, found 1",
			1},
		{"a,b\n1,2\n3,4,5\n6,7\n", 0, "f.csv: line 3: expected 2 fields", 1},
		{"a\n\"x\ny\nz\"\n1,2\n", 0, "f.csv: line 5: expected 1 fields", 1},
		{"a\n1\n\"x\n2\n", 0, "f.csv: line 3: a quoted field does not end", 1},
		{"a\n\"x\"y\n", 0, "f.csv: line 2: text behind the closing quote", 0},
		{"a\n1\n\0\n", 7, "f.csv: line 3: a NUL byte", 1},
		{"a\x01\n", 0, "f.csv: line 1: a control byte", 0},
		{"\"a\nb\"\n1\n", 0, "f.csv: line 1: a control byte", 0},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct table t;
		struct verr err = {""};
		size_t len = cases[i].len ? cases[i].len : strlen(cases[i].text);

		table_init(&t);
		assert_int_equal(table_parse_csv(&t, cases[i].text, len, "f.csv", &err), V_EFORMAT);
		if (strncmp(err.msg, cases[i].message, strlen(cases[i].message)) != 0)
			fail_msg("%s", err.msg);
		assert_int_equal(t.n_rows, cases[i].n_rows);
		table_release(&t);
	}
}

static enum vstatus
parse_long_field(size_t len)
{
	struct strbuf text;
	struct table t;
	enum vstatus st;

	strbuf_init(&text);
	strbuf_adds(&text, "a\n");
	for (size_t i = 0; i < len; i++)
		strbuf_addc(&text, 'x');
	table_init(&t);
	st = table_parse_csv(&t, text.p, text.n, "t", NULL);
	assert_int_equal(t.n_rows, st == V_OK);
	table_release(&t);
	strbuf_release(&text);
	return st;
}

static enum vstatus
parse_wide(size_t n_columns)
{
	struct strbuf text;
	struct table t;
	enum vstatus st;

	strbuf_init(&text);
	for (size_t i = 0; i < n_columns; i++)
		strbuf_addf(&text, "%sc%zu", i ? "," : "", i);
	table_init(&t);
	st = table_parse_csv(&t, text.p, text.n, "t", NULL);
	if (st == V_OK)
		assert_int_equal(t.n_columns, n_columns);
	table_release(&t);
	strbuf_release(&text);
	return st;
}

static void
test_limits(void **state)
{
	(void)state;
	assert_int_equal(parse_long_field(TABLE_FIELD_MAX_BYTES), V_OK);
	assert_int_equal(parse_long_field(TABLE_FIELD_MAX_BYTES + 1), V_ELIMIT);
	assert_int_equal(parse_wide(TABLE_COLUMNS_MAX), V_OK);
	assert_int_equal(parse_wide(TABLE_COLUMNS_MAX + 1), V_ELIMIT);
}

/* Long enough for many windows of the reader, so records straddle them; types turn late. */
static void
test_streaming(void **state)
{
	const size_t n = 60000;
	struct strbuf text;
	struct table t;
	struct verr err = {""};

	(void)state;
	strbuf_init(&text);
	strbuf_adds(&text, "i,t_ns,quoted,late\n");
	for (size_t i = 0; i < n; i++)
		strbuf_addf(&text, "%zu,1795239962%09zu,\"a\n%zu\",%03zu%s\n", i, i, i % 7,
			i % 1000, i == n - 1 ? "x" : "");
	tmpdir_put("big.csv", text.p);
	strbuf_release(&text);
	table_init(&t);
	assert_int_equal(table_read_csv(&t, tmpdir_at("big.csv"), &err), V_OK);
	assert_int_equal(t.n_rows, n);
	assert_int_equal(t.columns[0].type, COLUMN_INT);
	assert_int_equal(t.columns[1].type, COLUMN_INT);
	assert_int_equal(t.columns[3].type, COLUMN_TEXT);
	assert_int_equal(t.columns[3].n_levels, 1001); /* 000 ... 999 and 999x */
	for (size_t i = 0; i < n; i++) {
		char late[16];
		char quoted[32];

		snprintf(late, sizeof late, "%03zu%s", i % 1000, i == n - 1 ? "x" : "");
		snprintf(quoted, sizeof quoted, "a\n%zu", i % 7);
		assert_true(table_int(&t, 0, i) == (int64_t)i);
		assert_true(table_int(&t, 1, i) == INT64_C(1795239962000000000) + (int64_t)i);
		assert_string_equal(table_text(&t, 2, i), quoted);
		assert_string_equal(table_text(&t, 3, i), late);
	}
	table_release(&t);
	assert_int_equal(table_read_csv(&t, tmpdir_at("none.csv"), &err), V_EIO);
}

/* What is written, read again and written again is the same. */
static void
test_round_trip(void **state)
{
	static const char csv[] = "run,\"odd, name\",t_ns,x_pct\n"
				  "r1,\"a\"\"b\",1795239962123456789,0.1\n"
				  "r2,\"two\nlines\",,33.333333333333336\n"
				  ",plain,-1,\n";
	struct table t;
	struct strbuf out;

	(void)state;
	strbuf_init(&out);
	must_parse(&t, csv);
	table_add_csv(&out, &t);
	assert_string_equal(out.p, csv);
	table_release(&t);

	strbuf_clear(&out);
	must_parse(&t, "x\n1\n\"\"\n2\n");
	table_add_csv(&out, &t);
	assert_string_equal(out.p, "x\n1\n\"\"\n2\n");
	table_release(&t);
	strbuf_release(&out);
}

/*
 * A gzip file (made with Python's gzip) that ends early: the message names the file, also where the
 * file's name is how the decompressor's message begins.
 */
static void
test_damaged(void **state)
{
	static const uint8_t gz[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0x4b, 0xe4, 0x32, 0xe4,
		0x32, 0xe2, 2, 0, 0x80, 0xc2, 0x7f, 0x70, 6, 0, 0, 0}; /* "a\n1\n2\n" */
	static const char *const names[] = {"x.csv.gz", "c", "compressed"};
	char *home = getcwd(NULL, 0);

	(void)state;
	assert_int_equal(chdir(tmpdir), 0);
	for (size_t i = 0; i < N_OF(names); i++) {
		struct table t;
		struct verr err = {""};
		char expected[64];

		table_init(&t);
		assert_int_equal(file_write_atomic(names[i], gz, sizeof gz - 10, NULL), V_OK);
		assert_int_equal(table_read_csv(&t, names[i], &err), V_EFORMAT);
		snprintf(expected, sizeof expected, "%s: compressed offset %zu: ", names[i],
			sizeof gz - 10);
		if (strncmp(err.msg, expected, strlen(expected)) != 0)
			fail_msg("%s", err.msg);
		table_release(&t);
	}
	assert_int_equal(chdir(home), 0);
	free(home);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_storage),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_decimals),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_oddities),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_limits),
		cmocka_unit_test_setup_teardown(test_streaming, tmpdir_make, tmpdir_remove),
		cmocka_unit_test_setup_teardown(test_damaged, tmpdir_make, tmpdir_remove),
		cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
