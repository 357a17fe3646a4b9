/*
 * fuzz_proc - any bytes as a counter text of the kernel: the first byte chooses the source, the
 * rest is its file.
 *
 * Checks what row.h promises: every row's key and label lie in the text (or in the row), only
 * fields that exist are present, the parser comes to its end, and a text whose last line is
 * taken away gives no number that the whole one does not give.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "capture/procstat.h"
#include "capture/sources.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool truth)
{
	if (!truth)
		abort();
}

static void
must_lie_in(struct slice part, struct slice text, const struct row *row)
{
	const char *own = row->key_text;

	must(part.n == 0 || (part.p >= text.p && part.p + part.n <= text.p + text.n) ||
		(part.p == own && part.n < sizeof row->key_text));
}

static void
parse(const struct source *s, struct slice text)
{
	struct slice rest = text;
	struct row row = {0};
	size_t n_rows = 0;

	while (s->next(&row, &rest, s->fields, s->n_fields)) {
		must(++n_rows <= text.n + 1);
		must_lie_in(row.key, text, &row);
		must_lie_in(row.label, text, &row);
		must(s->n_fields == ROW_FIELDS_MAX || row.present >> s->n_fields == 0);
	}
}

static void
identify(struct slice text)
{
	struct procstat_id id;
	struct row none = {0};

	if (procstat_identify(&id, text))
		must_lie_in(id.name, text, &none);
}

/* Is there a row of the text with that key and these numbers? */
static bool
has_row(const struct source *s, struct slice text, const struct row *part)
{
	struct row row = {0};

	while (s->next(&row, &text, s->fields, s->n_fields)) {
		bool fits = row.key.n == part->key.n &&
			memcmp(row.key.p, part->key.p, row.key.n) == 0 &&
			(part->present & ~row.present) == 0;

		for (size_t i = 0; fits && i < s->n_fields; i++)
			fits = !(part->present & 1U << i) || row.value[i] == part->value[i];
		if (fits)
			return true;
	}
	return false;
}

/* Texts of keys may name one twice, where the later line counts: left out here. */
static void
cut(const struct source *s, struct slice text)
{
	struct slice shorter = {text.p, text.n / 2};
	struct row row = {0};

	if (s->next == row_of_keys || text.n > 512)
		return;
	while (s->next(&row, &shorter, s->fields, s->n_fields))
		must(has_row(s, text, &row));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n;
	const struct source *sources = sources_table(&n);
	struct slice text;

	if (size == 0)
		return 0;
	text = (struct slice){(const char *)data + 1, size - 1};
	sources += data[0] % n;
	if (sources->next) {
		parse(sources, text);
		cut(sources, text);
	}
	identify(text);
	return 0;
}
