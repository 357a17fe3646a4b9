/*
 * shares - where the outliers are, one column a dataset and one row a scenario; see tables.h.
 *
 * Read from the documents as they stand: the analyses "outliers", which give each scenario (a
 * combination of levels) its share of all outliers of a platform at a place.  One place stands for
 * a platform: of round trips what the application saw, of pairs guest and host.  How a run was
 * recorded is no scenario, nor is a factor that some dataset does not vary, load aside, which is
 * at rest where it is not recorded: their levels are added up, so that the columns can be
 * compared.  Scenarios that hold little everywhere are added up in a last row, as the papers do;
 * every share by itself is in the table of its dataset.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/str.h"
#include "report/lookup.h"
#include "report/sections.h"
#include "report/tables.h"
#include "report/view.h"
#include "report/words.h"

#define OTHERS_BELOW_PCT 5.0
#define SHARE_SPREAD 5.0 /* what decides the digits of a share: one decimal */
#define COLUMNS_PER_TABLE 8
#define TABLES_SHOWN 4

static const struct subject {
	const char *id;
	const char *metric;
	const char *title;
} subjects[] = {
	{"outlier-shares-rtt", "rtt_ns", "Where the outliers of the RTT are"},
	{"outlier-shares-overhead", "overhead_ns", "Where the outliers of the overhead are"},
	{"outlier-shares-latency", "latency_ns", "Where the outliers of HTTP latency are"},
	{"outlier-shares-delay", "delay_ns", "Where the outliers of the delay are"},
};
#define N_SUBJECTS (sizeof subjects / sizeof *subjects)

struct share_column {
	const char *title;
	const char *platform, *driver; /* "" none */
	const char *place;             /* as it is written */
	int rank;                      /* of the place: lower is better */
	const struct analysis *a;
	double n, outliers; /* in all */
	const char *reason; /* why there are no shares; NULL */
};

struct scenario {
	const char **levels; /* one a factor; NULL none */
	double *share;       /* one a column; NaN not measured */
	double largest;
	size_t met; /* when, in the documents */
};

struct shares {
	struct doc *d;
	const char *factors[MODEL_FACTORS_MAX];
	bool load[MODEL_FACTORS_MAX];
	size_t n_factors;
	const char *summed[MODEL_FACTORS_MAX]; /* factors that are no part of a scenario */
	size_t n_summed;
	struct share_column *columns;
	size_t n_columns, cap_columns;
	struct scenario *rows;
	size_t n_rows, cap_rows;
};

/* is_scenario - by columns that say neither where nor how something was recorded. */
static bool
is_scenario(const char *name)
{
	static const char *const others[] = {"platform", "driver", "point", "inner", "outer",
		MODEL_CAPTURES, MODEL_DATASET};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (!strcmp(name, others[i]))
			return false;
	return true;
}

static void
learn_factors(struct shares *s, const struct analysis *a)
{
	for (size_t c = 0; c < a->n_by; c++) {
		size_t f = 0;

		while (f < s->n_factors && strcmp(s->factors[f], a->by[c]) != 0)
			f++;
		if (is_scenario(a->by[c]) && f == s->n_factors && f < MODEL_FACTORS_MAX)
			s->factors[s->n_factors++] = a->by[c];
	}
}

/* place_of - how the place of a row is written, and how well it stands for a platform. */
static const char *
place_of(struct doc *d, const struct table *t, size_t row, int *rank)
{
	static const char *const best[] = {"guest\xe2\x80\x93host", "app\xe2\x80\x93host", "app",
		"guest", "client", "proxy-in", "host", "server"};
	const char *inner = lookup_named(d, t, "inner", row);
	const char *outer = lookup_named(d, t, "outer", row);
	const char *place = *inner ? view_pair_name(d, inner, outer)
				   : lookup_named(d, t, "point", row);

	*rank = (int)(sizeof best / sizeof *best);
	for (int i = 0; i < *rank; i++)
		if (!strcmp(best[i], place))
			*rank = i;
	return place;
}

/* column_of - the column of the row's platform in that analysis, new if need be. */
static struct share_column *
column_of(struct shares *s, const struct analysis *a, const char *source, size_t row)
{
	const char *platform = lookup_named(s->d, &a->rows, "platform", row);
	const char *driver = lookup_named(s->d, &a->rows, "driver", row);

	for (size_t i = 0; i < s->n_columns; i++)
		if (s->columns[i].a == a && !strcmp(s->columns[i].platform, platform) &&
			!strcmp(s->columns[i].driver, driver))
			return &s->columns[i];
	GROW(s->columns, s->n_columns, s->cap_columns);
	s->columns[s->n_columns] = (struct share_column){
		.title = source, .platform = platform, .driver = driver, .a = a, .rank = INT32_MAX};
	return &s->columns[s->n_columns++];
}

/* take_columns - the platforms of an analysis, each with its best place. */
static void
take_columns(struct shares *s, const struct analysis *a, const char *source)
{
	size_t first = s->n_columns;

	for (size_t row = 0; row < a->rows.n_rows; row++) {
		struct share_column *c = column_of(s, a, source, row);
		int rank;
		const char *place = place_of(s->d, &a->rows, row, &rank);

		if (rank < c->rank) {
			c->rank = rank;
			c->place = place;
		}
	}
	for (size_t i = first; s->n_columns - first > 1 && i < s->n_columns; i++) {
		struct share_column *c = &s->columns[i];

		c->title = *c->driver ? doc_text(s->d, "%s (%s)", c->platform, c->driver)
				      : c->platform;
	}
}

static bool
is_load(const struct model *m, const char *factor)
{
	for (size_t f = 0; f < m->n_factors; f++)
		if (m->load_factor[f] && !strcmp(m->factors[f], factor))
			return true;
	return false;
}

static bool
varied_everywhere(const struct shares *s, const char *factor)
{
	for (size_t i = 0; i < s->n_columns; i++) {
		const struct analysis *a = s->columns[i].a;
		size_t c = 0;

		while (c < a->n_by && strcmp(a->by[c], factor) != 0)
			c++;
		if (c == a->n_by)
			return false;
	}
	return true;
}

/* order_factors - as the model has them: kinds of load before amounts. */
static void
order_factors(struct shares *s, const struct model *m)
{
	size_t n = 0;

	for (size_t k = 0; k < m->n_factors; k++) {
		for (size_t f = n; f < s->n_factors; f++) {
			const char *name = s->factors[f];

			if (strcmp(m->factors[k], name) != 0)
				continue;
			s->factors[f] = s->factors[n];
			s->factors[n++] = name;
		}
	}
}

/* choose_factors - those that make a scenario; all of them when that would be none. */
static void
choose_factors(struct shares *s, const struct model *m)
{
	size_t n = 0;

	order_factors(s, m);
	for (size_t f = 0; f < s->n_factors; f++) {
		const char *name = s->factors[f];

		s->load[n] = is_load(m, name);
		if (s->load[n] || varied_everywhere(s, name)) {
			s->factors[f] = s->factors[n];
			s->factors[n++] = name;
		}
	}
	if (n == 0)
		return;
	for (size_t f = n; f < s->n_factors; f++)
		s->summed[s->n_summed++] = s->factors[f];
	s->n_factors = n;
}

static bool
same_levels(const struct shares *s, const char *const *a, const char *const *b)
{
	for (size_t f = 0; f < s->n_factors; f++) {
		if (s->load[f] && model_is_rest(a[f]) && model_is_rest(b[f]))
			continue;
		if (strcmp(a[f] ? a[f] : "", b[f] ? b[f] : "") != 0)
			return false;
	}
	return true;
}

/* learn_levels - a level at rest is named once a dataset names it. */
static struct scenario *
learn_levels(const struct shares *s, struct scenario *r, const char *const *levels)
{
	for (size_t f = 0; f < s->n_factors; f++)
		if (!r->levels[f])
			r->levels[f] = levels[f];
	return r;
}

static struct scenario *
scenario_of(struct shares *s, const struct analysis *a, size_t row)
{
	const char *levels[MODEL_FACTORS_MAX];
	struct scenario *new;

	for (size_t f = 0; f < s->n_factors; f++) {
		levels[f] = lookup_named(s->d, &a->rows, s->factors[f], row);
		levels[f] = *levels[f] ? levels[f] : NULL;
	}
	for (size_t i = 0; i < s->n_rows; i++)
		if (same_levels(s, s->rows[i].levels, levels))
			return learn_levels(s, &s->rows[i], levels);
	GROW(s->rows, s->n_rows, s->cap_rows);
	new = &s->rows[s->n_rows++];
	new->met = s->n_rows;
	new->largest = 0;
	new->levels = arena_alloc(&s->d->arena, (s->n_factors + 1) * sizeof *new->levels);
	new->share = arena_alloc(&s->d->arena, (s->n_columns + 1) * sizeof *new->share);
	for (size_t f = 0; f < s->n_factors; f++)
		new->levels[f] = levels[f];
	for (size_t c = 0; c < s->n_columns; c++)
		new->share[c] = NAN;
	return new;
}

/* take_rows - what a column's analysis says of its platform at its place. */
static void
take_rows(struct shares *s, size_t column)
{
	struct share_column *c = &s->columns[column];
	const struct table *t = &c->a->rows;

	for (size_t row = 0; row < t->n_rows; row++) {
		double share = lookup_real(t, "share_pct", row);
		struct scenario *at;
		int rank;

		if (strcmp(lookup_named(s->d, t, "platform", row), c->platform) != 0 ||
			strcmp(lookup_named(s->d, t, "driver", row), c->driver) != 0 ||
			strcmp(place_of(s->d, t, row, &rank), c->place) != 0)
			continue;
		at = scenario_of(s, c->a, row);
		c->n += lookup_real(t, "n", row);
		c->outliers += lookup_real(t, "outliers", row);
		if (isnan(share)) {
			c->reason = lookup_named(s->d, t, "reason", row);
			continue;
		}
		at->share[column] = isnan(at->share[column]) ? share : at->share[column] + share;
		at->largest = fmax(at->largest, at->share[column]);
	}
}

static int
scenario_cmp(const void *va, const void *vb)
{
	const struct scenario *a = va, *b = vb;

	if (a->largest != b->largest)
		return a->largest < b->largest ? 1 : -1;
	return (a->met > b->met) - (a->met < b->met);
}

static void
gather(struct shares *s, const struct model *m, const char *metric)
{
	for (size_t i = 0; i < m->n_docs; i++) {
		const struct results *r = &m->docs[i];

		for (size_t k = 0; k < r->n_analyses; k++) {
			const struct analysis *a = &r->analyses[k];

			if ((strcmp(a->kind, "outliers") != 0 &&
				    strcmp(a->kind, "histogram_outliers") != 0) ||
				!a->metric || strcmp(a->metric, metric))
				continue;
			learn_factors(s, a);
			take_columns(s, a, r->n_sources == 1 ? r->sources[0].name : "all");
		}
	}
	choose_factors(s, m);
	for (size_t c = 0; c < s->n_columns; c++)
		take_rows(s, c);
}

static void
share_cell(struct doc *d, struct doc_table *t, struct doc_cell *cell, double share,
	const struct share_column *c)
{
	cell->value = share;
	cell->spread = SHARE_SPREAD;
	if (isnan(share))
		doc_absent(d, t, cell, c->reason && *c->reason ? c->reason : "not measured");
}

/* add_others - one row for what is below the bound in every column; how many scenarios. */
static size_t
add_others(struct shares *s, struct doc_table *t, size_t from, size_t n)
{
	double *sum = xcalloc(n + 1, sizeof *sum);
	size_t n_others = 0;

	for (size_t c = 0; c < n; c++)
		sum[c] = NAN;
	for (size_t i = 0; i < s->n_rows; i++) {
		const double *share = s->rows[i].share + from;

		if (s->rows[i].largest >= OTHERS_BELOW_PCT)
			continue;
		n_others++;
		for (size_t c = 0; c < n; c++)
			if (!isnan(share[c]))
				sum[c] = isnan(sum[c]) ? share[c] : sum[c] + share[c];
	}
	if (n_others) {
		struct doc_cell *row = doc_add_row(t);

		for (size_t f = 0; f < s->n_factors; f++)
			row[f].text = f ? "" : "others";
		for (size_t c = 0; c < n; c++)
			share_cell(s->d, t, &row[s->n_factors + c], sum[c], &s->columns[from + c]);
	}
	free(sum);
	return n_others;
}

static void
tell(struct shares *s, struct doc_table *t, size_t from, size_t n, size_t n_others)
{
	double threshold = NAN;
	char text[NUM_TEXT_SIZE];
	struct strbuf b;

	strbuf_init(&b);
	strbuf_adds(&b, "Share of all outliers of a dataset, in percent; an outlier has a modified "
			"z-score (Iglewicz and Hoaglin)");
	if (json_f64(json_get(s->columns[from].a->parameters, "threshold"), &threshold)) {
		num_plain(text, threshold);
		strbuf_addf(&b, " beyond %s", text);
	}
	strbuf_addc(&b, '.');
	for (size_t f = 0; f < s->n_summed; f++)
		strbuf_addf(&b, "%s %s", f ? "," : " Added up over",
			words_plain(s->d, s->summed[f]));
	strbuf_adds(&b, s->n_summed ? "." : "");
	if (n_others) {
		num_plain(text, OTHERS_BELOW_PCT);
		strbuf_addf(&b,
			" Scenarios with less than %s\xc2\xa0%% in every dataset (%zu) are added "
			"up as others.",
			text, n_others);
	}
	strbuf_adds(&b, " Outliers of samples in all:");
	for (size_t c = from; c < from + n; c++) {
		const struct share_column *k = &s->columns[c];

		strbuf_addf(&b, "%s %s %.0f of %.0f", c > from ? ";" : "", k->title, k->outliers,
			k->n);
		if (*k->place)
			strbuf_addf(&b, " at %s", k->place);
	}
	strbuf_addc(&b, '.');
	t->caption = doc_take(s->d, &b);
	strbuf_release(&b);
}

static void
part_table(struct shares *s, const struct subject *of, size_t part)
{
	size_t from = part * COLUMNS_PER_TABLE, left = s->n_columns - from;
	size_t n = left < COLUMNS_PER_TABLE ? left : COLUMNS_PER_TABLE, n_others;
	struct doc_table *t = doc_add_table(s->d,
		part ? doc_text(s->d, "%s-%zu", of->id, part + 1) : of->id,
		part ? doc_text(s->d, "%s, part %zu", of->title, part + 1) : of->title);

	t->section = DOC_OUTLIERS;
	t->turned = n > 4;
	t->csv_only = part >= TABLES_SHOWN;
	for (size_t f = 0; f < s->n_factors; f++)
		doc_add_column(t, s->factors[f], words_title(s->d, s->factors[f]), DOC_LABEL);
	for (size_t c = from; c < from + n; c++) {
		struct doc_column *column = doc_add_column(
			t, s->columns[c].title, s->columns[c].title, DOC_PERCENT);

		column->metric = of->metric;
		column->statistic = "share";
		column->group = "Share of all outliers";
	}
	for (size_t i = 0; i < s->n_rows; i++) {
		const struct scenario *r = &s->rows[i];
		struct doc_cell *row;

		if (r->largest < OTHERS_BELOW_PCT)
			continue;
		row = doc_add_row(t);
		for (size_t f = 0; f < s->n_factors; f++)
			row[f].text = r->levels[f];
		for (size_t c = 0; c < n; c++)
			share_cell(s->d, t, &row[s->n_factors + c], r->share[from + c],
				&s->columns[from + c]);
	}
	n_others = add_others(s, t, from, n);
	tell(s, t, from, n, n_others);
	doc_table_finish(t);
}

void
tables_shares(struct doc *d, const struct model *m)
{
	for (size_t i = 0; i < N_SUBJECTS; i++) {
		struct shares s = {.d = d};

		gather(&s, m, subjects[i].metric);
		if (s.n_rows)
			qsort(s.rows, s.n_rows, sizeof *s.rows, scenario_cmp);
		/* a single scenario has all outliers: nothing to tell */
		for (size_t from = 0; s.n_rows > 1 && from < s.n_columns; from += COLUMNS_PER_TABLE)
			part_table(&s, &subjects[i], from / COLUMNS_PER_TABLE);
		free(s.columns);
		free(s.rows);
	}
}
