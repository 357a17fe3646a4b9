#ifndef VANTAGE_ANALYZE_SHOW_H
#define VANTAGE_ANALYZE_SHOW_H
/*
 * show - results on standard output or in a file: a table for people, CSV or JSON.
 */
#include "core/err.h"
#include "core/results.h"

enum show_format {
	SHOW_AUTO, /* text on a terminal, else CSV */
	SHOW_TEXT,
	SHOW_CSV,
	SHOW_JSON,
};

/*
 * show_results - write all analyses (text, JSON), or the rows of all analyses that are of the
 *   first one's kind as one table (CSV: a file has one header).
 *   path  NULL or "-": standard output, which command_main() checks
 */
enum vstatus
show_results(const struct results *r, enum show_format format, const char *path, struct verr *err);

#endif
