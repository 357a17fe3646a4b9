#ifndef VANTAGE_TESTS_GEN_PAIRGEN_H
#define VANTAGE_TESTS_GEN_PAIRGEN_H
/*
 * pairgen - what the generators of two points share: frames are planned in memory for either
 * point, and written in order of time.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tests/gen/synth.h"

#define PAIRGEN_START_NS ((int64_t)1700000000 * 1000000000)

/* One sighting: what it shows is the generator's business. */
struct pairgen_event {
	int64_t t_ns;
	uint32_t order; /* of planning: decides between equal times */
	uint32_t what;
	uint32_t detail;
	uint8_t side; /* 0 the inner point, 1 the outer one */
};

/* Settings of gencap, and what is planned. */
struct pairgen {
	struct synth_rng rng;
	struct synth_pcap pcap[2]; /* open already */
	uint64_t n;
	int64_t interval_ns;
	bool clean;
	bool nat;
	const char *truth; /* path, or NULL */
	struct pairgen_event *events;
	size_t n_events;
	size_t cap_events;
};

void pairgen_add(struct pairgen *g, int64_t t_ns, int side, uint32_t what, uint32_t detail);
/* pairgen_write - sort, build each frame, write both captures, close them. */
void pairgen_write(struct pairgen *g,
	uint32_t (*frame)(void *ctx, uint8_t *frame, const struct pairgen_event *e), void *ctx);
/* pairgen_truth - the file, NULL when nobody wants it; pairgen_done closes it. */
FILE *pairgen_truth(const struct pairgen *g, const char *header);
void pairgen_done(struct pairgen *g, FILE *truth);

/* gencap_transit, gencap_proxy - the modes of gencap. */
void gencap_transit(struct pairgen *g);
void gencap_proxy(struct pairgen *g);

#endif
