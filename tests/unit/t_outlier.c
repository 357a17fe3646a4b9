/*
 * outlier: against tests/oracle/kendall.py (fractions; R's median() and mad() agree), and by hand.
 *
 * Tolerances.  The median is rounded once: U |median|, halved.  Each deviation inherits that error
 * and is rounded itself, the mean deviation twice more.  A score divides two of them and is
 * multiplied; so its error is that of x - median over the deviation, plus |M| times that of the
 * deviation over the deviation, plus 4 U |M|.
 */
#include "stats_cases.h"

#include "analyze/stats/outlier.h"

#define VALUES_MAX 64

static const char *const kinds[] = {
	[OUTLIER_BY_MAD] = "mad",
	[OUTLIER_BY_MEAN_DEVIATION] = "mean",
	[OUTLIER_NONE] = "none",
};

/* field: values, kind, median, deviation. */
static void
check_refused(char **field)
{
	double x[VALUES_MAX];
	size_t n = case_values(x, VALUES_MAX, field[0]);
	struct outlier_scale s;
	struct verr err;

	assert_int_equal(outlier_scale_of(&s, x, n, &err), n ? V_ELIMIT : V_EDOM);
	assert_true(isnan(s.median) && isnan(s.deviation));
	assert_int_equal(outlier_count(&s, x, n, OUTLIER_THRESHOLD), 0);
}

static void
check(char **field)
{
	double x[VALUES_MAX], score[VALUES_MAX], middle, deviation, tolerance;
	size_t n = case_values(x, VALUES_MAX, field[1]), expected = 0;
	struct outlier_scale s;
	struct verr err;

	if (strcmp(field[2], "empty") == 0 || strcmp(field[2], "limit") == 0) {
		check_refused(field + 1);
		return;
	}
	middle = case_number(field[3]);
	deviation = case_number(field[4]);
	assert_int_equal(outlier_scale_of(&s, x, n, &err), V_OK);
	assert_string_equal(kinds[s.kind], field[2]);
	/* 5e-324: halving an odd multiple of the smallest double rounds, here and in the MAD. */
	tolerance = U * fabs(middle) + 5e-324;
	case_close(field[0], "median", s.median, middle, tolerance);
	tolerance += 4 * U * deviation + 5e-324;
	case_close(field[0], "deviation", s.deviation, deviation, tolerance);
	if (s.kind == OUTLIER_NONE) {
		assert_true(isnan(outlier_score(&s, x[0])));
		assert_int_equal(outlier_count(&s, x, n, 0), 0);
		return;
	}
	assert_int_equal(case_values(score, VALUES_MAX, field[5]), n);
	for (size_t i = 0; i < n; i++) {
		double error = (1 + 1.5 * fabs(score[i])) * tolerance / deviation;

		case_close(field[0], "score", outlier_score(&s, x[i]), score[i],
			error + 4 * U * fabs(score[i]));
		expected += fabs(score[i]) > OUTLIER_THRESHOLD;
	}
	assert_int_equal(outlier_count(&s, x, n, OUTLIER_THRESHOLD), expected);
}

static void
test_against_oracle(void **state)
{
	(void)state;
	assert_int_equal(case_each("tests/data/stats/outlier.tsv", 6, check), 90);
}

/* Median 3, deviations 2 1 0 1 97, MAD 1: M of 100 is 0.6745 * 97. */
static void
test_by_hand(void **state)
{
	static const double x[] = {1, 2, 3, 4, 100};
	struct outlier_scale s;

	(void)state;
	assert_int_equal(outlier_scale_of(&s, x, 5, NULL), V_OK);
	assert_true(s.kind == OUTLIER_BY_MAD && s.median == 3 && s.deviation == 1);
	case_close("by hand", "score", outlier_score(&s, 100), 65.4265, 1e-13);
	assert_int_equal(outlier_count(&s, x, 5, OUTLIER_THRESHOLD), 1);
	assert_int_equal(outlier_count(&s, x, 5, 65.5), 0);
}

static void
test_not_finite(void **state)
{
	static const double x[] = {1, NAN, 3};
	struct outlier_scale s;
	struct verr err;

	(void)state;
	assert_int_equal(outlier_scale_of(&s, x, 3, &err), V_EDOM);
	assert_string_equal(err.msg, "sample 2 of 3 is not finite");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_oracle),
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_not_finite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
