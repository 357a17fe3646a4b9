/*
 * cmd_all - "vanalyze all": everything that applies to each dataset, for vreport.
 *
 * Writes DIR/<dataset>.json for each dataset, and DIR/all.json with the summaries of all of them
 * side by side, and, where one of them is the baseline, the others compared with it, also over a
 * factor (--over).
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/commands.h"
#include "analyze/pipeline.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"

static const char usage[] = "vanalyze all [OPTION]... DATASET...";
static const char about[] =
	"Everything that applies to each dataset, as results documents for vreport: one file a "
	"dataset, and all.json with all of them side by side.";

#define OUTPUT_DEFAULT "results"
#define DOCUMENT_OF_ALL "all"

struct all {
	struct options options;
	char **argv; /* as it was given: opt_parse() reorders */
	int argc;
	const char *dir;
	size_t n_written;
};

/* One document of the given inputs; an input that has nothing of what is asked for leaves none. */
static enum vstatus
write_document(struct all *a, const char *name, const struct pipeline *p, char **inputs, size_t n,
	int *exit_status, struct verr *err)
{
	struct results r;
	char *file = xasprintf("%s.json", name), *path = file_join(a->dir, file);
	enum vstatus st;

	results_init(&r);
	options_provenance(&r, a->argv, a->argc);
	st = pipeline_run(&r, exit_status, p, inputs, n, err);
	if (st == V_EDOM) {
		log_error("%s", err->msg);
		*exit_status = VEXIT_NODATA;
		st = V_OK;
	}
	if (st == V_OK && *exit_status != VEXIT_NODATA && *exit_status != VEXIT_SYSTEM) {
		st = results_store(&r, path, err);
		if (st == V_OK)
			log_info("%s: %zu analyses", path, r.n_analyses);
		a->n_written++;
	}
	results_release(&r);
	free(file);
	free(path);
	return st;
}

/* The dataset's own name, which its results bear; "." is where it really is. */
static char *
base_name(const char *input)
{
	char *real = realpath(input, NULL), *base = file_base(real ? real : input);
	char *dot = strchr(base, '.');

	if (dot && dot != base && !file_is_dir(input))
		*dot = '\0';
	free(real);
	return base;
}

static bool
is_taken(const char *name, char *const *names, size_t n)
{
	return text_among(name, (const char *const *)names, n) || !strcmp(name, DOCUMENT_OF_ALL);
}

/* A name that no other document bears: two datasets may be called the same. */
static char *
document_name(const char *input, char *const *names, size_t n)
{
	char *base = base_name(input), *name = xstrdup(base);

	for (int k = 2; is_taken(name, names, n); k++) {
		free(name);
		name = xasprintf("%s-%d", base, k);
	}
	free(base);
	return name;
}

static int
run_all(struct all *a, char **inputs, size_t n)
{
	struct pipeline each = {&a->options,
		PIPELINE_PROBES | PIPELINE_ENVIRONMENT | PIPELINE_COUNTERS,
		SUMMARIZE_DESCRIBE | SUMMARIZE_CI | SUMMARIZE_CDF | SUMMARIZE_COUNTS |
			SUMMARIZE_RUNS | SUMMARIZE_KENDALL | SUMMARIZE_OUTLIERS,
		true};
	struct pipeline together = {&a->options, PIPELINE_PROBES,
		SUMMARIZE_SUMMARY | SUMMARIZE_COMPARE | SUMMARIZE_AGAINST, true};
	char **names = xcalloc(n + 1, sizeof *names);
	const char *over = a->options.over;
	int exit_status = VEXIT_NONE, one;
	struct verr err;
	enum vstatus st = V_OK;

	a->options.over = NULL; /* a sweep needs its baseline, which is another dataset */
	for (size_t i = 0; st == V_OK && i < n; i++) {
		names[i] = document_name(inputs[i], names, i);
		st = write_document(a, names[i], &each, inputs + i, 1, &one, &err);
		if (st == V_OK)
			vexit_add(&exit_status, one);
	}
	texts_free(names, n);
	a->options.over = over;
	a->options.told = true;
	if (st == V_OK && a->n_written)
		st = write_document(a, DOCUMENT_OF_ALL, &together, inputs, n, &one, &err);
	if (st != V_OK) {
		log_error("all: %s", err.msg);
		return (int)vstatus_exit(st);
	}
	return exit_status;
}

int
cmd_all(int argc, char **argv)
{
	struct all a = {.argv = xcalloc((size_t)argc + 1, sizeof *argv), .argc = argc};
	struct options *o = &a.options;
	const struct opt table[] = {OPTIONS_INPUT(o), OPTIONS_GROUPING(o), OPTIONS_BASELINE(o),
		OPTIONS_SWEEP(o), OPTIONS_ESTIMATES(o),
		{"output", 'o', OPT_TEXT, &o->output, "DIR",
			"where the documents go (default " OUTPUT_DEFAULT ")", 0, 0, 0},
		OPTIONS_END};
	char **inputs;
	size_t n;
	struct verr err;
	int exit_status;
	enum vstatus st;

	memcpy(a.argv, argv, (size_t)argc * sizeof *argv);
	options_init(o);
	st = opt_parse(&inputs, &n, argc, argv, table, usage, about, &err);
	if (st == V_END) {
		options_release(o);
		free(a.argv);
		return VEXIT_OK;
	}
	a.dir = o->output ? o->output : OUTPUT_DEFAULT;
	if (st == V_OK)
		st = options_finish(o, &err);
	if (st == V_OK && !n)
		st = verr_set(&err, V_EUSAGE, "no input: name one or more datasets");
	if (st == V_OK)
		st = file_mkdirs(a.dir, &err);
	if (st == V_OK) {
		exit_status = run_all(&a, inputs, n);
	} else {
		log_error("%s: %s", argv[0], err.msg);
		exit_status = (int)vstatus_exit(st);
	}
	options_release(o);
	free(a.argv);
	return exit_status;
}
