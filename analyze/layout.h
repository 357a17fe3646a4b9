#ifndef VANTAGE_ANALYZE_LAYOUT_H
#define VANTAGE_ANALYZE_LAYOUT_H
/*
 * layout - the tables of a source as it prints them, from its published values.
 */
#include "analyze/published.h"
#include "core/json.h"
#include "core/results.h"

#define LAYOUT_KIND "layout"
#define LAYOUTS_MAX 64
#define LAYOUT_NAMES_MAX 16 /* factors that make up a row's or a column's heading */

/*
 * layout_add - an analysis of kind "layout" for each of `layouts`, the member of that name of
 *   datapackage.json (docs/formats.md); none when it is NULL.
 *   dataset  its name, for messages and parameters; source may be NULL
 *   V_EFORMAT names the layout: no list, a name that is no column, nothing that it selects.
 *   V_ELIMIT beyond the limits above.
 */
enum vstatus layout_add(struct results *r, const struct published *p, const struct json *layouts,
	const char *dataset, const char *source, struct verr *err);

#endif
