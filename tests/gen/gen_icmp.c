/*
 * gen_icmp - captures of echo probes in every shape that matching must survive, with the truth.
 *
 *   gen_icmp -o FILE.pcap -t TRUTH.csv [-n PROBES] [-s SEED] [-l SNAPLEN] [option VALUE]...
 *
 * "gen_icmp --help" lists the options; they are the table in gen_settings.c.  Every disturbance is
 * off unless asked for, by name or all at once with --mix.  Same arguments, same bytes.
 *
 * Senders.  The first --shared of them have one ICMP id in common and an address each (containers
 * behind one target); the others are processes on one host: one address, an id each.  The last
 * --v6 of them speak IPv6.  --constant of them, odd ones first, send the same payload in every
 * probe, as fping does; the others send a time stamp, as ping does.
 *
 * Truth, one row per probe in the order of sending:
 *
 *   t_ns,family,src,dst,id,seq   the request, as first recorded
 *   rtt_ns                       first reply minus first request, on the stamps of the file, so
 *                                negative over a step of the clock; empty unless answered
 *   copies, dups                 how often the request, and the reply, was recorded again
 *   class                        answered, late (after --expiry), lost, or unfinished (no reply,
 *                                and the capture ends within the expiry time)
 *   t_outer_ns, rtt_outer_ns     the same probe at the outer point; empty where not recorded
 *
 * A disturbance never makes the truth itself a matter of opinion, with one exception: when a
 * constant payload meets a sequence that wraps within the expiry time, several requests are equal
 * and the bytes do not tell which one was answered.  The truth does; an analysis may only guess,
 * and must say so.  Therefore: a copy is recorded before the reply, and within 1 ms unless the
 * payload varies, and never over a step of the clock; a second reply comes within 5 ms; a probe has
 * either a copy or an inverted reply; the clock steps by half of the expiry time at most.
 *
 * The outer point (--outer) sees requests later and replies earlier than the inner one, by known
 * amounts (--out-ns, --in-ns: the least of each, plus as much again at random), by a clock of its
 * own (--clock-offset).  --nat gives all IPv4 senders one address there and every sender a new id.
 * --unpaired of the probes are missing there, and all inverted ones.  Of the lost probes half were
 * answered there and lost on the way in; copies and second replies happen at the inner point only.
 *
 * What it does not do: ICMP errors, fragments, other link types, corrupted replies.
 */
#include <err.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/gen/gen_settings.h"
#include "tests/gen/synth.h"

#define START_NS ((int64_t)1700000000 * 1000000000)
#define SHARED_ID 7
#define NAT_SRC 0xc0a80001u    /* 192.168.0.1 */
#define HOST_SRC 0x0a000064u   /* 10.0.0.100: all senders that share no id */
#define SHARED_SRC 0x0a000001u /* 10.0.0.1 and up */
#define TARGET 0x0a00ff01u     /* 10.0.255.1 */
#define PPM 1000000.0

enum fate { ANSWERED, LATE, LOST, UNFINISHED };
static const char *const fate_name[] = {"answered", "late", "lost", "unfinished"};

#define MISSING INT64_MIN

/* All times true ones; the step of the clock is laid on when they are written. */
struct probe {
	int64_t t_ns;
	int64_t rtt_ns; /* MISSING: no reply */
	int64_t t_outer_ns;
	int64_t reply_outer_ns;
	int64_t stamp_ns; /* as written */
	uint8_t copies;
	uint8_t dups;
	enum fate fate;
};

enum event_kind { REQUEST, COPY, REPLY, DUP };

struct event {
	int64_t place_ns; /* decides the place in the file */
	int64_t t_ns;
	uint32_t probe;
	enum event_kind kind;
};

struct events {
	struct event *at;
	size_t n;
	size_t room;
};

struct gen {
	uint64_t set[N_SETTINGS];
	struct synth_rng rng;
	struct probe *probe;
	struct events inner;
	struct events outer;
	int64_t step_at_ns;
	int64_t end_ns; /* largest stamp written at the inner point */
	uint64_t frames_of_noise;
};

static bool
happens(struct gen *g, enum setting ppm)
{
	return g->set[ppm] > 0 && synth_unit(&g->rng) * PPM < (double)g->set[ppm];
}

static int64_t
draw_ns(struct gen *g, double low, double high)
{
	return (int64_t)synth_between(&g->rng, low, high);
}

static void
add_event(struct events *list, int64_t place_ns, int64_t t_ns, uint64_t i, enum event_kind kind)
{
	if (list->n == list->room) {
		list->room = list->room ? 2 * list->room : 1024;
		list->at = realloc(list->at, list->room * sizeof *list->at);
		if (list->at == NULL)
			err(1, "%zu events", list->room);
	}
	list->at[list->n++] = (struct event){place_ns, t_ns, (uint32_t)i, kind};
}

static unsigned
sender_of(const struct gen *g, uint64_t i)
{
	return (unsigned)(i % g->set[SET_SENDERS]);
}

static bool
is_v6(const struct gen *g, unsigned sender)
{
	return sender + g->set[SET_V6] >= g->set[SET_SENDERS];
}

static bool
is_constant(const struct gen *g, unsigned sender)
{
	unsigned odd = (unsigned)g->set[SET_SENDERS] / 2;
	unsigned rank = sender % 2 ? sender / 2 : odd + sender / 2;

	return rank < g->set[SET_CONSTANT];
}

static uint32_t
source_of(const struct gen *g, unsigned sender)
{
	return sender < g->set[SET_SHARED] ? SHARED_SRC + sender : HOST_SRC;
}

static uint16_t
id_of(const struct gen *g, unsigned sender)
{
	return sender < g->set[SET_SHARED] ? SHARED_ID : (uint16_t)(1000 + 3001 * sender % 60000);
}

static uint16_t
seq_of(const struct gen *g, uint64_t i)
{
	return (uint16_t)(g->set[SET_FIRST_SEQ] + i / g->set[SET_SENDERS]);
}

/* When and whether the reply comes. */
static void
plan_reply(struct gen *g, struct probe *p, bool *inverted)
{
	double rtt_ns = (double)g->set[SET_RTT_NS], expiry_ns = (double)g->set[SET_EXPIRY_NS];

	p->rtt_ns = (int64_t)(rtt_ns * 0.8 + (double)synth_lognormal(&g->rng, rtt_ns * 0.2, 0.8));
	if (happens(g, SET_LOSS_PPM)) {
		p->rtt_ns = MISSING;
		p->fate = LOST;
	} else if (happens(g, SET_LATE_PPM)) {
		p->rtt_ns = draw_ns(g, expiry_ns * 1.02, expiry_ns * 1.3);
		p->fate = LATE;
	} else if (happens(g, SET_SLOW_PPM)) {
		p->rtt_ns = draw_ns(g, expiry_ns * 0.1, expiry_ns * 0.8);
	} else if (happens(g, SET_INVERT_PPM)) {
		p->rtt_ns = draw_ns(g, 3000, 9000);
		*inverted = true;
	}
}

static void
plan_copy(struct gen *g, uint64_t i)
{
	struct probe *p = &g->probe[i];
	double limit_ns = is_constant(g, sender_of(g, i)) ? 0.9e6 : 5e6;
	int64_t t_ns;

	if (p->rtt_ns != MISSING && limit_ns > (double)p->rtt_ns * 0.8)
		limit_ns = (double)p->rtt_ns * 0.8;
	t_ns = p->t_ns + draw_ns(g, limit_ns * 0.01, limit_ns);
	if (g->set[SET_STEP_NS] > 0 && p->t_ns < g->step_at_ns && t_ns >= g->step_at_ns)
		return;
	add_event(&g->inner, t_ns, t_ns, i, COPY);
	p->copies++;
}

static void
plan_dups(struct gen *g, uint64_t i)
{
	struct probe *p = &g->probe[i];
	int64_t t_ns;

	p->dups = (uint8_t)(1 + synth_next(&g->rng) % 2);
	for (unsigned k = 0; k < p->dups; k++) {
		t_ns = p->t_ns + p->rtt_ns + draw_ns(g, 1000, 5e6);
		add_event(&g->inner, t_ns, t_ns, i, DUP);
	}
}

/* An inverted probe is too quick to have been at another point. */
static void
plan_outer(struct gen *g, uint64_t i, bool inverted)
{
	struct probe *p = &g->probe[i];
	double out_ns = (double)g->set[SET_OUT_NS], in_ns = (double)g->set[SET_IN_NS];
	int64_t t_out_ns = p->t_ns + draw_ns(g, out_ns, 2 * out_ns);
	int64_t back_ns = draw_ns(g, in_ns, 2 * in_ns), seen_ns = MISSING;

	p->t_outer_ns = p->reply_outer_ns = MISSING;
	if (inverted || happens(g, SET_UNPAIRED_PPM))
		return;
	if (p->rtt_ns != MISSING)
		seen_ns = p->t_ns + p->rtt_ns - back_ns;
	else if (p->fate == LOST && synth_unit(&g->rng) < 0.5)
		seen_ns = t_out_ns + (int64_t)g->set[SET_RTT_NS];
	if (seen_ns != MISSING && seen_ns <= t_out_ns)
		return;
	p->t_outer_ns = t_out_ns;
	p->reply_outer_ns = seen_ns;
	add_event(&g->outer, t_out_ns, t_out_ns, i, REQUEST);
	if (seen_ns != MISSING)
		add_event(&g->outer, seen_ns, seen_ns, i, REPLY);
}

static void
plan_probe(struct gen *g, uint64_t i)
{
	struct probe *p = &g->probe[i];
	uint64_t senders = g->set[SET_SENDERS], interval_ns = g->set[SET_INTERVAL_NS];
	bool inverted = false, silent = i + g->set[SET_UNFINISHED] >= g->set[SET_PROBES];
	int64_t reply_ns;

	p->t_ns = START_NS + (int64_t)(i / senders * interval_ns) +
		(int64_t)(i % senders * (interval_ns / senders)) +
		draw_ns(g, 0, (double)interval_ns * 0.02);
	plan_reply(g, p, &inverted);
	if (silent) {
		p->rtt_ns = MISSING;
		p->fate = LOST;
		inverted = false;
	}
	reply_ns = p->t_ns + p->rtt_ns;
	add_event(&g->inner, inverted ? reply_ns + 1 : p->t_ns, p->t_ns, i, REQUEST);
	if (p->rtt_ns != MISSING)
		add_event(&g->inner, reply_ns, reply_ns, i, REPLY);
	if (!inverted && happens(g, SET_COPY_PPM))
		plan_copy(g, i);
	if (p->fate == ANSWERED && happens(g, SET_DUP_PPM))
		plan_dups(g, i);
	plan_outer(g, i, inverted);
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
exchange_neighbours(struct gen *g)
{
	struct events *list = &g->inner;

	for (size_t j = 0; j + 1 < list->n; j++) {
		struct event first = list->at[j];

		if (!happens(g, SET_SWAP_PPM))
			continue;
		list->at[j] = list->at[j + 1];
		list->at[j + 1] = first;
		j++;
	}
}

static void
plan(struct gen *g)
{
	uint64_t n = g->set[SET_PROBES];

	synth_seed(&g->rng, g->set[SET_SEED]);
	g->probe = synth_alloc(n, sizeof *g->probe);
	g->step_at_ns = START_NS + (int64_t)(n / 2 * g->set[SET_INTERVAL_NS] / g->set[SET_SENDERS]);
	for (uint64_t i = 0; i < n; i++)
		plan_probe(g, i);
	qsort(g->inner.at, g->inner.n, sizeof *g->inner.at, compare_events);
	if (g->outer.n > 0)
		qsort(g->outer.at, g->outer.n, sizeof *g->outer.at, compare_events);
	exchange_neighbours(g);
}

/* What the inner clock shows at a true time. */
static int64_t
stamp(const struct gen *g, int64_t t_ns)
{
	return t_ns < g->step_at_ns ? t_ns : t_ns - (int64_t)g->set[SET_STEP_NS];
}

/* Of the copies every other one has passed a router: its time to live is one less. */
static uint32_t
build_echo(const struct gen *g, const struct event *e, bool outer, uint8_t *frame)
{
	unsigned sender = sender_of(g, e->probe);
	bool v6 = is_v6(g, sender), nat = outer && g->set[SET_NAT];
	bool reply = e->kind == REPLY || e->kind == DUP;
	const struct synth_echo echo = {
		.v6 = v6,
		.reply = reply,
		.client = nat && !v6 ? NAT_SRC : source_of(g, sender),
		.target = TARGET,
		.id = nat ? (uint16_t)(40000 + 17 * sender) : id_of(g, sender),
		.seq = seq_of(g, e->probe),
		.ip_id = (uint16_t)synth_hash(e->probe * 2u + reply),
		.ttl = e->kind == COPY && e->probe % 2 ? 63 : 64,
		.constant = is_constant(g, sender),
		.t_ns = g->probe[e->probe].t_ns,
	};

	return synth_echo_frame(frame, &echo);
}

/* Frames that are no probes: ARP, then UDP and TCP headers without content, in turn. */
static void
put_noise(struct gen *g, struct synth_pcap *pcap, int64_t t_ns)
{
	uint64_t turn = g->frames_of_noise++, kind = turn % 3;
	uint8_t frame[64] = {2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 8};
	uint8_t *ip = frame + 14;

	synth_put16(frame + 12, kind == 0 ? 0x0806 : 0x0800);
	if (kind == 0) {
		static const uint8_t arp[8] = {0, 1, 8, 0, 6, 4, 0, 1};

		memcpy(ip, arp, sizeof arp);
		synth_pcap_add(pcap, t_ns, frame, 60);
		return;
	}
	ip[0] = 0x45;
	synth_put16(ip + 2, kind == 1 ? 28 : 40);
	synth_put16(ip + 4, (uint32_t)turn & 0xffff);
	ip[8] = 64;
	ip[9] = kind == 1 ? 17 : 6;
	synth_put32(ip + 12, 0x0a010000u + (uint32_t)(synth_hash(turn) & 0xffff));
	synth_put32(ip + 16, TARGET);
	synth_put16(ip + 10, synth_sum_finish(synth_sum(0, ip, 20)));
	synth_put16(ip + 20, 1024 + (uint32_t)(synth_hash(turn) >> 16 & 0x7fff));
	synth_put16(ip + 22, kind == 1 ? 53 : 80);
	if (kind == 1)
		synth_put16(ip + 24, 8);
	else
		synth_put32(ip + 32, 0x50020000u);
	synth_pcap_add(pcap, t_ns, frame, 60);
}

static void
note_stamp(struct gen *g, const struct event *e, int64_t t_ns)
{
	struct probe *p = &g->probe[e->probe];

	if (t_ns > g->end_ns)
		g->end_ns = t_ns;
	if (e->kind == REQUEST)
		p->stamp_ns = t_ns;
}

static void
write_inner(struct gen *g, const char *path)
{
	struct synth_pcap pcap;
	uint8_t frame[SYNTH_FRAME_MAX_BYTES];
	uint64_t owed_ppm = 0;
	int64_t t_ns;

	synth_pcap_open(&pcap, path, (uint32_t)g->set[SET_SNAPLEN], 0);
	for (size_t j = 0; j < g->inner.n; j++) {
		const struct event *e = &g->inner.at[j];

		t_ns = stamp(g, e->t_ns);
		synth_pcap_add(&pcap, t_ns, frame, build_echo(g, e, false, frame));
		note_stamp(g, e, t_ns);
		for (owed_ppm += g->set[SET_NOISE_PPM]; owed_ppm >= 1000000; owed_ppm -= 1000000)
			put_noise(g, &pcap, t_ns);
	}
	if (g->set[SET_TAIL_NS] > 0) {
		g->end_ns += (int64_t)g->set[SET_TAIL_NS];
		g->frames_of_noise = 0;
		put_noise(g, &pcap, g->end_ns);
	}
	synth_pcap_close(&pcap);
}

static void
write_outer(struct gen *g, const char *path)
{
	struct synth_pcap pcap;
	uint8_t frame[SYNTH_FRAME_MAX_BYTES];

	synth_pcap_open(&pcap, path, (uint32_t)g->set[SET_SNAPLEN], 0);
	for (size_t j = 0; j < g->outer.n; j++) {
		const struct event *e = &g->outer.at[j];

		synth_pcap_add(&pcap, e->t_ns + (int64_t)g->set[SET_CLOCK_OFFSET_NS], frame,
			build_echo(g, e, true, frame));
	}
	synth_pcap_close(&pcap);
}

static void
print_address(FILE *out, bool v6, uint32_t address)
{
	if (v6)
		fprintf(out, "fd00::%x:%x", address >> 16, address & 0xffff);
	else
		fprintf(out, "%u.%u.%u.%u", address >> 24, address >> 16 & 255, address >> 8 & 255,
			address & 255);
}

/*
 * What the stamps in the file make of a probe: over a step of the clock a late reply can have
 * come in time.  The capture ends with its largest stamp.
 */
static enum fate
fate_of(const struct gen *g, const struct probe *p, int64_t rtt_ns)
{
	int64_t expiry_ns = (int64_t)g->set[SET_EXPIRY_NS];

	if (p->rtt_ns == MISSING)
		return g->end_ns - p->stamp_ns < expiry_ns ? UNFINISHED : LOST;
	return rtt_ns > expiry_ns ? LATE : ANSWERED;
}

static void
print_row(FILE *out, const struct gen *g, uint64_t i, bool outer)
{
	const struct probe *p = &g->probe[i];
	unsigned sender = sender_of(g, i);
	bool v6 = is_v6(g, sender);
	int64_t rtt_ns = p->rtt_ns == MISSING ? 0 : stamp(g, p->t_ns + p->rtt_ns) - p->stamp_ns;
	enum fate fate = fate_of(g, p, rtt_ns);

	fprintf(out, "%" PRId64 ",%d,", p->stamp_ns, v6 ? 6 : 4);
	print_address(out, v6, source_of(g, sender));
	fputc(',', out);
	print_address(out, v6, TARGET);
	fprintf(out, ",%u,%u,", id_of(g, sender), seq_of(g, i));
	if (fate == ANSWERED)
		fprintf(out, "%" PRId64, rtt_ns);
	fprintf(out, ",%u,%u,%s,", p->copies, p->dups, fate_name[fate]);
	if (outer && p->t_outer_ns != MISSING)
		fprintf(out, "%" PRId64, p->t_outer_ns + (int64_t)g->set[SET_CLOCK_OFFSET_NS]);
	fputc(',', out);
	if (outer && p->reply_outer_ns != MISSING && p->fate != LATE)
		fprintf(out, "%" PRId64, p->reply_outer_ns - p->t_outer_ns);
	fputc('\n', out);
}

static void
write_truth(const struct gen *g, const char *path, bool outer)
{
	FILE *out = fopen(path, "w");

	if (out == NULL)
		err(1, "%s", path);
	fputs("t_ns,family,src,dst,id,seq,rtt_ns,copies,dups,class,t_outer_ns,rtt_outer_ns\n", out);
	for (uint64_t i = 0; i < g->set[SET_PROBES]; i++)
		print_row(out, g, i, outer);
	if (fclose(out) != 0)
		err(1, "%s", path);
}

int
main(int argc, char **argv)
{
	struct gen g = {.end_ns = 0};
	struct gen_paths paths = {NULL, NULL, NULL};

	gen_settings_parse(g.set, &paths, argc, argv);
	plan(&g);
	write_inner(&g, paths.inner);
	if (paths.outer != NULL)
		write_outer(&g, paths.outer);
	if (paths.truth != NULL)
		write_truth(&g, paths.truth, paths.outer != NULL);
	free(g.probe);
	free(g.inner.at);
	free(g.outer.at);
	return 0;
}
