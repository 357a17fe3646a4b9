/*
 * usage_window - means and peaks of a metric over stretches of time: see usage.h.
 *
 * Inside a step the metric is taken as constant, since nothing more is known.  Then the integrals
 * of numerator and denominator are piecewise linear in time, and the mean over a sliding window
 * has its maximum where the window begins or ends at a row: between two such places it is a
 * quotient of two linear functions, which is monotone.  So two passes over the rows find the exact
 * maximum.
 */
#include <math.h>
#include <stdlib.h>

#include "analyze/usage.h"
#include "core/tstamp.h"

/* How much of the step lies in the span, 0 to 1. */
static double
share_in(const struct usage_step *s, const struct usage_span *span)
{
	int64_t from = s->from_ns > span->from_ns ? s->from_ns : span->from_ns;
	int64_t to = s->to_ns < span->to_ns ? s->to_ns : span->to_ns;

	if (to <= from)
		return 0;
	return (double)tstamp_diff(to, from) / (double)tstamp_diff(s->to_ns, s->from_ns);
}

/* The first span that ends behind t_ns. */
static size_t
first_span(const struct usage_spans *spans, int64_t t_ns)
{
	size_t low = 0, high = spans->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (spans->items[mid].to_ns > t_ns)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

static double
covered(const struct usage_spans *spans, const struct usage_step *s)
{
	double share = 0;

	if (!spans->items)
		return 1;
	for (size_t i = first_span(spans, s->from_ns);
		i < spans->n && spans->items[i].from_ns < s->to_ns; i++)
		share += share_in(s, &spans->items[i]);
	return share;
}

bool
usage_covers(const struct usage_spans *spans, const struct usage_step *step)
{
	return covered(spans, step) > 0;
}

double
usage_mean(const struct usage *u, const struct usage_spans *spans)
{
	double num = 0, den = 0;

	for (size_t i = 0; i < u->n; i++) {
		double share = covered(spans, &u->steps[i]);

		num += share * u->steps[i].num;
		den += share * u->steps[i].den;
	}
	return den > 0 ? num / den : NAN;
}

/* ---- the peak ---- */

/* A stretch without gaps, as integrals up to each of its rows. */
struct stretch {
	double *t, *num, *den; /* of n + 1 rows; t from the stretch's begin, ns */
	size_t n;
};

/* The integral at t, which lies between row k and row k + 1. */
static double
at(const struct stretch *s, const double *integral, size_t k, double t)
{
	double width = s->t[k + 1] - s->t[k];

	return integral[k] + (integral[k + 1] - integral[k]) * (t - s->t[k]) / width;
}

static double
mean_between(const struct stretch *s, size_t a, double from, size_t b, double to)
{
	double num = at(s, s->num, b, to) - at(s, s->num, a, from);
	double den = at(s, s->den, b, to) - at(s, s->den, a, from);

	return den > 0 ? num / den : NAN;
}

static double
larger(double a, double b)
{
	return isnan(a) || b > a ? b : a;
}

/* Windows that begin at a row, and those that end at one. */
static double
stretch_peak(const struct stretch *s, double window)
{
	double peak = NAN, length = s->t[s->n];
	size_t a = 0, b = 0;

	for (size_t k = 0; k < s->n && s->t[k] + window <= length; k++) {
		while (b + 1 < s->n && s->t[b + 1] < s->t[k] + window)
			b++;
		peak = larger(peak, mean_between(s, k, s->t[k], b, s->t[k] + window));
	}
	for (size_t k = 1; k <= s->n; k++) {
		if (s->t[k] < window)
			continue;
		while (a + 1 < s->n && s->t[a + 1] <= s->t[k] - window)
			a++;
		peak = larger(peak, mean_between(s, a, s->t[k] - window, k - 1, s->t[k]));
	}
	return peak;
}

/* Appends the part of the step that lies in the hull; false when none does. */
static bool
append(struct stretch *s, int64_t *end_ns, const struct usage_step *step,
	const struct usage_span *hull)
{
	double share = share_in(step, hull);
	int64_t from = step->from_ns > hull->from_ns ? step->from_ns : hull->from_ns;
	int64_t to = step->to_ns < hull->to_ns ? step->to_ns : hull->to_ns;

	if (!(share > 0))
		return false;
	if (!s->n || from != *end_ns) {
		s->n = 0;
		s->t[0] = s->num[0] = s->den[0] = 0;
	}
	s->t[s->n + 1] = s->t[s->n] + (double)tstamp_diff(to, from);
	s->num[s->n + 1] = s->num[s->n] + share * step->num;
	s->den[s->n + 1] = s->den[s->n] + share * step->den;
	s->n++;
	*end_ns = to;
	return true;
}

double
usage_peak(const struct usage *u, int64_t window_ns, const struct usage_spans *spans)
{
	struct usage_span hull = {INT64_MIN, INT64_MAX};
	double *room = xmalloc(3 * (u->n + 1) * sizeof *room), peak = NAN;
	struct stretch s = {room, room + u->n + 1, room + 2 * (u->n + 1), 0};
	int64_t end_ns = INT64_MIN;

	if (spans->items)
		hull = spans->n ? (struct usage_span){spans->items[0].from_ns,
					  spans->items[spans->n - 1].to_ns}
				: (struct usage_span){0, 0};
	for (size_t i = 0; i < u->n; i++) {
		bool more = i + 1 < u->n && u->steps[i + 1].from_ns == u->steps[i].to_ns;

		if (!append(&s, &end_ns, &u->steps[i], &hull))
			continue;
		if (more && u->steps[i].to_ns < hull.to_ns)
			continue;
		peak = larger(peak, stretch_peak(&s, (double)window_ns));
		s.n = 0;
	}
	free(room);
	return peak;
}
