#ifndef VANTAGE_CAPTURE_LOADAVG_H
#define VANTAGE_CAPTURE_LOADAVG_H
/*
 * loadavg - /proc/loadavg.
 */
#include "capture/row.h"

/* loadavg_next - one row: the averages over 1, 5 and 15 minutes, with their `decimals` digits. */
row_next loadavg_next;

#endif
