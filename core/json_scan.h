#ifndef VANTAGE_CORE_JSON_SCAN_H
#define VANTAGE_CORE_JSON_SCAN_H
/*
 * json_scan - private to json: the lexical pass over a text, before cJSON sees it.
 *
 *   struct json_scan s = {.text = text, .len = len};
 *   if (!json_scan_text(&s))
 *           return json_scan_fail(&s, s.at, s.fault, name, err);
 *   ... s.longs ...
 *   free(s.longs);
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/json.h"

/* An integer literal that a double may not hold: the how-manieth number of the text it is. */
struct json_long {
	size_t ordinal;
	const char *literal;
	size_t len;
};

/* The lexical pass over a text. */
struct json_scan {
	const char *text;
	size_t len;
	size_t at;         /* of the next byte, and of the fault */
	const char *fault; /* what is wrong at `at`; NULL nothing */
	char closer[JSON_DEPTH_MAX];
	size_t depth;
	size_t n_numbers;
	struct json_long *longs;
	size_t n_longs;
	size_t cap_longs;
};

/*
 * json_utf8_len - the length of the well-formed UTF-8 sequence at the front of the n > 0 bytes at
 *   p, 0 if there is none (Unicode 15, table 3-7: no overlong forms, no surrogates, nothing beyond
 *   U+10FFFF).
 */
size_t json_utf8_len(const unsigned char *p, size_t n);

/* json_scan_text - true if the text may be given to cJSON; else the fault is at s->at. */
bool json_scan_text(struct json_scan *s);

/* json_scan_fail - V_EFORMAT with the line and column of a byte, and what is wrong there. */
enum vstatus json_scan_fail(const struct json_scan *s, size_t at, const char *fault,
	const char *name, struct verr *err);

#endif
