#ifndef VANTAGE_CORE_PACKET_H
#define VANTAGE_CORE_PACKET_H
/*
 * packet - from a captured frame to addresses, ports and payload of its innermost IP packet.
 *
 * Link layers: Ethernet II, 802.3 LLC/SNAP, 802.1Q and 802.1ad (any depth up to the limit),
 * MPLS, PPPoE, Linux SLL and SLL2, BSD NULL/LOOP, raw IP, PPP, Cisco HDLC.  Network:
 * IPv4 with options and fragments, IPv6 with extension headers, AH; tunnels IP-in-IP (4 in 4, 4
 * in 6, 6 in 4, 6 in 6), GRE (keys, PPP, Ethernet, ERSPAN I-III), VXLAN, GENEVE, GTP-U, Teredo.
 * Transport: ICMP, ICMPv6, TCP, UDP.  Tunnels nest up to PACKET_DEPTH_MAX layers.
 *
 * Every frame ends in exactly one class.  Truncated (the capture did not keep the bytes we need)
 * and invalid (the bytes contradict the protocol) are different classes.  Checksums are not
 * verified: captures at the sender routinely hold unfilled ones.
 *
 * A frame that is truncated or invalid keeps the fields of the IP headers that were accepted before
 * the fault.  A UDP tunnel is known by its port, so a payload that does not look like one, and a
 * tunnel that carries no IP, leave the outer packet in the result.
 *
 * Lengths come from the IP header, never from caplen; an IPv4 total length of 0 (TSO) or an IPv6
 * payload length of 0 (BIG TCP without a hop-by-hop jumbo option) means "to the end of the frame".
 */
#include <stdbool.h>
#include <stdint.h>

#define PACKET_DEPTH_MAX 16

enum packet_class {
	PACKET_ECHO_REQUEST, /* ICMP or ICMPv6 echo */
	PACKET_ECHO_REPLY,
	PACKET_ICMP_OTHER,
	PACKET_TCP,      /* at least the 20 fixed bytes of the header captured */
	PACKET_UDP,      /* at least the 8 bytes of the header captured */
	PACKET_IP_OTHER, /* another IP protocol */
	PACKET_FRAGMENT, /* no transport header: a later fragment, or a tiny first one */
	PACKET_ARP,
	PACKET_NON_IP,       /* another EtherType, LLC, ... */
	PACKET_TRUNCATED,    /* cut before the fields that would have classified it */
	PACKET_INVALID,      /* header fields that contradict the protocol */
	PACKET_UNKNOWN_LINK, /* link type that we do not decode */
	PACKET_N_CLASSES,
};

/* packet_class_name - "echo request", ...: for the table that -v prints. */
const char *packet_class_name(enum packet_class c);

struct packet {
	enum packet_class cls;
	uint8_t family;     /* 4, 6, or 0 when there is no IP header */
	uint8_t proto;      /* IP protocol of the transport header */
	uint8_t depth;      /* tunnels unwrapped */
	bool fragment;      /* first fragment of several */
	const uint8_t *ip;  /* innermost IP header, NULL when family is 0 */
	uint32_t ip_caplen; /* captured bytes from there, link-layer padding excluded */
	const uint8_t *src; /* 4 or 16 bytes */
	const uint8_t *dst;
	uint16_t ip_id;     /* IPv4 identification; 0 for IPv6 */
	const uint8_t *l4;  /* transport header (ICMP: type) */
	uint32_t l4_caplen; /* captured bytes from there, padding excluded */
	uint32_t l4_len;    /* bytes from there on the wire */
	/* Fragments (cls PACKET_FRAGMENT, or fragment set): which part of which datagram */
	bool frag_more;       /* more fragments follow this one */
	uint32_t frag_id;     /* identification */
	uint32_t frag_offset; /* bytes of the datagram's fragmentable part before this one's */
	uint32_t frag_len;    /* bytes of it in this one, on the wire */
	/* ICMP echo */
	uint16_t echo_id;
	uint16_t echo_seq;
	/* TCP and UDP */
	uint16_t sport;
	uint16_t dport;
};

/*
 * packet_decode - classify one frame.
 *   *p        out: all of it, pointers into data
 *   linktype  LINKTYPE_ value
 *   data      caplen bytes;  len: length on the wire (>= caplen)
 *   ICMP echo: echo_id and echo_seq are set when cls is PACKET_ECHO_*, payload is l4 + 8.
 *   Never fails, reads nothing beyond caplen, allocates nothing.
 */
void packet_decode(
	struct packet *p, uint16_t linktype, const uint8_t *data, uint32_t caplen, uint32_t len);

#endif
