/*
 * options - from command lines to studies; see options.h.
 */
#include "analyze/options.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/str.h"
#include "core/tstamp.h"

void
options_init(struct options *o)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	memset(o, 0, sizeof *o);
	o->level = 0.95;
	o->seed = 1;
	o->timeout_ns = ECHO_EXPIRY_NS;
	o->threads = n > 0 ? n : 1;
	o->window_ns = NS_PER_S;
	o->format = SHOW_AUTO;
}

static struct filter
filter_of_list(const char *name, const char *list)
{
	struct filter f = {0};
	struct strbuf b;

	if (!list)
		return f;
	strbuf_init(&b);
	strbuf_addf(&b, "%s=%s", name, list);
	filter_parse(&f, b.p);
	strbuf_release(&b);
	return f;
}

static enum vstatus
parse_keep(struct options *o, struct verr *err)
{
	o->excluded_flags = FLAGS_EXCLUDED;
	for (size_t i = 0; i < o->keep.n; i++) {
		struct slice rest = slice_of(o->keep.items[i]), word;

		while (slice_cut(&word, &rest, ',')) {
			uint32_t flag = flag_of(word);

			if (slice_eq(word, "failed")) {
				o->keep_failed = true;
				continue;
			}
			if (!(flag & FLAGS_EXCLUDED))
				return verr_set(err, V_EUSAGE,
					"--keep %.*s: samples are left out for ambiguous, negative "
					"and corrupt only, runs for failed",
					(int)word.n, word.p);
			o->excluded_flags &= ~flag;
		}
	}
	return V_OK;
}

static enum vstatus
parse_quantiles(struct options *o, struct verr *err)
{
	struct slice rest = slice_of(o->quantile_list ? o->quantile_list : ""), word;

	while (o->quantile_list && slice_cut(&word, &rest, ',')) {
		double p;

		if (!slice_f64(word, &p) || !(p > 0 && p < 1))
			return verr_set(err, V_EUSAGE,
				"--quantiles %s: expected probabilities between 0 and 1, like "
				"0.5,0.99",
				o->quantile_list);
		o->quantiles = xrealloc(o->quantiles, o->n_quantiles + 1, sizeof *o->quantiles);
		o->quantiles[o->n_quantiles++] = p;
	}
	return V_OK;
}

/* Of what is free, that much is left to others, and to mistakes in the kernel's estimate. */
#define MEMORY_LEFT_SHARE 8

static enum vstatus
limit_memory(const struct options *o, struct verr *err)
{
	uint64_t bytes = memory_available("");

	alloc_advise("samples are held in memory.  Take fewer at once: some runs (--where), points "
		     "(--point) or metrics (--metric), or parts of a table; or allow more "
		     "(--max-memory)");
	if (o->max_memory && !memory_parse(&bytes, slice_of(o->max_memory)))
		return verr_set(err, V_EUSAGE, "--max-memory %s: expected a size like 512M or 4G",
			o->max_memory);
	if (o->max_memory)
		return memory_limit(bytes, err);
	bytes -= bytes / MEMORY_LEFT_SHARE;
	memory_limit(bytes, NULL); /* nobody asked for it: no error where there is none */
	return V_OK;
}

static enum vstatus
parse_range(struct options *o, struct verr *err)
{
	struct slice rest = slice_of(o->range ? o->range : ""), from;

	o->range_from = -INFINITY;
	o->range_to = INFINITY;
	if (!o->range)
		return V_OK;
	if (!o->over)
		return verr_set(err, V_EUSAGE, "--range goes with --over");
	if (!slice_cut(&from, &rest, ':') || !slice_f64(from, &o->range_from) || !rest.p ||
		!slice_f64(rest, &o->range_to) || !(o->range_from < o->range_to))
		return verr_set(err, V_EUSAGE, "--range %s: expected A:B, like 0:5000", o->range);
	return V_OK;
}

enum vstatus
options_finish(struct options *o, struct verr *err)
{
	enum vstatus st;

	o->filters = xcalloc(o->where.n + 1, sizeof *o->filters);
	for (size_t i = 0; i < o->where.n; i++) {
		if (!filter_parse(&o->filters[i], o->where.items[i]))
			return verr_set(err, V_EUSAGE, "--where %s: expected FACTOR=LEVEL",
				o->where.items[i]);
		o->n_filters++;
	}
	o->points = filter_of_list("point", o->point);
	o->metrics = filter_of_list("metric", o->metric);
	if (!o->inner != !o->outer)
		return verr_set(err, V_EUSAGE, "--inner and --outer go together");
	log_set_verbose(o->verbose);
	st = limit_memory(o, err);
	if (st == V_OK)
		st = parse_keep(o, err);
	if (st == V_OK)
		st = parse_range(o, err);
	return st == V_OK ? parse_quantiles(o, err) : st;
}

void
options_release(struct options *o)
{
	for (size_t i = 0; i < o->n_filters; i++)
		filter_release(&o->filters[i]);
	free(o->filters);
	free(o->quantiles);
	filter_release(&o->points);
	filter_release(&o->metrics);
	opt_list_release(&o->by);
	opt_list_release(&o->where);
	opt_list_release(&o->keep);
}

struct study_params
options_study_params(const struct options *o, bool keep_samples)
{
	return (struct study_params){
		.filters = o->filters,
		.n_filters = o->n_filters,
		.keep_failed = o->keep_failed,
		.told = o->told,
		.points = o->points.n_levels ? &o->points : NULL,
		.n_threads = (unsigned)o->threads,
		.observe =
			{
				.expiry_ns = o->timeout_ns,
				.excluded_flags = o->excluded_flags,
				.keep_samples = keep_samples,
			},
	};
}

static enum vstatus
unknown_factor(struct slice word, const struct hint *known, struct verr *err)
{
	char *name = xasprintf("%.*s", (int)word.n, word.p);
	enum vstatus st;

	verr_set(err, V_EUSAGE, "--by %s: there is no such factor in the input", name);
	st = hint_fail(err, known, name);
	free(name);
	return st;
}

enum vstatus
options_by(const char ***by, size_t *n, const struct options *o,
	const char *(*resolve)(const void *ctx, struct slice word), const void *ctx,
	const struct hint *known, struct verr *err)
{
	*by = NULL;
	*n = 0;
	for (size_t i = 0; i < o->by.n; i++) {
		struct slice rest = slice_of(o->by.items[i]), word;

		while (slice_cut(&word, &rest, ',')) {
			const char *name = resolve(ctx, word);

			if (!name) {
				free(*by);
				*by = NULL;
				return unknown_factor(word, known, err);
			}
			*by = xrealloc(*by, *n + 1, sizeof **by);
			(*by)[(*n)++] = name;
		}
	}
	return V_OK;
}

enum vstatus
options_check_metrics(const struct options *o, const struct hint *measured, struct verr *err)
{
	for (size_t i = 0; i < o->metrics.n_levels; i++) {
		const char *metric = o->metrics.levels[i];

		if (!hint_has(measured, metric)) {
			verr_set(err, V_EUSAGE, "--metric %s: not measured here", metric);
			return hint_fail(err, measured, metric);
		}
	}
	return V_OK;
}

/* A name to group by: what labels a run, or what tells points apart. */
static const char *
study_name(const void *ctx, struct slice word)
{
	const struct study *s = ctx;

	for (size_t i = 0; study_places[i]; i++)
		if (slice_eq(word, study_places[i]))
			return study_places[i];
	for (size_t i = 0; i < s->n_runs; i++)
		for (size_t k = 0; k < s->runs[i].labels.n; k++)
			if (slice_eq(word, s->runs[i].labels.items[k].name))
				return s->runs[i].labels.items[k].name;
	return NULL;
}

enum vstatus
options_study_by(const char ***by, size_t *n, const struct options *o, const struct study *s,
	enum study_factors which, struct verr *err)
{
	if (o->by.n) {
		struct hint known;
		enum vstatus st;

		hint_init(&known);
		for (size_t i = 0; i < s->n_runs; i++)
			for (size_t k = 0; k < s->runs[i].labels.n; k++)
				hint_add(&known, s->runs[i].labels.items[k].name);
		st = options_by(by, n, o, study_name, s, &known, err);
		hint_release(&known);
		return st;
	}
	study_by(by, n, s, which);
	return V_OK;
}

static enum vstatus
check_point(const struct hint *known, const char *option, const char *point, struct verr *err)
{
	if (!point || hint_has(known, point))
		return V_OK;
	verr_set(err, V_EUSAGE, "%s %s: no run has a point of that name", option, point);
	return hint_fail(err, known, point);
}

enum vstatus
options_check_points(const struct options *o, const struct study *s, struct verr *err)
{
	struct hint known;
	enum vstatus st = V_OK;

	hint_init(&known);
	study_points(&known, s);
	for (size_t i = 0; st == V_OK && i < o->points.n_levels; i++)
		st = check_point(&known, "--point", o->points.levels[i], err);
	if (st == V_OK)
		st = check_point(&known, "--inner", o->inner, err);
	if (st == V_OK)
		st = check_point(&known, "--outer", o->outer, err);
	hint_release(&known);
	if (st == V_OK && o->inner && study_point_rank(s, o->inner) > study_point_rank(s, o->outer))
		st = verr_set(err, V_EUSAGE,
			"--inner %s --outer %s: %s is the outer one of the two", o->inner, o->outer,
			o->inner);
	return st;
}

/* Options that leave the results as they are; with their letters. */
static const struct {
	const char *name;
	char letter;
	bool argument;
} neutral[] = {
	{"threads", 'j', true},
	{"output", 'o', true},
	{"samples", 0, true},
	{"max-memory", 0, true},
	{"verbose", 'v', false},
};

/* How many words of the command line the option at argv[0] takes, 0 if it is not neutral. */
static int
neutral_words(char *const *argv)
{
	const char *a = argv[0];

	for (size_t i = 0; i < sizeof neutral / sizeof *neutral; i++) {
		size_t n = strlen(neutral[i].name);
		bool is_name = !strncmp(a, "--", 2) && !strncmp(a + 2, neutral[i].name, n);

		if (is_name && a[2 + n] == '=')
			return 1;
		if (is_name && !a[2 + n])
			return neutral[i].argument ? 2 : 1;
		if (neutral[i].letter && a[0] == '-' && a[1] == neutral[i].letter)
			return neutral[i].argument && !a[2] ? 2 : 1;
	}
	return 0;
}

void
options_provenance(struct results *r, char *const *argv, int argc)
{
	char **kept = xcalloc((size_t)argc + 1, sizeof *kept);
	char name[] = "vanalyze";
	int n = 0;

	kept[n++] = name;
	for (int i = 0; i < argc; i++) {
		int words = neutral_words(argv + i);

		if (words)
			i += words - 1;
		else
			kept[n++] = argv[i];
	}
	results_set_program(r, "vanalyze " VANTAGE_VERSION, kept, n);
	free(kept);
}

enum vstatus
options_summarize(struct summarize_params *sp, const struct options *o, unsigned what,
	const char *const *by, size_t n_by, const struct measures *m, struct verr *err)
{
	enum vstatus st = V_OK;

	*sp = (struct summarize_params){
		.what = what,
		.by = by,
		.n_by = n_by,
		.level = o->level,
		.metrics = o->metrics.n_levels ? &o->metrics : NULL,
		.quantiles = o->quantiles,
		.n_quantiles = o->n_quantiles,
		.n_resamples = (size_t)o->bootstrap,
		.seed = (uint64_t)o->seed,
		.n_threads = (unsigned)o->threads,
		.contrast = {.level = o->level},
	};
	if ((what & SUMMARIZE_COMPARE) && m->n_series)
		st = contrast_resolve(&sp->contrast, o->baseline, by, n_by,
			o->by.n ? CONTRAST_BY_CHOSEN : CONTRAST_BY_DEFAULT, m, err);
	return what != SUMMARIZE_COMPARE && !o->baseline ? V_OK : st;
}

/* What became of the HTTP requests: the classes add up to all of them. */
static void
show_requests(const struct observation *o)
{
	const struct http_counts *n = &o->http.counts;
	struct strbuf b;

	if (!n->requests && !n->failed)
		return;
	strbuf_init(&b);
	strbuf_addf(&b, "complete %" PRIu64, n->complete);
	for (int i = 0; i < HTTP_N_LACKS; i++)
		if (n->lacks[i])
			strbuf_addf(&b, ", %s %" PRIu64, http_lack_name((enum http_lack)i),
				n->lacks[i]);
	if (n->hidden)
		strbuf_addf(&b, "; hidden behind cut-off headers, by length: %" PRIu64, n->hidden);
	log_info("run %s, point %s: %" PRIu64 " HTTP requests: %s", o->run->id, o->point,
		n->requests, b.p);
	strbuf_release(&b);
}

void
show_classes(const struct study *s)
{
	if (!log_is_verbose())
		return;
	for (size_t i = 0; i < s->n_observations; i++) {
		const struct observation *o = &s->observations[i];
		struct strbuf b;

		if (!o->capture)
			continue;
		strbuf_init(&b);
		for (int c = 0; c < PACKET_N_CLASSES; c++)
			if (o->classes[c])
				strbuf_addf(&b, "%s%s %" PRIu64, b.n ? ", " : "",
					packet_class_name((enum packet_class)c), o->classes[c]);
		log_info("run %s, point %s: %" PRIu64 " packets: %s", o->run->id, o->point,
			o->n_packets, b.n ? b.p : "none");
		strbuf_release(&b);
		show_requests(o);
	}
}
