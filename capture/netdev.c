/*
 * netdev - see netdev.h.
 *
 * Two lines of heading, then (net/core/net-procfs.c)
 *   eth0: bytes packets errs drop fifo frame compressed multicast, and the same for transmission:
 *         bytes packets errs drop fifo colls carrier compressed
 * Old kernels set no blank behind the colon.  The name ends at the line's last colon: numbers hold
 * none, and names of old kernels may.  Kernels of 32 bits count in 32 bits and wrap.
 */
#include "capture/netdev.h"

#include <string.h>

bool
netdev_next(struct row *row, struct slice *rest, const struct row_field *fields, size_t n_fields)
{
	struct slice line;
	const char *colon;

	row_begin(row);
	while (row_line(&line, rest)) {
		colon = line.n ? memrchr(line.p, ':', line.n) : NULL;
		if (!colon)
			continue;
		row->key = slice_trim((struct slice){line.p, (size_t)(colon - line.p)});
		line.n -= (size_t)(colon + 1 - line.p);
		line.p = colon + 1;
		row_put_words(row, line, fields, n_fields);
		return true;
	}
	return false;
}
