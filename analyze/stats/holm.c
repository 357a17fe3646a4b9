/*
 * holm - step-down adjustment of p-values and of their logarithms; see holm.h.
 */
#include "analyze/stats/holm.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "core/alloc.h"

struct test {
	double p; /* or its logarithm */
	size_t index;
};

static int
by_p(const void *a, const void *b)
{
	const struct test *x = a, *y = b;

	if (x->p != y->p)
		return x->p < y->p ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

/* The tests that were made, ascending; heap. */
static struct test *
sorted_tests(size_t *m, const double *p, size_t n)
{
	struct test *tests = xcalloc(n + 1, sizeof *tests);

	*m = 0;
	for (size_t i = 0; i < n; i++)
		if (!isnan(p[i]))
			tests[(*m)++] = (struct test){p[i], i};
	qsort(tests, *m, sizeof *tests, by_p);
	return tests;
}

static double
times(double p, double factor)
{
	assert(p >= 0 && p <= 1);
	return fmin(p * factor, 1);
}

static double
times_log10(double log10_p, double factor)
{
	assert(log10_p <= 0);
	return fmin(log10_p + log10(factor), 0);
}

static void
step_down(double *adjusted, const double *p, size_t n, double (*multiply)(double p, double factor))
{
	size_t m;
	struct test *tests = sorted_tests(&m, p, n);
	double largest = -INFINITY;

	for (size_t i = 0; i < n; i++)
		adjusted[i] = NAN;
	for (size_t k = 0; k < m; k++) {
		largest = fmax(largest, multiply(tests[k].p, (double)(m - k)));
		adjusted[tests[k].index] = largest;
	}
	free(tests);
}

void
holm_adjust(double *adjusted, const double *p, size_t n)
{
	step_down(adjusted, p, n, times);
}

void
holm_adjust_log10(double *adjusted, const double *log10_p, size_t n)
{
	step_down(adjusted, log10_p, n, times_log10);
}
