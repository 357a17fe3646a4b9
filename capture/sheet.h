#ifndef VANTAGE_CAPTURE_SHEET_H
#define VANTAGE_CAPTURE_SHEET_H
/*
 * sheet - a table of runs to import: one row a run, in a CSV file with a header.
 *
 *   file:NAME    path of what "NAME=FILE" imports (file:guest, file:host; file:app for the
 *                output of a load tool), relative to a directory; empty: the run has none
 *   files        several operands in one cell: "guest=a.pcap; host=b.pcap; ping.txt"
 *   platform, driver, run_id, name   as the options of these names
 *   any other column                 a factor; an empty cell: the run has none
 *
 * Points count from the innermost in the order of their columns.
 */
#include <stddef.h>

#include "core/err.h"
#include "core/table.h"

/* More runs than anybody has measured, and few enough to list them in one descriptor. */
#define SHEET_RUNS_MAX 100000

struct sheet {
	struct table table; /* all columns are TEXT */
	const char *path;   /* the caller's */
	const char *dir;    /* that the paths are relative to; the caller's */
};

struct sheet_run {
	const char *platform; /* NULL where the table says nothing; owned by the sheet */
	const char *driver;
	const char *run_id;
	const char *name;
	char **files; /* operands [NAME=]PATH */
	size_t n_files;
	char **factors; /* NAME=LEVEL */
	size_t n_factors;
};

/*
 * sheet_load - V_EFORMAT for a table without a file column, without a row, or with a column that
 *   can be no factor; V_ELIMIT above SHEET_RUNS_MAX rows.  To be released also after a failure.
 */
enum vstatus sheet_load(struct sheet *s, const char *path, const char *dir, struct verr *err);
void sheet_release(struct sheet *s);

/*
 * sheet_row - what row `row` (from 0) says, into *r, to be released also after a failure.
 *   V_EFORMAT for a row without a file, and for a path that leaves the directory.
 */
enum vstatus sheet_row(struct sheet_run *r, const struct sheet *s, size_t row, struct verr *err);
void sheet_run_release(struct sheet_run *r);

#endif
