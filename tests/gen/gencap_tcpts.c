/*
 * gencap_tcpts - bulk and interactive TCP flows, with a known round trip for every acknowledgment.
 *
 * Sender, receiver and capture point are simulated event by event.  A flow sends up or down, the
 * capture point is at the client, in the middle or at the server; every fifth one wraps its
 * sequence numbers, every seventh its time stamps.  Unless --clean, 0.1 % of the segments are lost
 * before the capture point and 0.3 % behind it; some overtake others.  The sender repeats a segment
 * after three duplicate ACKs, after a partial one, and when its timer runs out; the receiver
 * acknowledges every second segment, or after 40 ms, or at once what is out of order.
 *
 * The truth has one row per pure ACK: the segment whose arrival caused it, as it was captured, and
 * the time from that to the ACK at the capture point; why: 2 second segment, T timer, O out of
 * order, H a hole was filled, D nothing new, R new, but sent more than once; ambiguous: the segment
 * had been sent more than once by then (Karn).
 */
#include <err.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/gen/tcpgen.h"

#define EVENTS_MAX (1 << 16)
#define MS_NS ((int64_t)1000000)

enum event_kind { ARRIVES, ACKNOWLEDGED, DELAY_ENDS, TIMER_ENDS, SPEAKS };

struct event {
	int64_t t_ns;
	uint32_t order;
	enum event_kind kind;
	uint32_t segment; /* ACKNOWLEDGED: how many; DELAY_ENDS: which delay */
	uint32_t tsval;
	uint32_t packet;
};

struct ack {
	uint32_t packet;
	uint32_t trigger; /* packet */
	uint32_t flow;
	char why;
	bool ambiguous;
};

struct flow {
	bool up;
	double position; /* of the capture point: 0 client, 1 server */
};

struct tcpts {
	struct tcpgen *g;
	struct flow *flows;
	struct ack *acks;
	size_t n_acks;
	size_t cap_acks;
	struct event *heap;
	int n_events;
	uint32_t n_pushed;
};

/* One flow while it is simulated; segments are numbered from 0. */
struct sim {
	struct tcpts *t;
	struct tcpgen_conn c;
	uint32_t conn;
	int sender;        /* which end */
	double to_capture; /* share of the path from the sender to the capture point */
	double rtt_ns;
	uint32_t n_segments;
	uint32_t window;
	bool interactive;
	uint8_t *copies;
	uint8_t *got;
	/* sender */
	uint32_t acked;
	uint32_t next;
	uint32_t recover;
	unsigned dup_acks;
	uint32_t echo; /* the receiver's last time stamp */
	/* receiver */
	uint32_t expected;
	uint32_t last_ack;
	uint32_t delay;  /* number of the delayed ACK under way */
	uint32_t recent; /* TS.Recent */
	bool has_recent;
	uint32_t trigger;
	/* when something last passed: data at the capture point and the receiver, ACKs at the
	 * capture point and the sender */
	int64_t data_capture_ns, data_receiver_ns, ack_capture_ns, ack_sender_ns;
	int64_t now_ns;
};

/* ---- events: a heap by time ---- */

static bool
before(const struct event *a, const struct event *b)
{
	return a->t_ns < b->t_ns || (a->t_ns == b->t_ns && a->order < b->order);
}

static void
push(struct tcpts *t, struct event e)
{
	int i = t->n_events++;

	if (t->n_events >= EVENTS_MAX)
		errx(1, "more than %d events", EVENTS_MAX);
	e.order = t->n_pushed++;
	for (; i && !before(&t->heap[(i - 1) / 2], &e); i = (i - 1) / 2)
		t->heap[i] = t->heap[(i - 1) / 2];
	t->heap[i] = e;
}

static struct event
pop(struct tcpts *t)
{
	struct event first = t->heap[0], last = t->heap[--t->n_events];
	int i = 0, child;

	for (; (child = 2 * i + 1) < t->n_events; i = child) {
		if (child + 1 < t->n_events && before(&t->heap[child + 1], &t->heap[child]))
			child++;
		if (before(&last, &t->heap[child]))
			break;
		t->heap[i] = t->heap[child];
	}
	t->heap[i] = last;
	return first;
}

/* ---- the path ---- */

/* The time for a share of the way between the ends. */
static int64_t
draw_delay(struct sim *s, double share)
{
	return (int64_t)(share * s->rtt_ns * 0.5 * 0.95) +
		(int64_t)synth_lognormal(&s->t->g->rng, share * s->rtt_ns * 0.5 * 0.05 + 1500, 0.8);
}

static struct tcpgen_packet *
add(struct sim *s, int64_t t_ns, int from, int flags, uint32_t seq, uint32_t ack)
{
	struct tcpgen_packet *p = tcpgen_add(s->t->g, t_ns, s->conn, from, flags);

	p->seq = s->c.isn[from] + seq;
	p->ack = s->c.isn[!from] + ack;
	return p;
}

static void
send_segment(struct sim *s, uint32_t i, int64_t t_ns, bool again)
{
	struct tcpgen *g = s->t->g;
	double before_capture = g->clean ? 1 : synth_unit(&g->rng);
	double behind_capture = g->clean ? 1 : synth_unit(&g->rng);
	int64_t t_capture_ns = t_ns + draw_delay(s, s->to_capture), t_arrival_ns;
	uint32_t tsval = tcpgen_tick(t_ns, s->c.tick[s->sender]);
	struct tcpgen_packet *p;

	if (t_capture_ns <= s->data_capture_ns && synth_unit(&g->rng) > 0.02)
		t_capture_ns = s->data_capture_ns + 1200;
	if (t_capture_ns > s->data_capture_ns)
		s->data_capture_ns = t_capture_ns;
	s->copies[i]++;
	if (before_capture < 0.001 && !again)
		return;
	p = add(s, t_capture_ns, s->sender, TCPGEN_ACK | TCPGEN_PSH, 1 + i * TCPGEN_MSS, 1);
	p->len = TCPGEN_MSS;
	p->tsval = tsval;
	p->tsecr = s->echo;
	if (behind_capture < 0.003 && !again)
		return;
	t_arrival_ns = t_capture_ns + draw_delay(s, 1 - s->to_capture);
	if (t_arrival_ns <= s->data_receiver_ns && (g->clean || synth_unit(&g->rng) > 0.003))
		t_arrival_ns = s->data_receiver_ns + 1200;
	if (t_arrival_ns > s->data_receiver_ns)
		s->data_receiver_ns = t_arrival_ns;
	push(s->t,
		(struct event){.t_ns = t_arrival_ns,
			.kind = ARRIVES,
			.segment = i,
			.tsval = tsval,
			.packet = p->order});
}

static void
note_ack(struct tcpts *t, struct ack a)
{
	if (t->n_acks == t->cap_acks) {
		t->cap_acks = t->cap_acks ? 2 * t->cap_acks : 65536;
		t->acks = realloc(t->acks, t->cap_acks * sizeof *t->acks);
		if (t->acks == NULL)
			err(1, "memory");
	}
	t->acks[t->n_acks++] = a;
}

static void
send_ack(struct sim *s, int64_t t_ns, char why, bool ambiguous)
{
	int64_t t_capture_ns, t_arrival_ns;
	struct tcpgen_packet *p;

	t_ns += 1500;
	t_capture_ns = t_ns + draw_delay(s, 1 - s->to_capture);
	if (t_capture_ns <= s->ack_capture_ns)
		t_capture_ns = s->ack_capture_ns + 1000;
	s->ack_capture_ns = t_capture_ns;
	t_arrival_ns = t_capture_ns + draw_delay(s, s->to_capture);
	if (t_arrival_ns <= s->ack_sender_ns)
		t_arrival_ns = s->ack_sender_ns + 1000;
	s->ack_sender_ns = t_arrival_ns;
	p = add(s, t_capture_ns, !s->sender, TCPGEN_ACK, 1, 1 + s->expected * TCPGEN_MSS);
	p->tsval = tcpgen_tick(t_ns, s->c.tick[!s->sender]);
	p->tsecr = s->recent;
	note_ack(s->t, (struct ack){p->order, s->trigger, s->conn, why, ambiguous});
	s->last_ack = s->expected;
	s->has_recent = false;
	s->delay++;
	push(s->t,
		(struct event){.t_ns = t_arrival_ns,
			.kind = ACKNOWLEDGED,
			.segment = s->expected,
			.tsval = p->tsval});
}

static void
set_timer(struct sim *s, int64_t wait_ns)
{
	push(s->t,
		(struct event){
			.t_ns = s->now_ns + wait_ns, .kind = TIMER_ENDS, .segment = s->acked});
}

/* ---- what the ends do ---- */

/* RFC 7323 section 4.3: the echo is that of the earliest unacknowledged segment. */
static void
note_recent(struct sim *s, const struct event *e)
{
	if (e->segment > s->last_ack)
		return;
	if (!s->has_recent || e->segment == s->last_ack)
		s->recent = e->tsval;
	s->has_recent = true;
}

static void
receive(struct sim *s, const struct event *e)
{
	uint32_t i = e->segment, was = s->expected;
	bool fresh = i >= s->expected && !s->got[i], repeated = s->copies[i] > 1;

	s->trigger = e->packet;
	s->got[i] = 1;
	if (i <= s->expected)
		note_recent(s, e);
	if (i != s->expected) {
		send_ack(s, s->now_ns, fresh ? 'O' : 'D', repeated);
		return;
	}
	while (s->expected < s->n_segments && s->got[s->expected])
		s->expected++;
	if (s->expected - was > 1 || repeated)
		send_ack(s, s->now_ns, s->expected - was > 1 ? 'H' : 'R', repeated);
	else if (s->expected - s->last_ack >= 2)
		send_ack(s, s->now_ns, '2', false);
	else
		push(s->t,
			(struct event){.t_ns = s->now_ns + 40 * MS_NS,
				.kind = DELAY_ENDS,
				.segment = s->delay});
}

static void
fill_window(struct sim *s)
{
	int64_t t_ns = s->now_ns;

	for (; !s->interactive && s->next < s->n_segments && s->next - s->acked < s->window;
		t_ns += 1200)
		send_segment(s, s->next++, t_ns, false);
}

static void
acknowledged(struct sim *s, const struct event *e)
{
	s->echo = e->tsval;
	if (e->segment > s->acked) {
		s->acked = e->segment;
		s->dup_acks = 0;
		if (s->acked < s->recover && s->acked < s->next)
			send_segment(s, s->acked, s->now_ns, true);
		set_timer(s, 200 * MS_NS + (int64_t)s->rtt_ns);
		fill_window(s);
	} else if (s->acked < s->next && e->segment == s->acked && ++s->dup_acks == 3 &&
		s->acked >= s->recover) {
		s->recover = s->next;
		send_segment(s, s->acked, s->now_ns, true);
	}
}

static void
timer_ends(struct sim *s, const struct event *e)
{
	if (e->segment != s->acked)
		return;
	if (s->acked < s->next) {
		send_segment(s, s->acked, s->now_ns, true);
		set_timer(s, 400 * MS_NS);
	} else if (s->interactive && s->next < s->n_segments) {
		set_timer(s, 400 * MS_NS);
	}
}

static void
speak(struct sim *s)
{
	if (s->next < s->n_segments && s->next - s->acked < s->window)
		send_segment(s, s->next++, s->now_ns, false);
	if (s->next < s->n_segments)
		push(s->t,
			(struct event){.kind = SPEAKS,
				.t_ns = s->now_ns +
					(int64_t)synth_lognormal(&s->t->g->rng, 30e6, 0.8)});
}

static void
run(struct sim *s)
{
	while (s->t->n_events) {
		struct event e = pop(s->t);

		s->now_ns = e.t_ns;
		if (e.kind == SPEAKS)
			speak(s);
		else if (e.kind == ARRIVES)
			receive(s, &e);
		else if (e.kind == ACKNOWLEDGED)
			acknowledged(s, &e);
		else if (e.kind == TIMER_ENDS)
			timer_ends(s, &e);
		else if (e.segment == s->delay && s->expected > s->last_ack)
			send_ack(s, s->now_ns, 'T', false);
	}
}

/* ---- a flow ---- */

/* The client opens; returns when the sender may begin. */
static int64_t
shake_hands(struct sim *s, int64_t t_ns, double position)
{
	const uint32_t *tick = s->c.tick;
	int64_t t_syn_ns, t_server_ns, t_answer_ns, t_client_ns;
	struct tcpgen_packet *p;

	t_syn_ns = t_ns + draw_delay(s, position);
	p = add(s, t_syn_ns, 0, TCPGEN_SYN, 0, 0);
	p->tsval = tcpgen_tick(t_ns, tick[0]);
	t_server_ns = t_syn_ns + draw_delay(s, 1 - position) + 5000;
	t_answer_ns = t_server_ns + draw_delay(s, 1 - position);
	p = add(s, t_answer_ns, 1, TCPGEN_SYN | TCPGEN_ACK, 0, 1);
	p->tsval = tcpgen_tick(t_server_ns, tick[1]);
	p->tsecr = tcpgen_tick(t_ns, tick[0]);
	t_client_ns = t_answer_ns + draw_delay(s, position) + 3000;
	p = add(s, t_client_ns + draw_delay(s, position), 0, TCPGEN_ACK, 1, 1);
	p->tsval = tcpgen_tick(t_client_ns, tick[0]);
	p->tsecr = tcpgen_tick(t_server_ns, tick[1]);
	s->echo = s->sender ? tcpgen_tick(t_client_ns, tick[0]) : tcpgen_tick(t_server_ns, tick[1]);
	t_client_ns += draw_delay(s, position);
	return t_client_ns + draw_delay(s, 1 - position) + 20000;
}

static void
say_goodbye(struct sim *s)
{
	int64_t rtt_ns = (int64_t)s->rtt_ns, t_ns = s->now_ns + 1000000;
	uint32_t end = 1 + s->n_segments * TCPGEN_MSS;
	uint32_t theirs = s->c.tick[!s->sender], ours = s->c.tick[s->sender];
	struct tcpgen_packet *p;

	if (t_ns < s->data_capture_ns)
		t_ns = s->data_capture_ns + 1000;
	p = add(s, t_ns, s->sender, TCPGEN_FIN | TCPGEN_ACK, end, 1);
	p->tsval = tcpgen_tick(t_ns, ours);
	p->tsecr = s->echo;
	p = add(s, t_ns + rtt_ns, !s->sender, TCPGEN_FIN | TCPGEN_ACK, 1, end + 1);
	p->tsval = tcpgen_tick(t_ns + (int64_t)(s->rtt_ns / 2), theirs);
	p->tsecr = tcpgen_tick(t_ns, ours);
	p = add(s, t_ns + 2 * rtt_ns, s->sender, TCPGEN_ACK, end + 1, 2);
	p->tsval = tcpgen_tick(t_ns + rtt_ns, ours);
	p->tsecr = tcpgen_tick(t_ns + (int64_t)(s->rtt_ns / 2), theirs);
}

static struct tcpgen_conn
draw_conn(struct synth_rng *rng, uint32_t f)
{
	struct tcpgen_conn c = {
		.addr = {0x0a020001u + f % 200, 0x0a030001u + f % 7},
		.port = {(uint16_t)(32768 + f * 7 % 28000), 5001},
	};

	c.isn[0] = (uint32_t)synth_next(rng);
	c.isn[1] = (uint32_t)synth_next(rng);
	c.tick[0] = (uint32_t)synth_next(rng);
	c.tick[1] = (uint32_t)synth_next(rng);
	if (f % 5 == 0)
		c.isn[0] = c.isn[1] = 0xffffffffu - (uint32_t)(synth_next(rng) % 200000);
	if (f % 7 == 0)
		c.tick[0] = c.tick[1] = 0xffffffffu - (uint32_t)(synth_next(rng) % 500);
	return c;
}

/* One flow from *start_ns on, where the next one is to start. */
static void
simulate(struct tcpts *t, uint32_t f, int64_t *start_ns)
{
	struct synth_rng *rng = &t->g->rng;
	struct sim s = {.t = t, .c = draw_conn(rng, f)};
	double position = f % 3 * 0.5;
	int64_t t_ns = *start_ns;

	s.conn = tcpgen_connect(t->g, &s.c);
	t->flows[f] = (struct flow){f & 1, position};
	s.rtt_ns = 300e3 * exp(synth_unit(rng) * 5.5); /* 0.3 to 73 ms */
	s.sender = f & 1 ? 0 : 1;
	s.to_capture = f & 1 ? position : 1 - position;
	s.n_segments = (uint32_t)(300 + synth_next(rng) % 3000);
	s.window = (uint32_t)(10 + synth_next(rng) % 30);
	s.interactive = f % 4 == 3;
	if (s.interactive)
		s.n_segments = (uint32_t)(200 + synth_next(rng) % 400);
	s.copies = synth_alloc(s.n_segments + 1, 1);
	s.got = synth_alloc(s.n_segments + 1, 1);
	*start_ns += (int64_t)(synth_unit(rng) * 40e6);
	draw_delay(&s, s.to_capture);     /* two draws that nothing depends on any more, */
	draw_delay(&s, 1 - s.to_capture); /* kept so that seeds keep their captures */
	s.now_ns = shake_hands(&s, t_ns, position);
	t->n_events = 0;
	if (s.interactive)
		push(t, (struct event){.t_ns = s.now_ns, .kind = SPEAKS});
	else
		fill_window(&s);
	set_timer(&s, 200 * MS_NS + (int64_t)s.rtt_ns);
	run(&s);
	say_goodbye(&s);
	free(s.copies);
	free(s.got);
	if (f % 50 == 49)
		*start_ns = s.now_ns;
}

/* ---- output ---- */

/* Packets move when they are sorted: what the truth needs of them, by order of planning. */
struct planned {
	int64_t t_ns;
	uint32_t ack;
	uint32_t tsecr;
	uint32_t frame;
};

static void
write_capture(struct tcpts *t, struct planned *planned)
{
	static uint8_t bytes[TCPGEN_MSS];
	uint8_t frame[2048];
	struct tcpgen *g = t->g;

	memset(bytes, 'x', sizeof bytes);
	for (size_t i = 0; i < g->n_packets; i++) {
		const struct tcpgen_packet *p = &g->packets[i];

		synth_pcap_add(&g->pcap, p->t_ns, frame,
			tcpgen_frame(frame, p, &g->conns[p->conn], bytes, p->len));
		planned[p->order] = (struct planned){p->t_ns, p->ack, p->tsecr, g->pcap.frames};
	}
	synth_pcap_close(&g->pcap);
}

static void
write_truth(const struct tcpts *t, const struct planned *planned)
{
	FILE *out = fopen(t->g->truth, "w");

	if (out == NULL)
		err(1, "%s", t->g->truth);
	fputs("flow,client,cport,server,pos,upload,ack_frame,ack,tsecr,t_ack_ns,seg_frame,rtt_ns,"
	      "why,ambiguous\n",
		out);
	for (size_t i = 0; i < t->n_acks; i++) {
		const struct ack *a = &t->acks[i];
		const struct tcpgen_conn *c = &t->g->conns[a->flow];
		const struct planned *p = &planned[a->packet], *trigger = &planned[a->trigger];

		fprintf(out, "%u,10.2.0.%u,%u,10.3.0.%u,%.1f,%d,%u,%u,%u,", a->flow,
			c->addr[0] & 255, c->port[0], c->addr[1] & 255, t->flows[a->flow].position,
			t->flows[a->flow].up, p->frame, p->ack, p->tsecr);
		fprintf(out, "%" PRId64 ",%u,%" PRId64 ",%c,%d\n", p->t_ns, trigger->frame,
			p->t_ns - trigger->t_ns, a->why, a->ambiguous);
	}
	if (fclose(out) != 0)
		err(1, "%s", t->g->truth);
}

void
gencap_tcpts(struct tcpgen *g)
{
	struct tcpts t = {.g = g};
	int64_t start_ns = TCPGEN_START_NS;
	struct planned *planned;

	t.heap = synth_alloc(EVENTS_MAX, sizeof *t.heap);
	/* A flow has more than 200 packets. */
	t.flows = synth_alloc(g->n / 200 + 1, sizeof *t.flows);
	for (uint32_t f = 0; g->n_packets < g->n; f++)
		simulate(&t, f, &start_ns);
	planned = synth_alloc(g->n_packets, sizeof *planned);
	tcpgen_sort(g);
	write_capture(&t, planned);
	if (g->truth)
		write_truth(&t, planned);
	free(planned);
	free(t.heap);
	free(t.flows);
	free(t.acks);
}
