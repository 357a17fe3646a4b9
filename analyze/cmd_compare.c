/*
 * cmd_compare - "vanalyze compare": every platform, or level of another factor, against a baseline.
 */
#include "analyze/commands.h"
#include "analyze/inputs.h"
#include "analyze/tabular.h"

/* The measured summaries stay behind: only their pairs with published values are shown. */
static enum vstatus
run_against(struct results *r, int *exit_status, const struct pipeline *p, char **inputs, size_t n,
	struct verr *err)
{
	struct pipeline summary = {p->options, PIPELINE_PROBES, SUMMARIZE_SUMMARY, true};
	struct results measured;
	size_t n_met;
	enum vstatus st;

	results_init(&measured);
	st = pipeline_run(&measured, exit_status, &summary, inputs, n, err);
	if (st == V_OK)
		st = tabular_against(r, &n_met, &measured, p, p->options->against, err);
	if (st == V_OK && n_met == 0)
		st = verr_set(err, V_EDOM,
			"--against %s: none of its values is of a cell that was measured here; "
			"metric, statistic and all conditions that it states have to agree",
			p->options->against);
	for (size_t i = 0; st == V_OK && i < measured.n_sources; i++)
		results_add_source(r, measured.sources[i].name, measured.sources[i].title,
			measured.sources[i].sha256);
	results_release(&measured);
	return st;
}

static enum vstatus
run_compare(struct results *r, int *exit_status, const struct pipeline *p, char **inputs, size_t n,
	struct verr *err)
{
	return (p->options->against ? run_against : inputs_run)(r, exit_status, p, inputs, n, err);
}

static const char usage[] = "vanalyze compare [OPTION]... DATASET...|TABLE.csv...";
static const char about[] =
	"Every platform against a baseline, within cells that agree in all other factors: ratio of "
	"means with Fieller's interval, Hodges and Lehmann's shift, Cliff's delta, p-values of "
	"Mann-Whitney's and Welch's tests, the latter adjusted by Holm's method.  Over runs where "
	"both sides have several, else over probes.  Of published means the ratio alone.";

int
cmd_compare(int argc, char **argv)
{
	struct options o;
	const struct opt table[] = {OPTIONS_BASELINE(&o), OPTIONS_METRIC(&o), OPTIONS_GROUPING(&o),
		OPTIONS_INPUT(&o), OPTIONS_PAIR(&o),
		{"against", 0, OPT_TEXT, &o.against, "DATASET",
			"instead: beside the published values of this dataset", 0, 0, 0},
		OPTIONS_OUTPUT(&o), OPTIONS_END};
	struct pipeline p = {&o, PIPELINE_PROBES, SUMMARIZE_COMPARE, false};

	return pipeline_main(&p, run_compare, table, usage, about, argc, argv);
}
