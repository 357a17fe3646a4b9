/*
 * interval - Student's t for means, binomial order statistics for quantiles.
 *
 * Mean: mean -+ t(1 - alpha/2; n - 1) sd / sqrt(n).  The samples must be independent (runs, not
 * the probes inside a run); for one correlated series the caller passes an effective size.
 *
 * Quantile: the number of samples not above the p-quantile is Bin(n, p), whatever the
 * distribution, so order statistics bound the quantile with a known probability (David &
 * Nagaraja, Order Statistics, section 7.1).  Each side gets at most alpha/2, and the ranks are
 * the innermost that keep to it; no interpolation between ranks, which would be shorter but no
 * longer exact.  Ties only make the interval cover more.
 *
 * The ranks are searched from where a normal distribution would put them.  The correction for
 * skewness is (z^2 - 1)(1 - 2p)/6 ranks whatever n, so a few steps suffice: 14 at most over
 * n = 6 .. 10^9, p = 10^-6 .. 1 - 10^-6, levels to 1 - 10^-12.  The upper rank is the lower rank
 * of the mirrored problem, n - Bin(n, p) being Bin(n, 1 - p).
 *
 * Limits: GSL's binomial distribution is a continued fraction of at most 512 terms, which do not
 * suffice next to the centre of a very wide distribution; that is reported, never guessed.  Its
 * error there and elsewhere (2e-9 relative at n = 10^6 against R's pbinom) is below the step of
 * the distribution from one rank to the next, about 10^-3 relative at n = 10^7.  Its t quantile
 * agrees with R's to 1e-12 for alpha/2 from 5e-4 to 0.4999; with 1 degree of freedom and
 * alpha/2 = 10^-9 it is 5e-8 off.
 */
#include "analyze/stats/interval.h"

#include <gsl/gsl_cdf.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>

#include "analyze/stats/describe.h"
#include "analyze/stats/quantile.h"

/*
 * A tail probability that equals alpha/2 keeps to it: the median of 2 samples at level 0.5 has an
 * interval.  GSL's last digits may be high (3e-15 at n = 5), so equality is taken this wide.
 */
#define TAIL_SLACK 1e-12

static enum vstatus
level_check(double level, struct verr *err)
{
	if (level > 0 && level < 1)
		return V_OK;
	return verr_set(err, V_EDOM, "confidence level %g is outside (0, 1)", level);
}

enum vstatus
interval_t(struct interval *ci, const double *x, size_t n, double level, struct verr *err)
{
	return interval_t_effective(ci, x, n, (double)n, level, err);
}

enum vstatus
interval_t_moments(struct interval *ci, double mean, double sd, size_t n, double n_eff,
	double level, struct verr *err)
{
	double half;
	enum vstatus st = level_check(level, err);

	*ci = (struct interval){mean, NAN, NAN};
	if (st != V_OK) {
		ci->estimate = NAN;
		return st;
	}
	if (n < 2)
		return verr_set(err, V_EDOM, "n too small: an interval of a mean takes 2 samples");
	if (!(n_eff > 1 && n_eff <= (double)n))
		return verr_set(err, V_EDOM, "effective size %g of %zu samples is outside (1, n]",
			n_eff, n);
	half = gsl_cdf_tdist_Qinv((1 - level) / 2, n_eff - 1) * (sd / sqrt(n_eff));
	if (!isfinite(mean - half) || !isfinite(mean + half))
		return verr_set(
			err, V_ELIMIT, "the interval around %g is wider than numbers go", mean);
	ci->lower = mean - half;
	ci->upper = mean + half;
	return V_OK;
}

enum vstatus
interval_t_effective(struct interval *ci, const double *x, size_t n, double n_eff, double level,
	struct verr *err)
{
	double mean, sd;
	enum vstatus st;

	*ci = (struct interval){NAN, NAN, NAN};
	st = level_check(level, err);
	if (st == V_OK)
		st = moments(&mean, &sd, x, n, err);
	if (st != V_OK) {
		if (st == V_ELIMIT)
			ci->estimate = mean;
		return st;
	}
	return interval_t_moments(ci, mean, sd, n, n_eff, level, err);
}

/* P(Bin(n, p) < rank); NaN where GSL's series does not converge. */
static double
below(unsigned rank, double p, unsigned n)
{
	return rank == 0 ? 0 : gsl_cdf_binomial_P(rank - 1, p, n);
}

/*
 * The largest rank in 0..n with P(Bin(n, p) < rank) <= tail; 0 means that there is none.
 * False if a probability that decides it cannot be computed.
 */
static bool
lower_rank(unsigned *rank, unsigned n, double p, double tail)
{
	double mean = n * p;
	double start = mean - gsl_cdf_ugaussian_Qinv(tail) * sqrt(mean * (1 - p));
	unsigned l = (unsigned)fmin(fmax(start, 0), n);

	while (l > 0 && below(l, p, n) > tail)
		l--;
	while (l < n && below(l + 1, p, n) <= tail)
		l++;
	*rank = l;
	/* Stated so that a NaN, false in every comparison, fails it. */
	return below(l, p, n) <= tail && (l == n || below(l + 1, p, n) > tail);
}

static enum vstatus
too_small(size_t n, double p, double level, struct verr *err)
{
	/* Both p^n and (1-p)^n must be within the tail; the larger of the two decides. */
	double needed = ceil(log((1 - level) / 2) / log(fmax(p, 1 - p)));

	if (p <= 0 || p >= 1)
		return verr_set(err, V_EDOM,
			"no sample bounds the end of a distribution (the "
			"quantile at %g)",
			p);
	return verr_set(err, V_EDOM,
		"n too small: %zu samples, while an interval of the quantile "
		"at %g takes %.0f at level %g",
		n, p, needed, level);
}

enum vstatus
interval_quantile(
	struct interval *ci, const double *x, size_t n, double p, double level, struct verr *err)
{
	unsigned from_bottom, from_top;
	double tail = (1 - level) / 2 * (1 + TAIL_SLACK);
	enum vstatus st;

	*ci = (struct interval){NAN, NAN, NAN};
	st = level_check(level, err);
	if (st == V_OK)
		st = quant_type7(&ci->estimate, x, n, p, err);
	if (st != V_OK)
		return st;
	if (n > UINT_MAX)
		return verr_set(err, V_ELIMIT, "%zu samples, at most %u are handled", n, UINT_MAX);
	/* The mirrored rank counts from the largest sample downwards. */
	if (!lower_rank(&from_bottom, (unsigned)n, p, tail) ||
		!lower_rank(&from_top, (unsigned)n, 1 - p, tail))
		return verr_set(err, V_ELIMIT,
			"level %g is too low for an interval of the quantile "
			"at %g from %zu samples",
			level, p, n);
	if (from_bottom == 0 || from_top == 0)
		return too_small(n, p, level, err);
	ci->lower = x[from_bottom - 1];
	ci->upper = x[n - from_top];
	return V_OK;
}
