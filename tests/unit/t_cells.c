/*
 * t_cells - grouping and filters, by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/cells.h"

#define THINGS_MAX 8

/* Things written as "load=net pps=10 point=host@1": @ gives the rank, "load=" no level. */
struct things {
	struct arena arena;
	struct labels labels[THINGS_MAX];
	const struct labels *list[THINGS_MAX];
	size_t n;
};

static void
label(struct things *t, struct labels *l, const char *text)
{
	char *name = arena_strdup(&t->arena, text);
	char *level = strchr(name, '='), *rank = strchr(name, '@');

	*level++ = '\0';
	if (rank)
		*rank++ = '\0';
	labels_add(l, &t->arena, name, *level ? level : NULL, rank ? atoi(rank) : 0);
}

static void
add(struct things *t, const char *text)
{
	char *copy = arena_strdup(&t->arena, text), *save, *word;

	for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		label(t, &t->labels[t->n], word);
	t->list[t->n] = &t->labels[t->n];
	t->n++;
}

/* The cells as text: "net/10: 0 2; net/-: 1" for levels and members. */
static void
describe(char text[512], const struct cells *c)
{
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < c->n; i++) {
		const struct cell *cell = &c->items[i];

		n += (size_t)snprintf(text + n, 512 - n, "%s", i ? "; " : "");
		for (size_t b = 0; b < c->n_by; b++)
			n += (size_t)snprintf(text + n, 512 - n, "%s%s", b ? "/" : "",
				cell->levels[b] ? cell->levels[b] : "-");
		n += (size_t)snprintf(text + n, 512 - n, ":");
		for (size_t m = 0; m < cell->n_members; m++)
			n += (size_t)snprintf(text + n, 512 - n, " %zu", cell->members[m]);
	}
}

static const struct {
	const char *things[THINGS_MAX];
	const char *by[3];
	const char *cells;
} groupings[] = {
	{{NULL}, {"a"}, ""},
	{{"a=1"}, {NULL}, ": 0"},
	{{"a=1", "a=2", "b=1"}, {NULL}, ": 0 1 2"},
	{{"a=1", "a=1"}, {"a"}, "1: 0 1"},
	{{"a=y", "a=x", "a=y"}, {"a"}, "x: 1; y: 0 2"},
	/* numbers by value, words behind numbers as their bytes are */
	{{"r=10", "r=9", "r=net", "r=100", "r=9"}, {"r"}, "9: 1 4; 10: 0; 100: 3; net: 2"},
	{{"r=run10", "r=run9"}, {"r"}, "run9: 1; run10: 0"},
	/* the first name counts most */
	{{"a=2 b=1", "a=1 b=2", "a=1 b=1"}, {"a", "b"}, "1/1: 2; 1/2: 1; 2/1: 0"},
	{{"a=2 b=1", "a=1 b=2", "a=1 b=1"}, {"b", "a"}, "1/1: 2; 1/2: 0; 2/1: 1"},
	/* a factor that is not there, or has no level: one cell, before all others */
	{{"a=1", "b=1", "a=", "a=0"}, {"a"}, "-: 1 2; 0: 3; 1: 0"},
	/* points in the order of the packet's way, not A-Z */
	{{"point=host@1", "point=app@-1", "point=guest@0", "point=host@1"}, {"point"},
		"app: 1; guest: 2; host: 0 3"},
	/* a name that nobody bears: one cell of all */
	{{"a=1", "a=2"}, {"c"}, "-: 0 1"},
};

static void
test_group(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof groupings / sizeof *groupings; i++) {
		struct things t = {.n = 0};
		struct cells cells;
		size_t n_by = 0;
		char text[512];

		for (size_t k = 0; k < THINGS_MAX && groupings[i].things[k]; k++)
			add(&t, groupings[i].things[k]);
		while (n_by < 3 && groupings[i].by[n_by])
			n_by++;
		cells_group(&cells, t.list, t.n, groupings[i].by, n_by);
		describe(text, &cells);
		assert_string_equal(text, groupings[i].cells);
		cells_release(&cells);
		arena_release(&t.arena);
	}
}

static void
test_labels(void **state)
{
	struct things t = {.n = 0};

	(void)state;
	add(&t, "a=1 b=x@7");
	assert_string_equal(labels_get(t.list[0], "a")->level, "1");
	assert_int_equal(labels_get(t.list[0], "b")->rank, 7);
	assert_null(labels_get(t.list[0], "c"));
	arena_release(&t.arena);
}

static void
test_filters(void **state)
{
	static const struct {
		const char *text;
		const char *name; /* NULL: no filter */
		const char *keeps;
		const char *drops;
	} cases[] = {
		{"load=net", "load", "net", "cpu"},
		{"load=net,cpu", "load", "cpu", "net,cpu"},
		{"load=", "load", "", "net"},
		{"a=b=c", "a", "b=c", "b"},
		{"load=net,", "load", "", "cpu"},
		{"load", NULL, NULL, NULL},
		{"=net", NULL, NULL, NULL},
		{"", NULL, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct filter f;

		assert_int_equal(filter_parse(&f, cases[i].text), cases[i].name != NULL);
		if (cases[i].name) {
			assert_string_equal(f.name, cases[i].name);
			assert_true(filter_keeps(&f, cases[i].keeps));
			assert_false(filter_keeps(&f, cases[i].drops));
		}
		assert_false(filter_keeps(&f, NULL));
		filter_release(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_group),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_filters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
