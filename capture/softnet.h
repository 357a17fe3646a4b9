#ifndef VANTAGE_CAPTURE_SOFTNET_H
#define VANTAGE_CAPTURE_SOFTNET_H
/*
 * softnet - /proc/net/softnet_stat: how each CPU fares with received packets.
 */
#include "capture/row.h"

/* softnet_next - a row for each CPU that is online; the key is its number. */
row_next softnet_next;

#endif
