/*
 * series - preparing and pooling; see series.h.
 */
#include "analyze/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/stats/describe.h"
#include "analyze/stats/spread.h"
#include "core/alloc.h"

/* Sorts s->x; what it began with is compared with the rest. */
static void
sort_and_compare_opening(struct series *s)
{
	size_t k = (size_t)(SERIES_OPENING * (double)s->n);
	double *opening;

	s->opening_delta = NAN;
	if (k < SERIES_OPENING_MIN) {
		sort_f64(s->x, s->n);
		return;
	}
	opening = xmalloc(k * sizeof *opening);
	memcpy(opening, s->x, k * sizeof *opening);
	sort_f64(opening, k);
	sort_f64(s->x, s->n);
	s->opening_delta = opening_delta(opening, k, s->x, s->n);
	free(opening);
}

void
series_prepare(struct series *s)
{
	if (s->prepared)
		return;
	moments_in_order(&s->mean, &s->sd, &s->n_effective, s->x, s->n, NULL);
	sort_and_compare_opening(s);
	if (s->unordered) {
		s->n_effective = (double)s->n;
		s->opening_delta = NAN;
	}
	if (quant_type7(&s->median, s->x, s->n, 0.5, NULL) != V_OK)
		s->median = NAN;
	s->prepared = true;
}

void
series_release(struct series *s)
{
	free(s->x);
	s->x = NULL;
	s->n = 0;
}

/* a := a merged with b; both freed, both ascending. */
static double *
merge(double *a, size_t n_a, double *b, size_t n_b)
{
	double *out = xmalloc((n_a + n_b + 1) * sizeof *out);
	size_t i = 0, j = 0, k = 0;

	while (i < n_a && j < n_b) {
		bool second = b[j] < a[i];

		out[k++] = second ? b[j] : a[i];
		j += second;
		i += !second;
	}
	memcpy(out + k, a + i, (n_a - i) * sizeof *out);
	k += n_a - i;
	memcpy(out + k, b + j, (n_b - j) * sizeof *out);
	free(a);
	free(b);
	return out;
}

/* Merge pairwise, halving the number of arrays each time: n log(arrays) in all. */
void
series_pool(double **x, size_t *n_x, struct series *const *series, size_t n)
{
	double **parts = xcalloc(n + 1, sizeof *parts);
	size_t *sizes = xcalloc(n + 1, sizeof *sizes);

	for (size_t i = 0; i < n; i++) {
		parts[i] = series[i]->x;
		sizes[i] = series[i]->n;
		series[i]->x = NULL;
	}
	for (; n > 1; n = (n + 1) / 2) {
		for (size_t i = 0; i < n / 2; i++) {
			parts[i] = merge(
				parts[2 * i], sizes[2 * i], parts[2 * i + 1], sizes[2 * i + 1]);
			sizes[i] = sizes[2 * i] + sizes[2 * i + 1];
		}
		if (n % 2) {
			parts[n / 2] = parts[n - 1];
			sizes[n / 2] = sizes[n - 1];
		}
	}
	*x = parts[0];
	*n_x = sizes[0];
	free(parts);
	free(sizes);
}
