/*
 * packet - IP and transport: the part of frame decoding that every frame passes through.
 *
 * packet_decode() recognises the common frame (Ethernet II, IPv4) by itself and leaves the other
 * link layers to link.c.  An IP header is accepted by ip_accept(), the only place that replaces an
 * outer packet in the result by an inner one; the protocol behind it is looked up here when it is
 * ICMP, TCP or UDP, else in tunnel.c, which comes back here for the inner packet.  The call chain
 * is a recursion, bounded by PACKET_DEPTH_MAX tunnels and LAYERS_MAX link layers.
 *
 * Lengths: an IP header that claims more than the frame held on the wire is believed and the
 * missing bytes count as not captured, since tools that cut frames and forget to keep the
 * original length are common.  An inner header that claims more than the outer IP header leaves
 * room for is a contradiction (PACKET_INVALID).
 *
 * PACKET_TCP promises the 20 fixed bytes and PACKET_UDP the 8 bytes of the header, so that readers
 * of the result need not check again.  A first fragment too small for its transport header is
 * PACKET_FRAGMENT.
 *
 * Sources: RFC 791, 792, 8200, 4443, 9293, 768; RFC 2675 (jumbograms); RFC 4302 (AH; its 8-byte
 * form without authentication data is that of RFC 1826); RFC 6275, 7401, 5533 (mobility, HIP and
 * shim6 headers, which have the layout of an extension header).
 *
 * Not done: checksums, reassembly, IPv4 options, source routes (the destination is the one in the
 * IP header), the packet that an ICMP error quotes.
 */
#include "core/packet.h"

#include <stddef.h>

#include "core/bytes.h"
#include "core/packet_int.h"

#define LINKTYPE_ETHERNET 1
#define ETHER_LEN 14
#define ETHERTYPE_IPV4 0x0800

#define IPV4_LEN 20
#define IPV4_MORE_FRAGMENTS 0x2000
#define IPV4_OFFSET_MASK 0x1fff

#define IPV6_LEN 40
#define IPV6_OFFSET_MASK 0xfff8
#define IPV6_MORE_FRAGMENTS 1
#define IPV6_OPT_PAD1 0
#define IPV6_OPT_JUMBO 0xc2
#define IPV6_JUMBO_MIN 65536

#define ICMP_LEN 4
#define ECHO_LEN 8
#define TCP_LEN 20
#define UDP_LEN 8

enum ip_proto {
	PROTO_HOPOPTS = 0,
	PROTO_ICMP = 1,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_ROUTING = 43,
	PROTO_FRAGMENT = 44,
	PROTO_AH = 51,
	PROTO_ICMPV6 = 58,
	PROTO_NONE = 59,
	PROTO_DSTOPTS = 60,
	PROTO_MOBILITY = 135,
	PROTO_HIP = 139,
	PROTO_SHIM6 = 140,
};

static const char *const class_names[PACKET_N_CLASSES] = {
	[PACKET_ECHO_REQUEST] = "echo request",
	[PACKET_ECHO_REPLY] = "echo reply",
	[PACKET_ICMP_OTHER] = "other ICMP",
	[PACKET_TCP] = "TCP",
	[PACKET_UDP] = "UDP",
	[PACKET_IP_OTHER] = "other IP protocol",
	[PACKET_FRAGMENT] = "IP fragment",
	[PACKET_ARP] = "ARP",
	[PACKET_NON_IP] = "not IP",
	[PACKET_TRUNCATED] = "truncated",
	[PACKET_INVALID] = "invalid",
	[PACKET_UNKNOWN_LINK] = "unknown link type",
};

const char *
packet_class_name(enum packet_class c)
{
	return class_names[c];
}

/* ip_accept - makes an IP header of total_len bytes with its payload the packet that we report. */
static inline void
ip_accept(struct packet *p, const struct span *s, uint32_t total_len, uint8_t family)
{
	p->depth = (uint8_t)(p->depth + (p->family != 0));
	p->family = family;
	p->ip = s->p;
	p->ip_caplen = s->cap < total_len ? s->cap : total_len;
	p->src = s->p + (family == 4 ? 12 : 8);
	p->dst = s->p + (family == 4 ? 16 : 24);
	p->ip_id = family == 4 ? be16(s->p + 4) : 0;
	p->proto = s->p[family == 4 ? 9 : 6];
	p->l4 = NULL;
	p->l4_caplen = 0;
	p->l4_len = 0;
	p->sport = 0;
	p->dport = 0;
}

/* ip_too_long - does an inner packet claim more bytes than the outer one has room for? */
static inline bool
ip_too_long(const struct packet *p, const struct span *s, uint32_t total_len)
{
	return total_len > s->len && p->family != 0 && s->beyond == PACKET_INVALID;
}

static inline enum packet_class
icmp(struct packet *p, const struct span *s, uint8_t request, uint8_t reply)
{
	if (s->cap < ICMP_LEN)
		return span_short(s, ICMP_LEN);
	if ((s->p[0] != request && s->p[0] != reply) || s->p[1] != 0)
		return PACKET_ICMP_OTHER;
	if (s->cap < ECHO_LEN)
		return span_short(s, ECHO_LEN);
	p->echo_id = be16(s->p + 4);
	p->echo_seq = be16(s->p + 6);
	return s->p[0] == request ? PACKET_ECHO_REQUEST : PACKET_ECHO_REPLY;
}

static inline enum packet_class
tcp(struct packet *p, const struct span *s)
{
	uint32_t header_len;

	if (s->cap < TCP_LEN)
		return span_short(s, TCP_LEN);
	header_len = (s->p[12] >> 4) * 4U;
	if (header_len < TCP_LEN || (header_len > s->len && !p->fragment))
		return PACKET_INVALID;
	p->sport = be16(s->p);
	p->dport = be16(s->p + 2);
	return PACKET_TCP;
}

static inline enum packet_class
udp(struct packet *p, struct span *s)
{
	uint32_t udp_len;

	if (s->cap < UDP_LEN)
		return span_short(s, UDP_LEN);
	udp_len = be16(s->p + 4);
	if (udp_len == 0 && s->len > UINT16_MAX) /* jumbogram: RFC 2675 section 4 */
		udp_len = s->len;
	if (udp_len < UDP_LEN || (udp_len > s->len && !p->fragment))
		return PACKET_INVALID;
	p->sport = be16(s->p);
	p->dport = be16(s->p + 2);
	span_limit(s, udp_len);
	return tunnel_udp(p, span_skip(s, UDP_LEN));
}

/* transport - what follows the IP headers: the payload of p->proto. */
static inline __attribute__((always_inline)) enum packet_class
transport(struct packet *p, struct span *s)
{
	p->l4 = s->p;
	p->l4_caplen = s->cap;
	p->l4_len = s->len;
	if (p->proto == PROTO_TCP)
		return tcp(p, s);
	if (p->proto == PROTO_ICMP && p->family == 4)
		return icmp(p, s, 8, 0);
	if (p->proto == PROTO_UDP)
		return udp(p, s);
	if (p->proto == PROTO_ICMPV6 && p->family == 6)
		return icmp(p, s, 128, 129);
	return tunnel_proto(p, s);
}

/* extension_len - bytes of an extension header, of which 8 are there; 0 when it is none. */
static uint32_t
extension_len(uint8_t proto, const uint8_t *h)
{
	switch (proto) {
	case PROTO_HOPOPTS:
	case PROTO_ROUTING:
	case PROTO_DSTOPTS:
	case PROTO_MOBILITY:
	case PROTO_HIP:
	case PROTO_SHIM6:
		return (h[1] + 1U) * 8;
	case PROTO_FRAGMENT:
		return 8;
	case PROTO_AH:
		return (h[1] + 2U) * 4;
	default:
		return 0;
	}
}

static bool
is_extension(const struct packet *p)
{
	static const uint8_t any[8];

	return p->family == 4 ? p->proto == PROTO_AH : extension_len(p->proto, any) != 0;
}

/*
 * extensions - walks the headers between the IP header and the transport header: all of those of
 * IPv6, and AH also behind IPv4.  A second fragment header is refused, as receivers do: each
 * extension header but the destination options occurs at most once (RFC 8200 section 4.1).
 */
static enum packet_class
extensions(struct packet *p, struct span *s)
{
	bool fragment_seen = false;

	while (is_extension(p)) {
		uint32_t len;

		if (s->cap < 8)
			return span_short(s, 8);
		len = extension_len(p->proto, s->p);
		if (s->cap < len)
			return span_short(s, len);
		if (p->proto == PROTO_FRAGMENT) {
			unsigned bits = be16(s->p + 2);

			if (fragment_seen)
				return PACKET_INVALID;
			fragment_seen = true;
			p->frag_id = be32(s->p + 4);
			p->frag_offset = bits & IPV6_OFFSET_MASK;
			p->frag_len = s->len - len;
			p->frag_more = (bits & IPV6_MORE_FRAGMENTS) != 0;
			if ((bits & IPV6_OFFSET_MASK) != 0) {
				p->proto = s->p[0];
				return PACKET_FRAGMENT;
			}
			if ((bits & IPV6_MORE_FRAGMENTS) != 0) {
				p->fragment = true;
				s->beyond = PACKET_FRAGMENT;
			}
		}
		p->proto = s->p[0];
		span_skip(s, len);
	}
	return transport(p, s);
}

/* ipv4_first_fragment - note which part of its datagram this is; is it the first?  Kept out of
 * line: the common path has no fragments. */
static __attribute__((noinline)) bool
ipv4_first_fragment(struct packet *p, struct span *s, unsigned fragment, uint32_t len)
{
	p->frag_id = p->ip_id;
	p->frag_offset = (fragment & IPV4_OFFSET_MASK) * 8U;
	p->frag_len = len;
	p->frag_more = (fragment & IPV4_MORE_FRAGMENTS) != 0;
	if (p->frag_offset != 0)
		return false;
	p->fragment = true;
	s->beyond = PACKET_FRAGMENT;
	return true;
}

/* ipv4 - inlined into the common path and into packet_ipv4(). */
static inline __attribute__((always_inline)) enum packet_class
ipv4(struct packet *p, struct span *s)
{
	uint32_t header_len, total_len;
	unsigned fragment;

	if (s->cap < IPV4_LEN)
		return span_short(s, IPV4_LEN);
	header_len = (s->p[0] & 15) * 4U;
	total_len = be16(s->p + 2);
	if (total_len == 0)
		total_len = s->len;
	if (s->p[0] >> 4 != 4 || header_len < IPV4_LEN || total_len < header_len ||
		ip_too_long(p, s, total_len))
		return PACKET_INVALID;
	ip_accept(p, s, total_len, 4);
	s->beyond = PACKET_INVALID;
	fragment = be16(s->p + 6);
	if (__builtin_expect((fragment & (IPV4_OFFSET_MASK | IPV4_MORE_FRAGMENTS)) != 0, 0) &&
		!ipv4_first_fragment(p, s, fragment, total_len - header_len))
		return PACKET_FRAGMENT;
	s->cap = p->ip_caplen;
	s->len = total_len;
	if (s->cap < header_len)
		return PACKET_TRUNCATED;
	span_skip(s, header_len);
	return __builtin_expect(p->proto == PROTO_AH, 0) ? extensions(p, s) : transport(p, s);
}

enum packet_class
packet_ipv4(struct packet *p, struct span *s)
{
	return ipv4(p, s);
}

/*
 * jumbo_len - the payload length in the jumbo option of a hop-by-hop header (RFC 2675 section 2);
 * 0 when there is none, or it is not captured.
 */
static uint32_t
jumbo_len(const uint8_t *h, uint32_t cap)
{
	uint32_t end, at = 2;

	if (cap < 8)
		return 0;
	end = extension_len(PROTO_HOPOPTS, h);
	end = end < cap ? end : cap;
	while (at + 6 <= end) {
		if (h[at] == IPV6_OPT_JUMBO)
			return h[at + 1] == 4 ? be32(h + at + 2) : 0;
		at += h[at] == IPV6_OPT_PAD1 ? 1 : 2U + h[at + 1];
	}
	return 0;
}

/* ipv6_total_len - header and payload on the wire; 0 when the lengths are contradictory. */
static uint32_t
ipv6_total_len(const struct span *s)
{
	uint32_t payload_len = be16(s->p + 4);

	if (payload_len == 0 && s->p[6] == PROTO_HOPOPTS) {
		payload_len = jumbo_len(s->p + IPV6_LEN, s->cap - IPV6_LEN);
		if (payload_len != 0 &&
			(payload_len < IPV6_JUMBO_MIN || payload_len > UINT32_MAX - IPV6_LEN))
			return 0;
	}
	if (payload_len == 0 && s->p[6] != PROTO_NONE)
		return s->len;
	return IPV6_LEN + payload_len;
}

enum packet_class
packet_ipv6(struct packet *p, struct span *s)
{
	uint32_t total_len;

	if (s->cap < IPV6_LEN)
		return span_short(s, IPV6_LEN);
	total_len = ipv6_total_len(s);
	if (s->p[0] >> 4 != 6 || total_len == 0 || ip_too_long(p, s, total_len))
		return PACKET_INVALID;
	ip_accept(p, s, total_len, 6);
	s->beyond = PACKET_INVALID;
	s->cap = p->ip_caplen;
	s->len = total_len;
	return extensions(p, span_skip(s, IPV6_LEN));
}

enum packet_class
packet_ip(struct packet *p, struct span *s)
{
	if (s->cap < 1)
		return span_short(s, 1);
	return s->p[0] >> 4 == 6 ? packet_ipv6(p, s) : ipv4(p, s);
}

void
packet_decode(
	struct packet *p, uint16_t linktype, const uint8_t *data, uint32_t caplen, uint32_t len)
{
	struct span s = {data, caplen, len > caplen ? len : caplen, 0, PACKET_INVALID};

	*p = (struct packet){.cls = PACKET_INVALID};
	if (linktype == LINKTYPE_ETHERNET && caplen >= ETHER_LEN + IPV4_LEN &&
		be16(data + 12) == ETHERTYPE_IPV4)
		p->cls = ipv4(p, span_skip(&s, ETHER_LEN));
	else
		p->cls = link_decode(p, &s, linktype);
}
