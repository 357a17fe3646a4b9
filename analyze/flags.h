#ifndef VANTAGE_ANALYZE_FLAGS_H
#define VANTAGE_ANALYZE_FLAGS_H
/*
 * flags - the one list of words that a sample's `flags` column can hold (docs/flags.md).
 *
 * Statistics leave out every sample that carries a flag of FLAGS_EXCLUDED, unless the user keeps
 * it (--keep WORD); each table says how many were left out.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

enum flag {
	FLAG_COPY = 1 << 0,
	FLAG_DUP = 1 << 1,
	FLAG_LATE = 1 << 2,
	FLAG_LOST = 1 << 3,
	FLAG_UNFINISHED = 1 << 4,
	FLAG_AMBIGUOUS = 1 << 5,
	FLAG_REORDERED = 1 << 6,
	FLAG_NEGATIVE = 1 << 7,
	FLAG_DERIVED = 1 << 8,
	FLAG_ERROR = 1 << 9,
	FLAG_CORRUPT = 1 << 10,
	FLAG_GAP = 1 << 11,
	FLAG_CUT = 1 << 12,
	FLAG_RETRANSMITTED = 1 << 13,
	FLAG_PIPELINED = 1 << 14,
	FLAG_MERGED = 1 << 15,
	FLAG_DELAYED = 1 << 16,
	FLAG_REFUSED = 1 << 17,
	FLAG_UNREACHABLE = 1 << 18,
	FLAG_RESET = 1 << 19,
	FLAG_CLOSED = 1 << 20,
	FLAG_TIMEOUT = 1 << 21,
	FLAG_REVALIDATED = 1 << 22,
	FLAG_INBOUND = 1 << 23,
	FLAG_TRANSLATED = 1 << 24,
};

#define FLAGS_EXCLUDED (FLAG_AMBIGUOUS | FLAG_NEGATIVE | FLAG_CORRUPT)

struct flag_word {
	uint32_t flag;
	const char *word;
	const char *meaning;
};

/* flag_words - the table, ended by a row without word. */
extern const struct flag_word flag_words[];

/* flag_of - the flag that a word stands for, 0 if there is none. */
uint32_t flag_of(struct slice word);

/* flags_add - "ambiguous|dup" appended to *out, in the order of the table; nothing for 0. */
void flags_add(struct strbuf *out, uint32_t flags);

#endif
