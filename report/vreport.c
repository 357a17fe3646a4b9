/*
 * vreport - results in, documents out: LaTeX, Markdown or CSV.
 *
 *   results files -> model (cells and rows in order) -> doc (tables, figures) -> a writer
 *
 * It computes no statistics: what it prints is in the results.  Output is made in memory and
 * written at the end, so that a failure leaves no half document, and it depends on nothing but
 * the results: no date, no locale, no terminal.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/log.h"
#include "core/opt.h"
#include "report/csv.h"
#include "report/figures.h"
#include "report/markdown.h"
#include "report/model.h"
#include "report/tables.h"
#include "report/tex.h"

#define RESULTS_DIR "results"
#define REMARKS_MAX 20
#define SHA256_SHOWN 12 /* digits of a dataset's checksum; the results have all */

enum format { FORMAT_LATEX, FORMAT_MARKDOWN, FORMAT_CSV };

struct settings {
	int format;
	bool standalone;
	const char *output; /* NULL or "-": standard output */
};

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

/* add_operand - a results file, or all *.json of a directory. */
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
		if (is_results_name(names[i]))
			add_path(in, file_join(path, names[i]));
	}
	file_list_free(names, n);
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
tell_source(struct doc *d, const struct results *r, const struct results_source *src)
{
	bool titled = src->title && *src->title;
	const char *sum = src->sha256
		? doc_text(d, "SHA-256 %.*s\xe2\x80\xa6", SHA256_SHOWN, src->sha256)
		: "checksum unknown";

	doc_add_sentence(d, &d->provenance, &d->n_provenance, &d->cap_provenance,
		doc_text(d, "Dataset %s%s%s (%s, %s)", src->name ? src->name : "without name",
			titled ? ": " : "", titled ? src->title : "", sum,
			r->program ? r->program : "unknown program"));
}

static void
tell_remarks(struct doc *d, const struct analysis *a)
{
	enum model_kind kind;

	if (!model_kind_of(&kind, a->kind))
		return;
	for (size_t i = 0; i < a->n_notes && d->n_remarks < REMARKS_MAX; i++)
		doc_add_sentence(d, &d->remarks, &d->n_remarks, &d->cap_remarks, a->notes[i]);
}

/* tell_provenance - the datasets and programs behind the report, and the analyses' notes. */
static void
tell_provenance(struct doc *d, const struct model *m)
{
	for (size_t i = 0; i < m->n_docs; i++) {
		const struct results *r = &m->docs[i];

		for (size_t s = 0; s < r->n_sources; s++)
			tell_source(d, r, &r->sources[s]);
		for (size_t a = 0; a < r->n_analyses; a++)
			tell_remarks(d, &r->analyses[a]);
	}
}

static void
build(struct doc *d, const struct model *m)
{
	tell_provenance(d, m);
	tables_cost(d, m);
	tables_quantiles(d, m);
	tables_loads(d, m);
	tables_losses(d, m);
	tables_pairs(d, m);
	figures_intervals(d, m);
	figures_cdf(d, m, "rtt_ns");
	figures_cdf(d, m, "overhead_ns");
}

static bool
is_directory_name(const char *path)
{
	size_t n = path ? strlen(path) : 0;

	return n && (path[n - 1] == '/' || file_is_dir(path));
}

/* store - write a buffer to DIR/PREFIX-ID.SUFFIX (ID NULL: DIR/PREFIX.SUFFIX) and empty it. */
static enum vstatus
store(struct strbuf *b, const char *dir, const char *prefix, const char *id, const char *suffix,
	struct verr *err)
{
	char *name = xasprintf("%s%s%s.%s", prefix, id ? "-" : "", id ? id : "", suffix);
	char *path = file_join(dir, name);
	enum vstatus st = file_write_atomic(path, b->n ? b->p : "", b->n, err);

	strbuf_clear(b);
	free(path);
	free(name);
	return st;
}

static enum vstatus
store_latex(const struct doc *d, const char *dir, struct verr *err)
{
	enum vstatus st = V_OK;
	struct strbuf b;

	strbuf_init(&b);
	for (size_t i = 0; st == V_OK && i < d->n_tables; i++) {
		if (d->tables[i].csv_only)
			continue;
		tex_needs(&b);
		tex_table(&b, &d->tables[i]);
		st = store(&b, dir, "table", d->tables[i].id, "tex", err);
	}
	for (size_t i = 0; st == V_OK && i < d->n_figures; i++) {
		if (d->figures[i].csv_only)
			continue;
		tex_needs(&b);
		tex_figure(&b, &d->figures[i]);
		st = store(&b, dir, "figure", d->figures[i].id, "tex", err);
	}
	if (st == V_OK) {
		tex_document(&b, d, TEX_BY_FILE);
		st = store(&b, dir, "report", NULL, "tex", err);
	}
	strbuf_release(&b);
	return st;
}

static enum vstatus
store_csv(const struct doc *d, const char *dir, struct verr *err)
{
	enum vstatus st = V_OK;
	struct strbuf b;

	strbuf_init(&b);
	for (size_t i = 0; st == V_OK && i < d->n_tables; i++) {
		csv_table(&b, &d->tables[i]);
		st = store(&b, dir, "table", d->tables[i].id, "csv", err);
	}
	for (size_t i = 0; st == V_OK && i < d->n_figures; i++) {
		if (d->figures[i].kind != DOC_CDF)
			continue;
		csv_figure(&b, &d->figures[i]);
		st = store(&b, dir, "figure", d->figures[i].id, "csv", err);
	}
	strbuf_release(&b);
	return st;
}

static void
write_single(struct strbuf *b, const struct doc *d, const struct settings *s)
{
	switch ((enum format)s->format) {
	case FORMAT_LATEX:
		if (s->standalone)
			tex_document(b, d, TEX_INLINE);
		else
			tex_fragment(b, d);
		break;
	case FORMAT_MARKDOWN:
		markdown_document(b, d);
		break;
	case FORMAT_CSV:
		csv_tidy(b, d);
		break;
	}
}

static enum vstatus
write_directory(const struct doc *d, const struct settings *s, struct verr *err)
{
	enum vstatus st = file_mkdirs(s->output, err);
	struct strbuf b;

	if (st != V_OK)
		return st;
	if (s->format == FORMAT_LATEX)
		return store_latex(d, s->output, err);
	if (s->format == FORMAT_CSV)
		return store_csv(d, s->output, err);
	strbuf_init(&b);
	markdown_document(&b, d);
	st = store(&b, s->output, "report", NULL, "md", err);
	strbuf_release(&b);
	return st;
}

static enum vstatus
write_report(const struct doc *d, const struct settings *s, struct verr *err)
{
	enum vstatus st = V_OK;
	struct strbuf b;

	if (is_directory_name(s->output))
		return write_directory(d, s, err);
	strbuf_init(&b);
	write_single(&b, d, s);
	if (s->output && strcmp(s->output, "-") != 0)
		st = file_write_atomic(s->output, b.p, b.n, err);
	else
		fwrite(b.p, 1, b.n, stdout); /* command_main() looks whether it arrived */
	strbuf_release(&b);
	return st;
}

/* report - everything behind the options; returns the exit status. */
static int
report(struct inputs *in, const struct settings *s)
{
	struct model m;
	struct doc d;
	struct verr err;
	enum vstatus st;

	model_init(&m);
	doc_init(&d);
	load(&m, in);
	st = model_build(&m, &err);
	if (st == V_OK && m.n_rows > 0) {
		if (m.n_repeated)
			log_warn("%zu rows are in more than one place of the results; the first "
				 "of each was used",
				m.n_repeated);
		build(&d, &m);
		st = write_report(&d, s, &err);
	} else if (st == V_OK && in->failure == V_EIO) {
		st = verr_set(&err, V_EIO, "no results could be read");
	} else if (st == V_OK) {
		st = verr_set(&err, V_EDOM,
			"nothing to report in %zu results file%s; "
			"\"vanalyze all DATASET... -o results/\" writes them",
			in->n, in->n == 1 ? "" : "s");
	}
	doc_release(&d);
	model_release(&m);
	if (st != V_OK) {
		log_error("%s", err.msg);
		return st == V_EIO ? VEXIT_SYSTEM : VEXIT_NODATA;
	}
	return in->n_failed ? VEXIT_PARTIAL : VEXIT_OK;
}

static const char about[] =
	"Makes tables and figures of results that \"vanalyze all\" wrote.  RESULTS are files, or "
	"directories whose *.json files are read; without any, the directory ./results.";

static const char more[] =
	"LaTeX comes as a fragment for \\input: its first comment names the packages that it "
	"needs.  With --standalone it is a document that compiles under pdflatex and lualatex.  "
	"With -o DIR, the directory gets table-*.tex, figure-*.tex and a report.tex that reads "
	"them; Markdown goes to report.md.\n\n"
	"CSV on standard output or in a FILE is one long table, one value a line: table, the "
	"labels (platform, driver, factors, point, pair), metric, statistic, x, estimate, lower, "
	"upper, unit, reason.  For distributions x is the value and estimate the cumulative share. "
	"With -o DIR it is one table-*.csv for each table and one figure-*.csv for each "
	"distribution.  CSV has all rows, unrounded, in ns, percent and ones; documents for "
	"people are limited in length and say what they leave out.\n\n"
	"A directory is made when it is named with a slash at its end.  Exit status: 0 done, 1 the "
	"system refused, 2 wrong usage, 3 nothing usable in the results, 4 done but some results "
	"file could not be used.";

static int
run(int argc, char **argv)
{
	struct settings s = {.format = FORMAT_LATEX};
	const struct opt options[] = {
		{.name = "latex",
			.kind = OPT_CHOICE,
			.target = &s.format,
			.choice = FORMAT_LATEX,
			.help = "LaTeX with pgfplots figures (the default)"},
		{.name = "markdown",
			.kind = OPT_CHOICE,
			.target = &s.format,
			.choice = FORMAT_MARKDOWN,
			.help = "GitHub-flavoured Markdown, tables only"},
		{.name = "csv",
			.kind = OPT_CHOICE,
			.target = &s.format,
			.choice = FORMAT_CSV,
			.help = "all numbers, unrounded"},
		{.name = "output",
			.letter = 'o',
			.kind = OPT_TEXT,
			.target = &s.output,
			.arg = "FILE|DIR",
			.help = "write there instead of to standard output"},
		{.name = "standalone",
			.kind = OPT_FLAG,
			.target = &s.standalone,
			.help = "a complete LaTeX document instead of a fragment"},
		{0},
	};
	struct inputs in = {.failure = V_OK};
	char **operands;
	struct verr err;
	size_t n;
	int status;
	enum vstatus st = opt_parse(&operands, &n, argc, argv, options,
		"vreport [OPTION]... [RESULTS]...", about, &err);

	if (st == V_END)
		return VEXIT_OK;
	if (st != V_OK) {
		log_error("%s", err.msg);
		return VEXIT_USAGE;
	}
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
