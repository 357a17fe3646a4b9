/*
 * pingsum - the summary at the end of a ping, and the lines that can be passed over.
 *
 *	--- 10.0.0.2 ping statistics ---
 *	20 packets transmitted, 19 received, +1 duplicates, 5% packet loss, time 991ms
 *	rtt min/avg/max/mdev = 0.038/0.047/0.080/0.011 ms
 *
 * The totals are read by their structure (first number: sent, second: received, "+n": duplicates
 * or errors, and somewhere a per cent sign), so that translated ones are understood too.  The per
 * cent sign also proves, on a line that was cut off, that the numbers before it are whole.
 *
 * Of the last line only the names matter, as a hint at the program: minimum, mean and maximum are
 * computed from the probes, not believed.
 */
#include "analyze/pingsum.h"

#include <string.h>

/* title_line - "--- name ping statistics ---"; the totals that follow are that target's. */
static enum ping_said
title_line(struct pingobs *po, const struct pingline *l)
{
	struct slice s = l->text;
	struct slice name;
	size_t k = po->n_targets;

	if (!pingline_lit(&s, "--- ") || !slice_ends(s, " ---") || !slice_word(&name, &s))
		return SAID_NOTHING;
	if (!pingline_has(s, "ping") && !pingline_has(s, "Ping"))
		return SAID_NOTHING;
	while (k > po->section &&
		(po->targets[k - 1].sent >= 0 || !slice_eq(name, po->targets[k - 1].name)))
		k--;
	if (po->n_targets == po->section)
		pingobs_begin(po, name, (struct slice){NULL, 0});
	po->current = k > po->section ? k - 1 : po->n_targets - 1;
	po->in_summary = !po->over_limit;
	return SAID_PING;
}

/* The parts of the totals, each -1 where it is not there. */
struct totals {
	int64_t sent;
	int64_t received;
	int64_t duplicates;
	int64_t errors;
	bool has_percent;
	bool whole_percent;
};

/* totals_part - part number i of "20 packets transmitted, 19 received, +1 duplicates, ...". */
static void
totals_part(struct totals *v, size_t i, struct slice s)
{
	int64_t n;

	s = slice_trim(s);
	if (pingline_has(s, "%")) {
		v->has_percent = true;
		v->whole_percent = !pingline_has(pingline_part(s, 0, slice_find(s, "%")), ".");
		return;
	}
	if (pingline_lit(&s, "+")) {
		if (!pingline_int(&n, &s))
			return;
		if (pingline_has(s, "dup") || pingline_has(s, "Dup"))
			v->duplicates = n;
		else if (!pingline_has(s, "corrupt"))
			v->errors = n;
		return;
	}
	if (i > 1 || !pingline_int(&n, &s) || !slice_starts(s, " "))
		return;
	*(i == 0 ? &v->sent : &v->received) = n;
}

static enum ping_said
totals_line(struct pingobs *po, const struct pingline *l)
{
	struct totals v = {.sent = -1, .received = -1};
	struct slice rest = l->text;
	struct slice part;
	struct pingobs_target *t;

	if (!po->in_summary)
		return SAID_NOTHING;
	for (size_t i = 0; slice_cut(&part, &rest, ','); i++)
		totals_part(&v, i, part);
	if (v.sent < 0 || v.received < 0 || !v.has_percent)
		return SAID_NOTHING;
	t = &po->targets[po->current];
	t->sent = v.sent;
	t->received = v.received;
	t->duplicates = v.duplicates;
	t->errors = v.errors;
	po->whole_percent = v.whole_percent;
	return SAID_PING;
}

/* spread_line - "rtt min/avg/max/mdev = ..."; only its words matter, the numbers follow. */
static enum ping_said
spread_line(struct pingobs *po, const struct pingline *l)
{
	struct slice s = l->text;
	enum ping_dialect d = PING_UNKNOWN;

	if (pingline_lit(&s, "rtt min/avg/max/mdev"))
		d = PING_IPUTILS;
	else if (pingline_lit(&s, "round-trip min/avg/max = "))
		d = PING_BUSYBOX;
	else if (pingline_lit(&s, "round-trip min/avg/max/stddev = "))
		d = po->whole_percent ? PING_INETUTILS : PING_BSD;
	else if (pingline_lit(&s, "round-trip min/avg/max/std-dev = "))
		d = PING_BSD;
	else
		return SAID_NOTHING;
	if (po->dialect == PING_UNKNOWN)
		po->dialect = d;
	return SAID_PING;
}

enum ping_said
ping_summary_line(struct pingobs *po, const struct pingline *l)
{
	enum ping_said said = title_line(po, l);

	if (said == SAID_NOTHING)
		said = totals_line(po, l);
	return said == SAID_NOTHING ? spread_line(po, l) : said;
}

/* mismatch_line - what is wrong with the reply that was printed last. */
static bool
mismatch_line(struct pingobs *po, const struct pingline *l)
{
	if (!slice_starts(l->text, "wrong data byte ") &&
		!slice_starts(l->text, "wrong total length "))
		return false;
	if (po->last_answer != SIZE_MAX)
		po->obs[po->last_answer].p.corrupt = true;
	return true;
}

/* is_flood - ping -f: a dot for a request, a backspace for a reply, E and C for errors. */
static bool
is_flood(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr(". \bEC", s.p[i]) || s.p[i] == '\0')
			return false;
	return true;
}

enum ping_said
ping_noise_line(struct pingobs *po, const struct pingline *l)
{
	static const char *const starts[] = {
		/* before and between the probes */
		"PATTERN: ",
		"WARNING: ",
		"Warning: ",
		"ping: ",
		"ping6: ",
		"fping: ",
		"ai->ai_family: ",
		/* IP options and their further lines; bytes after a mismatch */
		"TS:",
		"RR:",
		"NOP",
		"EOL",
		"LSRR:",
		"SSRR:",
		"\t",
		"#",
		"cp:",
		"dp:",
		/* BSD, inetutils: the packet that an error came back for */
		"Vr HL TOS",
		"IP Hdr Dump:",
		" 4  5 ",
		"ICMP: type",
		/* oping's last line */
		"RTT[ms]: ",
	};
	struct slice s = l->text;
	int64_t n;

	if (mismatch_line(po, l))
		return SAID_NOISE;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (slice_starts(s, starts[i]))
			return SAID_NOISE;
	/* The state on a signal: "12/13 packets, 7% loss, min/avg/ewma/max = ...". */
	if (pingline_int(&n, &s) && pingline_lit(&s, "/") && pingline_int(&n, &s) &&
		slice_starts(s, " packets"))
		return SAID_NOISE;
	return is_flood(l->text) ? SAID_NOISE : SAID_NOTHING;
}
