#ifndef VANTAGE_CAPTURE_ECHOED_H
#define VANTAGE_CAPTURE_ECHOED_H
/*
 * echoed - the options of a load tool's command line as factors of the run.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/run.h"

/*
 * echoed_factors - set the factors that the options of argv[n] stand for; a factor that the run
 *   has already keeps its level.
 *   program  of loadtool_program(); argv may have other programs before it ("sudo ping ...")
 */
void echoed_factors(struct run *r, const char *program, char *const *argv, size_t n);

/* One row of the table, for its check and for the manual. */
struct echoed_option {
	const char *program;
	const char *section; /* behind "--" of netperf: "--"; else NULL */
	const char *option;  /* "-t", "--time" */
	const char *factor;  /* NULL: what it sets is no property of the load */
	const char *second;  /* factor of the part behind a comma; NULL: none */
};

/* echoed_option - row i of the table; false behind the last one. */
bool echoed_option(struct echoed_option *o, size_t i);

#endif
