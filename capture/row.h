#ifndef VANTAGE_CAPTURE_ROW_H
#define VANTAGE_CAPTURE_ROW_H
/*
 * row - what the parsers of the kernel's counter texts have in common: text goes in, rows of
 * numbers come out.
 *
 * A parser is a pure function that cuts the next row off the front of a text:
 *
 *   struct row row = {0};
 *   while (netdev_next(&row, &text, fields, n_fields))
 *           use(&row);                      slices of the row point into the text
 *
 * What the numbers are called and measured in stands in the table of sources (capture/sources);
 * a parser is given its rows and knows only where in the text a number stands.
 *
 * A number that cannot be read (not there, not decimal, beyond 64 bits in our unit) is not
 * present, and its neighbours are.  The kernel ends every line with a newline, so a last line
 * without one has been cut, perhaps within a number, and is not used.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

#define ROW_FIELDS_MAX 32
#define ROW_SCALE_PAGES 0 /* the kernel counts pages, we bytes */

/* One number of a row: where the text has it, and what it becomes. */
struct row_field {
	const char *name; /* end of the column's name */
	const char *unit;
	const char *kind; /* counter or level, as in run.json */
	const char *key;  /* the word in front of it, where the text has such; else NULL */
	uint32_t at;      /* else its place among the words behind the row's key, from 0 */
	uint64_t scale;   /* what the kernel's unit is in ours; or ROW_SCALE_PAGES */
	uint64_t none;    /* the kernel says "no limit" by a number from this on; 0: it does not */
	int decimals;     /* digits of the value that stand behind the decimal point */
};

struct row {
	struct slice key;   /* which CPU, interface, disk; empty when there is but one row */
	struct slice label; /* more about it; with the key it tells the row from the others */
	uint64_t value[ROW_FIELDS_MAX]; /* in the order of the fields */
	uint32_t present;               /* bit i: value[i] is there */
	char key_text[24];              /* where the key is, if it does not stand in the text */
	uint64_t state;                 /* the parser's own, from row to row; 0 before the first */
};

/*
 * row_next - the form of every parser: cut the next row off the front of *rest; false when there
 *   is none left.  fields[n_fields] with n_fields at most ROW_FIELDS_MAX, sorted by `at`.
 */
typedef bool
row_next(struct row *row, struct slice *rest, const struct row_field *fields, size_t n_fields);

/* row_begin - empty for the next row; the parser's state stays. */
void row_begin(struct row *row);

/* row_line - cut the next line off the front of *rest; a last line without \n is none. */
bool row_line(struct slice *line, struct slice *rest);

/* row_put - field i has this value in the kernel's unit; not present if it overflows in ours. */
void row_put(struct row *row, size_t i, const struct row_field *field, uint64_t raw);

/* row_put_words - the words of a line, those that fields name by their place (ascending). */
void
row_put_words(struct row *row, struct slice line, const struct row_field *fields, size_t n_fields);

/*
 * Two forms that are parsers by themselves; each gives one row without key.
 *
 * row_of_line - the words of the first line: "1234", "50000 100000"
 * row_of_keys - lines "key number", the fields named by their key
 */
row_next row_of_line;
row_next row_of_keys;

#endif
