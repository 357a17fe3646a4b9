/*
 * summarize_notes - what a reader must know of the rows that summarize.c made; see summarize_int.h.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "analyze/summarize_int.h"

static void
note_interval_basis(struct analysis *a, size_t n_single, size_t n_cells)
{
	if (n_single == n_cells)
		analysis_note(a,
			"Every cell holds a single run: intervals are over its probes, with the "
			"effective sample size for their correlation, and say nothing about how "
			"runs differ.");
	else if (n_single)
		analysis_note(a,
			"%zu of %zu cells hold a single run: their intervals are over its "
			"probes; the others are over runs.",
			n_single, n_cells);
}

static void
note_unordered(struct analysis *a, size_t n)
{
	if (n)
		analysis_note(a,
			"In %zu cells the samples do not stand in order of time (ab -g sorts "
			"them): their intervals take them as independent.",
			n);
}

static void
note_excluded(struct analysis *a, uint64_t excluded)
{
	if (excluded)
		analysis_note(a,
			"%" PRIu64 " samples are left out for their flags (ambiguous, negative "
			"or corrupt; --keep FLAG includes them).",
			excluded);
}

static void
note_bootstrap(struct analysis *a, const struct summarize_params *p)
{
	if (!p->n_resamples)
		return;
	json_add_i64(a->parameters, "bootstrap", (int64_t)p->n_resamples);
	json_add_i64(a->parameters, "seed", (int64_t)p->seed);
	analysis_note(a,
		"BCa bootstrap: %zu resamples, seed %" PRIu64
		".  It is too narrow over probes, which "
		"it takes as independent, and over a handful of runs.",
		p->n_resamples, p->seed);
}

/* Ties and quantiles are then those of a clock or a printed digit. */
static void
note_grid(struct analysis *a, const struct cell_tally *t, size_t n_cells)
{
	if (t->n_coarse)
		analysis_note(a,
			"In %zu of %zu cells values come in steps of more than %g %% of their "
			"median (at most %g %s): quantiles are no finer.",
			t->n_coarse, n_cells, 100 * STEP_SHARE, t->step, table_unit(a->metric));
}

static void
note_openings(struct analysis *a, const struct cell_tally *t)
{
	if (t->n_openings)
		analysis_note(a,
			"Runs that begin differently, perhaps warming up: %zu (the first %g %% of "
			"the samples against the rest: Cliff's delta beyond %g, at most %.2f).  "
			"Nothing is left out for it.",
			t->n_openings, 100 * SERIES_OPENING, OPENING_DELTA, t->opening);
}

/* The sum of a column over all rows, 0 if there is none. */
static int64_t
count_of(const struct table *t, const char *name)
{
	size_t column = table_find(t, name);
	int64_t n = 0;

	for (size_t row = 0; column != SIZE_MAX && row < t->n_rows; row++)
		n += table_int(t, column, row);
	return n;
}

void
summarize_note_counts(struct analysis *a, const struct measures *m)
{
	struct table *t = &a->rows;
	size_t resolution = table_find(t, "resolution_ns");
	int64_t n_dropped = count_of(t, "points_with_drops"), worst_ns = 0;

	for (size_t row = 0; row < t->n_rows; row++) {
		if (resolution != SIZE_MAX && table_int(t, resolution, row) > worst_ns)
			worst_ns = table_int(t, resolution, row);
	}
	if (count_of(t, "clock_assumed"))
		analysis_note(a,
			"The runs do not say that both points stamp packets with one clock: it is "
			"assumed.");
	if (m->asked && m->n_silent)
		analysis_note(a, "%zu of %zu captures hold no %s and have no row.", m->n_silent,
			m->n_asked, m->asked);
	if (n_dropped)
		analysis_note(
			a, "Packets were dropped while capturing: loss is an upper bound there.");
	if (worst_ns)
		analysis_note(a, "The point app is what ping printed, in steps of up to %g µs.",
			(double)worst_ns / 1e3);
}

void
summarize_conclude(struct results *r, size_t first, const struct summarize_params *p,
	const struct cell_tally *tally, size_t n_cells)
{
	for (size_t i = first; i < r->n_analyses; i++) {
		struct analysis *a = &r->analyses[i];
		bool pooled = !strcmp(a->kind, "describe") || !strcmp(a->kind, "cdf");

		json_add_f64(a->parameters, "level", p->level);
		if (pooled)
			json_add_bool(a->parameters, "pooled", true);
		else if (strcmp(a->kind, "compare") != 0)
			note_interval_basis(a, tally->n_single, n_cells);
		if (!pooled)
			note_unordered(a, tally->n_unordered);
		if (!strcmp(a->kind, "ci"))
			note_bootstrap(a, p);
		note_excluded(a, tally->excluded);
		if (pooled) {
			note_grid(a, tally, n_cells);
			note_openings(a, tally);
		}
	}
}
