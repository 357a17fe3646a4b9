#ifndef VANTAGE_ANALYZE_TOOLS_READERS_H
#define VANTAGE_ANALYZE_TOOLS_READERS_H
/*
 * readers - the texts of load tools, one function a form of output; tools.c knows which is whose.
 *
 * Each fills an initialised, empty toolout.  V_EFORMAT when nothing in the text could be used
 * (the message names it), V_ELIMIT beyond a limit of toolout.h; what was read before stays.  A
 * text that is cut short, and rows that cannot be read, are problems of the toolout: the rest is
 * used.  Version and names of tools are the caller's (core/loadtool).
 */
#include "analyze/tools/toolout.h"

/*
 * ab.  The report has totals and quantiles in whole ms (stated) and the duration of the test; -g
 * has one row a request in whole ms, sorted by time per request, which start in a known second;
 * -e has quantiles (stated).
 */
enum vstatus in_ab_report(struct toolout *o, struct slice text, struct verr *err);
enum vstatus in_ab_requests(struct toolout *o, struct slice text, struct verr *err);
enum vstatus in_ab_percentiles(struct toolout *o, struct slice text, struct verr *err);

/*
 * JMeter's log, 2.13 to 5.x, as CSV (any separator; without header in the order of 2.13's and 3.x's
 * defaults) and as XML.  t_ns is the sample's time stamp: its start, as JMeter is shipped.
 */
enum vstatus in_jtl_csv(struct toolout *o, struct slice text, struct verr *err);
enum vstatus in_jtl_xml(struct toolout *o, struct slice text, struct verr *err);

/* wrk and wrk2: one report; everything is stated. */
enum vstatus in_wrk(struct toolout *o, struct slice text, struct verr *err);

/* hey: summary (stated), and one row a request. */
enum vstatus in_hey(struct toolout *o, struct slice text, struct verr *err);
enum vstatus in_hey_csv(struct toolout *o, struct slice text, struct verr *err);

/* netperf: tables below banners, any number of tests in one text; omni's CSV and KEY=VALUE. */
enum vstatus in_netperf(struct toolout *o, struct slice text, struct verr *err);
enum vstatus in_netperf_csv(struct toolout *o, struct slice text, struct verr *err);
enum vstatus in_netperf_keyval(struct toolout *o, struct slice text, struct verr *err);

/* iperf3 -J, any number of documents; iperf -y C. */
enum vstatus in_iperf3(struct toolout *o, struct slice text, struct verr *err);
enum vstatus in_iperf2_csv(struct toolout *o, struct slice text, struct verr *err);

#endif
