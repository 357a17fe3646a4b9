#ifndef VANTAGE_CAPTURE_ADOPT_INT_H
#define VANTAGE_CAPTURE_ADOPT_INT_H
/*
 * adopt_int - what the files of adopt share: operands, captures, and what is text.
 */
#include "capture/adopt.h"

struct operand {
	char *point; /* what stands before "="; NULL: not given */
	const char *path;
};

/* operand_parse - "[POINT=]FILE", where a file of the whole name is one; release frees. */
struct operand operand_parse(const char *arg);
void operand_release(struct operand *o);

/* adopt_capture - a pcap or pcapng file, as (a further part of) a point's. */
enum vstatus adopt_capture(struct adoption *a, const struct operand *o, struct verr *err);

/* adopt_text - anything else: output of a tool, or a table of counters. */
enum vstatus adopt_text(struct adoption *a, const struct operand *o, struct verr *err);

#endif
