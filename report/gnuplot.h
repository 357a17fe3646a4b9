#ifndef VANTAGE_REPORT_GNUPLOT_H
#define VANTAGE_REPORT_GNUPLOT_H
/*
 * gnuplot - run gnuplot on several scripts at once.
 */
#include <stddef.h>

#include "core/err.h"

#define GNUPLOT_JOBS_MAX 64

struct gnuplot_job {
	char *script;    /* name of a file in the directory */
	char *log;       /* where its messages go, in the directory */
	enum vstatus st; /* out: V_EIO when gnuplot could not make it */
	struct verr err; /* out, on failure */
};

/*
 * gnuplot_run - run each script in dir, at most n_parallel (>= 1) at a time, with a progress bar.
 *   formats  what to write: "svg", or "svg pdf png"
 *   V_EIO when gnuplot cannot be started at all; what a single script came to is in its job.
 *   The user's own settings (~/.gnuplot) are not read.
 */
enum vstatus gnuplot_run(struct gnuplot_job *jobs, size_t n, const char *dir, const char *formats,
	size_t n_parallel, struct verr *err);

#endif
