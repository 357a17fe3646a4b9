#ifndef VANTAGE_CAPTURE_TOOL_H
#define VANTAGE_CAPTURE_TOOL_H
/*
 * tool - the load tool that `vcap run` starts: what it is called, its version, its output.
 */
#include <sys/types.h>

#include "core/err.h"
#include "core/json.h"

struct tool {
	char *const *argv; /* ends in NULL; the caller's */
	const char *name; /* ping, also behind "ip netns exec NAME"; the command's own if unknown */
	char *file;       /* for its output: "ping.txt" */
	char *version;    /* NULL not known */
	int exit;         /* -1: not run */
};

/* tool_recognise - fills *t from a command line; starts nothing.  tool_release frees. */
void tool_recognise(struct tool *t, char *const *argv);
void tool_release(struct tool *t);

/*
 * tool_run - ask its version, run it, copy its standard output to ours and into DIR/file (which
 *   gets the directory's owner).
 *   Afterwards t->exit is its exit status: 128 + signal when a signal ended it, 126 when it cannot
 *   be started, 127 when it is not found.  V_EIO: our own failure.
 */
enum vstatus tool_run(struct tool *t, const char *dir, struct verr *err);

/* tool_json - as the recording wants it, on one line; heap. */
char *tool_json(const struct tool *t);

#endif
