/*
 * json_scan - what is JSON and what only looks like it (RFC 8259).
 *
 * cJSON reads more than JSON: bytes behind the value, 01 and 1., control bytes as blanks or inside
 * strings, bytes that are not UTF-8, \u0000, which would end a C string early.  This pass goes over
 * the text first and refuses those; it also matches the brackets and limits their depth, so what
 * reaches cJSON is balanced, and it never reads towards the end of an open bracket.
 *
 * It remembers the integers that a double may not hold, by their place among the numbers.
 *
 * Not checked here: the grammar between tokens (commas, colons), and escapes other than \u0000.
 * cJSON does that.
 */
#include "core/json_scan.h"

#include <string.h>

#include "core/alloc.h"

/* Integers of at most so many digits, and the doubles that stand for them, are one to one. */
#define DOUBLE_EXACT_DIGITS 15

size_t
json_utf8_len(const unsigned char *p, size_t n)
{
	size_t len = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
	unsigned char low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
	unsigned char high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xC2 || p[0] > 0xF4 || n < len || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if (p[i] < 0x80 || p[i] > 0xBF)
			return 0;
	return len;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The byte at s->at + ahead, NUL behind the end (a NUL in the text is refused anyway). */
static char
peek(const struct json_scan *s, size_t ahead)
{
	return s->at + ahead < s->len ? s->text[s->at + ahead] : '\0';
}

static bool
scan_fault(struct json_scan *s, const char *fault)
{
	s->fault = fault;
	return false;
}

static size_t
scan_digits(struct json_scan *s)
{
	size_t n = 0;

	for (; is_digit(peek(s, 0)); s->at++)
		n++;
	return n;
}

static void
remember_long(struct json_scan *s, size_t start)
{
	GROW(s->longs, s->n_longs, s->cap_longs);
	s->longs[s->n_longs++] = (struct json_long){s->n_numbers, s->text + start, s->at - start};
}

/* RFC 8259, section 6. */
static bool
scan_number(struct json_scan *s)
{
	size_t start = s->at;
	size_t n_digits;
	bool integer = true;

	if (peek(s, 0) == '-')
		s->at++;
	if (peek(s, 0) == '0' && is_digit(peek(s, 1)))
		return scan_fault(s, "a number with a leading zero");
	n_digits = scan_digits(s);
	if (n_digits == 0)
		return scan_fault(s, "expected a digit");
	if (peek(s, 0) == '.') {
		integer = false;
		s->at++;
		if (scan_digits(s) == 0)
			return scan_fault(s, "expected a digit");
	}
	if (peek(s, 0) == 'e' || peek(s, 0) == 'E') {
		integer = false;
		s->at++;
		if (peek(s, 0) == '+' || peek(s, 0) == '-')
			s->at++;
		if (scan_digits(s) == 0)
			return scan_fault(s, "expected a digit");
	}
	if (integer && n_digits > DOUBLE_EXACT_DIGITS)
		remember_long(s, start);
	s->n_numbers++;
	return true;
}

/* s->at stands on the opening quote.  Escapes other than \u0000 are left to cJSON. */
static bool
scan_string(struct json_scan *s)
{
	for (s->at++; s->at < s->len && s->text[s->at] != '"';) {
		const char *p = s->text + s->at;
		size_t left = s->len - s->at;
		size_t n = json_utf8_len((const unsigned char *)p, left);

		if (n == 0)
			return scan_fault(s, "a byte inside a string that is not UTF-8");
		if ((unsigned char)*p < 0x20)
			return scan_fault(s, "a control byte inside a string");
		if (left >= 6 && memcmp(p, "\\u0000", 6) == 0)
			return scan_fault(s, "\\u0000 inside a string");
		s->at += *p == '\\' ? 2 : n;
	}
	if (s->at >= s->len) {
		s->at = s->len;
		return scan_fault(s, "the text ends inside a string");
	}
	s->at++;
	return true;
}

static bool
scan_bracket(struct json_scan *s, char c)
{
	if (c == '[' || c == '{') {
		if (s->depth == JSON_DEPTH_MAX)
			return scan_fault(s, "nested too deeply");
		s->closer[s->depth++] = c == '[' ? ']' : '}';
	} else {
		if (s->depth == 0 || s->closer[s->depth - 1] != c)
			return scan_fault(s, "a closing bracket that fits no opening one");
		s->depth--;
	}
	s->at++;
	return true;
}

static bool
scan_token(struct json_scan *s)
{
	char c = s->text[s->at];

	if (c == '"')
		return scan_string(s);
	if (c == '-' || is_digit(c))
		return scan_number(s);
	if (c == '[' || c == '{' || c == ']' || c == '}')
		return scan_bracket(s, c);
	if ((unsigned char)c < 0x20 && c != '\t' && c != '\n' && c != '\r')
		return scan_fault(s, "a control byte");
	s->at++;
	return true;
}

bool
json_scan_text(struct json_scan *s)
{
	while (s->at < s->len)
		if (!scan_token(s))
			return false;
	if (s->depth == 0)
		return true;
	if (s->closer[s->depth - 1] == ']')
		return scan_fault(s, "the text ends inside an array");
	return scan_fault(s, "the text ends inside an object");
}

enum vstatus
json_scan_fail(
	const struct json_scan *s, size_t at, const char *fault, const char *name, struct verr *err)
{
	size_t line = 1;
	size_t column = 1;

	for (size_t i = 0; i < at && i < s->len; i++) {
		column++;
		if (s->text[i] == '\n') {
			line++;
			column = 1;
		}
	}
	return verr_set(err, V_EFORMAT, "%s: line %zu, column %zu: not JSON: %s", name, line,
		column, fault);
}
