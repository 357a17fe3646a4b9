/*
 * compare - ratio of means, shift, dominance and tests; see compare.h for the definitions.
 *
 * Range.  Means, standard errors and the quadratic of Fieller's interval take squares and
 * differences, which could leave the range of a double or run into its fixed step near 0.  Samples
 * beyond 2^-300 .. 2^300 are therefore copied times a power of two, which is exact, and results
 * scaled back.
 *
 * Digits.  Fieller's bounds are the roots of A r^2 - 2 P r + C with A = my^2 - t^2 vy,
 * P = mx my, C = mx^2 - t^2 vx; the discriminant P^2 - A C is rewritten as
 * t^2 (mx^2 vy + A vx), a sum of positive terms where A > 0, and the root that would suffer from
 * a subtraction comes from the product of the roots, C / A.  Welch's t of two samples around 10^15
 * rests on the digits of their means beyond the 16th: the rest that each mean leaves is computed
 * from the deviations and added to the difference.
 *
 * The shift is a selection in the n x m matrix of differences, whose rows are sorted when the
 * samples are, so that no difference needs to be stored.  Each step draws a pivot among the
 * candidates, ranks it in all rows in one staircase walk of n + m steps, and discards the
 * candidates on the wrong side (Monahan 1984, ACM Transactions on Mathematical Software 10(3),
 * 265-270; Johnson & Mizoguchi 1978, SIAM Journal on Computing 7(2), 147-153, for the matrix).  The
 * number of steps is that of quickselect over n m values: about 2 ln(n m) expected, whatever the
 * values are, for the pivots are random.  Their seed is fixed and the result does not depend on
 * them.  Differences are rounded before they are compared; rounding keeps the order, so rows stay
 * sorted.
 *
 * The exact Mann-Whitney distribution counts with integers: the number of arrangements with U = u
 * is the coefficient of q^u in the Gaussian binomial coefficient of n + m over n, a product of
 * (1 - q^(m+i)) / (1 - q^i), i = 1 .. n, multiplied out in place.  The counts go up to
 * C(98, 49) = 2.5e28 and are exact in 128 bits.  The variance of the normal approximation is an
 * integer too, up to its last division: n m (N^3 - N - sum(t^3 - t)) / (12 N (N - 1)), N = n + m,
 * t the sizes of the groups of equal values.
 */
#include "analyze/stats/compare.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/stats/describe.h"
#include "analyze/stats/random.h"
#include "core/alloc.h"

/* Squares of values within 2^-300 .. 2^300, and products of four of them, are far from the ends. */
#define SAFE_EXPONENT 300
#define SHIFT_VALUES_MAX UINT32_MAX
#define RANKS_VALUES_MAX ((size_t)1 << 31)

static enum vstatus
check_sample(const struct compare_sample *s, struct verr *err)
{
	if (s->n == 0)
		return verr_set(err, V_EDOM, "no samples");
	for (size_t i = 0; i < s->n; i++)
		if (!isfinite(s->x[i]))
			return verr_set(
				err, V_EDOM, "sample %zu of %zu is not finite", i + 1, s->n);
	if (s->n >= 2 && !(s->n_eff >= 2 && s->n_eff <= (double)s->n))
		return verr_set(err, V_EDOM, "effective size %g of %zu samples is outside [2, n]",
			s->n_eff, s->n);
	return V_OK;
}

static enum vstatus
check_samples(const struct compare_sample *x, const struct compare_sample *y, struct verr *err)
{
	enum vstatus st = check_sample(x, err);

	return st == V_OK ? check_sample(y, err) : st;
}

/* ---- means ---- */

/* Where a sample lies, everything times 2^-exponent. */
struct location {
	int exponent;
	double mean;
	double rest; /* what rounding took from the mean */
	double se;   /* NaN for n < 2 */
	double df;
};

static double
largest(const struct compare_sample *s)
{
	return fmax(fabs(s->x[0]), fabs(s->x[s->n - 1]));
}

static int
exponent_of(double magnitude)
{
	int exponent;

	frexp(magnitude, &exponent);
	return exponent >= -SAFE_EXPONENT && exponent <= SAFE_EXPONENT ? 0 : exponent;
}

/* Mean of x - mean: a sum with its rounding errors added up beside it (Knuth's two-sum). */
static double
rest_of_mean(const double *x, size_t n, double mean)
{
	double sum = 0, errors = 0;

	for (size_t i = 0; i < n; i++) {
		double v = x[i] - mean, total = sum + v, seen = total - sum;

		errors += (sum - (total - seen)) + (v - seen);
		sum = total;
	}
	return (sum + errors) / (double)n;
}

/* The sample is checked. */
static void
locate(struct location *l, const struct compare_sample *s, int exponent)
{
	const double *x = s->x;
	double *copy = NULL, sd;

	if (exponent != 0) {
		copy = xmalloc(s->n * sizeof(*copy));
		for (size_t i = 0; i < s->n; i++)
			copy[i] = ldexp(s->x[i], -exponent);
		x = copy;
	}
	l->exponent = exponent;
	moments(&l->mean, &sd, x, s->n, NULL);
	l->rest = rest_of_mean(x, s->n, l->mean);
	l->se = sd / sqrt(s->n_eff);
	l->df = s->n_eff - 1;
	free(copy);
}

/* Degrees of freedom of a sum of two independent means with standard errors a and b, not both 0. */
static double
satterthwaite(double se_a, double df_a, double se_b, double df_b)
{
	double both = hypot(se_a, se_b);
	double share_a = (se_a / both) * (se_a / both), share_b = (se_b / both) * (se_b / both);

	return 1 / (share_a * share_a / df_a + share_b * share_b / df_b);
}

/* Can there be an error of the means? */
static enum vstatus
check_spread(const struct location *x, const struct location *y, struct verr *err)
{
	if (isnan(x->se) || isnan(y->se))
		return verr_set(
			err, V_EDOM, "n too small: comparing means takes 2 values on both sides");
	if (x->se == 0 && y->se == 0)
		return verr_set(err, V_EDOM,
			"neither side varies, so nothing tells how far the means can be trusted");
	return V_OK;
}

/* ---- ratio ---- */

static enum vstatus
unbounded(struct ratio *r, const struct location *x, const struct location *y, double a,
	struct verr *err)
{
	bool gap = fabs(x->mean) * y->se >= sqrt(-a) * x->se;

	r->set = gap ? RATIO_RAYS : RATIO_ALL;
	return verr_set(err, V_EDOM, "unbounded: the mean of the baseline may be 0, so %s",
		gap ? "the ratio may be as large as it likes in either direction"
		    : "any ratio fits");
}

/* The estimate is set; neither lower nor upper can be NaN. */
static enum vstatus
fieller(struct ratio *r, const struct location *x, const struct location *y, double level,
	struct verr *err)
{
	double ratio = x->mean / y->mean, scaled_se = fabs(ratio) * y->se;
	double t, a, c, p, half;
	int exponent = x->exponent - y->exponent;

	/* x all 0: no error of its own, and none that y could lend it. */
	r->df = x->se == 0 && scaled_se == 0 ? y->df
					     : satterthwaite(x->se, x->df, scaled_se, y->df);
	t = gsl_cdf_tdist_Qinv((1 - level) / 2, r->df);
	a = (y->mean - t * y->se) * (y->mean + t * y->se);
	if (!(a > 0))
		return unbounded(r, x, y, a, err);
	c = (x->mean - t * x->se) * (x->mean + t * x->se);
	p = x->mean * y->mean;
	half = t * hypot(x->mean * y->se, sqrt(a) * x->se);
	if (half == 0)
		r->lower = r->upper = 0; /* only when x is all 0 */
	else if (p >= 0) {
		r->lower = ldexp(c / (p + half), exponent);
		r->upper = ldexp((p + half) / a, exponent);
	} else {
		r->lower = ldexp((p - half) / a, exponent);
		r->upper = ldexp(c / (p - half), exponent);
	}
	if (!isfinite(r->lower) || !isfinite(r->upper)) {
		r->lower = r->upper = NAN;
		return verr_set(
			err, V_ELIMIT, "the interval of the ratio is wider than numbers go");
	}
	r->lower = fmin(r->lower, r->estimate);
	r->upper = fmax(r->upper, r->estimate);
	r->set = RATIO_INTERVAL;
	return V_OK;
}

static enum vstatus
ratio_of(struct ratio *r, const struct location *x, const struct location *y, double level,
	struct verr *err)
{
	enum vstatus st;

	if (!(level > 0 && level < 1))
		return verr_set(err, V_EDOM, "confidence level %g is outside (0, 1)", level);
	if (y->mean == 0)
		return verr_set(err, V_EDOM, "the mean of the baseline is 0, so no ratio");
	r->estimate = ldexp(x->mean / y->mean, x->exponent - y->exponent);
	if (!isfinite(r->estimate)) {
		r->estimate = NAN;
		return verr_set(err, V_ELIMIT, "the ratio is above the largest number");
	}
	st = check_spread(x, y, err);
	return st == V_OK ? fieller(r, x, y, level, err) : st;
}

enum vstatus
compare_ratio(struct ratio *r, const struct compare_sample *x, const struct compare_sample *y,
	double level, struct verr *err)
{
	struct location lx, ly;
	enum vstatus st = check_samples(x, y, err);

	*r = (struct ratio){NAN, NAN, NAN, NAN, RATIO_NONE};
	if (st != V_OK)
		return st;
	locate(&lx, x, exponent_of(largest(x)));
	locate(&ly, y, exponent_of(largest(y)));
	return ratio_of(r, &lx, &ly, level, err);
}

enum vstatus
compare_mean_of_interval(struct compare_mean *m, double mean, double half_width, double level,
	double n, struct verr *err)
{
	*m = (struct compare_mean){NAN, NAN, NAN};
	if (!isfinite(mean) || !isfinite(half_width) || half_width < 0)
		return verr_set(err, V_EDOM, "no interval");
	if (!(isfinite(n) && n >= 2))
		return verr_set(err, V_EDOM, "nothing says over how many values the interval is");
	if (!(level > 0 && level < 1))
		return verr_set(err, V_EDOM, "confidence level %g is outside (0, 1)", level);
	m->mean = mean;
	m->df = n - 1;
	m->se = half_width / gsl_cdf_tdist_Qinv((1 - level) / 2, m->df);
	return V_OK;
}

static struct location
location_of(const struct compare_mean *m)
{
	int exponent = exponent_of(fabs(m->mean));

	return (struct location){
		exponent, ldexp(m->mean, -exponent), 0, ldexp(m->se, -exponent), m->df};
}

enum vstatus
compare_ratio_of_means(struct ratio *r, const struct compare_mean *x, const struct compare_mean *y,
	double level, struct verr *err)
{
	struct location lx, ly;

	*r = (struct ratio){NAN, NAN, NAN, NAN, RATIO_NONE};
	if (!isfinite(x->mean) || !isfinite(y->mean))
		return verr_set(err, V_EDOM, "a mean is not finite");
	lx = location_of(x);
	ly = location_of(y);
	return ratio_of(r, &lx, &ly, level, err);
}

/* ---- Welch's test ---- */

enum vstatus
compare_welch(struct welch *w, const struct compare_sample *x, const struct compare_sample *y,
	struct verr *err)
{
	struct location lx, ly;
	double t, df;
	int exponent;
	enum vstatus st = check_samples(x, y, err);

	*w = (struct welch){NAN, NAN, {NAN, NAN}};
	if (st != V_OK)
		return st;
	exponent = exponent_of(fmax(largest(x), largest(y)));
	locate(&lx, x, exponent);
	locate(&ly, y, exponent);
	st = check_spread(&lx, &ly, err);
	if (st != V_OK)
		return st;
	t = ((lx.mean - ly.mean) + (lx.rest - ly.rest)) / hypot(lx.se, ly.se);
	df = satterthwaite(lx.se, lx.df, ly.se, ly.df);
	if (!isfinite(t))
		return verr_set(err, V_ELIMIT, "the means are further apart than numbers can tell");
	st = tail_t(&w->p, t, df, err);
	if (st == V_OK) {
		w->t = t;
		w->df = df;
	}
	return st;
}

/* ---- Hodges and Lehmann's shift ---- */

/* Differences x[row] - y[.], by rank from the smallest of the row. */
struct selection {
	const double *x;
	const double *y;
	size_t n;
	size_t m;
	uint32_t *from; /* candidates of each row: ranks [from, to) */
	uint32_t *to;
	uint32_t *below; /* of the pivot: how many of each row are < and <= */
	uint32_t *upto;
};

static double
difference(const struct selection *s, size_t row, size_t rank)
{
	return s->x[row] - s->y[s->m - 1 - rank];
}

/* The candidate of that number, counting through the rows. */
static double
candidate(const struct selection *s, uint64_t number)
{
	size_t row = 0;

	while (number >= s->to[row] - s->from[row]) {
		number -= s->to[row] - s->from[row];
		row++;
	}
	return difference(s, row, s->from[row] + (size_t)number);
}

/* Rows further down hold larger differences: the counts only fall, n + m steps each. */
static void
rank_pivot(struct selection *s, double pivot, uint64_t *n_below, uint64_t *n_upto)
{
	uint32_t below = (uint32_t)s->m, upto = (uint32_t)s->m;

	*n_below = *n_upto = 0;
	for (size_t row = 0; row < s->n; row++) {
		while (below > 0 && difference(s, row, below - 1) >= pivot)
			below--;
		while (upto > 0 && difference(s, row, upto - 1) > pivot)
			upto--;
		s->below[row] = below;
		s->upto[row] = upto;
		*n_below += below;
		*n_upto += upto;
	}
}

static void
swap(uint32_t **a, uint32_t **b)
{
	uint32_t *c = *a;

	*a = *b;
	*b = c;
}

/* The difference of rank k of all; *n_upto and s->upto tell how many are not above it. */
static double
select_difference(struct selection *s, uint64_t k, uint64_t *n_upto)
{
	uint64_t low = 0, high = (uint64_t)s->n * s->m;
	struct random random;

	random_init(&random, 0, 0);
	for (;;) {
		double pivot = candidate(s, random_below(&random, high - low));
		uint64_t n_below;

		rank_pivot(s, pivot, &n_below, n_upto);
		if (k < n_below) {
			swap(&s->to, &s->below);
			high = n_below;
		} else if (k >= *n_upto) {
			swap(&s->from, &s->upto);
			low = *n_upto;
		} else {
			return pivot;
		}
	}
}

/* The smallest difference above the one that was selected last; there is one. */
static double
next_difference(const struct selection *s)
{
	double smallest = INFINITY;

	for (size_t row = 0; row < s->n; row++)
		if (s->upto[row] < s->m)
			smallest = fmin(smallest, difference(s, row, s->upto[row]));
	return smallest;
}

static double
median_difference(struct selection *s)
{
	uint64_t count = (uint64_t)s->n * s->m, n_upto;
	double lower = select_difference(s, (count - 1) / 2, &n_upto), upper = lower, sum;

	if (n_upto <= count / 2)
		upper = next_difference(s);
	sum = lower + upper;
	return isfinite(sum) ? sum / 2 : lower / 2 + upper / 2;
}

enum vstatus
compare_shift(double *shift, const struct compare_sample *x, const struct compare_sample *y,
	struct verr *err)
{
	struct selection s = {.x = x->x, .y = y->x, .n = x->n, .m = y->n};
	uint32_t *ranks;
	double median;
	enum vstatus st = check_samples(x, y, err);

	*shift = NAN;
	if (st != V_OK)
		return st;
	if (s.n > SHIFT_VALUES_MAX || s.m > SHIFT_VALUES_MAX)
		return verr_set(err, V_ELIMIT, "more than %u values", (unsigned)SHIFT_VALUES_MAX);
	ranks = xcalloc(4 * s.n, sizeof(*ranks));
	s.from = ranks;
	s.to = ranks + s.n;
	s.below = ranks + 2 * s.n;
	s.upto = ranks + 3 * s.n;
	for (size_t row = 0; row < s.n; row++)
		s.to[row] = (uint32_t)s.m;
	median = median_difference(&s);
	free(ranks);
	if (!isfinite(median))
		return verr_set(err, V_ELIMIT, "the shift is above the largest number");
	*shift = median;
	return V_OK;
}

/* ---- ranks ---- */

struct pair_counts {
	uint64_t twice_u;       /* 2 for each pair with x > y, 1 for each with x = y */
	unsigned __int128 ties; /* sum of t^3 - t over groups of t equal values */
};

static size_t
run_length(const double *x, size_t n, double value)
{
	size_t length = 0;

	while (length < n && x[length] == value)
		length++;
	return length;
}

static struct pair_counts
count_pairs(const double *x, size_t n, const double *y, size_t m)
{
	struct pair_counts c = {0, 0};
	size_t i = 0, k = 0;

	while (i < n || k < m) {
		double value = k == m || (i < n && x[i] <= y[k]) ? x[i] : y[k];
		size_t n_x = run_length(x + i, n - i, value);
		size_t n_y = run_length(y + k, m - k, value);
		unsigned __int128 t = n_x + n_y;

		c.twice_u += (uint64_t)n_x * (2 * (uint64_t)k + n_y);
		c.ties += t * t * t - t;
		i += n_x;
		k += n_y;
	}
	return c;
}

/* P(U <= u) of n and m values without ties, both below COMPARE_EXACT_BELOW; u <= n m / 2. */
static double
lower_tail(size_t n, size_t m, size_t u)
{
	unsigned __int128 counts[COMPARE_EXACT_BELOW * COMPARE_EXACT_BELOW / 2 + 1] = {1};
	unsigned __int128 all = 1, tail = 0;

	for (size_t i = 1; i <= n; i++) {
		for (size_t k = u + 1; k-- > m + i;)
			counts[k] -= counts[k - (m + i)];
		for (size_t k = i; k <= u; k++)
			counts[k] += counts[k - i];
		all = all * (m + i) / i; /* C(m + i, i): always whole */
	}
	for (size_t k = 0; k <= u; k++)
		tail += counts[k];
	return (double)tail / (double)all;
}

/* Both samples small, no ties: pairs are won or lost as a whole. */
static struct pvalue
mann_whitney_exact(size_t n, size_t m, uint64_t twice_u)
{
	size_t u = (size_t)(twice_u / 2);
	double p = 2 * lower_tail(n, m, u <= n * m - u ? u : n * m - u);

	return p < 1 ? (struct pvalue){p, log10(p)} : (struct pvalue){1, 0};
}

static enum vstatus
mann_whitney_normal(
	struct pvalue *p, size_t n, size_t m, const struct pair_counts *c, struct verr *err)
{
	unsigned __int128 all = n + m, untied = all * all * all - all - c->ties;
	uint64_t pairs = (uint64_t)n * m;
	uint64_t distance = c->twice_u > pairs ? c->twice_u - pairs : pairs - c->twice_u;
	double variance;

	if (untied == 0)
		return verr_set(err, V_EDOM, "all values are equal, so no test of ranks");
	variance = (double)pairs * ((double)untied / (double)(12 * all * (all - 1)));
	/* The continuity correction: half a pair towards the centre. */
	return tail_normal(p, distance > 0 ? (double)(distance - 1) / 2 / sqrt(variance) : 0, err);
}

enum vstatus
compare_ranks(struct rank_comparison *r, const struct compare_sample *x,
	const struct compare_sample *y, struct verr *err)
{
	struct pair_counts c;
	double pairs;
	enum vstatus st = check_samples(x, y, err);

	*r = (struct rank_comparison){NAN, NAN, {NAN, NAN}, false};
	if (st != V_OK)
		return st;
	if (x->n > RANKS_VALUES_MAX || y->n > RANKS_VALUES_MAX)
		return verr_set(err, V_ELIMIT, "more than %zu values", RANKS_VALUES_MAX);
	c = count_pairs(x->x, x->n, y->x, y->n);
	pairs = (double)((uint64_t)x->n * y->n);
	r->u = (double)c.twice_u / 2;
	r->cliffs_delta = (double)((int64_t)c.twice_u - (int64_t)(x->n * y->n)) / pairs;
	r->exact = c.ties == 0 && x->n < COMPARE_EXACT_BELOW && y->n < COMPARE_EXACT_BELOW;
	if (!r->exact)
		return mann_whitney_normal(&r->p, x->n, y->n, &c, err);
	r->p = mann_whitney_exact(x->n, y->n, c.twice_u);
	return V_OK;
}
