#ifndef VANTAGE_TESTS_UNIT_TCP_PACKETS_H
#define VANTAGE_TESTS_UNIT_TCP_PACKETS_H
/*
 * tcp_packets - decoded TCP packets out of one-line descriptions, without a capture around them.
 *
 * Sequence and acknowledgment numbers are relative to the initial ones of the side that they count
 * for, so that a SYN has seq 0 and the first byte has seq 1.
 */
#include <stdint.h>
#include <string.h>

#include "analyze/segment.h"
#include "core/packet.h"

struct tcp_line {
	int64_t t_ns;
	char from;      /* 'C' client, 'S' server */
	unsigned flags; /* TCP_ bits */
	uint32_t seq;
	uint32_t ack;
	const char *data; /* NULL none */
	uint32_t len;     /* on the wire; 0: that of data */
	uint32_t tsval;   /* 0: no time stamps */
	uint32_t tsecr;
	uint16_t port; /* the client's; 0: 40000 */
};

struct tcp_frame {
	struct packet p;
	uint8_t bytes[60 + 4096];
};

/* The two initial sequence numbers: the server's wraps soon. */
#define TCP_CLIENT_ISN UINT32_C(1000)
#define TCP_SERVER_ISN UINT32_C(0xffffff80)

static inline void
put_be32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static inline const struct packet *
tcp_packet(struct tcp_frame *f, const struct tcp_line *l)
{
	static const uint8_t addr[2][4] = {{10, 0, 0, 1}, {10, 0, 0, 2}};
	bool server = l->from == 'S';
	uint32_t header = l->tsval ? 32 : 20, n = l->data ? (uint32_t)strlen(l->data) : 0;
	uint16_t client = l->port ? l->port : 40000;

	memset(f, 0, sizeof *f);
	put_be32(f->bytes + 4, l->seq + (server ? TCP_SERVER_ISN : TCP_CLIENT_ISN));
	put_be32(f->bytes + 8, l->ack + (server ? TCP_CLIENT_ISN : TCP_SERVER_ISN));
	f->bytes[12] = (uint8_t)(header / 4 << 4);
	f->bytes[13] = (uint8_t)l->flags;
	f->bytes[14] = 1; /* a window that is not zero */
	if (l->tsval) {
		put_be32(f->bytes + 20, 0x0101080a);
		put_be32(f->bytes + 24, l->tsval);
		put_be32(f->bytes + 28, l->tsecr);
	}
	if (n)
		memcpy(f->bytes + header, l->data, n);
	f->p = (struct packet){.cls = PACKET_TCP,
		.family = 4,
		.proto = 6,
		.l4 = f->bytes,
		.src = addr[server],
		.dst = addr[!server],
		.sport = server ? 80 : client,
		.dport = server ? client : 80,
		.l4_caplen = header + n,
		.l4_len = header + (l->len ? l->len : n)};
	return &f->p;
}

#endif
