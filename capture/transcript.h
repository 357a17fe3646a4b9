#ifndef VANTAGE_CAPTURE_TRANSCRIPT_H
#define VANTAGE_CAPTURE_TRANSCRIPT_H
/*
 * transcript - a text in which scripts or people ran tools one after the other, each output behind
 * the command that was echoed: where the commands stand, and what they were.
 */
#include <stddef.h>

#include "core/err.h"
#include "core/str.h"

/* Far above any sweep; each becomes a run. */
#define TRANSCRIPT_PARTS_MAX 100000
#define TRANSCRIPT_WORDS_MAX 256

struct transcript_part {
	const char *program; /* of loadtool_program(); NULL: a command that is no tool's */
	char **argv;         /* the command's words, without prompt and redirections; owned */
	size_t n_argv;
	struct slice text; /* from the line of the command up to the next one */
	size_t line;       /* where that line stands, from 1 */
	size_t number;     /* which of the tools' parts it is, from 1 */
};

struct transcript {
	struct transcript_part *parts;
	size_t n_parts;
	size_t n_tools;        /* parts with a program */
	struct slice before;   /* what precedes the first command */
	size_t n_lines_before; /* its lines that are not blank */
};

/*
 * transcript_split - find the commands.  Slices point into the text.
 *   V_ELIMIT above TRANSCRIPT_PARTS_MAX; to be released also after a failure.
 */
enum vstatus transcript_split(struct transcript *t, const char *text, size_t len, struct verr *err);
void transcript_release(struct transcript *t);

#endif
