/*
 * when - see when.h.
 */
#include "capture/when.h"

#include <stddef.h>
#include <time.h>

#include "core/tstamp.h"

#define DAY_S 86400

/* ---- dates ---- */

static bool
make_day(int64_t *day, int64_t year, int64_t month, int64_t of_month)
{
	struct tm tm = {0};
	time_t t;

	if (year < 1970 || year > 2261 || month < 1 || month > 12 || of_month < 1 || of_month > 31)
		return false;
	tm.tm_year = (int)year - 1900;
	tm.tm_mon = (int)month - 1;
	tm.tm_mday = (int)of_month;
	t = timegm(&tm);
	*day = t / DAY_S;
	return tm.tm_mday == (int)of_month; /* there is no 31 June */
}

/* Three numbers between separators. */
static bool
three_numbers(int64_t v[3], struct slice s, char sep)
{
	struct slice field;
	size_t n = 0;

	while (n < 3 && slice_cut(&field, &s, sep))
		if (!slice_i64(field, &v[n++]))
			return false;
	return n == 3 && !s.p;
}

/* sysstat prints two digits of the year in the C locale. */
static int64_t
whole_year(int64_t year)
{
	return year < 100 ? 2000 + year : year;
}

bool
when_day(int64_t *day, bool *ambiguous, struct slice text)
{
	int64_t v[3];

	*ambiguous = false;
	if (three_numbers(v, text, '-') && v[0] > 31)
		return make_day(day, v[0], v[1], v[2]);
	if (three_numbers(v, text, '.'))
		return make_day(day, whole_year(v[2]), v[1], v[0]);
	if (!three_numbers(v, text, '/'))
		return false;
	if (v[0] > 12)
		return make_day(day, whole_year(v[2]), v[1], v[0]);
	*ambiguous = v[1] <= 12 && v[0] != v[1];
	return make_day(day, whole_year(v[2]), v[0], v[1]);
}

bool
when_parse(struct when *w, struct slice text)
{
	struct slice day = text;
	char stamp[40];
	int64_t t_ns;
	bool ambiguous;

	*w = (struct when){0};
	if (text.n < 10 || text.n > 16)
		return false;
	day.n = 10;
	if (!when_day(&w->day, &ambiguous, day) || text.p[4] != '-')
		return false;
	w->dated = true;
	if (text.n == 10)
		return true;
	/* the offset, read by what reads RFC 3339 */
	for (size_t i = 0; i < text.n - 10; i++)
		stamp[19 + i] = text.p[10 + i];
	for (size_t i = 0; i < 19; i++)
		stamp[i] = "1970-01-02T00:00:00"[i];
	w->zoned = true;
	if (!tstamp_parse_iso(&t_ns, (struct slice){stamp, 19 + text.n - 10}))
		return false;
	w->offset_ns = WHEN_DAY_NS - t_ns;
	return true;
}

/* ---- times ---- */

/* Twelve hours: 12 AM is midnight. */
static bool
half_day(int64_t *hour, struct slice word)
{
	bool pm = slice_eq(word, "PM") || slice_eq(word, "pm");

	if (!pm && !slice_eq(word, "AM") && !slice_eq(word, "am"))
		return false;
	*hour = *hour % 12 + (pm ? 12 : 0);
	return true;
}

bool
when_clock(int64_t *ns_of_day, struct slice *rest)
{
	struct slice left = *rest, word, field;
	int64_t hour, minute, second_ns;

	if (!slice_word(&word, &left) || !slice_cut(&field, &word, ':') ||
		!slice_i64(field, &hour) || field.n > 2 || !slice_cut(&field, &word, ':') ||
		!slice_i64(field, &minute) || !word.p || !slice_scaled(word, 9, &second_ns, NULL))
		return false;
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second_ns < 0 ||
		second_ns > 60 * NS_PER_S)
		return false;
	*rest = left;
	if (slice_word(&word, &left) && half_day(&hour, word))
		*rest = left;
	*ns_of_day = (hour * 60 + minute) * 60 * NS_PER_S + second_ns;
	return true;
}

int64_t
when_time(const struct when *w, int64_t day, int64_t ns_of_day)
{
	int64_t s_of_day = ns_of_day / NS_PER_S, fraction_ns = ns_of_day % NS_PER_S;
	time_t t = (time_t)(day * DAY_S + s_of_day);
	struct tm tm;

	if (w->zoned)
		return t * NS_PER_S + fraction_ns - w->offset_ns;
	gmtime_r(&t, &tm);
	tm.tm_isdst = -1;
	return mktime(&tm) * NS_PER_S + fraction_ns;
}

bool
when_stamp(int64_t *t_ns, struct slice text, const struct when *w)
{
	struct when utc = {.zoned = true};
	struct slice rest = slice_trim(text), word;
	int64_t day, ns_of_day;
	bool ambiguous;

	if (tstamp_parse_iso(t_ns, rest))
		return true;
	if (rest.n < 11 || (rest.p[10] != ' ' && rest.p[10] != 'T') ||
		!when_day(&day, &ambiguous, (struct slice){rest.p, 10}))
		return false;
	rest.p += 11;
	rest.n -= 11;
	if (!when_clock(&ns_of_day, &rest))
		return false;
	if (slice_word(&word, &rest)) {
		if (!slice_eq(word, "UTC") && !slice_eq(word, "GMT") && !slice_eq(word, "Z"))
			return false;
		w = &utc;
	}
	*t_ns = when_time(w, day, ns_of_day);
	return true;
}
