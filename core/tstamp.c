/*
 * tstamp - nanoseconds since 1970 to and from text, in integers only.
 *
 * Days and dates are converted by counting in years that begin on 1 March, so that the leap day
 * is the last day of its year: a month m (March = 0) then begins on day (153 m + 2) / 5, and 400
 * years have 146097 days (Richards, "Calendars", in Explanatory Supplement to the Astronomical
 * Almanac, 3rd ed., chapter 15).  gmtime_r() would do, but takes a lock that parallel readers of
 * many samples would queue for.
 *
 * Text with an impossible date (30 February) or hour is refused.  A leap second, "23:59:60", is
 * read as the second after it, as POSIX time has no other place for it.  Time zones other than
 * numeric offsets, and the local time, do not exist here.
 */
#include "core/tstamp.h"

#include <stdio.h>
#include <time.h>

#define S_PER_DAY INT64_C(86400)
#define DAYS_PER_ERA 146097 /* 400 years */
#define DAYS_0000_03_01_TO_EPOCH 719468

struct datetime {
	int year;
	int month; /* 1..12 */
	int day;
	int hour;
	int minute;
	int second;
};

/* Only for the years that int64_t nanoseconds reach, so nothing here is negative. */
static int64_t
days_of_date(const struct datetime *d)
{
	int64_t year = d->year - (d->month <= 2);
	int64_t month = (d->month + 9) % 12; /* March is 0 */

	return year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + d->day -
		1 - DAYS_0000_03_01_TO_EPOCH;
}

static void
date_of_days(struct datetime *d, int64_t days_since_epoch)
{
	int64_t days = days_since_epoch + DAYS_0000_03_01_TO_EPOCH;
	int64_t era = days / DAYS_PER_ERA;
	int64_t in_era = days % DAYS_PER_ERA;
	/* take the leap days out, then every year has 365 */
	int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * in_year + 2) / 153;

	d->day = (int)(in_year - (153 * month + 2) / 5 + 1);
	d->month = (int)(month < 10 ? month + 3 : month - 9);
	d->year = (int)(era * 400 + year + (d->month <= 2));
}

/* Split into whole seconds and 0 <= *ns < 10^9, rounding down before 1970 too. */
static int64_t
split_ns(int64_t t_ns, int64_t *ns)
{
	int64_t s = t_ns / NS_PER_S;

	*ns = t_ns % NS_PER_S;
	if (*ns < 0) {
		*ns += NS_PER_S;
		s--;
	}
	return s;
}

static int64_t
datetime_of(struct datetime *d, int64_t t_ns)
{
	int64_t ns;
	int64_t s = split_ns(t_ns, &ns);
	int64_t days = s / S_PER_DAY;
	int in_day = (int)(s % S_PER_DAY);

	if (in_day < 0) {
		in_day += (int)S_PER_DAY;
		days--;
	}
	date_of_days(d, days);
	d->hour = in_day / 3600;
	d->minute = in_day / 60 % 60;
	d->second = in_day % 60;
	return ns;
}

void
tstamp_iso(char buf[TSTAMP_ISO_SIZE], int64_t t_ns)
{
	struct datetime d;
	int64_t ns = datetime_of(&d, t_ns);

	snprintf(buf, TSTAMP_ISO_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%09uZ", (unsigned)d.year,
		(unsigned)d.month, (unsigned)d.day, (unsigned)d.hour, (unsigned)d.minute,
		(unsigned)d.second, (unsigned)ns);
}

void
tstamp_compact(char buf[TSTAMP_ISO_SIZE], int64_t t_ns)
{
	struct datetime d;

	datetime_of(&d, t_ns);
	snprintf(buf, TSTAMP_ISO_SIZE, "%04u%02u%02uT%02u%02u%02uZ", (unsigned)d.year,
		(unsigned)d.month, (unsigned)d.day, (unsigned)d.hour, (unsigned)d.minute,
		(unsigned)d.second);
}

/* Cut exactly n digits off the front. */
static bool
cut_number(int *v, struct slice *s, size_t n)
{
	uint64_t value;

	if (s->n < n || !slice_u64((struct slice){s->p, n}, &value))
		return false;
	*v = (int)value;
	s->p += n;
	s->n -= n;
	return true;
}

/* Cut one byte off the front that is one of those in `set`. */
static bool
cut_byte(char *c, struct slice *s, const char *set)
{
	for (; s->n > 0 && *set; set++) {
		if (s->p[0] == *set) {
			*c = *set;
			s->p++;
			s->n--;
			return true;
		}
	}
	return false;
}

static bool
date_exists(const struct datetime *d)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (d->year % 4 == 0 && d->year % 100 != 0) || d->year % 400 == 0;

	if (d->year < 1677 || d->year > 2262 || d->month < 1 || d->month > 12 || d->day < 1)
		return false;
	return d->day <= days[d->month - 1] + (d->month == 2 && leap);
}

static bool
cut_date(struct datetime *d, struct slice *s)
{
	char c;

	return cut_number(&d->year, s, 4) && cut_byte(&c, s, "-") && cut_number(&d->month, s, 2) &&
		cut_byte(&c, s, "-") && cut_number(&d->day, s, 2) && date_exists(d);
}

static bool
cut_clock(struct datetime *d, struct slice *s)
{
	char c;

	return cut_number(&d->hour, s, 2) && cut_byte(&c, s, ":") && cut_number(&d->minute, s, 2) &&
		cut_byte(&c, s, ":") && cut_number(&d->second, s, 2) && d->hour <= 23 &&
		d->minute <= 59 && d->second <= 60;
}

/* The optional ".123456789". */
static bool
cut_fraction(int64_t *ns, struct slice *s)
{
	int64_t unit = NS_PER_S;
	char c;
	size_t i;

	*ns = 0;
	if (!cut_byte(&c, s, "."))
		return true;
	for (i = 0; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
		unit /= 10;
		*ns += (s->p[i] - '0') * unit;
	}
	s->p += i;
	s->n -= i;
	return i >= 1 && i <= 9;
}

static bool
cut_offset(int64_t *offset_s, struct slice *s)
{
	int hour;
	int minute;
	char sign;
	char c;

	*offset_s = 0;
	if (cut_byte(&sign, s, "Zz"))
		return true;
	if (!cut_byte(&sign, s, "+-") || !cut_number(&hour, s, 2) || !cut_byte(&c, s, ":") ||
		!cut_number(&minute, s, 2) || hour > 23 || minute > 59)
		return false;
	*offset_s = (hour * 60 + minute) * 60 * (sign == '-' ? -1 : 1);
	return true;
}

bool
tstamp_parse_iso(int64_t *t_ns, struct slice s)
{
	struct datetime d = {0};
	int64_t ns;
	int64_t offset_s;
	int64_t seconds;
	int64_t sum;
	char c;

	if (!cut_date(&d, &s) || !cut_byte(&c, &s, "Tt ") || !cut_clock(&d, &s) ||
		!cut_fraction(&ns, &s) || !cut_offset(&offset_s, &s) || s.n > 0)
		return false;
	seconds =
		days_of_date(&d) * S_PER_DAY + d.hour * 3600 + d.minute * 60 + d.second - offset_s;
	/* before 1970 the product alone may leave int64_t while the sum is inside */
	if (seconds < 0) {
		seconds++;
		ns -= NS_PER_S;
	}
	if (__builtin_mul_overflow(seconds, NS_PER_S, &sum) ||
		__builtin_add_overflow(sum, ns, &sum) || sum == TSTAMP_NONE)
		return false;
	*t_ns = sum;
	return true;
}

bool
tstamp_parse_epoch(int64_t *t_ns, struct slice s)
{
	return slice_scaled(s, 9, t_ns, NULL);
}

int64_t
tstamp_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

bool
duration_parse(int64_t *ns, struct slice s)
{
	static const struct {
		const char *name;
		int digits; /* the unit is `factor` times 10^digits ns */
		int64_t factor;
	} units[] = {{"ns", 0, 1}, {"us", 3, 1}, {"ms", 6, 1}, {"min", 9, 60}, {"h", 9, 3600},
		{"s", 9, 1}, {"", 9, 1}};
	size_t i = 0;
	int64_t v;

	while (!slice_ends(s, units[i].name)) /* "" ends everything */
		i++;
	s.n -= slice_of(units[i].name).n;
	if (s.n == 0 || s.p[0] == '-' || !slice_scaled(s, units[i].digits, &v, NULL))
		return false;
	return !__builtin_mul_overflow(v, units[i].factor, ns);
}
