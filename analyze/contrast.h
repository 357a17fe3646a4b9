#ifndef VANTAGE_ANALYZE_CONTRAST_H
#define VANTAGE_ANALYZE_CONTRAST_H
/*
 * contrast - every cell against the baseline: rows of a `compare` analysis.
 *
 * One factor is compared (platform, unless told otherwise); one of its levels is the baseline
 * (native).  Each cell of another level is set against the runs of the baseline that agree with it
 * in all other `by` names.  Two liberties: a factor that does not apply to a run of the baseline
 * (native has no driver) agrees with every level, and `dataset` and `run` are names of files, not
 * conditions, and need not agree.  A cell without a counterpart has a row that says so.
 *
 * What is a sample (METHODS, "Summaries and intervals" and "Comparing platforms"):
 * - Runs, where both sides have at least two: the probes of a run are correlated and share its
 *   accidents, so runs are the independent units.  Ratio and Welch's test compare the means of
 *   runs, shift, delta and Mann-Whitney their medians.
 * - Else probes, pooled, and the row says "probes".  Ratio and Welch's test then count each run
 *   with its effective size (series.h); shift and delta are estimates that correlation does not
 *   bias; the Mann-Whitney p takes all probes as independent and is too small, which a note says.
 *   None of it tells how far runs would differ if they were repeated.
 *
 * p_holm is Welch's p adjusted for all rows of the table: it is the test that belongs to the
 * interval, and the one that knows of correlation.  The verdict is a word only where Fieller's
 * interval excludes a ratio of 1.  The interval has the degrees of freedom at the estimated ratio,
 * Welch's test those at 1: with two or three runs on a side they can differ so much that the
 * interval excludes 1 while p is above 0.05.
 */
#include "analyze/measure.h"
#include "core/err.h"
#include "core/results.h"

#define CONTRAST_BASELINE "native"

/* What comparisons may be over: series without values (n, mean and median only) leave runs. */
enum contrast_over { CONTRAST_RUNS_OR_PROBES, CONTRAST_RUNS_ONLY };

struct contrast_params {
	const char *factor;   /* one of the by names; NULL: nothing is compared */
	const char *baseline; /* the level that the others are compared with */
	double level;         /* of confidence */
	enum contrast_over over;
};

/*
 * contrast_resolve - what is compared with what.
 *
 *   *c       out; factor and baseline point into asked, by or the labels of m
 *   asked    "LEVEL" or "FACTOR=LEVEL"; NULL: CONTRAST_BASELINE
 *   by[n_by] the names to group by.  Without a FACTOR it is the first one when chosen, else
 *            `platform` where it is among them, else the first
 *   chosen   the user chose them
 * V_EUSAGE when nothing bears the factor, it is not among the names, or no series has that level.
 */
enum contrast_by { CONTRAST_BY_DEFAULT, CONTRAST_BY_CHOSEN };
enum vstatus contrast_resolve(struct contrast_params *c, const char *asked, const char *const *by,
	size_t n_by, enum contrast_by chosen, const struct measures *m, struct verr *err);

/* contrast_is_file_name - dataset or run: names of files, not conditions. */
bool contrast_is_file_name(const char *name);

/*
 * contrast_add - a row for every cell of the n prepared series (of one metric) that is not of the
 *   baseline, notes and parameters.  The series are only read.
 */
void contrast_add(struct analysis *a, struct series *const *series, size_t n,
	const struct contrast_params *c);

#endif
