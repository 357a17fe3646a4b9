/*
 * associations - which factors go with which metrics, and where the outliers are.
 *
 * Read from the documents as they stand: their groups are platforms and points, not the model's
 * cells.  Rank correlations become one table a dataset, a row for each factor or level, a column
 * for each metric and place; of what two points give, only what was added between them.  Outliers
 * become one table a dataset and metric, a row for each combination, as the analysis has them.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/str.h"
#include "report/lookup.h"
#include "report/tables.h"
#include "report/view.h"
#include "report/words.h"

#define COLUMNS_PER_TABLE 6
#define KENDALL_TABLES_SHOWN 4 /* of one dataset */
#define TAU_SPREAD 0.05        /* what decides the digits of a tau: three decimals */

static bool
in_list(const char *const *list, const char *name)
{
	for (; *list; list++)
		if (!strcmp(*list, name))
			return true;
	return false;
}

/* What tables for people show; everything is in the results. */
static bool
is_shown(const char *metric)
{
	static const char *const names[] = {"rtt_ns", "overhead_ns", "overhead_share_pct",
		"latency_ns", "ttfb_ns", "tcp_ack_ns", "goodput_bps", NULL};

	return in_list(names, metric);
}

/* Of counts per bucket: "histogram_kendall" and "histogram_outliers", whatever their metric. */
static bool
of_histograms(const struct analysis *a)
{
	return !strncmp(a->kind, "histogram_", strlen("histogram_"));
}

static bool
is_kind(const struct analysis *a, const char *kind)
{
	return !strcmp(a->kind + (of_histograms(a) ? strlen("histogram_") : 0), kind);
}

static const char *
metric_title(struct doc *d, const char *metric)
{
	static const char *const titles[][2] = {
		{"rtt_ns", "RTT"},
		{"overhead_ns", "Overhead"},
		{"overhead_share_pct", "Overhead share"},
		{"latency_ns", "HTTP latency"},
		{"ttfb_ns", "Time to first byte"},
		{"tcp_ack_ns", "TCP RTT"},
		{"goodput_bps", "Goodput"},
	};

	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (!strcmp(titles[i][0], metric))
			return titles[i][1];
	return words_title(d, metric);
}

static const char *
source_of(const struct results *r)
{
	return r->n_sources == 1 ? r->sources[0].name : "all";
}

/* ---- rank correlation ---- */

/* One column of a matrix: a metric at one place. */
struct place {
	const char *metric;
	const char *name; /* "guest" */
};

struct entry {
	const char *factor;
	size_t column;
	double tau;
};

struct matrix {
	struct place *columns;
	size_t n_columns, cap_columns;
	const char **factors; /* the rows */
	size_t n_factors, cap_factors;
	struct entry *entries;
	size_t n_entries, cap_entries;
	bool of_histograms;
};

static bool
is_constant(const struct table *t, size_t col)
{
	for (size_t row = 1; row < t->n_rows; row++)
		if (t->columns[col].type != COLUMN_TEXT ||
			t->columns[col].code[row] != t->columns[col].code[0])
			return false;
	return true;
}

/* "guest", "lxc, app-guest": what the analysis is grouped by, a platform if there are several. */
static const char *
place_of(struct doc *d, const struct analysis *a, size_t row)
{
	const struct table *t = &a->rows;
	const char *inner = lookup_text(d, t, table_find(t, "inner"), row);
	struct strbuf b;
	const char *place;

	strbuf_init(&b);
	for (size_t c = 0; c < a->n_by; c++) {
		const char *level = lookup_text(d, t, c, row);

		if (!level || !strcmp(a->by[c], "inner") ||
			(!strcmp(a->by[c], "platform") && is_constant(t, c)))
			continue;
		if (inner && !strcmp(a->by[c], "outer"))
			level = view_pair_name(d, inner, level);
		strbuf_addf(&b, "%s%s", b.n ? ", " : "", level);
	}
	place = doc_take(d, &b);
	strbuf_release(&b);
	return place;
}

static size_t
column_of(struct matrix *m, const char *metric, const char *place)
{
	for (size_t i = 0; i < m->n_columns; i++)
		if (!strcmp(m->columns[i].metric, metric) && !strcmp(m->columns[i].name, place))
			return i;
	GROW(m->columns, m->n_columns, m->cap_columns);
	m->columns[m->n_columns] = (struct place){metric, place};
	return m->n_columns++;
}

static const char *
factor_of(struct matrix *m, const char *name)
{
	for (size_t i = 0; i < m->n_factors; i++)
		if (!strcmp(m->factors[i], name))
			return m->factors[i];
	GROW(m->factors, m->n_factors, m->cap_factors);
	return m->factors[m->n_factors++] = name;
}

static void
take_matrix(struct doc *d, struct matrix *m, const struct analysis *a)
{
	const struct table *t = &a->rows;
	size_t x = table_find(t, "x"), y = table_find(t, "y"), tau = table_find(t, "tau_b");

	m->of_histograms |= of_histograms(a);
	for (size_t row = 0; x != SIZE_MAX && y != SIZE_MAX && row < t->n_rows; row++) {
		const char *factor = lookup_text(d, t, x, row), *metric = lookup_text(d, t, y, row);

		if (!factor || !metric || !lookup_is_metric(a, metric) || lookup_is_metric(a, factor) ||
			!(is_shown(metric) || of_histograms(a)) || tau == SIZE_MAX ||
			table_absent(t, tau, row))
			continue;
		GROW(m->entries, m->n_entries, m->cap_entries);
		m->entries[m->n_entries++] = (struct entry){factor_of(m, factor),
			column_of(m, metric, place_of(d, a, row)), table_real(t, tau, row)};
	}
}

static void
add_matrix_rows(struct doc *d, struct doc_table *t, const struct matrix *m, size_t from, size_t n)
{
	for (size_t f = 0; f < m->n_factors; f++) {
		struct doc_cell *row = doc_add_row(t);

		row[0].text = m->factors[f];
		for (size_t i = 0; i < n; i++)
			row[1 + i].reason = "not varied there";
		for (size_t e = 0; e < m->n_entries; e++) {
			const struct entry *v = &m->entries[e];
			struct doc_cell *cell;

			if (v->factor != m->factors[f] || v->column < from || v->column >= from + n)
				continue;
			cell = &row[1 + v->column - from];
			cell->value = v->tau;
			cell->spread = TAU_SPREAD;
			cell->reason = NULL;
		}
		for (size_t i = 0; i < n; i++)
			if (row[1 + i].reason)
				doc_absent(d, t, &row[1 + i], row[1 + i].reason);
	}
}

static const char kendall_of_probes[] =
	"Kendall's rank correlation tau-b over probes; a level of a factor that is no number "
	"counts as 1, all others as 0. The probes of a run are not independent, so no p-value is "
	"shown here; vanalyze kendall has them.";
static const char kendall_of_histograms[] =
	"Kendall's rank correlation tau-b over the samples of histograms, those of one bucket "
	"being equal; a level of a factor that is no number counts as 1, all others as 0. The "
	"samples of a run are not independent, so no p-value is shown here; vanalyze kendall has "
	"them.";

static void
matrix_table(struct doc *d, const struct matrix *m, const char *source, size_t from)
{
	size_t left = m->n_columns - from;
	size_t n = left < COLUMNS_PER_TABLE ? left : COLUMNS_PER_TABLE;
	size_t part = from / COLUMNS_PER_TABLE + 1;
	struct doc_table *t = doc_add_table(d,
		doc_file_id(d, "kendall-",
			part == 1 ? source : doc_text(d, "%s-%zu", source, part)),
		part == 1 ? doc_text(d, "Which factors go with which metrics: %s", source)
			  : doc_text(d, "Which factors go with which metrics: %s, part %zu", source,
				    part));

	t->csv_only = part > KENDALL_TABLES_SHOWN;
	t->section = DOC_CORRELATIONS;
	t->detail = true;
	t->caption = m->of_histograms ? kendall_of_histograms : kendall_of_probes;
	doc_add_column(t, "factor", "Factor", DOC_LABEL);
	for (size_t i = 0; i < n; i++) {
		const struct place *c = &m->columns[from + i];
		const char *title = metric_title(d, c->metric);
		struct doc_column *column = doc_add_column(t,
			doc_text(d, "%s %s", c->metric, c->name),
			*c->name ? doc_text(d, "%s, %s", title, c->name) : title, DOC_NUMBER);

		column->metric = c->metric;
		column->statistic = "tau_b";
	}
	add_matrix_rows(d, t, m, from, n);
	doc_table_finish(t);
}

void
tables_kendall(struct doc *d, const struct model *model)
{
	for (size_t i = 0; i < model->n_docs; i++) {
		const struct results *r = &model->docs[i];
		struct matrix m = {0};

		for (size_t a = 0; a < r->n_analyses; a++)
			if (is_kind(&r->analyses[a], "kendall"))
				take_matrix(d, &m, &r->analyses[a]);
		for (size_t from = 0; from < m.n_columns; from += COLUMNS_PER_TABLE)
			matrix_table(d, &m, source_of(r), from);
		free(m.columns);
		free(m.factors);
		free(m.entries);
	}
}

/* ---- outliers ---- */

static const struct {
	const char *column;
	const char *title;
	enum doc_quantity quantity;
	const char *statistic;
} counts[] = {
	{"n", "Samples", DOC_NUMBER, "count"},
	{"outliers", "Outliers", DOC_NUMBER, "count"},
	{"share_pct", "Share of all outliers", DOC_PERCENT, "share"},
};
#define N_COUNTS (sizeof counts / sizeof *counts)

static void
outliers_row(struct doc *d, struct doc_table *t, const struct analysis *a, size_t row)
{
	struct doc_cell *c = doc_add_row(t);
	const char *reason = lookup_text(d, &a->rows, table_find(&a->rows, "reason"), row);

	for (size_t k = 0; k < a->n_by; k++)
		(c++)->text = lookup_text(d, &a->rows, k, row);
	for (size_t k = 0; k < N_COUNTS; k++, c++) {
		size_t col = table_find(&a->rows, counts[k].column);

		c->value = col == SIZE_MAX ? NAN : table_real(&a->rows, col, row);
		if (isnan(c->value))
			doc_absent(d, t, c, reason ? reason : "undefined");
	}
}

static void
outliers_table(struct doc *d, const struct analysis *a, const char *source)
{
	struct doc_table *t = doc_add_table(d,
		doc_file_id(d, "outliers-", doc_text(d, "%s-%s", source, a->metric)),
		doc_text(
			d, "Where the outliers of %s are: %s", metric_title(d, a->metric), source));

	t->section = DOC_OUTLIERS;
	t->detail = true;
	t->caption = of_histograms(a)
		? "Outliers by the modified z-score of Iglewicz and Hoaglin, of the middles of a "
		  "histogram's buckets, each in or out as a whole; shares are of all outliers of a "
		  "platform, largest first."
		: "Outliers by the modified z-score of Iglewicz and Hoaglin; shares are of all "
		  "outliers of a platform at a point, or pair of points, largest first.";
	for (size_t k = 0; k < a->n_by; k++)
		doc_add_column(t, a->by[k], words_title(d, a->by[k]), DOC_LABEL);
	for (size_t k = 0; k < N_COUNTS; k++) {
		struct doc_column *c =
			doc_add_column(t, counts[k].column, counts[k].title, counts[k].quantity);

		c->metric = a->metric;
		c->statistic = counts[k].statistic;
		c->exact = counts[k].quantity == DOC_NUMBER;
	}
	for (size_t row = 0; row < a->rows.n_rows; row++)
		outliers_row(d, t, a, row);
	doc_table_finish(t);
}

void
tables_outliers(struct doc *d, const struct model *model)
{
	for (size_t i = 0; i < model->n_docs; i++) {
		const struct results *r = &model->docs[i];

		for (size_t k = 0; k < r->n_analyses; k++) {
			const struct analysis *a = &r->analyses[k];

			if (is_kind(a, "outliers") && a->metric &&
				(is_shown(a->metric) || of_histograms(a)) &&
				strcmp(a->metric, "overhead_share_pct") && a->rows.n_rows)
				outliers_table(d, a, source_of(r));
		}
	}
}
