/*
 * usage_bind - which columns of a file a metric is made of; the patterns are told in usage.h.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/usage_int.h"

/* idle and iowait may be corrected downwards, seldom by more than ticks. */
#define BACKWARD_JIFFIES 100

/* ---- patterns ---- */

/* Does the instance stand for what its family allows?  A watch's name ends at a dot. */
static bool
instance_ok(const char *pattern, struct slice instance)
{
	bool digits = !strncmp(pattern, "cpu", 3);
	bool watch = !strncmp(pattern, "proc.", 5) || !strncmp(pattern, "cgroup.", 7);

	for (size_t i = 0; i < instance.n; i++) {
		char c = instance.p[i];

		if ((digits && (c < '0' || c > '9')) || (watch && c == '.'))
			return false;
	}
	return instance.n > 0;
}

bool
usage_instance(struct slice *instance, const char *pattern, const char *name)
{
	const char *star = strchr(pattern, '*');
	size_t n = strlen(name), n_head, n_tail;

	*instance = (struct slice){name, 0};
	if (!star)
		return !strcmp(pattern, name);
	n_head = (size_t)(star - pattern);
	n_tail = strlen(star + 1);
	if (n < n_head + n_tail + 1 || strncmp(name, pattern, n_head) != 0 ||
		strcmp(name + n - n_tail, star + 1) != 0)
		return false;
	*instance = (struct slice){name + n_head, n - n_head - n_tail};
	return instance_ok(pattern, *instance);
}

static char *
fill_in(const char *pattern, const char *instance)
{
	const char *star = strchr(pattern, '*');

	if (!star)
		return xstrdup(pattern);
	return xasprintf("%.*s%s%s", (int)(star - pattern), pattern, instance, star + 1);
}

/* A filled-in pattern and a name: '?' is any text of one character or more. */
static bool
pattern_matches(const char *pattern, const char *name)
{
	const char *any = strchr(pattern, '?');
	size_t n = strlen(name), n_head, n_tail;

	if (!any)
		return !strcmp(pattern, name);
	n_head = (size_t)(any - pattern);
	n_tail = strlen(any + 1);
	return n > n_head + n_tail && !strncmp(name, pattern, n_head) &&
		!strcmp(name + n - n_tail, any + 1);
}

/* ---- columns of a metric ---- */

static double
backward_of(const char *pattern)
{
	struct slice s = slice_of(pattern);

	return slice_ends(s, ".idle") || slice_ends(s, ".iowait") ? BACKWARD_JIFFIES : 0;
}

/* All columns of a pattern; false when one that is needed is not there. */
static bool
bind_pattern(
	struct usage_refs *refs, const struct table *t, const char *pattern, const char *instance)
{
	bool several = strchr(pattern, '?') != NULL, may_miss = *pattern == '~' || several;
	char *name = fill_in(pattern + (*pattern == '~'), instance);
	size_t before = refs->n;

	for (size_t c = 1; c < t->n_columns; c++) {
		if (!pattern_matches(name, t->columns[c].name))
			continue;
		GROW(refs->items, refs->n, refs->cap);
		refs->items[refs->n++] = (struct usage_ref){c, may_miss, backward_of(pattern)};
		if (!several)
			break;
	}
	free(name);
	return refs->n > before || may_miss;
}

static bool
any_column(const struct table *t, const char *pattern, const char *instance)
{
	char *name = fill_in(pattern, instance);
	bool found = false;

	for (size_t c = 1; c < t->n_columns && !found; c++)
		found = pattern_matches(name, t->columns[c].name);
	free(name);
	return found;
}

static bool
bind_all(struct usage_refs *refs, const struct table *t, const char *const *patterns,
	const char *instance)
{
	for (size_t i = 0; i < USAGE_COLUMNS_MAX && patterns[i]; i++) {
		if (*patterns[i] == '!') {
			if (any_column(t, patterns[i] + 1, instance))
				return true;
			continue;
		}
		if (!bind_pattern(refs, t, patterns[i], instance))
			return false;
	}
	return true;
}

/* The first of several that is there will do, and which one a row has is asked row by row. */
static bool
bind_any(struct usage_refs *refs, const struct table *t, const char *const *patterns,
	const char *instance)
{
	for (size_t i = 0; i < USAGE_COLUMNS_MAX && patterns[i]; i++)
		bind_pattern(refs, t, patterns[i], instance);
	return refs->n > 0;
}

void
usage_unbind(struct usage_binding *b)
{
	free(b->name);
	free(b->plus.items);
	free(b->minus.items);
	free(b->per.items);
	free(b->cpu.items);
}

bool
usage_bind(struct usage_binding *b, const struct usage_metric *m, const struct table *t,
	const char *instance)
{
	static const char *const cpu[USAGE_COLUMNS_MAX] = {"cpu.user", "~cpu.nice", "cpu.system",
		"cpu.idle", "~cpu.iowait", "~cpu.irq", "~cpu.softirq", "~cpu.steal"};
	bool alternatives = m->form == USAGE_LEVEL && m->over == USAGE_OVER_COLUMNS;

	*b = (struct usage_binding){.metric = m, .name = fill_in(m->name, instance)};
	if (m->over == USAGE_OVER_CORE && !bind_all(&b->cpu, t, cpu, ""))
		b->cpu.n = 0; /* by the clock, then */
	return bind_all(&b->plus, t, m->plus, instance) &&
		bind_all(&b->minus, t, m->minus, instance) &&
		(alternatives ? bind_any(&b->per, t, m->per, instance)
			      : bind_all(&b->per, t, m->per, instance));
}
