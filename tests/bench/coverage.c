/*
 * coverage - how often the intervals of analyze/stats hold the truth, by simulation.
 *
 *   coverage SAMPLES [SEED]
 *
 * Draws SAMPLES samples from distributions whose mean, median or ratio of means is known, takes
 * the 95 % interval of each, and counts.  CSV on standard output, a row for each interval,
 * distribution and size: samples without an interval, the share of the others that hold the truth,
 * and of those that do not, how many lie wholly above it.  tests/oracle/coverage.py does the same
 * with NumPy and SciPy alone, and sets both side by side.
 *
 * Normal 10 + 2 z; log-normal exp(z), mean e^0.5; Pareto from 1 on with shape 1.5: mean 3, no
 * variance; autoregressive x_i = 0.6 x_(i-1) + z_i, mean 0, begun in its stationary state.
 */
#include <err.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "analyze/stats/boot.h"
#include "analyze/stats/compare.h"
#include "analyze/stats/describe.h"
#include "analyze/stats/interval.h"
#include "analyze/stats/random.h"
#include "analyze/stats/sort.h"
#include "core/alloc.h"

#define LEVEL 0.95
#define RESAMPLES 999
#define BOOT_SHARE 20 /* a bootstrap costs a thousand times an interval: one in so many samples */
#define SAMPLES_MAX 10000000

/* ---- distributions ---- */

static double
uniform(struct random *r)
{
	return ((double)random_below(r, UINT64_C(1) << 53) + 0.5) * 0x1p-53;
}

static double
gaussian(struct random *r)
{
	return gsl_cdf_ugaussian_Pinv(uniform(r));
}

static void
draw_normal(double *x, size_t n, struct random *r)
{
	for (size_t i = 0; i < n; i++)
		x[i] = 10 + 2 * gaussian(r);
}

static void
draw_lognormal(double *x, size_t n, struct random *r)
{
	for (size_t i = 0; i < n; i++)
		x[i] = exp(gaussian(r));
}

static void
draw_pareto(double *x, size_t n, struct random *r)
{
	for (size_t i = 0; i < n; i++)
		x[i] = pow(uniform(r), -1 / 1.5);
}

static void
draw_series(double *x, size_t n, struct random *r)
{
	double v = gaussian(r) / sqrt(1 - 0.6 * 0.6);

	for (size_t i = 0; i < n; i++) {
		x[i] = v;
		v = 0.6 * v + gaussian(r);
	}
}

static const struct distribution {
	const char *name;
	void (*draw)(double *x, size_t n, struct random *r);
	double mean;
	double median;
	double quantile90;
} distributions[] = {
	/* the quantiles: 10 + 2 z, exp(z) and (1 - p)^(-1/1.5) at z = 1.2815515655446004 */
	{"normal", draw_normal, 10, 10, 12.563103131089201},
	{"log-normal", draw_lognormal, 1.6487212707001282, 1, 3.6022244792791568},
	{"Pareto 1.5", draw_pareto, 3, 1.5874010519681994, 4.6415888336127784},
	{"AR(1) 0.6", draw_series, 0, 0, 0},
};

enum { NORMAL, LOGNORMAL, PARETO, SERIES };

/* ---- intervals: false where there is none ---- */

static bool
take_t(struct interval *ci, double *x, size_t n, struct random *r)
{
	(void)r;
	return interval_t(ci, x, n, LEVEL, NULL) == V_OK;
}

static bool
take_t_effective(struct interval *ci, double *x, size_t n, struct random *r)
{
	double mean, sd, n_eff;

	(void)r;
	return moments_in_order(&mean, &sd, &n_eff, x, n, NULL) == V_OK &&
		interval_t_moments(ci, mean, sd, n, n_eff, LEVEL, NULL) == V_OK;
}

static bool
take_median(struct interval *ci, double *x, size_t n, struct random *r)
{
	(void)r;
	sort_f64(x, n);
	return interval_quantile(ci, x, n, 0.5, LEVEL, NULL) == V_OK;
}

static bool
take_quantile90(struct interval *ci, double *x, size_t n, struct random *r)
{
	(void)r;
	sort_f64(x, n);
	return interval_quantile(ci, x, n, 0.9, LEVEL, NULL) == V_OK;
}

static bool
take_boot(struct interval *ci, double *x, size_t n, struct random *r,
	const struct boot_statistic *statistic)
{
	static double t[RESAMPLES];

	sort_f64(x, n);
	boot_resample(t, 0, RESAMPLES, statistic, x, n, random_below(r, UINT64_MAX));
	return boot_interval(ci, statistic, x, n, t, RESAMPLES, LEVEL, NULL) == V_OK;
}

static bool
take_bca_mean(struct interval *ci, double *x, size_t n, struct random *r)
{
	return take_boot(ci, x, n, r, &boot_mean);
}

static bool
take_bca_median(struct interval *ci, double *x, size_t n, struct random *r)
{
	return take_boot(ci, x, n, r, &boot_median);
}

/* The sample's halves: both of the same distribution, so the ratio of their means is 1. */
static bool
take_ratio(struct interval *ci, double *x, size_t n, struct random *r)
{
	struct compare_sample a = {x, n / 2, (double)(n / 2)};
	struct compare_sample b = {x + n / 2, n / 2, (double)(n / 2)};
	struct ratio ratio;

	(void)r;
	sort_f64(x, n / 2);
	sort_f64(x + n / 2, n / 2);
	if (compare_ratio(&ratio, &a, &b, LEVEL, NULL) != V_OK)
		return false;
	*ci = (struct interval){ratio.estimate, ratio.lower, ratio.upper};
	return true;
}

enum truth { OF_MEAN, OF_MEDIAN, OF_QUANTILE90, OF_RATIO };

static const struct method {
	const char *name;
	bool (*take)(struct interval *ci, double *x, size_t n, struct random *r);
	enum truth truth;
	bool slow;
	int distributions[4]; /* -1 ends */
	size_t sizes[5];      /* 0 ends */
} methods[] = {
	{"t of the mean", take_t, OF_MEAN, false, {NORMAL, LOGNORMAL, PARETO, -1}, {3, 10, 30, 100}},
	{"t of the mean", take_t, OF_MEAN, false, {SERIES, -1}, {100, 1000}},
	{"t of the mean with effective n", take_t_effective, OF_MEAN, false, {SERIES, -1},
		{20, 100, 1000}},
	{"order statistics of the median", take_median, OF_MEDIAN, false,
		{NORMAL, LOGNORMAL, PARETO, -1}, {5, 6, 10, 30}},
	{"order statistics of the 90 % quantile", take_quantile90, OF_QUANTILE90, false,
		{LOGNORMAL, PARETO, -1}, {30, 36, 100}},
	{"BCa of the mean", take_bca_mean, OF_MEAN, true, {NORMAL, LOGNORMAL, PARETO, -1},
		{10, 30}},
	{"BCa of the median", take_bca_median, OF_MEDIAN, true, {NORMAL, LOGNORMAL, -1}, {10, 30}},
	{"Fieller of the ratio", take_ratio, OF_RATIO, false, {NORMAL, LOGNORMAL, PARETO, -1},
		{20, 60}},
};

static double
truth_of(const struct distribution *d, enum truth truth)
{
	switch (truth) {
	case OF_MEAN:
		return d->mean;
	case OF_MEDIAN:
		return d->median;
	case OF_QUANTILE90:
		return d->quantile90;
	case OF_RATIO:
		break;
	}
	return 1;
}

static void
simulate(const struct method *m, const struct distribution *d, size_t n, size_t n_samples,
	uint64_t seed)
{
	double *x = xmalloc(n * sizeof *x), truth = truth_of(d, m->truth);
	size_t none = 0, hold = 0, above = 0;
	static uint64_t stream; /* a new one for each row */
	struct random r;

	random_init(&r, seed, stream++);
	for (size_t i = 0; i < n_samples; i++) {
		struct interval ci;

		d->draw(x, n, &r);
		if (!m->take(&ci, x, n, &r)) {
			none++;
			continue;
		}
		hold += ci.lower <= truth && truth <= ci.upper;
		above += ci.lower > truth;
	}
	printf("%s,%s,%zu,%zu,%zu,%zu,%zu\n", m->name, d->name, n, n_samples, none, hold, above);
	fflush(stdout);
	free(x);
}

int
main(int argc, char **argv)
{
	size_t n_samples = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;

	if (!n_samples || n_samples > SAMPLES_MAX || argc > 3)
		errx(2, "usage: coverage SAMPLES [SEED], at most %d samples", SAMPLES_MAX);
	stats_init();
	puts("interval,distribution,n,samples,none,hold,above");
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
		const struct method *m = &methods[i];
		size_t take = m->slow ? n_samples / BOOT_SHARE + 1 : n_samples;

		for (size_t k = 0; k < 4 && m->distributions[k] >= 0; k++)
			for (size_t s = 0; m->sizes[s]; s++)
				simulate(m, &distributions[m->distributions[k]], m->sizes[s], take,
					seed);
	}
	return 0;
}
