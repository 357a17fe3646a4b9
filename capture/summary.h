#ifndef VANTAGE_CAPTURE_SUMMARY_H
#define VANTAGE_CAPTURE_SUMMARY_H
/*
 * summary - what a recording answered, shown: a table for people on a terminal, else CSV.
 */
#include <stddef.h>
#include <stdio.h>

#include "core/json.h"

/* summary_print - reports[n] are answers to status or stop. */
void summary_print(FILE *f, struct json *const *reports, size_t n);
/*
 * summary_loss - why a report's run has not all that it was to have: lost packets, or the reason
 *   for which it is not complete; NULL when it has.  Lives as long as the report.
 */
const char *summary_loss(const struct json *report);

#endif
