/*
 * view - see view.h.
 *
 * A factor that only some cells record (captures of a container, unknown for native) and that
 * has one level there counts as constant: it tells no two rows apart that the platform does not
 * tell apart already.  The caption then says "where recorded".
 *
 * Cells may have different pairs of points.  The pair of most cells is the usual one and is said
 * once; every other is named with its cell.
 */
#include "report/view.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/measured.h"
#include "report/words.h"

/* How much a cell tells: two captures, the tool and a capture, or points alone. */
static int
richness(const struct model *m, size_t cell)
{
	const char *inner, *outer;

	if (!view_pair(m, cell, &inner, &outer))
		return 0;
	return strcmp(inner, "app") == 0 ? 1 : 2;
}

/* add_idle - of a variant's idle cells [from, to) those that tell most. */
static void
add_idle(struct view *v, size_t from, size_t to)
{
	int best = 0;

	for (size_t c = from; c < to; c++) {
		if (v->measured[c] && v->m->cells[c].idle && richness(v->m, c) > best)
			best = richness(v->m, c);
	}
	for (size_t c = from; c < to; c++) {
		if (v->measured[c] && v->m->cells[c].idle && richness(v->m, c) == best)
			v->cells[v->n++] = c;
	}
}

/* same_setting - equal in all factors that are no load factors. */
static bool
same_setting(const struct model *m, size_t a, size_t b)
{
	for (size_t f = 0; f < m->n_factors; f++) {
		if (!m->load_factor[f] &&
			level_cmp(m->cells[a].levels[f], m->cells[b].levels[f]) != 0)
			return false;
	}
	return true;
}

/* add_loaded - of a variant's cells [from, to) those at the setting with the most loads. */
static void
add_loaded(struct view *v, size_t from, size_t to)
{
	size_t best = SIZE_MAX, best_n = 0;

	for (size_t c = from; c < to; c++) {
		size_t n = 0;

		if (v->m->cells[c].idle || !v->measured[c])
			continue;
		for (size_t k = from; k < to; k++)
			n += v->measured[k] && !v->m->cells[k].idle && same_setting(v->m, c, k);
		if (n > best_n) {
			best = c;
			best_n = n;
		}
	}
	for (size_t c = from; c < to && best != SIZE_MAX; c++) {
		if (v->measured[c] && same_setting(v->m, best, c))
			v->cells[v->n++] = c;
	}
}

static void
choose_cells(struct view *v, enum view_set set)
{
	const struct model_cell *cells = v->m->cells;
	size_t n = v->m->n_cells;

	for (size_t i = 0, end; i < n; i = end) {
		/* the cells of a variant stand together */
		for (end = i; end < n && model_same_variant(&cells[i], &cells[end]); end++)
			;
		if (set == VIEW_IDLE)
			add_idle(v, i, end);
		else if (set == VIEW_LOADED)
			add_loaded(v, i, end);
		for (size_t c = i; set == VIEW_ALL && c < end; c++)
			if (v->measured[c])
				v->cells[v->n++] = c;
	}
}

/* only_level - the level that all cells of the view with this factor share; NULL if none. */
static const char *
only_level(const struct view *v, size_t factor, bool *everywhere)
{
	const char *only = NULL;

	*everywhere = true;
	for (size_t i = 0; i < v->n; i++) {
		const char *level = v->m->cells[v->cells[i]].levels[factor];

		if (!level)
			*everywhere = false;
		else if (!only)
			only = level;
		else if (strcmp(only, level) != 0)
			return NULL;
	}
	return only;
}

static bool
factor_varies(const struct view *v, size_t factor)
{
	bool everywhere, known = false;

	for (size_t i = 0; i < v->n; i++)
		known |= v->m->cells[v->cells[i]].levels[factor] != NULL;
	return known && !only_level(v, factor, &everywhere);
}

bool
view_is_usual(const struct view *v, const char *inner, const char *outer)
{
	return strcmp(v->usual_inner, inner) == 0 && strcmp(v->usual_outer, outer) == 0;
}

/* find_usual_pair - among the first few pairs met, the one that most cells have, guest-host when
 *   that is one of two. */
static void
find_usual_pair(struct view *v)
{
	struct {
		const char *inner, *outer;
		size_t count;
	} met[8] = {{"", "", 0}};
	const size_t room = sizeof met / sizeof *met;
	size_t n = 0, best = 0;

	for (size_t i = 0; i < v->n; i++) {
		const char *inner, *outer;
		size_t k = 0;

		if (!view_pair(v->m, v->cells[i], &inner, &outer))
			continue;
		while (k < n &&
			(strcmp(met[k].inner, inner) != 0 || strcmp(met[k].outer, outer) != 0))
			k++;
		if (k == room)
			continue;
		if (k == n) {
			met[n].inner = inner;
			met[n].outer = outer;
			met[n++].count = 0;
		}
		met[k].count++;
	}
	for (size_t k = 1; k < n; k++) {
		if (met[k].count > met[best].count ||
			(met[k].count == met[best].count && strcmp(met[k].inner, "guest") == 0))
			best = k;
	}
	v->usual_inner = met[best].inner;
	v->usual_outer = met[best].outer;
}

/* tells_apart - do two cells of one platform and driver differ in this factor? */
static bool
tells_apart(const struct view *v, size_t factor)
{
	const struct model_cell *cells = v->m->cells;

	for (size_t i = 1; v->varies[factor] && i < v->n; i++) {
		const struct model_cell *a = &cells[v->cells[i - 1]], *b = &cells[v->cells[i]];

		if (model_same_variant(a, b) &&
			level_cmp(a->levels[factor], b->levels[factor]) != 0)
			return true;
	}
	return false;
}

/* look_over - what is said of the chosen cells together. */
static void
look_over(struct view *v)
{
	for (size_t f = 0; f < v->m->n_factors; f++)
		v->varies[f] = factor_varies(v, f);
	for (size_t f = 0; f < v->m->n_factors; f++)
		v->settings[f] = tells_apart(v, f) && !v->m->load_factor[f];
	v->drivers = false;
	for (size_t i = 0; i < v->n; i++)
		v->drivers |= v->m->cells[v->cells[i]].driver != NULL;
	find_usual_pair(v);
}

void
view_init(struct view *v, const struct model *m, enum view_set set, enum view_of of)
{
	memset(v, 0, sizeof *v);
	v->m = m;
	v->cells = xmalloc((m->n_cells + 1) * sizeof *v->cells);
	measured_find(v, of);
	choose_cells(v, set);
	if (v->n == 0 && set == VIEW_IDLE)
		choose_cells(v, VIEW_ALL);
	look_over(v);
}

void
view_keep(struct view *v, const bool *keep)
{
	size_t n = 0;

	for (size_t i = 0; i < v->n; i++)
		if (keep[v->cells[i]])
			v->cells[n++] = v->cells[i];
	v->n = n;
	look_over(v);
}

void
view_release(struct view *v)
{
	free(v->http);
	free(v->cells);
	free(v->measured);
	memset(v, 0, sizeof *v);
}

void
view_constants(struct strbuf *out, const struct view *v)
{
	bool any = false;

	for (size_t f = 0; f < v->m->n_factors; f++) {
		bool everywhere;
		const char *level = only_level(v, f, &everywhere);
		size_t at;

		if (!level)
			continue;
		strbuf_adds(out, any ? ", " : " ");
		at = out->n;
		words_level(out, v->m->factors[f], level);
		if (!any)
			out->p[at] = (char)toupper((unsigned char)out->p[at]);
		strbuf_adds(out, everywhere ? "" : " where recorded");
		any = true;
	}
	if (any)
		strbuf_addc(out, '.');
}

bool
view_same_setting(const struct view *v, size_t a, size_t b)
{
	const struct model_cell *cells = v->m->cells;

	for (size_t f = 0; f < v->m->n_factors; f++)
		if (v->settings[f] && level_cmp(cells[a].levels[f], cells[b].levels[f]) != 0)
			return false;
	return true;
}

void
view_setting(struct strbuf *out, const struct view *v, size_t cell)
{
	const struct model_cell *c = &v->m->cells[cell];
	size_t n = 0, before = out->n;

	for (size_t f = 0; f < v->m->n_factors; f++)
		n += v->settings[f];
	for (size_t f = 0; f < v->m->n_factors; f++) {
		if (!v->settings[f] || !c->levels[f])
			continue;
		strbuf_adds(out, out->n > before ? ", " : "");
		if (n == 1)
			words_amount(out, v->m->factors[f], c->levels[f]);
		else
			words_level(out, v->m->factors[f], c->levels[f]);
	}
}

/* add_platform - "docker (nat)". */
static void
add_platform(struct strbuf *out, const struct model_cell *c)
{
	strbuf_adds(out, c->platform);
	if (c->driver)
		strbuf_addf(out, " (%s)", c->driver);
}

/* add_place - where the cell was measured, unless that is the usual place. */
static void
add_place(struct strbuf *out, const struct view *v, size_t cell, enum view_place place)
{
	const char *inner, *outer;
	bool pair = view_pair(v->m, cell, &inner, &outer);

	if (place == VIEW_PAIR && pair && !view_is_usual(v, inner, outer))
		strbuf_addf(out, ", %s\xe2\x80\x93%s", inner, outer);
	if (place == VIEW_POINT && *inner && strcmp(v->usual_inner, inner) != 0)
		strbuf_addf(out, ", %s", inner);
}

const char *
view_platform(struct doc *d, const struct view *v, size_t cell, enum view_place place)
{
	struct strbuf b;
	const char *name;

	strbuf_init(&b);
	add_platform(&b, &v->m->cells[cell]);
	add_place(&b, v, cell, place);
	name = doc_take(d, &b);
	strbuf_release(&b);
	return name;
}

const char *
view_name(struct doc *d, const struct view *v, size_t cell, enum view_place place)
{
	struct strbuf b, setting;
	const char *name;

	strbuf_init(&b);
	strbuf_init(&setting);
	add_platform(&b, &v->m->cells[cell]);
	view_setting(&setting, v, cell);
	if (setting.n)
		strbuf_addf(&b, ", %s", setting.p);
	add_place(&b, v, cell, place);
	name = doc_take(d, &b);
	strbuf_release(&setting);
	strbuf_release(&b);
	return name;
}

void
view_usual(struct strbuf *out, const struct view *v, enum view_place place)
{
	if (!*v->usual_inner)
		return;
	if (place == VIEW_PAIR)
		strbuf_addf(out, " Pair %s\xe2\x80\x93%s unless named.", v->usual_inner,
			v->usual_outer);
	else
		strbuf_addf(out, " At the point %s unless named.", v->usual_inner);
}

struct doc_tag *
view_tags(struct doc *d, const struct view *v, size_t cell, size_t *n)
{
	const struct model_cell *c = &v->m->cells[cell];
	struct doc_tag *tags = arena_alloc(&d->arena, (v->m->n_factors + 3) * sizeof *tags);
	const char *inner, *outer;

	*n = 0;
	tags[(*n)++] = (struct doc_tag){"platform", c->platform};
	if (c->driver)
		tags[(*n)++] = (struct doc_tag){"driver", c->driver};
	for (size_t f = 0; f < v->m->n_factors; f++) {
		if (c->levels[f])
			tags[(*n)++] = (struct doc_tag){v->m->factors[f], c->levels[f]};
	}
	view_pair(v->m, cell, &inner, &outer);
	if (*inner)
		tags[(*n)++] = (struct doc_tag){"pair", view_pair_name(d, inner, outer)};
	return tags;
}

void
view_label_columns(struct doc *d, struct doc_table *t, const struct view *v)
{
	doc_add_column(t, "platform", "Platform", DOC_LABEL);
	if (v->drivers)
		doc_add_column(t, "driver", "Driver", DOC_LABEL);
	for (size_t f = 0; f < v->m->n_factors; f++) {
		const char *name = v->m->factors[f];

		doc_add_column(t, name, words_title(d, name), DOC_LABEL)->csv_only = !v->varies[f];
	}
}

struct doc_cell *
view_label_row(struct doc_cell *row, const struct view *v, size_t cell)
{
	const struct model_cell *c = &v->m->cells[cell];

	row->cell = v->m->has_runs[cell] ? cell + 1 : 0;
	(row++)->text = c->platform;
	if (v->drivers)
		(row++)->text = c->driver;
	for (size_t f = 0; f < v->m->n_factors; f++)
		(row++)->text = c->levels[f];
	return row;
}

/* Where to look for the points of a cell, best first. */
static const struct {
	enum model_kind kind;
	const char *statistic;
} sources[] = {
	{KIND_CI, "mean"},
	{KIND_CI, "median"},
	{KIND_DESCRIBE, ""},
	{KIND_SUMMARY, ""},
	{KIND_COUNTS, ""},
};
#define N_SOURCES (sizeof sources / sizeof *sources)

/*
 * find_place - among the rows of a metric, the first that has one of the inner points named (and
 *   that outer point), else the first there is; NULL when there are none.
 */
static const struct model_row *
find_place(const struct model *m, size_t cell, const char *metric, const char *const *inner,
	const char *outer)
{
	for (size_t k = 0; k < N_SOURCES; k++) {
		enum model_kind kind = sources[k].kind;
		const char *stat = sources[k].statistic;
		size_t n;
		const struct model_row *first = model_places(m, kind, metric, stat, cell, &n);

		for (size_t i = 0; n && inner[i]; i++) {
			const struct model_row *r =
				model_find(m, kind, metric, stat, cell, inner[i], outer);

			if (r)
				return r;
		}
		if (n)
			return first;
	}
	return NULL;
}

bool
view_pair(const struct model *m, size_t cell, const char **inner, const char **outer)
{
	static const char *const of_pairs[] = {"guest", "app", NULL};
	static const char *const of_points[] = {"guest", "app", "host", NULL};
	const struct model_row *pair = find_place(m, cell, "overhead_ns", of_pairs, "host");
	const struct model_row *r = pair ? pair : find_place(m, cell, "rtt_ns", of_points, "");

	*inner = r ? r->inner : "";
	*outer = r ? r->outer : "";
	return pair != NULL;
}

const char *
view_pair_name(struct doc *d, const char *inner, const char *outer)
{
	return *outer ? doc_text(d, "%s\xe2\x80\x93%s", inner, outer) : inner;
}
