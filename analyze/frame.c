/*
 * frame - see frame.h.
 *
 * Grouping sorts stretches of equal rows, not rows: the probes of a run follow each other, so a
 * dataset has as many stretches as runs, and only a table that somebody shuffled has more.
 */
#include "analyze/frame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/str.h"
#include "core/text.h"

void
frame_init(struct frame *f, size_t cap_rows, enum frame_times times)
{
	*f = (struct frame){.cap = cap_rows};
	if (times == FRAME_TIMES)
		f->t_ns = xmalloc_large(cap_rows * sizeof *f->t_ns);
}

static void
factor_release(struct frame_factor *factor)
{
	free(factor->levels);
	free(factor->code);
}

void
frame_release(struct frame *f)
{
	for (size_t i = 0; i < f->n_factors; i++)
		factor_release(&f->factors[i]);
	for (size_t i = 0; i < f->n_metrics; i++)
		free(f->metrics[i].x);
	free(f->factors);
	free(f->metrics);
	free(f->t_ns);
	free(f->weight);
	free(f->half_width);
	arena_release(&f->arena);
	*f = (struct frame){0};
}

size_t
frame_add_factor(struct frame *f, const char *name)
{
	struct frame_factor *factor;

	GROW(f->factors, f->n_factors, f->cap_factors);
	factor = &f->factors[f->n_factors];
	*factor = (struct frame_factor){.name = name};
	factor->code = xmalloc_large(f->cap * sizeof *factor->code);
	for (size_t i = 0; i < f->n; i++)
		factor->code[i] = FRAME_ABSENT;
	return f->n_factors++;
}

size_t
frame_add_metric(struct frame *f, const char *name)
{
	GROW(f->metrics, f->n_metrics, f->cap_metrics);
	f->metrics[f->n_metrics] =
		(struct frame_metric){.name = name, .x = xmalloc_large(f->cap * sizeof(double))};
	return f->n_metrics++;
}

void
frame_add_weights(struct frame *f)
{
	f->weight = xmalloc_large(f->cap * sizeof *f->weight);
	f->half_width = xmalloc_large(f->cap * sizeof *f->half_width);
}

size_t
frame_find(const struct frame *f, const char *name)
{
	for (size_t i = 0; i < f->n_factors; i++)
		if (!strcmp(f->factors[i].name, name))
			return i;
	return SIZE_MAX;
}

uint16_t
frame_add_level(struct frame_factor *factor, const char *level, int rank)
{
	if (factor->n_levels == FRAME_LEVELS_MAX) {
		factor->overfull = true;
		return FRAME_ABSENT;
	}
	GROW(factor->levels, factor->n_levels, factor->cap_levels);
	factor->levels[factor->n_levels] = (struct frame_level){level, rank};
	return (uint16_t)factor->n_levels++;
}

uint16_t
frame_code(struct frame_factor *factor, const char *level, int rank)
{
	if (!level)
		return FRAME_ABSENT;
	/* From the end: runs next to each other mostly share their levels. */
	for (size_t i = factor->n_levels; i-- > 0;)
		if (!strcmp(factor->levels[i].text, level))
			return (uint16_t)i;
	return frame_add_level(factor, level, rank);
}

/* ---- levels in order ---- */

struct level_place {
	struct frame_level level;
	uint16_t code; /* as it was */
};

static int
level_cmp(const void *a, const void *b)
{
	const struct level_place *x = a, *y = b;

	if (x->level.rank != y->level.rank)
		return x->level.rank < y->level.rank ? -1 : 1;
	return natural_cmp(x->level.text, y->level.text);
}

/* Codes become new_code[code], levels are those of `places`. */
static void
sort_levels(struct frame_factor *factor, size_t n_rows)
{
	struct level_place *places = xcalloc(factor->n_levels + 1, sizeof *places);
	uint16_t *new_code = xcalloc(factor->n_levels + 1, sizeof *new_code);

	for (size_t i = 0; i < factor->n_levels; i++)
		places[i] = (struct level_place){factor->levels[i], (uint16_t)i};
	qsort(places, factor->n_levels, sizeof *places, level_cmp);
	for (size_t i = 0; i < factor->n_levels; i++) {
		factor->levels[i] = places[i].level;
		new_code[places[i].code] = (uint16_t)i;
	}
	for (size_t i = 0; i < n_rows; i++)
		if (factor->code[i] != FRAME_ABSENT)
			factor->code[i] = new_code[factor->code[i]];
	free(places);
	free(new_code);
}

static bool
has_value(const struct frame_metric *m, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isnan(m->x[i]))
			return true;
	return false;
}

void
frame_finish(struct frame *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_factors; i++) {
		struct frame_factor *factor = &f->factors[i];

		if (factor->overfull) {
			log_warn("%s has more than %zu levels: left out", factor->name,
				FRAME_LEVELS_MAX);
			factor_release(factor);
			continue;
		}
		sort_levels(factor, f->n);
		f->factors[n++] = *factor;
	}
	f->n_factors = n;
	n = 0;
	for (size_t i = 0; i < f->n_metrics; i++) {
		if (has_value(&f->metrics[i], f->n))
			f->metrics[n++] = f->metrics[i];
		else
			free(f->metrics[i].x);
	}
	f->n_metrics = n;
}

/* ---- merging levels ---- */

/* Marks the levels that the list names. */
static enum vstatus
mark_levels(bool *merged, const struct frame_factor *factor, struct slice list, struct verr *err)
{
	struct slice word;

	while (slice_cut(&word, &list, ',')) {
		size_t i = 0;

		while (i < factor->n_levels && !slice_eq(word, factor->levels[i].text))
			i++;
		if (i == factor->n_levels)
			return verr_set(err, V_EUSAGE, "%s has no level '%.*s'", factor->name,
				(int)word.n, word.p);
		merged[i] = true;
	}
	return V_OK;
}

/* The marked levels, and one of that name if there is one, become one called `text`. */
static void
merge_levels(struct frame_factor *factor, const bool *merged, const char *text, size_t n_rows)
{
	uint16_t *new_code = xcalloc(factor->n_levels + 1, sizeof *new_code);
	struct frame_factor old = *factor;

	factor->levels = NULL;
	factor->n_levels = factor->cap_levels = 0;
	for (size_t i = 0; i < old.n_levels; i++)
		new_code[i] = frame_code(
			factor, merged[i] ? text : old.levels[i].text, old.levels[i].rank);
	for (size_t i = 0; i < n_rows; i++)
		if (factor->code[i] != FRAME_ABSENT)
			factor->code[i] = new_code[factor->code[i]];
	free(old.levels);
	free(new_code);
	sort_levels(factor, n_rows);
}

enum vstatus
frame_merge(struct frame *f, const char *text, struct verr *err)
{
	const char *colon = strchr(text, ':'), *equal = strrchr(text, '=');
	char *name;
	size_t k;
	bool *merged;
	enum vstatus st;

	if (!colon || !equal || colon == text || equal < colon + 2 || !equal[1])
		return verr_set(err, V_EUSAGE, "expected FACTOR:LEVEL,LEVEL=NAME");
	name = xstrndup(text, (size_t)(colon - text));
	k = frame_find(f, name);
	if (k == SIZE_MAX) {
		st = verr_set(err, V_EUSAGE, "there is no factor called %s", name);
		free(name);
		return st;
	}
	free(name);
	merged = xcalloc(f->factors[k].n_levels + 1, sizeof *merged);
	st = mark_levels(merged, &f->factors[k],
		(struct slice){colon + 1, (size_t)(equal - colon) - 1}, err);
	if (st == V_OK)
		merge_levels(&f->factors[k], merged, arena_strdup(&f->arena, equal + 1), f->n);
	free(merged);
	return st;
}

/* ---- grouping ---- */

struct grouping {
	const struct frame *f;
	const size_t *by;
	size_t n_by;
};

static int
rows_cmp(const struct grouping *g, uint32_t a, uint32_t b)
{
	for (size_t i = 0; i < g->n_by; i++) {
		const uint16_t *code = g->f->factors[g->by[i]].code;

		/* FRAME_ABSENT is the largest code; what does not apply comes first though. */
		if (code[a] != code[b])
			return (uint16_t)(code[a] + 1) < (uint16_t)(code[b] + 1) ? -1 : 1;
	}
	return 0;
}

static int
stretches_cmp(const void *a, const void *b, void *ctx)
{
	const uint32_t *x = a, *y = b;
	int c = rows_cmp(ctx, *x, *y);

	return c ? c : (*x > *y) - (*x < *y);
}

/* The first row of each stretch of rows with equal levels, in order of their levels; heap. */
static uint32_t *
sorted_stretches(size_t *n, struct grouping *g)
{
	uint32_t *first = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t i = 0; i < g->f->n; i++) {
		if (i && !rows_cmp(g, (uint32_t)i - 1, (uint32_t)i))
			continue;
		GROW(first, *n, cap);
		first[(*n)++] = (uint32_t)i;
	}
	if (*n)
		qsort_r(first, *n, sizeof *first, stretches_cmp, g);
	return first;
}

void
frame_group(struct frame_cells *c, const struct frame *f, const size_t *by, size_t n_by)
{
	struct grouping g = {f, by, n_by};
	size_t n_stretches, *next;
	uint32_t *first = sorted_stretches(&n_stretches, &g);

	*c = (struct frame_cells){.cell_of = xmalloc_large(f->n * sizeof *c->cell_of),
		.rows = xmalloc_large(f->n * sizeof *c->rows)};
	c->begin = xcalloc(n_stretches + 2, sizeof *c->begin);
	for (size_t s = 0; s < n_stretches; s++) {
		size_t i = first[s];

		if (!s || rows_cmp(&g, first[s - 1], first[s]))
			c->n++;
		do {
			c->cell_of[i++] = (uint32_t)(c->n - 1);
			c->begin[c->n]++;
		} while (i < f->n && !rows_cmp(&g, first[s], (uint32_t)i));
	}
	next = xcalloc(c->n + 1, sizeof *next);
	for (size_t k = 0; k < c->n; k++) {
		c->begin[k + 1] += c->begin[k];
		next[k] = c->begin[k];
	}
	for (size_t i = 0; i < f->n; i++)
		c->rows[next[c->cell_of[i]]++] = (uint32_t)i;
	free(next);
	free(first);
}

void
frame_cells_release(struct frame_cells *c)
{
	free(c->cell_of);
	free(c->rows);
	free(c->begin);
	*c = (struct frame_cells){0};
}

const char *
frame_level_of(const struct frame *f, const struct frame_cells *c, size_t cell, size_t factor)
{
	const struct frame_factor *k = &f->factors[factor];
	uint16_t code = k->code[c->rows[c->begin[cell]]];

	return code == FRAME_ABSENT ? NULL : k->levels[code].text;
}
