/*
 * in_iperf2 - iperf 2.x with -y C: one line a report.
 *
 *	timestamp,src,sport,dst,dport,id,begin-end,bytes,bits/s[,jitter,lost,total,lost%,reordered]
 *
 * With -i, intervals come before the report over the whole test, which begins at 0 and ends last:
 * of each stream the longest line from 0 counts, the others are passed over.  The line with id -1
 * is the sum of the streams; where it is missing (2.1 prints none) the streams are added up, bytes
 * and rates.  UDP lines have the receiver's loss: total -1 where it did not report.  The client's
 * lines are of what it sent, those with the five further columns of what the server received.
 * The timestamp is local time without a zone, and 1970 where iperf 2.1 has none: not used.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/tools/readers.h"

#define STREAMS_MAX 1024
#define N_TCP 9
#define N_UDP 14

struct report {
	struct slice id, src, sport, dst, dport;
	int64_t duration_ns;
	uint64_t bytes;
	double bps;
	uint64_t lost; /* TOOL_COUNT_NONE not told */
	uint64_t total;
	bool udp;
};

static bool
read_interval(struct report *r, struct slice s)
{
	struct slice from;
	int64_t from_ns, to_ns;

	if (!slice_cut(&from, &s, '-') || !s.p || !tool_scaled(&from_ns, from, NS_PER_S) ||
		!tool_scaled(&to_ns, s, NS_PER_S) || to_ns <= from_ns)
		return false;
	r->duration_ns = from_ns ? 0 : to_ns;
	return true;
}

static bool
read_report(struct report *r, const struct csvrec *rec)
{
	const struct slice *f = rec->fields;
	double bps;

	if (rec->n != N_TCP && rec->n < N_UDP)
		return false;
	*r = (struct report){.src = f[1],
		.sport = f[2],
		.dst = f[3],
		.dport = f[4],
		.id = f[5],
		.lost = TOOL_COUNT_NONE,
		.total = TOOL_COUNT_NONE,
		.udp = rec->n >= N_UDP};
	if (!read_interval(r, f[6]) || !tool_u64(&r->bytes, f[7]) || !slice_f64(f[8], &bps) ||
		!(bps >= 0 && bps < 1e18))
		return false;
	r->bps = bps;
	if (r->udp && tool_u64(&r->total, f[11]) && r->total > 0)
		tool_u64(&r->lost, f[10]);
	return true;
}

/* Is that the same stream?  Its report over the longest time counts. */
static void
keep(struct report *reports, size_t *n, const struct report *r)
{
	for (size_t i = 0; i < *n; i++) {
		const struct report *k = &reports[i];

		if (k->id.n != r->id.n || memcmp(k->id.p, r->id.p, r->id.n) ||
			k->sport.n != r->sport.n || memcmp(k->sport.p, r->sport.p, r->sport.n))
			continue;
		if (r->duration_ns >= k->duration_ns)
			reports[i] = *r;
		return;
	}
	reports[(*n)++] = *r;
}

static const char *
end_text(struct toolout *o, struct slice host, struct slice port)
{
	char text[128];

	if (!host.n || !port.n)
		return NULL;
	snprintf(text, sizeof text, memchr(host.p, ':', host.n) ? "[%.*s]:%.*s" : "%.*s:%.*s",
		(int)(host.n < 64 ? host.n : 64), host.p, (int)(port.n < 8 ? port.n : 8), port.p);
	return toolout_text(o, slice_of(text));
}

static struct tool_rate
rate_of(const struct report *r)
{
	struct tool_rate rate = tool_rate_none();

	rate.proto = r->udp ? "udp" : "tcp";
	rate.side = r->lost != TOOL_COUNT_NONE ? TOOL_RECEIVE : TOOL_SEND;
	rate.duration_ns = r->duration_ns;
	rate.bytes = r->bytes;
	rate.throughput_bps = r->bps;
	if (r->lost != TOOL_COUNT_NONE) {
		rate.messages_ok = r->total > r->lost ? r->total - r->lost : 0;
		rate.messages_err = r->lost;
	}
	return rate;
}

/* The total: the line of iperf's own sum, or the streams' added up. */
static struct tool_rate
total_of(const struct report *reports, size_t n, size_t n_streams)
{
	struct tool_rate t = rate_of(&reports[0]);

	for (size_t i = 0; i < n; i++)
		if (slice_eq(reports[i].id, "-1"))
			t = rate_of(&reports[i]);
	if (n == n_streams) {
		for (size_t i = 1; i < n; i++) {
			struct tool_rate s = rate_of(&reports[i]);

			t.bytes += s.bytes;
			t.throughput_bps += s.throughput_bps;
			if (s.messages_ok != TOOL_COUNT_NONE && t.messages_ok != TOOL_COUNT_NONE) {
				t.messages_ok += s.messages_ok;
				t.messages_err += s.messages_err;
			}
			if (s.duration_ns > t.duration_ns)
				t.duration_ns = s.duration_ns;
		}
	}
	t.conditions[TOOL_STREAMS] = (int64_t)n_streams;
	return t;
}

static enum vstatus
add_rates(struct toolout *o, const struct report *reports, size_t n, struct verr *err)
{
	size_t n_streams = 0;
	struct tool_rate r;
	enum vstatus st;

	for (size_t i = 0; i < n; i++)
		n_streams += !slice_eq(reports[i].id, "-1");
	r = total_of(reports, n, n_streams ? n_streams : 1);
	if (n == 1) {
		r.src = end_text(o, reports[0].src, reports[0].sport);
		r.dst = end_text(o, reports[0].dst, reports[0].dport);
	}
	st = toolout_add_rate(o, &r, err);
	for (size_t i = 0; st == V_OK && n_streams > 1 && i < n; i++) {
		if (slice_eq(reports[i].id, "-1"))
			continue;
		r = rate_of(&reports[i]);
		r.total = false;
		r.src = end_text(o, reports[i].src, reports[i].sport);
		r.dst = end_text(o, reports[i].dst, reports[i].dport);
		r.conditions[TOOL_STREAMS] = (int64_t)n_streams;
		st = toolout_add_rate(o, &r, err);
	}
	return st;
}

enum vstatus
in_iperf2_csv(struct toolout *o, struct slice text, struct verr *err)
{
	struct report *reports = xcalloc(STREAMS_MAX, sizeof *reports), r;
	struct csvrec rec = {0};
	size_t n = 0;
	enum vstatus st;

	while ((st = csvrec_next(&rec, &text, ',')) == V_OK) {
		if (!read_report(&r, &rec))
			toolout_left_out(
				o, rec.line, "expected iperf's %d or %d columns", N_TCP, N_UDP);
		else if (r.duration_ns && n < STREAMS_MAX)
			keep(reports, &n, &r);
		else if (r.duration_ns)
			toolout_left_out(o, rec.line, "more than %d streams", STREAMS_MAX);
	}
	if (st == V_EFORMAT)
		toolout_left_out(o, rec.line, "a quoted field does not end");
	st = n ? add_rates(o, reports, n, err)
	       : verr_set(err, V_EFORMAT, "%s: no report from the start of a test in it", o->name);
	csvrec_release(&rec);
	free(reports);
	return st;
}
