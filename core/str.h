#ifndef VANTAGE_CORE_STR_H
#define VANTAGE_CORE_STR_H
/*
 * str - slices of text that somebody else owns, and a growable buffer.
 *
 * A slice is pointer + length and is not NUL-terminated; it lives as long as the text it
 * points into.  Parsers cut slices, so none of them can walk off the end.  Numbers are read in
 * the C locale always.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slice {
	const char *p;
	size_t n;
};

/* slice_of - a whole C string; SLICE_LIT - a literal. */
struct slice slice_of(const char *s);
#define SLICE_LIT(s) ((struct slice){(s), sizeof(s) - 1})

bool slice_eq(struct slice a, const char *s);
bool slice_starts(struct slice a, const char *prefix);
bool slice_ends(struct slice a, const char *suffix);
/* slice_find - index of the first occurrence of needle, or SIZE_MAX. */
size_t slice_find(struct slice a, const char *needle);
/* slice_trim - without blanks, tabs and CR at both ends. */
struct slice slice_trim(struct slice a);
/* slice_line - cut the next line (without its \n) off the front of *rest; false at the end. */
bool slice_line(struct slice *line, struct slice *rest);
/* slice_cut - cut up to the next sep off the front of *rest; false when rest is used up
 * (rest->p is NULL then).  "a,b" gives "a", "b"; "" gives one empty field. */
bool slice_cut(struct slice *field, struct slice *rest, char sep);
/* slice_word - cut the next run of non-blanks off the front of *rest; false when none is left. */
bool slice_word(struct slice *word, struct slice *rest);
/* Whole-slice numbers: false unless every byte belongs to the number and it fits. */
bool slice_i64(struct slice a, int64_t *v);
bool slice_u64(struct slice a, uint64_t *v);
/* slice_f64 - decimal or scientific, "inf"/"nan" refused. */
bool slice_f64(struct slice a, double *v);
/*
 * slice_scaled - a decimal number times 10^digits, exactly: "61.5" with digits 6 is 61500000.
 *   A comma serves as the point, too: tools print it in some locales.  Further fraction digits
 *   than fit are truncated; false if it is no number or overflows.
 *   *frac_digits (may be NULL) out: digits that stood behind the point.
 */
bool slice_scaled(struct slice a, int digits, int64_t *v, int *frac_digits);

struct strbuf {
	char *p; /* always NUL-terminated once anything was added; NULL before */
	size_t n;
	size_t cap;
};

void strbuf_init(struct strbuf *b);
void strbuf_release(struct strbuf *b);
/* strbuf_clear - empty, storage kept. */
void strbuf_clear(struct strbuf *b);
void strbuf_add(struct strbuf *b, const void *p, size_t n);
void strbuf_addc(struct strbuf *b, char c);
void strbuf_adds(struct strbuf *b, const char *s);
void strbuf_addf(struct strbuf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* strbuf_add_i64 / _u64 - decimal; much faster than printf, for sample tables. */
void strbuf_add_i64(struct strbuf *b, int64_t v);
void strbuf_add_u64(struct strbuf *b, uint64_t v);
/* strbuf_add_f64 - shortest decimal that reads back as the same double. */
void strbuf_add_f64(struct strbuf *b, double v);
/* strbuf_detach - hand the heap string to the caller (never NULL); the buffer is empty after. */
char *strbuf_detach(struct strbuf *b);

#endif
