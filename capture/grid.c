/*
 * grid - see grid.h.
 *
 * Cells are collected and sorted once: sar prints its families one below the other for each
 * interval when it records, and one after the other for the whole time when it reads a file.
 */
#include "capture/grid.h"

#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/table.h"

#define NO_COLUMN UINT32_MAX

void
grid_init(struct grid *g)
{
	*g = (struct grid){0};
}

void
grid_release(struct grid *g)
{
	for (size_t i = 0; i < g->n_columns; i++)
		free(g->columns[i]);
	free(g->columns);
	free(g->cells);
	*g = (struct grid){0};
}

uint32_t
grid_column(struct grid *g, const char *name)
{
	for (size_t k = 0; k < g->n_columns; k++) {
		size_t i = (g->next_column + k) % g->n_columns;

		if (strcmp(g->columns[i], name) == 0) {
			g->next_column = i + 1;
			return (uint32_t)i;
		}
	}
	if (g->n_columns == GRID_COLUMNS_MAX)
		return NO_COLUMN;
	g->columns = xrealloc(g->columns, g->n_columns + 1, sizeof *g->columns);
	g->columns[g->n_columns] = xstrdup(name);
	return (uint32_t)g->n_columns++;
}

static void
add_cell(struct grid *g, int64_t t_ns, uint32_t column, double value)
{
	if (g->n_cells == GRID_CELLS_MAX) {
		g->n_over++;
		return;
	}
	if (g->n_cells == g->cap_cells) {
		g->cap_cells = g->cap_cells ? 2 * g->cap_cells : 256;
		g->cells = xrealloc(g->cells, g->cap_cells, sizeof *g->cells);
	}
	g->cells[g->n_cells] = (struct grid_cell){t_ns, g->n_cells, column, value};
	g->n_cells++;
}

void
grid_put(struct grid *g, int64_t t_ns, uint32_t column, double value)
{
	if (column == NO_COLUMN)
		g->n_over++;
	else
		add_cell(g, t_ns, column, value);
}

void
grid_mark(struct grid *g, int64_t t_ns)
{
	add_cell(g, t_ns, NO_COLUMN, 0);
}

static int
compare_cells(const void *a, const void *b)
{
	const struct grid_cell *x = a, *y = b;

	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* The cells of one time, sorted by column. */
static void
add_row(struct strbuf *out, struct grid *g, const struct grid_cell *c, size_t n)
{
	size_t i = 0;

	strbuf_add_i64(out, c->t_ns);
	for (uint32_t column = 0; column < g->n_columns; column++) {
		strbuf_addc(out, ',');
		if (i < n && c[i].column == column)
			strbuf_add_f64(out, c[i++].value);
		for (; i < n && c[i].column == column; i++)
			g->n_twice++;
	}
	strbuf_addc(out, '\n');
}

void
grid_csv(struct strbuf *out, struct grid *g)
{
	size_t n;

	strbuf_adds(out, "t_ns");
	for (size_t i = 0; i < g->n_columns; i++) {
		strbuf_addc(out, ',');
		csv_add_field(out, g->columns[i]);
	}
	strbuf_addc(out, '\n');
	if (g->n_cells)
		qsort(g->cells, g->n_cells, sizeof *g->cells, compare_cells);
	for (size_t i = 0; i < g->n_cells; i += n) {
		n = 1;
		while (i + n < g->n_cells && g->cells[i + n].t_ns == g->cells[i].t_ns)
			n++;
		add_row(out, g, &g->cells[i], n);
	}
}
