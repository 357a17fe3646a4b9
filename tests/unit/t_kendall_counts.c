/*
 * kendall_counts, and the scale of outliers by counts: against the table of
 * tests/oracle/kendall_counts.py (integers of any length; SciPy agrees where the samples can be
 * written out), and by a property: the samples written out one by one give the same bits.
 *
 * Tolerances: those of t_kendall.c for tau_b and p; median and MAD are one difference and one half
 * of small integers, hence exact; the mean deviation adds 40 terms with two roundings each: 64 U.
 */
#include "stats_cases.h"

#include "analyze/stats/kendall_counts.h"
#include "analyze/stats/outlier.h"

#define ROWS_MAX 64

static enum vstatus
pair_of_counts(struct kendall *k, const double *x, const double *y, const uint64_t *count, size_t n,
	struct verr *err)
{
	struct kendall_counts a, b;
	enum vstatus st;

	assert_int_equal(kendall_counts_init(&a, x, count, n, err), V_OK);
	assert_int_equal(kendall_counts_init(&b, y, count, n, err), V_OK);
	st = kendall_counts_pair(k, &a, &b, err);
	kendall_counts_release(&a);
	kendall_counts_release(&b);
	return st;
}

/* ---- the oracle's table ---- */

/* A decimal number of up to 38 digits. */
static __int128
integer(const char *text)
{
	bool negative = *text == '-';
	__int128 v = 0;

	for (text += negative; *text; text++)
		v = 10 * v + (*text - '0');
	return negative ? -v : v;
}

static void
check_scale(char **field, const double *x, const uint64_t *count, size_t n)
{
	double mad = case_number(field[8]), mean = case_number(field[9]);
	struct outlier_scale s;
	struct verr err;

	assert_int_equal(outlier_scale_of_counts(&s, x, count, n, &err), V_OK);
	assert_true(s.median == case_number(field[7]));
	assert_int_equal(s.kind,
		mad > 0            ? OUTLIER_BY_MAD
			: mean > 0 ? OUTLIER_BY_MEAN_DEVIATION
				   : OUTLIER_NONE);
	case_close(field[0], "deviation", s.deviation, mad > 0 ? mad : mean,
		mad > 0 ? 0 : 64 * U * mean);
}

static void
check_case(char **field)
{
	double x[ROWS_MAX], y[ROWS_MAX], counts[ROWS_MAX], log10_p = case_number(field[6]);
	uint64_t count[ROWS_MAX];
	size_t n = case_values(x, ROWS_MAX, field[1]);
	bool undefined = strcmp(field[5], "-") == 0;
	struct kendall k;
	struct verr err;

	assert_int_equal(case_values(y, ROWS_MAX, field[2]), n);
	assert_int_equal(case_values(counts, ROWS_MAX, field[3]), n); /* all below 2^53 */
	for (size_t i = 0; i < n; i++)
		count[i] = (uint64_t)counts[i];
	for (int turn = 0; turn < 2; turn++) {
		assert_int_equal(pair_of_counts(&k, turn ? y : x, turn ? x : y, count, n, &err),
			undefined ? V_EDOM : V_OK);
		if (undefined)
			continue;
		if (k.score != integer(field[4]))
			fail_msg("%s: score is not %s", field[0], field[4]);
		case_close(field[0], "tau_b", k.tau_b, case_number(field[5]), 4 * U);
		case_close(
			field[0], "log10 p", k.log10_p, log10_p, 64 * U + 18 * U * fabs(log10_p));
	}
	check_scale(field, x, count, n);
}

static void
test_against_integers(void **state)
{
	(void)state;
	assert_true(case_each("tests/data/stats/kendall_counts.tsv", 10, check_case) > 50);
}

/* ---- written out ---- */

#define SAMPLES_MAX 4096

static size_t
write_out(double *samples, const double *x, const uint64_t *count, size_t n)
{
	size_t n_samples = 0;

	for (size_t i = 0; i < n; i++)
		for (uint64_t k = 0; k < count[i]; k++)
			samples[n_samples++] = x[i];
	return n_samples;
}

static void
check_written_out(const double *x, const double *y, const uint64_t *count, size_t n)
{
	static double a[SAMPLES_MAX], b[SAMPLES_MAX];
	size_t n_samples = write_out(a, x, count, n);
	struct kendall_column ca, cb;
	struct kendall one, counted;
	struct outlier_scale s, t;
	struct verr err;
	enum vstatus st;

	write_out(b, y, count, n);
	kendall_column_init(&ca, a, n_samples, &err);
	kendall_column_init(&cb, b, n_samples, &err);
	st = kendall_pair(&one, &ca, &cb, &err);
	assert_int_equal(pair_of_counts(&counted, x, y, count, n, &err), st);
	assert_true(one.n == counted.n && one.score == counted.score && one.exact == counted.exact);
	if (st == V_OK)
		assert_true(one.tau_b == counted.tau_b && one.p == counted.p &&
			one.log10_p == counted.log10_p);
	kendall_column_release(&ca);
	kendall_column_release(&cb);
	st = outlier_scale_of(&s, a, n_samples, &err);
	assert_int_equal(outlier_scale_of_counts(&t, x, count, n, &err), st);
	if (st != V_OK)
		return;
	assert_true(s.kind == t.kind && s.median == t.median);
	case_close("scale", "deviation", t.deviation, s.deviation,
		s.kind == OUTLIER_BY_MAD ? 0 : 1e-12 * s.deviation);
}

static void
test_same_as_written_out(void **state)
{
	static const unsigned tops[] = {2, 3, 5, 60};
	uint64_t seed = 5;

	(void)state;
	for (int turn = 0; turn < 400; turn++) {
		double x[ROWS_MAX], y[ROWS_MAX];
		uint64_t count[ROWS_MAX];
		size_t n = 1 + case_random(&seed) % ROWS_MAX;
		unsigned top = tops[turn % 4], values = turn % 3 ? 5 : 1000;

		for (size_t i = 0; i < n; i++) {
			x[i] = (double)(case_random(&seed) % values) * 0.1;
			y[i] = x[i] - (double)(case_random(&seed) % values);
			count[i] = case_random(&seed) % top;
		}
		check_written_out(x, y, count, n);
	}
}

/* ---- edges ---- */

static void
test_edges(void **state)
{
	static const double x[] = {1, 2, NAN}, infinite[] = {1, INFINITY};
	static const uint64_t count[] = {KENDALL_COUNTS_TOTAL_MAX, 1, 0}, none[] = {0, 0, 0},
			      most[] = {OUTLIER_COUNTS_TOTAL_MAX, 1};
	struct kendall_counts c;
	struct outlier_scale s;
	struct kendall k;
	struct verr err;

	(void)state;
	assert_int_equal(kendall_counts_init(&c, x, count, 2, &err), V_ELIMIT);
	kendall_counts_release(&c);
	assert_int_equal(kendall_counts_init(&c, x, none, 3, &err), V_EDOM); /* NaN */
	kendall_counts_release(&c);
	assert_int_equal(pair_of_counts(&k, x, x, none, 2, &err), V_EDOM);
	assert_string_equal(err.msg, "n too small: a correlation takes 2 samples");
	assert_true(k.n == 0 && isnan(k.tau_b) && isnan(k.p));
	assert_int_equal(pair_of_counts(&k, x, x, none, 0, &err), V_EDOM);
	assert_int_equal(outlier_scale_of_counts(&s, x, none, 2, &err), V_EDOM);
	assert_true(isnan(s.median) && isnan(s.deviation));
	assert_int_equal(outlier_scale_of_counts(&s, infinite, count + 1, 2, &err), V_EDOM);
	assert_string_equal(err.msg, "value 2 of 2 is not finite");
	assert_int_equal(outlier_scale_of_counts(&s, x, most, 2, &err), V_ELIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_integers),
		cmocka_unit_test(test_same_as_written_out),
		cmocka_unit_test(test_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
