#ifndef VANTAGE_TESTS_GEN_TCPGEN_H
#define VANTAGE_TESTS_GEN_TCPGEN_H
/*
 * tcpgen - what the generators of TCP captures share: segments planned in memory, sorted by time,
 * and built into Ethernet frames with time stamps (RFC 7323) and right checksums.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/gen/synth.h"

#define TCPGEN_START_NS ((int64_t)1700000000 * 1000000000)
#define TCPGEN_MSS 1448
#define TCPGEN_FRAME_MAX_BYTES 66000

enum tcpgen_flag { TCPGEN_FIN = 1, TCPGEN_SYN = 2, TCPGEN_PSH = 8, TCPGEN_ACK = 16 };

/* A connection: numbers of the client and of the server. */
struct tcpgen_conn {
	uint32_t addr[2];
	uint16_t port[2];
	uint32_t isn[2];
	uint32_t tick[2]; /* offsets of their time stamp clocks */
};

struct tcpgen_packet {
	int64_t t_ns;
	uint32_t order; /* of planning: decides between equal times */
	uint32_t conn;
	uint32_t seq;
	uint32_t ack;
	uint32_t tsval;
	uint32_t tsecr;
	int32_t request; /* HTTP: the first one with bytes in it */
	uint32_t offset; /* HTTP: of its payload in the stream */
	uint16_t len;
	uint8_t flags;
	uint8_t from; /* 0 the client, 1 the server */
};

/* Settings of gencap, and what is planned. */
struct tcpgen {
	struct synth_rng rng;
	struct synth_pcap pcap;
	uint64_t n;
	bool clean;
	bool plain;
	const char *truth; /* path, or NULL */
	struct tcpgen_packet *packets;
	size_t n_packets;
	size_t cap_packets;
	struct tcpgen_conn *conns;
	uint32_t n_conns;
	uint32_t cap_conns;
};

/* tcpgen_add - the next packet, zeroed but for the arguments; valid until the next call. */
struct tcpgen_packet *
tcpgen_add(struct tcpgen *g, int64_t t_ns, uint32_t conn, int from, int flags);
/* tcpgen_connect - append a connection; its index. */
uint32_t tcpgen_connect(struct tcpgen *g, const struct tcpgen_conn *c);
/* tcpgen_sort - into the order of the file. */
void tcpgen_sort(struct tcpgen *g);
/* tcpgen_tick - a clock of milliseconds with that offset. */
uint32_t tcpgen_tick(int64_t t_ns, uint32_t offset);
/* tcpgen_frame - build a frame whose payload's first n bytes are given; returns its length. */
uint32_t tcpgen_frame(uint8_t *frame, const struct tcpgen_packet *p, const struct tcpgen_conn *c,
	const void *payload, uint32_t n);
void tcpgen_release(struct tcpgen *g);

/* gencap_http, gencap_tcpts - the modes of gencap; the capture is open already. */
void gencap_http(struct tcpgen *g);
void gencap_tcpts(struct tcpgen *g);

#endif
