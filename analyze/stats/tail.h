#ifndef VANTAGE_STATS_TAIL_H
#define VANTAGE_STATS_TAIL_H
/*
 * tail - two-sided p-values of the normal and of Student's distribution, far into the tail.
 */
#include "core/err.h"

struct pvalue {
	double p;       /* 0 where it is below the smallest double; log10_p is set all the same */
	double log10_p; /* at most 0; both NaN where there is no p-value */
};

/* pvalue_of_log - from the natural logarithm of a probability; a logarithm above 0 counts as 0. */
struct pvalue pvalue_of_log(double ln_p);

/*
 * tail_normal - P(|Z| >= |z|) of a standard normal Z.
 *   V_EDOM (both NaN) for a z that is not finite, V_ELIMIT when |z| is above 10^150.
 *   Relative error of p below 1e-12 down to p = 1e-300.
 */
enum vstatus tail_normal(struct pvalue *p, double z, struct verr *err);

/*
 * tail_t - P(|T| >= |t|) of Student's T with df degrees of freedom, which need not be whole.
 *   V_EDOM (both NaN) for a t that is not finite or a df that is below 1 or not finite.
 *   Relative error of p below 1e-12 down to p = 1e-300.
 */
enum vstatus tail_t(struct pvalue *p, double t, double df, struct verr *err);

#endif
