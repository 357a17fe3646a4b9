/*
 * t_blocks - cells of several kinds of experiments in tables of their own.  The results are made
 * by hand, a describe row of a round trip for each cell; which cells belong together is written
 * beside them, from what blocks.h says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/blocks.h"
#include "tests/unit/tmpdir.h"

/* The factors are a to d, and captures; a letter with its level: "a1". */
struct cell {
	const char *platform, *levels;
	size_t block;
};

static void
add_levels(struct strbuf *b, const struct cell *c)
{
	static const char names[] = "abcd";

	for (size_t i = 0; names[i]; i++) {
		const char *at = strchr(c->levels, names[i]);

		if (at)
			strbuf_addf(b, "\"%c\": \"%c\", ", names[i], at[1]);
		else
			strbuf_addf(b, "\"%c\": null, ", names[i]);
	}
	strbuf_addf(b, "\"captures\": %s, ", strchr(c->levels, '2') ? "\"2\"" : "null");
}

static void
load(struct model *m, const struct cell *cells, size_t n)
{
	struct strbuf b;
	struct verr err;

	strbuf_init(&b);
	strbuf_adds(&b,
		"{\"schema\": \"vantage/results/1\", \"provenance\": {\"program\": \"p\", "
		"\"command\": [], \"datasets\": []}, \"analyses\": [{\"kind\": \"describe\", "
		"\"metric\": \"rtt_ns\", \"by\": [\"platform\", \"a\", \"b\", \"c\", \"d\", "
		"\"captures\", \"point\"], \"parameters\": {}, \"notes\": [], \"rows\": [");
	for (size_t i = 0; i < n; i++) {
		strbuf_addf(&b, "%s{\"platform\": \"%s\", ", i ? ", " : "", cells[i].platform);
		add_levels(&b, &cells[i]);
		strbuf_adds(&b, "\"point\": \"app\", \"metric\": \"rtt_ns\", \"n\": 1, \"mean\": "
				"1}");
	}
	strbuf_adds(&b, "]}]}");
	tmpdir_put("r.json", b.p);
	strbuf_release(&b);
	model_init(m);
	assert_int_equal(model_add(m, tmpdir_at("r.json"), &err), V_OK);
	assert_int_equal(model_build(m, &err), V_OK);
	assert_int_equal(m->n_cells, n);
}

/* is_in - is the cell, as it was given, in the view? */
static bool
is_in(const struct view *v, const struct cell *c)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct model_cell *have = &v->m->cells[v->cells[i]];
		bool same = !strcmp(have->platform, c->platform);

		for (size_t f = 0; same && f < v->m->n_factors; f++) {
			const char *at = strchr(c->levels, v->m->factors[f][0]);

			if (strlen(v->m->factors[f]) == 1)
				same = at ? have->levels[f] && have->levels[f][0] == at[1]
					  : !have->levels[f];
		}
		if (same)
			return true;
	}
	return false;
}

static void
check(const struct cell *cells, size_t n, size_t n_blocks, const char *const *titles)
{
	struct model m;
	struct doc d;

	load(&m, cells, n);
	doc_init(&d);
	for (size_t b = 0; b <= n_blocks; b++) {
		struct view v;

		view_init(&v, &m, VIEW_ALL, VIEW_ECHO);
		assert_int_equal(blocks_keep(&v, b), b < n_blocks);
		for (size_t i = 0; b < n_blocks && i < n; i++)
			assert_int_equal(is_in(&v, &cells[i]), cells[i].block == b);
		if (b < n_blocks)
			assert_string_equal(blocks_title(&d, &v, b, "T"), titles[b]);
		view_release(&v);
	}
	doc_release(&d);
	model_release(&m);
}

static void
two_experiments(void **state)
{
	/* in the order of cells, a level not recorded first */
	static const struct cell cells[] = {{"native", "a1b1", 1}, {"native", "a2b1", 1},
		{"native", "c1", 0}, {"native", "c2", 0}, {"docker", "a1b1", 1},
		{"docker", "a1b22", 1}, {"docker", "c1", 0},
		{"docker", "a1", 1}}; /* less is recorded of it, but nothing else */
	static const char *const titles[] = {"T: runs by c", "T: runs by a, b"};

	(void)state;
	check(cells, sizeof cells / sizeof *cells, 2, titles);
}

/* a factor that only one platform has parts nothing */
static void
platforms_stay_together(void **state)
{
	static const struct cell cells[] = {{"native", "a1", 0}, {"docker", "a1b1", 0},
		{"kvm", "a1c1", 0}, {"kvm", "a2c1", 0}};
	static const char *const titles[] = {"T"};

	(void)state;
	check(cells, sizeof cells / sizeof *cells, 1, titles);
}

static void
one_of_many(void **state)
{
	static const struct cell cells[] = {{"native", "a1b1c1", 1}, {"native", "a2b2c2", 1},
		{"native", "d1", 0}};
	static const char *const titles[] = {"T: runs with d", "T: runs by a, b and others"};

	(void)state;
	check(cells, sizeof cells / sizeof *cells, 2, titles);
}

static void
nothing_recorded(void **state)
{
	static const struct cell cells[] = {{"native", "", 0}, {"docker", "", 0}};
	static const char *const titles[] = {"T"};

	(void)state;
	check(cells, sizeof cells / sizeof *cells, 1, titles);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(two_experiments, tmpdir_make, tmpdir_remove),
		cmocka_unit_test_setup_teardown(
			platforms_stay_together, tmpdir_make, tmpdir_remove),
		cmocka_unit_test_setup_teardown(one_of_many, tmpdir_make, tmpdir_remove),
		cmocka_unit_test_setup_teardown(nothing_recorded, tmpdir_make, tmpdir_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
