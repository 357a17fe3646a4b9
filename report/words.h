#ifndef VANTAGE_REPORT_WORDS_H
#define VANTAGE_REPORT_WORDS_H
/*
 * words - names of factors and metrics, as the results have them, in the words of a report.
 *
 * A name's parts are joined by "_"; its last part may be a unit, as in packet_rate_pps, and then
 * belongs to the value: "packet rate 100 pps", and above a column "Packet rate (pps)".
 */
#include "core/str.h"
#include "report/doc.h"

/* words_title - a heading: "Load type", "Packet rate (pps)". */
const char *words_title(struct doc *d, const char *name);
/* words_plain - within a sentence, unit and all: "packet rate pps", "load type". */
const char *words_plain(struct doc *d, const char *name);
/* words_level - "packet rate 100 pps", "load type cpu"; appended to *out. */
void words_level(struct strbuf *out, const char *name, const char *level);
/* words_amount - "100 pps" where the name has a unit, else as words_level(); appended to *out. */
void words_amount(struct strbuf *out, const char *name, const char *level);
/* words_metric - a metric within a sentence, without its unit: "TCP round trip" of tcp_ack_ns. */
const char *words_metric(struct doc *d, const char *metric);

#endif
