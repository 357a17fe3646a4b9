#ifndef VANTAGE_ANALYZE_AGAINST_INT_H
#define VANTAGE_ANALYZE_AGAINST_INT_H
/*
 * against_int - private to against.c and against_baseline.c: levels of published values, and what
 * is said of a pair.
 */
#include "analyze/against.h"
#include "analyze/stats/compare.h"

struct against_pair {
	double ours, lower, upper; /* lower, upper: NaN without an interval */
	double n;                  /* runs */
	struct ratio ratio;
	const char *verdict; /* NULL without an interval of the ratio */
	char reason[160];
};

/* against_same_level - as text or as a number; NULL is no level. */
bool against_same_level(const char *a, const char *b);
/* against_factor - the name of the source's factor i. */
const char *against_factor(const struct against *g, size_t i);
/* against_their_level - of a value; NULL where the source states none. */
const char *against_their_level(const struct against *g, const struct published_cell *c, size_t i);
/* against_find_interval - of the pair's ratio, whose estimate is known already, and the verdict;
 *   x: the mean that stands beside c. */
void against_find_interval(struct against_pair *p, const struct compare_mean *x,
	const struct published_cell *c, double level);

#endif
