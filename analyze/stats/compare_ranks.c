/*
 * compare_ranks - Cliff's delta and the test of Mann and Whitney; compare.h has the definitions.
 *
 * The exact Mann-Whitney distribution counts with integers: the number of arrangements with U = u
 * is the coefficient of q^u in the Gaussian binomial coefficient of n + m over n, a product of
 * (1 - q^(m+i)) / (1 - q^i), i = 1 .. n, multiplied out in place.  The counts go up to
 * C(98, 49) = 2.5e28 and are exact in 128 bits.  The variance of the normal approximation is an
 * integer too, up to its last division: n m (N^3 - N - sum(t^3 - t)) / (12 N (N - 1)), N = n + m,
 * t the sizes of the groups of equal values.
 */
#include <math.h>
#include <stdint.h>

#include "analyze/stats/compare_int.h"
#include "core/alloc.h"

#define RANKS_VALUES_MAX ((size_t)1 << 31)

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
	enum vstatus st = compare_check(x, y, err);

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
