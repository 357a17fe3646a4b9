#ifndef VANTAGE_CAPTURE_DISKSTATS_H
#define VANTAGE_CAPTURE_DISKSTATS_H
/*
 * diskstats - /proc/diskstats.
 */
#include "capture/row.h"

/* diskstats_next - a row for each disk and partition; the key is its name. */
row_next diskstats_next;

#endif
