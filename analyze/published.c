/*
 * published - from a table of published values to cells; see published.h.
 *
 * A row of such a table is one printed number with what it belongs to: columns that are factors,
 * then those of the table below.  The number is in the unit of its source.  Here it gets the
 * toolkit's: a metric "rtt" in "ms" becomes rtt_ns, a throughput in "Mbps" becomes throughput_bps.
 * Decimal units only move the point, which is done in the text, so that 0.35 ms are exactly
 * 350000 ns and no product of two rounded numbers.
 *
 * Nothing is computed beyond that, and nothing is filled in: a cell that the source lost has no
 * value, and a number that is printed as a bound remains one.
 */
#include "analyze/published.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/str.h"

enum fixed {
	F_METRIC,
	F_STATISTIC,
	F_VALUE,
	F_HALF_WIDTH,
	F_LEVEL,
	F_N,
	F_UNIT,
	F_PRINTED,
	F_RELATION,
	F_PLACE,
	F_NOTE,
	N_FIXED,
};

static const char *const fixed_names[N_FIXED] = {"metric", "statistic", "value", "half_width",
	"level", "n", "unit", "printed", "relation", "place", "note"};

static const char *const relation_names[] = {
	[PUBLISHED_EXACT] = "exact",
	[PUBLISHED_ABOUT] = "about",
	[PUBLISHED_BELOW] = "below",
	[PUBLISHED_ABOVE] = "above",
	[PUBLISHED_LOST] = "lost",
};
#define N_MAX 1e15 /* whole numbers up to there are exact in a double */
#define N_RELATIONS (sizeof relation_names / sizeof *relation_names)

/* value in the unit = value * 10^exponent * factor in the toolkit's unit */
static const struct unit {
	const char *name;
	const char *suffix;
	int exponent;
	double factor;
} units[] = {
	{"ns", "ns", 0, 1}, {"us", "ns", 3, 1}, {"ms", "ns", 6, 1}, {"s", "ns", 9, 1},
	{"pct", "pct", 0, 1}, {"ratio", "ratio", 0, 1}, {"count", "count", 0, 1},
	{"bytes", "bytes", 0, 1}, {"pps", "pps", 0, 1}, {"bps", "bps", 0, 1}, {"kbps", "bps", 3, 1},
	{"Mbps", "bps", 6, 1}, {"Gbps", "bps", 9, 1},
	{"KBps", "bps", 0, 8192}, /* netperf's KBytes: 1024 bytes */
};
#define N_UNITS (sizeof units / sizeof *units)

bool
published_is_table(const struct table *t)
{
	for (size_t i = 0; i < N_FIXED; i++)
		if (table_find(t, fixed_names[i]) == SIZE_MAX)
			return false;
	return true;
}

static bool
is_fixed(const char *name)
{
	for (size_t i = 0; i < N_FIXED; i++)
		if (!strcmp(name, fixed_names[i]))
			return true;
	return false;
}

/* Text times the unit, NaN for an empty cell; false when it is no number. */
static bool
scaled(double *v, const char *text, const struct unit *unit)
{
	struct slice number = slice_trim(slice_of(text ? text : ""));
	struct strbuf b;

	*v = NAN;
	if (!number.n)
		return true;
	if (!slice_f64(number, v))
		return false;
	if (unit->exponent && !memchr(number.p, 'e', number.n) &&
		!memchr(number.p, 'E', number.n)) {
		strbuf_init(&b);
		strbuf_addf(&b, "%.*se%d", (int)number.n, number.p, unit->exponent);
		slice_f64(slice_of(b.p), v);
		strbuf_release(&b);
	} else {
		*v *= pow(10, unit->exponent);
	}
	*v *= unit->factor;
	return true;
}

struct reading {
	struct published *p;
	size_t columns[N_FIXED];
	const char *path;
};

static const char *
field(const struct reading *r, enum fixed f, size_t row)
{
	return table_text(&r->p->table, r->columns[f], row);
}

static enum vstatus
bad_cell(const struct reading *r, enum fixed f, size_t row, const char *expected, struct verr *err)
{
	const char *text = field(r, f, row);

	return verr_set(err, V_EFORMAT, "%s: row %zu: %s: expected %s, found \"%.40s\"", r->path,
		row + 1, fixed_names[f], expected, text ? text : "");
}

static const struct unit *
unit_called(const char *name)
{
	for (size_t i = 0; name && i < N_UNITS; i++)
		if (!strcmp(units[i].name, name))
			return &units[i];
	return NULL;
}

static enum vstatus
read_relation(struct published_cell *c, const struct reading *r, size_t row, struct verr *err)
{
	const char *text = field(r, F_RELATION, row);

	for (size_t i = 0; text && i < N_RELATIONS; i++) {
		if (!strcmp(text, relation_names[i])) {
			c->relation = (enum published_relation)i;
			return V_OK;
		}
	}
	return bad_cell(r, F_RELATION, row, "exact, about, below, above or lost", err);
}

static enum vstatus
read_numbers(struct published_cell *c, const struct reading *r, size_t row, const struct unit *unit,
	struct verr *err)
{
	static const struct unit plain = {"", "", 0, 1};
	const struct {
		enum fixed f;
		double *to;
		const struct unit *unit;
	} numbers[] = {
		{F_VALUE, &c->value, unit},
		{F_HALF_WIDTH, &c->half_width, unit},
		{F_LEVEL, &c->level, &plain},
		{F_N, &c->n, &plain},
	};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (!scaled(numbers[i].to, field(r, numbers[i].f, row), numbers[i].unit))
			return bad_cell(r, numbers[i].f, row, "a number", err);
	if (c->relation == PUBLISHED_LOST && !isnan(c->value))
		return bad_cell(r, F_VALUE, row, "none, since the cell is lost", err);
	if (c->relation != PUBLISHED_LOST && isnan(c->value))
		return bad_cell(r, F_VALUE, row, "a number", err);
	if (c->half_width < 0)
		return bad_cell(r, F_HALF_WIDTH, row, "no negative number", err);
	if (c->level <= 0 || c->level >= 1)
		return bad_cell(r, F_LEVEL, row, "a number between 0 and 1, like 0.95", err);
	if (!isnan(c->n) && (c->n < 1 || c->n > N_MAX || c->n != trunc(c->n)))
		return bad_cell(r, F_N, row, "a whole number from 1", err);
	return V_OK;
}

static enum vstatus
read_cell(const struct reading *r, size_t row, struct verr *err)
{
	static const enum fixed needed[] = {F_METRIC, F_STATISTIC, F_PRINTED, F_PLACE};
	struct published_cell *c = &r->p->cells[row];
	const struct unit *unit = unit_called(field(r, F_UNIT, row));
	struct strbuf metric;
	enum vstatus st;

	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (!field(r, needed[i], row))
			return bad_cell(r, needed[i], row, "a text", err);
	if (!unit)
		return bad_cell(r, F_UNIT, row, "ns, us, ms, s, pct, Mbps or another unit", err);
	st = read_relation(c, r, row, err);
	if (st == V_OK)
		st = read_numbers(c, r, row, unit, err);
	if (st != V_OK)
		return st;
	strbuf_init(&metric);
	strbuf_addf(&metric, "%s_%s", field(r, F_METRIC, row), unit->suffix);
	c->metric = arena_strdup(&r->p->arena, metric.p);
	strbuf_release(&metric);
	c->statistic = field(r, F_STATISTIC, row);
	c->printed = field(r, F_PRINTED, row);
	c->place = field(r, F_PLACE, row);
	c->note = field(r, F_NOTE, row);
	c->row = row;
	return V_OK;
}

enum vstatus
published_load(struct published *p, const char *path, struct verr *err)
{
	struct reading r = {.p = p, .path = path};
	enum vstatus st;

	*p = (struct published){0};
	table_init(&p->table);
	st = table_read_csv_texts(&p->table, path, err);
	for (size_t i = 0; st == V_OK && i < N_FIXED; i++) {
		r.columns[i] = table_find(&p->table, fixed_names[i]);
		if (r.columns[i] == SIZE_MAX)
			st = verr_set(err, V_EFORMAT,
				"%s: no column %s: no table of published values", path,
				fixed_names[i]);
	}
	if (st == V_OK && p->table.n_rows > PUBLISHED_CELLS_MAX)
		st = verr_set(err, V_ELIMIT, "%s: more than %d rows of published values", path,
			PUBLISHED_CELLS_MAX);
	if (st != V_OK)
		return st;
	p->factors = xcalloc(p->table.n_columns + 1, sizeof *p->factors);
	for (size_t c = 0; c < p->table.n_columns; c++)
		if (!is_fixed(p->table.columns[c].name))
			p->factors[p->n_factors++] = c;
	p->cells = xcalloc(p->table.n_rows + 1, sizeof *p->cells);
	for (size_t row = 0; st == V_OK && row < p->table.n_rows; row++) {
		st = read_cell(&r, row, err);
		p->n_cells += st == V_OK;
	}
	return st;
}

void
published_release(struct published *p)
{
	table_release(&p->table);
	arena_release(&p->arena);
	free(p->factors);
	free(p->cells);
	*p = (struct published){0};
}

bool
published_is_known(const struct published_cell *c)
{
	return c->relation == PUBLISHED_EXACT || c->relation == PUBLISHED_ABOUT;
}

const char *
published_level(const struct published *p, const struct published_cell *c, size_t col)
{
	return table_text(&p->table, col, c->row);
}
