/*
 * stated - see stated.h.
 *
 * Quantiles of several runs cannot be averaged into those of all, so every run has its rows.
 */
#include "analyze/stated.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/rows.h"
#include "core/text.h"

struct stating {
	struct results *results;
	const struct study *study;
	const char **by; /* the caller's, run, point */
	size_t n_by;
};

static struct analysis *
analysis_of(struct stating *w, size_t first, const char *metric)
{
	for (size_t i = first; i < w->results->n_analyses; i++)
		if (!strcmp(w->results->analyses[i].metric, metric))
			return &w->results->analyses[i];
	return results_add(w->results, "stated", metric, w->by, w->n_by);
}

static void
add_row(struct stating *w, struct analysis *a, size_t observation, const struct tool_stated *v)
{
	const struct observation *o = &w->study->observations[observation];
	const struct labels *labels = &study_run_of(w->study, observation)->labels;
	size_t row = table_add_row(&a->rows);

	for (size_t i = 0; i < w->n_by; i++) {
		const struct label *l = labels_get(labels, w->by[i]);

		table_set_text(&a->rows, i, row,
			!strcmp(w->by[i], "point") ? o->point
				: l                ? l->level
						   : NULL);
	}
	rows_set_text(&a->rows, row, "metric", v->metric);
	rows_set_text(&a->rows, row, "tool", o->load->tool);
	rows_set_text(&a->rows, row, "version", o->load->version);
	rows_set_text(&a->rows, row, "statistic", v->statistic);
	rows_set_real(&a->rows, row, "stated", v->value);
	rows_set_text(&a->rows, row, "printed", v->printed);
}

static void
make_by(struct stating *w, const char *const *by, size_t n_by)
{
	static const char *const always[] = {"run", "point"};

	w->by = xcalloc(n_by + 2, sizeof *w->by);
	for (size_t i = 0; i < n_by; i++)
		w->by[w->n_by++] = by[i];
	for (size_t i = 0; i < 2; i++)
		if (!text_among(always[i], by, n_by))
			w->by[w->n_by++] = always[i];
}

void
stated_add(struct results *r, const struct study *s, const char *const *by, size_t n_by,
	const struct filter *metrics)
{
	struct stating w = {.results = r, .study = s};
	size_t first = r->n_analyses;

	make_by(&w, by, n_by);
	for (size_t i = 0; i < s->n_observations; i++) {
		const struct observation *o = &s->observations[i];

		for (size_t k = 0; o->usable && o->load && k < o->load->n_stated; k++) {
			const struct tool_stated *v = &o->load->stated[k];

			if (!metrics || filter_keeps(metrics, v->metric))
				add_row(&w, analysis_of(&w, first, v->metric), i, v);
		}
	}
	for (size_t i = first; i < r->n_analyses; i++)
		analysis_note(&r->analyses[i],
			"As the load tool printed it: by its own rules, and not computed here.");
	free(w.by);
}
