/*
 * panels_ask - see panels_ask.h.
 *
 * A word on the left is one of the table below, or else a factor whose level is then fixed; a
 * factor that is named like one of these words cannot be fixed, only put on an axis.
 */
#include "report/panels_ask.h"

#include <string.h>

#include "core/str.h"

static const struct stat_kind stats[] = {
	{"median", NULL, "median"},
	{"mean", NULL, "mean"},
	{"box", NULL, "median"},
	{"share", "overhead_share_pct", "median"},
	{"absolute", "overhead_ns", "median"},
};
#define STATS "median, mean, box, share or absolute"

static bool
is_factor(const struct model *m, const char *name)
{
	for (size_t i = 0; i < m->n_factors; i++)
		if (!strcmp(m->factors[i], name))
			return true;
	return !strcmp(name, "platform") || !strcmp(name, "driver");
}

const char *
panels_level(const struct model *m, size_t cell, const char *name)
{
	const struct model_cell *c = &m->cells[cell];

	if (!strcmp(name, "platform"))
		return c->platform;
	if (!strcmp(name, "driver"))
		return c->driver;
	for (size_t i = 0; i < m->n_factors; i++)
		if (!strcmp(m->factors[i], name))
			return c->levels[i];
	return NULL;
}

static enum vstatus
no_factor(const char *name, struct verr *err)
{
	return verr_set(err, V_EUSAGE, "no factor \"%.60s\" in the results", name);
}

static enum vstatus
take_names(struct names *to, struct doc *d, const struct model *m, const char *value,
	struct verr *err)
{
	struct slice rest = slice_of(value), name;

	while (slice_cut(&name, &rest, ',')) {
		const char *text = doc_text(d, "%.*s", (int)name.n, name.p);

		if (!is_factor(m, text))
			return no_factor(text, err);
		if (to->n == PANELS_NAMES_MAX)
			return verr_set(err, V_ELIMIT, "more than %d names", PANELS_NAMES_MAX);
		to->items[to->n++] = text;
	}
	return V_OK;
}

static enum vstatus
take_stat(struct request *q, const char *value, struct verr *err)
{
	for (size_t i = 0; i < sizeof stats / sizeof *stats; i++) {
		if (strcmp(stats[i].name, value) != 0)
			continue;
		q->stat = &stats[i];
		if (!strcmp(value, "box"))
			q->shape = DOC_BOXES;
		return V_OK;
	}
	return verr_set(err, V_EUSAGE, "stat=%.40s: expected " STATS, value);
}

static enum vstatus
take_draw(struct request *q, const char *value, struct verr *err)
{
	if (strcmp(value, "lines") != 0 && strcmp(value, "bars") != 0)
		return verr_set(err, V_EUSAGE, "draw=%.40s: expected lines or bars", value);
	q->shape = !strcmp(value, "bars") ? DOC_BARS : DOC_LINES;
	return V_OK;
}

static enum vstatus
take_axis(struct request *q, const char *value, struct verr *err)
{
	if (strcmp(value, "levels") != 0 && strcmp(value, "number") != 0)
		return verr_set(err, V_EUSAGE, "axis=%.40s: expected levels or number", value);
	q->numeric = !strcmp(value, "number");
	return V_OK;
}

static enum vstatus
take_fixed(struct request *q, const struct model *m, const char *name, const char *level,
	struct verr *err)
{
	if (!is_factor(m, name))
		return no_factor(name, err);
	if (q->n_fixed == PANELS_FIXED_MAX)
		return verr_set(err, V_ELIMIT, "more than %d fixed factors", PANELS_FIXED_MAX);
	q->fixed[q->n_fixed] = name;
	q->level[q->n_fixed++] = level;
	return V_OK;
}

static enum vstatus
take_pair(struct request *q, struct doc *d, const struct model *m, struct slice pair,
	struct verr *err)
{
	static const char *const roles[N_ROLES] = {"x", "series", "facet"};
	const char *eq = memchr(pair.p, '=', pair.n), *name, *value;

	if (!eq)
		return verr_set(err, V_EUSAGE, "expected NAME=VALUE, found \"%.*s\"", (int)pair.n,
			pair.p);
	name = doc_text(d, "%.*s", (int)(eq - pair.p), pair.p);
	value = doc_text(d, "%.*s", (int)(pair.p + pair.n - eq - 1), eq + 1);
	for (size_t i = 0; i < N_ROLES; i++)
		if (!strcmp(name, roles[i]))
			return take_names(&q->roles[i], d, m, value, err);
	if (!strcmp(name, "stat"))
		return take_stat(q, value, err);
	if (!strcmp(name, "draw"))
		return take_draw(q, value, err);
	if (!strcmp(name, "axis"))
		return take_axis(q, value, err);
	if (!strcmp(name, "metric"))
		q->metric = value;
	else if (!strcmp(name, "point"))
		q->point = value;
	else
		return take_fixed(q, m, name, value, err);
	return V_OK;
}

enum vstatus
panels_ask(struct request *q, struct doc *d, const struct model *m, const char *spec,
	struct verr *err)
{
	struct slice rest = slice_of(spec), pair;
	enum vstatus st = V_OK;

	*q = (struct request){.stat = &stats[0]};
	while (st == V_OK && slice_cut(&pair, &rest, ';'))
		if (pair.n)
			st = take_pair(q, d, m, pair, err);
	if (st != V_OK)
		return st;
	if (q->stat->metric)
		q->metric = q->stat->metric;
	if (q->roles[ROLE_X].n == 0 || !q->metric)
		return verr_set(err, V_EUSAGE, "expected x=FACTOR and metric=METRIC");
	if (q->numeric && q->shape != DOC_LINES)
		return verr_set(err, V_EUSAGE, "axis=number goes with lines only");
	return V_OK;
}
