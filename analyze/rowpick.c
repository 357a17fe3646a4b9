/*
 * rowpick - see rowpick.h.
 */
#include "analyze/rowpick.h"

#include <stdlib.h>

#include "analyze/flags.h"
#include "core/str.h"

struct rowpick_rule {
	const struct filter *filter;
	size_t column;
	bool *keeps; /* of each text of the column; NULL: numbers, judged row by row; heap */
};

static bool *
kept_texts(const struct column *c, const struct filter *f)
{
	bool *keeps = xcalloc((size_t)c->n_levels + 1, sizeof *keeps);

	for (uint32_t i = 0; i < c->n_levels; i++)
		keeps[i] = filter_keeps(f, c->levels[i]);
	return keeps;
}

/* For each text of the column `flags`: does one of its words exclude the sample? */
static bool *
excluded_texts(const struct column *c, uint32_t excluded_flags)
{
	bool *excluded = xcalloc((size_t)c->n_levels + 1, sizeof *excluded);

	for (uint32_t i = 0; i < c->n_levels; i++) {
		struct slice rest = slice_of(c->levels[i]), word;

		while (slice_cut(&word, &rest, '|'))
			excluded[i] |= (flag_of(word) & excluded_flags) != 0;
	}
	return excluded;
}

void
rowpick_init(struct rowpick *p, const struct table *t, const struct filter *filters,
	size_t n_filters, uint32_t excluded_flags)
{
	*p = (struct rowpick){.table = t,
		.rules = xcalloc(n_filters + 1, sizeof *p->rules),
		.n_rules = n_filters,
		.flags = table_find(t, "flags")};
	for (size_t i = 0; i < n_filters; i++) {
		size_t column = table_find(t, filters[i].name);
		const struct column *c = &t->columns[column];

		p->rules[i] = (struct rowpick_rule){&filters[i], column,
			c->type == COLUMN_TEXT ? kept_texts(c, &filters[i]) : NULL};
	}
	if (p->flags != SIZE_MAX && t->columns[p->flags].type == COLUMN_TEXT)
		p->excluded = excluded_texts(&t->columns[p->flags], excluded_flags);
}

void
rowpick_release(struct rowpick *p)
{
	for (size_t i = 0; i < p->n_rules; i++)
		free(p->rules[i].keeps);
	free(p->rules);
	free(p->excluded);
	*p = (struct rowpick){0};
}

/* A number passes as the table shows it. */
static bool
keeps_number(const struct table *t, const struct rowpick_rule *rule, size_t row)
{
	struct strbuf b;
	bool ok;

	strbuf_init(&b);
	table_cell(&b, t, rule->column, row);
	ok = filter_keeps(rule->filter, b.n ? b.p : NULL);
	strbuf_release(&b);
	return ok;
}

static bool
keeps(const struct table *t, const struct rowpick_rule *rule, size_t row)
{
	uint32_t code;

	if (!rule->keeps)
		return keeps_number(t, rule, row);
	code = t->columns[rule->column].code[row];
	return code != TABLE_ABSENT_TEXT && rule->keeps[code];
}

bool
rowpick_passes(const struct rowpick *p, size_t row)
{
	for (size_t i = 0; i < p->n_rules; i++)
		if (!keeps(p->table, &p->rules[i], row))
			return false;
	return true;
}

bool
rowpick_excluded(const struct rowpick *p, size_t row)
{
	uint32_t code = p->excluded ? p->table->columns[p->flags].code[row] : TABLE_ABSENT_TEXT;

	return code != TABLE_ABSENT_TEXT && p->excluded[code];
}
