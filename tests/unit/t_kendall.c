/*
 * kendall: against the tables of tests/oracle/kendall.py (exact arithmetic; SciPy and R agree), by
 * hand, and by properties: symmetry, monotone maps, order of rows.
 *
 * Tolerances.  tau_b is one conversion, a product, a root and a quotient of exact integers: 4 U.
 * The argument of erfc, a = |z|/sqrt(2), has a relative error of some 6 U (nine roundings, halved
 * where under the root), and d ln p = -2 a^2 da/a for large a, so that ln p is off by
 * 12 U a^2, with a^2 about -ln p: 16 U |ln p| in all, and 64 U for erfc itself.
 */
#include "stats_cases.h"

#include "analyze/stats/kendall.h"

#define TAU_TOLERANCE (4 * U)
#define SMALL_MAX 64

static double
ln_p_tolerance(double log10_p)
{
	return 64 * U + 16 * U * fabs(log10_p) * M_LN10;
}

static enum vstatus
pair_of(struct kendall *k, const double *x, const double *y, size_t n)
{
	struct kendall_column a, b;
	struct verr err;
	enum vstatus st;

	assert_int_equal(kendall_column_init(&a, x, n, &err), V_OK);
	assert_int_equal(kendall_column_init(&b, y, n, &err), V_OK);
	st = kendall_pair(k, &a, &b, &err);
	kendall_column_release(&a);
	kendall_column_release(&b);
	return st;
}

/* field: score, tau_b, p, log10 p. */
static void
check_against(const char *name, const struct kendall *k, char **field)
{
	double p = case_number(field[2]), log10_p = case_number(field[3]);
	double ln_tolerance = isnan(log10_p) ? 0 : ln_p_tolerance(log10_p);

	if (k->score != strtoll(field[0], NULL, 10))
		fail_msg("%s: score is %lld, expected %s", name, (long long)k->score, field[0]);
	case_close(name, "tau_b", k->tau_b, case_number(field[1]), TAU_TOLERANCE);
	/* Subnormal p have fewer digits. */
	case_close(name, "p", k->p, p, isnan(p) ? 0 : ln_tolerance * p + 5e-324);
	/* Two roundings in dividing by ln 10 besides. */
	case_close(name, "log10 p", k->log10_p, log10_p,
		isnan(log10_p) ? 0 : ln_tolerance / M_LN10 + 2 * U * fabs(log10_p));
}

static void
check_small(char **field)
{
	double x[SMALL_MAX], y[SMALL_MAX];
	size_t n = case_values(x, SMALL_MAX, field[1]);
	struct kendall k;
	bool undefined = strcmp(field[4], "-") == 0;

	assert_int_equal(case_values(y, SMALL_MAX, field[2]), n);
	assert_int_equal(pair_of(&k, x, y, n), undefined ? V_EDOM : V_OK);
	assert_int_equal(k.n, n);
	check_against(field[0], &k, field + 3);
	assert_int_equal(pair_of(&k, y, x, n), undefined ? V_EDOM : V_OK);
	check_against(field[0], &k, field + 3);
}

static void
test_small_columns(void **state)
{
	(void)state;
	assert_true(case_each("tests/data/stats/kendall.tsv", 7, check_small) > 250);
}

/* ---- generated columns, as in kendall.py ---- */

static double
unit(uint64_t z)
{
	return (double)(z >> 11) * 0x1p-53;
}

static void
independent(double *x, double *y, uint64_t a, uint64_t b)
{
	*x = unit(a);
	*y = unit(b);
}

static void
weak(double *x, double *y, uint64_t a, uint64_t b)
{
	*x = unit(a);
	*y = unit(a) * 0.0625 + unit(b);
}

static void
strong(double *x, double *y, uint64_t a, uint64_t b)
{
	*x = unit(a);
	*y = unit(a) * 4 + unit(b);
}

static void
equal(double *x, double *y, uint64_t a, uint64_t b)
{
	(void)b;
	*x = *y = unit(a);
}

static void
ties(double *x, double *y, uint64_t a, uint64_t b)
{
	*x = (double)(a % 1000);
	*y = (double)(a % 1000 / 9 + b % 97);
}

static void
ties_one(double *x, double *y, uint64_t a, uint64_t b)
{
	*x = unit(a);
	*y = floor(unit(a) * 100 + unit(b) * 1000);
}

static void
two_values(double *x, double *y, uint64_t a, uint64_t b)
{
	*x = b % 10 < 3;
	*y = unit(a) + *x * 0.125;
}

static void
two_by_ties(double *x, double *y, uint64_t a, uint64_t b)
{
	*x = (double)(b % 2);
	*y = (double)(a % 700 + b % 2);
}

static void
levels(double *x, double *y, uint64_t a, uint64_t b)
{
	*x = (double)(a % 5);
	*y = (double)(a % 5 + b % 200);
}

static void
levels_by_many(double *x, double *y, uint64_t a, uint64_t b)
{
	*x = (double)(a % 7);
	*y = (double)(a % 7) * 0.015625 + unit(b);
}

static void
clustered(double *x, double *y, uint64_t a, uint64_t b)
{
	*x = a % 8 ? 1 + unit(a) * 0x1p-20 : -1e300;
	*y = ldexp(1 + unit(b), b % 8 ? -1000 : 1000);
}

static const struct family {
	const char *name;
	void (*draw)(double *x, double *y, uint64_t a, uint64_t b);
} families[] = {
	{"independent", independent},
	{"weak", weak},
	{"strong", strong},
	{"equal", equal},
	{"ties", ties},
	{"ties_one", ties_one},
	{"two_values", two_values},
	{"two_by_ties", two_by_ties},
	{"levels", levels},
	{"levels_by_many", levels_by_many},
	{"clustered", clustered},
};

enum { FAMILIES = sizeof families / sizeof *families };

static void
draw(double *x, double *y, size_t n, const struct family *f, uint64_t seed)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t a = case_random(&seed);

		f->draw(&x[i], &y[i], a, case_random(&seed));
	}
}

static const struct family *
family_of(const char *name)
{
	for (size_t i = 0; i < FAMILIES; i++)
		if (strcmp(families[i].name, name) == 0)
			return &families[i];
	fail_msg("no family %s", name);
	return NULL;
}

static void
check_large(char **field)
{
	size_t n = strtoul(field[2], NULL, 10);
	double *x = malloc(n * sizeof *x), *y = malloc(n * sizeof *y);
	struct kendall k;

	draw(x, y, n, family_of(field[0]), strtoul(field[1], NULL, 10));
	assert_int_equal(pair_of(&k, x, y, n), V_OK);
	check_against(field[0], &k, field + 3);
	assert_int_equal(pair_of(&k, y, x, n), V_OK);
	check_against(field[0], &k, field + 3);
	free(x);
	free(y);
}

static void
test_large_columns(void **state)
{
	(void)state;
	assert_int_equal(
		case_each("tests/data/stats/kendall_large.tsv", 7, check_large), 3 * FAMILIES);
}

/* ---- by hand ---- */

/* 2 of the 24 permutations of 4 are without, or with all, inversions: p = 2/24 for both. */
static void
test_exact_by_hand(void **state)
{
	static const double up[] = {1, 2, 3, 4}, swapped[] = {2, 1, 3, 4};
	struct kendall k;

	(void)state;
	assert_int_equal(pair_of(&k, up, up, 4), V_OK);
	assert_true(k.exact && k.score == 6 && k.tau_b == 1);
	case_close("4 in order", "p", k.p, 2.0 / 24, 2 * U);
	/* One inversion: 1 + 3 permutations have at most one. */
	assert_int_equal(pair_of(&k, up, swapped, 4), V_OK);
	assert_int_equal(k.score, 4);
	case_close("4, one swap", "p", k.p, 8.0 / 24, 2 * U);
}

static void
test_undefined(void **state)
{
	static const double x[] = {1, 2, 3}, constant[] = {0.0, -0.0, 0.0};
	struct kendall_column a, b;
	struct kendall k;
	struct verr err;

	(void)state;
	kendall_column_init(&a, x, 3, &err);
	kendall_column_init(&b, constant, 3, &err);
	assert_int_equal(kendall_pair(&k, &a, &b, &err), V_EDOM);
	assert_string_equal(err.msg, "y is constant");
	assert_int_equal(kendall_pair(&k, &b, &a, &err), V_EDOM);
	assert_string_equal(err.msg, "x is constant");
	assert_true(isnan(k.tau_b) && isnan(k.p) && isnan(k.log10_p) && k.n == 3);
	kendall_column_release(&a);
	kendall_column_release(&b);
	assert_int_equal(pair_of(&k, x, x, 1), V_EDOM);
	assert_int_equal(pair_of(&k, x, x, 0), V_EDOM);
}

static void
test_not_a_number(void **state)
{
	double x[1000];
	struct kendall_column c;
	struct verr err;

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		x[i] = (double)i;
	x[700] = NAN;
	assert_int_equal(kendall_column_init(&c, x, 1000, &err), V_EDOM);
	assert_string_equal(err.msg, "sample 701 of 1000 is not a number");
	x[0] = NAN; /* among few distinct values */
	assert_int_equal(kendall_column_init(&c, x, 2, &err), V_EDOM);
	kendall_column_release(&c);
	assert_int_equal(kendall_column_init(&c, x, RANKS_MAX + 1, &err), V_ELIMIT);
	kendall_column_release(&c);
}

/* ---- properties ---- */

static bool
same_result(const struct kendall *a, const struct kendall *b)
{
	return a->score == b->score && a->tau_b == b->tau_b && a->p == b->p &&
		a->log10_p == b->log10_p;
}

/* Strictly increasing, and exact, so that distinct values stay distinct. */
static double
monotone(double v)
{
	return v < 0 ? v * 0.5 : v * 8;
}

static void
shuffle(double *x, double *y, size_t n, uint64_t seed)
{
	for (size_t i = n; i-- > 1;) {
		size_t j = (size_t)(case_random(&seed) % (i + 1));
		double v = x[i], w = y[i];

		x[i] = x[j];
		y[i] = y[j];
		x[j] = v;
		y[j] = w;
	}
}

static void
check_properties(const struct family *f, size_t n, uint64_t seed)
{
	double *x = malloc(n * sizeof *x), *y = malloc(n * sizeof *y);
	struct kendall k, other;
	enum vstatus st;

	draw(x, y, n, f, seed);
	st = pair_of(&k, x, y, n);
	if (st == V_OK) {
		assert_true(k.tau_b >= -1 && k.tau_b <= 1);
		assert_true(k.p >= 0 && k.p <= 1 && k.log10_p <= 0);
		pair_of(&other, y, x, n);
		assert_true(same_result(&k, &other));
		shuffle(x, y, n, seed);
		pair_of(&other, x, y, n);
		assert_true(same_result(&k, &other));
		for (size_t i = 0; i < n; i++)
			x[i] = monotone(x[i]);
		pair_of(&other, x, y, n);
		assert_true(same_result(&k, &other));
		for (size_t i = 0; i < n; i++)
			y[i] = -y[i];
		pair_of(&other, x, y, n);
		assert_true(other.score == -k.score && other.tau_b == -k.tau_b && other.p == k.p);
	}
	free(x);
	free(y);
}

static void
test_properties(void **state)
{
	static const size_t sizes[] = {2, 3, 10, 49, 50, 255, 256, 257, 1000, 5000};

	(void)state;
	for (size_t f = 0; f < FAMILIES; f++)
		for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
			check_properties(&families[f], sizes[s], 1000 + s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_columns),
		cmocka_unit_test(test_large_columns),
		cmocka_unit_test(test_exact_by_hand),
		cmocka_unit_test(test_undefined),
		cmocka_unit_test(test_not_a_number),
		cmocka_unit_test(test_properties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
