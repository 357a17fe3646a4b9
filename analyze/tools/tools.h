#ifndef VANTAGE_ANALYZE_TOOLS_TOOLS_H
#define VANTAGE_ANALYZE_TOOLS_TOOLS_H
/*
 * tools - the reader for each form of load tools' output that core/loadtool recognises.
 */
#include "analyze/tools/toolout.h"
#include "core/loadtool.h"

/* tools_can_read - is there a reader for it? */
bool tools_can_read(enum load_kind kind);

/*
 * tools_read - recognise a text and read it.
 *   o     uninitialised; to be released whatever comes
 *   name  of the file: for messages, and a hint where the text has no sign of its own
 *   V_EFORMAT when no load tool printed it, nothing reads that form, or nothing in it is usable;
 *   V_ELIMIT as the readers.
 */
enum vstatus
tools_read(struct toolout *o, const char *text, size_t len, const char *name, struct verr *err);

#endif
