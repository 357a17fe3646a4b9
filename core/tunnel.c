/*
 * tunnel - IP packets inside IP packets: by IP protocol number, and by UDP port.
 *
 * An IP protocol number is a statement: what it carries must be what it says, else the frame is
 * PACKET_INVALID.  A UDP port is only a hint: a payload that does not look like the tunnel (fixed
 * bits, lengths, an IP header that fits) leaves the outer packet as plain UDP.  In both cases
 * something that is not IP inside leaves the outer packet in the result, and so does the limit of
 * PACKET_DEPTH_MAX tunnels.
 *
 *   IP in IP                 RFC 2003 (4), RFC 4213 and 2473 (41)
 *   GRE (47)                 RFC 2784, RFC 2890 (key, sequence number); UDP port 4754 RFC 8086
 *   GRE version 1            RFC 2637 (PPTP)
 *   ERSPAN I, II, III        draft-foschiano-erspan-03
 *   Cisco metadata in GRE    from captures: no public specification
 *   VXLAN                    RFC 7348; port 8472 is what Linux used first
 *   GENEVE                   RFC 8926
 *   GTP-U                    3GPP TS 29.281 sections 5.1 and 5.2
 *   Teredo                   RFC 4380 section 5.1.1
 *
 * Tunnels are recognised by the destination port, as the source port is chosen for load
 * balancing; only Teredo servers answer from theirs.
 *
 * Not done: GRE with source routes (RFC 1701), ESP, L2TP, CAPWAP, VXLAN-GPE, Teredo at ports other
 * than the server's.
 */
#include <stddef.h>

#include "core/bytes.h"
#include "core/packet_int.h"

#define GRE_LEN 4
#define GRE_CHECKSUM 0x8000
#define GRE_ROUTING 0x4000
#define GRE_KEY 0x2000
#define GRE_SEQUENCE 0x1000
#define GRE_ACK 0x0080
#define GRE_VERSION_MASK 7
#define GRE_PROTO_PPP 0x880b
#define GRE_PROTO_ERSPAN 0x88be

#define ERSPAN2_LEN 8
#define ERSPAN3_LEN 12
#define ERSPAN3_SUBHEADER_LEN 8
#define ERSPAN3_FRAME_IP 2

#define METADATA_LEN 8
#define METADATA_V1_TAG 0x0101

#define VXLAN_LEN 8
#define VXLAN_FLAG_VNI 0x08

#define GENEVE_LEN 8
#define GENEVE_PROTO_ETHERNET 0x6558

#define GTPU_LEN 8
#define GTPU_OPTIONAL_LEN 4
#define GTPU_FLAG_EXTENSION 0x04
#define GTPU_FLAGS_OPTIONAL 0x07
#define GTPU_TYPE_PACKET 255

#define TEREDO_ORIGIN_LEN 8
#define TEREDO_AUTH_LEN 13

/* mirrored - an Ethernet frame that a switch copied, and may have cut to fit its tunnel. */
static enum packet_class
mirrored(struct packet *p, struct span *s)
{
	s->beyond = PACKET_TRUNCATED;
	return link_ethernet(p, s);
}

static enum packet_class
erspan2(struct packet *p, struct span *s)
{
	if (s->cap < ERSPAN2_LEN)
		return span_short(s, ERSPAN2_LEN);
	return s->p[0] >> 4 == 1 ? mirrored(p, span_skip(s, ERSPAN2_LEN)) : PACKET_NON_IP;
}

static enum packet_class
erspan3(struct packet *p, struct span *s)
{
	uint32_t header_len = ERSPAN3_LEN;
	unsigned bits;

	if (s->cap < ERSPAN3_LEN)
		return span_short(s, ERSPAN3_LEN);
	if (s->p[0] >> 4 != 2)
		return PACKET_NON_IP;
	bits = be16(s->p + 10); /* P 1, frame type 5, hardware 6, D 1, granularity 2, O 1 */
	if ((bits & 1) != 0)
		header_len += ERSPAN3_SUBHEADER_LEN;
	if (s->cap < header_len)
		return span_short(s, header_len);
	span_skip(s, header_len);
	switch (bits >> 10 & 31) {
	case 0:
		return mirrored(p, s);
	case ERSPAN3_FRAME_IP:
		s->beyond = PACKET_TRUNCATED;
		return packet_ip(p, s);
	default:
		return PACKET_NON_IP;
	}
}

/* cisco_metadata - EtherType of the payload, version 1, one option word: a security group tag. */
static enum packet_class
cisco_metadata(struct packet *p, struct span *s)
{
	unsigned type;

	if (s->cap < METADATA_LEN)
		return span_short(s, METADATA_LEN);
	if (be16(s->p + 2) != METADATA_V1_TAG)
		return PACKET_NON_IP;
	type = be16(s->p);
	return link_ethertype(p, span_skip(s, METADATA_LEN), type);
}

/* What GRE carries, beside the EtherTypes. */
static const struct span_row gre_protocols[] = {
	{0x6558, link_ethernet},
	{GRE_PROTO_PPP, link_ppp},
	{GRE_PROTO_ERSPAN, erspan2},
	{0x22eb, erspan3},
	{0x8909, cisco_metadata},
};

static enum packet_class
gre_v0(struct packet *p, struct span *s, unsigned flags, unsigned proto)
{
	uint32_t header_len = GRE_LEN;
	span_decoder *decode;

	if ((flags & GRE_ROUTING) != 0)
		return PACKET_NON_IP;
	header_len += (flags & GRE_CHECKSUM) != 0 ? 4 : 0;
	header_len += (flags & GRE_KEY) != 0 ? 4 : 0;
	header_len += (flags & GRE_SEQUENCE) != 0 ? 4 : 0;
	if (s->cap < header_len)
		return span_short(s, header_len);
	span_skip(s, header_len);
	if (proto == GRE_PROTO_ERSPAN && (flags & GRE_SEQUENCE) == 0) /* type I: no header */
		return mirrored(p, s);
	decode = SPAN_FIND(gre_protocols, proto);
	return decode ? decode(p, s) : link_ethertype(p, s, proto);
}

/* gre_v1 - PPTP: the key holds the payload length; without a sequence number it is a mere ack. */
static enum packet_class
gre_v1(struct packet *p, struct span *s, unsigned flags, unsigned proto)
{
	uint32_t header_len = GRE_LEN + 4 + 4;
	uint32_t payload_len;

	if (proto != GRE_PROTO_PPP || (flags & GRE_KEY) == 0 || (flags & GRE_SEQUENCE) == 0)
		return PACKET_NON_IP;
	header_len += (flags & GRE_ACK) != 0 ? 4 : 0;
	if (s->cap < header_len)
		return span_short(s, header_len);
	payload_len = be16(s->p + GRE_LEN);
	span_skip(s, header_len);
	span_limit(s, payload_len);
	return link_ppp(p, s);
}

static enum packet_class
gre(struct packet *p, struct span *s)
{
	unsigned flags;

	if (s->cap < GRE_LEN)
		return span_short(s, GRE_LEN);
	flags = be16(s->p);
	switch (flags & GRE_VERSION_MASK) {
	case 0:
		return gre_v0(p, s, flags, be16(s->p + 2));
	case 1:
		return gre_v1(p, s, flags, be16(s->p + 2));
	default:
		return PACKET_NON_IP;
	}
}

static const struct span_row proto_tunnels[] = {
	{4, packet_ipv4},
	{41, packet_ipv6},
	{47, gre},
};

enum packet_class
tunnel_proto(struct packet *p, struct span *s)
{
	span_decoder *decode = SPAN_FIND(proto_tunnels, p->proto);
	enum packet_class cls;

	if (decode == NULL || p->depth == PACKET_DEPTH_MAX)
		return PACKET_IP_OTHER;
	cls = decode(p, s);
	return cls == PACKET_NON_IP || cls == PACKET_ARP ? PACKET_IP_OTHER : cls;
}

static enum packet_class
vxlan(struct packet *p, struct span *s)
{
	if (s->cap < VXLAN_LEN)
		return span_short(s, VXLAN_LEN);
	if ((s->p[0] & VXLAN_FLAG_VNI) == 0)
		return PACKET_INVALID;
	return link_ethernet(p, span_skip(s, VXLAN_LEN));
}

static enum packet_class
geneve(struct packet *p, struct span *s)
{
	uint32_t header_len;
	unsigned proto;

	if (s->cap < GENEVE_LEN)
		return span_short(s, GENEVE_LEN);
	if (s->p[0] >> 6 != 0) /* version */
		return PACKET_INVALID;
	header_len = GENEVE_LEN + (s->p[0] & 63) * 4U;
	if (s->cap < header_len)
		return span_short(s, header_len);
	proto = be16(s->p + 2);
	span_skip(s, header_len);
	return proto == GENEVE_PROTO_ETHERNET ? link_ethernet(p, s) : link_ethertype(p, s, proto);
}

/* gtpu_extensions - skips the chain of extension headers; type is that of the first. */
static enum packet_class
gtpu_extensions(struct packet *p, struct span *s, unsigned type)
{
	while (type != 0) {
		uint32_t len;

		if (s->cap < 4)
			return span_short(s, 4);
		len = s->p[0] * 4U;
		if (len == 0)
			return PACKET_INVALID;
		if (s->cap < len)
			return span_short(s, len);
		type = s->p[len - 1];
		span_skip(s, len);
	}
	return packet_ip(p, s);
}

static enum packet_class
gtpu(struct packet *p, struct span *s)
{
	uint32_t payload_len;
	unsigned flags, extension = 0;

	if (s->cap < GTPU_LEN)
		return span_short(s, GTPU_LEN);
	flags = s->p[0];
	if (flags >> 4 != 3 || s->p[1] != GTPU_TYPE_PACKET) /* version 1, protocol type GTP */
		return PACKET_INVALID;
	payload_len = be16(s->p + 2);
	span_skip(s, GTPU_LEN);
	if (payload_len > s->len && s->beyond == PACKET_INVALID)
		return PACKET_INVALID;
	span_limit(s, payload_len);
	if ((flags & GTPU_FLAGS_OPTIONAL) != 0) {
		if (s->cap < GTPU_OPTIONAL_LEN)
			return span_short(s, GTPU_OPTIONAL_LEN);
		extension = (flags & GTPU_FLAG_EXTENSION) != 0 ? s->p[3] : 0;
		span_skip(s, GTPU_OPTIONAL_LEN);
	}
	return gtpu_extensions(p, s, extension);
}

/* teredo - the authentication and the origin indication may precede the packet, in this order. */
static enum packet_class
teredo(struct packet *p, struct span *s)
{
	if (s->cap < 4)
		return span_short(s, 4);
	if (be16(s->p) == 1) {
		uint32_t auth_len = TEREDO_AUTH_LEN + (uint32_t)s->p[2] + s->p[3];

		if (s->cap < auth_len)
			return span_short(s, auth_len);
		span_skip(s, auth_len);
	}
	if (s->cap < 2)
		return span_short(s, 2);
	if (be16(s->p) == 0) {
		if (s->cap < TEREDO_ORIGIN_LEN)
			return span_short(s, TEREDO_ORIGIN_LEN);
		span_skip(s, TEREDO_ORIGIN_LEN);
	}
	return packet_ipv6(p, s);
}

static const struct udp_tunnel {
	uint16_t port;
	bool answers; /* sends from the port as well */
	span_decoder *decode;
} udp_tunnels[] = {
	{4789, false, vxlan},
	{8472, false, vxlan},
	{6081, false, geneve},
	{2152, false, gtpu},
	{3544, true, teredo},
	{4754, false, gre},
};

static span_decoder *
udp_tunnel_find(const struct packet *p)
{
	for (unsigned i = 0; i < sizeof udp_tunnels / sizeof udp_tunnels[0]; i++) {
		const struct udp_tunnel *t = &udp_tunnels[i];

		if (p->dport == t->port || (t->answers && p->sport == t->port))
			return t->decode;
	}
	return NULL;
}

enum packet_class
tunnel_udp(struct packet *p, struct span *s)
{
	span_decoder *decode = udp_tunnel_find(p);
	const unsigned depth = p->depth;
	enum packet_class cls;

	if (decode == NULL || depth == PACKET_DEPTH_MAX)
		return PACKET_UDP;
	cls = decode(p, s);
	if (cls == PACKET_NON_IP || cls == PACKET_ARP ||
		(cls == PACKET_INVALID && p->depth == depth))
		return PACKET_UDP;
	return cls;
}
