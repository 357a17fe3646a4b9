#ifndef VANTAGE_ANALYZE_STUDY_H
#define VANTAGE_ANALYZE_STUDY_H
/*
 * study - the inputs of a command: datasets, runs and files named on the command line, the runs
 * that pass the filters, and what their points saw.
 *
 * Observations are read by threads, one a unit; results are in the order of the inputs whatever
 * the number of threads.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/cells.h"
#include "analyze/hint.h"
#include "analyze/observation.h"
#include "core/dataset.h"
#include "core/results.h"

struct study_run {
	const struct dataset *dataset;
	const struct run *run;
	struct labels labels; /* dataset, run, platform, driver, factors */
	size_t first;         /* its observations, by order (innermost first) */
	size_t n_observations;
};

struct study {
	struct dataset *datasets;
	size_t n_datasets;
	struct study_run *runs;
	size_t n_runs;
	struct observation *observations;
	size_t n_observations;
	struct arena arena;
	size_t n_problems; /* messages so far */
	bool told;         /* they were shown before */
	size_t n_failed;   /* runs left out because they failed */
	bool system_error;
	bool nothing_usable;
};

struct study_params {
	const struct filter *filters;
	size_t n_filters;
	const struct filter *points; /* levels are point names; NULL all */
	bool keep_failed;            /* also runs whose state is failed */
	bool told;                   /* problems were shown before: count them only */
	unsigned n_threads;
	struct observation_params observe;
};

/*
 * study_load - open the inputs and select runs.
 *   A path that cannot be used is an error (V_EIO, V_EFORMAT); a run that cannot is reported and
 *   counted, the rest is used.  V_EUSAGE for a filter on a factor that no run has.
 */
enum vstatus study_load(struct study *s, char *const *paths, size_t n,
	const struct study_params *params, struct verr *err);
/*
 * study_check_selection - V_EDOM if --where left no run: which of the filters no run passes, and
 *   the levels that there are.
 */
enum vstatus
study_check_selection(const struct study *s, const struct study_params *params, struct verr *err);
/* study_observe - read all observations; report what was wrong with each file. */
void study_observe(struct study *s, const struct study_params *params);
void study_release(struct study *s);

/* study_problem - report a problem to the user and count it. */
void study_problem(struct study *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* study_run_of - the run that an observation belongs to. */
const struct study_run *study_run_of(const struct study *s, size_t observation);

/* study_places - labels that say where something was seen: point, inner, outer, host; then NULL. */
extern const char *const study_places[];

/* study_points - the names of the points of all runs that were loaded, selected or not. */
void study_points(struct hint *h, const struct study *s);

/* study_point_rank - where a point stands among all of that name: its lowest order in any run, so
 *   that a name has one place in every table. */
int study_point_rank(const struct study *s, const char *point);

/* study_exit - 0, or 4 after problems, or 3 or 1 when nothing at all was usable. */
int study_exit(const struct study *s);

/* study_sources - name the datasets, with checksums if wanted, in the results' provenance. */
void study_sources(const struct study *s, struct results *r, bool checksums);

/*
 * study_by - the default grouping: dataset when there are several of the same platform and
 *   driver, platform, driver, and every factor but `repetition`.
 *   *by out: heap array of *n names owned by the study
 *   which  all factors, or only those with more than one level (for people to read)
 */
enum study_factors { STUDY_ALL_FACTORS, STUDY_VARYING_FACTORS };
void study_by(const char ***by, size_t *n, const struct study *s, enum study_factors which);

#endif
