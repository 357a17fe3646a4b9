#ifndef VANTAGE_CAPTURE_SUMMARY_H
#define VANTAGE_CAPTURE_SUMMARY_H
/*
 * summary - what a recording answered, shown: a table for people on a terminal, else CSV.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/json.h"

/* summary_print - reports[n] are answers to status or stop. */
void summary_print(FILE *f, struct json *const *reports, size_t n);
/* summary_lost - does a report tell of lost packets, or of a run that is not complete? */
bool summary_lost(const struct json *report);

#endif
