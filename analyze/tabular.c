/*
 * tabular - see tabular.h.
 *
 * What a table is, its columns tell; only the header is read for it.  What a command asks for
 * decides the form in which published values are quoted: rtt and overhead, like describe, show one
 * row a cell; ci one row a number.  A command that makes several kinds at once writes documents for
 * reports, and gets all numbers in a kind of their own, "published": no report shall mistake them
 * for measured ones.  Of histograms there is what there is of samples, within the width of a
 * bucket; in such documents the kinds are called histogram_describe and so on.
 */
#include "analyze/tabular.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/against.h"
#include "analyze/frames_stats.h"
#include "analyze/histogram.h"
#include "analyze/layout.h"
#include "analyze/quote.h"
#include "core/file.h"
#include "core/log.h"

#define HEADER_MAX_BYTES ((size_t)64 << 10)
#define DOCUMENT_KIND "published" /* in documents for reports */
#define SUMMARIES (SUMMARIZE_SUMMARY | SUMMARIZE_DESCRIBE | SUMMARIZE_CI)
#define HISTOGRAM_SUMMARIES (SUMMARIES | SUMMARIZE_CDF)

bool
tabular_is(const struct dataset *d)
{
	return !d->n_runs && d->n_tables > 0;
}

bool
tabular_operand(const char *path)
{
	static const struct {
		const char *name;
		bool there;
	} entries[] = {{"datapackage.json", true}, {"runs", false}, {"run.json", false}};
	bool is = file_is_dir(path);

	for (size_t i = 0; is && i < sizeof entries / sizeof *entries; i++) {
		char *entry = file_join(path, entries[i].name);

		is = file_exists(entry) == entries[i].there;
		free(entry);
	}
	return is;
}

/* What is done with each table of a dataset. */
struct visit {
	struct results *results; /* NULL: the tables are only read */
	const struct dataset *dataset;
	const struct pipeline *pipeline; /* NULL: to tell what there is */
	const struct results *measured;  /* to stand beside published values; NULL: none */
	size_t *n_met;                   /* how many of them do */
	const struct frame_use *use;     /* with a pipeline: what its frames are for; else NULL */
};

/* ---- published values ---- */

/* The form that a command asks for. */
static enum vstatus
form_of(struct quote *q, const struct pipeline *p, struct verr *err)
{
	static const struct {
		unsigned what;
		const char *kind;
		enum quote_form form;
	} forms[] = {
		{SUMMARIZE_SUMMARY, "summary", QUOTE_CELLS},
		{SUMMARIZE_DESCRIBE, "describe", QUOTE_CELLS},
		{SUMMARIZE_CI, "ci", QUOTE_LIST},
	};
	unsigned what = p->what & SUMMARIES;

	if (!what)
		return verr_set(err, V_EDOM,
			"%s holds published values, not samples: means and quantiles do not tell "
			"this (describe, ci and compare show what there is)",
			q->dataset);
	q->kind = DOCUMENT_KIND;
	q->form = QUOTE_LIST;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (what == forms[i].what) {
			q->kind = forms[i].kind;
			q->form = forms[i].form;
		}
	}
	return V_OK;
}

static const char *const *
metrics_of(const struct pipeline *p)
{
	static const char *const rtt[] = {"rtt_ns", NULL};
	static const char *const overhead[] = {"overhead_ns", "overhead_share_pct", NULL};

	static const char *const throughput[] = {"throughput_bps", "goodput_bps",
		"transactions_per_s", "messages_okay_count", "messages_error_count",
		"okay_share_pct", "relative_throughput_ratio", NULL};

	return p->measure == PIPELINE_RTT           ? rtt
		: p->measure == PIPELINE_OVERHEAD   ? overhead
		: p->measure == PIPELINE_THROUGHPUT ? throughput
						    : NULL;
}

static struct quote
quote_of(const struct dataset *d)
{
	const struct json *source = json_at(json_get(d->document, "sources"), 0);

	return (struct quote){
		.dataset = d->name,
		.title = d->title,
		.source = json_str(json_get(source, "title"), NULL),
	};
}

static struct against
against_of(const struct visit *v, const struct published *p)
{
	const struct json *words = json_get(v->dataset->document, "against");

	return (struct against){.published = p,
		.dataset = v->dataset->name,
		.source = quote_of(v->dataset).source,
		.equivalents = json_get(words, "equivalents"),
		.conditions = json_get(words, "conditions"),
		.note = json_str(json_get(words, "note"), NULL),
		.level = v->pipeline->options->level};
}

/* What a command makes of published values. */
static enum vstatus
use_published(const struct visit *v, const struct published *p, struct verr *err)
{
	struct quote q = quote_of(v->dataset);
	struct against g = against_of(v, p);
	enum vstatus st;
	size_t n;

	if (v->measured) {
		against_measured(v->results, &n, v->measured, &g);
		*v->n_met += n;
		return V_OK;
	}
	if (v->pipeline->what == SUMMARIZE_COMPARE)
		return against_baseline(v->results, &g, v->pipeline->options, err);
	q.options = v->pipeline->options;
	q.metrics = metrics_of(v->pipeline);
	st = form_of(&q, v->pipeline, err);
	if (st == V_OK)
		st = quote_published(v->results, p, &q, err);
	if (st == V_OK && !strcmp(q.kind, DOCUMENT_KIND))
		st = layout_add(v->results, p, json_get(v->dataset->document, "layouts"),
			v->dataset->name, q.source, err);
	return st;
}

static enum vstatus
visit_published(const struct visit *v, const char *path, struct verr *err)
{
	struct quote q = quote_of(v->dataset);
	struct published p;
	enum vstatus st = published_load(&p, path, err);

	if (st == V_OK && v->pipeline)
		st = use_published(v, &p, err);
	else if (st == V_OK && v->results)
		quote_info(v->results, &p, &q);
	published_release(&p);
	return st;
}

/* ---- histograms ---- */

static bool
is_document(const struct pipeline *p)
{
	return (p->what & (p->what - 1)) != 0;
}

/* Rank correlation and outliers: for a command of these names, or in a document. */
static enum vstatus
use_histograms(const struct visit *v, const struct histogram *h, struct verr *err)
{
	const struct pipeline *p = v->pipeline;
	struct frames_stats stats;
	struct frame_use uses[2];
	size_t n;

	if (v->use)
		return frames_use_histograms(v->results, p->options, v->use, 1, h, err);
	n = frames_stats_document(uses, &stats, p->options, p->what);
	stats.kendall_kind = "histogram_kendall";
	stats.outliers.kind = "histogram_outliers";
	return n ? frames_use_histograms(v->results, p->options, uses, n, h, err) : V_OK;
}

/* In a document a baseline that nobody asked for may be missing. */
static enum vstatus
compare_histograms(const struct visit *v, const struct histogram *h, struct verr *err)
{
	const struct pipeline *p = v->pipeline;
	struct verr missing;
	enum vstatus st;

	if (!(p->what & SUMMARIZE_COMPARE))
		return V_OK;
	if (!is_document(p))
		return histogram_compare(v->results, h, "compare", p->options, err);
	st = histogram_compare(v->results, h, "histogram_compare", p->options, &missing);
	if (st != V_OK && p->options->baseline)
		log_warn("%s: %s", v->dataset->name, missing.msg);
	return V_OK;
}

static enum vstatus
summarize_histograms(const struct visit *v, const struct histogram *h, struct verr *err)
{
	const struct pipeline *p = v->pipeline;
	enum vstatus st = V_OK;

	if (metrics_of(p))
		return verr_set(err, V_EDOM,
			"%s holds histograms of %s: describe, ci and cdf show them",
			v->dataset->name, h->n_runs ? h->runs[0].metric : "nothing");
	if (p->what & HISTOGRAM_SUMMARIES)
		st = histogram_summarize(
			v->results, h, p->what & HISTOGRAM_SUMMARIES, p->options, err);
	if (st == V_OK)
		st = compare_histograms(v, h, err);
	if (st == V_OK)
		st = use_histograms(v, h, err);
	if (st != V_OK)
		verr_ctx(err, "%s", v->dataset->name);
	return st;
}

static enum vstatus
visit_histograms(const struct visit *v, const char *path, struct verr *err)
{
	struct histogram h;
	enum vstatus st = histogram_load(&h, path, err);

	if (st == V_OK && v->measured)
		; /* counts, not printed values: nothing to stand beside */
	else if (st == V_OK && v->pipeline)
		st = summarize_histograms(v, &h, err);
	else if (st == V_OK && v->results)
		histogram_info(v->results, &h);
	histogram_release(&h);
	return st;
}

/* ---- tables ---- */

static const struct table_kind {
	bool (*is)(const struct table *header);
	enum vstatus (*visit)(const struct visit *v, const char *path, struct verr *err);
} kinds[] = {
	{published_is_table, visit_published},
	{histogram_is_table, visit_histograms},
};

/* By its header; NULL for a table of another kind. */
static enum vstatus
kind_of(const struct table_kind **kind, const char *path, struct verr *err)
{
	char *head = xmalloc(HEADER_MAX_BYTES);
	struct table t;
	size_t len;
	enum vstatus st = file_head(head, &len, HEADER_MAX_BYTES, path, err);

	*kind = NULL;
	table_init(&t);
	if (st == V_OK) {
		const char *end = memchr(head, '\n', len);

		st = table_parse_csv(&t, head, end ? (size_t)(end - head) : len, path, err);
	}
	for (size_t i = 0; st == V_OK && i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].is(&t))
			*kind = &kinds[i];
	table_release(&t);
	free(head);
	return st;
}

static enum vstatus
visit_tables(const struct visit *v, struct verr *err)
{
	const struct dataset *d = v->dataset;
	enum vstatus st = V_OK;
	size_t n = 0;

	for (size_t i = 0; st == V_OK && i < d->n_tables; i++) {
		const struct table_kind *kind;

		st = kind_of(&kind, d->tables[i].path, err);
		if (st != V_OK || !kind)
			continue;
		n++;
		st = kind->visit(v, d->tables[i].path, err);
	}
	if (st == V_OK && !n)
		st = verr_set(err, V_EFORMAT,
			"%s: no run, and no table of published values or histograms "
			"(docs/formats.md)",
			d->path);
	return st;
}

static enum vstatus
run_visit(struct visit *v, const char *path, struct verr *err)
{
	const struct pipeline *p = v->pipeline;
	struct dataset d;
	struct verr ignored;
	char hex[SHA256_HEX_SIZE];
	bool complete = p->complete || p->options->format == SHOW_JSON;
	enum vstatus st;

	v->dataset = &d;
	dataset_init(&d);
	st = dataset_load(&d, path, err);
	if (st == V_OK && p->options->samples)
		st = verr_set(
			err, V_EDOM, "%s holds tables: there are no samples to write", d.name);
	if (st == V_OK)
		st = visit_tables(v, err);
	if (st == V_OK)
		results_add_source(v->results, d.name, d.title,
			complete && dataset_checksum(hex, &d, &ignored) == V_OK ? hex : NULL);
	dataset_release(&d);
	return st;
}

enum vstatus
tabular_against(struct results *r, size_t *n_met, const struct results *measured,
	const struct pipeline *p, const char *path, struct verr *err)
{
	struct dataset d;
	struct visit v = {
		.results = r, .dataset = &d, .pipeline = p, .measured = measured, .n_met = n_met};
	enum vstatus st;

	*n_met = 0;
	dataset_init(&d);
	st = tabular_operand(path)
		? dataset_load(&d, path, err)
		: verr_set(err, V_EFORMAT, "%s: no dataset of published values (docs/formats.md)",
			  path);
	if (st == V_OK)
		st = visit_tables(&v, err);
	dataset_release(&d);
	return st;
}

enum vstatus
tabular_run(struct results *r, const struct pipeline *p, const char *path, struct verr *err)
{
	struct visit v = {.results = r, .pipeline = p};

	return run_visit(&v, path, err);
}

enum vstatus
tabular_use(struct results *r, const struct options *o, const struct frame_use *u, const char *path,
	struct verr *err)
{
	struct options copy = *o;
	struct pipeline p = {.options = &copy};
	struct visit v = {.results = r, .pipeline = &p, .use = u};

	return run_visit(&v, path, err);
}

enum vstatus
tabular_info(struct results *r, const struct dataset *d, struct verr *err)
{
	struct visit v = {.results = r, .dataset = d};

	return visit_tables(&v, err);
}

enum vstatus
tabular_check(const struct dataset *d, struct verr *err)
{
	struct visit v = {.dataset = d};

	return visit_tables(&v, err);
}

enum vstatus
tabular_outcome(enum vstatus st, const struct verr *err, bool alone, int *exit_status)
{
	if (st == V_EDOM && !alone) {
		log_error("%s", err->msg);
		vexit_add(exit_status, VEXIT_NODATA);
		return V_OK;
	}
	vexit_add(exit_status, VEXIT_OK);
	return st;
}
