#ifndef VANTAGE_REPORT_FIGURES_H
#define VANTAGE_REPORT_FIGURES_H
/*
 * figures - the report's figures, from the model.  Each call adds nothing when the results hold
 * nothing for it.
 */
#include "report/doc.h"
#include "report/model.h"

#define FIGURES_CURVES_MAX 8 /* as many as a palette keeps apart */
#define FIGURES_PARTS_SHOWN 3
#define FIGURES_MARKS_MAX 40

/* figures_cdf - distributions of the idle cells; metric is rtt_ns or overhead_ns. */
void figures_cdf(struct doc *d, const struct model *m, const char *metric);
/* figures_intervals - overhead of each idle cell with its interval. */
void figures_intervals(struct doc *d, const struct model *m);

/* figures_colour - series of the curves, which are numbers of platforms (see model_variant()) or
 *   SIZE_MAX, become numbers of colours, different ones within the figure. */
void figures_colour(struct doc_figure *f);

#endif
