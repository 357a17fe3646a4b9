#ifndef VANTAGE_CAPTURE_JOIN_H
#define VANTAGE_CAPTURE_JOIN_H
/*
 * join - one run out of the parts that guest, host, client or server recorded.
 */
#include <stddef.h>

#include "core/err.h"

/*
 * join_runs - copy the parts' files into DATASET/runs/ID and write the joint run.json.
 *   *dir    out: the new run's directory; the caller frees it
 *   run_id  its name; NULL: the one that all parts bear (a "-2" that a collision added is no
 *           difference)
 *   paths[n] run directories, innermost first: their points are ordered one part after the other
 *
 * V_EUSAGE, before anything is made: the parts bear different ids and none was given; they differ
 * in platform, driver or the level of a factor; one host's name or one point's name occurs in two
 * parts (machines must be told apart by --host-name, points by IF:POINT); the run exists.
 */
enum vstatus join_runs(char **dir, const char *dataset, const char *run_id, char *const *paths,
	size_t n, struct verr *err);

#endif
