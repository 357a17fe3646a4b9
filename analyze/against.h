#ifndef VANTAGE_ANALYZE_AGAINST_H
#define VANTAGE_ANALYZE_AGAINST_H
/*
 * against - means with intervals that were published: beside those that were measured here, and
 * platform by platform against a baseline of the same source (METHODS, "Published values").
 */
#include "analyze/options.h"
#include "analyze/published.h"
#include "core/json.h"
#include "core/results.h"

#define AGAINST_KIND "against"

struct against {
	const struct published *published;
	const char *dataset;            /* its name */
	const char *source;             /* NULL none */
	const struct json *equivalents; /* of datapackage.json (docs/formats.md); NULL none */
	const struct json *conditions;  /* that hold for all values: factor -> levels; NULL none */
	const char *note;               /* what a comparison has to mind; NULL none */
	double level;
};

/*
 * against_measured - one analysis of kind "against" for each metric of which `measured` holds an
 *   analysis of kind summary and the source a value: a row for each pair of a measured row and a
 *   published value whose conditions agree.
 *   r may be `measured` itself.  *n_rows out: pairs found, 0 is no error.
 */
void against_measured(
	struct results *r, size_t *n_rows, const struct results *measured, const struct against *g);

/*
 * against_baseline - analyses of kind compare: published means of every level of the baseline's
 *   factor against those of the baseline that agree in all other factors.
 *   V_EUSAGE when no published mean has that level; V_EDOM when the source has no means.
 */
enum vstatus against_baseline(
	struct results *r, const struct against *g, const struct options *o, struct verr *err);

#endif
