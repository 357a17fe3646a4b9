#ifndef VANTAGE_ANALYZE_TRANSITKEY_H
#define VANTAGE_ANALYZE_TRANSITKEY_H
/*
 * transitkey - what of a packet survives forwarding: its identity at every point.
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/packet.h"

/* What address translation changes: source and destination. */
struct transit_ends {
	uint8_t addr[2][16]; /* IPv4: the first 4 bytes, the rest 0 */
	uint16_t port[2];    /* 0 without ports; an ICMP echo's identifier at the end that asks */
	uint8_t family;
	uint8_t proto;
};

struct transit_key {
	uint64_t content; /* equal for a packet wherever it is seen, but for collisions */
	struct transit_ends ends;
	uint32_t bytes; /* of the IP packet on the wire */
	bool numbered;  /* has an IPv4 identification or a TCP sequence number */
};

enum transit_kind {
	TRANSIT_KIND_PACKET,
	TRANSIT_KIND_LOCAL,     /* is not forwarded */
	TRANSIT_KIND_UNDECODED, /* what it is cannot be told */
};

/*
 * transitkey_of - the identity of a packet.
 *   *k  out, for TRANSIT_KIND_PACKET only
 *   limit_bytes  from the IP header on: beyond, payload is not looked at
 */
enum transit_kind
transitkey_of(struct transit_key *k, const struct packet *p, uint32_t limit_bytes);

/* transitkey_ends_kept - how many of source and destination two sightings have in common. */
int transitkey_ends_kept(const struct transit_ends *a, const struct transit_ends *b);

#endif
