#ifndef VANTAGE_CAPTURE_NETDEV_H
#define VANTAGE_CAPTURE_NETDEV_H
/*
 * netdev - /proc/net/dev.
 */
#include "capture/row.h"

/* netdev_next - a row for each interface; the key is its name, of any bytes but / and blanks. */
row_next netdev_next;

#endif
