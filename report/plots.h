#ifndef VANTAGE_REPORT_PLOTS_H
#define VANTAGE_REPORT_PLOTS_H
/*
 * plots - a report's figures as files, or as drawings for the HTML page.
 */
#include <stddef.h>

#include "core/err.h"
#include "report/doc.h"

/*
 * plots_store - for each figure figure-ID.gp and figure-ID.dat in dir (made if need be), and what
 *   gnuplot makes of them: figure-ID.svg, .pdf, .png.
 *   n_parallel  processes at a time
 *   V_EIO when gnuplot is missing or could not make one of them; scripts and data are there then.
 *   Equal figures give equal bytes: the PDFs' dates of creation are set to 1970.
 */
enum vstatus plots_store(const struct doc *d, const char *dir, size_t n_parallel, struct verr *err);

struct plots {      /* one for each figure of a document, in its order */
	char **svg; /* as HTML; NULL: not made */
	size_t n;
};

void plots_init(struct plots *p);
void plots_release(struct plots *p);

/*
 * plots_make - drawings for a page, made in a directory of their own below TMPDIR, which is
 *   removed.
 *   Not V_OK: some drawing is missing (all of them when gnuplot is), err says why for the first.
 */
enum vstatus plots_make(struct plots *p, const struct doc *d, size_t n_parallel, struct verr *err);

#endif
