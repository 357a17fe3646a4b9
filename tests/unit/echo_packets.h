#ifndef VANTAGE_TESTS_ECHO_PACKETS_H
#define VANTAGE_TESTS_ECHO_PACKETS_H
/*
 * echo_packets - echo messages byte by byte, decoded by core/packet and handed to echo_add().
 *
 * A test writes a capture as an array of struct pk, in the order of the file:
 *
 *   {Q(0, .seq = 1), A(3 * MS, .seq = 1)}
 *
 * A reply has the same .src and .dst as its request: they are the asker and the asked.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "analyze/echo.h"

#define MS INT64_C(1000000)
#define S INT64_C(1000000000)
#define PAYLOAD_BYTES 56
#define LINKTYPE_RAW 101

struct pk {
	bool used;
	bool reply;
	int64_t t_ns;
	bool v6;
	uint8_t src; /* last byte of the address */
	uint8_t dst;
	uint16_t id;
	uint16_t seq;
	uint8_t pay;    /* what fills the payload */
	uint8_t tail;   /* added to its last byte */
	uint8_t cut;    /* payload bytes that the capture did not keep */
	uint16_t ip_id; /* IPv6: flow label */
	uint8_t hops;   /* fewer to go than 64 */
};

#define Q(t, ...)                                      \
	{                                              \
		.used = true, .t_ns = (t), __VA_ARGS__ \
	}
#define A(t, ...)                                                     \
	{                                                             \
		.used = true, .reply = true, .t_ns = (t), __VA_ARGS__ \
	}

static inline void
pk_addresses(uint8_t *src, uint8_t *dst, size_t n, const struct pk *k)
{
	src[0] = dst[0] = n == 4 ? 10 : 0xfd;
	src[n - 1] = k->reply ? k->dst : k->src;
	dst[n - 1] = k->reply ? k->src : k->dst;
}

/* RFC 791, 8200, 792, 4443; checksums 0, which nobody verifies.  Returns where ICMP begins. */
static inline uint8_t *
pk_ip_header(uint8_t *ip, const struct pk *k)
{
	if (k->v6) {
		ip[0] = 0x60;
		ip[2] = (uint8_t)(k->ip_id >> 8);
		ip[3] = (uint8_t)k->ip_id;
		ip[5] = 8 + PAYLOAD_BYTES;
		ip[6] = 58;
		ip[7] = (uint8_t)(64 - k->hops);
		pk_addresses(ip + 8, ip + 24, 16, k);
		return ip + 40;
	}
	ip[0] = 0x45;
	ip[3] = 20 + 8 + PAYLOAD_BYTES;
	ip[4] = (uint8_t)(k->ip_id >> 8);
	ip[5] = (uint8_t)k->ip_id;
	ip[8] = (uint8_t)(64 - k->hops);
	ip[9] = 1;
	pk_addresses(ip + 12, ip + 16, 4, k);
	return ip + 20;
}

/* pk_add - build, decode, hand over. */
static inline void
pk_add(struct echo *e, const struct pk *k, uint64_t number)
{
	uint8_t bytes[40 + 8 + PAYLOAD_BYTES] = {0};
	uint8_t *icmp = pk_ip_header(bytes, k);
	uint32_t len = (uint32_t)(icmp - bytes) + 8 + PAYLOAD_BYTES;
	struct packet p;

	icmp[0] = k->v6 ? (k->reply ? 129 : 128) : (k->reply ? 0 : 8);
	icmp[4] = (uint8_t)(k->id >> 8);
	icmp[5] = (uint8_t)k->id;
	icmp[6] = (uint8_t)(k->seq >> 8);
	icmp[7] = (uint8_t)k->seq;
	memset(icmp + 8, k->pay, PAYLOAD_BYTES);
	icmp[8 + PAYLOAD_BYTES - 1] = (uint8_t)(k->pay + k->tail);
	packet_decode(&p, LINKTYPE_RAW, bytes, len - k->cut, len);
	echo_add(e, k->t_ns, number, &p);
}

#endif
