/*
 * correlation - from a frame to the rows of a `kendall` analysis; see correlation.h.
 *
 * Each variable is ranked once; where both of a pair are complete, these ranks serve, else the
 * samples that have both are ranked again for this pair.
 */
#include "analyze/correlation.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/frames.h"
#include "analyze/parallel.h"
#include "analyze/rows.h"
#include "analyze/stats/holm.h"
#include "analyze/stats/kendall.h"
#include "analyze/stats/kendall_counts.h"

/* Ranked; of samples, or of counts of samples where the frame has weights. */
struct ranked {
	struct kendall_column samples;
	struct kendall_counts counts;
};

struct variable {
	const char *name;
	const struct frame_factor *factor; /* NULL: a metric */
	const double *number;              /* of each level of a factor of numbers; else NULL */
	uint16_t level;                    /* of any other factor: the level that is 1 */
	const double *metric;              /* of each row of the frame */
	bool complete;                     /* no sample is without a value */
	bool varies;
	struct ranked column; /* if complete */
};

struct pair {
	const struct variable *x;
	const struct variable *y;
	struct kendall k;
	char reason[80]; /* why there is no tau; else "" */
};

/* One group of rows: the unit that gets a matrix. */
struct matrix {
	const struct frame *f;
	const uint32_t *rows;
	size_t n;
	uint64_t *weight; /* of each of the rows; NULL: one sample each */
	struct variable *variables;
	size_t n_variables;
	size_t cap_variables;
	struct pair *pairs;
	size_t n_pairs;
	size_t cap_pairs;
	struct arena arena;
	struct strbuf too_many; /* names of factors with too many levels */
};

/* ---- variables ---- */

static struct variable *
add_variable(struct matrix *m, const char *name)
{
	GROW(m->variables, m->n_variables, m->cap_variables);
	m->variables[m->n_variables] = (struct variable){.name = name};
	return &m->variables[m->n_variables++];
}

/* The number of each level; NULL if one that is in use is none. */
static double *
numbers_of(struct matrix *m, const struct frame_factor *factor, const size_t *count)
{
	double *number = arena_alloc(&m->arena, (factor->n_levels + 1) * sizeof *number);

	for (size_t i = 0; i < factor->n_levels; i++)
		if (count[i] && !slice_f64(slice_of(factor->levels[i].text), &number[i]))
			return NULL;
	return number;
}

static const char *
level_name(struct matrix *m, const struct frame_factor *factor, size_t level)
{
	struct strbuf b;
	char *name;

	strbuf_init(&b);
	strbuf_addf(&b, "%s=%s", factor->name, factor->levels[level].text);
	name = arena_strdup(&m->arena, b.p);
	strbuf_release(&b);
	return name;
}

/* How often each level is among the rows; how many levels are. */
static size_t
count_levels(size_t *count, const struct matrix *m, const struct frame_factor *factor)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++) {
		uint16_t code = factor->code[m->rows[i]];

		if (code != FRAME_ABSENT)
			n += count[code]++ == 0;
	}
	return n;
}

static void
add_factor(struct matrix *m, const struct frame_factor *factor)
{
	size_t *count = xcalloc(factor->n_levels + 1, sizeof *count);
	size_t n_levels = count_levels(count, m, factor);
	const double *number = n_levels ? numbers_of(m, factor, count) : NULL;

	if (number) {
		struct variable *v = add_variable(m, factor->name);

		v->factor = factor;
		v->number = number;
		v->varies = n_levels > 1;
	} else if (n_levels > CORRELATION_LEVELS_MAX) {
		strbuf_addf(&m->too_many, "%s%s", m->too_many.n ? ", " : "", factor->name);
	} else {
		for (size_t i = 0; i < factor->n_levels; i++) {
			struct variable *v;

			if (!count[i])
				continue;
			v = add_variable(m, level_name(m, factor, i));
			v->factor = factor;
			v->level = (uint16_t)i;
			v->varies = n_levels > 1;
		}
	}
	free(count);
}

static bool
is_listed(const size_t *list, size_t n, size_t v)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == v)
			return true;
	return false;
}

static enum vstatus
check_limit(const struct matrix *m, size_t max, struct verr *err)
{
	if (m->n_variables <= max)
		return V_OK;
	return verr_set(err, V_ELIMIT,
		"%zu variables, at most %zu are correlated; --metric and --by make them fewer",
		m->n_variables, max);
}

static enum vstatus
add_variables(struct matrix *m, const size_t *by, size_t n_by, const struct filter *metrics,
	size_t max, struct verr *err)
{
	for (size_t k = 0; k < m->f->n_factors; k++) {
		const char *name = m->f->factors[k].name;

		if (!is_listed(by, n_by, k) && !frames_is_point(name) && !frames_is_label(name))
			add_factor(m, &m->f->factors[k]);
	}
	for (size_t i = 0; i < m->f->n_metrics; i++)
		if (!metrics || filter_keeps(metrics, m->f->metrics[i].name))
			add_variable(m, m->f->metrics[i].name)->metric = m->f->metrics[i].x;
	return check_limit(m, max, err);
}

static double
value_at(const struct variable *v, uint32_t row)
{
	uint16_t code;

	if (v->metric)
		return v->metric[row];
	code = v->factor->code[row];
	if (code == FRAME_ABSENT)
		return NAN;
	return v->number ? v->number[code] : code == v->level;
}

/* ---- columns ---- */

static enum vstatus
column_init(struct ranked *c, const double *x, const uint64_t *weight, size_t n, struct verr *err)
{
	if (weight)
		return kendall_counts_init(&c->counts, x, weight, n, err);
	return kendall_column_init(&c->samples, x, n, err);
}

static enum vstatus
column_pair(struct kendall *k, const struct ranked *x, const struct ranked *y,
	const uint64_t *weight, struct verr *err)
{
	if (weight)
		return kendall_counts_pair(k, &x->counts, &y->counts, err);
	return kendall_pair(k, &x->samples, &y->samples, err);
}

static void
column_release(struct ranked *c, const uint64_t *weight)
{
	if (weight)
		kendall_counts_release(&c->counts);
	else
		kendall_column_release(&c->samples);
}

static void
rank_variable(void *ctx, size_t i)
{
	struct matrix *m = ctx;
	struct variable *v = &m->variables[i];
	double *x = xmalloc_large((m->n + 1) * sizeof *x);

	v->complete = true;
	for (size_t k = 0; k < m->n; k++) {
		x[k] = value_at(v, m->rows[k]);
		v->complete &= !isnan(x[k]);
	}
	/* Cannot fail: there is no NaN, and the limits have been checked (check_size). */
	if (v->complete)
		column_init(&v->column, x, m->weight, m->n, NULL);
	free(x);
}

/* ---- pairs ---- */

static void
add_pair(struct matrix *m, const struct variable *x, const struct variable *y)
{
	GROW(m->pairs, m->n_pairs, m->cap_pairs);
	m->pairs[m->n_pairs++] = (struct pair){.x = x, .y = y};
}

/* What moves the metrics comes first. */
static void
add_pairs(struct matrix *m)
{
	const struct variable *v = m->variables;
	size_t n = m->n_variables, n_factors = 0;

	while (n_factors < n && v[n_factors].factor)
		n_factors++;
	for (size_t y = n_factors; y < n; y++)
		for (size_t x = 0; x < n_factors; x++)
			add_pair(m, &v[x], &v[y]);
	for (size_t y = n_factors; y < n; y++)
		for (size_t x = n_factors; x < y; x++)
			add_pair(m, &v[x], &v[y]);
	for (size_t y = 0; y < n_factors; y++)
		for (size_t x = 0; x < y; x++)
			if (v[x].factor != v[y].factor && v[x].varies && v[y].varies)
				add_pair(m, &v[x], &v[y]);
}

/* Over the samples that have both values. */
static enum vstatus
correlate_common(struct kendall *k, const struct matrix *m, const struct variable *x,
	const struct variable *y, struct verr *err)
{
	double *a = xmalloc_large((m->n + 1) * sizeof *a);
	double *b = xmalloc_large((m->n + 1) * sizeof *b);
	uint64_t *weight = m->weight ? xmalloc_large((m->n + 1) * sizeof *weight) : NULL;
	struct ranked ca, cb;
	enum vstatus st;
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++) {
		a[n] = value_at(x, m->rows[i]);
		b[n] = value_at(y, m->rows[i]);
		if (weight)
			weight[n] = m->weight[i];
		n += !isnan(a[n]) && !isnan(b[n]);
	}
	column_init(&ca, a, weight, n, NULL);
	column_init(&cb, b, weight, n, NULL);
	free(a);
	free(b);
	st = column_pair(k, &ca, &cb, weight, err);
	column_release(&ca, weight);
	column_release(&cb, weight);
	free(weight);
	return st;
}

static void
correlate(void *ctx, size_t i)
{
	struct matrix *m = ctx;
	struct pair *p = &m->pairs[i];
	struct verr err;
	enum vstatus st;

	if (p->x->complete && p->y->complete)
		st = column_pair(&p->k, &p->x->column, &p->y->column, m->weight, &err);
	else
		st = correlate_common(&p->k, m, p->x, p->y, &err);
	if (st != V_OK)
		snprintf(p->reason, sizeof p->reason, "%.79s", err.msg);
}

static void
matrix_release(struct matrix *m)
{
	for (size_t i = 0; i < m->n_variables; i++)
		if (m->variables[i].complete)
			column_release(&m->variables[i].column, m->weight);
	free(m->weight);
	free(m->variables);
	free(m->pairs);
	strbuf_release(&m->too_many);
	arena_release(&m->arena);
}

/* ---- rows ---- */

static void
add_row(struct analysis *a, const char *const *levels, const struct pair *p, double p_holm,
	double log10_p_holm)
{
	struct table *t = &a->rows;
	size_t row = table_add_row(t);

	for (size_t i = 0; i < a->n_by; i++)
		table_set_text(t, i, row, levels[i]);
	rows_set_text(t, row, "x", p->x->name);
	rows_set_text(t, row, "y", p->y->name);
	rows_set_int(t, row, "n", p->k.n);
	rows_set_real(t, row, "tau_b", p->k.tau_b);
	rows_set_real(t, row, "p", p->k.p);
	rows_set_real(t, row, "log10_p", p->k.log10_p);
	rows_set_real(t, row, "p_holm", p_holm);
	rows_set_real(t, row, "log10_p_holm", log10_p_holm);
	rows_set_text(t, row, "reason", p->reason);
}

static void
add_rows(struct analysis *a, const char *const *levels, const struct matrix *m)
{
	double *p = xcalloc(m->n_pairs + 1, sizeof *p);
	double *log10_p = xcalloc(m->n_pairs + 1, sizeof *log10_p);

	for (size_t i = 0; i < m->n_pairs; i++) {
		p[i] = m->pairs[i].k.p;
		log10_p[i] = m->pairs[i].k.log10_p;
	}
	holm_adjust(p, p, m->n_pairs);
	holm_adjust_log10(log10_p, log10_p, m->n_pairs);
	for (size_t i = 0; i < m->n_pairs; i++)
		add_row(a, levels, &m->pairs[i], p[i], log10_p[i]);
	if (m->too_many.n)
		analysis_note(a,
			"Left out, for having more than %d levels that are no numbers: "
			"%s.",
			CORRELATION_LEVELS_MAX, m->too_many.p);
	free(p);
	free(log10_p);
}

static enum vstatus
check_size(const struct matrix *m, struct verr *err)
{
	uint64_t total = 0;

	if (m->n > RANKS_MAX)
		return verr_set(err, V_ELIMIT, "%zu samples in one group, at most %zu are ranked",
			m->n, RANKS_MAX);
	for (size_t i = 0; m->weight && i < m->n; i++) {
		if (m->weight[i] > KENDALL_COUNTS_TOTAL_MAX - total)
			return verr_set(err, V_ELIMIT,
				"more than 2^41 samples in one group; --by makes smaller ones");
		total += m->weight[i];
	}
	return V_OK;
}

/* The weights of the rows; heap, NULL if the frame has none. */
static uint64_t *
weights_of(const struct frame *f, const uint32_t *rows, size_t n)
{
	uint64_t *weight = f->weight ? xmalloc_large((n + 1) * sizeof *weight) : NULL;

	for (size_t i = 0; weight && i < n; i++)
		weight[i] = f->weight[rows[i]];
	return weight;
}

static enum vstatus
add_matrix(struct analysis *a, const struct frame *f, const struct frame_cells *cells, size_t cell,
	const size_t *by, const struct correlation_params *p, struct verr *err)
{
	struct matrix m = {.f = f,
		.rows = cells->rows + cells->begin[cell],
		.n = cells->begin[cell + 1] - cells->begin[cell]};
	const char **levels;
	enum vstatus st;

	strbuf_init(&m.too_many);
	m.weight = weights_of(f, m.rows, m.n);
	st = check_size(&m, err);
	if (st == V_OK)
		st = add_variables(&m, by, a->n_by, p->metrics,
			p->variables_max ? p->variables_max : CORRELATION_VARIABLES_MAX, err);
	if (st == V_OK) {
		add_pairs(&m);
		parallel_for(m.n_variables, p->n_threads, rank_variable, &m);
		parallel_for(m.n_pairs, p->n_threads, correlate, &m);
		levels = arena_alloc(&m.arena, (a->n_by + 1) * sizeof *levels);
		for (size_t i = 0; i < a->n_by; i++)
			levels[i] = frame_level_of(f, cells, cell, by[i]);
		add_rows(a, levels, &m);
	}
	matrix_release(&m);
	if (st == V_ELIMIT && p->variables_max) {
		analysis_note(a, "A group is left out: %s.", err->msg);
		st = V_OK;
	}
	return st;
}

static void
add_parameters(struct analysis *a, const struct frame *f, const struct filter *metrics)
{
	struct strbuf b;

	strbuf_init(&b);
	for (size_t i = 0; i < f->n_metrics; i++)
		if (!metrics || filter_keeps(metrics, f->metrics[i].name))
			strbuf_addf(&b, "%s%s", b.n ? "," : "", f->metrics[i].name);
	json_add_str(a->parameters, "metrics", b.p); /* all other variables are factors */
	json_add_str(a->parameters, "p_adjusted", "holm");
	strbuf_release(&b);
}

static void
add_notes(struct analysis *a, const struct frame *f)
{
	analysis_note(a,
		"p takes all samples as independent; the probes of a run are not, so p is "
		"too small.  tau_b is what tells.");
	if (f->excluded)
		analysis_note(a,
			"%" PRIu64 " samples are left out for their flags (ambiguous, "
			"negative or corrupt; --keep FLAG includes them).",
			f->excluded);
}

enum vstatus
correlation_add(struct results *r, const struct frame *f, const size_t *by, size_t n_by,
	const struct correlation_params *p, struct verr *err)
{
	const char **names = xcalloc(n_by + 1, sizeof *names);
	struct frame_cells cells;
	struct analysis *a;
	enum vstatus st = V_OK;

	for (size_t i = 0; i < n_by; i++)
		names[i] = f->factors[by[i]].name;
	a = results_add(r, p->kind ? p->kind : "kendall", NULL, names, n_by);
	frame_group(&cells, f, by, n_by);
	for (size_t c = 0; st == V_OK && c < cells.n; c++)
		st = add_matrix(a, f, &cells, c, by, p, err);
	add_parameters(a, f, p->metrics);
	add_notes(a, f);
	frames_note_buckets(a, f);
	frame_cells_release(&cells);
	free(names);
	return st;
}
