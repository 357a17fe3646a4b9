/*
 * remarks - see remarks.h.
 */
#include "report/remarks.h"

#include <stdlib.h>
#include <string.h>

#define SHA256_SHOWN 12 /* digits of a dataset's checksum in a line; the results have all */

struct about { /* a note, and one analysis that has it */
	const char *text;
	const char *dataset;
	const char *metric;
};

struct heard {
	struct about *items; /* in the order of the results */
	size_t n, cap;
	const char *texts[REMARKS_MAX];
	size_t n_texts;
};

static const struct {
	const char *metric;
	const char *name;
} metric_names[] = {
	{"rtt_ns", "RTT"},
	{"overhead_ns", "overhead"},
	{"overhead_share_pct", "share of RTT"},
	{"overhead_out_ns", "overhead on the way out"},
	{"overhead_in_ns", "overhead on the way in"},
	{"rate_achieved_pps", "achieved rate"},
};

const char *
remarks_metric(const char *metric)
{
	for (size_t i = 0; i < sizeof metric_names / sizeof *metric_names; i++) {
		if (strcmp(metric_names[i].metric, metric) == 0)
			return metric_names[i].name;
	}
	return metric;
}

static bool
hear_text(struct heard *h, const char *text)
{
	for (size_t i = 0; i < h->n_texts; i++) {
		if (strcmp(h->texts[i], text) == 0)
			return true;
	}
	if (h->n_texts == REMARKS_MAX)
		return false;
	h->texts[h->n_texts++] = text;
	return true;
}

static void
hear(struct heard *h, const struct results *r, const struct analysis *a)
{
	const char *dataset = r->n_sources == 1 && r->sources[0].name ? r->sources[0].name : "";
	enum model_kind kind;

	if (!model_kind_of(&kind, a->kind))
		return;
	for (size_t i = 0; i < a->n_notes; i++) {
		if (!hear_text(h, a->notes[i]))
			continue;
		GROW(h->items, h->n, h->cap);
		h->items[h->n++] = (struct about){
			a->notes[i], dataset, a->metric ? remarks_metric(a->metric) : ""};
	}
}

/* first_of - is item i the first of its note with that dataset (or, metric too, with both)? */
static bool
first_of(const struct heard *h, size_t i, bool metric_too)
{
	const struct about *a = &h->items[i];

	for (size_t k = 0; k < i; k++) {
		const struct about *b = &h->items[k];

		if (strcmp(a->text, b->text) == 0 && strcmp(a->dataset, b->dataset) == 0 &&
			(!metric_too || strcmp(a->metric, b->metric) == 0))
			return false;
	}
	return true;
}

/* metrics_of - "RTT, overhead": those for which a dataset's analyses have the note. */
static void
metrics_of(struct strbuf *out, const struct heard *h, const struct about *about)
{
	strbuf_clear(out);
	for (size_t i = 0; i < h->n; i++) {
		const struct about *a = &h->items[i];

		if (*a->metric && strcmp(a->text, about->text) == 0 &&
			strcmp(a->dataset, about->dataset) == 0 && first_of(h, i, true))
			strbuf_addf(out, "%s%s", out->n ? ", " : "", a->metric);
	}
	if (!out->p)
		strbuf_adds(out, "");
}

struct group { /* datasets of one note that share their metrics */
	const char *metrics;
	struct strbuf names;
	size_t n;
};

static void
group_add(struct group *g, const char *dataset)
{
	if (g->n++ < REMARKS_NAMES_MAX)
		strbuf_addf(&g->names, "%s%s", g->n > 1 ? ", " : "",
			*dataset ? dataset : "several datasets");
}

static void
group_tell(struct strbuf *out, struct group *g)
{
	strbuf_addf(out, "%s%s", out->n ? "; " : "", g->names.p);
	if (g->n > REMARKS_NAMES_MAX)
		strbuf_addf(out, " and %zu more", g->n - REMARKS_NAMES_MAX);
	if (*g->metrics)
		strbuf_addf(out, " (%s)", g->metrics);
	strbuf_release(&g->names);
}

/* tell_text - one note with what it is about. */
static void
tell_text(struct doc *d, const struct heard *h, const char *text)
{
	struct group *groups = xcalloc(h->n + 1, sizeof *groups);
	struct strbuf metrics, line;
	size_t n = 0;

	strbuf_init(&metrics);
	strbuf_init(&line);
	for (size_t i = 0; i < h->n; i++) {
		size_t k = 0;

		if (strcmp(h->items[i].text, text) != 0 || !first_of(h, i, false))
			continue;
		metrics_of(&metrics, h, &h->items[i]);
		while (k < n && strcmp(groups[k].metrics, metrics.p ? metrics.p : "") != 0)
			k++;
		if (k == n)
			groups[n++].metrics = doc_text(d, "%s", metrics.p ? metrics.p : "");
		group_add(&groups[k], h->items[i].dataset);
	}
	for (size_t k = 0; k < n; k++)
		group_tell(&line, &groups[k]);
	strbuf_addf(&line, ": %s", text);
	doc_add_sentence(d, &d->remarks, &d->n_remarks, &d->cap_remarks, line.p);
	strbuf_release(&line);
	strbuf_release(&metrics);
	free(groups);
}

static bool
same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* source_line - "Dataset native: ping from ... (SHA-256 0123456789ab..., vanalyze 1.0.0)". */
static const char *
source_line(struct doc *d, const struct doc_source *src)
{
	const char *sum = src->sha256
		? doc_text(d, "SHA-256 %.*s\xe2\x80\xa6", SHA256_SHOWN, src->sha256)
		: "checksum unknown";

	return doc_text(d, "Dataset %s%s%s (%s, %s)", src->name, src->title ? ": " : "",
		src->title ? src->title : "", sum, src->program);
}

static void
tell_source(struct doc *d, const struct results *r, const struct results_source *src)
{
	struct doc_source s = {.name = src->name ? src->name : "without name",
		.title = src->title && *src->title ? src->title : NULL,
		.sha256 = src->sha256,
		.program = r->program ? r->program : "unknown program"};

	for (size_t i = 0; i < d->n_sources; i++) {
		const struct doc_source *have = &d->sources[i];

		if (strcmp(have->name, s.name) == 0 && same_text(have->title, s.title) &&
			same_text(have->sha256, s.sha256) && strcmp(have->program, s.program) == 0)
			return;
	}
	s.line = source_line(d, &s);
	GROW(d->sources, d->n_sources, d->cap_sources);
	d->sources[d->n_sources++] = s;
}

/* needs_quotes - does a shell read the word as it is? */
static bool
needs_quotes(const char *word)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789%+,-./:=@_";

	return !*word || word[strspn(word, plain)] != '\0';
}

static void
tell_command(struct doc *d, const struct results *r)
{
	struct strbuf b;

	if (!r->n_command)
		return;
	strbuf_init(&b);
	if (strcmp(r->command[0], "vanalyze") != 0)
		strbuf_adds(&b, "vanalyze");
	for (size_t i = 0; i < r->n_command; i++) {
		const char *word = r->command[i];

		strbuf_adds(&b, b.n ? " " : "");
		if (!needs_quotes(word)) {
			strbuf_adds(&b, word);
			continue;
		}
		strbuf_addc(&b, '\'');
		for (; *word; word++) {
			if (*word == '\'')
				strbuf_adds(&b, "'\\''");
			else
				strbuf_addc(&b, *word);
		}
		strbuf_addc(&b, '\'');
	}
	doc_add_sentence(d, &d->commands, &d->n_commands, &d->cap_commands, b.p);
	strbuf_release(&b);
}

void
remarks_tell(struct doc *d, const struct model *m)
{
	struct heard h = {0};

	for (size_t i = 0; i < m->n_docs; i++) {
		const struct results *r = &m->docs[i];

		for (size_t s = 0; s < r->n_sources; s++)
			tell_source(d, r, &r->sources[s]);
		tell_command(d, r);
		for (size_t a = 0; a < r->n_analyses; a++)
			hear(&h, r, &r->analyses[a]);
	}
	for (size_t i = 0; i < h.n_texts; i++)
		tell_text(d, &h, h.texts[i]);
	free(h.items);
}
