#ifndef VANTAGE_CORE_OPT_INT_H
#define VANTAGE_CORE_OPT_INT_H
/*
 * opt_int - private to opt.c (options), opt_help.c (texts), opt_nearest.c (hints) and
 * opt_command.c (commands).
 */
#include "core/opt.h"
#include "core/str.h"

#define OPT_NAME_MAX_BYTES 63 /* of names that hints are given for */

/* The row that command_main() runs, for usage lines; NULL before. */
struct opt_running {
	const char *program;
	const struct command *command;
};
extern struct opt_running opt_running;

bool opt_takes_argument(const struct opt *o);
/* opt_find_letter - the row of a letter; NULL for none. */
const struct opt *opt_find_letter(const struct opt *table, char letter);
/* opt_add_paragraphs - wrapped; lines that begin with a blank (examples) stay as they are. */
void opt_add_paragraphs(struct strbuf *out, const char *text);
/* opt_add_row - the right side of a two-column list; the left one stands in *out already, its line
 *   began at `begin`. */
void opt_add_row(struct strbuf *out, size_t begin, size_t width, const char *help);
/* opt_print_help - what --help shows. */
void opt_print_help(const struct opt *table, const char *usage_line, const char *about);

#endif
