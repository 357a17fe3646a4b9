#ifndef VANTAGE_ANALYZE_USAGE_H
#define VANTAGE_ANALYZE_USAGE_H
/*
 * usage - from counters to what they mean: shares of CPU time, rates of interfaces and disks,
 * memory in use (METHODS, "Counters").
 *
 * What there is stands in one table (usage_metrics): name with unit, the columns it comes from
 * and how.  Each metric gives for every interval between two rows a numerator and a denominator,
 * so that the value over any longer time is the ratio of their sums and does not depend on how
 * regular the sampling was.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/countertable.h"
#include "core/alloc.h"

#define USAGE_COLUMNS_MAX 10   /* patterns of one metric on each side */
#define USAGE_METRICS_MAX 4096 /* that one file can give; what is more is counted and left out */

enum usage_form {
	USAGE_RISE,    /* how far counters rose */
	USAGE_LEVEL,   /* levels at the rows; between two rows their middle */
	USAGE_AVERAGE, /* levels that are means over the time since the row above, as tools print */
};

enum usage_over {
	USAGE_OVER_TIME,    /* seconds */
	USAGE_OVER_CPU,     /* the jiffies of the same CPU, or of all */
	USAGE_OVER_CORE,    /* nanoseconds of one core, by the jiffies where they are recorded */
	USAGE_OVER_QUOTA,   /* nanoseconds that a control group may use */
	USAGE_OVER_COLUMNS, /* what `per` holds: its rise, or for levels its level */
};

enum usage_scope {
	USAGE_MAIN,     /* of the machine or of what was watched */
	USAGE_PER_CORE, /* of one core: only on demand */
};

/*
 * Patterns of columns: '*' is the instance (an interface, a watch, a core), the same in all
 * columns of a metric; '?' stands for any text, so that there may be several such columns or none;
 * a leading '~' marks a column that may be missing; what stands behind a pattern with a leading
 * '!' counts only where no column is like it.
 */
struct usage_metric {
	const char *name; /* with its unit, and '*' for the instance */
	const char *about;
	enum usage_form form;
	enum usage_over over;
	enum usage_scope scope;
	double scale;
	double base; /* value = base + scale x sum */
	const char *plus[USAGE_COLUMNS_MAX];
	const char *minus[USAGE_COLUMNS_MAX];
	const char *per[USAGE_COLUMNS_MAX]; /* of levels: the first that the row has */
};

const struct usage_metric *usage_metrics(size_t *n);

/* One interval, in which the metric was num / den on average; den is above 0. */
struct usage_step {
	int64_t from_ns;
	int64_t to_ns;
	double num;
	double den;
};

struct usage {
	const struct usage_metric *metric;
	const char *name; /* instance filled in */
	const struct usage_step *steps;
	size_t n;
};

/* usage_sink - takes one metric of a file; what u points to dies with the call. */
typedef void usage_sink(void *ctx, const struct usage *u);

struct usage_params {
	bool per_core;
	int64_t cores; /* of the machine, where the file does not tell; 0 not known */
};

/*
 * usage_derive - hand every metric that the file has the columns for to the sink, in the order of
 *   the table, instances in natural order; also those without any interval.
 *   Counts wraps and resets in ct.  Returns how many metrics beyond USAGE_METRICS_MAX were left
 *   out.
 */
size_t
usage_derive(struct countertable *ct, const struct usage_params *p, usage_sink *sink, void *ctx);

/* usage_peak_name - the name of the peak: "cpu_busy_pct" gives "cpu_busy_peak_pct"; heap. */
char *usage_peak_name(const char *name);

/* usage_is_metric - may some file give a metric (or peak) of this name? */
bool usage_is_metric(const char *name);

/* Stretches of time, ascending and disjoint. */
struct usage_span {
	int64_t from_ns;
	int64_t to_ns;
};

struct usage_spans {
	const struct usage_span *items; /* NULL: all the time there is */
	size_t n;
};

/* usage_mean - over the spans: the sum of num by the sum of den, steps that lie in part in a span
 *   by that part of them; NaN where no step does. */
double usage_mean(const struct usage *u, const struct usage_spans *spans);

/*
 * usage_peak - the largest mean over a window of that length within from the first span's begin
 *   to the last one's end.  A window may begin and end inside a step; it does not reach over what
 *   was not recorded.  NaN when no stretch is as long as the window.
 */
double usage_peak(const struct usage *u, int64_t window_ns, const struct usage_spans *spans);

/* usage_covers - does the step lie in a span, at least in part? */
bool usage_covers(const struct usage_spans *spans, const struct usage_step *step);

#endif
