#ifndef VANTAGE_ANALYZE_TOOLS_NETPERF_H
#define VANTAGE_ANALYZE_TOOLS_NETPERF_H
/*
 * netperf - private to in_netperf and in_omni.
 */
#include "analyze/tools/toolout.h"

/* netperf_unit - bit/s of one "10^6bits/s", "KBytes/sec", ...; false for another word. */
bool netperf_unit(double *bps, struct slice word);

#endif
