/*
 * loadavg - see loadavg.h.
 *
 *   0.17 0.54 0.86 3/93 26463
 * Two digits behind the point (fs/proc/loadavg.c): kept as whole hundredths, so nothing is rounded.
 */
#include "capture/loadavg.h"

bool
loadavg_next(struct row *row, struct slice *rest, const struct row_field *fields, size_t n_fields)
{
	struct slice line, word;
	int64_t scaled;

	row_begin(row);
	if (!row_line(&line, rest))
		return false;
	for (size_t i = 0; i < n_fields && slice_word(&word, &line); i++)
		if (slice_scaled(word, fields[i].decimals, &scaled, NULL) && scaled >= 0)
			row_put(row, i, &fields[i], (uint64_t)scaled);
	rest->n = 0;
	return true;
}
