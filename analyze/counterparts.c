/*
 * counterparts - see counterparts.h.
 *
 * To try every run of the baseline for every cell would take hours for a table of a million cells.
 * So the runs are sorted by a hash of their levels and looked up.  A name that does not apply has
 * no level to hash: runs to which the same names apply share a pattern, of which there are few (one
 * per kind of dataset), and each is looked up by itself with the levels that it has.
 */
#include "analyze/counterparts.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/contrast.h"
#include "analyze/hash.h"
#include "core/alloc.h"

struct entry {
	uint64_t key;
	size_t index; /* of the series */
};

struct counterparts {
	struct series *const *series;
	const char **names; /* those that must agree */
	size_t *places;     /* of each of them in a cell's levels */
	size_t n_names;
	struct entry *entries; /* by key, then index */
	size_t n_entries;
	size_t *found;    /* indices, for the search: one per entry */
	size_t *patterns; /* a series of each */
	size_t n_patterns;
	size_t cap_patterns;
};

static const char *
level_of(const struct series *s, const char *name)
{
	const struct label *l = labels_get(&s->labels, name);

	return l ? l->level : NULL;
}

static const char *
level_in(const struct counterparts *c, size_t series, size_t name)
{
	return level_of(c->series[series], c->names[name]);
}

static uint64_t
add_level(uint64_t key, const char *level)
{
	return hash_bytes(
		(const uint8_t *)level, strlen(level), key * UINT64_C(0x9e3779b97f4a7c15) + 1);
}

static bool
same_pattern(const struct counterparts *c, size_t a, size_t b)
{
	for (size_t i = 0; i < c->n_names; i++)
		if (!level_in(c, a, i) != !level_in(c, b, i))
			return false;
	return true;
}

/* The number of the series' pattern, a new one if need be. */
static size_t
pattern_of(struct counterparts *c, size_t series)
{
	size_t p = 0;

	while (p < c->n_patterns && !same_pattern(c, c->patterns[p], series))
		p++;
	if (p == c->n_patterns) {
		GROW(c->patterns, c->n_patterns, c->cap_patterns);
		c->patterns[c->n_patterns++] = series;
	}
	return p;
}

static uint64_t
key_of_series(const struct counterparts *c, size_t series, size_t pattern)
{
	uint64_t key = pattern;

	for (size_t i = 0; i < c->n_names; i++) {
		const char *level = level_in(c, series, i);

		if (level)
			key = add_level(key, level);
	}
	return key;
}

/* The key that a series of that pattern has if it agrees; false when none can. */
static bool
key_of_cell(uint64_t *key, const struct counterparts *c, const struct cell *cell, size_t pattern)
{
	*key = pattern;
	for (size_t i = 0; i < c->n_names; i++) {
		const char *level = cell->levels[c->places[i]];

		if (!level_in(c, c->patterns[pattern], i))
			continue;
		if (!level)
			return false;
		*key = add_level(*key, level);
	}
	return true;
}

static bool
agrees(const struct counterparts *c, size_t series, const struct cell *cell)
{
	for (size_t i = 0; i < c->n_names; i++) {
		const char *level = level_in(c, series, i);
		const char *wanted = cell->levels[c->places[i]];

		if (level && (!wanted || strcmp(level, wanted) != 0))
			return false;
	}
	return true;
}

static int
entry_cmp(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static void
choose_names(struct counterparts *c, const char *const *by, size_t n_by, const char *factor)
{
	c->names = xcalloc(n_by + 1, sizeof *c->names);
	c->places = xcalloc(n_by + 1, sizeof *c->places);
	for (size_t i = 0; i < n_by; i++) {
		if (!strcmp(by[i], factor) || contrast_is_file_name(by[i]))
			continue;
		c->names[c->n_names] = by[i];
		c->places[c->n_names++] = i;
	}
}

struct counterparts *
counterparts_new(struct series *const *series, size_t n, const char *const *by, size_t n_by,
	const char *factor, const char *baseline)
{
	struct counterparts *c = xcalloc(1, sizeof *c);

	c->series = series;
	choose_names(c, by, n_by, factor);
	c->entries = xcalloc(n + 1, sizeof *c->entries);
	for (size_t i = 0; i < n; i++) {
		const char *level = series[i]->n ? level_of(series[i], factor) : NULL;

		if (!level || strcmp(level, baseline) != 0)
			continue;
		c->entries[c->n_entries++] =
			(struct entry){key_of_series(c, i, pattern_of(c, i)), i};
	}
	qsort(c->entries, c->n_entries, sizeof *c->entries, entry_cmp);
	c->found = xcalloc(c->n_entries + 1, sizeof *c->found);
	return c;
}

void
counterparts_free(struct counterparts *c)
{
	if (!c)
		return;
	free(c->names);
	free(c->places);
	free(c->entries);
	free(c->patterns);
	free(c->found);
	free(c);
}

static size_t
first_of_key(const struct counterparts *c, uint64_t key)
{
	size_t low = 0, high = c->n_entries;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (c->entries[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int
index_cmp(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

size_t
counterparts_of(struct counterparts *c, const struct cell *cell, const struct series **found)
{
	uint64_t key;
	size_t n = 0;

	for (size_t p = 0; p < c->n_patterns; p++) {
		if (!key_of_cell(&key, c, cell, p))
			continue;
		for (size_t i = first_of_key(c, key); i < c->n_entries && c->entries[i].key == key;
			i++)
			if (same_pattern(c, c->patterns[p], c->entries[i].index) &&
				agrees(c, c->entries[i].index, cell))
				c->found[n++] = c->entries[i].index;
	}
	qsort(c->found, n, sizeof *c->found, index_cmp);
	for (size_t i = 0; i < n; i++)
		found[i] = c->series[c->found[i]];
	return n;
}
