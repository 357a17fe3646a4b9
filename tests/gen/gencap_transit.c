/*
 * gencap_transit - packets that pass between two points, both ways, with known delays.
 *
 * 24 flows, by their number modulo 8:
 *
 *   0  TCP over IPv4           4  UDP, constant payload, identification 0
 *   1  UDP over IPv4           5  UDP in two fragments
 *   2  ICMP echo               6  SCTP
 *   3  UDP over IPv6           7  TCP over IPv6
 *
 * One packet starts every --interval, a third of them from the outer point inward.  Delays are
 * 5 us and a log-normal rest.  With --nat, the client of each IPv4 flow has another address
 * outside, and another port or echo identifier.  A hop less, and the outer point inside a VLAN.
 * Unless --clean, by independent draws:
 *
 *   L  1 %    lost
 *   D  0.3 %  the second point sees it twice; not of flows of kind 4
 *   R  0.5 %  held for some 50 intervals more
 *      0.2 %  ARP, multicast and cut-off packets besides, at either point
 *      0.05 % neighbouring records exchanged
 *
 * Same arguments, same bytes.  The truth has one row a packet, as its first sighting shows it;
 * `content` is equal for packets that look alike.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tests/gen/pairgen.h"

#define FLOWS 24
#define FIRST_NOISE 0xffffff00u /* events that are no packet */
#define ETHER_BYTES 14
#define FRAGMENT_BYTES 64 /* UDP header included, of the first of two */

enum kind { TCP4, UDP4, ECHO4, UDP6, CONSTANT4, FRAGMENTS4, SCTP4, TCP6, N_KINDS };
enum noise { ARP, MULTICAST, CUT_OFF, N_NOISES };

struct packet {
	int64_t t_ns;
	int64_t delay_ns; /* -1: lost */
	uint32_t flow;
	uint32_t number; /* on its flow and direction */
	uint16_t len;    /* payload; of a fragment behind the IP header */
	uint8_t part;    /* of two fragments: 0, 1 */
	uint8_t dups;
	bool inbound;
	bool held;
};

struct transit_gen {
	struct pairgen *g;
	struct packet *packets;
	uint32_t n;
	uint32_t next_number[FLOWS][2];
};

static enum kind
kind_of(uint32_t flow)
{
	return (enum kind)(flow % N_KINDS);
}

static bool
is_v6(uint32_t flow)
{
	return kind_of(flow) == UDP6 || kind_of(flow) == TCP6;
}

static uint8_t
proto_of(uint32_t flow)
{
	static const uint8_t protos[N_KINDS] = {6, 17, 1, 17, 17, 17, 132, 6};

	return protos[kind_of(flow)];
}

/* ---- what a point sees ---- */

struct ends {
	uint32_t addr[2]; /* the client's, the server's; IPv6: fd00::a.b.c.d */
	uint16_t port[2];
};

static struct ends
ends_of(const struct transit_gen *w, uint32_t flow, int side)
{
	bool translated = side && w->g->nat && !is_v6(flow);

	return (struct ends){
		{translated ? 0xc0000201u : 0x0a000001u + flow, 0xc6336401u + flow / N_KINDS},
		{(uint16_t)((translated ? 40000 : 5000) + flow), (uint16_t)(8000 + flow % 3)}};
}

static bool
shows_ports(const struct packet *p)
{
	uint8_t proto = proto_of(p->flow);

	return (proto == 6 || proto == 17) && !p->part;
}

/* ---- frames ---- */

static uint8_t *
put_ip(uint8_t *at, const struct packet *p, const struct ends *e, int side, uint32_t len)
{
	bool v6 = is_v6(p->flow), reply = p->inbound, second = side != (int)p->inbound;
	uint32_t src = e->addr[reply], dst = e->addr[!reply];
	uint8_t ttl = second ? 63 : 64;

	synth_put16(at, v6 ? 0x86dd : 0x0800);
	at += 2;
	memset(at, 0, 40);
	if (v6) {
		at[0] = 0x60;
		synth_put16(at + 4, len);
		at[6] = proto_of(p->flow);
		at[7] = ttl;
		at[8] = at[24] = 0xfd;
		synth_put32(at + 20, src);
		synth_put32(at + 36, dst);
		return at + 40;
	}
	at[0] = 0x45;
	synth_put16(at + 2, 20 + len);
	if (kind_of(p->flow) != CONSTANT4)
		synth_put16(at + 4, 1 + (p->number * 7 + p->flow) % 65535);
	if (kind_of(p->flow) == FRAGMENTS4)
		synth_put16(at + 6, p->part ? FRAGMENT_BYTES / 8 : 0x2000);
	at[8] = ttl;
	at[9] = proto_of(p->flow);
	synth_put32(at + 12, src);
	synth_put32(at + 16, dst);
	synth_put16(at + 10, synth_sum_finish(synth_sum(0, at, 20)));
	return at + 20;
}

/* The transport header; returns its length.  Its ports are what the checksum depends on, too, so
 * the checksum is another at either point: any number will do. */
static uint32_t
put_transport(uint8_t *at, const struct packet *p, const struct ends *e, uint32_t len)
{
	bool reply = p->inbound;

	if (p->part)
		return 0;
	memset(at, 0, 32);
	synth_put16(at, e->port[reply]);
	synth_put16(at + 2, e->port[!reply]);
	switch (proto_of(p->flow)) {
	case 6:
		synth_put32(at + 4, 1000 + p->number * 1448);
		synth_put32(at + 8, 77 + p->number / 2);
		at[12] = 8 << 4;
		at[13] = 0x10;
		synth_put16(at + 16, e->addr[0] + e->port[0]);
		memcpy(at + 20, "\x01\x01\x08\x0a", 4);
		synth_put32(at + 24, p->number);
		return 32;
	case 17:
		synth_put16(at + 4, 8 + len + (kind_of(p->flow) == FRAGMENTS4 ? 200 : 0));
		synth_put16(at + 6, e->addr[0] + e->port[0]);
		return 8;
	case 1:
		at[0] = reply ? 0 : 8;
		at[1] = 0;
		synth_put16(at + 2, e->port[0]);
		synth_put16(at + 4, e->port[0]);
		synth_put16(at + 6, p->number);
		return 8;
	default: /* SCTP: ports, which no translator of this generator touches, and a tag */
		synth_put32(at, 0x1f901f90);
		synth_put32(at + 4, p->flow);
		return 12;
	}
}

static void
put_payload(uint8_t *at, const struct packet *p)
{
	for (uint32_t i = 0; i < p->len; i++)
		at[i] = kind_of(p->flow) == CONSTANT4
			? 0x55
			: (uint8_t)synth_hash(((uint64_t)p->number << 24 | p->flow << 16 |
						      (uint64_t)p->inbound << 15) +
				  i / 4 + p->part);
}

static uint32_t
noise_frame(uint8_t *frame, enum noise noise)
{
	memset(frame, 0, 60);
	frame[0] = frame[6] = 2;
	synth_put16(frame + 12, noise == ARP ? 0x0806 : 0x0800);
	if (noise == ARP)
		return 42;
	if (noise == CUT_OFF)
		return 24; /* within the IP header */
	frame[14] = 0x45;
	synth_put16(frame + 16, 28);
	frame[23] = 17;
	synth_put32(frame + 26, 0x0a000001);
	synth_put32(frame + 30, 0xe0000001);
	synth_put16(frame + 38, 8);
	return 42;
}

static uint32_t
build(void *ctx, uint8_t *frame, const struct pairgen_event *e)
{
	const struct transit_gen *w = ctx;
	uint8_t *at = frame + 12, *l4;
	const struct packet *p;
	struct ends ends;
	uint32_t header;

	if (e->what >= FIRST_NOISE)
		return noise_frame(frame, (enum noise)(e->what - FIRST_NOISE));
	p = &w->packets[e->what];
	ends = ends_of(w, p->flow, e->side);
	memset(frame, 0, 12);
	frame[0] = frame[6] = 2;
	frame[5] = (uint8_t)(2 * e->side + p->inbound);
	if (e->side) {
		synth_put16(at, 0x8100);
		synth_put16(at + 2, 7);
		at += 4;
	}
	header = put_transport(frame + 100, p, &ends, p->len); /* only its length is wanted */
	l4 = put_ip(at, p, &ends, e->side, header + p->len);
	put_transport(l4, p, &ends, p->len);
	put_payload(l4 + header, p);
	return (uint32_t)(l4 - frame) + header + p->len;
}

/* ---- plan ---- */

static struct packet *
new_packet(struct transit_gen *w, int64_t t_ns, uint32_t flow, bool inbound)
{
	struct pairgen *g = w->g;
	struct packet *p = &w->packets[w->n++];

	*p = (struct packet){.t_ns = t_ns, .flow = flow, .inbound = inbound};
	p->number = w->next_number[flow][inbound];
	p->len = kind_of(flow) == CONSTANT4 ? 100 : (uint16_t)synth_between(&g->rng, 0, 900);
	p->delay_ns = 5000 + (int64_t)synth_lognormal(&g->rng, 8000, 0.8);
	if (g->clean)
		return p;
	if (synth_unit(&g->rng) < 0.005) {
		p->held = true;
		p->delay_ns += (int64_t)(synth_between(&g->rng, 20, 80) * (double)g->interval_ns);
	}
	if (synth_unit(&g->rng) < 0.01)
		p->delay_ns = -1;
	else if (kind_of(flow) != CONSTANT4 && synth_unit(&g->rng) < 0.003)
		p->dups = 1;
	return p;
}

static void
plan_sightings(struct transit_gen *w, const struct packet *p)
{
	struct pairgen *g = w->g;
	uint32_t what = (uint32_t)(p - w->packets);

	pairgen_add(g, p->t_ns, p->inbound, what, 0);
	if (p->delay_ns < 0)
		return;
	pairgen_add(g, p->t_ns + p->delay_ns, !p->inbound, what, 0);
	if (p->dups)
		pairgen_add(g, p->t_ns + p->delay_ns + (int64_t)synth_between(&g->rng, 1, 2e6),
			!p->inbound, what, 1);
}

static void
plan_one(struct transit_gen *w, uint64_t i)
{
	struct pairgen *g = w->g;
	uint32_t flow = (uint32_t)(synth_next(&g->rng) % FLOWS);
	bool inbound = synth_unit(&g->rng) < 1.0 / 3;
	int64_t t_ns = PAIRGEN_START_NS + (int64_t)i * g->interval_ns +
		(int64_t)synth_between(&g->rng, 0, (double)g->interval_ns);
	struct packet *p = new_packet(w, t_ns, flow, inbound);

	if (kind_of(flow) == FRAGMENTS4)
		p->len = FRAGMENT_BYTES - 8;
	plan_sightings(w, p);
	if (kind_of(flow) == FRAGMENTS4) {
		p = new_packet(w, t_ns + 500, flow, inbound);
		p->part = 1;
		p->len = 200;
		plan_sightings(w, p);
	}
	w->next_number[flow][inbound]++;
	if (!g->clean && synth_unit(&g->rng) < 0.002)
		pairgen_add(g, t_ns + 7, (int)(i & 1),
			FIRST_NOISE + (uint32_t)(synth_next(&g->rng) % N_NOISES), 0);
}

/* ---- truth ---- */

static void
put_end(FILE *out, const struct packet *p, const struct ends *e, int which)
{
	uint32_t a = e->addr[which];
	bool v6 = is_v6(p->flow), port = shows_ports(p);

	if (v6)
		fprintf(out, "%sfd00::%x:%x%s", port ? "[" : "", a >> 16, a & 0xffff,
			port ? "]" : "");
	else
		fprintf(out, "%u.%u.%u.%u", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
	if (port)
		fprintf(out, ":%u", e->port[which]);
	fputc(',', out);
}

static uint32_t
ip_bytes(const struct packet *p)
{
	static const uint8_t headers[N_KINDS] = {32, 8, 8, 8, 8, 8, 12, 32};

	return (is_v6(p->flow) ? 40U : 20U) + (p->part ? 0U : headers[kind_of(p->flow)]) + p->len;
}

static void
write_truth(const struct transit_gen *w)
{
	FILE *out = pairgen_truth(
		w->g, "inbound,t_ns,src,dst,proto,bytes,delay_ns,dups,translated,content\n");

	for (uint32_t i = 0; out && i < w->n; i++) {
		const struct packet *p = &w->packets[i];
		struct ends e = ends_of(w, p->flow, p->inbound);
		static const char *const names[N_KINDS] = {
			"tcp", "udp", "icmp", "udp", "udp", "udp", "sctp", "tcp"};
		bool constant = kind_of(p->flow) == CONSTANT4;

		fprintf(out, "%d,%" PRId64 ",", p->inbound, p->t_ns);
		put_end(out, p, &e, p->inbound);
		put_end(out, p, &e, !p->inbound);
		fprintf(out, "%s,%u,", names[kind_of(p->flow)], ip_bytes(p));
		if (p->delay_ns >= 0)
			fprintf(out, "%" PRId64, p->delay_ns);
		fprintf(out, ",%u,%d,%s%u\n", p->dups, w->g->nat && !is_v6(p->flow),
			constant ? "flow" : "packet", constant ? p->flow * 2 + p->inbound : i);
	}
	pairgen_done(w->g, out);
}

void
gencap_transit(struct pairgen *g)
{
	struct transit_gen w = {.g = g};

	w.packets = synth_alloc(2 * g->n, sizeof *w.packets);
	for (uint64_t i = 0; i < g->n; i++)
		plan_one(&w, i);
	pairgen_write(g, build, &w);
	write_truth(&w);
	free(w.packets);
}
