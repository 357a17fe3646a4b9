#ifndef VANTAGE_CAPTURE_SCRIPT_H
#define VANTAGE_CAPTURE_SCRIPT_H
/*
 * script - a file in which several commands and their outputs follow each other, and what their
 * runs are called.
 */
#include "capture/transcript.h"
#include "core/run.h"

struct script {
	const char *path;
	char *file;  /* what its parts are called in their runs */
	char *bytes; /* the text; `text` points into it */
	struct transcript text;
	uint32_t *repetition; /* of each part, from 1; NULL: no two have the same options */
};

/*
 * script_load - read an operand "[POINT=]FILE".
 *   V_OK   it holds more than one command of a known tool
 *   V_END  it does not, or is a capture: *s stays empty, and others will say what is wrong with it
 *   V_ELIMIT, V_EIO, V_EFORMAT  from file_slurp() and transcript_split()
 */
enum vstatus script_load(struct script *s, const char *operand, struct verr *err);
void script_release(struct script *s);

/*
 * script_report - say what is in no run: lines before the first command, commands of programs that
 *   are no tools.  Returns the number of outputs of tools among it.
 */
size_t script_report(const struct script *s);

/* script_base_id - on the heap: run_id, or the present time and the name. */
char *script_base_id(const char *run_id, const char *name);
/* script_id - on the heap: the base and the number of the part among the tools', from 1. */
char *script_id(const struct script *s, size_t part, const char *base);

/*
 * script_set_factors - what the options of the part's command give; and `repetition`, the number
 *   among those with equal options, where there are such.  Factors that the run has stay.
 */
void script_set_factors(struct run *r, const struct script *s, size_t part);

#endif
