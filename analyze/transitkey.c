/*
 * transitkey - hashes of what forwarding keeps; see transitkey.h.
 *
 * A router changes the TTL, the header checksum and perhaps the DSCP and ECN bits; a translator of
 * addresses (RFC 3022) also addresses, ports or ICMP identifiers, and the checksums over them; many
 * clamp the MSS option of a SYN.  Everything else stays: protocol, length, the identification of
 * IPv4, sequence numbers, flags, time stamps and payload.  That is hashed, payload as far as both
 * points captured it.
 *
 * An ICMP error quotes a packet whose addresses are translated, too: of it only identification,
 * protocol and length count.  Of a fragment behind the first there is no transport header: its
 * place in the datagram counts.
 *
 * Not done: packets that the function itself takes apart or puts together (fragmentation, GRO, TSO)
 * are other packets behind it.
 */
#include "analyze/transitkey.h"

#include <string.h>

#include "analyze/hash.h"
#include "analyze/segment.h"

#define PROTO_ICMPV6 58
#define ICMP_HEADER_BYTES 8
#define UDP_HEADER_BYTES 8
#define IPV6_BYTES 40

/* What is hashed besides the payload; zeroed, so that padding is. */
struct fixed {
	uint32_t kind; /* class, family, protocol, flags of TCP or type and code of ICMP */
	uint32_t len;  /* behind the IP headers, on the wire */
	uint32_t id;
	uint32_t fragment; /* offset, and whether more follow */
	uint32_t words[4];
};

/* ---- payload ---- */

static uint32_t
bytes_of(const struct packet *p)
{
	if (p->l4)
		return (uint32_t)(p->l4 - p->ip) + p->l4_len;
	if (p->family == 4)
		return (p->ip[0] & 15) * 4U + p->frag_len;
	return IPV6_BYTES + be16(p->ip + 4);
}

/* Bytes of p's payload, which begins at `data`, that both points have. */
static uint32_t
common(const struct packet *p, const uint8_t *data, uint32_t caplen, uint32_t limit_bytes)
{
	uint32_t before = (uint32_t)(data - p->ip);

	if (before >= limit_bytes)
		return 0;
	return caplen < limit_bytes - before ? caplen : limit_bytes - before;
}

static uint64_t
finish(const struct fixed *f, const struct packet *p, const uint8_t *data, uint32_t caplen,
	uint32_t limit_bytes)
{
	uint64_t h = hash_bytes((const uint8_t *)f, sizeof *f, hash_seed());

	return hash_bytes(data, common(p, data, caplen, limit_bytes), h);
}

/* The part behind a header of n bytes. */
static uint64_t
finish_behind(const struct fixed *f, const struct packet *p, uint32_t n, uint32_t limit_bytes)
{
	uint32_t skip = p->l4_caplen < n ? p->l4_caplen : n;

	return finish(f, p, p->l4 + skip, p->l4_caplen - skip, limit_bytes);
}

/* ---- protocols ---- */

static uint64_t
tcp_content(struct fixed *f, const struct packet *p, uint32_t limit_bytes)
{
	struct segment s;

	segment_decode(&s, p);
	segment_options(&s, p);
	f->kind |= s.flags;
	f->words[0] = s.seq;
	f->words[1] = s.flags & TCP_ACK ? s.ack : 0;
	f->words[2] = s.has_timestamps ? s.tsval : 0;
	f->words[3] = s.has_timestamps ? s.tsecr : 0;
	return finish(f, p, s.data, s.caplen, limit_bytes);
}

static bool
is_icmp_error(const struct packet *p)
{
	uint8_t type = p->l4[0];

	if (p->proto == PROTO_ICMPV6)
		return type < 128;
	return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

static uint64_t
icmp_error_content(struct fixed *f, const struct packet *p, uint32_t limit_bytes)
{
	const uint8_t *q = p->l4 + ICMP_HEADER_BYTES;
	uint32_t n = p->l4_caplen - ICMP_HEADER_BYTES;

	n = common(p, q, n, limit_bytes);
	f->words[0] = be32(p->l4 + 4); /* MTU, pointer */
	if (p->family == 4 && n >= 10) {
		f->words[1] = be32(q + 2); /* length and identification */
		f->words[2] = q[9];
	} else if (p->family == 6 && n >= 8) {
		f->words[1] = be32(q + 4) >> 8; /* length and next header */
	}
	return finish(f, p, p->l4 + p->l4_caplen, 0, limit_bytes);
}

static uint64_t
icmp_content(struct fixed *f, const struct packet *p, uint32_t limit_bytes)
{
	f->kind |= be16(p->l4);
	if (p->cls == PACKET_ICMP_OTHER) {
		if (is_icmp_error(p) && p->l4_caplen >= ICMP_HEADER_BYTES)
			return icmp_error_content(f, p, limit_bytes);
		return finish_behind(f, p, 4, limit_bytes);
	}
	f->words[0] = p->echo_seq;
	return finish_behind(f, p, ICMP_HEADER_BYTES, limit_bytes);
}

/* A fragment ends with the IP packet. */
static uint64_t
fragment_content(const struct fixed *f, const struct packet *p, uint32_t limit_bytes)
{
	uint32_t total = bytes_of(p), before = total > p->frag_len ? total - p->frag_len : total;

	if (before > p->ip_caplen)
		before = p->ip_caplen;
	return finish(f, p, p->ip + before, p->ip_caplen - before, limit_bytes);
}

static uint64_t
content_of(const struct packet *p, uint32_t limit_bytes)
{
	struct fixed f = {.kind = (uint32_t)p->family << 24 | (uint32_t)p->proto << 16,
		.len = p->l4_len,
		.id = p->ip_id};

	if (p->fragment || p->cls == PACKET_FRAGMENT) {
		f.len = p->frag_len;
		f.id = p->frag_id;
		f.fragment = p->frag_offset << 1 | p->frag_more;
	}
	switch (p->cls) {
	case PACKET_TCP:
		return tcp_content(&f, p, limit_bytes);
	case PACKET_UDP:
		return finish_behind(&f, p, UDP_HEADER_BYTES, limit_bytes);
	case PACKET_ECHO_REQUEST:
	case PACKET_ECHO_REPLY:
	case PACKET_ICMP_OTHER:
		return icmp_content(&f, p, limit_bytes);
	case PACKET_IP_OTHER:
		return finish_behind(&f, p, 0, limit_bytes);
	default:
		return fragment_content(&f, p, limit_bytes);
	}
}

/* ---- addresses ---- */

/* Unspecified, loopback, link-local, multicast, broadcast: RFC 6890, RFC 4291. */
static bool
is_local4(const uint8_t *a)
{
	return a[0] == 0 || a[0] == 127 || a[0] >= 224 || (a[0] == 169 && a[1] == 254);
}

static bool
is_local6(const uint8_t *a)
{
	static const uint8_t zero[15];

	return a[0] == 0xff || (a[0] == 0xfe && (a[1] & 0xc0) == 0x80) ||
		(!memcmp(a, zero, 15) && a[15] <= 1);
}

static struct transit_ends
ends_of(const struct packet *p)
{
	struct transit_ends e = {
		.family = p->family, .proto = p->proto, .port = {p->sport, p->dport}};
	size_t n = p->family == 4 ? 4 : 16;

	memcpy(e.addr[0], p->src, n);
	memcpy(e.addr[1], p->dst, n);
	if (p->cls == PACKET_ECHO_REQUEST || p->cls == PACKET_ECHO_REPLY)
		e.port[p->cls == PACKET_ECHO_REPLY] = p->echo_id; /* of who asks */
	return e;
}

enum transit_kind
transitkey_of(struct transit_key *k, const struct packet *p, uint32_t limit_bytes)
{
	if (p->cls == PACKET_ARP || p->cls == PACKET_NON_IP)
		return TRANSIT_KIND_LOCAL;
	if (p->cls > PACKET_FRAGMENT)
		return TRANSIT_KIND_UNDECODED;
	if (p->family == 4 ? is_local4(p->src) || is_local4(p->dst)
			   : is_local6(p->src) || is_local6(p->dst))
		return TRANSIT_KIND_LOCAL;
	k->content = content_of(p, limit_bytes);
	k->ends = ends_of(p);
	k->bytes = bytes_of(p);
	k->numbered = p->ip_id || p->cls == PACKET_TCP;
	return TRANSIT_KIND_PACKET;
}

static bool
end_kept(const struct transit_ends *a, const struct transit_ends *b, int end)
{
	return a->port[end] == b->port[end] && !memcmp(a->addr[end], b->addr[end], 16);
}

int
transitkey_ends_kept(const struct transit_ends *a, const struct transit_ends *b)
{
	return end_kept(a, b, 0) + end_kept(a, b, 1);
}
