/*
 * pointpairs - see pointpairs.h.
 */
#include "analyze/pointpairs.h"

#include <string.h>

static bool
same_point(const struct observation *a, const struct observation *b)
{
	return !strcmp(a->point, b->point);
}

/* Do a < b belong to neighbouring points?  Several outputs of tools are one point, app. */
static bool
neighbours(const struct observation *o, size_t a, size_t b)
{
	for (size_t i = a + 1; i < b; i++)
		if (!same_point(&o[i], &o[a]) && !same_point(&o[i], &o[b]))
			return false;
	return !same_point(&o[a], &o[b]);
}

static bool
ends(const struct observation *o, size_t n, size_t a, size_t b)
{
	return same_point(&o[a], &o[0]) && same_point(&o[b], &o[n - 1]) &&
		!same_point(&o[a], &o[b]);
}

static void
pairs_of_run(const struct study *s, const struct study_run *sr, const char *inner,
	const char *outer, pointpairs_fn *take, void *ctx)
{
	struct observation *o = s->observations + sr->first;
	size_t n = sr->n_observations;

	for (; n && o->is_load; n--) /* they come first, and time nothing that a pair shares */
		o++;
	for (size_t a = 0; a < n; a++) {
		for (size_t b = a + 1; b < n; b++) {
			bool asked =
				inner && !strcmp(o[a].point, inner) && !strcmp(o[b].point, outer);
			bool usual = !inner && (neighbours(o, a, b) || ends(o, n, a, b));

			if (asked || usual)
				take(ctx, sr, &o[a], &o[b]);
		}
	}
}

void
pointpairs_each(
	const struct study *s, const char *inner, const char *outer, pointpairs_fn *take, void *ctx)
{
	for (size_t i = 0; i < s->n_runs; i++)
		pairs_of_run(s, &s->runs[i], inner, outer, take, ctx);
}

enum pointpairs_clock
pointpairs_clock(const struct observation *inner, const struct observation *outer)
{
	if (!inner->capture || !outer->capture)
		return CLOCK_NONE;
	if (!inner->capture->host || !outer->capture->host)
		return CLOCK_UNSTATED;
	return strcmp(inner->capture->host, outer->capture->host) ? CLOCK_NONE : CLOCK_ONE;
}
