/*
 * strbuf - the growable buffer of str.h.
 *
 * Doubles out: %.15g keeps every decimal of 15 digits, %.17g every double; the first of 15, 16,
 * 17 digits that reads back is taken.  Subnormal numbers carry fewer digits, there the
 * search begins at one.  At an exact power of two a 16-digit form may exist where 17 are printed.
 */
#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/str_int.h"

void
strbuf_init(struct strbuf *b)
{
	*b = (struct strbuf){0};
}

void
strbuf_release(struct strbuf *b)
{
	free(b->p);
	strbuf_init(b);
}

void
strbuf_clear(struct strbuf *b)
{
	b->n = 0;
	if (b->p)
		b->p[0] = '\0';
}

/* Room for n more bytes and the NUL. */
static void
reserve(struct strbuf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : 64;

	assert(n < SIZE_MAX / 4 && b->n < SIZE_MAX / 4);
	if (b->cap - b->n > n)
		return;
	while (cap - b->n <= n)
		cap *= 2;
	b->p = xrealloc(b->p, cap, 1);
	b->cap = cap;
}

void
strbuf_add(struct strbuf *b, const void *p, size_t n)
{
	reserve(b, n);
	if (n > 0)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void
strbuf_addc(struct strbuf *b, char c)
{
	reserve(b, 1);
	b->p[b->n++] = c;
	b->p[b->n] = '\0';
}

void
strbuf_adds(struct strbuf *b, const char *s)
{
	strbuf_add(b, s, strlen(s));
}

void
strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	reserve(b, (size_t)n);
	va_start(ap, fmt);
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

void
strbuf_add_u64(struct strbuf *b, uint64_t v)
{
	char text[20]; /* 2^64 has 20 digits */
	size_t at = sizeof text;

	do {
		text[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	strbuf_add(b, text + at, sizeof text - at);
}

void
strbuf_add_i64(struct strbuf *b, int64_t v)
{
	if (v < 0)
		strbuf_addc(b, '-');
	strbuf_add_u64(b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

/* Finite v as the shortest text that reads back, in the C locale. */
static void
format_f64(char *text, size_t size, double v)
{
	locale_t c = str_c_locale();
	locale_t users = uselocale(c);
	int digits = fabs(v) < DBL_MIN ? 1 : DBL_DIG;

	for (; digits <= DBL_DECIMAL_DIG; digits++) {
		snprintf(text, size, "%.*g", digits, v);
		if (strtod_l(text, NULL, c) == v)
			break;
	}
	uselocale(users);
}

void
strbuf_add_f64(struct strbuf *b, double v)
{
	char text[40];

	if (isnan(v)) {
		strbuf_adds(b, "nan");
	} else if (isinf(v)) {
		strbuf_adds(b, v < 0 ? "-inf" : "inf");
	} else if (fabs(v) < 1e15 && v == trunc(v) && !(v == 0 && signbit(v))) {
		strbuf_add_i64(b, (int64_t)v); /* as %.15g would, but most cells are such */
	} else {
		format_f64(text, sizeof text, v);
		strbuf_adds(b, text);
	}
}

char *
strbuf_detach(struct strbuf *b)
{
	char *text = b->p ? b->p : xstrdup("");

	strbuf_init(b);
	return text;
}
