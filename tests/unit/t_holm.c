/*
 * holm: against R's p.adjust() (tests/oracle/kendall.R), and by hand.
 */
#include "stats_cases.h"

#include "analyze/stats/holm.h"

#define TESTS_MAX 32

/* "-" stands for a test that was not made. */
static size_t
p_values(double *p, char *field)
{
	size_t n = 0;

	for (char *word; (word = strsep(&field, " ")) != NULL; n++) {
		assert_true(n < TESTS_MAX);
		p[n] = case_number(word);
	}
	return n;
}

/* One multiplication in both programs, so equal to the last bit. */
static void
check(char **field)
{
	double p[TESTS_MAX], expected[TESTS_MAX], got[TESTS_MAX], logs[TESTS_MAX];
	size_t n = p_values(p, field[0]);

	assert_int_equal(p_values(expected, field[1]), n);
	holm_adjust(got, p, n);
	for (size_t i = 0; i < n; i++)
		case_close(field[1], "adjusted p", got[i], expected[i], 0);
	for (size_t i = 0; i < n; i++)
		logs[i] = log10(p[i]);
	holm_adjust_log10(logs, logs, n);
	/* Two logarithms and a sum, each rounded at the size of the largest. */
	for (size_t i = 0; i < n; i++)
		case_close(field[1], "log10 of it", logs[i], log10(expected[i]),
			4 * U * (2 + fabs(log10(p[i]))));
}

static void
test_against_r(void **state)
{
	(void)state;
	assert_int_equal(case_each("tests/data/stats/holm.tsv", 2, check), 24);
}

/* 10^-5000 of 3 tests made: 3 10^-5000; then 2 10^-4000; then 10^-2 alone. */
static void
test_below_the_smallest_double(void **state)
{
	double p[] = {-2, NAN, -5000, -4000}, adjusted[4];

	(void)state;
	holm_adjust_log10(adjusted, p, 4);
	case_close("tiny", "largest", adjusted[0], -2, 0);
	assert_true(isnan(adjusted[1]));
	case_close("tiny", "smallest", adjusted[2], -5000 + 0.47712125471966244, 1e-12);
	case_close("tiny", "middle", adjusted[3], -4000 + 0.30102999566398120, 1e-12);
}

static void
test_none(void **state)
{
	double p = NAN;

	(void)state;
	holm_adjust(&p, &p, 0);
	holm_adjust(&p, &p, 1);
	assert_true(isnan(p));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_r),
		cmocka_unit_test(test_below_the_smallest_double),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
