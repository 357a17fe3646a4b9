#ifndef VANTAGE_ANALYZE_PINGSUM_H
#define VANTAGE_ANALYZE_PINGSUM_H
/*
 * pingsum - private to in_ping: the summary of a ping, and its lines that carry nothing.
 */
#include "analyze/pingobs.h"

/* ping_summary_line - title, totals, and spread of the round trip times. */
enum ping_said ping_summary_line(struct pingobs *po, const struct pingline *l);
/* ping_noise_line - what ping programs print that is about no single probe. */
enum ping_said ping_noise_line(struct pingobs *po, const struct pingline *l);

#endif
