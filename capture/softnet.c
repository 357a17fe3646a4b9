/*
 * softnet - see softnet.h.
 *
 * A line per CPU of hexadecimal numbers (softnet_seq_show in net/core/net-procfs.c, net/core/dev.c
 * before):
 *   processed dropped time_squeeze 0 0 0 0 0 0 received_rps flow_limit_count backlog CPU ...
 * Kernels before 5.10 do not say which CPU a line is of; there it is the n-th line's, which is
 * wrong when a CPU is offline.  The numbers have 32 bits and wrap.
 */
#include "capture/softnet.h"

#include <stdio.h>

#define WORD_CPU 12

static bool
hex_u32(struct slice word, uint64_t *v)
{
	uint64_t sum = 0;

	if (word.n == 0 || word.n > 8)
		return false;
	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];

		if (c >= '0' && c <= '9')
			sum = sum << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			sum = sum << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	*v = sum;
	return true;
}

bool
softnet_next(struct row *row, struct slice *rest, const struct row_field *fields, size_t n_fields)
{
	struct slice line, word;
	uint64_t cpu = row->state++, raw;
	size_t i = 0;

	row_begin(row);
	if (!row_line(&line, rest))
		return false;
	for (uint32_t at = 0; slice_word(&word, &line); at++) {
		bool wanted = i < n_fields && fields[i].at == at;

		if (at == WORD_CPU)
			hex_u32(word, &cpu);
		if (wanted && hex_u32(word, &raw))
			row_put(row, i, &fields[i], raw);
		i += wanted;
	}
	row->key.p = row->key_text;
	row->key.n = (size_t)snprintf(row->key_text, sizeof row->key_text, "%u", (unsigned)cpu);
	return true;
}
