#ifndef VANTAGE_ANALYZE_TABULAR_H
#define VANTAGE_ANALYZE_TABULAR_H
/*
 * tabular - datasets that hold tables instead of runs: what the commands can say of them.
 *
 * A summary-level dataset has published values (analyze/published), a histogram-level one counts
 * per bucket (analyze/histogram).  Other tables are for people and other programs, and passed over.
 */
#include <stdbool.h>

#include "analyze/frames.h"
#include "analyze/pipeline.h"
#include "core/dataset.h"

/* tabular_is - does a dataset that was loaded hold tables and no runs? */
bool tabular_is(const struct dataset *d);

/* tabular_operand - the same of a path, without loading: a directory with a datapackage.json and
 *   without runs. */
bool tabular_operand(const char *path);

/*
 * tabular_run - append what p->measure and p->what ask for of the dataset at path, which becomes
 *   a source of r.
 *   V_EDOM, with a message that says what can be had, for what tables cannot give: samples, what is
 *   computed of samples, and distribution functions of published values.  Of published means
 *   compare gives ratios.
 */
enum vstatus
tabular_run(struct results *r, const struct pipeline *p, const char *path, struct verr *err);

/*
 * tabular_against - append, for the summaries in `measured` (which may be r), the published values
 *   of the dataset at path that they meet: against.h.  *n_met out: pairs found.
 */
enum vstatus tabular_against(struct results *r, size_t *n_met, const struct results *measured,
	const struct pipeline *p, const char *path, struct verr *err);

/* tabular_use - likewise, the frames of a dataset's histograms; V_EDOM for published values. */
enum vstatus tabular_use(struct results *r, const struct options *o, const struct frame_use *u,
	const char *path, struct verr *err);

/*
 * tabular_outcome - st and err of one of the two above, of one input; alone: there is no other.
 *   Among others, one that cannot give what is asked for is told of and left out.
 */
enum vstatus tabular_outcome(enum vstatus st, const struct verr *err, bool alone, int *exit_status);

/* tabular_info - what is in the tables of the dataset. */
enum vstatus tabular_info(struct results *r, const struct dataset *d, struct verr *err);

/* tabular_check - V_EFORMAT if a table is not what it has to be. */
enum vstatus tabular_check(const struct dataset *d, struct verr *err);

#endif
