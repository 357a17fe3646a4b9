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

/* Has the run no output with a row a request?  Then one empty series says so. */
static bool
lacks_samples(const struct study *s, size_t i)
{
	const struct study_run *sr = study_run_of(s, i);

	for (size_t k = sr->first; k < sr->first + sr->n_observations; k++)
		if (s->observations[k].is_load && s->observations[k].load &&
			s->observations[k].load->n_requests)
			return false;
	return true;
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

/* A series that takes the values over; nothing when there are none, unless always. */
static void
take_values(
	struct measures *m, const char *metric, struct labels labels, struct values *v, bool always)
{
	struct series *s;

	if (!v->n && !v->excluded && !always)
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
measure_http(struct measures *m, struct study *s, bool always, unsigned n_threads,
	struct samples_writer *samples, struct verr *err)
{
	enum vstatus st = V_OK;

	for (size_t i = 0; i < s->n_observations; i++) {
		struct observation *o = &s->observations[i];
		const struct http_counts *c = &o->http.counts;
		struct labels labels;

		bool again = told_before(s, i), empty;

		if (!o->usable || (!o->capture && !o->is_load) ||
			(!always && !c->requests && !c->failed))
			continue;
		empty = !o->is_load || (!again && lacks_samples(s, i));
		labels = labels_at(m, s, i);
		for (int k = 0; k < HTTPOBS_N_METRICS; k++)
			take_values(m, httpobs_metric_name((enum httpobs_metric)k), labels,
				&o->http.values[k], k == HTTPOBS_LATENCY && empty);
		tally_http_once(m, labels, o, again);
		if (samples && st == V_OK)
			st = samples_add_http(samples, study_run_of(s, i), o, err);
	}
	measures_prepare(m, n_threads);
	return st;
}

enum vstatus
measure_tcp(struct measures *m, struct study *s, bool always, unsigned n_threads,
	struct samples_writer *samples, struct samples_writer *flows, struct verr *err)
{
	enum vstatus st = V_OK;

	for (size_t i = 0; i < s->n_observations; i++) {
		struct observation *o = &s->observations[i];
		struct labels labels;

		if (!o->usable || !o->capture || (!always && !o->tcp.counts.packets))
			continue;
		labels = labels_at(m, s, i);
		for (int k = 0; k < TCPOBS_N_METRICS; k++)
			take_values(m, tcpobs_metric_name(k), labels, &o->tcp.values[k],
				k == TCPRTT_ACK);
		tally_tcp(measures_add_tally(m, "tcp_ack_ns", labels), o);
		if (samples && st == V_OK)
			st = samples_add_tcp(samples, study_run_of(s, i), o, err);
		if (flows && st == V_OK)
			st = samples_add_flows(flows, study_run_of(s, i), o, err);
	}
	measures_prepare(m, n_threads);
	return st;
}
