/*
 * pressure - see pressure.h.
 *
 *   some avg10=1.04 avg60=1.16 avg300=2.83 total=169746049
 *   full avg10=0.00 avg60=0.00 avg300=0.00 total=0
 * (Documentation/accounting/psi.rst).  The averages follow from the total, which is in
 * microseconds and the only number taken.  cpu has no full line before 5.13.
 */
#include "capture/pressure.h"

#define TOTAL "total="

bool
pressure_next(struct row *row, struct slice *rest, const struct row_field *fields, size_t n_fields)
{
	struct slice line, word;
	uint64_t raw;

	row_begin(row);
	if (n_fields == 0 || !row_line(&line, rest) || !slice_word(&row->key, &line))
		return false;
	while (slice_word(&word, &line)) {
		if (!slice_starts(word, TOTAL))
			continue;
		word.p += sizeof TOTAL - 1;
		word.n -= sizeof TOTAL - 1;
		if (slice_u64(word, &raw))
			row_put(row, 0, &fields[0], raw);
	}
	return true;
}
