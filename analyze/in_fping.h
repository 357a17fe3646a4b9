#ifndef VANTAGE_ANALYZE_IN_FPING_H
#define VANTAGE_ANALYZE_IN_FPING_H
/*
 * in_fping - private to in_ping: the lines that fping prints.
 */
#include "analyze/pingobs.h"

/* fping_line - read one line into po; SAID_NOTHING if fping prints no such line. */
enum ping_said fping_line(struct pingobs *po, const struct pingline *l);

#endif
