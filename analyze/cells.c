/*
 * cells - grouping by labels; see cells.h.
 */
#include "analyze/cells.h"

#include <stdlib.h>
#include <string.h>

#include "core/str.h"
#include "core/text.h"

void
labels_add(struct labels *l, struct arena *a, const char *name, const char *level, int rank)
{
	struct label *more = arena_alloc(a, (l->n + 1) * sizeof *more);

	if (l->n)
		memcpy(more, l->items, l->n * sizeof *more);
	more[l->n] = (struct label){name, level, rank};
	l->items = more;
	l->n++;
}

const struct label *
labels_get(const struct labels *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->items[i].name, name))
			return &l->items[i];
	return NULL;
}

/* ---- grouping: sort keys, then cut where they change ---- */

struct key {
	const struct label **labels; /* n_by of them; NULL entries do not apply */
	size_t n_by;
	size_t index;
};

static int
label_cmp(const struct label *a, const struct label *b)
{
	const char *x = a ? a->level : NULL;
	const char *y = b ? b->level : NULL;

	if (!x || !y)
		return (x != NULL) - (y != NULL);
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return natural_cmp(x, y);
}

static int
levels_cmp(const struct key *a, const struct key *b)
{
	for (size_t i = 0; i < a->n_by; i++) {
		int c = label_cmp(a->labels[i], b->labels[i]);

		if (c)
			return c;
	}
	return 0;
}

static int
key_cmp(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	int c = levels_cmp(x, y);

	return c ? c : (x->index > y->index) - (x->index < y->index);
}

static struct key *
make_keys(struct arena *arena, const struct labels *const *things, size_t n, const char *const *by,
	size_t n_by)
{
	struct key *keys = arena_alloc(arena, (n + 1) * sizeof *keys);

	for (size_t i = 0; i < n; i++) {
		keys[i].labels = arena_alloc(arena, (n_by + 1) * sizeof *keys[i].labels);
		keys[i].n_by = n_by;
		keys[i].index = i;
		for (size_t b = 0; b < n_by; b++)
			keys[i].labels[b] = labels_get(things[i], by[b]);
	}
	return keys;
}

void
cells_group(struct cells *c, const struct labels *const *things, size_t n, const char *const *by,
	size_t n_by)
{
	struct key *keys;
	size_t *members; /* shared by all cells, which follow each other in it */

	memset(c, 0, sizeof *c);
	keys = make_keys(&c->arena, things, n, by, n_by);
	qsort(keys, n, sizeof *keys, key_cmp);
	c->n_by = n_by;
	c->by = arena_alloc(&c->arena, (n_by + 1) * sizeof *c->by);
	for (size_t b = 0; b < n_by; b++)
		c->by[b] = by[b];
	c->items = arena_alloc(&c->arena, (n + 1) * sizeof *c->items);
	members = arena_alloc(&c->arena, (n + 1) * sizeof *members);
	for (size_t i = 0; i < n; i++) {
		struct cell *cell = c->n ? &c->items[c->n - 1] : NULL;

		if (!cell || levels_cmp(&keys[i - 1], &keys[i])) {
			cell = &c->items[c->n++];
			cell->levels = arena_alloc(&c->arena, (n_by + 1) * sizeof *cell->levels);
			for (size_t b = 0; b < n_by; b++)
				cell->levels[b] =
					keys[i].labels[b] ? keys[i].labels[b]->level : NULL;
			cell->members = members + i;
		}
		cell->members[cell->n_members++] = keys[i].index;
	}
}

void
cells_release(struct cells *c)
{
	arena_release(&c->arena);
	memset(c, 0, sizeof *c);
}

/* ---- filters ---- */

bool
filter_parse(struct filter *f, const char *text)
{
	const char *eq = strchr(text, '=');
	struct slice rest, level;

	memset(f, 0, sizeof *f);
	if (!eq || eq == text)
		return false;
	f->name = xstrndup(text, (size_t)(eq - text));
	rest = slice_of(eq + 1);
	while (slice_cut(&level, &rest, ',')) {
		f->levels = xrealloc(f->levels, f->n_levels + 1, sizeof *f->levels);
		f->levels[f->n_levels++] = xstrndup(level.p, level.n);
	}
	return true;
}

void
filter_release(struct filter *f)
{
	free(f->name);
	for (size_t i = 0; i < f->n_levels; i++)
		free(f->levels[i]);
	free(f->levels);
}

bool
filter_keeps(const struct filter *f, const char *level)
{
	for (size_t i = 0; level && i < f->n_levels; i++)
		if (!strcmp(f->levels[i], level))
			return true;
	return false;
}
