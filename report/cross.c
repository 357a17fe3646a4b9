/*
 * cross - platforms beside each other, as papers print them: rows are settings, columns platforms,
 * in the cells a mean (or median) with its interval; see tables.h.
 *
 * A setting is the levels of all factors, and the point.  How a run was recorded (captures), and
 * by which dataset, belong to the setting only if a platform would otherwise have two values at
 * one.  Of round trips and requests, which every point times, one point stands for a cell: the
 * one nearest to the client; the others are in the table of probes.c, and so are the flows that
 * carried HTTP, which set requests beside each other, not platforms.  Experiments of different
 * kinds have tables of their own, see blocks.h.  Six platforms go into one table, further ones
 * into further tables.  With one platform there is nothing to set beside it.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/blocks.h"
#include "report/sections.h"
#include "report/tables.h"
#include "report/view.h"
#include "report/words.h"

#define COLUMNS_PER_TABLE 6
#define TABLES_SHOWN 6
#define PLACES_MAX 5

struct cross_kind {
	enum view_of of;
	const char *id;
	const char *title;
	const char *group; /* heading over the platforms */
	const char *metric;
	const char *instead; /* where it is there, this one speaks for the place; NULL */
	const char *caption;
	const char *split; /* a factor with a table for each level, whose sizes differ; NULL */
	const char *places[PLACES_MAX]; /* best first, to NULL; none: all */
};

static const struct cross_kind kinds[] = {
	{VIEW_TRANSIT, "transit-platforms", "Delay in transit, by platform", "Delay", "delay_ns",
		NULL, "From one point to the other, both directions together.", NULL, {NULL}},
	{VIEW_TCP, "tcp-platforms", "Round trips of TCP, by platform", "Data to ACK", "tcp_ack_ns",
		NULL, "From data to their acknowledgment, by Karn's rule.", NULL,
		{"client", "guest", "host", "server", NULL}},
	{VIEW_THROUGHPUT, "throughput-platforms", "Throughput, by platform", "Throughput",
		"throughput_bps", "total_throughput_bps",
		"Payload per second: of a tool's result as the tool states it, send and receive "
		"side apart; of captures all flows of a direction together.",
		"direction",
		{NULL}},
	{VIEW_HTTP, "http-run-total", "Total time of all requests of a run, by platform",
		"Total time", "run_total_ns",
		NULL, "From the first SYN of a run to the last byte of its last response.", NULL,
		{"client", "server", "app", NULL}},
	{VIEW_HTTP, "http-latency", "Latency of HTTP requests, by platform", "Latency",
		"latency_ns",
		NULL, "From the first byte of a request to the last of its response.", NULL,
		{"client", "server", "app", NULL}},
	{VIEW_PROXY, "proxy-platforms", "What a proxy adds to a request, by platform", "Overhead",
		"proxy_overhead_ns", NULL,
		"Of misses: latency before the proxy minus that behind it.", NULL,
		{"proxy-in", NULL}},
};
#define N_KINDS (sizeof kinds / sizeof *kinds)

struct item { /* a value and where it goes */
	const struct cross *x;
	const struct model_row *row;
	size_t variant;
};

struct cross {
	const struct cross_kind *kind;
	struct view v;
	struct item *items;
	size_t n_items, cap_items;
	size_t *variants; /* a cell of each */
	size_t n_variants, cap_variants;
	bool left_out[MODEL_FACTORS_MAX]; /* factors that are no part of a setting */
	size_t split;      /* factor of the table's level; SIZE_MAX none */
	const char *level; /* "" for not recorded */
	size_t block;
};

/* places - the rows of the metric in a cell, from the best source there is. */
static const struct model_row *
places(const struct model *m, const char *metric, size_t cell, size_t *n)
{
	static const enum model_kind sources[] = {KIND_CI, KIND_DESCRIBE, KIND_SUMMARY};
	const struct model_row *r = NULL;

	*n = 0;
	for (size_t i = 0; *n == 0 && i < sizeof sources / sizeof *sources; i++)
		r = model_places(m, sources[i], metric,
			sources[i] == KIND_CI ? m->statistic : "", cell, n);
	return r;
}

static const struct model_row *
best_place(const struct cross_kind *k, const struct model_row *r, size_t n)
{
	for (size_t p = 0; k->places[p]; p++)
		for (size_t i = 0; i < n; i++)
			if (!strcmp(r[i].inner, k->places[p]) && model_real(&r[i], "n") != 0)
				return &r[i];
	return r;
}

static size_t
variant_of(struct cross *x, size_t cell)
{
	const struct model_cell *c = &x->v.m->cells[cell];

	for (size_t i = 0; i < x->n_variants; i++) {
		const struct model_cell *other = &x->v.m->cells[x->variants[i]];

		if (!strcmp(c->platform, other->platform) &&
			!strcmp(c->driver ? c->driver : "", other->driver ? other->driver : ""))
			return i;
	}
	GROW(x->variants, x->n_variants, x->cap_variants);
	x->variants[x->n_variants] = cell;
	return x->n_variants++;
}

static void
take(struct cross *x, const struct model_row *r)
{
	const struct model_row *instead = x->kind->instead
		? model_find(x->v.m, r->kind, x->kind->instead, r->statistic, r->cell, r->inner,
			  r->outer)
		: NULL;

	r = instead ? instead : r;
	if (model_real(r, "n") == 0 || view_side_effect(&x->v, r))
		return;
	GROW(x->items, x->n_items, x->cap_items);
	x->items[x->n_items++] = (struct item){x, r, variant_of(x, r->cell)};
}

static void
gather(struct cross *x)
{
	for (size_t i = 0; i < x->v.n; i++) {
		const char *level = x->split == SIZE_MAX
			? NULL
			: x->v.m->cells[x->v.cells[i]].levels[x->split];
		size_t n;
		const struct model_row *r = places(x->v.m, x->kind->metric, x->v.cells[i], &n);

		if (x->split != SIZE_MAX && strcmp(level ? level : "", x->level) != 0)
			continue;
		if (n && x->kind->places[0]) {
			take(x, best_place(x->kind, r, n));
			continue;
		}
		for (size_t k = 0; k < n; k++)
			take(x, &r[k]);
	}
}

/* setting_cmp - by the levels and the place, whatever the platform. */
static int
setting_cmp(const struct cross *x, const struct model_row *a, const struct model_row *b)
{
	const struct model *m = x->v.m;
	int d;

	for (size_t f = 0; f < m->n_factors; f++) {
		const char *la = m->cells[a->cell].levels[f], *lb = m->cells[b->cell].levels[f];

		if (x->left_out[f] || !x->v.varies[f])
			continue;
		if ((d = level_cmp(la, lb)))
			return d;
	}
	if ((d = strcmp(a->inner, b->inner)))
		return d;
	return strcmp(a->outer, b->outer);
}

static int
item_cmp(const void *va, const void *vb)
{
	const struct item *a = va, *b = vb;
	int d = setting_cmp(a->x, a->row, b->row);

	if (d)
		return d;
	if (a->variant != b->variant)
		return a->variant < b->variant ? -1 : 1;
	return (a->row->cell > b->row->cell) - (a->row->cell < b->row->cell);
}

/* sort - true when a platform has two values at one setting. */
static bool
sort(struct cross *x)
{
	if (x->n_items)
		qsort(x->items, x->n_items, sizeof *x->items, item_cmp);
	for (size_t i = 1; i < x->n_items; i++)
		if (x->items[i - 1].variant == x->items[i].variant &&
			setting_cmp(x, x->items[i - 1].row, x->items[i].row) == 0)
			return true;
	return false;
}

/* settle - leave out the factors that tell nothing apart, in the order in which they may go. */
static void
settle(struct cross *x)
{
	static const char *const optional[] = {MODEL_DATASET, MODEL_CAPTURES};

	for (size_t i = 0; i < sizeof optional / sizeof *optional; i++) {
		for (size_t f = 0; f < x->v.m->n_factors; f++) {
			if (strcmp(x->v.m->factors[f], optional[i]) != 0)
				continue;
			x->left_out[f] = true;
			x->left_out[f] = !sort(x);
		}
	}
	sort(x);
}

static void
label_columns(struct doc *d, struct doc_table *t, const struct cross *x)
{
	const struct model *m = x->v.m;
	bool pairs = x->n_items && *x->items[0].row->outer, one = true;

	for (size_t f = 0; f < m->n_factors; f++)
		if (!x->left_out[f])
			doc_add_column(t, m->factors[f], words_title(d, m->factors[f]), DOC_LABEL)
				->csv_only = !x->v.varies[f];
	for (size_t i = 1; i < x->n_items; i++)
		one &= !strcmp(x->items[i].row->inner, x->items[0].row->inner) &&
			!strcmp(x->items[i].row->outer, x->items[0].row->outer);
	doc_add_column(t, pairs ? "pair" : "point", pairs ? "Pair" : "Point", DOC_LABEL)->csv_only =
		one;
}

static void
platform_column(struct doc *d, struct doc_table *t, const struct cross *x, size_t variant)
{
	const struct model_cell *cell = &x->v.m->cells[x->variants[variant]];
	const char *name = cell->driver ? doc_text(d, "%s (%s)", cell->platform, cell->driver)
					: cell->platform;
	struct doc_column *c = doc_add_column(t, name, name, tables_form(x->kind->metric));

	c->group = x->kind->group;
	c->metric = x->kind->metric;
	c->statistic = x->v.m->statistic;
	c->unit_set = 1;
	c->tags = arena_alloc(&d->arena, 2 * sizeof *c->tags);
	c->tags[c->n_tags++] = (struct doc_tag){"platform", cell->platform};
	if (cell->driver)
		c->tags[c->n_tags++] = (struct doc_tag){"driver", cell->driver};
}

static struct doc_cell *
setting_row(struct doc *d, struct doc_table *t, const struct cross *x, const struct model_row *r)
{
	struct doc_cell *c = doc_add_row(t);

	for (size_t f = 0; f < x->v.m->n_factors; f++)
		if (!x->left_out[f])
			(c++)->text = x->v.m->cells[r->cell].levels[f];
	(c++)->text = view_pair_name(d, r->inner, r->outer);
	return c;
}

static void
fill(struct doc *d, struct doc_table *t, const struct cross *x, size_t from, size_t n,
	struct view_said *said)
{
	const struct model_row *last = NULL;
	size_t labels = t->n_columns - n;
	struct doc_cell *row = NULL;

	for (size_t i = 0; i < x->n_items; i++) {
		const struct model_row *r = x->items[i].row;
		size_t variant = x->items[i].variant;

		if (variant < from || variant >= from + n)
			continue;
		if (!last || setting_cmp(x, last, r) != 0)
			row = setting_row(d, t, x, r);
		last = r;
		view_value(d, t, &row[variant - from], x->v.m, r->metric, x->v.m->statistic,
			r->cell, r->inner, r->outer, said);
	}
	for (size_t i = 0; i < t->n_rows * t->n_columns; i++) {
		struct doc_cell *c = &t->cells[i];

		if (i % t->n_columns >= labels && isnan(c->value) && !c->reason)
			doc_absent(d, t, c, "not measured");
	}
}

static void
tell(struct doc *d, struct doc_table *t, const struct cross *x, const struct view_said *said,
	size_t part, size_t n_parts)
{
	struct strbuf b;

	strbuf_init(&b);
	strbuf_adds(&b, x->kind->caption);
	if (x->v.n_http)
		strbuf_adds(&b, " Flows that carried HTTP are left out here.");
	view_constants(&b, &x->v);
	view_tell_intervals(&b, said);
	if (n_parts > 1)
		strbuf_addf(&b, " Part %zu of %zu by platform.", part + 1, n_parts);
	if (part + 1 == TABLES_SHOWN && n_parts > TABLES_SHOWN)
		strbuf_adds(&b, " The further parts are in the CSV (vreport --csv).");
	t->caption = doc_take(d, &b);
	strbuf_release(&b);
}

static const char *
base_title(struct doc *d, const struct cross_kind *k, const char *level)
{
	return *level ? doc_text(d, "%s, %s", k->title, level) : k->title;
}

static void
part_table(struct doc *d, const struct cross *x, size_t part)
{
	size_t from = part * COLUMNS_PER_TABLE, left = x->n_variants - from;
	size_t n = left < COLUMNS_PER_TABLE ? left : COLUMNS_PER_TABLE;
	size_t n_parts = (x->n_variants + COLUMNS_PER_TABLE - 1) / COLUMNS_PER_TABLE;
	const char *id = *x->level
		? doc_file_id(d, "", doc_text(d, "%s-%s", x->kind->id, x->level))
		: x->kind->id;
	struct doc_table *t = doc_add_table(d, part ? doc_text(d, "%s-%zu", id, part + 1) : id,
		blocks_title(d, &x->v, x->block, base_title(d, x->kind, x->level)));
	struct view_said said;

	t->section = sections_of_metric(x->kind->metric);
	t->cross = true;
	t->csv_only = part >= TABLES_SHOWN;
	view_said_init(&said);
	label_columns(d, t, x);
	for (size_t i = 0; i < n; i++)
		platform_column(d, t, x, from + i);
	fill(d, t, x, from, n, &said);
	view_mark_single_runs(d, t, &said);
	tell(d, t, x, &said, part, n_parts);
	doc_table_finish(t);
}

/* block_tables - false when there is no block of that number. */
static bool
block_tables(struct doc *d, const struct model *m, struct cross *x)
{
	bool is_there;

	view_init(&x->v, m, VIEW_ALL, x->kind->of);
	is_there = blocks_keep(&x->v, x->block);
	if (x->split != SIZE_MAX)
		x->left_out[x->split] = true;
	if (is_there) {
		gather(x);
		settle(x);
	}
	for (size_t part = 0; x->n_variants > 1 && part * COLUMNS_PER_TABLE < x->n_variants; part++)
		part_table(d, x, part);
	free(x->items);
	free(x->variants);
	view_release(&x->v);
	return is_there;
}

static void
kind_tables(struct doc *d, const struct model *m, const struct cross_kind *k, size_t split,
	const char *level)
{
	size_t from = d->n_tables, made = 0;
	bool more = true;

	for (size_t block = 0; more; block++) {
		struct cross x = {.kind = k, .split = split, .level = level, .block = block};
		size_t before = d->n_tables;

		more = block_tables(d, m, &x);
		made += d->n_tables > before;
	}
	if (made == 1)
		blocks_alone(d, from, base_title(d, k, level));
}

static size_t
factor_called(const struct model *m, const char *name)
{
	for (size_t f = 0; name && f < m->n_factors; f++)
		if (!strcmp(m->factors[f], name))
			return f;
	return SIZE_MAX;
}

/* met_before - has an earlier cell the same level? */
static bool
met_before(const struct model *m, size_t factor, size_t cell)
{
	for (size_t c = 0; c < cell; c++)
		if (level_cmp(m->cells[c].levels[factor], m->cells[cell].levels[factor]) == 0)
			return true;
	return false;
}

void
tables_cross(struct doc *d, const struct model *m)
{
	for (size_t i = 0; i < N_KINDS; i++) {
		size_t split = factor_called(m, kinds[i].split);

		if (split == SIZE_MAX)
			kind_tables(d, m, &kinds[i], SIZE_MAX, "");
		for (size_t c = 0; split != SIZE_MAX && c < m->n_cells; c++) {
			const char *level = m->cells[c].levels[split];

			if (!met_before(m, split, c))
				kind_tables(d, m, &kinds[i], split, level ? level : "");
		}
	}
}
