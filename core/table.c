/*
 * table - storage by column.
 *
 * All columns share one capacity in rows, which doubles.  A number takes 8 bytes, a text 4: its
 * code in the column's dictionary.  The dictionary is an open-addressing hash table of codes
 * (linear probing, at most half full) over texts that lie in an arena; the hash of each text is
 * kept, so that growing compares no text.  Tables of samples repeat the same text from row to
 * row (the run, the point, the addresses), so the code set last is tried before the hash.
 *
 * Columns are found by walking: a table has a few dozen.  Not here: sorting, joining, grouping;
 * the readers of a table do that with the codes and numbers in their hands.  The CSV form is
 * in table_csv.c.
 */
#include "core/table.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"

#define FIRST_ROWS 64
#define FIRST_SLOTS 64

struct column_index {
	struct arena texts;
	uint32_t *hashes; /* by code; as long as the column's levels */
	uint32_t *slots;  /* code + 1, 0 is free; n_slots is a power of two */
	size_t n_slots;
	uint32_t last; /* the code set last; meaningful once there are levels */
};

void
table_init(struct table *t)
{
	*t = (struct table){0};
}

/* The three arrays of the union are one pointer. */
static void
column_release_cells(struct column *c)
{
	free(c->i);
	c->i = NULL;
	free(c->levels);
	c->levels = NULL;
	c->n_levels = 0;
	c->cap_levels = 0;
	if (c->index) {
		arena_release(&c->index->texts);
		free(c->index->hashes);
		free(c->index->slots);
		free(c->index);
		c->index = NULL;
	}
}

void
table_release(struct table *t)
{
	for (size_t i = 0; i < t->n_columns; i++) {
		column_release_cells(&t->columns[i]);
		free(t->columns[i].name);
	}
	free(t->columns);
	table_init(t);
}

static void
column_reserve(struct column *c, size_t cap_rows)
{
	if (c->type == COLUMN_TEXT)
		c->code = xrealloc(c->code, cap_rows, sizeof *c->code);
	else if (c->type == COLUMN_INT)
		c->i = xrealloc(c->i, cap_rows, sizeof *c->i);
	else
		c->f = xrealloc(c->f, cap_rows, sizeof *c->f);
}

static void
column_set_absent(struct column *c, size_t from, size_t to)
{
	for (size_t row = from; row < to; row++) {
		if (c->type == COLUMN_TEXT)
			c->code[row] = TABLE_ABSENT_TEXT;
		else if (c->type == COLUMN_INT)
			c->i[row] = TABLE_ABSENT_INT;
		else
			c->f[row] = NAN;
	}
}

static void
column_start(struct column *c, enum column_type type, const struct table *t)
{
	c->type = type;
	if (type == COLUMN_TEXT)
		c->index = xcalloc(1, sizeof *c->index);
	if (t->cap_rows > 0)
		column_reserve(c, t->cap_rows);
	column_set_absent(c, 0, t->n_rows);
}

size_t
table_add_column(struct table *t, const char *name, enum column_type type)
{
	struct column *c;

	t->columns = xrealloc(t->columns, t->n_columns + 1, sizeof *t->columns);
	c = &t->columns[t->n_columns];
	*c = (struct column){.name = xstrdup(name)};
	column_start(c, type, t);
	return t->n_columns++;
}

void
table_retype(struct table *t, size_t col, enum column_type type)
{
	column_release_cells(&t->columns[col]);
	column_start(&t->columns[col], type, t);
}

size_t
table_find(const struct table *t, const char *name)
{
	for (size_t i = 0; i < t->n_columns; i++)
		if (strcmp(t->columns[i].name, name) == 0)
			return i;
	return SIZE_MAX;
}

size_t
table_add_row(struct table *t)
{
	if (t->n_rows == t->cap_rows) {
		t->cap_rows = t->cap_rows ? 2 * t->cap_rows : FIRST_ROWS;
		for (size_t i = 0; i < t->n_columns; i++)
			column_reserve(&t->columns[i], t->cap_rows);
	}
	for (size_t i = 0; i < t->n_columns; i++)
		column_set_absent(&t->columns[i], t->n_rows, t->n_rows + 1);
	return t->n_rows++;
}

/* Eight bytes at a time; each step multiplies by an odd constant and folds the high bits down. */
static uint32_t
hash_text(struct slice s)
{
	const uint64_t odd = UINT64_C(0x9E3779B97F4A7C15);
	uint64_t h = s.n * odd;
	uint64_t word;

	for (; s.n >= sizeof word; s.p += sizeof word, s.n -= sizeof word) {
		memcpy(&word, s.p, sizeof word);
		h = (h ^ word) * odd;
		h ^= h >> 32;
	}
	word = 0;
	if (s.n > 0)
		memcpy(&word, s.p, s.n);
	h = (h ^ word) * odd;
	return (uint32_t)(h >> 32);
}

static bool
level_is(const char *level, struct slice s)
{
	return strncmp(level, s.p, s.n) == 0 && level[s.n] == '\0';
}

static void
index_put(struct column_index *x, uint32_t hash, uint32_t code)
{
	size_t mask = x->n_slots - 1;
	size_t i = hash & mask;

	while (x->slots[i])
		i = (i + 1) & mask;
	x->slots[i] = code + 1;
}

static void
index_grow(struct column_index *x, uint32_t n_levels)
{
	x->n_slots = x->n_slots ? 2 * x->n_slots : FIRST_SLOTS;
	free(x->slots);
	x->slots = xcalloc(x->n_slots, sizeof *x->slots);
	for (uint32_t code = 0; code < n_levels; code++)
		index_put(x, x->hashes[code], code);
}

static uint32_t
column_add_level(struct column *c, struct slice s, uint32_t hash)
{
	struct column_index *x = c->index;
	uint32_t code = c->n_levels;

	assert(code < TABLE_LEVELS_MAX);
	if (code == c->cap_levels) {
		GROW(c->levels, c->n_levels, c->cap_levels);
		x->hashes = xrealloc(x->hashes, c->cap_levels, sizeof *x->hashes);
	}
	c->levels[code] = arena_strndup(&x->texts, s.p, s.n);
	x->hashes[code] = hash;
	c->n_levels++;
	if (2 * (size_t)c->n_levels > x->n_slots)
		index_grow(x, c->n_levels);
	else
		index_put(x, hash, code);
	return code;
}

static uint32_t
column_code(struct column *c, struct slice s)
{
	struct column_index *x = c->index;
	uint32_t hash;
	size_t i;

	if (c->n_levels > 0 && level_is(c->levels[x->last], s))
		return x->last;
	hash = hash_text(s);
	if (x->n_slots > 0) {
		for (i = hash & (x->n_slots - 1); x->slots[i]; i = (i + 1) & (x->n_slots - 1)) {
			uint32_t code = x->slots[i] - 1;

			if (x->hashes[code] == hash && level_is(c->levels[code], s))
				return code;
		}
	}
	return column_add_level(c, s, hash);
}

void
table_set_slice(struct table *t, size_t col, size_t row, struct slice v)
{
	struct column *c = &t->columns[col];

	assert(c->type == COLUMN_TEXT);
	c->code[row] = TABLE_ABSENT_TEXT;
	if (v.p)
		c->index->last = c->code[row] = column_code(c, v);
}

void
table_set_text(struct table *t, size_t col, size_t row, const char *v)
{
	table_set_slice(t, col, row, v ? slice_of(v) : (struct slice){NULL, 0});
}

void
table_set_int(struct table *t, size_t col, size_t row, int64_t v)
{
	assert(t->columns[col].type == COLUMN_INT);
	t->columns[col].i[row] = v;
}

void
table_set_real(struct table *t, size_t col, size_t row, double v)
{
	assert(t->columns[col].type == COLUMN_REAL);
	t->columns[col].f[row] = v;
}

const char *
table_text(const struct table *t, size_t col, size_t row)
{
	const struct column *c = &t->columns[col];

	assert(c->type == COLUMN_TEXT);
	return c->code[row] == TABLE_ABSENT_TEXT ? NULL : c->levels[c->code[row]];
}

int64_t
table_int(const struct table *t, size_t col, size_t row)
{
	assert(t->columns[col].type == COLUMN_INT);
	return t->columns[col].i[row];
}

double
table_real(const struct table *t, size_t col, size_t row)
{
	const struct column *c = &t->columns[col];

	assert(c->type != COLUMN_TEXT);
	if (c->type == COLUMN_REAL)
		return c->f[row];
	return c->i[row] == TABLE_ABSENT_INT ? NAN : (double)c->i[row];
}

bool
table_absent(const struct table *t, size_t col, size_t row)
{
	const struct column *c = &t->columns[col];

	if (c->type == COLUMN_TEXT)
		return c->code[row] == TABLE_ABSENT_TEXT;
	if (c->type == COLUMN_INT)
		return c->i[row] == TABLE_ABSENT_INT;
	return isnan(c->f[row]);
}

bool
table_same(const struct table *t, size_t col, size_t row, size_t other)
{
	const struct column *c = &t->columns[col];

	if (c->type == COLUMN_TEXT)
		return c->code[row] == c->code[other];
	if (c->type == COLUMN_INT)
		return c->i[row] == c->i[other];
	return c->f[row] == c->f[other] || (isnan(c->f[row]) && isnan(c->f[other]));
}

void
table_cell(struct strbuf *out, const struct table *t, size_t col, size_t row)
{
	const struct column *c = &t->columns[col];

	if (table_absent(t, col, row))
		return;
	if (c->type == COLUMN_TEXT)
		strbuf_adds(out, c->levels[c->code[row]]);
	else if (c->type == COLUMN_INT)
		strbuf_add_i64(out, c->i[row]);
	else
		strbuf_add_f64(out, c->f[row]);
}

const char *
table_unit(const char *name)
{
	static const char *const units[] = {
		"ns",
		"us",
		"ms",
		"s",
		"pct",
		"bps",
		"pps",
		"bytes",
		"ratio",
		"count",
	};
	const char *end = strrchr(name, '_');

	for (size_t i = 0; end && i < sizeof units / sizeof units[0]; i++)
		if (strcmp(end + 1, units[i]) == 0)
			return units[i];
	return "";
}
