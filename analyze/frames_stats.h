#ifndef VANTAGE_ANALYZE_FRAMES_STATS_H
#define VANTAGE_ANALYZE_FRAMES_STATS_H
/*
 * frames_stats - rank correlation and outliers as things that are done with frames (struct
 * frame_use), for the commands of these names and for documents.
 */
#include "analyze/frames.h"
#include "analyze/outliers.h"

/* What a document for reports holds of each: it is bounded, whatever the dataset. */
#define FRAMES_DOCUMENT_VARIABLES_MAX 48
#define FRAMES_DOCUMENT_ROWS_MAX 60

struct frames_stats {
	const struct options *options;
	const struct opt_list *merge; /* of outliers; NULL none */
	struct outliers_params outliers;
	const char *kendall_kind; /* of its analyses; NULL: kendall */
	size_t variables_max; /* of kendall; more: an error, in a document a note; 0 no document */
};

/* frames_stats_document - what a document holds, in its bounds; uses[2] gets what of the two `what`
 *   (SUMMARIZE_ bits) asks for, with ctx stats.  How many there are. */
size_t frames_stats_document(
	struct frame_use *uses, struct frames_stats *stats, const struct options *o, unsigned what);

/* frames_kendall, frames_outliers - ctx is a struct frames_stats.  --by names the groups of the
 *   first, points apart, and what the second combines. */
enum vstatus frames_kendall(void *ctx, struct results *r, struct frame *f, const size_t *by,
	size_t n_by, struct verr *err);
enum vstatus frames_outliers(void *ctx, struct results *r, struct frame *f, const size_t *groups,
	size_t n_groups, struct verr *err);

#endif
