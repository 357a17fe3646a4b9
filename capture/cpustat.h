#ifndef VANTAGE_CAPTURE_CPUSTAT_H
#define VANTAGE_CAPTURE_CPUSTAT_H
/*
 * cpustat - the cpu lines of /proc/stat.
 */
#include "capture/row.h"

/* cpustat_next - a row for "cpu" (all of them; empty key) and for each "cpuN" (key N). */
row_next cpustat_next;

#endif
