/*
 * csv - see csv.h.  An absent value is an empty field.
 */
#include "report/csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/table.h"

struct names { /* label columns in order of first appearance */
	const char **items;
	size_t n, cap;
};

static size_t
name_index(const struct names *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++) {
		if (strcmp(l->items[i], name) == 0)
			return i;
	}
	return SIZE_MAX;
}

static void
name_add(struct names *l, const char *name)
{
	if (name_index(l, name) != SIZE_MAX)
		return;
	GROW(l->items, l->n, l->cap);
	l->items[l->n++] = name;
}

static void
field(struct strbuf *out, const char *text)
{
	strbuf_addc(out, ',');
	if (text)
		csv_add_field(out, text);
}

static void
number(struct strbuf *out, double v)
{
	char text[NUM_TEXT_SIZE];

	num_machine(text, v);
	strbuf_addc(out, ',');
	strbuf_adds(out, text);
}

static const char *
base_unit(enum num_unit u)
{
	switch (u) {
	case NUM_COUNT:
		return "1";
	case NUM_PCT:
		return "pct";
	case NUM_US:
	case NUM_MS:
	case NUM_S:
		break;
	case NUM_KBIT:
	case NUM_MBIT:
	case NUM_GBIT:
		return "bps";
	}
	return "ns";
}

static void
gather_names(struct names *l, const struct doc *d)
{
	for (size_t i = 0; i < d->n_tables; i++) {
		const struct doc_table *t = &d->tables[i];

		if (!doc_has_values(t))
			continue;
		for (size_t c = 0; c < t->n_columns; c++) {
			for (size_t k = 0; k < t->columns[c].n_tags; k++)
				name_add(l, t->columns[c].tags[k].name);
			if (t->columns[c].quantity == DOC_LABEL)
				name_add(l, t->columns[c].id);
		}
	}
	for (size_t i = 0; i < d->n_figures; i++) {
		for (size_t c = 0; c < d->figures[i].n_curves; c++) {
			for (size_t k = 0; k < d->figures[i].curves[c].n_tags; k++)
				name_add(l, d->figures[i].curves[c].tags[k].name);
		}
		if (d->figures[i].kind == DOC_PANELS)
			name_add(l, d->figures[i].x_factor);
	}
}

static void
put_tags(const char **values, const struct names *l, const struct doc_tag *tags, size_t n)
{
	for (size_t k = 0; k < n; k++)
		values[name_index(l, tags[k].name)] = tags[k].value;
}

/* level_at - of the factor along a figure's axis; NULL where that is numbers, which x has. */
static const char *
level_at(const struct doc_figure *f, const struct doc_point *p)
{
	return f->numeric ? NULL : f->ticks[(size_t)p->x];
}

static void
tidy_cell(struct strbuf *out, const struct names *l, const struct doc_table *t, size_t row,
	size_t col, const char **values)
{
	const struct doc_column *c = &t->columns[col];
	const struct doc_cell *cells = &t->cells[row * t->n_columns], *cell = &cells[col];

	memset(values, 0, (l->n + 1) * sizeof *values);
	put_tags(values, l, c->tags, c->n_tags);
	for (size_t i = 0; i < t->n_columns; i++) {
		if (t->columns[i].quantity == DOC_LABEL)
			values[name_index(l, t->columns[i].id)] = cells[i].text;
	}
	csv_add_field(out, t->id);
	for (size_t i = 0; i < l->n; i++)
		field(out, values[i]);
	field(out, c->metric);
	field(out, c->statistic);
	field(out, NULL);
	number(out, cell->value);
	number(out, cell->lower);
	number(out, cell->upper);
	field(out, base_unit(c->unit));
	field(out, cell->reason);
	strbuf_addc(out, '\n');
}

/* tidy_curve - a distribution: x is the value; else a curve: x is a number or level. */
static void
tidy_curve(struct strbuf *out, const struct names *l, const struct doc_figure *f,
	const struct doc_curve *c, const char **values)
{
	bool cdf = f->kind == DOC_CDF;

	memset(values, 0, (l->n + 1) * sizeof *values);
	put_tags(values, l, c->tags, c->n_tags);
	for (size_t p = 0; p < c->n_points; p++) {
		const struct doc_point *point = &c->points[p];

		if (!cdf)
			values[name_index(l, f->x_factor)] = level_at(f, point);
		csv_add_field(out, f->id);
		for (size_t i = 0; i < l->n; i++)
			field(out, values[i]);
		field(out, f->metric);
		field(out, cdf ? "cdf" : f->statistic);
		number(out, cdf || f->numeric ? point->x : (double)NAN);
		number(out, point->p);
		number(out, point->p_lower);
		number(out, point->p_upper);
		field(out, isfinite(f->reference) ? "1" : base_unit(f->unit));
		strbuf_adds(out, ",\n");
	}
}

void
csv_tidy(struct strbuf *out, const struct doc *d)
{
	struct names l = {0};
	const char **values;

	gather_names(&l, d);
	values = xcalloc(l.n + 1, sizeof *values);
	strbuf_adds(out, "table");
	for (size_t i = 0; i < l.n; i++)
		field(out, l.items[i]);
	strbuf_adds(out, ",metric,statistic,x,estimate,lower,upper,unit,reason\n");
	for (size_t i = 0; i < d->n_tables; i++) {
		const struct doc_table *t = &d->tables[i];

		for (size_t r = 0; r < t->n_rows; r++) {
			for (size_t c = 0; c < t->n_columns; c++) {
				if (t->columns[c].quantity != DOC_LABEL)
					tidy_cell(out, &l, t, r, c, values);
			}
		}
	}
	for (size_t i = 0; i < d->n_figures; i++) {
		for (size_t c = 0; c < d->figures[i].n_curves; c++)
			tidy_curve(out, &l, &d->figures[i], &d->figures[i].curves[c], values);
	}
	free(values);
	free(l.items);
}

static void
table_header(struct strbuf *out, const struct doc_table *t)
{
	for (size_t c = 0; c < t->n_columns; c++) {
		const char *id = t->columns[c].id;

		if (c)
			strbuf_addc(out, ',');
		csv_add_field(out, id);
		if (t->columns[c].interval) {
			char *lower = xasprintf("%s_lower", id), *upper = xasprintf("%s_upper", id);

			field(out, lower);
			field(out, upper);
			free(lower);
			free(upper);
		}
	}
	strbuf_adds(out, ",reason\n");
}

static void
row_reasons(struct strbuf *out, const struct doc_table *t, const struct doc_cell *cells)
{
	struct strbuf text;

	strbuf_init(&text);
	for (size_t c = 0; c < t->n_columns; c++) {
		if (cells[c].reason)
			strbuf_addf(&text, "%s%s: %s", text.n ? "; " : "", t->columns[c].id,
				cells[c].reason);
	}
	field(out, text.p);
	strbuf_release(&text);
}

void
csv_table(struct strbuf *out, const struct doc_table *t)
{
	table_header(out, t);
	for (size_t r = 0; r < t->n_rows; r++) {
		const struct doc_cell *cells = &t->cells[r * t->n_columns];
		struct strbuf line;

		strbuf_init(&line);
		for (size_t c = 0; c < t->n_columns; c++) {
			if (t->columns[c].quantity == DOC_LABEL) {
				field(&line, cells[c].text);
				continue;
			}
			number(&line, cells[c].value);
			if (t->columns[c].interval) {
				number(&line, cells[c].lower);
				number(&line, cells[c].upper);
			}
		}
		row_reasons(&line, t, cells);
		strbuf_adds(out, line.p + 1); /* without the comma in front */
		strbuf_addc(out, '\n');
		strbuf_release(&line);
	}
}

static void
figure_header(struct strbuf *out, const struct names *l, const struct doc_figure *f)
{
	for (size_t i = 0; i < l->n; i++) {
		csv_add_field(out, l->items[i]);
		strbuf_addc(out, ',');
	}
	if (f->kind == DOC_CDF)
		strbuf_adds(out, "metric,x,p,p_lower,p_upper\n");
	else
		strbuf_addf(out, "metric,statistic,x,estimate,lower,upper%s\n",
			f->shape == DOC_BOXES ? ",whisker_low,whisker_high" : "");
}

static void
figure_point(struct strbuf *out, const struct names *l, const struct doc_figure *f,
	const struct doc_point *point, const char *const *values)
{
	for (size_t i = 0; i < l->n; i++) {
		csv_add_field(out, values[i] ? values[i] : "");
		strbuf_addc(out, ',');
	}
	csv_add_field(out, f->metric);
	if (f->kind != DOC_CDF)
		field(out, f->statistic);
	number(out, f->kind == DOC_CDF || f->numeric ? point->x : (double)NAN);
	number(out, point->p);
	number(out, point->p_lower);
	number(out, point->p_upper);
	if (f->kind == DOC_PANELS && f->shape == DOC_BOXES) {
		number(out, point->low);
		number(out, point->high);
	}
	strbuf_addc(out, '\n');
}

void
csv_figure(struct strbuf *out, const struct doc_figure *f)
{
	struct doc only = {.n_figures = 1};
	struct doc_figure copy = *f;
	struct names l = {0};
	const char **values;

	only.figures = &copy;
	gather_names(&l, &only);
	values = xcalloc(l.n + 1, sizeof *values);
	figure_header(out, &l, f);
	for (size_t c = 0; c < f->n_curves; c++) {
		memset(values, 0, (l.n + 1) * sizeof *values);
		put_tags(values, &l, f->curves[c].tags, f->curves[c].n_tags);
		for (size_t p = 0; p < f->curves[c].n_points; p++) {
			if (f->kind == DOC_PANELS)
				values[name_index(&l, f->x_factor)] =
					level_at(f, &f->curves[c].points[p]);
			figure_point(out, &l, f, &f->curves[c].points[p], values);
		}
	}
	free(values);
	free(l.items);
}
