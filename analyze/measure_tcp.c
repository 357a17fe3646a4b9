/*
 * measure_tcp - series and tallies of the HTTP and TCP analyses; see measure.h.
 */
#include "analyze/measure.h"

static void
tally_http(struct tally *t, const struct observation *o)
{
	const struct http_counts *c = &o->http.counts;

	t->counts[HTTP_REQUESTS] = c->requests;
	t->counts[HTTP_COMPLETE] = c->complete;
	t->counts[HTTP_CONNECTIONS] = c->connections;
	t->counts[HTTP_FAILED] = c->failed;
	t->counts[HTTP_RESET] = c->reset;
	t->counts[HTTP_CLOSED] = c->closed;
	t->counts[HTTP_TIMEOUT] = c->timeout;
	t->counts[HTTP_UNFINISHED] = c->unfinished;
	t->counts[HTTP_GAP] = c->gap;
	t->counts[HTTP_AMBIGUOUS] = c->ambiguous;
	t->counts[HTTP_CUT] = c->cut;
	t->counts[HTTP_PIPELINED] = c->pipelined;
	t->counts[HTTP_HIDDEN] = c->hidden;
	t->counts[HTTP_ORPHANS] = c->orphans;
	t->counts[HTTP_INTERIM] = c->interim;
	t->counts[HTTP_UPGRADES] = c->upgrades;
	t->counts[HTTP_MALFORMED] = c->malformed;
	t->counts[HTTP_TLS] = c->tls;
	t->counts[HTTP_HTTP2] = c->http2;
	t->counts[HTTP_OTHER] = c->other;
	t->counts[HTTP_EVICTED] = c->evicted;
	t->counts[HTTP_OUTSIDE] = c->outside;
	t->counts[HTTP_UNTIMED] = c->untimed;
	t->counts[HTTP_DROPPED] = o->dropped;
	t->counts[HTTP_FAILED_REQUESTS] =
		o->is_load ? o->http.failed_requests : c->reset + c->closed + c->timeout;
	t->counts[HTTP_BAD_STATUS] = o->http.bad_status;
	t->counts[HTTP_NESTED] = o->http.nested;
	t->counts[HTTP_LEFT_OUT] = o->http.left_out;
}

/*
 * A run's tallies of one point are one: several files of a tool tell of the same requests, each
 * what it knows.
 */
static void
tally_http_once(struct measures *m, struct labels labels, const struct observation *o, bool again)
{
	struct tally here = {.metric = "latency_ns"}, *t;

	if (!again) {
		tally_http(measures_add_tally(m, "latency_ns", labels), o);
		return;
	}
	tally_http(&here, o);
	t = &m->tallies[m->n_tallies - 1];
	for (int k = 0; k < HTTP_N_COUNTS; k++)
		if (here.counts[k] > t->counts[k])
			t->counts[k] = here.counts[k];
}

/* Does another output of the same run, before this one, tell of the point app? */
static bool
told_before(const struct study *s, size_t i)
{
	for (size_t k = study_run_of(s, i)->first; s->observations[i].is_load && k < i; k++)
		if (s->observations[k].is_load && s->observations[k].usable)
			return true;
	return false;
}

/* Did the point see nothing of what is asked for?  Where nothing else is, a note tells. */
static bool
is_silent(struct measures *m, const char *what, bool alone, const uint64_t *counts, size_t n)
{
	bool silent = true;

	for (size_t i = 0; i < n; i++)
		silent &= !counts[i];
	if (alone) {
		m->asked = what;
		m->n_silent += silent;
		m->n_asked++;
	}
	return silent;
}

/* What a capture's drops and lost times say is no HTTP. */
static bool
is_silent_http(struct measures *m, const struct observation *o, bool alone)
{
	struct tally t = {.metric = "latency_ns"};

	tally_http(&t, o);
	t.counts[HTTP_DROPPED] = t.counts[HTTP_UNTIMED] = 0;
	return is_silent(m, "HTTP", alone && o->capture, t.counts, HTTP_N_COUNTS);
}

static void
tally_tcp(struct tally *t, const struct observation *o)
{
	const struct tcprtt_counts *c = &o->tcp.counts;

	t->counts[TCP_CONNECTIONS] = c->flows;
	t->counts[TCP_PACKETS] = c->packets;
	t->counts[TCP_BYTES] = c->bytes;
	t->counts[TCP_HANDSHAKES] = c->samples[TCPRTT_HANDSHAKE];
	t->counts[TCP_ACKS] = c->samples[TCPRTT_ACK];
	t->counts[TCP_TIMESTAMPS] = c->samples[TCPRTT_TIMESTAMP];
	t->counts[TCP_DELAYED] = c->delayed;
	t->counts[TCP_KARN] = c->karn;
	t->counts[TCP_UNSURE] = c->unsure;
	t->counts[TCP_RETRANSMITTED] = c->retransmitted;
	t->counts[TCP_SPURIOUS] = c->spurious;
	t->counts[TCP_REORDERED] = c->reordered;
	t->counts[TCP_MISSING] = c->gap;
	t->counts[TCP_COPIES] = c->copies;
	t->counts[TCP_MERGED] = c->merged;
	t->counts[TCP_ZERO_WINDOWS] = c->zero_windows;
	t->counts[TCP_RESETS] = c->resets;
	t->counts[TCP_REFUSED] = c->refused;
	t->counts[TCP_UNOPENED] = c->unopened;
	t->counts[TCP_EVICTED] = c->evicted;
	t->counts[TCP_FORGOTTEN] = c->forgotten;
	t->counts[TCP_UNTIMED] = c->untimed;
	t->counts[TCP_DROPPED] = o->dropped;
}

/* A series that takes the values over; nothing when there are none, unless even that tells. */
static void
take_values(struct measures *m, const char *metric, struct labels labels, struct values *v,
	bool even_none)
{
	struct series *s;

	if (!v->n && !v->excluded && !even_none)
		return;
	s = measures_add_series(m, metric, labels);
	s->x = v->x;
	s->n = v->n;
	s->excluded = v->excluded;
	s->unordered = v->unordered;
	*v = (struct values){0};
}

static struct labels
labels_at(struct measures *m, const struct study *s, size_t i)
{
	const struct observation *o = &s->observations[i];
	struct labels labels = measures_labels(m, study_run_of(s, i));

	labels_add(&labels, &m->arena, "point", o->point, study_point_rank(s, o->point));
	return labels;
}

enum vstatus
measure_http(struct measures *m, struct study *s, bool alone, unsigned n_threads,
	struct samples_writer *samples, struct verr *err)
{
	enum vstatus st = V_OK;

	for (size_t i = 0; i < s->n_observations; i++) {
		struct observation *o = &s->observations[i];
		const struct http_counts *c = &o->http.counts;
		struct labels labels;
		bool tried;

		if (!o->usable || (!o->capture && !o->is_load) || is_silent_http(m, o, alone) ||
			(!alone && !c->requests && !c->failed))
			continue;
		/* That all requests failed tells; that a tool prints quantiles only does not. */
		tried = o->is_load ? o->load->n_requests > 0 : c->requests || c->failed;
		labels = labels_at(m, s, i);
		for (int k = 0; k < HTTPOBS_N_METRICS; k++)
			take_values(m, httpobs_metric_name((enum httpobs_metric)k), labels,
				&o->http.values[k], tried && k == HTTPOBS_LATENCY);
		tally_http_once(m, labels, o, told_before(s, i));
		if (samples && st == V_OK)
			st = samples_add_http(samples, study_run_of(s, i), o, err);
	}
	measures_prepare(m, n_threads);
	return st;
}

enum vstatus
measure_tcp(struct measures *m, struct study *s, bool alone, unsigned n_threads,
	struct samples_writer *samples, struct samples_writer *flows, struct verr *err)
{
	enum vstatus st = V_OK;

	for (size_t i = 0; i < s->n_observations; i++) {
		struct observation *o = &s->observations[i];
		struct labels labels;

		if (!o->usable || !o->capture ||
			is_silent(m, "TCP", alone, &o->tcp.counts.packets, 1))
			continue;
		labels = labels_at(m, s, i);
		for (int k = 0; k < TCPOBS_N_METRICS; k++)
			take_values(m, tcpobs_metric_name(k), labels, &o->tcp.values[k], false);
		tally_tcp(measures_add_tally(m, "tcp_ack_ns", labels), o);
		if (samples && st == V_OK)
			st = samples_add_tcp(samples, study_run_of(s, i), o, err);
		if (flows && st == V_OK)
			st = samples_add_flows(flows, study_run_of(s, i), o, err);
	}
	measures_prepare(m, n_threads);
	return st;
}
