#ifndef VANTAGE_ANALYZE_OUTLIERS_H
#define VANTAGE_ANALYZE_OUTLIERS_H
/*
 * outliers - where the outliers are (METHODS, "Outliers"): for each combination of the chosen
 * factors' levels how many of its samples are, and its share of all outliers.
 *
 * Groups (platforms, points) are separate: each has its own median and MAD, unless each cell is to
 * have one, and shares add up to 100 % in each.
 */
#include "analyze/cells.h"
#include "analyze/frame.h"
#include "core/results.h"
#include "core/table.h"

enum outliers_within { OUTLIERS_WITHIN_DATASET, OUTLIERS_WITHIN_CELL };

struct outliers_params {
	const struct filter *metrics; /* levels are metric names; NULL: all but the RTTs of a pair,
				       * and the rate, which all probes of a run share */
	double threshold;             /* an outlier has |M| above it */
	enum outliers_within within;  /* what median and MAD are of; a cell: all factors alike */
	double min_share_pct;         /* combinations below are added up in one row; 0 none */
	const char *kind;             /* of the analysis; NULL: outliers */
	size_t rows_max;              /* so are those behind that many of a group; 0 none */
	struct table *list;           /* gets a row for each outlier; NULL: not wanted */
};

/* The columns that the list has before those of the factors; outliers_list_init() adds them. */
void outliers_list_init(struct table *list);

/*
 * outliers_add - append one `outliers` analysis per metric, a row a combination, largest share
 *   first in each group.
 *   groups[n_groups], by[n_by]  indices of factors, none in both
 *   Of histograms (a frame with weights) a bucket is in or out as a whole, by its middle; a note
 *   has the samples in those that a threshold cuts.
 *   Needs the frame's times for the list.
 */
void outliers_add(struct results *r, const struct frame *f, const size_t *groups, size_t n_groups,
	const size_t *by, size_t n_by, const struct outliers_params *p);

#endif
