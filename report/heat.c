/*
 * heat - one map of rank correlations for each family of metrics: rows are factors or their levels,
 * columns the datasets, tau_b in the cells, shaded by sign and size; see tables.h.
 *
 * A dataset has several points, or pairs of points; a column shows the place with the most
 * samples, and the caption names the places.  Values whose Holm-adjusted p is above 0.05
 * stay unshaded.  A factor that is constant everywhere has no tau and no row.  The numbers of all
 * places are in the tables of associations.c.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/str.h"
#include "report/lookup.h"
#include "report/tables.h"
#include "report/view.h"

#define COLUMNS_PER_MAP 18
#define TAU_SPREAD 0.5 /* what decides the digits of a tau: two decimals */
#define P_MAX 0.05

static const struct family {
	const char *id;
	const char *title;
	const char *metrics[3];
	const char *groups[3];
} families[] = {
	{"heat-echo", "Which factors go with the cost of a ping", {"rtt_ns", "overhead_ns"},
		{"RTT", "Overhead"}},
	{"heat-http", "Which factors go with HTTP latency", {"latency_ns", "ttfb_ns"},
		{"Latency", "First byte"}},
	{"heat-tcp", "Which factors go with TCP", {"tcp_ack_ns", "goodput_bps"},
		{"TCP RTT", "Goodput"}},
	{"heat-delay", "Which factors go with the delay", {"delay_ns"}, {"Delay"}},
};
#define N_FAMILIES (sizeof families / sizeof *families)

struct entry { /* a row of an analysis */
	const char *factor;
	double tau, p;
	int64_t n;
	const char *inner, *outer;
};

struct heat_column {
	const struct results *doc;
	const char *group;
	struct entry *entries; /* of the place with the most samples alone */
	size_t n, cap;
};

struct map {
	struct heat_column *columns;
	size_t n_columns, cap_columns;
	const char **factors;
	size_t n_factors, cap_factors;
};

/* take - a value of the column's place, or of one with more samples, which replaces it. */
static void
take(struct heat_column *c, const struct entry *e)
{
	const struct entry *first = c->n ? &c->entries[0] : NULL;

	if (first && (strcmp(first->inner, e->inner) != 0 || strcmp(first->outer, e->outer) != 0)) {
		if (e->n <= first->n)
			return;
		c->n = 0;
	}
	GROW(c->entries, c->n, c->cap);
	c->entries[c->n++] = *e;
}

static void
take_analysis(struct doc *d, struct heat_column *c, const struct analysis *a, const char *metric)
{
	const struct table *t = &a->rows;
	size_t y = table_find(t, "y"), x = table_find(t, "x");
	bool pairs = table_find(t, "inner") != SIZE_MAX;

	for (size_t row = 0; x != SIZE_MAX && y != SIZE_MAX && row < t->n_rows; row++) {
		struct entry e = {.tau = lookup_real(t, "tau_b", row),
			.p = lookup_real(t, "p_holm", row)};
		double n = lookup_real(t, "n", row);

		if (isnan(e.tau) || isnan(n) || strcmp(lookup_named(d, t, "y", row), metric) != 0)
			continue;
		e.factor = lookup_named(d, t, "x", row);
		if (lookup_is_metric(a, e.factor))
			continue;
		e.n = (int64_t)n;
		e.inner = lookup_named(d, t, pairs ? "inner" : "point", row);
		e.outer = lookup_named(d, t, "outer", row);
		take(c, &e);
	}
}

static void
add_factors(struct map *map, const struct heat_column *c)
{
	for (size_t e = 0; e < c->n; e++) {
		size_t f = 0;

		while (f < map->n_factors && strcmp(map->factors[f], c->entries[e].factor) != 0)
			f++;
		if (f < map->n_factors)
			continue;
		GROW(map->factors, map->n_factors, map->cap_factors);
		map->factors[map->n_factors++] = c->entries[e].factor;
	}
}

static bool
is_kendall(const struct analysis *a)
{
	return !strcmp(a->kind, "kendall") || !strcmp(a->kind, "histogram_kendall");
}

static void
gather_map(struct doc *d, struct map *map, const struct model *m, const struct family *f)
{
	for (size_t k = 0; k < 3 && f->metrics[k]; k++) {
		for (size_t i = 0; i < m->n_docs; i++) {
			struct heat_column c = {.doc = &m->docs[i], .group = f->groups[k]};

			for (size_t a = 0; a < m->docs[i].n_analyses; a++)
				if (is_kendall(&m->docs[i].analyses[a]))
					take_analysis(
						d, &c, &m->docs[i].analyses[a], f->metrics[k]);
			if (!c.n) {
				free(c.entries);
				continue;
			}
			add_factors(map, &c);
			GROW(map->columns, map->n_columns, map->cap_columns);
			map->columns[map->n_columns++] = c;
		}
	}
}

static void
fill(struct doc *d, struct doc_table *t, struct doc_cell *cell, const struct heat_column *c,
	const char *factor)
{
	for (size_t e = 0; e < c->n; e++) {
		if (strcmp(c->entries[e].factor, factor) != 0)
			continue;
		cell->value = c->entries[e].tau;
		cell->spread = TAU_SPREAD;
		cell->faint = !(c->entries[e].p <= P_MAX);
		return;
	}
	doc_absent(d, t, cell, "not varied there");
}

/* Places in the caption, each with the columns that it holds for; nothing where none has a name. */
static void
tell_places(struct strbuf *out, const struct map *map, size_t from, size_t n)
{
	bool any = false;

	for (size_t i = from; i < from + n; i++)
		any |= *map->columns[i].entries[0].inner != '\0';
	if (!any)
		return;
	strbuf_adds(out, " Each at its place with the most samples:");
	for (size_t i = from; i < from + n; i++) {
		const struct heat_column *c = &map->columns[i];
		bool told = false;

		for (size_t k = from; k < i; k++)
			told |= map->columns[k].group == c->group &&
				!strcmp(map->columns[k].entries[0].inner, c->entries[0].inner) &&
				!strcmp(map->columns[k].entries[0].outer, c->entries[0].outer);
		if (told)
			continue;
		strbuf_addf(out, "%s %s %s%s%s", i > from ? "," : "", c->group,
			c->entries[0].inner, *c->entries[0].outer ? "\xe2\x80\x93" : "",
			c->entries[0].outer);
	}
	strbuf_addc(out, '.');
}

static void
map_table(struct doc *d, const struct map *map, const struct family *f, size_t from)
{
	size_t left = map->n_columns - from, part = from / COLUMNS_PER_MAP + 1;
	size_t n = left < COLUMNS_PER_MAP ? left : COLUMNS_PER_MAP;
	struct doc_table *t = doc_add_table(d,
		part == 1 ? f->id : doc_text(d, "%s-%zu", f->id, part),
		part == 1 ? f->title : doc_text(d, "%s, part %zu", f->title, part));
	struct strbuf b;

	t->section = DOC_CORRELATIONS;
	t->shaded = true;
	t->turned = true;
	doc_add_column(t, "factor", "Factor or level", DOC_LABEL);
	for (size_t i = from; i < from + n; i++) {
		const struct results *doc = map->columns[i].doc;
		const char *name = doc->n_sources == 1 ? doc->sources[0].name : "all";
		struct doc_column *c = doc_add_column(t, name, name, DOC_NUMBER);

		c->group = map->columns[i].group;
		c->metric = c->group;
		c->statistic = "tau_b";
	}
	for (size_t k = 0; k < map->n_factors; k++) {
		struct doc_cell *row = doc_add_row(t);

		row[0].text = map->factors[k];
		for (size_t i = 0; i < n; i++)
			fill(d, t, &row[1 + i], &map->columns[from + i], map->factors[k]);
	}
	strbuf_init(&b);
	strbuf_adds(&b, "Kendall's rank correlation (tau-b): blue falls, orange rises with the "
			"factor; unshaded where its adjusted p is above 0.05.");
	tell_places(&b, map, from, n);
	t->caption = doc_take(d, &b);
	strbuf_release(&b);
	doc_table_finish(t);
}

void
tables_heat(struct doc *d, const struct model *m)
{
	for (size_t f = 0; f < N_FAMILIES; f++) {
		struct map map = {0};

		gather_map(d, &map, m, &families[f]);
		for (size_t from = 0; from < map.n_columns; from += COLUMNS_PER_MAP)
			map_table(d, &map, &families[f], from);
		for (size_t i = 0; i < map.n_columns; i++)
			free(map.columns[i].entries);
		free(map.columns);
		free(map.factors);
	}
}
