#ifndef VANTAGE_REPORT_WRITE_H
#define VANTAGE_REPORT_WRITE_H
/*
 * write - a report in the form that was asked for, to where it was asked for.
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/opt.h"
#include "report/doc.h"

enum format { FORMAT_DEFAULT, FORMAT_LATEX, FORMAT_MARKDOWN, FORMAT_CSV, FORMAT_HTML };

struct settings {
	int format; /* enum format; FORMAT_DEFAULT: LaTeX, or figures alone when those are wanted */
	bool standalone;
	const char *output;  /* NULL or "-": standard output */
	const char *against; /* a dataset of published values; NULL: none */
	struct opt_list asked; /* --figure */
	const char *figures; /* directory; NULL: none wanted as files */
	int64_t n_parallel;  /* processes of gnuplot at a time */
};

/*
 * write_report - everything that the settings ask for.
 *   *incomplete out: the HTML page lacks figures, and says so; that was reported already
 *   Nothing is left half written; V_EIO when something could not be.
 */
enum vstatus
write_report(bool *incomplete, const struct doc *d, const struct settings *s, struct verr *err);

#endif
