#ifndef VANTAGE_ANALYZE_FROM_TABLE_H
#define VANTAGE_ANALYZE_FROM_TABLE_H
/*
 * from_table - series out of any CSV with a header: a samples table, or somebody's own.
 *
 * Metrics are the columns that the user names, else the numeric ones whose names end in a unit;
 * all other columns are factors, but for those that identify a single sample (t_ns, id, seq, src,
 * dst, ...).  In a table of samples, where `platform` and `driver` follow what was measured, all
 * columns from there on are factors, those too whose names end in a unit (packet_rate_pps), unless
 * the user names them.  Rows whose `flags` hold an excluded word are counted and left out.  A
 * column `run` separates runs; without it the table is one run.
 */
#include "analyze/cells.h"
#include "analyze/measure.h"
#include "core/err.h"
#include "core/table.h"

enum table_role { TABLE_FACTOR, TABLE_METRIC, TABLE_UNUSED };

struct table_study {
	struct table table;     /* owns the names and levels that labels point to */
	enum table_role *roles; /* of each column; heap */
	/* Not with table_study_read(): */
	struct measures measures;
	const char **by; /* factors with more than one level, `run` and `repetition` aside */
	size_t n_by;
};

/* table_study_read - the table and what its columns are.  V_EUSAGE when --metric names a column
 *   that is not there or not numeric; V_EFORMAT when a metric's numbers have a text among them;
 *   V_EDOM when there is no metric at all. */
enum vstatus
table_study_read(struct table_study *ts, const char *path, const struct filter *metrics,
	const struct filter *filters, size_t n_filters, struct verr *err);
/* table_study_load - the same and its series; V_EDOM also without a row (that passes the
 *   filters). */
enum vstatus
table_study_load(struct table_study *ts, const char *path, const struct filter *metrics,
	const struct filter *filters, size_t n_filters, uint32_t excluded_flags, struct verr *err);
void table_study_release(struct table_study *ts);

/* table_operand - does this operand name a CSV table rather than a dataset, run or capture? */
bool table_operand(const char *path);

#endif
