#ifndef VANTAGE_ANALYZE_SEGMENT_H
#define VANTAGE_ANALYZE_SEGMENT_H
/*
 * segment - the fields of a TCP segment (RFC 9293 section 3.1), with the options that measuring
 * needs: time stamps (RFC 7323) and SACK blocks (RFC 2018, RFC 2883).
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/packet.h"

enum tcp_flag { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };

struct segment {
	uint32_t seq;        /* of the first payload byte; of the SYN when there is one */
	uint32_t ack;        /* meaningless without TCP_ACK */
	uint16_t window;     /* as on the wire, not scaled */
	uint8_t flags;       /* TCP_ bits */
	uint32_t len;        /* payload on the wire */
	uint32_t caplen;     /* payload captured, from the front */
	const uint8_t *data; /* caplen bytes, valid as long as the packet */
	bool has_timestamps;
	uint32_t tsval;
	uint32_t tsecr;
	bool has_dsack; /* a first SACK block, [dsack_from, dsack_to): the caller judges it */
	uint32_t dsack_from;
	uint32_t dsack_to;
};

/*
 * segment_decode - from a packet of class PACKET_TCP.  Options are not read, see segment_options().
 *   Lengths come from the IP header: a cut packet has caplen below len.  The header was found
 *   consistent by packet_decode(); a first fragment may end within it, and then has no payload.
 */
void segment_decode(struct segment *s, const struct packet *p);

/* segment_options - fill in time stamps and the first SACK block, as far as captured. */
void segment_options(struct segment *s, const struct packet *p);

#endif
