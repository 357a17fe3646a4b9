/*
 * vreport - results in, documents out: HTML, LaTeX, Markdown, CSV, figures.
 *
 *   results files -> model (cells and rows in order) -> doc (sentences, tables, figures)
 *       -> a writer
 *
 * It computes no statistics: what it prints is in the results.  Output depends on nothing but
 * the results: no date, no locale, no terminal.  (Drawings are those of the installed gnuplot,
 * PDF and PNG also those of its fonts.)
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/log.h"
#include "core/opt.h"
#include "report/figures.h"
#include "report/findings.h"
#include "report/gnuplot.h"
#include "report/model.h"
#include "report/panels.h"
#include "report/remarks.h"
#include "report/runs.h"
#include "report/sweeps.h"
#include "report/tables.h"
#include "report/write.h"

#define RESULTS_DIR "results"
struct inputs { /* results files, and how reading them went */
	char **paths;
	size_t n, cap;
	size_t n_failed;
	enum vstatus failure; /* of the first that failed */
};

static void
add_path(struct inputs *in, char *path)
{
	GROW(in->paths, in->n, in->cap);
	in->paths[in->n++] = path;
}

static void
inputs_release(struct inputs *in)
{
	for (size_t i = 0; i < in->n; i++)
		free(in->paths[i]);
	free(in->paths);
}

static void
failed(struct inputs *in, enum vstatus st, const struct verr *err)
{
	log_error("%s", err->msg);
	if (in->n_failed++ == 0)
		in->failure = st;
}

static bool
is_results_name(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && name[0] != '.' && strcmp(name + n - 5, ".json") == 0;
}

/* add_operand - a results file, or all *.json of a directory that is no dataset. */
static void
add_operand(struct inputs *in, const char *path)
{
	struct verr err;
	char **names;
	size_t n;
	enum vstatus st;

	if (!file_is_dir(path)) {
		add_path(in, xstrdup(path));
		return;
	}
	st = file_list(&names, &n, path, &err);
	if (st != V_OK) {
		failed(in, st, &err);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(names[i], "datapackage.json")) {
			verr_set(&err, V_EFORMAT, "%s: a dataset, not results of it", path);
			failed(in, V_EFORMAT, &err);
		} else if (is_results_name(names[i])) {
			add_path(in, file_join(path, names[i]));
		}
	}
	file_list_free(names, n);
}

static enum vstatus
refuse_empty(const struct inputs *in, struct verr *err)
{
	static const char what_to_do[] = "\"vanalyze all DATASET... -o results/\" writes them";

	if (!in->n)
		return verr_set(err, V_EDOM, "no results files (*.json); %s", what_to_do);
	return verr_set(err, V_EDOM, "nothing to report in %zu results file%s; %s", in->n,
		in->n == 1 ? "" : "s", what_to_do);
}

static void
load(struct model *m, struct inputs *in)
{
	for (size_t i = 0; i < in->n; i++) {
		struct verr err;
		enum vstatus st = model_add(m, in->paths[i], &err);

		if (st != V_OK)
			failed(in, st, &err);
	}
}

static void
build_measured(struct doc *d, const struct model *m)
{
	findings_tell(d, m);
	tables_cost(d, m);
	tables_quantiles(d, m);
	tables_loads(d, m);
	tables_cross(d, m);
	tables_rankings(d, m);
	tables_probes(d, m);
	tables_heat(d, m);
	tables_kendall(d, m);
	tables_shares(d, m);
	tables_outliers(d, m);
	tables_quality(d, m);
	tables_losses(d, m);
	tables_pairs(d, m);
	tables_counters(d, m);
	tables_environment(d, m);
	figures_intervals(d, m);
	figures_cdf(d, m, "rtt_ns");
	figures_cdf(d, m, "overhead_ns");
}

static enum vstatus
build(struct doc *d, const struct model *m, const struct settings *s, struct verr *err)
{
	enum vstatus st = V_OK;

	remarks_tell(d, m);
	if (s->against)
		st = tables_against(d, m, s->against, err);
	if (m->n_rows) {
		build_measured(d, m);
	} else { /* histograms or rankings alone */
		tables_rankings(d, m);
		tables_heat(d, m);
		tables_kendall(d, m);
		tables_shares(d, m);
		tables_outliers(d, m);
	}
	tables_layouts(d, m);
	sweeps_add(d, m);
	runs_gather(d, m);
	for (size_t i = 0; st == V_OK && i < s->asked.n; i++)
		st = panels_add(d, m, s->asked.items[i], err);
	return st;
}

static bool
has_anything(const struct model *m)
{
	static const char *const kinds[] = {"layout", "histogram_kendall", "histogram_outliers",
		"ranking", "sweep"};

	for (size_t i = 0; i < m->n_docs; i++)
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
			if (results_find(&m->docs[i], kinds[k], NULL, 0))
				return true;
	return m->n_rows > 0;
}

/* report - everything behind the options; returns the exit status. */
static int
report(struct inputs *in, const struct settings *s)
{
	bool incomplete = false;
	struct model m;
	struct doc d;
	struct verr err;
	enum vstatus st;

	model_init(&m);
	doc_init(&d);
	load(&m, in);
	st = model_build(&m, &err);
	if (st == V_OK && has_anything(&m)) {
		if (m.n_repeated)
			log_warn("%zu rows are in more than one place of the results; the first "
				 "of each was used",
				m.n_repeated);
		st = build(&d, &m, s, &err);
		if (st == V_OK)
			st = write_report(&incomplete, &d, s, &err);
	} else if (st == V_OK && in->failure == V_EIO) {
		st = verr_set(&err, V_EIO, "no results could be read");
	} else if (st == V_OK) {
		st = refuse_empty(in, &err);
	}
	doc_release(&d);
	model_release(&m);
	if (st != V_OK) {
		log_error("%s", err.msg);
		return st == V_EIO ? VEXIT_SYSTEM : st == V_EUSAGE ? VEXIT_USAGE : VEXIT_NODATA;
	}
	return in->n_failed || incomplete ? VEXIT_PARTIAL : VEXIT_OK;
}

static const char about[] =
	"Makes tables and figures of results that \"vanalyze all\" wrote.  RESULTS are files, or "
	"directories whose *.json files are read; without any, the directory ./results.";

static const char more[] =
	"LaTeX comes as a fragment for \\input: its first comment names the packages that it "
	"needs.  With --standalone it is a document that compiles under pdflatex and lualatex.  "
	"With -o DIR, the directory gets table-*.tex, figure-*.tex and a report.tex that reads "
	"them; Markdown goes to report.md, HTML to report.html.\n\n"
	"HTML is one file that needs no network: overview, data, data quality, tables that sort, "
	"figures.  Its figures are drawn by gnuplot; without gnuplot it has none and says so "
	"(exit status 4).\n\n"
	"--figures writes each figure as figure-*.svg, .pdf and .png, with the gnuplot script "
	"(.gp) and data (.dat) that make it again.  It can stand alone or beside a format.\n\n"
	"CSV on standard output or in a FILE is one long table, one value a line: table, the "
	"labels (platform, driver, factors, point, pair), metric, statistic, x, estimate, lower, "
	"upper, unit, reason.  For distributions x is the value and estimate the cumulative share. "
	"With -o DIR it is one table-*.csv for each table and one figure-*.csv for each "
	"figure of curves.  CSV has all rows, unrounded, in ns, bit/s, percent and ones; "
	"documents for people are limited in length and say what they leave out.\n\n"
	"A directory is made when it is named with a slash at its end.  Exit status: 0 done, 1 the "
	"system refused or gnuplot is missing for --figures, 2 wrong usage, 3 nothing usable in "
	"the results, 4 done but some results file could not be used, or the HTML lacks figures.";

static int64_t
processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n < GNUPLOT_JOBS_MAX ? n : GNUPLOT_JOBS_MAX;
}

static enum vstatus
read_options(struct settings *s, char ***operands, size_t *n, int argc, char **argv,
	struct verr *err)
{
	const struct opt options[] = {
		{.name = "html",
			.kind = OPT_CHOICE,
			.target = &s->format,
			.choice = FORMAT_HTML,
			.help = "one page for the browser, without network"},
		{.name = "latex",
			.kind = OPT_CHOICE,
			.target = &s->format,
			.choice = FORMAT_LATEX,
			.help = "LaTeX with pgfplots figures (the default)"},
		{.name = "markdown",
			.kind = OPT_CHOICE,
			.target = &s->format,
			.choice = FORMAT_MARKDOWN,
			.help = "GitHub-flavoured Markdown, tables only"},
		{.name = "csv",
			.kind = OPT_CHOICE,
			.target = &s->format,
			.choice = FORMAT_CSV,
			.help = "all numbers, unrounded"},
		{.name = "figures",
			.kind = OPT_TEXT,
			.target = &s->figures,
			.arg = "DIR",
			.help = "write SVG, PDF, PNG, gnuplot script and data there"},
		{.name = "jobs",
			.letter = 'j',
			.kind = OPT_INT,
			.target = &s->n_parallel,
			.arg = "N",
			.help = "figures drawn at a time (default: one a processor)",
			.min = 1,
			.max = GNUPLOT_JOBS_MAX},
		{.name = "output",
			.letter = 'o',
			.kind = OPT_TEXT,
			.target = &s->output,
			.arg = "FILE|DIR",
			.help = "write there instead of to standard output"},
		{.name = "against",
			.kind = OPT_TEXT,
			.target = &s->against,
			.arg = "DATASET",
			.help = "also our numbers beside the published ones of DATASET"},
		{.name = "figure",
			.kind = OPT_LIST,
			.target = &s->asked,
			.arg = "SPEC",
			.help = "also this figure: x=F;series=F;facet=F;metric=M;stat=S;draw=D"},
		{.name = "standalone",
			.kind = OPT_FLAG,
			.target = &s->standalone,
			.help = "a complete LaTeX document instead of a fragment"},
		{0},
	};

	return opt_parse(operands, n, argc, argv, options, "vreport [OPTION]... [RESULTS]...",
		about, err);
}

static int
run(int argc, char **argv)
{
	struct settings s = {.format = FORMAT_DEFAULT, .n_parallel = processors()};
	struct inputs in = {.failure = V_OK};
	char **operands;
	struct verr err;
	size_t n;
	int status;
	enum vstatus st = read_options(&s, &operands, &n, argc, argv, &err);

	if (st == V_END)
		return VEXIT_OK;
	if (st != V_OK) {
		log_error("%s", err.msg);
		return VEXIT_USAGE;
	}
	if (s.standalone && s.format == FORMAT_DEFAULT)
		s.format = FORMAT_LATEX;
	if (s.standalone && s.format != FORMAT_LATEX) {
		log_error("--standalone goes with --latex only");
		return VEXIT_USAGE;
	}
	for (size_t i = 0; i < n; i++)
		add_operand(&in, operands[i]);
	if (n == 0)
		add_operand(&in, RESULTS_DIR);
	status = report(&in, &s);
	inputs_release(&in);
	free(s.asked.items);
	return status;
}

int
main(int argc, char **argv)
{
	static const struct command none[] = {{0}};
	static const struct command only = {.name = "vreport",
		.operands = "[RESULTS]...",
		.help = "make tables and figures of results",
		.more = more,
		.run = run};

	return command_main("vreport", about, none, &only, argc, argv);
}
