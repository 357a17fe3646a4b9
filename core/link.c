/*
 * link - the link layers below IP, by LINKTYPE_ value and by EtherType.
 *
 * Each decoder removes one header and hands the rest on: to an IP decoder (packet.c), or through
 * link_ethertype() to another link layer.  A payload length in a link header (802.3, PPPoE) cuts
 * the padding away; one that is larger than the frame is ignored, as IP has a better one.
 *
 * Sources: the link type registry of tcpdump.org (NULL, LOOP, RAW, SLL, SLL2, PPP, C_HDLC);
 * IEEE 802.3 clause 3.2.6, RFC 1042 (SNAP), IEEE 802.1Q; RFC 3032 and RFC 4385 (MPLS, control
 * word), RFC 2516 (PPPoE), RFC 1661 and 1662 (PPP).
 *
 * Behind the bottom label MPLS does not say what it carries.  Routers and we look at the first
 * nibble: 4 and 6 are IP, 1 is an associated channel, 0 is a control word in front of Ethernet,
 * all else is Ethernet.  As most MAC addresses start with the nibble 0 too, a control word is
 * doubted when a known EtherType is found only at the place where it would be without.
 *
 * Not done: IEEE 802.11, switch tags (DSA, Broadcom), MACsec, 802.1ah, PPP multilink and
 * compressed headers.
 */
#include <stddef.h>

#include "core/bytes.h"
#include "core/packet_int.h"

#define ETHER_LEN 14
#define LENGTH_FIELD_MAX 1500 /* above it is an EtherType */
#define VLAN_LEN 4
#define LLC_LEN 3
#define SNAP_LEN 8
#define MPLS_LEN 4
#define CONTROL_WORD_LEN 4
#define PPPOE_LEN 6
#define CHDLC_LEN 4
#define AF_LEN 4
#define SLL_LEN 16
#define SLL2_LEN 20
#define SLL_PROTO_LLC 4

static span_decoder arp, vlan, mpls, pppoe;

static const struct span_row ethertypes[] = {
	{0x0800, packet_ipv4},
	{0x86dd, packet_ipv6},
	{0x0806, arp},
	{0x8100, vlan}, /* 802.1Q */
	{0x88a8, vlan}, /* 802.1ad */
	{0x9100, vlan}, /* stacked tags before 802.1ad */
	{0x8847, mpls},
	{0x8848, mpls}, /* upstream-assigned label, RFC 5332 */
	{0x8864, pppoe},
};

enum packet_class
link_ethertype(struct packet *p, struct span *s, unsigned type)
{
	span_decoder *decode = SPAN_FIND(ethertypes, type);

	if (decode == NULL || s->layers == LAYERS_MAX)
		return PACKET_NON_IP;
	s->layers++;
	return decode(p, s);
}

static enum packet_class
arp(struct packet *p, struct span *s)
{
	(void)p;
	(void)s;
	return PACKET_ARP;
}

/* llc - 802.2, and SNAP with the organization codes that mean "an EtherType follows". */
static enum packet_class
llc(struct packet *p, struct span *s)
{
	uint32_t organization;
	unsigned type;

	if (s->cap < LLC_LEN)
		return span_short(s, LLC_LEN);
	if (s->p[0] != 0xaa || s->p[1] != 0xaa || s->p[2] != 3)
		return PACKET_NON_IP;
	if (s->cap < SNAP_LEN)
		return span_short(s, SNAP_LEN);
	organization = be32(s->p + 2) & 0xffffff;
	if (organization != 0 && organization != 0x0000f8)
		return PACKET_NON_IP;
	type = be16(s->p + 6);
	return link_ethertype(p, span_skip(s, SNAP_LEN), type);
}

/* type_or_length - what follows the type field of Ethernet and of a VLAN tag. */
static enum packet_class
type_or_length(struct packet *p, struct span *s, unsigned field)
{
	if (field > LENGTH_FIELD_MAX)
		return link_ethertype(p, s, field);
	span_limit(s, field);
	return llc(p, s);
}

enum packet_class
link_ethernet(struct packet *p, struct span *s)
{
	unsigned field;

	if (s->cap < ETHER_LEN)
		return span_short(s, ETHER_LEN);
	field = be16(s->p + 12);
	return type_or_length(p, span_skip(s, ETHER_LEN), field);
}

static enum packet_class
vlan(struct packet *p, struct span *s)
{
	unsigned field;

	if (s->cap < VLAN_LEN)
		return span_short(s, VLAN_LEN);
	field = be16(s->p + 2);
	return type_or_length(p, span_skip(s, VLAN_LEN), field);
}

/* pseudowire - Ethernet behind a control word, or behind none with a MAC address like one. */
static enum packet_class
pseudowire(struct packet *p, struct span *s)
{
	const uint32_t both_len = CONTROL_WORD_LEN + ETHER_LEN;

	if (s->cap < both_len)
		return span_short(s, both_len);
	if (SPAN_FIND(ethertypes, be16(s->p + 12)) != NULL &&
		SPAN_FIND(ethertypes, be16(s->p + CONTROL_WORD_LEN + 12)) == NULL)
		return link_ethernet(p, s);
	return link_ethernet(p, span_skip(s, CONTROL_WORD_LEN));
}

static enum packet_class
mpls(struct packet *p, struct span *s)
{
	bool bottom;

	do {
		if (s->cap < MPLS_LEN)
			return span_short(s, MPLS_LEN);
		bottom = (s->p[2] & 1) != 0;
		span_skip(s, MPLS_LEN);
	} while (!bottom);
	if (s->cap < 1)
		return span_short(s, 1);
	switch (s->p[0] >> 4) {
	case 0:
		return pseudowire(p, s);
	case 1:
		return PACKET_NON_IP;
	case 4:
		return packet_ipv4(p, s);
	case 6:
		return packet_ipv6(p, s);
	default:
		return link_ethernet(p, s);
	}
}

static const struct span_row ppp_protocols[] = {
	{0x0021, packet_ipv4},
	{0x0057, packet_ipv6},
	{0x0281, mpls},
	{0x0283, mpls},
};

/* link_ppp - with or without address and control field, and with a 1-byte protocol (PFC) too. */
enum packet_class
link_ppp(struct packet *p, struct span *s)
{
	span_decoder *decode;
	bool compressed;

	if (s->cap < 2)
		return span_short(s, 2);
	if (be16(s->p) == 0xff03)
		span_skip(s, 2);
	if (s->cap < 2)
		return span_short(s, 2);
	compressed = (s->p[0] & 1) != 0;
	decode = SPAN_FIND(ppp_protocols, compressed ? s->p[0] : be16(s->p));
	return decode ? decode(p, span_skip(s, compressed ? 1 : 2)) : PACKET_NON_IP;
}

static enum packet_class
pppoe(struct packet *p, struct span *s)
{
	uint32_t payload_len;

	if (s->cap < PPPOE_LEN)
		return span_short(s, PPPOE_LEN);
	if (s->p[0] != 0x11)
		return PACKET_INVALID;
	if (s->p[1] != 0) /* discovery */
		return PACKET_NON_IP;
	payload_len = be16(s->p + 4);
	span_skip(s, PPPOE_LEN);
	span_limit(s, payload_len);
	return link_ppp(p, s);
}

static enum packet_class
cisco_hdlc(struct packet *p, struct span *s)
{
	unsigned type;

	if (s->cap < CHDLC_LEN)
		return span_short(s, CHDLC_LEN);
	type = be16(s->p + 2);
	return link_ethertype(p, span_skip(s, CHDLC_LEN), type);
}

/* ppp_hdlc - PPP in HDLC-like framing, or Cisco HDLC: the address byte tells. */
static enum packet_class
ppp_hdlc(struct packet *p, struct span *s)
{
	if (s->cap < 1)
		return span_short(s, 1);
	return s->p[0] == 0x0f || s->p[0] == 0x8f ? cisco_hdlc(p, s) : link_ppp(p, s);
}

/* Address families of the systems that write NULL and LOOP headers. */
static const struct span_row families[] = {
	{2, packet_ipv4}, {10, packet_ipv6}, /* Linux */
	{24, packet_ipv6},                   /* NetBSD, OpenBSD, Npcap */
	{28, packet_ipv6},                   /* FreeBSD */
	{30, packet_ipv6},                   /* macOS */
};

static enum packet_class
address_family(struct packet *p, struct span *s, uint32_t family)
{
	span_decoder *decode = SPAN_FIND(families, family);

	return decode ? decode(p, span_skip(s, AF_LEN)) : PACKET_NON_IP;
}

/* null - the family is in the byte order of the capturing host; families are small numbers. */
static enum packet_class
null(struct packet *p, struct span *s)
{
	uint32_t family;

	if (s->cap < AF_LEN)
		return span_short(s, AF_LEN);
	family = be32(s->p);
	return address_family(p, s, family > UINT16_MAX ? le32(s->p) : family);
}

static enum packet_class
loop(struct packet *p, struct span *s)
{
	if (s->cap < AF_LEN)
		return span_short(s, AF_LEN);
	return address_family(p, s, be32(s->p));
}

/*
 * cooked - the payload of an SLL or SLL2 header.  For some device types the protocol field holds
 * something else than an EtherType: frame relay, radiotap and netlink.
 */
static enum packet_class
cooked(struct packet *p, struct span *s, unsigned device, unsigned protocol)
{
	if (device == 770 || device == 803 || device == 824)
		return PACKET_NON_IP;
	return protocol == SLL_PROTO_LLC ? llc(p, s) : link_ethertype(p, s, protocol);
}

static enum packet_class
sll(struct packet *p, struct span *s)
{
	const uint8_t *h = s->p;

	if (s->cap < SLL_LEN)
		return span_short(s, SLL_LEN);
	return cooked(p, span_skip(s, SLL_LEN), be16(h + 2), be16(h + 14));
}

static enum packet_class
sll2(struct packet *p, struct span *s)
{
	const uint8_t *h = s->p;

	if (s->cap < SLL2_LEN)
		return span_short(s, SLL2_LEN);
	return cooked(p, span_skip(s, SLL2_LEN), be16(h + 8), be16(h));
}

static const struct span_row linktypes[] = {
	{1, link_ethernet}, /* ETHERNET */
	{113, sll},         /* LINUX_SLL */
	{276, sll2},        /* LINUX_SLL2 */
	{101, packet_ip},   /* RAW */
	{12, packet_ip},    /* DLT_RAW of most systems, found in files */
	{14, packet_ip},    /* DLT_RAW of OpenBSD */
	{228, packet_ipv4}, /* IPV4 */
	{229, packet_ipv6}, /* IPV6 */
	{0, null},          /* NULL */
	{108, loop},        /* LOOP */
	{9, ppp_hdlc},      /* PPP */
	{50, ppp_hdlc},     /* PPP_HDLC */
	{51, pppoe},        /* PPP_ETHER */
	{104, cisco_hdlc},  /* C_HDLC */
};

enum packet_class
link_decode(struct packet *p, struct span *s, uint16_t linktype)
{
	span_decoder *decode = SPAN_FIND(linktypes, linktype);

	return decode ? decode(p, s) : PACKET_UNKNOWN_LINK;
}
