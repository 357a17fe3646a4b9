/*
 * opt - commands and options out of tables.
 *
 * One row says everything about an option: its names, where its value goes, the limits and the
 * line for --help.  Parsing, --help and the hint for a mistyped name read the same rows, so they
 * cannot disagree.  A row's argument is always the following word or what stands behind "=",
 * also when it begins with "-"; abbreviations of long names are not accepted, because a script
 * that relies on one breaks when an option is added.
 *
 * Hints are made in opt_nearest.c, the text of --help in opt_help.c; commands are opt_command.c's.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/opt_int.h"
#include "core/tstamp.h"

static const struct opt *
find_name(const struct opt *table, struct slice name)
{
	for (; table->name; table++)
		if (slice_eq(name, table->name))
			return table;
	return NULL;
}

static enum vstatus
fail_unknown(struct verr *err, struct slice name, const struct opt *table)
{
	char typed[OPT_NAME_MAX_BYTES + 1];
	const char **names;
	const char *near;
	size_t n = 0;

	while (table[n].name)
		n++;
	names = xcalloc(n + 2, sizeof *names);
	for (n = 0; table[n].name; n++)
		names[n] = table[n].name;
	names[n] = "help";
	snprintf(typed, sizeof typed, "%.*s", (int)(name.n < sizeof typed ? name.n : 0), name.p);
	near = opt_nearest(typed, names);
	verr_set(err, V_EUSAGE, "unknown option --%.*s%s%s%s", (int)name.n, name.p,
		near ? "; did you mean --" : "", near ? near : "", near ? "?" : "");
	free(names);
	return V_EUSAGE;
}

/* A limit in the unit that the user types. */
static void
limit_text(char *text, size_t size, const struct opt *o, double limit)
{
	if (o->kind == OPT_DURATION)
		snprintf(text, size, "%.9g s", limit * 1e-9);
	else
		snprintf(text, size, "%.15g", limit);
}

static enum vstatus
check_limits(const struct opt *o, double v, const char *arg, struct verr *err)
{
	char min[40];
	char max[40];

	if (!(o->min < o->max) || (v >= o->min && v <= o->max))
		return V_OK;
	limit_text(min, sizeof min, o, o->min);
	limit_text(max, sizeof max, o, o->max);
	if (isinf(o->max))
		return verr_set(err, V_EUSAGE, "option --%s: %s is below %s", o->name, arg, min);
	if (isinf(o->min))
		return verr_set(err, V_EUSAGE, "option --%s: %s is above %s", o->name, arg, max);
	return verr_set(
		err, V_EUSAGE, "option --%s: %s is not between %s and %s", o->name, arg, min, max);
}

static enum vstatus
fail_value(struct verr *err, const struct opt *o, const char *arg, const char *expected)
{
	return verr_set(err, V_EUSAGE, "option --%s: '%s' is not %s", o->name, arg, expected);
}

static enum vstatus
set_int(const struct opt *o, const char *arg, struct verr *err)
{
	enum vstatus st;
	int64_t v;

	if (!slice_i64(slice_of(arg), &v))
		return fail_value(err, o, arg, "an integer");
	st = check_limits(o, (double)v, arg, err);
	if (st == V_OK)
		*(int64_t *)o->target = v;
	return st;
}

static enum vstatus
set_real(const struct opt *o, const char *arg, struct verr *err)
{
	enum vstatus st;
	double v;

	if (!slice_f64(slice_of(arg), &v))
		return fail_value(err, o, arg, "a number");
	st = check_limits(o, v, arg, err);
	if (st == V_OK)
		*(double *)o->target = v;
	return st;
}

static enum vstatus
set_duration(const struct opt *o, const char *arg, struct verr *err)
{
	enum vstatus st;
	int64_t v;

	if (!duration_parse(&v, slice_of(arg)))
		return fail_value(err, o, arg, "a duration such as 100ms, 10s or 2min");
	st = check_limits(o, (double)v, arg, err);
	if (st == V_OK)
		*(int64_t *)o->target = v;
	return st;
}

static enum vstatus
set_value(const struct opt *o, const char *arg, struct verr *err)
{
	struct opt_list *list;

	switch (o->kind) {
	case OPT_FLAG:
		*(bool *)o->target = true;
		return V_OK;
	case OPT_CHOICE:
		*(int *)o->target = o->choice;
		return V_OK;
	case OPT_TEXT:
		*(const char **)o->target = arg;
		return V_OK;
	case OPT_LIST:
		list = o->target;
		GROW(list->items, list->n, list->cap);
		list->items[list->n++] = arg;
		return V_OK;
	case OPT_INT:
		return set_int(o, arg, err);
	case OPT_REAL:
		return set_real(o, arg, err);
	case OPT_DURATION:
		return set_duration(o, arg, err);
	}
	return V_EUSAGE;
}

/* The command line while it is read. */
struct words {
	int argc;
	char **argv;
	int next;     /* the word to read next */
	int operands; /* moved to argv[1..operands] */
	const struct opt *table;
};

static enum vstatus
take_argument(const char **arg, struct words *w, const struct opt *o, struct verr *err)
{
	*arg = NULL;
	if (!opt_takes_argument(o))
		return V_OK;
	if (w->next >= w->argc)
		return verr_set(err, V_EUSAGE, "option --%s needs %s", o->name,
			o->arg ? o->arg : "a value");
	*arg = w->argv[w->next++];
	return V_OK;
}

/* "--name", "--name value", "--name=value"; text is what follows the dashes. */
static enum vstatus
parse_long(struct words *w, const char *text, struct verr *err)
{
	const char *equals = strchr(text, '=');
	struct slice name = {text, equals ? (size_t)(equals - text) : strlen(text)};
	const struct opt *o = find_name(w->table, name);
	const char *arg;
	enum vstatus st;

	if (!o && slice_eq(name, "help") && !equals)
		return V_END;
	if (!o)
		return fail_unknown(err, name, w->table);
	if (equals) {
		if (!opt_takes_argument(o))
			return verr_set(err, V_EUSAGE, "option --%s takes no value", o->name);
		return set_value(o, equals + 1, err);
	}
	st = take_argument(&arg, w, o, err);
	return st == V_OK ? set_value(o, arg, err) : st;
}

/* "-v", "-vq", "-o FILE", "-oFILE"; text is what follows the dash. */
static enum vstatus
parse_short(struct words *w, const char *text, struct verr *err)
{
	for (; *text; text++) {
		const struct opt *o = opt_find_letter(w->table, *text);
		const char *arg = text + 1;
		enum vstatus st;

		if (!o && *text == 'h')
			return V_END;
		if (!o)
			return verr_set(err, V_EUSAGE, "unknown option -%c", *text);
		if (opt_takes_argument(o) && *arg)
			return set_value(o, arg, err);
		st = take_argument(&arg, w, o, err);
		if (st == V_OK)
			st = set_value(o, arg, err);
		if (st != V_OK)
			return st;
	}
	return V_OK;
}

static enum vstatus
parse_words(struct words *w, struct verr *err)
{
	bool options = true;
	enum vstatus st = V_OK;

	while (st == V_OK && w->next < w->argc) {
		char *word = w->argv[w->next++];

		if (!options || word[0] != '-' || word[1] == '\0')
			w->argv[++w->operands] = word;
		else if (strcmp(word, "--") == 0)
			options = false;
		else if (word[1] == '-')
			st = parse_long(w, word + 2, err);
		else
			st = parse_short(w, word + 1, err);
	}
	return st;
}

enum vstatus
opt_parse(char ***operands, size_t *n, int argc, char **argv, const struct opt *table,
	const char *usage_line, const char *about, struct verr *err)
{
	struct words w = {.argc = argc, .argv = argv, .next = 1, .table = table};
	enum vstatus st = parse_words(&w, err);

	*operands = argv + (argc > 0);
	*n = st == V_OK ? (size_t)w.operands : 0;
	if (st == V_END)
		opt_print_help(table, usage_line, about);
	return st;
}

void
opt_list_release(struct opt_list *l)
{
	free(l->items);
	*l = (struct opt_list){0};
}
