#ifndef VANTAGE_CAPTURE_ADOPT_H
#define VANTAGE_CAPTURE_ADOPT_H
/*
 * adopt - make a run of files that others recorded: captures, outputs of ping, counters.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/run.h"

struct adoption {
	struct run run;   /* platform, driver, factors and id are the caller's to set first */
	char *dir;        /* where the run goes; set by adopt_begin() */
	int64_t first_ns; /* earliest and latest packet, TSTAMP_NONE without */
	int64_t last_ns;
	uint64_t n_packets;
	size_t n_problems; /* damaged inputs: reported, what precedes the damage was adopted */
};

/*
 * adopt_begin - create DATASET/runs/ID (ID from the first packet's time and the name, unless the
 *   run has one; "-2" and so on when it exists).
 *   files  operands: "[POINT=]FILE"
 */
enum vstatus adopt_begin(struct adoption *a, const char *dataset, const char *name,
	char *const *files, size_t n, struct verr *err);

/* adopt_file - one operand: capture, ping output or counters table, told by its content. */
enum vstatus adopt_file(struct adoption *a, const char *operand, struct verr *err);

/*
 * adopt_describe - take over what a partial run.json says: begin and end, hosts, events and other
 *   keys as they are; of points (found by name) order, interface, namespace, filter, host and
 *   drops; of tools (found by file) version, host, argv and exit status; of counters (found by
 *   file) the host.  Points, tools and counters that the run does not hold are passed over.
 */
enum vstatus adopt_describe(struct adoption *a, const char *path, struct verr *err);

/* adopt_end - write run.json and SHA256SUMS. */
enum vstatus adopt_end(struct adoption *a, struct verr *err);
/* adopt_abandon - the import failed: remove what was written of the run. */
void adopt_abandon(struct adoption *a);
void adopt_release(struct adoption *a);

#endif
