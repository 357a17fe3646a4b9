/*
 * csvrec - one record of CSV after the other, see toolout.h.
 *
 * core/table reads whole tables and stops at the first row that does not fit; here a row that does
 * not fit is the caller's to report, and the next one is looked at.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/tools/toolout.h"

void
csvrec_release(struct csvrec *r)
{
	free(r->fields);
	strbuf_release(&r->scratch);
	*r = (struct csvrec){0};
}

size_t
csvrec_find(const struct csvrec *r, const char *text)
{
	for (size_t i = 0; i < r->n; i++)
		if (slice_eq(slice_trim(r->fields[i]), text))
			return i;
	return SIZE_MAX;
}

/* Where the record at the front ends: its \n, or the end of the text; NULL within quotes. */
static const char *
record_end(struct csvrec *r, struct slice text, char delimiter)
{
	const char *p = text.p, *end = text.p + text.n;
	bool start = true;

	r->n_lines = 1;
	for (; p < end && *p != '\n'; p++) {
		if (start && *p == '"') {
			for (p++; p < end && (*p != '"' || (p + 1 < end && p[1] == '"')); p++) {
				r->n_lines += *p == '\n';
				p += *p == '"';
			}
			if (p >= end)
				return NULL;
		}
		start = *p == delimiter;
	}
	return p;
}

/* The next field from *p on, *p then behind its delimiter or beyond end. */
static struct slice
cut_field(struct strbuf *scratch, const char **p, const char *end, char delimiter)
{
	const char *start = *p, *q;

	if (start < end && *start == '"') {
		char *to = scratch->p + scratch->n, *first = to;

		for (q = start + 1; q < end && (*q != '"' || (q + 1 < end && q[1] == '"')); q++) {
			*to++ = *q;
			q += *q == '"';
		}
		for (q++; q < end && *q != delimiter; q++) /* text behind the quotes is kept */
			*to++ = *q;
		scratch->n += (size_t)(to - first);
		*p = q + 1;
		return (struct slice){first, (size_t)(to - first)};
	}
	q = memchr(start, delimiter, (size_t)(end - start));
	q = q ? q : end;
	*p = q + 1;
	return (struct slice){start, (size_t)(q - start)};
}

static enum vstatus
cut_fields(struct csvrec *r, struct slice record, char delimiter)
{
	const char *p = record.p, *end = record.p + record.n;

	/* Room for all of it: slices into the buffer stay where they are. */
	strbuf_clear(&r->scratch);
	strbuf_add(&r->scratch, record.p, record.n);
	r->scratch.n = 0;
	r->n = 0;
	while (p <= end) {
		if (r->n == CSVREC_FIELDS_MAX)
			return V_ELIMIT;
		GROW(r->fields, r->n, r->cap);
		r->fields[r->n++] = cut_field(&r->scratch, &p, end, delimiter);
	}
	return V_OK;
}

enum vstatus
csvrec_next(struct csvrec *r, struct slice *rest, char delimiter)
{
	for (;;) {
		struct slice record = *rest;
		const char *end;

		r->line += r->n_lines ? r->n_lines : 1;
		r->n_lines = 0;
		if (!rest->n)
			return V_END;
		end = record_end(r, *rest, delimiter);
		if (!end) {
			*rest = (struct slice){rest->p + rest->n, 0};
			return V_EFORMAT;
		}
		record.n = (size_t)(end - record.p);
		rest->n -= record.n;
		rest->p = end;
		if (rest->n) {
			rest->p++;
			rest->n--;
		}
		if (record.n && record.p[record.n - 1] == '\r')
			record.n--;
		if (record.n)
			return cut_fields(r, record, delimiter);
	}
}
