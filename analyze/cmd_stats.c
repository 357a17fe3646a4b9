/*
 * cmd_stats - "vanalyze describe", "ci" and "cdf": the same statistics over datasets, or over any
 * table of samples.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/commands.h"
#include "analyze/from_table.h"
#include "analyze/pipeline.h"
#include "core/log.h"

static const char *
column_name(const void *ctx, struct slice word)
{
	const struct table *t = ctx;

	for (size_t c = 0; c < t->n_columns; c++)
		if (slice_eq(word, t->columns[c].name))
			return t->columns[c].name;
	return NULL;
}

static enum vstatus
summarize_table(struct results *r, const struct options *o, unsigned what, const char *path,
	struct verr *err)
{
	struct table_study ts;
	struct summarize_params p = {.what = what, .level = o->level};
	const char **asked = NULL;
	enum vstatus st = table_study_load(&ts, path, o->metrics.n_levels ? &o->metrics : NULL,
		o->filters, o->n_filters, o->excluded_flags, err);

	if (st == V_OK)
		st = options_by(&asked, &p.n_by, o, column_name, &ts.table, err);
	if (st == V_OK) {
		p.by = asked;
		if (!o->by.n) {
			p.by = ts.by;
			p.n_by = ts.n_by;
		}
		summarize(r, &ts.measures, &p);
		results_add_source(r, path, NULL, NULL);
	}
	free(asked);
	table_study_release(&ts);
	return st;
}

/* Tables one by one, everything else as one study. */
static enum vstatus
run_inputs(struct results *r, int *exit_status, const struct pipeline *p, char **inputs, size_t n,
	struct verr *err)
{
	size_t n_others = 0;
	enum vstatus st = V_OK;

	*exit_status = VEXIT_OK;
	for (size_t i = 0; st == V_OK && i < n; i++) {
		if (table_operand(inputs[i]))
			st = summarize_table(r, p->options, p->what, inputs[i], err);
		else
			inputs[n_others++] = inputs[i];
	}
	if (st == V_OK && (n_others || !n))
		st = pipeline_run(r, exit_status, p, inputs, n_others, err);
	return st;
}

static int
stats_main(unsigned what, const char *usage, const char *about, int argc, char **argv)
{
	struct options o;
	const struct opt table[] = {OPTIONS_METRIC(&o), OPTIONS_GROUPING(&o), OPTIONS_INPUT(&o),
		OPTIONS_PAIR(&o), OPTIONS_OUTPUT(&o), OPTIONS_END};
	struct pipeline p = {&o, PIPELINE_RTT | PIPELINE_OVERHEAD, what, false};

	return pipeline_main(&p, run_inputs, table, usage, about, argc, argv);
}

int
cmd_describe(int argc, char **argv)
{
	return stats_main(SUMMARIZE_DESCRIBE,
		"vanalyze describe [OPTION]... DATASET...|TABLE.csv...",
		"Mean, standard deviation, minimum, quartiles and maximum of every cell, pooled over "
		"the probes of its runs.  Quantiles are Hyndman-Fan type 7.",
		argc, argv);
}

int
cmd_ci(int argc, char **argv)
{
	return stats_main(SUMMARIZE_CI, "vanalyze ci [OPTION]... DATASET...|TABLE.csv...",
		"Confidence intervals of the mean and the median of every cell: Student's t over its "
		"runs; for a cell of one run over its probes, with the effective sample size for "
		"their correlation, and from order statistics for the median.",
		argc, argv);
}

int
cmd_cdf(int argc, char **argv)
{
	return stats_main(SUMMARIZE_CDF, "vanalyze cdf [OPTION]... DATASET...|TABLE.csv...",
		"Empirical distribution functions, pooled over runs and thinned to what a plot can "
		"show, with the Dvoretzky-Kiefer-Wolfowitz band.",
		argc, argv);
}
