#ifndef VANTAGE_CAPTURE_PLACE_H
#define VANTAGE_CAPTURE_PLACE_H
/*
 * place - where the files of the sources are on this machine: the namespaces and CPUs there are,
 * the processes and control groups that are watched.  Found once, before the first sample.
 */
#include <stddef.h>

#include "capture/counters.h"
#include "capture/sources.h"
#include "core/err.h"

#define PLACE_THREADS_MAX 256  /* of one watch that are recorded one by one */
#define PLACE_CHILDREN_MAX 256 /* likewise */

struct place {
	enum source_scope scope;
	char *instance; /* as it stands in the columns' names */
	char *dir;      /* below root; of SOURCE_CGROUP1 below the controller's directory */
	int fd;         /* the directory itself, the caller's; -1: dir says it */
};

struct places {
	struct place *items;
	size_t n;
	size_t cap;
};

/*
 * places_find - all of them but SOURCE_NIC, in the order of their columns.
 *   V_EUSAGE when a watch is malformed, or there is no such process or control group.
 *   Threads and children of a watch beyond the limits above are left out with a warning.
 */
enum vstatus places_find(struct places *p, const struct counters_params *params, struct verr *err);
void places_release(struct places *p);

/* places_add - strings are handed over (heap); fd -1 for none. */
void places_add(struct places *p, enum source_scope scope, char *instance, char *dir, int fd);

/* watch_add - the places of one watch, "NAME=PID" or "NAME=CGROUP" (capture/watch.c). */
enum vstatus watch_add(struct places *p, const char *root, const char *watch, struct verr *err);

#endif
