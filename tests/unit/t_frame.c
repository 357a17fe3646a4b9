/*
 * frame: grouping and merging, against what is written down here.
 */
#include "stats_cases.h"

#include "analyze/frame.h"

enum { ROWS = 8 };

/* One row a letter; '-' does not apply. */
static struct frame
frame_of(const char *a, const char *b)
{
	struct frame f;
	size_t fa, fb, m;

	frame_init(&f, ROWS, FRAME_NO_TIMES);
	f.n = strlen(a);
	fa = frame_add_factor(&f, "a");
	fb = frame_add_factor(&f, "b");
	m = frame_add_metric(&f, "x_ns");
	frame_add_metric(&f, "never_ns");
	for (size_t i = 0; i < f.n; i++) {
		char level[2] = {a[i]};

		f.factors[fa].code[i] = frame_code(
			&f.factors[fa], a[i] == '-' ? NULL : arena_strdup(&f.arena, level), 0);
		level[0] = b[i];
		f.factors[fb].code[i] = frame_code(
			&f.factors[fb], b[i] == '-' ? NULL : arena_strdup(&f.arena, level), 0);
		f.metrics[m].x[i] = (double)i;
		f.metrics[m + 1].x[i] = NAN;
	}
	frame_finish(&f);
	return f;
}

/* "xy:01 -y:2": cells in order, with the rows of each. */
static void
check_cells(const struct frame *f, const size_t *by, size_t n_by, const char *expected)
{
	struct frame_cells c;
	char got[200];
	size_t n = 0;

	frame_group(&c, f, by, n_by);
	for (size_t k = 0; k < c.n; k++) {
		got[n++] = ' ';
		for (size_t i = 0; i < n_by; i++) {
			const char *level = frame_level_of(f, &c, k, by[i]);

			got[n++] = level ? *level : '-';
		}
		got[n++] = ':';
		for (size_t i = c.begin[k]; i < c.begin[k + 1]; i++) {
			assert_int_equal(c.cell_of[c.rows[i]], k);
			got[n++] = (char)('0' + c.rows[i]);
		}
	}
	got[n] = '\0';
	assert_string_equal(n ? got + 1 : got, expected);
	frame_cells_release(&c);
}

static void
test_grouping(void **state)
{
	static const size_t both[] = {0, 1}, second[] = {1};
	struct frame f = frame_of("zzaa-zza", "1111-221");

	(void)state;
	check_cells(&f, both, 2, "--:4 a1:237 z1:01 z2:56");
	check_cells(&f, second, 1, "-:4 1:01237 2:56");
	check_cells(&f, NULL, 0, ":01234567");
	frame_release(&f);
	f = frame_of("", "");
	check_cells(&f, both, 2, "");
	check_cells(&f, NULL, 0, "");
	frame_release(&f);
}

static void
test_metrics_without_values_go(void **state)
{
	struct frame f = frame_of("ab", "12");

	(void)state;
	assert_int_equal(f.n_metrics, 1);
	assert_string_equal(f.metrics[0].name, "x_ns");
	assert_int_equal(frame_find(&f, "b"), 1);
	assert_true(frame_find(&f, "c") == SIZE_MAX);
	frame_release(&f);
}

/* The merged level has its own place in the order of levels. */
static void
test_merging(void **state)
{
	static const size_t first[] = {0};
	struct frame f = frame_of("abc-abcd", "11111111");
	struct verr err;

	(void)state;
	assert_int_equal(frame_merge(&f, "a:a,c=x=y", &err), V_EUSAGE); /* the last = divides */
	assert_string_equal(err.msg, "a has no level 'c=x'");
	assert_int_equal(frame_merge(&f, "a:a,c=x", &err), V_OK);
	check_cells(&f, first, 1, "-:3 b:15 d:7 x:0246");
	assert_int_equal(frame_merge(&f, "a:x=b", &err), V_OK); /* into one that is there */
	check_cells(&f, first, 1, "-:3 b:012456 d:7");
	assert_int_equal(frame_merge(&f, "q:x=b", &err), V_EUSAGE);
	assert_int_equal(frame_merge(&f, "a", &err), V_EUSAGE);
	assert_int_equal(frame_merge(&f, "a:b", &err), V_EUSAGE);
	assert_int_equal(frame_merge(&f, "a:b=", &err), V_EUSAGE);
	frame_release(&f);
}

static void
test_numbers_by_value(void **state)
{
	static const size_t first[] = {0};
	struct frame f;
	size_t k;

	(void)state;
	frame_init(&f, 3, FRAME_TIMES);
	f.n = 3;
	k = frame_add_factor(&f, "rate");
	f.factors[k].code[0] = frame_code(&f.factors[k], "1000", 0);
	f.factors[k].code[1] = frame_code(&f.factors[k], "20", 0);
	f.factors[k].code[2] = frame_code(&f.factors[k], "1000", 0);
	frame_finish(&f);
	check_cells(&f, first, 1, "2:1 1:02");
	assert_non_null(f.t_ns);
	frame_release(&f);
}

/* One level more than codes: the factor goes. */
static void
test_overfull(void **state)
{
	enum { N = FRAME_ABSENT };
	struct frame f;
	size_t k, kept;

	(void)state;
	frame_init(&f, N, FRAME_NO_TIMES);
	f.n = N;
	k = frame_add_factor(&f, "id");
	kept = frame_add_factor(&f, "kept");
	for (size_t i = 0; i < N; i++) {
		f.factors[k].code[i] = frame_add_level(&f.factors[k], "level", 0);
		f.factors[kept].code[i] = frame_code(&f.factors[kept], "one", 0);
	}
	assert_true(f.factors[k].overfull);
	frame_finish(&f);
	assert_int_equal(f.n_factors, 1);
	assert_string_equal(f.factors[0].name, "kept");
	frame_release(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grouping),
		cmocka_unit_test(test_metrics_without_values_go),
		cmocka_unit_test(test_merging),
		cmocka_unit_test(test_numbers_by_value),
		cmocka_unit_test(test_overfull),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
