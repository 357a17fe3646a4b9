/*
 * rank: against a stable sort by libc's qsort() and mid-ranks counted one by one.
 */
#include "stats_cases.h"

#include "analyze/stats/rank.h"

struct item {
	double v;
	uint32_t index;
};

static int
compare(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->v != y->v)
		return x->v < y->v ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static double
any_magnitude(uint64_t z)
{
	uint64_t bits = z & ~((uint64_t)1 << 62); /* no infinity, no NaN */
	double v;

	memcpy(&v, &bits, sizeof v);
	return v;
}

static double
nanoseconds(uint64_t z)
{
	return (double)(z >> 43);
}

static double
few(uint64_t z)
{
	return (double)(z % 7) - 3;
}

static double
two_binades(uint64_t z)
{
	return 1.9 + (double)(z >> 11) * 0x1p-55;
}

/* All but a few agree in the prefix that is sorted first. */
static double
close_together(uint64_t z)
{
	return z % 100 ? 1 + (double)(z % 5000) * 0x1p-52 : any_magnitude(z);
}

static double
zeros(uint64_t z)
{
	static const double v[] = {-0.0, 0.0, -INFINITY, INFINITY, 5e-324, -5e-324};

	return v[z % 6];
}

static double
constant(uint64_t z)
{
	(void)z;
	return -0.1;
}

static const struct kind {
	const char *name;
	double (*draw)(uint64_t z);
} kinds[] = {
	{"any magnitude", any_magnitude},
	{"nanoseconds", nanoseconds},
	{"few distinct", few},
	{"two binades", two_binades},
	{"close together", close_together},
	{"zeros and infinities", zeros},
	{"constant", constant},
};

static void
check(const struct kind *kind, size_t n, uint64_t seed)
{
	double *x = malloc(n * sizeof *x + 1);
	struct item *items = malloc(n * sizeof *items + 1);
	struct ranks r;
	size_t groups = 0;

	for (size_t i = 0; i < n; i++) {
		x[i] = kind->draw(case_random(&seed));
		items[i] = (struct item){x[i], (uint32_t)i};
	}
	qsort(items, n, sizeof *items, compare);
	assert_int_equal(ranks_of(&r, x, n, NULL), V_OK);
	for (size_t begin = 0, end; begin < n; begin = end, groups++) {
		for (end = begin; end < n && items[end].v == items[begin].v; end++)
			if (r.order[end] != items[end].index)
				fail_msg("%s, n %zu: place %zu is wrong", kind->name, n, end);
		/* Places begin + 1 .. end. */
		for (size_t p = begin; p < end; p++)
			assert_int_equal(r.mid[items[p].index], begin + 1 + end);
		assert_int_equal(ranks_group_end(&r, begin), end);
	}
	assert_int_equal(r.n_groups, groups);
	ranks_release(&r);
	free(items);
	free(x);
}

static void
test_against_qsort(void **state)
{
	static const size_t sizes[] = {0, 1, 2, 3, 17, 1000, 40000};

	(void)state;
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
			check(&kinds[k], sizes[s], 10 + s);
}

static void
test_refused(void **state)
{
	static const double x[] = {1, 2, NAN, 4};
	struct ranks r;
	struct verr err;

	(void)state;
	assert_int_equal(ranks_of(&r, x, 4, &err), V_EDOM);
	assert_string_equal(err.msg, "sample 3 of 4 is not a number");
	assert_null(r.order);
	assert_int_equal(ranks_of(&r, x, RANKS_MAX + 1, &err), V_ELIMIT);
	assert_null(r.mid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_qsort),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
