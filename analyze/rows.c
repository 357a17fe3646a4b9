/*
 * rows - see rows.h.
 */
#include "analyze/rows.h"

#include <math.h>

/* Of shares: nine decimals tell a thousand million samples apart; a band has six, which no plot
 * can show. */
#define P_STEPS 1e9
#define BAND_STEPS 1e6

void
rows_set_by(struct table *t, size_t row, const struct cell *cell, size_t n_by)
{
	for (size_t i = 0; i < n_by; i++)
		table_set_text(t, i, row, cell->levels[i]);
}

static size_t
column(struct table *t, const char *name, enum column_type type)
{
	size_t i = table_find(t, name);

	return i == SIZE_MAX ? table_add_column(t, name, type) : i;
}

void
rows_set_int(struct table *t, size_t row, const char *name, uint64_t v)
{
	table_set_int(t, column(t, name, COLUMN_INT), row, (int64_t)v);
}

void
rows_set_real(struct table *t, size_t row, const char *name, double v)
{
	size_t c = column(t, name, COLUMN_REAL);

	if (isfinite(v))
		table_set_real(t, c, row, v);
}

void
rows_set_text(struct table *t, size_t row, const char *name, const char *v)
{
	table_set_text(t, column(t, name, COLUMN_TEXT), row, v && *v ? v : NULL);
}

void
rows_set_step(struct table *t, size_t row, const struct ecdf_point *step)
{
	rows_set_real(t, row, "x", step->x);
	rows_set_real(t, row, "p", rint(step->p * P_STEPS) / P_STEPS);
	rows_set_real(t, row, "p_lower", floor(step->p_lower * BAND_STEPS) / BAND_STEPS);
	rows_set_real(t, row, "p_upper", ceil(step->p_upper * BAND_STEPS) / BAND_STEPS);
}
