/*
 * in_fping - the lines of fping 3 to 5.
 *
 *	HOST : [7], 64 bytes, 2.31 ms (2.51 avg, 0% loss)	-c, -C, -l: one line a probe
 *	HOST : [7], timed out (NaN avg, 100% loss)
 *	HOST : duplicate for [7], 64 bytes, 0.20 ms
 *	HOST : 4.97 2.12 - 2.79					-C: all of a target's probes
 *	HOST : xmt/rcv/%loss = 30/30/0%, min/avg/max = ...	totals; -Q: after [HH:MM:SS]
 *	HOST (1.83 ms)   HOST is alive (1.83 ms)   HOST is unreachable		plain, -a, -e
 *	ICMP Host Unreachable from ROUTER for ICMP Echo sent to HOST
 *	       6 ICMP Echos sent				-s
 *	BEGIN fping.10_78_0_2_packets ... SET xmt = 10 ... END	-N: totals for netdata
 *
 * fping counts from 0 and on beyond 65535.  Its times have three significant digits below
 * 1 s.  In the plain modes a target is retried until it answers, and which try was
 * answered is not told: seq then counts the statements about the target.
 *
 * With -Q, the line after a time of day covers one interval and is passed over; the line that
 * comes without a new time of day is the total.  The totals of -N carry no probes and repeat what
 * the last line says: they are recognised and passed over.  The size in "64 bytes" includes the
 * IP header in fping 3 and does not in 4, so no payload size is taken from it.
 */
#include "analyze/in_fping.h"

#include <string.h>

#include "core/tstamp.h"

/* is_host - a name or an address: visible characters only. */
static bool
is_host(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ')
			return false;
	return s.n > 0;
}

/* number_in - "[7]" off the front. */
static bool
number_in(uint32_t *seq, struct slice *s)
{
	int64_t v;

	if (!pingline_lit(s, "[") || !pingline_int(&v, s) || !pingline_lit(s, "]"))
		return false;
	if (v > UINT32_MAX)
		return false;
	*seq = (uint32_t)v;
	return true;
}

/* rtt_before_ms - the number before the first " ms". */
static bool
rtt_before_ms(struct ping_probe *p, struct slice s, const struct pingline *l)
{
	size_t end = slice_find(s, " ms");
	size_t begin = end;
	int64_t rtt_ns;
	int64_t resolution_ns;

	if (end == SIZE_MAX)
		return false;
	while (begin > 0 && s.p[begin - 1] != ' ' && s.p[begin - 1] != '(')
		begin--;
	if (!ping_time(&rtt_ns, &resolution_ns, pingline_part(s, begin, end - begin),
		    SLICE_LIT("ms")) ||
		rtt_ns < 0)
		return false;
	ping_probe_timed(p, rtt_ns, resolution_ns, l);
	return true;
}

/* probe_line - "[7], 64 bytes, 2.31 ms (...)", "[7], timed out (...)", "duplicate for [7], ...". */
static enum ping_said
probe_line(struct pingobs *po, struct slice host, struct slice s, const struct pingline *l)
{
	struct ping_probe p = ping_probe_none(0);

	p.dup = pingline_lit(&s, "duplicate for ");
	if (!number_in(&p.seq, &s) || !pingline_lit(&s, ", "))
		return SAID_NOTHING;
	if (slice_starts(s, "timed out")) {
		p.target = (uint32_t)pingobs_named(po, host);
		pingobs_note(po, p, OBS_SILENCE);
		return SAID_PING;
	}
	if (!rtt_before_ms(&p, s, l))
		return SAID_NOTHING;
	p.target = (uint32_t)pingobs_named(po, host);
	pingobs_note(po, p, OBS_ANSWER);
	return SAID_PING;
}

/* total_line - "xmt/rcv/%loss = 30/30/0%, ..."; %return in loop mode. */
static enum ping_said
total_line(struct pingobs *po, struct slice host, struct slice s)
{
	struct pingobs_target *t;
	int64_t sent;
	int64_t received;
	size_t at = slice_find(s, " = ");
	size_t k;

	if (!slice_starts(s, "xmt/rcv/%") || at == SIZE_MAX)
		return SAID_NOTHING;
	s = pingline_part(s, at + 3, s.n);
	if (!pingline_int(&sent, &s) || !pingline_lit(&s, "/") || !pingline_int(&received, &s) ||
		!pingline_lit(&s, "/"))
		return SAID_NOTHING;
	k = pingobs_named(po, host);
	if (po->over_limit)
		return SAID_PING;
	t = &po->targets[k];
	if (t->interval != po->interval) {
		t->interval = po->interval;
	} else {
		t->sent = sent;
		t->received = received;
	}
	return SAID_PING;
}

/* list_entry - one of "4.97", "-"; false if it is neither. */
static bool
list_entry(struct ping_probe *p, struct slice word, const struct pingline *l)
{
	int64_t rtt_ns;
	int64_t resolution_ns;

	if (slice_eq(word, "-"))
		return true;
	if (!ping_time(&rtt_ns, &resolution_ns, word, SLICE_LIT("ms")) || rtt_ns < 0)
		return false;
	ping_probe_timed(p, rtt_ns, resolution_ns, l);
	return true;
}

static bool
is_list(struct slice s, const struct pingline *l)
{
	struct slice word;
	size_t n = 0;

	for (; slice_word(&word, &s); n++) {
		struct ping_probe p;

		if (!list_entry(&p, word, l))
			return false;
	}
	return n > 0;
}

/* list_line - "4.97 2.12 - 2.79"; of a cut line the last entry may lack digits and is left. */
static enum ping_said
list_line(struct pingobs *po, struct slice host, struct slice s, const struct pingline *l)
{
	struct slice word;
	size_t target;
	int64_t n = 0;
	int64_t n_answered = 0;

	s = slice_trim(s);
	if (l->cut)
		while (s.n > 0 && s.p[s.n - 1] != ' ')
			s.n--;
	if (!is_list(s, l))
		return SAID_NOTHING;
	target = pingobs_named(po, host);
	for (; slice_word(&word, &s) && !po->over_limit; n++) {
		struct ping_probe p = ping_probe_none(target);

		list_entry(&p, word, l);
		p.t_ns = TSTAMP_NONE; /* a stamp would be that of the whole line */
		p.seq = (uint32_t)n;
		n_answered += p.rtt_ns != TSTAMP_NONE;
		pingobs_note(po, p, OBS_LISTED);
	}
	if (!l->cut && !po->over_limit) {
		po->targets[target].sent = n;
		po->targets[target].received = n_answered;
	}
	return SAID_LIST;
}

/* host_line - everything that begins with "HOST : ". */
static enum ping_said
host_line(struct pingobs *po, const struct pingline *l)
{
	size_t at = slice_find(l->text, " : ");
	struct slice host;
	struct slice rest;
	enum ping_said said;

	if (at == SIZE_MAX)
		return SAID_NOTHING;
	host = ping_address(slice_trim(pingline_part(l->text, 0, at)));
	rest = pingline_part(l->text, at + 3, l->text.n);
	if (!is_host(host))
		return SAID_NOTHING;
	said = probe_line(po, host, rest, l);
	if (said == SAID_NOTHING)
		said = total_line(po, host, rest);
	return said == SAID_NOTHING ? list_line(po, host, rest, l) : said;
}

/* alive_line - "HOST (1.83 ms)", "HOST is alive (1.83 ms)", "HOST is alive". */
static enum ping_said
alive_line(struct pingobs *po, const struct pingline *l)
{
	struct slice s = slice_trim(l->text);
	struct slice host;
	struct ping_probe p = ping_probe_none(0);
	bool alive;

	if (!slice_word(&host, &s) || !is_host(host))
		return SAID_NOTHING;
	if (slice_eq(s, " is unreachable")) {
		p.target = (uint32_t)pingobs_named(po, host);
		pingobs_note(po, p, OBS_DEAD);
		return SAID_LIST;
	}
	alive = pingline_lit(&s, " is alive");
	p.untimed = alive && s.n == 0;
	if (!p.untimed &&
		!(slice_starts(s, " (") && slice_ends(s, " ms)") && rtt_before_ms(&p, s, l)))
		return SAID_NOTHING;
	p.target = (uint32_t)pingobs_named(po, host);
	pingobs_note(po, p, OBS_TIMED);
	return SAID_LIST;
}

/* refused_line - "ICMP Host Unreachable from ROUTER for ICMP Echo sent to HOST". */
static enum ping_said
refused_line(struct pingobs *po, const struct pingline *l)
{
	static const char mark[] = " for ICMP Echo sent to ";
	size_t at = slice_find(l->text, mark);
	struct slice s;
	struct slice host;
	struct ping_probe p;

	if (at == SIZE_MAX || l->cut || !slice_starts(l->text, "ICMP"))
		return SAID_NOTHING;
	s = pingline_part(l->text, at + sizeof mark - 1, l->text.n);
	if (!slice_word(&host, &s) || !is_host(host))
		return SAID_NOTHING;
	p = ping_probe_none(pingobs_named(po, host));
	p.error = true;
	pingobs_note(po, p, OBS_REFUSED);
	return SAID_PING;
}

/* stats_line - the block of -s: a number and what it counts. */
static enum ping_said
stats_line(struct pingobs *po, const struct pingline *l)
{
	static const struct {
		const char *what;
		size_t offset; /* of the field it goes to; SIZE_MAX for none */
	} rows[] = {
		{"targets", SIZE_MAX},
		{"alive", SIZE_MAX},
		{"unreachable", SIZE_MAX},
		{"unknown addresses", SIZE_MAX},
		{"timeouts (waiting for response)", SIZE_MAX},
		{"ICMP Echos sent", offsetof(struct pingobs, stats_sent)},
		{"ICMP Echo Replies received", offsetof(struct pingobs, stats_received)},
		{"other ICMP received", SIZE_MAX},
		{"ms (min round trip time)", SIZE_MAX},
		{"ms (avg round trip time)", SIZE_MAX},
		{"ms (max round trip time)", SIZE_MAX},
		{"sec (elapsed real time)", SIZE_MAX},
	};
	struct slice s = slice_trim(l->text);
	struct slice number;
	int64_t v;

	if (!slice_word(&number, &s))
		return SAID_NOTHING;
	s = slice_trim(s);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!slice_eq(s, rows[i].what))
			continue;
		if (rows[i].offset == SIZE_MAX)
			return SAID_NOISE;
		if (!slice_i64(number, &v) || v < 0)
			return SAID_NOTHING;
		memcpy((char *)po + rows[i].offset, &v, sizeof v);
		return SAID_PING;
	}
	return SAID_NOTHING;
}

/* other_line - the time of day of -Q, and the blocks of -N. */
static enum ping_said
other_line(struct pingobs *po, const struct pingline *l)
{
	static const char *const netdata[] = {"CHART fping.", "BEGIN fping."};
	static const char *const inside[] = {"DIMENSION ", "SET "};
	const char *p = l->text.p;

	if (l->text.n == 10 && p[0] == '[' && p[3] == ':' && p[6] == ':' && p[9] == ']') {
		po->interval++;
		return SAID_NOISE;
	}
	for (size_t i = 0; i < sizeof netdata / sizeof *netdata; i++)
		if (slice_starts(l->text, netdata[i]))
			return SAID_PING;
	if (po->dialect != PING_FPING)
		return SAID_NOTHING;
	for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
		if (slice_starts(l->text, inside[i]))
			return SAID_NOISE;
	return slice_eq(l->text, "END") ? SAID_NOISE : SAID_NOTHING;
}

enum ping_said
fping_line(struct pingobs *po, const struct pingline *l)
{
	static enum ping_said (*const readers[])(struct pingobs *, const struct pingline *) = {
		host_line, refused_line, stats_line, other_line, alive_line};
	enum ping_said said = SAID_NOTHING;

	for (size_t i = 0; i < sizeof readers / sizeof *readers && said == SAID_NOTHING; i++)
		said = readers[i](po, l);
	if ((said == SAID_PING || said == SAID_LIST) && po->dialect == PING_UNKNOWN)
		po->dialect = PING_FPING;
	return said;
}
