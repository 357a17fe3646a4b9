/*
 * irqs - see irqs.h.
 *
 * Both files are tables with a column for each CPU (fs/proc/softirqs.c: every possible one,
 * kernel/irq/proc.c: those online) and "CPU0 CPU1 ..." above:
 *             CPU0       CPU1
 *   NET_RX:   2335       4131
 *       36:      0     143808 PCI-MSIX-0000:00:03.0   1-edge      virtio2-input.0
 * A line that has fewer numbers than the heading has CPUs is damaged: a sum of some of them would
 * be a wrong number, so it has none.
 *
 * The kernel counts each CPU's events in 32 bits, so that a sum steps back by 2^32 when one CPU's
 * count wraps; and the sum of interrupts steps back when a CPU goes offline.
 */
#include "capture/irqs.h"

#include <string.h>

/* The heading's number of CPUs stays in the row's state. */
static bool
read_heading(struct row *row, struct slice *rest)
{
	struct slice line, word;

	if (row->state > 0)
		return true;
	if (!row_line(&line, rest))
		return false;
	while (slice_word(&word, &line) && slice_starts(word, "CPU"))
		row->state++;
	return row->state > 0;
}

/* "NET_RX:   2335  4131 more": the key, the sum, and what is behind the numbers. */
static bool
read_counts(struct row *row, struct slice *line, const struct row_field *field)
{
	uint64_t sum = 0, count;
	struct slice word;
	size_t colon = slice_find(*line, ":");

	if (colon == SIZE_MAX)
		return false;
	row->key = slice_trim((struct slice){line->p, colon});
	line->p += colon + 1;
	line->n -= colon + 1;
	for (uint64_t i = 0; i < row->state; i++)
		if (!slice_word(&word, line) || !slice_u64(word, &count) ||
			__builtin_add_overflow(sum, count, &sum))
			return true;
	row_put(row, 0, field, sum);
	return true;
}

bool
softirqs_next(struct row *row, struct slice *rest, const struct row_field *fields, size_t n_fields)
{
	struct slice line;

	row_begin(row);
	if (n_fields == 0 || !read_heading(row, rest))
		return false;
	while (row_line(&line, rest))
		if (read_counts(row, &line, fields))
			return true;
	return false;
}

/*
 * The handlers' names end the line; what stands between them and the counts (chip, hardware
 * number, trigger) differs between chips.  Several handlers are parted by ", ".
 */
static struct slice
handlers(struct slice text)
{
	struct slice names = slice_trim(text);
	size_t at = names.n;

	for (;;) {
		while (at > 0 && names.p[at - 1] != ' ')
			at--;
		if (at < 2 || names.p[at - 2] != ',')
			break;
		at--;
	}
	return (struct slice){names.p + at, names.n - at};
}

static bool
is_number(struct slice key)
{
	uint64_t number;

	return slice_u64(key, &number);
}

bool
interrupts_next(
	struct row *row, struct slice *rest, const struct row_field *fields, size_t n_fields)
{
	struct slice line;

	row_begin(row);
	if (n_fields == 0 || !read_heading(row, rest))
		return false;
	while (row_line(&line, rest)) {
		row_begin(row);
		if (!read_counts(row, &line, fields) || !is_number(row->key))
			continue;
		row->label = handlers(line);
		return true;
	}
	return false;
}
