#ifndef VANTAGE_STATS_HOLM_H
#define VANTAGE_STATS_HOLM_H
/*
 * holm - p-values adjusted for being many: the error rate of all tests together is kept.
 *
 * With p ascending, p(1) .. p(m):  adjusted p(i) = max over j <= i of min(1, (m - j + 1) p(j)).
 * NaN (a test that could not be made) stays NaN and is not counted in m.
 *
 * Source: Holm 1979, Scandinavian Journal of Statistics 6(2), 65-70; R's p.adjust(method = "holm").
 */
#include <stddef.h>

/* holm_adjust - p[n] in [0, 1] or NaN; adjusted may be p itself. */
void holm_adjust(double *adjusted, const double *p, size_t n);

/*
 * holm_adjust_log10 - the same where only the logarithms can be told, which are at most 0: p below
 *   the smallest double keep their order and their factor.
 */
void holm_adjust_log10(double *adjusted, const double *log10_p, size_t n);

#endif
