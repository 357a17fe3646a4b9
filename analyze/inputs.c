/*
 * inputs - see inputs.h.
 */
#include "analyze/inputs.h"

#include <stdlib.h>

#include "analyze/from_table.h"

static const char *
factor_name(const void *ctx, struct slice word)
{
	const struct table_study *ts = ctx;

	for (size_t c = 0; c < ts->table.n_columns; c++)
		if (ts->roles[c] == TABLE_FACTOR && slice_eq(word, ts->table.columns[c].name))
			return ts->table.columns[c].name;
	return NULL;
}

/* What --by names; *asked NULL without it. */
static enum vstatus
by_of(const char ***asked, size_t *n, const struct options *o, const struct table_study *ts,
	struct verr *err)
{
	enum vstatus st;
	struct hint known;

	hint_init(&known);
	for (size_t c = 0; c < ts->table.n_columns; c++)
		if (ts->roles[c] == TABLE_FACTOR)
			hint_add(&known, ts->table.columns[c].name);
	st = options_by(asked, n, o, factor_name, ts, &known, err);
	hint_release(&known);
	return st;
}

static enum vstatus
summarize_table(struct results *r, const struct options *o, unsigned what, const char *path,
	struct verr *err)
{
	struct table_study ts;
	struct summarize_params p;
	const char **asked = NULL;
	size_t n_asked = 0;
	enum vstatus st = table_study_load(&ts, path, o->metrics.n_levels ? &o->metrics : NULL,
		o->filters, o->n_filters, o->excluded_flags, err);

	if (st == V_OK)
		st = by_of(&asked, &n_asked, o, &ts, err);
	if (st == V_OK)
		st = options_summarize(&p, o, what, asked ? asked : ts.by,
			asked ? n_asked : ts.n_by, &ts.measures, err);
	if (st == V_OK) {
		summarize(r, &ts.measures, &p);
		results_add_source(r, path, NULL, NULL);
	}
	free(asked);
	table_study_release(&ts);
	return st;
}

enum vstatus
inputs_run(struct results *r, int *exit_status, const struct pipeline *p, char **inputs, size_t n,
	struct verr *err)
{
	size_t n_others = 0;
	int others;
	enum vstatus st = V_OK;

	*exit_status = VEXIT_NONE;
	for (size_t i = 0; st == V_OK && i < n; i++) {
		if (!table_operand(inputs[i])) {
			inputs[n_others++] = inputs[i];
			continue;
		}
		st = summarize_table(r, p->options, p->what, inputs[i], err);
		vexit_add(exit_status, VEXIT_OK);
	}
	if (st == V_OK && (n_others || !n)) {
		st = pipeline_run(r, &others, p, inputs, n_others, err);
		if (st == V_OK)
			vexit_add(exit_status, others);
	}
	return st;
}
