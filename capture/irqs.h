#ifndef VANTAGE_CAPTURE_IRQS_H
#define VANTAGE_CAPTURE_IRQS_H
/*
 * irqs - /proc/softirqs and /proc/interrupts: counts per CPU, summed over the CPUs.
 */
#include "capture/row.h"

/* softirqs_next - a row for each kind of softirq: the key is NET_RX, TIMER, ... */
row_next softirqs_next;

/*
 * interrupts_next - a row for each numbered interrupt: the key is the number, the label the name
 *   of its handler ("eth0-rx-0", or several, as the kernel has them: "ehci_hcd:usb1, eth0").
 *   Interrupts without number (NMI, LOC, ...) belong to no device and have no row.
 */
row_next interrupts_next;

#endif
