#ifndef VANTAGE_CAPTURE_PRESSURE_H
#define VANTAGE_CAPTURE_PRESSURE_H
/*
 * pressure - /proc/pressure/cpu, io and memory, and a control group's *.pressure.
 */
#include "capture/row.h"

/* pressure_next - a row for each line: the key is some or full, field 0 the stall time in us. */
row_next pressure_next;

#endif
