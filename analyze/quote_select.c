/*
 * quote_select - which published cells are asked for, and by which columns; see quote_int.h.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/quote_int.h"
#include "core/text.h"

/* ---- which cells ---- */

static size_t
factor_column(const struct published *p, struct slice name)
{
	for (size_t i = 0; i < p->n_factors; i++)
		if (slice_eq(name, p->table.columns[p->factors[i]].name))
			return p->factors[i];
	return SIZE_MAX;
}

static enum vstatus
check_filters(const struct published *p, const struct quote *q, struct verr *err)
{
	const struct options *o = q->options;

	for (size_t i = 0; i < o->n_filters; i++)
		if (strcmp(o->filters[i].name, "dataset") &&
			factor_column(p, slice_of(o->filters[i].name)) == SIZE_MAX)
			return verr_set(err, V_EUSAGE,
				"--where %s: the published values of %s have no such factor "
				"('vanalyze info' lists them)",
				o->filters[i].name, q->dataset);
	return V_OK;
}

static enum vstatus
check_metrics(const struct published *p, const struct quote *q, struct verr *err)
{
	const struct filter *asked = &q->options->metrics;

	for (size_t i = 0; i < asked->n_levels; i++) {
		bool known = false;

		for (size_t k = 0; k < p->n_cells && !known; k++)
			known = !strcmp(p->cells[k].metric, asked->levels[i]);
		if (!known)
			return verr_set(err, V_EUSAGE,
				"--metric %s: not among the published values of %s ('vanalyze "
				"info' lists them)",
				asked->levels[i], q->dataset);
	}
	return V_OK;
}

/* Does a point that the user named agree with the cell's?  Cells without one belong to any. */
static bool
at_place(const struct published *p, const struct published_cell *c, const char *column,
	const char *asked)
{
	size_t col = factor_column(p, slice_of(column));
	const char *level = col == SIZE_MAX ? NULL : published_level(p, c, col);

	return !asked || !level || !strcmp(level, asked);
}

static bool
passes(const struct quote_selection *s, const struct published_cell *c)
{
	const struct options *o = s->q->options;
	size_t point = factor_column(s->p, SLICE_LIT("point"));
	const char *at = point == SIZE_MAX ? NULL : published_level(s->p, c, point);

	if (s->q->metrics && !text_in(c->metric, s->q->metrics))
		return false;
	if (o->metrics.n_levels && !filter_keeps(&o->metrics, c->metric))
		return false;
	if (o->points.n_levels && at && !filter_keeps(&o->points, at))
		return false;
	for (size_t i = 0; i < o->n_filters; i++) {
		size_t col = factor_column(s->p, slice_of(o->filters[i].name));
		const char *level = col == SIZE_MAX ? s->q->dataset : published_level(s->p, c, col);

		if (!filter_keeps(&o->filters[i], level))
			return false;
	}
	return at_place(s->p, c, "inner", o->inner) && at_place(s->p, c, "outer", o->outer);
}

static enum vstatus
nothing_left(const struct published *p, const struct quote *q, struct verr *err)
{
	struct strbuf there;
	enum vstatus st;

	strbuf_init(&there);
	for (size_t i = 0; i < p->n_cells; i++) {
		bool seen = false;

		for (size_t k = 0; k < i && !seen; k++)
			seen = !strcmp(p->cells[k].metric, p->cells[i].metric);
		if (!seen)
			strbuf_addf(&there, "%s%s", there.n ? ", " : "", p->cells[i].metric);
	}
	st = verr_set(err, V_EDOM,
		"%s: no published value of what was asked for; it states %s (see 'vanalyze ci' and "
		"'vanalyze info')",
		q->dataset, there.n ? there.p : "nothing");
	strbuf_release(&there);
	return st;
}

/* ---- grouping ---- */

static const char *
resolve_factor(const void *ctx, struct slice word)
{
	const struct published *p = ctx;
	size_t col = factor_column(p, word);

	return col == SIZE_MAX ? NULL : p->table.columns[col].name;
}

static enum vstatus
select_by(struct quote_selection *s, struct verr *err)
{
	const char **asked;
	size_t n_asked;
	struct hint known;
	enum vstatus st;

	hint_init(&known);
	for (size_t i = 0; i < s->p->n_factors; i++)
		hint_add(&known, s->p->table.columns[s->p->factors[i]].name);
	st = options_by(&asked, &n_asked, s->q->options, resolve_factor, s->p, &known, err);
	hint_release(&known);
	s->by = xcalloc(s->p->n_factors + n_asked + 1, sizeof *s->by);
	for (size_t i = 0; st == V_OK && i < n_asked; i++)
		s->by[s->n_by++] = factor_column(s->p, slice_of(asked[i]));
	for (size_t i = 0; !n_asked && i < s->p->n_factors; i++)
		s->by[s->n_by++] = s->p->factors[i];
	free(asked);
	return st;
}

bool
quote_same_cell(const struct quote_selection *s, const struct published_cell *a,
	const struct published_cell *b)
{
	if (strcmp(a->metric, b->metric))
		return false;
	for (size_t i = 0; i < s->p->n_factors; i++)
		if (!text_same(published_level(s->p, a, s->p->factors[i]),
			    published_level(s->p, b, s->p->factors[i])))
			return false;
	return true;
}

/* --by may leave out what all cells share, but not what tells two of them apart. */
static enum vstatus
check_by(const struct quote_selection *s, struct verr *err)
{
	for (size_t i = 0; i < s->p->n_cells; i++) {
		for (size_t k = 0; k < i; k++) {
			const struct published_cell *a = &s->p->cells[k], *b = &s->p->cells[i];
			bool look_alike = s->kept[i] && s->kept[k] && !strcmp(a->metric, b->metric);

			for (size_t c = 0; c < s->n_by && look_alike; c++)
				look_alike = text_same(published_level(s->p, a, s->by[c]),
					published_level(s->p, b, s->by[c]));
			if (look_alike && !quote_same_cell(s, a, b))
				return verr_set(err, V_EDOM,
					"--by puts rows %zu and %zu of %s into one cell: published "
					"values are not averaged; name more factors, or select "
					"with --where",
					a->row + 1, b->row + 1, s->q->dataset);
		}
	}
	return V_OK;
}

enum vstatus
quote_select(struct quote_selection *s, struct verr *err)
{
	size_t n = 0;
	enum vstatus st = check_filters(s->p, s->q, err);

	if (st == V_OK)
		st = check_metrics(s->p, s->q, err);
	if (st == V_OK)
		st = select_by(s, err);
	if (st != V_OK)
		return st;
	for (size_t i = 0; i < s->p->n_cells; i++) {
		s->kept[i] = passes(s, &s->p->cells[i]);
		n += s->kept[i];
	}
	if (!n)
		return nothing_left(s->p, s->q, err);
	return s->q->options->by.n ? check_by(s, err) : V_OK;
}

void
quote_selection_release(struct quote_selection *s)
{
	free(s->kept);
	free(s->by);
}
