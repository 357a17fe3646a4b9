/*
 * t_summarize - from series and tallies to rows (docs/METHODS.md, "Summaries and intervals").
 *
 * Numbers: R 4.2, the calls stand beside them; exact ones by hand.  Tolerance: 1e-12 of the
 * value, a hundred times what the sums and a Student quantile of a dozen values can lose.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/summarize.h"

#define ABSENT NAN
#define ALL \
	(SUMMARIZE_SUMMARY | SUMMARIZE_DESCRIBE | SUMMARIZE_CI | SUMMARIZE_CDF | SUMMARIZE_COUNTS)

/* ---- input ---- */

/* Labels "platform=kvm point=host". */
static struct labels
labels_of(struct measures *m, const char *text)
{
	struct labels l = {0};
	char *save, *word = strtok_r(arena_strdup(&m->arena, text), " ", &save);

	for (; word; word = strtok_r(NULL, " ", &save)) {
		char *level = strchr(word, '=');

		*level++ = '\0';
		labels_add(&l, &m->arena, word, level, 0);
	}
	return l;
}

static void
add_series(struct measures *m, const char *metric, const char *labels, const double *x, size_t n)
{
	struct series *s;

	GROW(m->series, m->n_series, m->cap_series);
	s = &m->series[m->n_series++];
	*s = (struct series){.metric = metric, .labels = labels_of(m, labels)};
	s->x = xmalloc((n + 1) * sizeof *x);
	if (n)
		memcpy(s->x, x, n * sizeof *x);
	s->n = n;
	series_prepare(s);
}

#define SERIES(m, metric, labels, ...)                               \
	add_series(m, metric, labels, (const double[]){__VA_ARGS__}, \
		sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

static struct tally *
add_tally(struct measures *m, const char *metric, const char *labels)
{
	GROW(m->tallies, m->n_tallies, m->cap_tallies);
	m->tallies[m->n_tallies] = (struct tally){.metric = metric, .labels = labels_of(m, labels)};
	return &m->tallies[m->n_tallies++];
}

/* ---- output ---- */

static bool
equal(double got, double want)
{
	if (isnan(want))
		return isnan(got);
	return fabs(got - want) <= 1e-12 * (1 + fabs(want));
}

static void
check_real(const struct analysis *a, size_t row, const char *column, double want)
{
	size_t c = table_find(&a->rows, column);

	assert_true(c != SIZE_MAX && row < a->rows.n_rows);
	if (!equal(table_real(&a->rows, c, row), want))
		fail_msg("%s of %s, row %zu: %.17g instead of %.17g", column, a->kind, row,
			table_real(&a->rows, c, row), want);
}

static void
check_text(const struct analysis *a, size_t row, const char *column, const char *want)
{
	size_t c = table_find(&a->rows, column);
	const char *got;

	assert_true(c != SIZE_MAX && row < a->rows.n_rows);
	got = table_text(&a->rows, c, row);
	if (!want)
		assert_null(got);
	else
		assert_string_equal(got ? got : "(absent)", want);
}

/* The analysis of that kind and metric, which has n rows. */
static const struct analysis *
rows_of(const struct results *r, const char *kind, const char *metric, size_t n)
{
	const struct analysis *a = results_find(r, kind, metric, 0);

	if (!a)
		fail_msg("no %s of %s", kind, metric);
	assert_int_equal(a->rows.n_rows, n);
	return a;
}

static bool
notes_say(const struct analysis *a, const char *words)
{
	for (size_t i = 0; i < a->n_notes; i++)
		if (strstr(a->notes[i], words))
			return true;
	return false;
}

static void
run(struct results *r, struct measures *m, unsigned what, double level)
{
	static const char *const by[] = {"platform"};
	struct summarize_params p = {.what = what, .by = by, .n_by = 1, .level = level};

	results_init(r);
	summarize(r, m, &p);
}

static void
end(struct results *r, struct measures *m)
{
	results_release(r);
	measures_release(m);
}

/* ---- several runs ---- */

/*
 * Runs 1 2 6, 2 4 6 8 and 10: means 3 5 10, medians 2 5 10.
 *   t.test(c(3, 5, 10)); t.test(c(2, 5, 10)); t.test(c(3, 5, 10), conf.level = .9)
 *   p <- c(1, 2, 6, 2, 4, 6, 8, 10); mean(p); sd(p); quantile(p, type = 7)
 */
static void
three_runs(struct measures *m)
{
	SERIES(m, "rtt_ns", "platform=kvm run=a point=host", 6, 1, 2);
	SERIES(m, "rtt_ns", "platform=kvm run=b point=host", 2, 4, 6, 8);
	SERIES(m, "rtt_ns", "platform=kvm run=c point=host", 10);
}

static void
check_pooled(const struct analysis *a)
{
	check_real(a, 0, "runs", 3);
	check_real(a, 0, "n", 8);
	check_real(a, 0, "sd", 3.1819805153394638);
	check_real(a, 0, "min", 1);
	check_real(a, 0, "q1", 2);
	check_real(a, 0, "median", 5);
	check_real(a, 0, "q3", 6.5);
	check_real(a, 0, "max", 10);
	check_text(a, 0, "reason", NULL);
}

static void
test_several_runs(void **state)
{
	struct measures m = {0};
	struct results r;
	const struct analysis *a;

	(void)state;
	three_runs(&m);
	run(&r, &m, ALL, 0.95);
	a = rows_of(&r, "describe", "rtt_ns", 1);
	check_pooled(a);
	check_real(a, 0, "mean", 4.875); /* of the probes */
	a = rows_of(&r, "summary", "rtt_ns", 1);
	check_pooled(a);
	check_real(a, 0, "mean", 6); /* of the runs */
	check_real(a, 0, "mean_lower", -2.9566858950295978);
	check_real(a, 0, "mean_upper", 14.956685895029596);
	check_text(a, 0, "interval", "runs");
	assert_int_equal(a->n_notes, 0);
	end(&r, &m);
}

static void
test_intervals_over_runs(void **state)
{
	struct measures m = {0};
	struct results r;
	const struct analysis *a;

	(void)state;
	three_runs(&m);
	run(&r, &m, ALL, 0.95);
	a = rows_of(&r, "ci", "rtt_ns", 2);
	for (size_t i = 0; i < 2; i++) {
		check_text(a, i, "statistic", i ? "median" : "mean");
		check_text(a, i, "method", "t over runs");
		check_real(a, i, "n", 3);
		check_real(a, i, "level", 0.95);
		check_real(a, i, "n_effective", ABSENT);
		check_text(a, i, "reason", NULL);
	}
	check_real(a, 0, "estimate", 6);
	check_real(a, 0, "lower", -2.9566858950295978);
	check_real(a, 0, "upper", 14.956685895029596);
	check_real(a, 1, "estimate", 17.0 / 3);
	check_real(a, 1, "lower", -4.3728563694154099);
	check_real(a, 1, "upper", 15.706189702748743);
	end(&r, &m);
	three_runs(&m);
	run(&r, &m, SUMMARIZE_CI, 0.9);
	a = rows_of(&r, "ci", "rtt_ns", 2);
	check_real(a, 0, "lower", -0.078434701553730057);
	check_real(a, 0, "upper", 12.078434701553729);
	assert_int_equal(r.n_analyses, 1);
	end(&r, &m);
}

/* ---- one run ---- */

/*
 * x <- c(5, 1, 4, 4, 6, 2, 8, 3): lag-1 autocorrelation -0.55, so the effective size is 8.
 * mean(x) + c(-1, 1) * qt(.975, 7) * sd(x) / sqrt(8).  The median: P(Bin(8, 1/2) < 1) = 1/256 and
 * P(Bin(8, 1/2) < 2) = 9/256 > 0.025, so from the first to the last value.
 */
static void
test_single_run(void **state)
{
	struct measures m = {0};
	struct results r;
	const struct analysis *a;

	(void)state;
	SERIES(&m, "rtt_ns", "platform=kvm run=a point=host", 5, 1, 4, 4, 6, 2, 8, 3);
	run(&r, &m, ALL, 0.95);
	a = rows_of(&r, "ci", "rtt_ns", 2);
	check_text(a, 0, "method", "t over probes");
	check_text(a, 1, "method", "order statistics over probes");
	check_real(a, 0, "n", 8);
	check_real(a, 0, "n_effective", 8);
	check_real(a, 0, "estimate", 4.125);
	check_real(a, 0, "lower", 2.2589415880978514);
	check_real(a, 0, "upper", 5.9910584119021486);
	check_real(a, 1, "estimate", 4);
	check_real(a, 1, "lower", 1);
	check_real(a, 1, "upper", 8);
	assert_true(notes_say(a, "Every cell holds a single run"));
	a = rows_of(&r, "summary", "rtt_ns", 1);
	check_text(a, 0, "interval", "probes");
	check_real(a, 0, "mean", 4.125);
	check_real(a, 0, "sd", 2.2320714274285347);
	check_real(a, 0, "q1", 2.75);
	check_real(a, 0, "q3", 5.25);
	end(&r, &m);
}

/* y <- c(1, 1, 9, 9, 1, 1, 9, 9); ne <- 56 / 9; qt(.975, ne - 1) * sd(y) / sqrt(ne) about 5 */
static void
test_correlated(void **state)
{
	struct measures m = {0};
	struct results r;
	const struct analysis *a;

	(void)state;
	SERIES(&m, "rtt_ns", "platform=kvm run=a", 1, 1, 9, 9, 1, 1, 9, 9);
	run(&r, &m, ALL, 0.95);
	a = rows_of(&r, "ci", "rtt_ns", 2);
	check_real(a, 0, "n", 8);
	check_real(a, 0, "n_effective", 56.0 / 9);
	check_real(a, 0, "lower", 0.64909705263608153);
	check_real(a, 0, "upper", 9.3509029473639185);
	end(&r, &m);
}

/* ---- too few ---- */

static void
test_no_samples(void **state)
{
	struct measures m = {0};
	struct results r;
	const struct analysis *a;

	(void)state;
	add_series(&m, "rtt_ns", "platform=kvm run=a", NULL, 0);
	run(&r, &m, ALL, 0.95);
	a = rows_of(&r, "describe", "rtt_ns", 1);
	check_real(a, 0, "n", 0);
	check_real(a, 0, "mean", ABSENT);
	check_real(a, 0, "max", ABSENT);
	check_text(a, 0, "reason", "no samples");
	a = rows_of(&r, "ci", "rtt_ns", 2);
	for (size_t i = 0; i < 2; i++) {
		check_real(a, i, "estimate", ABSENT);
		check_real(a, i, "lower", ABSENT);
		check_real(a, i, "upper", ABSENT);
		assert_non_null(table_text(&a->rows, table_find(&a->rows, "reason"), i));
	}
	a = rows_of(&r, "summary", "rtt_ns", 1);
	check_real(a, 0, "mean", ABSENT);
	assert_non_null(table_text(&a->rows, table_find(&a->rows, "reason"), 0));
	assert_null(results_find(&r, "counts", NULL, 0));
	end(&r, &m);
}

/* Two runs, one of them without samples: one mean is no interval, but an estimate. */
static void
test_one_run_of_two(void **state)
{
	struct measures m = {0};
	struct results r;
	const struct analysis *a;

	(void)state;
	SERIES(&m, "rtt_ns", "platform=kvm run=a", 1, 3);
	add_series(&m, "rtt_ns", "platform=kvm run=b", NULL, 0);
	run(&r, &m, ALL, 0.95);
	a = rows_of(&r, "ci", "rtt_ns", 2);
	check_text(a, 0, "method", "t over runs");
	check_real(a, 0, "n", 1);
	check_real(a, 0, "estimate", 2);
	check_real(a, 0, "lower", ABSENT);
	check_real(a, 0, "upper", ABSENT);
	assert_non_null(table_text(&a->rows, table_find(&a->rows, "reason"), 0));
	a = rows_of(&r, "summary", "rtt_ns", 1);
	check_real(a, 0, "runs", 2);
	check_real(a, 0, "n", 2);
	check_real(a, 0, "mean", 2);
	end(&r, &m);
}

/* A median takes six values for its interval at 95 %: 2/32 > 0.05 > 2/64. */
static void
test_median_of_five(void **state)
{
	struct measures m = {0};
	struct results r;
	const struct analysis *a;

	(void)state;
	SERIES(&m, "rtt_ns", "platform=kvm", 1, 2, 3, 4, 9);
	SERIES(&m, "rtt_ns", "platform=lxc", 1, 2, 3, 4, 9, 10);
	run(&r, &m, SUMMARIZE_CI, 0.95);
	a = rows_of(&r, "ci", "rtt_ns", 4);
	check_text(a, 1, "platform", "kvm");
	check_real(a, 1, "estimate", 3);
	check_real(a, 1, "lower", ABSENT);
	assert_non_null(
		strstr(table_text(&a->rows, table_find(&a->rows, "reason"), 1), "n too small"));
	check_real(a, 3, "lower", 1);
	check_real(a, 3, "upper", 10);
	check_text(a, 3, "reason", NULL);
	end(&r, &m);
}

/* ---- cells and metrics ---- */

/* Points never share a cell, whatever the grouping; usual metrics come first. */
static void
test_cells(void **state)
{
	struct measures m = {0};
	struct results r;
	const struct analysis *a;

	(void)state;
	SERIES(&m, "odd_ns", "platform=lxc", 1);
	SERIES(&m, "overhead_ns", "platform=lxc inner=guest outer=host", 2);
	SERIES(&m, "rtt_ns", "platform=lxc point=host", 3, 5);
	SERIES(&m, "rtt_ns", "platform=lxc point=guest", 4);
	SERIES(&m, "rtt_ns", "platform=kvm point=host", 8);
	run(&r, &m, SUMMARIZE_DESCRIBE, 0.95);
	assert_int_equal(r.n_analyses, 3);
	assert_string_equal(r.analyses[0].metric, "rtt_ns");
	assert_string_equal(r.analyses[1].metric, "overhead_ns");
	assert_string_equal(r.analyses[2].metric, "odd_ns");
	a = rows_of(&r, "describe", "rtt_ns", 3);
	assert_int_equal(a->n_by, 2);
	assert_string_equal(a->by[1], "point");
	check_text(a, 0, "platform", "kvm");
	check_text(a, 1, "point", "guest");
	check_real(a, 2, "mean", 4);
	a = rows_of(&r, "describe", "overhead_ns", 1);
	assert_int_equal(a->n_by, 3);
	check_text(a, 0, "inner", "guest");
	check_text(a, 0, "outer", "host");
	end(&r, &m);
}

static void
test_metric_filter(void **state)
{
	struct filter f;
	struct summarize_params p = {.what = ALL, .level = 0.95, .metrics = &f};
	struct measures m = {0};
	struct results r;

	(void)state;
	SERIES(&m, "rtt_ns", "point=a", 1);
	SERIES(&m, "rate_achieved_pps", "point=a", 2);
	add_tally(&m, "rtt_ns", "point=a");
	assert_true(filter_parse(&f, "metric=rate_achieved_pps"));
	results_init(&r);
	summarize(&r, &m, &p);
	for (size_t i = 0; i < r.n_analyses; i++)
		assert_string_equal(r.analyses[i].metric, "rate_achieved_pps");
	assert_int_equal(r.n_analyses, 4);
	filter_release(&f);
	end(&r, &m);
}

/* A second call groups otherwise: its rows stand in analyses of their own. */
static void
test_two_calls(void **state)
{
	struct summarize_params none = {.what = SUMMARIZE_DESCRIBE, .level = 0.95};
	struct measures m = {0}, m2 = {0};
	struct results r;

	(void)state;
	SERIES(&m, "rtt_ns", "platform=kvm", 1);
	SERIES(&m2, "rtt_ns", "size=64", 7);
	run(&r, &m, SUMMARIZE_DESCRIBE, 0.95);
	summarize(&r, &m2, &none);
	assert_int_equal(r.n_analyses, 2);
	assert_int_equal(r.analyses[0].n_by, 1);
	assert_int_equal(r.analyses[1].n_by, 0);
	check_real(&r.analyses[1], 0, "mean", 7);
	measures_release(&m2);
	end(&r, &m);
}

static void
test_notes(void **state)
{
	struct measures m = {0};
	struct results r;
	const struct analysis *a;

	(void)state;
	three_runs(&m);
	m.series[0].excluded = 2;
	m.series[2].excluded = 5;
	SERIES(&m, "rtt_ns", "platform=lxc point=host", 1, 2);
	run(&r, &m, ALL, 0.95);
	a = rows_of(&r, "ci", "rtt_ns", 4);
	assert_true(notes_say(a, "1 of 2 cells hold a single run"));
	assert_true(notes_say(a, "7 samples are left out"));
	a = rows_of(&r, "describe", "rtt_ns", 2);
	check_real(a, 0, "excluded", 7);
	check_real(a, 1, "excluded", 0);
	assert_true(json_bool(json_get(a->parameters, "pooled"), false));
	end(&r, &m);
}

/* ---- distribution ---- */

/* 1 2 2 4: steps to 1/4, 3/4, 1; eps = sqrt(ln(40) / 8) = 0.6790507579: 0.75 - eps and 0.25 + eps
 * outward to six decimals. */
static void
test_cdf(void **state)
{
	const double x[] = {1, 2, 4}, p[] = {0.25, 0.75, 1};
	const double lower[] = {0, 0.070949, 0.320949}, upper[] = {0.929051, 1, 1};
	struct measures m = {0};
	struct results r;
	const struct analysis *a;

	(void)state;
	SERIES(&m, "rtt_ns", "platform=kvm run=a", 4, 2);
	SERIES(&m, "rtt_ns", "platform=kvm run=b", 1, 2);
	run(&r, &m, SUMMARIZE_CDF, 0.95);
	a = rows_of(&r, "cdf", "rtt_ns", 3);
	for (size_t i = 0; i < 3; i++) {
		check_real(a, i, "x", x[i]);
		check_real(a, i, "p", p[i]);
		check_real(a, i, "p_lower", lower[i]);
		check_real(a, i, "p_upper", upper[i]);
	}
	end(&r, &m);
}

/* ---- counts ---- */

static void
test_counts_rtt(void **state)
{
	struct measures m = {0};
	struct results r;
	const struct analysis *a;
	struct tally *t;

	(void)state;
	SERIES(&m, "rtt_ns", "platform=kvm run=a", 1);
	for (unsigned i = 0; i < 2; i++) {
		t = add_tally(&m, "rtt_ns", i ? "platform=kvm run=b" : "platform=kvm run=a");
		t->counts[RTT_PROBES] = 100 + i;
		t->counts[RTT_ANSWERED] = 90;
		t->counts[RTT_LOST] = 4 + i;
		t->counts[RTT_UNFINISHED] = i;
		t->counts[RTT_DROPPED] = i;
	}
	add_tally(&m, "rtt_ns", "platform=lxc run=c");
	run(&r, &m, SUMMARIZE_COUNTS, 0.95);
	a = rows_of(&r, "counts", "rtt_ns", 2);
	check_real(a, 0, "runs", 2);
	check_real(a, 0, "probes", 201);
	check_real(a, 0, "answered", 180);
	check_real(a, 0, "lost", 9);
	check_real(a, 0, "unfinished", 1);
	check_real(a, 0, "points_with_drops", 1);
	check_real(a, 0, "loss_pct", 4.5); /* 9 of the 200 whose end was seen */
	check_real(a, 0, "loss_is_upper_bound", 1);
	check_real(a, 1, "probes", 0);
	check_real(a, 1, "loss_pct", ABSENT);
	check_real(a, 1, "loss_is_upper_bound", 0);
	assert_true(notes_say(a, "upper bound"));
	end(&r, &m);
}

static void
test_counts_overhead(void **state)
{
	const char *const labels = "platform=kvm inner=app outer=host";
	struct measures m = {0};
	struct results r;
	const struct analysis *a;

	(void)state;
	SERIES(&m, "overhead_ns", labels, 1);
	for (unsigned i = 1; i <= 3; i++) {
		struct tally *t = add_tally(&m, "overhead_ns", labels);

		t->counts[OVERHEAD_PAIRS] = i;
		t->counts[OVERHEAD_RESOLUTION_NS] = i == 2 ? 10000 : 1000;
	}
	run(&r, &m, SUMMARIZE_COUNTS, 0.95);
	a = rows_of(&r, "counts", "overhead_ns", 1);
	check_real(a, 0, "pairs", 6);
	check_real(a, 0, "resolution_ns", 10000); /* the coarsest, not the sum */
	assert_true(notes_say(a, "steps of up to 10 µs"));
	assert_true(table_find(&a->rows, "loss_pct") == SIZE_MAX);
	end(&r, &m);
}

/* Every column has a name, and there are no more than a tally holds. */
static void
test_columns(void **state)
{
	(void)state;
	assert_true((int)RTT_N_COUNTS <= TALLY_MAX && (int)OVERHEAD_N_COUNTS <= TALLY_MAX);
	for (size_t i = 0; i < RTT_N_COUNTS; i++)
		assert_non_null(measure_column("rtt_ns", i));
	for (size_t i = 0; i < OVERHEAD_N_COUNTS; i++)
		assert_non_null(measure_column("overhead_ns", i));
	assert_null(measure_column("rtt_ns", RTT_N_COUNTS));
	assert_null(measure_column("overhead_ns", OVERHEAD_N_COUNTS));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_several_runs),
		cmocka_unit_test(test_intervals_over_runs),
		cmocka_unit_test(test_single_run),
		cmocka_unit_test(test_correlated),
		cmocka_unit_test(test_no_samples),
		cmocka_unit_test(test_one_run_of_two),
		cmocka_unit_test(test_median_of_five),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_metric_filter),
		cmocka_unit_test(test_two_calls),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_cdf),
		cmocka_unit_test(test_counts_rtt),
		cmocka_unit_test(test_counts_overhead),
		cmocka_unit_test(test_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
