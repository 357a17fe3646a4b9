#ifndef VANTAGE_CAPTURE_ADOPT_H
#define VANTAGE_CAPTURE_ADOPT_H
/*
 * adopt - make a run of files that others recorded: captures, outputs of tools, counters.
 */
#include <stdbool.h>
#include <stddef.h>

#include "capture/transcript.h"
#include "capture/when.h"
#include "core/err.h"
#include "core/run.h"

/* The point of what a load tool printed. */
#define ADOPT_APP "app"

struct adoption {
	struct run run;   /* platform, driver, factors and id are the caller's to set first */
	char *dir;        /* where the run goes; set by adopt_begin() */
	size_t n_made;    /* directories that adopt_begin() made: dir and those above it */
	int64_t first_ns; /* earliest and latest packet, TSTAMP_NONE without */
	int64_t last_ns;
	uint64_t n_packets;
	size_t n_problems; /* what was damaged or left out: reported, and the rest was adopted */
	struct when when;  /* day and zone of times that do not tell theirs: the caller's to set */
	int64_t counters_first_ns,
		counters_last_ns; /* of tables made of others' outputs, or NONE */
};

/*
 * adopt_begin - create DATASET/runs/ID (ID from the first packet's time and the name, unless the
 *   run has one; "-2" and so on when it exists).
 *   files  operands: "[POINT=]FILE"
 */
enum vstatus adopt_begin(struct adoption *a, const char *dataset, const char *name,
	char *const *files, size_t n, struct verr *err);

/*
 * adopt_file - one operand: capture, output of a tool, counters table, other CSV; told by its
 *   content.  What stands before "=" is a capture's point; of a tool's output and of counters the
 *   host, save ADOPT_APP (not told); "counters" and "counters.HOST" make a CSV a table of counters.
 *   Outputs of mpstat, sar and vmstat are kept, and made into a table of counters as well.
 */
enum vstatus adopt_file(struct adoption *a, const char *operand, struct verr *err);

/*
 * adopt_part - one command of a transcript and what it printed: a tool's output called `file`,
 *   with the command as its argv; its options become factors, unless the run has them.  An output
 *   that is not the tool's makes the run a failed one.
 */
enum vstatus adopt_part(
	struct adoption *a, const struct transcript_part *part, const char *file, struct verr *err);

/*
 * adopt_describe - take over what a partial run.json says: begin and end, hosts, events and other
 *   keys as they are; of points (found by name) order, interface, namespace, filter, host and
 *   drops; of tools (found by file) version, host, argv and exit status; of counters (found by
 *   file) the host.  Points, tools and counters that the run does not hold are passed over.
 */
enum vstatus adopt_describe(struct adoption *a, const char *path, struct verr *err);

/* adopt_end - write run.json and SHA256SUMS. */
enum vstatus adopt_end(struct adoption *a, struct verr *err);
/* adopt_abandon - the import failed: remove what was made and written of the run. */
void adopt_abandon(struct adoption *a);
void adopt_release(struct adoption *a);

#endif
