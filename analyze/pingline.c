/*
 * pingline - the small steps that all readers of ping lines are made of.
 *
 * A prefix is what an option or a terminal puts before a line: the stamp of -D, the time of day of
 * --apple-time (passed over: it has no day), "^C".  A stamp that is not seconds since 1970
 * (fping can print others) is taken off and not used.
 */
#include "analyze/pingline.h"

#include <string.h>

#include "core/tstamp.h"

/* take_clock - "12:34:56.123456 " before each line (macOS --apple-time): a time without a day. */
static void
take_clock(struct slice *s)
{
	struct slice rest = *s;
	struct slice word;

	if (s->n < 9 || s->p[2] != ':' || s->p[5] != ':' || s->p[8] != '.')
		return;
	if (!slice_word(&word, &rest) || !slice_starts(rest, " "))
		return;
	for (size_t i = 0; i < word.n; i++)
		if (!strchr("0123456789:.", word.p[i]) || word.p[i] == '\0')
			return;
	*s = pingline_part(rest, 1, rest.n);
}

struct pingline
pingline_of(struct slice s, bool cut)
{
	struct pingline l = {.stamp_ns = TSTAMP_NONE, .cut = cut};
	size_t end;

	while (s.n > 0 && s.p[s.n - 1] == '\r')
		s.n--;
	pingline_lit(&s, "\r");
	pingline_lit(&s, "^C");
	end = slice_starts(s, "[") ? slice_find(s, "] ") : SIZE_MAX;
	if (end != SIZE_MAX) {
		struct slice stamp = pingline_part(s, 1, end - 1);

		if (!tstamp_parse_epoch(&l.stamp_ns, stamp) || l.stamp_ns < 0)
			l.stamp_ns = TSTAMP_NONE;
		s = pingline_part(s, end + 2, s.n);
	}
	take_clock(&s);
	l.text = s;
	return l;
}

bool
ping_time(int64_t *rtt_ns, int64_t *resolution_ns, struct slice number, struct slice unit)
{
	static const struct {
		const char *name;
		int digits; /* 10^digits ns */
	} units[] = {{"ms", 6}, {"msec", 6}, {"us", 3}, {"usec", 3}, {"s", 9}, {"sec", 9}};
	int frac = 0;

	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (!slice_eq(unit, units[i].name))
			continue;
		if (!slice_scaled(number, units[i].digits, rtt_ns, &frac))
			return false;
		*resolution_ns = 1;
		for (int k = frac; k < units[i].digits; k++)
			*resolution_ns *= 10;
		return true;
	}
	return false;
}

bool
pingline_int(int64_t *v, struct slice *s)
{
	struct slice digits = {s->p, 0};

	while (digits.n < s->n && s->p[digits.n] >= '0' && s->p[digits.n] <= '9')
		digits.n++;
	if (digits.n == 0 || !slice_i64(digits, v))
		return false;
	*s = pingline_part(*s, digits.n, s->n);
	return true;
}

bool
pingline_lit(struct slice *s, const char *lit)
{
	if (!slice_starts(*s, lit))
		return false;
	*s = pingline_part(*s, strlen(lit), s->n);
	return true;
}

bool
pingline_has(struct slice s, const char *needle)
{
	return slice_find(s, needle) != SIZE_MAX;
}

struct slice
pingline_part(struct slice s, size_t at, size_t n)
{
	if (at > s.n)
		at = s.n;
	if (n > s.n - at)
		n = s.n - at;
	return (struct slice){s.p + at, n};
}

struct slice
ping_address(struct slice s)
{
	size_t open;
	size_t n;

	while ((open = slice_find(s, "(")) != SIZE_MAX)
		s = pingline_part(s, open + 1, s.n);
	n = slice_find(s, ")");
	return n == SIZE_MAX ? s : pingline_part(s, 0, n);
}
