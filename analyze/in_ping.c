/*
 * in_ping - the text that ping programs print, line by line.
 *
 * A whole output is read in one pass: each line loses its prefix (the stamp of -D, a terminal's
 * "^C"), then a table of readers is asked in turn, and the first that knows the line takes it.
 * What the lines say is collected in a pingobs, which makes probes of it at the end; the lines of
 * fping are read by in_fping.
 *
 *	PING h (10.0.0.2) 56(84) bytes of data.				iputils
 *	PING h (10.0.0.2): 56 data bytes				BSD, inetutils, BusyBox
 *	PING6(56=40+8+8 bytes) ::1 --> ::1				BSD; payload: the last
 *	64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.061 ms		BusyBox: seq=0
 *	no answer yet for icmp_seq=3					iputils -O
 *	Request timeout for icmp_seq 3					BSD, macOS
 *	From 10.0.0.1 icmp_seq=3 Destination Host Unreachable		iputils
 *	92 bytes from 10.0.0.1: Destination Host Unreachable		the others: without a seq
 *	20 packets transmitted, 19 received, +1 duplicates, 5% packet loss, time 991ms
 *
 * Which program it was is decided by the header, the spelling "seq=", and the last two lines:
 * iputils says mdev, BusyBox gives no deviation, inetutils gives the loss without decimals.  BSD,
 * inetutils and BusyBox cannot be told apart without them, and the dialect is `unknown` then;
 * nothing that is measured depends on it.
 *
 * Numbers.  The resolution of an RTT is one unit of its last printed digit, whatever the program;
 * for iputils that is its rule of three significant digits.  A decimal comma reads as a point.
 * "time<1 ms" is a bound, not a measurement: RTT 0 with the resolution 1 ms.  A negative
 * time (the clock was set back) is no RTT: the probe is answered and untimed, like one whose
 * payload is too small for a stamp.
 *
 * Translated outputs: reply lines and totals are known by their structure, not by their words, as
 * far as the keywords icmp_seq= and ttl= stay; "no answer yet" and errors are English only.
 *
 * A cut output: the last line counts as cut when it has no line feed.  Of such a line a value is
 * taken only if something behind it proves that it is whole (the unit behind an RTT, a per cent
 * sign behind the totals).
 *
 * Redirects and source quenches are not losses: the probe went on.  The ping of Windows and
 * hping3 are not read; hping3 is recognised and refused by name.
 */
#include "analyze/in_ping.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/in_fping.h"
#include "analyze/pingobs.h"
#include "analyze/pingsum.h"
#include "core/tstamp.h"

#define SEQ_MAX 65535       /* what the 16 bits of an echo request hold */
#define SNIFF_LINES_MAX 200 /* an output that begins with more lines of others is not ours */
#define N_OF(a) (sizeof(a) / sizeof *(a))

static const char *const dialect_names[] = {
	[PING_UNKNOWN] = "unknown",
	[PING_IPUTILS] = "iputils",
	[PING_BUSYBOX] = "busybox",
	[PING_INETUTILS] = "inetutils",
	[PING_BSD] = "bsd",
	[PING_FPING] = "fping",
};

const char *
ping_dialect_name(enum ping_dialect d)
{
	return (size_t)d < N_OF(dialect_names) ? dialect_names[d] : "unknown";
}

/* payload_word - "56" or "56(84)", the latter being iputils'. */
static bool
payload_word(int64_t *bytes, bool *with_total, struct slice word)
{
	int64_t total;

	if (!pingline_int(bytes, &word))
		return false;
	*with_total =
		pingline_lit(&word, "(") && pingline_int(&total, &word) && pingline_lit(&word, ")");
	return word.n == 0;
}

/* header_rest - what follows the address: the style, and the size of the payload. */
static void
header_rest(struct pingobs *po, struct pingobs_target *t, struct slice s, bool cut)
{
	struct slice word;
	int64_t bytes;
	bool with_total = false;
	bool found = false;

	po->colon_header = slice_starts(s, ":");
	while (!found && slice_word(&word, &s))
		found = payload_word(&bytes, &with_total, word);
	if (found && !cut)
		po->payload_bytes = bytes;
	/* "(a) 56 data bytes" without the colon is how iputils begins over IPv6. */
	if (!po->colon_header && (with_total || pingline_has(s, "data bytes")))
		po->dialect = PING_IPUTILS;
	t->first_order = po->colon_header ? 0 : 1;
}

/* header_line - "PING name (address) ...", in which IPv6 has brackets within brackets too. */
static enum ping_said
header_line(struct pingobs *po, const struct pingline *l)
{
	struct slice s = l->text;
	struct slice name;
	struct slice group;
	struct pingobs_target *t;
	size_t open;
	size_t end;

	if (!pingline_lit(&s, "PING "))
		return SAID_NOTHING;
	open = slice_find(s, "(");
	if (open == SIZE_MAX)
		return SAID_NOTHING;
	name = slice_trim(pingline_part(s, 0, open));
	group = pingline_part(s, open, s.n);
	end = slice_find(group, ")");
	if (end == SIZE_MAX || name.n == 0)
		return SAID_NOTHING;
	while (end < group.n && group.p[end] == ')')
		end++;
	t = pingobs_begin(po, name, ping_address(pingline_part(group, 0, end)));
	if (t)
		header_rest(po, t, pingline_part(group, end, group.n), l->cut);
	return SAID_PING;
}

/* header6_line - "PING6(56=40+8+8 bytes) source --> target". */
static enum ping_said
header6_line(struct pingobs *po, const struct pingline *l)
{
	struct slice s = l->text;
	size_t at = slice_find(s, "--> ");
	size_t end = slice_find(s, " bytes)");
	struct pingobs_target *t;
	struct slice addr;
	int64_t bytes;

	if (!slice_starts(s, "PING6(") || at == SIZE_MAX || end == SIZE_MAX)
		return SAID_NOTHING;
	addr = slice_trim(pingline_part(s, at + 4, s.n));
	t = pingobs_begin(po, addr, addr);
	if (!t)
		return SAID_PING;
	t->first_order = 0;
	po->dialect = PING_BSD;
	po->family = 6;
	s = pingline_part(s, 0, end);
	while ((at = slice_find(s, "+")) != SIZE_MAX)
		s = pingline_part(s, at + 1, s.n);
	if (slice_i64(s, &bytes) && bytes >= 0)
		po->payload_bytes = bytes;
	return SAID_PING;
}

/* sender_of - the address in " bytes from name (address):" or " bytes from address,". */
static struct slice
sender_of(struct slice s)
{
	struct slice word;
	struct slice last = SLICE_LIT("");

	s = slice_trim(s);
	if (s.n > 0 && (s.p[s.n - 1] == ':' || s.p[s.n - 1] == ','))
		s.n--;
	if (pingline_has(s, "("))
		return ping_address(s);
	while (slice_word(&word, &s))
		last = word;
	return last;
}

/*
 * reply_target - several headers before any reply are one program with several targets, which
 * are known by their addresses.  With one target the sender does not matter: broadcasts are
 * answered by others.
 */
static size_t
reply_target(struct pingobs *po, struct slice sender)
{
	size_t n = po->n_targets;

	if (n == po->section)
		return pingobs_begin(po, sender, (struct slice){NULL, 0}) ? po->n_targets - 1 : 0;
	if (po->targets[n - 1].name[0] == '\0')
		pingobs_rename(po, n - 1, sender);
	for (size_t i = n; i-- > po->section;) {
		const char *addr = po->targets[i].addr;

		if (addr && slice_eq(sender, addr))
			return i;
	}
	return n - 1;
}

/* cut_seq - what stands before and behind the sequence number of a line. */
static bool
cut_seq(struct pingobs *po, struct slice *head, uint32_t *seq, struct slice *s)
{
	static const char *const marks[] = {"icmp_seq=", "icmp_req=", " seq="};
	int64_t v;

	for (size_t i = 0; i < N_OF(marks); i++) {
		size_t at = slice_find(*s, marks[i]);

		if (at == SIZE_MAX)
			continue;
		*head = pingline_part(*s, 0, at);
		*s = pingline_part(*s, at + strlen(marks[i]), s->n);
		if (!pingline_int(&v, s) || v > SEQ_MAX)
			return false;
		*seq = (uint32_t)v;
		if (i == 2 && po->dialect == PING_UNKNOWN)
			po->dialect = PING_BUSYBOX;
		return true;
	}
	return false;
}

/* timed_word - "time=0.061" with its unit behind it or in the next word; false: not readable. */
static bool
timed_word(struct ping_probe *p, struct slice word, struct slice *rest, const struct pingline *l)
{
	size_t at = 0;
	size_t n = 0;
	bool bound;
	struct slice number;
	struct slice unit;
	int64_t rtt_ns;
	int64_t resolution_ns;

	while (word.p[at] != '=' && word.p[at] != '<')
		at++;
	bound = word.p[at] == '<';
	unit = pingline_part(word, at + 1, word.n);
	while (n < unit.n && strchr("+-0123456789.,", unit.p[n]) && unit.p[n] != '\0')
		n++;
	number = pingline_part(unit, 0, n);
	unit = pingline_part(unit, n, unit.n);
	if (unit.n == 0 && !slice_word(&unit, rest))
		return false;
	if (!ping_time(&rtt_ns, &resolution_ns, number, unit))
		return false;
	if (bound)
		ping_probe_timed(p, 0, rtt_ns, l);
	else if (rtt_ns >= 0)
		ping_probe_timed(p, rtt_ns, resolution_ns, l);
	return true;
}

/* reply_words - what follows the sequence number; false if a time is there and not readable. */
static bool
reply_words(struct ping_probe *p, struct slice s, const struct pingline *l)
{
	static const char *const other[] = {"ttl=", "hlim=", "tos=", "qos="};
	struct slice word;

	while (slice_word(&word, &s)) {
		bool known = false;

		for (size_t i = 0; i < N_OF(other); i++)
			known = known || slice_starts(word, other[i]);
		if (known)
			continue;
		if (slice_eq(word, "(DUP!)"))
			p->dup = true;
		else if (slice_eq(word, "(truncated)") || slice_eq(word, "(BAD"))
			p->corrupt = true;
		else if ((memchr(word.p, '=', word.n) || memchr(word.p, '<', word.n)) &&
			!timed_word(p, word, &s, l))
			return false;
	}
	p->untimed = p->rtt_ns == TSTAMP_NONE;
	return true;
}

static enum ping_said
reply_line(struct pingobs *po, const struct pingline *l)
{
	struct slice s = l->text;
	struct slice head;
	struct slice sender;
	struct ping_probe p = ping_probe_none(0);
	int64_t bytes;

	if (!pingline_int(&bytes, &s) || !slice_starts(s, " ") || !cut_seq(po, &head, &p.seq, &s))
		return SAID_NOTHING;
	sender = sender_of(head);
	if (sender.n == 0 || !reply_words(&p, s, l))
		return SAID_NOTHING;
	if (p.untimed && l->cut)
		return SAID_NOISE;
	p.target = (uint32_t)reply_target(po, sender);
	pingobs_note(po, p, OBS_ANSWER);
	return SAID_PING;
}

/* silent - keep that this seq has no answer so far. */
static enum ping_said
silent(struct pingobs *po, uint32_t seq, bool error)
{
	struct ping_probe p;

	p = ping_probe_none(reply_target(po, SLICE_LIT("")));
	p.seq = seq;
	p.error = error;
	pingobs_note(po, p, OBS_SILENCE);
	return SAID_PING;
}

static enum ping_said
note_line(struct pingobs *po, const struct pingline *l)
{
	static const char *const notes[] = {"no answer yet for icmp_seq=",
		"Request timeout for icmp_seq ", "Request timeout for icmp_seq="};
	int64_t seq;

	for (size_t i = 0; i < N_OF(notes); i++) {
		struct slice s = l->text;

		if (!pingline_lit(&s, notes[i]))
			continue;
		if (!pingline_int(&seq, &s) || seq > SEQ_MAX || s.n > 0)
			return SAID_NOTHING;
		return l->cut ? SAID_NOISE : silent(po, (uint32_t)seq, false);
	}
	return SAID_NOTHING;
}

/* goes_on - messages about a probe that was forwarded all the same. */
static bool
goes_on(struct slice s)
{
	return pingline_has(s, "Redirect") || pingline_has(s, "Source Quench");
}

/* from_line - "From 10.0.0.1 icmp_seq=3 Destination Host Unreachable". */
static enum ping_said
from_line(struct pingobs *po, const struct pingline *l)
{
	struct slice s = l->text;
	struct slice head;
	uint32_t seq;

	if (!pingline_lit(&s, "From ") || !cut_seq(po, &head, &seq, &s) || !slice_starts(s, " "))
		return SAID_NOTHING;
	return goes_on(s) ? SAID_NOISE : silent(po, seq, true);
}

/* refusal_line - "92 bytes from 10.0.0.1: Destination Host Unreachable". */
static enum ping_said
refusal_line(struct pingobs *po, const struct pingline *l)
{
	static const char *const words[] = {"nreachable", "rohibited", "ime to live exceeded",
		"ime exceeded", "acket filtered", "eassembly time", "rag needed"};
	struct slice s = l->text;
	struct ping_probe p;
	int64_t bytes;

	if (l->cut || !pingline_int(&bytes, &s) || !pingline_lit(&s, " bytes from "))
		return SAID_NOTHING;
	if (goes_on(s))
		return SAID_NOISE;
	for (size_t i = 0; i < N_OF(words); i++) {
		if (!pingline_has(s, words[i]))
			continue;
		p = ping_probe_none(reply_target(po, SLICE_LIT("")));
		p.error = true;
		pingobs_note(po, p, OBS_REFUSED);
		return SAID_PING;
	}
	return SAID_NOTHING;
}

/* The order matters: header before fping's "HOST : ", noise last. */
static enum ping_said (*const readers[])(struct pingobs *, const struct pingline *) = {reply_line,
	header_line, header6_line, note_line, from_line, refusal_line, ping_summary_line,
	fping_line, ping_noise_line};

static void
read_line(struct pingobs *po, struct slice text, bool cut)
{
	struct pingline l = pingline_of(text, cut);
	enum ping_said said = SAID_NOTHING;

	if (slice_trim(l.text).n == 0)
		return;
	if (slice_starts(l.text, "HPING ") || pingline_has(l.text, " hping statistic ---")) {
		po->foreign = true;
		return;
	}
	for (size_t i = 0; i < N_OF(readers) && said == SAID_NOTHING; i++)
		said = readers[i](po, &l);
	po->n_evidence += said == SAID_PING;
	po->n_lists += said == SAID_LIST;
	po->n_unknown += said == SAID_NOTHING;
}

/* read_lines - at most n_max lines. */
static void
read_lines(struct pingobs *po, const char *text, size_t len, size_t n_max)
{
	struct slice rest = {text, len};
	struct slice line;

	for (size_t i = 0; i < n_max && !po->foreign && !po->over_limit; i++) {
		if (!slice_line(&line, &rest))
			return;
		read_line(po, line, rest.n == 0 && text[len - 1] != '\n');
	}
}

/* is_ping - a list alone could be any "name : number"; but not if all lines are like that. */
static bool
is_ping(const struct pingobs *po)
{
	return po->n_evidence > 0 || (po->n_lists > 0 && po->n_unknown == 0);
}

void
ping_output_release(struct ping_output *o)
{
	for (size_t i = 0; i < o->n_targets; i++)
		free(o->targets[i]);
	free(o->targets);
	free(o->probes);
	free(o->version);
	memset(o, 0, sizeof *o);
}

enum vstatus
ping_parse(struct ping_output *o, const char *text, size_t len, const char *name, struct verr *err)
{
	struct pingobs po;
	enum vstatus st = V_OK;

	memset(o, 0, sizeof *o);
	pingobs_init(&po);
	read_lines(&po, text, len, SIZE_MAX);
	if (po.dialect == PING_UNKNOWN && po.colon_header && po.in_summary && !po.whole_percent)
		po.dialect = PING_BSD;
	if (po.foreign)
		st = verr_set(err, V_EFORMAT, "hping3 output is not supported");
	else if (!is_ping(&po) && !po.over_limit)
		st = verr_set(err, V_EFORMAT, "no line of it is a ping program's");
	else
		st = pingobs_finish(o, &po, err);
	if (st != V_OK) {
		verr_ctx(err, "%s", name);
		ping_output_release(o);
	}
	pingobs_release(&po);
	return st;
}

bool
ping_sniff(const char *text, size_t len)
{
	struct pingobs po;
	bool yes;

	pingobs_init(&po);
	read_lines(&po, text, len, SNIFF_LINES_MAX);
	yes = po.foreign || is_ping(&po);
	pingobs_release(&po);
	return yes;
}
