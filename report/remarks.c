/*
 * remarks - see remarks.h.
 *
 * Analyses of many metrics say the same with other numbers ("adjusted for the 216 tests"): such
 * notes are one, with the range of each number.  Each analysis of the results has its own.
 */
#include "report/remarks.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/str.h"
#include "report/words.h"

#define SHA256_SHOWN 12 /* digits of a dataset's checksum in a line; the results have all */

#define RANGES_MAX 8     /* numbers in which notes may differ and still be one */

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

/* number_at - length of the number that begins at text[i]; 0 when none does. */
static size_t
number_at(const char *text, size_t i)
{
	size_t n;

	if (i && (isalnum((unsigned char)text[i - 1]) || strchr("_-", text[i - 1])))
		return 0;
	n = text[i] == '-' && isdigit((unsigned char)text[i + 1]) ? 1 : 0;
	while (isdigit((unsigned char)text[i + n]))
		n++;
	if (n && text[i + n] == '.' && isdigit((unsigned char)text[i + n + 1]))
		for (n++; isdigit((unsigned char)text[i + n]);)
			n++;
	return n;
}

/* alike - are two notes the same but for their numbers? */
static bool
alike(const char *a, const char *b)
{
	size_t i = 0, k = 0, numbers = 0;

	while (a[i] && b[k]) {
		size_t n = number_at(a, i), m = number_at(b, k);

		numbers += n > 0;
		if (numbers > RANGES_MAX)
			return strcmp(a, b) == 0;
		if ((n == 0) != (m == 0) || (n == 0 && a[i] != b[k]))
			return false;
		i += n ? n : 1;
		k += m ? m : 1;
	}
	return a[i] == b[k];
}

static bool
hear_text(struct heard *h, const char *text)
{
	for (size_t i = 0; i < h->n_texts; i++) {
		if (alike(h->texts[i], text))
			return true;
	}
	if (h->n_texts == REMARKS_MAX)
		return false;
	h->texts[h->n_texts++] = text;
	return true;
}

static void
hear(struct doc *d, struct heard *h, const struct results *r, const struct analysis *a)
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
			a->notes[i], dataset, a->metric ? words_metric(d, a->metric) : ""};
	}
}

/* first_of - is item i the first of its note with that dataset (or, metric too, with both)? */
static bool
first_of(const struct heard *h, size_t i, bool metric_too)
{
	const struct about *a = &h->items[i];

	for (size_t k = 0; k < i; k++) {
		const struct about *b = &h->items[k];

		if (alike(a->text, b->text) && strcmp(a->dataset, b->dataset) == 0 &&
			(!metric_too || strcmp(a->metric, b->metric) == 0))
			return false;
	}
	return true;
}

/* metrics_of - "RTT, overhead": those for which a dataset's analyses have the note. */
static void
metrics_of(struct strbuf *out, const struct heard *h, const struct about *about)
{
	size_t n = 0;

	strbuf_clear(out);
	for (size_t i = 0; i < h->n; i++) {
		const struct about *a = &h->items[i];

		if (*a->metric && alike(a->text, about->text) &&
			strcmp(a->dataset, about->dataset) == 0 && first_of(h, i, true) &&
			n++ < REMARKS_NAMES_MAX)
			strbuf_addf(out, "%s%s", out->n ? ", " : "", a->metric);
	}
	if (n > REMARKS_NAMES_MAX)
		strbuf_addf(out, " and %zu more", n - REMARKS_NAMES_MAX);
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

static double
value_of(struct slice number)
{
	double v = 0;

	slice_f64(number, &v);
	return v;
}

/* kth_number - the k-th number of a text that has as many. */
static struct slice
kth_number(const char *text, size_t k)
{
	for (size_t i = 0;; i++) {
		size_t n = number_at(text, i);

		if (n && k-- == 0)
			return (struct slice){text + i, n};
		i += n ? n - 1 : 0;
	}
}

/* add_range - "3" or "3 to 216": the k-th number of all notes that are alike. */
static void
add_range(struct strbuf *out, const struct heard *h, const char *text, size_t k)
{
	struct slice least = kth_number(text, k), most = least;

	for (size_t i = 0; i < h->n; i++) {
		struct slice number;

		if (!alike(h->items[i].text, text))
			continue;
		number = kth_number(h->items[i].text, k);
		if (value_of(number) < value_of(least))
			least = number;
		if (value_of(number) > value_of(most))
			most = number;
	}
	strbuf_add(out, least.p, least.n);
	if (value_of(least) < value_of(most)) {
		strbuf_adds(out, " to ");
		strbuf_add(out, most.p, most.n);
	}
}

/* add_text - a note, with ranges where notes that are alike differ. */
static void
add_text(struct strbuf *out, const struct heard *h, const char *text)
{
	size_t k = 0;

	for (size_t i = 0, n; text[i]; i += n ? n : 1) {
		n = number_at(text, i);
		if (n && k < RANGES_MAX)
			add_range(out, h, text, k++);
		else
			strbuf_add(out, text + i, n ? n : 1);
	}
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

		if (!alike(h->items[i].text, text) || !first_of(h, i, false))
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
	strbuf_adds(&line, ": ");
	add_text(&line, h, text);
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
			hear(d, &h, r, &r->analyses[a]);
	}
	for (size_t i = 0; i < h.n_texts; i++)
		tell_text(d, &h, h.texts[i]);
	free(h.items);
}
