/*
 * tcpgen - see tcpgen.h.
 */
#include "tests/gen/tcpgen.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#define IP_BYTES 20

static void *
grow(void *p, size_t n, size_t size_bytes)
{
	p = realloc(p, n * size_bytes);
	if (p == NULL)
		err(1, "%zu times %zu bytes", n, size_bytes);
	return p;
}

struct tcpgen_packet *
tcpgen_add(struct tcpgen *g, int64_t t_ns, uint32_t conn, int from, int flags)
{
	struct tcpgen_packet *p;

	if (g->n_packets == g->cap_packets) {
		g->cap_packets = g->cap_packets ? 2 * g->cap_packets : 1 << 16;
		g->packets = grow(g->packets, g->cap_packets, sizeof *g->packets);
	}
	p = &g->packets[g->n_packets];
	memset(p, 0, sizeof *p);
	p->t_ns = t_ns;
	p->conn = conn;
	p->from = (uint8_t)from;
	p->flags = (uint8_t)flags;
	p->order = (uint32_t)g->n_packets++;
	return p;
}

uint32_t
tcpgen_connect(struct tcpgen *g, const struct tcpgen_conn *c)
{
	if (g->n_conns == g->cap_conns) {
		g->cap_conns = g->cap_conns ? 2 * g->cap_conns : 4096;
		g->conns = grow(g->conns, g->cap_conns, sizeof *g->conns);
	}
	g->conns[g->n_conns] = *c;
	return g->n_conns++;
}

static int
by_time(const void *a, const void *b)
{
	const struct tcpgen_packet *x = a, *y = b;

	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

void
tcpgen_sort(struct tcpgen *g)
{
	qsort(g->packets, g->n_packets, sizeof *g->packets, by_time);
}

uint32_t
tcpgen_tick(int64_t t_ns, uint32_t offset)
{
	return (uint32_t)((uint64_t)(t_ns - TCPGEN_START_NS) / 1000000) + offset;
}

static void
put_ip(uint8_t *ip, const struct tcpgen_packet *p, const struct tcpgen_conn *c, uint32_t len)
{
	memset(ip, 0, IP_BYTES);
	ip[0] = 0x45;
	synth_put16(ip + 2, len);
	synth_put16(ip + 4, (uint16_t)synth_hash((uint64_t)p->t_ns));
	ip[6] = 0x40;
	ip[8] = 64;
	ip[9] = 6;
	synth_put32(ip + 12, c->addr[p->from]);
	synth_put32(ip + 16, c->addr[!p->from]);
	synth_put16(ip + 10, synth_sum_finish(synth_sum(0, ip, IP_BYTES)));
}

/* MSS 1460, SACK permitted, time stamps, window scale 7 with a SYN; else NOP NOP time stamps. */
static uint32_t
put_tcp(uint8_t *tcp, const struct tcpgen_packet *p, const struct tcpgen_conn *c)
{
	bool syn = p->flags & TCPGEN_SYN, ack = p->flags & TCPGEN_ACK;
	uint32_t len = syn ? 40 : 32;

	memset(tcp, 0, 40);
	synth_put16(tcp, c->port[p->from]);
	synth_put16(tcp + 2, c->port[!p->from]);
	synth_put32(tcp + 4, p->seq);
	synth_put32(tcp + 8, ack ? p->ack : 0);
	tcp[12] = (uint8_t)(len / 4 << 4);
	tcp[13] = p->flags;
	synth_put16(tcp + 14, syn ? 64240 : 502);
	if (syn) {
		memcpy(tcp + 20, "\x02\x04\x05\xb4\x04\x02\x08\x0a", 8);
		synth_put32(tcp + 28, p->tsval);
		synth_put32(tcp + 32, ack ? p->tsecr : 0);
		memcpy(tcp + 36, "\x01\x03\x03\x07", 4);
	} else {
		memcpy(tcp + 20, "\x01\x01\x08\x0a", 4);
		synth_put32(tcp + 24, p->tsval);
		synth_put32(tcp + 28, p->tsecr);
	}
	return len;
}

uint32_t
tcpgen_frame(uint8_t *frame, const struct tcpgen_packet *p, const struct tcpgen_conn *c,
	const void *payload, uint32_t n)
{
	uint8_t *ip = frame + 14, *tcp = ip + IP_BYTES;
	uint32_t header = put_tcp(tcp, p, c);
	uint64_t sum;

	memcpy(frame,
		p->from ? "\x02\0\0\0\0\x01\x02\0\0\0\0\x02" : "\x02\0\0\0\0\x02\x02\0\0\0\0\x01",
		12);
	synth_put16(frame + 12, 0x0800);
	put_ip(ip, p, c, IP_BYTES + header + p->len);
	if (n)
		memcpy(tcp + header, payload, n);
	if (n == p->len) {
		sum = synth_sum(0, ip + 12, 8) + 6 + header + p->len;
		synth_put16(tcp + 16, synth_sum_finish(synth_sum(sum, tcp, header + p->len)));
	}
	return 14 + IP_BYTES + header + p->len;
}

void
tcpgen_release(struct tcpgen *g)
{
	free(g->packets);
	free(g->conns);
}
