/*
 * gencap - large synthetic captures with known truth: input of the benchmarks and of the acceptance
 * test.
 *
 *   gencap icmp -n PROBES -o FILE.pcap [-t TRUTH.csv] [-s SEED] [-l SNAPLEN] [--interval NS]
 *               [--senders K] [--v6 K] [--usec] [--clean]
 *   gencap http -n REQUESTS ... [--usec] [--clean] [--plain]     see gencap_http.c
 *   gencap tcpts -n PACKETS ... [--usec] [--clean]               see gencap_tcpts.c
 *   gencap transit -n PACKETS --outer FILE.pcap ... [--interval NS] [--nat] [--clean]
 *                                                               see gencap_transit.c
 *   gencap proxy -n REQUESTS --outer FILE.pcap ... [--clean]     see gencap_proxy.c
 *
 * K senders probe in turn, each every --interval (1 ms).  Senders 0 and 1 share the ICMP id from
 * addresses of their own, as two containers do; sender 6 and above send a constant payload, as
 * fping does, the others a time stamp, as ping does; the last --v6 ones speak IPv6.  Unless
 * --clean, by independent draws:
 *
 *   L  1 %      lost
 *   T  0.1 %    answered after 1 to 3 s: with --interval 10000 the sequence has wrapped by then
 *   I  0.01 %   answered within 10 us, the reply standing before its request in the file
 *   R  0.02 %   the request recorded twice, the second time some 20 us later
 *   D  0.08 %   answered twice
 *      0.05 %   neighbouring records exchanged, so that time steps back in the file
 *
 * Same arguments, same bytes.  The truth has one row per probe: first reply minus first request
 * (-1 when lost), how often each was recorded, flags as above, frame numbers from 1.  Events are
 * held in memory: about 100 bytes per probe.
 *
 * For captures of other shapes (late replies, a second point, noise) see gen_icmp.c.
 */
#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/gen/pairgen.h"
#include "tests/gen/synth.h"
#include "tests/gen/tcpgen.h"

#define START_NS ((int64_t)1700000000 * 1000000000)
#define SENDERS_MAX 64
#define PROBES_MAX ((uint64_t)1 << 28)
#define FIRST_CONSTANT_SENDER 6

enum probe_flag { DUP_REPLY = 1, DUP_REQUEST = 2, LOST = 4, LATE = 8, INVERTED = 16 };

enum event_kind { REQUEST, REPLY, SECOND_REPLY, SECOND_REQUEST };

struct probe {
	int64_t t_ns;
	int64_t rtt_ns; /* -1: lost */
	uint32_t request_frame;
	uint32_t reply_frame;
	unsigned requests;
	unsigned replies;
	unsigned flags;
};

struct event {
	int64_t place_ns; /* decides the place in the file; t_ns but for inverted probes */
	int64_t t_ns;
	uint32_t probe;
	enum event_kind kind;
};

struct gencap {
	struct synth_rng rng;
	struct synth_pcap pcap;
	uint64_t n;
	int64_t interval_ns;
	unsigned senders;
	unsigned senders_v6;
	bool clean;
	struct probe *probe;
	struct event *event;
	size_t n_events;
};

static unsigned
sender_of(const struct gencap *g, uint64_t i)
{
	return (unsigned)(i % g->senders);
}

static bool
is_v6(const struct gencap *g, unsigned sender)
{
	return sender + g->senders_v6 >= g->senders;
}

static uint16_t
echo_id(unsigned sender)
{
	return sender < 2 ? 7 : (uint16_t)(1000 + sender * 3001);
}

/* The host number of the target within 10.0.255.0/24. */
static unsigned
target_of(unsigned sender)
{
	return sender == 1 ? 1 : 1 + (sender & 3);
}

static void
add_event(struct gencap *g, int64_t place_ns, int64_t t_ns, uint64_t i, enum event_kind kind)
{
	g->event[g->n_events++] = (struct event){place_ns, t_ns, (uint32_t)i, kind};
}

static void
disturb(struct gencap *g, struct probe *p, double draw)
{
	if (draw < 0.01) {
		p->flags |= LOST;
		p->rtt_ns = -1;
	} else if (draw < 0.011) {
		p->flags |= LATE;
		p->rtt_ns = (int64_t)synth_between(&g->rng, 1.0e9, 3.0e9);
	} else if (draw < 0.0111) {
		p->flags |= INVERTED;
		p->rtt_ns = (int64_t)synth_between(&g->rng, 3000, 9000);
	}
	if (synth_unit(&g->rng) < 0.0002)
		p->flags |= DUP_REQUEST;
	if (p->rtt_ns > 0 && synth_unit(&g->rng) < 0.0008)
		p->flags |= DUP_REPLY;
}

static void
plan_probe(struct gencap *g, uint64_t i, double base_ns)
{
	struct probe *p = &g->probe[i];
	int64_t step = g->interval_ns;
	double jitter_ns = step < 1000000 ? (double)step * 0.02 : 20000;
	double draw;
	int64_t t_reply_ns, t_ns;

	p->t_ns = START_NS + (int64_t)(i / g->senders) * step +
		(int64_t)sender_of(g, i) * (step / g->senders) +
		(int64_t)(synth_unit(&g->rng) * jitter_ns);
	p->requests = 1;
	draw = synth_unit(&g->rng);
	p->rtt_ns = (int64_t)(base_ns * 0.9 + (double)synth_lognormal(&g->rng, base_ns * 0.1, 1.0));
	if (!g->clean)
		disturb(g, p, draw);
	t_reply_ns = p->t_ns + p->rtt_ns;
	add_event(g, p->flags & INVERTED ? t_reply_ns + 1 : p->t_ns, p->t_ns, i, REQUEST);
	if (p->rtt_ns >= 0) {
		add_event(g, t_reply_ns, t_reply_ns, i, REPLY);
		p->replies++;
	}
	if (p->flags & DUP_REPLY) {
		t_ns = t_reply_ns + (int64_t)synth_lognormal(&g->rng, 300e3, 1.5);
		add_event(g, t_ns, t_ns, i, SECOND_REPLY);
		p->replies++;
	}
	if (p->flags & DUP_REQUEST) {
		t_ns = p->t_ns + (int64_t)synth_lognormal(&g->rng, 20e3, 0.7);
		add_event(g, t_ns, t_ns, i, SECOND_REQUEST);
		p->requests++;
	}
}

static int
compare_events(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->place_ns != y->place_ns)
		return x->place_ns < y->place_ns ? -1 : 1;
	if (x->probe != y->probe)
		return x->probe < y->probe ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

static void
exchange_neighbours(struct gencap *g)
{
	for (size_t j = 0; j + 1 < g->n_events; j++) {
		struct event first = g->event[j];

		if (synth_unit(&g->rng) >= 0.0005)
			continue;
		g->event[j] = g->event[j + 1];
		g->event[j + 1] = first;
		j++;
	}
}

static void
plan(struct gencap *g)
{
	double base_ns[SENDERS_MAX];

	g->probe = synth_alloc(g->n, sizeof *g->probe);
	g->event = synth_alloc(g->n * 4, sizeof *g->event);
	for (unsigned s = 0; s < g->senders; s++)
		base_ns[s] = 200e3 * exp(synth_unit(&g->rng) * 5.0); /* 0.2 to 30 ms */
	for (uint64_t i = 0; i < g->n; i++)
		plan_probe(g, i, base_ns[sender_of(g, i)]);
	qsort(g->event, g->n_events, sizeof *g->event, compare_events);
	if (!g->clean)
		exchange_neighbours(g);
}

static uint32_t
build_frame(const struct gencap *g, const struct event *e, uint8_t *frame)
{
	unsigned sender = sender_of(g, e->probe);
	const struct synth_echo echo = {
		.v6 = is_v6(g, sender),
		.reply = e->kind == REPLY || e->kind == SECOND_REPLY,
		.client = 0x0a000001u + sender,
		.target = 0x0a00ff00u + target_of(sender),
		.id = echo_id(sender),
		.seq = (uint16_t)(e->probe / g->senders + 1),
		/* A second copy of a request carries the IP identification of the first. */
		.ip_id = (uint16_t)synth_hash(e->probe * 4u + e->kind % 3u),
		.ttl = 64,
		.constant = sender >= FIRST_CONSTANT_SENDER,
		.t_ns = g->probe[e->probe].t_ns,
	};

	return synth_echo_frame(frame, &echo);
}

static void
write_capture(struct gencap *g)
{
	uint8_t frame[SYNTH_FRAME_MAX_BYTES];

	for (size_t j = 0; j < g->n_events; j++) {
		const struct event *e = &g->event[j];
		struct probe *p = &g->probe[e->probe];

		synth_pcap_add(&g->pcap, e->t_ns, frame, build_frame(g, e, frame));
		if (e->kind == REPLY)
			p->reply_frame = g->pcap.frames;
		else if (e->kind == REQUEST || (e->kind == SECOND_REQUEST && !p->request_frame))
			p->request_frame = g->pcap.frames;
	}
	synth_pcap_close(&g->pcap);
}

static void
flag_letters(char *text, unsigned flags)
{
	static const char letter[] = "DRLTI";
	char *at = text;

	for (unsigned i = 0; i < 5; i++) {
		if (flags & 1u << i)
			*at++ = letter[i];
	}
	if (at == text)
		*at++ = '-';
	*at = '\0';
}

static void
write_truth(const struct gencap *g, const char *path)
{
	FILE *out = fopen(path, "w");
	char flags[8];

	if (out == NULL)
		err(1, "%s", path);
	fputs("probe,src,dst,id,seq,t_req_ns,rtt_ns,nreq,nreply,flags,req_frame,reply_frame\n",
		out);
	for (uint64_t i = 0; i < g->n; i++) {
		const struct probe *p = &g->probe[i];
		unsigned s = sender_of(g, i);

		flag_letters(flags, p->flags);
		fprintf(out, "%" PRIu64 ",%s10.0.0.%u,10.0.255.%u,%u,%u,%" PRId64 ",%" PRId64, i,
			is_v6(g, s) ? "v6:" : "", 1 + s, target_of(s), echo_id(s),
			(unsigned)(i / g->senders + 1) & 0xffff, p->t_ns, p->rtt_ns);
		fprintf(out, ",%u,%u,%s,%u,%u\n", p->requests, p->replies, flags, p->request_frame,
			p->reply_frame);
	}
	if (fclose(out) != 0)
		err(1, "%s", path);
}

static const struct option long_options[] = {
	{"outer", required_argument, NULL, 'O'},
	{"nat", no_argument, NULL, 'N'},
	{"plain", no_argument, NULL, 'p'},
	{"usec", no_argument, NULL, 'u'},
	{"clean", no_argument, NULL, 'c'},
	{"v6", required_argument, NULL, '6'},
	{"senders", required_argument, NULL, 'k'},
	{"interval", required_argument, NULL, 'i'},
	{NULL, 0, NULL, 0},
};

static void
generate_icmp(struct gencap *g, const char *truth)
{
	plan(g);
	write_capture(g);
	if (truth != NULL)
		write_truth(g, truth);
	free(g->probe);
	free(g->event);
}

static void
generate_tcp(
	const struct gencap *g, bool plain, const char *truth, void (*generate)(struct tcpgen *))
{
	struct tcpgen t = {.rng = g->rng,
		.pcap = g->pcap,
		.n = g->n,
		.clean = g->clean,
		.plain = plain,
		.truth = truth};

	generate(&t);
	tcpgen_release(&t);
}

static void
generate_pair(const struct gencap *g, const char *outer, bool nat, const char *truth, bool proxy)
{
	struct pairgen p = {.rng = g->rng,
		.pcap = {g->pcap},
		.n = g->n,
		.interval_ns = g->interval_ns,
		.clean = g->clean,
		.nat = nat,
		.truth = truth};

	synth_pcap_open(&p.pcap[1], outer, g->pcap.snaplen, g->pcap.microseconds);
	(proxy ? gencap_proxy : gencap_transit)(&p);
}

static bool
is_mode(const char *word)
{
	static const char *const modes[] = {"icmp", "http", "tcpts", "transit", "proxy"};

	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		if (!strcmp(word, modes[i]))
			return true;
	return false;
}

int
main(int argc, char **argv)
{
	struct gencap g = {.interval_ns = 1000000, .senders = 8};
	bool plain = false, nat = false;
	const char *path = NULL, *truth = NULL, *outer = NULL;
	uint64_t seed = 1;
	uint32_t snaplen = 262144;
	int option, microseconds = 0;

	if (argc < 2 || !is_mode(argv[1]))
		errx(2, "usage: gencap icmp|http|tcpts|transit|proxy -n N -o FILE.pcap ...");
	optind = 2;
	while ((option = getopt_long(argc, argv, "n:o:t:s:l:", long_options, NULL)) != -1) {
		switch (option) {
		case 'n':
			g.n = synth_number(optarg, "-n", 1, PROBES_MAX);
			break;
		case 'o':
			path = optarg;
			break;
		case 't':
			truth = optarg;
			break;
		case 's':
			seed = synth_number(optarg, "-s", 0, UINT64_MAX);
			break;
		case 'l':
			snaplen = (uint32_t)synth_number(optarg, "-l", 1, 262144);
			break;
		case 'p':
			plain = true;
			break;
		case 'u':
			microseconds = 1;
			break;
		case 'c':
			g.clean = true;
			break;
		case '6':
			g.senders_v6 = (unsigned)synth_number(optarg, "--v6", 0, SENDERS_MAX);
			break;
		case 'k':
			g.senders = (unsigned)synth_number(optarg, "--senders", 1, SENDERS_MAX);
			break;
		case 'i':
			g.interval_ns = (int64_t)synth_number(optarg, "--interval", 1, UINT32_MAX);
			break;
		case 'O':
			outer = optarg;
			break;
		case 'N':
			nat = true;
			break;
		default:
			return 2;
		}
	}
	if (g.n == 0 || path == NULL || optind != argc)
		errx(2, "-n and -o are needed, and nothing beyond the options");
	synth_seed(&g.rng, seed);
	synth_pcap_open(&g.pcap, path, snaplen, microseconds);
	if (outer != NULL)
		generate_pair(&g, outer, nat, truth, strcmp(argv[1], "proxy") == 0);
	else if (strcmp(argv[1], "icmp") == 0)
		generate_icmp(&g, truth);
	else
		generate_tcp(
			&g, plain, truth, strcmp(argv[1], "http") ? gencap_tcpts : gencap_http);
	return 0;
}
