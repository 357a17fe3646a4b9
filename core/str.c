/*
 * str - slices, and numbers out of them; the growable buffer is in strbuf.c.
 *
 * Numbers.  Integers are read by hand with overflow checks.  A decimal fraction is first checked
 * against the grammar  [+-] digits [. digits] [e [+-] digits]  (which keeps out "inf", "nan",
 * hexadecimal and blanks) and then converted in one of two ways.  When its digits form an
 * integer below 2^53 and the power of ten is at most 10^22, both are exact doubles and one
 * correctly rounded multiplication or division gives the correctly rounded result (Clinger 1990,
 * "How to read floating point numbers accurately", PLDI, section 2).  All others go to strtod_l()
 * with a locale object for "C", so that a decimal comma in the user's locale changes nothing.
 * A fraction longer than F64_TEXT_MAX_BYTES is refused.
 *
 * Scaled integers are what time stamps are read with: digit by digit, no double between.
 */
#include "core/str_int.h"

#include <assert.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define F64_TEXT_MAX_BYTES 1024
#define EXACT_POWER_MAX 22 /* 10^22 is the largest power of ten that a double holds exactly */

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void
c_locale_make(void)
{
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	assert(c_locale); /* "C" is built into the C library */
}

locale_t
str_c_locale(void)
{
	pthread_once(&c_locale_once, c_locale_make);
	return c_locale;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct slice
slice_of(const char *s)
{
	return (struct slice){s, strlen(s)};
}

bool
slice_eq(struct slice a, const char *s)
{
	return strlen(s) == a.n && (a.n == 0 || memcmp(a.p, s, a.n) == 0);
}

bool
slice_starts(struct slice a, const char *prefix)
{
	size_t n = strlen(prefix);

	return n <= a.n && (n == 0 || memcmp(a.p, prefix, n) == 0);
}

bool
slice_ends(struct slice a, const char *suffix)
{
	size_t n = strlen(suffix);

	return n <= a.n && (n == 0 || memcmp(a.p + a.n - n, suffix, n) == 0);
}

size_t
slice_find(struct slice a, const char *needle)
{
	size_t n = strlen(needle);
	const char *hit;

	if (n == 0)
		return 0;
	if (a.n < n)
		return SIZE_MAX;
	hit = memmem(a.p, a.n, needle, n);
	return hit ? (size_t)(hit - a.p) : SIZE_MAX;
}

struct slice
slice_trim(struct slice a)
{
	while (a.n > 0 && (a.p[0] == ' ' || a.p[0] == '\t' || a.p[0] == '\r')) {
		a.p++;
		a.n--;
	}
	while (a.n > 0 && (a.p[a.n - 1] == ' ' || a.p[a.n - 1] == '\t' || a.p[a.n - 1] == '\r'))
		a.n--;
	return a;
}

bool
slice_line(struct slice *line, struct slice *rest)
{
	const char *newline;

	if (rest->n == 0)
		return false;
	newline = memchr(rest->p, '\n', rest->n);
	line->p = rest->p;
	line->n = newline ? (size_t)(newline - rest->p) : rest->n;
	rest->p += line->n + (newline != NULL);
	rest->n -= line->n + (newline != NULL);
	return true;
}

bool
slice_cut(struct slice *field, struct slice *rest, char sep)
{
	const char *end;

	if (!rest->p)
		return false;
	field->p = rest->p;
	end = memchr(rest->p, sep, rest->n);
	if (!end) {
		field->n = rest->n;
		*rest = (struct slice){NULL, 0};
		return true;
	}
	field->n = (size_t)(end - rest->p);
	rest->p = end + 1;
	rest->n -= field->n + 1;
	return true;
}

bool
slice_word(struct slice *word, struct slice *rest)
{
	size_t begin = 0;
	size_t end;

	while (begin < rest->n && is_blank(rest->p[begin]))
		begin++;
	for (end = begin; end < rest->n && !is_blank(rest->p[end]); end++)
		;
	if (begin == end)
		return false;
	*word = (struct slice){rest->p + begin, end - begin};
	rest->p += end;
	rest->n -= end;
	return true;
}

/* Append a digit to a magnitude; false when it leaves 64 bits. */
static bool
push_digit(uint64_t *v, char digit)
{
	return !__builtin_mul_overflow(*v, UINT64_C(10), v) &&
		!__builtin_add_overflow(*v, (uint64_t)(digit - '0'), v);
}

/* Cut a sign off the front; true when it was a minus. */
static bool
cut_sign(struct slice *a)
{
	bool negative = a->n > 0 && a->p[0] == '-';

	if (negative || (a->n > 0 && a->p[0] == '+')) {
		a->p++;
		a->n--;
	}
	return negative;
}

bool
slice_u64(struct slice a, uint64_t *v)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < a.n; i++)
		if (!is_digit(a.p[i]) || !push_digit(&sum, a.p[i]))
			return false;
	if (a.n == 0)
		return false;
	*v = sum;
	return true;
}

bool
slice_i64(struct slice a, int64_t *v)
{
	bool negative = cut_sign(&a);
	uint64_t magnitude;

	if (!slice_u64(a, &magnitude) || magnitude > (uint64_t)INT64_MAX + negative)
		return false;
	*v = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
	return true;
}

/* A decimal fraction taken apart: (-1)^negative * digits * 10^exp10. */
struct decimal {
	bool negative;
	bool fits; /* all digits went into `digits` and the exponent is not absurd */
	uint64_t digits;
	int exp10;
};

/* Read a run of digits into d; behind the point each one lowers the exponent.  Their number. */
static size_t
scan_digits(struct decimal *d, struct slice *a, int exp10_step)
{
	size_t n = 0;

	while (n < a->n && is_digit(a->p[n])) {
		d->fits = d->fits && push_digit(&d->digits, a->p[n]);
		d->exp10 += exp10_step;
		n++;
	}
	a->p += n;
	a->n -= n;
	return n;
}

static bool
scan_exponent(struct decimal *d, struct slice a)
{
	int64_t exp10;

	if (a.n == 0 || (a.p[0] != 'e' && a.p[0] != 'E'))
		return a.n == 0;
	a.p++;
	a.n--;
	if (!slice_i64(a, &exp10))
		return false;
	if (exp10 < -9999 || exp10 > 9999)
		d->fits = false;
	else
		d->exp10 += (int)exp10;
	return true;
}

/* The grammar of the file comment; false if a is not such a number. */
static bool
scan_decimal(struct decimal *d, struct slice a)
{
	size_t n;

	*d = (struct decimal){.fits = true};
	d->negative = cut_sign(&a);
	n = scan_digits(d, &a, 0);
	if (a.n > 0 && a.p[0] == '.') {
		a.p++;
		a.n--;
		n += scan_digits(d, &a, -1);
	}
	return n > 0 && scan_exponent(d, a);
}

/* Clinger's exact case; needs arithmetic in double, not in a wider format. */
static bool
decimal_exact(const struct decimal *d, double *v)
{
	static const double power[EXACT_POWER_MAX + 1] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,
		1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
		1e22};
	double x = (double)d->digits;

	if (FLT_EVAL_METHOD != 0 || !d->fits || d->digits > UINT64_C(1) << 53 ||
		d->exp10 < -EXACT_POWER_MAX || d->exp10 > EXACT_POWER_MAX)
		return false;
	x = d->exp10 < 0 ? x / power[-d->exp10] : x * power[d->exp10];
	*v = d->negative ? -x : x;
	return true;
}

bool
slice_f64(struct slice a, double *v)
{
	char text[F64_TEXT_MAX_BYTES + 1];
	struct decimal d;
	double x;

	if (a.n > F64_TEXT_MAX_BYTES || !scan_decimal(&d, a))
		return false;
	if (decimal_exact(&d, v))
		return true;
	memcpy(text, a.p, a.n);
	text[a.n] = '\0';
	x = strtod_l(text, NULL, str_c_locale());
	if (!isfinite(x))
		return false;
	*v = x;
	return true;
}

/* Move the digits at *a into v, at most `most` of them; false if v overflows. */
static bool
cut_digits(uint64_t *v, struct slice *a, size_t most)
{
	size_t i;

	for (i = 0; i < a->n && is_digit(a->p[i]); i++)
		if (i < most && !push_digit(v, a->p[i]))
			return false;
	a->p += i;
	a->n -= i;
	return true;
}

bool
slice_scaled(struct slice a, int digits, int64_t *v, int *frac_digits)
{
	bool negative = cut_sign(&a);
	size_t whole = a.n;
	size_t frac = 0;
	uint64_t magnitude = 0;
	size_t missing;

	assert(digits >= 0 && digits <= 18);
	if (!cut_digits(&magnitude, &a, SIZE_MAX))
		return false;
	whole -= a.n;
	if (a.n > 0 && (a.p[0] == '.' || a.p[0] == ',')) {
		a.p++;
		frac = --a.n;
		if (!cut_digits(&magnitude, &a, (size_t)digits))
			return false;
	}
	if (a.n > 0 || whole + frac == 0 || frac > INT_MAX)
		return false;
	for (missing = frac; missing < (size_t)digits; missing++)
		if (!push_digit(&magnitude, '0'))
			return false;
	if (magnitude > INT64_MAX)
		return false;
	*v = negative ? -(int64_t)magnitude : (int64_t)magnitude;
	if (frac_digits)
		*frac_digits = (int)frac;
	return true;
}
