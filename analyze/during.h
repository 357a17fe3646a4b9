#ifndef VANTAGE_ANALYZE_DURING_H
#define VANTAGE_ANALYZE_DURING_H
/*
 * during - when the probes of a run were under way: the stretches of time to which its counters
 * are restricted.
 *
 * Only points on the clock of the counters count, since only these times can be compared.
 */
#include <stdbool.h>

#include "analyze/study.h"
#include "analyze/usage.h"

enum during_extent {
	DURING_WHOLE,     /* one stretch: from the first probe's begin to the last one's end */
	DURING_IN_FLIGHT, /* only while at least one was awaited */
};

/* The words for probes (--during) and their OBSERVE_ bits. */
#define DURING_N_PROBES 3
struct during_probe {
	const char *name;
	unsigned bit;
};
extern const struct during_probe during_probes[DURING_N_PROBES];

struct during {
	struct usage_span *items; /* heap; ascending and disjoint */
	size_t n;
	size_t cap;
};

/*
 * during_of - the stretches of one run.
 *   what  OBSERVE_ bits; the observations must have kept their samples (and TCP its flows)
 *   host  whose clock; NULL, like a point without host, fits any
 *   Echo probes last from request to reply, HTTP requests from their first byte to the response's
 *   last, TCP connections from their first packet to the last; what was never answered is left out.
 */
void during_of(struct during *d, const struct study *s, const struct study_run *sr, unsigned what,
	const char *host, enum during_extent extent);
void during_release(struct during *d);

#endif
