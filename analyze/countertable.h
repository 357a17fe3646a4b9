#ifndef VANTAGE_ANALYZE_COUNTERTABLE_H
#define VANTAGE_ANALYZE_COUNTERTABLE_H
/*
 * countertable - a file of system counters (docs/formats.md, "Counters") as numbers, with all that
 * is wrong with it counted.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/table.h"

#define COUNTERTABLE_CORES_MAX 4096

struct countertable_counts {
	uint64_t rows;
	uint64_t untimed;     /* rows whose time cannot be read: left out */
	uint64_t unreadable;  /* cells that hold something, but no number */
	uint64_t clock_steps; /* times that lie before the row above, or too far from it */
	uint64_t missed;      /* rows that the interval lets expect, and that are not there */
	uint64_t late;        /* rows taken more than half an interval late (lateness_ns) */
	uint64_t wraps;       /* of a 32-bit counter, in columns that a metric uses */
	uint64_t resets;      /* such a counter fell for another reason: no difference there */
};

struct countertable {
	struct table table;  /* numeric columns only, but for the first */
	int64_t *t_ns;       /* of each row; heap */
	uint32_t *steps;     /* how many clock steps there were up to this row; heap */
	size_t n;            /* rows */
	size_t cores;        /* columns cpu0, cpu1, ...; 0 not known */
	int64_t interval_ns; /* the usual distance of two rows; 0 not known */
	struct countertable_counts counts;
};

/* What a cell holds: a number, or none. */
struct counter_cell {
	double v;
	bool present;
};

/*
 * countertable_load - read a file.
 *   interval_ns  as run.json has it; 0 or less: the median distance of the rows
 *   V_EFORMAT when the file is damaged: *ct then has what precedes the damage, V_OK or not; V_EIO
 *   and an empty table when it cannot be opened.  To be released in any case.
 */
enum vstatus
countertable_load(struct countertable *ct, const char *path, int64_t interval_ns, struct verr *err);
/* countertable_parse - the same from text that was read already (pure: tests, fuzzing). */
enum vstatus countertable_parse(struct countertable *ct, const char *text, size_t len,
	const char *name, int64_t interval_ns, struct verr *err);
void countertable_release(struct countertable *ct);

/* countertable_at - the cell as a number; absent where it is empty or unreadable. */
struct counter_cell countertable_at(const struct countertable *ct, size_t col, size_t row);

/*
 * countertable_rise - how far a counter rose from one row to a later one.
 *   *rise     out; untouched for COUNTER_ABSENT and COUNTER_RESET
 *   backward  such a fall is a correction by the kernel and counts as no rise: idle and iowait go
 *             back by ticks on kernels with NO_HZ.  0 for all other counters.
 *   A fall from the last eighth of 32 bits into the first is a wrap; any other one is a reset.
 */
enum counter_change { COUNTER_ROSE, COUNTER_WRAPPED, COUNTER_RESET, COUNTER_ABSENT };
enum counter_change countertable_rise(double *rise, const struct countertable *ct, size_t col,
	size_t from, size_t to, double backward);

/* countertable_on_time - no clock step between the two rows? */
bool countertable_on_time(const struct countertable *ct, size_t from, size_t to);

#endif
