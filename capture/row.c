/*
 * row - see row.h.
 *
 * Texts of the form "key number" hold dozens of lines of which a few are wanted.  The fields
 * of the table stand in the order of the kernel's lines, so the search for a key begins behind
 * the field found last and mostly ends there.
 */
#include "capture/row.h"

#include <string.h>
#include <unistd.h>

void
row_begin(struct row *row)
{
	row->key = row->label = (struct slice){"", 0};
	row->present = 0;
}

bool
row_line(struct slice *line, struct slice *rest)
{
	const char *newline = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;

	if (!newline) {
		rest->n = 0;
		return false;
	}
	line->p = rest->p;
	line->n = (size_t)(newline - rest->p);
	rest->p += line->n + 1;
	rest->n -= line->n + 1;
	return true;
}

void
row_put(struct row *row, size_t i, const struct row_field *field, uint64_t raw)
{
	uint64_t scale =
		field->scale == ROW_SCALE_PAGES ? (uint64_t)sysconf(_SC_PAGESIZE) : field->scale;

	if (field->none && raw >= field->none)
		return;
	if (!__builtin_mul_overflow(raw, scale, &row->value[i]))
		row->present |= UINT32_C(1) << i;
}

void
row_put_words(struct row *row, struct slice line, const struct row_field *fields, size_t n_fields)
{
	struct slice word;
	uint64_t raw;
	size_t i = 0;

	for (uint32_t at = 0; i < n_fields && slice_word(&word, &line); at++) {
		if (fields[i].at != at)
			continue;
		if (slice_u64(word, &raw))
			row_put(row, i, &fields[i], raw);
		i++;
	}
}

bool
row_of_line(struct row *row, struct slice *rest, const struct row_field *fields, size_t n_fields)
{
	struct slice line;

	row_begin(row);
	if (!row_line(&line, rest))
		return false;
	row_put_words(row, line, fields, n_fields);
	rest->n = 0;
	return true;
}

/* Index of the field with that key, looked for from `from` on and round; n_fields if none. */
static size_t
find_key(struct slice key, const struct row_field *fields, size_t n_fields, size_t from)
{
	for (size_t k = 0; k < n_fields; k++) {
		size_t i = from + k < n_fields ? from + k : from + k - n_fields;

		if (slice_eq(key, fields[i].key))
			return i;
	}
	return n_fields;
}

bool
row_of_keys(struct row *row, struct slice *rest, const struct row_field *fields, size_t n_fields)
{
	struct slice line, key, word;
	size_t from = 0;

	row_begin(row);
	if (rest->n == 0)
		return false;
	while (row_line(&line, rest)) {
		uint64_t raw;
		size_t i;

		if (!slice_word(&key, &line))
			continue;
		i = find_key(key, fields, n_fields, from);
		if (i == n_fields)
			continue;
		if (slice_word(&word, &line) && slice_u64(word, &raw))
			row_put(row, i, &fields[i], raw);
		from = i + 1 < n_fields ? i + 1 : 0;
	}
	return true;
}
