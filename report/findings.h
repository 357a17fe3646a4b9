#ifndef VANTAGE_REPORT_FINDINGS_H
#define VANTAGE_REPORT_FINDINGS_H
/*
 * findings - for each row of the cost table, what its interval allows to say.
 *
 * Where the results hold a comparison of the row with a baseline, its ratio and interval speak.
 * Elsewhere the row is read against that of the platform "native": the interval lies above the
 * native one, below it, or the two meet.  Intervals that meet leave the question open, since two
 * intervals can overlap a little and the difference still be clear.  Nothing is computed here:
 * every number is a row of the results.
 */
#include "report/doc.h"
#include "report/model.h"

#define FINDINGS_MAX 60

void findings_tell(struct doc *d, const struct model *m);

#endif
