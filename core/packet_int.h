#ifndef VANTAGE_CORE_PACKET_INT_H
#define VANTAGE_CORE_PACKET_INT_H
/*
 * packet_int - what packet.c (IP and transport), link.c (link layers) and tunnel.c share.
 *
 * Private to these three files.  Every decoder takes the result so far and the span of the frame
 * that belongs to its layer, advances the span past its header, and returns the class of the whole
 * frame.  Decoders write to the result only once they have accepted an IP header (or a transport
 * header behind it), so one that gives up leaves the result as the outer packet filled it in.
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/packet.h"

/*
 * The number of EtherType dispatches in one frame, tunnels included: it bounds the recursion, as
 * each cycle through the decoders (Ethernet in MPLS in Ethernet, ...) passes through one.
 */
#define LAYERS_MAX 64

/* What is left of a frame at some layer.  Invariant: cap <= len. */
struct span {
	const uint8_t *p;
	uint32_t cap;   /* captured bytes from p */
	uint32_t len;   /* bytes from p on the wire, as the layer below says */
	uint8_t layers; /* EtherType dispatches so far */
	/*
	 * The class of a frame in which we need more than len bytes: PACKET_INVALID, unless the
	 * rest is known to be elsewhere (the next fragment, or cut off by a mirroring switch).
	 */
	enum packet_class beyond;
};

typedef enum packet_class span_decoder(struct packet *p, struct span *s);

/* A row of the tables that map a number of the layer below to the next decoder. */
struct span_row {
	uint16_t number;
	span_decoder *decode;
};

/* span_short - the class of a frame whose span has fewer than n captured bytes. */
static inline enum packet_class
span_short(const struct span *s, uint32_t n)
{
	return s->len >= n ? PACKET_TRUNCATED : s->beyond;
}

/* span_skip - passes over the first n bytes, which are captured. */
static inline struct span *
span_skip(struct span *s, uint32_t n)
{
	s->p += n;
	s->cap -= n;
	s->len -= n;
	return s;
}

/* span_limit - cuts away what lies behind the first n bytes: padding and trailers. */
static inline void
span_limit(struct span *s, uint32_t n)
{
	s->len = n < s->len ? n : s->len;
	s->cap = n < s->cap ? n : s->cap;
}

/* span_find - the decoder of a number, or NULL. */
static inline span_decoder *
span_find(const struct span_row *rows, unsigned n_rows, unsigned number)
{
	for (unsigned i = 0; i < n_rows; i++)
		if (rows[i].number == number)
			return rows[i].decode;
	return NULL;
}

#define SPAN_FIND(rows, number) span_find(rows, sizeof(rows) / sizeof((rows)[0]), number)

/* packet.c: an IP header and all behind it; packet_ip goes by the version nibble. */
span_decoder packet_ipv4, packet_ipv6, packet_ip;

/* link.c: a link header and all behind it. */
span_decoder link_ethernet, link_ppp;

/* link_decode - by LINKTYPE_ value.  link_ethertype - the payload of an EtherType. */
enum packet_class link_decode(struct packet *p, struct span *s, uint16_t linktype);
enum packet_class link_ethertype(struct packet *p, struct span *s, unsigned type);

/*
 * tunnel_proto - the payload of the IP protocol p->proto, which is not a transport protocol:
 * unwrapped when it is a tunnel, else PACKET_IP_OTHER.
 * tunnel_udp - a UDP payload, ports in p: unwrapped when it is a tunnel, else PACKET_UDP.
 */
enum packet_class tunnel_proto(struct packet *p, struct span *s);
enum packet_class tunnel_udp(struct packet *p, struct span *s);

#endif
