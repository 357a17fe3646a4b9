#ifndef VANTAGE_ANALYZE_PAIR_H
#define VANTAGE_ANALYZE_PAIR_H
/*
 * pair - find the same probe at two points of a run (METHODS, "Pairing two points").
 *
 * Never by absolute time: the points may have different clocks.
 */
#include <stddef.h>
#include <stdint.h>

#include "analyze/observation.h"

#define PAIR_NONE UINT32_MAX

struct pairing {
	uint32_t
		*outer_of; /* of each sample of the inner point its partner's index, or PAIR_NONE */
	size_t n_pairs;
	size_t unpaired_inner;
	size_t unpaired_outer;
	size_t undecidable; /* of the unpaired inner ones: partners exist, but not which */
};

/* pair_observations - both with their samples kept (sorted by time). */
void pair_observations(
	struct pairing *p, const struct observation *inner, const struct observation *outer);
void pairing_release(struct pairing *p);

#endif
