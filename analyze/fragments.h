#ifndef VANTAGE_ANALYZE_FRAGMENTS_H
#define VANTAGE_ANALYZE_FRAGMENTS_H
/*
 * fragments - when is a fragmented echo message complete?
 *
 * A host answers a message, and ping takes the time of a reply, when the last missing fragment is
 * there (RFC 791 section 3.2, RFC 8200 section 4.5); a message that lacks one was never received.
 * So a fragmented message bears the time of the fragment that completes it, as it does for
 * tshark.  Its identity (identifier, sequence number, payload) comes from the first fragment.
 *
 * FRAGMENTS_DATAGRAMS_MAX messages are followed at a time, each for FRAGMENTS_EXPIRY_NS; one that
 * has to give way or expires is counted as incomplete.
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/packet.h"

#define FRAGMENTS_DATAGRAMS_MAX 1024
#define FRAGMENTS_EXPIRY_NS INT64_C(30000000000)
#define FRAGMENTS_HEAD_BYTES 2048 /* of the first fragment that are kept */

struct fragments;

struct fragments *fragments_new(void);
void fragments_free(struct fragments *f);

/*
 * fragments_add - one fragment (p->cls PACKET_FRAGMENT or p->fragment set) of ICMP or ICMPv6.
 *   whole  out: the message as its first fragment shows it; dies with the next call
 *   True when this fragment completes an echo message.
 */
bool fragments_add(struct fragments *f, struct packet *whole, int64_t t_ns, const struct packet *p);

/* fragments_incomplete - echo messages that were or are lacking a fragment. */
uint64_t fragments_incomplete(const struct fragments *f);

#endif
