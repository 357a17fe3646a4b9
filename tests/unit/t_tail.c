/*
 * tail: logarithms of p by R 4.2.2, (log(2) + pt(t, df, lower.tail = FALSE, log.p = TRUE)) /
 * log(10) and the same of pnorm(); and what must hold of any tail.
 *
 * Tolerance of log10 p: 1e-12 relative, which is 7e-10 of p at 1e-300, and 1e-15 near p = 1.
 */
#include "stats_cases.h"

#include "analyze/stats/tail.h"

static const struct {
	double df;
	double t;
	double log10_p;
} student[] = {
	{1, 1e-10, -2.7648039928055981e-11},
	{1, 1, -0.30102999566398164},
	{1, 1e+20, -20.196119877030149},
	{1, 1e+200, -200.19611987703016},
	{1.5, 3, -0.87436341069689016},
	{2, 0.001, -0.00030720112118796261},
	{2.7, 40, -4.0971467739866618},
	{3, 1e-05, -3.1925330274443713e-06},
	{5, 1e+30, -148.72169613825383},
	{10, 77, -14.477161128011076},
	{29.9, 12, -12.232537284824366},
	{30, 17, -16.220232376818959},
	{31.5, 17.3, -16.91484456619802},
	{35, 18.5, -18.923066475822509},
	{36.2, 9, -10.040104416727331},
	{100, 50, -71.839466534262172},
	{300.3, 1.7, -1.0449555969845687},
	{1000, 38, -195.53480193520477},
	{12345.6, 37, -283.56135388387992},
	{1e+06, 36.9, -297.13385308940639},
	{1e+09, 1.99, -1.331698566721875},
	{1e+09, 37, -298.94094740152008},
	{1e+12, 30, -197.00817917785702},
};

static const struct {
	double z;
	double log10_p;
} normal[] = {
	{0, 0},
	{1e-08, -3.4651686091906668e-09},
	{0.5, -0.20966199360125953},
	{1.96, -1.30106656222387},
	{8, -14.905112555353172},
	{20, -88.259065347411607},
	{37, -298.94115118294593},
	{37.6, -308.66763780097756},
	{100, -2173.5705128733703},
	{10000, -21714728.19322253},
};

static void
check(const char *what, struct pvalue p, double log10_p)
{
	case_close(what, "log10 p", p.log10_p, log10_p, 1e-12 * fabs(log10_p) + 1e-15);
	case_close(what, "p", p.p, pow(10, log10_p), 2e-9 * pow(10, log10_p) + 1e-307);
}

static void
test_student(void **state)
{
	struct pvalue p, mirrored;

	(void)state;
	for (size_t i = 0; i < sizeof(student) / sizeof(*student); i++) {
		assert_int_equal(tail_t(&p, student[i].t, student[i].df, NULL), V_OK);
		check("Student", p, student[i].log10_p);
		assert_int_equal(tail_t(&mirrored, -student[i].t, student[i].df, NULL), V_OK);
		assert_true(p.p == mirrored.p);
	}
	assert_int_equal(tail_t(&p, 0, 7, NULL), V_OK);
	assert_true(p.p == 1 && p.log10_p == 0);
}

static void
test_normal(void **state)
{
	struct pvalue p, mirrored;

	(void)state;
	for (size_t i = 0; i < sizeof(normal) / sizeof(*normal); i++) {
		assert_int_equal(tail_normal(&p, normal[i].z, NULL), V_OK);
		check("normal", p, normal[i].log10_p);
		assert_int_equal(tail_normal(&mirrored, -normal[i].z, NULL), V_OK);
		assert_true(p.p == mirrored.p);
	}
}

/* One degree of freedom is Cauchy's distribution: p = 1 - 2 atan(t) / pi = 2 atan(1/t) / pi. */
static void
test_cauchy(void **state)
{
	struct pvalue p;

	(void)state;
	for (double t = 1e-6; t < 1e15; t *= 3) {
		double expected = 2 * atan(1 / t) / 3.14159265358979323846;

		assert_int_equal(tail_t(&p, t, 1, NULL), V_OK);
		case_close("Cauchy", "p", p.p, expected, 1e-13 * expected);
	}
}

/* p falls with |t|, and to the normal tail as degrees of freedom grow. */
static void
test_order(void **state)
{
	struct pvalue p, z;

	(void)state;
	for (double df = 1; df < 1e13; df *= 7) {
		double last = 0.1;

		for (double t = 0; t < 60; t += 0.37) {
			assert_int_equal(tail_t(&p, t, df, NULL), V_OK);
			assert_int_equal(tail_normal(&z, t, NULL), V_OK);
			assert_true(p.log10_p < last && p.log10_p <= 0);
			assert_true(p.log10_p >= z.log10_p - 1e-12 * fabs(z.log10_p) - 1e-15);
			last = p.log10_p;
		}
	}
}

static void
test_refusals(void **state)
{
	static const double bad_df[] = {0, -1, 0.5, NAN, INFINITY};
	struct pvalue p;

	(void)state;
	for (size_t i = 0; i < sizeof(bad_df) / sizeof(*bad_df); i++) {
		assert_int_equal(tail_t(&p, 1, bad_df[i], NULL), V_EDOM);
		assert_true(isnan(p.p) && isnan(p.log10_p));
	}
	assert_int_equal(tail_t(&p, NAN, 3, NULL), V_EDOM);
	assert_int_equal(tail_t(&p, INFINITY, 3, NULL), V_EDOM);
	assert_int_equal(tail_normal(&p, NAN, NULL), V_EDOM);
	assert_int_equal(tail_normal(&p, 1e200, NULL), V_ELIMIT);
	assert_true(isnan(p.p) && isnan(p.log10_p));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_student),
		cmocka_unit_test(test_normal),
		cmocka_unit_test(test_cauchy),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
