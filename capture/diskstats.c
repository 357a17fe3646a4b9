/*
 * diskstats - see diskstats.h.
 *
 * A line per block device (diskstats_show in block/genhd.c, Documentation/admin-guide/iostats.rst):
 *   major minor name  reads merged sectors ms  writes merged sectors ms  in_flight io_ms
 *   weighted_ms
 * and since 4.18 four numbers on discards, since 5.5 two on flushes.  A sector is 512 bytes,
 * whatever the device's own is.
 */
#include "capture/diskstats.h"

bool
diskstats_next(struct row *row, struct slice *rest, const struct row_field *fields, size_t n_fields)
{
	struct slice line, number;

	row_begin(row);
	while (row_line(&line, rest)) {
		if (!slice_word(&number, &line) || !slice_word(&number, &line) ||
			!slice_word(&row->key, &line))
			continue;
		row_put_words(row, line, fields, n_fields);
		return true;
	}
	return false;
}
