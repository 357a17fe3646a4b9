/*
 * compare: against exact fractions, all pairs and integer counting (tests/oracle/compare.py), with
 * quantiles and tails by R, on 355 pairs of samples of up to 60 values and 13 of up to 10^5; then
 * properties that hold whatever the numbers are.
 *
 * Tolerances.  Ratio, shift and delta: 1e-12 relative (a mean is good to 1e-12, t_describe.c; a
 * shift is one rounded difference or the mean of two; below 2^-1022 doubles have a step of 5e-324).
 * Bounds of the ratio: the same, times the condition number my^2 / (my^2 - t^2 vy) that the oracle
 * gives, relative to the larger bound.  p: 1e-9 relative, since an error of 1e-13 in z or t moves p
 * by 1e-13 t^2, and t^2 is 1400 at p = 1e-300; beyond, log10 p to 1e-11 relative.
 */
#include "stats_cases.h"

#include "analyze/stats/compare.h"
#include "analyze/stats/describe.h"

#define MAX_SMALL 60
#define MAX_LARGE 100000
#define STEP 5e-324
#define P_LEAST 1e-300

static struct compare_sample
sample_of(const double *x, size_t n)
{
	return (struct compare_sample){x, n, (double)n};
}

static double
relative(double v, double tolerance)
{
	return fabs(v) * tolerance + STEP;
}

/* Where the oracle says "-" there is a reason; a result beyond the largest double is V_ELIMIT. */
static void
check_status(const char *name, const char *what, enum vstatus st, const char *message, double e)
{
	enum vstatus expected = isnan(e) ? V_EDOM : isinf(e) ? V_ELIMIT : V_OK;

	if (st != expected)
		fail_msg("%s: status of %s is %d, expected %d", name, what, st, expected);
	assert_true(st == V_OK || *message != '\0');
}

static void
check_p(const char *name, const char *what, struct pvalue p, double e, double log10_e)
{
	if (isnan(e) || e >= P_LEAST)
		case_close(name, what, p.p, e, relative(e, 1e-9));
	else
		assert_true(p.p < 2 * P_LEAST);
	case_close(name, what, p.log10_p, log10_e, fmax(relative(log10_e, 1e-11), 1e-9));
}

static enum ratio_set
set_of(const char *word)
{
	static const char *const words[] = {"none", "interval", "rays", "all"};
	int i = 0;

	while (strcmp(word, words[i]) != 0)
		i++;
	return (enum ratio_set)i;
}

/* field: ratio, lower, upper, condition, set, df */
static void
check_ratio(const char *name, const struct compare_sample *x, const struct compare_sample *y,
	char **field)
{
	double estimate = case_number(field[0]), lower = case_number(field[1]);
	double upper = case_number(field[2]);
	double tolerance = fmax(fabs(lower), fabs(upper)) * case_number(field[3]) * 1e-12;
	bool beyond = isinf(estimate) || isinf(lower) || isinf(upper);
	struct verr err = {""};
	struct ratio r;
	enum vstatus st = compare_ratio(&r, x, y, 0.95, &err);

	check_status(name, "ratio", st, err.msg, beyond ? (double)INFINITY : lower);
	if (isfinite(estimate) || isnan(estimate))
		case_close(name, "ratio", r.estimate, estimate, relative(estimate, 1e-12));
	case_close(name, "lower", r.lower, beyond ? (double)NAN : lower, tolerance + STEP);
	case_close(name, "upper", r.upper, beyond ? (double)NAN : upper, tolerance + STEP);
	if (!beyond) {
		case_close(name, "ratio df", r.df, case_number(field[5]), relative(r.df, 1e-9));
		assert_int_equal(r.set, set_of(field[4]));
	}
	assert_true((r.set == RATIO_INTERVAL) == (st == V_OK));
	assert_true(st != V_OK || (r.lower <= r.estimate && r.estimate <= r.upper));
	assert_int_equal(
		strncmp(err.msg, "unbounded", 9) == 0, r.set == RATIO_RAYS || r.set == RATIO_ALL);
}

/* field: shift, delta, U, p, log10, exact */
static void
check_ranks(const char *name, const struct compare_sample *x, const struct compare_sample *y,
	char **field)
{
	double shift = case_number(field[0]), got, p = case_number(field[3]);
	struct verr err = {""};
	struct rank_comparison r;
	enum vstatus st = compare_shift(&got, x, y, &err);

	check_status(name, "shift", st, err.msg, shift);
	case_close(name, "shift", got, isinf(shift) ? (double)NAN : shift, relative(shift, 1e-12));
	*err.msg = '\0';
	st = compare_ranks(&r, x, y, &err);
	check_status(name, "ranks", st, err.msg, p);
	case_close(name, "delta", r.cliffs_delta, case_number(field[1]),
		relative(r.cliffs_delta, 1e-15));
	case_close(name, "U", r.u, case_number(field[2]), 0);
	check_p(name, "p_mw", r.p, p, case_number(field[4]));
	assert_int_equal(r.exact, case_number(field[5]) == 1);
}

/* field: t, df, p, log10 */
static void
check_welch(const char *name, const struct compare_sample *x, const struct compare_sample *y,
	char **field)
{
	double t = case_number(field[0]), df = case_number(field[1]);
	struct verr err = {""};
	struct welch w;

	check_status(name, "Welch", compare_welch(&w, x, y, &err), err.msg, t);
	case_close(name, "t", w.t, t, relative(t, 1e-12));
	case_close(name, "df", w.df, df, relative(df, 1e-12));
	check_p(name, "p_welch", w.p, case_number(field[2]), case_number(field[3]));
}

static void
check_pair(const char *name, double *x, size_t n, double *y, size_t m, char **field)
{
	struct compare_sample a = sample_of(x, n), b = sample_of(y, m);

	sort_f64(x, n);
	sort_f64(y, m);
	check_ratio(name, &a, &b, field);
	check_ranks(name, &a, &b, field + 6);
	check_welch(name, &a, &b, field + 12);
}

static void
check_row(char **field)
{
	double x[MAX_SMALL], y[MAX_SMALL];
	size_t n = case_values(x, MAX_SMALL, field[1]), m = case_values(y, MAX_SMALL, field[2]);

	check_pair(field[0], x, n, y, m, field + 3);
}

static void
test_generated_samples(void **state)
{
	(void)state;
	assert_int_equal(case_each("tests/data/stats/compare.tsv", 19, check_row), 355);
}

static double large_x[MAX_LARGE], large_y[MAX_LARGE];

static size_t
draw(double *x, const char *n_field, const char *seed_field, const char *dropped, double add)
{
	size_t n = strtoul(n_field, NULL, 10);
	uint64_t seed = strtoull(seed_field, NULL, 10);

	for (size_t i = 0; i < n; i++)
		x[i] = (double)(case_random(&seed) >> atoi(dropped)) + add;
	return n;
}

static void
check_large_row(char **field)
{
	size_t n = draw(large_x, field[0], field[4], field[2], case_number(field[3]));
	size_t m = draw(large_y, field[1], field[5], field[2], 0);

	check_pair(field[4], large_x, n, large_y, m, field + 6);
}

static void
test_large_samples(void **state)
{
	(void)state;
	assert_int_equal(case_each("tests/data/stats/compare_large.tsv", 22, check_large_row), 13);
}

/* ---- properties ---- */

/* n values, of `levels` different ones (0: hardly ever equal), ascending. */
static struct compare_sample
random_sample(double *x, size_t n, unsigned levels, uint64_t *seed)
{
	for (size_t i = 0; i < n; i++)
		x[i] = levels ? (double)(case_random(seed) % levels)
			      : (double)(case_random(seed) >> 30) - 0x1p33;
	sort_f64(x, n);
	return sample_of(x, n);
}

static double
shift_of(const struct compare_sample *x, const struct compare_sample *y)
{
	double shift;

	assert_int_equal(compare_shift(&shift, x, y, NULL), V_OK);
	return shift;
}

/* x * factor + offset, ascending for a positive factor. */
static struct compare_sample
affine(double *out, const struct compare_sample *s, double factor, double offset)
{
	for (size_t i = 0; i < s->n; i++)
		out[i] = s->x[i] * factor + offset;
	sort_f64(out, s->n);
	return sample_of(out, s->n);
}

static double
shift_by_all_pairs(const struct compare_sample *x, const struct compare_sample *y)
{
	static double all[MAX_SMALL * MAX_SMALL];
	size_t n = 0;

	for (size_t i = 0; i < x->n; i++)
		for (size_t k = 0; k < y->n; k++)
			all[n++] = x->x[i] - y->x[k];
	sort_f64(all, n);
	return (all[(n - 1) / 2] + all[n / 2]) / 2;
}

static void
check_exchange(const struct compare_sample *x, const struct compare_sample *y)
{
	struct rank_comparison r, back;
	struct welch w, w_back;
	enum vstatus st = compare_ranks(&r, x, y, NULL);

	assert_true(shift_of(x, y) == -shift_of(y, x));
	assert_int_equal(compare_ranks(&back, y, x, NULL), st);
	assert_true(r.cliffs_delta == -back.cliffs_delta && r.exact == back.exact);
	assert_true(r.u + back.u == (double)(x->n * y->n));
	assert_true(st != V_OK || r.p.p == back.p.p);
	st = compare_welch(&w, x, y, NULL);
	assert_int_equal(compare_welch(&w_back, y, x, NULL), st);
	assert_true(st != V_OK || (w.t == -w_back.t && w.df == w_back.df && w.p.p == w_back.p.p));
}

/*
 * Whole numbers below 2^35 times 8, less 12345: all exact, so nothing may change but what the
 * transformation changes.  t and the ratio are quotients of roots: a few roundings.
 */
static void
check_affine(const struct compare_sample *x, const struct compare_sample *y)
{
	double copy_x[MAX_SMALL], copy_y[MAX_SMALL];
	struct compare_sample a = affine(copy_x, x, 8, -12345), b = affine(copy_y, y, 8, -12345);
	struct rank_comparison r, r2;
	struct welch w, w2;
	struct ratio q, q2;

	assert_true(shift_of(&a, &b) == 8 * shift_of(x, y));
	assert_true(shift_of(&a, y) == shift_by_all_pairs(&a, y));
	assert_int_equal(compare_ranks(&r, x, y, NULL), compare_ranks(&r2, &a, &b, NULL));
	case_close("affine", "p_mw", r2.p.p, r.p.p, 0);
	assert_true(r2.cliffs_delta == r.cliffs_delta);
	assert_int_equal(compare_welch(&w, x, y, NULL), compare_welch(&w2, &a, &b, NULL));
	case_close("affine", "t", w2.t, w.t, relative(w.t, 1e-13));
	a = affine(copy_x, x, 0x1p-900, 0);
	b = affine(copy_y, y, 0x1p-899, 0);
	assert_int_equal(compare_ratio(&q, x, y, 0.9, NULL), compare_ratio(&q2, &a, &b, 0.9, NULL));
	assert_int_equal(q.set, q2.set);
	case_close("scaled", "ratio", 2 * q2.estimate, q.estimate, relative(q.estimate, 1e-13));
	if (q.set == RATIO_INTERVAL)
		case_close("scaled", "lower", 2 * q2.lower, q.lower,
			1e-9 * (q.upper - q.lower) + relative(q.lower, 1e-12));
}

static void
test_properties(void **state)
{
	static const unsigned levels[] = {0, 0, 1000, 10, 2, 1};
	double x[MAX_SMALL], y[MAX_SMALL];
	uint64_t seed = 5;

	(void)state;
	for (size_t i = 0; i < 1200; i++) {
		unsigned k = levels[i % 6];
		size_t n = 1 + case_random(&seed) % MAX_SMALL;
		size_t m = 1 + case_random(&seed) % MAX_SMALL;
		struct compare_sample a = random_sample(x, n, k, &seed);
		struct compare_sample b = random_sample(y, m, k, &seed);

		assert_true(shift_of(&a, &b) == shift_by_all_pairs(&a, &b));
		check_exchange(&a, &b);
		check_affine(&a, &b);
	}
}

/* A sample against itself: no difference in any respect. */
static void
test_against_itself(void **state)
{
	uint64_t seed = 6;
	double x[MAX_SMALL];

	(void)state;
	for (size_t n = 2; n <= MAX_SMALL; n++) {
		struct compare_sample a = random_sample(x, n, 0, &seed);
		struct rank_comparison r;
		struct welch w;

		assert_true(shift_of(&a, &a) == 0);
		assert_int_equal(compare_ranks(&r, &a, &a, NULL), V_OK);
		assert_true(r.cliffs_delta == 0 && r.p.p == 1 && r.p.log10_p == 0);
		assert_int_equal(compare_welch(&w, &a, &a, NULL), V_OK);
		assert_true(w.t == 0 && w.p.p == 1);
	}
}

/*
 * The least p of complete separation is 2 / C(n + m, n), by hand: C(6, 3) = 20, C(9, 4) = 126,
 * C(98, 49) = 25477612258980856902730428600 (the central binomial coefficient, OEIS A000984).
 */
static void
test_exact_separation(void **state)
{
	static const struct {
		size_t n;
		size_t m;
		double orders;
	} cases[] = {
		{3, 3, 20},
		{4, 5, 126},
		{5, 4, 126},
		{49, 49, 25477612258980856902730428600.},
	};
	double x[MAX_SMALL], y[MAX_SMALL];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct compare_sample a = sample_of(x, cases[i].n), b = sample_of(y, cases[i].m);
		struct rank_comparison r;

		for (size_t k = 0; k < MAX_SMALL; k++) {
			x[k] = (double)k;
			y[k] = 100 + (double)k;
		}
		assert_int_equal(compare_ranks(&r, &a, &b, NULL), V_OK);
		assert_true(r.exact && r.u == 0 && r.cliffs_delta == -1);
		case_close("separated", "p", r.p.p, 2 / cases[i].orders, 1e-14 * r.p.p);
	}
}

/*
 * Effective sizes, by R: x <- c(12, 15, 11, 14, 13, 18, 10, 16, 12, 14);
 * y <- c(9, 11, 10, 8, 12, 10, 9, 7); vx <- var(x) / 4.5; vy <- var(y) / 3;
 * t <- (mean(x) - mean(y)) / sqrt(vx + vy); df <- (vx + vy)^2 / (vx^2 / 3.5 + vy^2 / 2);
 * 2 * pt(-t, df).
 */
static void
test_effective_size(void **state)
{
	static const double x[] = {10, 11, 12, 12, 13, 14, 14, 15, 16, 18};
	static const double y[] = {7, 8, 9, 9, 10, 10, 11, 12};
	struct compare_sample a = {x, 10, 4.5}, b = {y, 8, 3}, bad = {x, 10, 1.5};
	struct ratio full, r;
	struct welch w;

	(void)state;
	assert_int_equal(compare_welch(&w, &a, &b, NULL), V_OK);
	case_close("R", "t", w.t, 2.72579812715018, 1e-13);
	case_close("R", "df", w.df, 5.472020348837209, 1e-13);
	case_close("R", "p", w.p.p, 0.03776683553819243, 1e-14);
	assert_int_equal(compare_ratio(&r, &a, &b, 0.95, NULL), V_OK);
	a.n_eff = 10;
	b.n_eff = 8;
	assert_int_equal(compare_ratio(&full, &a, &b, 0.95, NULL), V_OK);
	assert_true(r.lower < full.lower && r.upper > full.upper && r.estimate == full.estimate);
	assert_int_equal(compare_welch(&w, &bad, &b, NULL), V_EDOM);
	bad.n_eff = 11;
	assert_int_equal(compare_ratio(&r, &bad, &b, 0.95, NULL), V_EDOM);
}

static void
test_refusals(void **state)
{
	static const double bad_level[] = {0, 1, -0.5, 95, NAN};
	static const double infinite[] = {1, 2, INFINITY}, fine[] = {1, 2, 3};
	struct compare_sample a = sample_of(fine, 3), b = sample_of(infinite, 3);
	struct rank_comparison ranks;
	struct welch w;
	struct ratio r;
	double shift;

	(void)state;
	for (size_t i = 0; i < sizeof(bad_level) / sizeof(*bad_level); i++)
		assert_int_equal(compare_ratio(&r, &a, &a, bad_level[i], NULL), V_EDOM);
	for (int swapped = 0; swapped < 2; swapped++) {
		const struct compare_sample *x = swapped ? &b : &a, *y = swapped ? &a : &b;

		assert_int_equal(compare_ratio(&r, x, y, 0.95, NULL), V_EDOM);
		assert_int_equal(compare_shift(&shift, x, y, NULL), V_EDOM);
		assert_int_equal(compare_ranks(&ranks, x, y, NULL), V_EDOM);
		assert_int_equal(compare_welch(&w, x, y, NULL), V_EDOM);
		assert_true(isnan(r.estimate) && isnan(shift) && isnan(ranks.u) && isnan(w.p.p));
	}
}

/* Normal values by Box and Muller's transformation. */
static struct compare_sample
draw_normal(double *x, size_t n, double mean, double sd, uint64_t *seed)
{
	for (size_t i = 0; i < n; i++)
		x[i] = mean +
			sd * sqrt(-2 * log(case_uniform(seed))) *
				cos(6.283185307179586 * case_uniform(seed));
	sort_f64(x, n);
	return sample_of(x, n);
}

/*
 * The ratio of normal means, 12 and 8 with deviations 3 and 1, n = 8 and 12: Fieller's set is exact
 * but for Satterthwaite's approximation, which is good to a percentage point here.  The standard
 * error of the share of 2000 is 0.0049; three of them, and that point.
 */
static void
test_coverage_of_ratio(void **state)
{
	double x[8], y[12];
	uint64_t seed = 7;
	int covered = 0;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct compare_sample a = draw_normal(x, 8, 12, 3, &seed);
		struct compare_sample b = draw_normal(y, 12, 8, 1, &seed);
		struct ratio r;

		assert_int_equal(compare_ratio(&r, &a, &b, 0.95, NULL), V_OK);
		covered += r.lower <= 1.5 && 1.5 <= r.upper;
	}
	case_close("normal", "coverage", covered / 2000.0, 0.95, 3 * 0.0049 + 0.01);
}

/* Samples, and what is printed of them: mean and half width at 95 %.  5.1,4.9,5.0,5.2 has mean 5.05
 * and standard error 0.0645497 (sd 0.1290994 / 2), Student's t with 3 degrees is 3.1824463. */
static void
test_of_half_widths(void **state)
{
	static const double x[] = {4.9, 5.0, 5.1, 5.2}, y[] = {9, 10, 11, 12, 13};
	const struct compare_sample a = sample_of(x, 4), b = sample_of(y, 5);
	struct compare_mean mx, my;
	struct ratio from_samples, from_means;
	struct verr err;

	(void)state;
	assert_int_equal(
		compare_mean_of_interval(&mx, 5.05, 0.20542602567608773, 0.95, 4, &err), V_OK);
	case_close("half width", "se", mx.se, 0.0645497224368, 1e-9);
	case_close("half width", "df", mx.df, 3, 0);
	/* mean 11, sd sqrt(2.5) */
	assert_int_equal(
		compare_mean_of_interval(&my, 11, 1.963243161477561, 0.95, 5, &err), V_OK);
	assert_int_equal(compare_ratio(&from_samples, &a, &b, 0.95, &err), V_OK);
	assert_int_equal(compare_ratio_of_means(&from_means, &mx, &my, 0.95, &err), V_OK);
	case_close("half width", "ratio", from_means.estimate, from_samples.estimate, 1e-12);
	case_close("half width", "lower", from_means.lower, from_samples.lower, 1e-9);
	case_close("half width", "upper", from_means.upper, from_samples.upper, 1e-9);

	assert_int_equal(compare_mean_of_interval(&mx, 1, 0.1, 0.95, NAN, &err), V_EDOM);
	assert_int_equal(compare_mean_of_interval(&mx, 1, 0.1, 0.95, 1, &err), V_EDOM);
	assert_int_equal(compare_mean_of_interval(&mx, 1, -0.1, 0.95, 9, &err), V_EDOM);
	assert_int_equal(compare_mean_of_interval(&mx, 1, 0.1, 1, 9, &err), V_EDOM);
	assert_int_equal(compare_mean_of_interval(&mx, NAN, 0.1, 0.95, 9, &err), V_EDOM);
	assert_true(isnan(mx.mean) && isnan(mx.se));
	assert_int_equal(compare_ratio_of_means(&from_means, &mx, &my, 0.95, &err), V_EDOM);
	assert_true(isnan(from_means.estimate));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_generated_samples),
		cmocka_unit_test(test_large_samples),
		cmocka_unit_test(test_properties),
		cmocka_unit_test(test_against_itself),
		cmocka_unit_test(test_exact_separation),
		cmocka_unit_test(test_effective_size),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_coverage_of_ratio),
		cmocka_unit_test(test_of_half_widths),
	};

	stats_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
