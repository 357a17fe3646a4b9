#ifndef VANTAGE_STATS_SORT_H
#define VANTAGE_STATS_SORT_H
/*
 * sort - ascending order for the arrays that every order statistic starts from.
 */
#include <stddef.h>
#include <stdint.h>

/*
 * sort_f64 / sort_i64 - ascending, in place.
 *   A radix sort above SORT_INSERTION_MAX elements, whose scratch (8 bytes per element) is
 *   allocated and freed inside; an insertion sort up to there.  An array already in order costs
 *   one pass.  -0.0 goes before 0.0.  NaN has no order and must not be in x: it does no harm
 *   beyond ending up before -Inf or after +Inf, by its sign bit.
 */
enum { SORT_INSERTION_MAX = 128 };

void sort_f64(double *x, size_t n);
void sort_i64(int64_t *x, size_t n);

#endif
