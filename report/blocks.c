/*
 * blocks - see blocks.h.
 *
 * Experiments of several kinds record different factors.  One table of all of them would be wide
 * and mostly blanks, so each kind has its own: a block is the cells whose recorded factors are all
 * among those of one cell.  Factors that only one platform records, such as its network mode, part
 * nothing: two blocks without a platform in common are one, since platforms are to be compared.
 * Captures and datasets tell how and by whom a run was recorded, not what was varied.
 */
#include "report/blocks.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/words.h"

#define NAMES_SHOWN 2 /* of the factors that tell a block from the others */

_Static_assert(MODEL_FACTORS_MAX <= 32, "a set of factors is the bits of a uint32_t");

struct parting {
	const struct view *v;
	uint32_t kinds[BLOCKS_MAX]; /* the largest sets of recorded factors */
	size_t n_kinds;
	size_t block[BLOCKS_MAX]; /* of each kind */
	size_t n;                 /* blocks */
};

/* recorded - the set of factors that the cell has a level of. */
static uint32_t
recorded(const struct model *m, size_t cell)
{
	uint32_t set = 0;

	for (size_t f = 0; f < m->n_factors; f++)
		if (m->cells[cell].levels[f] && strcmp(m->factors[f], MODEL_DATASET) != 0 &&
			strcmp(m->factors[f], MODEL_CAPTURES) != 0)
			set |= (uint32_t)1 << f;
	return set;
}

/* kind_of - the first kind that the cell is of; n_kinds when it is of none. */
static size_t
kind_of(const struct parting *p, size_t cell)
{
	uint32_t set = recorded(p->v->m, cell);
	size_t k = 0;

	while (k < p->n_kinds && (set & ~p->kinds[k]) != 0)
		k++;
	return k;
}

/* find_kinds - false when there are too many. */
static bool
find_kinds(struct parting *p)
{
	for (size_t i = 0; i < p->v->n; i++) {
		uint32_t set = recorded(p->v->m, p->v->cells[i]);
		size_t n = 0;

		if (kind_of(p, p->v->cells[i]) < p->n_kinds)
			continue;
		for (size_t k = 0; k < p->n_kinds; k++)
			if ((p->kinds[k] & ~set) != 0)
				p->kinds[n++] = p->kinds[k];
		if (n == BLOCKS_MAX)
			return false;
		p->kinds[n++] = set;
		p->n_kinds = n;
	}
	return true;
}

/* share_platform - has a platform cells of kind k as well as of the kinds in that block? */
static bool
share_platform(const struct parting *p, const size_t *kinds, size_t k, size_t block)
{
	const struct model *m = p->v->m;
	bool in_kind = false, in_block = false;

	for (size_t i = 0; i < p->v->n; i++) {
		if (i && !model_same_variant(&m->cells[p->v->cells[i - 1]],
				 &m->cells[p->v->cells[i]]))
			in_kind = in_block = false;
		in_kind |= kinds[i] == k;
		in_block |= kinds[i] < k && p->block[kinds[i]] == block;
		if (in_kind && in_block)
			return true;
	}
	return false;
}

static void
part(struct parting *p, const struct view *v)
{
	size_t *kinds = xcalloc(v->n + 1, sizeof *kinds);

	*p = (struct parting){.v = v};
	if (!find_kinds(p)) {
		p->kinds[0] = UINT32_MAX;
		p->n_kinds = 1;
	}
	for (size_t i = 0; i < v->n; i++)
		kinds[i] = kind_of(p, v->cells[i]);
	for (size_t k = 0; k < p->n_kinds; k++) {
		size_t b = 0;

		while (b < p->n && share_platform(p, kinds, k, b))
			b++;
		p->block[k] = b;
		p->n = b == p->n ? b + 1 : p->n;
	}
	free(kinds);
}

bool
blocks_keep(struct view *v, size_t b)
{
	uint32_t mine = 0, others = 0;
	struct parting p;
	bool *keep;

	part(&p, v);
	if (p.n <= 1 && b == 0)
		return true;
	if (b >= p.n)
		return false;
	keep = xcalloc(v->m->n_cells + 1, sizeof *keep);
	for (size_t i = 0; i < v->n; i++)
		keep[v->cells[i]] = p.block[kind_of(&p, v->cells[i])] == b;
	for (size_t k = 0; k < p.n_kinds; k++) {
		if (p.block[k] == b)
			mine |= p.kinds[k];
		else
			others |= p.kinds[k];
	}
	view_keep(v, keep);
	free(keep);
	v->n_blocks = p.n;
	v->own = mine & ~others;
	return true;
}

/* own_names - of the factors that only this block records, all or those that vary; how many. */
static size_t
own_names(struct strbuf *out, struct doc *d, const struct view *v, bool varying)
{
	size_t n = 0;

	for (size_t f = 0; f < v->m->n_factors; f++) {
		if (!(v->own & (uint32_t)1 << f) || v->varies[f] != varying)
			continue;
		if (n < NAMES_SHOWN)
			strbuf_addf(out, "%s%s", n ? ", " : "",
				words_plain(d, v->m->factors[f]));
		n++;
	}
	return n;
}

const char *
blocks_title(struct doc *d, const struct view *v, size_t b, const char *title)
{
	const char *text;
	struct strbuf names;
	bool varied;
	size_t n;

	if (v->n_blocks <= 1)
		return title;
	strbuf_init(&names);
	n = own_names(&names, d, v, true);
	varied = n > 0;
	if (!varied)
		n = own_names(&names, d, v, false);
	if (n)
		text = doc_text(d, "%s: runs %s %s%s", title, varied ? "by" : "with", names.p,
			n > NAMES_SHOWN ? " and others" : "");
	else
		text = doc_text(d, "%s, kind %zu of %zu", title, b + 1, v->n_blocks);
	strbuf_release(&names);
	return text;
}

void
blocks_alone(struct doc *d, size_t from, const char *title)
{
	for (size_t i = from; i < d->n_tables; i++)
		d->tables[i].title = title;
}
