#ifndef VANTAGE_REPORT_PANELS_H
#define VANTAGE_REPORT_PANELS_H
/*
 * panels - a figure that the user asks for: a metric over the levels of one factor, a curve for
 * each level of a second, a panel for each of a third.
 *
 *   "x=background_workers;series=platform;facet=load_type;metric=rtt_ns;stat=median"
 */
#include "core/err.h"
#include "core/str.h"
#include "report/doc.h"
#include "report/model.h"

#define PANELS_MAX 12
#define PANELS_TICKS_MAX 64

/*
 * panels_add - append the figure that spec asks for.
 *   x=F  series=F[,F]  facet=F[,F]  metric=M  stat=median|mean|box|share|absolute  point=P|P-P
 *   draw=lines|bars  axis=levels|number  FACTOR=LEVEL  only cells with that level
 *   V_EUSAGE when spec is wrong, names a factor that the results lack, or leaves two cells on one
 *   spot (says by what they differ); V_EDOM when nothing fits; V_ELIMIT beyond the limits above.
 */
enum vstatus panels_add(struct doc *d, const struct model *m, const char *spec, struct verr *err);

/* panels_finish - unit and ranges of a figure, from its curves. */
void panels_finish(struct doc_figure *f);

/* panels_tex, panels_script, panels_data - the figure for pgfplots, and for gnuplot. */
void panels_tex(struct strbuf *out, const struct doc_figure *f);
void panels_script(struct strbuf *out, const struct doc_figure *f);
void panels_data(struct strbuf *out, const struct doc_figure *f);

#endif
