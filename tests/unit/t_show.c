/*
 * t_show - results as text for people and as CSV: small documents, the expected text written by
 * hand from what show.c promises.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/show.h"
#include "core/alloc.h"
#include "core/file.h"
#include "tests/unit/tmpdir.h"

/* ---- documents ---- */

/*
 * An analysis from a text: "kind metric n_by", a line of columns, rows below; "t:" before a name
 * makes its column text, "i:" whole numbers, else reals; "-" is absent.
 */
static enum column_type
type_of(struct slice *name)
{
	char letter = name->p[0];

	if (name->n < 2 || name->p[1] != ':')
		return COLUMN_REAL;
	name->p += 2;
	name->n -= 2;
	return letter == 't' ? COLUMN_TEXT : COLUMN_INT;
}

static void
add_columns(struct table *t, struct slice line)
{
	struct slice word;

	while (slice_word(&word, &line)) {
		enum column_type type = type_of(&word);
		char *name = xstrndup(word.p, word.n);

		table_add_column(t, name, type);
		free(name);
	}
}

static void
add_row(struct table *t, struct slice line)
{
	size_t row = table_add_row(t), c = 0;
	struct slice word;
	int64_t i;
	double f;

	for (; slice_word(&word, &line); c++) {
		if (slice_eq(word, "-"))
			continue;
		if (t->columns[c].type == COLUMN_TEXT) {
			table_set_slice(t, c, row, word);
		} else if (t->columns[c].type == COLUMN_INT) {
			assert_true(slice_i64(word, &i));
			table_set_int(t, c, row, i);
		} else {
			assert_true(slice_f64(word, &f));
			table_set_real(t, c, row, f);
		}
	}
	assert_int_equal(c, t->n_columns);
}

static struct analysis *
add(struct results *r, const char *kind, const char *metric, size_t n_by, const char *text)
{
	struct analysis *a = results_add(r, kind, metric, NULL, 0);
	struct slice rest = slice_of(text), line;

	assert_true(slice_line(&line, &rest));
	add_columns(&a->rows, line);
	while (slice_line(&line, &rest))
		add_row(&a->rows, line);
	free(a->by);
	a->by = xcalloc(n_by + 1, sizeof *a->by);
	for (; a->n_by < n_by; a->n_by++)
		a->by[a->n_by] = xstrdup(a->rows.columns[a->n_by].name);
	return a;
}

static void
check(const struct results *r, enum show_format format, const char *want)
{
	char *got;
	size_t len;

	assert_int_equal(show_results(r, format, tmpdir_at("out"), NULL), V_OK);
	assert_int_equal(file_slurp(&got, &len, tmpdir_at("out"), NULL), V_OK);
	assert_string_equal(got, want);
	assert_int_equal(len, strlen(want));
	free(got);
}

/* ---- text ---- */

/* Medians of 20 and 60 us: microseconds with three decimals; "-" for what there is not. */
static void
test_text(void **state)
{
	struct results r;
	struct analysis *a;

	(void)state;
	results_init(&r);
	a = add(&r, "describe", "rtt_ns", 2,
		"t:platform t:point t:metric i:n mean sd median t:reason\n"
		"kvm guest rtt_ns 1000 61500.25 900 60000 -\n"
		"native wire rtt_ns 7 20000 - 20000.4 -\n");
	analysis_note(a, "%s.", "A note");
	check(&r, SHOW_TEXT,
		"describe of rtt_ns (µs)\n"
		"platform  point     n    mean     sd  median\n"
		"kvm       guest  1000  61.500  0.900  60.000\n"
		"native    wire      7  20.000      –  20.000\n"
		"Note: A note.\n");
	results_release(&r);
}

/* The unit that suits the middle values, by the mean of their logarithms. */
static const struct {
	const char *metric;
	const char *value;
	const char *unit;
	const char *shown;
} units[] = {
	{"rtt_ns", "999", " (ns)", "999.0"},
	{"rtt_ns", "1000", " (µs)", "1.000"},
	{"rtt_ns", "999999", " (µs)", "999.999"},
	{"rtt_ns", "1000000", " (ms)", "1.000"},
	{"rtt_ns", "-2500000", " (ms)", "-2.500"},
	{"rtt_ns", "1e9", " (s)", "1.000"},
	{"rtt_ns", "1e15", " (s)", "1000000.000"},
	{"rtt_ns", "0", " (ns)", "0.0"},
	{"overhead_share_pct", "12.345", "", "12.35"},
	{"rate_achieved_pps", "1000", "", "1000.00"},
};

static void
test_units(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		int width = strlen(units[i].shown) > 6 ? (int)strlen(units[i].shown) : 6;
		char *rows = xasprintf("median\n%s\n", units[i].value);
		char *want = xasprintf("describe of %s%s\n%*s\n%*s\n", units[i].metric,
			units[i].unit, width, "median", width, units[i].shown);
		struct results r;

		results_init(&r);
		add(&r, "describe", units[i].metric, 0, rows);
		check(&r, SHOW_TEXT, want);
		results_release(&r);
		free(rows);
		free(want);
	}
}

/* What is the same in every row is said once; a factor that nobody has is not said at all. */
static void
test_same_in_every_row(void **state)
{
	struct results r;

	(void)state;
	results_init(&r);
	add(&r, "counts", "rtt_ns", 4,
		"t:platform t:load t:driver t:point t:metric i:probes i:lost i:late level\n"
		"kvm net - guest rtt_ns 10 0 0 0.95\n"
		"kvm net - host rtt_ns 10 1 0 0.95\n");
	check(&r, SHOW_TEXT,
		"counts of rtt_ns, load net\n"
		"Zero throughout: late\n"
		"platform  point  probes  lost\n"
		"kvm       guest      10     0\n"
		"kvm       host       10     1\n");
	results_release(&r);
}

/* Two tables with an empty line between; a note once. */
static void
test_two_tables(void **state)
{
	struct results r;

	(void)state;
	results_init(&r);
	for (int i = 0; i < 2; i++)
		analysis_note(add(&r, i ? "ci" : "describe", "x_pct", 0, "i:n\n5\n"), "Same.");
	check(&r, SHOW_TEXT, "describe of x_pct\nn\n5\nNote: Same.\n\nci of x_pct\nn\n5\n");
	results_release(&r);
}

/* Letters beyond ASCII take one place on the screen. */
static void
test_wide_letters(void **state)
{
	struct results r;

	(void)state;
	results_init(&r);
	add(&r, "describe", "rtt_ns", 1,
		"t:platform i:n\n"
		"Zürich 1\n"
		"ab 2\n");
	check(&r, SHOW_TEXT,
		"describe of rtt_ns (ns)\n"
		"platform  n\n"
		"Zürich    1\n"
		"ab        2\n");
	results_release(&r);
}

static void
test_nothing(void **state)
{
	struct results r;

	(void)state;
	results_init(&r);
	check(&r, SHOW_TEXT, "");
	check(&r, SHOW_CSV, "");
	add(&r, "describe", "rtt_ns", 0, "median\n");
	check(&r, SHOW_TEXT, "");
	check(&r, SHOW_CSV, "median\n");
	results_release(&r);
}

/* ---- CSV ---- */

/* All analyses of the first one's kind under one header: factors first, in order of appearance. */
static void
test_csv(void **state)
{
	struct results r;

	(void)state;
	results_init(&r);
	add(&r, "ci", "rtt_ns", 2,
		"t:platform t:point t:metric estimate\n"
		"kvm guest rtt_ns 0.1\n");
	add(&r, "counts", "rtt_ns", 1,
		"t:platform i:lost\n"
		"kvm 3\n");
	add(&r, "ci", "overhead_ns", 2,
		"t:platform t:inner t:metric estimate i:n\n"
		"kvm a,b overhead_ns -12345678901.5 -\n"
		"- say\"so\" overhead_ns - 9007199254740993\n");
	check(&r, SHOW_CSV,
		"platform,point,inner,metric,estimate,n\n"
		"kvm,guest,,rtt_ns,0.1,\n"
		"kvm,,\"a,b\",overhead_ns,-12345678901.5,\n"
		",,\"say\"\"so\"\"\",overhead_ns,,9007199254740993\n");
	results_release(&r);
}

/* A file that does not end in the middle, or the old one. */
static void
test_cannot_write(void **state)
{
	struct verr err = {""};
	struct results r;

	(void)state;
	results_init(&r);
	add(&r, "ci", "rtt_ns", 0, "estimate\n1\n");
	assert_int_equal(show_results(&r, SHOW_CSV, tmpdir_at("no/such/dir"), &err), V_EIO);
	assert_non_null(strstr(err.msg, "no/such/dir"));
	results_release(&r);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, tmpdir_make, tmpdir_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_text),
		TEST(test_units),
		TEST(test_same_in_every_row),
		TEST(test_two_tables),
		TEST(test_wide_letters),
		TEST(test_nothing),
		TEST(test_csv),
		TEST(test_cannot_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
