#ifndef VANTAGE_CORE_OPT_H
#define VANTAGE_CORE_OPT_H
/*
 * opt - command and option tables: dispatch, --help and hints for unknown names come from the
 * same rows.
 *
 * Options and operands may be mixed ("vanalyze rtt DIR --csv"); "--" ends the options; "-" is an
 * operand.  --name=value and --name value are the same; short options may be bundled.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

enum opt_kind {
	OPT_FLAG,     /* bool *: set to true */
	OPT_TEXT,     /* const char **: last one wins */
	OPT_LIST,     /* struct opt_list *: collects every occurrence */
	OPT_INT,      /* int64_t *: decimal integer within [min, max] */
	OPT_REAL,     /* double *: within [min, max] */
	OPT_DURATION, /* int64_t *: nanoseconds, from "100ms", "10s", "2" (seconds) */
	OPT_CHOICE,   /* int *: sets *target to `choice` (--csv and --json sharing one variable) */
};

struct opt_list {
	const char **items; /* n arguments; the array is on the heap */
	size_t n;
	size_t cap;
};

struct opt {
	const char *name; /* long name without --; NULL ends the table */
	char letter;      /* short name, 0 none */
	enum opt_kind kind;
	void *target;
	const char *arg; /* name of the argument in --help, NULL for flags */
	const char *help;
	double min; /* OPT_INT, OPT_REAL, OPT_DURATION (in ns); min == max: no limits */
	double max;
	int choice; /* OPT_CHOICE */
};

struct command {
	const char *name;                  /* NULL ends the table */
	const char *operands;              /* "DATASET|RUN|FILE..." */
	const char *help;                  /* one line */
	const char *more;                  /* paragraphs for --help of the command; may be NULL */
	int (*run)(int argc, char **argv); /* argv[0] is the command's name; returns exit status */
};

/*
 * opt_parse - read argv[1..argc) by the table.
 *   *operands out: the n operands, pointers into argv (reordered in place)
 *   Returns V_EUSAGE with a message that suggests the nearest name, or V_END when --help was
 *   asked for and printed to stdout.
 *   usage_line  "vanalyze rtt [OPTION]... DATASET|RUN|FILE...";  about: text for --help.
 *     Under command_main() both may be NULL: they are then made from the command's row; and
 *     the row's `more` is printed behind the options in any case.
 *   --help and -h are always there, -h unless the table uses the letter.
 */
enum vstatus opt_parse(char ***operands, size_t *n, int argc, char **argv, const struct opt *table,
	const char *usage_line, const char *about, struct verr *err);
void opt_list_release(struct opt_list *l);

/*
 * command_main - the whole of a program's main(): "--version", "--help", "help CMD", dispatch,
 *   unknown commands with a hint, and the check that stdout was really written.
 *   fallback: the command that runs when argv[1] is no command (vreport); NULL for none.  It
 *     gets argv as it is; "--help" then shows its options.
 *   Returns the exit status: the command's own, VEXIT_USAGE, or VEXIT_SYSTEM when standard
 *   output could not be written.
 */
int command_main(const char *program, const char *about, const struct command *table,
	const struct command *fallback, int argc, char **argv);

/* opt_nearest - the name in a NULL-terminated list that is closest to s, or NULL if none is. */
const char *opt_nearest(const char *s, const char *const *names);

/* VANTAGE_VERSION comes from the Makefile. */
#ifndef VANTAGE_VERSION
#define VANTAGE_VERSION "0"
#endif

#endif
