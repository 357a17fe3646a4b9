#ifndef VANTAGE_TESTS_STATS_CASES_H
#define VANTAGE_TESTS_STATS_CASES_H
/*
 * stats_cases - the tables in tests/data/stats (written by tests/oracle/stats.py and stats.R) for
 * the tests of analyze/stats, and the random generator that the oracle and the tests share.
 *
 * A field "-" (undefined) reads as NaN, "inf" as infinity.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define U 0x1p-53 /* unit roundoff of a double */

static inline double
case_number(const char *field)
{
	return strcmp(field, "-") == 0 ? (double)NAN : strtod(field, NULL);
}

/* Cuts the line at tabs; the number of fields. */
static inline size_t
case_cut(char *line, char **field, size_t max_fields)
{
	size_t n = 0;
	char *rest = line;

	line[strcspn(line, "\n")] = '\0';
	while (rest != NULL && n < max_fields)
		field[n++] = strsep(&rest, "\t");
	assert_null(rest);
	return n;
}

static inline size_t
case_values(double *x, size_t max_values, const char *field)
{
	size_t n = 0;
	char *end;

	for (const char *p = field; *p != '\0'; p = end) {
		assert_true(n < max_values);
		x[n++] = strtod(p, &end);
		assert_ptr_not_equal(p, end);
	}
	return n;
}

/* Calls check() with the fields of every row that is not a comment; the number of rows. */
static inline size_t
case_each(const char *path, size_t n_fields, void (*check)(char **field))
{
	FILE *f = fopen(path, "r");
	char *line = NULL, *field[32];
	size_t room = 0, rows = 0;

	assert_non_null(f);
	while (getline(&line, &room, f) > 0) {
		if (line[0] == '#')
			continue;
		assert_int_equal(case_cut(line, field, 32), n_fields);
		check(field);
		rows++;
	}
	free(line);
	fclose(f);
	return rows;
}

/* Equal within an absolute tolerance; NaN and infinities equal themselves. */
static inline void
case_close(const char *name, const char *what, double got, double expected, double tolerance)
{
	if (isnan(expected) ? isnan(got) : got == expected || fabs(got - expected) <= tolerance)
		return;
	fail_msg("%s: %s is %.17g, expected %.17g, tolerance %.3g", name, what, got, expected,
		tolerance);
}

/* splitmix64 (Steele, Lea & Flood 2014). */
static inline uint64_t
case_random(uint64_t *state)
{
	uint64_t z = *state += 0x9E3779B97F4A7C15;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
	return z ^ (z >> 31);
}

/* Uniform in (0, 1]. */
static inline double
case_uniform(uint64_t *state)
{
	return (double)((case_random(state) >> 11) + 1) * 0x1p-53;
}

#endif
